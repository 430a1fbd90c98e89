"""Where each unknown stands, and how levels are made of unknowns.

Flows over months: log level = trend + month noise + season + Tết; a part is its parent plus a log
share that is linear between knots. Stocks: one log level a day. Plans, revisions and errors of
sentences are unknowns as well. All families stand one after the other in one state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from kichban.catalogue.tet import WINDOW_COUNT, holiday_shares
from kichban.numbers import FloatArray, IntArray, NumberArray
from kichban.reconcile.estimate.effects import Accepted, cells_of, effect
from kichban.reconcile.evidence.equations import Equation, Node, Release, Side
from kichban.reconcile.evidence.families import Family, Split

#: months between two knots of a log share
KNOT_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Root:
    """Unknowns of a series with its own trend: first trend, noise, season and Tết."""

    trend: int
    noise: int
    season: int
    tet: int


@dataclass(frozen=True, slots=True)
class Share:
    """Unknowns of a part: its log share at knots that stand at these cells, then its drift."""

    first: int
    knots: tuple[int, ...]

    @property
    def drift(self) -> int:
        """How much the log share tends to move in half a year."""
        return self.first + len(self.knots)


@dataclass(frozen=True, slots=True)
class Walk:
    """Revision of a year's figures from one day of publication to the last (where it is nought).

    `days` are ordinals; the unknown of ``days[j]`` is ``first + j``, the last has none.
    """

    first: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Where one family stands: unknowns ``[start, stop)`` and the first cell of each node."""

    family: Family
    start: int
    stop: int
    cell: Mapping[Node, int]
    roots: Mapping[Node, Root]
    shares: Mapping[Node, Share]
    points: Mapping[Node, int]
    plans: Mapping[tuple[Node, int], tuple[int, int]]
    walks: Mapping[tuple[Node, int], Walk]
    releases: Mapping[Release, int]
    sums: Mapping[Node, tuple[Node, ...]]
    effects: Mapping[Accepted, int]

    @property
    def first_cell(self) -> int:
        """The first of all cells of the family; they stand next to each other."""
        return min(self.cell.values())

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Series that have levels: with cells of their own, or the sum of others."""
        return (*self.sums, *self.cell)

    def own_trend(self, node: Node) -> bool:
        """Whether a series is no share of another."""
        return node in self.roots or node in self.sums

    def columns(self, side: Side) -> list[int]:
        """Cells over which a side sums."""
        if side.node.plan:
            return [self.plans[side.node, side.start][1]]
        if side.node in self.sums:
            parts = (replace(side, node=part) for part in self.sums[side.node])
            return [cell for part in parts for cell in self.columns(part)]
        first, family = self.cell[side.node], self.family
        if family.axis == "days":
            return [first + family.days[side.node].index(side.start)]
        start, stop = ((m - family.first) // family.step for m in (side.start, side.stop))
        return list(range(first + start, first + stop))


@dataclass(frozen=True)
class Layout:
    """All blocks, the size of the state, and the (cell, unknown) design of log levels."""

    blocks: tuple[Block, ...]
    size: int
    cells: int
    design: csr_array

    @cached_property
    def owner(self) -> IntArray:
        """Which block each unknown belongs to."""
        return np.repeat(np.arange(len(self.blocks)), [b.stop - b.start for b in self.blocks])

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions of the families: each office has its own habits of revision and rounding."""
        return tuple(sorted({b.family.nodes[0].region for b in self.blocks}))

    @cached_property
    def region(self) -> IntArray:
        """The (block,) region of each block."""
        places = {name: k for k, name in enumerate(self.regions)}
        return np.array([places[b.family.nodes[0].region] for b in self.blocks], dtype=np.int64)

    @cached_property
    def splits(self) -> tuple[IntArray, ...]:
        """(part, knot) unknowns of the log shares that add up to one at each knot."""
        return tuple(
            np.stack([b.shares[p].first + np.arange(len(b.shares[p].knots))
                      for p in split.all_parts])
            for b in self.blocks if b.family.axis == "months"
            for split in b.family.splits if not split.apart
        )  # fmt: skip

    def close(self, state: FloatArray) -> FloatArray:
        """Give the nearby state whose shares add up: a long step leaves the sums by its square."""
        state = state.copy()
        for at in self.splits:
            shares = state[at]
            top = shares.max(axis=0)
            state[at] = shares - top - np.log(np.exp(shares - top).sum(axis=0))
        return state


def lay_out(
    families: Sequence[Family], equations: Sequence[Equation], accepted: Sequence[Accepted] = ()
) -> Layout:
    """Give each unknown its place; so has the size of each break that was `accepted`."""
    blocks, size, cells = [], 0, 0
    design = _Entries()
    for family in families:
        block, size, cells = _block(family, equations, accepted, size, cells, design)
        blocks.append(block)
    return Layout(tuple(blocks), size, cells, design.matrix((cells, size)))


class _Entries:
    """Rows, columns and values of a sparse matrix as they come."""

    def __init__(self) -> None:
        self.parts: list[tuple[NumberArray, ...]] = []

    def add(self, rows: NumberArray, columns: NumberArray, values: NumberArray) -> None:
        self.parts.append(tuple(np.broadcast_arrays(rows, columns, values)))

    def matrix(self, shape: tuple[int, int]) -> csr_array:
        if not self.parts:
            return csr_array(shape)
        rows, columns, values = (np.concatenate([p[i] for p in self.parts]) for i in range(3))
        return csr_array((values, (rows.astype(int), columns.astype(int))), shape=shape)


def _block(
    family: Family,
    equations: Sequence[Equation],
    accepted: Sequence[Accepted],
    size: int,
    cells: int,
    design: _Entries,
) -> tuple[Block, int, int]:
    start, plans = size, {}
    cell: dict[Node, int] = {}
    roots: dict[Node, Root] = {}
    shares: dict[Node, Share] = {}
    points: dict[Node, int] = {}
    own = [equations[i] for i in family.equations]
    split_of = shares_of(family)
    sums = {s.total: s.parts for s in family.splits if s.apart} if family.axis == "months" else {}
    for node in family.nodes:
        if node.plan or node in sums:
            continue
        count = family.cells if family.axis == "months" else len(family.days[node])
        cell[node], cells = cells, cells + count
        if family.axis == "days":
            points[node] = size
            rows = np.arange(count)
            design.add(cell[node] + rows, size + rows, np.ones(1))
            size += count
        elif node not in split_of:
            roots[node], size = _root(family, size)
        else:
            shares[node] = Share(size, _knots(family, split_of[node], own))
            size = shares[node].drift + 1
    if family.axis == "months":
        for node in cell:
            _design(family, node, cell[node], roots, shares, split_of, design)
    effects, size = _effects(family, accepted, cell, split_of, size, design)
    for node, year in sorted({(s.node, s.start) for e in own for s in e.bottom + e.top
                              if s.node.plan}):  # fmt: skip
        plans[node, year] = (size, cells)
        design.add(np.array([cells]), np.array([size]), np.ones(1))
        size, cells = size + 1, cells + 1
    walks, size = _walks(family, own, split_of, size)
    releases = {r: size + k for k, r in enumerate(sorted({e.release for e in own
                                                          if not e.of_plan}))}  # fmt: skip
    size += len(releases)
    block = Block(family, start, size, cell, roots, shares, points, plans, walks, releases, sums,
                  effects)  # fmt: skip
    return block, size, cells


def _effects(
    family: Family, accepted: Sequence[Accepted], cell: Mapping[Node, int],
    split_of: Mapping[Node, Split], size: int, design: _Entries,
) -> tuple[dict[Accepted, int], int]:  # fmt: skip
    """Add one unknown for each accepted break of a series with a course of its own."""
    found: dict[Accepted, int] = {}
    for one in accepted:
        place = cells_of(family, one.node, one.period) if one.node in cell else None
        if place is None or (family.axis == "months" and one.node in split_of):
            continue
        days = family.axis == "days"
        count = len(family.days[one.node]) if days else family.cells
        weights = effect(one.kind, place, count, 12 if days else family.step)
        own = [one.node] if days else [n for n in cell if root_of(n, split_of) == one.node]
        touched = np.flatnonzero(weights)
        for node in own:
            design.add(cell[node] + touched, np.array([size]), weights[touched])
        found[one], size = size, size + 1
    return found, size


def _root(family: Family, at: int) -> tuple[Root, int]:
    n, step = family.cells, family.step
    seasons = 12 // step if step < 12 else 0
    root = Root(at, at + n, at + 2 * n, at + 2 * n + seasons)
    return root, at + 2 * n + seasons + (WINDOW_COUNT if step == 1 else 0)


def _knots(family: Family, split: Split, own: Sequence[Equation]) -> tuple[int, ...]:
    """Place knots every half-year (or step) where the parts are spoken of; outside they hold."""
    parts = set(split.parts)
    spoken = [s for e in own for s in (*e.top, *e.bottom) if s.node in parts]
    apart = max(1, KNOT_MONTHS // family.step)
    if not spoken:
        return (0,)
    first = (min(s.start for s in spoken) - family.first) // family.step
    last = (max(s.stop for s in spoken) - family.first) // family.step - 1
    return (*range(first, last, apart), last)


def _design(
    family: Family,
    node: Node,
    row: int,
    roots: Mapping[Node, Root],
    shares: Mapping[Node, Share],
    split_of: Mapping[Node, Split],
    design: _Entries,
) -> None:
    """Add the rows of a node: those of its root and the shares down to it."""
    t = np.arange(family.cells)
    while node in shares:
        share, knots = shares[node], np.array(shares[node].knots)
        place = np.interp(t, knots, np.arange(len(knots)))
        left = np.minimum(place.astype(np.int64), max(0, len(knots) - 2))
        design.add(row + t, share.first + left, 1.0 - (place - left))
        if len(knots) > 1:
            design.add(row + t, share.first + left + 1, place - left)
        node = split_of[node].total
    root = roots[node]
    design.add(row + t, root.trend + t, np.ones(1))
    design.add(row + t, root.noise + t, np.ones(1))
    if family.step < 12:
        phase = (family.first // family.step + t) % (12 // family.step)
        design.add(row + t, root.season + phase, np.ones(1))
    if family.step == 1:
        tet = np.array([holiday_shares(family.first + int(k)) for k in t])
        months, windows = np.nonzero(tet)
        design.add(row + t[months], root.tet + windows, tet[months, windows])


def shares_of(family: Family) -> Mapping[Node, Split]:
    """Give the split each share belongs to; parts that stand apart are no shares."""
    return {p: s for s in family.splits if not s.apart for p in s.all_parts}


def root_of(node: Node, split_of: Mapping[Node, Split]) -> Node:
    """Give the series at the top of a part's tree."""
    while node in split_of:
        node = split_of[node].total
    return node


def vintage_key(side: Side, axis: str, split_of: Mapping[Node, Split]) -> tuple[Node, int] | None:
    """Give what is revised together: a series' year, or a stock on a day."""
    if side.node.plan:
        return None
    if axis == "days":
        return side.node, side.start
    year = (side.stop - 1) // 12
    return (root_of(side.node, split_of), year) if side.start // 12 == year else None


def _walks(
    family: Family, own: Sequence[Equation], split_of: Mapping[Node, Split], size: int
) -> tuple[dict[tuple[Node, int], Walk], int]:
    days: dict[tuple[Node, int], set[int]] = defaultdict(set)
    for e in own:
        published = e.statement.published
        for side in (*e.top, *e.bottom):
            key = vintage_key(side, family.axis, split_of)
            if key is not None and published is not None and not e.of_plan:
                days[key].add(published.toordinal())
    walks = {}
    for key in sorted(days):
        walks[key] = Walk(size, tuple(sorted(days[key])))
        size += len(days[key]) - 1
    return walks, size
