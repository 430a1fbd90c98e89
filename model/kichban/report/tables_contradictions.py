"""What must be settled before signing: one row for each set of prints that cannot all be true."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

from kichban.report import quoting
from kichban.report.context import Context
from kichban.report.contradiction_words import (
    about,
    apart,
    kind_of,
    prints,
    reading,
    repairs,
    value_of,
)
from kichban.report.document import Cell, Column, Table
from kichban.report.lookup import Row, end_year, number, records, text
from kichban.texts import lower_first

#: Gravest first; what the table calls otherwise follows in its own order.
_SEVERITY = ("error", "high", "severe", "warning", "medium", "moderate", "low", "minor", "info")
#: Severities that are listed without their explanation.
_SMALL = ("medium", "moderate", "low", "minor", "info")
#: Rows explained in full; two pages laid across hold them.
_EXPLAINED = 12


@dataclass(frozen=True, slots=True)
class Divided:
    """Contradictions by how they are printed: explained, a line each, counted."""

    explained: tuple[Row, ...]
    listed: tuple[Row, ...]
    counted: tuple[Row, ...]


def contradictions(context: Context) -> list[Row]:
    """Give the contradictions, gravest first."""
    rows: list[Row] = list(records(context.tables.edition.contradictions))
    return sorted(rows, key=_gravity)


def _gravity(row: Row) -> int:
    severity = text(row, "severity")
    return _SEVERITY.index(severity) if severity in _SEVERITY else len(_SEVERITY)


def divided(context: Context) -> Divided:
    """Explain the gravest of this year and last, list their others, count those of older years."""
    rows = contradictions(context)
    current = sorted(
        (r for r in rows if end_year(r) >= context.year - 1), key=partial(_urgency, context)
    )
    explained = [r for r in current if text(r, "severity") not in _SMALL][:_EXPLAINED]
    taken = {id(r) for r in explained}
    listed = [r for r in current if id(r) not in taken]
    taken |= {id(r) for r in listed}
    return Divided(tuple(explained), tuple(listed), tuple(r for r in rows if id(r) not in taken))


def _urgency(context: Context, row: Row) -> tuple[int, bool, bool, int]:
    """Order by gravity, then totals before parts, this year before last, the plan after both."""
    year = end_year(row)
    return _gravity(row), bool(_part(context, row)), year > context.year, -year


def contradictions_table(context: Context) -> Table | None:
    """Give one row for each of the gravest; ``None`` where there is none."""
    rows = tuple(
        (
            *_first_cells(context, row, index),
            Cell(prints(context, row)),
            Cell(reading(context, row)),
            Cell(repairs(context, row)),
        )
        for index, row in enumerate(divided(context).explained, 1)
    )
    if not rows:
        return None
    words = context.texts
    columns = (
        *_first_columns(context, "30mm", "16.5mm", "17mm"),
        Column(words("report.contradictions.prints"), "1.2fr", "left"),
        Column(words("report.contradictions.reading"), "40.5mm", "left"),
        Column(words("report.contradictions.suggested"), "1fr", "left"),
    )
    return Table("", columns, rows, size=8.5)


def other_table(context: Context) -> Table | None:
    """List the others of the same years, a line each, in two halves beside each other."""
    shown = divided(context)
    rows = [
        (*_first_cells(context, row, index), Cell(_kind_name(context, row)))
        for index, row in enumerate(shown.listed, len(shown.explained) + 1)
    ]
    if not rows:
        return None
    words = context.texts
    columns = 2 * (
        *_first_columns(context, "1fr", "14.5mm", "18.5mm"),
        Column(words("report.contradictions.kind_name"), "16mm", "left"),
    )
    half = (len(rows) + 1) // 2
    empty = tuple(Cell("") for _ in range(len(columns) // 2))
    cells = tuple(
        (*rows[i], *(rows[i + half] if i + half < len(rows) else empty)) for i in range(half)
    )
    return Table(words("report.contradictions.other_title"), columns, cells, size=8)


def closing(context: Context) -> str:
    """Count the contradictions of older years by kind; empty where there is none."""
    rows = divided(context).counted
    if not rows:
        return context.texts("report.contradictions.all_shown")
    kinds = Counter(_kind_name(context, row) for row in rows)
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return context.texts(
        "report.contradictions.closing",
        count=f"{len(rows)}",
        since=f"{context.year - 1}",
        kinds=said,
    )


def _first_columns(
    context: Context, subject: str, figure: str, distance: str
) -> tuple[Column, ...]:
    words = context.texts
    return (
        Column(words("report.form.no"), "7mm", "centre"),
        Column(words("report.contradictions.subject"), subject, "left"),
        Column(words("report.contradictions.stated"), figure),
        Column(words("report.contradictions.implied"), figure),
        Column(words("report.contradictions.apart"), distance),
    )


def _first_cells(context: Context, row: Row, index: int) -> tuple[Cell, ...]:
    first = about(context, row)
    parts = [context.labels.short(text(row, "indicator")), _part(context, row)]
    if text(row, "period"):
        parts.append(lower_first(context.printer.period(text(row, "period"))))
    subject = ", ".join(p for p in parts if p)
    if first is not None and not first.unit.startswith("percent") and first.measure != "count":
        subject = f"{subject} ({context.printer.unit(first.unit)})"
    return (
        Cell(f"{index}"),
        Cell(subject),
        Cell(value_of(context, number(row, "stated"), first)),
        Cell(value_of(context, number(row, "implied"), first)),
        Cell(apart(context, row)),
    )


def _part(context: Context, row: Row) -> str:
    """Name the part of the indicator; a balance is about the whole."""
    first = about(context, row)
    if first is None or text(row, "kind") == "identity":
        return ""
    return quoting.part(context, first.breakdown)


def _kind_name(context: Context, row: Row) -> str:
    return context.texts(f"report.contradictions.kind.{kind_of(context, row)}")
