"""What each statement says about the series, as one kind of equation.

Every statement becomes ``low ≤ A / B ≤ high``: A and B are sums of a series over months or at
points in time, a plan, or (for B) nothing. A level has no B; growth divides by the same months a
year before; a share of the plan divides by the plan; a contribution in points divides a change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kichban.catalogue import Catalogue
from kichban.ledger import Statement

EquationKind = Literal["level", "growth", "share", "plan", "base", "ratio", "contribution", "bound"]
#: kinds of indicators that are sums over months; all others hold at a point in time
FLOWS = ("flow", "index")


class Node(NamedTuple):
    """One series; `plan` names a plan of it instead of what came about."""

    region: str
    indicator: str
    breakdown: str
    basis: str
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A sum of a node over ``[start, stop)``: months of a flow, one day (ordinal) of a stock."""

    node: Node
    start: int
    stop: int
    sign: float = 1.0


#: figures of one sentence: source, series, first and last month
Release = tuple[str, Node, int, int]


@dataclass(frozen=True, slots=True)
class Equation:
    """``Σ top / Σ bottom`` lies in ``[low, high]`` by the printed digits; an empty bottom is 1.

    `release` groups the figures of one sentence: level, growth and share of plan are one witness.
    A `plan` is the level of a plan, a `base` its growth: what the year before was taken to be.
    A `bound` is one end of a range ("từ … đến …", "trên …"): it says nothing of the other side.
    `other` is a second interval the words allow ("tăng 1,2 lần": 1,2 or 2,2 times).
    """

    statement: Statement
    kind: EquationKind
    top: tuple[Side, ...]
    bottom: tuple[Side, ...]
    low: float
    high: float
    release: Release
    other: tuple[float, float] | None = None

    @property
    def signed(self) -> bool:
        """Whether it is compared as it stands, not in logs: changes may be negative."""
        return any(side.sign < 0 for side in self.top)

    @property
    def of_plan(self) -> bool:
        """Whether it was decided, not measured: no error of a sentence and no later revision."""
        return self.kind in ("plan", "base")

    @property
    def middle(self) -> float:
        """Centre of the interval, or its only end."""
        ends = [v for v in (self.low, self.high) if math.isfinite(v)]
        return sum(ends) / len(ends)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Series it speaks of."""
        return tuple(dict.fromkeys(s.node for s in (*self.top, *self.bottom)))


def axis_of(catalogue: Catalogue, node: Node) -> Literal["months", "days"]:
    """Say whether a node adds up over months or stands at a point in time."""
    return "months" if catalogue.indicators[node.indicator].kind in FLOWS else "days"


def basis_of(s: Statement, catalogue: Catalogue) -> str:
    """Give the price basis a figure is on: as printed, or the one its kind of figure always has."""
    indicator = catalogue.indicators[s.indicator]
    if s.price_basis:
        return s.price_basis
    if indicator.growth_basis and s.measure in ("growth_yoy", "growth_avg", "contribution_pp"):
        return indicator.growth_basis
    return indicator.price_bases[0] if len(indicator.price_bases) == 1 else ""
