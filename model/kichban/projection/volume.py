"""Growth of volume: levels at current prices less the wedge, joined with what is printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.nowcast import first_print
from kichban.numbers import FloatArray, IntArray

#: months of the current year that are known, and (draw,) growth in them on a year before
SoFar = tuple[int, FloatArray]


@dataclass(frozen=True, slots=True)
class Growth:
    """Levels by quarter and year from the first not fully covered ones, and their growth.

    Attributes
    ----------
    quarters, years : (draw, quarter), (draw, year) float64, bn VND
        Known months included.
    quarters_before, years_before : (draw, quarter), (draw, year) float64
        The same one year earlier.
    year_of_quarter : (quarter,) int64
        Column of each quarter's year.
    now, before : (draw, month) float64
        Months of the current year, known and to come, and those of the year before.
    known : int
        Months of the current year that are known.
    wedge : (draw, year) float64
        Growth at current prices less growth of volume, logs, from the current year on.
    """

    quarters: FloatArray
    quarters_before: FloatArray
    years: FloatArray
    years_before: FloatArray
    year_of_quarter: IntArray
    now: FloatArray
    before: FloatArray
    known: int
    wedge: FloatArray

    def first_prints(self, error: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give (draw, year) and (draw, quarter) first prints; `error` (draw, year) is their factor.

        Quarters and the known months of the current year add up to it.
        """
        annual = self.years * error
        quarterly = self.quarters * error[:, self.year_of_quarter]
        known = self.now[:, : self.known].sum(axis=1)
        rest = self.years[:, 0] - known
        printed = first_print(known, rest, error[:, 0])
        annual[:, 0] = known + printed
        current = self.year_of_quarter == 0
        begun = np.zeros((len(known), int(current.sum())))
        begun[:, 0] = self.now[:, self.known - self.known % 3 : self.known].sum(axis=1)
        scale = (printed / rest)[:, None]
        quarterly[:, current] = begun + (self.quarters[:, current] - begun) * scale
        return annual, quarterly

    def rest(self, months: int) -> FloatArray:
        """(draw,) log growth of output in the current year after its first `months`."""
        return np.asarray(
            np.log(self.now[:, months:].sum(axis=1) / self.before[:, months:].sum(axis=1))
        )

    def volume(self, so_far: SoFar | None, elasticity: float | FloatArray = 1.0) -> FloatArray:
        """Give (draw, year) growth, `elasticity` times that of the volume of output, fractions.

        Growth `so_far` of the current year stands; the rest of it is weighted with its share in
        last year's output.
        """
        growth = np.expm1(np.log(self.years / self.years_before) - self.wedge)
        growth = (np.ones(len(growth)) * elasticity)[:, None] * growth
        if so_far is not None:
            months, known = so_far
            share = self.before[:, :months].sum(axis=1) / self.before.sum(axis=1)
            after = np.zeros_like(known)
            if months < self.now.shape[1]:
                after = elasticity * np.expm1(self.rest(months) - self.wedge[:, 0])
            growth[:, 0] = share * known + (1.0 - share) * after
        return growth

    def volume_quarterly(self, elasticity: float | FloatArray = 1.0) -> FloatArray:
        """Give (draw, quarter) growth on the quarter a year before, fractions."""
        found = np.expm1(
            np.log(self.quarters / self.quarters_before) - self.wedge[:, self.year_of_quarter]
        )
        return np.asarray((np.ones(len(found)) * elasticity)[:, None] * found)


def growth_of_output(level: FloatArray, wedge: FloatArray, start: int, first_month: int) -> Growth:
    """Lay out monthly levels by quarter and year.

    Parameters
    ----------
    level : (draw, month) float64
        History and future, from month index `start` (a January) on.
    wedge : (draw, year) float64
        Growth at current prices less growth of volume, logs, from the current year on.
    first_month : int
        Month index of the first forecast month.
    """
    size = level.shape[0]
    quarters = level.reshape(size, -1, 3).sum(axis=2)
    years = quarters.reshape(size, -1, 4).sum(axis=2)
    first_q, first_y = first_month // 3 - start // 3, first_month // 12 - start // 12
    ahead_q, ahead_y = quarters[:, first_q:], years[:, first_y:]
    year_of_quarter = (np.arange(first_q, quarters.shape[1]) + start // 3) // 4
    year_of_quarter = year_of_quarter - year_of_quarter[0]
    return Growth(
        ahead_q, _earlier(quarters, first_q - 4, ahead_q.shape[1]),
        ahead_y, _earlier(years, first_y - 1, ahead_y.shape[1]), year_of_quarter,
        level[:, 12 * first_y : 12 * first_y + 12], _earlier(level, 12 * first_y - 12, 12),
        first_month % 12, wedge,
    )  # fmt: skip


def _earlier(values: FloatArray, first: int, count: int) -> FloatArray:
    """Give `count` columns from `first` on; NaN where the history does not reach back."""
    if first < 0:
        return np.full((values.shape[0], count), np.nan)
    return values[:, first : first + count]
