"""Checks of a path step as written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Parameter
from kichban.catalogue.parameters import Bounds
from kichban.numbers import canonical_number
from kichban.scenario.checks.values import is_number, not_a_number
from kichban.scenario.read.layers import Notes, nearest
from kichban.scenario.values import EDGES, OPS, SHAPES, PathStep

FIRST_YEAR, LAST_YEAR = 2000, 2100
_YEAR = re.compile(r"2\d{3}", re.ASCII)
#: a factor on a path of which the catalogue tells no value: refused, and warned of, from here on
MOST_SCALED, USUALLY_SCALED = 10.0, 3.0
_STEP_KEYS = ("op", "shape", "anchors", "before", "after", "target")
_EXAMPLE = '{ op = "scale", anchors = { "2025" = 1.1 } }'


def is_year(text: str) -> bool:
    """Whether a text is a year that may be named, in the one way of writing it.

    >>> is_year("2027"), is_year("02027"), is_year("2027-Q1"), is_year("2900")
    (True, False, False, False)
    """
    return _YEAR.fullmatch(text) is not None and int(text) <= LAST_YEAR


def change_bounds(parameter: Parameter, op: str, *, usual: bool = False) -> Bounds | None:
    """Give the bounds of what is added to, or scales, a path whose base only the data tell.

    What is added cannot be more than the allowed values lie apart, nor, of a rate, one or more:
    that is per cent. ``None`` where the catalogue tells the base: there the outcome is held
    against the bounds. `usual` asks for the bounds beyond which there is a warning.

    >>> from kichban.catalogue import load_parameters
    >>> change_bounds(load_parameters()["growth.volume"], "add", usual=True)
    (-0.35, 0.35)
    """
    bounds = parameter.warning_bounds if usual else parameter.error_bounds
    if parameter.default is not None or bounds is None or op not in ("add", "scale"):
        return None
    if op == "scale":
        return 0.0, USUALLY_SCALED if usual else MOST_SCALED
    apart = bounds[1] - bounds[0]
    most = min(apart, 1.0) if parameter.percent else apart
    return -most, most


def check_change(
    parameter: Parameter, op: str, value: float, path: tuple[str, ...], notes: Notes
) -> None:
    """Note what cannot, or will hardly, be added to a path or scale it."""
    number = "068" if op == "scale" else "021"
    for level, usual in (("E", False), ("W", True)):
        bounds = change_bounds(parameter, op, usual=usual)
        if bounds is None or bounds[0] <= value <= bounds[1]:
            continue
        low, high = (canonical_number(b) for b in bounds)
        shown, meant = canonical_number(value), value / 100
        if op == "add" and parameter.percent and level == "E" and abs(meant) <= bounds[1]:
            more = {"low": low, "high": high, "meant": canonical_number(meant)}
            notes.fault("E-SCN-049", path, shown, **more)
        else:
            notes.fault(f"{level}-SCN-{number}", path, shown, low=low, high=high)
        return


def check_step(
    parameter: Parameter, table: Any, path: tuple[str, ...], notes: Notes
) -> PathStep | None:
    """Give a checked path step, ``None`` where it cannot be used."""
    if not isinstance(table, dict):
        notes.fault("E-SCN-005", path, table, expected=_EXAMPLE)
        return None
    if not parameter.path:
        notes.fault("E-SCN-022", path)
        return None
    before = len(notes.faults)
    _check_words(table, path, notes)
    if table.get("op") == "reach":
        _check_reach(table, path, notes)
        anchors: tuple[tuple[int, float], ...] = ()
    else:
        anchors = _check_anchors(parameter, table, path, notes)
        if "target" in table:
            notes.fault("E-SCN-025", (*path, "target"), table["target"])
        if parameter.reach_only:
            notes.fault("E-SCN-026", path, table.get("op", ""))
    if any(fault.is_error for fault in notes.faults[before:]):
        return None
    return PathStep(
        table["op"],
        table.get("shape", "linear"),
        anchors,
        table.get("before", "parent"),
        table.get("after", "hold"),
        str(table.get("target", "")),
    )


def _check_words(table: Mapping[str, Any], path: tuple[str, ...], notes: Notes) -> None:
    for name in table:
        if name not in _STEP_KEYS:
            notes.fault("E-SCN-004", (*path, name), name, **nearest(name, _STEP_KEYS))
    for name, allowed in (("op", OPS), ("shape", SHAPES), ("before", EDGES), ("after", EDGES)):
        word = table.get(name, allowed[0])
        if name == "op" and name not in table:
            notes.fault("E-SCN-006", path, "", field="op")
        elif word not in allowed:
            notes.fault("E-SCN-024", (*path, name), word, **nearest(str(word), allowed))


def _check_reach(table: Mapping[str, Any], path: tuple[str, ...], notes: Notes) -> None:
    target = table.get("target")
    if not (isinstance(target, str) and target):
        notes.fault("E-SCN-006", path, "", field="target")
    for name in ("anchors", "shape", "before", "after"):
        if name in table:
            notes.fault("E-SCN-025", (*path, name), table[name])


def _check_anchors(
    parameter: Parameter, table: Mapping[str, Any], path: tuple[str, ...], notes: Notes
) -> tuple[tuple[int, float], ...]:
    raw, place = table.get("anchors"), (*path, "anchors")
    if not isinstance(raw, dict) or not raw:
        notes.fault("E-SCN-005", place, "" if raw is None else raw, expected='{ "2025" = 0.1 }')
        return ()
    found: dict[int, float] = {}
    for year, value in raw.items():
        if not is_year(year):
            notes.fault(
                "E-SCN-023", (*place, year), year, first=str(FIRST_YEAR), last=str(LAST_YEAR)
            )
        elif not is_number(value):
            not_a_number(value, (*place, year), notes, "0.1")
        elif table.get("op") == "scale" and value < 0:
            notes.fault("E-SCN-027", (*place, year), value, what="scale")
        elif table.get("shape") == "geometric" and value <= 0:
            notes.fault("E-SCN-027", (*place, year), value, what="geometric")
        else:
            found[int(year)] = float(value)
            check_change(parameter, str(table.get("op")), float(value), (*place, year), notes)
    return tuple(sorted(found.items()))
