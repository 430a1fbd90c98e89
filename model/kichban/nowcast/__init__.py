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
    OLDEST,
    USUAL_YEARS,
    KnownYears,
    YearStart,
    draw_years,
    first_print,
    known_of,
    lift,
    momentum,
    rest_of_year,
    season_known,
    year_start,
)

__all__ = [
    "OLDEST",
    "USUAL_YEARS",
    "HistoryDraws",
    "KnownYears",
    "YearStart",
    "carry_over",
    "draw_history",
    "draw_years",
    "first_print",
    "future_months",
    "known_of",
    "lift",
    "momentum",
    "rest_of_year",
    "season_known",
    "start_level",
    "trailing_growth",
    "year_start",
]
