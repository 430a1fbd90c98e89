"""Outliers and breaks of the series: when, of what kind, how large, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.ledger.values import Statement
from kichban.report import quoting
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Table
from kichban.report.lookup import Row, number, records, text
from kichban.texts import ELLIPSIS, lower_first


def breaks_table(context: Context) -> Table | None:
    """Give what was found and what the analyst judged; ``None`` where there is neither."""
    edition = context.tables.edition
    rows = tuple(
        tuple(_cells(context, row))
        for row in records(edition.breaks)
        if text(row, "region") == edition.region
    )
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1.3fr", "left"),
        Column(words("report.breaks.type"), "1.2fr", "left"),
        Column(words("report.breaks.period"), "1.2fr", "centre"),
        Column(words("report.breaks.size"), "1.1fr", "centre"),
        Column(words("report.breaks.distance"), "16mm", "centre"),
        Column(words("report.breaks.judged"), "2.4fr", "left"),
    )
    notes = (words("report.breaks.note"),)
    return Table(words("report.breaks.title"), columns, rows, notes=notes, size=9, keep=True)


def _cells(context: Context, row: Row) -> Iterator[Cell]:
    printer, words = context.printer, context.texts
    name = context.labels.short(text(row, "indicator"))
    part = context.labels.breakdown(text(row, "breakdown"))
    yield Cell(f"{name}, {part}" if part else name)
    yield Cell(words(f"report.breaks.{text(row, 'type')}"))
    yield Cell(_dates(context, row))
    yield Cell(_size(context, row))
    yield Cell(printer.number(number(row, "z"), 1))
    yield Cell(_judged(context, row))


def _dates(context: Context, row: Row) -> str:
    """Name the period, and below it the span of those that fit as well."""
    period, first, last = (text(row, c) for c in ("period", "first", "last"))
    shown = context.printer.period(period)
    if first == last:
        return shown
    span = (lower_first(context.printer.period(p)) for p in (first, last))
    return f"{shown}\n({'–'.join(span)})"


def _size(context: Context, row: Row) -> str:
    size, low, high = (number(row, c) for c in ("size", "lower", "upper"))
    if size is None:
        return context.printer.number(None)
    ends = (context.printer.number(v, 0, signed=True) for v in (low, high))
    return f"{context.printer.number(size, 0, signed=True)}%\n({'; '.join(ends)})"


def _judged(context: Context, row: Row) -> str:
    """Say what was decided and why; of what nobody judged yet, the prints that tell it most."""
    status, judged = text(row, "status"), text(row, "judged")
    known = next((b for b in context.tables.edition.ledger.breaks if b.id == judged), None)
    if known is not None:
        return context.texts(f"report.breaks.{status}", reason=known.reason[context.lang])
    told = context.tables.statements(text(row, "statements").split())
    said = "; ".join(_print(context, s) for s in told)
    return context.texts("report.breaks.found", statements=said or ELLIPSIS)


def _print(context: Context, statement: Statement) -> str:
    """Say period, part and figure of a print."""
    names = (quoting.period(context, statement), quoting.part(context, statement.breakdown))
    return f"{', '.join(filter(None, names))}: {quoting.figure(context, statement)}"
