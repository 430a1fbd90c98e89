"""A layer: what one scenario file, overlay or ``--set`` says, before it is joined to others."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Label
from kichban.catalogue.parameters import Value
from kichban.errors import Fault
from kichban.scenario.extras import ExtraValue
from kichban.scenario.read.lines import AGAIN, Lines, line_of
from kichban.scenario.values import Correlation, PathStep, Prior


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's own settings, each already checked by itself."""

    file: str
    name: str
    label: Label
    story: Label
    status: str
    extends: str
    include: tuple[str, ...]
    sources: tuple[str, ...]
    values: Mapping[str, Value]
    paths: Mapping[str, PathStep]
    priors: Mapping[str, Prior | None]
    unset: tuple[str, ...]
    correlations: tuple[Correlation, ...]
    lines: Lines
    extras: Mapping[str, ExtraValue] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every parameter the layer says something about."""
        said = (self.unset, self.values, self.priors, self.paths, self.extras)
        return tuple(dict.fromkeys(key for keys in said for key in keys))

    def line(self, *path: str) -> int | None:
        """Line of a key in the layer's file."""
        return line_of(self.lines, *path)


def assigned_layer(
    file: str,
    name: str,
    values: Mapping[str, Value],
    paths: Mapping[str, PathStep],
    extras: Mapping[str, ExtraValue],
) -> Layer:
    """Give a layer that sets values, paths and entries, and says nothing else."""
    empty: Mapping[str, Any] = MappingProxyType({})
    return Layer(
        file, name, empty, empty, "", "", (), (), MappingProxyType(dict(values)),
        MappingProxyType(dict(paths)), empty, (), (), empty, MappingProxyType(dict(extras)),
    )  # fmt: skip


@dataclass(slots=True)
class Notes:
    """Collects the faults of one file; places are given as key paths."""

    file: str
    lines: Lines
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, path: tuple[str, ...], value: object = "", **detail: str) -> None:
        """Note a fault at a key."""
        self.faults.append(
            Fault(
                code,
                self.file,
                line_of(self.lines, *path),
                ".".join(map(as_printed, path)),
                as_printed(value),
                MappingProxyType(detail),
            )
        )


def as_printed(value: object) -> str:
    """Write a value as it stands in TOML, shortened where long.

    >>> as_printed((0.5, 1.0)), as_printed(True), as_printed("x")
    ('[0.5, 1.0]', 'true', 'x')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        text = "{ " + ", ".join(f"{k} = {as_printed(v)}" for k, v in value.items()) + " }"
    elif isinstance(value, (list, tuple)):
        text = "[" + ", ".join(as_printed(v) for v in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def nearest(value: str, allowed: Collection[str]) -> dict[str, str]:
    """Give the word meant, ``–`` where none is near, and the list: placeholders of a fault.

    >>> nearest("land.slip_prak", ["land.slip_park", "growth.volume"])["nearest"]
    'land.slip_park'
    """
    match = difflib.get_close_matches(value, sorted(allowed), n=1, cutoff=0.6)
    shown = sorted(allowed)
    listed = ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    return {"nearest": match[0] if match else "–", "allowed": listed or "–"}


def flatten(
    table: Mapping[str, Any],
    known: Collection[str],
    prefix: str = "",
    twice: list[str] | None = None,
) -> dict[str, Any]:
    """Join nested tables to dotted keys: ``land.slip_park`` may stand with or without quotes.

    To TOML these are two keys, so both may stand in one table: `twice` takes such keys.

    >>> flatten({"land": {"slip_park": 1.3}}, ["land.slip_park"])
    {'land.slip_park': 1.3}
    """
    found: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        section = isinstance(value, dict) and any(k.startswith(f"{key}.") for k in known)
        inner = section and key not in known
        more = flatten(value, known, f"{key}.", twice) if inner else {key: value}
        if twice is not None:
            twice += [k for k in more if k in found]
        found |= more
    return found


def flatten_once(
    table: Mapping[str, Any], known: Collection[str], place: tuple[str, ...], notes: Notes
) -> dict[str, Any]:
    """Join nested tables to dotted keys as :func:`flatten`; one that stands twice is a fault."""
    twice: list[str] = []
    found = flatten(table, known, twice=twice)
    for key in twice:
        first = line_of(notes.lines, *place, key)
        again = (*place, key)
        row = notes.lines.get(f"{'.'.join(again)}{AGAIN}", first)
        detail = {"first": "–" if first is None else f"{first}"}
        notes.faults.append(
            Fault("E-SCN-067", notes.file, row, ".".join(again), as_printed(found[key]), detail)
        )
    return found
