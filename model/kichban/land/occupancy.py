"""Occupancy, always over a denominator that is named."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def occupancy(leased: FloatArray, denominator: FloatArray) -> FloatArray:
    """Tỷ lệ lấp đầy: leased land over a named denominator, NaN where that is empty.

    >>> occupancy(np.array([604.0, 0.0]), np.array([1485.0, 0.0])).round(4)
    array([0.4067,    nan])
    """
    safe = np.where(denominator > 0.0, denominator, 1.0)
    return np.where(denominator > 0.0, leased / safe, np.nan)
