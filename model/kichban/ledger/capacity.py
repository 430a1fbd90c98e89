"""``capacity.csv``: named projects and key enterprises, and the output they will add."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kichban.catalogue import Catalogue
from kichban.errors import Fault
from kichban.ledger.tables import Row, read_table
from kichban.ledger.values import Capacity
from kichban.periods import Period

CAPACITY = "inputs/capacity.csv"
COLUMNS = (
    "id", "project", "sector", "site", "start", "output", "share_year1", "probability",
    "confidential", "published", "source", "note",
)  # fmt: skip
#: bn VND a year: about the industrial output of the whole country
LARGEST = 2e7
CONFIDENTIAL = ("yes", "no")


def read_capacity(
    text: str,
    catalogue: Catalogue,
    sites: Collection[str],
    sources: Collection[str],
    faults: list[Fault],
) -> tuple[Capacity, ...]:
    """Read the projects; what is confidential needs no source.

    Parameters
    ----------
    sites, sources
        Ids that rows may refer to; a project may lie on no site of the list.
    """
    found: list[Capacity] = []
    lines: dict[str, int] = {}
    sectors = catalogue.dimensions.get("sector", {})
    for row in map(_discreet, read_table(CAPACITY, text, COLUMNS, faults)):
        key = row.text("id", required=True)
        if key in lines:
            row.fault("E-ID-001", "id", first=str(lines[key]))
        lines.setdefault(key, row.line)
        row.printable("project", required=True)
        if row.text("sector"):
            row.choice("sector", tuple(sectors))
        if row.text("site"):
            row.choice("site", sites, "W-REF-004")
        confidential = row.choice("confidential", CONFIDENTIAL) == "yes"
        if row.text("source") or not confidential:
            row.choice("source", sources, "E-REF-002")
        output = row.number("output", required=True)
        if output is not None and output < 0:
            row.fault("E-LIM-001", "output", limit="0")
        if output is not None and output > LARGEST:
            row.fault("E-CAP-002", "output")
        share, probability = _share(row, "share_year1"), _share(row, "probability")
        start = _start(row)
        published = row.date("published")
        if published is None and not row.cells["published"]:
            row.fault("E-DATE-002", "published", value="")
        if start is None or output is None or published is None:
            continue
        found.append(
            Capacity(
                key, row.text("project"), row.text("sector"), row.text("site"), start, output,
                share, probability, confidential, published, row.text("source"), row.text("note"),
            )
        )  # fmt: skip
    return tuple(found)


def _discreet(row: Row) -> Row:
    """Give a row whose faults do not tell what stands in it, unless it says it is public."""
    if row.cells["confidential"] == "no":
        return row
    return replace(row, hides=frozenset(COLUMNS) - {"id", "confidential"})


def _start(row: Row) -> Period | None:
    if not row.text("start", required=True):
        return None
    start = row.period("start")
    if start is not None and start.kind != "quarter":
        row.fault("E-CAP-001", "start")
        return None
    return start


def _share(row: Row, column: str) -> float:
    value = row.number(column, required=True)
    if value is not None and not 0.0 <= value <= 1.0:
        row.fault("E-LIM-003", column, limit="0–1")
    return 0.0 if value is None else value
