"""A made-up province for tests of the land block: every stage, both kinds, expansions."""

from __future__ import annotations

import numpy as np

from kichban.land import LandDrivers, StageDurations, make_sites

FIRST = 2024 * 4 + 2
DEFAULTS = {
    "industrial_share_park": 0.69, "industrial_share_cluster": 0.64, "absorption_p": 0.15,
    "absorption_q": 1.6, "absorption_ceiling": 1.0, "site_effect_sd": 0.4, "ha_per_mn_usd": 0.06,
    "output_per_ha_growth": 0.06, "optimism_park": 0.8, "optimism_cluster": 0.45,
    "spillover": 0.1, "exit_rate": 0.01, "demand_cv": 0.35, "demand_persistence": 0.5,
    "slip_park": 1.6, "slip_cluster": 2.0, "gates": 1.0, "gate_park_occupancy": 0.6,
    "gate_park_phase_max": 500.0, "gate_cluster_occupancy": 0.5,
    "gate_cluster_unleased_max": 100.0, "gate_expansion_occupancy": 0.6, "prelease": 0.0,
    "size_elasticity": 0.0,
    "pipeline_spread_park": 4.0, "pipeline_spread_cluster": 5.0,
}  # fmt: skip
DURATIONS = StageDurations(
    approval=((0.5, 1.5, 4.0), (0.5, 1.0, 3.0)),
    handover=((0.8, 1.5, 3.0), (1.0, 2.0, 5.0)),
    clearing=((2.0, 3.5, 8.0), (2.0, 4.0, 9.0)),
    servicing=((0.5, 1.0, 2.0), (0.5, 1.0, 2.0)),
    operation=((0.7, 1.5, 3.0), (0.7, 1.5, 3.0)),
)


def parameters(draws, **changed):
    """Defaults of the catalogue with changes, each (draw,)."""
    values = DEFAULTS | changed
    return {f"land.{key}": np.full(draws, float(value)) for key, value in values.items()}


def drivers(draws, quarters, **changed):
    """A steady demand of 110 and 30 ha a year."""
    given = {
        "pace": np.broadcast_to([110.0, 30.0], (draws, quarters, 2)).copy(),
        "observed_pace": np.broadcast_to([110.0, 30.0], (draws, 2)).copy(),
        "registered_fdi": np.full((draws, quarters), 325.0),
        "output_growth": np.full((draws, quarters), 0.12),
    } | changed
    return LandDrivers(**given)


def province(seed=0, parks=6, clusters=12, planned=(5, 4)):
    """Sites at all stages, from a seed."""
    rng = np.random.default_rng(seed)
    counts = (parks, clusters, *planned)
    kind = np.repeat([0, 1, 0, 1], counts)
    stage = np.repeat([1, 1, 0, 0], counts)
    n = len(kind)
    gross = np.where(kind == 0, rng.uniform(80, 450, n), rng.uniform(10, 75, n))
    here = stage == 1
    industrial = np.where(here, gross * 0.65, np.nan)
    cleared = np.where(here, gross * 0.65 * rng.choice([0.0, 0.4, 1.0], n), 0.0)
    serviced = cleared * rng.choice([0.5, 1.0], n)
    leased = serviced * rng.uniform(0, 1, n)
    parent = np.full(n, -1)
    if planned[0] and parks:
        parent[parks + clusters] = 0
    return make_sites(
        tuple(f"site_{i}" for i in range(n)), gross, kind=kind, stage=stage, counts=parent < 0,
        parent=parent, industrial=industrial, cleared=cleared, serviced=serviced, leased=leased,
        operating=leased * rng.uniform(0, 1, n),
        established=np.where(here, rng.uniform(2018, 2024, n), np.nan),
    )  # fmt: skip
