"""Periods as officials write them, as half-open ranges of months.

``2023`` a year, ``2024-Q1`` a quarter, ``2024-06`` a month, ``2024-01/2024-05`` months cumulated,
``2024-06-11`` a stock on a day, ``2021/2030`` years (an average or a total over them).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["year", "quarter", "month", "span", "day", "years"]

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("year", re.compile(r"(\d{4})", re.ASCII)),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    ("month", re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    ("span", re.compile(r"(\d{4})-(\d{2})/(\d{4})-(\d{2})", re.ASCII)),
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)),
    ("years", re.compile(r"(\d{4})/(\d{4})", re.ASCII)),
)


def month_index(year: int, month: int) -> int:
    """Months since January of year 0.

    >>> month_index(2024, 1) - month_index(2023, 12)
    1
    """
    return year * 12 + month - 1


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of months ``[start, stop)`` with the form it was written in.

    `start` and `stop` are :func:`month_index` values; a day covers its month and keeps its `day`.
    """

    start: int
    stop: int
    kind: Kind
    text: str
    day: int = 0

    @property
    def year(self) -> int:
        """Year in which the period ends."""
        return (self.stop - 1) // 12

    @property
    def first_year(self) -> int:
        """Year in which the period starts."""
        return self.start // 12

    @property
    def months(self) -> int:
        """How many months it covers."""
        return self.stop - self.start

    @property
    def is_year_to_date(self) -> bool:
        """Whether it starts in January and ends within the same year.

        >>> parse_period("2024-01/2024-05").is_year_to_date
        True
        """
        return self.start % 12 == 0 and self.start // 12 == self.year

    @property
    def last_day(self) -> dt.date:
        """Day on which the period ends; the day itself for a stock.

        >>> parse_period("2024-Q1").last_day
        datetime.date(2024, 3, 31)
        """
        year, month = divmod(self.stop - 1, 12)
        return dt.date(year, month + 1, self.day or calendar.monthrange(year, month + 1)[1])

    def shift_years(self, years: int) -> Period:
        """Give the same stretch `years` later.

        >>> parse_period("2024-01/2024-05").shift_years(-1).text
        '2023-01/2023-05'
        """
        return from_months(self.start + 12 * years, self.stop + 12 * years)


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read a period.

    Raises
    ------
    ValueError
        When `text` has none of the six forms, or names a month or day that is none.

    Examples
    --------
    >>> parse_period("2024-01/2024-05").months
    5
    >>> parse_period("2024-13")
    Traceback (most recent call last):
    ValueError: not a period: '2024-13'
    """
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            return _build(kind, tuple(int(g) for g in match.groups()), text)
    raise ValueError(f"not a period: {text!r}")


def _build(kind: Kind, parts: tuple[int, ...], text: str) -> Period:
    day = 0
    if kind == "year":
        start, stop = month_index(parts[0], 1), month_index(parts[0] + 1, 1)
    elif kind == "quarter":
        start = month_index(parts[0], 3 * parts[1] - 2)
        stop = start + 3
    elif kind == "years":
        start, stop = month_index(parts[0], 1), month_index(parts[1] + 1, 1)
    elif kind == "span":
        start, stop = (
            month_index(*_month(parts[0:2], text)),
            month_index(*_month(parts[2:4], text)) + 1,
        )
    else:
        start = month_index(*_month(parts[0:2], text))
        stop = start + 1
        if kind == "day":
            day = parts[2]
            try:
                dt.date(*parts)
            except ValueError:
                raise ValueError(f"not a period: {text!r}") from None
    # The calendar has no year 0.
    if stop <= start or start < 12:
        raise ValueError(f"not a period: {text!r}")
    return Period(start, stop, kind, text, day)


def _month(pair: tuple[int, ...], text: str) -> tuple[int, int]:
    year, month = pair
    if not 1 <= month <= 12:
        raise ValueError(f"not a period: {text!r}")
    return year, month


def from_months(start: int, stop: int) -> Period:
    """Name the stretch of months ``[start, stop)`` in its shortest form.

    >>> from_months(month_index(2024, 4), month_index(2024, 7)).text
    '2024-Q2'
    >>> from_months(month_index(2024, 1), month_index(2025, 1)).text
    '2024'
    """
    year, month = divmod(start, 12)
    months = stop - start
    if months == 1:
        return parse_period(f"{year:04d}-{month + 1:02d}")
    if months == 3 and month % 3 == 0:
        return parse_period(f"{year:04d}-Q{month // 3 + 1}")
    if months == 12 and month == 0:
        return parse_period(f"{year:04d}")
    last_year, last_month = divmod(stop - 1, 12)
    return parse_period(f"{year:04d}-{month + 1:02d}/{last_year:04d}-{last_month + 1:02d}")


def year_period(year: int) -> Period:
    """Give the calendar year as a period.

    >>> year_period(2024).text
    '2024'
    """
    return parse_period(f"{year:04d}")


def quarter_index(month: int) -> int:
    """Quarter (counted from year 0) in which month index `month` lies.

    >>> quarter_index(month_index(2024, 6)) % 4
    1
    """
    return month // 3


def quarter_period(quarter: int) -> Period:
    """Give quarter index `quarter` as a period.

    >>> quarter_period(2024 * 4 + 2).text
    '2024-Q3'
    """
    return from_months(3 * quarter, 3 * quarter + 3)


def parse_date(text: str) -> dt.date:
    """Read a day, or the last day of a month or year: what a publication date of that form means.

    >>> parse_date("2024-02")
    datetime.date(2024, 2, 29)
    """
    period = parse_period(text)
    if period.kind not in ("year", "month", "day"):
        raise ValueError(f"not a date: {text!r}")
    return period.last_day
