"""What would close the gap to a target: P ≥ α where the quantile of 1 − α reaches it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kichban.numbers import FloatArray
from kichban.target.joint import block_error
from kichban.target.seek_lever import LeverSearch, Quantiles, Root, Span, search_levers
from kichban.target.seek_mix import Mix, least_effort


class Reading(NamedTuple):
    """What the draws of one point say.

    `quantile` is the value that a share α of the draws reaches, `low` and `high` those for one
    Monte-Carlo error more and less; `probability` the share that meets the target, `error` its own.
    """

    quantile: float
    low: float
    high: float
    probability: float
    error: float


@dataclass(frozen=True, slots=True)
class Sought:
    """What moving levers does to the quantile that has to reach the target.

    Attributes
    ----------
    now
        The quantile where all levers stand now.
    searches
        Each lever alone.
    together : (lever,) float64
        All levers at the better ends of their bounds.
    reach
        The quantile there.
    mix
        The cheapest mix found; ``None`` where the target is met now or cannot be.
    """

    now: float
    searches: tuple[LeverSearch, ...]
    together: FloatArray
    reach: float
    mix: Mix | None


def read_draws(values: FloatArray, target: float, probability: float, block: int) -> Reading:
    """Read the quantile and the share of draws off (draw,) values, the higher the better.

    The quantile is one of the values: at least a share `probability` of them is not below it.

    Examples
    --------
    >>> read_draws(np.arange(10.0), 4.0, 0.5, 1024)._replace(error=0.0)
    Reading(quantile=5.0, low=3.0, high=6.0, probability=0.6, error=0.0)
    """
    ordered = np.sort(values)[::-1]
    met = values >= target
    # how sure the share α itself is, told by the draws above the quantile that has it
    spread = block_error(values >= tail_value(ordered, probability), block)
    return Reading(
        tail_value(ordered, probability),
        tail_value(ordered, probability + spread),
        tail_value(ordered, probability - spread),
        float(met.mean()),
        block_error(met, block),
    )


def tail_value(ordered: FloatArray, probability: float) -> float:
    """Give the value that at least a share of the draws reaches, of values from the top down.

    >>> tail_value(np.array([4.0, 3.0, 2.0, 1.0]), 0.75)
    2.0
    """
    place = math.ceil(probability * ordered.size - 1e-9) - 1
    return float(ordered[min(max(place, 0), ordered.size - 1)])


def seek(quantiles: Quantiles, spans: Sequence[Span], target: float, cost: FloatArray) -> Sought:
    """Find what closes the gap to a target: each lever alone, and all with least effort.

    Parameters
    ----------
    quantiles
        (point, lever) → (point,), the higher the better; called with many points at a time.
    cost : (lever,) float64
        Weights of the effort, positive.

    Examples
    --------
    >>> span = Span(0.0, -1.0, 1.0, -2.0, 2.0, 1e-9)
    >>> found = seek(lambda u: u.sum(axis=1), [span] * 2, 1.5, np.ones(2))
    >>> found.now, found.reach, found.mix.values.round(6).tolist()
    (0.0, 2.0, [0.75, 0.75])
    >>> [[round(r.value, 6) for r in s.roots] for s in found.searches]
    [[1.5], [1.5]]
    """
    searches = search_levers(quantiles, spans, target)
    here = np.array([s.now for s in spans])
    now = float(searches[0].reach[searches[0].at == here[0]][0])
    together = np.array([s.best_at for s in searches])
    if now >= target:
        return Sought(now, searches, here, now, None)
    moving = [i for i, s in enumerate(searches) if s.best_at != spans[i].now]
    reach = max(s.best for s in searches)
    mixes = [_alone(i, root, spans, cost) for i, s in enumerate(searches) for root in s.roots]
    if len(moving) > 1:
        reach = float(quantiles(together[None])[0])
        mixes.append(_joint(quantiles, spans, target, searches, moving, cost))
    possible = [mix for mix in mixes if mix is not None]
    mix = min(possible, key=lambda m: m.effort, default=None)
    return Sought(now, searches, together, reach, mix)


def _alone(index: int, root: Root, spans: Sequence[Span], cost: FloatArray) -> Mix | None:
    """Give a mix of one lever; it may turn out to be the cheapest."""
    if root.beyond:
        return None
    span = spans[index]
    values = np.array([s.now for s in spans])
    values[index] = root.value
    at_bound = np.zeros(len(spans), dtype=np.bool_)
    at_bound[index] = root.value in (span.low, span.high)
    effort = float(cost[index]) * ((root.value - span.now) / span.width) ** 2
    return Mix(values, effort, at_bound)


def _joint(
    quantiles: Quantiles,
    spans: Sequence[Span],
    target: float,
    searches: Sequence[LeverSearch],
    moving: Sequence[int],
    cost: FloatArray,
) -> Mix | None:
    """Give the mix of the levers that have an effect; the others stay."""
    here = np.array([s.now for s in spans])

    def some(points: FloatArray) -> FloatArray:
        whole = np.tile(here, (len(points), 1))
        whole[:, moving] = points
        return quantiles(whole)

    own = [spans[i] for i in moving]
    best = np.array([searches[i].best_at for i in moving])
    now = searches[moving[0]].reach[searches[moving[0]].at == own[0].now][0]
    gains = np.array([searches[i].best for i in moving]) - now
    slope = gains / ((best - here[moving]) / np.array([s.width for s in own]))
    found = least_effort(some, own, target, best, slope, cost[moving])
    if found is None:
        return None
    values, at_bound = here.copy(), np.zeros(len(spans), dtype=np.bool_)
    values[moving], at_bound[moving] = found.values, found.at_bound
    return Mix(values, found.effort, at_bound)
