r"""PRIM: peel a box towards where cases are dense, then paste back what was cut too eagerly.

Friedman & Fisher 1999 (doi:10.1023/A:1008894516817), as scenario discovery uses it (Bryant &
Lempert 2010, doi:10.1016/j.techfore.2009.08.002). Each peel takes a share α of the draws from one
end of one parameter; of all such peels the one is taken that gains most density per draw lost,

.. math:: \frac{\bar y_{new} - \bar y_{old}}{n_{old} - n_{new}}

and of equal ones the one that limits fewer parameters. Pasting gives back in the same steps while
density rises.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kichban.compare.discovery.box import BoolArray, Counts, ends_of, inside
from kichban.numbers import FloatArray, IntArray

#: share of the draws that one step takes or gives
ALPHA = 0.05


class Step(NamedTuple):
    """One box of the trajectory: (2, parameter) limits and what they hold."""

    limits: FloatArray
    counts: Counts


class _Trial(NamedTuple):
    """A box that might be next."""

    limits: FloatArray
    draws: int
    cases: int


def trajectory(
    x: FloatArray, y: BoolArray, start: FloatArray | None = None, *, least_mass: float = 0.05,
    alpha: float = ALPHA, whole: tuple[int, int] | None = None,
) -> tuple[Step, ...]:  # fmt: skip
    """Peel and paste; the first step is the box without limits.

    Parameters
    ----------
    x : (draw, parameter) float64
        Draws that are searched.
    y : (draw,) bool
        Whether a draw is a case.
    start : (2, parameter) float64
        The box without limits, by default the ends of `x`.
    least_mass
        Share of all draws below which no box may fall.
    alpha
        Share of its draws that one step takes from the box.
    whole
        All draws and all cases, where `x` is what other boxes left.

    Examples
    --------
    >>> x = np.random.default_rng(1).random((2000, 3))
    >>> steps = trajectory(x, (x[:, 0] > 0.6) & (x[:, 1] < 0.5))
    >>> steps[-1].counts.density > 0.99, steps[-1].limits[:, 2].round(1).tolist()
    (True, [0.0, 1.0])
    """
    start = ends_of(x) if start is None else start
    everything = whole or (len(y), int(y.sum()))
    box = _Trial(start, len(y), int(y.sum()))
    steps = [Step(start, Counts(box.draws, box.cases, *everything))]
    least = least_mass * everything[0]
    own, hits = x, y
    while (found := _best_peel(own, hits, box, start, alpha)) and found.draws >= least:
        within = inside(own, found.limits)
        own, hits, box = own[within], hits[within], found
        steps.append(Step(box.limits, Counts(box.draws, box.cases, *everything)))
    while (found := _best_paste(x, y, box, start, alpha)) and found.draws >= least:
        box = found
        steps.append(Step(box.limits, Counts(box.draws, box.cases, *everything)))
    return tuple(steps)


def _best_peel(
    x: FloatArray, y: BoolArray, box: _Trial, start: FloatArray, alpha: float
) -> _Trial | None:
    """Give the best peel, ``None`` where none gains."""
    if box.draws < 2:
        return None
    cuts = np.stack([quantile(x, alpha), quantile(x, 1.0 - alpha)])
    trials = []
    kept = np.stack([x >= cuts[0], x <= cuts[1]])
    draws, cases = kept.sum(axis=1), kept[:, y].sum(axis=1)
    for j in range(x.shape[1]):
        for end in (1, 0):
            limits = box.limits.copy()
            limits[end, j] = cuts[end, j]
            trials.append(_Trial(limits, int(draws[end, j]), int(cases[end, j])))
    best = _best(trials, box, start)
    return best if best is not None and best.draws < box.draws else None


def _best_paste(
    x: FloatArray, y: BoolArray, box: _Trial, start: FloatArray, alpha: float
) -> _Trial | None:
    """Give the best paste, ``None`` where none gains."""
    trials = []
    for j in np.flatnonzero((box.limits != start).any(axis=0)):
        others = box.limits.copy()
        others[:, j] = start[:, j]
        near = inside(x, others)
        column, hits = x[near, j], y[near]
        for end in (0, 1):
            beyond = (
                column[column <= box.limits[0, j]] if end == 0 else
                column[column >= box.limits[1, j]]
            )  # fmt: skip
            limits = box.limits.copy()
            limits[end, j] = (
                quantile(beyond[:, None], alpha if end else 1.0 - alpha)[0]
                if beyond.size else start[end, j]
            )  # fmt: skip
            within = (column >= limits[0, j]) & (column <= limits[1, j])
            trials.append(_Trial(limits, int(within.sum()), int(hits[within].sum())))
    best = _best(trials, box, start)
    return best if best is not None and best.draws > box.draws else None


def _best(trials: list[_Trial], box: _Trial, start: FloatArray) -> _Trial | None:
    """Give the trial that gains most per draw changed, then the one with fewer limits."""
    mean = box.cases / box.draws

    def worth(trial: _Trial) -> tuple[float, int]:
        changed = abs(trial.draws - box.draws)
        gain = (trial.cases / trial.draws if trial.draws else 0.0) - mean
        free = int((trial.limits == start).all(axis=0).sum())
        return (gain / changed if changed else 0.0), free

    best = max(trials, key=worth, default=None)
    return best if best is not None and worth(best)[0] > 0 else None


def quantile(values: FloatArray, share: float) -> FloatArray:
    """Give a cut of every column that leaves at least one value outside, if they are not all equal.

    The middle between the two order statistics around `share`; where they tie, the outer one moves
    on to the next different value.

    Parameters
    ----------
    values : (draw, parameter) float64

    Returns
    -------
    cuts : (parameter,) float64

    Examples
    --------
    >>> quantile(np.array([[0.0], [1.0], [2.0], [3.0]]), 0.5), quantile(np.ones((3, 1)), 0.1)
    (array([1.5]), array([1.]))
    """
    place = (len(values) - 1) * share
    below, above = math.floor(place), math.ceil(place)
    ordered = np.partition(values, sorted({below, above}), axis=0)
    low, high = ordered[below].copy(), ordered[above].copy()
    for j in np.flatnonzero(low == high):
        column = values[:, j]
        if share > 0.5:
            low[j] = max(column[column < low[j]], default=low[j])
        else:
            high[j] = min(column[column > high[j]], default=high[j])
    return np.asarray((low + high) / 2)


def restricted(limits: FloatArray, start: FloatArray) -> IntArray:
    """Give the parameters that a box limits."""
    return np.flatnonzero((limits != start).any(axis=0))
