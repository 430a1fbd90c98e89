"""Balances of the plan that do not close, and every single change that closes one."""

from __future__ import annotations

from kichban.catalogue import load_catalogue
from kichban.report.context import Context
from kichban.report.document import Bullets, Cell, Column, Paragraph, Table, plain
from kichban.report.lookup import Row, number, records, text
from kichban.report.printing import MINUS, NBSP


def identities_words(context: Context) -> tuple[Paragraph | Bullets, ...]:
    """Say in sentences how far each balance is from closing and how the model reads it."""
    words = context.texts
    said = []
    for row in _rows(context):
        sentence = words(
            "report.identities.said",
            identity=text(row, f"identity_{context.lang}"),
            computed=_amount(context, row, "computed"),
            stated=_amount(context, row, "stated"),
            gap=_amount(context, row, "gap").lstrip(MINUS),
        )
        said.append(plain(f"{sentence} {_reading(context, row)}".strip()))
    if not said:
        return ()
    return (Paragraph(plain(words("report.identities.lead"))), Bullets(tuple(said)))


def identities_table(context: Context) -> Table | None:
    """Give the balances with their repairs a line each; ``None`` where none was drawn up."""
    rows = _rows(context)
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.identities.identity"), "1fr", "left"),
        Column(words("report.identities.computed"), "19mm"),
        Column(words("report.identities.stated"), "19mm"),
        Column(words("report.identities.gap"), "19mm"),
        Column(words("report.identities.repair"), "66mm", "left"),
    )
    cells = tuple(line for row in rows for line in _lines(context, row))
    notes = (words("report.identities.why"),) if any(_explained(context, r) for r in rows) else ()
    title = words("report.identities.title")
    return Table(title, columns, cells, notes=notes, size=9.5, keep=True)


def _rows(context: Context) -> list[Row]:
    """Give the balances of the edition that carry words of this language."""
    rows = records(context.tables.edition.extras.get("identities"))
    return [r for r in rows if text(r, f"identity_{context.lang}")]


def _lines(context: Context, row: Row) -> list[tuple[Cell, ...]]:
    """Give one row a repair, the first of them bold where a published figure supports it."""
    repairs = text(row, f"repair_{context.lang}").split("; ") or ["-"]
    unit = _unit(context, row)
    label = text(row, f"identity_{context.lang}")
    document = text(row, f"document_{context.lang}")
    name = f"{f'{label} ({unit})' if unit else label}\n{document}"
    height = len(repairs)
    first = (
        Cell(name, rows=height),
        *(Cell(_figure(context, row, c), rows=height) for c in ("computed", "stated", "gap")),
    )
    explained = _explained(context, row)
    return [
        (*(first if index == 0 else ()), Cell(repair, bold=explained and index == 0))
        for index, repair in enumerate(repairs)
    ]


def _explained(context: Context, row: Row) -> bool:
    """Tell whether a figure published earlier supports the first repair."""
    unexplained = (context.texts("findings.plan_open"), context.texts("findings.plan_closes"))
    return _reading(context, row) not in ("", *unexplained)


def _reading(context: Context, row: Row) -> str:
    return text(row, f"reading_{context.lang}")


def _unit(context: Context, row: Row) -> str:
    """Name the unit of a balance by the catalogue's entry of that name."""
    for identity in load_catalogue().identities.values():
        if identity.label[context.lang] == text(row, f"identity_{context.lang}"):
            kind, _, what = identity.indicator.partition("_")
            counted = {"kcn": "parks", "ccn": "clusters"}.get(kind, "")
            return context.printer.unit("ha" if what == "area" else counted)
    return ""


def _amount(context: Context, row: Row, column: str) -> str:
    unit = _unit(context, row)
    return _figure(context, row, column) + (NBSP + unit if unit else "")


def _figure(context: Context, row: Row, column: str) -> str:
    value = number(row, column)
    decimals = 0 if value is None or float(value).is_integer() else 2
    return context.printer.number(value, decimals)
