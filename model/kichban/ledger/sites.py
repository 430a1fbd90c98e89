"""``sites.csv``, ``site_observations.csv``, ``site_groups.csv``: parks and clusters, dated."""

from __future__ import annotations

from collections.abc import Collection

from kichban.errors import Fault
from kichban.ledger.statements import PRECISIONS, STATUSES, USES
from kichban.ledger.tables import Row, read_table
from kichban.ledger.values import Site, SiteGroup, SiteObservation

SITES = "inputs/sites.csv"
OBSERVATIONS = "inputs/site_observations.csv"
GROUPS = "inputs/site_groups.csv"
SITE_COLUMNS = (
    "id", "kind", "name_vi", "name", "parent", "district", "phase", "published", "source", "note",
)  # fmt: skip
AREAS = ("gross_ha", "industrial_ha", "cleared_ha", "serviced_ha", "leased_ha", "operating_ha")
#: what is printed about a site in words
WORDS = ("decision", "investor", "wastewater", "obstacles")
OBSERVATION_COLUMNS = (
    "site", "as_of", "stage", *AREAS, "occupancy_pct", "denominator", *WORDS, "status", "published",
    "published_precision", "source", "note", "use", "reason",
)  # fmt: skip
GROUP_COLUMNS = ("id", "kind", "stage", "statements", "published", "note")
KINDS = ("kcn", "ccn")
#: stage words of sites that are established, in the order in which they are passed
ESTABLISHED = (
    "established", "approved", "certificate_granted", "land_use_change_approved", "clearing",
    "levelling", "servicing", "leasing", "operating",
)  # fmt: skip
#: every word for the stage of a site
STAGES = (
    "planned", "added_to_plan", "plan_reduced", "zoning_in_preparation", "zoning_approved",
    "appraisal", "submitted", "approval_in_progress", *ESTABLISHED, "withdrawn", "removed",
    "merged",
)  # fmt: skip
#: (smaller, larger): what can never exceed what (MODEL.md §1, hard limits)
LIMITS = (
    ("operating_ha", "leased_ha"),
    ("leased_ha", "industrial_ha"),
    ("serviced_ha", "cleared_ha"),
    ("cleared_ha", "industrial_ha"),
    ("serviced_ha", "industrial_ha"),
    ("leased_ha", "gross_ha"),
    ("industrial_ha", "gross_ha"),
)


def read_sites(text: str | None, sources: Collection[str], faults: list[Fault]) -> tuple[Site, ...]:
    """Read the identities; a parent must be another site of the same kind."""
    rows = read_table(SITES, text, SITE_COLUMNS, faults)
    found: dict[str, Site] = {}
    lines: dict[str, int] = {}
    for row in rows:
        key = row.text("id", required=True)
        if key in lines:
            row.fault("E-ID-001", "id", first=str(lines[key]))
        lines.setdefault(key, row.line)
        kind = row.choice("kind", KINDS)
        row.printable("name_vi", required=True)
        row.printable("name")
        if row.text("source"):
            row.choice("source", sources, "E-REF-002")
        found[key] = Site(
            key, kind, row.text("name_vi"), row.text("name") or row.text("name_vi"),  # type: ignore[arg-type]
            row.text("parent"), row.text("district"), row.text("phase"), row.date("published"),
            row.text("source"), row.text("note"),
        )  # fmt: skip
    for row in rows:
        parent = row.cells["parent"]
        if parent and (parent not in found or found[parent].kind != row.cells["kind"]):
            row.choice("parent", [k for k, s in found.items() if s.kind == row.cells["kind"]])
    return tuple(found.values())


def read_observations(
    text: str | None, sites: Collection[str], sources: Collection[str], faults: list[Fault]
) -> tuple[SiteObservation, ...]:
    """Read what was printed about single sites, and hold it against the hard limits."""
    found = []
    # files from before the words were columns are read as they are
    for row in read_table(OBSERVATIONS, text, OBSERVATION_COLUMNS, faults, WORDS):
        use = row.choice("use", USES)
        # A background row without a date may outlive its site in inputs cut back to a past day.
        row.choice("site", sites, "W-REF-003" if use in ("background", "no") else "E-REF-003")
        row.choice("source", sources, "E-REF-002")
        if use != "yes" and not row.text("reason"):
            row.fault("E-USE-001", "reason", value=use)
        row.choice("published_precision", PRECISIONS)
        areas = {name: row.number(name) for name in AREAS}
        occupancy = row.number("occupancy_pct")
        as_of, published = row.date("as_of"), row.date("published")
        if row.text("stage"):
            row.choice("stage", STAGES)
        if row.text("status"):
            row.choice("status", STATUSES)
        if as_of is not None and published is not None and as_of > published:
            row.fault("E-DATE-004", "as_of", published=published.isoformat())
        if use == "yes":
            _check_limits(row, areas, occupancy)
            for column, cell in (("as_of", as_of), ("published", published)):
                if cell is None and not row.cells[column]:
                    row.fault("E-DATE-002", column, value="")
        found.append(
            SiteObservation(
                site=row.text("site"), as_of=as_of, stage=row.text("stage"), **areas,
                occupancy_pct=occupancy, denominator=row.text("denominator"),
                decision=row.printable("decision"), investor=row.printable("investor"),
                wastewater=row.printable("wastewater"), obstacles=row.printable("obstacles"),
                status=row.text("status"), published=published, source=row.text("source"),
                note=row.text("note"), use=use,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return tuple(found)


def _check_limits(row: Row, areas: dict[str, float | None], occupancy: float | None) -> None:
    for name, area in areas.items():
        if area is not None and area < 0:
            row.fault("E-LIM-001", name, limit="0")
    for smaller, larger in LIMITS:
        low, high = areas[smaller], areas[larger]
        if low is not None and high is not None and low > high:
            share = f"{100 * low / high:.1f}" if high else "–"
            row.fault("E-LAND-003", smaller, larger=larger, limit=row.cells[larger], share=share)
    if occupancy is not None and not 0 <= occupancy <= 100:
        row.fault("E-LIM-003", "occupancy_pct", limit="0–100")


def read_groups(
    text: str | None, statements: Collection[str], faults: list[Fault]
) -> tuple[SiteGroup, ...]:
    """Read groups known only by totals; a statement that is not there yet is no fault."""
    found = []
    for row in read_table(GROUPS, text, GROUP_COLUMNS, faults):
        ids = tuple(row.text("statements", required=True).split())
        found.append(
            SiteGroup(
                row.text("id", required=True), row.choice("kind", KINDS), row.text("stage"),  # type: ignore[arg-type]
                tuple(i for i in ids if i in statements), row.date("published"), row.text("note"),
            )
        )  # fmt: skip
    return tuple(found)
