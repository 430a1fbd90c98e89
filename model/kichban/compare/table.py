"""A comparison as a tidy table (``compare.csv``)."""

from __future__ import annotations

from kichban.compare.scenarios import Compared, Comparison
from kichban.numbers import canonical_number
from kichban.projection import RATES

#: `difference_…` are quantiles of the paired difference, per cent points for rates; `better` and
#: `same` are shares of draws, 0…1; all five are empty for the base itself
COLUMNS = (
    "base", "scenario", "region", "indicator", "breakdown", "period", "measure", "p10", "p50",
    "p90", "difference_p10", "difference_p50", "difference_p90", "better", "same", "unit",
    "price_basis",
)  # fmt: skip
DIGITS = 7


def comparison_rows(comparison: Comparison, region: str) -> list[tuple[str, ...]]:
    """Give the rows of ``compare.csv``; key columns together are unique."""
    return [_cells(row, comparison.base, region) for row in comparison.rows]


def _cells(row: Compared, base: str, region: str) -> tuple[str, ...]:
    v = row.variable
    scale = 100.0 if v.measure in RATES else 1.0
    return (
        base, row.scenario, region, v.indicator, v.breakdown, str(row.year), v.measure,
        *(canonical_number(scale * x, DIGITS) for x in (*row.level, *row.difference)),
        canonical_number(row.better, DIGITS), canonical_number(row.same, DIGITS), v.unit,
        v.price_basis,
    )  # fmt: skip
