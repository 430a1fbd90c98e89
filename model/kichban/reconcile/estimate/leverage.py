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

#: below this share of information from others nothing can be said about a statement: the mode is
#: known to 1e-7 only
LEAST_OTHERS = 1e-5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Leave-one-out errors in logs and their z; NaN where only the statement itself knows."""

    error: FloatArray
    z: FloatArray


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


def foretold(
    estimate: Estimate, b: int, left_out: Sequence[int], index: int
) -> tuple[float, float, FloatArray, FloatArray]:
    """Foretell one print from all equations but some.

    Returns
    -------
    error : float
        Middle of the print's interval less what is foretold, in the row's own scale (mostly logs).
    sd : float
        Of that error: what is not known of the series, errors of prints and rounding.
    moved : (unknown,) float64
        How far the mode of the block moves without the equations.
    covariance : (unknown, unknown) float64
        Of the block without them.
    """
    block, at, system = estimate.layout.blocks[b], estimate.at, estimate.system
    state, covariance = without(estimate, b, left_out)
    moved = state - at.state[block.start : block.stop]
    row = at.jacobian[[index]][:, block.start : block.stop].toarray()[0]
    ends = [v for v in (system.low[index], system.high[index]) if np.isfinite(v)]
    error = float(np.mean(ends) - at.fitted[index] - row @ moved)
    rounding = (ends[-1] - ends[0]) / np.sqrt(12)
    own = system.sd(estimate.scales)[index]
    sd = float(np.sqrt(max(0.0, row @ covariance @ row) + rounding**2 + own**2))
    return error, sd, moved, covariance


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
