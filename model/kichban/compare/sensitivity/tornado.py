r"""The tornado: one parameter at a time at either end of its range, on common draws.

A bar says what the statistic of the outcome (the median, or the probability of a target) is with a
parameter held at its low and at its high value, everything else as drawn. Draw i is the same luck
on both sides, so what they share cancels and a swing is known far better than either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from kichban.compare.outcomes import Outcome
from kichban.numbers import FloatArray

Direction = Literal["up", "down", "both_up", "both_down", "unclear", "none"]
Statistic = Literal["median", "probability"]
Kind = Literal["uncertainty", "lever"]
#: groups that draws are cut into to tell a Monte-Carlo error, and the least draws of one
GROUPS, LEAST = 32, 16
#: a swing of so many of its errors is told from none
CLEAR = 2.0
#: differences below this share are the last bits of the arithmetic
SLACK = 1e-9


class Held(NamedTuple):
    """A parameter held at two values, and the outcomes, (draw, outcome), that came of each."""

    parameter: str
    kind: Kind
    low: float
    high: float
    at_low: FloatArray
    at_high: FloatArray


@dataclass(frozen=True, slots=True)
class Bar:
    """One parameter, outcome and statistic.

    Attributes
    ----------
    low, high
        What the parameter was held at: its P10 and P90, of a lever its warning bounds.
    base, at_low, at_high
        The statistic with the parameter as drawn (a lever: as the scenario sets it), and at
        either end.
    error
        Monte-Carlo error (standard deviation) of ``at_high - at_low``.
    direction
        ``up`` where a higher parameter means a higher outcome; ``both_up`` and ``both_down`` where
        both ends move it the same way; ``unclear`` within the error; ``none`` where no draw moves.
    """

    parameter: str
    kind: Kind
    outcome: Outcome
    statistic: Statistic
    low: float
    high: float
    base: float
    at_low: float
    at_high: float
    error: float
    direction: Direction

    @property
    def swing(self) -> float:
        """Distance between the two sides."""
        return abs(self.at_high - self.at_low)

    @property
    def reach(self) -> float:
        """Distance between the outermost two of base and sides: what sorts bars."""
        ends = (self.base, self.at_low, self.at_high)
        return max(ends) - min(ends) if self.direction.startswith("both") else self.swing

    @property
    def is_clear(self) -> bool:
        """Whether the bar is told from none."""
        return self.direction not in ("unclear", "none")


def tornado(
    outcomes: Sequence[Outcome],
    base: FloatArray,
    held: Iterable[Held],
    statistic: Statistic = "median",
) -> tuple[Bar, ...]:
    """Give the bars of every outcome, levers after uncertainties, widest first.

    Parameters
    ----------
    base : (draw, outcome) float64
        Everything as drawn. For ``probability`` whether the target is met, 0 or 1.
    """
    bars = [bar for one in held for bar in _bars(outcomes, base, one, statistic)]
    order = {outcome: i for i, outcome in enumerate(outcomes)}
    return tuple(
        sorted(bars, key=lambda b: (order[b.outcome], b.kind == "lever", -b.reach, b.parameter))
    )


def _bars(
    outcomes: Sequence[Outcome], base: FloatArray, held: Held, statistic: Statistic
) -> list[Bar]:
    measure = np.median if statistic == "median" else np.mean
    sides = [measure(v, axis=0) for v in (base, held.at_low, held.at_high)]
    swing = paired_error(held.at_low, held.at_high, measure)
    low, high = (paired_error(base, v, measure) for v in (held.at_low, held.at_high))
    still = _still(base, held)
    found = []
    for i, outcome in enumerate(outcomes):
        middle, at_low, at_high = (float(side[i]) for side in sides)
        errors = (float(low[i]), float(high[i]), float(swing[i]))
        way = "none" if still[i] else direction(middle, at_low, at_high, errors)
        found.append(
            Bar(held.parameter, held.kind, outcome, statistic, held.low, held.high, middle,
                at_low, at_high, errors[2], way)
        )  # fmt: skip
    return found


def _still(base: FloatArray, held: Held) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say of which outcomes no draw moves."""
    slack = SLACK * np.abs(base).max(axis=0)
    moved = np.maximum(np.abs(held.at_high - base), np.abs(held.at_low - base)).max(axis=0)
    return np.asarray(moved <= slack)


def direction(
    base: float, at_low: float, at_high: float, errors: tuple[float, float, float]
) -> Direction:
    """Say which way an outcome goes as a parameter rises.

    Parameters
    ----------
    errors
        Monte-Carlo errors of ``at_low - base``, ``at_high - base`` and ``at_high - at_low``.

    Examples
    --------
    >>> direction(10.0, 8.0, 13.0, (0.1, 0.1, 0.1)), direction(10.0, 8.0, 9.0, (0.1, 0.1, 0.1))
    ('up', 'both_down')
    >>> direction(10.0, 9.95, 10.05, (0.1, 0.1, 0.1))
    'unclear'
    """
    down, up, swing = (CLEAR * e for e in errors)
    if at_low > base + down and at_high > base + up:
        return "both_up"
    if at_low < base - down and at_high < base - up:
        return "both_down"
    if abs(at_high - at_low) <= swing:
        return "unclear"
    return "up" if at_high > at_low else "down"


def paired_error(a: FloatArray, b: FloatArray, measure: Callable[..., FloatArray]) -> FloatArray:
    r"""Give the Monte-Carlo error of the difference of a statistic on common draws.

    .. math:: s = \sqrt{\frac{1}{G(G-1)} \sum_g (d_g - \bar d)^2}, \qquad d_g = T(b_g) - T(a_g)

    over G groups of neighbouring draws. The draws of a group fill the space of the parameters as
    evenly as all do, only thinner, so the error is stated rather too large than too small.

    Parameters
    ----------
    a, b : (draw, outcome) float64
        At least 64 draws.
    measure
        Called with an array and the axis of the draws.

    Examples
    --------
    >>> a = np.random.default_rng(1).standard_normal((1024, 1))
    >>> float(paired_error(a, a + 3.0, np.median)[0]) < 1e-9
    True
    """
    groups = max(4, min(GROUPS, len(a) // LEAST))
    size = len(a) // groups
    sides = [
        measure(v[: groups * size].reshape(groups, size, *v.shape[1:]), axis=1) for v in (a, b)
    ]
    return np.asarray((sides[1] - sides[0]).std(axis=0, ddof=1) / np.sqrt(groups))
