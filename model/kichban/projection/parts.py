"""Output by ownership and sector: drifting shares of the total, adding up in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kichban.growth import drifting_shares
from kichban.numbers import FloatArray
from kichban.projection.values import Block, Paths, Variable


def split_output(
    dimensions: Mapping[str, tuple[str, ...]],
    known: Sequence[str],
    log_share: FloatArray,
    block: Block,
    annual: FloatArray,
    quarterly: FloatArray,
) -> dict[Variable, Paths]:
    """Split the total by every dimension whose parts are all known.

    Parameters
    ----------
    known
        Parts in the order of `log_share`.
    log_share : (draw, part) float64
        Log shares at the last month of the history.
    annual, quarterly : (draw, year), (draw, quarter) float64
        The total; the current year holds months before the first quarter too.
    """
    found: dict[Variable, Paths] = {}
    step = float(block.draws["growth.ownership_drift_sd"][0]) / 2.0  # a year's sd by quarter
    for dimension, parts in dimensions.items():
        if not all(p in known for p in parts):
            continue
        logs = log_share[:, [list(known).index(p) for p in parts]]
        noise = block.normals(f"parts/{dimension}", quarterly.shape[1], len(parts))
        by_quarter = quarterly[:, :, None] * drifting_shares(logs, step, noise)
        today = drifting_shares(logs, 0.0, noise[:, :1])[:, 0]
        by_year = _add_up(by_quarter, annual, quarterly, today)
        for i, part in enumerate(parts):
            key = Variable("industrial_output", part, "level", "bn_vnd", "current")
            found[key] = Paths(by_year[:, :, i], by_quarter[:, :, i])
    return found


def _add_up(
    by_quarter: FloatArray, annual: FloatArray, quarterly: FloatArray, today: FloatArray
) -> FloatArray:
    """Add quarters up; what the current year had before them has today's shares."""
    years = annual.shape[1]
    first = quarterly.shape[1] - 4 * (years - 1)
    before = annual[:, 0] - quarterly[:, :first].sum(axis=1)
    head = by_quarter[:, :first].sum(axis=1) + before[:, None] * today
    tail = by_quarter[:, first:].reshape(by_quarter.shape[0], years - 1, 4, by_quarter.shape[2])
    tail = tail.sum(axis=2)
    return np.concatenate([head[:, None, :], tail], axis=1)
