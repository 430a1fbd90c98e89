"""Figures that must add up: least-squares balancing, and the single repairs of an identity."""

from kichban.balance.closure import Closure, Repair, Term, close_identity
from kichban.balance.nonnegative import UnbalancedError, balance_nonnegative
from kichban.balance.stone import balance

__all__ = [
    "Closure",
    "Repair",
    "Term",
    "UnbalancedError",
    "balance",
    "balance_nonnegative",
    "close_identity",
]
