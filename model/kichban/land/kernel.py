"""The land block for a block of draws: what the engine reads, laid out, and what it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kichban.land.approval import is_opened, ready_quarters, ready_times
from kichban.land.demand import annual_multipliers
from kichban.land.engine import (
    FIELDS,
    LIMITS,
    PARAMETERS,
    Given,
    Rules,
    Sites,
    Written,
    make_work,
    simulate,
)
from kichban.land.gates import GateRules
from kichban.land.noise import LandNoise, land_noise
from kichban.land.stages import STAGES_AFTER_APPROVAL, StageDurations
from kichban.land.values import (
    ESTABLISHED,
    FLOWS,
    NEVER,
    STOCKS,
    Horizon,
    LandDrivers,
    LandPaths,
    LandSites,
    make_sites,
    read_only,
)
from kichban.numbers import FloatArray, IntArray


def simulate_land(
    sites: LandSites,
    rules: GateRules,
    durations: StageDurations,
    parameters: Mapping[str, FloatArray],
    drivers: LandDrivers,
    noise: LandNoise,
    horizon: Horizon,
) -> LandPaths:
    """Simulate the land of all sites for a block of draws.

    Parameters
    ----------
    sites
        Present state; any order, any number of either kind, also none.
    rules, durations
        Gates and their validity; triangles of the stages at the default slip.
    parameters : mapping to (draw,) float64
        ``land.*`` by key; rates as fractions.
    drivers
        Demand from outside, and approvals where they are handed in.
    noise
        From :func:`kichban.land.noise.land_noise` for the same sites in the same order.
    horizon
        First quarter and how many.

    Returns
    -------
    paths
        Draws are independent: any part of a block gives the same paths as the whole.
    """
    draws = len(drivers.registered_fdi)
    first_quarter, quarters, asked = horizon
    order = np.lexsort((sites.stage < ESTABLISHED, sites.kind))
    ordered, now = sites.take(order), first_quarter / 4.0
    uniform = _in_order(noise.uniform, order)
    ready_at = ready_times(ordered, durations, uniform, parameters, now)
    ready, gated = ready_quarters(
        ordered, ready_at, drivers, order, first_quarter, quarters,
        merged_to_parks=rules.merged_land_to_parks,
    )  # fmt: skip
    if quarters // 4 + 2 > len(noise.demand):
        raise ValueError(f"{quarters} quarters are more than the years of luck that are dealt")
    span = first_quarter + np.arange(quarters)
    kept = span[span % 4 == 3] if asked is None else np.array(asked, dtype=np.int64)
    ends = kept - first_quarter
    row = np.full(quarters, -1, dtype=np.int64)
    row[ends] = np.arange(ends.size)
    written = Written(
        np.zeros((draws, quarters, 2, FIELDS)), np.zeros((draws, ends.size, len(sites))),
        np.zeros((draws, ends.size, len(sites))), row,
        np.full((draws, len(sites)), NEVER, dtype=np.int64), np.zeros(len(LIMITS)),
    )  # fmt: skip
    given = Given(
        _values(parameters, noise), uniform, _in_order(noise.effect, order),
        _own(ready_at), _own(ready, np.int64), _own(gated, np.bool_), _own(drivers.pace),
        _own(drivers.observed_pace), _own(drivers.registered_fdi), _own(drivers.output_growth),
        _own(annual_multipliers(
            noise.demand[: quarters // 4 + 2], parameters["land.demand_cv"],
            parameters["land.demand_persistence"],
        )),
        _own(span // 4 - first_quarter // 4, np.int64),
    )  # fmt: skip
    table = _sites(ordered, rules, durations, now, first_quarter)
    simulate(
        table, _rules(rules, durations, table, span), given, make_work(table, quarters), written
    )
    size = max(float(sites.gross.max(initial=1.0)), 1.0)
    approved = np.where(written.approved >= NEVER, NEVER, written.approved + first_quarter)
    return LandPaths(
        first_quarter=first_quarter,
        **{name: written.totals[..., i] for i, name in enumerate((*STOCKS, *FLOWS))},
        site_leased=_back(written.leased, order),
        site_serviced=_back(written.serviced, order),
        site_quarters=kept,
        approved_quarter=_back(approved, order),
        violations={n: v / size for n, v in zip(LIMITS, written.violations.tolist(), strict=True)},
    )


def warm_up() -> None:
    """Compile the engine, which is then kept beside its source, by a run on one site."""
    flat = ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    names = (*PARAMETERS, "demand_cv", "demand_persistence", "pipeline_spread_park",
             "pipeline_spread_cluster")  # fmt: skip
    one = np.ones((1, 1))
    simulate_land(
        make_sites(("site",), np.ones(1), kind=np.zeros(1, dtype=np.int64)), GateRules(),
        StageDurations(flat, flat, flat, flat, flat),
        {f"land.{name}": np.full(1, 0.5) for name in names},
        LandDrivers(np.ones((1, 1, 2)), np.ones((1, 2)), one, one),
        land_noise(1, 0, 1, ("site",)), Horizon(0, 1),
    )  # fmt: skip


def _own(array: NDArray[Any], kind: type = np.float64) -> NDArray[Any]:
    """Give the array as the engine takes it: of one layout, so that it is compiled once."""
    return read_only(np.ascontiguousarray(array, dtype=kind))


def _is_sorted(order: IntArray) -> bool:
    return bool((order == np.arange(order.size)).all())


def _in_order(array: FloatArray, order: IntArray) -> FloatArray:
    """Put the last axis into the order of the engine; it mostly is in it."""
    return _own(array if _is_sorted(order) else array[..., order])


def _back(values: NDArray[Any], order: IntArray) -> NDArray[Any]:
    """Put the last axis back into the order of the sites."""
    if _is_sorted(order):
        return values
    found = np.empty_like(values)
    found[..., order] = values
    return found


def _values(parameters: Mapping[str, FloatArray], noise: LandNoise) -> FloatArray:
    columns = [parameters[f"land.{name}"] for name in PARAMETERS]
    return _own(np.column_stack([*columns, noise.weights]))


def _sites(
    sites: LandSites, rules: GateRules, durations: StageDurations, now: float, first_quarter: int
) -> Sites:
    smallest = np.where(sites.mountain, rules.cluster_smallest_mountain, rules.cluster_smallest)
    planned = sites.stage < ESTABLISHED
    return Sites(
        _own(sites.kind, np.int64), _own(sites.counts), _own(sites.parent, np.int64),
        _own(sites.gross), _own(sites.industrial), _own(sites.cleared), _own(sites.serviced),
        _own(sites.leased), _own(sites.operating), _own(sites.established - now),
        _own(sites.official - now), _own(sites.official_document - now),
        _own(sites.attractiveness), _own(sites.district, np.int64), _own(smallest),
        # what should have left before the start leaves with it
        _own(np.maximum(sites.withdrawal - first_quarter, 0), np.int64),
        _own(sites.merged, np.bool_),
        # a planned site's industrial land may be NaN: it is not finished
        _own((sites.serviced >= sites.industrial) & ~planned, np.bool_), _own(planned, np.bool_),
        _own(np.log(np.maximum(sites.gross, 1.0) / np.array(durations.typical)[sites.kind])),
        _own(sites.slip), _own(planned & is_opened(sites.opening), np.bool_),
    )  # fmt: skip


def _rules(rules: GateRules, durations: StageDurations, sites: Sites, span: IntArray) -> Rules:
    in_order = (
        rules.park_occupancy, rules.cluster_occupancy, rules.park_phase, rules.cluster_size,
        rules.expansion,
    )  # fmt: skip
    return Rules(
        _own(np.array([[r.applies(int(q)) for q in span] for r in in_order]), np.bool_),
        _own(np.array([r.scope == "district" for r in in_order[:2]]), np.bool_),
        rules.districts, rules.cluster_largest, rules.merged_land_to_parks,
        bool((sites.withdrawal < len(span)).any()), bool(sites.opened.any()),
        _own(np.array([getattr(durations, stage) for stage in STAGES_AFTER_APPROVAL])),
        _own(np.array(durations.default_slip)),
    )  # fmt: skip
