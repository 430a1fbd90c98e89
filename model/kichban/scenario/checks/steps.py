"""Checks of a path step as written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Parameter
from kichban.scenario.checks.values import is_number, not_a_number
from kichban.scenario.read.layers import Notes, nearest
from kichban.scenario.values import EDGES, OPS, SHAPES, PathStep

FIRST_YEAR, LAST_YEAR = 2000, 2100
_STEP_KEYS = ("op", "shape", "anchors", "before", "after", "target")
_EXAMPLE = '{ op = "scale", anchors = { "2025" = 1.1 } }'


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
        anchors = _check_anchors(table, path, notes)
        if "target" in table:
            notes.fault("E-SCN-025", (*path, "target"), table["target"])
        if parameter.reach_only:
            notes.fault("E-SCN-026", path, table.get("op", ""))
    if len(notes.faults) > before:
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
    table: Mapping[str, Any], path: tuple[str, ...], notes: Notes
) -> tuple[tuple[int, float], ...]:
    raw, place = table.get("anchors"), (*path, "anchors")
    if not isinstance(raw, dict) or not raw:
        notes.fault("E-SCN-005", place, "" if raw is None else raw, expected='{ "2025" = 0.1 }')
        return ()
    found: dict[int, float] = {}
    for year, value in raw.items():
        if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
            notes.fault("E-SCN-023", place, year, first=str(FIRST_YEAR), last=str(LAST_YEAR))
        elif not is_number(value):
            not_a_number(value, (*place, year), notes, "0.1")
        elif table.get("op") == "scale" and value < 0:
            notes.fault("E-SCN-027", (*place, year), value, what="scale")
        elif table.get("shape") == "geometric" and value <= 0:
            notes.fault("E-SCN-027", (*place, year), value, what="geometric")
        else:
            found[int(year)] = float(value)
    return tuple(sorted(found.items()))
