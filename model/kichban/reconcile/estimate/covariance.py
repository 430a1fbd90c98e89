"""Covariances of the families, how much of them is belief, and what they teach of the scales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csc_array, csr_array, diags_array

from kichban.numbers import FloatArray
from kichban.reconcile.estimate.layout import Layout
from kichban.reconcile.estimate.point import Point
from kichban.reconcile.estimate.prior import Prior
from kichban.reconcile.estimate.scales import update
from kichban.reconcile.estimate.search import hessian
from kichban.reconcile.estimate.system import System


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(cho_solve(cho_factor(matrix), np.eye(len(matrix))))


def _blocks(layout: Layout, matrix: csc_array) -> list[FloatArray]:
    return [matrix[b.start : b.stop, b.start : b.stop].toarray() for b in layout.blocks]


def covariances(system: System, prior: Prior, at: Point) -> tuple[FloatArray, ...]:
    """Give the inverse of the curvature, one matrix per family."""
    return tuple(_inverse(m) for m in _blocks(system.layout, hessian(prior, at)))


def belief(layout: Layout, prior: Prior, at: Point) -> tuple[csc_array, ...]:
    """Give P, the precision of what is believed of levels: not of errors of prints.

    The posterior covariance C is ``C (P + the figures' precision) C``: ``C P C`` is the part of it
    that the figures left as it was.
    """
    rows = prior.of_levels
    p = prior.matrix[rows]
    whole = csc_array(p.T @ diags_array(at.weighed.prior_precision[rows]) @ p)
    return tuple(whole[b.start : b.stop, b.start : b.stop] for b in layout.blocks)


def learn(
    system: System, prior: Prior, at: Point, scales: FloatArray, covariance: Sequence[FloatArray]
) -> FloatArray:
    """Compare each kind of error with its scale, slips apart, and move the scales."""
    squares, determined = np.zeros(scales.shape), np.zeros(scales.shape)
    error = prior.right - prior.matrix @ at.state
    variance = row_variance(system.layout, prior.matrix, covariance)
    sd = prior.sd(scales)
    rows = (prior.kind >= 0) & (at.weighed.right > 0.5)
    where = (prior.block[rows], prior.kind[rows])
    np.add.at(squares, where, (error[rows] / prior.factor[rows]) ** 2)
    np.add.at(determined, where, 1 - variance[rows] / sd[rows] ** 2)
    spread = row_variance(system.layout, at.jacobian, covariance)
    own = system.sd(scales)
    both = 1 / np.maximum(at.weighed.pull.precision, 1e-12)  # own error and rounding together
    rows = (system.scale >= 0) & (at.weighed.pull.right > 0.5) & (both < 4 * own**2)
    rows &= system.block >= 0
    part = own[rows] ** 2 / both[rows]
    where = (system.block[rows], system.scale[rows])
    np.add.at(squares, where, (at.weighed.pull.residual[rows] * part) ** 2)
    np.add.at(determined, where, part * (1 - spread[rows] / both[rows]))
    return update(scales, squares, determined, system.layout.region)


def row_variance(layout: Layout, matrix: csr_array, covariance: Sequence[FloatArray]) -> FloatArray:
    """Give the (row,) variance of sparse linear forms; each row lies within one block."""
    found = np.zeros(matrix.shape[0])
    for block, own in zip(layout.blocks, covariance, strict=True):
        part = matrix[:, block.start : block.stop]
        rows = np.flatnonzero(np.diff(part.indptr))
        if len(rows):
            dense = part[rows]
            found[rows] = np.asarray((dense @ own * dense.toarray()).sum(axis=1))
    return found
