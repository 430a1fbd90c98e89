"""What was printed when, and how far figures moved between their first and their last print."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kichban.ledger import Ledger, Statement, age

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Vintages:
    """All prints of one figure, oldest first."""

    prints: tuple[Statement, ...]

    @property
    def rate(self) -> bool:
        """Whether revisions are points; of levels they are per cent."""
        return self.prints[0].unit.startswith("percent")

    def moved(self, k: int) -> float:
        """Give how far print `k` lies from the first: points of a rate, per cent of a level."""
        first, value = self.prints[0].value, self.prints[k].value
        if self.rate:
            return value - first
        return 100 * (value / first - 1) if first else float("nan")


@dataclass(frozen=True, slots=True)
class Revisions:
    """Statistics of last print less first print over the figures of an indicator and measure.

    Attributes
    ----------
    figures, revised
        Figures printed on at least two days, and those whose prints disagree in their digits.
    mean, mean_absolute, sd
        Points of rates, per cent of levels; sd 0 with a single figure.
    months
        Median time between first and last print.
    """

    indicator: str
    measure: str
    unit: str
    figures: int
    revised: int
    mean: float
    mean_absolute: float
    sd: float
    months: float


def vintages(ledger: Ledger) -> tuple[Vintages, ...]:
    """Give the prints of every figure in use, in the order of their keys; plans apart."""
    groups: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for s in ledger.statements:
        if s.use == "yes" and s.period is not None and s.published is not None:
            key = (s.region, s.indicator, s.breakdown, s.measure, s.price_basis,
                   "plan" if s.is_plan else "", f"{s.period.start:06d}", s.period.text)  # fmt: skip
            groups[key].append(s)
    return tuple(Vintages(tuple(sorted(rows, key=age))) for _, rows in sorted(groups.items()))


def revisions(ledger: Ledger) -> tuple[Revisions, ...]:
    """Give statistics per indicator and measure, of figures printed on two days at least."""
    groups: dict[tuple[str, str, str], list[Vintages]] = defaultdict(list)
    for figure in vintages(ledger):
        first, last = figure.prints[0], figure.prints[-1]
        if first.published != last.published and not first.is_plan and first.id not in ledger.odd:
            unit = "percentage_point" if figure.rate else "percent"
            groups[first.indicator, first.measure, unit].append(figure)
    return tuple(_statistics(key, rows) for key, rows in sorted(groups.items()))


def _statistics(key: tuple[str, str, str], rows: Sequence[Vintages]) -> Revisions:
    moves = [r.moved(-1) for r in rows]
    gaps = [_days(r.prints[0], r.prints[-1]) / DAYS_A_MONTH for r in rows]
    return Revisions(
        *key, len(rows), sum(_disagree(r.prints[0], r.prints[-1]) for r in rows),
        statistics.fmean(moves), statistics.fmean(map(abs, moves)), statistics.pstdev(moves),
        statistics.median(gaps),
    )  # fmt: skip


def _days(a: Statement, b: Statement) -> int:
    assert a.published is not None
    assert b.published is not None
    return (b.published - a.published).days


def _disagree(a: Statement, b: Statement) -> bool:
    return a.interval[1] < b.interval[0] or b.interval[1] < a.interval[0]
