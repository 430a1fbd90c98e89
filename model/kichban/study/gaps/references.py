"""What a plan rests on, as changes of a scenario.

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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from kichban.compare import Move, along, implied_growth, pace_factor, planned_leased_land
from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray
from kichban.projection import Projection, Variable
from kichban.projection.intensity import BASE_YEAR, BELOW
from kichban.scenario import PathStep, Scenario
from kichban.study.workbench import Workbench
from kichban.target import variable_of

KINDS = (("kcn", "park"), ("ccn", "cluster"))
GROWTH = "land.output_per_ha_growth"


@dataclass(frozen=True, slots=True)
class References:
    """The moves of all four parts, the numbers that are said of them, and the targets behind."""

    moves: tuple[Move, ...]
    said: Mapping[str, float]
    plans: tuple[Target, ...]
    output: Target | None


def find_references(
    bench: Workbench, first: Projection, own: Scenario, target: Target, output: Target | None
) -> References:
    """Work out the references from the medians of the scenario.

    Parameters
    ----------
    first
        The scenario as it is (``own``) and at the reference of prices (``prices``).
    output
        The target that output per hectare is read from.
    """
    moves: list[Move] = []
    said = {
        "from": float(first.axis.first_year + 1), "assumed": _number(own, GROWTH),
        "implied": _number(own, GROWTH), "wedge": _number(own, "growth.wedge"),
    }  # fmt: skip
    plans, land = [], []
    for kind, name in KINDS:
        plan = _plan(bench.ledger, target, kind)
        slip, gate = f"land.slip_{name}", f"land.gate_{name}_occupancy"
        said |= {f"slip_{name}": _number(own, slip), f"gate_{name}": _number(own, gate)}
        moves.append(Move("supply", slip, "set", min(1.0, _number(own, slip))))
        factor, ratio = 1.0, 1.0
        if plan is not None:
            plans.append(plan)
            share = _number(own, f"land.industrial_share_{name}")
            whole = planned_leased_land(plan.value, share, _number(own, gate))
            factor, ratio = _pace(first, kind, whole, plan.period.year, target.period.year)
        said[f"factor_{name}"] = factor
        land.append(ratio)
        moves += _demand(own, name, factor, first.axis.first_year + 1)
    if output is not None:
        said["implied"] = _implied(bench, first, output, land, target.period.year, said["assumed"])
        if said["implied"] > said["assumed"]:
            moves.append(Move("productivity", GROWTH, "set", said["implied"]))
    return References(tuple(moves), said, tuple(plans), output)


def _pace(
    first: Projection, kind: str, whole: float, plan_year: int, year: int
) -> tuple[float, float]:
    """Give how much faster land is to be leased, and planned leased land over projected."""
    now = first.axis.first_year
    start = _median(first, "own", leased_land(kind), now)
    then = _median(first, "own", leased_land(kind), year)
    planned = along(start, whole, (year - now) / (plan_year - now))
    return pace_factor(planned, start, then), planned / then


def _demand(own: Scenario, name: str, factor: float, year: int) -> list[Move]:
    """Give the moves of demand of a kind: pace, registered capital (of parks) and optimism."""
    hoped = f"land.optimism_{name}"
    moves = [Move("demand", hoped, "set", max(1.0, _number(own, hoped)))]
    keys = [f"land.leasing_{name}"]
    if name == "park":
        keys.append("investment.registered_fdi_park")
    if factor > 1.0:
        moves += [Move("demand", key, "scale", factor, year) for key in keys]
    return moves


def _implied(
    bench: Workbench,
    first: Projection,
    output: Target,
    land: Sequence[float],
    year: int,
    growth: float,
) -> float:
    """Give the growth of output per hectare that a target implies, within the bounds allowed."""
    wanted = output.value / _median(first, "prices", variable_of(output), year)
    made = [_median(first, "prices", made_on_land(kind), year) for kind, _ in KINDS]
    outside = max(0.0, _median(first, "prices", BELOW, year) - sum(made))
    found = implied_growth(wanted, made, outside, land, growth, float(year - BASE_YEAR))
    least, most = bench.given.parameters[GROWTH].error_bounds
    return min(max(found, least), most)


def price_moves(target: Target) -> tuple[Move, ...]:
    """Give the moves of prices for a target."""
    if target.price_basis != "constant_2010":
        return ()
    return (Move("prices", "growth.wedge", "set", 0.0),)


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


def output_target(ledger: Ledger, target: Target) -> Target | None:
    """Give the target that output per hectare is read from: the target itself if it is one."""
    if is_output(target):
        return target
    same = [
        t for t in ledger.targets
        if is_output(t) and t.in_force and t.period.kind == "year"
        and t.period.year == target.period.year
    ]  # fmt: skip
    return same[-1] if same else None


def is_output(target: Target) -> bool:
    """Whether a target is a level of output on a known price basis."""
    return (target.indicator, target.breakdown, target.measure) == (
        "industrial_output", "", "level",
    ) and bool(target.price_basis)  # fmt: skip


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


def _median(projection: Projection, name: str, variable: Variable, year: int) -> float:
    return float(np.median(annual_values(projection, name, variable, year)))


def annual_values(projection: Projection, name: str, variable: Variable, year: int) -> FloatArray:
    """Give the (draw,) values of a variable of a run in a year."""
    paths = projection.scenarios[name].variables[variable]
    assert paths.annual is not None
    return paths.annual[:, year - (projection.axis.last_year + 1 - paths.annual.shape[1])]


def leased_land(kind: str) -> Variable:
    """Name the leased land of a kind."""
    return Variable(f"{kind}_leased", "", "area_ha", "ha")


def made_on_land(kind: str) -> Variable:
    """Name the output from below of a kind."""
    return Variable(f"{kind}_industrial_output", "", "level", "bn_vnd", "current")
