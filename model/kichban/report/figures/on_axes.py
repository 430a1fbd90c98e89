"""Charts drawn on axes that are handed in: the report's colours, ordinary titles and legends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kichban.catalogue import load_catalogue
from kichban.projection import Variable
from kichban.report.context import Context
from kichban.report.figures.chart import axis_number
from kichban.report.figures.land import LINES, LandPanel, draw_land_lines
from kichban.report.figures.style import (
    ACTUAL,
    BAND_50,
    BAND_80,
    BASE,
    BOLD,
    FAMILY,
    GREY,
    GRID,
    LABEL,
    SMALL,
    TARGET,
    TITLE,
    looks,
    own_style,
)
from kichban.report.lookup import Quantiles, number, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAN = ("p10", "p25", "p50", "p75", "p90")
#: breakdowns under which what exists of a total is printed
SEEN = ("", "stage:established", "stage:approved")


@dataclass(frozen=True, slots=True)
class AxesFan:
    """What is drawn of one variable in one scenario, in the unit of the tables."""

    variable: Variable
    scenario: str
    history: Mapping[float, float]
    fan: Mapping[int, Quantiles]
    targets: Mapping[int, float]


def fan_on_axes(context: Context, variable: Variable, scenario: str) -> AxesFan:
    """Gather history, quantiles by year and the targets in force of a variable."""
    v = variable
    fan = context.tables.projected_years(
        v.indicator, v.breakdown, v.measure, v.price_basis, scenario
    )
    fan = {year: q for year, q in fan.items() if set(FAN) <= set(q)}
    first = min(fan, default=0)
    return AxesFan(v, scenario, _history(context, v, first), fan, _targets(context, v, fan))


def _history(context: Context, v: Variable, first: int) -> Mapping[float, float]:
    """Give whole years before the fan; of stocks every day, by its part of the year."""
    stock = load_catalogue().indicators[v.indicator].kind == "stock"
    for breakdown in SEEN if not v.breakdown else (v.breakdown,):
        seen = [
            o
            for o in context.tables.observed(v.indicator, breakdown, v.measure, v.price_basis)
            if context.tables.has_ended(o)
        ]
        if stock:
            # a year's mark is its end, which is where stocks stand
            found = {o.period.stop / 12 - 1: o.value for o in seen if o.period.months <= 12}
        else:
            found = {
                float(o.period.year): o.value
                for o in seen
                if o.period.kind == "year" and o.period.year < first
            }
        if found:
            return dict(sorted(found.items()))
    return {}


def _targets(context: Context, v: Variable, fan: Mapping[int, Quantiles]) -> Mapping[int, float]:
    """Give targets in force by the year they are due."""
    breakdowns = (v.breakdown, "stage:planned") if not v.breakdown else (v.breakdown,)
    found: dict[int, float] = {}
    for row in context.tables.all_gaps:
        value, period = number(row, "target_value"), text(row, "period")
        same = (text(row, "indicator"), text(row, "measure")) == (v.indicator, v.measure)
        due = period.isdigit() and int(period) in fan and value is not None
        in_force = text(row, "target_status") != "superseded" and text(row, "remark") == ""
        basis = text(row, "price_basis") in (v.price_basis, "")
        if same and due and in_force and basis and text(row, "breakdown") in breakdowns:
            assert value is not None
            found[int(period)] = value
    return found


def new_axes() -> Axes:
    """Make a figure with one pair of axes."""
    from matplotlib import pyplot as plt

    with own_style():
        return plt.subplots(figsize=(6.3, 3.8), layout="constrained")[1]


def draw_fan(context: Context, data: AxesFan, axes: Axes) -> Axes:
    """Draw history, fan and targets; give the axes back."""
    words = context.texts
    with own_style():
        _frame(context, axes, data.variable)
        years = sorted(data.fan)
        for low, high, colour, band in (
            ("p10", "p90", BAND_80, "band_80"), ("p25", "p75", BAND_50, "band_50"),
        ):  # fmt: skip
            ends = [_line(data, years, s) for s in (low, high)]
            said = words(f"figures.plot.{band}")
            axes.fill_between(ends[0][0], ends[0][1], ends[1][1], color=colour, lw=0, label=said)
        xs, ys = _line(data, years, "p50")
        axes.plot(xs, ys, color=BASE, lw=2.0, label=words("figures.plot.median"))
        _draw_history(context, axes, data)
        _draw_targets(context, axes, data)
        _finish(axes, f"{context.place}, {context.scenario_full(data.scenario)}")
    return axes


def _line(data: AxesFan, years: list[int], statistic: str) -> tuple[list[float], list[float]]:
    """Give a line of the fan, joined to the last value known before it."""
    xs: list[float] = [float(y) for y in years]
    ys = [data.fan[y][statistic] for y in years]
    before = [x for x in data.history if xs and x < xs[0]]
    if before:
        return [before[-1], *xs], [data.history[before[-1]], *ys]
    return xs, ys


def draw_lines(context: Context, fans: Mapping[str, AxesFan], axes: Axes) -> Axes:
    """Draw the medians of scenarios and their 8-in-10 ranges in the last year."""
    first = next(iter(fans.values()))
    with own_style():
        _frame(context, axes, first.variable)
        _draw_history(context, axes, first)
        for shift, (name, data) in enumerate(fans.items()):
            look = looks(list(fans))[name]
            years = sorted(data.fan)
            if not years:
                continue
            xs, ys = _line(data, years, "p50")
            drawn: dict[str, Any] = {"color": look.colour, "zorder": 4}
            label = context.scenario(name)
            axes.plot(xs, ys, ls=look.dashes, lw=1.8, label=label, **drawn)
            last = data.fan[years[-1]]
            x = years[-1] + 0.15 * (shift + 1)
            axes.plot([x, x], [last["p10"], last["p90"]], lw=1.6, **drawn)
            axes.plot([x], [last["p50"]], marker=look.marker, ms=5, mec="white", **drawn)
        _draw_targets(context, axes, first)
        _finish(axes, context.place)
    return axes


def draw_land(context: Context, panel: LandPanel, axes: Axes) -> Axes:
    """Draw the stocks of land of one kind of site."""
    words = context.texts
    with own_style():
        _frame(context, axes, Variable(f"{panel.kind}_area", "", "area_ha", "ha"))
        axes.set_title(words(f"figures.land.{panel.kind}"), **_TITLE)
        draw_land_lines(axes, panel)
        for stock in panel.lines:
            colour, dashes, width = LINES[stock]
            said = words(f"figures.plot.{stock}")
            axes.plot([], [], color=colour, ls=dashes, lw=width, label=said)
        if panel.target:
            axes.plot(
                [panel.target[0]], [panel.target[1]], ls="none", marker="D", ms=6, mfc="white",
                mec=TARGET, mew=1.4, zorder=8, label=words("figures.plot.target"),
            )  # fmt: skip
        _finish(axes, f"{context.place}, {context.headline}")
    return axes


_TITLE: dict[str, Any] = {"loc": "left", "fontsize": TITLE, "fontweight": BOLD}


def _frame(context: Context, axes: Axes, v: Variable) -> None:
    """Set title, unit and ticks in the language of the context."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    labels, words = context.labels, context.texts
    name = labels.indicator(v.indicator)
    axes.set_title(f"{name}, {labels.breakdown(v.breakdown)}" if v.breakdown else name, **_TITLE)
    unit = words("figures.plot.growth") if v.measure == "growth_yoy" else labels.unit(v.unit)
    basis = words(f"figures.plot.{v.price_basis}") if v.price_basis else ""
    axes.set_ylabel(", ".join(p for p in (unit, basis) if p), fontsize=LABEL, color=GREY)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: axis_number(context, value)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=LABEL, length=0, labelcolor=GREY)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontfamily(FAMILY)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _draw_history(context: Context, axes: Axes, data: AxesFan) -> None:
    if data.history:
        axes.plot(
            list(data.history), list(data.history.values()), color=ACTUAL, lw=1.6, marker="o",
            ms=3.2, zorder=5, label=context.texts("figures.plot.known"),
        )  # fmt: skip


def _draw_targets(context: Context, axes: Axes, data: AxesFan) -> None:
    if data.targets:
        axes.plot(
            list(data.targets), list(data.targets.values()), ls="none", marker="D", ms=6.5,
            mfc="white", mec=TARGET, mew=1.5, zorder=8, label=context.texts("figures.plot.target"),
        )  # fmt: skip


def _finish(axes: Axes, place: str) -> None:
    axes.legend(frameon=False, fontsize=SMALL, loc="best")
    axes.set_xlabel(place[:1].upper() + place[1:], fontsize=SMALL, color=GREY, loc="left")
