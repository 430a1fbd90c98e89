"""What each statement says about monthly levels, as one kind of equation.

Every statement becomes ``log A − log B = y``: A and B are sums of months of a node (the total or
a part), a plan, or nothing. A level has no B; growth divides by the same months a year before;
a share of the plan divides by the plan.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kichban.ledger import Ledger, Statement
from kichban.periods import Period, parse_period

TOTAL = ""
INDICATOR = "industrial_output"
BASIS = "current"
FLOW_KINDS = ("year", "quarter", "month", "span")


@dataclass(frozen=True, slots=True)
class Side:
    """A sum of months of a node, or the plan of a year: one side of a ratio."""

    node: str
    start: int
    stop: int
    kind: Literal["months", "plan"] = "months"


@dataclass(frozen=True, slots=True)
class Observation:
    """``log(top) − log(bottom)`` lies in ``[low, high]`` by the printed digits.

    `release` groups the figures of one sentence: level, growth and share of plan are one witness.
    """

    statement: Statement
    top: Side
    bottom: Side | None
    low: float
    high: float
    release: tuple[str, str, int, int]

    @property
    def middle(self) -> float:
        """Centre of the interval."""
        return 0.5 * (self.low + self.high)

    @property
    def half_width(self) -> float:
        """Half the width of the interval: the rounding."""
        return 0.5 * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The observations of one indicator and price basis, and the months they cover."""

    observations: tuple[Observation, ...]
    nodes: tuple[str, ...]
    first_month: int
    last_month: int

    @property
    def months(self) -> int:
        """How many months are covered."""
        return self.last_month - self.first_month + 1


def collect_evidence(ledger: Ledger, parts: Sequence[str]) -> Evidence | None:
    """Collect what is printed about industrial output at current prices; ``None`` if nothing.

    A node is kept only if some level of it is printed: growth alone fixes no level.
    """
    rows = [
        s
        for s in ledger.select(INDICATOR, price_basis=BASIS)
        if s.period is not None and s.period.kind in FLOW_KINDS
    ]
    equations = [o for s in rows if (o := observe(s)) is not None]
    levels = {
        o.top.node for o in equations if o.statement.measure == "level" and not o.statement.is_plan
    }
    nodes = tuple(n for n in (TOTAL, *parts) if n in levels)
    if TOTAL not in nodes:
        return None
    observations = _one_witness([o for o in equations if o.top.node in nodes])
    covered = [o for o in observations if o.top.kind == "months"]
    sides = [s for o in covered for s in (o.top, o.bottom) if s is not None and s.kind == "months"]
    first = min(s.start for s in sides) // 12 * 12
    last = max(o.top.stop for o in covered) - 1
    return Evidence(tuple(observations), nodes, first, last)


def _node(statement: Statement) -> str:
    return "" if statement.breakdown.startswith("base:") else statement.breakdown


def observe(s: Statement) -> Observation | None:
    """Give the equation of one statement, or ``None`` where its measure is not of this form."""
    period = s.period
    assert period is not None
    low, high = s.interval
    node = _node(s)
    top = Side(node, period.start, period.stop)
    bottom: Side | None = None
    if s.is_plan:
        if s.measure != "level" or period.kind != "year":
            return None  # growth of a plan tells of the plan, not of the series
        top = Side(node, period.start, period.stop, "plan")
    elif s.measure == "level":
        pass
    elif s.measure == "growth_yoy":
        low, high = 1 + low / 100, 1 + high / 100
        bottom = Side(node, period.start - 12, period.stop - 12)
    elif s.measure == "growth_mom" and period.kind == "month":
        low, high = 1 + low / 100, 1 + high / 100
        bottom = Side(node, period.start - 1, period.stop - 1)
    elif s.measure == "growth_ratio" and s.breakdown.startswith("base:"):
        base = parse_period(s.breakdown.removeprefix("base:"))
        bottom = Side(node, base.start, base.stop)
    elif s.measure == "share_pct" and node:
        low, high = low / 100, high / 100
        bottom = Side(TOTAL, period.start, period.stop)
    elif s.measure == "share_of_plan":
        low, high = low / 100, high / 100
        bottom = Side(node, *_year(period), "plan")
    else:
        return None
    if low <= 0 or high <= low:
        return None
    release = (s.source, node, period.start, period.stop)
    return Observation(s, top, bottom, math.log(low), math.log(high), release)


def _year(period: Period) -> tuple[int, int]:
    return period.year * 12, period.year * 12 + 12


def _one_witness(observations: Sequence[Observation]) -> list[Observation]:
    """Let a share of the plan speak of the plan only where its sentence prints the level too."""
    levels = {
        o.release: o
        for o in observations
        if o.statement.measure == "level" and o.top.kind == "months"
    }
    found = []
    for o in observations:
        level = levels.get(o.release)
        if o.statement.measure == "share_of_plan" and level is not None and o.bottom is not None:
            low, high = level.low - o.high, level.high - o.low
            found.append(Observation(o.statement, o.bottom, None, low, high, o.release))
        else:
            found.append(o)
    return found


def published(observation: Observation) -> dt.date:
    """Day on which the statement was printed."""
    return observation.statement.published or dt.date.min
