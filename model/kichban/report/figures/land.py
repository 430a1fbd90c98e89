"""Land over time: planned, industrial, serviced, leased; parks beside clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.chart import WIDTH, axis_number, finish
from kichban.report.figures.ends import EndLabel, place_labels
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BAND_80,
    BASE,
    BOLD,
    GREY,
    GRID,
    HIGH,
    LOW,
    TARGET,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.lookup import end_year, number, text
from kichban.report.printing import beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 92.0
_PANEL, _PLOT, _LEFT = 79.0, 36.0, 11.0
#: Stocks drawn: colour, dashes, width.
LINES = {
    "area": (GREY, (0, (5, 2)), 1.3),
    "industrial_land": (LOW, (0, (1, 1.4)), 1.5),
    "serviced": (HIGH, (0, (7, 2, 1, 2)), 1.5),
    "leased": (BASE, "-", 2.0),
}
_SEEN = ("", "stage:established", "stage:approved")


@dataclass(frozen=True, slots=True)
class LandPanel:
    """One kind of site, in ha."""

    kind: str
    lines: Mapping[str, Mapping[int, float]]
    band: Mapping[int, tuple[float, float]]
    seen: Mapping[str, Mapping[float, float]]
    target: tuple[int, float] | None


def land_panel(context: Context, kind: str) -> LandPanel | None:
    """Give the stocks of parks (``kcn``) or clusters (``ccn``); ``None`` without projections."""
    lines: dict[str, Mapping[int, float]] = {}
    seen: dict[str, Mapping[float, float]] = {}
    band: Mapping[int, tuple[float, float]] = {}
    for stock in LINES:
        years = context.tables.projected_years(f"{kind}_{stock}", measure="area_ha")
        line = {y: q["p50"] for y, q in years.items() if "p50" in q}
        if len(line) > 1:
            lines[stock] = line
            seen[stock] = _seen(context, f"{kind}_{stock}", min(line))
        if stock == "leased":
            band = {y: (q["p10"], q["p90"]) for y, q in years.items() if {"p10", "p90"} <= set(q)}
    if not lines:
        return None
    return LandPanel(
        kind, lines, band, seen, _target(context, kind, max(max(x) for x in lines.values()))
    )


def _seen(context: Context, indicator: str, first: int) -> Mapping[float, float]:
    """Give today's figures at the part of the year they were taken in, from three years before."""
    for breakdown in _SEEN:
        seen = context.tables.observed(indicator, breakdown, "area_ha")
        if seen:
            # A year's mark on the axis is its end, which is where stocks stand.
            return {(o.period.stop / 12) - 1: o.value for o in seen if o.period.year >= first - 2}
    return {}


def _target(context: Context, kind: str, last: int) -> tuple[int, float] | None:
    for row in context.tables.gaps:
        value = number(row, "target_value")
        if (
            text(row, "indicator") == f"{kind}_area"
            and text(row, "breakdown") in ("", "stage:planned")
            and text(row, "target_status") != "superseded"
            and end_year(row) == last
            and value is not None
        ):
            return last, value
    return None


def land_figure(context: Context) -> Figure | None:
    """Draw both panels; ``None`` where neither kind is projected."""
    panels = [p for kind in ("kcn", "ccn") if (p := land_panel(context, kind))]
    if not panels:
        return None
    with house_style():
        drawn = draw_land(context, panels)
    return finish(context, drawn, "land", _alt(context, panels))


def draw_land(context: Context, panels: list[LandPanel]) -> Sheet:
    """Draw the panels side by side, each on its own scale."""
    drawn = sheet(WIDTH, _HEIGHT)
    head = drawn.heading(
        _title(context, panels), context.texts("figures.land.subtitle", scenario=context.headline)
    )
    foot = drawn.source(context.texts("figures.land.source"))
    for index, panel in enumerate(panels):
        _draw_panel(context, drawn, panel, _PANEL * index + 2 * index, head + 4.0, foot)
    return drawn


def _draw_panel(
    context: Context, drawn: Sheet, panel: LandPanel, left: float, top: float, foot: float
) -> None:
    drawn.text(left + 2, top, context.texts(f"figures.land.{panel.kind}"), fontweight=BOLD)
    below = top + 7.0
    axes = drawn.axes(left + _LEFT, below, _PLOT, _HEIGHT - below - foot - 6.5)
    values = [v for line in panel.lines.values() for v in line.values()]
    values += [high for _, high in panel.band.values()]
    values += [v for seen in panel.seen.values() for v in seen.values()]
    values += [panel.target[1]] if panel.target else []
    ticks = nice_ticks(max(values) * 1.02)
    years = sorted({y for line in panel.lines.values() for y in line})
    first = min([float(years[0]), *(x for seen in panel.seen.values() for x in seen)])
    axes.set_xlim(first - 0.3, years[-1])
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [axis_number(context, t) for t in ticks])
    # A year takes nine mm: every second one, or fewer over a long span.
    every = 2 if years[-1] - first <= 8.5 else 4
    shown = [y for y in range(int(first), years[-1] + 1) if (years[-1] - y) % every == 0]
    axes.set_xticks(shown, [f"{y}" for y in shown])
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    draw_land_lines(axes, panel)
    if panel.target:
        axes.plot(
            [panel.target[0]],
            [panel.target[1]],
            marker="D",
            markersize=6,
            markerfacecolor="white",
            markeredgecolor=TARGET,
            markeredgewidth=1.4,
            clip_on=False,
            zorder=8,
        )
    edge = left + _LEFT + _PLOT
    place_labels(
        drawn, axes, _labels(context, panel, edge), edge + 3.2, below - 3, _HEIGHT - foot - 6.0
    )


def draw_land_lines(axes: Axes, panel: LandPanel) -> None:
    """Draw the stocks, the range of leased land, and what was printed."""
    if len(panel.band) > 1:
        years = sorted(panel.band)
        axes.fill_between(
            years,
            [panel.band[y][0] for y in years],
            [panel.band[y][1] for y in years],
            color=BAND_80,
            linewidth=0,
            zorder=1,
        )
    for stock, line in panel.lines.items():
        colour, dashes, width = LINES[stock]
        years = sorted(line)
        axes.plot(
            years,
            [line[y] for y in years],
            color=colour,
            linestyle=dashes,
            linewidth=width,
            zorder=3,
        )
        dots = panel.seen.get(stock, {})
        axes.plot(
            list(dots),
            list(dots.values()),
            marker="o",
            markersize=3.2,
            color=ACTUAL,
            markerfacecolor=colour,
            markeredgewidth=0.7,
            linestyle="none",
            zorder=5,
        )


def _labels(context: Context, panel: LandPanel, edge: float) -> list[EndLabel]:
    labels = []
    goal = panel.target[1] if panel.target else None
    for stock, line in panel.lines.items():
        value = line[max(line)]
        said = tuple(context.texts(f"figures.land.{stock}").split("|"))
        labels.append(
            EndLabel(
                value,
                context.printer.cell(beside(value, goal if stock == "area" else None)),
                said,
                LINES[stock][0],
                edge + 0.3,
                BOLD if stock == "leased" else 500,
            )
        )
    if panel.target:
        year, value = panel.target
        said = tuple(context.texts("figures.land.target", year=f"{year}").split("|"))
        labels.append(
            EndLabel(value, context.printer.number(value), said, TARGET, edge + 1.6, BOLD)
        )
    return labels


def _title(context: Context, panels: list[LandPanel]) -> str:
    said: list[str] = []
    for panel in panels:
        line = panel.lines.get("leased")
        if line is None:
            continue
        last = max(line)
        share = context.tables.projected(
            f"{panel.kind}_occupancy", f"{last}", "denominator:established", "occupancy_pct"
        ).get("p50")
        # The second of two says no verb and no year again.
        key = f"figures.land.title_{'more' if said else 'first'}{'_bare' if share is None else ''}"
        said.append(
            context.texts(
                key,
                kind=context.texts(f"figures.land.short_{panel.kind}"),
                year=f"{last}",
                leased=context.printer.about(line[last], "ha"),
                share=context.printer.percent(share, 0),
            )
        )
    joined = "; ".join(said) or context.texts("figures.land.title_bare")
    return joined[:1].upper() + joined[1:]


def _alt(context: Context, panels: list[LandPanel]) -> str:
    parts = [
        context.texts(
            "figures.land.alt_line",
            kind=context.texts(f"figures.land.{panel.kind}"),
            stock=context.texts(f"figures.land.{stock}").replace("|", " "),
            first=f"{min(line)}",
            low=context.printer.about(line[min(line)], "ha"),
            last=f"{max(line)}",
            high=context.printer.about(line[max(line)], "ha"),
        )
        for panel in panels
        for stock, line in panel.lines.items()
    ]
    return f"{_title(context, panels)}. {'; '.join(parts)}."
