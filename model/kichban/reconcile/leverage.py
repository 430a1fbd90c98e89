"""How far each statement lies from what the others say, without estimating again.

Taking out an observation with precision q and posterior variance V of its error changes the
error from e to e/(1 − qV); its spread follows the same way. One factorisation serves all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray
from kichban.reconcile.estimate import Estimate

#: below this share of information from others nothing can be said about a statement
LEAST_OTHERS = 1e-6


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Leave-one-out errors in logs and their z; NaN where only the statement itself knows."""

    error: FloatArray
    z: FloatArray


def releases_left_out(estimate: Estimate) -> LeftOut:
    """Judge each sentence's revision error by all the other sentences."""
    at = np.arange(estimate.layout.first_release, estimate.layout.size)
    variance = np.diag(estimate.covariance)[at]
    precision = estimate.release_weight / estimate.release_scale**2
    return _leave_out(estimate.state[at], variance, precision, estimate.release_scale)


def observations_left_out(estimate: Estimate) -> LeftOut:
    """Judge each observation by all others; for growth rates and shares."""
    jacobian = estimate.jacobian
    variance = np.einsum("ij,jk,ik->i", jacobian, estimate.covariance, jacobian)
    precision = estimate.weight / estimate.scale**2
    return _leave_out(estimate.residual, variance, precision, estimate.scale)


def _leave_out(
    error: FloatArray, variance: FloatArray, precision: FloatArray, scale: FloatArray
) -> LeftOut:
    free = 1.0 - precision * variance
    known = free > LEAST_OTHERS
    safe = np.where(known, free, 1.0)
    left = np.where(known, error / safe, np.nan)
    spread = np.sqrt(variance / safe + scale**2)
    return LeftOut(left, left / spread)


def most_telling(estimate: Estimate, index: int, count: int = 3) -> tuple[int, ...]:
    """Give the observations that weigh most in what the others say about observation `index`.

    Observations of the same sentence do not count: they are one witness.
    """
    observations = estimate.evidence.observations
    row = estimate.jacobian[index].copy()
    row[estimate.layout.first_release :] = 0.0
    precision = estimate.weight / estimate.scale**2
    influence = np.abs((row @ estimate.covariance) @ estimate.jacobian.T) * precision
    for i, o in enumerate(observations):
        if o.release == observations[index].release:
            influence[i] = 0.0
    order = np.argsort(-influence, kind="stable")[:count]
    return tuple(int(i) for i in order if influence[i] > 0)
