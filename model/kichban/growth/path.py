"""G1, G2, G7: the path of the trend from its recent rate to its long-run rate, with shocks."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def fading_rate(
    recent: FloatArray, long_run: FloatArray, half_life: FloatArray, ahead: FloatArray
) -> FloatArray:
    r"""Let the growth rate fade to its long-run value (G2).

    .. math:: \mu(h) = \mu_\infty + (\mu_0 - \mu_\infty)\, 2^{-h / T_{1/2}}

    Parameters
    ----------
    recent, long_run : (draw,) float64, log growth per year
    half_life : (draw,) float64, years
    ahead : (period,) float64, years since the rate was `recent`

    Returns
    -------
    rate : (draw, period) float64, log growth per year

    Examples
    --------
    >>> one = np.ones(1)
    >>> fading_rate(0.24 * one, 0.08 * one, 3 * one, np.array([0.0, 3.0, 6.0])).round(3)
    array([[0.24, 0.16, 0.12]])
    """
    weight = 2.0 ** (-ahead[None, :] / half_life[:, None])
    return np.asarray(long_run[:, None] + (recent - long_run)[:, None] * weight)


def growth_increments(rate: FloatArray, persistence: FloatArray, shock: FloatArray) -> FloatArray:
    r"""Give the quarterly log increments of the trend (G1).

    .. math:: \Delta z_t = \mu_t/4 + \phi\,(\Delta z_{t-1} - \mu_{t-1}/4) + \varepsilon_t

    Parameters
    ----------
    rate : (draw, quarter) float64, log growth per year
    persistence : (draw,) float64, φ in [0, 1)
    shock : (draw, quarter) float64, ε in logs

    Returns
    -------
    increments : (draw, quarter) float64, logs

    Examples
    --------
    >>> growth_increments(np.full((1, 3), 0.08), np.array([0.5]), np.array([[0.1, 0.0, 0.0]]))
    array([[0.12 , 0.07 , 0.045]])
    """
    increments = np.empty_like(rate)
    deviation = np.zeros(rate.shape[0])
    for quarter in range(rate.shape[1]):
        deviation = persistence * deviation + shock[:, quarter]
        increments[:, quarter] = rate[:, quarter] / 4.0 + deviation
    return increments


def employer_shock(
    arrival: FloatArray,
    rate: FloatArray,
    depth: FloatArray,
    quarters: FloatArray,
    recovery: FloatArray,
) -> FloatArray:
    """Give the log loss when one of the few large electronics employers fails (G7).

    A shock arrives with `rate` a year, takes `depth` of output for `quarters`, then `recovery`
    of it comes back for good. Further arrivals add up.

    Parameters
    ----------
    arrival : (draw, quarter) float64
        Uniform numbers; below ``rate / 4`` a shock starts.
    rate, depth, quarters, recovery : (draw,) float64
        Per year; share of output; quarters; share regained.

    Returns
    -------
    loss : (draw, quarter) float64
        Log effect on the level, not positive.

    Examples
    --------
    >>> shock = (np.array([v]) for v in (0.1, 0.2, 2, 1.0))
    >>> employer_shock(np.array([[0.0, 1.0, 1.0]]), *shock).round(3)
    array([[-0.223, -0.223,  0.   ]])
    """
    loss = np.zeros_like(arrival)
    full = np.log1p(-depth)
    lasting = np.log1p(-depth * (1.0 - recovery))
    horizon = arrival.shape[1]
    started = arrival < rate[:, None] / 4.0
    for first in range(horizon):
        hit = started[:, first]
        if not hit.any():
            continue
        age = np.arange(horizon - first)
        during = age[None, :] < quarters[hit, None]
        loss[hit, first:] += np.where(during, full[hit, None], lasting[hit, None])
    return loss


def monthly_trend(start: FloatArray, increments: FloatArray, first_month: int) -> FloatArray:
    """Spread quarterly increments evenly over their months, from the last known month on.

    Parameters
    ----------
    start : (draw,) float64
        Log trend in the month before `first_month`.
    increments : (draw, quarter) float64
        Log increments a quarter, the first being the quarter of `first_month`.
    first_month : int
        Month index of the first month wanted.

    Returns
    -------
    trend : (draw, month) float64
        Log trend of `first_month` and all months to the end of the last quarter.

    Examples
    --------
    >>> monthly_trend(np.array([1.0]), np.array([[0.3, 0.6]]), first_month=1).round(2)
    array([[1.1, 1.2, 1.4, 1.6, 1.8]])
    """
    monthly = np.repeat(increments / 3.0, 3, axis=1)[:, first_month % 3 :]
    return np.asarray(start[:, None] + np.cumsum(monthly, axis=1))
