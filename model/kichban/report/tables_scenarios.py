"""Scenarios side by side: what each assumes, where they differ, what follows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kichban.catalogue import load_parameters
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.labels import declared
from kichban.report.lookup import number, text
from kichban.report.printing import beside
from kichban.report.scenario_settings import further_lines, own_settings
from kichban.report.tables_land import target_of
from kichban.texts import lower_first

#: Results compared: text key, indicator, breakdown, measure, price basis, unit.
RESULTS = (
    ("output_current", "industrial_output", "", "level", "current", "bn_vnd"),
    ("output_constant", "industrial_output", "", "level", "constant_2010", "bn_vnd"),
    ("grdp_level", "grdp", "", "level", "current", "bn_vnd"),
    ("exports", "exports", "", "level", "", "mn_usd"),
    ("kcn_area", "kcn_area", "", "area_ha", "", "ha"),
    ("kcn_leased", "kcn_leased", "", "area_ha", "", "ha"),
    ("kcn_occupancy", "kcn_occupancy", "denominator:established", "occupancy_pct", "", "percent"),
    ("ccn_area", "ccn_area", "", "area_ha", "", "ha"),
    ("ccn_leased", "ccn_leased", "", "area_ha", "", "ha"),
    ("ccn_occupancy", "ccn_occupancy", "denominator:established", "occupancy_pct", "", "percent"),
)


def story_table(context: Context) -> Table | None:
    """Give each scenario's story; ``None`` without scenarios."""
    words = context.texts
    rows = tuple(
        (
            Cell(context.scenario(name), bold=name == context.tables.edition.headline),
            Cell(_story(context, name)),
        )
        for name in context.tables.edition.scenarios
    )
    if not rows:
        return None
    columns = (
        Column(words("report.scenarios.name"), "32mm", "left"),
        Column(words("report.scenarios.story"), "1fr", "left"),
    )
    return Table(words("report.scenarios.story_title"), columns, rows, size=9.5)


def _story(context: Context, name: str) -> str:
    """Give the story, the pace that a target to reach takes for granted, what is settled singly."""
    scenario = context.tables.edition.scenarios[name]
    said = [str(scenario.story.get(context.lang, "")) or "-"]
    if pace := _pace(context, name):
        said.append(context.texts("report.scenarios.story_pace", pace=pace))
    return " ".join(filter(None, (*said, own_settings(context, scenario))))


def _pace(context: Context, name: str) -> str:
    """Say how much faster than the baseline output must grow, from the edition's notes."""
    notes = context.tables.edition.manifest.get("notes", {}).get(name, {})
    shift = 100 * float(notes.get("growth_shift", 0.0))
    if abs(shift) < 0.05:
        return ""
    key = "report.scenarios.pace" if shift > 0 else "report.scenarios.pace_less"
    return context.texts(key, points=context.printer.number(abs(shift), 1))


def differences_table(context: Context) -> Table | None:
    """Give the parameters, sites, shares, ranges and correlations in which scenarios differ.

    ``None`` where there is no difference.
    """
    scenarios = context.tables.edition.scenarios
    rows = []
    for key in _keys(context):
        cells = [_setting(context, scenarios[name], key, name) for name in scenarios]
        if len(set(cells)) > 1:
            rows.append(
                (
                    Cell(context.labels.parameter(key)),
                    *(Cell(cell) for cell in cells),
                )
            )
    further = tuple(further_lines(context))
    rows += [(Cell(name), *map(Cell, cells)) for name, cells in further]
    if not rows:
        return None
    words = context.texts
    notes = (words("report.scenarios.silent"),) if further else ()
    columns = (
        Column(words("report.scenarios.parameter"), "1.9fr", "left"),
        *(Column(context.scenario(name), "1fr", "centre") for name in scenarios),
    )
    title = words("report.scenarios.differences_title")
    return Table(title, columns, tuple(rows), notes=notes, size=9, keep=not further)


def _keys(context: Context) -> list[str]:
    """Give parameter keys in the catalogue's order, then the ones it doesn't know."""
    found = dict.fromkeys(load_parameters())
    for scenario in context.tables.edition.scenarios.values():
        found.update(dict.fromkeys([*scenario.values, *scenario.paths]))
    return list(found)


def _setting(context: Context, scenario: Any, key: str, name: str) -> str:
    """Print a parameter as one scenario has it: its path where it has one."""
    steps = scenario.paths.get(key)
    if not steps:
        return setting(context, scenario.values.get(key), key)
    said = "; ".join(_step(context, step, key) for step in steps)
    pace = _pace(context, name) if key == "growth.volume" else ""
    return f"{said} ({pace})" if pace else said


def _step(context: Context, step: Any, key: str) -> str:
    """Say a step: "×0,75 từ năm 2025", "+0,0 (năm 2024) → +2,0 (năm 2027)"."""
    op = str(getattr(step, "op", "replace"))
    target = getattr(step, "target", "")
    if op == "reach" and target:
        return context.texts("report.scenarios.reach", target=_target_name(context, str(target)))
    anchors = getattr(step, "anchors", {})
    pairs = tuple(anchors.items() if isinstance(anchors, Mapping) else anchors)
    said = "report.scenarios.since" if len(pairs) == 1 else "report.scenarios.step"
    parts = []
    for year, value in pairs:
        printed = setting(context, value, "" if op == "scale" else key)
        sign = {"add": "+" if value >= 0 else "", "scale": "×"}.get(op, "")
        parts.append(context.texts(said, value=f"{sign}{printed}", year=f"{year}"))
    return " → ".join(parts)


def _target_name(context: Context, target: str) -> str:
    """Name a target by what it is about and its year."""
    for row in context.tables.all_gaps:
        if row.get("target") == target:
            name = lower_first(context.labels.short(text(row, "indicator")))
            return f"{name} {text(row, 'period')}"
    return target


def setting(context: Context, value: Any, key: str) -> str:
    """Print a resolved value: a rate as per cent, a tuple by its parts, nothing as from data."""
    if value is None:
        return context.texts("report.scenarios.from_data")
    if isinstance(value, (tuple, list)):
        return "–".join(setting(context, part, key) for part in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        known = declared(key)
        decimals = known.decimals if known else 0
        if known and known.percent:
            # The unit stands with the name; per cent of no unit carries its sign.
            printed = context.printer.number(
                100 * float(value), _decimals(100 * float(value), decimals)
            )
            return printed + "%" if known.unit == "fraction" else printed
        return context.printer.number(float(value), _decimals(float(value), decimals))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)


def _decimals(value: float, least: int) -> int:
    """Give the declared decimals, but never hide a digit of a small value."""
    for decimals in range(least, 5):
        if abs(round(value, decimals) - value) < 1e-9:
            return decimals
    return max(least, 3)


def results_table(context: Context) -> Table | None:
    """Give results of every scenario, next year and last; ``None`` without projections."""
    names = context.tables.scenario_names
    rows = tuple(_result_rows(context, names))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1.9fr", "left"),
        Column(words("report.form.unit"), "18mm", "centre"),
        Column(words("report.targets.period"), "12mm", "centre"),
        *(Column(context.scenario(name), "1fr") for name in names),
    )
    notes = (words("report.scenarios.results_note"),)
    return Table(
        words("report.scenarios.results_title"), columns, rows, notes=notes, size=9, keep=True
    )


def _result_rows(context: Context, names: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    years = sorted({context.year + 1, context.tables.last_year} - {0})
    for key, indicator, breakdown, measure, basis, unit in RESULTS:
        found = {
            year: [
                context.tables.projected(
                    indicator, f"{year}", breakdown, measure, basis, scenario=name
                ).get("p50")
                for name in names
            ]
            for year in years
        }
        shown = [year for year in years if any(v is not None for v in found[year])]
        for index, year in enumerate(shown):
            goal = target_of(context, indicator, measure, year) if measure == "area_ha" else None
            aim = number(goal, "target_value") if goal else None
            name = Cell(context.texts(f"report.result.{key}"), rows=len(shown))
            of = Cell(context.printer.unit(unit), rows=len(shown))
            yield (
                *((name, of) if index == 0 else ()),
                Cell(f"{year}"),
                *(Cell(Number(v, 1) if unit == "percent" else beside(v, aim)) for v in found[year]),
            )
