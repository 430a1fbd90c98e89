"""Learning the spread from errors of forecasts that did not know their series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm, rankdata

from kichban.forecast.spread import (
    LARGEST,
    PROBABILITIES,
    Spread,
    joint_scores,
    standard_errors,
    steady_normals,
)
from kichban.numbers import Z80, FloatArray

#: errors smaller than this are none
LEAST_ERROR = 1e-4
#: draws of a path when sums are held against what came
DRAWS = 256


def learn_clue(parts: Sequence[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """Learn how the size of errors goes with the clues, over all frequencies together.

    Monthly series to learn from are few and short; what makes a series hard to forecast is the
    same at every frequency. Left-out blocks say so too: MSIS of monthly series 9.2 instead of 9.5.

    Parameters
    ----------
    parts
        Of each frequency (window, step) errors and (window, step, clue) clues.

    Returns
    -------
    clue : (clue,) float64
        Least squares of log absolute errors, with a constant for each frequency and step.
    """
    square, cross = 0.0, 0.0
    for error, clue in parts:
        size = np.log(np.abs(error) + LEAST_ERROR)
        size, clue = size - size.mean(axis=0), clue - clue.mean(axis=0)
        square = square + np.einsum("whc,whd->cd", clue, clue)
        cross = cross + np.einsum("whc,wh->c", clue, size)
    return np.asarray(np.linalg.solve(square, cross))


def learn_spread(error: FloatArray, clue: FloatArray, slope: FloatArray) -> Spread:
    """Learn size, quantiles and serial dependence of relative errors.

    Parameters
    ----------
    error : (window, step) float64
        :func:`~kichban.forecast.spread.relative_errors`.
    clue : (window, step, clue) float64
    slope : (clue,) float64
        :func:`learn_clue`.
    """
    constant = (np.log(np.abs(error) + LEAST_ERROR) - clue @ slope).mean(axis=0)
    size = np.minimum(np.exp(constant + clue @ slope), LARGEST)
    standard = error / size
    power, nugget = _dependence(standard)
    step = np.arange(1, error.shape[1] + 1)
    late = slice(error.shape[1] // 2, None)
    sizes = np.log(size).mean(axis=0)
    growth = float(np.clip(np.polyfit(np.log(step[late]), sizes[late], 1)[0], 0.0, 1.0))
    flat = np.ones(step.size)
    spread = Spread(constant, slope, _quantiles(standard), power, nugget, growth, flat)
    return Spread(
        constant, slope, spread.quantiles, power, nugget, growth, _totals(spread, error, size)
    )


def _quantiles(standard: FloatArray) -> FloatArray:
    """Give (step, probability) quantiles around a median of nought, each with its neighbours'."""
    steps = standard.shape[1]
    found = np.array(
        [np.quantile(standard[:, max(0, s - 1) : s + 2], PROBABILITIES) for s in range(steps)]
    )
    return np.asarray(found - found[:, [PROBABILITIES.index(0.5)]])


def _dependence(standard: FloatArray) -> tuple[float, float]:
    """Fit κ and ν of the correlation of normal scores between steps."""
    ranks = np.apply_along_axis(rankdata, 0, standard)
    seen = np.corrcoef(norm.ppf((ranks - 0.5) / len(ranks)).T)
    step = np.arange(1, standard.shape[1] + 1)
    ratio = np.minimum.outer(step, step) / np.maximum.outer(step, step)

    def missed(p: FloatArray) -> float:
        kernel = (1.0 - p[1]) * ratio ** p[0] + p[1] * np.eye(step.size)
        return float(((kernel - seen) ** 2).sum())

    found = minimize(missed, [0.5, 0.05], bounds=[(0.01, 3.0), (0.0, 0.9)])
    return float(found.x[0]), float(found.x[1])


def _totals(spread: Spread, error: FloatArray, size: FloatArray) -> FloatArray:
    """Give (step,) by how much the sum of the first steps spreads more than its paths say.

    The steps are summed as shares of their forecasts, as if a series were level.
    """
    scores = joint_scores(spread, steady_normals(error.shape[1], DRAWS))
    paths = standard_errors(spread, scores)
    found = []
    for steps in range(1, error.shape[1] + 1):
        drawn = np.einsum("ds,ws->wd", paths[:, :steps], size[:, :steps])
        below = (drawn < error[:, :steps].sum(axis=1)[:, None]).sum(axis=1)
        score = norm.ppf((below + 0.5) / (DRAWS + 1))
        found.append(np.quantile(np.abs(score), 0.8) / Z80)
    return np.array(found)
