"""What is written into a fan chart: names of the bands, line ends, the target and its gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from kichban.report.context import Context
from kichban.report.document import Number
from kichban.report.figures.chart import WIDTH
from kichban.report.figures.ends import EndLabel, place_labels
from kichban.report.figures.fan_data import FanData
from kichban.report.figures.style import ACTUAL, BASE, BOLD, GREY, LABEL, TARGET, Sheet, looks
from kichban.report.lookup import number
from kichban.report.wording import chance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Where the plot and the labels at its right begin, and how wide the plot is, mm.
LEFT, PLOT, ENDS = 14.0, 94.0, 114.0
#: Height of a line of the call-out, mm.
_LINE = 4.2


def printed(context: Context, value: float) -> str:
    """Print an official figure of thousand bn VND."""
    return context.printer.number(value, 0 if value >= 10 else 1)


def forecast(context: Context, value: float) -> str:
    """Print a forecast of thousand bn VND with three digits."""
    return context.printer.cell(Number(value, digits=3))


def say_bands(context: Context, axes: Axes, data: FanData) -> None:
    """Name the bands outside of them, with a leader into each."""
    first, last = min(data.fan), max(data.fan)
    if last - first < 3:
        return
    top = axes.get_ylim()[1]
    per_mm = (axes.get_xlim()[1] - axes.get_xlim()[0]) / PLOT
    # Right enough for the upper name not to reach over the line where the forecast begins.
    start = max(data.history) if data.history else first
    x = max(last - 0.42 * (last - first), start + 27.0 * per_mm)
    above = max(_at(data, "p90", x), *(_at_line(line, x) for line in data.others.values()), 0.0)
    # The lower name ends at the last year: what it must stay under is the lines at its left end.
    left = last - 29.0 * per_mm
    below = min(
        _at(data, "p10", left), *(_at_line(line, left) for line in data.others.values()), top
    )
    line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 0}
    inside = (_at(data, "p50", x + 0.5) + _at(data, "p75", x + 0.5)) / 2
    axes.annotate(
        context.texts("figures.fan.band_50"),
        (x + 0.5, inside),
        (x - 0.15, above + 0.075 * top),
        ha="right",
        va="bottom",
        fontsize=LABEL,
        color=ACTUAL,
        linespacing=1.3,
        arrowprops={**line, "relpos": (1, 0)},
        zorder=7,
    )
    x = (left + last) / 2
    inside = (_at(data, "p10", x) + _at(data, "p25", x)) / 2
    y, side = below - 0.04 * top, "top"
    if y < 0.13 * top:
        # No room for two lines under a low fan: the name stands above it.
        inside = (_at(data, "p75", x) + _at(data, "p90", x)) / 2
        y, side = data.fan[last]["p90"] + 0.05 * top, "bottom"
    axes.annotate(
        context.texts("figures.fan.band_80"),
        (x, inside),
        (last - 0.05, y),
        ha="right",
        va=side,
        fontsize=LABEL,
        color=ACTUAL,
        linespacing=1.3,
        arrowprops={**line, "relpos": (0.5, 1 if side == "top" else 0)},
        zorder=7,
    )


def _at(data: FanData, statistic: str, x: float) -> float:
    return _at_line({y: q[statistic] for y, q in data.fan.items()}, x)


def _at_line(line: Mapping[int, float], x: float) -> float:
    """Read a line between its years."""
    years = sorted(line)
    return float(np.interp(x, years, [line[y] for y in years]))


def draw_ends(context: Context, drawn: Sheet, axes: Axes, data: FanData, top: float) -> float:
    """Label the lines at their ends; a target of the last year stands among them."""
    last = max(data.fan)
    edge = LEFT + PLOT
    at_end = data.target is not None and data.target_year == last
    shift = 3.6 if at_end else 0.4
    base = context.scenario_full(context.tables.edition.headline)
    labels = [
        EndLabel(
            data.fan[last]["p50"],
            forecast(context, data.fan[last]["p50"]),
            (*_wrap(drawn, base), context.texts("figures.fan.middle")),
            BASE,
            edge + shift,
        )
    ]
    look = looks(["baseline", *data.others])
    for name, line in data.others.items():
        said = _wrap(drawn, context.scenario_full(name))
        labels.append(
            EndLabel(line[last], forecast(context, line[last]), said, look[name].colour, edge + 0.4)
        )
    if at_end and data.target is not None:
        lines = [context.texts("figures.fan.target", year=f"{last}"), *gap_lines(context, data)]
        said = tuple(part for line in lines for part in _wrap(drawn, line))
        labels.append(
            EndLabel(
                data.target_value,
                printed(context, data.target_value),
                said,
                TARGET,
                edge + shift,
                BOLD,
            )
        )
    return place_labels(drawn, axes, labels, ENDS, top, drawn.height - 18)


def _wrap(drawn: Sheet, said: str) -> tuple[str, ...]:
    """Break a label so that it ends before the sheet does; its number takes ten mm."""
    return tuple(drawn.wrap(said, LABEL, 500, WIDTH - ENDS - 10.5))


def gap_lines(context: Context, data: FanData) -> list[str]:
    """Say the gap in two short lines."""
    row = data.target or {}
    gap, percent = number(row, "gap"), number(row, "gap_percent")
    if gap is None:
        return []
    key = "short" if gap > 0 else "over"
    amount = context.printer.about(abs(gap), "bn_vnd")
    lines = [context.texts(f"figures.fan.{key}", amount=amount)]
    if percent is not None:
        lines.append(
            context.texts("figures.fan.percent", percent=context.printer.percent(abs(percent)))
        )
    return lines


def draw_target(
    context: Context, drawn: Sheet, axes: Axes, data: FanData, ends: tuple[float, float]
) -> None:
    """Mark the target: at the last year with a bracket, before with words at the upper left."""
    if data.target is None:
        return
    top, lowest = ends
    year, value = data.target_year, data.target_value
    axes.plot(
        [year],
        [value],
        marker="D",
        markersize=6.5,
        markerfacecolor="white",
        markeredgecolor=TARGET,
        markeredgewidth=1.5,
        zorder=8,
        clip_on=False,
        linestyle="none",
    )
    probability = number(data.target, "probability")
    said = ""
    if probability is not None:
        said = context.texts("figures.fan.chance", chance=chance(probability, context.printer))
    last = max(data.fan)
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY, "linewidth": 0.7}
    if year == last:
        scale = (axes.get_xlim()[1] - axes.get_xlim()[0]) / PLOT
        x, middle = last + 2.3 * scale, data.fan[last]["p50"]
        for xs, ys in (
            ([x, x], [middle, value]),
            ([x - 0.7 * scale, x], [middle, middle]),
            ([x - 0.7 * scale, x], [value, value]),
        ):
            axes.plot(xs, ys, color=TARGET, linewidth=1.2, clip_on=False, zorder=8)
        if said:
            drawn.text(ENDS + 1, lowest + 6.0, said, va="center", fontweight=BOLD, bbox=box)
        return
    lines = [
        context.texts("figures.fan.target_value", year=f"{year}", value=printed(context, value)),
        *gap_lines(context, data),
    ]
    left, y = LEFT + 3.0, top + 4.0
    for index, line in enumerate(lines):
        drawn.text(
            left, y + _LINE * index, line, color=TARGET, fontweight=BOLD if index == 0 else 400
        )
    width = max(drawn.text_width(line, LABEL, BOLD) for line in lines)
    corner = ((left + width) / WIDTH, 1 - (y + _LINE * len(lines) / 2) / drawn.height)
    axes.annotate(
        "",
        (year, value),
        corner,
        textcoords="figure fraction",
        zorder=7,
        arrowprops={
            "arrowstyle": "-",
            "color": TARGET,
            "linewidth": 0.7,
            "shrinkA": 3,
            "shrinkB": 4,
        },
    )
    if said:
        drawn.text(
            left + 1.2, y + _LINE * len(lines) + 4.0, said, va="center", fontweight=BOLD, bbox=box
        )
