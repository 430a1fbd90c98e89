"""One lever at a time: where does a quantile cross a target? All crossings, in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from kichban.numbers import FloatArray

#: (point, lever) values of levers → (point,) quantiles, the higher the better
Quantiles = Callable[[FloatArray], FloatArray]
Shape = Literal["rising", "falling", "flat", "mixed"]
#: points of the first scan, the present value aside
COARSE = 5
#: how often a peak or a dip between points of the scan is looked for
PEAKS = 2
#: a bracket halves at least every second batch, so this many are more than enough
BATCHES = 60


@dataclass(frozen=True, slots=True)
class Span:
    """How far a lever may go, in its own unit.

    Parameters
    ----------
    now
        Value in the scenario.
    low, high
        Bounds of the search; `now` lies between them.
    limit_low, limit_high
        Bounds that are never crossed; not inside of `low` and `high`.
    tolerance
        How close to a crossing is close enough.
    """

    now: float
    low: float
    high: float
    limit_low: float
    limit_high: float
    tolerance: float

    @property
    def width(self) -> float:
        """Distance between the bounds: efforts are counted in it."""
        return self.high - self.low


class Root(NamedTuple):
    """A crossing: the nearest value tried on the side where the target is met.

    `above` says whether the target is met above it; `beyond` whether it lies outside the bounds
    of the search.
    """

    value: float
    above: bool
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class LeverSearch:
    """What moving one lever alone does.

    Attributes
    ----------
    at, reach : (point,) float64
        Values tried, in order, and the quantile there.
    shape
        How the quantile moves over the points within the bounds.
    roots
        Crossings, in order.
    best_at, best
        Where the quantile is highest within the bounds, the nearest to now if several are.
    """

    at: FloatArray
    reach: FloatArray
    shape: Shape
    roots: tuple[Root, ...]
    best_at: float
    best: float


def search_levers(
    quantiles: Quantiles, spans: Sequence[Span], target: float
) -> tuple[LeverSearch, ...]:
    """Move each lever alone and find every value at which the quantile crosses a target.

    A scan comes first; where it rises and falls it is made twice as fine, and peaks that stay below
    the target, or dips that stay above it, are looked into. Then all brackets of all levers shrink
    together, one batch of points at a time. Where nothing within the bounds meets the target,
    the limit beyond the better end is tried, and where that is worse the point half-way.

    Parameters
    ----------
    quantiles
        Called with (point, lever) arrays; each point moves one lever away from now.
    target
        Met where the quantile is not below it.

    Examples
    --------
    >>> parabola = lambda points: 4.0 - (points[:, 0] - 2.0) ** 2
    >>> span = Span(now=0.0, low=-1.0, high=5.0, limit_low=-1.0, limit_high=5.0, tolerance=1e-6)
    >>> (found,) = search_levers(parabola, [span], target=3.0)
    >>> found.shape, [round(r.value, 3) for r in found.roots]
    ('mixed', [1.0, 3.0])
    """
    tried = _Tried(quantiles, spans)
    tried.add([(i, v) for i, s in enumerate(spans) for v in (s.now, *_even(s, COARSE))])
    uneven = [i for i in range(len(spans)) if tried.shape(i) == "mixed"]
    tried.add([(i, v) for i in uneven for v in _even(spans[i], 2 * COARSE - 1)])
    for _ in range(PEAKS):
        tried.add([(i, v) for i in uneven for v in _peaks(*tried.of(i), target)])
    for share in (1.0, 0.5):  # half-way only where the limit itself is no good
        tried.add([(i, v) for i in range(len(spans)) for v in tried.beyond(i, target, share)])
    brackets = [b for i in range(len(spans)) for b in tried.brackets(i, target)]
    _shrink(tried, brackets, target)
    return tuple(tried.search(i, [b for b in brackets if b.lever == i]) for i in range(len(spans)))


def first_crossing(along: Callable[[float], float], target: float, tolerance: float) -> float:
    """Give the point of a line from 0 to 1 at which a target is met, and just before not.

    Parameters
    ----------
    along
        The quantile at a point; below `target` at 0, not below it at 1.

    Examples
    --------
    >>> round(first_crossing(lambda t: t * t, 0.25, 1e-9), 6)
    0.5
    """
    span = Span(0.0, 0.0, 1.0, 0.0, 1.0, tolerance)
    bracket = _Bracket(0, span, (0.0, along(0.0) - target), (1.0, along(1.0) - target))
    for _ in range(BATCHES):
        if not bracket.open:
            break
        guess = bracket.guess()
        bracket.take(guess, along(guess) - target)
    return bracket.met


def crossing_error(at: FloatArray, low: FloatArray, high: FloatArray, target: float) -> float:
    """Give the Monte-Carlo error of a crossing: half of what lies between those of two bands.

    Parameters
    ----------
    at : (point,) float64
        Values tried near the crossing, in order.
    low, high : (point,) float64
        Quantile less and plus one standard error there.

    Returns
    -------
    error : float
        Half the distance between where `low` and where `high` cross; infinite where one of them
        does not.

    Examples
    --------
    >>> at = np.array([0.0, 1.0, 2.0])
    >>> crossing_error(at, at - 0.5, at + 0.5, 1.0)
    0.5
    """
    ends = []
    for band in (low, high):
        met = band >= target
        change = np.flatnonzero(met[1:] != met[:-1])
        if not change.size:
            return math.inf
        i = int(change[0])
        share = (target - band[i]) / (band[i + 1] - band[i])
        ends.append(at[i] + share * (at[i + 1] - at[i]))
    return float(abs(ends[1] - ends[0]) / 2.0)


class _Bracket:
    """Two values of one lever, the target met at exactly one; what moves in a search."""

    def __init__(self, lever: int, span: Span, out: tuple[float, float], met: tuple[float, float]):
        self.lever, self.span = lever, span
        (self.out, self.gap_out), (self.met, self.gap_met) = out, met
        self.slow = 0

    @property
    def width(self) -> float:
        return abs(self.met - self.out)

    @property
    def open(self) -> bool:
        return self.width > self.span.tolerance

    def guess(self) -> float:
        """Give the secant's crossing, pulled into the inner nine tenths; every so often half."""
        share = 0.5
        if self.slow < 1 and self.gap_met > self.gap_out:
            share = -self.gap_out / (self.gap_met - self.gap_out)
        rim = min(0.5, 0.45 * self.span.tolerance / self.width + 0.05)
        return self.out + min(max(share, rim), 1.0 - rim) * (self.met - self.out)

    def take(self, value: float, gap: float) -> None:
        before = self.width
        if gap >= 0:
            self.met, self.gap_met = value, gap
        else:
            self.out, self.gap_out = value, gap
        self.slow = self.slow + 1 if self.width > 0.5 * before and self.slow < 1 else 0


def _shrink(tried: _Tried, brackets: Sequence[_Bracket], target: float) -> None:
    for _ in range(BATCHES):
        left = [b for b in brackets if b.open]
        if not left:
            return
        points = [(b.lever, b.guess()) for b in left]
        found = tried.add(points)
        for bracket, (_, value), reach in zip(left, points, found, strict=True):
            bracket.take(value, reach - target)


class _Tried:
    """Points tried so far, lever by lever; each only once."""

    def __init__(self, quantiles: Quantiles, spans: Sequence[Span]):
        self.quantiles, self.spans = quantiles, spans
        self.now = np.array([s.now for s in spans])
        self.known: list[dict[float, float]] = [{} for _ in spans]

    def add(self, points: Sequence[tuple[int, float]]) -> list[float]:
        """Evaluate what is new and give the quantiles of all points."""
        new = list(dict.fromkeys((i, float(v)) for i, v in points if v not in self.known[i]))
        moved = [p for p in new if p[1] != self.spans[p[0]].now]
        still = [p for p in new if p[1] == self.spans[p[0]].now]
        batch = np.tile(self.now, (len(moved) + bool(still), 1))
        for row, (i, v) in zip(batch, moved, strict=False):
            row[i] = v
        if len(batch):
            found = self.quantiles(batch)
            for (i, v), reach in zip(moved, found, strict=False):
                self.known[i][v] = float(reach)
            for i, v in still:
                self.known[i][v] = float(found[-1])
        return [self.known[i][float(v)] for i, v in points]

    def of(self, lever: int) -> tuple[FloatArray, FloatArray]:
        """Give the points of a lever in order, and their quantiles."""
        pairs = sorted(self.known[lever].items())
        return np.array([v for v, _ in pairs]), np.array([q for _, q in pairs])

    def inside(self, lever: int) -> tuple[FloatArray, FloatArray]:
        """Give those within the bounds of the search."""
        at, reach = self.of(lever)
        span = self.spans[lever]
        kept = (at >= span.low) & (at <= span.high)
        return at[kept], reach[kept]

    def shape(self, lever: int) -> Shape:
        steps = np.diff(self.inside(lever)[1])
        if not steps.any():
            return "flat"
        if (steps >= 0).all():
            return "rising"
        return "falling" if (steps <= 0).all() else "mixed"

    def best(self, lever: int) -> tuple[float, float]:
        at, reach = self.inside(lever)
        top = np.flatnonzero(reach == reach.max())
        nearest = top[np.argmin(np.abs(at[top] - self.spans[lever].now))]
        return float(at[nearest]), float(reach[nearest])

    def beyond(self, lever: int, target: float, share: float) -> list[float]:
        """Give points on the way to the limits of a lever that meets the target nowhere so far."""
        span = self.spans[lever]
        at, reach = self.inside(lever)
        every = self.of(lever)[1]
        if every.max() >= target or self.shape(lever) == "flat":
            return []
        if share < 1.0 and every.max() > reach.max():
            return []
        top = at[reach == reach.max()]
        found = []
        if top[0] == span.low and span.limit_low < span.low:
            found.append(span.low + share * (span.limit_low - span.low))
        if top[-1] == span.high and span.limit_high > span.high:
            found.append(span.high + share * (span.limit_high - span.high))
        return found

    def brackets(self, lever: int, target: float) -> list[_Bracket]:
        points = zip(*self.of(lever), strict=True)
        found = []
        for one, other in pairwise((float(v), float(q) - target) for v, q in points):
            if (one[1] >= 0) != (other[1] >= 0):
                met, out = (one, other) if one[1] >= 0 else (other, one)
                found.append(_Bracket(lever, self.spans[lever], out, met))
        return found

    def search(self, lever: int, brackets: Sequence[_Bracket]) -> LeverSearch:
        span = self.spans[lever]
        roots = tuple(
            Root(b.met, b.met > b.out, not span.low <= b.met <= span.high) for b in brackets
        )
        return LeverSearch(*self.of(lever), self.shape(lever), roots, *self.best(lever))


def _even(span: Span, count: int) -> list[float]:
    return [float(v) for v in np.linspace(span.low, span.high, count)]


def _peaks(at: FloatArray, reach: FloatArray, target: float) -> list[float]:
    """Give the tops of parabolas through peaks below the target and dips above it."""
    found = []
    for i in range(1, len(at) - 1):
        near = reach[i - 1 : i + 2]
        side = 1.0 if (near < target).all() else -1.0 if (near >= target).all() else 0.0
        if side * (near[1] - near[0]) > 0 and side * (near[1] - near[2]) > 0:
            second, first, _ = np.polyfit(at[i - 1 : i + 2] - at[i], near, 2)
            found.append(float(at[i] - first / (2.0 * second)))
    return found
