"""The printed digits of a figure, and the slips of one digit that a writer makes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

#: more digits than a float holds are not the printed ones
FLOAT_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Digits:
    """Printed digits, at least one before the decimal point: 0,5 is ``05`` and exponent −1."""

    text: str
    exponent: int
    negative: bool

    def value_of(self, text: str) -> float:
        """Give the number that other digits in the same places stand for."""
        # Adding zero turns −0 into 0.
        return float(f"{'-' if self.negative else ''}{text}e{self.exponent}") + 0.0

    def is_print(self, text: str) -> bool:
        """Whether officials would print it: a units digit, no zero before a longer number."""
        least = max(1, 1 - self.exponent)
        return len(text) == least or (len(text) > least and text[0] != "0")


def printed_digits(value: float, resolution: float) -> Digits:
    """Give the digits as printed; those of the number itself if the resolution gives none.

    >>> printed_digits(311986.8, 0.1).text, printed_digits(0.5, 0.1).text
    ('3119868', '05')
    >>> printed_digits(3.0, 10.0).text
    '3'
    """
    number = Decimal(repr(abs(float(value))))
    exponent = _power_of_ten(resolution)
    if exponent is not None and number.scaleb(-exponent).adjusted() < FLOAT_DIGITS:
        units = int(number.scaleb(-exponent).to_integral_value())
        if units or not number:
            return _digits(units, exponent, negative=value < 0)
    own = number.normalize()
    exponent = own.adjusted() - len(own.as_tuple().digits) + 1
    if exponent > 0 and own.adjusted() < FLOAT_DIGITS:
        exponent = 0
    return _digits(int(number.scaleb(-exponent)), exponent, negative=value < 0)


def _digits(units: int, exponent: int, *, negative: bool) -> Digits:
    return Digits(str(units).zfill(max(1, 1 - exponent)), exponent, negative)


def _power_of_ten(resolution: float) -> int | None:
    """Give k of a resolution 10^k.

    >>> _power_of_ten(0.01), _power_of_ten(0.5)
    (-2, None)
    """
    if not (math.isfinite(resolution) and resolution > 0):
        return None
    number = Decimal(repr(float(resolution)))
    power = number.adjusted()
    return power if number.scaleb(-power) == 1 else None


def swapped(text: str) -> Iterator[str]:
    """Give the digits with two neighbours swapped."""
    return (text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1))


def with_one_more(text: str) -> Iterator[str]:
    """Give the digits with one more anywhere."""
    return (text[:i] + d + text[i:] for i in range(len(text) + 1) for d in "0123456789")


def with_one_less(text: str) -> Iterator[str]:
    """Give the digits with one left out."""
    return (text[:i] + text[i + 1 :] for i in range(len(text)))


def with_one_changed(text: str) -> Iterator[str]:
    """Give the digits with one changed."""
    return (text[:i] + d + text[i + 1 :] for i in range(len(text)) for d in "0123456789")


# --- figures that belong elsewhere --------------------------------------------------------------
