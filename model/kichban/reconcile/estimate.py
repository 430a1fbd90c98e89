r"""Statements → monthly levels: the most likely series and how sure it is.

State: log levels :math:`x_t = u_t + s_{m(t)} + \tau f_t + v_t` (trend, season, Tết, month noise),
log shares :math:`r_{jk}` of each part at half-year knots, log plans, and one revision error
:math:`e_k` per sentence of a release. Observation :math:`i` of sentence :math:`k`:

.. math:: y_i = \log\sum_{t\in A_i} e^{x_t + r_{jt}} + e_k
          - \log\sum_{t\in B_i} e^{x_t + r_{jt}} + \eta_i

The mode is found by Gauss–Newton; errors have two-component likelihoods (right, or a slip), so
that a typing error loses its weight instead of bending the series. Scales start wide and are
tightened, which keeps the search out of poor modes. MODEL.md §2, layer 2 in first form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from kichban.numbers import FloatArray
from kichban.reconcile.evidence import TOTAL, Evidence, Observation, Side
from kichban.reconcile.layout import Layout, lay_out, month_design, part_design
from kichban.reconcile.prior import FIRST_SHARE, prior_rows
from kichban.reconcile.scales import observation_sd, release_sd, right_weight

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
#: scales start this much wider than they are and are tightened step by step
ANNEAL = (16.0, 8.0, 4.0, 2.0, 1.0)
STEPS_PER_SCALE, TOLERANCE = 12, 1e-9
#: shares of a complete set of parts add up this closely (log)
SHARE_SUM_SD = 1e-4


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mode and covariance of the state, with what is needed to read and to judge it.

    Attributes
    ----------
    state : (size,) float64
        Mode of the unknowns, in logs.
    covariance : (size, size) float64
        Inverse of the Hessian at the mode.
    residual, weight, scale : (observation,) float64
        At the mode: ``y − fitted``, probability of being right, sd if right.
    """

    layout: Layout
    evidence: Evidence
    design: Mapping[str, FloatArray]
    state: FloatArray
    covariance: FloatArray
    residual: FloatArray
    weight: FloatArray
    scale: FloatArray
    jacobian: FloatArray
    release_weight: FloatArray
    release_scale: FloatArray

    def log_levels(self, node: str = TOTAL) -> FloatArray:
        """Give the (month,) mode of the log levels of a node."""
        return np.asarray(self.design[node] @ self.state)

    def log_sum(self, node: str, start: int, stop: int) -> tuple[float, float]:
        """Give mode and sd of the log of a sum of months."""
        value, row = _log_sum(self.design[node], self.state, start, stop, self.layout)
        return value, math.sqrt(max(0.0, float(row @ self.covariance @ row)))


def _log_sum(
    design: FloatArray, state: FloatArray, start: int, stop: int, layout: Layout
) -> tuple[float, FloatArray]:
    rows = design[start - layout.first_month : stop - layout.first_month]
    logs = rows @ state
    top = float(logs.max())
    weights = np.exp(logs - top)
    total = weights.sum()
    return top + float(np.log(total)), np.asarray((weights / total) @ rows)


def _side(
    side: Side, designs: Mapping[str, FloatArray], state: FloatArray, layout: Layout
) -> tuple[float, FloatArray]:
    if side.kind == "plan":
        row = np.zeros(layout.size)
        index = layout.first_plan + layout.plans.index((side.node, side.start))
        row[index] = 1.0
        return float(state[index]), row
    return _log_sum(designs[side.node], state, side.start, side.stop, layout)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Everything that stays as it is while the state is searched.

    `release` is the index of each observation's sentence (-1 for plans), `carried` marks levels,
    whose slips are their sentence's; `complete` lists the parts of each complete dimension.
    """

    layout: Layout
    observations: tuple[Observation, ...]
    design: Mapping[str, FloatArray]
    middle: FloatArray
    prior: tuple[FloatArray, FloatArray]
    release: IntArray
    carried: BoolArray
    complete: tuple[tuple[int, ...], ...]

    def linearise(self, state: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give residuals and their (observation, state) derivatives of the fit."""
        fitted = np.empty(len(self.observations))
        jacobian = np.zeros((len(self.observations), self.layout.size))
        for i, o in enumerate(self.observations):
            fitted[i], jacobian[i] = _side(o.top, self.design, state, self.layout)
            if o.bottom is not None:
                below, row = _side(o.bottom, self.design, state, self.layout)
                fitted[i] -= below
                jacobian[i] -= row
            if self.release[i] >= 0:
                index = self.layout.first_release + int(self.release[i])
                fitted[i] += state[index]
                jacobian[i, index] += 1.0
        return self.middle - fitted, jacobian

    def normal_equations(
        self,
        state: FloatArray,
        residual: FloatArray,
        jacobian: FloatArray,
        precision: FloatArray,
        release_precision: FloatArray,
    ) -> tuple[FloatArray, FloatArray]:
        """Give Hessian and gradient of the log posterior at `state`."""
        rows, right = self.prior
        hessian = rows.T @ rows + (jacobian.T * precision) @ jacobian
        gradient = rows.T @ (right - rows @ state) + jacobian.T @ (precision * residual)
        index = np.arange(self.layout.first_release, self.layout.size)
        hessian[index, index] += release_precision
        gradient[index] -= release_precision * state[index]
        for at in self._knots():
            share = np.exp(state[at])
            total = float(share.sum())
            row = share / total
            hessian[np.ix_(at, at)] += np.outer(row, row) / SHARE_SUM_SD**2
            gradient[at] -= row * np.log(total) / SHARE_SUM_SD**2
        return hessian, gradient

    def _knots(self) -> list[IntArray]:
        """Places of the log shares that add up to one at each knot."""
        layout = self.layout
        return [
            np.array([layout.shares + j * layout.knots + knot for j in parts])
            for parts in self.complete
            for knot in range(layout.knots)
        ]


def estimate(evidence: Evidence, dimensions: Mapping[str, tuple[str, ...]]) -> Estimate:
    """Find the mode and its covariance.

    Parameters
    ----------
    evidence
        Observations of one indicator at one price basis.
    dimensions
        Dimension → its parts that are to add up to the total.
    """
    layout = lay_out(evidence)
    level = _typical_level(evidence)
    problem = _pose(evidence, layout, dimensions, level)
    sd, revision_sd = (
        np.array([observation_sd(o) for o in evidence.observations]),
        release_sd(evidence, layout),
    )
    state = np.zeros(layout.size)
    state[: layout.months] = level
    state[layout.shares : layout.first_plan] = FIRST_SHARE
    state[layout.first_plan : layout.first_release] = level + np.log(12)
    for widen in ANNEAL:
        scale, release_scale = sd * widen, revision_sd * widen
        for _ in range(STEPS_PER_SCALE):
            residual, jacobian = problem.linearise(state)
            weight = np.where(problem.carried, 1.0, right_weight(residual, scale))
            release_weight = right_weight(state[layout.first_release :], release_scale)
            hessian, gradient = problem.normal_equations(
                state, residual, jacobian, weight / scale**2, release_weight / release_scale**2
            )
            factor = cho_factor(hessian)
            step = cho_solve(factor, gradient)
            state = state + step
            if float(np.abs(step).max()) < TOLERANCE:
                break
    residual, jacobian = problem.linearise(state)
    covariance = cho_solve(factor, np.eye(layout.size))
    return Estimate(
        layout, evidence, problem.design, state, covariance, residual, weight, sd, jacobian,
        release_weight, revision_sd,
    )  # fmt: skip


def _pose(
    evidence: Evidence, layout: Layout, dimensions: Mapping[str, tuple[str, ...]], level: float
) -> _Problem:
    design = {TOTAL: month_design(layout)}
    for part in layout.parts:
        design[part] = design[TOTAL] + part_design(layout, part)
    observations = evidence.observations
    release = np.array(
        [layout.releases.index(o.release) if o.top.kind == "months" else -1 for o in observations]
    )
    # A slip of a level is its sentence's error; it must not hide in the rounding as well.
    carried = (release >= 0) & np.array([o.bottom is None for o in observations])
    complete = tuple(
        tuple(layout.parts.index(p) for p in parts)
        for parts in dimensions.values()
        if all(p in layout.parts for p in parts)
    )
    return _Problem(
        layout, observations, MappingProxyType(design), np.array([o.middle for o in observations]),
        prior_rows(layout, level), release, carried, complete,
    )  # fmt: skip


def _typical_level(evidence: Evidence) -> float:
    logs = [
        o.middle - np.log(o.top.stop - o.top.start)
        for o in evidence.observations
        if o.bottom is None and o.top.node == TOTAL and o.top.kind == "months"
    ]
    return float(np.median(logs))
