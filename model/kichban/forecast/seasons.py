r"""Seasonal factors of short series: as classical decomposition gives them, and shrunk.

Both start from the ratio to a centred moving average,
:math:`r_t = y_t / (\frac{1}{2m} y_{t-m/2} + \frac{1}{m}\sum y + \frac{1}{2m} y_{t+m/2})`, averaged
by month or quarter and scaled to a mean of one (Persons 1919).
"""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray

#: a lag-m autocorrelation beyond this many standard errors is a season (90 %, one-sided 95 %)
TEST = 1.645


def classical_factors(y: FloatArray, season: int) -> FloatArray:
    """Give multiplicative factors where the autocorrelation at one year says there is a season.

    The test and the factors are those of the M4 benchmark "Naive2" (Makridakis et al. 2020,
    doi:10.1016/j.ijforecast.2019.04.014).

    Parameters
    ----------
    y : (n,) float64
        Positive, oldest first.
    season : int
        Points in a year.

    Returns
    -------
    factors : (season,) float64
        The first for the first point; ones where there are fewer than three years, or no season.

    Examples
    --------
    >>> y = np.tile([80.0, 100.0, 120.0, 100.0], 5)
    >>> classical_factors(y, 4).round(2)
    array([0.8, 1. , 1.2, 1. ])
    """
    flat = np.ones(season)
    if season == 1 or y.size < 3 * season or not (y > 0).all() or np.ptp(y) == 0.0:
        return flat
    deviation = y - y.mean()
    square = (deviation**2).sum()
    lags = [(deviation[k:] * deviation[:-k]).sum() / square for k in range(1, season + 1)]
    limit = TEST * np.sqrt((1.0 + 2.0 * np.square(lags[:-1]).sum()) / y.size)
    if abs(lags[-1]) <= limit:
        return flat
    ratio, phase = _ratio_to_average(y, season)
    factors = np.array([ratio[phase == k].mean() for k in range(season)])
    return np.asarray(factors / factors.mean())


def shrunk_factors(y: FloatArray, season: int) -> FloatArray:
    r"""Give factors drawn towards one by as much as their scatter says.

    The log factors are shrunk by the James–Stein weight
    :math:`w = \max(0, 1 - \frac{m-3}{m-1} \cdot \frac{v}{V})` with V their variance and v that of
    their errors (Miller & Williams 2003, doi:10.1016/S0169-2070(02)00077-8).

    Parameters
    ----------
    y : (n,) float64
        Positive, oldest first.

    Examples
    --------
    >>> y = np.tile([80.0, 100.0, 120.0, 100.0], 5)
    >>> shrunk_factors(y, 4).round(2)
    array([0.81, 1.01, 1.21, 1.01])
    """
    if season == 1 or y.size <= 2 * season or not (y > 0).all():
        return np.ones(season)
    ratio, phase = _ratio_to_average(np.log(y), season, subtract=True)
    found = np.array([ratio[phase == k].mean() for k in range(season)])
    found -= found.mean()
    count = np.bincount(phase, minlength=season)
    noise = ((ratio - found[phase]) ** 2).sum() / max(ratio.size - season, 1)
    spread = (found**2).sum() / (season - 1)
    error = (noise / count).mean()
    weight = max(0.0, 1.0 - error * (season - 3) / (season - 1) / max(spread, 1e-12))
    return np.asarray(np.exp(weight * found))


def _ratio_to_average(
    y: FloatArray, season: int, *, subtract: bool = False
) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Give points over (or less) their centred average of a year, and which season each is."""
    weights = np.concatenate([[0.5], np.ones(season - 1), [0.5]]) / season
    average = np.convolve(y, weights, "valid")
    half = season // 2
    middle = y[half : y.size - half]
    phase = np.arange(half, y.size - half) % season
    return (middle - average if subtract else middle / average), phase
