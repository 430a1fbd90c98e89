"""Printed totals of parks and clusters, and the sites brought into line with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from kichban.ledger import Ledger, Statement, newest_print
from kichban.projection.sites.facts import Kind, SiteFacts
from kichban.projection.sites.sizes import SIZES, sizes_adding_up

#: (what becomes of them, how many, their gross area in ha) of established sites that will leave
Leaving = tuple[Literal["removed", "merged"], int, float]
#: totals of one state of affairs are printed within this many days of each other
SAME_STATE_DAYS = 95
#: prints of one figure within this many days: the finer one is taken
SAME_FIGURE_DAYS = 31
#: shares of the total within which site areas are rounded prints, and scaled rather than filled
ROUNDING = 0.005
#: ha within which a single planned phase explains what the printed total has more
CLOSING = 0.5
#: planned phases that together may explain it
MOST_PHASES = 3

NAMES = {
    "ccn": ("CCN giả định", "Assumed cluster"),
    "kcn": ("KCN giả định", "Assumed park"),
    "ccn_rest": ("CCN: phần diện tích chưa rõ địa điểm", "Clusters: area without a named site"),
    "kcn_rest": ("KCN: phần diện tích chưa rõ địa điểm", "Parks: area without a named site"),
}
LEAVING_NAMES = {
    "removed": ("CCN giả định đưa ra khỏi quy hoạch", "Assumed cluster leaving the plan"),
    "merged": ("CCN giả định sáp nhập vào KCN", "Assumed cluster merged into a park"),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Newest printed totals of one kind; None = not printed about the same day as the area.

    `last_leased` is the newest total of leased land, whatever its day.
    """

    count: int | None
    gross: float | None
    industrial: float | None
    leased: float | None
    last_leased: float | None
    operating_count: int | None
    operating_gross: float | None
    statements: tuple[str, ...]


def read_totals(ledger: Ledger, kind: Kind) -> Totals:
    """Take the totals of established sites; for parks "approved" means the same."""
    stages = ("stage:established", "stage:approved") if kind == "kcn" else ("stage:established",)
    area = newest(ledger, f"{kind}_area", stages, "area_ha")
    if area is None:
        return Totals(None, None, None, None, None, None, None, ())
    count = newest(ledger, f"{kind}_count", stages, "count")
    beside = [
        count,
        newest(ledger, f"{kind}_industrial_land", ("stage:established",), "area_ha"),
        newest(ledger, f"{kind}_leased", ("",), "area_ha"),
        newest(ledger, f"{kind}_count", ("stage:operating",), "count"),
        newest(ledger, f"{kind}_area", ("stage:operating",), "area_ha"),
    ]
    kept = [s if s is not None and _days(s, area) <= SAME_STATE_DAYS else None for s in beside]
    number, industrial, leased, running, running_area = (
        None if s is None else s.value for s in kept
    )
    return Totals(
        count=None if number is None else round(number),
        gross=area.value,
        industrial=industrial,
        leased=leased,
        last_leased=None if beside[2] is None else beside[2].value,
        operating_count=None if running is None else round(running),
        operating_gross=running_area,
        statements=tuple(s.id for s in (area, *kept) if s is not None),
    )


def leased_totals(ledger: Ledger, kind: Kind) -> list[tuple[dt.date, float]]:
    """Give the newest print of total leased land of each day, ha, oldest day first."""
    by_day: dict[dt.date, list[Statement]] = {}
    for row in ledger.select(f"{kind}_leased", "", "area_ha"):
        if row.period is not None and not row.is_plan:
            by_day.setdefault(row.period.last_day, []).append(row)
    return [(day, newest_print(by_day[day]).value) for day in sorted(by_day)]


def newest(
    ledger: Ledger, indicator: str, breakdowns: tuple[str, ...], measure: str
) -> Statement | None:
    """Give the newest print; the finer one where two of about the same day agree."""
    rows = [
        s
        for b in breakdowns
        for s in ledger.select(indicator, b, measure)
        if s.period is not None and s.status not in ("plan", "target")
    ]
    if not rows:
        return None
    last = max(rows, key=lambda s: (s.period.last_day, s.published, s.id))  # type: ignore[union-attr]
    close = [
        s
        for s in rows
        if _days(s, last) <= SAME_FIGURE_DAYS and abs(s.value - last.value) <= last.resolution
    ]
    return min(close, key=lambda s: (s.resolution, -s.period.last_day.toordinal()))  # type: ignore[union-attr]


def _days(one: Statement, two: Statement) -> int:
    assert one.period is not None and two.period is not None  # noqa: PT018
    return abs((one.period.last_day - two.period.last_day).days)


def match_areas(
    facts: list[SiteFacts],
    totals: Totals,
    kind: Kind,
    seed: int,
    leaving: Sequence[Leaving] = (),
) -> list[SiteFacts]:
    """Bring the established sites of one kind to the printed count and gross area.

    In this order: a single planned phase that closes the total is read as established; what named
    sites do not explain becomes assumed sites (as many as the count lacks) or one area without a
    name; small differences are rounding of the sites' own prints and are scaled away. Which sites
    the plan lets leave is not printed: they are taken from the assumed ones that are not in
    operation, where those are enough to hold their number and area.
    """
    if totals.gross is None:
        return [f for f in facts if not f.is_established or f.gross is not None]
    facts = _close_by_phase(facts, totals.gross)
    there = [f for f in facts if f.is_established]
    named = sum(f.gross or 0.0 for f in there)
    unsized = [f for f in there if f.gross is None]
    lacking = max(0, (totals.count or 0) - sum(f.counts for f in there))
    rest = totals.gross - named
    if abs(rest) <= ROUNDING * totals.gross and not unsized and not lacking:
        return _scale_gross(facts, totals.gross / named if named else 1.0)
    if rest <= 0.0:
        facts = [f for f in facts if f not in unsized]
        return _scale_gross(facts, totals.gross / named if named else 1.0)
    others = [f for f in facts if f not in unsized]
    if not lacking and not unsized:
        return [*others, assumed(kind, 0, rest, counts=False)]
    made = _assumed_sites(unsized, others, lacking, rest, totals, kind, seed, leaving)
    return [*others, *made]


def _close_by_phase(facts: list[SiteFacts], gross: float) -> list[SiteFacts]:
    """Read planned phases as established where one set of them alone closes the total.

    A single phase is let like its park, whose occupancy is printed with its phases; of several
    nothing more is known than that they are there.
    """
    rest = gross - sum(f.gross or 0.0 for f in facts if f.is_established)
    parents = {f.id: f for f in facts if f.is_established}
    phases = [
        f for f in facts if not f.is_established and f.parent in parents and f.gross is not None
    ]
    for size in range(1, min(len(phases), MOST_PHASES) + 1):
        sets = [
            chosen
            for chosen in combinations(phases, size)
            if abs(sum(f.gross or 0.0 for f in chosen) - rest) <= CLOSING
        ]
        if len(sets) == 1:
            return [_closing(f, parents[f.parent], size) if f in sets[0] else f for f in facts]
        if sets:
            return facts
    return facts


def _closing(phase: SiteFacts, park: SiteFacts, size: int) -> SiteFacts:
    notes = (*phase.notes, "closing_phase")
    if size > 1:
        return replace(phase, stage="established", counts=False, notes=notes)
    return replace(
        phase, stage=park.stage, occupied=park.occupied, established=park.established, notes=notes
    )


def _scale_gross(facts: list[SiteFacts], factor: float) -> list[SiteFacts]:
    if factor == 1.0:
        return facts
    return [
        replace(f, gross=(f.gross or 0.0) * factor, notes=(*f.notes, "gross_scaled"))
        if f.is_established
        else f
        for f in facts
    ]


def assumed(
    kind: Kind, number: int, gross: float, *, counts: bool = True, stage: str = "established"
) -> SiteFacts:
    """Give an assumed site; number 0 is the area that no named site explains."""
    vi, en = NAMES[kind if number else f"{kind}_rest"]
    suffix = f"{number:02d}"
    return SiteFacts(
        id=f"{kind}_syn_{suffix}" if number else f"{kind}_rest",
        kind=kind,
        name_vi=f"{vi} {suffix}" if number else vi,
        name=f"{en} {suffix}" if number else en,
        stage=stage,
        counts=counts,
        synthetic=True,
        gross=gross,
        notes=("assumed_site" if number else "unexplained_area",),
    )


def _assumed_sites(
    unsized: list[SiteFacts],
    others: list[SiteFacts],
    lacking: int,
    rest: float,
    totals: Totals,
    kind: Kind,
    seed: int,
    leaving: Sequence[Leaving],
) -> list[SiteFacts]:
    """Fill up with sites in operation first, as far as their count and area are printed."""
    bounds = SIZES[kind]
    running = [f for f in others if f.is_operating]
    missing = max(0, (totals.operating_count or 0) - len([f for f in running if f.counts]))
    number = min(missing, lacking)
    running_area = (totals.operating_gross or 0.0) - sum(f.gross or 0.0 for f in running)
    idle = lacking - number + len(unsized)
    if not 0.0 < running_area < rest or not number or (idle and rest - running_area <= 0.0):
        # areas by stage are not printed or do not fit: in proportion to the numbers
        running_area = rest * number / max(number + idle, 1)
    if not idle:
        running_area = rest
    first = sizes_adding_up(running_area, number, bounds, seed, f"{kind}:operating")
    gone = _leaving(leaving, idle - len(unsized), rest - running_area, idle, kind, seed)
    stay = rest - running_area - sum(f.gross or 0.0 for f in gone)
    second = sizes_adding_up(stay, idle - len(gone), bounds, seed, f"{kind}:established")
    made = [assumed(kind, i + 1, float(s), stage="operating") for i, s in enumerate(first)]
    for site, size in zip(unsized, second, strict=False):
        made.append(replace(site, gross=float(size), notes=(*site.notes, "gross_assumed")))
    for i, size in enumerate(second[len(unsized) :]):
        made.append(assumed(kind, number + i + 1, float(size)))
    return [*made, *gone]


def _leaving(
    leaving: Sequence[Leaving], number: int, area: float, idle: int, kind: Kind, seed: int
) -> list[SiteFacts]:
    """Give the sites that will leave, none where `number` assumed ones cannot hold them."""
    count, gross = sum(n for _, n, _ in leaving), sum(ha for _, _, ha in leaving)
    low, high = SIZES[kind]
    left = idle - count
    if not leaving or count > number or not low * left <= area - gross <= high * left:
        return []
    found = []
    for what, n, ha in leaving:
        vi, en = LEAVING_NAMES[what]
        for i, size in enumerate(sizes_adding_up(ha, n, (0.0, high), seed, f"{kind}:{what}"), 1):
            key = f"{kind}_syn_{what[0]}{i:02d}"
            found.append(
                replace(
                    assumed(kind, i, float(size)),
                    id=key, name_vi=f"{vi} {i:02d}", name=f"{en} {i:02d}", leaving=what,
                    notes=("assumed_site", f"assumed_{what}"),
                )
            )  # fmt: skip
    return found


def match_operating(facts: list[SiteFacts], totals: Totals, today: float) -> list[SiteFacts]:
    """Read old established sites as operating, oldest first, up to the printed number and area.

    Only sites established at least five years ago; the rest of the number becomes assumed sites.
    """
    running = [f for f in facts if f.is_operating]
    room = (totals.operating_count or 0) - len(running)
    area = (totals.operating_gross or 0.0) - sum(f.gross or 0.0 for f in running)
    old = [
        f
        for f in facts
        if f.stage == "established" and f.established is not None and f.established <= today - 5.0
    ]
    chosen: set[str] = set()
    for site in sorted(old, key=lambda f: (f.established or np.inf, f.id)):
        if len(chosen) < room and (site.gross or np.inf) <= area:
            chosen.add(site.id)
            area -= site.gross or 0.0
    return [
        replace(f, stage="operating", notes=(*f.notes, "operating_assumed"))
        if f.id in chosen
        else f
        for f in facts
    ]
