"""``statements.csv`` and ``sources.csv``: columns, vocabulary, units, periods, physical limits."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from kichban.catalogue import Catalogue, Indicator
from kichban.errors import Fault
from kichban.ledger.tables import Row, nearest, read_table
from kichban.ledger.values import Source, Statement

STATEMENTS = "inputs/statements.csv"
SOURCES = "inputs/sources.csv"
COLUMNS = (
    "id", "region", "indicator", "breakdown", "period", "period_kind", "measure", "value", "unit",
    "printed", "resolution", "qualifier", "price_basis", "status", "published",
    "published_precision", "source", "note", "use", "reason",
)  # fmt: skip
SOURCE_COLUMNS = ("source", "title", "publisher", "published", "published_precision", "url_or_file")
QUALIFIERS = ("", "more_than", "less_than", "about")
STATUSES = ("estimate", "preliminary", "actual", "plan", "target")
USES = ("yes", "background", "no")
PRECISIONS = ("day", "month", "year", "document", "unknown")
PRICE_BASES = ("", "current", "constant_2010")

#: measure → unit it must have; a level, count or area has its indicator's unit
MEASURE_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "growth_yoy": "percent",
        "growth_mom": "percent",
        "growth_avg": "percent_per_year",
        "growth_ratio": "ratio",
        "share_of_plan": "percent",
        "share_pct": "percent",
        "occupancy_pct": "percent",
        "contribution_pp": "percentage_point",
        "area_ha": "ha",
    }
)
#: period_kind → forms of period it may have
PERIOD_FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "annual": ("year",),
        "quarter": ("quarter",),
        "month": ("month",),
        "ytd": ("span", "month", "quarter"),
        "asof": ("day", "year", "month"),
        "multiyear": ("years",),
        "target": ("year", "years", "quarter", "day", "month"),
    }
)
_ID = re.compile(r"[A-Za-z0-9_.-]+")
PART = re.compile(r"[a-z_]+:[A-Za-z0-9_.-]+")


def read_sources(text: str | None, faults: list[Fault]) -> Mapping[str, Source]:
    """Read the sources by id."""
    found: dict[str, Source] = {}
    lines: dict[str, int] = {}
    for row in read_table(SOURCES, text, SOURCE_COLUMNS, faults):
        key = row.text("source", required=True)
        if key in lines:
            row.fault("E-ID-001", "source", first=str(lines[key]))
        lines.setdefault(key, row.line)
        row.date("published")
        found[key] = Source(
            key, row.text("title"), row.text("publisher"), row.text("published"),
            row.text("url_or_file"),
        )  # fmt: skip
    return MappingProxyType(found)


def named_statements(text: str | None) -> frozenset[str]:
    """Give the ids of all rows, those at fault too."""
    return frozenset(row.cells["id"] for row in read_table(STATEMENTS, text, COLUMNS, []))


def read_statements(
    text: str | None,
    catalogue: Catalogue,
    regions: Collection[str],
    sources: Collection[str],
    faults: list[Fault],
) -> tuple[Statement, ...]:
    """Read every statement that is well formed; whatever is not becomes a fault."""
    rows = read_table(STATEMENTS, text, COLUMNS, faults)
    found = []
    seen: dict[str, int] = {}
    for row in rows:
        before = len(faults)
        statement = _read(row, catalogue, regions, sources)
        if statement is not None and statement.id in seen:
            row.fault("E-ID-001", "id", first=str(seen[statement.id]))
        if statement is not None and len(faults) == before:
            seen[statement.id] = row.line
            found.append(statement)
    _find_duplicates(found, faults)
    return tuple(found)


def _read(
    row: Row, catalogue: Catalogue, regions: Collection[str], sources: Collection[str]
) -> Statement | None:
    identity = row.text("id", required=True)
    if identity and not _ID.fullmatch(identity):
        row.fault("E-ID-002", "id")
    region = row.choice("region", regions, "E-REF-001")
    code = row.choice("indicator", catalogue.indicators, "E-IND-001")
    indicator = catalogue.indicators.get(code)
    measure = row.choice("measure", catalogue.measures)
    use = row.choice("use", USES)
    if use in USES and use != "yes" and not row.text("reason"):
        row.fault("E-USE-001", "reason", value=use)
    value = row.number("value", required=True)
    resolution = row.number("resolution", required=use == "yes")
    if resolution is not None and resolution <= 0:
        row.fault("E-NUM-003", "resolution")
    period = row.period("period")
    published = row.date("published")
    for column, cell in (("period", period), ("published", published)):
        if use == "yes" and cell is None and not row.cells[column]:
            row.fault("E-DATE-002", column, value="")
    row.choice("source", sources, "E-REF-002")
    statement = Statement(
        id=identity,
        region=region,
        indicator=code,
        breakdown=row.text("breakdown"),
        period=period,
        period_kind=row.choice("period_kind", PERIOD_FORMS),
        measure=measure,
        value=0.0 if value is None else value,
        unit=row.text("unit", required=True),
        printed=row.text("printed"),
        resolution=resolution or 1.0,
        qualifier=row.choice("qualifier", QUALIFIERS),
        price_basis=row.choice("price_basis", PRICE_BASES),
        status=row.choice("status", STATUSES),
        published=published,
        published_precision=row.choice("published_precision", PRECISIONS),
        source=row.text("source"),
        note=row.text("note"),
        use=use,  # type: ignore[arg-type]
        reason=row.text("reason"),
        row=row.line,
    )
    if indicator is None:
        return None
    _check_words(row, statement, indicator, catalogue)
    if value is None:
        return None
    if use == "yes":
        _check_limits(row, statement, indicator)
    return statement


def _check_words(
    row: Row, statement: Statement, indicator: Indicator, catalogue: Catalogue
) -> None:
    measure, unit = statement.measure, statement.unit
    if measure in catalogue.measures and measure not in indicator.measures:
        row.fault("E-MEAS-001", "measure", **nearest(measure, indicator.measures))
    wanted = MEASURE_UNITS.get(measure, indicator.unit)
    if unit and unit != wanted and measure in catalogue.measures:
        row.fault("E-UNIT-001", "unit", expected=wanted)
    if statement.price_basis and statement.price_basis not in indicator.price_bases:
        row.fault("E-BASE-001", "price_basis", allowed=", ".join(indicator.price_bases) or "–")
    forms = PERIOD_FORMS.get(statement.period_kind, ())
    if statement.period is not None and forms and statement.period.kind not in forms:
        row.fault("E-PER-002", "period", kind=statement.period_kind)
    parts = [p for p in statement.breakdown.split("+") if p]
    if parts != sorted(parts):
        row.fault("E-BRK-003", "breakdown", expected="+".join(sorted(parts)))
    for part in parts:
        if not PART.fullmatch(part):
            row.fault("E-BRK-001", "breakdown", part=part)
            continue
        dimension, member = part.split(":", 1)
        if dimension not in catalogue.dimensions:
            row.fault("E-BRK-002", "breakdown", **nearest(dimension, catalogue.dimensions))
        elif dimension != "site" and member not in catalogue.dimensions[dimension]:
            row.fault("E-BRK-002", "breakdown", **nearest(member, catalogue.dimensions[dimension]))


def _check_limits(row: Row, statement: Statement, indicator: Indicator) -> None:
    value, measure = statement.value, statement.measure
    levels = ("level", "count", "area_ha")
    if measure in levels and indicator.nonnegative and value < 0:
        row.fault("E-LIM-001", "value", limit="0")
    if measure in ("growth_yoy", "growth_mom", "growth_avg") and value <= -100:
        row.fault("E-LIM-002", "value", limit="-100")
    if measure == "occupancy_pct" and not 0 <= value <= 100:
        row.fault("E-LIM-003", "value", limit="0–100")
    if measure == "share_pct" and not 0 <= value <= 100:
        row.fault("E-LIM-003", "value", limit="0–100")
    if measure == "share_of_plan" and value < 0:
        row.fault("E-LIM-001", "value", limit="0")
    if statement.period is not None and statement.published is not None and not statement.is_plan:
        # A figure cannot be printed before its period begins; most often a slip in the year.
        first_month = statement.published.year * 12 + statement.published.month - 1
        if statement.period.start > first_month:
            row.fault("E-DATE-003", "published", period=statement.period.text)


def _find_duplicates(statements: Sequence[Statement], faults: list[Fault]) -> None:
    """Note rows that say the same thing twice from one source: they would count twice."""
    seen: dict[tuple[object, ...], Statement] = {}
    for s in statements:
        key = (
            s.region, s.indicator, s.breakdown, s.period, s.measure, s.price_basis, s.status,
            s.source, s.published, s.qualifier, s.value, s.period is None and s.note,
        )  # fmt: skip
        first = seen.setdefault(key, s)
        if first is not s:
            detail = {"first": first.id, "line": str(first.row)}
            faults.append(Fault("E-DUP-001", STATEMENTS, s.row, "id", s.id, detail))
