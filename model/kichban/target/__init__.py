"""Targets: the gap of each scenario to each, its probability, and what it would take."""

from kichban.target.dates import Dates, dates_of, first_met
from kichban.target.gap import COLUMNS, GapRow, gap_rows, gap_to_target
from kichban.target.joint import Joint, expected_shortfall, joint_probability
from kichban.target.outcome import meets, target_values, target_variables, variable_of
from kichban.target.required import Required, rate_per_year, rest_of_year_rate
from kichban.target.seek import Reading, Sought, read_draws, seek
from kichban.target.seek_lever import LeverSearch, Root, Span, crossing_error
from kichban.target.seek_mix import Mix
from kichban.target.steps import Step

__all__ = [
    "COLUMNS",
    "Dates",
    "GapRow",
    "Joint",
    "LeverSearch",
    "Mix",
    "Reading",
    "Required",
    "Root",
    "Sought",
    "Span",
    "Step",
    "crossing_error",
    "dates_of",
    "expected_shortfall",
    "first_met",
    "gap_rows",
    "gap_to_target",
    "joint_probability",
    "meets",
    "rate_per_year",
    "read_draws",
    "rest_of_year_rate",
    "seek",
    "target_values",
    "target_variables",
    "variable_of",
]
