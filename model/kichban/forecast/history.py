"""Histories of many series, laid side by side for arithmetic over all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from kichban.numbers import FloatArray, IntArray

Frequency = Literal["Y", "Q", "M"]
#: periods in a year
SEASON: Mapping[Frequency, int] = MappingProxyType({"Y": 1, "Q": 4, "M": 12})
#: what lies further back says nothing of the years ahead, and costs time
LONGEST: Mapping[Frequency, int] = MappingProxyType({"Y": 60, "Q": 100, "M": 132})
#: fewer points cannot tell a trend from luck
LEAST = 5


@dataclass(frozen=True, slots=True)
class Histories:
    """Histories of one frequency, aligned at their last point.

    Attributes
    ----------
    values : (series, time) float64
        The last point stands in the last column; zeros before the first one.
    length : (series,) int64
        Number of points of each.
    season : int
        Points in a year: 1, 4 or 12.
    """

    values: FloatArray
    length: IntArray
    season: int

    @property
    def start(self) -> IntArray:
        """(series,) column of each first point."""
        return np.asarray(self.values.shape[1] - self.length)

    @property
    def age(self) -> IntArray:
        """(series, time) points since the first one; negative before it."""
        return np.asarray(np.arange(self.values.shape[1])[None, :] - self.start[:, None])

    @property
    def present(self) -> FloatArray:
        """(series, time) 1 where there is a point, else 0."""
        return np.asarray((self.age >= 0).astype(np.float64))

    @property
    def positive(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(series,) whether all points are above nought: growth rates have a meaning."""
        return np.asarray(((self.values > 0) | (self.age < 0)).all(axis=1))


def line_up(series: Sequence[FloatArray], frequency: Frequency) -> Histories:
    """Align series at their last point, cut to what still matters.

    Raises
    ------
    ValueError
        For a series with fewer than five points, or with a gap.

    Examples
    --------
    >>> line_up([np.arange(1.0, 6.0), np.arange(1.0, 8.0)], "Y").values[0]
    array([0., 0., 1., 2., 3., 4., 5.])
    """
    kept = [np.asarray(y, dtype=np.float64)[-LONGEST[frequency] :] for y in series]
    for y in kept:
        if y.size < LEAST:
            raise ValueError(f"a forecast needs {LEAST} points, not {y.size}")
        if not np.isfinite(y).all():
            raise ValueError("a forecast needs a history without gaps")
    length = np.array([y.size for y in kept], dtype=np.int64)
    values = np.zeros((len(kept), int(length.max(initial=0))))
    for row, y in zip(values, kept, strict=True):
        row[row.size - y.size :] = y
    return Histories(values, length, SEASON[frequency])
