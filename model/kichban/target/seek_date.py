"""When a target is met if nothing is changed: the first period, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.numbers import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Dates:
    """Shares of draws by the first period in which they meet a target.

    `shares` has one number for each of `periods`; `after` is the share that meets it in none.
    """

    periods: tuple[str, ...]
    shares: FloatArray
    after: float
    beyond: str

    def quantile(self, share: float) -> str:
        """Name the first period by which so many draws have met the target."""
        reached = np.flatnonzero(np.cumsum(self.shares) >= share - 1e-12)
        return self.periods[int(reached[0])] if reached.size else self.beyond


def first_met(met: BoolArray, periods: Sequence[str], beyond: str) -> Dates:
    """Tell when each draw meets a target for the first time.

    Parameters
    ----------
    met : (draw, period) bool
    periods
        Names of the periods.
    beyond
        What to call the time after them.

    Examples
    --------
    >>> met = np.array([[False, True, True], [False, False, True], [False, False, False]])
    >>> found = first_met(met, ["2024", "2025", "2026"], "after_2026")
    >>> found.shares.round(2).tolist(), round(found.after, 2)
    ([0.0, 0.33, 0.33], 0.33)
    >>> found.quantile(0.5), found.quantile(0.9)
    ('2026', 'after_2026')
    """
    first = np.where(met.any(axis=1), met.argmax(axis=1), len(periods))
    counts = np.bincount(first, minlength=len(periods) + 1) / len(met)
    return Dates(tuple(periods), counts[:-1], float(counts[-1]), beyond)
