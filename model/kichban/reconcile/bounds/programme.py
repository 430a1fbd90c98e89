"""Layer 1 as linear programmes: what the printed digits alone allow, owing nothing to a model.

Every equation is linear in levels (``low·B ≤ A ≤ high·B``). Time is cut where some figure begins
or ends; a column is a series over one such stretch. Columns that share an equation form a
component, solved by itself. Levels are multiples of one more column, the scale, so that a minimum
of a ratio is a linear programme as well (Charnes & Cooper 1962).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kichban.numbers import FloatArray, IntArray
from kichban.reconcile.evidence.equations import Equation, Node, Side
from kichban.reconcile.evidence.families import Family

#: a base of a rate is at least this share of its typical size
LEAST_BASE = 1e-3


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of one family: each node's first column and the ends of the stretches of time."""

    edges: Mapping[Node, tuple[int, ...]]
    first: Mapping[Node, int]
    plans: Mapping[tuple[Node, int], int]

    def inside(self, side: Side) -> tuple[int, ...]:
        """Columns wholly within a side."""
        if side.node.plan:
            return (self.plans[side.node, side.start],)
        edges, first = self.edges.get(side.node, ()), self.first.get(side.node, 0)
        return tuple(
            first + k for k in range(len(edges) - 1)
            if side.start <= edges[k] and edges[k + 1] <= side.stop
        )  # fmt: skip

    def touching(self, side: Side) -> tuple[int, ...] | None:
        """Columns that overlap a side; ``None`` if part of it lies outside all of them."""
        if side.node.plan:
            return self.inside(side)
        edges = self.edges.get(side.node, ())
        if not edges or side.start < edges[0] or side.stop > edges[-1]:
            return None
        first = self.first[side.node]
        return tuple(
            first + k for k in range(len(edges) - 1)
            if edges[k] < side.stop and side.start < edges[k + 1]
        )  # fmt: skip


@dataclass(frozen=True)
class Programme:
    """All rows over all columns.

    Attributes
    ----------
    matrix : (row, column) sparse
        Row r says ``matrix[r]·x ≤ limit[r]·scale``; two rows an equation, then the sums.
    owner : (row,) int64
        The equation a row belongs to; −1 where parts add up (those rows are equalities).
    size : (row,) float64
        Size of the sum on top: a slack of 1 is this much.
    component : (column,) int64
        Which component a column belongs to.
    """

    equations: tuple[Equation, ...]
    axes: tuple[Axis, ...]
    axis_of: Mapping[Node, int]
    matrix: csr_array
    limit: FloatArray
    owner: IntArray
    size: FloatArray
    equal: FloatArray
    component: IntArray

    @cached_property
    def rows_of(self) -> Mapping[int, IntArray]:
        """Rows of each component."""
        counts = np.diff(self.matrix.indptr)
        first = self.matrix.indices[self.matrix.indptr[:-1][counts > 0]]
        of = np.full(self.matrix.shape[0], -1)
        of[counts > 0] = self.component[first]
        if not len(of):
            return {}
        order = np.argsort(of, kind="stable")
        cuts = np.flatnonzero(np.diff(of[order])) + 1
        return {int(of[rows[0]]): rows for rows in np.split(order, cuts) if of[rows[0]] >= 0}

    def columns(self, sides: Iterable[Side]) -> dict[int, float] | None:
        """Give columns and signs of sides that lie on the stretches of time, else ``None``."""
        found: dict[int, float] = {}
        for side in sides:
            at = self.axis_of.get(side.node)
            if at is None:
                return None
            inside, touching = self.axes[at].inside(side), self.axes[at].touching(side)
            if inside != touching or not inside:
                return None
            for c in inside:
                found[c] = found.get(c, 0.0) + side.sign
        return found


def write_programme(families: Sequence[Family], equations: Sequence[Equation]) -> Programme:
    """Cut time, place the columns and write the rows."""
    axes, axis_of, width = [], {}, 0
    for a, family in enumerate(families):
        axis, width = _axis(family, [equations[i] for i in family.equations], width)
        axes.append(axis)
        axis_of.update(dict.fromkeys([*axis.first, *(n for n, _ in axis.plans)], a))
    rows = _Rows()
    programme = Programme(
        tuple(equations), tuple(axes), axis_of, csr_array((0, 0)), np.zeros(0),
        np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64),
    )  # fmt: skip
    spoken = np.zeros(width, dtype=bool)
    for family in families:
        paces = _paces([equations[i] for i in family.equations])
        for i in family.equations:
            _equation_rows(rows, programme, i, equations[i], paces, spoken)
    for axis, family in zip(axes, families, strict=True):
        _sum_rows(rows, axis, family, spoken)
    matrix = csr_array((rows.values, (rows.rows, rows.columns)), shape=(len(rows.limit), width))
    both = csr_array(
        (np.ones(len(matrix.indices)), matrix.indices, matrix.indptr), shape=matrix.shape
    )
    _, component = connected_components(both.T @ both, directed=False) if width else (0, [])
    return Programme(
        tuple(equations), tuple(axes), axis_of, matrix, np.array(rows.limit),
        np.array(rows.owner, dtype=np.int64), np.array(rows.size), np.array(rows.equal),
        np.array(component, dtype=np.int64),
    )  # fmt: skip


class _Rows:
    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.limit: list[float] = []
        self.owner: list[int] = []
        self.size: list[float] = []
        self.equal: list[float] = []

    def add(
        self, entries: Mapping[int, float], limit: float, owner: int, size: float,
        *, equal: bool = False,
    ) -> None:  # fmt: skip
        self.rows.extend([len(self.limit)] * len(entries))
        self.columns.extend(entries)
        self.values.extend(entries.values())
        self.limit.append(limit)
        self.owner.append(owner)
        self.size.append(size)
        self.equal.append(float(equal))


def _axis(family: Family, own: Sequence[Equation], width: int) -> tuple[Axis, int]:
    sides = [s for e in own for s in (*e.top, *e.bottom)]
    plans = {key: width + k for k, key in enumerate(sorted(
        {(s.node, s.start) for s in sides if s.node.plan}
    ))}  # fmt: skip
    width += len(plans)
    edges: dict[Node, tuple[int, ...]] = {}
    first: dict[Node, int] = {}
    common = tuple(sorted({v for s in sides if not s.node.plan for v in (s.start, s.stop)}))
    for node in family.nodes:
        if node.plan:
            continue
        days = family.days.get(node, ())
        # A stock stands on days: each is a stretch of one, the ones between belong to nobody.
        cuts = common if family.axis == "months" else tuple(v for d in days for v in (d, d + 1))
        edges[node], first[node] = tuple(sorted(set(cuts))), width
        width += max(0, len(edges[node]) - 1)
    return Axis(edges, first, plans), width


def _paces(own: Sequence[Equation]) -> Mapping[Node, list[tuple[float, float]]]:
    """Give what is printed of each series a month: (middle of the period, level a month)."""
    found: dict[Node, list[tuple[float, float]]] = {}
    for e in own:
        if e.kind == "level" and e.high > 0:
            top = e.top[0]
            pace = e.middle / (top.stop - top.start)
            found.setdefault(top.node, []).append((0.5 * (top.start + top.stop), pace))
    return found


def _size(e: Equation, paces: Mapping[Node, list[tuple[float, float]]]) -> float:
    """Give a typical size of the top, to weigh ratios like levels."""
    top = e.top[0]
    if e.kind in ("level", "plan"):
        return max(e.middle, 1e-9)
    if top.node in paces:
        return _typical(top, paces[top.node])
    bottom = e.bottom[0] if e.bottom else top
    ratio = 1.0 if e.signed else max(e.middle, 1e-9)
    if bottom.node in paces:
        return ratio * _typical(bottom, paces[bottom.node])
    known = sorted(pace for rows in paces.values() for _, pace in rows)
    return (known[len(known) // 2] if known else 1.0) * (top.stop - top.start)


def _typical(side: Side, near: Sequence[tuple[float, float]]) -> float:
    middle = 0.5 * (side.start + side.stop)
    pace = min(near, key=lambda p: (abs(p[0] - middle), p))[1]
    return pace * (side.stop - side.start)


def _equation_rows(
    rows: _Rows, programme: Programme, i: int, e: Equation,
    paces: Mapping[Node, list[tuple[float, float]]], spoken: FloatArray,
) -> None:  # fmt: skip
    top, bottom = programme.columns(e.top), programme.columns(e.bottom)
    if top is None or bottom is None:
        return
    spoken[[*top, *bottom]] = True
    size = _size(e, paces)
    low, high = e.low, e.high
    if e.other is not None:  # either reading may be meant: allow what lies between as well
        low, high = min(low, e.other[0]), max(high, e.other[1])
    for sign, bound in ((1.0, high), (-1.0, low)):
        if not math.isfinite(bound):
            continue
        entries = {c: sign * v for c, v in top.items()}
        for c, v in bottom.items():
            entries[c] = entries.get(c, 0.0) - sign * bound * v
        rows.add(entries, 0.0 if bottom else sign * bound, i, size)
    if bottom and not e.signed:
        # A series that is nought satisfies every rate: a base is at least a trace of its size.
        trace = LEAST_BASE * size / max(e.middle, 1e-9)
        rows.add(dict.fromkeys(bottom, -1.0), -trace, -1, 1.0)


def _sum_rows(rows: _Rows, axis: Axis, family: Family, spoken: FloatArray) -> None:
    """Parts add up in each stretch in which one of them is spoken of."""
    for split in family.splits:
        if family.axis == "days":
            _stock_sums(rows, axis, family, split.total, split.parts, rest=split.rest is not None)
            continue
        for k in range(len(axis.edges[split.total]) - 1):
            parts = [axis.first[p] + k for p in split.all_parts]
            if spoken[parts].any():
                entries = {axis.first[split.total] + k: 1.0, **dict.fromkeys(parts, -1.0)}
                rows.add(entries, 0.0, -1, 1.0, equal=True)
    for small, large in family.orders:
        for day in sorted(set(family.days[small]) & set(family.days[large])):
            a, b = (axis.inside(Side(n, day, day + 1))[0] for n in (small, large))
            rows.add({a: 1.0, b: -1.0}, 0.0, -1, 1.0)


def _stock_sums(
    rows: _Rows, axis: Axis, family: Family, total: Node, parts: Sequence[Node], *, rest: bool
) -> None:
    for day in family.days[total]:
        known = [p for p in parts if day in family.days[p]]
        if not known:
            continue
        entries = {axis.inside(Side(total, day, day + 1))[0]: -1.0}
        entries |= {axis.inside(Side(p, day, day + 1))[0]: 1.0 for p in known}
        rows.add(entries, 0.0, -1, 1.0, equal=not rest and len(known) == len(parts))
