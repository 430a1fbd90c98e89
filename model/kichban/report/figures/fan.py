"""The fan chart: what was, what may come in natural frequencies, and how far the target is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.chart import WIDTH, axis_number, finish
from kichban.report.figures.fan_data import FanData, fan_data
from kichban.report.figures.fan_marks import (
    LEFT,
    PLOT,
    draw_ends,
    draw_target,
    printed,
    say_bands,
)
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BAND_50,
    BAND_80,
    BASE,
    BOLD,
    GREY,
    GRID,
    LABEL,
    SHADE,
    Sheet,
    house_style,
    looks,
    sheet,
)
from kichban.report.lookup import number, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 100.0


def fan_figure(context: Context, price_basis: str) -> Figure | None:
    """Draw industrial output; ``None`` where it is not projected on this price basis."""
    data = fan_data(context, price_basis)
    if data is None:
        return None
    with house_style():
        drawn = draw_fan(context, data)
    return finish(context, drawn, f"fan_{price_basis}", _alt(context, data))


def draw_fan(context: Context, data: FanData) -> Sheet:
    """Draw the chart on its sheet."""
    words = context.texts
    drawn = sheet(WIDTH, _HEIGHT)
    head = drawn.heading(_title(context, data), _subtitle(context, data))
    foot = drawn.source(_source(context, data))
    top = head + 5.5
    axes = drawn.axes(LEFT, top, PLOT, _HEIGHT - top - foot - 7.0)
    first, last = data.years
    start = _start(data)
    ticks = nice_ticks(data.top * 1.04)
    axes.set_xlim(first - 0.3, last + 0.02)
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [axis_number(context, t) for t in ticks])
    axes.set_xticks(*_year_ticks(first, last))
    for label in axes.get_xticklabels():
        label.set_color(ACTUAL)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.axvspan(start, last, color=SHADE, zorder=0)
    if data.history:
        axes.axvline(start, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    sides = (("actual", "right", -0.12), ("forecast", "left", 0.12))
    for said, side, shift in sides if data.history else sides[1:]:
        axes.text(
            start + shift,
            ticks[-1],
            words(f"figures.axis.{said}"),
            ha=side,
            va="bottom",
            fontsize=LABEL,
            color=GREY,
        )
    _draw_fan(axes, data)
    _draw_history(context, axes, data)
    say_bands(context, axes, data)
    lowest = draw_ends(context, drawn, axes, data, top)
    draw_target(context, drawn, axes, data, (top, lowest))
    return drawn


def _start(data: FanData) -> int:
    """Year from which on the fan opens: the last one known, or the first projected."""
    return max(data.history) if data.history else min(data.fan)


def _year_ticks(first: int, last: int) -> tuple[list[int], list[str]]:
    every = 1 if last - first <= 8 else 5
    years = list(range(first, last + 1))
    shown = {y for y in years if y % every == 0} | {last}
    if every == 5 and all(abs(first - y) > 1 for y in shown):
        shown.add(first)
    return years, [f"{y}" if y in shown else "" for y in years]


def _joined(data: FanData, statistic: str) -> tuple[list[int], list[float]]:
    """Give a line of the fan, joined to the last year known."""
    years, values = sorted(data.fan), [data.fan[y][statistic] for y in sorted(data.fan)]
    if data.history and max(data.history) < years[0]:
        return [max(data.history), *years], [data.history[max(data.history)], *values]
    return years, values


def _draw_fan(axes: Axes, data: FanData) -> None:
    for low, high, colour in (("p10", "p90", BAND_80), ("p25", "p75", BAND_50)):
        years, below = _joined(data, low)
        _, above = _joined(data, high)
        axes.fill_between(years, below, above, color=colour, linewidth=0, zorder=1)
        if low == "p10":
            for edge in (below, above):
                axes.plot(years, edge, color="#7F9DBF", linewidth=0.5, zorder=1.5)
    names = ["baseline", *data.others]
    for name, line in data.others.items():
        look = looks(names)[name]
        years = sorted(y for y in line if y in data.fan)
        values = [line[y] for y in years]
        if data.history and max(data.history) < years[0]:
            years = [max(data.history), *years]
            values = [data.history[max(data.history)], *values]
        axes.plot(years, values, color=look.colour, linestyle=look.dashes, linewidth=1.5, zorder=3)
    years, middle = _joined(data, "p50")
    axes.plot(years, middle, color=BASE, linewidth=2.0, zorder=4, solid_capstyle="butt")


def _draw_history(context: Context, axes: Axes, data: FanData) -> None:
    if not data.history:
        return
    years = sorted(data.history)
    values = [data.history[y] for y in years]
    axes.plot(years, values, color=ACTUAL, linewidth=1.8, marker="o", markersize=3.2, zorder=5)
    room = axes.get_ylim()[1] * 0.03
    ends = {years[0]: ("left", GREY, 400), years[-1]: ("right", ACTUAL, BOLD)}
    for year, (side, colour, weight) in ends.items():
        if year == years[-1] and len(years) == 1:
            side = "right"
        shift = -0.1 if side == "left" else -0.25
        axes.text(
            year + shift,
            data.history[year] + room,
            f"{year}: {printed(context, data.history[year])}",
            ha=side,
            va="bottom",
            fontsize=LABEL,
            color=colour,
            fontweight=weight,
            zorder=6,
        )


def _title(context: Context, data: FanData) -> str:
    row = data.target
    scenario = context.headline
    last = max(data.fan)
    if row is None or (gap := number(row, "gap")) is None:
        amount = context.printer.about(1000 * data.fan[last]["p50"], "bn_vnd")
        return context.texts("figures.fan.title", scenario=scenario, year=f"{last}", amount=amount)
    key = "title_short" if gap > 0 else "title_over"
    amount = context.printer.about(abs(gap), "bn_vnd")
    return context.texts(
        f"figures.fan.{key}", scenario=scenario, year=text(row, "period"), amount=amount
    )


def _subtitle(context: Context, data: FanData) -> str:
    first, last = data.years
    return context.texts(
        f"figures.fan.subtitle_{data.price_basis}",
        place=context.place,
        first=f"{first}",
        last=f"{last}",
    )


def _source(context: Context, data: FanData) -> str:
    sources = context.citations.of(data.statements[-3:]) if data.statements else ""
    draws = context.tables.edition.manifest.get("draws")
    return context.texts(
        "figures.fan.source",
        sources=sources or context.texts("figures.source.none"),
        draws=context.printer.number(float(draws))
        if draws
        else context.texts("figures.source.many"),
    )


def _alt(context: Context, data: FanData) -> str:
    """Describe the chart for those who don't see it: history, middle, band, target."""
    last = max(data.fan)
    end = data.fan[last]
    about = context.printer.about
    history = ""
    if data.history:
        first, newest = min(data.history), max(data.history)
        history = context.texts(
            "figures.fan.alt_history",
            first=f"{first}",
            low=about(1000 * data.history[first], "bn_vnd"),
            last=f"{newest}",
            high=about(1000 * data.history[newest], "bn_vnd"),
        )
    said = context.texts(
        "figures.fan.alt",
        history=history,
        year=f"{last}",
        middle=about(1000 * end["p50"], "bn_vnd"),
        low=about(1000 * end["p10"], "bn_vnd"),
        high=about(1000 * end["p90"], "bn_vnd"),
    )
    return f"{_title(context, data)}. {said}"
