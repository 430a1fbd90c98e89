"""Parts that add up: estimated rows of a complete split are balanced against what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kichban.balance import balance
from kichban.numbers import Z80
from kichban.reconcile.evidence.equations import Node
from kichban.reconcile.evidence.families import Family, Split
from kichban.reconcile.series.history import SeriesRow

#: printed parts that miss their total by more than this share contradict it: that is reported
FARTHEST = 0.02
_Key = tuple[Node, str]


def balanced(rows: Sequence[SeriesRow], families: Sequence[Family]) -> list[SeriesRow]:
    """Move estimates as little as their spread allows until parts give their total (Stone 1942).

    What is printed stands: an observed or derived row has no spread here. Rows of one total in
    several splits are balanced one split after the other, the total only in the first.
    """
    found: dict[_Key, SeriesRow] = {_key(r): r for r in rows if r.measure == "level"}
    for family in families:
        fixed: set[_Key] = set()
        for split in family.splits:
            if split.rest is None:
                _balance_split(found, split, fixed)
    return [found.get(_key(r), r) if r.measure == "level" else r for r in rows]


def _key(row: SeriesRow) -> _Key:
    return Node(row.region, row.indicator, row.breakdown, row.price_basis), row.period.text


def _balance_split(found: dict[_Key, SeriesRow], split: Split, fixed: set[_Key]) -> None:
    periods = sorted(text for node, text in found if node == split.total)
    for text in periods:
        keys = [(node, text) for node in (*split.parts, split.total)]
        if all(k in found for k in keys):
            _balance_rows(found, keys, fixed)
            fixed.add(keys[-1])


def _balance_rows(found: dict[_Key, SeriesRow], keys: Sequence[_Key], fixed: set[_Key]) -> None:
    rows = [found[k] for k in keys]
    values = np.array([r.value for r in rows])
    free = [r.origin == "estimated" and k not in fixed for r, k in zip(rows, keys, strict=True)]
    variance = np.array([_spread(r) ** 2 if f else 0.0 for r, f in zip(rows, free, strict=True)])
    sign = np.append(np.ones(len(rows) - 1), -1.0)
    gap = abs(float(sign @ values))
    guessed = all(r.origin == "estimated" for r in rows[:-1])
    if not variance.any() or (gap > FARTHEST * values[-1] and not guessed):
        return
    moved = balance(values, variance, sign[None, :], np.zeros(1))
    for key, row, value in zip(keys, rows, moved, strict=True):
        found[key] = _moved(row, float(value))


def _spread(row: SeriesRow) -> float:
    return max((row.upper - row.lower) / (2 * Z80), 1e-9 * row.value)


def _moved(row: SeriesRow, value: float) -> SeriesRow:
    if value <= 0 or value == row.value:
        return row
    factor = value / row.value
    return replace(row, value=value, lower=row.lower * factor, upper=row.upper * factor)
