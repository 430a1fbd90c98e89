"""Series with their vintages: what was printed when and by whom, and which print is used."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.ledger.values import Statement
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Observed
from kichban.report.printing import lower_first

#: Prints shown for one figure; the others are counted.
_PRINTS = 3
#: Other figures shown: indicator, breakdown, measure, price basis.
_OTHERS = (
    ("iip", "", "growth_yoy"),
    ("industrial_va", "", "growth_yoy"),
    ("grdp", "", "level"),
    ("grdp", "", "growth_yoy"),
    ("exports", "", "level"),
    ("imports", "", "level"),
    ("retail_sales", "", "level"),
    ("kcn_area", "stage:established", "area_ha"),
    ("kcn_leased", "", "area_ha"),
    ("kcn_occupancy", "statistic:average", "occupancy_pct"),
    ("ccn_area", "stage:established", "area_ha"),
    ("ccn_leased", "", "area_ha"),
    ("ccn_occupancy", "statistic:average", "occupancy_pct"),
)


def output_history(context: Context) -> tuple[Observed, ...]:
    """Give output at current prices: whole years, then this year's months so far."""
    seen = context.tables.observed("industrial_output", price_basis="current")
    years: dict[int, Observed] = {}
    for observed in seen:
        # Two bases of one year: the one that is printed comes first.
        if observed.period.kind == "year" and (
            observed.period.year not in years or observed.price_basis == "current"
        ):
            years[observed.period.year] = observed
    to_date = [
        o for o in seen
        if o.period.is_year_to_date and o.period.kind != "year" and o.period.year == context.year
    ]  # fmt: skip
    return (*(years[year] for year in sorted(years)), *to_date[-2:])


def output_table(context: Context) -> Table | None:
    """Give the history of output with every print behind it; ``None`` without a history."""
    history = output_history(context)
    if not history:
        return None
    words = context.texts
    columns = (
        Column(words("report.series.period"), "25mm", "left"),
        Column(words("report.series.value"), "16mm"),
        Column(words("report.series.range"), "26mm", "centre"),
        Column(words("report.series.origin"), "17mm", "left"),
        Column(words("report.series.prints"), "1fr", "left"),
    )
    rows = tuple(
        (
            Cell(_period(context, o)),
            Cell(Number(o.value, 0)),
            Cell(_range(context, o, 0)),
            Cell(_origin(context, o)),
            Cell(_prints(context, o)),
        )
        for o in history
    )
    title = words("report.series.output_title")
    return Table(title, columns, rows, unit=words("report.series.output_unit"), size=9)


def others_table(context: Context) -> Table | None:
    """Give the newest figures of the other indicators; ``None`` where there are none."""
    rows = tuple(_other_rows(context))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "36mm", "left"),
        Column(words("report.series.period"), "25mm", "left"),
        Column(words("report.series.value"), "15mm"),
        Column(words("report.form.unit"), "14mm", "centre"),
        Column(words("report.series.prints"), "1.5fr", "left"),
    )
    return Table(words("report.series.others_title"), columns, rows, size=9)


def _other_rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    for indicator, breakdown, measure in _OTHERS:
        seen = context.tables.observed(indicator, breakdown, measure)
        whole = [o for o in seen if o.period.kind in ("year", "day")][-2:]
        to_date = [
            o for o in seen if o.period.is_year_to_date and o.period.year == context.year
            and o.period.kind not in ("year", "day")
        ][-1:]  # fmt: skip
        shown = [*whole, *to_date]
        name = context.labels.indicator(indicator)
        key = f"report.measure.{measure}"
        if context.texts.has(key):
            name = f"{name}, {context.texts(key)}"
        for index, observed in enumerate(shown):
            unit = observed.unit or ("percent" if measure != "area_ha" else "ha")
            head = Cell(name, rows=len(shown))
            tail = Cell(context.printer.unit(unit), rows=len(shown))
            yield (
                *((head,) if index == 0 else ()),
                Cell(_period(context, observed)),
                Cell(Number(observed.value, plain_decimals(observed.value))),
                *((tail,) if index == 0 else ()),
                Cell(_prints(context, observed)),
            )


def _period(context: Context, observed: Observed) -> str:
    return context.printer.period(observed.period.text)


def _range(context: Context, observed: Observed, decimals: int) -> str:
    low, high = observed.lower, observed.upper
    if low is None or high is None or low == high:
        return "-"
    number = context.printer.number
    return f"{number(low, decimals)}–{number(high, decimals)}"


def _origin(context: Context, observed: Observed) -> str:
    key = f"report.origin.{observed.origin}"
    return context.texts(key) if context.texts.has(key) else observed.origin


def _prints(context: Context, observed: Observed) -> str:
    """List prints of the period, then of others, newest first: figure, status, publisher, day."""
    found = [s for s in context.tables.statements(observed.statements) if not s.is_plan]
    found.sort(key=lambda s: (str(s.published or ""), s.id), reverse=True)
    found.sort(key=lambda s: s.period != observed.period or s.unit != observed.unit)
    shown = [_print(context, s, observed) for s in found[:_PRINTS]]
    if len(found) > _PRINTS:
        shown.append(context.texts("report.series.more", count=f"{len(found) - _PRINTS}"))
    return "; ".join(shown) or "-"


def _print(context: Context, statement: Statement, observed: Observed) -> str:
    """Say one print; one of another period, or a rate behind an amount, says what it is."""
    value = context.printer.number(statement.value, plain_decimals(statement.value))
    qualifier = f"report.qualifier.{statement.qualifier}"
    if statement.qualifier and context.texts.has(qualifier):
        value = f"{context.texts(qualifier)} {value}"
    if statement.unit != observed.unit and statement.unit.startswith("percent"):
        value = f"{value}%"
        measure = f"report.measure.{statement.measure}"
        if context.texts.has(measure):
            value = f"{context.texts(measure)} {value}"
    if statement.period is not None and statement.period != observed.period:
        value = f"{lower_first(context.printer.period(statement.period.text))}: {value}"
    actual = statement.status == "actual"
    return context.texts(
        "report.series.print",
        value=value,
        status=context.texts("report.form.status_actual")
        if actual
        else context.labels.status(statement.status),
        source=context.citations.print_of(statement),
    )


def plain_decimals(value: float) -> int:
    """Give the decimals that show a printed figure whole, two at most.

    >>> plain_decimals(541160.0), plain_decimals(28.1), plain_decimals(26.45)
    (0, 1, 2)
    """
    return next((d for d in (0, 1) if abs(round(value, d) - value) < 1e-9), 2)
