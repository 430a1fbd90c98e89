"""Checks of what a scenario says of single sites and of the parts of output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Entry, Parameters
from kichban.numbers import canonical_number
from kichban.scenario.checks.horizon import check_share_years
from kichban.scenario.checks.known import Known
from kichban.scenario.checks.steps import FIRST_YEAR, LAST_YEAR, is_year
from kichban.scenario.checks.values import is_number, not_a_number
from kichban.scenario.extras import SHARE, SITE, ExtraValue, Shares
from kichban.scenario.read.layers import Notes, nearest

_QUARTER = re.compile(r"20\d\d-Q[1-4]", re.ASCII)
_ANY_QUARTER = re.compile(r"\d{4}-Q[1-4]", re.ASCII)
#: shares are written with few digits
ROUNDING = 1e-6
_ANCHORS = '{ "2030" = { … } }'


def check_sites(
    table: Mapping[str, Any],
    notes: Notes,
    parameters: Parameters,
    known: Known,
    around: tuple[str, ...] = (),
) -> dict[str, ExtraValue]:
    """Give the sound entries of ``[site."…"]`` by key ``site.<id>.<entry>``.

    `around` is where the table stands, if not at the top of the file.
    """
    found: dict[str, ExtraValue] = {}
    for site, entries in table.items():
        place = (*around, SITE, site)
        if known.sites is not None and site not in known.sites:
            notes.fault("E-SCN-050", place, site, **nearest(site, known.sites))
            continue
        if not isinstance(entries, dict):
            notes.fault("E-SCN-005", place, entries, expected='{ slip = 2.0, opens = "2026-Q3" }')
            continue
        for name, value in entries.items():
            entry = parameters.site_entries.get(name)
            if entry is None:
                detail = nearest(name, parameters.site_entries)
                notes.fault("E-SCN-004", (*place, name), name, **detail)
                continue
            checked = check_entry(entry, value, (*place, name), notes)
            if checked is not None:
                found[f"{SITE}.{site}.{name}"] = checked
        if entries.get("withdrawn") is True and "opens" in entries:
            notes.fault("E-SCN-052", (*place, "opens"), entries["opens"])
    return found


def check_entry(
    entry: Entry, value: Any, place: tuple[str, ...], notes: Notes
) -> ExtraValue | None:
    """Give a checked value of one entry, ``None`` where it cannot be used."""
    if entry.kind == "shares":
        return _check_anchors(entry, value, place, notes)
    if entry.kind == "number":
        return _check_number(entry, value, place, notes)
    is_switch = entry.kind == "switch"
    right = isinstance(value, bool) if is_switch else _is_quarter(value)
    if not right and isinstance(value, str) and not is_switch and _ANY_QUARTER.fullmatch(value):
        notes.fault("E-SCN-074", place, value)
    elif not right:
        notes.fault(
            "E-SCN-005", place, value, expected="true | false" if is_switch else '"2026-Q3"'
        )
    return value if right else None


def _is_quarter(value: object) -> bool:
    return isinstance(value, str) and _QUARTER.fullmatch(value) is not None


def _check_number(entry: Entry, value: Any, place: tuple[str, ...], notes: Notes) -> float | None:
    if not is_number(value):
        not_a_number(value, place, notes, "1.6")
        return None
    return float(value) if _within(entry, float(value), place, notes) else None


def _within(entry: Entry, value: float, place: tuple[str, ...], notes: Notes) -> bool:
    for code, bounds in (("E-SCN-021", entry.error_bounds), ("W-SCN-021", entry.warning_bounds)):
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            low, high = (canonical_number(b) for b in bounds)
            notes.fault(code, place, canonical_number(value), low=low, high=high)
            return code != "E-SCN-021"
    return True


def check_shares(
    table: Mapping[str, Any], notes: Notes, parameters: Parameters, known: Known
) -> dict[str, ExtraValue]:
    """Give the sound entries of ``[share.…]`` by key ``share.<dimension>``."""
    found: dict[str, ExtraValue] = {}
    for name, anchors in table.items():
        place, entry = (SHARE, name), parameters.share_entries.get(name)
        if entry is None:
            notes.fault("E-SCN-004", place, name, **nearest(name, parameters.share_entries))
            continue
        checked = check_entry(entry, anchors, place, notes)
        if isinstance(checked, tuple):
            found[f"{SHARE}.{name}"] = checked
            check_share_years([year for year, _ in checked], place, notes, known)
    return found


def _check_anchors(
    entry: Entry, anchors: Any, place: tuple[str, ...], notes: Notes
) -> Shares | None:
    if not isinstance(anchors, dict) or not anchors:
        notes.fault("E-SCN-005", place, anchors, expected=_ANCHORS)
        return None
    before, found = len(notes.faults), []
    for year, parts in anchors.items():
        if not is_year(year):
            notes.fault(
                "E-SCN-023", (*place, year), year, first=str(FIRST_YEAR), last=str(LAST_YEAR)
            )
        elif not isinstance(parts, dict):
            expected = "{ " + ", ".join(f'"{m}" = …' for m in entry.members) + " }"
            notes.fault("E-SCN-005", (*place, year), parts, expected=expected)
        else:
            found.append((int(year), _check_parts(entry, parts, (*place, year), notes)))
    if any(fault.is_error for fault in notes.faults[before:]):
        return None
    return tuple(sorted(found))


def _check_parts(
    entry: Entry, parts: Mapping[str, Any], place: tuple[str, ...], notes: Notes
) -> tuple[tuple[str, float], ...]:
    """Give the shares of one year, every part named once, adding up to one."""
    before, meant = len(notes.faults), set(parts)
    for part, share in parts.items():
        if part not in entry.members:
            detail = _nearest_part(entry, part)
            notes.fault("E-SCN-053", (*place, part), part, **detail)
            # a part misspelt is not missing too: that would be two faults for one mistake
            meant.add(detail["nearest"])
        elif not is_number(share):
            not_a_number(share, (*place, part), notes, "0.9")
        elif not 0 < share < 1:
            notes.fault("E-SCN-073", (*place, part), share)
    if missing := [f'"{part}"' for part in entry.members if part not in meant]:
        notes.fault("E-SCN-006", place, "", field=", ".join(missing))
    if len(notes.faults) > before:
        return ()
    total = sum(parts.values())
    if abs(total - 1) > ROUNDING:
        notes.fault("E-SCN-054", place, canonical_number(total, 6), year=place[-1])
    return tuple((part, float(parts[part])) for part in entry.members)


def _nearest_part(entry: Entry, written: str) -> dict[str, str]:
    """Give the part meant: ``fdi`` is written without its dimension."""
    whole = [part for part in entry.members if part.partition(":")[2] == written]
    found = nearest(written, entry.members)
    return found | {"nearest": whole[0]} if whole else found
