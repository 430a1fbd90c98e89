"""Run a scenario with what a plan rests on, in every combination, and share the gap out.

Land moves no draw of projected output (block G and the land block stand beside each other), so a
target of output follows the land in proportion: as many per cent as output from below gains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from kichban.compare import (
    PARTS,
    Coalition,
    GapAttribution,
    coalitions,
    find_target,
    on_land,
    refuse_target,
    share_gap,
)
from kichban.errors import UsageError
from kichban.ledger import Target
from kichban.numbers import FloatArray, canonical_number
from kichban.projection import Projection, Run, Variable
from kichban.projection.intensity import BELOW
from kichban.study.gaps.references import (
    KINDS,
    annual_values,
    find_references,
    is_output,
    leased_land,
    made_on_land,
    moved,
    output_target,
    price_moves,
)
from kichban.study.workbench import Workbench
from kichban.target import GapRow, gap_to_target, meets, target_values, variable_of

PRICES = frozenset({"prices"})


def attribute_gap(bench: Workbench, scenario: str, wanted: str) -> GapAttribution:
    """Share the gap of a scenario to a target out over what the plan rests on.

    Raises
    ------
    UsageError
        ``E-ATTR-903`` for an unknown target, ``E-ATTR-904`` … ``E-ATTR-908`` where there is no gap
        for its kind, ``E-ATTR-909`` where the median meets it, ``E-ATTR-910`` for what is neither
        land nor output, ``E-ATTR-912`` where too little is known of land.
    """
    target = find_target(bench.ledger, wanted)
    own = bench.scenarios[scenario]
    output = output_target(bench.ledger, target)
    projector = bench.asking(_asked(target, output))
    prices = price_moves(target)
    wedge_zero = moved(bench, own, price_moves(output) if output is not None else ())
    first = projector.run({"own": Run(own), "prices": Run(wedge_zero)})
    _require_gap(bench, first, target, scenario)
    references = find_references(bench, first, own, target, output)
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


def _asked(target: Target, output: Target | None) -> set[Variable]:
    wanted = {variable_of(target), BELOW}
    wanted |= {variable_of(output)} if output is not None else set()
    wanted |= {leased_land(kind) for kind, _ in KINDS} | {made_on_land(kind) for kind, _ in KINDS}
    return wanted


def _is_land(target: Target) -> bool:
    return target.indicator[:4] in ("kcn_", "ccn_") and target.measure in ("area_ha", "count")


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
    if not (_is_land(target) or is_output(target)) or not ahead:
        allowed = [
            r.target.id for r in gap_to_target(bench.ledger, _whole(bench, scenario))
            if (_is_land(r.target) or is_output(r.target)) and r.target.period.year > year
            and math.isfinite(r.probability) and r.gap > 0
        ]  # fmt: skip
        raise UsageError("E-ATTR-910", target.id, year=str(year), allowed=", ".join(allowed))
    if meets(np.array([row.p50]), target)[0]:
        median = canonical_number(row.p50, 5)
        raise UsageError("E-ATTR-909", target.id, scenario=scenario, median=median)
    if not _asked(target, None) <= set(first.scenarios["own"].variables):
        raise UsageError("E-ATTR-912", target.id)


def _whole(bench: Workbench, scenario: str) -> Projection:
    """Run one scenario for all that targets are about."""
    asked = {variable_of(t) for t in bench.ledger.targets}
    return bench.asking(asked).run({scenario: Run(bench.scenarios[scenario])})


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
    if not is_output(target):
        return values
    year = target.period.year
    below = annual_values(projection, names[moved_parts], BELOW, year)
    before = annual_values(projection, names[moved_parts & PRICES], BELOW, year)
    return on_land(values, below, before)
