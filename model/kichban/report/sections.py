"""The sections behind the first page, each from its tables; what is missing is said in words."""

from __future__ import annotations

from collections.abc import Iterable

from kichban.report.context import Context
from kichban.report.document import (
    Block,
    Bullets,
    Paragraph,
    Section,
    plain,
)
from kichban.report.figures.fan import fan_figure
from kichban.report.figures.gaps import gaps_figure
from kichban.report.figures.land import land_figure
from kichban.report.figures.panels import panels_figures
from kichban.report.figures.prints import prints_figure
from kichban.report.figures.scenarios import scenarios_figure
from kichban.report.form_rows import GrowthForm
from kichban.report.section_targets import (
    clashing_targets,
    other_targets_blocks,
    unknown_flows,
)
from kichban.report.tables_breaks import breaks_table
from kichban.report.tables_capacity import capacity_table
from kichban.report.tables_cases import cases_table, widths_table, widths_words
from kichban.report.tables_contradictions import closing, contradictions, contradictions_table
from kichban.report.tables_contradictions import other_table as other_contradictions
from kichban.report.tables_form import form_table
from kichban.report.tables_hectares import hectares_table
from kichban.report.tables_identities import identities_table, identities_words
from kichban.report.tables_land import occupancy_table, supply_table
from kichban.report.tables_nowcast import nowcast_table
from kichban.report.tables_paths import carry_words, paths_table
from kichban.report.tables_scenarios import differences_table, results_table, story_table
from kichban.report.tables_series import others_table, output_table
from kichban.report.tables_sites import pipeline_table, sites_table
from kichban.report.tables_sources import parameters_table, sources_table

_READ = ("probability", "range", "bases", "required", "symbols", "short")
_INCLUDED = ("statements", "parameters", "shocks")
_EXCLUDED = ("choice", "policy", "structure", "long_run")


def outlook_section(context: Context) -> Section:
    """Give the charts of the first page's figures, and the targets that didn't fit on it."""
    drawn = _present(
        fan_figure(context, "current"),
        nowcast_table(context),
        fan_figure(context, "constant_2010"),
        paths_table(context),
        carry_words(context),
        widths_words(context),
        gaps_figure(context),
    )
    lead = Paragraph(plain(context.texts("report.outlook.lead", scenario=context.headline)))
    said: tuple[Block, ...] = (lead, *drawn) if drawn else ()
    if not context.tables.scenario_names and not drawn:
        said = (_missing(context, "projections"),)
    else:
        said = (*said, *unknown_flows(context))
    return Section(
        context.texts("report.section.outlook"),
        (*said, *other_targets_blocks(context)),
        new_page=bool(context.targets.first),
    )


def form_section(context: Context, growth_form: GrowthForm) -> Section:
    """Give Biểu số 01 on a page laid across, or say that none of its figures is known."""
    table = form_table(context, growth_form)
    title = context.texts("report.section.form")
    if table is None:
        return Section(title, (_missing(context, "form"),))
    return Section(title, (table,), landscape=True)


def series_section(context: Context) -> Section:
    """Give what was: series and vintages."""
    panels: tuple[Block, ...] = panels_figures(context)
    if panels:
        panels = (Paragraph(plain(context.texts("figures.panels.note")), "note"), *panels)
    output = _present(prints_figure(context), output_table(context))
    others = (*panels, *_present(others_table(context)))
    blocks = (*output, *_present(breaks_table(context)), *others) if output or others else ()
    return Section(
        context.texts("report.section.series"),
        (
            Paragraph(plain(context.texts("report.series.lead"))),
            *(blocks or (_missing(context, "series"),)),
        ),
    )


def contradictions_section(context: Context) -> Section:
    """Give on pages laid across what must be settled before signing, or say that nothing must."""
    title, found = context.texts("report.section.contradictions"), contradictions(context)
    if not found:
        missing = _missing(context, "contradictions")
        return Section(title, (missing, *clashing_targets(context)))
    lead = context.texts(
        "report.contradictions.lead", count=f"{len(found)}", since=f"{context.year - 1}"
    )
    blocks = (
        Paragraph(plain(lead), "note"),
        *_present(contradictions_table(context), other_contradictions(context)),
        *clashing_targets(context),
        Paragraph(plain(closing(context)), "note"),
    )
    return Section(title, blocks, landscape=True)


def scenarios_section(context: Context) -> Section:
    """Give the scenarios side by side."""
    blocks = _present(
        story_table(context),
        scenarios_figure(context),
        differences_table(context),
        results_table(context),
    )
    lead = Paragraph(plain(context.texts("report.scenarios.lead")))
    return Section(
        context.texts("report.section.scenarios"),
        (lead, *blocks) if blocks else (_missing(context, "scenarios"),),
    )


def land_section(context: Context) -> Section:
    """Give land: stocks, occupancy, the pipeline and the identity of the plan."""
    blocks = _present(
        land_figure(context),
        supply_table(context),
        occupancy_table(context),
        pipeline_table(context),
    )
    identities = identities_table(context)
    if identities:
        blocks = (*blocks, *identities_words(context), identities)
    blocks = (
        *blocks,
        *_present(hectares_table(context), capacity_table(context), cases_table(context)),
    )
    return Section(
        context.texts("report.section.land"), blocks if blocks else (_missing(context, "land"),)
    )


def sites_section(context: Context) -> Section | None:
    """Give the site table on pages laid across; ``None`` where no site is known."""
    table = sites_table(context)
    if table is None:
        return None
    return Section("", (table,), landscape=True, numbered=False)


def method_section(context: Context) -> Section:
    """Give how to read it all, what the ranges hold and do not, parameters and sources."""
    words = context.texts
    blocks: list[Block] = [
        Bullets(tuple(plain(words(f"report.method.read_{key}")) for key in _READ), numbered=True),
        Paragraph(plain(words("report.method.included"))),
        Bullets(tuple(plain(words(f"report.method.in_{key}")) for key in _INCLUDED)),
        Paragraph(plain(words("report.method.excluded"))),
        Bullets(tuple(plain(words(f"report.method.out_{key}")) for key in _EXCLUDED)),
    ]
    closing: list[Block] = []
    manifest = context.tables.edition.manifest
    if "draws" in manifest and "seed" in manifest:
        run = words(
            "report.method.run",
            draws=context.printer.number(float(manifest["draws"])),
            seed=str(manifest["seed"]),
            version=str(manifest.get("version", manifest.get("program_version", ""))) or "-",
        )
        closing.append(Paragraph(plain(run), "last"))
    blocks += _present(widths_table(context), parameters_table(context))
    # Sources come last: by now every footnote has named its own.
    blocks += _present(sources_table(context))
    blocks += closing
    return Section(words("report.section.method"), tuple(blocks))


def _present(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(_only(blocks))


def _only(blocks: Iterable[Block | None]) -> Iterable[Block]:
    return (block for block in blocks if block is not None)


def _missing(context: Context, what: str) -> Paragraph:
    return Paragraph(plain(context.texts(f"report.missing.{what}")))
