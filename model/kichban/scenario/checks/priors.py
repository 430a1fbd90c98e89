"""Checks of a prior as written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from kichban.catalogue import Parameter
from kichban.numbers import canonical_number
from kichban.scenario.checks.values import is_number, not_a_number, within_bounds
from kichban.scenario.read.layers import Notes, nearest
from kichban.scenario.values import Future, Prior, PriorDist

_RANGE, _QUANTILES = ("low", "high"), ("p10", "p90")
#: fields that each distribution needs, and those it may have besides
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pert": _RANGE,
        "triangular": _RANGE,
        "uniform": _RANGE,
        "normal": _QUANTILES,
        "lognormal": _QUANTILES,
        "discrete": ("futures",),
        "none": (),
    }
)
#: those with a most likely value; their ends may be given as quantiles
_PEAKED = ("pert", "triangular")
_EXAMPLE = '{ dist = "pert", low = 0.1, high = 0.3 }'
_FUTURE = ("value", "probability", "label")
#: rounding of probabilities written with few digits
_ROUNDING = 1e-6


def check_prior(
    parameter: Parameter, table: Any, path: tuple[str, ...], notes: Notes
) -> tuple[bool, Prior | None]:
    """Give whether the entry can be used and its prior, ``None`` for ``dist = "none"``.

    A mode left out is not a number: the value of the parameter takes its place later.
    """
    if parameter.kind in ("triangle", "weights") or parameter.reach_only:
        notes.fault("E-SCN-032", path)
        return False, None
    if not _check_dist(table, path, notes):
        return False, None
    dist = table["dist"]
    by_quantiles = dist in _PEAKED and any(name in table for name in _QUANTILES)
    needed = _QUANTILES if by_quantiles else _NEEDED[dist]
    if not _check_fields(parameter, table, needed, path, notes):
        return False, None
    if dist == "none":
        return True, None
    if dist == "discrete":
        prior = _discrete(parameter, table["futures"], (*path, "futures"), notes)
    else:
        prior = _ranged(parameter, table, needed, path, notes)
    return prior is not None, prior


def _check_dist(table: Any, path: tuple[str, ...], notes: Notes) -> bool:
    """Whether an entry says which distribution it is."""
    if not isinstance(table, dict):
        notes.fault("E-SCN-005", path, table, expected=_EXAMPLE)
        return False
    if "dist" not in table:
        notes.fault("E-SCN-006", path, "", field="dist")
        return False
    dist = table["dist"]
    if isinstance(dist, str) and dist in _NEEDED:
        return True
    notes.fault("E-SCN-024", (*path, "dist"), dist, **nearest(str(dist), _NEEDED))
    return False


def _ranged(
    parameter: Parameter,
    table: Mapping[str, Any],
    needed: tuple[str, ...],
    path: tuple[str, ...],
    notes: Notes,
) -> Prior | None:
    """Give the prior of a range between two ends."""
    dist = table["dist"]
    low, high = (float(table[name]) for name in needed)
    mode = float(table["mode"]) if "mode" in table else math.nan
    if not low < high or (dist == "lognormal" and low <= 0) or not _between(low, mode, high):
        notes.fault("E-SCN-031", path, table)
        return None
    if dist == "lognormal":
        mode = math.sqrt(low * high)
    elif dist in ("normal", "uniform"):
        mode = (low + high) / 2
    bounds, by_quantiles = parameter.error_bounds, dist in _PEAKED and needed == _QUANTILES
    return Prior(cast(PriorDist, dist), low, mode, high, bounds, by_quantiles=by_quantiles)


def _check_fields(
    parameter: Parameter,
    table: Mapping[str, Any],
    needed: tuple[str, ...],
    path: tuple[str, ...],
    notes: Notes,
) -> bool:
    allowed = (*needed, "mode") if table["dist"] in _PEAKED else needed
    before = len(notes.faults)
    for name in needed:
        if name not in table:
            notes.fault("E-SCN-006", path, "", field=name)
    for name, value in table.items():
        if name in ("dist", "futures") and name in (*allowed, "dist"):
            continue
        if name not in allowed:
            notes.fault("E-SCN-004", (*path, name), name, **nearest(name, (*allowed, "dist")))
        elif not is_number(value):
            not_a_number(value, (*path, name), notes, "0.1")
        else:
            within_bounds(parameter, float(value), (*path, name), notes)
    return not any(fault.is_error for fault in notes.faults[before:])


def _discrete(
    parameter: Parameter, entries: Any, path: tuple[str, ...], notes: Notes
) -> Prior | None:
    """Give the prior of discrete futures, ascending; two with one value are no two futures."""
    if not isinstance(entries, list):
        notes.fault("E-SCN-044", path, entries)
        return None
    read = [_future(parameter, e, (*path, str(at)), notes) for at, e in enumerate(entries)]
    futures = sorted(future for future in read if future is not None)
    if len(futures) < len(entries):
        return None
    if len(futures) < 2 or len({f.value for f in futures}) < len(futures):
        notes.fault("E-SCN-044", path, entries)
        return None
    total = sum(f.probability for f in futures)
    if abs(total - 1) > _ROUNDING:
        notes.fault("E-SCN-043", path, entries, total=canonical_number(total))
        return None
    likeliest = max(futures, key=lambda f: f.probability)
    low, high = futures[0].value, futures[-1].value
    return Prior(
        "discrete", low, likeliest.value, high, parameter.error_bounds, futures=tuple(futures)
    )


def _future(parameter: Parameter, entry: Any, path: tuple[str, ...], notes: Notes) -> Future | None:
    fields = entry if isinstance(entry, dict) else {}
    value, probability = fields.get("value"), fields.get("probability")
    for name in fields:
        if name not in _FUTURE:
            notes.fault("E-SCN-004", (*path, name), name, **nearest(name, _FUTURE))
            return None
    right = is_number(value) and is_number(probability) and 0 < probability < 1
    label = fields.get("label", {"vi": "", "en": ""})
    named = isinstance(label, dict) and set(label) == {"vi", "en"}
    if not right or not named or not all(isinstance(text, str) for text in label.values()):
        notes.fault("E-SCN-044", path, entry)
        return None
    if not within_bounds(parameter, float(fields["value"]), (*path, "value"), notes):
        return None
    return Future(float(fields["value"]), float(fields["probability"]), label["vi"], label["en"])


def _between(low: float, mode: float, high: float) -> bool:
    """Whether the mode lies within its range; one left out does.

    >>> _between(0.0, math.nan, 1.0), _between(0.0, 2.0, 1.0)
    (True, False)
    """
    return math.isnan(mode) or low <= mode <= high
