"""Output by ownership and sector: drifting shares of the total, adding up in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.balance import balance_nonnegative
from kichban.growth import anchored_logs, drifting_shares
from kichban.numbers import FloatArray
from kichban.projection.values import Block, Paths, Variable
from kichban.scenario import share_anchors

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
    central : (part,) float64
        Log shares in the last month, the middle of the draws.
    """

    parts: Sequence[str]
    last: FloatArray
    so_far: FloatArray
    spread: FloatArray
    central: FloatArray


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
        way = _way(dimension, parts, shares.central[columns], block, quarterly.shape[1])
        drifting = drifting_shares(shares.last[:, columns], step, noise, way)
        by_quarter = quarterly[:, :, None] * drifting
        by_year = _add_up(by_quarter, annual, quarterly, _known_shares(shares, columns))
        for i, part in enumerate(parts):
            key = Variable("industrial_output", part, "level", "bn_vnd", "current")
            found[key] = Paths(by_year[:, :, i], by_quarter[:, :, i])
    return found


def _way(
    dimension: str, parts: Sequence[str], central: FloatArray, block: Block, quarters: int
) -> FloatArray | None:
    """Give the log way to the shares a scenario sets, ``None`` where it sets none.

    A year's shares hold in all its quarters still to come, so that the year itself has them;
    between two years they lead over from the last quarter of one to the first of the next.
    """
    anchors = share_anchors(block.scenario.extras).get(dimension)
    last = 4 * (block.axis.last_year + 1) - 1
    first = last + 1 - quarters
    times: list[float] = []
    shares: list[list[float]] = []
    for year, given in anchors or ():
        wanted = dict(given)
        if set(wanted) != set(parts):
            return None
        for quarter in (4 * year, 4 * year + 3):
            if quarter >= first and (not times or quarter - first > times[-1]):
                times.append(float(quarter - first))
                shares.append([wanted[part] for part in parts])
    return anchored_logs(central, times, np.array(shares), quarters) if times else None


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
