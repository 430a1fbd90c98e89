"""A form as a workbook: the same bytes for the same form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kichban.errors import Fault, InputError
from kichban.files import zip_bytes
from kichban.form.guide import write_guide
from kichban.form.lists import WordLists
from kichban.form.looks import Looks, dress, fit_heights, set_up_page
from kichban.form.shown import DAY, TEXT, list_text, number_format, plain_number
from kichban.form.validation import validation_of
from kichban.form.values import (
    MARK,
    VALUE,
    Field,
    Form,
    Label,
    Reference,
    Sheet,
    Value,
    column_letters,
)
from kichban.periods import parse_period
from kichban.texts import Lang, texts_for

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: characters a cell holds
LONGEST = 32_767
#: rows of labels and of technical names
HEAD = 2
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WHEN = "1980-01-01T00:00:00Z"


def write_form(form: Form, lang: Lang) -> bytes:
    """Write a form.

    Every sheet has its labels in row 1 and technical names in row 2, which is hidden, as is
    column A: the sheet's mark and the keys of rows. Cells hold numbers and dates, never their
    texts. The header is protected, without a password.

    Raises
    ------
    InputError
        ``E-FORM-036`` for every text that no cell can hold.
    """
    from openpyxl import Workbook

    _refuse_unwritable(form, lang)
    book = Workbook()
    book.remove(book.worksheets[0])
    looks, words = Looks.of(book), WordLists()
    for sheet in form.sheets:
        _write_sheet(book, form, sheet, lang, looks, words)
    write_guide(book, form, lang, looks)
    words.write(book)
    book.active = 0
    looks.discard(book)
    book.properties.creator = "kichban"
    book.properties.title = form.title[lang]
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(data: bytes) -> bytes:
    """Put one fixed time in place of the clock's, in the properties and in the archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"]
    stamp = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    members["docProps/core.xml"] = stamp.sub(rb"\g<1>" + _WHEN.encode(), core)
    return zip_bytes(members)


def _refuse_unwritable(form: Form, lang: Lang) -> None:
    faults = []
    for sheet in form.sheets:
        for row in sheet.rows:
            for name, value in row.values.items():
                if isinstance(value, str) and (len(value) > LONGEST or _CONTROL.search(value)):
                    one = sheet.field(name)
                    head = one.label[lang] if one else name
                    place = f"{sheet.title[lang]} ({head})"
                    detail = {"header": head, "longest": str(LONGEST)}
                    shown = f"{row.key or name}: {_CONTROL.sub('?', value[:40])}…"
                    faults.append(Fault("E-FORM-036", form.name, None, place, shown, detail))
    if faults:
        raise InputError(faults)


def _write_sheet(
    book: Workbook, form: Form, sheet: Sheet, lang: Lang, looks: Looks, words: WordLists
) -> None:
    page = book.create_sheet(sheet_title(sheet.title[lang]))
    if sheet.layout == "card":
        _write_card(page, sheet, lang, looks, words)
    else:
        _write_table(page, sheet, lang, looks, words)
    page["A2"].value = f"{MARK}{sheet.name}"
    page.column_dimensions["A"].hidden = True
    page.row_dimensions[HEAD].hidden = True
    page.freeze_panes = "C3"
    title = f"{form.title[lang]}{': ' if form.subject else ''}{form.subject}"
    full = title if sheet.title == form.title else f"{title} – {sheet.title[lang]}"
    rows = len(sheet.fields) if sheet.layout == "card" else len(sheet.rows) + sheet.blank
    set_up_page(page, full, texts_for(lang)("form.page"), (page.max_column, HEAD + max(rows, 1)))


def sheet_title(text: str) -> str:
    """Give a name Excel takes: 31 characters, none of its marks.

    >>> sheet_title("Giá trị: [set]")
    'Giá trị (set)'
    """
    return text.translate(str.maketrans({"[": "(", "]": ")", **dict.fromkeys(":*?/\\")}))[:31]


def heading(one: Field, lang: Lang) -> str:
    """Give a field's heading: label, unit, and a star where it must be filled."""
    unit = f" ({one.unit[lang]})" if one.unit[lang] else ""
    return f"{one.label[lang]}{unit}{' *' if one.required else ''}"


def _write_table(page: Worksheet, sheet: Sheet, lang: Lang, looks: Looks, words: WordLists) -> None:
    last = HEAD + len(sheet.rows) + sheet.blank
    for column, one in enumerate(sheet.fields, start=2):
        _head(page, column, heading(one, lang), one.name, one.width, looks)
        letters = column_letters(column)
        blank = looks.input(empty_format(one), wrap=one.lines > 1, kind=one.kind)
        dress(page.column_dimensions[letters], blank)
        rule = validation_of(one, lang, words)
        if rule is not None and last > HEAD:
            rule.add(f"{letters}{HEAD + 1}:{letters}{last}")
            page.add_data_validation(rule)
    key = looks.plain
    for number, row in enumerate(sheet.rows, start=HEAD + 1):
        cell = page.cell(number, 1, row.key or None)
        dress(cell, key)
        for column, one in enumerate(sheet.fields, start=2):
            shown = replace(one, percent=True) if one.name in row.percent else one
            _put(page.cell(number, column), shown, row.values.get(one.name), lang, looks, words)
    for number in range(HEAD + 1 + len(sheet.rows), last + 1):
        dress(page.cell(number, 1), key)
        for column, one in enumerate(sheet.fields, start=2):
            _put(page.cell(number, column), one, None, lang, looks, words)
    fit_heights(page, HEAD + 1, min(last, HEAD + len(sheet.rows)))
    page.print_title_rows = "1:1"


def _head(page: Worksheet, column: int, label: str, name: str, width: float, looks: Looks) -> None:
    top, technical = page.cell(1, column, label), page.cell(HEAD, column, name)
    dress(top, looks.head)
    dress(technical, looks.head)
    page.column_dimensions[column_letters(column)].width = width


def _write_card(page: Worksheet, sheet: Sheet, lang: Lang, looks: Looks, words: WordLists) -> None:
    text = texts_for(lang)
    values: Mapping[str, Value] = sheet.rows[0].values if sheet.rows else {}
    unit = any(one.unit[lang] for one in sheet.fields)
    units = [Reference(_pair("form.unit"), {f.name: f.unit for f in sheet.fields}, 10.0)]
    references = [*(units if unit else []), *sheet.references]
    widest = max((one.width for one in sheet.fields), default=12.0)
    at = 3 + len(references)
    _head(page, 2, text("form.item"), "_label", 34.0 if references else 26.0, looks)
    for column, reference in enumerate(references, start=3):
        _head(page, column, reference.label[lang], "_note", reference.width, looks)
    _head(page, at, text("form.value"), VALUE, widest, looks)
    _head(page, at + 1, text("form.help"), "_help", 38.0, looks)
    for number, one in enumerate(sheet.fields, start=HEAD + 1):
        dress(page.cell(number, 1, one.name), looks.fixed())
        name = page.cell(number, 2, f"{one.label[lang]}{' *' if one.required else ''}")
        dress(name, looks.fixed())
        for column, reference in enumerate(references, start=3):
            shown = reference.values.get(one.name)
            _refer(page.cell(number, column), one, shown, lang, looks)
        _put(page.cell(number, at), one, values.get(one.name), lang, looks, words)
        dress(page.cell(number, at + 1, one.help[lang] or None), looks.fixed())
        rule = validation_of(one, lang, words)
        if rule is not None:
            rule.add(f"{column_letters(at)}{number}")
            page.add_data_validation(rule)
    fit_heights(page, HEAD + 1, HEAD + len(sheet.fields), sheet.fields)
    page.print_title_rows = "1:1"


def _pair(key: str) -> Label:
    return {"vi": texts_for("vi")(key), "en": texts_for("en")(key)}


def _refer(cell: Any, one: Field, shown: Any, lang: Lang, looks: Looks) -> None:
    if isinstance(shown, Mapping):
        shown = shown[lang]
    if isinstance(shown, int | float):
        _set_number(cell, shown)
        form = _format(one, shown)
        dress(cell, looks.fixed(form, number=True))
        return
    text = list_text(shown, lang) if shown is not None else ""
    _set_text(cell, text)
    dress(cell, looks.fixed())


def empty_format(one: Field) -> str:
    """Give the number format of an empty cell: dates and lists are kept from Excel's guesses."""
    if one.kind in ("number", "integer"):
        return _format(one, None)
    if one.kind == "date" and not one.partial:
        return DAY
    return TEXT


def _format(one: Field, value: float | None) -> str:
    if one.kind == "integer" and one.decimals is None:
        return "0"
    whole = one.kind == "integer"
    percent = one.percent is True
    return number_format(value, percent=percent, decimals=one.decimals, whole=whole)


def _put(cell: Any, one: Field, value: Value, lang: Lang, looks: Looks, words: WordLists) -> None:
    """Put a value into its cell: numbers as numbers, days as days, words by their labels."""
    form = empty_format(one)
    if value is None:
        pass
    elif one.kind in ("number", "integer") and isinstance(value, int | float):
        _set_number(cell, value)
        form = _format(one, value)
    elif one.kind == "flag":
        _set_text(cell, texts_for(lang)("form.yes" if value else "form.no"))
    elif one.kind == "choice":
        _set_text(cell, words.shown(one, str(value), lang))
    elif one.kind == "list":
        _set_text(cell, list_text(value, lang))
    elif one.kind == "date" and _is_day(str(value)):
        cell.value = parse_period(str(value)).last_day
        form = DAY
    else:
        _set_text(cell, str(value))
    dress(cell, looks.input(form, wrap=one.kind in ("text", "choice"), kind=one.kind))


def _is_day(text: str) -> bool:
    return len(text) == len("2024-06-11") and parse_period(text).kind == "day"


def _set_text(cell: Any, text: str) -> None:
    """Put a text that stays one, even where it begins like a formula."""
    if text:
        cell.value = text
        cell.data_type = "s"


def _set_number(cell: Any, value: float) -> None:
    """Put a number to its last bit: the library itself would write 16 digits of 17."""
    cell.value = plain_number(value) if abs(value) < 1e15 else repr(value)
    cell.data_type = "n"
