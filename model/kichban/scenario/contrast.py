"""Where two scenarios differ in what they lead to, not in how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kichban.catalogue.parameters import Value
from kichban.scenario.extras import ExtraValue
from kichban.scenario.values import Correlation, Prior, Scenario
from kichban.scenario.yearly import Year, yearly_values

#: values nearer than this, relative to their size, are the same written differently
SAME = 1e-12


class Contrast(NamedTuple):
    """A parameter in which two scenarios differ; each pair is (first, second).

    `values` where the parameter is one setting in both, `years` (year → pair) where it follows a
    path and only for years that differ, `priors` where what is sampled differs. What does not
    differ is ``None``, or empty.
    """

    key: str
    values: tuple[Value, Value] | None
    years: tuple[tuple[int, Year, Year], ...]
    priors: tuple[Prior | None, Prior | None] | None


class Other(NamedTuple):
    """An entry of a site or of shares that differs; ``None`` = the scenario says nothing."""

    key: str
    values: tuple[ExtraValue | None, ExtraValue | None]


class Tie(NamedTuple):
    """A pair of parameters that two scenarios correlate differently; ``None`` = not at all."""

    of: tuple[str, str]
    rhos: tuple[float | None, float | None]


def contrast(a: Scenario, b: Scenario, years: Sequence[int]) -> tuple[Contrast, ...]:
    """Compare two scenarios on resolved values, in catalogue order.

    A step that yields the same years is no difference, nor is a path that only departs after the
    last of `years`.
    """
    axis = np.array(years, dtype=np.int64)
    found = []
    for key in a.values:
        entry = Contrast(key, _values(a, b, key), _years(a, b, key, axis), _priors(a, b, key))
        if entry[1:] != (None, (), None):
            found.append(entry)
    return tuple(found)


def _values(a: Scenario, b: Scenario, key: str) -> tuple[Value, Value] | None:
    pair = a.values[key], b.values[key]
    plain = key not in a.paths and key not in b.paths
    return pair if plain and not same_value(*pair) else None


def same_value(one: Value, other: Value) -> bool:
    """Whether two values are the same but for rounding.

    >>> same_value(0.3, 0.1 + 0.2), same_value(None, 0.3), same_value((1.0, 2.0), (1.0, 2.0))
    (True, False, True)
    """
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)
    return one == other


def _years(
    a: Scenario, b: Scenario, key: str, axis: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> tuple[tuple[int, Year, Year], ...]:
    if key not in a.paths and key not in b.paths:
        return ()
    pairs = zip(yearly_values(a, key, axis), yearly_values(b, key, axis), strict=True)
    return tuple(
        (int(year), one, other)
        for year, (one, other) in zip(axis, pairs, strict=True)
        if not _same_year(one, other)
    )


def _same_year(one: Year, other: Year) -> bool:
    same = same_value(one.factor, other.factor) and same_value(one.addend, other.addend)
    return same and one.target == other.target


def _priors(a: Scenario, b: Scenario, key: str) -> tuple[Prior | None, Prior | None] | None:
    pair = a.priors.get(key), b.priors.get(key)
    return pair if pair[0] != pair[1] else None


def extra_differences(a: Scenario, b: Scenario) -> tuple[Other, ...]:
    """Compare what two scenarios say of single sites and of the parts of output."""
    pairs = ((key, (a.extras.get(key), b.extras.get(key))) for key in {**a.extras, **b.extras})
    found = (Other(key, pair) for key, pair in pairs if pair[0] != pair[1])
    return tuple(sorted(found, key=lambda other: other.key))


def tie_differences(a: Scenario, b: Scenario) -> tuple[Tie, ...]:
    """Compare the correlations of two scenarios; the order within a pair does not count."""
    left, right = _ties(a.correlations), _ties(b.correlations)
    pairs = sorted({*left, *right}, key=sorted)
    return tuple(
        Tie((min(pair), max(pair)), (left.get(pair), right.get(pair)))
        for pair in pairs
        if left.get(pair) != right.get(pair)
    )


def _ties(correlations: Sequence[Correlation]) -> dict[frozenset[str], float]:
    return {frozenset(c.of): c.rho for c in correlations}
