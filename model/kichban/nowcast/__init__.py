"""The current year: what is printed so far, and the months still to come."""

from kichban.nowcast.history import (
    HistoryDraws,
    draw_history,
    future_months,
    start_level,
    trailing_growth,
)
from kichban.nowcast.rest import YearBase, YearToDate, rest_of_year, year_base, year_to_date

__all__ = [
    "HistoryDraws",
    "YearBase",
    "YearToDate",
    "draw_history",
    "future_months",
    "rest_of_year",
    "start_level",
    "trailing_growth",
    "year_base",
    "year_to_date",
]
