"""Checks of a prior as written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from kichban.catalogue import Parameter
from kichban.scenario.checks import is_number, within_bounds
from kichban.scenario.layers import Notes, nearest
from kichban.scenario.values import Prior, PriorDist

#: fields that each distribution needs, and those it may have besides
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pert": ("low", "high"),
        "triangular": ("low", "high"),
        "uniform": ("low", "high"),
        "normal": ("p10", "p90"),
        "lognormal": ("p10", "p90"),
        "none": (),
    }
)
_OPTIONAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"pert": ("mode",), "triangular": ("mode",)}
)


def check_prior(
    parameter: Parameter, table: Any, path: tuple[str, ...], notes: Notes
) -> tuple[bool, Prior | None]:
    """Give whether the entry can be used and its prior, ``None`` for ``dist = "none"``.

    A mode left out is not a number: the value of the parameter takes its place later.
    """
    if parameter.kind in ("triangle", "weights") or parameter.reach_only:
        notes.fault("E-SCN-032", path)
        return False, None
    dist = table.get("dist") if isinstance(table, dict) else None
    if not isinstance(dist, str) or dist not in _NEEDED:
        shown = table if dist is None else dist
        notes.fault("E-SCN-024", (*path, "dist"), shown, **nearest(str(dist), _NEEDED))
        return False, None
    if not _check_fields(parameter, table, path, notes):
        return False, None
    if dist == "none":
        return True, None
    low, high = (float(table[name]) for name in _NEEDED[dist])
    mode = float(table["mode"]) if "mode" in table else math.nan
    if not low < high or (dist == "lognormal" and low <= 0) or not _between(low, mode, high):
        notes.fault("E-SCN-031", path, table)
        return False, None
    if dist == "lognormal":
        mode = math.sqrt(low * high)
    elif dist in ("normal", "uniform"):
        mode = (low + high) / 2
    return True, Prior(cast(PriorDist, dist), low, mode, high, parameter.error_bounds)


def _check_fields(
    parameter: Parameter, table: Mapping[str, Any], path: tuple[str, ...], notes: Notes
) -> bool:
    needed = _NEEDED[table["dist"]]
    allowed = (*needed, *_OPTIONAL.get(table["dist"], ()))
    before = len(notes.faults)
    for name in needed:
        if name not in table:
            notes.fault("E-SCN-006", path, "", field=name)
    for name, value in table.items():
        if name == "dist":
            continue
        if name not in allowed:
            notes.fault("E-SCN-004", (*path, name), name, **nearest(name, (*allowed, "dist")))
        elif not is_number(value):
            notes.fault("E-SCN-005", (*path, name), value, expected="0.1")
        else:
            within_bounds(parameter, float(value), (*path, name), notes)
    return not any(fault.is_error for fault in notes.faults[before:])


def _between(low: float, mode: float, high: float) -> bool:
    """Whether the mode lies within its range; one left out does.

    >>> _between(0.0, math.nan, 1.0), _between(0.0, 2.0, 1.0)
    (True, False)
    """
    return math.isnan(mode) or low <= mode <= high
