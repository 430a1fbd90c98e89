"""Land block: stages, gates, absorption, demand, leasing and operation of parks and clusters."""

from kichban.land.balances import check_balances
from kichban.land.gates import GateRules, Rule
from kichban.land.kernel import simulate_land, warm_up
from kichban.land.noise import LandNoise, land_noise
from kichban.land.occupancy import occupancy
from kichban.land.output import implied_output_per_ha, output_of_leased_land
from kichban.land.stages import StageDurations
from kichban.land.values import (
    AS_DRAWN,
    CLUSTER,
    ESTABLISHED,
    NEVER,
    PARK,
    PLANNED,
    Horizon,
    LandDrivers,
    LandPaths,
    LandSites,
    make_sites,
)

__all__ = [
    "AS_DRAWN",
    "CLUSTER",
    "ESTABLISHED",
    "NEVER",
    "PARK",
    "PLANNED",
    "GateRules",
    "Horizon",
    "LandDrivers",
    "LandNoise",
    "LandPaths",
    "LandSites",
    "Rule",
    "StageDurations",
    "check_balances",
    "implied_output_per_ha",
    "land_noise",
    "make_sites",
    "occupancy",
    "output_of_leased_land",
    "simulate_land",
    "warm_up",
]
