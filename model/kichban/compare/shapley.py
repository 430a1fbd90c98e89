r"""Exact Shapley values: what each player adds, whatever the order in which they come.

.. math:: \varphi_i = \frac{1}{n} \sum_{s=0}^{n-1} \binom{n-1}{s}^{-1}
          \sum_{|S| = s,\, i \notin S} \bigl[ v(S \cup \{i\}) - v(S) \bigr]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from kichban.errors import UsageError
from kichban.numbers import FloatArray

#: 2⁸ coalitions are 256 runs
MOST_PLAYERS = 8
Coalition = frozenset[str]
Worth = Mapping[Coalition, ArrayLike] | Callable[[Coalition], ArrayLike]


def coalitions(players: Collection[str]) -> tuple[Coalition, ...]:
    """Give every set of players, the empty one first, the whole one last.

    Raises
    ------
    UsageError
        ``E-ATTR-901`` for more than eight players.

    Examples
    --------
    >>> [sorted(s) for s in coalitions(["b", "a"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    names = sorted(players)
    if len(set(names)) < len(names):
        raise ValueError(f"a player twice: {names}")
    if len(names) > MOST_PLAYERS:
        raise UsageError(
            "E-ATTR-901", str(len(names)), most=str(MOST_PLAYERS), names=", ".join(names)
        )
    sizes = range(len(names) + 1)
    return tuple(frozenset(s) for size in sizes for s in combinations(names, size))


def shapley(value: Worth, players: Sequence[str]) -> dict[str, FloatArray]:
    """Share v(all) - v(none) among players: exact over all 2^n coalitions.

    Marginal gains are sorted before they are added, so neither the order of the players nor their
    names touch a bit: players who are worth the same get the same, and the way back is the way
    there with other signs.

    Parameters
    ----------
    value
        Worth of every coalition, a number or an array of one shape: a mapping or a function,
        which is called once for each.
    players
        At most eight names.

    Returns
    -------
    parts : player → (...) float64
        In the order of `players`; their sum is v(all) - v(none) to the last bits.

    Raises
    ------
    UsageError
        ``E-ATTR-901`` for more than eight players.

    Examples
    --------
    Two gloves make a pair, and there are two left ones for one right one:

    >>> pairs = lambda s: min("right" in s, len(s - {"right"}))
    >>> {k: round(float(v), 4) for k, v in shapley(pairs, ["left", "other", "right"]).items()}
    {'left': 0.1667, 'other': 0.1667, 'right': 0.6667}
    """
    worth = worths(value, players)
    return {name: _average_gain(worth, name, len(players)) for name in players}


def worths(value: Worth, players: Collection[str]) -> dict[Coalition, FloatArray]:
    """Give the worth of every coalition as arrays of one shape."""
    of = value if callable(value) else value.__getitem__
    return {s: np.asarray(of(s), dtype=np.float64) for s in coalitions(players)}


def _average_gain(worth: Mapping[Coalition, FloatArray], player: str, count: int) -> FloatArray:
    found = []
    for size in range(count):
        own = [s for s in worth if len(s) == size and player not in s]
        found.append(_sum([worth[s | {player}] - worth[s] for s in own]) / len(own))
    return _sum(found) / count


def _sum(values: Sequence[FloatArray]) -> FloatArray:
    """Add up entry by entry; neither their order nor a change of all signs touches a bit."""
    ordered = np.sort(values, axis=0)
    return np.asarray((ordered.sum(axis=0) + ordered[::-1].sum(axis=0)) / 2.0)


def not_additive(
    worth: Mapping[Coalition, FloatArray], parts: Mapping[str, FloatArray]
) -> FloatArray:
    r"""Say how far the parts of a combination may lie from what it is worth, as a share.

    .. math:: \max_S \Bigl| v(S) - v(\emptyset) - \sum_{i \in S} \varphi_i \Bigr|
              \Big/ \sum_i |\varphi_i|

    Nought where everybody adds the same in whatever company. It is the same when told from the
    whole set down.

    Examples
    --------
    A product is all interaction, a sum has none:

    >>> of = lambda v: float(not_additive(worths(v, "ab"), shapley(v, "ab")))
    >>> of(lambda s: float(len(s) == 2)), of(lambda s: 3.0 * len(s))
    (0.5, 0.0)
    """
    whole = _sum([np.abs(p) for p in parts.values()])
    none = worth[frozenset()]
    zero = np.zeros_like(none)
    misses = [
        np.abs(v - none - _sum([zero, *(parts[name] for name in s)])) for s, v in worth.items()
    ]
    most = np.max(misses, axis=0)
    slack = 1e-12 * np.maximum(np.max(np.abs(list(worth.values())), axis=0), whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(whole > slack, most / whole, np.nan)
    return np.asarray(np.where(most <= slack, 0.0, share))
