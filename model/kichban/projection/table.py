"""A projection as a tidy table: quantiles by scenario, variable and period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from kichban.numbers import FloatArray, canonical_number
from kichban.periods import quarter_period, year_period
from kichban.projection.values import Paths, Projection, Variable

STATISTICS = ("p05", "p10", "p25", "p50", "p75", "p90", "p95", "mean")
_LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
COLUMNS = (
    "scenario", "region", "indicator", "breakdown", "period", "measure", "statistic", "value",
    "unit", "price_basis",
)  # fmt: skip
#: seven digits keep a result; the bits beyond them may differ between processors
DIGITS = 7
#: measures that are fractions inside and per cent in files
RATES = frozenset({"growth_yoy", "occupancy_pct"})


def quantiles(values: FloatArray) -> FloatArray:
    """Give (statistic, period) of (draw, period): linear quantiles and the mean.

    Columns without a number in every draw come back as NaN.
    """
    ordered = np.sort(values.T, axis=1)  # NaN sort to the end
    count = ordered.shape[1]
    position = np.array(_LEVELS) * (count - 1)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    weight = position - below
    found = ordered[:, below] * (1 - weight) + ordered[:, above] * weight
    mean = ordered.mean(axis=1, keepdims=True)
    table = np.hstack([found, mean])
    table[np.isnan(ordered[:, -1])] = np.nan
    return np.asarray(table.T)


def projection_rows(projection: Projection, region: str, workers: int = 2) -> list[tuple[str, ...]]:
    """Give the rows of ``projections.csv``, in order of their keys."""
    axis = projection.axis
    years = [year_period(int(y)).text for y in axis.years]
    quarters = [quarter_period(axis.first_quarter + q).text for q in range(axis.quarters)]

    def one(item: tuple[str, Variable, Paths | FloatArray]) -> list[tuple[str, ...]]:
        scenario, variable, paths = item
        if not isinstance(paths, Paths):
            return list(_rows(scenario, region, variable, years, paths))
        rows: list[tuple[str, ...]] = []
        for names, values in ((years, paths.annual), (quarters, paths.quarterly)):
            if values is not None:
                rows.extend(_rows(scenario, region, variable, names, quantiles(values)))
        return rows

    items = [
        (name, variable, paths)
        for name, scenario in projection.scenarios.items()
        for variable, paths in sorted({**scenario.variables, **scenario.sites}.items(), key=_key)
    ]
    with ThreadPoolExecutor(workers) as pool:
        return [row for rows in pool.map(one, items) for row in rows]


def _key(item: tuple[Variable, object]) -> Variable:
    return item[0]


def _rows(
    scenario: str, region: str, variable: Variable, periods: Sequence[str], table: FloatArray
) -> Iterator[tuple[str, ...]]:
    scaled = table * (100.0 if variable.measure in RATES else 1.0)
    names = periods[-table.shape[1] :]
    for p, period in enumerate(names):
        if np.isnan(scaled[0, p]):
            continue
        for s, statistic in enumerate(STATISTICS):
            yield (
                scenario, region, variable.indicator, variable.breakdown, period,
                variable.measure, statistic, canonical_number(float(scaled[s, p]), DIGITS),
                variable.unit, variable.price_basis,
            )  # fmt: skip
