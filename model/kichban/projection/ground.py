"""Land, capital and jobs of one block: the drivers of the land block and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kichban.investment import (
    cap_by_supply,
    jobs_of_land,
    labour_supply,
    realised_stock,
    registered_stock,
)
from kichban.land import (
    GateRules,
    Horizon,
    LandDrivers,
    LandNoise,
    LandPaths,
    LandSites,
    StageDurations,
    check_balances,
    land_noise,
    occupancy,
    simulate_land,
)
from kichban.numbers import FloatArray
from kichban.projection.sites import SiteRegistry, with_settings
from kichban.projection.values import Axis, Block, Paths, Variable
from kichban.scenario import BLOCK, parameter_path

KINDS = ("kcn", "ccn")
NAMES = {"kcn": "park", "ccn": "cluster"}
STOCKS = ("area", "industrial_land", "cleared", "serviced", "leased", "operating_land")
_FIELDS = ("gross", "industrial", "cleared", "serviced", "leased", "operating")
DENOMINATORS = {"established": "industrial", "cleared": "cleared", "serviced": "serviced"}


@dataclass(frozen=True, slots=True)
class Orders:
    """What is ordered from outside.

    `schedule` (quarter, kind) is established land a plan asks for, ha, NaN where nothing is;
    `fixed` (draw, site) are gate dates taken from another run.
    """

    schedule: FloatArray | None = None
    fixed: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class GroundBlock:
    """Variables of one block, the sites' stocks at year ends, and when gates opened."""

    variables: Mapping[Variable, Paths]
    site_leased: FloatArray
    site_serviced: FloatArray
    approved_quarter: NDArray[np.int64]


def project_ground(
    registry: SiteRegistry,
    present: Mapping[str, float],
    block: Block,
    real_growth: FloatArray,
    orders: Orders,
) -> GroundBlock:
    """Project land, capital and jobs for one block.

    Parameters
    ----------
    present
        Today's stocks of capital and workers as printed, by indicator.
    real_growth : (draw, quarter) float64
        Real growth of output per year over the quarters of the land block, fractions.
    """
    axis, scenario, draws = block.axis, block.scenario, block.draws
    seed, number, size = block.luck
    count = 4 * (axis.last_year + 1) - axis.land_quarter
    quarter_year = np.arange(axis.land_quarter, axis.land_quarter + count) // 4
    years = np.arange(quarter_year[0], axis.last_year + 1)
    at = quarter_year - years[0]

    def path(key: str) -> FloatArray:
        return parameter_path(scenario, key, draws, years)[:, at]

    pace = np.stack([path("land.leasing_park"), path("land.leasing_cluster")], axis=2)
    observed = np.stack([draws["land.leasing_park"], draws["land.leasing_cluster"]], axis=1)
    fdi = path("investment.registered_fdi_park") / 4.0
    drivers = LandDrivers(
        pace, observed, fdi, real_growth[:, :count], orders.schedule, orders.fixed
    )
    weights = tuple(float(draws[f"land.weight_{k}"][0]) for k in ("trend", "investment", "growth"))
    noise = _noise(seed, number, registry.sites.ids, weights).draws(slice(0, size))
    sites = with_settings(registry.sites, scenario)
    paths = simulate_land(
        sites, GateRules(districts=registry.districts),
        StageDurations.from_values(scenario.values), draws, drivers, noise,
        Horizon(axis.land_quarter, count),
    )  # fmt: skip
    check_balances(paths, sites)
    variables = _land_variables(paths, axis, registry.known, draws)
    flows = {
        "kcn_fdi": fdi,
        "kcn_ddi": path("investment.registered_ddi_park") / 4.0,
        "ccn": path("investment.registered_cluster") / 4.0,
    }
    variables |= _capital(present, block, flows)
    variables |= _jobs(present, registry.sites, block, paths)
    return GroundBlock(variables, paths.site_leased, paths.site_serviced, paths.approved_quarter)


@lru_cache(maxsize=16)
def _noise(seed: int, block: int, ids: tuple[str, ...], weights: tuple[float, ...]) -> LandNoise:
    """Deal the luck of a block once for all scenarios."""
    trend, investment, growth = weights
    return land_noise(seed, block, BLOCK, ids, (trend, investment, growth))


def _place(axis: Axis, quarterly: FloatArray) -> FloatArray:
    """Put a path of the land block on the quarters of the results."""
    missing = axis.land_quarter - axis.first_quarter
    if missing == 0:
        return quarterly
    head = np.full((quarterly.shape[0], missing), np.nan)
    return np.hstack([head, quarterly])


def _stock(axis: Axis, quarterly: FloatArray) -> Paths:
    placed = _place(axis, quarterly)
    return Paths(placed[:, axis.year_ends], placed)


def _flow(axis: Axis, quarterly: FloatArray) -> Paths:
    """Years add up their quarters; the current year only those still to come."""
    placed = _place(axis, quarterly)
    years = axis.quarter_years
    annual = np.stack([np.nansum(placed[:, years == y], axis=1) for y in axis.years], axis=1)
    return Paths(annual, placed)


def _land_variables(
    paths: LandPaths,
    axis: Axis,
    known: Mapping[str, frozenset[str]],
    draws: Mapping[str, FloatArray],
) -> dict[Variable, Paths]:
    """Give the totals of each kind as far as any figure tells what is there today."""
    found: dict[Variable, Paths] = {}
    for k, kind in enumerate(KINDS):
        if "area" not in known[kind]:
            continue
        let = "leased" in known[kind]
        unit = "parks" if kind == "kcn" else "clusters"
        found[Variable(f"{kind}_count", "", "count", unit)] = _stock(axis, paths.count[:, :, k])
        for name, source in zip(STOCKS, _FIELDS, strict=True):
            key = Variable(f"{kind}_{name}", "", "area_ha", "ha")
            if let or source not in ("leased", "operating"):
                found[key] = _stock(axis, getattr(paths, source)[:, :, k])
        if not let:
            continue
        for name, source in DENOMINATORS.items():
            share = occupancy(paths.leased[:, :, k], getattr(paths, source)[:, :, k])
            key = Variable(f"{kind}_occupancy", f"denominator:{name}", "occupancy_pct", "percent")
            found[key] = _stock(axis, share)
        running = occupancy(paths.leased_operating[:, :, k], paths.industrial_operating[:, :, k])
        key = Variable(f"{kind}_occupancy", "denominator:operating", "occupancy_pct", "percent")
        found[key] = _stock(axis, running)
        idle = Variable(f"{kind}_idle_land", "", "area_ha", "ha")
        found[idle] = _stock(axis, paths.idle[:, :, k])
        unmet = Variable(f"{kind}_unmet_demand", "", "area_ha", "ha")
        found[unmet] = _flow(axis, paths.unmet[:, :, k])
        taken = Variable(f"{kind}_net_absorption", "", "area_ha", "ha")
        found[taken] = _flow(axis, paths.absorbed[:, :, k] - paths.exits[:, :, k])
        asked = Variable(f"{kind}_land_demand", "", "area_ha", "ha")
        found[asked] = _flow(axis, paths.demand[:, :, k])
        # what investors would ask for if all that a scenario adds came about
        optimism = np.maximum(draws[f"land.optimism_{NAMES[kind]}"], 1e-9)[:, None]
        hoped = Variable(f"{kind}_land_demand", "method:no_optimism", "area_ha", "ha")
        without = paths.demand[:, :, k] + paths.demand_policy[:, :, k] * (1.0 / optimism - 1.0)
        found[hoped] = _flow(axis, without)
    return found


def _capital(
    present: Mapping[str, float], block: Block, flows: Mapping[str, FloatArray]
) -> dict[Variable, Paths]:
    axis, scenario, draws = block.axis, block.scenario, block.draws
    found: dict[Variable, Paths] = {}
    lags = scenario.values["investment.lag_weights"]
    assert isinstance(lags, tuple)
    for name, unit, share in (
        ("kcn_fdi", "usd", "investment.realised_fdi"),
        ("kcn_ddi", "vnd", "investment.realised_ddi"),
        ("ccn", "vnd", "investment.realised_cluster"),
    ):
        registered_key, realised_key = f"{name}_registered_{unit}", f"{name}_realised_{unit}"
        start = present.get(registered_key)
        if start is None:
            continue
        base = "mn_usd" if unit == "usd" else "bn_vnd"
        registered = registered_stock(start, flows[name])
        built = present.get(realised_key, start * float(np.median(draws[share])))
        realised = realised_stock(registered, (start, built), draws[share], lags)
        found[Variable(registered_key, "", "level", base)] = _stock(axis, registered)
        found[Variable(realised_key, "", "level", base)] = _stock(axis, realised)
    return found


def _jobs(
    present: Mapping[str, float], sites: LandSites, block: Block, paths: LandPaths
) -> dict[Variable, Paths]:
    axis, draws = block.axis, block.draws
    kinds = [
        (k, kind, present[f"{kind}_workers"])
        for k, kind in enumerate(KINDS)
        if f"{kind}_workers" in present and float(sites.leased[sites.kind == k].sum()) > 0
    ]
    if not kinds:
        return {}
    lag = int(draws["labour.lag_quarters"][0])
    wanted = tuple(
        jobs_of_land(
            paths.leased[:, :, k], float(sites.leased[sites.kind == k].sum()), workers,
            draws[f"labour.elasticity_{'park' if k == 0 else 'cluster'}"], lag,
        )
        for k, _, workers in kinds
    )  # fmt: skip
    now = sum(workers for _, _, workers in kinds)
    supply = labour_supply(now, draws["labour.supply_growth"], paths.leased.shape[1])
    jobs = cap_by_supply(wanted, supply)
    return {
        Variable(f"{kind}_workers", "", "count", "workers"): _stock(axis, job)
        for (_, kind, _), job in zip(kinds, jobs, strict=True)
    }
