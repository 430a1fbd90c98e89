"""The total of the current year: months that are known, and joint paths of those to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.forecast.history import SEASON, Frequency
from kichban.forecast.learned import Learned
from kichban.forecast.methods import AT_ONCE, Method, forecast
from kichban.forecast.spread import steady_normals
from kichban.numbers import FloatArray

#: draws of a path; a power of two keeps the Sobol points balanced
DRAWS = 2048


@dataclass(frozen=True, slots=True)
class Total:
    """Totals of several series' current year.

    Attributes
    ----------
    point : (series,) float64
        Known part plus the forecast of the rest.
    draws : (series, draw) float64
        Joint sample paths summed: a quantile of the total is not the sum of quantiles.
    """

    point: FloatArray
    draws: FloatArray

    def quantiles(self, probabilities: Sequence[float]) -> FloatArray:
        """Give (series, probability) quantiles."""
        return np.asarray(np.quantile(self.draws, probabilities, axis=1).T)


def forecast_total(
    series: Sequence[FloatArray],
    known: int,
    frequency: Frequency = "M",
    method: Method = "pool",
    learned: Learned | None = None,
) -> Total:
    """Foretell the year's total from histories whose last `known` points are of this year.

    Parameters
    ----------
    known : int
        Periods of the year that are known, none to all.

    Raises
    ------
    ValueError
        When `known` is not a number of periods in a year.

    Examples
    --------
    >>> months = 100.0 * 1.01 ** np.arange(42)
    >>> said = forecast_total([months], 6)
    >>> bool(abs(said.point[0] / (100.0 * 1.01 ** np.arange(36, 48)).sum() - 1) < 0.02)
    True
    """
    season = SEASON[frequency]
    if not 0 <= known <= season:
        raise ValueError(f"a year has {season} periods, {known} cannot be known")
    so_far = np.array([y[y.size - known :].sum() for y in series])
    if known == season:
        return Total(so_far, np.repeat(so_far[:, None], DRAWS, axis=1))
    normal = steady_normals(season - known, DRAWS)
    points, draws = [], []
    for first in range(0, len(series), AT_ONCE):
        part = series[first : first + AT_ONCE]
        said = forecast(part, frequency, season - known, method, learned)
        points.append(said.points.sum(axis=1))
        draws.append(said.for_sums().paths(normal).sum(axis=2))
    return Total(so_far + np.concatenate(points), so_far[:, None] + np.vstack(draws))
