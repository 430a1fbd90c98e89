"""A province on one page: the smallest sound inputs, as texts to be spoilt one cell at a time."""

import csv
import io
from types import MappingProxyType

from kichban.catalogue import load_catalogue
from kichban.ledger import ledger_at, read_book
from kichban.ledger.sites import GROUP_COLUMNS, OBSERVATION_COLUMNS, SITE_COLUMNS
from kichban.ledger.statements import COLUMNS, SOURCE_COLUMNS
from kichban.periods import parse_date

STATEMENTS = "inputs/statements.csv"
SOURCES = "inputs/sources.csv"
SITES = "inputs/sites.csv"
OBSERVATIONS = "inputs/site_observations.csv"
GROUPS = "inputs/site_groups.csv"
TARGETS = "inputs/targets.toml"
REGIONS = "inputs/regions.toml"
READINGS = "inputs/readings.toml"

#: what a statement is unless a row says otherwise
USUAL = MappingProxyType(
    {
        "region": "bac_giang", "indicator": "industrial_output", "breakdown": "",
        "period_kind": "annual", "measure": "level", "unit": "bn_vnd", "resolution": "1",
        "qualifier": "", "price_basis": "current", "status": "estimate",
        "published": "2024-01-31", "published_precision": "day", "source": "S1", "use": "yes",
    }
)  # fmt: skip


def statement(key, value, period, **cells):
    """One row of statements.csv: a level of industrial output unless `cells` say otherwise."""
    growth = {"unit": "percent", "resolution": "0.1"}
    measure = cells.get("measure", "level")
    usual = USUAL | (growth if measure not in ("level", "count", "area_ha") else {})
    row = dict.fromkeys(COLUMNS, "") | usual
    return row | {"id": key, "value": str(value), "period": period} | cells


def table(columns, rows):
    """Write rows as a CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(dict.fromkeys(columns, "") | row for row in rows)
    return out.getvalue()


def cells_of(text):
    """Read a CSV text as dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


def with_cell(text, line, **cells):
    """Change cells of the row on `line` (the header is line 1)."""
    rows = cells_of(text)
    columns = list(rows[0])
    rows[line - 2] |= cells
    return table(columns, rows)


def statements_text(rows):
    """Write rows of statements.csv."""
    return table(COLUMNS, rows)


ROWS = (
    statement("A1", 500000, "2022", published="2023-01-31"),
    statement("A2", 541169, "2023", status="actual"),
    statement("A3", 24.5, "2023", measure="growth_yoy"),
    statement("A4", 439178, "2023", breakdown="ownership:fdi"),
    statement("A5", 70, "2023", indicator="kcn_occupancy", measure="occupancy_pct",
              price_basis=""),
    statement("A6", 81.1, "2023", breakdown="ownership:fdi", measure="share_pct"),
    statement("A7", 106.2, "2023", measure="share_of_plan"),
    statement("A8", 2200000, "2030", period_kind="target", status="target",
              price_basis="constant_2010"),
)  # fmt: skip
SOURCE_ROWS = (
    {
        "source": "S1",
        "title": "Báo cáo năm",
        "publisher": "Cục Thống kê",
        "published": "2024-01-31",
    },
    {"source": "S2", "title": "Báo cáo tháng", "published": "2023-01-31"},
)
SITE_ROWS = (
    {"id": "p1", "kind": "kcn", "name_vi": "Khu Một", "published": "2020-12-31", "source": "S1"},
    {"id": "c1", "kind": "ccn", "name_vi": "Cụm Một", "published": "2020-12-31"},
)
OBSERVATION_ROWS = (
    {
        "site": "p1", "as_of": "2023-12-31", "stage": "operating", "gross_ha": "400",
        "industrial_ha": "300", "cleared_ha": "280", "serviced_ha": "250", "leased_ha": "200",
        "operating_ha": "150", "occupancy_pct": "66.7", "status": "actual",
        "published": "2024-01-31", "published_precision": "day", "source": "S1", "use": "yes",
    },
)  # fmt: skip
GROUP_ROWS = (
    {"id": "g1", "kind": "kcn", "stage": "planned", "statements": "A5", "published": "2024-01-31"},
)
TARGETS_TEXT = """format = 1

[[target]]
id = "T1"
statement = "A8"
indicator = "industrial_output"
kind = "level"
sense = ">="
document = { vi = "Nghị quyết 147", en = "Resolution 147" }
document_date = "2021-07-22"
plan_type = "resolution"
"""
REGIONS_TEXT = """format = 1

[[region]]
code = "bac_giang"
name = { vi = "Bắc Giang", en = "Bắc Giang" }
kind = "province"
valid_from = "1997-01-01"
valid_to = "2025-06-30"
known = "2025-06-12"
"""
READINGS_TEXT = """format = 1

[[reading]]
id = "R1"
statements = ["A1"]
set = { price_basis = "current" }
reason = { vi = "Vì vậy.", en = "So it is." }
date = "2023-12-31"
"""


def sound():
    """Give the sound inputs as path → text."""
    return {
        STATEMENTS: statements_text(ROWS),
        SOURCES: table(SOURCE_COLUMNS, SOURCE_ROWS),
        SITES: table(SITE_COLUMNS, SITE_ROWS),
        OBSERVATIONS: table(OBSERVATION_COLUMNS, OBSERVATION_ROWS),
        GROUPS: table(GROUP_COLUMNS, GROUP_ROWS),
        TARGETS: TARGETS_TEXT,
        REGIONS: REGIONS_TEXT,
        READINGS: READINGS_TEXT,
    }


def book_of(texts):
    """Read inputs given as path → text."""
    return read_book(texts, load_catalogue())


def ledger_of(rows, as_of="2030-12-31", **more):
    """Give the ledger of statement rows in an otherwise empty province."""
    texts = sound() | {
        STATEMENTS: statements_text(rows), TARGETS: "format = 1\n", READINGS: "format = 1\n",
        GROUPS: table(GROUP_COLUMNS, []),
    } | more  # fmt: skip
    book = book_of(texts)
    assert not book.faults, book.faults
    return ledger_at(book, "bac_giang", parse_date(as_of))[0]
