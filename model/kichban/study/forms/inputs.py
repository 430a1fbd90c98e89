"""Forms of the inputs: the tables of the ledger as workbooks, and back to canonical CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kichban.files import csv_rows, sha256
from kichban.form import NO_LABEL, Field, Form, Row, Sheet, Value
from kichban.ledger import capacity, sites, statements
from kichban.ledger.book import Book
from kichban.numbers import parse_number
from kichban.study.forms.input_words import words_of
from kichban.texts import all_keys


@dataclass(frozen=True, slots=True)
class InputTable:
    """One CSV of the inputs: its columns are the ledger's own, its key is empty where none is."""

    name: str
    file: str
    columns: tuple[str, ...]
    key: str


TABLES: Mapping[str, InputTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            InputTable("statements", statements.STATEMENTS, statements.COLUMNS, "id"),
            InputTable("sources", statements.SOURCES, statements.SOURCE_COLUMNS, "source"),
            InputTable("sites", sites.SITES, sites.SITE_COLUMNS, "id"),
            InputTable("site_observations", sites.OBSERVATIONS, sites.OBSERVATION_COLUMNS, ""),
            InputTable("site_groups", sites.GROUPS, sites.GROUP_COLUMNS, "id"),
            InputTable("capacity", capacity.CAPACITY, capacity.COLUMNS, "id"),
        )
    }
)
NUMBERS = ("value", "resolution", *sites.AREAS, "occupancy_pct", "output")
SHARES = ("share_year1", "probability")
DATES = ("published", "as_of")
PERIODS = ("period", "start")
#: columns with long texts → width
_WIDE = MappingProxyType(
    {"note": 34.0, "title": 44.0, "breakdown": 22.0, "indicator": 26.0, "url_or_file": 26.0,
     "printed": 18.0, "project": 28.0, "name_vi": 24.0, "name": 22.0, "publisher": 22.0,
     "decision": 24.0, "investor": 24.0, "obstacles": 28.0, "statements": 22.0, "stage": 18.0,
     "site": 20.0, "period": 16.0, "value": 13.0, "measure": 18.0}
)  # fmt: skip
#: columns that must be filled in every row, as the ledger's readers ask
_REQUIRED = MappingProxyType(
    {
        "statements": ("id", "region", "indicator", "period_kind", "measure", "value", "unit",
                       "status", "published_precision", "source", "use"),
        "sources": ("source",),
        "sites": ("id", "kind", "name_vi"),
        "site_observations": ("site", "published_precision", "source", "use"),
        "site_groups": ("id", "kind", "statements"),
        "capacity": ("id", "project", "start", "output", "share_year1", "probability",
                     "confidential", "published"),
    }
)  # fmt: skip
#: unit of columns that always have the same
_UNITS = MappingProxyType(
    {**dict.fromkeys(sites.AREAS, "ha"), "occupancy_pct": "percent", "output": "bn_vnd"}
)
_PLAIN = MappingProxyType({"confidential": "flag"})
_GUIDANCE = ("rows", "edit", "numbers", "words", "back")


def input_form(name: str, book: Book, *, blank: int, filled: bool = True) -> Form:
    """Give the form of a table with the study's rows, or empty, and `blank` rows to fill in."""
    table = TABLES[name]
    rows = current_rows(table, book.texts.get(table.file))
    fields = tuple(_field(table, column, book, rows) for column in table.columns)
    keys = row_keys(table, rows)
    shown = tuple(
        Row(key, MappingProxyType({f.name: value_of(f, row[f.name]) for f in fields}))
        for key, row in zip(keys, rows, strict=True)
    )
    title = all_keys()[f"form.input.{name}"]
    sheet = Sheet(name, title, fields, shown if filled else (), blank)
    guidance = tuple(all_keys()[f"form.guidance.{key}"] for key in _GUIDANCE)
    return Form(name, title, (sheet,), help=guidance)


def current_rows(table: InputTable, text: str | None) -> list[dict[str, str]]:
    """Give the rows of a file as they stand, by column."""
    lines = [cells for _, cells in csv_rows(text)] if text else []
    if not lines:
        return []
    header = [name.strip() for name in lines[0]]
    return [
        dict.fromkeys(table.columns, "")
        | {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        for cells in lines[1:]
    ]


def row_keys(table: InputTable, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Give each row a mark of what stands in it, so that it is known again.

    Rows that are alike are numbered.
    """
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        mark = sha256("\x1f".join(row[c] for c in table.columns).encode())[:12]
        seen[mark] = seen.get(mark, 0) + 1
        found.append(mark if seen[mark] == 1 else f"{mark}-{seen[mark]}")
    return found


def _field(table: InputTable, column: str, book: Book, rows: Sequence[Mapping[str, str]]) -> Field:
    texts = all_keys()
    return Field(
        column,
        label=texts[f"form.column.{column}.label"],
        help=texts[f"form.column.{column}.help"],
        required=column in _REQUIRED[table.name],
        width=_WIDE.get(column, 12.0),
        **_shape(column, book, rows),
    )


def _shape(column: str, book: Book, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Say of which kind a column is."""
    if column in NUMBERS:
        unit = book.catalogue.units.get(_UNITS.get(column, ""), NO_LABEL)
        return {"kind": "number", "unit": unit}
    if column in SHARES:
        return {"kind": "number", "percent": True, "bounds": (0.0, 1.0)}
    if column in DATES:
        return {"kind": "date", "partial": column == "as_of" or _has_partial(column, rows)}
    words = words_of(column, book)
    if words:
        # What stands in the files may stay: the form is never stricter than the ledger.
        present = {row[column] for row in rows} - {"", *words}
        more = dict.fromkeys(sorted(present), NO_LABEL)
        return {"kind": "choice", "words": MappingProxyType({**words, **more})}
    return {"kind": "period" if column in PERIODS else _PLAIN.get(column, "text")}


def _has_partial(column: str, rows: Sequence[Mapping[str, str]]) -> bool:
    return any(len(row[column]) in (len("2024"), len("2024-06")) for row in rows)


def value_of(field: Field, text: str) -> Value:
    """Give a CSV cell as the value of a form; what is no number stays the text it is."""
    if not text:
        return None
    if field.kind == "number":
        try:
            number = parse_number(text)
        except ValueError:
            return text
        return int(text) if "." not in text else number
    if field.kind == "flag":
        return text == "yes"
    return text
