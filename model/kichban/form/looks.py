"""How a form looks: fonts, borders, protection, and the printed page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kichban.form.values import Field, column_letters

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: what official texts are set in (Decree 30/2020/NĐ-CP)
FONT = "Times New Roman"
SIZE = 11
_LINE = 15.0
_HIGHEST = 400.0
_SCRATCH = "_"
#: letters of the font are narrower than the digits that column widths are counted in
_NARROW = 0.82
#: digits that fit across a page before they become too small to read
_PAGE = 165.0


@dataclass(slots=True)
class Looks:
    """The styles of one workbook; each is made once, as hundreds of thousands of cells share it."""

    sheet: Any
    head: Any
    plain: Any
    title: Any
    words: Any
    kept: dict[tuple[str, bool, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Workbook) -> Looks:
        """Make the styles of a workbook on a sheet that goes again."""
        sheet = book.create_sheet(_SCRATCH)
        head = _style(sheet, "@", wrap=True, fill="DCE6F1", bold=True, middle=True)
        plain = _style(sheet, "@", wrap=False, locked=False, border=False)
        title = _style(sheet, "@", wrap=True, bold=True, border=False)
        words = _style(sheet, "@", wrap=True, border=False)
        return cls(sheet, head, plain, title, words)

    def input(self, form: str, *, wrap: bool, kind: str) -> Any:
        """Give the style of a cell to fill in."""
        key = (form, wrap, kind if kind in ("number", "integer") else "")
        if key not in self.kept:
            right = bool(key[2])
            self.kept[key] = _style(self.sheet, form, wrap=wrap, locked=False, right=right)
        return self.kept[key]

    def fixed(self, form: str = "@", *, number: bool = False) -> Any:
        """Give the style of a cell to be read."""
        key = (form, True, "fixed right" if number else "fixed")
        if key not in self.kept:
            self.kept[key] = _style(self.sheet, form, wrap=True, fill="F2F2F2", right=number)
        return self.kept[key]

    def discard(self, book: Workbook) -> None:
        """Remove the sheet the styles were made on."""
        book.remove(self.sheet)


def _style(  # noqa: PLR0913 - what a style consists of
    sheet: Any,
    form: str,
    *,
    wrap: bool,
    fill: str = "",
    bold: bool = False,
    locked: bool = True,
    border: bool = True,
    middle: bool = False,
    right: bool = False,
) -> Any:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    cell = sheet["A1"]
    cell.font = Font(name=FONT, size=SIZE, bold=bold)
    cell.fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()
    line = Side("thin", color="A6A6A6")
    cell.border = Border(line, line, line, line) if border else Border()
    across = "center" if middle else "right" if right else "left"
    down = "center" if middle else "top"
    cell.alignment = Alignment(across, down, wrap_text=wrap, indent=1 if right else 0)
    cell.protection = Protection(locked=locked)
    cell.number_format = form
    return copy(cell._style)


def dress(cell: Any, look: Any) -> None:
    """Give a cell its style: the library's own way compares fonts and fills for every cell."""
    cell._style = look


def set_up_page(page: Worksheet, title: str, pages: str, last: tuple[int, int]) -> None:
    """Protect the header and set up the print: A4 across, as few pages wide as can be read.

    Parameters
    ----------
    last
        Last column and row to be printed: empty rows to fill in are printed too.
    """
    from openpyxl.worksheet.properties import PageSetupProperties

    page.protection.sheet = True
    # Officials may sort, filter, add and drop rows, and make columns wider.
    for right in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows",
                  "sort", "autoFilter"):  # fmt: skip
        setattr(page.protection, right, False)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    widths = [page.column_dimensions[column_letters(c)].width for c in range(2, last[0] + 1)]
    across = math.ceil(sum(widths) / _PAGE)
    page.page_setup.fitToWidth = across
    page.page_setup.fitToHeight = 0
    page.print_area = f"B1:{column_letters(last[0])}{last[1]}"
    if across > 1:
        page.print_title_cols = "A:B"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_options.horizontalCentered = True
    page.page_setup.pageOrder = "overThenDown"
    margins = page.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.8, 0.6
    head: Any = page.oddHeader
    foot: Any = page.oddFooter
    head.center.text, head.center.font, head.center.size = (
        title.replace("&", "&&"), f"{FONT},Bold", 13,
    )  # fmt: skip
    foot.center.text, foot.center.font, foot.center.size = pages, FONT, 10


def fit_heights(page: Worksheet, first: int, last: int, fields: Sequence[Field] = ()) -> None:
    """Make rows as high as their longest text needs; not every program does so by itself."""
    widths = {
        column: page.column_dimensions[column_letters(column)].width
        for column in range(1, page.max_column + 1)
    }
    # One walk over the rows: a look-up of each row by its number would go over all cells again.
    for number, cells in enumerate(page.iter_rows(max_row=max(last, 1)), start=1):
        if 1 < number < first:
            continue
        bold = 1.15 if number == 1 else 1.0
        lines = max(
            (_lines(c.value, widths[at] / bold) for at, c in enumerate(cells[1:], start=2)),
            default=1,
        )
        if fields and number > 1:
            lines = max(lines, fields[number - first].lines)
        if lines > 1 or number == 1:
            page.row_dimensions[number].height = min(_LINE * lines + 3, _HIGHEST)


def _lines(value: Any, width: float) -> int:
    """Count the lines a text takes in a column.

    >>> _lines("năm", 12), _lines("một hai ba bốn năm sáu", 12), _lines(3.5, 2)
    (1, 2, 1)
    """
    if not isinstance(value, str) or (len(value) * _NARROW <= width and "\n" not in value):
        return 1
    return sum(max(1, math.ceil(len(line) * _NARROW / width)) for line in value.split("\n"))
