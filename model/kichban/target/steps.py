r"""What a target asks of every period to come: months, quarters, or the years up to it.

Within the year every period grows by the required rate, so that last year's season stays,

.. math:: R_i = R \, \frac{U_i}{\sum_j U_j}, \qquad r = \frac{R}{\sum_j U_j} - 1,

with R what is left of the target and :math:`U_i` last year's level of the periods to come, what is
left of breaks included. Across years the level grows by one rate a year.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np

from kichban.ledger import Target
from kichban.nowcast import YearStart, draw_years
from kichban.numbers import FloatArray
from kichban.periods import Period, from_months, quarter_index, year_period
from kichban.target.required import Required


class Step(NamedTuple):
    """What one period has to bring.

    `amount` in the target's unit (NaN where only growth was ever printed), `growth` on the same
    period a year before as a fraction, with its span over all printed bases.
    """

    period: Period
    amount: float
    growth: float
    low: float
    high: float


def steps_of_plan(required: Required, start: YearStart) -> tuple[Step, ...]:
    """Share what is left of a year's plan among its periods, and among its quarters.

    Parameters
    ----------
    required
        Amount left and the rate it takes, on the base that the newest growth print implies.
    start
        What is known of the year.
    """
    if required.rate is None:
        return ()
    periods, usual = _to_come(start)
    if not usual.sum() > 0:
        return ()
    amounts = required.amount * usual / usual.sum()
    low, high = (required.rate if end is None else end for end in (required.low, required.high))

    def step(period: Period, amount: float) -> Step:
        return Step(period, amount, float(required.rate or 0.0), low, high)

    single = [step(p, float(a)) for p, a in zip(periods, amounts, strict=True)]
    return (*single, *_by_quarter(single))


def steps_of_growth(growth: float, start: YearStart) -> tuple[Step, ...]:
    """Give the growth that the periods to come need for a year's growth.

    Examples
    --------
    Half of last year is known and grew by a tenth; the year is to grow by a fifth:

    >>> start = YearStart(2024, 6, 1, np.log([50.0, 50.0, 55.0]), np.zeros((3, 1)), "")
    >>> [(s.period.text, round(s.growth, 3)) for s in steps_of_growth(0.2, start)]
    [('2024-07/2024-12', 0.3)]
    """
    periods, usual = _to_come(start)
    if not usual.sum() > 0:
        return ()
    known = draw_years(start, np.zeros((1, start.root.shape[1])))
    wanted = float(known.last_year[0]) * (1.0 + growth) - float(known.so_far[0])
    rate = wanted / float(known.before[0, -1, start.known :].sum()) - 1.0
    found = [Step(p, np.nan, rate, rate, rate) for p in periods]
    return (*found, *_by_quarter(found))


def steps_by_year(target: Target, required: Required, last_year: int) -> tuple[Step, ...]:
    """Give a level's path to a later year, one rate a year from the last full one."""
    years = target.period.year - last_year
    if required.kind != "per_year" or required.rate is None or years < 1:
        return ()
    rate = required.rate
    low, high = (rate if end is None else end for end in (required.low, required.high))
    return tuple(
        Step(
            year_period(last_year + k), target.value / (1.0 + rate) ** (years - k), rate, low, high
        )
        for k in range(1, years + 1)
    )


def _to_come(start: YearStart) -> tuple[list[Period], FloatArray]:
    """Name the periods to come, and give last year's level of each."""
    known = draw_years(start, np.zeros((1, start.root.shape[1])))
    first = 12 * start.year + start.months
    ends = range(first, 12 * start.year + 12, start.step)
    return [from_months(m, m + start.step) for m in ends], known.rest_before[0]


def _by_quarter(steps: list[Step]) -> tuple[Step, ...]:
    """Add up months by quarter; of a quarter that has begun, the months still to come."""
    if any(s.period.months != 1 for s in steps):
        return ()
    found = []
    for _, own in groupby(steps, key=lambda s: quarter_index(s.period.start)):
        months = list(own)
        if len(months) > 1:
            period = from_months(months[0].period.start, months[-1].period.stop)
            amount = sum(s.amount for s in months)
            found.append(months[0]._replace(period=period, amount=amount))
    return tuple(found)
