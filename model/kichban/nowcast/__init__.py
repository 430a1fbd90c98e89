"""The current year: what is printed so far, and the months still to come."""

from kichban.nowcast.carry import carry_over
from kichban.nowcast.history import (
    HistoryDraws,
    draw_history,
    future_months,
    start_level,
    trailing_growth,
)
from kichban.nowcast.rest import (
    YearBase,
    YearToDate,
    momentum,
    rest_of_year,
    year_base,
    year_to_date,
)

__all__ = [
    "HistoryDraws",
    "YearBase",
    "YearToDate",
    "carry_over",
    "draw_history",
    "future_months",
    "momentum",
    "rest_of_year",
    "start_level",
    "trailing_growth",
    "year_base",
    "year_to_date",
]
