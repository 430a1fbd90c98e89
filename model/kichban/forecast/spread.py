r"""Honest intervals: errors of thousands of past forecasts, rescaled to the series at hand.

Pooled conformal calibration. An error is taken on the scale of square roots,
:math:`u = 2(\sqrt{y/f} - 1)` (Box & Cox with one half): the upper end does not run away as it does
in logs; the lower goes over into logs before it would reach nought. Of signed series it is the
difference over the level. Its size is foretold from how far the experts miss on the history, how
much they disagree and how long the history is; what is left has, step by step, the quantiles that
the errors of the learning series had. Errors of one path hang together as
:math:`\rho(h, h') = (1-\nu)(\min/\max)^\kappa + \nu\,[h = h']`, so that sums over steps, a
year from its months, come out of paths and never from adding quantiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc

from kichban.forecast.gate import disagreement
from kichban.forecast.history import Histories
from kichban.forecast.pool import PoolRun, recent_level
from kichban.numbers import BoolArray, FloatArray

#: probabilities whose quantiles are learned; between and beyond them straight in normal scores
PROBABILITIES = (
    0.005, 0.0125, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5,
    0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.975, 0.9875, 0.995,
)  # fmt: skip
#: what foretells the size of an error, beside a constant for each step
CLUES = ("fit", "disagreement", "length")
#: below this share of the forecast the scale of roots, which ends at nought, goes over into logs
LOW = 0.25
#: errors larger than the forecast itself are no size to reckon with
LARGEST = 1.0
#: relative disagreement below this is none
LEAST_DISAGREEMENT = 1e-4


@dataclass(frozen=True, slots=True)
class Spread:
    """What was learned of the errors of one frequency.

    Attributes
    ----------
    constant : (step,) float64
    clue : (clue,) float64
        Log size of an error is ``constant[h] + clues @ clue``.
    quantiles : (step, probability) float64
        Of errors over their size, at :data:`PROBABILITIES`; the median is nought.
    power, nugget : float
        κ and ν of the correlation between steps.
    growth : float
        By which power of the step errors grow beyond the last one learned.
    total : (step,) float64
        Factor on the errors where so many steps are summed: a year from its months.
    """

    constant: FloatArray
    clue: FloatArray
    quantiles: FloatArray
    power: float
    nugget: float
    growth: float
    total: FloatArray


def clues(
    histories: Histories, x: FloatArray, weights: FloatArray, run: PoolRun, points: FloatArray
) -> FloatArray:
    """Give (series, step, clue): what foretells the size of the errors.

    Parameters
    ----------
    x : (series, trait) float64
    weights : (series, expert) float64
    points : (series, step) float64
        The weighted mean of the experts.
    """
    fit = (weights * np.where(run.possible, run.fit, 0.0)).sum(axis=1)
    apart = disagreement(weights, run) / error_unit(histories, points)
    wide = np.broadcast_to(np.stack([fit, x[:, 1]], axis=1)[:, None, :], (*points.shape, 2))
    return np.insert(wide, 1, np.log(apart + LEAST_DISAGREEMENT), axis=2)


def error_unit(histories: Histories, points: FloatArray) -> FloatArray:
    """Give (series, step) what a relative error is multiplied with: the forecast, or the level."""
    level = recent_level(histories)[:, None]
    return np.asarray(np.where(histories.positive[:, None], points, level))


def error_size(spread: Spread, seen: FloatArray) -> FloatArray:
    """Give (series, step) the size of the errors; beyond the steps learned it grows on."""
    steps, learned = seen.shape[1], spread.constant.size
    at = np.minimum(np.arange(steps), learned - 1)
    beyond = np.maximum(np.arange(1, steps + 1) / learned, 1.0)
    size = np.minimum(np.exp(spread.constant[at] + seen[:, at] @ spread.clue), LARGEST)
    return np.asarray(size * beyond[None, :] ** spread.growth)


def relative_errors(after: FloatArray, points: FloatArray) -> FloatArray:
    """Give the errors of positive series, as they are learned; :func:`grown` undoes it.

    Parameters
    ----------
    after, points : (…) float64
        What came and what was forecast, both above nought.

    >>> relative_errors(np.array([121.0, 100.0]), np.array([100.0, 1000.0])).round(3)
    array([ 0.2  , -1.458])
    """
    ratio = after / points
    low = 0.5 * np.log(np.minimum(ratio, LOW) / LOW) - 1.0
    return np.asarray(np.where(ratio >= LOW, 2.0 * (np.sqrt(ratio) - 1.0), low))


def grown(relative_error: FloatArray) -> FloatArray:
    """Give what came over what was forecast: a square, and below a quarter an exponential.

    >>> grown(np.array([0.2, -1.458])).round(3)
    array([1.21, 0.1 ])
    """
    low = LOW * np.exp(2.0 * (np.minimum(relative_error, -1.0) + 1.0))
    return np.asarray(np.where(relative_error >= -1.0, (1.0 + 0.5 * relative_error) ** 2, low))


def standard_errors(spread: Spread, normal: FloatArray) -> FloatArray:
    """Turn (…, step) normal scores into errors over their size, by the learned quantiles."""
    knots = norm.ppf(PROBABILITIES)
    return _by_step(spread, lambda step, own: _straight(step, knots, own), normal)


def normal_scores(spread: Spread, standard: FloatArray) -> FloatArray:
    """Give (…, step) normal scores of errors over their size: the quantiles inverted."""
    knots = norm.ppf(PROBABILITIES)
    return _by_step(spread, lambda step, own: _straight(step, own, knots), standard)


def _by_step(
    spread: Spread, turn: Callable[[FloatArray, FloatArray], FloatArray], values: FloatArray
) -> FloatArray:
    """Turn each step by its own quantiles; those beyond the learned ones by the last."""
    last = len(spread.quantiles) - 1
    steps = range(values.shape[-1])
    turned = [turn(values[..., step], spread.quantiles[min(step, last)]) for step in steps]
    return np.stack(turned, axis=-1)


def _straight(x: FloatArray, knots: FloatArray, values: FloatArray) -> FloatArray:
    """Interpolate, and go on beyond both ends with the slope of the last piece."""
    low = (values[1] - values[0]) / (knots[1] - knots[0])
    high = (values[-1] - values[-2]) / (knots[-1] - knots[-2])
    inner = np.interp(x, knots, values)
    return np.asarray(
        inner + low * np.minimum(x - knots[0], 0.0) + high * np.maximum(x - knots[-1], 0.0)
    )


def correlation(spread: Spread, steps: int) -> FloatArray:
    """Give the (step, step) correlation of normal scores along a path.

    >>> one = Spread(np.zeros(2), np.zeros(3), np.zeros((2, 19)), 0.5, 0.0, 0.5, np.ones(2))
    >>> correlation(one, 4)[0].round(2)
    array([1.  , 0.71, 0.58, 0.5 ])
    """
    step = np.arange(1, steps + 1)
    ratio = np.minimum.outer(step, step) / np.maximum.outer(step, step)
    return np.asarray((1.0 - spread.nugget) * ratio**spread.power + spread.nugget * np.eye(steps))


def joint_scores(spread: Spread, normal: FloatArray) -> FloatArray:
    """Correlate independent (…, draw, step) normals along the path.

    The correlation of the first steps does not depend on those after them: a longer horizon
    changes nothing of the earlier steps.
    """
    root = np.linalg.cholesky(correlation(spread, normal.shape[-1]))
    return np.asarray(normal @ root.T)


def spread_out(
    points: FloatArray, unit: FloatArray, relative_error: FloatArray, positive: BoolArray
) -> FloatArray:
    """Add errors to forecasts: on the scale of roots where the series is positive, else as amounts.

    Parameters
    ----------
    points, unit : (series, step) float64
    relative_error : (series, draw, step) float64
    positive : (series,) bool
    """
    factor = unit[:, None, :] * grown(relative_error)
    added = points[:, None, :] + unit[:, None, :] * relative_error
    return np.where(positive[:, None, None], factor, added)


def steady_normals(steps: int, draws: int) -> FloatArray:
    """Give (draw, step) normals from a scrambled Sobol sequence: the same at every call."""
    dealt = qmc.Sobol(steps, seed=1).random(draws)
    return np.asarray(norm.ppf(np.clip(dealt, 1e-9, 1.0 - 1e-9)))
