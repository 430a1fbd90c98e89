"""What a target still asks for: the amount, and the rate it implies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from kichban.ledger import Ledger, Statement, Target, age, newest_print
from kichban.projection import LastLevel


@dataclass(frozen=True, slots=True)
class Required:
    """Amount and rate needed, with the span over all printed bases.

    `amount` in the target's unit; rates are fractions. `base` names the statements used.
    """

    amount: float
    rate: float | None
    kind: Literal["rest_of_year_yoy", "per_year", ""]
    low: float | None
    high: float | None
    base: tuple[str, ...]


def rest_of_year_rate(plan: float, so_far: float, last_year: float, last_so_far: float) -> float:
    r"""Give the growth on the same months of last year that the rest of the year needs.

    .. math:: r = \frac{P - Y}{L - Y_{-1}} - 1

    Parameters
    ----------
    plan, so_far : float
        Plan of the year and year to date, any unit.
    last_year, last_so_far : float
        Last year's total and its same months.

    Examples
    --------
    The second half of 2024 on the base implied by +28 %, and on two printed ones:

    >>> round(100 * rest_of_year_rate(665760, 315145, 541160, 315145 / 1.28), 1)
    18.9
    >>> [round(100 * rest_of_year_rate(665760, 315145, y, 238782), 1) for y in (541160, 541169)]
    [16.0, 15.9]
    """
    return (plan - so_far) / (last_year - last_so_far) - 1.0


def rate_per_year(target: float, now: float, years: float) -> float:
    """Give the constant yearly growth that leads from `now` to `target`.

    >>> round(rate_per_year(2_200_000, 218_200, 10), 2)
    0.26
    """
    return math.pow(target / now, 1.0 / years) - 1.0


def within_year(ledger: Ledger, target: Target, last: LastLevel | None) -> Required | None:
    """Give what a plan of the current year asks for in its remaining months.

    The base is the one implied by the newest growth print ("tăng x %" on last year as revised
    since); low and high span the bases that were printed for the same months.
    """
    basis = target.price_basis or None
    levels = [
        s
        for s in ledger.select(target.indicator, target.breakdown, "level", price_basis=basis)
        if not s.is_plan and s.period is not None and s.period.is_year_to_date
        and s.period.year == target.period.year and s.period.kind != "year"
    ]  # fmt: skip
    year = last if last is not None and last[0] == target.period.year - 1 else None
    if not levels:
        if year is None or year[1] <= 0:
            return None
        whole = target.value / year[1] - 1.0
        return Required(target.value, whole, "per_year", whole, whole, year[2])
    longest = max(s.period.months for s in levels if s.period)
    now = newest_print([s for s in levels if s.period and s.period.months == longest])
    amount = target.value - now.value
    bases = _bases(ledger, target, now, basis)
    rates = [
        rest_of_year_rate(target.value, now.value, year[1], base)
        for base, _ in bases
        if year is not None and year[1] > base
    ]
    if year is None or not rates:
        return Required(amount, None, "", None, None, (now.id,))
    used = (now.id, *year[2], *bases[0][1])
    return Required(
        amount, rates[0], "rest_of_year_yoy", min(rates), max(rates), tuple(dict.fromkeys(used))
    )


def _bases(
    ledger: Ledger, target: Target, now: Statement, basis: str | None
) -> list[tuple[float, tuple[str, ...]]]:
    """Give last year's same months: implied by the newest growth first, then as printed."""
    assert now.period is not None
    growth = [
        s
        for s in ledger.select(target.indicator, target.breakdown, "growth_yoy", price_basis=basis)
        if not s.is_plan and s.period == now.period
    ]
    before = now.period.shift_years(-1)
    printed = [
        s
        for s in ledger.select(target.indicator, target.breakdown, "level", price_basis=basis)
        if not s.is_plan and s.period is not None
        and (s.period.start, s.period.stop) == (before.start, before.stop)
    ]  # fmt: skip
    found: list[tuple[float, tuple[str, ...]]] = []
    if growth:
        rate = newest_print(growth)
        found.append((now.value / (1.0 + rate.value / 100.0), (rate.id,)))
    found.extend((s.value, (s.id,)) for s in sorted(printed, key=age, reverse=True))
    return found


def across_years(ledger: Ledger, target: Target, last: LastLevel | None) -> Required | None:
    """Give what a later target asks for a year, from the last full year or today's stock.

    Parameters
    ----------
    last
        (year, level, statements) of the last full year of a flow; ``None`` for stocks, which
        start from their newest print.
    """
    if last is not None:
        year, level, statements = last
        years = float(target.period.year - year)
    else:
        found = _stock_print(ledger, target)
        if found is None:
            return None
        level, statements = found.value, (found.id,)
        assert found.period is not None
        years = (target.period.last_day - found.period.last_day).days / 365.25
    amount = target.value - level
    if level <= 0 or years <= 0:
        return Required(amount, None, "", None, None, statements)
    rate = rate_per_year(target.value, level, years)
    return Required(amount, rate, "per_year", rate, rate, statements)


def _stock_print(ledger: Ledger, target: Target) -> Statement | None:
    for breakdown in ("stage:established", "stage:approved", ""):
        rows = [
            s for s in ledger.select(target.indicator, breakdown, target.measure) if not s.is_plan
        ]
        if rows:
            return newest_print([s for s in rows if s.period == rows[-1].period])
    return None
