"""Workbooks of plain tables: the same cells give the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Protocol

from kichban.exchange.needed import require
from kichban.files import zip_bytes

#: what a workbook says of when it was made: no clock decides over bytes
EPOCH = dt.datetime(1980, 1, 1)
YEAR = re.compile(r"\d{4}", re.ASCII)
CORE = "docProps/core.xml"


class TableLike(Protocol):
    """Columns and rows."""

    @property
    def columns(self) -> Sequence[str]:
        """Headings."""

    @property
    def rows(self) -> Sequence[Sequence[str | float | None]]:
        """Cells; ``None`` is an empty one."""


def workbook_bytes(sheets: Mapping[str, TableLike]) -> bytes:
    """Write tables into a workbook, one a sheet; years, in headings or cells, become numbers.

    Raises
    ------
    UsageError
        ``E-EXP-905`` where openpyxl is not installed.
    """
    openpyxl = require("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in (table.columns, *table.rows):
            sheet.append([int(c) if isinstance(c, str) and YEAR.fullmatch(c) else c for c in row])
    book.properties.creator = "kichban"
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(data: bytes) -> bytes:
    """Pack a workbook anew without the day it was written on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members[CORE].decode("utf-8")
    for tag in ("created", "modified"):
        start = text.index(">", text.index(f"<dcterms:{tag}")) + 1
        text = text[:start] + f"{EPOCH:%Y-%m-%dT%H:%M:%SZ}" + text[text.index("<", start) :]
    members[CORE] = text.encode("utf-8")
    return zip_bytes(members)
