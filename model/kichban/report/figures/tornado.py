"""The tornado drawn: what an outcome does as one parameter goes from one end to the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kichban.catalogue import Label, load_parameters
from kichban.compare.naming import (
    outcome_short,
    parameter_figure,
    parameter_name,
)
from kichban.compare.sensitivity import Bar
from kichban.report.figures.chart import WIDTH
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    BOLD,
    GREY,
    GRID,
    HIGH,
    LABEL,
    PALE,
    SMALL,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.labels import Labels
from kichban.report.printing import NBSP, Printer
from kichban.texts import Lang, format_chance, lower_first
from kichban.units import from_base

#: bars drawn at most, of uncertainties and of levers
MOST, MOST_LEVERS = 8, 4
_NAMES, _CHANCE, _ROW, _END = 57.0, 20.0, 8.0, 21.0
_LEVER_PALE = "#B5D1C3"


@dataclass(frozen=True)
class Tornado:
    """What is drawn: the bars of one outcome, and of its probability where it is a target."""

    bars: Sequence[Bar]
    chances: Sequence[Bar]
    scenario: Label
    draws: int
    lang: Lang

    @property
    def printer(self) -> Printer:
        """Figures of the language."""
        return Printer(self.lang)

    @property
    def unit(self) -> str:
        """Unit the outcome is said in: that of the base."""
        variable = self.bars[0].outcome.variable
        return self.printer.scaled(self.bars[0].base, variable.unit)[1]

    def change(self, bar: Bar, value: float) -> float:
        """Give the change against the base, in that unit."""
        _, unit = self.printer.scaled(bar.base, bar.outcome.variable.unit)
        own = bar.outcome.variable.unit
        return value - bar.base if unit == own else from_base(value - bar.base, unit)

    def shown(self, kind: str) -> list[Bar]:
        """Give the bars that are told from none, as many as there is room for."""
        own = [b for b in self.bars if b.kind == kind and b.is_clear]
        return own[: MOST if kind == "uncertainty" else MOST_LEVERS]

    def words(self, key: str, **values: str) -> str:
        """Give a text of the figure."""
        return self.printer.texts(f"sensitivity.figure.{key}", **values)


def draw_tornado(found: Tornado) -> Sheet:
    """Draw one outcome, as high as its bars need."""
    with house_style():
        title, subtitle, source = tornado_title(found), _subtitle(found), _source(found)
        probe = sheet(WIDTH, 50.0)
        words = probe.heading(title, subtitle) + probe.source(source)
        panels = [(k, found.shown(k)) for k in ("uncertainty", "lever")]
        panels = [(kind, bars) for kind, bars in panels if bars]
        drawn = sheet(WIDTH, words + 4.0 + sum(_height(k, found, b) for k, b in panels))
        top = drawn.heading(title, subtitle) + 2.0
        drawn.source(source)
        for kind, bars in panels:
            _draw_panel(drawn, top, found, kind, bars)
            top += _height(kind, found, bars)
    return drawn


def _head_lines(found: Tornado, kind: str) -> list[str]:
    if kind != "lever":
        return []
    return sheet(WIDTH, 50.0).wrap(found.words("levers"), LABEL, BOLD, WIDTH - 4)


def _height(kind: str, found: Tornado, bars: Sequence[Bar]) -> float:
    return 4.0 * len(_head_lines(found, kind)) + 7.0 + _ROW * len(bars) + 8.0


def _draw_panel(drawn: Sheet, top: float, found: Tornado, kind: str, bars: Sequence[Bar]) -> None:
    for line in _head_lines(found, kind):
        drawn.text(2, top, line, fontweight=BOLD)
        top += 4.0
    chances = {(b.parameter, b.kind): b for b in found.chances}
    right = _CHANCE if chances else 2.0
    width = WIDTH - _NAMES - right
    dark, pale = (HIGH, _LEVER_PALE) if kind == "lever" else (BASE, PALE)
    ends = ("lower", "upper") if kind == "lever" else ("low", "high")
    _legend(drawn, _NAMES, top + 2.0, [found.words(e) for e in ends], (dark, pale))
    if chances:
        drawn.text(WIDTH - 2, top + 2.0, found.words("chance"), ha="right", va="center",
                   fontsize=SMALL, color=GREY)  # fmt: skip
    top += 6.0
    axes = drawn.axes(_NAMES, top, width, _ROW * len(bars))
    changes = [found.change(b, v) for b in bars for v in (b.at_low, b.at_high)]
    low, high = min(*changes, 0.0), max(*changes, 0.0)
    room = _END / (width - 2 * _END) * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_yticks([])
    scale = width / (high - low + 2 * room)
    ticks = _ticks(drawn, found, (low, high), room, scale)
    axes.set_xticks(*ticks)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.spines["bottom"].set_visible(False)
    for row, bar in enumerate(bars):
        _draw_bar(axes, row, found, bar, (dark, pale), _digits(changes))
        _name(drawn, top + _ROW * (row + 0.5), found, bar)
        chance = chances.get((bar.parameter, bar.kind))
        if chance is not None:
            ends_said = [format_chance(v, found.lang) for v in (chance.at_low, chance.at_high)]
            said = found.words("from_to", low=ends_said[0], high=ends_said[1])
            drawn.text(WIDTH - 2, top + _ROW * (row + 0.5), said, ha="right", va="center")
    axes.axvline(0.0, color=ACTUAL, linewidth=1.0, zorder=5)


def _ticks(
    drawn: Sheet, found: Tornado, ends: tuple[float, float], room: float, scale: float
) -> tuple[list[float], list[str]]:
    """Give places and words of as many ticks as fit beside each other; `scale` is mm per unit."""
    for most in (7, 6, 5, 4):
        ticks = nice_ticks(ends[1], most=most, low=ends[0])
        ticks = [t for t in ticks if ends[0] - room <= t <= ends[1] + room]
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        decimals = next((d for d in (0, 1, 2) if round(step, d) == step), 3)
        said = [found.printer.number(t, decimals, signed=True) for t in ticks]
        if max(drawn.text_width(t, LABEL) for t in said) + 2.0 < step * scale:
            break
    return ticks, said


def _draw_bar(
    axes: object, row: int, found: Tornado, bar: Bar, colours: tuple[str, str], digits: int
) -> None:
    """Draw both sides; where both go one way they lie one above the other."""
    dark, pale = colours
    sides = [found.change(bar, v) for v in (bar.at_low, bar.at_high)]
    same = sides[0] * sides[1] > 0
    own = max(digits, _digits(sides) - 1)
    parameter = load_parameters()[bar.parameter]
    for i, (value, end) in enumerate(zip(sides, (bar.low, bar.high), strict=True)):
        middle = row + (0.22 * (2 * i - 1) if same else 0.0)
        axes.barh(  # type: ignore[attr-defined]
            middle, value, height=0.34 if same else 0.56, color=dark if i else pale,
            hatch="" if i else "////", edgecolor=dark, linewidth=0.6, zorder=3,
        )  # fmt: skip
        left = value < 0 if value else sides[1 - i] > 0
        number = found.printer.number(value, own, signed=True) if round(value, own) else "0"
        share = parameter.unit == "fraction"
        held = parameter_figure(parameter, end, found.lang, unit=share)
        axes.annotate(  # type: ignore[attr-defined]
            f"{number} ({held})", (value, middle), xytext=(-3 if left else 3, 0),
            textcoords="offset points", ha="right" if left else "left", va="center",
            fontsize=SMALL, color=ACTUAL, zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip


def _name(drawn: Sheet, y: float, found: Tornado, bar: Bar) -> None:
    lines = drawn.wrap(Labels(found.lang).parameter(bar.parameter), LABEL, 400, _NAMES - 4)[:2]
    for i, line in enumerate(lines):
        drawn.text(_NAMES - 2, y + 3.4 * (i - (len(lines) - 1) / 2), line, ha="right", va="center")


def _legend(
    drawn: Sheet, x: float, y: float, names: Sequence[str], colours: tuple[str, str]
) -> None:
    dark, pale = colours
    for i, name in enumerate(names):
        axes = drawn.axes(x, y - 1.2, 5.0, 2.4)
        axes.axis("off")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.barh(0.5, 1, height=0.9, color=dark if i else pale, hatch="" if i else "////",
                  edgecolor=dark, linewidth=0.6)  # fmt: skip
        drawn.text(x + 6.0, y, name, fontsize=SMALL, va="center")
        x += 9.0 + drawn.text_width(name, SMALL)


def _digits(changes: Sequence[float]) -> int:
    """Give the decimals that show the widest change with two significant digits at least."""
    widest = max((abs(c) for c in changes), default=1.0)
    return max(0, 1 - math.floor(math.log10(widest))) if widest > 0 else 0


def tornado_title(found: Tornado) -> str:
    """Say which parameter matters most, and from where to where it moves the outcome."""
    what = outcome_short(found.bars[0].outcome, found.lang)
    clear = found.shown("uncertainty")
    if not clear:
        return found.words("tornado_title_none", what=what)
    first = clear[0]
    unit = first.outcome.variable.unit
    low, high = (found.printer.about(v, unit) for v in sorted((first.at_low, first.at_high)))
    name = lower_first(parameter_name(first.parameter, found.lang))
    return found.words(
        "tornado_title", what=what, name=name, low=low.split(NBSP)[0].removesuffix("%"), high=high
    )


def _subtitle(found: Tornado) -> str:
    variable = found.bars[0].outcome.variable
    rate = variable.unit.startswith("percent")
    unit = found.printer.unit("percentage_point" if rate else found.unit)
    if variable.price_basis:
        unit += ", " + found.printer.texts(f"compare.basis.{variable.price_basis}")
    return found.words(
        "tornado_subtitle", base=found.printer.about(found.bars[0].base, variable.unit),
        unit=unit, scenario=found.scenario[found.lang],
    )  # fmt: skip


def _source(found: Tornado) -> str:
    own = [b for b in found.bars if b.kind == "uncertainty"]
    counts = {
        "more": sum(b.is_clear for b in own) - len(found.shown("uncertainty")),
        "unclear": sum(b.direction == "unclear" for b in own),
        "none": sum(b.direction == "none" for b in own),
    }
    said = [found.words("tornado_source", draws=found.printer.number(found.draws))]
    said += [found.words(key, count=str(n)) for key, n in counts.items() if n]
    return " ".join(said)
