"""Numbers, days and periods as people type them, read only where they mean one thing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from kichban.periods import parse_period
from kichban.texts import Lang

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_PLAIN = re.compile(r"[-+]?\d+", re.ASCII)
_DECIMAL = {mark: re.compile(rf"[-+]?\d+\{mark}\d+", re.ASCII) for mark in ".,"}
_GROUPED = {
    mark: re.compile(rf"[-+]?\d{{1,3}}(\{mark}\d{{3}})+(\{other}\d+)?", re.ASCII)
    for mark, other in ((".", ","), (",", "."))
}
_SPACED = re.compile(r"[-+]?\d{1,3}( \d{3})+([.,]\d+)?", re.ASCII)
_ONE_GROUP = {mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}\{mark}\d{{3}}", re.ASCII) for mark in ".,"}


class AmbiguousError(ValueError):
    """A number with two readings; `readings` are both."""

    def __init__(self, *readings: str) -> None:
        self.readings = readings
        super().__init__(" / ".join(readings))


def typed_number(text: str, lang: Lang) -> tuple[Decimal, bool]:
    """Read a number typed as text: the number, and whether a per cent sign follows.

    The decimal mark of `lang` is taken at its word; the other mark is read where it cannot be
    one for thousands.

    Raises
    ------
    AmbiguousError
        For ``1.300`` in Vietnamese: 1300, or 1,3 written with a point.
    ValueError
        When it is no number.

    Examples
    --------
    >>> typed_number("1,3", "vi"), typed_number("1.234,5", "vi"), typed_number("27.8 %", "vi")
    ((Decimal('1.3'), False), (Decimal('1234.5'), False), (Decimal('27.8'), True))
    >>> typed_number("1.300", "vi")
    Traceback (most recent call last):
    kichban.form.numbers_typed.AmbiguousError: 1300 / 1,300
    """
    text = _SPACES.sub(" ", text).strip().replace("\u2212", "-").replace("\u2013", "-")
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    mark, other = (",", ".") if lang == "vi" else (".", ",")
    if _PLAIN.fullmatch(text) or _DECIMAL[mark].fullmatch(text):
        return Decimal(text.replace(mark, ".")), percent
    if _ONE_GROUP[other].fullmatch(text):
        raise AmbiguousError(text.replace(other, ""), text.replace(other, mark))
    for group, point in ((other, mark), (mark, other)):
        if _GROUPED[group].fullmatch(text):
            return Decimal(text.replace(group, "").replace(point, ".")), percent
    if _DECIMAL[other].fullmatch(text):
        return Decimal(text.replace(other, ".")), percent
    raise ValueError(f"not a number: {text!r}")


_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_MONTH = re.compile(r"(?:(?:tháng|month)\s*)?(\d{1,2})[/.-](\d{4})", re.ASCII | re.IGNORECASE)
_ISO_MONTH = re.compile(r"(\d{4})[/.-](\d{1,2})", re.ASCII)
_QUARTER = re.compile(
    r"(?:quý|quarter|q)\s*(IV|I{1,3}|[1-4])\s*[/., -]?\s*(?:năm\s*)?(\d{4})", re.IGNORECASE
)
_YEAR = re.compile(r"(?:năm|year)\s*(\d{4})", re.IGNORECASE)
_YEARS = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})", re.ASCII)
_MONTHS = re.compile(r"(\d{1,2})\s*(?:tháng|months)\s*(?:đầu\s*)?(?:năm|of)?\s*(\d{4})", re.I)
#: how periods are typed, and how they are written in files
_TYPED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DAY, lambda m: f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}"),
    (_YEARS, lambda m: f"{m[1]}/{m[2]}"),
    (_MONTH, lambda m: f"{m[2]}-{int(m[1]):02d}"),
    (_ISO_MONTH, lambda m: f"{m[1]}-{int(m[2]):02d}"),
    (_QUARTER, lambda m: f"{m[2]}-Q{_ROMAN.get(m[1].upper(), m[1])}"),
    (_YEAR, lambda m: m[1]),
    (_MONTHS, lambda m: f"{m[2]}-01/{m[2]}-{int(m[1]):02d}"),
)


def typed_period(text: str) -> str:
    """Read a period as people type it; give it as files write it.

    Raises
    ------
    ValueError
        When it is none.

    Examples
    --------
    >>> [typed_period(t) for t in ("2024-06", "06/2024", "Quý II/2024", "5 tháng đầu năm 2024")]
    ['2024-06', '2024-06', '2024-Q2', '2024-01/2024-05']
    >>> typed_period("11/6/2024"), typed_period("2021-2030"), typed_period("năm 2023")
    ('2024-06-11', '2021/2030', '2023')
    """
    text = _SPACES.sub(" ", text).strip()
    try:
        return parse_period(text).text
    except ValueError:
        for pattern, written in _TYPED:
            if match := pattern.fullmatch(text):
                return parse_period(written(match)).text
        raise


def period_of_day(day: dt.date, number_format: str) -> str:
    """Give what a date cell shows: a day, or only its month or year.

    Excel makes 1 June 2024 of ``2024-06`` and shows ``Jun-24``; the format tells the two apart.

    >>> day = dt.date(2024, 6, 1)
    >>> period_of_day(day, "dd/mm/yyyy"), period_of_day(day, "mmm-yy"), period_of_day(day, "yyyy")
    ('2024-06-01', '2024-06', '2024')
    """
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", number_format.split(";")[0]).lower()
    if "d" in shown or shown == "general":
        return day.isoformat()
    return f"{day:%Y-%m}" if "m" in shown else f"{day:%Y}"
