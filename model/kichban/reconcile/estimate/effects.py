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
