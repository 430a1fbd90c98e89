"""A growth scenario by quarter, held against what was printed; the quarters left are recomputed."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kichban.ledger import Ledger, Statement, Target, age
from kichban.nowcast import YearStart, draw_years
from kichban.numbers import FloatArray
from kichban.periods import Period, quarter_period


class Quarter(NamedTuple):
    """One quarter of a growth scenario, growth on the year before as fractions, NaN where none.

    `first` and `newest` are its first and newest print, with the ids of all prints; `expected`
    is the middle of the projection with its 80 % interval; `needed` what the quarter has to bring
    for the year to grow as wanted.
    """

    period: Period
    target: str
    planned: float
    first: float
    newest: float
    statements: tuple[str, ...]
    low: float
    expected: float
    high: float
    needed: float


def planned_quarters(ledger: Ledger, indicator: str, year: int) -> dict[int, Target]:
    """Give the targets for single quarters of a year by quarter, 1 to 4."""
    return {
        t.period.start // 3 % 4 + 1: t
        for t in ledger.targets
        if t.indicator == indicator and t.period.kind == "quarter" and t.measure == "growth_yoy"
        and t.period.year == year and t.in_force and not t.breakdown
    }  # fmt: skip


def wanted_growth(ledger: Ledger, indicator: str, year: int) -> Target | None:
    """Give the target in force for the growth of a whole year, the newest where there are two."""
    found = [
        t
        for t in ledger.targets
        if t.indicator == indicator and t.measure == "growth_yoy" and t.period.kind == "year"
        and t.period.year == year and t.in_force and not t.breakdown
    ]  # fmt: skip
    return max(found, key=lambda t: t.published, default=None)


def track_quarters(
    ledger: Ledger,
    indicator: str,
    year: int,
    start: YearStart | None,
    expected: FloatArray | None,
    wanted: float,
) -> tuple[Quarter, ...]:
    """Hold the quarters of a year against their plan.

    Parameters
    ----------
    start
        What is known of the year by quarter, at constant prices.
    expected : (draw, quarter) float64 or None
        Projected growth of the quarters of this year still to come, the last ones.
    wanted
        Growth of the whole year, a fraction; NaN where nothing is asked of it.
    """
    plan = planned_quarters(ledger, indicator, year)
    needed = needed_quarters(wanted, start, {q: t.value / 100.0 for q, t in plan.items()})
    ahead = 0 if expected is None else expected.shape[1]
    found = []
    for quarter in range(1, 5):
        period = quarter_period(4 * year + quarter - 1)
        prints = _prints(ledger, indicator, period)
        low = middle = high = math.nan
        if expected is not None and quarter > 4 - ahead and not prints:
            column = expected[:, quarter - 5 + ahead]
            if np.isfinite(column).all():
                low, middle, high = (float(q) for q in np.quantile(column, (0.1, 0.5, 0.9)))
        target = plan.get(quarter)
        found.append(
            Quarter(
                period, target.id if target else "", target.value / 100.0 if target else math.nan,
                prints[0].value / 100.0 if prints else math.nan,
                prints[-1].value / 100.0 if prints else math.nan,
                tuple(s.id for s in prints), low, middle, high, needed.get(quarter, math.nan),
            )
        )  # fmt: skip
    return tuple(found)


def needed_quarters(
    wanted: float, start: YearStart | None, planned: dict[int, float]
) -> dict[int, float]:
    """Give the growth that the quarters left need for the year to grow as wanted.

    Where each of them has a planned growth, all are shifted by the same number of points; else
    they need one and the same growth.

    Examples
    --------
    Four quarters of one size; the first grew by 14 % instead of 10 %, the year wants 12 %:

    >>> start = YearStart(2024, 3, 1, np.log([25.0] * 4 + [28.5]), np.zeros((5, 1)), "")
    >>> {q: round(g, 4) for q, g in needed_quarters(0.12, start, {}).items()}
    {2: 0.1133, 3: 0.1133, 4: 0.1133}
    >>> plan = {2: 0.10, 3: 0.12, 4: 0.15}
    >>> {q: round(g, 4) for q, g in needed_quarters(0.12, start, plan).items()}
    {2: 0.09, 3: 0.11, 4: 0.14}
    """
    if start is None or start.step != 3 or start.known == 4 or math.isnan(wanted):
        return {}
    known = draw_years(start, np.zeros((1, start.root.shape[1])))
    usual = known.before[0, -1, start.known :]
    left = (1.0 + wanted) * known.last_year[0] - known.so_far[0] - usual.sum()
    quarters = range(start.known + 1, 5)
    if all(q in planned for q in quarters):
        asked = np.array([planned[q] for q in quarters])
        shift = (left - asked @ usual) / usual.sum()
        return {q: float(g + shift) for q, g in zip(quarters, asked, strict=True)}
    return {q: float(left / usual.sum()) for q in quarters}


def _prints(ledger: Ledger, indicator: str, period: Period) -> list[Statement]:
    """Give the prints of a quarter's growth, the oldest first."""
    found = [
        s
        for s in ledger.select(indicator, "", "growth_yoy")
        if not s.is_plan and s.period == period
    ]
    return sorted(found, key=age)
