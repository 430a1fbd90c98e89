"""How far each statement lies from what the others say, without estimating again.

Taking out an equation with precision q and posterior variance V of its error changes the error
from e to e/(1 − qV); its spread follows the same way. One factorisation serves all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray
from kichban.reconcile.estimate.covariance import row_variance
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.evidence.equations import Release

#: below this share of information from others nothing can be said about a statement
LEAST_OTHERS = 1e-6


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Leave-one-out errors in logs and their z; NaN where only the statement itself knows."""

    error: FloatArray
    z: FloatArray


def releases_left_out(estimate: Estimate) -> dict[Release, tuple[float, float]]:
    """Judge each sentence's error by all the other sentences: (error, z)."""
    prior, at = estimate.prior, estimate.at
    rows = np.flatnonzero(np.diff(prior.matrix.indptr) == 1)
    column = prior.matrix.indices[prior.matrix.indptr[rows]]
    row_of = dict(zip(column.tolist(), rows.tolist(), strict=True))
    sd = prior.sd(estimate.scales)
    found = {}
    for block, covariance in zip(estimate.layout.blocks, estimate.covariance, strict=True):
        for release, place in block.releases.items():
            row = row_of[place]
            variance = covariance[place - block.start, place - block.start]
            left = _leave_out(
                at.state[[place]], np.array([variance]), at.weighed.prior_precision[[row]],
                sd[[row]],
            )  # fmt: skip
            found[release] = (float(left.error[0]), float(left.z[0]))
    return found


def equations_left_out(estimate: Estimate) -> LeftOut:
    """Judge each equation by all others; for growth rates and shares."""
    system, at = estimate.system, estimate.at
    rows = slice(0, system.statements)
    variance = row_variance(estimate.layout, at.jacobian[rows], estimate.covariance)
    sd = np.sqrt(1.0 / np.maximum(at.weighed.pull.precision[rows], 1e-12))
    left = _leave_out(at.weighed.pull.residual[rows], variance, at.weighed.precision[rows], sd)
    alone = system.block[rows] < 0
    return LeftOut(np.where(alone, np.nan, left.error), np.where(alone, np.nan, left.z))


def _leave_out(
    error: FloatArray, variance: FloatArray, precision: FloatArray, scale: FloatArray
) -> LeftOut:
    free = 1.0 - precision * variance
    known = free > LEAST_OTHERS
    safe = np.where(known, free, 1.0)
    left = np.where(known, error / safe, np.nan)
    spread = np.sqrt(variance / safe + scale**2)
    return LeftOut(left, left / spread)


def without(estimate: Estimate, b: int, left_out: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Give mode and covariance of block `b` without some equations, to first order.

    Parameters
    ----------
    left_out
        Indices of equations of that block.

    Returns
    -------
    state, covariance : (unknown,), (unknown, unknown) float64
    """
    block, at = estimate.layout.blocks[b], estimate.at
    covariance = estimate.covariance[b]
    rows = at.jacobian[list(left_out)][:, block.start : block.stop].toarray()
    precision = np.maximum(at.weighed.precision[list(left_out)], 1e-12)
    spread = covariance @ rows.T
    kept = np.diag(1.0 / precision) - rows @ spread
    kept += np.eye(len(kept)) * LEAST_OTHERS / precision.max()
    gain = np.linalg.solve(kept, spread.T).T
    state = at.state[block.start : block.stop] - gain @ at.weighed.pull.residual[list(left_out)]
    return state, covariance + gain @ spread.T


def most_telling(estimate: Estimate, index: int, count: int = 3) -> tuple[int, ...]:
    """Give the equations that weigh most in what the others say about equation `index`.

    Equations of the same sentence do not count: they are one witness.
    """
    b = int(estimate.system.block[index])
    block, at = estimate.layout.blocks[b], estimate.at
    own = list(block.family.equations)
    rows = at.jacobian[own][:, block.start : block.stop].toarray()
    first = min(block.releases.values(), default=block.stop) - block.start
    row = rows[own.index(index)].copy()
    row[first:] = 0.0
    influence = np.abs((row @ estimate.covariance[b]) @ rows.T) * at.weighed.precision[own]
    release = estimate.equations[index].release
    for k, i in enumerate(own):
        if estimate.equations[i].release == release:
            influence[k] = 0.0
    order = np.argsort(-influence, kind="stable")[:count]
    return tuple(own[int(k)] for k in order if influence[k] > 0)
