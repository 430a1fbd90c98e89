"""Equations of the growth block (MODEL.md §3) on arrays; NumPy only."""

from kichban.growth.accounts import chain_weights, weighted_growth
from kichban.growth.capacity import named_capacity
from kichban.growth.path import employer_shock, fading_rate, growth_increments, monthly_trend
from kichban.growth.shares import anchored_logs, drifting_shares

__all__ = [
    "anchored_logs",
    "chain_weights",
    "drifting_shares",
    "employer_shock",
    "fading_rate",
    "growth_increments",
    "monthly_trend",
    "named_capacity",
    "weighted_growth",
]
