"""Line-end labels: the number first, a leader from the line, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kichban.report.figures.spread import spread_labels
from kichban.report.figures.style import BOLD, LABEL, MEDIUM, Sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Height of one line of a label, mm.
LINE = 4.1


@dataclass(frozen=True, slots=True)
class EndLabel:
    """What stands at the end of a line: its value on the axis, the number as printed, its name.

    A long name goes on further lines; `start` is where the leader leaves from.
    """

    value: float
    number: str
    lines: tuple[str, ...]
    colour: str
    start: float
    weight: int = MEDIUM


def place_labels(
    sheet: Sheet, axes: Axes, labels: Sequence[EndLabel], left: float, top: float, bottom: float
) -> float:
    """Write the labels between `top` and `bottom`, `left` mm from the edge; return the lowest y.

    Numbers are aligned to the right, names to the left.
    """
    if not labels:
        return top
    wanted = [_y(sheet, axes, label.value) for label in labels]
    heights = [LINE * len(label.lines) + 0.6 for label in labels]
    places = spread_labels(wanted, heights, top + heights[0] / 2, bottom)
    column = max(sheet.text_width(label.number, LABEL, BOLD) for label in labels)
    lowest = top
    for label, wish, place, height in zip(labels, wanted, places, heights, strict=True):
        first = place - height / 2 + LINE / 2 + 0.3
        sheet.text(
            left + column,
            first,
            label.number,
            ha="right",
            va="center",
            fontweight=BOLD,
            color=label.colour,
        )
        for index, line in enumerate(label.lines):
            sheet.text(
                left + column + 1.3,
                first + LINE * index,
                line,
                va="center",
                fontweight=label.weight if index == 0 else 400,
                color=label.colour,
            )
        _leader(
            sheet, label, wish, first, left + column - sheet.text_width(label.number, LABEL, BOLD)
        )
        lowest = max(lowest, place + height / 2)
    return lowest


def _leader(sheet: Sheet, label: EndLabel, wish: float, place: float, end: float) -> None:
    from matplotlib.lines import Line2D

    x = [label.start / sheet.width, (end - 0.6) / sheet.width]
    y = [1 - wish / sheet.height, 1 - place / sheet.height]
    sheet.figure.add_artist(Line2D(x, y, color=label.colour, linewidth=0.6))


def _y(sheet: Sheet, axes: Axes, value: float) -> float:
    """Give where a value of the axis stands, mm from the top."""
    low, high = axes.get_ylim()
    box = axes.get_position()
    share = (value - low) / (high - low)
    return float(sheet.height * (1 - (box.y0 + share * box.height)))
