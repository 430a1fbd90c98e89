"""The pool: every smoother run over all series at once.

A smoother sees the series in logs or as it stands, with classical or shrunk seasonal factors at
the start. Nothing is fitted series by series: which smoother is to be believed is the business of
the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from kichban.forecast.history import Histories
from kichban.forecast.seasons import classical_factors, shrunk_factors
from kichban.forecast.smoothers import Smoothers, smoothers, views
from kichban.numbers import BoolArray, FloatArray, IntArray

#: how many steps ahead a smoother is judged by on the history itself
REACH: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {1: (1, 2, 3, 4, 5, 6), 4: (1, 2, 3, 4, 6, 8), 12: (1, 2, 3, 6, 9, 12, 15, 18)}
)
#: level over second state at the start of complex smoothing
START_SHARE = 1.1
#: no expert is followed further than to twenty times the recent level, or a twentieth of it
FURTHEST = 20.0
#: logs beyond this are beyond any amount
HIGHEST = 300.0


@dataclass(frozen=True, slots=True)
class PoolRun:
    """What every expert, a smoother on a view, says of every series.

    Attributes
    ----------
    points : (series, expert, step) float32
        Forecasts in the unit of the series.
    fit, reach : (series, expert) float64
        Log of the one-step error (root mean square) and of the mean absolute error over the steps
        of :data:`REACH`, on the history, relative to the level of the series.
    possible : (series, expert) bool
        Logs of a series with a nought or a negative value are not.
    """

    points: np.ndarray[tuple[int, int, int], np.dtype[np.float32]]
    fit: FloatArray
    reach: FloatArray
    possible: BoolArray


def run_pool(histories: Histories, horizon: int) -> PoolRun:
    """Run every expert over every series.

    Cost grows with series × experts × points × steps; memory with series × experts × steps.
    """
    m, count = histories.season, histories.length.size
    points, fit, reach, possible = [], [], [], []
    factors = {shrunk: _factors(histories, shrunk=shrunk) for _, shrunk in views(m)}
    for log, shrunk in views(m):
        pool = smoothers(m, log=log)
        level, values, start, unit = _view(histories, factors[shrunk], log=log)
        run = _smooth(histories, values, start, pool, horizon)
        path = run.points * unit[:, None, None]
        path = np.exp(np.clip(path, -HIGHEST, HIGHEST)) if log else path * level[:, None, None]
        path = bounded(histories, path)
        points.append(path.astype(np.float32))
        fit.append(run.fit + np.log(unit)[:, None])
        reach.append(run.reach + np.log(unit)[:, None])
        able = histories.positive if log else np.ones(count, dtype=bool)
        possible.append(np.repeat(able[:, None], pool.g1.size, axis=1))
    return PoolRun(*(np.concatenate(part, axis=1) for part in (points, fit, reach, possible)))


def recent_level(histories: Histories) -> FloatArray:
    """Give the (series,) mean absolute level of the last two years (four where yearly)."""
    years = max(2 * histories.season, 4)
    recent = np.abs(histories.values[:, -years:]).sum(axis=1)
    level = recent / histories.present[:, -years:].sum(axis=1)
    return np.asarray(np.where(level > 0, level, 1.0))


def bounded(histories: Histories, path: FloatArray) -> FloatArray:
    """Cut (series, …) forecasts where they run away: a positive series stays above nought."""
    wide = (-1,) + (1,) * (path.ndim - 1)
    level = recent_level(histories).reshape(wide)
    lowest = np.where(histories.positive.reshape(wide), level / FURTHEST, -FURTHEST * level)
    return np.asarray(np.clip(path, lowest, FURTHEST * level))


def _factors(histories: Histories, *, shrunk: bool) -> FloatArray:
    """Give (series, season) factors, the first for each series' first point."""
    find = shrunk_factors if shrunk else classical_factors
    rows = zip(histories.values, histories.start, strict=True)
    return np.array([find(y[first:], histories.season) for y, first in rows])


def _view(
    histories: Histories, factors: FloatArray, *, log: bool
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give level, (series, time) values, (series, season) start of the season, and unit.

    Values are logs, or multiples of the recent level; a unit is the mean absolute step.
    """
    m, present = histories.season, histories.present
    level = recent_level(histories)
    if log:
        values = np.log(np.where(histories.values > 0, histories.values, 1.0))
        season = np.log(factors)
    else:
        values = histories.values / level[:, None]
        season = factors - factors.mean(axis=1, keepdims=True)
    flat = values - np.take_along_axis(season, np.mod(histories.age, m), axis=1)
    steps = np.abs(np.diff(flat, axis=1)) * present[:, :-1]
    unit = steps.sum(axis=1) / np.maximum(histories.length - 1, 1) + 1e-9
    return level, values / unit[:, None] * present, season / unit[:, None], unit


@dataclass(frozen=True, slots=True)
class _Run:
    points: FloatArray
    fit: FloatArray
    reach: FloatArray


def _smooth(
    histories: Histories, y: FloatArray, season: FloatArray, pool: Smoothers, horizon: int
) -> _Run:
    """Run the recursion; series are put in order of length, so that those present stand first."""
    m, width = histories.season, y.shape[1]
    order = np.argsort(-histories.length, kind="stable")
    y, season, length = y[order], season[order], histories.length[order]
    level, slope = _start(histories, y, season, order, pool)
    moving = bool((pool.gamma > 0).any())
    seasonal = np.repeat(season[:, :, None], pool.g1.size if moving else 1, axis=2)
    row = np.arange(length.size)
    squares = np.zeros(level.shape)
    missed, judged = np.zeros(level.shape), np.zeros(length.size)
    steps = [s for s in REACH[m] if s <= max(horizon, REACH[m][-1])]
    of_level, of_slope = _ahead(pool, max(horizon, steps[-1]))
    for t in range(width):
        n = int(np.searchsorted(-length, -(width - t), side="right"))
        age = t - (width - length[:n])
        now = seasonal[row[:n], age % m]
        error = y[:n, t, None] - level[:n] - pool.weight * slope[:n] - now
        squares[:n] += error**2
        level[:n], slope[:n] = _step(pool, level[:n], slope[:n], error)
        if moving:
            seasonal[row[:n], age % m] = now + pool.gamma * error
        old = int(np.searchsorted(-length, -(width - t + max(3, m)), side="right"))
        left = [s for s in steps if t + s < width]
        if old and left:
            for s in left:
                later = seasonal[row[:old], (age[:old] + s) % m]
                path = of_level[s - 1] * level[:old] + of_slope[s - 1] * slope[:old] + later
                missed[:old] += np.abs(y[:old, t + s, None] - path) / len(left)
            judged[:old] += 1.0
    points = np.empty((length.size, pool.g1.size, horizon))
    for s in range(1, horizon + 1):
        later = seasonal[row, (length - 1 + s) % m]
        points[:, :, s - 1] = of_level[s - 1] * level + of_slope[s - 1] * slope + later
    fit = 0.5 * np.log(squares / length[:, None] + 1e-9)
    reach = np.log(missed / np.maximum(judged, 1.0)[:, None] + 1e-6)
    back = np.argsort(order, kind="stable")
    return _Run(points[back], fit[back], reach[back])


def _step(
    pool: Smoothers, level: FloatArray, slope: FloatArray, error: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Move both states by one point."""
    return (
        level + pool.f12 * slope + pool.g1 * error,
        pool.f21 * level + pool.f22 * slope + pool.g2 * error,
    )


def _ahead(pool: Smoothers, steps: int) -> tuple[FloatArray, FloatArray]:
    """Give (step, smoother) weights of level and slope in the forecast of each step."""
    of_level, of_slope = [np.ones_like(pool.weight)], [pool.weight]
    for _ in range(steps - 1):
        before, other = of_level[-1], of_slope[-1]
        of_level.append(before + pool.f21 * other)
        of_slope.append(pool.f12 * before + pool.f22 * other)
    return np.array(of_level), np.array(of_slope)


def _start(
    histories: Histories,
    y: FloatArray,
    season: FloatArray,
    order: IntArray,
    pool: Smoothers,
) -> tuple[FloatArray, FloatArray]:
    """Give (series, smoother) level and slope before the first point.

    A trend starts on the line through the first year or so; a drift at the first point, with its
    share of the slope of all or of the recent years; complex smoothing from the mean of the first
    year, once run backwards over the first years.
    """
    m, age = histories.season, histories.age[order]
    flat = y - np.take_along_axis(season, np.mod(age, m), axis=1)
    early = (age >= 0) & (age <= max(3, m))
    slope, level = _line(flat, age, early)
    whole, _ = _line(flat, age, age >= 0)
    recent, _ = _line(flat, age, (age >= 0) & (age > age[:, -1:] - max(6, 3 * m + 4)))
    drift = np.where(pool.recent, recent[:, None], whole[:, None]) * pool.drift
    first = np.take_along_axis(flat, np.argmax(age == 0, axis=1)[:, None], axis=1)
    kind = pool.kind
    trended = (kind == "trend") & (pool.f22 > 0)
    levels = np.where(trended, (level - slope)[:, None], first - drift)
    slopes = np.where(trended, slope[:, None], drift)
    if (kind == "complex").any():
        mean = (np.where(early, flat, 0.0).sum(axis=1) / early.sum(axis=1))[:, None]
        back = _backwards(flat, age, mean, pool, 2 * m + 6)
        levels, slopes = (
            np.where(kind == "complex", found, own)
            for found, own in zip(back, (levels, slopes), strict=True)
        )
    return levels, slopes


def _backwards(
    flat: FloatArray, age: IntArray, mean: FloatArray, pool: Smoothers, points: int
) -> tuple[FloatArray, FloatArray]:
    """Run backwards over the first points, so that the second state finds its size."""
    level = np.repeat(mean, pool.g1.size, axis=1)
    slope = level / START_SHARE
    for steps in range(points - 1, -1, -1):
        here = age == steps
        there = here.any(axis=1)
        error = flat[here][:, None] - level[there] - pool.weight * slope[there]
        level[there], slope[there] = _step(pool, level[there], slope[there], error)
    return level, slope


def _line(y: FloatArray, age: IntArray, used: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Give slope and value at age nought of the least-squares line through the points used."""
    count = used.sum(axis=1)
    x_mean = np.where(used, age, 0).sum(axis=1) / count
    y_mean = np.where(used, y, 0.0).sum(axis=1) / count
    x = np.where(used, age - x_mean[:, None], 0.0)
    slope = (x * np.where(used, y - y_mean[:, None], 0.0)).sum(axis=1) / (x**2).sum(axis=1)
    return slope, y_mean - slope * x_mean
