"""All equations as one sparse system: fitted values and their derivatives at a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from kichban.numbers import FloatArray, IntArray
from kichban.reconcile.estimate.layout import Block, Layout, shares_of, vintage_key
from kichban.reconcile.estimate.scales import kind
from kichban.reconcile.evidence.equations import Equation, Side

#: parts add up, and orders hold, this closely (log)
CLOSURE_SD, ORDER_SD = 1e-4, 1e-3


@dataclass(frozen=True, slots=True)
class System:
    """Rows: first one per equation, then those by which parts add up and orders hold.

    Attributes
    ----------
    low, high : (row,) float64
        The interval, in logs where the row is not `signed`.
    other : (row, 2) float64
        A second reading; NaN where there is none.
    scale : (row,) int64
        Kind of its own error (−1: see `fixed`); `fixed` (row,) float64 is the sd of those.
    slips : (row,) float64
        1 where the print itself may be a slip; a level's slip is its sentence's error.
    statements
        How many rows are equations.
    block : (row,) int64
        Which block a row belongs to; −1 for equations that stand alone.
    """

    layout: Layout
    low: FloatArray
    high: FloatArray
    other: FloatArray
    signed: FloatArray
    scale: IntArray
    fixed: FloatArray
    slips: FloatArray
    statements: int
    block: IntArray
    errors: csr_array
    pattern: csr_array
    sign: FloatArray
    below: FloatArray
    row: IntArray

    def levels(self, state: FloatArray) -> FloatArray:
        """Give the (cell,) levels."""
        return np.asarray(np.exp(self.layout.design @ state))

    def fit(self, state: FloatArray) -> FloatArray:
        """Give the (row,) fit: log of the ratio, or the ratio itself where signed."""
        _, top, bottom = self._sums(state)
        return np.asarray(self._compare(top, bottom) + self.errors @ state)

    def linearise(self, state: FloatArray) -> tuple[FloatArray, csr_array]:
        """Give the (row,) fit and its sparse (row, unknown) derivatives."""
        level, top, bottom = self._sums(state)
        data = self._slopes(level, top, bottom)
        fitted = self._compare(top, bottom) + self.errors @ state
        return fitted, csr_array(data @ self.layout.design + self.errors)

    def slopes(self, state: FloatArray) -> csr_array:
        """Give the sparse (row, cell) derivatives of the fit in log levels."""
        return self._slopes(*self._sums(state))

    def _slopes(self, level: FloatArray, top: FloatArray, bottom: FloatArray) -> csr_array:
        signed = self.signed > 0
        safe = np.where(signed, 1.0, np.maximum(top, 1e-300))
        # d log top = x/top dx; d log bottom = x/bottom dx; a ratio as it stands: (dx − ratio dx)/b
        up = np.where(signed, 1.0 / bottom, 1.0 / safe)[self.row]
        down = np.where(signed, top / bottom**2, 1.0 / bottom)[self.row]
        data = level * np.where(self.below > 0, -down, up)
        return csr_array((data, self.pattern.indices, self.pattern.indptr), self.pattern.shape)

    def _sums(self, state: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give the level of each entry and the sums above and below, 1 where nothing is below."""
        level = self.levels(state)[self.pattern.indices] * self.sign
        rows = len(self.low)
        above = np.where(self.below > 0, 0.0, level)
        top = np.bincount(self.row, above, rows).astype(float)
        bottom = np.bincount(self.row, level - above, rows).astype(float)
        return np.asarray(level), top, np.where(bottom > 0, bottom, 1.0)

    def _compare(self, top: FloatArray, bottom: FloatArray) -> FloatArray:
        logs = np.log(np.maximum(top, 1e-300)) - np.log(bottom)
        return np.asarray(np.where(self.signed > 0, top / bottom, logs))

    def reading(self, fitted: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the interval each row means: of two readings the one nearer to the fit."""
        two = np.isfinite(self.other[:, 0])
        first = np.abs(0.5 * (self.low[two] + self.high[two]) - fitted[two])
        nearer = np.abs(self.other[two].mean(axis=1) - fitted[two]) < first
        low, high = self.low.copy(), self.high.copy()
        low[two] = np.where(nearer, self.other[two, 0], low[two])
        high[two] = np.where(nearer, self.other[two, 1], high[two])
        return low, high

    def sd(self, scales: FloatArray) -> FloatArray:
        """Give the (row,) sd of each row's own error."""
        own = scales[np.maximum(self.block, 0), np.maximum(self.scale, 0)]
        return np.asarray(np.where(self.scale < 0, self.fixed, own))


@dataclass(slots=True)
class _Row:
    cells: list[int]
    sign: list[float]
    below: list[float]
    errors: list[tuple[int, float]]
    low: float
    high: float
    other: tuple[float, float]
    signed: bool
    scale: int
    fixed: float
    slips: bool


def build(layout: Layout, equations: Sequence[Equation]) -> System:
    """Write the system; equations that no log can hold (a nought) get no weight by an open row."""
    rows: list[_Row] = [_open() for _ in equations]
    tail: list[_Row] = []
    where = [-1] * len(equations)
    for b, block in enumerate(layout.blocks):
        for i in block.family.equations:
            rows[i], where[i] = _row(block, equations[i]), b
        closures = _closures(block)
        tail.extend(closures)
        where.extend([b] * len(closures))
    every = [*rows, *tail]
    counts = [len(r.cells) for r in every]
    starts = np.concatenate([[0], np.cumsum(counts)])
    cells = np.array([c for r in every for c in r.cells], dtype=np.int64)
    pattern = csr_array((np.ones(len(cells)), cells, starts), shape=(len(every), layout.cells))
    errors = [(k, column, v) for k, r in enumerate(every) for column, v in r.errors]
    matrix = csr_array(
        ([v for _, _, v in errors], ([k for k, _, _ in errors], [c for _, c, _ in errors])),
        shape=(len(every), layout.size),
    )
    return System(
        layout,
        np.array([r.low for r in every]), np.array([r.high for r in every]),
        np.array([r.other for r in every]).reshape(-1, 2),
        np.array([float(r.signed) for r in every]),
        np.array([r.scale for r in every], dtype=np.int64), np.array([r.fixed for r in every]),
        np.array([float(r.slips) for r in every]), len(equations), np.array(where, dtype=np.int64),
        matrix, pattern,
        np.array([v for r in every for v in r.sign]),
        np.array([v for r in every for v in r.below]),
        np.repeat(np.arange(len(every)), counts),
    )  # fmt: skip


_NONE = (np.nan, np.nan)


def _open() -> _Row:
    return _Row([], [], [], [], -np.inf, np.inf, _NONE, signed=True, scale=-1, fixed=1.0,
                slips=False)  # fmt: skip


def _log(value: float) -> float:
    return float(np.log(value)) if value > 0 else -np.inf


def _row(block: Block, e: Equation) -> _Row:
    row = _open()
    if e.high <= 0 and not e.signed:
        return row
    for below, sides in ((0.0, e.top), (1.0, e.bottom)):
        for side in sides:
            columns = block.columns(side)
            row.cells.extend(columns)
            row.sign.extend([side.sign] * len(columns))
            row.below.extend([below] * len(columns))
    row.signed = e.signed
    row.low, row.high = (e.low, e.high) if e.signed else (_log(e.low), _log(e.high))
    if e.other is not None:
        row.other = (_log(e.other[0]), _log(e.other[1]))
    row.scale = kind(_error_kind(block, e))
    own = block.releases.get(e.release)
    # A slip of a level is its sentence's error; it must not hide in the rounding as well.
    row.slips = e.kind != "level"
    if not e.signed and not e.of_plan:
        row.errors = _revisions(block, e)
        if own is not None:
            row.errors.append((own, 1.0))
    return row


def _error_kind(block: Block, e: Equation) -> str:
    if e.kind == "bound":
        return "contribution" if e.signed else "growth" if e.bottom else "level"
    if e.kind in ("plan", "base", "ratio", "contribution"):
        return e.kind
    if e.top[0].node in block.shares:
        return f"part_{e.kind}"
    return "share_of_plan" if e.kind == "share" else e.kind


def _revisions(block: Block, e: Equation) -> list[tuple[int, float]]:
    """Give the revisions of the years a print speaks of, as they stood on its day."""
    found: dict[int, float] = {}
    published = e.statement.published
    split_of = shares_of(block.family)
    for sign, sides in ((1.0, e.top), (-1.0, e.bottom)):
        for side in sides:
            key = vintage_key(side, block.family.axis, split_of)
            if key is None or published is None or key not in block.walks:
                continue
            walk = block.walks[key]
            at = walk.days.index(published.toordinal())
            if at < len(walk.days) - 1:
                found[walk.first + at] = found.get(walk.first + at, 0.0) + sign
    return [(column, v) for column, v in sorted(found.items()) if v]


def _closures(block: Block) -> list[_Row]:
    """Parts add up at each knot (or day), and what is within another is not above it."""
    family, rows = block.family, []
    for split in family.splits:
        if family.axis == "months" and not split.apart:
            for t in block.shares[split.all_parts[0]].knots:
                cells = [block.cell[p] + t for p in split.all_parts]
                rows.append(_closure(cells, block.cell[split.total] + t, 0.0))
        if family.axis == "months":
            continue
        for day in family.days[split.total]:
            parts = [p for p in split.parts if day in family.days[p]]
            cells = [block.columns(Side(p, day, day + 1))[0] for p in parts]
            total = block.columns(Side(split.total, day, day + 1))[0]
            whole = split.rest is None and len(parts) == len(split.parts)
            if cells:
                rows.append(_closure(cells, total, 0.0 if whole else -np.inf))
    for small, large in family.orders:
        for day in sorted(set(family.days[small]) & set(family.days[large])):
            cells = [block.columns(Side(small, day, day + 1))[0]]
            rows.append(_closure(cells, block.columns(Side(large, day, day + 1))[0], -np.inf))
    return rows


def _closure(cells: Sequence[int], total: int, low: float) -> _Row:
    row = _open()
    row.cells = [*cells, total]
    row.sign = [1.0] * len(row.cells)
    row.below = [*([0.0] * len(cells)), 1.0]
    row.low, row.high, row.signed = low, 0.0, False
    row.fixed = CLOSURE_SD if np.isfinite(low) else ORDER_SD
    return row
