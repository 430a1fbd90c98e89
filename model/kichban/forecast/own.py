"""A series' own track record: what it would have been told before, against what came."""

from __future__ import annotations

import numpy as np

from kichban.forecast.history import LEAST, Frequency
from kichban.forecast.learned import Learned
from kichban.forecast.methods import Method, forecast
from kichban.forecast.spread import normal_scores, relative_errors
from kichban.numbers import FloatArray

#: a past path counts one against so many of the learning set: on left-out blocks MSIS was lowest at
#: 4 (quarterly, 2 % better than without) and 8 (monthly, 0,2 %); yearly series gained nothing
WEIGHT = 8.0
#: an own error beyond so many normal scores counts as that many
FURTHEST = 4.0


def own_factor(
    y: FloatArray,
    frequency: Frequency,
    steps: int,
    method: Method = "pool",
    learned: Learned | None = None,
) -> float:
    """Give the factor by which a positive series' own past errors widen or narrow its intervals.

    Every origin with half the history behind it and `steps` points after it is forecast anew.

    Parameters
    ----------
    y : (n,) float64
        Above nought, oldest first.

    Returns
    -------
    factor : float
        For :meth:`~kichban.forecast.Forecast.widened`; 1 where there is no such origin.
    """
    origins = range(max(LEAST, y.size // 2), y.size - steps + 1)
    if not origins:
        return 1.0
    said = forecast([y[:n] for n in origins], frequency, steps, method, learned)
    came = np.array([y[n : n + steps] for n in origins])
    errors = relative_errors(came, said.points) / said.size
    scores = np.clip(normal_scores(said.spread, errors), -FURTHEST, FURTHEST)
    return weigh_own((scores**2).mean(axis=1))


def weigh_own(mean_squares: FloatArray) -> float:
    r"""Weigh the mean squared normal scores of past paths against the learned spread.

    .. math:: \hat s = \sqrt{\frac{w + \sum_i \bar z_i^2}{w + n}}

    >>> weigh_own(np.array([])), round(weigh_own(np.full(8, 4.0)), 2)
    (1.0, 1.58)
    """
    return float(np.sqrt((WEIGHT + mean_squares.sum()) / (WEIGHT + mean_squares.size)))
