"""The gap overview: the middle forecast as a share of each target, with its 8-in-10 range."""

from __future__ import annotations

from dataclasses import dataclass

from kichban.report.context import Context
from kichban.report.document import Figure
from kichban.report.figures.chart import WIDTH, finish
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    BOLD,
    GREY,
    GRID,
    LABEL,
    PALE,
    TARGET,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.lookup import Row, end_year, number, text
from kichban.texts import lower_first

_NAMES, _RIGHT, _ROW = 58.0, 21.0, 7.0
#: Shares beyond this are cut, with the number still printed.
_MOST = 160.0


@dataclass(frozen=True, slots=True)
class GapBar:
    """One target: the share of it that is expected, in per cent, with the range."""

    name: str
    middle: float
    low: float
    high: float


def gap_bars(context: Context) -> tuple[GapBar, ...]:
    """Give the targets of the first page that are amounts; a rate is no share of a rate."""
    bars = []
    for row in context.targets.first:
        target = number(row, "target_value")
        shares = [number(row, s) for s in ("p50", "p10", "p90")]
        if not target or target <= 0 or text(row, "unit").startswith("percent"):
            continue
        middle, low, high = (100 * s / target if s is not None else None for s in shares)
        if middle is None:
            continue
        bars.append(
            GapBar(
                _name(context, row),
                middle,
                low if low is not None else middle,
                high if high is not None else middle,
            )
        )
    return tuple(bars)


def _name(context: Context, row: Row) -> str:
    name = context.labels.short(text(row, "indicator"))
    basis = text(row, "price_basis")
    if basis == "constant_2010":
        name = f"{name} {context.texts('figures.gaps.constant')}"
    return f"{name}, {end_year(row)}"


def gaps_figure(context: Context) -> Figure | None:
    """Draw the overview; ``None`` without comparable amounts."""
    bars = gap_bars(context)
    if not bars:
        return None
    with house_style():
        drawn = draw_gaps(context, bars)
    parts = [
        context.texts(
            "figures.gaps.alt_bar", name=bar.name, middle=context.printer.percent(bar.middle, 0)
        )
        for bar in bars
    ]
    return finish(context, drawn, "gaps", f"{_title(context, bars)}. {'; '.join(parts)}.")


def draw_gaps(context: Context, bars: tuple[GapBar, ...]) -> Sheet:
    """Draw the chart on its sheet, one row a target."""
    title, source = _title(context, bars), context.texts("figures.gaps.source")
    subtitle = context.texts("figures.gaps.subtitle", scenario=context.headline)
    # Titles take one line or two: the sheet is as high as its words and rows.
    probe = sheet(WIDTH, 50.0)
    words = probe.heading(title, subtitle) + probe.source(source)
    drawn = sheet(WIDTH, words + _ROW * len(bars) + 15.0)
    head = drawn.heading(title, subtitle)
    drawn.source(source)
    top = head + 7.0
    width = WIDTH - _NAMES - _RIGHT
    axes = drawn.axes(_NAMES, top, width, _ROW * len(bars))
    most = min(_MOST, max(110.0, *(bar.high for bar in bars), *(bar.middle for bar in bars)) + 4)
    axes.set_xlim(0, most)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    ticks = [t for t in (0, 25, 50, 75, 100, 125, 150) if t <= most]
    axes.set_xticks(ticks, [f"{t}%" for t in ticks])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    for index, bar in enumerate(bars):
        reached = bar.middle >= 100
        axes.barh(
            index,
            min(bar.middle, most),
            height=0.5,
            color=BASE if reached else PALE,
            hatch="" if reached else "////",
            edgecolor=BASE,
            linewidth=0.6,
            zorder=2,
        )
        if bar.middle > most:
            # A cut bar says so: two strokes through its end.
            for x in (0.945, 0.965):
                axes.plot(
                    [most * x, most * (x + 0.012)],
                    [index + 0.32, index - 0.32],
                    color="white",
                    linewidth=1.6,
                    zorder=5,
                )
        low, high = min(bar.low, most), min(bar.high, most)
        axes.plot([low, high], [index, index], color="white", linewidth=2.6, zorder=3, alpha=0.75)
        axes.plot([low, high], [index, index], color=ACTUAL, linewidth=1.0, zorder=4)
        for end in (low, high):
            axes.plot(
                [end, end], [index - 0.14, index + 0.14], color=ACTUAL, linewidth=1.0, zorder=4
            )
        y = top + _ROW * (index + 0.5)
        drawn.text(_NAMES - 2, y, bar.name, ha="right", va="center")
        drawn.text(
            WIDTH - _RIGHT + 15,
            y,
            context.printer.number(bar.middle - 100, 1, signed=True),
            ha="right",
            va="center",
            fontweight=BOLD,
            color=ACTUAL if reached else TARGET,
        )
    axes.axvline(100, color=TARGET, linewidth=1.4, zorder=5)
    x = _NAMES + width * 100 / most
    drawn.text(
        x + 1,
        top - 1.2,
        context.texts("figures.gaps.target"),
        ha="right",
        va="bottom",
        color=TARGET,
        fontweight=BOLD,
    )
    drawn.text(
        WIDTH - _RIGHT + 15,
        top - 1.2,
        context.texts("figures.gaps.points"),
        ha="right",
        va="bottom",
        color=GREY,
        fontsize=LABEL,
    )
    return drawn


def _title(context: Context, bars: tuple[GapBar, ...]) -> str:
    reached = sum(bar.middle >= 100 for bar in bars)
    worst = min(bars, key=lambda bar: bar.middle)
    values = {"reached": f"{reached}", "total": f"{len(bars)}"}
    if worst.middle >= 100:
        return context.texts("figures.gaps.title_all", **values)
    return context.texts(
        "figures.gaps.title",
        name=lower_first(worst.name),
        share=context.printer.percent(worst.middle, 0),
        **values,
    )
