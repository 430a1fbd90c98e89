"""Targets on the first page, and the lists of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Row, end_year, number, text
from kichban.report.printing import beside
from kichban.report.wording import chance

#: Gaps below this, in any unit, are rounding of the machine.
_NOTHING = 0.005


def summary_table(context: Context) -> Table:
    """Give one row for each target that can be judged; the unit stands with the name."""
    words = context.texts
    columns = (
        Column(words("report.targets.name"), "1fr", "left"),
        Column(words("report.targets.value"), "17mm"),
        Column(words("report.targets.forecast"), "17mm"),
        Column(words("report.targets.gap"), "18mm"),
        Column(words("report.targets.gap_percent"), "11mm"),
        Column(words("report.targets.outlook"), "46mm", "left"),
    )
    return Table("", columns, tuple(_summary_rows(context)), size=9, keep=True)


def _summary_rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    year = 0
    for row in context.targets.first:
        if end_year(row) != year:
            year = end_year(row)
            key = "report.targets.this_year" if year == context.year else "report.targets.by_year"
            yield (Cell(context.texts(key, year=f"{year}"), bold=True, span=6, align="left"),)
        yield (
            Cell(context.wording.named(row, full=True), note=_document_note(context, row)),
            Cell(context.wording.figure(row)),
            Cell(forecast(context, row)),
            *_gap(row),
            Cell(_outlook(context, row)),
        )


def forecast(context: Context, row: Row) -> Number:
    """Print the middle forecast: three digits, rates with one decimal, numbers of sites whole."""
    value = number(row, "p50")
    if text(row, "unit").startswith("percent") or text(row, "measure") == "count":
        return rounded(row, value)
    return beside(value, number(row, "target_value"), context.wording.decimals(row))


def rounded(row: Row, value: float | None, *, signed: bool = False) -> Number:
    """Round a forecast or a gap as its target is printed."""
    if value is not None and abs(value) < _NOTHING:
        value = 0.0
    unit = text(row, "unit")
    if unit.startswith("percent"):
        return Number(value, 1, signed=signed)
    if text(row, "measure") == "count":
        return Number(value, 0, signed=signed)
    return Number(value, digits=3, signed=signed)


def _gap(row: Row) -> tuple[Cell, Cell]:
    """Print over (+) and short (−), as an amount and as per cent of the target."""
    gap, percent = number(row, "gap"), number(row, "gap_percent")
    amount = rounded(row, None if gap is None else -gap, signed=True)
    # Per cent of a rate would read like points of it.
    if percent is None or text(row, "unit").startswith("percent"):
        return Cell(amount), Cell("-")
    return Cell(amount), Cell(Number(-percent, 1, signed=True))


def _outlook(context: Context, row: Row) -> str:
    probability = number(row, "probability")
    words = context.wording.outlook(row)
    if probability is None or text(row, "remark") in ("by_construction", "reached"):
        return words
    return f"{words} ({chance(probability, context.printer)})"


def document_name(context: Context, row: Row) -> str:
    """Name the document of a target."""
    target = context.tables.target(row)
    return target.document[context.lang] if target else text(row, "document")


def _document_note(context: Context, row: Row) -> str:
    target = context.tables.target(row)
    name = document_name(context, row)
    source = context.citations.of((target.statement,)) if target else ""
    return f"{name}; {source}." if source else f"{name}."


def other_table(context: Context) -> Table:
    """List targets in force that stand not on the first page, with the reason where unjudged."""
    return _list_table(context, context.targets.other, "report.targets.other_title")


def replaced_table(context: Context) -> Table:
    """List targets that a newer document has replaced."""
    return _list_table(context, context.targets.replaced, "report.targets.replaced_title")


def _list_table(context: Context, rows: Sequence[Row], title: str) -> Table:
    """Give targets under the document that sets them."""
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1fr", "left"),
        Column(words("report.targets.period"), "18mm", "centre"),
        Column(words("report.form.unit"), "15mm", "centre"),
        Column(words("report.targets.value"), "17mm"),
        Column(words("report.targets.forecast"), "16mm"),
        Column(words("report.targets.reason"), "44mm", "left"),
    )
    cells: list[tuple[Cell, ...]] = []
    for document in dict.fromkeys(document_name(context, row) for row in rows):
        cells.append((Cell(document, bold=True, span=6, align="left"),))
        cells += [_listed(context, r) for r in rows if document_name(context, r) == document]
    return Table(words(title), columns, tuple(cells), size=8.5)


def _listed(context: Context, row: Row) -> tuple[Cell, ...]:
    return (
        Cell(context.wording.list_name(row)),
        Cell(_period(context, row)),
        Cell(context.printer.unit(text(row, "unit"))),
        Cell(context.wording.figure(row)),
        Cell(forecast(context, row)),
        Cell(_outlook(context, row)),
    )


def _period(context: Context, row: Row) -> str:
    """Print when a target is due; a plain year without the word for it."""
    period = text(row, "period")
    return period if period.isdigit() else context.printer.period(period)
