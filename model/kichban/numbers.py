"""Numbers as printed: their digits, the interval they stand for, and rounding that adds up."""

from __future__ import annotations

import math
import re
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
StringArray = NDArray[np.str_]
#: whole or not
NumberArray = NDArray[Any]
Locale = Literal["vi", "en", "file"]
#: half-width of an 80 % interval in standard deviations
Z80 = 1.2815515655446004

#: ASCII digits only: ``float`` would also read Arabic and full-width ones
_FILE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_VI = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", re.ASCII)
_EN = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)


def parse_number(text: str, locale: Locale = "file") -> float:
    """Read a number in a declared locale; never guess.

    Raises
    ------
    ValueError
        When `text` is not a plain number of that locale: in files ``5.600`` is 5,6 and
        ``5,600`` is an error, in Vietnamese text ``5.600`` is five thousand six hundred.

    Examples
    --------
    >>> parse_number("1.234,5", "vi"), parse_number("1234.5")
    (1234.5, 1234.5)
    >>> parse_number("12,5")
    Traceback (most recent call last):
    ValueError: not a number: '12,5'
    """
    pattern, thousands = {"file": (_FILE, ""), "vi": (_VI, "."), "en": (_EN, ",")}[locale]
    if not pattern.fullmatch(text):
        raise ValueError(f"not a number: {text!r}")
    plain = text.replace(thousands, "") if thousands else text
    number = float(plain.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(f"not a number: {text!r}")
    return number


def printed_interval(value: float, resolution: float, qualifier: str = "") -> tuple[float, float]:
    """Give the interval of true values that a printed figure stands for.

    An exact print is rounded half a digit either way; "hơn" (more_than) reaches one digit up,
    "gần" (less_than) one digit down, "khoảng" (about) one digit both ways.

    >>> printed_interval(26, 1)
    (25.5, 26.5)
    >>> printed_interval(541160, 10, "more_than")
    (541160.0, 541170.0)
    """
    below, above = {
        "": (0.5, 0.5),
        "more_than": (0.0, 1.0),
        "less_than": (1.0, 0.0),
        "about": (1.0, 1.0),
    }[qualifier]
    return value - below * resolution, value + above * resolution


def share_truncated_or_rounded(part: float, whole: float, printed: float, digit: float) -> str:
    """Say whether `printed` per cent is part/whole ``rounded``, ``truncated`` or ``neither``.

    >>> share_truncated_or_rounded(604, 1485, 40.6, 0.1)
    'truncated'
    >>> share_truncated_or_rounded(315145, 665760, 47.3, 0.1)
    'rounded'
    """
    exact = 100.0 * part / whole
    if abs(exact - printed) <= digit / 2 + 1e-9:
        return "rounded"
    return "truncated" if 0.0 <= exact - printed < digit else "neither"


def round_to_total(parts: FloatArray, decimals: int = 0, total: float | None = None) -> FloatArray:
    """Round parts so that they add up to their rounded total (largest remainder).

    Parameters
    ----------
    parts : (n,) float64
        Parts of a total, any unit.
    decimals
        Below zero for tens, hundreds and so on.
    total
        What they are to add up to where it is printed too, such as the difference of two rounded
        figures; ``None`` for their own sum.

    Returns
    -------
    rounded : (n,) float64
        Each within one last digit of its part (two where `total` is a digit off their sum); the
        sum equals the rounded sum.

    Examples
    --------
    >>> round_to_total(np.array([33.4, 33.4, 33.3]))
    array([34., 33., 33.])
    >>> round_to_total(np.array([-184.4, 0.0, -1.4]), -1, total=-180.0)
    array([-180.,    0.,    0.])
    """
    scale = 10.0**decimals
    scaled = np.asarray(parts, dtype=np.float64) * scale
    floor = np.floor(scaled)
    whole = scaled.sum() if total is None else total * scale
    missing = round(float(np.round(whole) - floor.sum()))
    order = np.argsort(-(scaled - floor), kind="stable")
    for place in range(abs(missing)):
        if missing > 0:
            floor[order[place % floor.size]] += 1.0
        else:
            floor[order[-1 - place % floor.size]] -= 1.0
    return np.asarray(np.round(floor / scale, max(decimals, 0)))


def canonical_number(value: float, digits: int = 9) -> str:
    """Write a number for a file: at most `digits` significant digits, no exponent, no ``-0``.

    Nine digits keep every printed figure and stay clear of the last bits in which two
    processors may differ.

    >>> canonical_number(315145.0), canonical_number(0.1 + 0.2), canonical_number(-0.0)
    ('315145', '0.3', '0')
    """
    if not np.isfinite(value):
        return ""
    text = np.format_float_positional(float(f"{value:.{digits}g}"), trim="-")
    return "0" if text in ("-0", "0") else text
