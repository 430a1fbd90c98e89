r"""Statements → levels: the most likely series of every family and how sure they are.

State: log levels (trend, noise, season, Tết; shares of parts), log plans, revisions of a year's
figures that die out with time, and one error :math:`e_k` per sentence. Print :math:`i` of sentence
:math:`k`, published at :math:`τ`:

.. math:: \log\sum_{A_i} e^{x} - \log\sum_{B_i} e^{x} + w_{A}(τ) - w_{B}(τ) + e_k + η_i
          \in [a_i, b_i]

The mode is found by Newton's method on the interval likelihood, from wide scales to narrow ones;
slips lose their weight instead of bending the series. MODEL.md §2, layer 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from kichban.numbers import FloatArray
from kichban.reconcile.equations import Equation, Node, Side
from kichban.reconcile.families import Family
from kichban.reconcile.layout import Block, Layout, lay_out
from kichban.reconcile.likelihood import Pull, kept, pull, weigh
from kichban.reconcile.prior import Prior, large_parts_move_less, state_prior
from kichban.reconcile.scales import BoolArray, IntArray, start, update
from kichban.reconcile.system import System, build

#: scales start this much wider than they are and are tightened step by step
ANNEAL = (16.0, 8.0, 4.0, 2.0, 1.0)
STEPS_PER_SCALE, TOLERANCE = 12, 1e-5
#: rounds in which the scales are learned, and Newton steps in each
ROUNDS, STEPS_PER_ROUND = 3, 2
#: while scales are still wide a rough mode will do
ROUGH = 0.03
#: a step is halved at most this often, where the log posterior falls by more than the slack
HALVINGS, SLACK = 5, 1e-6
#: two searches that end this far apart (log) have found two modes
APART = 0.05
#: sd of the newest cumulative print of each series, and how far off (log) it is taken for a slip
ANCHOR_SD, FAR = 0.001, 0.25
#: no unknown moves farther (log) in one step
LONGEST = 4.0


@dataclass(frozen=True, slots=True)
class Wider:
    """How much wider than they are scales are taken on the way to the mode.

    `rows` is a factor or one per row; `releases` a factor or one per row of the prior.
    """

    rows: FloatArray | float
    releases: FloatArray | float


AS_THEY_ARE = Wider(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Prints and prior weighed at a fit: pull, precisions, and the log posterior by family."""

    pull: Pull
    precision: FloatArray
    prior_precision: FloatArray
    right: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class Point:
    """The system at a state: fit, derivatives, and what prints and prior ask for there."""

    state: FloatArray
    fitted: FloatArray
    jacobian: csr_array
    weighed: Weighed


@dataclass(frozen=True)
class Estimate:
    """Mode and covariance of the state, with what is needed to read and to judge it.

    Attributes
    ----------
    at
        The system at the mode.
    scales
        (region, kind) sd of each kind of error, in the order of ``scales.NAMES``.
    covariance, from_prior
        One (size, size) matrix per block: the covariance, and the part of it that comes from what
        was believed before any print.
    rivals
        Where the second search ended elsewhere: block → how much less likely (log), and there.
    """

    layout: Layout
    equations: tuple[Equation, ...]
    system: System
    prior: Prior
    at: Point
    scales: FloatArray
    covariance: tuple[FloatArray, ...]
    from_prior: tuple[FloatArray, ...]
    rivals: Mapping[int, tuple[float, Point]]

    @property
    def state(self) -> FloatArray:
        """Mode of the unknowns, in logs."""
        return self.at.state

    @cached_property
    def log_levels(self) -> FloatArray:
        """The (cell,) log levels at the mode."""
        return np.asarray(self.layout.design @ self.state)

    @cached_property
    def designs(self) -> tuple[FloatArray, ...]:
        """One dense (cell, unknown) design per block, of its cells without plans."""
        found = []
        for block in self.layout.blocks:
            last = max(block.columns(Side(n, *_whole(block, n)))[-1] for n in block.cell)
            rows = self.layout.design[block.first_cell : last + 1, block.start : block.stop]
            found.append(rows.toarray())
        return tuple(found)

    def block_of(self, node: Node) -> int | None:
        """Give the block that holds a node, if any."""
        return self._places.get(node)

    @cached_property
    def release_sd(self) -> Mapping[int, float]:
        """Sd of each sentence's error, by the place of its unknown."""
        alone = np.flatnonzero(np.diff(self.prior.matrix.indptr) == 1)
        places = self.prior.matrix.indices[self.prior.matrix.indptr[alone]]
        sd = self.prior.sd(self.scales)[alone]
        return dict(zip(places.tolist(), sd.tolist(), strict=True))

    @cached_property
    def _places(self) -> dict[Node, int]:
        found: dict[Node, int] = {}
        for b, block in enumerate(self.layout.blocks):
            found.update(dict.fromkeys(block.nodes, b))
        return found


def _whole(block: Block, node: Node) -> tuple[int, int]:
    family = block.family
    if family.axis == "months":
        return family.first, family.first + family.cells * family.step
    return family.days[node][-1], family.days[node][-1] + 1


def estimate(families: Sequence[Family], equations: Sequence[Equation]) -> Estimate:
    """Find the mode, the scales and the covariances.

    The search starts twice, from nothing and from a rough fit of all prints; every family keeps
    the likelier end.
    """
    layout = lay_out(families, equations)
    system = build(layout, equations)
    prior, first = state_prior(layout, equations)
    scales = start(len(layout.regions))
    rough = _search(system, prior, first, scales, STEPS_PER_SCALE, Wider(4.0, 4.0), ROUGH)
    prior = large_parts_move_less(_anchored(layout, prior, equations, rough), rough)
    ends: list[Point] = []
    for state, ways in ((first, ANNEAL), (rough, ANNEAL[2:])):
        doubtful = _doubtful(system, prior, ends[0]) if ends else None
        for widen in ways:
            wider = Wider(widen, widen)
            state = _search(
                system, prior, state, scales, STEPS_PER_SCALE, wider, ROUGH, only=doubtful
            )
        ends.append(_point(system, prior, state, scales))
    state = _likelier(layout, ends)
    for _ in range(ROUNDS):
        at = _point(system, prior, state, scales)
        covariance = _covariances(system, prior, at)
        scales = _learn(system, prior, at, scales, covariance)
        state = _search(system, prior, state, scales, STEPS_PER_ROUND)
    state = _search(system, prior, state, scales, STEPS_PER_SCALE)
    at = _point(system, prior, state, scales)
    covariance = _covariances(system, prior, at)
    return Estimate(
        layout, tuple(equations), system, prior, at, scales,
        covariance, _from_prior(layout, prior, at, covariance), _rivals(layout, ends),
    )  # fmt: skip


def _anchored(
    layout: Layout, prior: Prior, equations: Sequence[Equation], rough: FloatArray
) -> Prior:
    """Hold each series to its newest cumulative print: the vintage that is estimated.

    The series describes figures as they stand now; what may still be revised is added where the
    next print is forecast. A print that all others put far away is no anchor.
    """
    held: set[int] = set()
    for block in layout.blocks:
        for node in block.roots:
            levels = [
                equations[i] for i in block.family.equations
                if equations[i].kind == "level" and equations[i].top[0].node == node
                and equations[i].top[0].start % 12 == 0
            ]  # fmt: skip
            if not levels:
                continue
            newest = max(levels, key=lambda e: (e.top[0].stop - 1, str(e.statement.published)))
            column = block.releases[newest.release]
            if abs(rough[column]) <= FAR:
                held.add(column)
    rows = prior.releases.copy()
    rows[rows] = np.isin(prior.matrix[rows].indices, sorted(held))
    return replace(
        prior,
        factor=np.where(rows, ANCHOR_SD, prior.factor),
        kind=np.where(rows, -1, prior.kind),
        releases=prior.releases & ~rows,
    )


def _doubtful(system: System, prior: Prior, at: Point) -> BoolArray:
    """Name the families with a print taken for a slip: they may have another mode."""
    slips = np.zeros(len(system.layout.blocks), dtype=bool)
    rows = (at.weighed.pull.right < 0.5) & (system.block >= 0)
    slips[system.block[rows]] = True
    slips[prior.block[at.weighed.right < 0.5]] = True
    return slips


def _rivals(layout: Layout, ends: Sequence[Point]) -> dict[int, tuple[float, Point]]:
    """Name the families whose two searches ended apart, with the less likely end."""
    found = {}
    for b, block in enumerate(layout.blocks):
        own = slice(block.start, block.stop)
        if float(np.abs(ends[0].state[own] - ends[1].state[own]).max()) > APART:
            gap = float(ends[0].weighed.value[b] - ends[1].weighed.value[b])
            found[b] = (abs(gap), ends[1] if gap >= 0 else ends[0])
    return found


def _likelier(layout: Layout, ends: Sequence[Point]) -> FloatArray:
    state = ends[0].state.copy()
    for b, block in enumerate(layout.blocks):
        best = max(ends, key=lambda end, b=b: float(end.weighed.value[b]))  # type: ignore[misc]
        state[block.start : block.stop] = best.state[block.start : block.stop]
    return state


def _weigh(
    system: System, prior: Prior, state: FloatArray, fitted: FloatArray, scales: FloatArray,
    wider: Wider,
) -> Weighed:  # fmt: skip
    sd = system.sd(scales) * np.where(system.scale < 0, 1.0, wider.rows)
    low, high = system.reading(fitted)
    found = pull(fitted, low, high, sd, system.slips)
    prior_sd = prior.sd(scales)
    prior_sd = np.where(prior.releases, prior_sd * wider.releases, prior_sd)
    error = prior.right - prior.matrix @ state
    density = -np.log(prior_sd) - 0.5 * (error / prior_sd) ** 2
    right = np.ones(len(prior_sd))
    own = prior.releases
    right[own], density[own] = weigh(error[own], prior_sd[own], prior.slip[own])
    blocks, inside = len(system.layout.blocks), system.block >= 0
    value = np.bincount(prior.block, density, blocks).astype(float)
    value += np.bincount(system.block[inside], found.value[inside], blocks)
    return Weighed(
        found, found.precision * kept(found.right, sd), kept(right, prior_sd) / prior_sd**2,
        right, value,
    )  # fmt: skip


def _point(
    system: System, prior: Prior, state: FloatArray, scales: FloatArray, wider: Wider = AS_THEY_ARE
) -> Point:
    fitted, jacobian = system.linearise(state)
    return Point(state, fitted, jacobian, _weigh(system, prior, state, fitted, scales, wider))


def _hessian(prior: Prior, at: Point) -> csc_array:
    j, p = at.jacobian, prior.matrix
    return csc_array(
        j.T @ diags_array(at.weighed.precision) @ j
        + p.T @ diags_array(at.weighed.prior_precision) @ p
    )


def _search(
    system: System, prior: Prior, state: FloatArray, scales: FloatArray, steps: int,
    wider: Wider = AS_THEY_ARE, tolerance: float = TOLERANCE, only: BoolArray | None = None,
) -> FloatArray:  # fmt: skip
    """Climb to the mode by Newton's method; each family (of `only`) stops when it has arrived.

    A step that makes a family less likely is halved until it no longer does; a family that finds
    no better place stays where it is.
    """
    layout, owner = system.layout, system.layout.owner
    active = np.ones(len(layout.blocks), dtype=bool) if only is None else only.copy()
    for _ in range(steps):
        if not active.any():
            break
        at = _point(system, prior, state, scales, wider)
        step = _newton(prior, at, np.flatnonzero(active[owner]))
        for _ in range(HALVINGS):
            ahead = layout.close(state + step)
            there = _weigh(system, prior, ahead, system.fit(ahead), scales, wider).value
            worse = there < at.weighed.value - SLACK
            if not worse.any():
                break
            step = np.where(worse[owner], 0.5 * step, step)
        step = np.where(worse[owner], 0.0, ahead - state)
        state = state + step
        longest = np.zeros(len(layout.blocks))
        np.maximum.at(longest, owner, np.abs(step))
        active &= longest >= tolerance
    return state


def _newton(prior: Prior, at: Point, moving: IntArray) -> FloatArray:
    """Give Newton's step of the unknowns `moving`; the others stay."""
    weighed = at.weighed
    gradient = at.jacobian.T @ (weighed.precision * weighed.pull.residual) + prior.matrix.T @ (
        weighed.prior_precision * (prior.right - prior.matrix @ at.state)
    )
    hessian = _hessian(prior, at)
    if len(moving) < len(at.state):
        hessian = csc_array(hessian[moving][:, moving])
    factor = splu(hessian, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
                  options={"SymmetricMode": True})  # fmt: skip
    step = np.zeros(len(at.state))
    step[moving] = np.clip(factor.solve(gradient[moving]), -LONGEST, LONGEST)
    return step


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(cho_solve(cho_factor(matrix), np.eye(len(matrix))))


def _blocks(layout: Layout, matrix: csc_array) -> list[FloatArray]:
    return [matrix[b.start : b.stop, b.start : b.stop].toarray() for b in layout.blocks]


def _covariances(system: System, prior: Prior, at: Point) -> tuple[FloatArray, ...]:
    return tuple(_inverse(m) for m in _blocks(system.layout, _hessian(prior, at)))


def _from_prior(
    layout: Layout, prior: Prior, at: Point, covariance: Sequence[FloatArray]
) -> tuple[FloatArray, ...]:
    """Give ``C P C``, P the precision of what is believed of levels: not of errors of prints.

    The posterior covariance is ``C (P + the figures' precision) C``: each part is its share.
    """
    rows = prior.of_levels
    p = prior.matrix[rows]
    believed = csc_array(p.T @ diags_array(at.weighed.prior_precision[rows]) @ p)
    return tuple(
        np.asarray(own @ part @ own)
        for own, part in zip(covariance, _blocks(layout, believed), strict=True)
    )


def _learn(
    system: System, prior: Prior, at: Point, scales: FloatArray, covariance: Sequence[FloatArray]
) -> FloatArray:
    """Compare each kind of error with its scale, slips apart, and move the scales."""
    squares, determined = np.zeros(scales.shape), np.zeros(scales.shape)
    error = prior.right - prior.matrix @ at.state
    variance = row_variance(system.layout, prior.matrix, covariance)
    sd = prior.sd(scales)
    rows = (prior.kind >= 0) & (at.weighed.right > 0.5)
    where = (prior.region[rows], prior.kind[rows])
    np.add.at(squares, where, (error[rows] / prior.factor[rows]) ** 2)
    np.add.at(determined, where, 1 - variance[rows] / sd[rows] ** 2)
    spread = row_variance(system.layout, at.jacobian, covariance)
    own = system.sd(scales)
    both = 1 / np.maximum(at.weighed.pull.precision, 1e-12)  # own error and rounding together
    rows = (system.scale >= 0) & (at.weighed.pull.right > 0.5) & (both < 4 * own**2)
    rows &= system.block >= 0
    part = own[rows] ** 2 / both[rows]
    where = (system.layout.region[system.block[rows]], system.scale[rows])
    np.add.at(squares, where, (at.weighed.pull.residual[rows] * part) ** 2)
    np.add.at(determined, where, part * (1 - spread[rows] / both[rows]))
    return update(scales, squares, determined)


def row_variance(layout: Layout, matrix: csr_array, covariance: Sequence[FloatArray]) -> FloatArray:
    """Give the (row,) variance of sparse linear forms; each row lies within one block."""
    found = np.zeros(matrix.shape[0])
    for block, own in zip(layout.blocks, covariance, strict=True):
        part = matrix[:, block.start : block.stop]
        rows = np.flatnonzero(np.diff(part.indptr))
        if len(rows):
            dense = part[rows]
            found[rows] = np.asarray((dense @ own * dense.toarray()).sum(axis=1))
    return found
