"""Identities that do not close, and every single change that closes one."""

from __future__ import annotations

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Table
from kichban.report.lookup import Row, number, records, text
from kichban.report.tables_contradictions import language_of

#: Columns that hold a sentence in one language carry it in their name.
_SENTENCES = ("repair", "explanation", "reading", "remark")
_SKIPPED = ("region", "rank", "statements", "plausible")


def identities_table(context: Context) -> Table | None:
    """Give the checks with their repairs, the plausible one first; ``None`` where none was made.

    The table is printed as the edition has it: known columns by name, codes by their labels.
    """
    rows = records(context.tables.edition.extras.get("identities"))
    if not rows:
        return None
    names = [n for n in _columns(context, rows) if any(r.get(n) not in (None, "") for r in rows)]
    columns = tuple(
        Column(
            _heading(context, name),
            "1fr" if _is_number(rows, name) else "2.2fr",
            "right" if _is_number(rows, name) else "left",
        )
        for name in names
    )
    cells = tuple(tuple(Cell(_value(context, row, name)) for name in names) for row in rows)
    return Table(context.texts("report.identities.title"), columns, cells, size=9.5)


def _columns(context: Context, rows: list[dict[str, object]]) -> list[str]:
    """Give the columns to print: of a pair ``repair_vi``, ``repair_en`` the report's own."""
    other = "_en" if context.lang == "vi" else "_vi"
    return [n for n in rows[0] if not n.endswith(other) and n not in _SKIPPED]


def _heading(context: Context, name: str) -> str:
    bare = name.removesuffix("_vi").removesuffix("_en")
    key = f"report.identities.{bare}"
    return context.texts(key) if context.texts.has(key) else bare.replace("_", " ")


def _is_number(rows: list[dict[str, object]], name: str) -> bool:
    values = [r.get(name) for r in rows if r.get(name) not in (None, "")]
    return bool(values) and all(
        isinstance(v, (int, float)) and not isinstance(v, bool) for v in values
    )


def _value(context: Context, row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        return context.texts("report.identities.yes" if value else "report.identities.no")
    if isinstance(value, (int, float)):
        figure = number(row, name)
        decimals = 0 if figure is None or float(figure).is_integer() else 2
        return context.printer.number(figure, decimals)
    return _words(context, text(row, name), name) or "-"


def _words(context: Context, words: str, name: str) -> str:
    """Print a code by its label, a sentence as it stands if it is of this language."""
    labels = {
        "identity": context.labels.identity,
        "indicator": context.labels.indicator,
        "period": context.printer.period,
    }
    if name in labels:
        return labels[name](words) if words else ""
    if name in _SENTENCES and " " in words and language_of(words) != context.lang:
        return ""
    return context.labels.breakdown(words) if ":" in words and " " not in words else words
