"""The track record in print: a figure and two tables, in either language."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence

from kichban.report.document import Cell, Column, Paragraph, Report, Section, Table, plain
from kichban.report.figures.track_record import group_name, track_figure
from kichban.report.labels import Labels
from kichban.report.printing import Printer
from kichban.report.typst_writer import pdf_bytes
from kichban.texts import ELLIPSIS, Lang, lower_first
from kichban.track import ALL, MODEL, RULES, Group, Score

INDICATOR = "industrial_output"
#: groups of fewer cases are not drawn
LEAST = 4


def print_track(found: Mapping[Group, Sequence[Score]], as_of: dt.date, lang: Lang) -> bytes:
    """Print the record of all indicators and of output, by origins and by vintages, as PDF."""
    words = Printer(lang).texts
    drawn = [
        g for g, scores in found.items()
        if (g.view, g.indicator) == ("origins", ALL) and g.kind != "quarter"
        and scores[0].source == MODEL and scores[0].cases >= LEAST
    ]  # fmt: skip
    blocks = [Paragraph(plain(words("track.print.lead")))]
    figure = [track_figure(found, drawn, lang)] if len(drawn) > 1 else []
    tables = [_table(found, view, name, lang) for view in ("origins", "vintages")
              for name in (ALL, INDICATOR)]  # fmt: skip
    note = Paragraph(plain(words("track.print.note")), "note")
    section = Section(
        words("track.print.section"),
        (*blocks, *figure, *(t for t in tables if t is not None), note),
        numbered=False,
    )
    report = Report(
        lang, words("report.head.label"), (words("track.print.title"),),
        words("track.print.attached", date=Printer(lang).date(as_of)), (section,), "", (),
        words("track.print.foot", date=Printer(lang).date(as_of)), words("track.print.title"),
    )  # fmt: skip
    return pdf_bytes(report, as_of)


def _table(
    found: Mapping[Group, Sequence[Score]], view: str, indicator: str, lang: Lang
) -> Table | None:
    words = Printer(lang).texts
    rows = [
        tuple(_cells(group, scores, lang))
        for group, scores in found.items()
        if (group.view, group.indicator) == (view, indicator) and scores[0].source == MODEL
    ]
    if not rows:
        return None
    names = ("cases", "mase", "smape", "bias", "crps", "held", "msis", *RULES)
    columns = (
        Column(words("track.print.group"), "1.7fr", "left"),
        *(Column(words(f"track.print.{name}"), "1fr", "centre") for name in names),
    )
    name = (
        words("track.print.all")
        if indicator == ALL
        else lower_first(Labels(lang).indicator(indicator))
    )
    title = words(f"track.print.table_{view}", indicator=name)
    return Table(title, columns, tuple(rows), size=8.5, keep=True)


def _cells(group: Group, scores: Sequence[Score], lang: Lang) -> Iterator[Cell]:
    printer, model = Printer(lang), scores[0]

    def number(value: float, decimals: int) -> str:
        return printer.number(value, decimals) if math.isfinite(value) else ELLIPSIS

    yield Cell(group_name(group, lang))
    yield Cell(f"{model.cases} ({model.years})")
    yield Cell(number(model.mase, 2))
    yield Cell(number(model.smape, 1))
    yield Cell(printer.number(model.bias, 1, signed=True))
    yield Cell(number(model.crps, 2))
    yield Cell(f"{number(model.coverage80, 0)} / {number(model.coverage95, 0)}")
    yield Cell(number(model.msis95, 1))
    ratios = {s.source: s.ratio for s in scores}
    for rule in RULES:
        ratio = ratios.get(rule, math.nan)
        yield Cell(number(ratio, 2), bold=ratio < 1)
