"""What the ledger says about each named park and cluster: newest print of every column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kichban.ledger import ESTABLISHED, Ledger, Site, SiteObservation

Kind = Literal["kcn", "ccn"]

#: stage words of sites that are planned → years within which they enter the approval procedure;
#: None = the drawn spread of the pipeline
PLANNED: dict[str, float | None] = {
    "submitted": 0.0, "approval_in_progress": 0.0, "appraisal": 0.0, "zoning_approved": 1.0,
    "zoning_in_preparation": 2.0, "added_to_plan": None, "planned": None,
}  # fmt: skip
#: statuses of what is wanted and not yet there
PLANS = ("plan", "target")
GONE = ("withdrawn", "removed", "merged")
#: an industrial area above this share of gross land is gross land under another name
LARGEST_INDUSTRIAL_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site at the start; areas in ha, None = not known; `notes` are text keys.

    `occupied` is leased land as a share of industrial land, a fraction; `leaving` says what a plan
    wants of a cluster that is there.
    """

    id: str
    kind: Kind
    name_vi: str
    name: str
    stage: str
    parent: str = ""
    district: str = ""
    counts: bool = True
    synthetic: bool = False
    gross: float | None = None
    industrial: float | None = None
    cleared: float | None = None
    serviced: float | None = None
    leased: float | None = None
    operating: float | None = None
    occupied: float | None = None
    established: float | None = None
    entry: float | None = None
    leaving: Literal["", "removed", "merged"] = ""
    notes: tuple[str, ...] = ()

    @property
    def is_established(self) -> bool:
        """Whether it is approved, whatever stands there."""
        return self.stage in ESTABLISHED

    @property
    def is_operating(self) -> bool:
        """Whether factories run there."""
        return self.stage == "operating"


def read_site_facts(ledger: Ledger) -> tuple[SiteFacts, ...]:
    """Give the named sites that are there or planned; of withdrawn and stageless ones nothing.

    Each column is taken from its newest dated observation; an undated page serves for areas that
    nothing else gives. Sites whose stage is not known are part of the printed totals only.
    """
    rows: dict[str, list[SiteObservation]] = {}
    for row in ledger.observations:
        rows.setdefault(row.site, []).append(row)
    found = (_facts(site, rows.get(site.id, [])) for site in ledger.sites)
    kept = [f for f in found if f is not None]
    ids = {f.id for f in kept}
    # an expansion counts as a park of its own when its park is not in the list
    return tuple(replace(f, counts=f.parent not in ids) for f in kept)


def _facts(site: Site, rows: Iterable[SiteObservation]) -> SiteFacts | None:
    dated = sorted((r for r in rows if r.use == "yes" and r.as_of), key=_age)
    undated = [r for r in rows if r not in dated and r.use in ("yes", "background")]
    stages = [(r, s) for r in dated if (s := _stage(r)) in (*ESTABLISHED, *PLANNED, *GONE)]
    if not stages or stages[-1][1] in GONE:
        return None
    stage = stages[-1][1]
    if stage in ESTABLISHED:
        # a stage once passed stays passed: clearing printed after leasing is of the remaining area
        stage = max((s for _, s in stages if s in ESTABLISHED), key=ESTABLISHED.index)
    gross = _newest(dated, lambda r: r.gross_ha) or _newest(undated, lambda r: r.gross_ha)
    industrial = _newest(dated, lambda r: r.industrial_ha)
    notes: tuple[str, ...] = ()
    if industrial and gross and industrial > LARGEST_INDUSTRIAL_SHARE * gross:
        industrial, notes = None, ("industrial_ignored",)
    seen = [r for r in dated if r.status not in PLANS]
    leased, occupied = _newest_leased(seen)
    first = next((r for r, s in stages if s in ESTABLISHED), None)
    return SiteFacts(
        id=site.id,
        kind=site.kind,
        name_vi=site.name_vi,
        name=site.name,
        stage=stage,
        parent=site.parent,
        district=site.district,
        gross=gross,
        industrial=industrial,
        cleared=_newest(seen, lambda r: r.cleared_ha),
        serviced=_newest(seen, lambda r: r.serviced_ha),
        leased=leased,
        operating=_newest(seen, lambda r: r.operating_ha),
        occupied=occupied,
        established=decimal_year(first.as_of) if first and first.as_of else None,
        entry=PLANNED.get(stage),
        notes=notes,
    )


def _stage(row: SiteObservation) -> str:
    """Give the stage as printed; land that is let without a word on the stage is being let."""
    if not row.stage and (row.occupancy_pct is not None or row.leased_ha is not None):
        return "leasing"
    return row.stage


def decimal_year(day: dt.date) -> float:
    """Give a day as a year with decimals.

    >>> decimal_year(dt.date(2024, 7, 1))
    2024.5
    """
    return day.year + (day.month - 1) / 12 + (day.day - 1) / 365


def _age(row: SiteObservation) -> tuple[dt.date, dt.date]:
    return row.as_of or dt.date.min, row.published or dt.date.min


def _newest(
    rows: Iterable[SiteObservation], column: Callable[[SiteObservation], float | None]
) -> float | None:
    values = [v for v in map(column, rows) if v is not None]
    return values[-1] if values else None


def _newest_leased(rows: Iterable[SiteObservation]) -> tuple[float | None, float | None]:
    """Newest of leased land and occupancy: the other one would be older."""
    for row in reversed(list(rows)):
        if row.leased_ha is not None:
            return row.leased_ha, None
        if row.occupancy_pct is not None:
            return None, min(row.occupancy_pct / 100.0, 1.0)
    return None, None
