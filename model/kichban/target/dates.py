"""When a target is met if nothing is changed: the first period, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.ledger import LEVELS, Target
from kichban.numbers import BoolArray, FloatArray
from kichban.projection import Axis, ScenarioPaths
from kichban.target.outcome import meets, variable_of


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


def dates_of(target: Target, paths: ScenarioPaths, axis: Axis) -> Dates | None:
    """Tell when a scenario meets a target: stocks by quarter, flows by year.

    ``None`` where nothing is projected, for growth, shares and totals over years, which are about
    one time only, and for ceilings, which hold from the start.
    """
    known = paths.variables.get(variable_of(target))
    dated = target.measure in LEVELS and target.kind != "cumulative"
    if known is None or not dated or target.resolved_sense == "<=":
        return None
    beyond = f"after_{axis.last_year}"
    quarterly = target.measure != "level" or target.period.kind == "quarter"
    if quarterly and known.quarterly is not None:
        last = 4 * (axis.last_year + 1)
        names = [f"{q // 4}-Q{q % 4 + 1}" for q in _until(last, known.quarterly)]
        return first_met(meets(known.quarterly, target), names, beyond)
    if known.annual is None:
        return None
    names = [str(year) for year in _until(axis.last_year + 1, known.annual)]
    return first_met(meets(known.annual, target), names, beyond)


def _until(stop: int, paths: FloatArray) -> range:
    return range(stop - paths.shape[1], stop)
