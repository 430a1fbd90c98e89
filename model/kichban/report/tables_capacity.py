"""Named projects and key enterprises: new capacity from below. Never a confidential one."""

from __future__ import annotations

from kichban.ledger import Capacity
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.tables_land import years_ahead

OUTPUT = "industrial_output"


def capacity_table(context: Context) -> Table | None:
    """Give the projects and what they are expected to add; ``None`` where none is named."""
    named = [c for c in context.tables.edition.ledger.capacity if not c.confidential]
    if not named:
        return None
    words = context.texts
    columns = (
        Column(words("report.capacity.project"), "1fr", "left"),
        Column(words("report.capacity.sector"), "36mm", "left"),
        Column(words("report.capacity.site"), "30mm", "left"),
        Column(words("report.capacity.start"), "19mm", "centre"),
        Column(words("report.capacity.output"), "22mm"),
        Column(words("report.capacity.probability"), "19mm"),
    )
    notes = [words("report.capacity.note")]
    added = {
        y: context.tables.projected(OUTPUT, f"{y}", "method:named_capacity", "level", "current")
        for y in years_ahead(context)
    }
    said = [
        words(
            "report.capacity.adds", year=f"{y}", amount=context.printer.about(q["mean"], "bn_vnd")
        )
        for y, q in added.items()
        if q.get("mean") is not None
    ]
    if said:
        notes.insert(0, words("report.capacity.added", years="; ".join(said)))
    rows = tuple(_row(context, c) for c in sorted(named, key=lambda c: (c.start.start, c.id)))
    title = words("report.capacity.title")
    return Table(title, columns, rows, notes=tuple(notes), size=9.5)


def _row(context: Context, one: Capacity) -> tuple[Cell, ...]:
    sites = {s.id: s for s in context.tables.edition.ledger.sites}
    site = sites.get(one.site)
    name = "-" if site is None else (site.name_vi if context.lang == "vi" else site.name)
    quarter = one.start.start // 3
    return (
        Cell(one.project, note=context.citations.of_source(one.source, one.published)),
        Cell(context.labels.member(f"sector:{one.sector}") if one.sector else "-"),
        Cell(name),
        Cell(f"{'Q' if context.lang == 'en' else 'Quý '}{quarter % 4 + 1}/{quarter // 4}"),
        Cell(Number(one.output, 0)),
        Cell(context.printer.percent(100.0 * one.probability, 0)),
    )
