"""What an outlier or a break does to a series, period by period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.ledger import BreakKind
from kichban.numbers import FloatArray
from kichban.periods import Period
from kichban.reconcile.evidence.equations import Node
from kichban.reconcile.evidence.families import Family

#: how much of a temporary effect is left a month later
LEFT = 0.7


@dataclass(frozen=True, slots=True)
class Accepted:
    """A break that the analyst accepted: its size is an unknown of its own."""

    id: str
    node: Node
    kind: BreakKind
    period: Period


@dataclass(frozen=True, slots=True)
class Held:
    """A break whose size is known with a series: its kind, and the month it begins in."""

    kind: BreakKind
    month: int


def departure(breaks: Sequence[Held], first: int, cells: int, months: int) -> FloatArray:
    """Give (break, cell) how one of each sets the cells from `first` on off today's course.

    What passes is no part of the course; after a shift the course is the one that came with it.

    >>> departure([Held("temporary", 1), Held("shift", 1)], 0, 3, 1)
    array([[ 0. ,  1. ,  0.7],
           [-1. ,  0. ,  0. ]])
    """
    rows = [
        effect(one.kind, (one.month - first) // months, cells, months) - (one.kind == "shift")
        for one in breaks
    ]
    return np.array(rows, dtype=np.float64).reshape(len(breaks), cells)


def effect(kind: BreakKind, cell: int, cells: int, months: int) -> FloatArray:
    """Give what an effect of one does to each of a series' cells, `months` apart.

    >>> effect("temporary", 1, 4, 1).round(2)
    array([0.  , 1.  , 0.7 , 0.49])
    """
    since = np.arange(cells) - cell
    if kind == "outlier":
        return np.asarray((since == 0).astype(np.float64))
    left = 1.0 if kind == "shift" else LEFT**months
    return np.where(since >= 0, left ** np.maximum(since, 0), 0.0)


def cell_of(family: Family, node: Node, period: Period) -> int | None:
    """Give the cell in which a period begins; ``None`` outside what is known of the series."""
    if family.axis == "months":
        cell = (period.start - family.first) // family.step
        return cell if 0 <= cell < family.cells else None
    days: Sequence[int] = family.days[node]
    month = dt.date(period.start // 12, period.start % 12 + 1, 1)
    first = (period.last_day if period.day is not None else month).toordinal()
    return next((k for k, day in enumerate(days) if day >= first), None)
