"""Three rules that need no model: what a forecast must beat."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kichban.ledger import Ledger, Statement, newest_print
from kichban.projection import Variable
from kichban.reconcile import Series, SeriesRow

OUTPUT = Variable("industrial_output", "", "level", "bn_vnd", "current")
#: in the order of the table
RULES = ("last_growth", "naive", "plan")


@dataclass(frozen=True, slots=True)
class Rules:
    """What each rule says about the year; ``None`` where its figures were not out.

    `months` of the year were known: the longest cumulative print of that day.
    """

    last_growth: float | None
    naive: float | None
    plan: float | None
    months: int

    def get(self, rule: str) -> float | None:
        """Give one of them by name."""
        return {"last_growth": self.last_growth, "naive": self.naive, "plan": self.plan}[rule]


def simple_rules(
    newest: Ledger, series: Series, as_of: dt.date, year: int, variable: Variable = OUTPUT
) -> Rules:
    """Apply the rules to what was printed by `as_of`.

    Of a level ``naive`` is that of the year before, as printed, else as the series of that day
    estimates it; ``last_growth`` is that level grown by the year's newest cumulative rate, else by
    last year's; ``plan`` is the plan as printed, else as implied by the newest "x % of the plan".
    Where the year before is not known either, the one before it stands in, grown twice. Of a rate
    of growth ``naive`` is last year's and ``last_growth`` the newest cumulative one.

    Parameters
    ----------
    newest
        All prints; only those published by `as_of` are looked at. Prints are taken as they are
        read today, which favours the rules.
    series
        Series of that day.
    """
    level = variable.measure == "level"
    seen = [
        s for s in newest.select(
            variable.indicator, "", price_basis=variable.price_basis if level else None
        )
        if s.published is not None and s.published <= as_of and s.period is not None
    ]  # fmt: skip
    printed = [s for s in seen if not s.is_plan]
    so_far = [s for s in printed if _is_so_far(s, year)]
    spoken = (
        [s for s in printed if _is_so_far(s, y) or _is_year(s, y)]
        for y in (year, year - 1, year - 2)
    )
    rate = next((r for rows in spoken if (r := _newest_growth(rows)) is not None), None)
    months = max((s.period.months for s in so_far if s.period), default=0)
    if not level:
        last = _level(printed, series, year - 1, variable)
        return Rules(None if rate is None else rate.value, last, None, months)
    growth = None if rate is None else rate.value / 100.0
    bases = ((n, _level(printed, series, year - n, variable)) for n in (1, 2))
    years, base = next(((n, b) for n, b in bases if b is not None), (1, None))
    return Rules(
        last_growth=None if base is None or growth is None else base * (1.0 + growth) ** years,
        naive=base,
        plan=_plan(seen, so_far, year),
        months=months,
    )


def simple_quarters(known: Mapping[int, float], horizon: int) -> dict[str, dict[int, float]]:
    """Give what three rules say of the quarters that follow.

    >>> said = simple_quarters({0: 10.0, 1: 20.0, 2: 10.0, 3: 20.0, 4: 11.0}, 2)
    >>> said["naive"][5], said["seasonal_naive"][5], round(said["last_growth"][5], 6)
    (11.0, 20.0, 22.0)
    """
    last = max(known)
    rate = known[last] / known[last - 4] if last - 4 in known else math.nan
    said: dict[str, dict[int, float]] = {"naive": {}, "seasonal_naive": {}, "last_growth": {}}
    for quarter in range(last + 1, last + 1 + horizon):
        years = -(-(quarter - last) // 4)
        base = known.get(quarter - 4 * years, math.nan)
        said["naive"][quarter] = known[last]
        said["seasonal_naive"][quarter] = base
        said["last_growth"][quarter] = base * rate**years
    return said


def _is_year(s: Statement, year: int) -> bool:
    return s.period is not None and s.period.kind == "year" and s.period.year == year


def _is_so_far(s: Statement, year: int) -> bool:
    p = s.period
    return (
        p is not None and p.is_year_to_date and p.year == year and p.months < 12 and p.kind != "day"
    )


def _level(
    printed: Sequence[Statement], series: Series, year: int, variable: Variable
) -> float | None:
    rows = [s for s in printed if s.measure == variable.measure and _is_year(s, year)]
    if rows:
        return newest_print(rows).value
    return next(
        (
            r.value
            for r in series.own_rows
            if speaks_of(r, variable) and r.period.kind == "year" and r.period.year == year
        ),
        None,
    )


def speaks_of(row: SeriesRow, variable: Variable) -> bool:
    """Whether a row is of a variable; growth is kept under the basis it was printed with."""
    same = (row.indicator, row.breakdown, row.measure) == (
        variable.indicator, variable.breakdown, variable.measure,
    )  # fmt: skip
    return same and (variable.measure != "level" or row.price_basis == variable.price_basis)


def _newest_growth(rows: Sequence[Statement]) -> Statement | None:
    growth = [s for s in rows if s.measure == "growth_yoy" and s.period]
    if not growth:
        return None
    longest = max(s.period.months for s in growth if s.period)
    return newest_print([s for s in growth if s.period and s.period.months == longest])


def _plan(seen: Sequence[Statement], so_far: Sequence[Statement], year: int) -> float | None:
    plans = [s for s in seen if s.is_plan and s.measure == "level" and _is_year(s, year)]
    if plans:
        return newest_print(plans).value
    for share in reversed([s for s in so_far if s.measure == "share_of_plan" and s.value > 0]):
        for level in so_far:
            same = level.period == share.period and level.source == share.source
            if level.measure == "level" and same:
                return 100.0 * level.value / share.value
    return None
