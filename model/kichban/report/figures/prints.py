"""Every printed figure of a year's output as a mark on the series: where the prints disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kichban.ledger.values import Statement
from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.chart import WIDTH, axis_number, finish
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.spread import spread_labels
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    GREY,
    GRID,
    LABEL,
    TARGET,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.lookup import records, text
from kichban.report.tables_series import output_history

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT, _PLOT = 78.0, 126.0
#: A print this far from the series, as a share of it, is named.
_FAR = 0.03


@dataclass(frozen=True, slots=True)
class PrintsData:
    """Thousand bn VND by year; `questioned` are prints that a contradiction names."""

    series: Mapping[int, float]
    prints: tuple[Statement, ...]
    questioned: frozenset[str]


def prints_data(context: Context) -> PrintsData | None:
    """Give the series of whole years with its prints; ``None`` without a series."""
    series = {
        o.period.year: o.value / 1000 for o in output_history(context) if o.period.kind == "year"
    }
    if len(series) < 2:
        return None
    prints = tuple(
        s
        for s in context.tables.edition.ledger.select("industrial_output", "", "level")
        if s.period is not None
        and s.period.kind == "year"
        and s.period.year in series
        and s.price_basis in ("current", "")
        and not s.is_plan
    )
    # The first statement of a contradiction is the one that it is about.
    named = {
        next(iter(text(row, "statements").split()), "")
        for row in records(context.tables.edition.contradictions)
    }
    return PrintsData(series, prints, frozenset(named & {s.id for s in prints}))


def prints_figure(context: Context) -> Figure | None:
    """Draw the series with its prints; ``None`` without a series."""
    data = prints_data(context)
    if data is None:
        return None
    with house_style():
        drawn = draw_prints(context, data)
    alt = context.texts(
        "figures.prints.alt",
        prints=f"{len(data.prints)}",
        first=f"{min(data.series)}",
        last=f"{max(data.series)}",
        questioned=f"{len(data.questioned)}",
    )
    return finish(context, drawn, "prints", f"{_title(context, data)}. {alt}")


def draw_prints(context: Context, data: PrintsData) -> Sheet:
    """Draw the chart on its sheet."""
    drawn = sheet(WIDTH, _HEIGHT)
    first, last = min(data.series), max(data.series)
    head = drawn.heading(
        _title(context, data),
        context.texts("figures.prints.subtitle", first=f"{first}", last=f"{last}"),
    )
    foot = drawn.source(context.texts("figures.prints.source"))
    top = head + 4.0
    axes = drawn.axes(14, top, _PLOT, _HEIGHT - top - foot - 7)
    ticks = nice_ticks(max([*data.series.values(), *(s.value / 1000 for s in data.prints)]) * 1.05)
    axes.set_xlim(first - 0.35, last + 0.35)
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [axis_number(context, t) for t in ticks])
    axes.set_xticks(range(first, last + 1), [f"{y}" for y in range(first, last + 1)])
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    years = sorted(data.series)
    axes.plot(years, [data.series[y] for y in years], color=BASE, linewidth=1.8, zorder=3)
    for statement in data.prints:
        assert statement.period is not None
        odd = statement.id in data.questioned
        axes.plot(
            [statement.period.year],
            [statement.value / 1000],
            marker="X" if odd else "o",
            markersize=6 if odd else 4.5,
            color=TARGET if odd else ACTUAL,
            linestyle="none",
            markerfacecolor=TARGET if odd else "white",
            markeredgewidth=0.6 if odd else 0.9,
            markeredgecolor="white" if odd else ACTUAL,
            zorder=5 if odd else 4,
        )
    _name_far(context, drawn, axes, data)
    value = context.printer.number(data.series[last], 0)
    drawn.text(
        WIDTH - 19.5,
        top + (1 - data.series[last] / ticks[-1]) * (_HEIGHT - top - foot - 7),
        value,
        va="center",
        fontweight=600,
        color=BASE,
    )
    return drawn


def _name_far(context: Context, drawn: Sheet, axes: Axes, data: PrintsData) -> None:
    """Name the prints well away from the series: below it at the right, above it at the left."""
    for below in (True, False):
        named = [s for s in data.prints if (far := _away(data, s)) and (far < 0) == below]
        said = [_far_words(context, s) for s in named]
        per_mm = (axes.get_xlim()[1] - axes.get_xlim()[0]) / _PLOT
        step = axes.get_ylim()[1] * 0.085
        x = axes.get_xlim()[1] if below else axes.get_xlim()[0] + 0.1
        wanted = []
        for words in said:
            # Series rise: the line is lowest at the left end of a text, highest at its right.
            width = drawn.text_width(words, LABEL) * per_mm
            line = _series_at(data, x - width if below else x + width)
            wanted.append(line - step if below else line + step)
        limit = min(wanted, default=0.0) if below else axes.get_ylim()[1]
        places = spread_labels(wanted, step, step / 2, max(limit, step / 2))
        for statement, words, place in zip(named, said, places, strict=True):
            colour = TARGET if statement.id in data.questioned else GREY
            year = statement.period.year if statement.period else 0
            axes.annotate(
                words,
                (year, statement.value / 1000),
                (x, place),
                ha="right" if below else "left",
                va="center",
                fontsize=LABEL,
                color=colour,
                zorder=6,
                arrowprops={
                    "arrowstyle": "-",
                    "color": colour,
                    "linewidth": 0.6,
                    "shrinkA": 1,
                    "shrinkB": 3,
                    "relpos": (0.8, 1) if below else (0.5, 0),
                },
            )


def _away(data: PrintsData, statement: Statement) -> float:
    """Give how far a print is from the series, as a share of it; 0 for one that is near."""
    year = statement.period.year if statement.period else 0
    share = statement.value / 1000 / data.series[year] - 1
    return share if abs(share) >= _FAR else 0.0


def _far_words(context: Context, statement: Statement) -> str:
    return context.texts(
        "figures.prints.far",
        value=context.printer.number(statement.value / 1000, 0),
        year=f"{statement.period.year if statement.period else ''}",
        source=context.citations.print_of(statement),
    )


def _series_at(data: PrintsData, x: float) -> float:
    years = sorted(data.series)
    return float(np.interp(x, years, [data.series[y] for y in years]))


def _title(context: Context, data: PrintsData) -> str:
    key = "title" if data.questioned else "title_agree"
    return context.texts(
        f"figures.prints.{key}",
        prints=f"{len(data.prints)}",
        years=f"{len(data.series)}",
        questioned=f"{len(data.questioned)}",
    )
