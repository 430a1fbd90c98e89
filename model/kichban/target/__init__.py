"""Targets: the gap of each scenario to each, its probability, and what it would take."""

from kichban.target.gap import COLUMNS, GapRow, gap_rows, gap_to_target, target_variables
from kichban.target.required import Required, rate_per_year, rest_of_year_rate

__all__ = [
    "COLUMNS",
    "GapRow",
    "Required",
    "gap_rows",
    "gap_to_target",
    "rate_per_year",
    "rest_of_year_rate",
    "target_variables",
]
