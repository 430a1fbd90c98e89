"""L3: what a site can absorb at most, the Bass curve stepped exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kichban.numbers import FloatArray


class AbsorptionSpeed(NamedTuple):
    r"""Constants of the curve for one step length, each (..., site).

    `decay` is :math:`e^{-k\Delta}` with :math:`k = p/\bar x + q`.
    """

    p: FloatArray
    q: FloatArray
    ceiling: FloatArray
    decay: FloatArray


def absorption_speed(
    p: FloatArray, q: FloatArray, ceiling: FloatArray, site_effect: FloatArray, step: float = 0.25
) -> AbsorptionSpeed:
    """Prepare the constants; `site_effect` is a factor (median 1) on the speed of a site.

    >>> one = np.ones(1)
    >>> speed = absorption_speed(0.15 * one, 1.6 * one, one, one)
    >>> round(float(speed.decay[0]), 6)
    0.645649
    """
    fast_p, fast_q = p * site_effect, q * site_effect
    return AbsorptionSpeed(fast_p, fast_q, ceiling, np.exp(-(fast_p / ceiling + fast_q) * step))


def absorption_limit(
    leased: FloatArray,
    industrial: FloatArray,
    speed: AbsorptionSpeed,
    buffers: tuple[FloatArray, FloatArray, FloatArray] | None = None,
) -> FloatArray:
    r"""Most that a site can lease in one step.

    .. math::
        \dot x = (p + q x)(1 - x/\bar x), \quad
        y = \frac{\bar x - x}{p + q x} e^{-k\Delta}, \quad
        x' = \frac{\bar x - p y}{1 + q y}, \quad a = \max(0, x' - x) N

    Parameters
    ----------
    leased : (..., site) float64, ha
        Stock at the start of the quarter.
    industrial : (..., site) float64, ha
        Industrial land N of the site, which an expansion changes. Positive.
    speed
        Constants from :func:`absorption_speed`.
    buffers
        Three arrays of the result's shape to work in; the first holds the result.

    Returns
    -------
    limit : (..., site) float64, ha per step

    Examples
    --------
    >>> one = np.ones(1)
    >>> speed = absorption_speed(0.15 * one, 1.6 * one, one, one)
    >>> absorption_limit(np.array([50.0]), np.array([100.0]), speed).round(3)
    array([11.477])
    """
    shape = np.broadcast_shapes(leased.shape, industrial.shape, speed.decay.shape)
    x, y, other = buffers or (np.empty(shape), np.empty(shape), np.empty(shape))
    np.divide(leased, industrial, out=x)
    np.multiply(speed.q, x, out=other)
    other += speed.p
    np.subtract(speed.ceiling, x, out=y)
    y *= speed.decay
    y /= other
    np.multiply(speed.p, y, out=other)
    np.subtract(speed.ceiling, other, out=other)
    y *= speed.q
    y += 1.0
    other /= y
    np.subtract(other, x, out=x)
    np.maximum(x, 0.0, out=x)
    x *= industrial
    return x
