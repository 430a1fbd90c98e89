"""The statistical path, that of the drivers, the two joined; and what a year carries over."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Paragraph, Table, plain

INDICATOR, BASIS, UNIT = "industrial_output", "current", "bn_vnd"
#: text key and breakdown of each row
PATHS = (("statistical", "method:statistical"), ("driver", "method:driver"), ("joined", ""))


def paths_table(context: Context) -> Table | None:
    """Give output by each path in the next years; ``None`` where nothing was joined."""
    known = context.tables.projected_years(INDICATOR, PATHS[0][1], "level", BASIS)
    years = [y for y in dict.fromkeys((*list(known)[:3], context.tables.last_year)) if y in known]
    if not years:
        return None
    words = context.texts
    notes = context.tables.edition.manifest.get("notes", {}).get(
        context.tables.edition.headline, {}
    )
    combined = bool(notes.get("joined", 1.0))
    columns = (
        Column(words("report.paths.path"), "1.4fr", "left"),
        *(Column(f"{year}", "1fr", "centre") for year in years),
    )
    rows = tuple(_rows(context, years))
    said = words("report.paths.note" if combined else "report.paths.apart")
    unit = context.printer.unit("thousand_bn_vnd")
    title = words("report.paths.title", scenario=context.headline)
    return Table(title, columns, rows, unit=unit, notes=(said,), size=9.5, keep=True)


def _rows(context: Context, years: list[int]) -> Iterator[tuple[Cell, ...]]:
    for key, breakdown in PATHS:
        found = context.tables.projected_years(INDICATOR, breakdown, "level", BASIS)
        bold = not breakdown
        yield (
            Cell(context.texts(f"report.paths.{key}"), bold=bold),
            *(Cell(context.printer.spread(found.get(year, {}), UNIT), bold=bold) for year in years),
        )


def carry_words(context: Context) -> Paragraph | None:
    """Say how much of the current and of the next year's growth is there already."""
    grown = context.tables.projected_years(INDICATOR, "", "growth_yoy", BASIS)
    carried = context.tables.projected_years(INDICATOR, "method:carry_over", "growth_yoy", BASIS)
    year = context.year
    growth, carry = (found.get(year, {}).get("p50") for found in (grown, carried))
    after = carried.get(year + 1, {}).get("p50")
    if growth is None or carry is None or after is None:
        return None
    said = context.texts(
        "report.paths.carry",
        year=f"{year}",
        next=f"{year + 1}",
        growth=context.printer.percent(growth),
        carry=context.printer.number(carry, 1),
        rest=context.printer.number(growth - carry, 1),
        after=context.printer.percent(after),
    )
    return Paragraph(plain(said))
