"""What makes a difference as a tidy table (``attribution.csv``)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kichban.compare.attribution import STATISTICS, Attributed, Attribution, Item
from kichban.numbers import canonical_number

#: `statistic` is median, mean, p10, p90, or of a target probability (0…1). `part` is start (the
#: base), then a group of parameters or several joined by ``+``, then end (the scenario); start and
#: the groups add up to end. Of a group `value` is its Shapley value, `error` its Monte-Carlo error,
#: `alone` what it brings as the first to change, `last` as the last one. `not_additive` (per cent,
#: in the rows of end) is by how much the parts of some combination may miss its own run, of the
#: sum of their sizes. Parts of rates are percentage points.
ATTRIBUTION_COLUMNS = (
    "base", "scenario", "region", "indicator", "breakdown", "period", "measure", "target",
    "statistic", "part", "value", "error", "alone", "last", "not_additive", "unit", "price_basis",
)  # fmt: skip
DIGITS = 9


def attribution_rows(found: Attribution, region: str) -> list[tuple[str, ...]]:
    """Give the rows of ``attribution.csv``; all columns up to `part` together are unique."""
    return [
        (found.base, found.scenario, region, *cells)
        for row in found.rows
        for index in range(len(STATISTICS))
        for cells in _cells(row, index)
    ]


def _cells(row: Attributed, index: int) -> Iterator[tuple[str, ...]]:
    if math.isnan(row.start[index]):
        return
    key = (*item_cells(row.item), STATISTICS[index])
    tail = (row.item.variable.unit, row.item.variable.price_basis)

    def numbers(*values: float) -> tuple[str, ...]:
        return tuple(canonical_number(v, DIGITS) for v in values)

    yield (*key, "start", *numbers(row.start[index]), "", "", "", "", *tail)
    for name, part in row.part.items():
        own = (part[index], row.error[name][index], row.alone[name][index], row.last[name][index])
        yield (*key, name, *numbers(*own), "", *tail)
    share = 100.0 * float(row.not_additive[index])
    yield (*key, "end", *numbers(row.end[index]), "", "", "", *numbers(share), *tail)


def item_cells(item: Item) -> tuple[str, ...]:
    """Give indicator, breakdown, period, measure and target of an item."""
    target = item.target
    if target is not None:
        return (
            target.indicator, target.breakdown, target.period.text, target.measure, target.id,
        )  # fmt: skip
    v = item.variable
    return v.indicator, v.breakdown, item.period, v.measure, ""
