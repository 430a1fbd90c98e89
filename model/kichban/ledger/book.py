"""The whole ledger over all vintages, and what of it was visible on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Catalogue
from kichban.errors import Fault
from kichban.files import csv_bytes, csv_rows, toml_bytes
from kichban.ledger import sites as site_files
from kichban.ledger.breaks import break_table, read_breaks
from kichban.ledger.capacity import CAPACITY, read_capacity
from kichban.ledger.capacity import COLUMNS as CAPACITY_COLUMNS
from kichban.ledger.odd import find_odd
from kichban.ledger.regions import (
    READINGS,
    REGIONS,
    RegionEntry,
    apply_readings,
    read_readings,
    read_regions,
    readings_at,
    regions_at,
)
from kichban.ledger.statements import (
    COLUMNS,
    SOURCE_COLUMNS,
    SOURCES,
    STATEMENTS,
    named_statements,
    read_sources,
    read_statements,
)
from kichban.ledger.tables import names_in
from kichban.ledger.targets import TARGETS, TargetEntry, read_targets, resolve_targets
from kichban.ledger.values import (
    Capacity,
    JudgedBreak,
    Ledger,
    Reading,
    Site,
    SiteGroup,
    SiteObservation,
    Source,
    Statement,
)

FILES = (
    STATEMENTS, SOURCES, TARGETS, REGIONS, READINGS, site_files.SITES, site_files.OBSERVATIONS,
    site_files.GROUPS, CAPACITY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """All that was ever printed, as read from the inputs; `faults` are those of the files."""

    catalogue: Catalogue
    texts: Mapping[str, str]
    statements: tuple[Statement, ...]
    sources: Mapping[str, Source]
    targets: tuple[TargetEntry, ...]
    sites: tuple[Site, ...]
    observations: tuple[SiteObservation, ...]
    groups: tuple[SiteGroup, ...]
    regions: tuple[RegionEntry, ...]
    readings: tuple[Reading, ...]
    breaks: tuple[JudgedBreak, ...]
    capacity: tuple[Capacity, ...]
    faults: tuple[Fault, ...]

    @property
    def days(self) -> list[dt.date]:
        """Days on which a figure of the inputs, not a confidential one, was published."""
        days = [s.published for s in self.statements if s.published is not None]
        days += [c.published for c in self.capacity if not c.confidential]
        return days + [o.published for o in self.observations if o.published is not None]

    @property
    def newest(self) -> dt.date:
        """Newest day of publication in the inputs: the default as-of date."""
        return max(self.days, default=dt.date(1990, 1, 1))


def read_book(texts: Mapping[str, str], catalogue: Catalogue) -> Book:
    """Read every input file given as ``path → text``; all faults are found in one pass.

    Sites, observations, groups, capacity and readings may be absent: a new province has none yet.
    """
    faults: list[Fault] = []
    regions = read_regions(texts.get(REGIONS), faults)
    sources = read_sources(texts.get(SOURCES), faults)
    codes = names_in(REGIONS, [entry.region.code for entry in regions], faults)
    known = names_in(SOURCES, sources, faults)
    statements = read_statements(texts.get(STATEMENTS), catalogue, codes, known, faults)
    # A statement that is itself at fault is still named: its own fault says enough.
    named = names_in(STATEMENTS, named_statements(texts.get(STATEMENTS)), faults)
    targets = read_targets(texts[TARGETS], faults) if TARGETS in texts else ()
    sites, observations, groups = _read_sites(texts, known, named, faults)
    readings = read_readings(texts.get(READINGS), named, faults)
    breaks = read_breaks(texts.get(READINGS), catalogue, faults)
    capacity: tuple[Capacity, ...] = ()
    if CAPACITY in texts:
        keys = names_in(site_files.SITES, [s.id for s in sites], faults)
        capacity = read_capacity(texts[CAPACITY], catalogue, keys, known, faults)
    return Book(
        catalogue, MappingProxyType(dict(texts)), statements, sources, targets, sites,
        observations, groups, regions, readings, breaks, capacity, tuple(faults),
    )  # fmt: skip


def _read_sites(
    texts: Mapping[str, str],
    sources: Collection[str],
    named: Collection[str],
    faults: list[Fault],
) -> tuple[tuple[Site, ...], tuple[SiteObservation, ...], tuple[SiteGroup, ...]]:
    sites: tuple[Site, ...] = ()
    observations: tuple[SiteObservation, ...] = ()
    groups: tuple[SiteGroup, ...] = ()
    if site_files.SITES in texts:
        sites = site_files.read_sites(texts[site_files.SITES], sources, faults)
    if site_files.OBSERVATIONS in texts:
        text = texts[site_files.OBSERVATIONS]
        keys = names_in(site_files.SITES, [s.id for s in sites], faults)
        observations = site_files.read_observations(text, keys, sources, faults)
    if site_files.GROUPS in texts:
        groups = site_files.read_groups(texts[site_files.GROUPS], named, faults)
    return sites, observations, groups


def ledger_at(
    book: Book, region: str, as_of: dt.date, *, confidential: bool = False
) -> tuple[Ledger, tuple[Fault, ...]]:
    """Give what was visible on `as_of`, with the warnings that this view gives rise to.

    Confidential projects are left out unless `confidential` asks for them.
    """
    faults: list[Fault] = []
    seen = [s for s in book.statements if s.published is not None and s.published <= as_of]
    undated = [s for s in book.statements if s.published is None and s.use != "yes"]
    visible = {s.id for s in (*seen, *undated)}
    readings = readings_at(book.readings, visible, as_of)
    statements, accepted = apply_readings([*seen, *undated], readings)
    odd, warnings = find_odd(statements, accepted, book.catalogue)
    faults.extend(warnings)
    targets = resolve_targets(book.targets, {s.id: s for s in statements}, faults)
    sites = tuple(s for s in book.sites if s.published is None or s.published <= as_of)
    kept = {s.id for s in sites}
    ledger = Ledger(
        region=region,
        as_of=as_of,
        statements=statements,
        sources=book.sources,
        targets=tuple(t for t in targets if t.region == region),
        sites=sites,
        observations=tuple(
            o
            for o in book.observations
            if o.site in kept and (o.published is None or o.published <= as_of)
        ),
        groups=tuple(
            replace(g, statements=tuple(i for i in g.statements if i in visible))
            for g in book.groups
            if g.published is None or g.published <= as_of
        ),
        regions=regions_at(book.regions, as_of),
        readings=readings,
        breaks=tuple(b for b in book.breaks if b.date <= as_of),
        capacity=tuple(
            c if c.site in kept else replace(c, site="")
            for c in book.capacity
            if c.published <= as_of and (confidential or not c.confidential)
        ),
        odd=odd,
    )
    return ledger, tuple(faults)


def snapshot(book: Book, ledger: Ledger) -> dict[str, bytes]:
    """Write the inputs as they were visible: exactly the files an edition rests on.

    What was published later leaves no trace, so that a run as of a past day gives the bytes it
    would have given on that day. Confidential projects are never written, whatever the ledger has.
    """
    named = {c.id for c in ledger.capacity if not c.confidential}
    ids = {s.id for s in ledger.statements}
    sites = {s.id for s in ledger.sites}
    kept = set(ledger.observations)
    lines = {
        STATEMENTS: _rows(book.texts, STATEMENTS, COLUMNS, lambda c: c["id"] in ids),
        site_files.SITES: _rows(
            book.texts, site_files.SITES, site_files.SITE_COLUMNS, lambda c: c["id"] in sites
        ),
        site_files.GROUPS: _rows(
            book.texts,
            site_files.GROUPS,
            site_files.GROUP_COLUMNS,
            lambda c: c["id"] in {g.id for g in ledger.groups},
        ),
    }
    lines[CAPACITY] = _rows(book.texts, CAPACITY, CAPACITY_COLUMNS, lambda c: c["id"] in named)
    for row in lines[CAPACITY] or ():
        # a site that is named only later leaves no trace either
        row["site"] = row["site"] if row["site"] in sites else ""
    flags = iter([o in kept for o in book.observations])
    lines[site_files.OBSERVATIONS] = _rows(
        book.texts, site_files.OBSERVATIONS, site_files.OBSERVATION_COLUMNS, lambda _: next(flags)
    )
    cited = {row["source"] for rows in lines.values() if rows for row in rows if "source" in row}
    lines[SOURCES] = _rows(book.texts, SOURCES, SOURCE_COLUMNS, lambda c: c["source"] in cited)
    files = {
        name: csv_bytes(_columns(name), [[row[c] for c in _columns(name)] for row in rows])
        for name, rows in lines.items()
        if rows is not None
    }
    files[TARGETS] = toml_bytes(
        {"format": 1, "target": [dict(e.raw) for e in book.targets if e.statement in ids]}
    )
    judged = {"break": [break_table(b) for b in ledger.breaks]} if ledger.breaks else {}
    files[READINGS] = toml_bytes(
        {"format": 1, "reading": [_reading(r) for r in ledger.readings], **judged}
    )
    files[REGIONS] = toml_bytes({"format": 1, "region": _regions(book, ledger)})
    return files


def _columns(name: str) -> Sequence[str]:
    return {
        STATEMENTS: COLUMNS,
        SOURCES: SOURCE_COLUMNS,
        site_files.SITES: site_files.SITE_COLUMNS,
        site_files.OBSERVATIONS: site_files.OBSERVATION_COLUMNS,
        site_files.GROUPS: site_files.GROUP_COLUMNS,
        CAPACITY: CAPACITY_COLUMNS,
    }[name]


def _rows(
    texts: Mapping[str, str], name: str, columns: Sequence[str], keep: Any
) -> list[dict[str, str]] | None:
    if name not in texts:
        return None
    lines = [cells for _, cells in csv_rows(texts[name])]
    header = [c.strip() for c in lines[0]]
    tables = (
        dict.fromkeys(columns, "") | dict(zip(header, [c.strip() for c in cells], strict=True))
        for cells in lines[1:]
    )
    return [table for table in tables if keep(table)]


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "id": reading.id,
        "statements": list(reading.statements),
        "set": dict(reading.set),
        "reason": dict(reading.reason),
        "date": reading.date.isoformat(),
    }


def _regions(book: Book, ledger: Ledger) -> list[dict[str, Any]]:
    found = []
    for entry in book.regions:
        if (region := ledger.regions.get(entry.region.code)) is None:
            continue
        table = dict(entry.raw)
        if region.valid_to is None:
            # A change learned later leaves no trace, not even the day it became known.
            table.pop("valid_to", None)
            table.pop("known", None)
        found.append(table)
    return found
