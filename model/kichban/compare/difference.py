"""The paired difference of two scenarios on common random numbers."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kichban.numbers import FloatArray

#: differences below this share of the base are the last bits of the arithmetic, not a result
SLACK = 1e-9


class Spread(NamedTuple):
    """Middle and ends of the 80 % interval; NaN where some draw has no number."""

    p10: float = math.nan
    p50: float = math.nan
    p90: float = math.nan


class Difference(NamedTuple):
    """Spread of the difference, and the shares of draws that are above and that are the same."""

    spread: Spread
    better: float
    same: float


def spread(values: FloatArray) -> Spread:
    """Give p10, p50, p90 of draws, interpolated linearly.

    Parameters
    ----------
    values : (draw,) float64
        Any unit.

    Examples
    --------
    >>> spread(np.arange(11.0))
    Spread(p10=1.0, p50=5.0, p90=9.0)
    """
    if np.isnan(values).any():
        return Spread()
    return Spread(*(float(q) for q in np.quantile(values, (0.1, 0.5, 0.9))))


def paired_difference(values: FloatArray, base: FloatArray) -> Difference:
    r"""Give the difference of the same draw in two scenarios.

    .. math:: d_i = x_i - b_i, \qquad
              P_{better} = \frac{1}{n} \sum_i [\, d_i > \epsilon |b_i| \,]

    Draw i is the same luck in both, so what both share cancels: the interval of the difference
    is far narrower than the difference of the two intervals.

    Parameters
    ----------
    values, base : (draw,) float64
        The same variable and period in the scenario and in the base.

    Returns
    -------
    difference
        `better` is the share of draws above the base, `same` of those without a difference.

    Examples
    --------
    Two wide distributions that differ by exactly two in every draw but one:

    >>> base = np.array([10.0, 20.0, 30.0, 40.0])
    >>> found = paired_difference(np.array([12.0, 22.0, 32.0, 40.0]), base)
    >>> found.spread.p50, found.better, found.same
    (2.0, 0.75, 0.25)
    """
    difference = values - base
    if np.isnan(difference).any():
        return Difference(Spread(), math.nan, math.nan)
    slack = SLACK * np.abs(base)
    return Difference(
        spread(difference),
        float(np.mean(difference > slack)),
        float(np.mean(np.abs(difference) <= slack)),
    )
