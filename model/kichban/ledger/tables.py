"""Reading cells with a declared meaning; every fault is collected, none raised."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kichban.errors import Fault
from kichban.files import csv_rows, load_toml, toml_line
from kichban.numbers import parse_number
from kichban.periods import Period, parse_date, parse_period


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells as text and the list that takes its faults.

    Faults in the columns of `hides` do not show what stands there.
    """

    file: str
    line: int
    cells: dict[str, str]
    faults: list[Fault]
    absent: Collection[str] = field(default=())
    hides: Collection[str] = field(default=())

    def fault(self, code: str, column: str, value: str | None = None, **detail: str) -> None:
        """Note a fault of this row; a missing column is one fault, not one for each row."""
        if column in self.absent:
            return
        shown = self.cells.get(column, "") if value is None else value
        if column in self.hides and shown:
            shown = "***"
        self.faults.append(Fault(code, self.file, self.line, column, shown, detail))

    def text(self, column: str, *, required: bool = False) -> str:
        """Give the cell's text."""
        value = self.cells[column]
        if required and not value:
            self.fault("E-CELL-001", column)
        return value

    def printable(self, column: str, *, required: bool = False) -> str:
        """Give a text that goes into print: not too long, of characters that the fonts have."""
        value = self.text(column, required=required)
        strange = next((c for c in value if not _is_printable(c)), None)
        if strange is not None:
            self.fault("E-TEXT-001", column, value[:40], character=f"U+{ord(strange):04X}")
        if len(value) > LONGEST:
            self.fault("E-TEXT-002", column, f"{value[:40]}…", length=str(len(value)))
        return value

    def choice(self, column: str, allowed: Collection[str], code: str = "E-WORD-001") -> str:
        """Give the cell, which must be one of a list of words."""
        value = self.cells[column]
        if value not in allowed:
            self.fault(code, column, **nearest(value, allowed))
        return value

    def number(self, column: str, *, required: bool = False) -> float | None:
        """Give the cell as a number; ``12,5`` gets its own fault."""
        value = self.cells[column]
        if not value:
            if required:
                self.fault("E-CELL-001", column)
            return None
        try:
            return parse_number(value)
        except ValueError:
            self.fault("E-NUM-002" if "," in value else "E-NUM-001", column)
            return None

    def date(self, column: str) -> dt.date | None:
        """Give the cell as a day; a month or year means its last day."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return parse_date(value)
        except ValueError:
            self.fault("E-DATE-001", column)
            return None

    def period(self, column: str) -> Period | None:
        """Give the cell as a period."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return parse_period(value)
        except ValueError:
            self.fault("E-PER-001", column)
            return None


#: characters of a text that is printed in a table
LONGEST = 500


def _is_printable(character: str) -> bool:
    """Whether the fonts of the report have a character.

    >>> [_is_printable(c) for c in "ắ₫→\uf0b7讯"]
    [True, True, True, False, False]
    """
    if character in "\n\t":
        return True
    return ord(character) < 0x2FF0 and unicodedata.category(character) not in (
        "Cc",
        "Co",
        "Cn",
        "Cs",
    )


def nearest(value: str, allowed: Collection[str]) -> dict[str, str]:
    """Give the word meant, if one is near, and the list: placeholders of a fault.

    >>> nearest("exportz", ["exports", "imports"])["nearest"]
    'exports'
    """
    match = difflib.get_close_matches(value, sorted(allowed), n=1, cutoff=0.6)
    shown = sorted(a for a in allowed if a)
    listed = ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    return {"nearest": match[0] if match else "–", "allowed": listed}


#: faults after which a file's names are not known
LOST = frozenset(
    {
        "E-FILE-001",
        "E-FILE-002",
        "E-COL-002",
        "E-COL-004",
        "E-ROW-002",
        "E-TOML-001",
        "E-FMT-002",
        "E-KEY-002",
    }
)


class _Anything(Collection[str]):
    """Names of a file that could not be read: nothing can be said against any of them."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def names_in(file: str, names: Collection[str], faults: Sequence[Fault]) -> Collection[str]:
    """Give the names others may refer to; one broken file must not make a fault of each row.

    >>> "x" in names_in("a.csv", [], [])
    False
    >>> "x" in names_in("a.csv", [], [Fault("E-FILE-001", "a.csv")])
    True
    """
    lost = any(f.file == file and (f.code in LOST or not names) for f in faults)
    return _Anything() if lost else names


#: what separates cells in tables that are no CSV → how it is called
SEPARATORS = {";": ";", "\t": "Tab"}


def header_of(text: str) -> list[str]:
    r"""Give the column names of a table, as far as they can be read.

    >>> header_of('"unique_id", ds\n"a",1\n')
    ['unique_id', 'ds']
    """
    try:
        return [name.strip() for name in next(csv_rows(text), (1, []))[1]]
    except csv.Error:
        return []


def read_table(
    file: str,
    text: str | None,
    columns: Sequence[str],
    faults: list[Fault],
    optional: Collection[str] = (),
) -> list[Row]:
    """Read a CSV whose header must be `columns`, in any order; `optional` ones may be missing.

    A missing file, column or cell and an unknown column are faults; rows that have the right
    number of cells are returned all the same, so that their own faults are found too.
    """
    if text is None:
        faults.append(Fault("E-FILE-001", file))
        return []
    lines = _lines(file, text, faults)
    if not lines:
        faults.append(Fault("E-FILE-002", file, 1))
        return []
    header = [name.strip() for name in lines[0][1]]
    if len(header) == 1 and (marks := [m for m in SEPARATORS if m in header[0]]):
        faults.append(Fault("E-COL-004", file, 1, "", header[0], {"mark": SEPARATORS[marks[0]]}))
        return []
    faults.extend(_of_header(file, header, columns, optional))
    absent = frozenset(columns) - frozenset(header)
    rows = []
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            detail = {"found": str(len(cells)), "expected": str(len(header))}
            faults.append(Fault("E-ROW-001", file, line, "", cells[0] if cells else "", detail))
            continue
        table = dict.fromkeys(columns, "") | {
            name: cell.strip() for name, cell in zip(header, cells, strict=True)
        }
        rows.append(Row(file, line, table, faults, absent))
    return rows


def _of_header(
    file: str, header: Sequence[str], columns: Sequence[str], optional: Collection[str]
) -> Iterator[Fault]:
    for name in dict.fromkeys(header):
        if name not in columns:
            yield Fault("E-COL-001", file, 1, name, name, nearest(name, columns))
        elif header.count(name) > 1:
            yield Fault("E-COL-003", file, 1, name, name)
    for name in columns:
        if name not in header and name not in optional:
            near = {n.casefold(): n for n in header}.get(name.casefold(), "–")
            yield Fault("E-COL-002", file, 1, name, "", {"near": near})


def _lines(file: str, text: str, faults: list[Fault]) -> list[tuple[int, list[str]]]:
    """Split into rows; after quotes that never close there is nothing more to read."""
    lines: list[tuple[int, list[str]]] = []
    reader = csv_rows(text)
    try:
        for line in reader:
            lines.append(line)
    except csv.Error as error:
        after = lines[-1][0] + 1 + sum(c.count("\n") for c in lines[-1][1]) if lines else 1
        faults.append(Fault("E-ROW-002", file, after, "", "", {"reason": str(error)}))
    return lines


def read_toml(
    file: str, text: str | None, faults: list[Fault], *, newest: int = 1
) -> dict[str, Any]:
    """Read a TOML file and check its ``format``; faults give the line where TOML breaks."""
    if text is None:
        faults.append(Fault("E-FILE-001", file))
        return {}
    try:
        document = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        line = toml_line(text, error)
        faults.append(Fault("E-TOML-001", file, line, "", "", {"reason": str(error)}))
        return {}
    version = document.get("format")
    line = _format_line(text)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        shown = "" if version is None else str(version)
        faults.append(Fault("E-FMT-001", file, line, "format", shown))
    elif version > newest:
        detail = {"newest": str(newest)}
        faults.append(Fault("E-FMT-002", file, line, "format", str(version), detail))
        return {}
    return document


def _format_line(text: str) -> int:
    lines = enumerate(text.split("\n"), start=1)
    return next((n for n, line in lines if re.match(r"\s*format\s*=", line)), 1)


def read_entries(
    file: str, text: str | None, key: str, faults: list[Fault]
) -> list[tuple[int | None, dict[str, Any]]]:
    """Read the ``[[key]]`` tables of a TOML file with the line of each one's head."""
    found = read_toml(file, text, faults).get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        line = _entry_line(text or "", key)
        faults.append(Fault("E-KEY-002", file, line, key, "", {"expected": f"[[{key}]]"}))
        return []
    lines = enumerate((text or "").split("\n"), start=1)
    heads = [number for number, line in lines if line.strip().startswith(f"[[{key}]]")]
    # Heads may also be written inline, as an array: then no line can be told.
    known = heads if len(heads) == len(found) else [None] * len(found)
    return list(zip(known, found, strict=True))


def _entry_line(text: str, key: str) -> int | None:
    """Line on which ``key`` is set, or a table of that name begins."""
    name = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[=\].]")
    lines = enumerate(text.split("\n"), start=1)
    return next((n for n, line in lines if name.match(line)), None)


#: form of a TOML value → how it is written
FORMS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ('"…"', lambda v: isinstance(v, str)),
    "texts": (
        '["…", "…"]',
        lambda v: isinstance(v, list) and all(isinstance(item, str) for item in v),
    ),
    "table": ("{ … }", lambda v: isinstance(v, dict)),
    "label": (
        '{ vi = "…", en = "…" }',
        lambda v: (
            isinstance(v, dict)
            and set(v) == {"vi", "en"}
            and all(isinstance(words, str) for words in v.values())
        ),
    ),
}


def has_form(value: Any, form: str) -> bool:
    """Whether a TOML value has one of `FORMS`.

    >>> has_form("T043", "texts"), has_form(["T043"], "texts")
    (False, True)
    """
    return FORMS[form][1](value)


def line_of(text: str, needle: str, after: int = 0) -> int | None:
    r"""Line (from 1) on which `needle` first stands at or after line `after`.

    >>> line_of("a = 1\nb = 2\n", "b =")
    2
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if number >= after and needle in line:
            return number
    return None
