"""Targets beside each other: how likely each scenario meets them, and the paired difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kichban.ledger import Ledger, Target
from kichban.numbers import canonical_number
from kichban.projection import Projection
from kichban.target import GapRow, gap_to_target, meets, target_values

#: `difference` is the probability less that of the base on the same draws, `error` its Monte-Carlo
#: error; both are empty for the base, and where a scenario meets the target by construction
TARGET_COLUMNS = (
    "base", "scenario", "target", "region", "indicator", "breakdown", "period", "measure",
    "target_value", "unit", "price_basis", "target_status", "p50", "gap", "probability",
    "probability_error", "difference", "difference_error", "remark",
)  # fmt: skip
DIGITS = 7


@dataclass(frozen=True, slots=True)
class TargetCompared:
    """One scenario against one target; `difference` is of probabilities, NaN for the base."""

    row: GapRow
    difference: float = math.nan
    error: float = math.nan


def compare_targets(
    ledger: Ledger, projection: Projection, base: str
) -> tuple[TargetCompared, ...]:
    """Give every target that is projected in any scenario, the base first."""
    rows: dict[str, dict[str, GapRow]] = {}
    for row in gap_to_target(ledger, projection):
        rows.setdefault(row.target.id, {})[row.scenario] = row
    names = (base, *(n for n in projection.scenarios if n != base))
    found = []
    for own in rows.values():
        if not any(_is_compared(row) for row in own.values()):
            continue
        against = _met(ledger, projection, own[base])
        for name in names:
            met = None if name == base else _met(ledger, projection, own[name])
            if met is None or against is None:
                found.append(TargetCompared(own[name]))
            else:
                difference, error = paired_share(met, against, projection.block)
                found.append(TargetCompared(own[name], difference, error))
    return tuple(found)


def _is_compared(row: GapRow) -> bool:
    projected = math.isfinite(row.probability) or row.remark == "by_construction"
    return projected and row.remark != "reached"


def _met(ledger: Ledger, projection: Projection, row: GapRow) -> NDArray[np.bool_] | None:
    if not math.isfinite(row.probability):
        return None
    paths = projection.scenarios[row.scenario]
    values = target_values(ledger, projection, paths, row.target)
    return None if values is None else meets(values, row.target)


def paired_share(
    met: NDArray[np.bool_], base: NDArray[np.bool_], block: int
) -> tuple[float, float]:
    r"""Give the difference of two shares on the same draws, and its Monte-Carlo error.

    .. math:: \Delta = \frac{1}{n}\sum_i (m_i - b_i), \qquad
              s^2 = \frac{1}{n} \bigl[ \overline{(m-b)^2} - \Delta^2 \bigr]

    Where there are several blocks the error is the spread between them.

    Examples
    --------
    One draw of four changes sides:

    >>> paired_share(np.array([1, 1, 0, 0]) > 0, np.array([1, 0, 0, 0]) > 0, 1024)[0]
    0.25
    """
    change = met.astype(np.float64) - base
    full = met.size // block
    if full < 2:
        return float(change.mean()), float(change.std() / math.sqrt(met.size))
    blocks = change[: full * block].reshape(full, block).mean(axis=1)
    return float(change.mean()), float(blocks.std(ddof=1) / math.sqrt(full))


def target_rows(found: Sequence[TargetCompared], base: str) -> list[tuple[str, ...]]:
    """Give the rows of ``compare_targets.csv``."""
    return [_cells(one, base) for one in found]


def _cells(one: TargetCompared, base: str) -> tuple[str, ...]:
    row, t = one.row, one.row.target

    def number(value: float) -> str:
        return canonical_number(value, DIGITS)

    return (
        base, row.scenario, t.id, t.region, t.indicator, t.breakdown, t.period.text, t.measure,
        canonical_number(t.value), t.unit, t.price_basis, status_of(t), number(row.p50),
        number(row.gap), number(row.probability), number(row.probability_error),
        number(one.difference), number(one.error), row.remark,
    )  # fmt: skip


def status_of(target: Target) -> str:
    """Name whether a target is in force."""
    return "in_force" if target.in_force else "superseded"
