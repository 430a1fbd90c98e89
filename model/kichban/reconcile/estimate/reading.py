"""Read values off the estimate: sums of months and their ratios, with spread and prior share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.evidence.equations import Side

#: a sum, or a ratio of two
Functional = tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Logs of functionals.

    Attributes
    ----------
    log, sd : (functional,) float64
        Mode and sd of the log.
    prior_share : (functional,) float64
        Share of the variance that comes from what was believed before: 1 where the figures say
        nothing, 0 where only their own errors are left.
    """

    log: FloatArray
    sd: FloatArray
    prior_share: FloatArray


def read_values(estimate: Estimate, functionals: Sequence[Functional]) -> Values:
    """Give the log of each functional: ``(side,)`` a level, ``(top, bottom)`` their ratio.

    Every side must be covered by its block; all sides of a functional lie in one block.
    """
    log, sd = np.zeros(len(functionals)), np.zeros(len(functionals))
    share = np.ones(len(functionals))
    of_block: dict[int, list[int]] = defaultdict(list)
    for i, functional in enumerate(functionals):
        block = estimate.block_of(functional[0].node)
        assert block is not None
        of_block[block].append(i)
    for b, indices in of_block.items():
        rows = np.empty((len(indices), len(estimate.covariance[b])))
        for k, i in enumerate(indices):
            log[i], rows[k] = linear_form(estimate, b, functionals[i])
        spread = rows @ estimate.covariance[b]
        variance = np.einsum("ij,ij->i", spread, rows)
        prior = np.einsum("ij,ij->i", spread @ estimate.belief[b], spread)
        sd[indices] = np.sqrt(np.maximum(variance, 0.0))
        share[indices] = np.clip(prior / np.maximum(variance, 1e-300), 0.0, 1.0)
    return Values(log, sd, share)


def linear_form(estimate: Estimate, b: int, functional: Functional) -> tuple[float, FloatArray]:
    """Give the log of a functional and its slope in the unknowns of block `b`."""
    log, row = _log_sum(estimate, b, functional[0])
    if len(functional) > 1:
        below, slope = _log_sum(estimate, b, functional[1])
        log, row = log - below, row - slope
    return log, row


def _log_sum(estimate: Estimate, b: int, side: Side) -> tuple[float, FloatArray]:
    block = estimate.layout.blocks[b]
    cells = np.array(block.columns(side))
    rows = estimate.designs[b][cells - block.first_cell]
    logs = estimate.log_levels[cells]
    top = float(logs.max())
    weights = np.exp(logs - top)
    total = float(weights.sum())
    return top + float(np.log(total)), np.asarray((weights / total) @ rows)
