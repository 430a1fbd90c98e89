"""What the rest of a year takes from its months so far, and what from its usual season."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kichban.numbers import FloatArray

#: how often weights are found anew, and errors below which they grow no more (median regression)
ROUNDS, KINK = 60, 0.005
#: growth beyond a factor of e² is an accident of the series
WILDEST = 2.0
#: sd of a normal variable over the median of its absolute value
MEDIAN_TO_SD = 1.4826
#: years whose season is the usual one: three beat two at every month (by 1 to 9 %), four are rare
USUAL_YEARS = 3


def learn_momentum(series: Sequence[FloatArray], season: int) -> FloatArray:
    r"""Learn how growth so far and the usual season carry on, by periods known.

    .. math:: \log \frac{R_j}{R_{j-1}} \approx a \log \frac{K_j}{K_{j-1}}
              + b \Big(\tfrac13 \sum_{i=1}^{3} \log \frac{R_{j-i}}{K_{j-i}}
              - \log \frac{R_{j-1}}{K_{j-1}} \Big)

    with K the known part of a year and R its rest; by least absolute errors, without a constant.
    The second term is nought where last year's season was the usual one.

    Parameters
    ----------
    series : sequence of (n,) float64
        Of one frequency; only stretches of four positive years are used.

    Returns
    -------
    momentum : (season − 1, 3) float64
        a, b and the sd of the bracket that b weighs; the first row with one period known.

    Examples
    --------
    >>> steady = [100 * 1.01 ** (np.arange(60) * k) for k in (1, 2, 3)]
    >>> learn_momentum(steady, 12)[:, 0].round(2)
    array([1., 1., 1., 1., 1., 1., 1., 1., 1., 1., 1.])
    """
    whole = (USUAL_YEARS + 1) * season
    stretches = [
        y[: y.size - back]
        for y in series
        for back in (0, season // 2, season)
        if y.size - back >= whole and (y[: y.size - back] > 0).all()
    ]
    if not stretches:
        return np.full((season - 1, 3), np.nan)
    years = np.array([y[-whole:] for y in stretches]).reshape(len(stretches), -1, season)
    return np.array([_carried(years, known) for known in range(1, season)]).reshape(-1, 3)


def _carried(years: FloatArray, known: int) -> FloatArray:
    """Regress growth of the rest; `years` is (stretch, year, period), the last one foretold."""
    so_far = np.log(years[:, :, :known].sum(axis=2))
    rest = np.log(years[:, :, known:].sum(axis=2))
    growth, came = so_far[:, -1] - so_far[:, -2], rest[:, -1] - rest[:, -2]
    unusual = (rest - so_far)[:, :-1].mean(axis=1) - (rest - so_far)[:, -2]
    usable = (np.abs(growth) < WILDEST) & (np.abs(came) < WILDEST)
    x, y = np.stack([growth, unusual], axis=1)[usable], came[usable]
    found = np.full(2, 0.5)
    for _ in range(ROUNDS):
        weight = 1.0 / np.maximum(np.abs(y - x @ found), KINK)
        squares = (x * weight[:, None]).T @ x + 1e-9 * np.eye(2)
        found = np.linalg.solve(squares, (x * weight[:, None]).T @ y)
    return np.append(found, MEDIAN_TO_SD * np.median(np.abs(x[:, 1])))
