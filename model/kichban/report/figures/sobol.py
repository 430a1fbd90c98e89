"""Sobol' indices drawn: what each group explains alone, and with its interactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kichban.catalogue import Label
from kichban.compare.naming import outcome_short, parameter_name
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity import Indices
from kichban.compare.sensitivity.overview import by_total
from kichban.report.figures.chart import WIDTH
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    BOLD,
    GREY,
    GRID,
    LABEL,
    PALE,
    SMALL,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.printing import Printer
from kichban.texts import Lang, lower_first

#: a smaller share is not drawn
LEAST = 0.001
#: places of the two columns of figures, from the right
_ALONE, _TOTAL = 32.0, 2.0
_NAMES, _NUMBERS, _ROW = 60.0, 48.0, 7.6


@dataclass(frozen=True)
class Shares:
    """What is drawn: the indices of one outcome, `column` of the arrays."""

    found: Indices
    groups: Sequence[str]
    outcome: Outcome
    column: int
    scenario: Label
    draws: int
    lang: Lang

    def words(self, key: str, **values: str) -> str:
        """Give a text of the figure."""
        return Printer(self.lang).texts(f"sensitivity.figure.{key}", **values)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Print a share; below nought is an error of estimation."""
        return Printer(self.lang).number(100 * share, decimals)


def draw_sobol(shares: Shares) -> Sheet:
    """Draw one outcome, as high as its groups need."""
    order = _shown(shares)
    with house_style():
        title = _title(shares, order)
        subtitle = shares.words("sobol_subtitle", scenario=shares.scenario[shares.lang])
        source = _source(shares)
        probe = sheet(WIDTH, 50.0)
        words = probe.heading(title, subtitle) + probe.source(source)
        drawn = sheet(WIDTH, words + 16.0 + _ROW * len(order))
        top = drawn.heading(title, subtitle) + 7.0
        drawn.source(source)
        width = WIDTH - _NAMES - _NUMBERS
        axes = drawn.axes(_NAMES, top, width, _ROW * len(order))
        ends = [100 * float(shares.found.total_ends[1, g, shares.column]) for g in order]
        ticks = nice_ticks(min(max(ends), 100.0), most=6)
        axes.set_xlim(0, max(ticks[-1], max(ends)))
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.set_yticks([])
        axes.set_xticks(ticks, [Printer(shares.lang).number(t) + "%" for t in ticks])
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.spines["bottom"].set_visible(False)
        for x, key in ((_ALONE, "alone"), (_TOTAL, "with_interactions")):
            drawn.text(WIDTH - x, top - 1.5, shares.words(key), ha="right", va="bottom",
                       fontsize=SMALL, color=GREY)  # fmt: skip
        for row, g in enumerate(order):
            _draw_row(drawn, axes, shares, row, g, top + _ROW * (row + 0.5))
    return drawn


def _shown(shares: Shares) -> list[int]:
    """Give the groups that are drawn, in order: those of which something is printed."""
    c = shares.column
    every = by_total(shares.found, shares.groups, c)
    return [g for g in every if max(shares.found.first[g, c], shares.found.total[g, c]) >= LEAST]


def _draw_row(drawn: Sheet, axes: object, shares: Shares, row: int, g: int, y: float) -> None:
    """Draw a group's bars, intervals, name and figures."""
    c = shares.column
    first, total = (100 * float(v[g, c]) for v in (shares.found.first, shares.found.total))
    bar = {"edgecolor": BASE, "linewidth": 0.6, "height": 0.56}
    axes.barh(row, max(total, first, 0), color=PALE, hatch="////", zorder=2, **bar)  # type: ignore[attr-defined]
    axes.barh(row, max(first, 0), color=BASE, zorder=3, **bar)  # type: ignore[attr-defined]
    for place, own in ((row - 0.1, shares.found.first_ends), (row + 0.1, shares.found.total_ends)):
        low, high = (max(100 * float(v), 0.0) for v in own[:, g, c])
        if high - low < 1.0:
            continue
        for colour, thick, layer in (("white", 2.4, 4), (ACTUAL, 0.9, 5)):
            axes.plot([low, high], [place] * 2, color=colour, linewidth=thick, zorder=layer)  # type: ignore[attr-defined]
    name = parameter_name(shares.groups[g], shares.lang)
    lines = drawn.wrap(name, LABEL, 400, _NAMES - 4)[:2]
    for i, line in enumerate(lines):
        drawn.text(_NAMES - 2, y + 3.3 * (i - (len(lines) - 1) / 2), line, ha="right", va="center",
                   color=ACTUAL if "." in shares.groups[g] else GREY)  # fmt: skip
    figures = ((_ALONE, first, 400), (_TOTAL, total, BOLD))
    for x, value, weight in figures:
        said = shares.percent(value / 100, 1) + "%"
        drawn.text(WIDTH - x, y, said, ha="right", va="center", fontweight=weight)


def _title(shares: Shares, order: Sequence[int]) -> str:
    most = max(order, key=lambda g: shares.found.first[g, shares.column])
    name = lower_first(parameter_name(shares.groups[most], shares.lang).split(":")[0])
    share = shares.percent(min(float(shares.found.first[most, shares.column]), 1.0)) + "%"
    return shares.words(
        "sobol_title", what=outcome_short(shares.outcome, shares.lang), name=name, share=share
    )


def _source(shares: Shares) -> str:
    low, high = (float(v) for v in shares.found.together_ends[:, shares.column])
    said = shares.words(
        "sobol_source", draws=Printer(shares.lang).number(shares.draws),
        share=shares.percent(float(shares.found.together[shares.column])),
        low=shares.percent(low), high=shares.percent(high),
    )  # fmt: skip
    left_out = len(shares.groups) - len(_shown(shares))
    return f"{said} {shares.words('small', count=str(left_out))}" if left_out else said
