"""Scenarios beside each other: every headline figure, and the paired difference to a base."""

from kichban.compare.difference import Spread, paired_difference, spread
from kichban.compare.overview import comparison_overview
from kichban.compare.scenarios import (
    HEADLINES,
    Compared,
    Comparison,
    compare_scenarios,
)
from kichban.compare.table import COLUMNS, comparison_rows

__all__ = [
    "COLUMNS",
    "HEADLINES",
    "Compared",
    "Comparison",
    "Spread",
    "compare_scenarios",
    "comparison_overview",
    "comparison_rows",
    "paired_difference",
    "spread",
]
