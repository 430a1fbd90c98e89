"""How values stand in cells: number formats, exact texts of numbers, lists."""

from __future__ import annotations

from decimal import Decimal

from kichban.form.values import Label, Value, both
from kichban.texts import Lang

TEXT = "@"
DAY = "dd/mm/yyyy"
#: places a number format shows at most; the cell always holds the whole number
PLACES = 6


def shifted(value: float, places: int) -> float:
    """Move the decimal point exactly, as on paper.

    >>> shifted(27.8, -2), 27.8 / 100, shifted(0.07, 2)
    (0.278, 0.278, 7.0)
    >>> shifted(0.58, 2), 0.58 * 100
    (58.0, 57.99999999999999)
    """
    return float(Decimal(repr(value)).scaleb(places))


def plain_number(value: float) -> str:
    """Write a number in full, without exponent, to its last bit.

    >>> plain_number(2200000.0), plain_number(1e-07), plain_number(0.1 + 0.2)
    ('2200000', '0.0000001', '0.30000000000000004')
    """
    text = format(Decimal(repr(value)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def local_number(value: float, lang: Lang) -> str:
    """Write a number with the decimal mark of a language, all its digits, no thousands mark.

    >>> local_number(1.6, "vi"), local_number(1.6, "en")
    ('1,6', '1.6')
    """
    text = plain_number(value)
    return text.replace(".", ",") if lang == "vi" else text


def number_label(value: float, end: str = "") -> Label:
    """Write a number as messages in either language show it.

    >>> dict(number_label(0.5, " %"))
    {'vi': '0,5 %', 'en': '0.5 %'}
    """
    return both(local_number(value, "vi") + end, local_number(value, "en") + end)


def number_format(value: float | None, *, percent: bool, decimals: int | None, whole: bool) -> str:
    """Give the number format: thousands apart, and as many places as the number has.

    Excel prints the marks of the user's country: ``315.145,5`` on a Vietnamese machine.

    >>> number_format(315145.5, percent=False, decimals=None, whole=False)
    '#,##0.0'
    >>> number_format(0.278, percent=True, decimals=None, whole=False)
    '0.0%'
    """
    shown = None if value is None else shifted(value, 2) if percent else value
    places = decimals or 0
    if shown is not None:
        _, dot, fraction = plain_number(shown).partition(".")
        places = max(places, min(len(fraction), PLACES) if dot else 0)
    elif percent:
        places = max(places, 1)
    elif decimals is None and not whole:
        return "General"
    head = "0" if percent else "#,##0"
    return head + ("." + "0" * places if places else "") + ("%" if percent else "")


def list_text(value: Value, lang: Lang) -> str:
    """Write a list into one cell, its members apart by a semicolon."""
    if not isinstance(value, tuple):
        return str(value)
    return "; ".join(v if isinstance(v, str) else local_number(v, lang) for v in value)
