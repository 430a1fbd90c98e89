"""Move a scenario to what a plan rests on, in every combination, and share the gap out.

The four references, of which each is printed beside its part:

supply
    The documents' own dates: slip 1 for parks and clusters. When planned sites are established
    stays with the model's rules and procedures.
demand
    The newest plans of land in force, let as the law asks before new sites are established
    (:mod:`kichban.compare.references`): leasing pace and registered capital are multiplied from
    next year on by how much faster that is than the scenario, and all that is hoped for comes
    about (optimism 1). Land that is let fast enough already stays.
productivity
    Output per hectare grows as the output target implies on that land. For a target of land the
    output target of the same year counts; without one the scenario's growth stays.
prices
    A target at 2010 prices counts no rise of prices: wedge 0. Targets at current prices and of land
    leave the scenario's.

What a scenario assumes already as well as the plan stays: a reference never makes it worse.
Land moves no draw of projected output (block G and the land block stand beside each other), so a
target of output follows the land in proportion: as many per cent as output from below gains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from kichban.compare import (
    PARTS,
    Coalition,
    GapAttribution,
    Move,
    along,
    coalitions,
    find_target,
    implied_growth,
    on_land,
    pace_factor,
    planned_leased_land,
    refuse_target,
    share_gap,
)
from kichban.errors import UsageError
from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray, canonical_number
from kichban.projection import Projection, Run, Variable
from kichban.projection.intensity import BASE_YEAR, BELOW
from kichban.scenario import PathStep, Scenario
from kichban.study.workbench import Workbench
from kichban.target import GapRow, gap_to_target, meets, target_values, variable_of

KINDS = (("kcn", "park"), ("ccn", "cluster"))
PRICES = frozenset({"prices"})
GROWTH = "land.output_per_ha_growth"
NOTHING: Coalition = frozenset()


@dataclass(frozen=True, slots=True)
class References:
    """The moves of all four parts, the numbers that are said of them, and the targets behind."""

    moves: tuple[Move, ...]
    said: Mapping[str, float]
    plans: tuple[Target, ...]
    output: Target | None


def attribute_gap(bench: Workbench, scenario: str, wanted: str) -> GapAttribution:
    """Share the gap of a scenario to a target out over what the plan rests on.

    Raises
    ------
    UsageError
        ``E-ATTR-903`` for an unknown target, ``E-ATTR-904`` … ``E-ATTR-908`` where there is no gap
        for its kind, ``E-ATTR-909`` where the median meets it, ``E-ATTR-910`` for what is neither
        land nor output.
    """
    target = find_target(bench.ledger, wanted)
    own = bench.scenarios[scenario]
    output = _output_target(bench.ledger, target)
    projector = bench.asking(_asked(target, output))
    prices = _price_moves(target)
    wedge_zero = moved(bench, own, _price_moves(output) if output is not None else ())
    first = projector.run({"own": Run(own), "prices": Run(wedge_zero)})
    _require_gap(bench, first, target, scenario)
    references = _references(bench, first, own, target, output)
    moves = (*references.moves, *prices)
    mixed = {s: moved(bench, own, [m for m in moves if m.part in s]) for s in coalitions(PARTS)}
    names = {s: "+".join(sorted(s)) for s in mixed}
    projection = projector.run({names[s]: Run(mixed[s]) for s in mixed})
    found = {s: _values(bench, projection, names, s, target) for s in mixed}
    fields: dict[str, Any] = share_gap(found, target.value, projection.block)
    return GapAttribution(
        scenario=scenario, target=target, moves=moves, said=references.said,
        plans=tuple(t.id for t in references.plans),
        output=output.id if output is not None else "", **fields,
    )  # fmt: skip


def moved(bench: Workbench, scenario: Scenario, moves: Sequence[Move]) -> Scenario:
    """Give a scenario with some parameters at their reference."""
    values = {m.key: m.value for m in moves if m.operation == "set"}
    found = bench.changed(scenario, values) if values else scenario
    paths = dict(found.paths)
    for m in moves:
        if m.operation == "scale":
            step = PathStep("scale", "step", ((m.year, m.value),))
            paths[m.key] = (*paths.get(m.key, ()), step)
    return replace(found, paths=MappingProxyType(paths))


def _asked(target: Target, output: Target | None) -> set[Variable]:
    wanted = {variable_of(target), BELOW}
    wanted |= {variable_of(output)} if output is not None else set()
    wanted |= {_leased(kind) for kind, _ in KINDS} | {_made(kind) for kind, _ in KINDS}
    return wanted


def _leased(kind: str) -> Variable:
    return Variable(f"{kind}_leased", "", "area_ha", "ha")


def _made(kind: str) -> Variable:
    return Variable(f"{kind}_industrial_output", "", "level", "bn_vnd", "current")


def _is_output(target: Target) -> bool:
    return (target.indicator, target.breakdown, target.measure) == (
        "industrial_output", "", "level",
    ) and bool(target.price_basis)  # fmt: skip


def _is_land(target: Target) -> bool:
    return target.indicator[:4] in ("kcn_", "ccn_") and target.measure in ("area_ha", "count")


def _output_target(ledger: Ledger, target: Target) -> Target | None:
    """Give the target that output per hectare is read from: the target itself if it is one."""
    if _is_output(target):
        return target
    same = [
        t for t in ledger.targets
        if _is_output(t) and t.in_force and t.period.kind == "year"
        and t.period.year == target.period.year
    ]  # fmt: skip
    return same[-1] if same else None


def _require_gap(bench: Workbench, first: Projection, target: Target, scenario: str) -> None:
    """Refuse a target that is not short, or of which the four parts say nothing."""
    only = replace(first, scenarios={scenario: first.scenarios["own"]})
    rows = [r for r in gap_to_target(bench.ledger, only) if r.target.id == target.id]
    row = rows[0] if rows else GapRow(scenario, target, remark="reached")
    if row.remark == "by_construction":
        raise UsageError("E-ATTR-908", target.id, scenario=scenario)
    if row.remark or math.isnan(row.probability):
        raise refuse_target(target, [row])
    year = first.axis.first_year
    ahead = target.period.kind == "year" and target.period.year > year
    if not (_is_land(target) or _is_output(target)) or not ahead:
        allowed = [
            r.target.id for r in gap_to_target(bench.ledger, _whole(bench, scenario))
            if (_is_land(r.target) or _is_output(r.target)) and r.target.period.year > year
            and math.isfinite(r.probability) and r.gap > 0
        ]  # fmt: skip
        raise UsageError("E-ATTR-910", target.id, year=str(year), allowed=", ".join(allowed))
    if meets(np.array([row.p50]), target)[0]:
        median = canonical_number(row.p50, 5)
        raise UsageError("E-ATTR-909", target.id, scenario=scenario, median=median)


def _whole(bench: Workbench, scenario: str) -> Projection:
    """Run one scenario for all that targets are about."""
    asked = {variable_of(t) for t in bench.ledger.targets}
    return bench.asking(asked).run({scenario: Run(bench.scenarios[scenario])})


def _price_moves(target: Target) -> tuple[Move, ...]:
    if target.price_basis != "constant_2010":
        return ()
    return (Move("prices", "growth.wedge", "set", 0.0),)


def _references(
    bench: Workbench, first: Projection, own: Scenario, target: Target, output: Target | None
) -> References:
    """Work out the references from the medians of the scenario."""
    axis, year = first.axis, target.period.year
    moves = []
    said: dict[str, float] = {"from": float(axis.first_year + 1)}
    plans, land = [], []
    for kind, name in KINDS:
        slip, hoped = f"land.slip_{name}", f"land.optimism_{name}"
        moves.append(Move("supply", slip, "set", min(1.0, _number(own, slip))))
        moves.append(Move("demand", hoped, "set", max(1.0, _number(own, hoped))))
        said |= {f"slip_{name}": _number(own, f"land.slip_{name}"), f"factor_{name}": 1.0}
        said[f"gate_{name}"] = _number(own, f"land.gate_{name}_occupancy")
        plan = _plan(bench.ledger, target, kind)
        start = _median(first, "own", _leased(kind), axis.first_year)
        then = _median(first, "own", _leased(kind), year)
        if plan is None:
            land.append(1.0)
            continue
        plans.append(plan)
        share = _number(own, f"land.industrial_share_{name}")
        whole = planned_leased_land(plan.value, share, said[f"gate_{name}"])
        ahead = (year - axis.first_year) / (plan.period.year - axis.first_year)
        planned = along(start, whole, ahead)
        factor = pace_factor(planned, start, then)
        land.append(planned / then)
        said[f"factor_{name}"] = factor
        if factor > 1.0:
            keys = [f"land.leasing_{name}"]
            keys += ["investment.registered_fdi_park"] if kind == "kcn" else []
            for key in keys:
                moves.append(Move("demand", key, "scale", factor, axis.first_year + 1))
    said["assumed"] = said["implied"] = _number(own, GROWTH)
    said["wedge"] = _number(own, "growth.wedge")
    if output is not None:
        wanted = output.value / _median(first, "prices", variable_of(output), year)
        made = [_median(first, "prices", _made(kind), year) for kind, _ in KINDS]
        outside = max(0.0, _median(first, "prices", BELOW, year) - sum(made))
        implied = implied_growth(
            wanted, made, outside, land, said["assumed"], float(year - BASE_YEAR)
        )
        least, most = bench.given.parameters[GROWTH].error_bounds
        said["implied"] = min(max(implied, least), most)
        if said["implied"] > said["assumed"]:
            moves.append(Move("productivity", GROWTH, "set", said["implied"]))
    return References(tuple(moves), said, tuple(plans), output)


def _plan(ledger: Ledger, target: Target, kind: str) -> Target | None:
    """Give the plan of gross land of a kind: the target itself if it is one, else in force."""
    if target.indicator == f"{kind}_area" and target.measure == "area_ha":
        return target
    plans = [
        t for t in ledger.targets
        if t.indicator == f"{kind}_area" and t.measure == "area_ha" and t.in_force
        and t.breakdown in ("", "stage:planned") and t.period.kind == "year"
        and t.period.year >= target.period.year
    ]  # fmt: skip
    return plans[-1] if plans else None


def _number(scenario: Scenario, key: str) -> float:
    value = scenario.values[key]
    assert isinstance(value, float)
    return value


def _annual(projection: Projection, name: str, variable: Variable, year: int) -> FloatArray:
    paths = projection.scenarios[name].variables[variable]
    assert paths.annual is not None
    return paths.annual[:, year - (projection.axis.last_year + 1 - paths.annual.shape[1])]


def _median(projection: Projection, name: str, variable: Variable, year: int) -> float:
    return float(np.median(_annual(projection, name, variable, year)))


def _values(
    bench: Workbench,
    projection: Projection,
    names: Mapping[Coalition, str],
    moved_parts: Coalition,
    target: Target,
) -> FloatArray:
    """Give the draws of the target's figure with some parts at their reference."""
    paths = projection.scenarios[names[moved_parts]]
    values = target_values(bench.ledger, projection, paths, target)
    assert values is not None
    if not _is_output(target):
        return values
    year = target.period.year
    below = _annual(projection, names[moved_parts], BELOW, year)
    before = _annual(projection, names[moved_parts & PRICES], BELOW, year)
    return on_land(values, below, before)
