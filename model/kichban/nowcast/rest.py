"""Year totals of indicators with a few prints: last year, the year to date, the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.forecast import Frequency, load_learned
from kichban.ledger import Ledger, Statement, newest_print
from kichban.numbers import FloatArray


@dataclass(frozen=True, slots=True)
class YearBase:
    """Last full year's level, how sure it is (log sd), and the statements it rests on."""

    year: int
    level: float
    sd: float
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearToDate:
    """The newest cumulative print of a year: months covered, level and growth (fractions)."""

    year: int
    months: int
    level: float | None
    growth: float | None
    statements: tuple[str, ...]


def year_base(ledger: Ledger, indicator: str, year: int, breakdown: str = "") -> YearBase | None:
    """Give the level of `year`: as printed, else implied by the next year's plan and its growth.

    A plan printed as "x, up y %" says which level its makers counted with.
    """
    levels = [
        s
        for s in ledger.select(indicator, breakdown, "level")
        if not s.is_plan and _is_year(s, year)
    ]
    if levels:
        best = newest_print(levels)
        sd = 0.001 if best.status == "actual" else 0.012
        return YearBase(year, best.value, sd, (best.id,))
    plans, growth = (
        [
            s
            for s in ledger.select(indicator, breakdown, measure)
            if s.is_plan and _is_year(s, year + 1)
        ]
        for measure in ("level", "growth_yoy")
    )
    for plan in reversed(plans):
        rate = next((g for g in growth if g.source == plan.source), None)
        if rate is not None:
            level = plan.value / (1 + rate.value / 100)
            return YearBase(year, level, 0.015, (plan.id, rate.id))
    return None


def _is_year(s: Statement, year: int) -> bool:
    return s.period is not None and s.period.kind == "year" and s.period.year == year


def year_to_date(
    ledger: Ledger, indicator: str, year: int, breakdown: str = ""
) -> YearToDate | None:
    """Give the newest cumulative figures of `year`: the longest span, its newest print."""
    rows = [
        s
        for s in ledger.select(indicator, breakdown)
        if not s.is_plan
        and s.period is not None
        and s.period.is_year_to_date
        and s.period.year == year
        and s.period.months < 12
        and s.period.kind in ("span", "quarter", "month")
    ]
    if not rows:
        return None
    longest = max(s.period.months for s in rows if s.period)
    kept = [s for s in rows if s.period and s.period.months == longest]
    level, growth = (
        newest_print(found) if (found := [s for s in kept if s.measure == measure]) else None
        for measure in ("level", "growth_yoy")
    )
    used = tuple(s.id for s in (level, growth) if s is not None)
    if not used:
        return None
    return YearToDate(
        year, longest, level.value if level else None,
        growth.value / 100 if growth else None, used,
    )  # fmt: skip


def momentum(known: int, frequency: Frequency = "M") -> float:
    """Give the share of growth so far in what is still to come; the model's has the rest.

    Learned on other series. Of monthly ones a sixth carries on after one month and a third after
    six; quarterly ones, calmer, keep a half after one quarter and three quarters after three.

    Parameters
    ----------
    known : int
        Periods of the year that are known, neither none nor all.

    >>> 0.1 < momentum(1) < momentum(6) < 0.5 < momentum(2, "Q") < 0.7
    True
    """
    return float(load_learned()[frequency].momentum[known - 1])


def rest_of_year(
    base: FloatArray, so_far: YearToDate | None, model_growth: FloatArray, noise: FloatArray
) -> FloatArray:
    """Give the year total: the print so far plus last year's remainder, grown.

    Parameters
    ----------
    base : (draw,) float64
        Last year's total.
    so_far
        The cumulative print, if there is one with level and growth.
    model_growth : (draw,) float64
        Growth that the model expects for the rest, fractions.
    noise : (draw,) float64
        Log error of the remainder.

    Returns
    -------
    total : (draw,) float64

    Examples
    --------
    Exports of 2024 from six months (12.600, +22,58 %) on a base of 27.409:

    >>> six = YearToDate(2024, 6, 12600.0, 0.2258, ())
    >>> rest_of_year(np.array([27409.0]), six, np.array([0.2258]), np.zeros(1)).round()
    array([33598.])
    """
    if so_far is None or so_far.level is None or so_far.growth is None:
        return np.asarray(base * (1.0 + model_growth) * np.exp(noise))
    remainder = np.maximum(base - so_far.level / (1.0 + so_far.growth), 0.0)
    share = momentum(so_far.months)
    growth = share * so_far.growth + (1.0 - share) * model_growth
    return np.asarray(so_far.level + remainder * (1.0 + growth) * np.exp(noise))
