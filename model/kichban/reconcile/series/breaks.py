"""Outliers and breaks as a list: what was found, what the analyst said of it, and its size."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kichban.ledger import BreakKind, JudgedBreak, Ledger
from kichban.numbers import Z80
from kichban.periods import from_months
from kichban.reconcile.estimate.breaks import Break, find_breaks
from kichban.reconcile.estimate.effects import UNTOLD, Accepted, cells_of
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.evidence.equations import Node
from kichban.reconcile.evidence.families import Family

Status = Literal["found", "accepted", "refused", "not_applied", "not_told"]


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """One outlier or break of a series.

    Attributes
    ----------
    period, first, last
        The period it begins in, and the first and last that fit as well, in file form.
    size, lower, upper
        Effect on the level in that period, per cent, with its 80 % interval; NaN where the series
        is not estimated.
    distance
        Size in sd; of an accepted break how far its estimate lies from nought.
    status
        Whether the analyst accepted it (its size is estimated with the series), refused it, or
        has said nothing; an accepted one that is not applied lies outside what is known of the
        series, or on one that is a part or a sum of others; one that is not told has a size that
        the figures leave open: nothing was printed near it, or another break does the same.
        `judged` is the entry.
    """

    region: str
    indicator: str
    breakdown: str
    price_basis: str
    kind: BreakKind
    period: str
    first: str
    last: str
    size: float
    lower: float
    upper: float
    distance: float
    status: Status
    judged: str
    statements: tuple[str, ...]


def accepted_breaks(ledger: Ledger) -> tuple[Accepted, ...]:
    """Give the breaks that the estimate is to hold as unknowns."""
    return tuple(
        Accepted(b.id, _node(ledger, b), b.kind, b.period) for b in ledger.breaks if b.accepted
    )


def _node(ledger: Ledger, judged: JudgedBreak) -> Node:
    return Node(ledger.region, judged.indicator, judged.breakdown, judged.price_basis)


def series_breaks(estimate: Estimate | None, ledger: Ledger) -> tuple[SeriesBreak, ...]:
    """List the breaks found in the region's series and those the analyst has judged."""
    found = find_breaks(estimate, ledger.region) if estimate is not None else []
    refused = [b for b in ledger.breaks if not b.accepted]
    rows = []
    for one in found:
        assert estimate is not None
        judged = next((b for b in refused if _same(estimate, one, b, ledger)), None)
        rows.append(_found(estimate, one, judged))
        refused = [b for b in refused if b is not judged]
    rows += [_accepted(estimate, one) for one in accepted_breaks(ledger)]
    rows += [_row(_node(ledger, b), b.kind, b.period.text, "refused", b.id) for b in refused]
    return tuple(sorted(rows, key=lambda r: (r.indicator, r.breakdown, r.price_basis, r.period)))


def _same(estimate: Estimate, one: Break, judged: JudgedBreak, ledger: Ledger) -> bool:
    """Whether the analyst spoke of this one: the same series, kind, and a date as good."""
    if (one.node, one.kind) != (_node(ledger, judged), judged.kind):
        return False
    cells = cells_of(_family(estimate, one.node), one.node, judged.period)
    return cells is not None and one.first <= cells.start <= one.last


def _family(estimate: Estimate, node: Node) -> Family:
    b = estimate.block_of(node)
    assert b is not None
    return estimate.layout.blocks[b].family


def _found(estimate: Estimate, one: Break, judged: JudgedBreak | None) -> SeriesBreak:
    family = _family(estimate, one.node)
    statements = dict.fromkeys(estimate.equations[i].statement.id for i in one.equations)
    return _row(
        one.node, one.kind, _name(family, one.node, one.cell),
        "found" if judged is None else "refused", "" if judged is None else judged.id,
        (_name(family, one.node, one.first), _name(family, one.node, one.last)),
        (one.size, one.sd), tuple(statements),
    )  # fmt: skip


def _accepted(estimate: Estimate | None, one: Accepted) -> SeriesBreak:
    """Give an accepted break with its size, where the series is estimated."""
    b = estimate.block_of(one.node) if estimate is not None else None
    size = (math.nan, math.nan)
    if estimate is not None and b is not None:
        block = estimate.layout.blocks[b]
        place = block.effects.get(one)
        if place is not None:
            at = place - block.start
            size = (float(estimate.state[place]), math.sqrt(estimate.covariance[b][at, at]))
    status: Status = "accepted" if size[1] > 0 else "not_applied"
    if size[1] > UNTOLD:
        status = "not_told"
    return _row(one.node, one.kind, one.period.text, status, one.id, None, size)


def _row(
    node: Node, kind: BreakKind, period: str, status: Status, judged: str,
    dates: tuple[str, str] | None = None, size: tuple[float, float] = (math.nan, math.nan),
    statements: Sequence[str] = (),
) -> SeriesBreak:  # fmt: skip
    log, sd = size
    middle, low, high = (100.0 * math.expm1(log + k * Z80 * sd) for k in (0, -1, 1))
    first, last = dates or (period, period)
    return SeriesBreak(
        node.region, node.indicator, node.breakdown, node.basis, kind, period, first, last,
        middle, low, high, log / sd if sd > 0 else math.nan, status, judged, tuple(statements),
    )  # fmt: skip


def _name(family: Family, node: Node, cell: int) -> str:
    """Name the period of a cell as files do."""
    if family.axis == "months":
        start = family.first + cell * family.step
        return from_months(start, start + family.step).text
    return dt.date.fromordinal(family.days[node][cell]).isoformat()
