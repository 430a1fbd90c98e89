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
#: the figures do not tell the size of a break whose sd (log) is larger: nothing follows from it
UNTOLD = 0.5


@dataclass(frozen=True, slots=True)
class Accepted:
    """A break that the analyst accepted: its size is an unknown of its own."""

    id: str
    node: Node
    kind: BreakKind
    period: Period


@dataclass(frozen=True, slots=True)
class Held:
    """A break whose size is known with a series: its kind, and the months it stands on."""

    kind: BreakKind
    start: int
    stop: int


def departure(breaks: Sequence[Held], first: int, cells: int, months: int) -> FloatArray:
    """Give (break, cell) how one of each sets the cells from `first` on off today's course.

    What passes is no part of the course; after a shift the course is the one that came with it.

    >>> departure([Held("temporary", 1, 2), Held("shift", 1, 2)], 0, 3, 1)
    array([[ 0. ,  1. ,  0.7],
           [-1. ,  0. ,  0. ]])
    """
    rows = [
        effect(one.kind, range((one.start - first) // months, (one.stop - first) // months),
               cells, months) - (one.kind == "shift")
        for one in breaks
    ]  # fmt: skip
    return np.array(rows, dtype=np.float64).reshape(len(breaks), cells)


def effect(kind: BreakKind, at: range, cells: int, months: int) -> FloatArray:
    """Give what an effect of one does to each of a series' cells, `months` apart.

    An outlier stands on the cells `at`, the others begin in the first of them.

    >>> effect("temporary", range(1, 2), 4, 1).round(2)
    array([0.  , 1.  , 0.7 , 0.49])
    >>> effect("outlier", range(1, 3), 4, 1)
    array([0., 1., 1., 0.])
    """
    since = np.arange(cells) - at.start
    if kind == "outlier":
        return np.asarray(((since >= 0) & (since < len(at))).astype(np.float64))
    left = 1.0 if kind == "shift" else LEFT**months
    return np.where(since >= 0, left ** np.maximum(since, 0), 0.0)


def cells_of(family: Family, node: Node, period: Period) -> range | None:
    """Give the cells of a period; ``None`` if it begins outside what is known of the series."""
    if family.axis == "months":
        first = (period.start - family.first) // family.step
        stop = -((family.first - period.stop) // family.step)
        return range(first, stop) if 0 <= first < family.cells else None
    days: Sequence[int] = family.days[node]
    month = dt.date(period.start // 12, period.start % 12 + 1, 1)
    first = (period.last_day if period.day is not None else month).toordinal()
    return next((range(k, k + 1) for k, day in enumerate(days) if day >= first), None)
