"""The sheet of guidance: what the workbook is, how to fill it in, and every field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kichban.form.lists import WordLists
from kichban.form.looks import Looks, dress, fit_heights, set_up_page
from kichban.form.validation import bounds_text
from kichban.form.values import FORMAT, MARK, Field, Form
from kichban.texts import Lang, texts_for

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS = (22.0, 26.0, 12.0, 10.0, 9.0, 32.0, 50.0)
#: characters of a list that is spelt out
_LONGEST = 140


def write_guide(book: Workbook, form: Form, lang: Lang, looks: Looks) -> None:
    """Write the guidance; its head is what :func:`kichban.form.identify` reads."""
    text = texts_for(lang)
    page = book.create_sheet(text("form.guide.title"))
    for column, width in enumerate(_WIDTHS, start=2):
        page.column_dimensions["ABCDEFGHIJ"[column - 1]].width = width
    page.column_dimensions["A"].hidden = True
    row = _identity(page, form, lang, looks)
    for number, line in enumerate(form.help, start=1):
        row += 1
        dress(page.cell(row, 2, f"{number}. {line[lang]}"), looks.words)
        page.merge_cells(start_row=row, end_row=row, start_column=2, end_column=8)
        page.row_dimensions[row].height = 15.0 * (1 + len(line[lang]) // 185) + 3
    row += 2
    for column, name in enumerate(
        ("sheet", "field", "kind", "unit", "needed", "allowed", "help"), start=2
    ):
        dress(page.cell(row, column, text(f"form.guide.{name}")), looks.head)
    first = row + 1
    for sheet in form.sheets:
        lines = (
            [(text("form.guide.all"), "", "", "", "", sheet.help[lang])]
            if sheet.layout == "card"
            else [_line(one, lang) for one in sheet.fields]
        )
        for entry in lines:
            row += 1
            for column, value in enumerate((sheet.title[lang], *entry), start=2):
                cell = page.cell(row, column, value or None)
                dress(cell, looks.fixed())
                if value:
                    cell.data_type = "s"
    _fit(page, first, row)
    set_up_page(page, form.title[lang], text("form.page"), (8, row))


def _identity(page: Worksheet, form: Form, lang: Lang, looks: Looks) -> int:
    text = texts_for(lang)
    page["A1"].value = f"{MARK}form"
    dress(page.cell(1, 2, form.title[lang]), looks.title)
    page.merge_cells(start_row=1, end_row=1, start_column=2, end_column=8)
    stated = (
        ("form", form.name), ("subject", form.subject), ("format", str(FORMAT)),
        ("language", lang), ("digest", form.digest),
    )  # fmt: skip
    row = 1
    for name, value in stated:
        if value:
            row += 1
            page.cell(row, 1, name)
            dress(page.cell(row, 2, text(f"form.guide.of.{name}")), looks.fixed())
            dress(page.cell(row, 3, value), looks.fixed())
    return row + 1


def _line(one: Field, lang: Lang) -> tuple[str, ...]:
    text = texts_for(lang)
    return (
        one.label[lang], text(f"form.kind.{one.kind}"), one.unit[lang],
        text("form.yes") if one.required else "", _allowed(one, lang), one.help[lang],
    )  # fmt: skip


def _allowed(one: Field, lang: Lang) -> str:
    if one.kind != "choice":
        return bounds_text(one, lang)
    shown = list(WordLists().labels(one, lang).values())
    listed = "; ".join(shown)
    if len(listed) <= _LONGEST:
        return listed
    return texts_for(lang)("form.guide.more", count=str(len(shown)))


def _fit(page: Worksheet, first: int, last: int) -> None:
    fit_heights(page, first, last)
    page.row_dimensions[1].height = 24.0
