"""What every chart is: an SVG, words for those who don't see it, a caption."""

from __future__ import annotations

from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.style import Sheet

WIDTH = 160.0


def finish(context: Context, drawn: Sheet, key: str, alt: str) -> Figure:
    """Turn a finished sheet into a figure of the report."""
    caption = context.texts(f"figures.{key}.caption", place=context.place)
    return Figure(svg=drawn.svg(), alt=alt, caption=caption, width_mm=drawn.width)


def axis_number(context: Context, value: float) -> str:
    """Print a tick: no decimals unless it has some."""
    decimals = 0 if float(value).is_integer() else 1
    return context.printer.number(value, decimals)
