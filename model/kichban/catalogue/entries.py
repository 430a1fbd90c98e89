"""What a scenario may say of one site, or of the parts of output: entries, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kichban.catalogue.labels import Label, label

EntryKind = Literal["number", "quarter", "switch", "shares"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a scenario may set beside the parameters; `group` as of a parameter.

    ``number`` lies within the bounds; ``quarter`` is written ``2026-Q3``; ``switch`` is true or
    false; ``shares`` are the parts of `members`, as written in a breakdown, by year.
    """

    name: str
    label: Label
    group: str
    unit: str
    unit_label: Label
    kind: EntryKind
    assumption: Label
    source: str = ""
    error_bounds: tuple[float, float] | None = None
    warning_bounds: tuple[float, float] | None = None
    members: tuple[str, ...] = ()
    decimals: int = 0
    percent: bool = False


def read_entries(
    tables: Mapping[str, Mapping[str, Any]], units: Mapping[str, Label]
) -> Mapping[str, Entry]:
    """Read the ``[site.…]`` or the ``[share.…]`` tables of ``parameters.toml``."""
    return {name: _entry(name, table, units) for name, table in tables.items()}


def _entry(name: str, table: Mapping[str, Any], units: Mapping[str, Label]) -> Entry:
    frozen: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    labels = {key: label(table[key]) for key in ("label", "assumption")}
    return Entry(name=name, unit_label=units[table["unit"]], **(frozen | labels))
