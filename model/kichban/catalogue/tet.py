"""Lunar New Year in Vietnam: which share of the days before, during and after falls in a month.

The dates come from the package ``holidays``, which follows the Vietnamese calendar (one hour behind
the Chinese one: the two New Years may fall on different days).
"""

from __future__ import annotations

import datetime as dt
from functools import cache

#: days from the first day of the lunar year: work is brought forward in the fortnight before,
#: stops two days ahead of the holiday, is back a week after, and catches up for a fortnight
WINDOWS = ((-16, -3), (-2, 6), (7, 20))
WINDOW_COUNT = len(WINDOWS)


@cache
def new_year(year: int) -> dt.date:
    """Give the first day of the lunar year.

    >>> new_year(2024), new_year(2030)
    (datetime.date(2024, 2, 10), datetime.date(2030, 2, 2))
    """
    # Imported here: commands that need no calendar start without it.
    from holidays import country_holidays

    named = country_holidays("VN", years=year, observed=False, language="en_US")
    return min(day for day, name in named.items() if name == "Lunar New Year")


@cache
def holiday_shares(month: int) -> tuple[float, ...]:
    """Give the share of the days before, during and after Tết that fall in month index `month`.

    >>> from kichban.periods import month_index
    >>> [tuple(round(s, 2) for s in holiday_shares(month_index(2024, m))) for m in (1, 2, 3)]
    [(0.5, 0.0, 0.0), (0.5, 1.0, 0.93), (0.0, 0.0, 0.07)]
    """
    year, number = divmod(month, 12)
    if number > 2:
        return (0.0,) * WINDOW_COUNT
    first = new_year(year)
    found = []
    for start, stop in WINDOWS:
        days = [first + dt.timedelta(days=d) for d in range(start, stop + 1)]
        found.append(sum(d.month == number + 1 and d.year == year for d in days) / len(days))
    return tuple(found)
