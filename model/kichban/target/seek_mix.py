"""Several levers together: the least effort that meets a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kichban.numbers import BoolArray, FloatArray
from kichban.target.seek_lever import Quantiles, Span, first_crossing

#: a step that costs more is halved so often
HALVINGS = 1


class Care(NamedTuple):
    """How closely a mix is looked for.

    A round of the search that saves less than `gain` of the effort is the last, at most there are
    `rounds`; `step` is that of finite differences, as a share of a lever's width: wide where the
    quantile is rough; `line` is how close to the crossing a search along a line ends.
    """

    rounds: int = 2
    step: float = 0.05
    gain: float = 0.01
    line: float = 1e-3


USUAL_CARE = Care()


@dataclass(frozen=True, slots=True)
class Mix:
    """The cheapest way found to meet a target with several levers.

    Attributes
    ----------
    values : (lever,) float64
        In the levers' units.
    effort
        Σ c ((u − now)/width)².
    at_bound : (lever,) bool
        Which of them stand at a bound of the search.
    """

    values: FloatArray
    effort: float
    at_bound: BoolArray


def least_effort_linear(
    slope: FloatArray, cost: FloatArray, need: float, low: FloatArray, high: FloatArray
) -> FloatArray:
    r"""Share a need among levers of known slopes at least cost, none beyond its bounds.

    .. math:: \min \sum_i c_i x_i^2 \quad\text{s.t.}\quad \sum_i g_i x_i = b,\; l_i \le x_i \le h_i

    By the conditions of Karush, Kuhn and Tucker :math:`x_i = \operatorname{clip}(\lambda g_i/c_i)`:
    the need rises with λ from one bound met to the next, as water fills a basin of steps.

    Parameters
    ----------
    slope, cost, low, high : (lever,) float64
        `cost` is positive, `low` ≤ 0 ≤ `high`.
    need
        Not negative.

    Returns
    -------
    x : (lever,) float64
        All at their better ends where even these do not meet the need.

    Examples
    --------
    >>> one = np.ones(2)
    >>> least_effort_linear(np.array([3.0, 1.0]), one, 5.0, -one, one * 9).tolist()
    [1.5, 0.5]
    >>> least_effort_linear(np.array([3.0, 1.0]), one, 5.0, -one, one).tolist()
    [1.0, 1.0]
    """
    pull = slope / cost
    best = np.where(slope > 0, high, np.where(slope < 0, low, 0.0))
    if slope @ best <= need:
        return np.asarray(best)
    moving = pull != 0
    stops = np.unique(np.append(best[moving] / pull[moving], 0.0))
    filled = [float(slope @ np.clip(stop * pull, low, high)) for stop in stops]
    return np.asarray(np.clip(np.interp(need, filled, stops) * pull, low, high))


def least_effort(
    quantiles: Quantiles,
    spans: Sequence[Span],
    target: float,
    best: FloatArray,
    slope: FloatArray,
    cost: FloatArray,
    care: Care = USUAL_CARE,
) -> Mix | None:
    """Find the mix of least effort that just meets a target.

    The quantile is taken as linear near the last mix, the linear task is solved exactly, and a
    search along the line to its solution puts the new mix where the target is met; so the found mix
    always meets it. Only a mix near the one of the linear start is looked for.

    Parameters
    ----------
    quantiles
        Called with (point, lever) arrays. Below `target` where all levers stand now.
    best : (lever,) float64
        The better ends, from which the target can be met if at all.
    slope : (lever,) float64
        First guess of how much the quantile rises over the whole width of a lever.
    cost : (lever,) float64
        Weights c of the effort.

    Returns
    -------
    mix : Mix or None
        ``None`` where all levers at their better ends do not meet the target.

    Examples
    --------
    >>> plane = lambda u: u @ np.array([2.0, 1.0])
    >>> span = Span(0.0, -10.0, 10.0, -10.0, 10.0, 1e-9)
    >>> two = np.ones(2)
    >>> least_effort(plane, [span] * 2, 5.0, two * 10, two, two).values.round(6).tolist()
    [2.0, 1.0]
    """
    task = _Task(quantiles, tuple(spans), target, care)
    end = (best - task.now) / task.width
    start, reach = task.reach(np.stack([np.zeros(len(end)), end]))
    if reach < target:
        return None
    found = task.met_at(least_effort_linear(slope, cost, target - start, *task.bounds), end)
    slope, reach = task.slope(found, end)
    for _ in range(care.rounds):
        need = target - reach + float(slope @ found)
        wanted = least_effort_linear(slope, cost, need, *task.bounds)
        better = task.cheaper(found, wanted, end, cost)
        if better is None:
            break
        saved = 1.0 - float(cost @ better**2) / float(cost @ found**2)
        found = better
        slope, reach = task.slope(found, end)
        if saved < care.gain:
            break
    low, high = task.bounds
    values = task.now + task.width * found
    return Mix(values, float(cost @ found**2), (found <= low) | (found >= high))


class _Task:
    """The question in shares of each lever's width, 0 where it stands now."""

    def __init__(self, quantiles: Quantiles, spans: tuple[Span, ...], target: float, care: Care):
        self.quantiles, self.spans, self.target = quantiles, spans, target
        self.now = np.array([s.now for s in spans])
        self.width = np.array([s.width for s in spans])
        low, high = (np.array([getattr(s, end) for s in spans]) for end in ("low", "high"))
        self.bounds = (low - self.now) / self.width, (high - self.now) / self.width
        self.care = care

    def reach(self, shares: FloatArray) -> FloatArray:
        """Give the (point,) quantiles of (point, lever) shares."""
        return self.quantiles(self.now + self.width * shares)

    def met_at(self, wanted: FloatArray, end: FloatArray) -> FloatArray:
        """Go from `wanted` towards `end` until the target is met; if it is, back towards now."""
        if self.reach(wanted[None])[0] >= self.target:
            return self._first(np.zeros(len(end)), wanted)
        return self._first(wanted, end)

    def _first(self, out: FloatArray, met: FloatArray) -> FloatArray:
        """Give the point nearest to the first of two at which the line between them meets it."""
        if (met == out).all():
            return met

        def along(way: float) -> float:
            return float(self.reach((out + way * (met - out))[None])[0])

        way = first_crossing(along, self.target, self.care.line)
        return np.asarray(out + way * (met - out))

    def slope(self, at: FloatArray, end: FloatArray) -> tuple[FloatArray, float]:
        """Give the slopes at a mix, a step towards the better ends or back from them."""
        low, high = self.bounds
        ahead = np.where(end >= 0, 1.0, -1.0)
        room = np.where(end >= 0, high - at, at - low)
        moves = self.care.step * np.where(room >= self.care.step, ahead, -ahead)
        reach = self.reach(np.vstack([at + np.diag(moves), at]))
        return (reach[:-1] - reach[-1]) / moves, float(reach[-1])

    def cheaper(
        self, found: FloatArray, wanted: FloatArray, end: FloatArray, cost: FloatArray
    ) -> FloatArray | None:
        """Step to a wanted mix, or half or a quarter of the way, until the effort falls."""
        for halving in range(HALVINGS + 1):
            there = self.met_at(found + 0.5**halving * (wanted - found), end)
            if cost @ there**2 < cost @ found**2:
                return there
        return None
