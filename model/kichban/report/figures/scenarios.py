"""Scenarios side by side in the last year: middle and 8-in-10 range of four results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kichban.report.context import Context
from kichban.report.document import Figure, Number
from kichban.report.figures.chart import WIDTH, axis_number, finish
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BOLD,
    GREY,
    GRID,
    LABEL,
    SMALL,
    LineLook,
    Sheet,
    house_style,
    looks,
    sheet,
)  # fmt: skip
from kichban.report.lookup import Quantiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Results drawn: text key, indicator, measure, price basis, divisor.
_RESULTS = (
    ("output", "industrial_output", "level", "current", 1000.0),
    ("exports", "exports", "level", "", 1000.0),
    ("kcn_leased", "kcn_leased", "area_ha", "", 1.0),
    ("ccn_leased", "ccn_leased", "area_ha", "", 1.0),
)
_NAMES, _ROW, _SPACE = 36.0, 8.5, 4.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One result of every scenario that has it."""

    key: str
    values: Mapping[str, Quantiles]


def scenario_panels(context: Context) -> tuple[Panel, ...]:
    """Give the results of the last year, in the unit they are printed in."""
    panels = []
    for key, indicator, measure, basis, divisor in _RESULTS:
        values = {
            name: {s: v / divisor for s, v in found.items()}
            for name in context.tables.scenario_names
            if {"p10", "p50", "p90"}
            <= set(
                found := context.tables.projected(
                    indicator, f"{context.tables.last_year}", "", measure, basis, scenario=name
                )
            )
        }
        if len(values) > 1:
            panels.append(Panel(key, values))
    return tuple(panels)


def scenarios_figure(context: Context) -> Figure | None:
    """Draw the comparison; ``None`` where fewer than two scenarios were projected."""
    panels = scenario_panels(context)
    if not panels:
        return None
    with house_style():
        drawn = draw_scenarios(context, panels)
    parts = [
        context.texts(
            "figures.scenarios.alt_point",
            what=context.texts(f"figures.scenarios.{panel.key}").replace("|", " "),
            scenario=context.scenario(name),
            value=context.printer.cell(Number(q["p50"], digits=3)),
        )
        for panel in panels
        for name, q in panel.values.items()
    ]
    return finish(context, drawn, "scenarios", f"{_title(context, panels)}. {'; '.join(parts)}.")


def draw_scenarios(context: Context, panels: tuple[Panel, ...]) -> Sheet:
    """Draw one panel a result, one row a scenario."""
    names = list(context.tables.scenario_names)
    height = 37.0 + _ROW * len(names)
    drawn = sheet(WIDTH, height)
    year = f"{context.tables.last_year}"
    head = drawn.heading(
        _title(context, panels), context.texts("figures.scenarios.subtitle", year=year)
    )
    drawn.source(context.texts("figures.scenarios.source"))
    top = head + 12.5
    look = looks(names)
    for index, name in enumerate(names):
        y = top + _ROW * (index + 0.5)
        lines = drawn.wrap(context.scenario(name), LABEL, 500, _NAMES - 4)[:2]
        for line, said in enumerate(lines):
            drawn.text(
                _NAMES - 2,
                y + 3.6 * (line - (len(lines) - 1) / 2),
                said,
                ha="right",
                va="center",
                color=look[name].colour,
                fontweight=500,
            )
    width = (WIDTH - _NAMES - 3 - _SPACE * (len(panels) - 1)) / len(panels)
    for index, panel in enumerate(panels):
        left = _NAMES + (width + _SPACE) * index
        for line, said in enumerate(context.texts(f"figures.scenarios.{panel.key}").split("|")):
            drawn.text(
                left,
                head + 3.0 + 3.8 * line,
                said,
                fontweight=BOLD if line == 0 else 400,
                color=ACTUAL if line == 0 else GREY,
                fontsize=LABEL if line == 0 else SMALL,
            )
        axes = drawn.axes(left, top, width, _ROW * len(names))
        _draw_panel(context, axes, panel, names, look)
    return drawn


def _draw_panel(
    context: Context, axes: Axes, panel: Panel, names: list[str], look: Mapping[str, LineLook]
) -> None:
    most = max(q["p90"] for q in panel.values.values())
    ticks = nice_ticks(most, most=5)
    axes.set_xlim(0, ticks[-1])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks([])
    shown = [ticks[0], ticks[-1]]
    axes.set_xticks(ticks, [axis_number(context, t) if t in shown else "" for t in ticks])
    for label, tick in zip(axes.get_xticklabels(), ticks, strict=True):
        label.set_horizontalalignment(
            "left" if tick == ticks[0] else "right" if tick == ticks[-1] else "center"
        )
        label.set_fontsize(SMALL)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    for index, name in enumerate(names):
        q = panel.values.get(name)
        if q is None:
            continue
        axes.plot(
            [q["p10"], q["p90"]],
            [index, index],
            color=look[name].colour,
            linewidth=1.6,
            zorder=3,
            solid_capstyle="butt",
        )
        axes.plot(
            [q["p50"]],
            [index],
            marker=look[name].marker,
            markersize=5,
            color=look[name].colour,
            markeredgecolor="white",
            markeredgewidth=0.6,
            zorder=4,
        )
        share = min(max(q["p50"] / axes.get_xlim()[1], 0.16), 0.84)
        axes.text(
            share * axes.get_xlim()[1],
            index - 0.18,
            context.printer.cell(Number(q["p50"], digits=3)),
            ha="center",
            va="bottom",
            fontsize=SMALL,
            fontweight=BOLD,
            color=ACTUAL,
        )


def _title(context: Context, panels: tuple[Panel, ...]) -> str:
    first = panels[0]
    middles = [q["p50"] for q in first.values.values()]
    unit = {"output": "thousand_bn_vnd", "exports": "bn_usd"}.get(first.key, "ha")
    low, high = (context.printer.cell(Number(v, digits=3)) for v in (min(middles), max(middles)))
    return context.texts(
        "figures.scenarios.title",
        what=context.texts(f"figures.scenarios.name_{first.key}"),
        year=f"{context.tables.last_year}",
        low=low,
        high=f"{high} {context.printer.unit(unit)}",
    )
