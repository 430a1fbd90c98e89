"""What makes the difference of two scenarios: parts by group of parameters that add up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kichban.compare.players import Player
from kichban.compare.scenarios import HEADLINES, scenario_draws
from kichban.compare.shapley import Coalition, not_additive, shapley, worths
from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray
from kichban.projection import RATES, Projection, Variable
from kichban.target import GapRow, gap_to_target, meets, target_values, variable_of

#: what of a figure is shared out; the probability only of a target, 0…1
STATISTICS = ("median", "mean", "p10", "p90", "probability")
PROBABILITY = STATISTICS.index("probability")
#: pieces that draws are cut into for their Monte-Carlo error where there are fewer full blocks
PIECES = 8


class Item(NamedTuple):
    """A figure that is asked about: a variable in a year, or the one a target is about.

    `certain`: a scenario meets the target by construction, so that it has no probability.
    """

    variable: Variable
    period: str
    target: Target | None = None
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Attributed:
    """One figure, shared out; arrays are (statistic,) float64, per cent for rates.

    `alone` is what a player brings as the first to go over, `last` as the last one; `part` lies
    between where all others help or hinder alike. `error` is the Monte-Carlo error of the part
    (one standard deviation), `not_additive` the share of :func:`~kichban.compare.not_additive`.
    """

    item: Item
    start: FloatArray
    end: FloatArray
    part: Mapping[str, FloatArray]
    error: Mapping[str, FloatArray]
    alone: Mapping[str, FloatArray]
    last: Mapping[str, FloatArray]
    not_additive: FloatArray


@dataclass(frozen=True, slots=True)
class Attribution:
    """The difference of `scenario` to `base`, figure by figure."""

    base: str
    scenario: str
    players: tuple[Player, ...]
    rows: tuple[Attributed, ...]


def items_of(
    ledger: Ledger, projection: Projection, names: tuple[str, str], years: Sequence[int]
) -> tuple[Item, ...]:
    """Give the headline figures of some years and the targets that two runs can be held against."""
    found = []
    for variable in HEADLINES:
        for year in years:
            both = [scenario_draws(projection, n, variable, year) for n in names]
            if all(v is not None and np.isfinite(v).all() for v in both):
                found.append(Item(variable, str(year)))
    rows: dict[str, list[GapRow]] = {}
    for row in gap_to_target(ledger, projection):
        if row.scenario in names:
            rows.setdefault(row.target.id, []).append(row)
    for both_rows in rows.values():
        if all(is_open(row) for row in both_rows):
            target = both_rows[0].target
            certain = any(row.remark == "by_construction" for row in both_rows)
            found.append(Item(variable_of(target), target.period.text, target, certain))
    return tuple(found)


def is_open(row: GapRow) -> bool:
    """Whether a target is projected and not met yet by what was printed."""
    projected = math.isfinite(row.probability) or row.remark == "by_construction"
    return projected and row.remark != "reached"


def item_draws(ledger: Ledger, projection: Projection, name: str, item: Item) -> FloatArray:
    """Give the (draw,) values of an item in a run, per cent for rates."""
    if item.target is not None:
        values = target_values(ledger, projection, projection.scenarios[name], item.target)
    else:
        values = scenario_draws(projection, name, item.variable, int(item.period))
        if values is not None and item.variable.measure in RATES:
            values = 100.0 * values
    if values is None:
        raise ValueError(f"{item.variable} is not in the run {name}")
    return values


def statistics_of(
    values: FloatArray, met: NDArray[np.bool_] | None = None, block: int = 1024
) -> FloatArray:
    """Give the statistics of all draws, then of pieces that are independent of each other.

    Pieces are whole blocks where there are enough, else an eighth of the draws: points of a
    scrambled sequence that lie beside each other are spread nearly as evenly as all of them.

    Parameters
    ----------
    values : (draw,) float64
    met : (draw,) bool, optional
        Whether each draw meets a target.

    Returns
    -------
    found : (1 + piece, statistic) float64

    Examples
    --------
    >>> statistics_of(np.arange(1.0, 9.0))[0].round(6).tolist()
    [4.5, 4.5, 1.7, 7.3, nan]
    """
    full = values.size // block
    size = block if full >= PIECES else values.size // PIECES
    count = values.size // size if size else 0

    def cut(draws: NDArray[Any]) -> NDArray[Any]:
        return draws[: count * size].reshape(count, size)

    found = [_statistics(values[None, :], None if met is None else met[None, :])]
    if count:
        found.append(_statistics(cut(values), None if met is None else cut(met)))
    return np.vstack(found)


def _statistics(values: NDArray[Any], met: NDArray[Any] | None) -> FloatArray:
    """Give the statistics of every row, (row, statistic)."""
    p10, p50, p90 = np.quantile(values, (0.1, 0.5, 0.9), axis=1)
    chance = np.full(len(values), np.nan) if met is None else met.mean(axis=1)
    return np.stack([p50, values.mean(axis=1), p10, p90, chance], axis=1)


def item_statistics(
    ledger: Ledger, projection: Projection, name: str, items: Sequence[Item]
) -> FloatArray:
    """Give the statistics of all items in a run, (1 + piece, item, statistic)."""
    found = []
    for item in items:
        values = item_draws(ledger, projection, name, item)
        asked = item.target is not None and not item.certain
        met = meets(values, item.target) if asked and item.target is not None else None
        found.append(statistics_of(values, met, projection.block))
    return np.stack(found, axis=1)


def attribute(
    found: Mapping[Coalition, FloatArray], items: Sequence[Item], names: Sequence[str]
) -> tuple[Attributed, ...]:
    """Share out every item's statistics among players.

    Parameters
    ----------
    found : coalition → (1 + piece, item, statistic) float64
        From :func:`item_statistics`, on common draws.
    names
        Names of the players.
    """
    worth = worths(found, names)
    parts = shapley(worth, names)
    whole = {s: v[0] for s, v in worth.items()}
    share = not_additive(whole, {n: p[0] for n, p in parts.items()})
    none, everybody = frozenset[str](), frozenset(names)
    rows = []
    for i, item in enumerate(items):
        rows.append(
            Attributed(
                item=item,
                start=whole[none][i],
                end=whole[everybody][i],
                part={n: p[0, i] for n, p in parts.items()},
                error={n: monte_carlo_error(p[1:, i]) for n, p in parts.items()},
                alone={n: whole[frozenset({n})][i] - whole[none][i] for n in names},
                last={n: whole[everybody][i] - whole[everybody - {n}][i] for n in names},
                not_additive=share[i],
            )
        )
    return tuple(rows)


def monte_carlo_error(pieces: FloatArray) -> FloatArray:
    """Give the error of a mean over independent pieces, NaN from fewer than two.

    Parameters
    ----------
    pieces : (piece, ...) float64

    Examples
    --------
    >>> monte_carlo_error(np.array([1.0, 2.0, 3.0, 4.0])).round(3).tolist()
    0.645
    """
    if len(pieces) < 2:
        return np.full(pieces.shape[1:], np.nan)
    return np.asarray(pieces.std(axis=0, ddof=1) / math.sqrt(len(pieces)))
