"""The methods, one small interface: histories in, points, quantiles and joint paths out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from scipy.stats import norm

from kichban.forecast.engines import engine_points
from kichban.forecast.gate import blend, name_matrix, traits, weigh
from kichban.forecast.history import Frequency, Histories, line_up
from kichban.forecast.learned import Learned, Lesson, load_learned
from kichban.forecast.pool import PoolRun, bounded, run_pool
from kichban.forecast.smoothers import expert_names
from kichban.forecast.spread import (
    Spread,
    clues,
    error_size,
    error_unit,
    joint_scores,
    spread_out,
    standard_errors,
)
from kichban.numbers import BoolArray, FloatArray

Method = Literal[
    "pool", "experts", "ets", "damped", "theta", "complex", "naive", "seasonal_naive", "last_growth"
]
METHODS: tuple[Method, ...] = get_args(Method)
#: series that are forecast at a time: what every expert says of them is held in memory
AT_ONCE = 256
#: growth of a year is followed no further than a halving or a doubling
MOST_GROWTH = np.log(2.0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecasts of several series of one frequency.

    Attributes
    ----------
    points : (series, step) float64
        In the unit of the series; the median too.
    size : (series, step) float64
        Size of the errors, relative to `unit`.
    unit : (series, step) float64
        What a relative error is multiplied with.
    positive : (series,) bool
        Whether errors are factors: such a forecast never falls below nought.
    spread
        What was learned of errors.
    """

    points: FloatArray
    size: FloatArray
    unit: FloatArray
    positive: BoolArray
    spread: Spread

    def quantiles(self, probabilities: Sequence[float]) -> FloatArray:
        """Give the (series, step, probability) quantiles of each step by itself."""
        steps = self.points.shape[1]
        normal = np.repeat(norm.ppf(probabilities)[:, None], steps, axis=1)
        error = self.size[:, None, :] * standard_errors(self.spread, normal)[None]
        found = spread_out(self.points, self.unit, error, self.positive)
        return np.asarray(found.transpose(0, 2, 1))

    def paths(self, normal: FloatArray) -> FloatArray:
        """Give joint sample paths.

        Parameters
        ----------
        normal : (draw, step) or (series, draw, step) float64
            Independent standard normal numbers; the first steps do not depend on later ones.

        Returns
        -------
        paths : (series, draw, step) float64
        """
        error = standard_errors(self.spread, joint_scores(self.spread, normal))
        relative = self.size[:, None, :] * (error if error.ndim == 3 else error[None])
        return spread_out(self.points, self.unit, relative, self.positive)

    def for_sums(self) -> Forecast:
        """Give the same forecast with errors as large as sums over all its steps have them."""
        steps, learned = self.points.shape[1], self.spread.total.size
        factor = self.spread.total[min(steps, learned) - 1]
        return self.widened(np.full(len(self.points), factor))

    def widened(self, factor: FloatArray) -> Forecast:
        """Give the same forecast with errors `factor` (series,) times as large."""
        return Forecast(
            self.points, self.size * factor[:, None], self.unit, self.positive, self.spread
        )


def forecast(
    series: Sequence[FloatArray],
    frequency: Frequency,
    horizon: int,
    method: Method = "pool",
    learned: Learned | None = None,
) -> Forecast:
    """Forecast many series at once.

    Parameters
    ----------
    series : sequence of (n,) float64
        Histories, oldest first, without gaps, at least five points each.
    horizon : int
        Steps ahead; beyond the 6, 8 or 18 that were learned the spread grows on as it did.

    Raises
    ------
    ValueError
        For a history that is too short or has gaps, or for no history at all.

    Examples
    --------
    >>> grown = 100.0 * 1.1 ** np.arange(12)
    >>> said = forecast([grown], "Y", 3)
    >>> bool(abs(said.points[0, 0] / (1.1 * grown[-1]) - 1) < 0.03)
    True
    >>> low, high = said.quantiles([0.1, 0.9])[0, 0]
    >>> bool(low < said.points[0, 0] < high)
    True
    """
    if not series:
        raise ValueError("there is no series to forecast")
    lesson = (learned or load_learned())[frequency]
    parts = [
        _some(series[first : first + AT_ONCE], frequency, horizon, method, lesson)
        for first in range(0, len(series), AT_ONCE)
    ]
    points, size, unit, positive = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Forecast(points, size, unit, positive, lesson.spreads[method])


def _some(
    series: Sequence[FloatArray],
    frequency: Frequency,
    horizon: int,
    method: Method,
    lesson: Lesson,
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Give points, sizes of errors, their unit and whether they are positive, of some series."""
    histories = line_up(series, frequency)
    run = run_pool(histories, horizon)
    x = traits(histories)
    weights = weigh(lesson.gate, name_matrix(histories.season), x, run)
    experts = bounded(histories, blend(weights, run))
    points = points_of(method, histories, run, horizon, experts)
    # How large errors are is a trait of the series: the experts' clues serve every method.
    seen = clues(histories, x, weights, run, experts)
    size = error_size(lesson.spreads[method], seen)
    return points, size, error_unit(histories, points), histories.positive


def points_of(
    method: Method, histories: Histories, run: PoolRun, horizon: int, experts: FloatArray
) -> FloatArray:
    """Give the (series, step) points of a method; `experts` are those of the gate."""
    return bounded(histories, _points(method, histories, run, horizon, experts))


def _points(
    method: Method, histories: Histories, run: PoolRun, horizon: int, experts: FloatArray
) -> FloatArray:
    if method == "experts":
        return experts
    rows = [y[first:] for y, first in zip(histories.values, histories.start, strict=True)]
    if method == "pool":
        return 0.5 * (experts + engine_points(rows, histories.season, horizon, experts))
    if method in SIMPLE:
        return np.array([SIMPLE[method](y, histories.season, horizon) for y in rows])
    return blend(_by_likelihood(histories, run, method), run)


def _by_likelihood(histories: Histories, run: PoolRun, method: Method) -> FloatArray:
    """Weigh the experts of a family by their likelihood alone (Akaike weights)."""
    names = np.array(expert_names(histories.season))
    trend = names[:, 3]
    chosen: Mapping[Method, BoolArray] = {
        "ets": np.char.startswith(trend, "trend"),
        "damped": np.char.startswith(trend, "trend 0.85") | np.char.startswith(trend, "trend 0.95"),
        "theta": trend == "drift 0.5 all",
        "complex": np.char.startswith(trend, "complex"),
    }
    able = run.possible & chosen[method][None, :] & (names[:, 1] == "classical")[None, :]
    fit = np.where(able, run.fit, np.inf)
    score = -histories.length[:, None] * (fit - fit.min(axis=1, keepdims=True))
    weight = np.exp(score)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _naive(y: FloatArray, _season: int, horizon: int) -> FloatArray:
    return np.full(horizon, y[-1])


def _seasonal_naive(y: FloatArray, season: int, horizon: int) -> FloatArray:
    if y.size < season:
        return _naive(y, season, horizon)
    return np.asarray(y[y.size - season + np.arange(horizon) % season])


def _last_growth(y: FloatArray, season: int, horizon: int) -> FloatArray:
    """Repeat the last year's growth on the year before, year after year."""
    years = np.arange(horizon) // season + 1
    if y.size < 2 * season:
        return _seasonal_naive(y, season, horizon)
    last, before = y[-season:].sum(), y[-2 * season : -season].sum()
    if min(last, before) <= 0:
        return np.asarray(_seasonal_naive(y, season, horizon) + years * (last - before) / season)
    growth = np.clip(np.log(last / before), -MOST_GROWTH, MOST_GROWTH)
    return np.asarray(_seasonal_naive(y, season, horizon) * np.exp(growth * years))


SIMPLE: Mapping[Method, Callable[[FloatArray, int, int], FloatArray]] = MappingProxyType(
    {"naive": _naive, "seasonal_naive": _seasonal_naive, "last_growth": _last_growth}
)
