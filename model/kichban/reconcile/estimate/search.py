"""Newton's method on all families at once: each stops when it has arrived."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import splu

from kichban.numbers import BoolArray, FloatArray, IntArray
from kichban.reconcile.estimate.point import AS_THEY_ARE, Point, Wider, look, weigh_at
from kichban.reconcile.estimate.prior import Prior
from kichban.reconcile.estimate.system import System

#: an unknown that moves less (log) has arrived
TOLERANCE = 1e-5
#: a step is halved at most this often, where the log posterior falls by more than the slack
HALVINGS, SLACK = 5, 1e-6
#: no unknown moves farther (log) in one step
LONGEST = 4.0


def climb(
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
        at = look(system, prior, state, scales, wider)
        step = _newton(prior, at, np.flatnonzero(active[owner]))
        for _ in range(HALVINGS):
            ahead = layout.close(state + step)
            there = weigh_at(system, prior, ahead, system.fit(ahead), scales, wider).value
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
    curvature = hessian(prior, at)
    if len(moving) < len(at.state):
        curvature = csc_array(curvature[moving][:, moving])
    factor = splu(curvature, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
                  options={"SymmetricMode": True})  # fmt: skip
    step = np.zeros(len(at.state))
    step[moving] = np.clip(factor.solve(gradient[moving]), -LONGEST, LONGEST)
    return step


def hessian(prior: Prior, at: Point) -> csc_array:
    """Give the curvature of the log posterior of all families."""
    j, p = at.jacobian, prior.matrix
    return csc_array(
        j.T @ diags_array(at.weighed.precision) @ j
        + p.T @ diags_array(at.weighed.prior_precision) @ p
    )
