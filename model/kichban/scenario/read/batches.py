"""``scenarios/batches/NAME.toml``: many scenarios from one file, by a grid or by cases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from kichban.catalogue import Label, Parameters
from kichban.errors import Fault
from kichban.files import load_toml
from kichban.scenario.checks.known import Known
from kichban.scenario.read.assignments import AT, read_assignments
from kichban.scenario.read.layers import (
    Layer,
    Notes,
    as_printed,
    assigned_layer,
    flatten_once,
    nearest,
)
from kichban.scenario.read.lines import Lines, key_lines, line_of
from kichban.scenario.read.schema import (
    check_format,
    is_name,
    read_label,
    read_table,
    read_text,
    toml_fault,
)

BATCHES = "scenarios/batches/"
#: more would hardly be read, and take hours to run
MOST = 256
_KEYS = ("format", "base", "label", "story", "grid", "case")
_CASE_KEYS = ("name", "label", "set")


class Member(NamedTuple):
    """One scenario of a batch: its name, its own words, what it sets, and where that stands."""

    name: str
    label: Label
    pairs: Mapping[str, Any]
    place: tuple[str, ...]


def is_batch(file: str) -> bool:
    """Whether a file makes many scenarios.

    >>> is_batch("scenarios/batches/slips.toml"), is_batch("scenarios/low.toml")
    (True, False)
    """
    return file.startswith(BATCHES)


def read_batch(
    file: str, text: str, parameters: Parameters, known: Known
) -> tuple[tuple[Layer, ...], tuple[Fault, ...]]:
    """Read one file into layers, each a draft scenario ``NAME/…`` that extends the base.

    Every combination of the values of ``[grid]`` is one, every ``[[case]]`` one more.
    """
    notes = Notes(file, key_lines(text))
    try:
        document = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        return (), (toml_fault(file, text, error),)
    if not check_format(document, notes):
        return (), tuple(notes.faults)
    name = PurePosixPath(file).stem
    if not is_name(name):
        notes.fault("E-SCN-008", (), name)
    for key in document:
        if key not in _KEYS:
            notes.fault("E-SCN-004", (key,), key, **nearest(key, _KEYS))
    for key in ("base", "label"):
        if key not in document:
            notes.fault("E-SCN-006", (), "", field=key)
    cases = _cases(document, notes)
    members = [*_grid(document, notes, parameters, len(cases)), *cases]
    if len(members) > MOST:
        notes.fault("E-SCN-061", ("case",), len(members), most=str(MOST))
        members = []
    if not members and not notes.faults:
        notes.fault("E-SCN-006", (), "", field="[grid] | [[case]]")
    layers = tuple(_layers(name, document, members, notes, parameters, known))
    return layers, tuple(notes.faults)


def _grid(
    document: Mapping[str, Any], notes: Notes, parameters: Parameters, others: int
) -> list[Member]:
    """Give every combination of the values; none where they and `others` are too many."""
    grid = flatten_once(read_table(document, "grid", notes), parameters, ("grid",), notes)
    before = len(notes.faults)
    for key, values in grid.items():
        if not isinstance(values, list) or not values or _repeats(values):
            notes.fault("E-SCN-062", ("grid", key), values)
    if not grid or len(notes.faults) > before:
        return []
    count = prod(len(values) for values in grid.values()) + others
    if count > MOST:
        notes.fault("E-SCN-061", ("grid",), count, most=str(MOST))
        return []
    short = _short_names(list(grid))
    found = []
    for values in product(*grid.values()):
        said = [f"{short[k]}={as_printed(v)}" for k, v in zip(grid, values, strict=True)]
        text = MappingProxyType(dict.fromkeys(("vi", "en"), ", ".join(said)))
        pairs = dict(zip(grid, values, strict=True))
        found.append(Member(",".join(said), text, pairs, ("grid",)))
    return found


def _repeats(values: Sequence[Any]) -> bool:
    return any(value in values[:i] for i, value in enumerate(values))


def _short_names(keys: Sequence[str]) -> dict[str, str]:
    """Give the last part of each key, the whole key where two would be the same.

    >>> _short_names(["land.slip_park", "a.x", "b.x"])
    {'land.slip_park': 'slip_park', 'a.x': 'a.x', 'b.x': 'b.x'}
    """
    last = [key.rpartition(".")[2] for key in keys]
    return {k: n if last.count(n) == 1 else k for k, n in zip(keys, last, strict=True)}


def _cases(document: Mapping[str, Any], notes: Notes) -> list[Member]:
    cases = document.get("case", [])
    if not (isinstance(cases, list) and all(isinstance(case, dict) for case in cases)):
        notes.fault("E-SCN-005", ("case",), cases, expected="[[case]]")
        return []
    found: dict[str, Member] = {}
    for i, case in enumerate(cases):
        place = ("case", str(i))
        for key in case:
            if key not in _CASE_KEYS:
                notes.fault("E-SCN-004", (*place, key), key, **nearest(key, _CASE_KEYS))
        name, sets = case.get("name"), case.get("set")
        if not (isinstance(name, str) and is_name(name)):
            notes.fault("E-SCN-008", (*place, "name"), "" if name is None else name)
        elif name in found:
            notes.fault("E-SCN-060", (*place, "name"), name)
        elif not isinstance(sets, dict) or not sets:
            notes.fault("E-SCN-006", place, name, field="set")
        else:
            label = read_label(case, "label", notes, *place)
            found[name] = Member(name, label, sets, (*place, "set"))
    return list(found.values())


def _layers(
    name: str,
    document: Mapping[str, Any],
    members: Sequence[Member],
    notes: Notes,
    parameters: Parameters,
    known: Known,
) -> Iterator[Layer]:
    label, base = read_label(document, "label", notes), read_text(document, "base", notes)
    story = read_label(document, "story", notes) or label
    for member in members:
        flat = flatten_once(member.pairs, parameters, member.place, notes)
        found = read_assignments(flat.items(), notes, parameters, known, member.place)
        joined = {lang: f"{text}: {member.label.get(lang, '')}" for lang, text in label.items()}
        layer = assigned_layer(
            notes.file, f"{name}/{member.name}", found.values, found.paths, found.extras
        )
        yield replace(
            layer, label=MappingProxyType(joined), story=story, status="draft", extends=base,
            lines=_lines(notes, member, flat),
        )  # fmt: skip


def _lines(notes: Notes, member: Member, keys: Iterable[str]) -> Lines:
    """Give the lines of a member's settings under the names they have in a scenario."""
    found = {"extends": notes.lines.get("base", 1)}
    for written in keys:
        line = line_of(notes.lines, *member.place, written)
        key = written.partition(AT)[0]
        if line is not None:
            found |= {f"set.{key}": line, f"path.{key}": line, key: line}
    return MappingProxyType(found)
