"""The track record drawn: error over that of simple rules, and how often intervals held."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kichban.report.document import Figure
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    BOLD,
    GREY,
    GRID,
    HIGH,
    LOW,
    SMALL,
    LineLook,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.printing import Printer
from kichban.texts import Lang
from kichban.track import Group, Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 160.0, 92.0
RULE_LOOKS = {
    "last_growth": LineLook(HIGH, (0, (5, 2)), "^"),
    "naive": LineLook(LOW, (0, (1, 1.4)), "v"),
    "plan": LineLook("#5B4A8A", (0, (7, 2, 1, 2)), "s"),
}
HELD_LOOKS = {80: LineLook(BASE, "-", "o"), 95: LineLook("#4D4D4D", (0, (3, 1, 1, 1, 1, 1)), "D")}
#: a ratio above this is drawn at it
HIGHEST = 2.0


def track_figure(
    found: Mapping[Group, Sequence[Score]], groups: Sequence[Group], lang: Lang
) -> Figure:
    """Draw the errors of every source, and the coverage of the model, over groups of cases."""
    printer = Printer(lang)
    words = printer.texts
    with house_style():
        drawn = sheet(WIDTH, HEIGHT)
        head = drawn.heading(words("track.figure.title"), words("track.figure.subtitle"))
        foot = drawn.source(words("track.figure.source"))
        top, height = head + 9.0, HEIGHT - head - foot - 22.0
        names = [group_name(g, lang, short=True) for g in groups]
        for left, key in ((9.0, "error"), (91.0, "held")):
            drawn.text(left - 7, head + 2.5, words(f"track.figure.{key}"), fontweight=BOLD)
        errors = drawn.axes(9.0, top, 68.0, height)
        _draw_ratios(errors, found, groups, printer)
        held = drawn.axes(91.0, top, 66.0, height)
        _draw_held(held, found, groups, printer)
        for axes in (errors, held):
            axes.set_xlim(-0.4, len(groups) - 0.6)
            axes.set_xticks(range(len(groups)), names, fontsize=SMALL)
        _legend(drawn, HEIGHT - foot - 4.5, lang)
    alt = "; ".join(
        f"{group_name(g, lang)}: {printer.number(found[g][0].coverage80)}%" for g in groups
    )  # fmt: skip
    title = words("track.figure.title")
    return Figure(drawn.svg(), f"{title}. {alt}.", words("track.figure.caption"), WIDTH)


def group_name(group: Group, lang: Lang, *, short: bool = False) -> str:
    """Name a group: months known of the year, the next year, or quarters ahead."""
    words = Printer(lang).texts
    key = f"track.group.{'short_' if short else ''}{group.kind}"
    span = f"{group.first}" if group.first == group.last else f"{group.first}–{group.last}"
    return words(key, span=span) if group.kind != "next_year" else words(key)


def _draw_ratios(
    axes: Axes, found: Mapping[Group, Sequence[Score]], groups: Sequence[Group], printer: Printer
) -> None:
    """Draw the model's error over each rule's, on the cases that both have."""
    axes.axhline(1.0, color=ACTUAL, linewidth=0.9)
    for source, look in RULE_LOOKS.items():
        points = [
            (i, min(s.ratio, HIGHEST))
            for i, g in enumerate(groups) for s in found[g]
            if s.source == source and math.isfinite(s.ratio)
        ]  # fmt: skip
        if points:
            axes.plot(
                *zip(*points, strict=True), color=look.colour, linestyle=look.dashes,
                marker=look.marker, markersize=4.5, linewidth=1.4, zorder=3,
            )  # fmt: skip
    axes.set_ylim(0, HIGHEST * 1.05)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    ticks = (0.0, 0.5, 1.0, 1.5, 2.0)
    axes.set_yticks(ticks, [printer.number(t, 1) for t in ticks])


def _draw_held(
    axes: Axes, found: Mapping[Group, Sequence[Score]], groups: Sequence[Group], printer: Printer
) -> None:
    for percent, look in HELD_LOOKS.items():
        axes.axhline(percent, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        values = [getattr(found[g][0], f"coverage{percent}") for g in groups]
        axes.plot(
            range(len(groups)), values, color=look.colour, linestyle=look.dashes,
            marker=look.marker, markersize=4.5, linewidth=1.2, zorder=3,
        )  # fmt: skip
    for i, group in enumerate(groups):
        axes.text(i, 2, f"n={found[group][0].cases}", ha="center", fontsize=SMALL, color=GREY)
    axes.set_ylim(0, 105)
    ticks = (0, 20, 40, 60, 80, 95)
    axes.set_yticks(ticks, [printer.number(t) for t in ticks])
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _legend(drawn: Sheet, y: float, lang: Lang) -> None:
    words = Printer(lang).texts
    rules = [(look, words(f"track.rule.{name}")) for name, look in RULE_LOOKS.items()]
    held = [(look, words(f"track.figure.held{p}")) for p, look in HELD_LOOKS.items()]
    _entries(drawn, 2.0, y, rules)
    _entries(drawn, 91.0, y, held)


def _entries(drawn: Sheet, x: float, y: float, entries: Sequence[tuple[LineLook, str]]) -> None:
    """Draw line, mark and name of each, one beside the other."""
    for look, name in entries:
        axes = drawn.axes(x, y - 1.5, 7.0, 3.0)
        axes.axis("off")
        axes.plot([0, 1], [0, 0], color=look.colour, linestyle=look.dashes, linewidth=1.4)
        axes.plot([0.5], [0], color=look.colour, marker=look.marker, markersize=4.5)
        drawn.text(x + 8.0, y, name, fontsize=SMALL, va="center", color=ACTUAL)
        x += 11.0 + drawn.text_width(name, SMALL)
