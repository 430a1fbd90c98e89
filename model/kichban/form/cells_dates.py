"""Days and periods in cells: as dates, as text, and as what Excel made of them."""

from __future__ import annotations

import datetime as dt
import re

from kichban.form.asked import Asked, text_of
from kichban.form.numbers_typed import period_of_day, typed_period
from kichban.form.values import Value
from kichban.periods import parse_period

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
#: a day as the form asks for it
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)


def read_date(asked: Asked) -> Value:
    """Read a day, where the field allows it also a month or year, as its text in files."""
    value, partial = asked.cell.value, asked.field.partial
    if isinstance(value, dt.datetime):
        read = period_of_day(value.date(), asked.cell.format)
        read = read if partial else value.date().isoformat()
        if value.time() != dt.time() or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            asked.note("E-FORM-028")
            return None
        if read != value.date().isoformat():
            asked.note("W-FORM-001", read=read)
        return read
    return _stretch(asked, ("day", "month", "year") if partial else ("day",), "E-FORM-028")


def read_period(asked: Asked) -> Value:
    """Read a period as its text in files."""
    value = asked.cell.value
    if isinstance(value, dt.datetime):
        read = period_of_day(value.date(), asked.cell.format)
        asked.note("W-FORM-001", read=read)
        return read
    return _stretch(asked, ("year", "quarter", "month", "span", "day", "years"), "E-FORM-029")


def _stretch(asked: Asked, kinds: tuple[str, ...], code: str) -> Value:
    """Read a day or period typed as text, or a year as a number."""
    value = asked.cell.value
    text = text_of(asked.cell)
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(text)
        period = parse_period(typed_period(text))
    except ValueError:
        asked.note(code, text)
        return None
    # A period may be an odd print that is kept as it is ("năm 1023"); a day is typed here.
    odd = code == "E-FORM-028" and not _FIRST_YEAR <= period.year <= _LAST_YEAR
    if period.kind not in kinds or odd:
        asked.note(code, text)
        return None
    if period.text != text and not _SLASHED.fullmatch(text):
        asked.note("W-FORM-001", text, read=period.text)
    return period.text
