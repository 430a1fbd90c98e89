"""Rows of a filled form joined to the rows of a file: nothing lost, what is equal untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kichban.errors import Fault
from kichban.files import csv_bytes, csv_rows
from kichban.form import Field, FormRow, Sheet, Value
from kichban.form.asked import clean_text
from kichban.form.shown import plain_number
from kichban.scenario.document import unchanged
from kichban.study.forms.inputs import InputTable, current_rows, row_keys, value_of
from kichban.texts import Lang


class Change(NamedTuple):
    """One value that a form changes: where, what it is called there, before and after."""

    place: str
    subject: str
    field: str
    old: str
    new: str


@dataclass(slots=True)
class Joined:
    """The rows of a file after a form, and where each row that came from the form stands in it."""

    file: str
    lang: Lang
    rows: list[dict[str, str]]
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    origins: dict[int, FormRow] = field(default_factory=dict)


def join_rows(
    table: InputTable,
    text: str | None,
    sheet: Sheet,
    read: Sequence[FormRow],
    name: str,
    lang: Lang,
) -> Joined:  # fmt: skip
    """Replace rows by id, or by the mark they were given; add the others at the end.

    Parameters
    ----------
    text
        The file as it stands, ``None`` where there is none.
    name, lang
        File name of the form, and the language it is in, for faults.
    """
    rows = current_rows(table, text)
    joined = Joined(name, lang, [dict(row) for row in rows])
    keys = row_keys(table, rows)
    by_key = {key: at for at, key in enumerate(keys)}
    by_id = {row[table.key]: at for at, row in enumerate(rows)} if table.key else {}
    taken: dict[int, FormRow] = {}
    for one in read:
        new = {f.name: text_of(f, one.values.get(f.name)) for f in sheet.fields}
        at = by_id.get(new[table.key]) if table.key else by_key.get(one.key)
        if at is not None and at in taken:
            if table.key:
                _fault(joined, "E-FORM-034", one, sheet, table.key, new[table.key], taken[at])
                continue
            _fault(joined, "W-FORM-009", one, sheet, table.columns[0], "", taken[at])
            at = None
        if table.key and at is None:
            by_id[new[table.key]] = len(joined.rows)
        if at is None and not table.key and one.key and one.key not in by_key:
            if new not in rows:
                _fault(joined, "E-FORM-035", one, sheet, table.columns[0])
            continue
        at = len(joined.rows) if at is None else at
        taken[at] = one
        stale = at < len(rows) and one.key not in ("", keys[at])
        _place(joined, at, one, new, sheet, table, stale=stale)
    return joined


def _place(
    joined: Joined, at: int, one: FormRow, new: Mapping[str, str], sheet: Sheet,
    table: InputTable, *, stale: bool,
) -> None:  # fmt: skip
    """Put a row of the form in its place, cell by cell, where it says something else."""
    old = joined.rows[at] if at < len(joined.rows) else dict.fromkeys(table.columns, "")
    subject = new[table.key or table.columns[0]]
    row = dict(old)
    for f in sheet.fields:
        if not same(f, old[f.name], new[f.name]):
            row[f.name] = new[f.name]
            place = one.places.get(f.name, "")
            joined.changes.append(Change(place, subject, f.name, old[f.name], new[f.name]))
    if row != old and stale:
        _fault(joined, "E-FORM-035", one, sheet, table.key or table.columns[0], subject)
    if at < len(joined.rows):
        joined.rows[at] = row
    else:
        joined.rows.append(row)
    if row != old:
        joined.origins[at] = one


def _fault(
    joined: Joined, code: str, one: FormRow, sheet: Sheet, column: str, value: str = "",
    first: FormRow | None = None,
) -> None:  # fmt: skip
    place = one.places.get(column, "")
    detail = {"first": first.places.get(column, "") if first else ""}
    head = sheet.field(column)
    shown = f"{place} ({head.label[joined.lang]})" if head else place
    joined.faults.append(Fault(code, joined.file, None, shown, value, detail))


def text_of(one: Field, value: Value) -> str:
    """Give a value of a form as a CSV cell.

    >>> from kichban.form import NO_LABEL
    >>> text_of(Field("x", "number", NO_LABEL), 2200000.0)
    '2200000'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return plain_number(value)
    return " ".join(value.split()) if isinstance(value, str) and one.name == "id" else str(value)


def same(one: Field, old: str, new: str) -> bool:
    """Whether two cells mean the same, however they are written.

    >>> from kichban.form import NO_LABEL
    >>> same(Field("x", "number", NO_LABEL), "1.50", "1.5")
    True
    """
    if old == new:
        return True
    if one.kind == "number":
        return bool(old and new) and unchanged(value_of(one, old), value_of(one, new))
    return clean_text(old) == clean_text(new)


def csv_of(table: InputTable, rows: Sequence[Mapping[str, str]]) -> bytes:
    """Write the rows as canonical CSV."""
    return csv_bytes(table.columns, [[row[c] for c in table.columns] for row in rows])


def lines_of(text: str) -> list[int]:
    """Give the line on which each row stands."""
    return [line for line, _ in csv_rows(text)][1:]
