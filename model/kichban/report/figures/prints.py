"""Every printed figure of a year's output as a mark on the series: where the prints disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kichban.ledger.values import Statement
from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.chart import WIDTH, finish
from kichban.report.figures.printed import Printed, place, printed
from kichban.report.figures.printed_marks import MarkLook, draw_printed, frame
from kichban.report.figures.spread import spread_labels
from kichban.report.figures.style import BASE, GREY, LABEL, TARGET, Sheet, house_style, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OUTPUT = ("industrial_output", "", "level")
_HEIGHT, _PLOT = 78.0, 126.0
_LOOK = MarkLook(line=1.8, circle=4.5, cross=6.0)
#: A print this far from the series, as a share of it, is named.
_FAR = 0.03


def prints_data(context: Context) -> Printed | None:
    """Give the series of whole years with its prints; ``None`` without a series."""
    return printed(context, OUTPUT)


def prints_figure(context: Context) -> Figure | None:
    """Draw the series with its prints; ``None`` without a series."""
    data = prints_data(context)
    if data is None:
        return None
    with house_style():
        drawn = draw_prints(context, data)
    return finish(context, drawn, "prints", f"{_title(context, data)}. {prints_alt(context, data)}")


def prints_alt(context: Context, data: Printed) -> str:
    """Say in words what the line and its marks are."""
    first, last = data.series[0], data.last
    return context.texts(
        "figures.prints.alt",
        prints=f"{len(data.prints)}",
        first=context.printer.period(first.period.text),
        last=context.printer.period(last.period.text),
        low=context.printer.about(first.value, first.unit),
        high=context.printer.about(last.value, last.unit),
        questioned=f"{len(data.questioned)}",
    )


def draw_prints(context: Context, data: Printed) -> Sheet:
    """Draw the chart on its sheet."""
    drawn = sheet(WIDTH, _HEIGHT)
    first, last = data.years
    head = drawn.heading(
        _title(context, data),
        context.texts("figures.prints.subtitle", first=f"{first}", last=f"{last}"),
    )
    foot = drawn.source(context.texts("figures.prints.source"))
    top, height = head + 4.0, _HEIGHT - head - foot - 11.0
    axes = drawn.axes(14, top, _PLOT, height)
    frame(context, axes, data, 6, range(first, last + 1))
    draw_printed(axes, data, _LOOK)
    _name_far(context, drawn, axes, data)
    newest = data.drawn(data.last.value)
    drawn.text(
        WIDTH - 19.5,
        top + (1 - newest / axes.get_ylim()[1]) * height,
        context.printer.number(newest, 0),
        va="center",
        fontweight=600,
        color=BASE,
    )
    return drawn


def _name_far(context: Context, drawn: Sheet, axes: Axes, data: Printed) -> None:
    """Name the prints well away from the series: below it at the right, above it at the left."""
    for below in (True, False):
        named = [s for s in data.prints if (far := _away(data, s)) and (far < 0) == below]
        said = [_far_words(context, data, s) for s in named]
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
        for statement, words, height in zip(named, said, places, strict=True):
            colour = TARGET if statement.id in data.questioned else GREY
            assert statement.period is not None
            axes.annotate(
                words,
                (place(statement.period), data.drawn(statement.value)),
                (x, height),
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


def _away(data: Printed, statement: Statement) -> float:
    """Give how far a print is from the series, as a share of it; 0 for one that is near."""
    value = next(o.value for o in data.series if o.period == statement.period)
    share = statement.value / value - 1
    return share if abs(share) >= _FAR else 0.0


def _far_words(context: Context, data: Printed, statement: Statement) -> str:
    return context.texts(
        "figures.prints.far",
        value=context.printer.number(data.drawn(statement.value), 0),
        year=f"{statement.period.year if statement.period else ''}",
        source=context.citations.print_of(statement),
    )


def _series_at(data: Printed, x: float) -> float:
    places = [place(o.period) for o in data.series]
    return float(np.interp(x, places, [data.drawn(o.value) for o in data.series]))


def _title(context: Context, data: Printed) -> str:
    key = "title" if data.questioned else "title_agree"
    return context.texts(
        f"figures.prints.{key}",
        prints=f"{len(data.prints)}",
        years=f"{len(data.series)}",
        questioned=f"{len(data.questioned)}",
    )
