"""The printed number of parks against the list of parks: an expansion is a phase, not a park."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kichban.ledger import ESTABLISHED, Ledger, Site, SiteObservation, Statement
from kichban.reconcile.findings.finding import Finding, Said

COUNT, AREA, STAGE = "kcn_count", "kcn_area", "stage:established"
#: the list counts as complete where its area is within this share of the printed one
COMPLETE = 0.10
#: one more phase closes the printed area if it leaves no more than this, ha
CLOSES = 0.5


@dataclass(frozen=True, slots=True)
class _Phase:
    site: Site
    gross: float
    established: bool


def registry_findings(ledger: Ledger) -> list[Finding]:
    """Hold the newest printed number of established parks against the list of phases."""
    count = ledger.latest(COUNT, STAGE, "count")
    area = ledger.latest(AREA, STAGE, "area_ha")
    if count is None or area is None:
        return []
    phases = list(_phases(ledger))
    listed = [p for p in phases if p.established]
    total = sum(p.gross for p in listed)
    if len(listed) == count.value or abs(total - area.value) > COMPLETE * area.value:
        return []
    return [_finding(count, area, phases, listed, total)]


def _phases(ledger: Ledger) -> Iterator[_Phase]:
    rows: dict[str, list[SiteObservation]] = defaultdict(list)
    for row in sorted((o for o in ledger.observations if o.use != "no"), key=_age):
        rows[row.site].append(row)
    for site in ledger.sites:
        dated = [o for o in rows[site.id] if o.as_of and o.use == "yes"]
        gross = [o.gross_ha for o in (*rows[site.id], *dated) if o.gross_ha is not None]
        if site.kind == "kcn" and gross:
            yield _Phase(site, gross[-1], any(o.stage in ESTABLISHED for o in dated))


def _age(row: SiteObservation) -> tuple[dt.date, dt.date]:
    return row.as_of or dt.date.min, row.published or dt.date.min


def _finding(
    count: Statement, area: Statement, phases: Sequence[_Phase], listed: Sequence[_Phase],
    total: float,
) -> Finding:  # fmt: skip
    parks = [p for p in listed if not p.site.parent]
    text: Said = (
        "registry",
        {"count": count, "area": area, "phases": len(listed), "parks": len(parks), "total": total},
    )
    repairs: list[Said] = []
    if len(parks) == count.value:
        more = len(listed) - len(parks)
        repairs.append(("registry_parks", {"parks": len(parks), "expansions": more}))
    for p in phases:
        if not p.established and abs(total + p.gross - area.value) <= CLOSES:
            names = {"vi": p.site.name_vi, "en": p.site.name}
            repairs.append(("registry_phase", {"site": names, "gross": p.gross}))
    return Finding(
        "identity", "medium", COUNT, count.period.text if count.period else "",
        (count.id, area.id), count.value, float(len(listed)), math.nan, (text,),
        tuple(repairs) or (("check", {"statement": count}),),
    )  # fmt: skip
