"""A projection as a tidy table: quantiles by scenario, variable and period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from kichban.numbers import FloatArray, canonical_number
from kichban.periods import quarter_period, year_period
from kichban.projection.sketch import quantiles
from kichban.projection.values import Paths, Projection, Variable

STATISTICS = ("p05", "p10", "p25", "p50", "p75", "p90", "p95", "mean")
COLUMNS = (
    "scenario", "region", "indicator", "breakdown", "period", "measure", "statistic", "value",
    "unit", "price_basis",
)  # fmt: skip
#: seven digits keep a result; the bits beyond them may differ between processors
DIGITS = 7
#: measures that are fractions inside and per cent in files
RATES = frozenset({"growth_yoy", "occupancy_pct", "contribution_pp"})


def projection_rows(projection: Projection, region: str, workers: int = 2) -> list[tuple[str, ...]]:
    """Give the rows of ``projections.csv``, in order of their keys."""
    axis = projection.axis
    years = [year_period(int(y)).text for y in axis.years]
    quarters = [quarter_period(axis.first_quarter + q).text for q in range(axis.quarters)]

    def one(item: tuple[str, Variable]) -> list[tuple[str, ...]]:
        scenario, variable = projection.scenarios[item[0]], item[1]
        paths, table = scenario.variables.get(variable), scenario.tables.get(variable, Paths())
        if paths is not None:
            table = Paths(*(None if p is None else quantiles(p) for p in _both(paths)))
        rows: list[tuple[str, ...]] = []
        for names, values in zip((years, quarters), _both(table), strict=True):
            if values is not None:
                rows.extend(_rows(item[0], region, variable, names, values))
        return rows

    items = [
        (name, variable)
        for name, scenario in projection.scenarios.items()
        for variable in sorted({*scenario.variables, *scenario.tables})
    ]
    with ThreadPoolExecutor(workers) as pool:
        return [row for rows in pool.map(one, items) for row in rows]


def _both(paths: Paths) -> tuple[FloatArray | None, FloatArray | None]:
    return paths.annual, paths.quarterly


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
