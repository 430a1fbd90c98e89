r"""Carry-over: the growth a year has already, before anything grows any further.

.. math:: c_j = \frac{\sum_{m \in j} \tilde Y_m}{\sum_{m \in j-1} Y_m} - 1

with :math:`\tilde Y` the known months of year j, and for the others the trend held where it stood
(in the last known month, or in December of the year before) under the calendar's season and Tết
and what is left of breaks.
A high carry-over is a base effect, not acceleration.
"""

from __future__ import annotations

import numpy as np

from kichban.nowcast.history import HistoryDraws, month_effects
from kichban.numbers import FloatArray


def carry_over(
    draws: HistoryDraws,
    start: FloatArray,
    trend: FloatArray,
    first_month: int,
    known: FloatArray,
    years_before: FloatArray,
) -> FloatArray:
    """Give the growth of each year that was there at its beginning.

    Parameters
    ----------
    start : (draw,) float64
        Log trend of the last known month.
    trend : (draw, month) float64
        Log trend of the months from `first_month` to the December of the last year.
    first_month : int
        Month index of the first month that is not known.
    known : (draw,) float64
        Sum of the known months of the first year.
    years_before : (draw, year) float64
        Levels of the years before.

    Returns
    -------
    growth : (draw, year) float64, fractions
    """
    found = np.empty_like(years_before)
    for year in range(years_before.shape[1]):
        january = first_month - first_month % 12 + 12 * year
        first = max(january, first_month)
        held = start if first == first_month else trend[:, first - first_month - 1]
        shape = month_effects(draws, first, january + 12 - first)
        level = np.exp(held[:, None] + shape).sum(axis=1)
        found[:, year] = (level + (known if year == 0 else 0.0)) / years_before[:, year] - 1.0
    return found
