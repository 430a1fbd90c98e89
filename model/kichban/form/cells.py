"""One cell read by its field: generous where the meaning is one, never silent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from kichban.form.asked import Asked, clean_text, shown_cell, text_of
from kichban.form.cells_dates import read_date, read_period
from kichban.form.cells_numbers import read_integer, read_number, read_numbers
from kichban.form.identity import nearest
from kichban.form.numbers_typed import period_of_day
from kichban.form.shown import plain_number
from kichban.form.values import Label, Value, word_labels
from kichban.texts import LANGUAGES, Lang

_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
_TRUE = ("yes", "y", "true", "1", "x", "có", "co", "đúng")
_FALSE = ("no", "n", "false", "0", "không", "khong", "sai")


def read_cell(asked: Asked) -> Value:
    """Read a cell; ``None`` where only blanks stand in it, and after a fault."""
    cell = asked.cell
    value = clean_text(cell.value) if isinstance(cell.value, str) else cell.value
    if cell.formula and value is None:
        asked.note("E-FORM-022", "")
        return None
    if value == "":
        return None
    if isinstance(value, str) and _ERROR.fullmatch(value):
        asked.note("E-FORM-021", value)
        return None
    if cell.formula:
        asked.note("W-FORM-006", shown_cell(cell))
    return _READERS[asked.field.kind](asked._replace(cell=cell._replace(value=value)))


def _text(asked: Asked) -> Value:
    value = asked.cell.value
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        read = period_of_day(value.date(), asked.cell.format)
        asked.note("W-FORM-001", read=read)
        return read
    number = isinstance(value, int | float) and not isinstance(value, bool)
    read = plain_number(value) if number else str(value)
    asked.note("W-FORM-003", read=read)
    return read


def _choice(asked: Asked) -> Value:
    words, lang = asked.field.words, asked.lang
    text = text_of(asked.cell)
    if text in words:
        return text
    if text.casefold() in asked.known:
        return asked.known[text.casefold()]
    shown = list(word_labels(words, lang).values())
    listed = ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    close = nearest(text, [*shown, *words])
    asked.note("E-FORM-030", nearest=close, allowed=listed)
    return None


def known_words(words: Mapping[str, Label], lang: Lang) -> Mapping[str, str]:
    """Give every way to write the words of a choice: labels in both languages, and codes."""
    known: dict[str, str] = {}
    for one in (lang, *LANGUAGES):
        for code, label in word_labels(words, one).items():
            known.setdefault(label.casefold(), code)
    for code in words:
        known.setdefault(code.casefold(), code)
    return known


def _flag(asked: Asked) -> Value:
    if isinstance(asked.cell.value, bool):
        return asked.cell.value
    text = text_of(asked.cell).casefold()
    if text in (*_TRUE, *_FALSE):
        return text in _TRUE
    asked.note("E-FORM-031")
    return None


def _list(asked: Asked) -> Value:
    if asked.field.items == "number":
        return read_numbers(asked)
    value = asked.cell.value
    text = value if isinstance(value, str) else text_of(asked.cell)
    return tuple(part for part in re.split(r"[;,\s]+", text) if part)


_READERS: dict[str, Callable[[Asked], Value]] = {
    "text": _text,
    "number": read_number,
    "integer": read_integer,
    "date": read_date,
    "period": read_period,
    "choice": _choice,
    "flag": _flag,
    "list": _list,
}
