r"""How likely a printed interval is: one form for exact figures, bounds and ranges.

.. math:: -\log\{(1-ε)[Φ((b-h)/s) - Φ((a-h)/s)] + ε·\text{broad}\}

Newton's method sees each print as a figure :math:`h + g/q` of precision :math:`q`, with g and q
the slope and curvature of the log of the bracket; a slip keeps only a small share of q.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from kichban.numbers import FloatArray

#: how often a print is a slip, and how far a slip may lie (log)
SLIP_PROBABILITY, SLIP_SD = 0.02, 0.35
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
#: log of the steepest slope, in sd, whose square is still a number
STEEPEST = 60.0
#: curvature below this share of 1/s² is none: h lies well inside the interval
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Pull:
    """What prints ask of the fitted values.

    Attributes
    ----------
    residual, precision : (row,) float64
        Newton's pseudo-observation less the fit, and its precision if the print is right.
    right : (row,) float64
        Probability that the print is no slip.
    value : (row,) float64
        Log of the likelihood.
    """

    residual: FloatArray
    precision: FloatArray
    right: FloatArray
    value: FloatArray


def pull(
    fitted: FloatArray, low: FloatArray, high: FloatArray, sd: FloatArray, slips: FloatArray
) -> Pull:
    """Linearise the likelihood of intervals at `fitted`.

    Parameters
    ----------
    fitted, low, high, sd : (row,) float64
        Fit, ends of the printed interval (may be infinite), sd of the error beyond rounding.
    slips : (row,) float64
        1 where the print itself may be a slip, 0 where another error carries that.

    Examples
    --------
    A figure inside its interval asks for nothing; outside it is pulled to the near end:

    >>> a = np.array([0.0, 3.0])
    >>> p = pull(a, np.array([-1.0, -1.0]), np.array([1.0, 1.0]), np.array([0.1, 0.1]), 0 * a)
    >>> np.round(p.residual * p.precision * 0.01, 1) + 0.0
    array([ 0., -2.])
    """
    a, b = (low - fitted) / sd, (high - fitted) / sd
    log_mass = _log_mass(a, b)
    # slope and curvature of the log of the mass between a and b, in units of 1/sd
    down, up = _density_ratio(a, log_mass), _density_ratio(b, log_mass)
    slope = down - up
    curvature = slope**2 - (_times(a, down) - _times(b, up))
    # Far outside a narrow interval both cancel; there the mass is a point at the near end.
    far = (log_mass < -30) | ~np.isfinite(curvature)
    end = np.where(np.abs(a) < np.abs(b), a, b)
    slope = np.where(far, end, slope)
    # Inside a wide interval the log of the mass is flat, but the print still says where the
    # figure lies: it is as precise as an even spread over the interval is (its variance w²/12).
    even = 1.0 / (1.0 + np.where(np.isfinite(b - a), b - a, np.inf) ** 2 / 12)
    curvature = np.clip(np.where(far, 1.0, curvature), np.maximum(even, _LEAST), 1.0)
    slip_sd = np.maximum(SLIP_SD, 3 * sd)
    # density of the print at its own digits: the mass over the width of the interval
    closed = np.isfinite(a) & np.isfinite(b)
    width = np.where(closed, np.maximum(b - a, 1e-12), 1.0)
    near, far_end = np.where(np.isfinite(a), a, b), np.where(np.isfinite(b), b, a)
    middle = np.where(np.isfinite(near), 0.5 * (np.where(np.isfinite(near), near, 0.0)
                      + np.where(np.isfinite(far_end), far_end, 0.0)), 0.0)  # fmt: skip
    right = np.log1p(-SLIP_PROBABILITY) + np.where(
        far, -0.5 * end**2 - _LOG_ROOT_2PI, np.minimum(log_mass - np.log(width), 0.0)
    ) - np.log(sd)  # fmt: skip
    wrong = (
        np.log(SLIP_PROBABILITY) - np.log(slip_sd) - _LOG_ROOT_2PI
        - 0.5 * (middle * sd / slip_sd) ** 2
    )  # fmt: skip
    share = np.where(slips > 0, np.exp(right - np.logaddexp(right, wrong)), 1.0)
    value = np.where(slips > 0, np.logaddexp(right, wrong), right)
    return Pull(slope / curvature * sd, curvature / sd**2, share, value)


def kept(right: FloatArray, sd: FloatArray) -> FloatArray:
    """Give the share of precision that is left: all if right, (sd/slip)² if a slip."""
    slip = np.maximum(SLIP_SD, 3 * sd)
    return np.asarray(right + (1 - right) * (sd / slip) ** 2)


def weigh(
    residual: FloatArray, scale: FloatArray, slip_probability: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the probability that an error of known size is no slip, and the log of its density."""
    slip = np.maximum(SLIP_SD, 3 * scale)
    right = np.log1p(-slip_probability) - np.log(scale) - 0.5 * (residual / scale) ** 2
    wrong = np.log(slip_probability) - np.log(slip) - 0.5 * (residual / slip) ** 2
    return np.asarray(np.exp(right - np.logaddexp(right, wrong))), np.logaddexp(right, wrong)


def _log_mass(a: FloatArray, b: FloatArray) -> FloatArray:
    """Log of Φ(b) − Φ(a), on the side where it keeps its digits."""
    flip = a > 0
    x, y = np.where(flip, -b, a), np.where(flip, -a, b)
    high, low = log_ndtr(y), log_ndtr(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(np.isneginf(low), -np.inf, low - high)
        found = high + np.log1p(-np.exp(np.minimum(gap, -1e-15)))
    # A narrow interval: density times width
    with np.errstate(divide="ignore", invalid="ignore"):
        narrow = -0.5 * (0.5 * (a + b)) ** 2 - _LOG_ROOT_2PI + np.log(np.maximum(b - a, 1e-300))
    return np.asarray(np.where((b - a) < 1e-5, narrow, found))


def _density_ratio(x: FloatArray, log_mass: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(
            np.where(
                np.isfinite(x),
                np.exp(np.clip(-0.5 * x**2 - _LOG_ROOT_2PI - log_mass, -700.0, STEEPEST)),
                0.0,
            )
        )


def _times(x: FloatArray, y: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(np.isfinite(x), x * y, 0.0))
