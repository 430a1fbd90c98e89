"""Rules between parameters: what must hold of several at once, as data of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kichban.catalogue.labels import Label, label

RuleKind = Literal["order", "sum", "idle"]
Level = Literal["error", "warning"]
_FIELDS = {"name", "kind", "keys", "label", "level", "when", "equals", "reaches", "total"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of several parameters of a scenario, its reason in `label`.

    ``order``: each of `keys` is at most the next, lists element by element, in every year and
    every draw. ``sum``: `keys` add up to `total`. ``idle``: while `when` has the value `equals`
    (or, with `reaches`, follows a target) `keys` act on nothing, so whoever sets one is told.
    """

    name: str
    kind: RuleKind
    keys: tuple[str, ...]
    label: Label
    level: Level = "error"
    when: str = ""
    equals: float | None = None
    reaches: bool = False
    total: float = 1.0


def read_rules(tables: list[Mapping[str, Any]], known: Collection[str]) -> tuple[Rule, ...]:
    """Read the ``[[rule]]`` tables of ``parameters.toml``.

    >>> rule = {"name": "r", "kind": "order", "label": {"vi": "Vì thế.", "en": "So it is."}}
    >>> read_rules([rule | {"keys": ["a", "b"]}], "ab")[0].keys
    ('a', 'b')
    >>> read_rules([rule | {"keys": ["a", "c"]}], "ab")
    Traceback (most recent call last):
    ValueError: rule r: no parameter ['c']
    """
    return tuple(_rule(table, known) for table in tables)


def _rule(table: Mapping[str, Any], known: Collection[str]) -> Rule:
    name, keys = table["name"], tuple(table["keys"])
    named = [*keys, *([table["when"]] if "when" in table else [])]
    if unknown := [key for key in named if key not in known]:
        raise ValueError(f"rule {name}: no parameter {unknown}")
    if unknown := sorted(set(table) - _FIELDS):
        raise ValueError(f"rule {name}: no field {unknown}")
    if (table["kind"] == "idle") != ("when" in table):
        raise ValueError(f"rule {name}: only and always an idle rule has a when")
    return Rule(**{**table, "keys": keys, "label": label(table["label"])})
