"""Sheets of single sites and of the shares of output in a scenario's form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kichban.form import NO_LABEL, Field, FormRow, Row, Sheet
from kichban.form.values import Label
from kichban.scenario import Document
from kichban.scenario.words import member_label
from kichban.study.forms.part import Around, Notes, cells_of, entry_field, said

#: what kind of cell an entry of a site is filled in
_KINDS: Mapping[str, Any] = MappingProxyType(
    {"number": "number", "quarter": "period", "switch": "flag"}
)


def site_sheet(document: Document, around: Around) -> Sheet:
    """Give the sheet of single sites: a row each, a column an entry of the catalogue."""
    stated = {site: NO_LABEL for site in document["site"] if site not in around.sites}
    sites = MappingProxyType({**around.sites, **stated})
    fields = (
        entry_field("site", "choice", words=sites, required=True, width=40.0),
        *_site_fields(around),
    )
    rows = tuple(Row("", {"site": site, **entries}) for site, entries in document["site"].items())
    return Sheet("site", said("part.site"), fields, rows, 12, help=said("part.site_help"))


def _site_fields(around: Around) -> tuple[Field, ...]:
    return tuple(
        Field(
            name, _KINDS[entry.kind], entry.label, help=entry.assumption, width=20.0,
            unit=entry.unit_label if entry.kind == "number" else NO_LABEL,
            bounds=entry.error_bounds or (None, None),
        )
        for name, entry in around.parameters.site_entries.items()
    )  # fmt: skip


def read_site(rows: Sequence[FormRow], around: Around, notes: Notes) -> dict[str, Any]:
    """Give what the rows say of single sites."""
    found: dict[str, Any] = {}
    for row in rows:
        site = row.values.get("site")
        if not isinstance(site, str):
            continue
        if site in found:
            label = said("entry.site.label")[notes.lang]
            notes.fault("E-FORM-046", row, "site", label, first=notes.places[f"site.{site}"])
            continue
        notes.places[f"site.{site}"] = row.places["site"]
        found[site] = {}
        for name, entry in around.parameters.site_entries.items():
            value = row.values.get(name)
            notes.places[f"site.{site}.{name}"] = row.places[name]
            if value is not None:
                number = entry.kind == "number" and isinstance(value, int | float)
                found[site][name] = float(value) if number else value  # type: ignore[arg-type]
    return found


def share_sheet(document: Document, around: Around) -> Sheet:
    """Give the sheet of shares of output: a row a year and part."""
    entries = around.parameters.share_entries
    dimensions: dict[str, Label] = {name: entry.label for name, entry in entries.items()}
    members = {part: member_label(part) for entry in entries.values() for part in entry.members}
    fields = (
        entry_field("dimension", "choice", words=MappingProxyType(dimensions), required=True,
                    width=40.0),
        entry_field("share_year", "integer", bounds=(2000.0, 2100.0), required=True, width=8.0),
        entry_field("member", "choice", words=MappingProxyType(members), required=True, width=40.0),
        entry_field("share", "number", percent=True, bounds=(0.0, 1.0), required=True, width=14.0),
    )  # fmt: skip
    rows = tuple(
        Row("", {"dimension": name, "share_year": int(year), "member": part, "share": share})
        for name, years in document["share"].items()
        for year, parts in years.items()
        for part, share in parts.items()
    )
    return Sheet("share", said("part.share"), fields, rows, 16, help=said("part.share_help"))


def read_share(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    """Give the shares that the rows state; what is wrong of a year is told at all its cells."""
    found: dict[str, Any] = {}
    cells: dict[str, list[str]] = {}
    for row in rows:
        name, year, part, share = (row.values.get(f) for f in _SHARE)
        if None in (name, year, part) or not isinstance(share, int | float):
            continue
        parts = found.setdefault(str(name), {}).setdefault(str(year), {})
        place = f"share.{name}.{year}"
        if part in parts:
            label = said("entry.member.label")[notes.lang]
            notes.fault("E-FORM-047", row, "member", label, first=notes.places[f"{place}.{part}"])
            continue
        parts[part] = float(share)
        cells.setdefault(place, []).append(row.places["share"])
        notes.places.setdefault(f"share.{name}", row.places["dimension"])
        notes.places[place] = cells_of(cells[place])
        notes.places[f"{place}.{part}"] = row.places["share"]
    return found


_SHARE = ("dimension", "share_year", "member", "share")
