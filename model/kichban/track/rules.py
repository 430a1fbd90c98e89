"""Three rules that need no model: what a forecast must beat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kichban.ledger import Ledger, Statement, newest_print
from kichban.reconcile import Series

INDICATOR, BASIS = "industrial_output", "current"
#: in the order of the table
RULES = ("last_growth", "naive", "plan")


@dataclass(frozen=True, slots=True)
class Rules:
    """What each rule says about the year, bn VND; ``None`` where its figures were not out.

    `months` of the year were known: the longest cumulative print of that day.
    """

    last_growth: float | None
    naive: float | None
    plan: float | None
    months: int

    def get(self, rule: str) -> float | None:
        """Give one of them by name."""
        return {"last_growth": self.last_growth, "naive": self.naive, "plan": self.plan}[rule]


def simple_rules(newest: Ledger, series: Series, as_of: dt.date, year: int) -> Rules:
    """Apply the rules to what was printed by `as_of`.

    ``naive`` is last year's level, as printed, else as the series of that day estimates it;
    ``last_growth`` is that level grown by the year's newest cumulative rate, else by last year's;
    ``plan`` is the plan as printed, else as implied by the newest "x % of the plan".

    Parameters
    ----------
    newest
        All prints; only those published by `as_of` are looked at. Prints are taken as they are
        read today, which favours the rules.
    series
        Series of that day.
    """
    seen = [
        s for s in newest.select(INDICATOR, "", price_basis=BASIS)
        if s.published is not None and s.published <= as_of and s.period is not None
    ]  # fmt: skip
    printed = [s for s in seen if not s.is_plan]
    so_far = [s for s in printed if _is_so_far(s, year)]
    last = _level(printed, series, year - 1)
    rate = _newest_growth(so_far) or _newest_growth([s for s in printed if _is_year(s, year - 1)])
    growth = None if rate is None else rate.value / 100.0
    return Rules(
        last_growth=None if last is None or growth is None else last * (1.0 + growth),
        naive=last,
        plan=_plan(seen, so_far, year),
        months=max((s.period.months for s in so_far if s.period), default=0),
    )


def _is_year(s: Statement, year: int) -> bool:
    return s.period is not None and s.period.kind == "year" and s.period.year == year


def _is_so_far(s: Statement, year: int) -> bool:
    p = s.period
    return (
        p is not None and p.is_year_to_date and p.year == year and p.months < 12 and p.kind != "day"
    )


def _level(printed: Sequence[Statement], series: Series, year: int) -> float | None:
    rows = [s for s in printed if s.measure == "level" and _is_year(s, year)]
    if rows:
        return newest_print(rows).value
    return next(
        (
            r.value
            for r in series.rows
            if (r.indicator, r.breakdown, r.measure, r.price_basis)
            == (INDICATOR, "", "level", BASIS)
            and r.period.kind == "year"
            and r.period.year == year
        ),
        None,
    )


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
