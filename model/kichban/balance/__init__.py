"""Figures that must add up: least-squares balancing, and the single repairs of an identity."""

from kichban.balance.closure import Closure, Repair, Term, close_identity
from kichban.balance.stone import balance

__all__ = ["Closure", "Repair", "Term", "balance", "close_identity"]
