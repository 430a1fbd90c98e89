"""Numbers, dates and periods as printed in Vietnamese and English."""

from __future__ import annotations

import datetime as dt
import math

from kichban.periods import Period
from kichban.texts.catalogue import Lang

ELLIPSIS = "…"
_ROMAN = ("I", "II", "III", "IV")


def format_number(value: float | None, decimals: int = 0, lang: Lang = "vi") -> str:
    """Print a number with `decimals` places; not available is ``…``.

    Halves are rounded away from zero, as officials do.

    >>> format_number(315145.5, 1, "vi"), format_number(-1234.5, 0, "en"), format_number(None)
    ('315.145,5', '-1,235', '…')
    """
    if value is None or not math.isfinite(value):
        return ELLIPSIS
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    text = f"{scaled:,.{decimals}f}"
    sign = "-" if value < 0 and scaled > 0 else ""
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return sign + text


def format_significant(value: float | None, digits: int = 3, lang: Lang = "vi") -> str:
    """Print a forecast with `digits` significant digits.

    >>> format_significant(1187432.0), format_significant(9.4567, 3, "en")
    ('1.190.000', '9.46')
    """
    if value is None or not math.isfinite(value):
        return ELLIPSIS
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    rounded = round(value, digits - 1 - exponent)
    return format_number(rounded, max(0, digits - 1 - exponent), lang)


def format_percent(value: float | None, decimals: int = 1, lang: Lang = "vi") -> str:
    """Print per cent (28.0 → ``28,0%``).

    >>> format_percent(28.04), format_percent(None)
    ('28,0%', '…')
    """
    text = format_number(value, decimals, lang)
    return text if text == ELLIPSIS else text + "%"


def format_chance(share: float, lang: Lang) -> str:
    """Print a probability or a share of draws; the ends stay open, for no forecast is certain.

    >>> [format_chance(p, "en") for p in (0.634, 0.999, 0.0, math.nan)]
    ['63%', '>99%', '<1%', '…']
    """
    if share > 0.99:
        return ">99%"
    return "<1%" if share < 0.01 else format_percent(100 * share, 0, lang)


def lower_first(text: str) -> str:
    """Start a phrase inside a sentence; abbreviations keep their capitals.

    >>> lower_first("Kim ngạch"), lower_first("GRDP"), lower_first("Q1 2024")
    ('kim ngạch', 'GRDP', 'Q1 2024')
    """
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def format_date(day: dt.date) -> str:
    """Print a day as dd/mm/yyyy in both languages.

    >>> format_date(dt.date(2024, 7, 31))
    '31/07/2024'
    """
    return f"{day:%d/%m/}{day.year:04d}"


def format_period(period: Period, lang: Lang = "vi") -> str:
    """Print a period in words.

    >>> from kichban.periods import parse_period
    >>> [format_period(parse_period(p), "vi") for p in ("2024-01/2024-05", "2024-Q3", "2024-06")]
    ['5 tháng năm 2024', 'Quý III/2024', 'Tháng 6/2024']
    >>> format_period(parse_period("2024-01/2024-06"), "en")
    '6 months of 2024'
    """
    year, month = period.year, (period.stop - 1) % 12 + 1
    first = period.start % 12 + 1
    quarter = period.start % 12 // 3
    kind = "ytd" if period.kind == "span" and period.is_year_to_date else period.kind
    vi, en = {
        "year": (f"Năm {year}", f"{year}"),
        "quarter": (f"Quý {_ROMAN[quarter]}/{year}", f"Q{quarter + 1} {year}"),
        "month": (f"Tháng {month}/{year}", f"{month:02d}/{year}"),
        "day": (format_date(period.last_day),) * 2,
        "years": (f"{period.first_year}–{year}",) * 2,
        "ytd": (f"{period.months} tháng năm {year}", f"{period.months} months of {year}"),
        "span": (f"Tháng {first}–{month}/{year}", f"{first:02d}–{month:02d}/{year}"),
    }[kind]
    return vi if lang == "vi" else en
