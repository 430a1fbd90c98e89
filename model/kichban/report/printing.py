"""Amounts as words of print: scaled units, true minus, figures that don't break from their unit."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from kichban.periods import parse_period
from kichban.report.document import Number
from kichban.report.labels import Labels
from kichban.texts import (
    ELLIPSIS,
    Lang,
    Texts,
    format_date,
    format_number,
    format_period,
    texts_for,
)
from kichban.texts import format_significant as significant
from kichban.units import from_base

NBSP = "\u00a0"
MINUS = "\u2212"
#: From here up bn VND is said in thousand bn, mn USD in bn.
_LARGE = {"bn_vnd": (10_000.0, "thousand_bn_vnd"), "mn_usd": (1_000.0, "bn_usd")}


def true_minus(text: str) -> str:
    """Print a leading hyphen as a minus.

    >>> true_minus("-3,5")
    '−3,5'
    """
    return MINUS + text[1:] if text.startswith("-") else text


@dataclass(frozen=True, slots=True)
class Printer:
    """Figures, units and dates of one language."""

    lang: Lang

    @property
    def texts(self) -> Texts:
        """The catalogue of this language."""
        return texts_for(self.lang)

    def number(self, value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
        """Print a figure; not available is ``…``.

        >>> Printer("vi").number(-12.25, 1), Printer("en").number(3.0, 1, signed=True)
        ('−12,3', '+3.0')
        """
        text = true_minus(format_number(value, decimals, self.lang))
        if signed and value is not None and math.isfinite(value) and value > 0:
            return "+" + text
        return text

    def cell(self, number: Number) -> str:
        """Print a typed cell."""
        if number.digits is None or number.value is None:
            return self.number(number.value, number.decimals, signed=number.signed)
        if not math.isfinite(number.value):
            return ELLIPSIS
        text = true_minus(significant(number.value, number.digits, self.lang))
        return "+" + text if number.signed and number.value > 0 else text

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """Print per cent, as ``18,9%``."""
        text = self.number(value, decimals)
        return text if text == ELLIPSIS else text + "%"

    def unit(self, unit: str) -> str:
        """Name a unit."""
        key = f"report.unit.{unit}"
        return self.texts(key) if self.texts.has(key) else Labels(self.lang).unit(unit)

    def scaled(self, value: float, unit: str) -> tuple[float, str]:
        """Bring a value to the unit it is said in.

        >>> Printer("en").scaled(688_000.0, "bn_vnd")
        (688.0, 'thousand_bn_vnd')
        """
        threshold, larger = _LARGE.get(unit, (math.inf, unit))
        return (from_base(value, larger), larger) if abs(value) >= threshold else (value, unit)

    def amount(self, value: float | None, unit: str, decimals: int = 0) -> str:
        """Print an official figure with its unit, digit by digit."""
        if value is None or not math.isfinite(value):
            return ELLIPSIS
        return self._join(self.number(value, decimals), unit)

    def about(self, value: float | None, unit: str) -> str:
        """Print a forecast with its unit: three significant digits, counts whole.

        >>> Printer("vi").about(687_612.0, "bn_vnd").replace(NBSP, " ")
        '688 nghìn tỷ đồng'
        """
        if value is None or not math.isfinite(value):
            return ELLIPSIS
        if unit.startswith("percent"):
            return self._join(self.number(value, 1), unit)
        number, scaled_unit = self.scaled(value, unit)
        if unit in ("bn_vnd", "mn_usd", "ha"):
            return self._join(true_minus(significant(number, 3, self.lang)), scaled_unit)
        return self._join(self.number(number), scaled_unit)

    def spread(self, found: Mapping[str, float], unit: str) -> str:
        r"""Print the median of a forecast without its unit, and the 8-in-10 range below it.

        >>> Printer("en").spread({"p50": 688_000.0, "p10": 661_000.0, "p90": 702_400.0}, "bn_vnd")
        '688\n(661–702)'
        """
        values = [found.get(s) for s in ("p50", "p10", "p90")]
        if None in values:
            return ELLIPSIS
        shown = [self.about(v, unit).split(NBSP)[0].removesuffix("%") for v in values]
        return f"{shown[0]}\n({shown[1]}–{shown[2]})"

    def _join(self, number: str, unit: str) -> str:
        name = self.unit(unit)
        if not name:
            return number
        return number + ("" if name.startswith("%") else NBSP) + name

    def date(self, day: dt.date | None) -> str:
        """Print a day."""
        return format_date(day) if day else ELLIPSIS

    def period(self, text: str) -> str:
        """Print a period of the files in words; what is no period stays as it is."""
        try:
            return format_period(parse_period(text), self.lang)
        except ValueError:
            return text


def beside(value: float | None, target: float | None, decimals: int = 0) -> Number:
    """Round a forecast to three digits, but never past the target it stands beside.

    >>> beside(2998.8, 7000.0).digits, beside(3006.0, 3006.0).digits
    (3, None)
    """
    if value is not None and target is not None and value != 0:
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
        if abs(value - target) < step:
            return Number(value, decimals)
    return Number(value, digits=3)


def plain_decimals(value: float) -> int:
    """Give the decimals that show a printed figure whole, two at most.

    >>> plain_decimals(541160.0), plain_decimals(28.1), plain_decimals(26.45)
    (0, 1, 2)
    """
    return next((d for d in (0, 1) if abs(round(value, d) - value) < 1e-9), 2)
