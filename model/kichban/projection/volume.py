"""Growth of volume: levels at current prices less the wedge, joined with what is printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray
from kichban.projection.values import IntArray


@dataclass(frozen=True, slots=True)
class Growth:
    """Levels by quarter and year from the first not fully covered ones, and their growth.

    Attributes
    ----------
    quarters, years : (draw, quarter), (draw, year) float64, bn VND
        Known months included.
    years_before : (draw, year) float64
        The same one year earlier.
    year_of_quarter : (quarter,) int64
        Column of each quarter's year.
    volume, volume_quarterly : (draw, year), (draw, quarter) float64
        Growth of volume, fractions; the current year joined with its printed IIP.
    rest, rest_volume : (draw,) float64
        Log growth of output, and growth of volume, in the months of the current year to come.
    share : (draw,) float64
        Share of the months already covered in last year's output.
    months_known : int
        Months of the current year already covered.
    """

    quarters: FloatArray
    years: FloatArray
    years_before: FloatArray
    year_of_quarter: IntArray
    volume: FloatArray
    volume_quarterly: FloatArray
    rest: FloatArray
    rest_volume: FloatArray
    share: FloatArray
    months_known: int

    def splice(
        self, so_far: tuple[int, float] | None, rest: FloatArray, modelled: FloatArray
    ) -> FloatArray:
        """Join printed growth so far with growth of the rest, weighted by last year's shares."""
        if so_far is None or so_far[0] != self.months_known:
            return modelled
        return np.asarray(self.share * so_far[1] + (1.0 - self.share) * rest)


def growth_of_volume(
    level: FloatArray,
    wedge: FloatArray,
    start: int,
    first_month: int,
    iip_so_far: tuple[int, float] | None,
) -> Growth:
    """Derive growth from monthly levels.

    Parameters
    ----------
    level : (draw, month) float64
        History and future, from month index `start` (a January) on.
    wedge : (draw, year) float64
        Growth at current prices less growth of volume, logs, from the current year on.
    first_month : int
        Month index of the first forecast month.
    iip_so_far
        (months, growth) of the newest cumulative IIP of the current year.
    """
    size = level.shape[0]
    quarters = level.reshape(size, -1, 3).sum(axis=2)
    years = quarters.reshape(size, -1, 4).sum(axis=2)
    first_q, first_y = first_month // 3 - start // 3, first_month // 12 - start // 12
    ahead_q, ahead_y = quarters[:, first_q:], years[:, first_y:]
    year_of_quarter = (np.arange(first_q, quarters.shape[1]) + start // 3) // 4
    year_of_quarter = year_of_quarter - year_of_quarter[0]
    before_q = _earlier(quarters, first_q - 4, ahead_q.shape[1])
    before_y = _earlier(years, first_y - 1, ahead_y.shape[1])
    known_months = first_month % 12
    now = first_month - start
    known = level[:, now - known_months : now].sum(axis=1)
    known_before = _earlier(level, now - known_months - 12, known_months).sum(axis=1)
    rest = np.log((ahead_y[:, 0] - known) / (before_y[:, 0] - known_before))
    growth = Growth(
        ahead_q, ahead_y, before_y, year_of_quarter,
        np.expm1(np.log(ahead_y / before_y) - wedge),
        np.expm1(np.log(ahead_q / before_q) - wedge[:, year_of_quarter]),
        rest, np.expm1(rest - wedge[:, 0]), known_before / before_y[:, 0], known_months,
    )  # fmt: skip
    growth.volume[:, 0] = growth.splice(iip_so_far, growth.rest_volume, growth.volume[:, 0])
    return growth


def _earlier(values: FloatArray, first: int, count: int) -> FloatArray:
    """Give `count` columns from `first` on; NaN where the history does not reach back."""
    if first < 0:
        return np.full((values.shape[0], count), np.nan)
    return values[:, first : first + count]
