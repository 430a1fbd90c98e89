"""The look of every chart: colours, line styles, type, and a sheet measured in millimetres."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAMILY = "Be Vietnam Pro"
ACTUAL, BASE, HIGH, LOW, TARGET = "#1A1A1A", "#0B4F8A", "#3A7D5C", "#A45522", "#9E1B32"
BAND_50, BAND_80, GREY, GRID, PALE, SHADE = (
    "#A9C4DE", "#D9E4EF", "#5A5A5A", "#D4D4D4", "#8FB1D3", "#F6F6F4",
)  # fmt: skip
TITLE, LABEL, SMALL = 10.0, 8.0, 7.0
REGULAR, MEDIUM, BOLD = 400, 500, 600
MM = 72.0 / 25.4
_SETTINGS = MappingProxyType(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "kichban",
        "font.family": FAMILY,
        "text.parse_math": False,
        "text.hinting": "none",
        "axes.unicode_minus": True,
        "hatch.linewidth": 0.6,
        "path.simplify": False,
    }
)


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a scenario is drawn: colour, dashes and a mark of its own, so that grey print tells."""

    colour: str
    dashes: Any
    marker: str


_LOOKS = (
    LineLook(BASE, "-", "o"),
    LineLook(HIGH, (0, (5, 2)), "^"),
    LineLook(LOW, (0, (1, 1.4)), "v"),
    LineLook("#5B4A8A", (0, (7, 2, 1, 2)), "s"),
    LineLook("#4D4D4D", (0, (3, 1, 1, 1, 1, 1)), "D"),
)
_NAMED = MappingProxyType({"baseline": 0, "high": 1, "low": 2, "plan": 3, "slow_clearance": 4})


def looks(names: Sequence[str]) -> Mapping[str, LineLook]:
    """Give every scenario its look: the same one in every chart.

    >>> looks(["baseline", "mine"])["mine"] == _LOOKS[1]
    True
    """
    taken = {_NAMED[n] for n in names if n in _NAMED}
    free = [i for i in range(len(_LOOKS)) if i not in taken] or list(range(len(_LOOKS)))
    found: dict[str, LineLook] = {}
    spare = 0
    for name in names:
        if name in _NAMED:
            found[name] = _LOOKS[_NAMED[name]]
        else:
            found[name] = _LOOKS[free[spare % len(free)]]
            spare += 1
    return found


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the house's settings; the running program's own ones come back afterwards."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(dict[Any, Any](_SETTINGS))
        yield


@contextmanager
def own_style() -> Iterator[None]:
    """Draw with the house's type and everything else as the running program has it."""
    import matplotlib as mpl

    _register_fonts()
    with mpl.rc_context({"font.family": [FAMILY], "text.parse_math": False}):
        yield


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    folder = resources.files("kichban.report") / "fonts"
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.startswith("BeVietnamPro") and path.name.endswith(".ttf"):
            font_manager.fontManager.addfont(str(path))


@dataclass(frozen=True)
class Sheet:
    """A drawing `width` × `height` mm; places are in mm from its top left corner."""

    figure: Figure
    width: float
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Give axes at a place, without a box, with fine grid lines behind."""
        axes = self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(ACTUAL)
        axes.spines["bottom"].set_linewidth(0.8)
        axes.tick_params(axis="both", labelsize=LABEL, length=0, pad=3, labelcolor=GREY)
        # Room for the first year beside the zero of the other axis.
        axes.tick_params(axis="x", pad=5)
        axes.patch.set_visible(False)
        axes.set_axisbelow(True)
        return axes

    def text(self, x: float, y: float, said: str, **look: Any) -> Any:
        """Write at a place; `y` is where the top of the text stands unless `va` says otherwise."""
        look = {"va": "top", "ha": "left", "fontsize": LABEL, "color": ACTUAL, **look}
        return self.figure.text(x / self.width, 1 - y / self.height, said, **look)

    def heading(self, title: str, subtitle: str, size: float = TITLE) -> float:
        """Write title and subtitle, both wrapped; return the height in mm they take."""
        lines = self.balanced(title, size, BOLD, self.width - 4)
        for index, line in enumerate(lines):
            self.text(2, 1.5 + size / 2 * index, line, fontsize=size, fontweight=BOLD)
        y = 2.0 + size / 2 * len(lines)
        parts = subtitle.split("\n")
        below = [s for part in parts for s in self.wrap(part, LABEL, REGULAR, self.width - 4)]
        for index, line in enumerate(below):
            self.text(2, y + 4.0 * index, line, color=GREY)
        return y + 4.0 * len(below)

    def source(self, said: str) -> float:
        """Write the source line (wrapped) at the foot; return the height in mm it takes."""
        lines = self.wrap(said, SMALL, REGULAR, self.width - 4)
        top = self.height - 3.4 * len(lines) - 0.8
        for index, line in enumerate(lines):
            self.text(2, top + 3.4 * index, line, fontsize=SMALL, color=GREY)
        return self.height - top

    def text_width(self, said: str, size: float, weight: int = REGULAR) -> float:
        """Measure a text in mm."""
        return _width(said, size, weight) / MM

    def wrap(self, said: str, size: float, weight: int, width: float) -> list[str]:
        """Break a text into lines no wider than `width` mm."""
        lines: list[str] = []
        line = ""
        for word in said.split(" "):
            longer = f"{line} {word}" if line else word
            if line and self.text_width(longer, size, weight) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line] if line else lines

    def balanced(self, said: str, size: float, weight: int, width: float) -> list[str]:
        """Break a text into as few lines as can be, of nearly the same width."""
        lines = self.wrap(said, size, weight, width)
        while len(lines) > 1 and width > 40:
            narrower = self.wrap(said, size, weight, width - 4)
            if len(narrower) > len(lines):
                break
            lines, width = narrower, width - 4
        return lines

    def svg(self) -> str:
        """Give the drawing as SVG with real text; the same bytes every time."""
        out = io.StringIO()
        with house_style():
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


@cache
def _width(said: str, size: float, weight: int) -> float:
    """Measure a text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    _register_fonts()
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(said, font, ismath=False)[0])


def sheet(width: float, height: float) -> Sheet:
    """Give an empty sheet of a size in mm."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    _register_fonts()
    figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=72)
    FigureCanvasSVG(figure)
    return Sheet(figure, width, height)
