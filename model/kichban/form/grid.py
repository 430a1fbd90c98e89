"""From bytes to grids of cells; what is no workbook says what it is instead."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kichban.errors import Fault
from kichban.form.values import MARK

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: an encrypted workbook is a file of this name inside an OLE file (UTF-16)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: bytes a workbook may have when unpacked; 20.000 statements have 40 million
_LARGEST = 1_000_000_000
#: what archives that are no .xlsx have in them → how they are called
_KINDS = {
    "content.xml": "OpenDocument (.ods)",
    "xl/workbook.bin": "Excel (.xlsb)",
    "word/document.xml": "Word (.docx)",
}
#: bytes of a text: letters of any language, tabs and line ends
_OF_TEXT = bytes(range(32, 256)) + b"\t\r\n"
#: rows in which the technical names are looked for
_HEAD = 20


class Cell(NamedTuple):
    """A cell that is not empty: its value, number format and whether a formula gave it."""

    value: Any
    format: str
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as found: rows and columns from 1, only cells that are not empty."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[tuple[int, int, int, int], ...]
    hidden: frozenset[int]
    #: row of the technical names, 0 where there is none
    head: int

    @property
    def mark(self) -> str:
        """What the sheet says it is, empty where it says nothing."""
        return str(self.rows[self.head][1].value).strip() if self.head else ""


def open_grids(name: str, data: bytes) -> tuple[tuple[Grid, ...], tuple[Fault, ...]]:
    """Open a workbook; a fault of the file as a whole is the only one then."""
    fault = _container_fault(name, data)
    if fault is not None:
        return (), (fault,)
    try:
        return _grids(data), ()
    except MemoryError:
        raise
    # whatever a library finds wrong in a damaged file is the same to its owner
    except Exception as error:
        detail = {"reason": f"{type(error).__name__}: {error}"[:120]}
        return (), (Fault("E-FORM-001", name, detail=detail),)


def _container_fault(name: str, data: bytes) -> Fault | None:
    """Say what is wrong with the file as a whole, if anything is."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return Fault("E-FORM-002", name)
        return _another_kind(name, "Excel 97–2003 (.xls)")
    if data.startswith(b"PK"):
        return _archive_fault(name, data)
    if data and not data[:2000].translate(None, _OF_TEXT):
        return _another_kind(name, "CSV, HTML")
    return Fault("E-FORM-001", name, detail={"reason": f"{len(data)} byte"})


def _archive_fault(name: str, data: bytes) -> Fault | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        return Fault("E-FORM-001", name, detail={"reason": str(error)})
    size = sum(info.file_size for info in members.values())
    if any(info.flag_bits & 1 for info in members.values()):
        return Fault("E-FORM-002", name)
    if size > _LARGEST:
        return Fault("E-FORM-008", name, value=f"{size // 1_000_000} MB")
    if "xl/workbook.xml" in members:
        return None
    return _another_kind(name, next((k for m, k in _KINDS.items() if m in members), ".zip"))


def _another_kind(name: str, kind: str) -> Fault:
    return Fault("E-FORM-003", name, value=kind)


def _grids(data: bytes) -> tuple[Grid, ...]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # the library tells of extensions it drops; nothing of them is read here
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data))
        sheets = [s for s in book.worksheets if s.sheet_state != "veryHidden"]
        formulas = any(c.data_type == "f" for s in sheets for c in _cells(s).values())
        computed = load_workbook(io.BytesIO(data), data_only=True) if formulas else None
    return tuple(_grid(s, computed[s.title] if computed else None) for s in sheets)


def _cells(sheet: Worksheet) -> Mapping[tuple[int, int], Any]:
    # The cells there are: walking rows by number would make every cell in between, a million
    # rows of them where somebody once formatted the last row of the sheet.
    return sheet._cells  # type: ignore[no-any-return,attr-defined,unused-ignore]


def _grid(sheet: Worksheet, computed: Any) -> Grid:
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(_cells(sheet).items()):
        value, formula = cell.value, cell.data_type == "f"
        if formula:
            value = computed.cell(row, column).value
        elif value is None or (isinstance(value, str) and not value.strip()):
            continue
        rows.setdefault(row, {})[column] = Cell(value, cell.number_format or "General", formula)
    merged = tuple((r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges)
    hidden = frozenset(
        number for number, d in sheet.row_dimensions.items() if d.hidden and number in rows
    )
    return Grid(sheet.title, rows, merged, hidden, _head(rows))


def _head(rows: Mapping[int, Mapping[int, Cell]]) -> int:
    for row in sorted(rows)[:_HEAD]:
        first = rows[row].get(1)
        if first is not None and str(first.value).strip().startswith(MARK):
            return row
    return 0
