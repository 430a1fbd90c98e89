"""One component's linear programme, kept warm between questions (HiGHS)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import highspy
import numpy as np
from scipy.sparse import csr_array

from kichban.numbers import FloatArray, IntArray
from kichban.reconcile.bounds.programme import LEAST_BASE, Programme

#: solver's tolerance of a row
FEASIBLE = 1e-9
INF = highspy.kHighsInf


class Solver:
    """One component's programme, kept warm between questions.

    Columns of the programme, then the scale, then one slack for each equation that may give way,
    or (`together`) one for all, in which each equation has its share.
    """

    def __init__(
        self, programme: Programme, rows: IntArray, slacks: Sequence[int] = (),
        *, together: Mapping[int, float] | None = None,
    ) -> None:  # fmt: skip
        part = programme.matrix[rows]
        self.places = np.unique(part.indices)
        where = np.zeros(programme.matrix.shape[1], dtype=np.int64)
        where[self.places] = np.arange(len(self.places))
        self.where = {int(c): k for k, c in enumerate(self.places)}
        self.rows = rows
        self.scale = len(self.places)
        self.slack = {
            i: self.scale + 1 + (k if together is None else 0) for k, i in enumerate(slacks)
        }
        self.owner = programme.owner[rows]
        # One unit for the component: the largest figure in it. Without any figure levels are
        # relative to their mean.
        printed = programme.limit[rows] * (self.owner >= 0)
        self.levels = bool(printed.any())
        largest = printed if self.levels else programme.limit[rows] / LEAST_BASE
        self.unit = float(np.abs(largest).max(initial=0.0)) or 1.0
        self.size = size = programme.size[rows] / self.unit
        width = self.scale + 1 + len(set(self.slack.values()))
        self.model = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("presolve", "off"), ("threads", 1),
                            ("solver", "simplex"), ("simplex_strategy", 0)):  # fmt: skip
            self.model.setOptionValue(name, value)
        self.model.addVars(width, np.zeros(width), np.full(width, INF))
        n = len(rows)
        scaled = np.flatnonzero(programme.limit[rows])
        given = np.flatnonzero(np.isin(self.owner, list(self.slack)))
        share = np.array([1.0 if together is None else together[int(i)] for i in self.owner[given]])
        entries = csr_array(
            (
                np.concatenate([part.data, -programme.limit[rows[scaled]] / self.unit,
                                -size[given] * share]),
                (
                    np.concatenate([np.repeat(np.arange(n), np.diff(part.indptr)), scaled, given]),
                    np.concatenate([where[part.indices], np.full(len(scaled), self.scale),
                                    [self.slack[int(i)] for i in self.owner[given]]]),
                ),
            ),
            shape=(n, width),
        )  # fmt: skip
        lower = np.where(programme.equal[rows] > 0, 0.0, -INF)
        self.model.addRows(
            n, lower, np.zeros(n), entries.nnz,
            entries.indptr[:-1].astype(np.int32),
            entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        relative = not self.levels and bool(programme.limit[rows].any())
        if relative:
            mean = np.append(np.full(self.scale, 1.0 / max(1, self.scale)), -1.0)
            self.model.addRow(0.0, 0.0, len(mean), np.arange(len(mean), dtype=np.int32), mean)
        self._normaliser = n + relative
        self.model.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self._fixed: list[int] = []
        self._cost: list[int] = []

    def fix(self, columns: Mapping[int, float] | None = None) -> None:
        """Set what equals one: a sum of columns, or else the scale."""
        for c in self._fixed:
            self.model.changeCoeff(self._normaliser, c, 0.0)
        entries = {self.scale: 1.0}
        if columns is not None:
            entries = {self.where[c]: v for c, v in columns.items()}
        for c, v in entries.items():
            self.model.changeCoeff(self._normaliser, c, v)
        self._fixed = list(entries)

    def release(self, equations: Sequence[int]) -> None:
        """Let these equations give way as far as they like, and all others not at all."""
        for i, column in self.slack.items():
            self.model.changeColBounds(column, 0.0, INF if i in equations else 0.0)

    def minimise(self, costs: Mapping[int, float]) -> float:
        """Give the least value of a sum of the model's columns; NaN if there is none."""
        for c in self._cost:
            self.model.changeColCost(c, 0.0)
        for c, v in costs.items():
            self.model.changeColCost(c, v)
        self._cost = list(costs)
        self.model.run()
        status = self.model.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded:
            return -math.inf
        if status != highspy.HighsModelStatus.kOptimal:
            return math.nan
        return float(self.model.getInfo().objective_function_value)

    def range_of(
        self, top: Mapping[int, float], bottom: Mapping[int, float] | None = None
    ) -> tuple[float, float]:
        """Give least and greatest value of a sum of programme columns, or of a ratio of two."""
        if not all(c in self.where for c in (*top, *(bottom or ()))):
            return 0.0, math.inf  # only figures that gave way speak of it
        self.fix(bottom)
        unit = 1.0 if bottom else self.unit
        low = self.minimise({self.where[c]: v for c, v in top.items()})
        high = self.minimise({self.where[c]: -v for c, v in top.items()})
        # No solution: a base that must be nought. The conflicts say so; no bound is left.
        return (
            0.0 if math.isnan(low) else low * unit,
            math.inf if math.isnan(high) else -high * unit,
        )

    def solution(self) -> FloatArray:
        """Values of the model's columns at the last minimum."""
        return np.array(self.model.getSolution().col_value)

    def pushing(self) -> dict[int, float]:
        """Give the equations that hold the last minimum where it is, and how hard each does."""
        prices = np.abs(np.array(self.model.getSolution().row_dual)[: len(self.rows)])
        prices = np.where(self.owner >= 0, prices * self.size, 0.0)
        found: dict[int, float] = {}
        for k in np.flatnonzero(prices > FEASIBLE * float(prices.max(initial=0.0))):
            i = int(self.owner[k])
            found[i] = found.get(i, 0.0) + float(prices[k])
        return found
