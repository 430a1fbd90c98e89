"""Parts as they are printed: rounded so that the page adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kichban.numbers import round_to_total
from kichban.projection import RATES, Variable

#: digits that the largest part shows
DIGITS = 3


class PrintedParts(NamedTuple):
    """What is printed with `decimals` (below zero: in tens, hundreds …): start + parts = end."""

    start: float
    parts: tuple[float, ...]
    end: float
    decimals: int


def printed_parts(
    start: float, parts: Sequence[float], end: float, finest: int = 0
) -> PrintedParts:
    """Round start and end, and the parts to what is printed between them (largest remainder).

    Parameters
    ----------
    finest
        Most decimals that make sense for the figure.

    Examples
    --------
    >>> printed_parts(4071.85, [-141.2, -15.07, -378.93], 3536.65)
    PrintedParts(start=4072.0, parts=(-141.0, -15.0, -379.0), end=3537.0, decimals=0)
    >>> printed_parts(1876922.0, [-312903.0, 0.0], 1564019.0).parts
    (-313000.0, 0.0)
    """
    largest = max((abs(p) for p in parts), default=0.0) or max(abs(start), abs(end)) or 1.0
    decimals = min(finest, DIGITS - 1 - math.floor(math.log10(largest)))
    first, last = (_rounded(v, decimals) for v in (start, end))
    rounded = round_to_total(np.asarray(parts, dtype=np.float64), decimals, last - first)
    return PrintedParts(first, tuple(float(p) + 0.0 for p in rounded), last, decimals)


def _rounded(value: float, decimals: int) -> float:
    """Round halves away from zero, as figures are printed."""
    scale = 10.0**decimals
    found = math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9), value) / scale
    return round(found, max(decimals, 0)) + 0.0


def finest_decimals(variable: Variable) -> int:
    """Give the most decimals that a variable's parts are printed with.

    >>> finest_decimals(Variable("grdp", "", "growth_yoy", "percent"))
    2
    """
    if variable.measure in RATES:
        return 2
    return 1 if variable.unit == "ha" else 0
