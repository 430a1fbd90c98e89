r"""Statements → monthly levels: the most likely series and how sure it is.

State: log levels :math:`x_t = u_t + s_{m(t)} + \tau f_t + v_t` (trend, season, Tết, month noise),
log shares :math:`r_{jk}` of each part at half-year knots, log plans, and one revision error
:math:`e_k` per sentence of a release. Observation :math:`i` of sentence :math:`k`:

.. math:: y_i = \log\sum_{t\in A_i} e^{x_t + r_{jt}} + e_k - \log\sum_{t\in B_i} e^{x_t + r_{jt}} + \eta_i

The mode is found by Gauss–Newton; errors have two-component likelihoods (right, or a slip), so
that a typing error loses its weight instead of bending the series. Scales start wide and are
tightened, which keeps the search out of poor modes. MODEL.md §2, layer 2 in first form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from kichban.catalogue.tet import tet_share
from kichban.numbers import FloatArray
from kichban.reconcile.evidence import TOTAL, Evidence, Observation, Side, published

IntArray = NDArray[np.int64]
#: sd of a first print against the last one, by status (log) [J]; the pooled estimate replaces it
STATUS_SD: Mapping[str, float] = MappingProxyType(
    {"estimate": 0.012, "preliminary": 0.008, "actual": 0.0005, "plan": 0.002, "target": 0.002}
)
#: sd of the newest cumulative print of the last year: that vintage is what is estimated
CURRENT_SD = 0.001
#: growth of that sd for each month of later releases about the same year [J]
REVISION_GROWTH = 0.15
#: growth rates refer to a base as revised by then [J]
BASE_SD = 0.012
SLIP_PROBABILITY, SLIP_SD = 0.02, 0.35
TREND_SD, NOISE_SD, SEASON_SD = 0.015, 0.04, 0.12
TET_MEAN, TET_SD = -0.20, 0.10
SHARE_STEP_SD, SHARE_SUM_SD = 0.12, 1e-4
ANNEAL = (16.0, 8.0, 4.0, 2.0, 1.0)
STEPS_PER_SCALE, TOLERANCE = 12, 1e-9
KNOT_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each unknown stands in the state vector."""

    first_month: int
    months: int
    knots: int
    parts: tuple[str, ...]
    plans: tuple[tuple[str, int], ...]
    releases: tuple[tuple[str, str, int, int], ...]

    @property
    def season(self) -> int:
        """Index of January's effect."""
        return 2 * self.months

    @property
    def tet(self) -> int:
        """Index of the Tết effect."""
        return self.season + 12

    @property
    def shares(self) -> int:
        """Index of the first part's first knot."""
        return self.tet + 1

    @property
    def first_plan(self) -> int:
        """Index of the first plan."""
        return self.shares + self.knots * len(self.parts)

    @property
    def first_release(self) -> int:
        """Index of the first release effect."""
        return self.first_plan + len(self.plans)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.first_release + len(self.releases)


def lay_out(evidence: Evidence) -> Layout:
    """Number the unknowns of an evidence."""
    sides = [s for o in evidence.observations for s in (o.top, o.bottom) if s is not None]
    plans = tuple(sorted({(s.node, s.start) for s in sides if s.kind == "plan"}))
    releases = tuple(sorted({o.release for o in evidence.observations if o.top.kind == "months"}))
    parts = tuple(n for n in evidence.nodes if n != TOTAL)
    knots = -(-evidence.months // KNOT_MONTHS) + 1
    return Layout(evidence.first_month, evidence.months, knots, parts, plans, releases)


def month_design(layout: Layout) -> FloatArray:
    """Give the (month, state) matrix of ``x = u + v + season + Tết``."""
    design = np.zeros((layout.months, layout.size))
    rows = np.arange(layout.months)
    design[rows, rows] = 1.0
    design[rows, layout.months + rows] = 1.0
    design[rows, layout.season + (layout.first_month + rows) % 12] = 1.0
    design[:, layout.tet] = [tet_share(layout.first_month + int(t)) for t in rows]
    return design


def part_design(layout: Layout, part: str) -> FloatArray:
    """Give the (month, state) matrix of a part's log share, linear between its knots."""
    design = np.zeros((layout.months, layout.size))
    first = layout.shares + layout.knots * layout.parts.index(part)
    position = np.arange(layout.months) / KNOT_MONTHS
    left = np.floor(position).astype(np.int64)
    rows = np.arange(layout.months)
    design[rows, first + left] = 1.0 - (position - left)
    design[rows, first + left + 1] += position - left
    return design


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
        return value, float(np.sqrt(max(0.0, row @ self.covariance @ row)))


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


def prior_rows(layout: Layout, level: float) -> tuple[FloatArray, FloatArray]:
    """Give the prior as rows ``(a, b)`` of ``a·state = b`` with unit sd.

    Second differences of the trend, month noise, season, Tết, steps of the shares. Levels,
    first shares and plans are all but free: 60 % around a typical level.
    """
    n, size = layout.months, layout.size
    rows: list[FloatArray] = []
    right: list[float] = []

    def add(entries: Mapping[int, float], value: float, sd: float) -> None:
        row = np.zeros(size)
        for index, factor in entries.items():
            row[index] = factor / sd
        rows.append(row)
        right.append(value / sd)

    add({0: 1.0}, level, 3.0)
    add({0: -1.0, 1: 1.0}, 0.0, 0.05)
    for t in range(n - 2):
        add({t: 1.0, t + 1: -2.0, t + 2: 1.0}, 0.0, TREND_SD)
    for t in range(n):
        add({n + t: 1.0}, 0.0, NOISE_SD)
    for m in range(12):
        add({layout.season + m: 1.0}, 0.0, SEASON_SD)
    add(dict.fromkeys(range(layout.season, layout.season + 12), 1.0), 0.0, 1e-3)
    add({layout.tet: 1.0}, TET_MEAN, TET_SD)
    for j in range(len(layout.parts)):
        first = layout.shares + j * layout.knots
        add({first: 1.0}, -1.5, 3.0)
        for k in range(layout.knots - 1):
            add({first + k: -1.0, first + k + 1: 1.0}, 0.0, SHARE_STEP_SD)
    for p in range(len(layout.plans)):
        add({layout.first_plan + p: 1.0}, level, 5.0)
    return np.array(rows), np.array(right)


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
    designs = {TOTAL: month_design(layout)}
    for part in layout.parts:
        designs[part] = designs[TOTAL] + part_design(layout, part)
    level = _typical_level(evidence)
    prior, prior_right = prior_rows(layout, level)
    complete = [
        [layout.parts.index(p) for p in parts]
        for parts in dimensions.values()
        if all(p in layout.parts for p in parts)
    ]
    state = np.zeros(layout.size)
    state[: layout.months] = level
    state[layout.shares : layout.first_plan] = -1.5
    state[layout.first_plan : layout.first_release] = level + np.log(12)
    observations = evidence.observations
    middle = np.array([o.middle for o in observations])
    base = np.array([_scale(o) for o in observations])
    release = np.array(
        [
            layout.releases.index(o.release) if o.top.kind == "months" else -1
            for o in observations
        ]
    )
    # A slip of a level is its sentence's error; it must not hide in the rounding as well.
    carried = (release >= 0) & np.array([o.bottom is None for o in observations])
    release_base = _release_scales(evidence, layout)
    weight, release_weight = np.ones(len(middle)), np.ones(len(layout.releases))
    for widen in ANNEAL:
        scale, release_scale = base * widen, release_base * widen
        for _ in range(STEPS_PER_SCALE):
            fitted, jacobian = _linearise(observations, designs, state, layout, release)
            residual = middle - fitted
            weight = np.where(carried, 1.0, _right_weight(residual, scale))
            effects = state[layout.first_release :]
            release_weight = _right_weight(effects, release_scale)
            hessian, gradient = _normal(
                prior, prior_right, jacobian, residual, weight, scale, state, layout,
                release_weight, release_scale, complete,
            )  # fmt: skip
            step = cho_solve(cho_factor(hessian), gradient)
            state = state + step
            if float(np.abs(step).max()) < TOLERANCE:
                break
    fitted, jacobian = _linearise(observations, designs, state, layout, release)
    covariance = cho_solve(cho_factor(hessian), np.eye(layout.size))
    return Estimate(
        layout, evidence, MappingProxyType(designs), state, covariance, middle - fitted, weight,
        base, jacobian, release_weight, release_base,
    )  # fmt: skip


def _typical_level(evidence: Evidence) -> float:
    logs = [
        o.middle - np.log(o.top.stop - o.top.start)
        for o in evidence.observations
        if o.bottom is None and o.top.node == TOTAL and o.top.kind == "months"
    ]
    return float(np.median(logs))


def _scale(o: Observation) -> float:
    """Sd of an observation beyond its sentence's revision error: rounding, base, plan."""
    rounding = o.half_width / np.sqrt(3)
    own = BASE_SD if o.statement.measure.startswith("growth") else 3e-4
    if o.top.kind == "plan":
        own = STATUS_SD["plan"]
    return float(np.hypot(rounding, own))


def _release_scales(evidence: Evidence, layout: Layout) -> FloatArray:
    """Sd of each sentence's revision error: by status, and larger the longer it was revised.

    A print is revised by the later releases of its year, so an old one is a weaker witness.
    """
    last: dict[tuple[str, int], int] = {}
    for o in evidence.observations:
        key = (o.top.node, (o.top.stop - 1) // 12)
        last[key] = max(last.get(key, 0), published(o).toordinal())
    found = {}
    for o in evidence.observations:
        months = (last[o.top.node, (o.top.stop - 1) // 12] - published(o).toordinal()) / 30.4
        status = o.statement.status
        wider = 1.0 if status == "actual" else 1.0 + REVISION_GROWTH * min(months, 12.0)
        found[o.release] = STATUS_SD[status] * wider
    for release in _current_prints(evidence):
        found[release] = min(found[release], CURRENT_SD)
    return np.array([found[r] for r in layout.releases])


def _current_prints(evidence: Evidence) -> list[tuple[str, str, int, int]]:
    """Give the newest cumulative print of the total in the last year: the current vintage.

    The series describes figures as they stand now; what may still be revised is added where the
    next print is forecast.
    """
    year = evidence.last_month // 12
    levels = [
        o
        for o in evidence.observations
        if o.statement.measure == "level"
        and o.top.kind == "months"
        and o.top.node == TOTAL
        and o.top.start == 12 * year
    ]
    if not levels:
        return []
    newest = max(levels, key=lambda o: (o.top.stop, published(o), -o.half_width))
    same = (newest.top.start, newest.top.stop)
    return [
        o.release
        for o in levels
        if (o.top.start, o.top.stop) == same and o.low <= newest.high and newest.low <= o.high
    ]


def _linearise(
    observations: tuple[Observation, ...],
    designs: Mapping[str, FloatArray],
    state: FloatArray,
    layout: Layout,
    release: IntArray,
) -> tuple[FloatArray, FloatArray]:
    fitted = np.empty(len(observations))
    jacobian = np.zeros((len(observations), layout.size))
    for i, o in enumerate(observations):
        fitted[i], jacobian[i] = _side(o.top, designs, state, layout)
        if o.bottom is not None:
            below, row = _side(o.bottom, designs, state, layout)
            fitted[i] -= below
            jacobian[i] -= row
        if release[i] >= 0:
            index = layout.first_release + int(release[i])
            fitted[i] += state[index]
            jacobian[i, index] += 1.0
    return fitted, jacobian


def _right_weight(residual: FloatArray, scale: FloatArray) -> FloatArray:
    """Give the share of precision an error keeps: 1 if right, (scale/slip)² if a slip."""
    slip = np.maximum(SLIP_SD, 3 * scale)
    right = (1 - SLIP_PROBABILITY) / scale * np.exp(-0.5 * (residual / scale) ** 2)
    wrong = SLIP_PROBABILITY / slip * np.exp(-0.5 * (residual / slip) ** 2)
    share = right / (right + wrong)
    return np.asarray(share + (1 - share) * (scale / slip) ** 2)


def _normal(  # noqa: PLR0913 - the terms of one posterior
    prior: FloatArray,
    prior_right: FloatArray,
    jacobian: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    scale: FloatArray,
    state: FloatArray,
    layout: Layout,
    release_weight: FloatArray,
    release_scale: FloatArray,
    complete: list[list[int]],
) -> tuple[FloatArray, FloatArray]:
    precision = weight / scale**2
    hessian = prior.T @ prior + (jacobian.T * precision) @ jacobian
    gradient = prior.T @ (prior_right - prior @ state) + jacobian.T @ (precision * residual)
    index = np.arange(layout.first_release, layout.size)
    tight = release_weight / release_scale**2
    hessian[index, index] += tight
    gradient[index] -= tight * state[index]
    for parts in complete:
        for knot in range(layout.knots):
            at = np.array([layout.shares + j * layout.knots + knot for j in parts])
            shares = np.exp(state[at])
            total = float(shares.sum())
            row = shares / total
            hessian[np.ix_(at, at)] += np.outer(row, row) / SHARE_SUM_SD**2
            gradient[at] -= row * np.log(total) / SHARE_SUM_SD**2
    return hessian, gradient
