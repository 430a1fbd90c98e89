"""Output by ownership and sector: drifting shares of the total, adding up in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.balance import balance_nonnegative
from kichban.growth import drifting_shares
from kichban.numbers import FloatArray
from kichban.projection.values import Block, Paths, Variable

#: spread of a printed share: its rounding
LEAST_SPREAD = 1e-6


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the parts of output in the total, as drawn.

    Attributes
    ----------
    parts
        Breakdowns, in the order of the columns.
    last, so_far : (draw, part) float64
        Log shares in the last month, and in the months of its year so far.
    spread : (part,) float64
        Sd of the share so far: next to nought where it is printed.
    """

    parts: Sequence[str]
    last: FloatArray
    so_far: FloatArray
    spread: FloatArray


def split_output(
    dimensions: Mapping[str, tuple[str, ...]],
    shares: Shares,
    block: Block,
    annual: FloatArray,
    quarterly: FloatArray,
) -> dict[Variable, Paths]:
    """Split the total by every dimension whose parts are all known.

    Known months are split as they are printed; what is to come by shares that drift. Quarters and
    known months of a part add up to its year, and the parts to the total.

    Parameters
    ----------
    annual, quarterly : (draw, year), (draw, quarter) float64
        The total; the current year holds months before the first quarter too.
    """
    found: dict[Variable, Paths] = {}
    step = float(block.draws["growth.ownership_drift_sd"][0]) / 2.0  # a year's sd by quarter
    for dimension, parts in dimensions.items():
        if not all(p in shares.parts for p in parts):
            continue
        columns = [list(shares.parts).index(p) for p in parts]
        noise = block.normals(f"parts/{dimension}", quarterly.shape[1], len(parts))
        drifting = drifting_shares(shares.last[:, columns], step, noise)
        by_quarter = quarterly[:, :, None] * drifting
        by_year = _add_up(by_quarter, annual, quarterly, _known_shares(shares, columns))
        for i, part in enumerate(parts):
            key = Variable("industrial_output", part, "level", "bn_vnd", "current")
            found[key] = Paths(by_year[:, :, i], by_quarter[:, :, i])
    return found


def _known_shares(shares: Shares, columns: Sequence[int]) -> FloatArray:
    """Give (draw, part) shares of the months so far that add up to one: printed ones stand."""
    drawn = np.exp(shares.so_far[:, columns])
    variance = shares.spread[columns] ** 2 + LEAST_SPREAD**2
    rows = np.hstack([drawn, np.ones((len(drawn), 1))])
    whole = np.append(np.ones(len(columns)), -1.0)
    return balance_nonnegative(rows, np.append(variance, 0.0), whole[None, :])[:, :-1]


def _add_up(
    by_quarter: FloatArray, annual: FloatArray, quarterly: FloatArray, known: FloatArray
) -> FloatArray:
    """Add quarters up; what the current year had before them has the `known` shares."""
    years = annual.shape[1]
    first = quarterly.shape[1] - 4 * (years - 1)
    before = annual[:, 0] - quarterly[:, :first].sum(axis=1)
    head = by_quarter[:, :first].sum(axis=1) + before[:, None] * known
    tail = by_quarter[:, first:].reshape(by_quarter.shape[0], years - 1, 4, by_quarter.shape[2])
    tail = tail.sum(axis=2)
    return np.concatenate([head[:, None, :], tail], axis=1)
