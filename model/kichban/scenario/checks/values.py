"""Checks of single values against the catalogue."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any, TypeGuard

from kichban.catalogue import Parameter, Parameters
from kichban.catalogue.parameters import Value
from kichban.numbers import canonical_number
from kichban.scenario.read.layers import Notes, nearest

#: a number with a decimal comma or point and a unit of one or two words
_WRITTEN = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(%|[^\W\d][^\d]*)?")
#: no parameter comes near; keeps absurd integers out
MOST = 1e15


def is_number(value: object) -> TypeGuard[float]:
    """Whether a TOML value is a finite number; ``true`` is none.

    >>> is_number(1), is_number(True), is_number(float("inf"))
    (True, False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    # an integer may be too long for a float, which isfinite would not forgive
    return abs(value) < MOST and math.isfinite(value)


def known_key(key: str, path: tuple[str, ...], notes: Notes, parameters: Parameters) -> bool:
    """Whether there is such a parameter; of one that is not, its name of today or the nearest."""
    if key in parameters.renamed:
        notes.fault("E-SCN-051", path, key, new=parameters.renamed[key])
    elif key not in parameters:
        notes.fault("E-SCN-020", path, key, **nearest(key, parameters))
    return key in parameters


def check_value(parameter: Parameter, value: Any, path: tuple[str, ...], notes: Notes) -> Value:
    """Give a checked value, ``None`` where it cannot be used."""
    if parameter.reach_only:
        notes.fault("E-SCN-026", path, value)
        return None
    if parameter.kind in ("triangle", "weights"):
        return _check_list(parameter, value, path, notes)
    if not is_number(value):
        not_a_number(value, path, notes, "1.6")
        return None
    if parameter.unit == "switch" and value not in (0, 1):
        notes.fault("E-SCN-005", path, value, expected="0 | 1")
        return None
    return float(value) if within_bounds(parameter, float(value), path, notes) else None


def not_a_number(value: object, path: tuple[str, ...], notes: Notes, expected: str) -> None:
    """Note what is no number; one in quotes, with a unit or a decimal comma is told apart."""
    meant = number_meant(value)
    if meant:
        notes.fault("E-SCN-048", path, value, meant=meant)
    else:
        notes.fault("E-SCN-005", path, value, expected=expected)


def number_meant(value: object) -> str:
    """Give the number that a text seems to mean, ``""`` where it means none.

    >>> number_meant("8,5"), number_meant("8 %"), number_meant("2.5 ha"), number_meant("abc")
    ('8.5', '0.08', '2.5', '')
    """
    match = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return ""
    number = float(match[1].replace(",", "."))
    return canonical_number(number / 100 if match[2] == "%" else number)


def _check_list(
    parameter: Parameter, value: Any, path: tuple[str, ...], notes: Notes
) -> tuple[float, ...] | None:
    wanted = parameter.default if isinstance(parameter.default, tuple) else ()
    if not (isinstance(value, list) and len(value) == len(wanted) and all(map(is_number, value))):
        notes.fault("E-SCN-005", path, value, expected=_listed(wanted))
        return None
    numbers = tuple(float(v) for v in value)
    ascending = all(a <= b for a, b in pairwise(numbers))
    if parameter.kind == "triangle" and not (ascending and numbers[0] < numbers[-1]):
        notes.fault("E-SCN-029", path, value)
        return None
    if parameter.kind == "weights" and abs(sum(numbers) - 1) > 1e-6:
        notes.fault("E-SCN-030", path, value, total=canonical_number(sum(numbers)))
        return None
    inside = [within_bounds(parameter, v, path, notes) for v in numbers]
    return numbers if all(inside) else None


def _listed(values: tuple[float, ...]) -> str:
    return "[" + ", ".join(canonical_number(v) for v in values) + "]"


def within_bounds(parameter: Parameter, value: float, path: tuple[str, ...], notes: Notes) -> bool:
    """Note a value outside the error or warning bounds; ``False`` only for the former."""
    levels = (("E-SCN-021", parameter.error_bounds), ("W-SCN-021", parameter.warning_bounds))
    for code, bounds in levels:
        if bounds is not None and not bounds[0] - 1e-12 <= value <= bounds[1] + 1e-12:
            low, high = (canonical_number(b) for b in bounds)
            if code == "E-SCN-021" and _is_per_cent(parameter, value):
                meant, shown = canonical_number(value / 100), canonical_number(value)
                notes.fault("E-SCN-049", path, shown, low=low, high=high, meant=meant)
                return False
            notes.fault(code, path, canonical_number(value), low=low, high=high)
            return code != "E-SCN-021"
    return True


def _is_per_cent(parameter: Parameter, value: float) -> bool:
    """Whether a value too large or small would do as per cent."""
    low, high = parameter.error_bounds
    return parameter.percent and abs(value) >= 1 and low <= value / 100 <= high
