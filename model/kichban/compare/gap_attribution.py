"""What makes the gap to a target: parts by what the plan rests on, and what remains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kichban.compare.attribution import monte_carlo_error, statistics_of
from kichban.compare.shapley import Coalition, not_additive, shapley, worths
from kichban.ledger import Target
from kichban.numbers import FloatArray, canonical_number

#: what a gap is shared out over, in this order; what none of them explains is the remainder
PARTS = ("supply", "demand", "productivity", "prices")
#: `part` is median (the projection), the four parts, remainder, then target: all but the last add
#: up to it. `value` of a part is its Shapley value, `error` its Monte-Carlo error, `alone` what it
#: brings as the first to move to its reference, `last` as the last one.
GAP_COLUMNS = (
    "scenario", "target", "region", "indicator", "breakdown", "period", "measure", "part", "value",
    "error", "alone", "last", "unit", "price_basis",
)  # fmt: skip
#: how a parameter of the scenario is moved to its reference: ``set`` to a value in all years, or
#: ``scale`` by a factor from a year on
REFERENCE_COLUMNS = ("scenario", "target", "part", "parameter", "operation", "value", "from")
DIGITS = 9


class Move(NamedTuple):
    """How one parameter goes to its reference; `year` is the first one of a factor, else 0."""

    part: str
    key: str
    operation: str
    value: float
    year: int = 0


@dataclass(frozen=True, slots=True)
class GapAttribution:
    """The gap of a scenario to a target, shared out; `said` are the numbers of the references.

    The median, the parts and the remainder add up to the target.
    """

    scenario: str
    target: Target
    median: float
    part: Mapping[str, float]
    error: Mapping[str, float]
    alone: Mapping[str, float]
    last: Mapping[str, float]
    remainder: float
    remainder_error: float
    not_additive: float
    moves: tuple[Move, ...]
    said: Mapping[str, float]
    plans: tuple[str, ...]
    output: str


def on_land(output: FloatArray, below: FloatArray, before: FloatArray) -> FloatArray:
    """Let output follow the land it stands on: as many per cent as output from below gains.

    Parameters
    ----------
    output : (draw,) float64
        As projected; land moves no draw of it.
    below, before : (draw,) float64
        Output of leased land and outside it, with and without the change of land.

    Examples
    --------
    >>> on_land(np.array([100.0]), np.array([66.0]), np.array([60.0])).round(6)
    array([110.])
    """
    return np.asarray(output * (below / before))


def share_gap(found: Mapping[Coalition, FloatArray], value: float, block: int) -> dict[str, object]:
    """Share target less median out among the four parts; what is left remains.

    Parameters
    ----------
    found : coalition of :data:`PARTS` → (draw,) float64
        The figure with these at their reference, on common draws.
    value
        The target.

    Returns
    -------
    fields of :class:`GapAttribution`
    """
    medians = {s: statistics_of(v, block=block)[:, 0] for s, v in found.items()}
    worth = worths(medians, PARTS)
    parts = shapley(worth, PARTS)
    none, everybody = worth[frozenset()], worth[frozenset(PARTS)]
    whole = {s: v[0] for s, v in worth.items()}
    share = not_additive(whole, {n: p[0] for n, p in parts.items()})
    return {
        "median": float(none[0]),
        "part": {n: float(p[0]) for n, p in parts.items()},
        "error": {n: float(monte_carlo_error(p[1:])) for n, p in parts.items()},
        "alone": {n: float(whole[frozenset({n})] - none[0]) for n in PARTS},
        "last": {n: float(everybody[0] - whole[frozenset(PARTS) - {n}]) for n in PARTS},
        "remainder": value - float(everybody[0]),
        "remainder_error": float(monte_carlo_error(everybody[1:])),
        "not_additive": float(share),
    }


def gap_attribution_rows(found: GapAttribution, region: str) -> list[tuple[str, ...]]:
    """Give the rows of ``gap_attribution.csv``."""
    t = found.target
    key = (found.scenario, t.id, region, t.indicator, t.breakdown, t.period.text, t.measure)
    lines: list[tuple[str, tuple[float, ...]]] = [("median", (found.median,))]
    for name in PARTS:
        beside = (found.error[name], found.alone[name], found.last[name])
        lines.append((name, (found.part[name], *beside)))
    lines.append(("remainder", (found.remainder, found.remainder_error)))
    lines.append(("target", (t.value,)))
    return [
        (*key, part, *(canonical_number(v, DIGITS) for v in numbers), *[""] * (4 - len(numbers)),
         t.unit, t.price_basis)
        for part, numbers in lines
    ]  # fmt: skip


def reference_rows(found: GapAttribution) -> list[tuple[str, ...]]:
    """Give the rows of ``gap_references.csv``: the references as changes of the scenario."""
    return [
        (found.scenario, found.target.id, m.part, m.key, m.operation,
         canonical_number(m.value, DIGITS), str(m.year or ""))
        for m in found.moves
    ]  # fmt: skip
