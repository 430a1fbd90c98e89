"""Scores of forecasts against what came."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kichban.numbers import FloatArray


def percentage_error(forecast: FloatArray, actual: FloatArray) -> FloatArray:
    r"""Give the error in per cent of what came; positive is too high.

    .. math:: e = 100 \, \frac{f - a}{|a|}

    Parameters
    ----------
    forecast, actual : (case,) float64
        The same unit; `actual` not zero.

    Examples
    --------
    >>> percentage_error(np.array([110.0, -95.0]), np.array([100.0, -100.0]))
    array([10.,  5.])
    """
    return np.asarray(100.0 * (forecast - actual) / np.abs(actual))


def mean_absolute_error_pct(forecast: FloatArray, actual: FloatArray) -> float:
    r"""Give the mean absolute error in per cent (MAPE); NaN without cases.

    .. math:: MAPE = \frac{100}{n} \sum_i \left| \frac{f_i - a_i}{a_i} \right|

    Parameters
    ----------
    forecast, actual : (case,) float64

    Examples
    --------
    >>> mean_absolute_error_pct(np.array([110.0, 190.0]), np.array([100.0, 200.0]))
    7.5
    """
    if forecast.size == 0:
        return float("nan")
    return float(np.abs(percentage_error(forecast, actual)).mean())


def inside(low: FloatArray, high: FloatArray, actual: FloatArray) -> NDArray[np.bool_]:
    """Say for each case whether what came lies in the interval, its ends included.

    >>> inside(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([2.0, 2.5]))
    array([ True, False])
    """
    return np.asarray((low <= actual) & (actual <= high))


def coverage(low: FloatArray, high: FloatArray, actual: FloatArray) -> float:
    """Give the share of cases inside their interval: 0.8 is wanted of an 80 % interval.

    Parameters
    ----------
    low, high, actual : (case,) float64

    Examples
    --------
    >>> coverage(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([2.0, 2.5]))
    0.5
    """
    return float(inside(low, high, actual).mean()) if actual.size else float("nan")


def crps(samples: FloatArray, actual: float) -> float:
    r"""Give the continuous ranked probability score of a sample; smaller is better.

    .. math:: CRPS = \frac{1}{n} \sum_i |x_i - a|
              - \frac{1}{2 n^2} \sum_i \sum_j |x_i - x_j|

    The double sum is taken from the sorted sample in one pass
    (Gneiting and Raftery 2007, doi:10.1198/016214506000001437).

    Parameters
    ----------
    samples : (draw,) float64
        Draws of the forecast, in the unit of `actual`.

    Examples
    --------
    One draw scores its absolute error; two draws either side of the truth score a quarter of
    their distance:

    >>> crps(np.array([3.0]), 5.0), crps(np.array([0.0, 4.0]), 2.0)
    (2.0, 1.0)
    """
    ordered = np.sort(samples)
    n = ordered.size
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    return float(np.abs(ordered - actual).mean() - (weights * ordered).sum() / n**2)


def symmetric_error_pct(forecast: FloatArray, actual: FloatArray) -> FloatArray:
    r"""Give sMAPE over the last axis, per cent.

    .. math:: \frac{200}{H} \sum_h \frac{|f_h - a_h|}{|f_h| + |a_h|}

    Parameters
    ----------
    forecast, actual : (…, step) float64

    Examples
    --------
    >>> round(float(symmetric_error_pct(np.array([110.0]), np.array([90.0]))), 6)
    20.0
    """
    size = np.abs(forecast) + np.abs(actual)
    share = np.divide(np.abs(forecast - actual), size, out=np.zeros_like(size), where=size > 0)
    return np.asarray(200.0 * share.mean(axis=-1))


def seasonal_step(history: FloatArray, season: int) -> float:
    r"""Give the mean absolute step of a history on the same season a year before.

    .. math:: \frac{1}{n-m} \sum_{t>m} |y_t - y_{t-m}|

    What MASE and MSIS are measured in (Hyndman & Koehler 2006,
    doi:10.1016/j.ijforecast.2006.03.001).

    >>> seasonal_step(np.array([1.0, 2.0, 4.0, 7.0]), 1)
    2.0
    """
    lag = season if history.size > season else 1
    return float(np.abs(history[lag:] - history[:-lag]).mean())


def interval_score(
    low: FloatArray, high: FloatArray, actual: FloatArray, level: float
) -> FloatArray:
    r"""Give the interval score; smaller is better. Over :func:`seasonal_step` it is MSIS.

    .. math:: (u - l) + \frac{2}{\alpha} \max(0, l - a) + \frac{2}{\alpha} \max(0, a - u)

    with :math:`\alpha = 1 -` `level` (Gneiting & Raftery 2007, eq. 43).

    Examples
    --------
    >>> interval_score(np.array([1.0]), np.array([3.0]), np.array([3.5]), 0.8).round(9)
    array([7.])
    """
    beyond = np.maximum(0.0, low - actual) + np.maximum(0.0, actual - high)
    return np.asarray(high - low + 2.0 / (1.0 - level) * beyond)
