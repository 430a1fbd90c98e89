"""Pairs of key and value, from ``--set`` or a batch: parameters, years of a path, single sites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kichban.catalogue import Parameters
from kichban.catalogue.parameters import Value
from kichban.scenario.checks.extras import check_sites
from kichban.scenario.checks.horizon import check_anchor_years
from kichban.scenario.checks.known import Known
from kichban.scenario.checks.steps import check_step
from kichban.scenario.checks.values import check_value, known_key
from kichban.scenario.extras import SITE, ExtraValue
from kichban.scenario.read.layers import Notes
from kichban.scenario.values import PathStep

#: between a key and a year: ``growth.volume@2027``
AT = "@"


@dataclass(slots=True)
class Assigned:
    """What pairs set, each already checked by itself."""

    values: dict[str, Value] = field(default_factory=dict)
    paths: dict[str, PathStep] = field(default_factory=dict)
    extras: dict[str, ExtraValue] = field(default_factory=dict)


def read_assignments(
    pairs: Iterable[tuple[str, Any]],
    notes: Notes,
    parameters: Parameters,
    known: Known,
    place: tuple[str, ...] = (),
) -> Assigned:
    """Read pairs; of two with one key the later wins.

    ``key@year`` is an anchor of a path that takes the parameter's place from that year on, as
    ``op = "replace"`` with ``shape = "linear"`` does: before it nothing changes, after it the value
    is held, and two years of one key are joined by a line.
    """
    found = Assigned()
    anchors: dict[str, dict[str, Any]] = {}
    for written, raw in pairs:
        key, _, year = written.partition(AT)
        if key.startswith(f"{SITE}.") and not year:
            site, _, name = key.removeprefix(f"{SITE}.").rpartition(".")
            found.extras |= check_sites({site: {name: raw}}, notes, parameters, known, place)
        elif not known_key(key, (*place, written), notes, parameters):
            continue
        elif AT in written:
            anchors.setdefault(key, {})[year] = raw
        else:
            checked = check_value(parameters[key], raw, (*place, key), notes)
            if checked is not None:
                found.values[key] = checked
    for key, years in anchors.items():
        where = (*place, f"{key}{AT}{next(iter(years))}")
        step = check_step(parameters[key], {"op": "replace", "anchors": years}, where, notes)
        if step is not None:
            check_anchor_years(step, where, notes, known, end_said=True)
            found.paths[key] = step
    return found
