"""A scenario file as plain values, table by table, and what of it a form can say."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from kichban.catalogue import Parameters
from kichban.scenario.read.layers import flatten

#: how a table is laid out: settings by parameter, tables by name, pairs, or a list of keys
Layout = Literal["keyed", "tables", "pairs", "keys"]
Document = dict[str, Any]


class Section(NamedTuple):
    """One table of a scenario file: where it stands, and how it is laid out."""

    name: str
    path: tuple[str, ...]
    layout: Layout


#: every table a form knows; a new table of the grammar is one more line here
SECTIONS: tuple[Section, ...] = (
    Section("set", ("set",), "keyed"),
    Section("path", ("path",), "keyed"),
    Section("uncertainty", ("uncertainty",), "keyed"),
    Section("correlation", ("uncertainty", "correlation"), "pairs"),
    Section("unset", ("unset", "keys"), "keys"),
    Section("site", ("site",), "tables"),
    Section("share", ("share",), "tables"),
)
#: what stands above the tables: texts, lists, and pairs of languages
TEXTS = ("name", "extends", "status")
LISTS = ("include", "sources")
LABELS = ("label", "story")
HEAD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name",),
        "extends": ("extends",),
        "include": ("include",),
        "label.vi": ("label", "vi"),
        "label.en": ("label", "en"),
        "status": ("status",),
        "story.vi": ("story", "vi"),
        "story.en": ("story", "en"),
        "sources": ("sources",),
    }
)


def read_document(text: str, parameters: Parameters) -> Document:
    r"""Give what a scenario file says: ``head`` and each section that a form knows.

    >>> from kichban.catalogue import load_parameters
    >>> found = read_document('name = "x"\n[set]\nland.slip_park = 1.3\n', load_parameters())
    >>> found["head"], found["set"], found["unset"]
    ({'name': 'x'}, {'land.slip_park': 1.3}, [])
    """
    table = tomllib.loads(text)
    found: Document = {"head": {}}
    for name, path in HEAD.items():
        value = value_at(table, path)
        if value is not None:
            found["head"][name] = value
    for section in SECTIONS:
        value = copy.deepcopy(value_at(table, section.path))
        if section.layout != "keyed":
            found[section.name] = value or ({} if section.layout == "tables" else [])
            continue
        inner = {s.path[1] for s in SECTIONS if s.path[:-1] == section.path}
        own = {k: v for k, v in (value or {}).items() if k not in inner}
        found[section.name] = flatten(own, parameters)
    return found


def other_tables(text: str) -> tuple[str, ...]:
    r"""Name what a form has no place for; it stays in the file as it is.

    >>> other_tables('format = 1\n[set]\n[futures.tax]\n[share.sector]\n')
    ('futures',)
    """
    known = {path[0] for path in HEAD.values()} | {s.path[0] for s in SECTIONS} | {"format"}
    return tuple(name for name in tomllib.loads(text) if name not in known)


def value_at(table: Any, path: tuple[str | int, ...]) -> Any:
    """Give what stands at a path of keys and places in lists, ``None`` where nothing does.

    >>> value_at({"a": [{"b": 1}, {"b": 2}]}, ("a", 1, "b"))
    2
    """
    for name in path:
        there = isinstance(table, list) and isinstance(name, int) and name < len(table)
        if not there and not (isinstance(table, Mapping) and name in table):
            return None
        table = table[name]
    return table


def unchanged(old: Any, new: Any) -> bool:
    """Whether a value that went through a spreadsheet is still the same.

    Such programs save 15 digits of 17; what agrees in those was not touched.

    >>> unchanged(0.1 + 0.2, 0.3), same_value(0.1 + 0.2, 0.3), unchanged(0.3, 0.3000000001)
    (True, False, False)
    """
    return same_value(_saved(old), _saved(new))


def _saved(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.15g}")
    if isinstance(value, list | tuple):
        return [_saved(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _saved(part) for name, part in value.items()}
    return value


def same_value(old: Any, new: Any) -> bool:
    r"""Whether two values mean the same: numbers by size, texts by their words.

    >>> same_value(2, 2.0), same_value("a\n b", "a b"), same_value([1.0, 2], (1, 2))
    (True, True, True)
    """
    if isinstance(old, str) and isinstance(new, str):
        return old.split() == new.split()
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(same_value, old, new))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return set(old) == set(new) and all(same_value(v, new[k]) for k, v in old.items())
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)
