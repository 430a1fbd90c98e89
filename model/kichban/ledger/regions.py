"""``regions.toml`` and ``readings.toml``: where, and how odd prints are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from kichban.errors import Fault
from kichban.ledger.statements import PART, PRICE_BASES
from kichban.ledger.tables import FORMS, has_form, nearest, read_entries
from kichban.ledger.values import Reading, Region, Statement
from kichban.numbers import parse_number
from kichban.periods import parse_date

REGIONS = "inputs/regions.toml"
READINGS = "inputs/readings.toml"
#: what a reading may set, and the words it may set it to (empty: any)
SETTABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"price_basis": PRICE_BASES, "accept": ("yes", "no"), "breakdown": (), "value": ()}
)


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A region with the day its newest change became known."""

    region: Region
    known: dt.date | None
    raw: Mapping[str, Any]


def read_regions(text: str | None, faults: list[Fault]) -> tuple[RegionEntry, ...]:
    """Read regions and districts."""
    found: dict[str, RegionEntry] = {}
    lines: dict[str, int | None] = {}
    for line, table in read_entries(REGIONS, text, "region", faults):
        code = str(table.get("code", ""))
        name: Any = table.get("name")
        if not code:
            faults.append(Fault("E-CELL-001", REGIONS, line, "code", ""))
        elif code in lines:
            detail = {"first": str(lines[code] or "–")}
            faults.append(Fault("E-ID-001", REGIONS, line, "code", code, detail))
        lines.setdefault(code, line)
        if not has_form(name, "label"):
            faults.append(Fault("E-LABEL-001", REGIONS, line, "name", str(name)))
            name = {"vi": code, "en": code}
        days = {key: _day(table, key, line, faults) for key in ("valid_from", "valid_to", "known")}
        region = Region(
            code, name, str(table.get("kind", "")), str(table.get("parent", "")),
            days["valid_from"], days["valid_to"],
        )  # fmt: skip
        found[code] = RegionEntry(region, days["known"], table)
    return tuple(found.values())


def _day(
    table: Mapping[str, Any], key: str, line: int | None, faults: list[Fault]
) -> dt.date | None:
    value = str(table.get(key, ""))
    if not value:
        return None
    try:
        return parse_date(value)
    except ValueError:
        faults.append(Fault("E-DATE-001", REGIONS, line, key, value))
        return None


def regions_at(entries: Sequence[RegionEntry], as_of: dt.date) -> Mapping[str, Region]:
    """Give the regions as they were known: a change learned later has no effect."""
    found = {}
    for entry in entries:
        region, late = entry.region, entry.known is not None and entry.known > as_of
        if late and region.valid_from is not None and region.valid_from > as_of:
            continue
        found[region.code] = replace(region, valid_to=None) if late else region
    return MappingProxyType(found)


def read_readings(
    text: str | None, statements: Collection[str], faults: list[Fault]
) -> tuple[Reading, ...]:
    """Read the analyst's readings; a statement that does not exist is a warning."""
    if text is None:
        return ()
    found = []
    for line, table in read_entries(READINGS, text, "reading", faults):
        key = str(table.get("id", ""))
        before = len(faults)
        for name, form in (("statements", "texts"), ("set", "table")):
            if name in table and not has_form(table[name], form):
                detail = {"expected": FORMS[form][0]}
                shown = str(table[name])
                faults.append(Fault("E-KEY-002", READINGS, line, name, shown, detail))
        if len(faults) > before:
            continue
        values = {str(k): str(v) for k, v in table.get("set", {}).items()}
        faults.extend(f for name, value in values.items() for f in _settings(line, name, value))
        if len(faults) > before:
            # A view of the other inputs is taken all the same, and must not trip over it.
            continue
        ids = tuple(table.get("statements", ()))
        for missing in (i for i in ids if i not in statements):
            faults.append(Fault("W-READ-001", READINGS, line, "statements", missing, {"id": key}))
        reason: Any = table.get("reason")
        if not has_form(reason, "label"):
            faults.append(Fault("E-LABEL-001", READINGS, line, "reason", str(reason)))
            reason = {"vi": "", "en": ""}
        try:
            day = parse_date(str(table.get("date", "")))
        except ValueError:
            shown = str(table.get("date", ""))
            faults.append(Fault("E-DATE-001", READINGS, line, "date", shown))
            continue
        found.append(Reading(key, ids, MappingProxyType(values), reason, day))
    return tuple(found)


def _settings(line: int | None, name: str, value: str) -> Iterator[Fault]:
    """Find what is wrong with one thing a reading sets."""
    column = f"set.{name}"
    allowed = SETTABLE.get(name)
    if allowed is None:
        yield Fault("E-KEY-001", READINGS, line, column, name, nearest(name, SETTABLE))
    elif allowed and value not in allowed:
        yield Fault("E-WORD-001", READINGS, line, column, value, nearest(value, allowed))
    elif name == "value":
        try:
            parse_number(value)
        except ValueError:
            yield Fault("E-NUM-002" if "," in value else "E-NUM-001", READINGS, line, column, value)
    elif name == "breakdown":
        for part in filter(None, value.split("+")):
            if not PART.fullmatch(part):
                yield Fault("E-BRK-001", READINGS, line, column, value, {"part": part})


def readings_at(
    readings: Sequence[Reading], visible: Collection[str], as_of: dt.date
) -> tuple[Reading, ...]:
    """Give the readings made by then, cut to the statements visible by then."""
    cut = (
        replace(r, statements=tuple(i for i in r.statements if i in visible))
        for r in readings
        if r.date <= as_of
    )
    return tuple(r for r in cut if r.statements)


def apply_readings(
    statements: Sequence[Statement], readings: Sequence[Reading]
) -> tuple[tuple[Statement, ...], frozenset[str]]:
    """Give the statements as read, and the ids the analyst accepted although they look odd."""
    changes: dict[str, dict[str, Any]] = {}
    accepted = set()
    for reading in readings:
        for key in reading.statements:
            for name, value in reading.set.items():
                if name == "accept":
                    if value == "yes":
                        accepted.add(key)
                    else:
                        changes.setdefault(key, {}).update(use="background", reason=reading.id)
                else:
                    cell: Any = float(value) if name == "value" else value
                    changes.setdefault(key, {})[name] = cell
                    if name == "value":
                        accepted.add(key)
    read = tuple(replace(s, **changes[s.id]) if s.id in changes else s for s in statements)
    return read, frozenset(accepted)
