"""Reader of ``parameters.toml``: every assumption with unit, range, bounds, source and labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from kichban.catalogue.entries import Entry, read_entries
from kichban.catalogue.labels import Label, label, read_catalogue_file
from kichban.catalogue.rules import Rule, read_rules

ParameterKind = Literal["number", "path", "triangle", "weights"]
Role = Literal["lever", "uncertainty", "context", "constant"]
Dist = Literal["pert", "lognormal", "triangular", "none"]
Tag = Literal["S", "E", "D", "J"]
#: a number; three ages of a triangle or weights; ``None`` where the data or the model decide
Value = float | tuple[float, ...] | None
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assumption.

    Rates are fractions; `default`, `low`, `high` and the bounds share `unit`. `low` and `high`
    are the ends of the prior (for ``lognormal`` its p10 and p90), ``None`` where it is certain.
    `group` is a key of :attr:`Parameters.groups`: what a difference of two scenarios is told by.
    `known` is the newest publication the default rests on, `source` ids separated by one space.
    """

    key: str
    label: Label
    unit: str
    unit_label: Label
    kind: ParameterKind
    role: Role
    group: str
    default: Value
    low: float | None
    high: float | None
    dist: Dist
    error_bounds: Bounds
    warning_bounds: Bounds | None
    path: bool
    tag: Tag
    source: str
    known: dt.date | None
    assumption: Label
    decimals: int
    percent: bool
    order: int

    @property
    def sampled(self) -> bool:
        """Whether an ensemble draws it."""
        return self.dist != "none"

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the statements the default rests on."""
        return tuple(self.source.split())

    @property
    def reach_only(self) -> bool:
        """Whether a scenario may set it only by naming a target: stocks the site model makes."""
        return self.kind == "path" and self.unit == "ha"


@dataclass(frozen=True, slots=True)
class Parameters(Mapping[str, Parameter]):
    """All parameters by key, in the order of the file.

    `groups` says what they are about, `rules` hold between them, `renamed` leads from names they
    had once to those of today; `site_entries` and `share_entries` are what scenarios may say of
    sites and parts of output.
    """

    entries: Mapping[str, Parameter]
    groups: Mapping[str, Label] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    site_entries: Mapping[str, Entry] = field(default_factory=dict)
    share_entries: Mapping[str, Entry] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Parameter:
        return self.entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def sampled(self) -> tuple[str, ...]:
        """Keys with a prior, in catalogue order: the dimensions of the Sobol sequence.

        >>> load_parameters().sampled[:2]
        ('growth.volume_long_run', 'growth.fade_years')
        """
        return tuple(key for key, p in self.entries.items() if p.sampled)

    def in_groups(self, names: Collection[str]) -> tuple[str, ...]:
        """Keys of some groups, in catalogue order.

        >>> load_parameters().in_groups({"prices"})
        ('growth.wedge', 'growth.grdp_deflator')
        """
        return tuple(key for key, p in self.entries.items() if p.group in names)

    @property
    def levers(self) -> tuple[str, ...]:
        """Keys that planners decide, in catalogue order."""
        return tuple(key for key, p in self.entries.items() if p.role == "lever")

    def resting_after(self, as_of: dt.date) -> tuple[str, ...]:
        """Keys whose default rests on something published after `as_of`: hindsight in a back-test.

        >>> "growth.wedge" in load_parameters().resting_after(dt.date(2022, 12, 31))
        True
        >>> load_parameters().resting_after(dt.date(2024, 7, 31))
        ()
        """
        return tuple(k for k, p in self.entries.items() if p.known is not None and p.known > as_of)


@cache
def load_parameters() -> Parameters:
    """Read the catalogue's parameters once.

    >>> load_parameters()["land.slip_park"].default
    1.6
    """
    document = read_catalogue_file("parameters.toml")
    units = {code: label(table["label"]) for code, table in document["unit"].items()}
    groups = {code: label(table["label"]) for code, table in document["group"].items()}
    return Parameters(
        MappingProxyType(
            {
                key: _parameter(key, table, units[table["unit"]], order)
                for order, (key, table) in enumerate(document["parameter"].items())
            }
        ),
        MappingProxyType(groups),
        read_rules(document["rule"], document["parameter"]),
        MappingProxyType(read_entries(document["site"], units)),
        MappingProxyType(read_entries(document["share"], units)),
        MappingProxyType(document["renamed"]),
    )


def _parameter(key: str, table: Mapping[str, Any], unit_label: Label, order: int) -> Parameter:
    default = table.get("default")
    warning = table.get("warning_bounds")
    fields = dict(table) | {
        "label": label(table["label"]),
        "assumption": label(table["assumption"]),
        "default": tuple(default) if isinstance(default, list) else default,
        "low": table.get("low"),
        "high": table.get("high"),
        "error_bounds": tuple(table["error_bounds"]),
        "warning_bounds": None if warning is None else tuple(warning),
        "known": table.get("known"),
    }
    return Parameter(key=key, unit_label=unit_label, order=order, **fields)
