"""Numbers in cells: as numbers, as text, in per cent, and as what Excel made of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kichban.form.asked import Asked
from kichban.form.numbers_typed import AmbiguousError, typed_number
from kichban.form.shown import number_label, shifted
from kichban.form.values import Field, Label, Value, both

#: what two ways to reckon one bound may differ by
_SLACK = 1e-12


def read_number(asked: Asked) -> Value:
    """Read a number; ``None`` after a fault."""
    value = asked.cell.value
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        asked.note("E-FORM-025")
        return None
    if isinstance(value, bool):
        asked.note("E-FORM-023", str(value).upper())
        return None
    read = _typed(asked, value) if isinstance(value, str) else _counted(asked, value)
    return None if read is None else _bounded(asked, read)


def read_integer(asked: Asked) -> Value:
    """Read a whole number."""
    value = read_number(asked)
    if isinstance(value, float):
        if not value.is_integer():
            asked.note("E-FORM-027", number_label(value))
            return None
        return int(value)
    return value


def read_numbers(asked: Asked) -> Value:
    """Read a list of numbers, apart by semicolons."""
    value = asked.cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (float(value),)
    if not isinstance(value, str):
        asked.note("E-FORM-025")
        return None
    found = []
    for part in filter(None, (p.strip() for p in value.replace("\n", ";").split(";"))):
        number = _parsed(asked, part)
        if number is None:
            return None
        found.append(float(number[0].scaleb(-2) if number[1] else number[0]))
    return tuple(found)


def _parsed(asked: Asked, text: str) -> tuple[Decimal, bool] | None:
    try:
        return typed_number(text, asked.lang)
    except AmbiguousError as error:
        whole, decimal = error.readings
        second = both(decimal.replace(".", ","), decimal.replace(",", "."))
        asked.note("E-FORM-024", text, first=whole, second=second)
    except ValueError:
        asked.note("E-FORM-023", text)
    return None


def _typed(asked: Asked, text: str) -> float | None:
    """Read a number that stands in its cell as text."""
    field, parsed = asked.field, _parsed(asked, text)
    if parsed is None:
        return None
    number, percent = parsed
    if field.percent is True and not percent:
        return _without_sign(asked, _as_number(number))
    read = _as_number(number.scaleb(-2) if percent and field.percent else number)
    shown = _as_shown(field, read)
    asked.note("W-FORM-004" if percent else "W-FORM-002", text, read=shown)
    return read


def _as_number(number: Decimal) -> float:
    return int(number) if number == number.to_integral_value() else float(number)


def _counted(asked: Asked, value: float) -> float | None:
    """Read a number that is one; its format tells whether the user sees per cent."""
    percent = "%" in asked.cell.format
    if asked.field.percent is True and not percent:
        return _without_sign(asked, value)
    if percent and not asked.field.percent:
        read = shifted(value, 2)
        asked.note("W-FORM-004", number_label(read, " %"), read=number_label(read))
        return read
    return value


def _without_sign(asked: Asked, value: float) -> float | None:
    """Read a number for a share that has lost its per cent format: 27,8 or 0,278."""
    if value == 0:
        return value
    readings = (value, shifted(value, -2))
    fits = [number for number in readings if _inside(asked.field, number)]
    if len(fits) != 1:
        first, second = (number_label(shifted(n, 2), " %") for n in readings)
        asked.note("E-FORM-032", first=first, second=second)
        return None
    asked.note("W-FORM-004", read=_as_shown(asked.field, fits[0]))
    return fits[0]


def _inside(field: Field, value: float) -> bool:
    low, high = field.bounds
    return (low is None or value >= low - _SLACK) and (high is None or value <= high + _SLACK)


def _as_shown(field: Field, value: float) -> Label:
    if field.percent is True:
        return number_label(shifted(value, 2), " %")
    return number_label(value)


def _bounded(asked: Asked, value: float) -> float | None:
    field = asked.field
    if _inside(field, value):
        return value
    low, high = ("…" if b is None else _as_shown(field, b) for b in field.bounds)
    asked.note("E-FORM-026", _as_shown(field, value), low=low, high=high)
    return None
