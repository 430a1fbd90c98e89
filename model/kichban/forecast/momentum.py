"""How much of a year's growth so far is still there in the rest of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kichban.numbers import FloatArray

#: how often weights are found anew, and errors below which they grow no more (median regression)
ROUNDS, KINK = 60, 0.005
#: growth beyond a factor of e² is an accident of the series
WILDEST = 2.0


def learn_momentum(series: Sequence[FloatArray], season: int) -> FloatArray:
    """Learn the share of growth so far that carries on, by periods known.

    Growth of the rest on the rest of last year is regressed, by least absolute errors, on growth
    of the known part on the same part of last year, without a constant.

    Parameters
    ----------
    series : sequence of (n,) float64
        Of one frequency; only stretches of three positive years are used.

    Returns
    -------
    momentum : (season − 1,) float64
        The first with one period known.

    Examples
    --------
    >>> steady = [100 * 1.01 ** (np.arange(48) * k) for k in (1, 2, 3)]
    >>> learn_momentum(steady, 12).round(2)
    array([1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1.])
    """
    stretches = [
        y[: y.size - back]
        for y in series
        for back in (0, season // 2, season)
        if y.size - back >= 2 * season and (y[: y.size - back] > 0).all()
    ]
    if not stretches:
        return np.full(season - 1, np.nan)
    now, before = (np.array([y[y.size - k * season :][:season] for y in stretches]) for k in (1, 2))
    return np.array([_share(now, before, known) for known in range(1, season)])


def _share(now: FloatArray, before: FloatArray, known: int) -> float:
    so_far = np.log(now[:, :known].sum(axis=1) / before[:, :known].sum(axis=1))
    rest = np.log(now[:, known:].sum(axis=1) / before[:, known:].sum(axis=1))
    usable = (np.abs(so_far) < WILDEST) & (np.abs(rest) < WILDEST)
    so_far, rest = so_far[usable], rest[usable]
    share = 0.5
    for _ in range(ROUNDS):
        weight = 1.0 / np.maximum(np.abs(rest - share * so_far), KINK)
        share = float((weight * so_far * rest).sum() / max((weight * so_far**2).sum(), 1e-12))
    return share
