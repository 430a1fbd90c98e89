"""Lunar New Year in Vietnam: which share of the holiday falls in January and in February."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

#: first day of the lunar year, Vietnam time
TET = MappingProxyType(
    {
        year: dt.date(year, *day)
        for year, day in {
            2008: (2, 7), 2009: (1, 26), 2010: (2, 14), 2011: (2, 3), 2012: (1, 23),
            2013: (2, 10), 2014: (1, 31), 2015: (2, 19), 2016: (2, 8), 2017: (1, 28),
            2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1),
            2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6),
            2028: (1, 26), 2029: (2, 13), 2030: (2, 2), 2031: (1, 23), 2032: (2, 11),
            2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
        }.items()
    }
)  # fmt: skip
#: factories slow down two days before and are back a week after the first day
DAYS_BEFORE, DAYS_AFTER = 2, 6


def tet_share(month: int) -> float:
    """Give the share of the holiday's nine days that falls in month index `month`.

    Years outside the table count as half in each month.

    >>> from kichban.periods import month_index
    >>> tet_share(month_index(2024, 2)), round(tet_share(month_index(2023, 1)), 2)
    (1.0, 1.0)
    """
    year, number = divmod(month, 12)
    if number > 1:
        return 0.0
    if year not in TET:
        return 0.5
    days = [TET[year] + dt.timedelta(days=d) for d in range(-DAYS_BEFORE, DAYS_AFTER + 1)]
    return sum(day.month == number + 1 for day in days) / len(days)
