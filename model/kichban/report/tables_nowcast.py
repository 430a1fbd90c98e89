"""The current year: what is known of it, the quarters to come, and the year they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Table
from kichban.report.lookup import Observed, Quantiles
from kichban.report.printing import plain_decimals

#: indicator, measure, price basis and unit
_ROWS = (
    ("industrial_output", "level", "current", "bn_vnd"),
    ("iip", "growth_yoy", "", "percent"),
    ("industrial_va", "growth_yoy", "", "percent"),
    ("grdp", "growth_yoy", "", "percent"),
    ("exports", "level", "", "mn_usd"),
    ("imports", "level", "", "mn_usd"),
    ("retail_sales", "level", "current", "bn_vnd"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One indicator: the newest cumulative figures, and forecasts by period."""

    indicator: str
    measure: str
    unit: str
    so_far: Observed | None
    growth: Observed | None
    ahead: tuple[Quantiles, ...]
    year: Quantiles
    year_growth: Quantiles


def nowcast_table(context: Context) -> Table | None:
    """Give the current year by quarter; ``None`` where no quarter of it is still to come."""
    quarters = [f"{context.year}-Q{q}" for q in range(1, 5)]
    found = tuple(row for row in (_row(context, key, quarters) for key in _ROWS) if row.year)
    ahead = [q for i, q in enumerate(quarters) if any(row.ahead[i] for row in found)]
    if not ahead:
        return None
    words, kept = context.texts, [quarters.index(q) for q in ahead]
    columns = (
        Column(words("report.form.indicator"), "1.5fr", "left"),
        Column(words("report.form.unit"), "16mm", "centre"),
        Column(words("report.nowcast.so_far"), "1.25fr", "centre"),
        *(Column(context.printer.period(q), "1fr", "centre") for q in ahead),
        Column(words("report.nowcast.year", year=f"{context.year}"), "1fr", "centre"),
        Column(words("report.nowcast.growth"), "1fr", "centre"),
    )
    rows = tuple(tuple(_cells(context, row, kept)) for row in found)
    title = words("report.nowcast.title", year=f"{context.year}", scenario=context.headline)
    notes = (words("report.nowcast.note"),)
    return Table(title, columns, rows, notes=notes, size=9, keep=True)


def _row(context: Context, key: tuple[str, str, str, str], quarters: list[str]) -> _Row:
    indicator, measure, basis, unit = key
    tables = context.tables

    def projected(period: str, measure: str) -> Quantiles:
        return tables.projected(indicator, period, "", measure, basis)

    year = f"{context.year}"
    so_far = _newest(context, indicator, "level", basis) if measure == "level" else None
    return _Row(
        indicator, measure, unit, so_far, _newest(context, indicator, "growth_yoy", basis),
        tuple(projected(q, measure) for q in quarters), projected(year, measure),
        projected(year, "growth_yoy"),
    )  # fmt: skip


def _newest(context: Context, indicator: str, measure: str, basis: str) -> Observed | None:
    """Give the figure for most months of the year; printed, not estimated."""
    seen = context.tables.observed(indicator, "", measure, basis)
    to_date = [
        o for o in seen
        if o.period.is_year_to_date and o.period.year == context.year
        and o.period.kind not in ("year", "day") and o.origin == "observed"
    ]  # fmt: skip
    return to_date[-1] if to_date else None


def _cells(context: Context, row: _Row, kept: list[int]) -> Iterator[Cell]:
    printer, unit, rate = context.printer, row.unit, row.measure != "level"
    _, scaled = printer.scaled(row.year["p50"], unit)
    yield Cell(context.labels.short(row.indicator))
    yield Cell(context.texts("report.nowcast.rate") if rate else printer.unit(scaled))
    yield Cell(_so_far(context, row))
    for i in kept:
        yield Cell(context.printer.spread(row.ahead[i], unit))
    yield Cell("" if rate else context.printer.spread(row.year, unit), bold=True)
    yield Cell(context.printer.spread(row.year_growth, "percent"), bold=True)


def _so_far(context: Context, row: _Row) -> str:
    """Quote the newest cumulative figures: months, level, growth."""
    newest = row.so_far or row.growth
    if newest is None:
        return context.printer.number(None)
    months = context.printer.period(newest.period.text)
    parts = []
    if row.so_far is not None:
        parts.append(context.printer.about(row.so_far.value, row.unit).split("\u00a0")[0])
    if row.growth is not None and row.growth.period == newest.period:
        rate = row.growth.value
        parts.append(
            ("+" if rate > 0 else "") + context.printer.percent(rate, plain_decimals(rate))
        )
    return f"{' · '.join(parts)}\n{months}"
