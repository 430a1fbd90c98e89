"""Series: one row per key, with its interval, its origin and the statements behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.catalogue.tet import WINDOW_COUNT
from kichban.numbers import FloatArray
from kichban.periods import Period
from kichban.reconcile.estimate.effects import UNTOLD, Held, cells_of, departure
from kichban.reconcile.estimate.layout import root_of, shares_of
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.estimate.reading import linear_form
from kichban.reconcile.evidence.equations import Node, Side

#: full years before the last one begun that a nowcast may look at
YEARS_BEFORE = 3
Origin = Literal["observed", "derived", "estimated"]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One value of a series.

    `lower`/`upper` are its 80 % interval (the value where exact), `minimum`/`maximum` what the
    printed figures alone allow (infinite where nothing bounds it), `prior_share` the share of its
    variance that the figures left as it was before.
    """

    region: str
    indicator: str
    breakdown: str
    period: Period
    measure: str
    value: float
    lower: float
    upper: float
    unit: str
    price_basis: str
    origin: Origin
    statements: tuple[str, ...]
    minimum: float = 0.0
    maximum: float = math.inf
    prior_share: float = 0.0


@dataclass(frozen=True, slots=True)
class History:
    """The estimated monthly history of industrial output, as a joint normal in logs.

    Attributes
    ----------
    first_month, last_month
        Month indices covered.
    parts
        Breakdowns whose log shares are known.
    mean, covariance : (k,), (k, k) float64
        Joint mode and covariance of [log levels of all months, season (12), Tết (before,
        during, after), trend of the last month, log shares of the parts in the last month, log
        shares of the parts in the months of its year so far, log sizes of the breaks].
    breaks
        Breaks that the analyst accepted.
    """

    first_month: int
    last_month: int
    parts: tuple[str, ...]
    mean: FloatArray
    covariance: FloatArray
    breaks: tuple[Held, ...] = ()

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.last_month - self.first_month + 1

    @property
    def shares_so_far(self) -> slice:
        """Where the shares of the parts in the year so far stand."""
        stop = self.mean.size - len(self.breaks)
        return slice(stop - len(self.parts), stop)

    def course(self, first: int = 0) -> tuple[FloatArray, FloatArray]:
        """Give mean and covariance of the log levels on today's course, from a place on."""
        count = self.months - first
        matrix = np.zeros((count, self.mean.size))
        matrix[:, first : self.months] = np.eye(count)
        off = departure(self.breaks, self.first_month + first, count, 1)
        matrix[:, self.mean.size - len(self.breaks) :] = -off.T
        return matrix @ self.mean, matrix @ self.covariance @ matrix.T


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known of the last years of a flow, period by period, as a joint normal in logs.

    Attributes
    ----------
    first_month
        Month index of the first period, a January.
    step
        Months in a period: 1, 3, 6 or 12.
    mean : (period + break,) float64
        Log levels, then log sizes of the breaks; of a series of which only growth was printed the
        level means nothing.
    root : (period + break, k) float64
        What k independent standard normals do to them. Flows of one `family` share theirs: exports
        and imports add up to the trade that was printed.
    family
        Name of what shares the normals.
    breaks
        Breaks that the analyst accepted.
    """

    first_month: int
    step: int
    mean: FloatArray
    root: FloatArray
    family: str
    breaks: tuple[Held, ...] = ()

    @property
    def periods(self) -> int:
        """Number of periods covered."""
        return self.mean.size - len(self.breaks)

    @property
    def stop(self) -> int:
        """Month index of the first month that is not covered."""
        return self.first_month + self.step * self.periods


def flows_of(estimate: Estimate, b: int, nodes: Sequence[Node]) -> dict[Node, Flow]:
    """Read the last years of series of one family off the estimate, jointly."""
    block = estimate.layout.blocks[b]
    step = block.family.step
    starts, forms = {}, []
    for node in nodes:
        first, stop = covered(estimate, node)
        starts[node] = range(max(first, (stop - 1) // 12 * 12 - 12 * YEARS_BEFORE), stop, step)
        forms += [linear_form(estimate, b, (Side(node, t, t + step),)) for t in starts[node]]
        forms += [_size(estimate, b, place) for _, place in _told(estimate, b, node)]
    rows = np.array([row for _, row in forms])
    mean = np.array([log for log, _ in forms])
    root = symmetric_root(rows @ estimate.covariance[b] @ rows.T)
    found, at = {}, 0
    name = "+".join(nodes[0][1:4])
    for node, months in starts.items():
        breaks = tuple(one for one, _ in _told(estimate, b, node))
        own = slice(at, at + len(months) + len(breaks))
        at = own.stop
        found[node] = Flow(months.start, step, mean[own], root[own], name, breaks)
    return found


def _told(estimate: Estimate, b: int, node: Node) -> list[tuple[Held, int]]:
    """Give the accepted breaks of a flow whose size is known, and where it stands.

    What the figures leave open cannot be taken out of them: the months stand as they are.
    """
    block, covariance = estimate.layout.blocks[b], estimate.covariance[b]
    family, held = block.family, []
    for one, place in block.effects.items():
        at = place - block.start
        if one.node == node and covariance[at, at] <= UNTOLD**2:
            cells = cells_of(family, node, one.period)
            assert cells is not None  # or it would have no place
            start, stop = (family.first + k * family.step for k in (cells.start, cells.stop))
            held.append((Held(one.kind, start, stop), place))
    return held


def _size(estimate: Estimate, b: int, place: int) -> tuple[float, FloatArray]:
    block = estimate.layout.blocks[b]
    row = np.zeros(block.stop - block.start)
    row[place - block.start] = 1.0
    return float(estimate.state[place]), row


def symmetric_root(covariance: FloatArray) -> FloatArray:
    """Give the square root of a covariance that may be singular: exact prints have no spread."""
    values, vectors = np.linalg.eigh(covariance)
    # The symmetric root does not depend on the signs that a library gives to eigenvectors.
    return np.asarray((vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T)


def covered(estimate: Estimate, node: Node) -> tuple[int, int]:
    """Give the months in which a flow is spoken of: it is not carried on beyond them."""
    b = estimate.block_of(node)
    assert b is not None
    block = estimate.layout.blocks[b]
    family = block.family
    if node in block.shares:
        start, end = (
            family.step * k for k in (block.shares[node].knots[0], block.shares[node].knots[-1] + 1)
        )
        return family.first + start // 12 * 12, family.first + end
    split_of = shares_of(family)
    tree = {n for n in block.nodes if root_of(n, split_of) == node}
    tree |= {total for total, parts in block.sums.items() if node in parts}
    own = (estimate.equations[i] for i in family.equations)
    stops = [s.stop for e in own for s in (*e.top, *e.bottom) if s.node in tree]
    return family.first, max(stops, default=family.first)


def history_of(estimate: Estimate, node: Node) -> History:
    """Reduce the estimate of a monthly series to what a projection starts from."""
    b = estimate.block_of(node)
    assert b is not None
    block = estimate.layout.blocks[b]
    family, root = block.family, block.roots[node]
    parts = tuple(p for s in family.splits if s.total == node and s.rest is None for p in s.parts)
    design = estimate.layout.design[:, block.start : block.stop]
    months = design[block.cell[node] : block.cell[node] + family.cells].toarray()
    effects = np.zeros((12 + WINDOW_COUNT + 1, block.stop - block.start))
    effects[np.arange(12), root.season - block.start + np.arange(12)] = 1.0
    windows = np.arange(WINDOW_COUNT)
    effects[12 + windows, root.tet - block.start + windows] = 1.0
    effects[-1, root.trend - block.start + family.cells - 1] = 1.0
    told = _told(estimate, b, node)
    sizes = [_size(estimate, b, place) for _, place in told]
    for one, place in block.effects.items():
        if one.node == node and one.kind == "shift":
            effects[-1] = _better_known(effects[-1], _size(estimate, b, place)[1], estimate, b)
    last = [
        design[[block.cell[p] + family.cells - 1]].toarray()[0] - months[-1] for p in parts
    ]  # fmt: skip
    january = family.first + (family.last - 1 - family.first) // 12 * 12
    so_far = [
        linear_form(estimate, b, (Side(p, january, family.last), Side(node, january, family.last)))
        for p in parts
    ]
    state = estimate.state[block.start : block.stop]
    rows = np.vstack([months, effects, *last])
    mean = np.append(rows @ state, [log for log, _ in (*so_far, *sizes)])
    rows = np.vstack([rows, *(row for _, row in (*so_far, *sizes))])
    return History(
        family.first,
        family.last - 1,
        tuple(p.breakdown for p in parts),
        mean,
        rows @ estimate.covariance[b] @ rows.T,
        tuple(one for one, _ in told),
    )


def _better_known(trend: FloatArray, shift: FloatArray, estimate: Estimate, b: int) -> FloatArray:
    """Give the trend with a shift, or without one that the figures know only apart from it."""
    covariance, other = estimate.covariance[b], trend + shift
    known = float(shift @ covariance @ shift) <= UNTOLD**2
    nearer = float(other @ covariance @ other) <= float(trend @ covariance @ trend)
    return other if known or nearer else trend
