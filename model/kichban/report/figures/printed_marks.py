"""A series with its prints on axes: band, line, one mark a print; the same in every size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kichban.report.context import Context
from kichban.report.figures.chart import axis_number
from kichban.report.figures.printed import Printed, place
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import ACTUAL, BAND_80, BASE, GRID, TARGET
from kichban.report.lookup import Observed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A print or an end of the band further out than this many times the series does not set the scale.
_FARTHEST = 1.6
_DASHES = (0, (2.6, 1.4))


@dataclass(frozen=True, slots=True)
class MarkLook:
    """Width of the line, sizes of a circle and of a cross, in points."""

    line: float
    circle: float
    cross: float


def frame(context: Context, axes: Axes, printed: Printed, most: int, years: Sequence[int]) -> None:
    """Set limits, ticks and grid; levels start at 0."""
    ticks = ticks_of(context, printed, most)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(min(ticks), max(ticks))
    places = [place(o.period) for o in printed.series]
    axes.set_xlim(min(places) - 0.35, max(places) + 0.35)
    axes.set_xticks(years, [f"{y}" for y in years])
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    if min(ticks) < 0:
        axes.axhline(0, color=ACTUAL, linewidth=0.6)


def ticks_of(context: Context, printed: Printed, most: int) -> dict[float, str]:
    """Give ticks and what stands beside them, the lowest first."""
    ticks = nice_ticks(_top(printed) * 1.05, most, _low(printed) * 1.05)
    return {t: axis_number(context, t) for t in ticks}


def draw_printed(axes: Axes, printed: Printed, look: MarkLook) -> None:
    """Draw the 80 % interval as a band, the series as a line, every print as a mark."""
    runs = printed.runs()
    for run in runs:
        _draw_band(axes, printed, run)
        for before, after in pairwise(run):
            assumed = printed.is_assumed(before) or printed.is_assumed(after)
            _draw_line(axes, printed, (before, after), look.line, assumed=assumed)
    for left, right in pairwise(runs):
        _draw_line(axes, printed, (left[-1], right[0]), look.line, assumed=True)
    for statement in printed.prints:
        assert statement.period is not None
        odd = statement.id in printed.questioned
        value, marker = printed.drawn(statement.value), "X" if odd else "o"
        bottom, top = axes.get_ylim()
        if not bottom <= value <= top:
            # Off the scale: an arrow at the edge says where it went.
            value, marker = (top, "^") if value > top else (bottom, "v")
        axes.plot(
            [place(statement.period)],
            [value],
            marker=marker,
            markersize=look.cross if odd else look.circle,
            linestyle="none",
            markerfacecolor=TARGET if odd else "white",
            markeredgewidth=0.6 if odd else 0.9,
            markeredgecolor="white" if odd else ACTUAL,
            clip_on=False,
            zorder=5 if odd else 4,
            gid=statement.id,
        )


def _draw_band(axes: Axes, printed: Printed, run: Sequence[Observed]) -> None:
    low = [printed.drawn(o.value if o.lower is None else o.lower) for o in run]
    high = [printed.drawn(o.value if o.upper is None else o.upper) for o in run]
    if any(a < b for a, b in zip(low, high, strict=True)):
        x = [place(o.period) for o in run]
        axes.fill_between(x, low, high, color=BAND_80, linewidth=0, zorder=1)


def _draw_line(
    axes: Axes, printed: Printed, ends: Sequence[Observed], width: float, *, assumed: bool
) -> None:
    axes.plot(
        [place(o.period) for o in ends],
        [printed.drawn(o.value) for o in ends],
        color=BASE,
        linewidth=width * (0.8 if assumed else 1.0),
        linestyle=_DASHES if assumed else "-",
        solid_capstyle="round",
        zorder=3,
    )


def _top(printed: Printed) -> float:
    values = [o.value for o in printed.series]
    limit = _FARTHEST * max([0.0, *values])
    wide = [o.upper for o in printed.series if o.upper is not None]
    said = [*values, *wide, *(s.value for s in printed.prints)]
    return printed.drawn(max(min(v, limit) for v in said))


def _low(printed: Printed) -> float:
    values = [o.value for o in printed.series]
    limit = _FARTHEST * min([0.0, *values])
    wide = [o.lower for o in printed.series if o.lower is not None]
    said = [0.0, *values, *wide, *(s.value for s in printed.prints)]
    return printed.drawn(min(max(v, limit) for v in said))
