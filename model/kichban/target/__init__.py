"""Targets: the gap of each scenario to each, its probability, and what it would take."""

from kichban.target.gap import COLUMNS, GapRow, gap_rows, gap_to_target
from kichban.target.joint import Joint, expected_shortfall, joint_probability
from kichban.target.outcome import meets, target_values, target_variables, variable_of
from kichban.target.required import Required, rate_per_year, rest_of_year_rate
from kichban.target.steps import Step

__all__ = [
    "COLUMNS",
    "GapRow",
    "Joint",
    "Required",
    "Step",
    "expected_shortfall",
    "gap_rows",
    "gap_to_target",
    "joint_probability",
    "meets",
    "rate_per_year",
    "rest_of_year_rate",
    "target_values",
    "target_variables",
    "variable_of",
]
