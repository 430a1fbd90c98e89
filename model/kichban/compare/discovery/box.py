"""A box: limits on some parameters, and how well it tells cases from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kichban.numbers import FloatArray

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Counts:
    """Draws and cases inside a box, and in the whole it is held against."""

    draws: int
    cases: int
    all_draws: int
    all_cases: int

    @property
    def coverage(self) -> float:
        """Share of all cases that lie inside."""
        return self.cases / self.all_cases if self.all_cases else 0.0

    @property
    def density(self) -> float:
        """Share of the draws inside that are cases."""
        return self.cases / self.draws if self.draws else 0.0

    @property
    def mass(self) -> float:
        """Share of all draws that lie inside."""
        return self.draws / self.all_draws if self.all_draws else 0.0

    @property
    def youden(self) -> float:
        """Share of cases inside less the share of the others inside: 0 for no box, 1 for perfect.

        It does not depend on how frequent cases are.

        >>> round(Counts(100, 90, 1000, 100).youden, 4)
        0.8889
        """
        others = self.all_draws - self.all_cases
        return self.coverage - (self.draws - self.cases) / others if others else 0.0


def ends_of(x: FloatArray) -> FloatArray:
    """Give the (2, parameter) box that holds all draws, (draw, parameter)."""
    return np.stack([x.min(axis=0), x.max(axis=0)])


def inside(x: FloatArray, limits: FloatArray) -> BoolArray:
    """Say which draws, (draw, parameter), lie within (2, parameter) limits, ends included."""
    return np.asarray(((x >= limits[0]) & (x <= limits[1])).all(axis=1))


def count(x: FloatArray, y: BoolArray, limits: FloatArray) -> Counts:
    """Count draws and cases in a box."""
    within = inside(x, limits)
    return Counts(int(within.sum()), int(y[within].sum()), len(y), int(y.sum()))


def quasi_p(x: FloatArray, y: BoolArray, limits: FloatArray, start: FloatArray) -> FloatArray:
    r"""Give the quasi-p-value of every limit (Bryant & Lempert 2010).

    The chance of as many cases in the box if the limit told nothing:

    .. math:: p = P(K \ge H), \qquad K \sim \mathrm{Binomial}(T,\; H_{-j}/T_{-j})

    with H cases of T draws in the box, and :math:`H_{-j}` of :math:`T_{-j}` once the limit is
    taken away.

    Parameters
    ----------
    limits, start : (2, parameter) float64
        The box, and the one without limits.

    Returns
    -------
    p : (2, parameter) float64
        NaN where there is no limit.
    """
    from scipy.special import bdtrc

    own = count(x, y, limits)
    found = np.full(limits.shape, np.nan)
    for end, j in zip(*np.nonzero(limits != start), strict=True):
        without = limits.copy()
        without[end, j] = start[end, j]
        free = count(x, y, without)
        sure = own.cases == 0 or free.density == 1.0
        found[end, j] = 1.0 if sure else bdtrc(own.cases - 1, own.draws, free.density)
    return found


def kept_limits(
    x: FloatArray, y: BoolArray, limits: FloatArray, start: FloatArray, level: float
) -> FloatArray:
    """Take limits away, the most doubtful first, until the quasi-p of all is below `level`."""
    limits = limits.copy()
    while True:
        p = quasi_p(x, y, limits, start)
        if np.isnan(p).all() or np.nanmax(p) <= level:
            return limits
        worst = np.unravel_index(int(np.nanargmax(p)), p.shape)
        limits[worst] = start[worst]
