"""Which of several prints of one figure to quote."""

from __future__ import annotations

from collections.abc import Sequence

from kichban.ledger.values import Statement

STATUS_ORDER = {"target": 0, "plan": 0, "estimate": 1, "preliminary": 2, "actual": 3}


def age(s: Statement) -> tuple[str, int, str]:
    """Order prints of one figure, oldest first; ties by status, then id."""
    return str(s.published or ""), STATUS_ORDER[s.status], s.id


def newest_print(prints: Sequence[Statement]) -> Statement:
    """Give the newest print, in its most precise form.

    "Hơn 315.100" says nothing against an earlier 315.145: of the prints that agree with the
    newest within their digits, the one with the finest digits is quoted.
    """
    newest = max(prints, key=age)
    low, high = newest.interval
    agreeing = [s for s in prints if s.interval[0] <= high and low <= s.interval[1]]
    # Of equally precise ones the newest: the sort is stable.
    newest_first = sorted(agreeing, key=age, reverse=True)
    return min(newest_first, key=lambda s: (s.qualifier != "", s.resolution))
