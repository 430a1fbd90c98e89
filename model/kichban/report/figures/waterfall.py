"""A difference in parts: start, what each group raises or lowers, end; a gap the same way."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from kichban.report.document import Figure
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.style import (
    ACTUAL,
    BASE,
    BOLD,
    GREY,
    GRID,
    HIGH,
    LABEL,
    LOW,
    TARGET,
    Sheet,
    house_style,
    sheet,
)  # fmt: skip
from kichban.report.printing import Printer
from kichban.texts import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 160.0
_NAMES, _RIGHT, _ROW = 54.0, 25.0, 8.0
#: below this share of the longest bar parts cannot be told apart from a line: the axis is cut
_VISIBLE = 0.12
_DOTS = 300
Kind = Literal["level", "part", "remainder", "target"]
#: (face, hatch, edge) of what raises and of what lowers: hatching tells them apart in grey
_LOOKS: Mapping[tuple[str, bool], tuple[str, str, str]] = MappingProxyType(
    {
        ("level", True): (BASE, "", BASE),
        ("part", True): (HIGH, "", HIGH),
        ("part", False): ("white", "////", LOW),
        ("remainder", True): ("white", "....", GREY),
        ("remainder", False): ("white", "xxxx", GREY),
        ("target", True): ("white", "", TARGET),
    }
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a level from nought, or a part on top of those above it; in printed units."""

    name: str
    value: float
    kind: Kind = "part"


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Words and bars of one drawing, all rounded as printed: levels and parts add up."""

    title: str
    subtitle: str
    source: str
    caption: str
    bars: tuple[Bar, ...]
    decimals: int
    no_part: str
    cut: str


def waterfall_figure(found: Waterfall, lang: Lang) -> Figure:
    """Draw a waterfall as a figure of the report."""
    drawn = draw_waterfall(found, lang)
    printer = Printer(lang)
    said = "; ".join(f"{bar.name}: {_number(bar, found, printer)}" for bar in found.bars)
    return Figure(drawn.svg(), f"{found.title}. {said}.", found.caption, WIDTH)


def waterfall_files(found: Waterfall, lang: Lang, name: str = "waterfall") -> dict[str, bytes]:
    """Give the drawing as PDF and as PNG, the same bytes every time."""
    drawn = draw_waterfall(found, lang)
    files = {}
    plain = {"CreationDate": None, "Creator": None, "Producer": None, "Title": found.title}
    for kind, metadata in (("pdf", plain), ("png", {"Software": None})):
        out = io.BytesIO()
        with house_style():
            import matplotlib as mpl

            mpl.rcParams["pdf.fonttype"] = 42
            drawn.figure.savefig(out, format=kind, dpi=_DOTS, metadata=metadata)
        files[f"{name}.{lang}.{kind}"] = out.getvalue()
    return files


def draw_waterfall(found: Waterfall, lang: Lang) -> Sheet:
    """Draw the chart on its sheet, one row a bar."""
    printer = Printer(lang)
    with house_style():
        spans = _spans(found.bars)
        low = _lower_end(found.bars, spans)
        source = found.source + (f" {found.cut}" if low != 0.0 else "")
        probe = sheet(WIDTH, 50.0)
        words = probe.heading(found.title, found.subtitle) + probe.source(source)
        drawn = sheet(WIDTH, words + _ROW * len(found.bars) + 14.0)
        head = drawn.heading(found.title, found.subtitle)
        drawn.source(source)
        top, width = head + 4.0, WIDTH - _NAMES - _RIGHT
        axes = drawn.axes(_NAMES, top, width, _ROW * len(found.bars))
        high = max(max(span) for span in spans)
        least = low if low > 0.0 else min(min(span) for span in spans)
        room = 0.03 * (high - least)
        axes.set_xlim(least - (room if least < 0 else 0.0), high + room)
        axes.set_ylim(len(found.bars) - 0.5, -0.5)
        ticks = _ticks(least, high)
        decimals = 0 if all(float(t).is_integer() for t in ticks) else 1
        axes.set_xticks(ticks, [printer.number(t, decimals) for t in ticks])
        axes.set_yticks([])
        axes.spines["bottom"].set_visible(False)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        for index, (bar, span) in enumerate(zip(found.bars, spans, strict=True)):
            _draw_bar(axes, index, bar, (max(span[0], low), span[1]))
            if bar.kind in ("level", "target") and low != 0.0:
                _cut_mark(axes, index, low, high)
            if index + 1 < len(found.bars):
                axes.plot(
                    [span[1]] * 2, [index + 0.3, index + 0.7], color=GREY, linewidth=0.7, zorder=1
                )
            y = top + _ROW * (index + 0.5)
            strong = BOLD if bar.kind in ("level", "target") else 400
            name = drawn.wrap(bar.name, LABEL, strong, _NAMES - 4)
            for line, said in enumerate(name[:2]):
                off = 3.4 * (line - (len(name[:2]) - 1) / 2)
                drawn.text(
                    _NAMES - 2, y + off, said, ha="right", va="center", fontweight=strong,
                    color=TARGET if bar.kind == "target" else ACTUAL,
                )  # fmt: skip
            drawn.text(
                WIDTH - 3, y, _number(bar, found, printer), ha="right", va="center",
                fontweight=BOLD, color=TARGET if bar.kind == "target" else ACTUAL,
            )  # fmt: skip
    return drawn


def _spans(bars: Sequence[Bar]) -> list[tuple[float, float]]:
    """Give where each bar begins and ends: parts go on where the one above ended."""
    spans, at = [], 0.0
    for bar in bars:
        begin = 0.0 if bar.kind in ("level", "target") else at
        at = bar.value if bar.kind in ("level", "target") else at + bar.value
        spans.append((begin, at))
    return spans


def _lower_end(bars: Sequence[Bar], spans: Sequence[tuple[float, float]]) -> float:
    """Give where the axis begins: nought, unless the parts would be too small to see."""
    high = max(abs(v) for span in spans for v in span)
    most = max((abs(b.value) for b in bars if b.kind in ("part", "remainder")), default=0.0)
    ends = [end for _, end in spans]
    if most == 0.0 or most >= _VISIBLE * high or min(ends) <= 0.0:
        return 0.0
    reach = max(ends) - min(ends)
    return next((t for t in reversed(_ticks(0.0, min(ends) - reach, reach))), 0.0)


def _ticks(low: float, high: float, span: float | None = None) -> list[float]:
    """Give round ticks between two ends; their distance suits `span`, by default all of it."""
    first, second, *_ = nice_ticks(high - low if span is None else span)
    step = second - first
    count = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [round(i * step, 10) for i in count]


def _draw_bar(axes: Axes, index: int, bar: Bar, span: tuple[float, float]) -> None:
    face, hatch, edge = _LOOKS[bar.kind, bar.value >= 0 or bar.kind in ("level", "target")]
    axes.barh(
        index, span[1] - span[0], left=span[0], height=0.6, color=face, hatch=hatch,
        edgecolor=edge, linewidth=1.2 if bar.kind == "target" else 0.7, zorder=3,
    )  # fmt: skip


def _cut_mark(axes: Axes, index: int, low: float, high: float) -> None:
    """Draw two strokes through the foot of a bar that does not begin at nought."""
    for share in (0.02, 0.035):
        x = low + share * (high - low)
        axes.plot(
            [x, x + 0.012 * (high - low)], [index + 0.36, index - 0.36], color="white",
            linewidth=1.8, zorder=4,
        )  # fmt: skip


def _number(bar: Bar, found: Waterfall, printer: Printer) -> str:
    decimals = max(found.decimals, 0)
    if bar.kind in ("level", "target"):
        return printer.number(bar.value, decimals)
    if bar.value == 0:
        return found.no_part
    return printer.number(bar.value, decimals, signed=True)
