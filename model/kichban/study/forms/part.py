"""What every sheet of a scenario's form is made with: what is around it, its parts, its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, NamedTuple

from kichban.catalogue import Parameter, Parameters
from kichban.errors import Fault
from kichban.form import Field, FormRow, Sheet
from kichban.form.values import Label
from kichban.scenario import Document, Scenario
from kichban.texts import Lang, all_keys


@dataclass(frozen=True, slots=True)
class Around:
    """What a scenario's form shows besides the file itself.

    `inherited` is the scenario without its own tables; `scenarios`, `targets` and `sites` are those
    that may be named, `entries` what some scenario says of a site or of shares, by key.
    """

    parameters: Parameters
    inherited: Scenario | None
    scenarios: Mapping[str, Label]
    targets: tuple[str, ...]
    overlay: bool = False
    sites: Mapping[str, Label] = field(default_factory=lambda: MappingProxyType({}))
    entries: Mapping[str, Label] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Notes:
    """What goes wrong in joining rows to tables, and where each entry stands in the workbook."""

    file: str
    lang: Lang
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def fault(self, code: str, row: FormRow, name: str, label: str, **detail: str) -> None:
        """Note a fault of a row."""
        value = row.values.get(name)
        shown = "" if value is None else str(value)
        place = f"{row.places.get(name, '')} ({label})"
        self.faults.append(Fault(code, self.file, None, place, shown, detail))


class Part(NamedTuple):
    """One sheet: how it is made from a document, and how its rows become a table again."""

    section: str
    sheet: Callable[[Document, Around], Sheet]
    read: Callable[[Sequence[FormRow], Around, Notes], Any]


def said(key: str) -> Label:
    """Give a text of forms in both languages."""
    return all_keys()[f"form.{key}"]


def entry_field(name: str, kind: Any, **more: Any) -> Field:
    """Give a field that is called and explained by its name."""
    return Field(name, kind, said(f"entry.{name}.label"), help=said(f"entry.{name}.help"), **more)


def word_group(group: str, words: Iterable[str]) -> Mapping[str, Label]:
    """Give the words of a choice with what they are called."""
    return MappingProxyType({w: said(f"word.{group}.{w}") for w in words})


def parameter_words(
    parameters: Parameters, keep: Callable[[Parameter], bool]
) -> Mapping[str, Label]:
    """Give the parameters that `keep` keeps, as a choice."""
    return MappingProxyType({key: p.label for key, p in parameters.items() if keep(p)})


def cells_of(places: Sequence[str]) -> str:
    """Name several cells of a sheet: a range where they follow each other, else one by one.

    >>> cells_of(["S!E3", "S!E4", "S!E5"]), cells_of(["S!E3", "S!E7"]), cells_of(["S!E3"])
    ('S!E3:E5', 'S!E3, E7', 'S!E3')
    """
    if len(places) < 2:
        return "".join(places)
    first, *rest = (place.rpartition("!")[2] for place in places)
    rows = [int(cell.lstrip(ascii_uppercase)) for cell in (first, *rest)]
    if rows == list(range(rows[0], rows[0] + len(rows))):
        return f"{places[0]}:{rest[-1]}"
    return ", ".join((places[0], *rest))
