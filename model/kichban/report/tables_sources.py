"""Parameters with their source and tag, and every source cited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Parameter, load_parameters
from kichban.ledger.values import Source
from kichban.report.citations import publisher_of
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import number, text
from kichban.report.tables_scenarios import setting

#: A range narrowed by less than this has not been moved by the data.
_NARROWED = 0.1
#: Sources named beside a parameter; all of them are listed with the sources.
_SOURCES = 4


def parameters_table(context: Context) -> Table:
    """Give every parameter: value in the headline scenario, range, tag, what it rests on."""
    edition = context.tables.edition
    headline = edition.scenarios.get(edition.headline)
    values: Mapping[str, Any] = headline.values if headline else {}
    rows = tuple(
        (
            Cell(context.labels.parameter(key)),
            Cell(setting(context, values.get(key, known.default), key)),
            Cell(_range(context, key, known)),
            Cell(known.tag),
            Cell(_reason(context, key, known)),
        )
        for key, known in load_parameters().items()
    )
    words = context.texts
    columns = (
        Column(words("report.scenarios.parameter"), "42mm", "left"),
        Column(words("report.parameters.value"), "18mm", "centre"),
        Column(words("report.parameters.range"), "20mm", "centre"),
        Column(words("report.parameters.tag"), "9mm", "centre"),
        Column(words("report.parameters.reason"), "1fr", "left"),
    )
    notes = [words("report.parameters.note"), words("report.parameters.note_contraction")]
    newer = edition.manifest.get("parameters_newer_than_as_of") or ()
    if newer:
        names = "; ".join(context.labels.parameter(str(key)) for key in newer)
        notes.append(words("report.parameters.newer", names=names))
    return Table(words("report.parameters.title"), columns, rows, notes=tuple(notes), size=8.5)


def _range(context: Context, key: str, known: Parameter) -> str:
    if known.low is None or known.high is None:
        return "-"
    return f"{setting(context, known.low, key)}–{setting(context, known.high, key)}"


def _reason(context: Context, key: str, known: Parameter) -> str:
    """Give the assumption in words, its sources by publisher and day, and what the data say."""
    sources = context.citations.of(known.sources).split("; ")
    if len(sources) > _SOURCES:
        more = context.texts(
            "report.parameters.more_sources", count=f"{len(sources) - _SOURCES + 1}"
        )
        sources = [*sources[-_SOURCES + 1 :], more]
    said = known.assumption[context.lang]
    if sources != [""]:
        said = f"{said} [{'; '.join(sources)}]"
    return f"{said} {_contraction(context, key)}".strip()


def _contraction(context: Context, key: str) -> str:
    """Say by how much the data narrowed the range; below a tenth it is an assumption still."""
    share = context.tables.edition.manifest.get("contraction", {}).get(key)
    if share is None:
        return ""
    printed = context.printer.percent(100 * max(float(share), 0.0), 1)
    moved = context.tables.weighed.get(key)
    if moved is not None and not text(moved, "prior_only"):
        low, high = (
            context.printer.cell(Number(number(moved, f"posterior_{p}"), digits=3))
            for p in ("p10", "p90")
        )
        return context.texts("report.parameters.moved", low=low, high=high, share=printed)
    which = "contraction" if moved is None and share >= _NARROWED else "prior_only"
    return context.texts(f"report.parameters.{which}", share=printed)


def sources_table(context: Context) -> Table | None:
    """List the sources cited, two beside each other; ``None`` where none is."""
    cited = context.citations.cited()
    if not cited:
        return None
    words = context.texts
    half = (len(cited) + 1) // 2
    columns = 2 * (
        Column(words("report.sources.id"), "11mm", "left"),
        Column(words("report.sources.publisher"), "1fr", "left"),
        Column(words("report.sources.published"), "26mm", "centre"),
    )
    rows = tuple(
        (
            *_source(context, *cited[index]),
            *(
                _source(context, *cited[index + half])
                if index + half < len(cited)
                else (Cell(""), Cell(""), Cell(""))
            ),
        )
        for index in range(half)
    )
    return Table(words("report.sources.table_title"), columns, rows, size=8.5)


def _source(context: Context, source: Source, day: str) -> tuple[Cell, Cell, Cell]:
    publisher = publisher_of(source, context.printer)
    titled = f"“{source.title}”" if source.title else ""
    name = publisher if not titled or titled == publisher else f"{publisher}, {titled}"
    return Cell(source.id), Cell(name), Cell(day or "-")
