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
from scipy.sparse import csc_array

from kichban.numbers import BoolArray, FloatArray
from kichban.reconcile.estimate.covariance import belief, covariances, learn
from kichban.reconcile.estimate.effects import Accepted
from kichban.reconcile.estimate.layout import Block, Layout, lay_out
from kichban.reconcile.estimate.point import Point, Wider, look
from kichban.reconcile.estimate.prior import Prior, large_parts_move_less, state_prior
from kichban.reconcile.estimate.scales import start
from kichban.reconcile.estimate.search import climb
from kichban.reconcile.estimate.system import System, build
from kichban.reconcile.evidence.equations import Equation, Node, Side
from kichban.reconcile.evidence.families import Family

#: scales start this much wider than they are and are tightened step by step
ANNEAL = (16.0, 8.0, 4.0, 2.0, 1.0)
STEPS_PER_SCALE = 8
#: rounds in which the scales are learned, and Newton steps in each
ROUNDS, STEPS_PER_ROUND = 3, 2
#: while scales are still wide a rough mode will do
ROUGH = 0.1
#: what is judged by leverage divides small errors by small numbers: the mode is found this well
EXACT = 1e-7
#: two searches that end this far apart (log) have found two modes
APART = 0.05
#: sd of the newest cumulative print of each series, and how far off (log) it is taken for a slip
ANCHOR_SD, FAR = 0.001, 0.25


@dataclass(frozen=True)
class Estimate:
    """Mode and covariance of the state, with what is needed to read and to judge it.

    Attributes
    ----------
    at
        The system at the mode.
    scales
        (block, kind) sd of each kind of error, in the order of ``scales.NAMES``.
    covariance, belief
        One (size, size) matrix per block: the covariance, and the precision of what is believed
        of the series before any print (sparse).
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
    belief: tuple[csc_array, ...]
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


def find_mode(
    families: Sequence[Family], equations: Sequence[Equation], accepted: Sequence[Accepted] = ()
) -> Estimate:
    """Find the mode, the scales and the covariances; breaks that were `accepted` are unknowns.

    The search starts twice, from nothing and from a rough fit of all prints; every family keeps
    the likelier end.
    """
    layout = lay_out(families, equations, accepted)
    system = build(layout, equations)
    prior, first = state_prior(layout, equations)
    scales = start(len(layout.blocks))
    rough = climb(system, prior, first, scales, STEPS_PER_SCALE, Wider(4.0, 4.0), ROUGH)
    prior = large_parts_move_less(_anchored(layout, prior, equations, rough), rough)
    ends: list[Point] = []
    for state, ways in ((first, ANNEAL), (rough, ANNEAL[2:])):
        doubtful = _doubtful(system, prior, ends[0]) if ends else None
        for widen in ways:
            wider = Wider(widen, widen)
            state = climb(
                system, prior, state, scales, STEPS_PER_SCALE, wider, ROUGH, only=doubtful
            )
        ends.append(look(system, prior, state, scales))
    state = _likelier(layout, ends)
    for _ in range(ROUNDS):
        at = look(system, prior, state, scales)
        covariance = covariances(system, prior, at)
        scales = learn(system, prior, at, scales, covariance)
        state = climb(system, prior, state, scales, STEPS_PER_ROUND)
    state = climb(system, prior, state, scales, STEPS_PER_SCALE, tolerance=EXACT)
    at = look(system, prior, state, scales)
    covariance = covariances(system, prior, at)
    return Estimate(
        layout, tuple(equations), system, prior, at, scales,
        covariance, belief(layout, prior, at), _rivals(layout, ends),
    )  # fmt: skip


def _anchored(
    layout: Layout, prior: Prior, equations: Sequence[Equation], rough: FloatArray
) -> Prior:
    """Hold each series to its newest cumulative print: the vintage that is estimated.

    The series describes figures as they stand now; what may still be revised is added where the
    next print is forecast. That print is a level, or of a series without levels its growth. A print
    that all others put far away is no anchor.
    """
    held: set[int] = set()
    for block in layout.blocks:
        for node in block.roots:
            prints = _cumulative(node, [equations[i] for i in block.family.equations])
            if not prints:
                continue
            newest = max(prints, key=lambda e: (e.top[0].stop - 1, str(e.statement.published)))
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


def _cumulative(node: Node, own: Sequence[Equation]) -> list[Equation]:
    """Give the prints from January on: levels, or where there are none growth on a year before."""
    since_january = [e for e in own if e.top[0].node == node and e.top[0].start % 12 == 0]
    levels = [e for e in since_january if e.kind == "level"]
    yearly = (e for e in since_january if e.kind == "growth")
    return levels or [e for e in yearly if e.statement.measure == "growth_yoy"]


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
