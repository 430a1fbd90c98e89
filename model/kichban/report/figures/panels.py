"""A small chart for each main indicator: the series and every figure printed of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kichban.catalogue import load_catalogue
from kichban.report.context import Context
from kichban.report.document import Figure, Figures
from kichban.report.figures.printed import Printed, growth_basis, place, printed
from kichban.report.figures.printed_marks import MarkLook, draw_printed, frame, ticks_of
from kichban.report.figures.prints import OUTPUT, prints_alt
from kichban.report.figures.style import BASE, BOLD, LABEL, Sheet, house_style, sheet
from kichban.report.lookup import Key
from kichban.report.printing import NBSP, plain_decimals

WIDTH, HEIGHT = 78.0, 56.0
_TITLE, _LOOK = 9.0, MarkLook(line=1.5, circle=3.6, cross=5.6)
_TICKS = 5
#: Panels of the report, and of one page.
_MOST, _PAGE = 12, 8
#: Figures a series must have to be drawn.
_FEWEST = 3
#: Chosen before others where not all can be shown; drawn in the official order.
_PREFERRED = (
    ("iip", "growth_yoy"), ("industrial_va", "growth_yoy"), ("grdp", "growth_yoy"),
    ("grdp", "level"), ("exports", "level"), ("imports", "level"), ("retail_sales", "level"),
    ("kcn_area", "area_ha"), ("ccn_area", "area_ha"), ("kcn_leased", "area_ha"),
    ("ccn_leased", "area_ha"), ("trade_total", "level"), ("kcn_fdi_registered_usd", "level"),
    ("kcn_workers", "count"), ("ccn_count", "count"), ("ccn_registered_vnd", "level"),
    ("ccn_workers", "count"), ("kcn_ddi_registered_vnd", "level"),
)  # fmt: skip
_WHOLE = ("", "stage:established")
_MEASURES = ("level", "count", "area_ha", "growth_yoy")
#: Indicators of sites begin so: theirs is a figure of its own.
_SITES = ("kcn_", "ccn_")


def panels_data(context: Context) -> list[Printed]:
    """Give the series to draw, in the official order."""
    keys = [k for k in context.tables.series_keys if k[1] in _WHOLE and k[2] in _MEASURES]
    keys = sorted(set(keys) - {OUTPUT}, key=_official)
    chosen: list[Printed] = []
    for key in sorted(keys, key=_rank):
        taken = {p.key[0] for p in chosen}
        if len(chosen) == _MOST or (_rank(key) == len(_PREFERRED) and key[0] in taken):
            continue
        data = printed(context, key)
        if data is not None and len(data.series) >= _FEWEST and data.prints:
            chosen.append(data)
    return sorted(chosen, key=lambda p: _official(p.key))


def panels_figures(context: Context) -> tuple[Figures, ...]:
    """Draw the panels, those of the economy before those of parks and clusters."""
    drawn = panels_data(context)
    found = []
    for name in ("economy", "sites"):
        group = [p for p in drawn if p.key[0].startswith(_SITES) == (name == "sites")]
        caption = context.texts(f"figures.panels.caption_{name}", place=context.place)
        found += [Figures(tuple(_panel_figures(context, page)), caption) for page in _pages(group)]
    return tuple(found)


def _pages(group: Sequence[Printed]) -> Iterable[Sequence[Printed]]:
    return (group[i : i + _PAGE] for i in range(0, len(group), _PAGE))


def _panel_figures(context: Context, group: Sequence[Printed]) -> Iterable[Figure]:
    with house_style():
        sheets = draw_panels(context, group)
    for data, drawn in zip(group, sheets, strict=True):
        said = (_title(context, data), _subtitle(context, data, ". "), prints_alt(context, data))
        alt = ". ".join(said)
        yield Figure(drawn.svg(), alt, "", WIDTH)


def draw_panels(context: Context, group: Sequence[Printed]) -> list[Sheet]:
    """Draw panels that stand together: their plots begin at one height."""
    sheets = [sheet(WIDTH, HEIGHT) for _ in group]
    heads = [
        drawn.heading(_title(context, data), _subtitle(context, data, "\n"), _TITLE)
        for data, drawn in zip(group, sheets, strict=True)
    ]
    numbers = [t for data in group for t in ticks_of(context, data, _TICKS).values()]
    left = 4.0 + max((sheets[0].text_width(t, LABEL) for t in numbers), default=0.0)
    for data, drawn in zip(group, sheets, strict=True):
        _draw(context, drawn, data, left, max(heads) + 3.0)
    return sheets


def _draw(context: Context, drawn: Sheet, data: Printed, left: float, top: float) -> None:
    newest = data.drawn(data.last.value)
    label = _number(context, data, newest)
    right = drawn.text_width(label, LABEL, BOLD) + 4.0
    width, height = WIDTH - left - right, HEIGHT - top - 6.5
    axes = drawn.axes(left, top, width, height)
    frame(context, axes, data, _TICKS, _years(data, width))
    draw_printed(axes, data, _LOOK)
    low, high = axes.get_ylim()
    drawn.text(
        left + width + 1.5,
        top + (high - newest) / (high - low) * height,
        label,
        va="center",
        fontweight=BOLD,
        color=BASE,
    )


def _years(data: Printed, width: float) -> range:
    """Give years to name on the axis: nine mm each, the last always."""
    first, last = round(place(data.series[0].period)), round(place(data.last.period))
    every = max(1, -(-9 * (last - first + 1) // int(width)))
    return range(last - (last - first) // every * every, last + 1, every)


def _rank(key: Key) -> int:
    short = (key[0], key[2])
    return _PREFERRED.index(short) if short in _PREFERRED else len(_PREFERRED)


def _official(key: Key) -> tuple[int, int, str]:
    """Place in official tables: by indicator, then by measure."""
    known = load_catalogue().indicators.get(key[0])
    if known is None:
        return 10**6, 0, key[0]
    return known.order, _MEASURES.index(key[2]), key[1]


def _number(context: Context, data: Printed, value: float) -> str:
    """Print a value in the unit it is drawn in: a print whole, others with one decimal."""
    whole = data.unit == data.last.unit and data.last.origin == "observed"
    decimals = plain_decimals(value) if whole else 1
    return context.printer.number(value, 0 if abs(value) >= 1000 else decimals)


def _title(context: Context, data: Printed) -> str:
    words, last = context.texts, data.last
    kind = "day" if last.period.kind == "day" else "year"
    when = words(f"figures.panels.on_{kind}", period=_period(context, data))
    name = context.labels.indicator(data.key[0])
    estimated = last.origin != "observed"
    if data.key[2].startswith("growth"):
        rate = context.printer.percent(abs(last.value), 1 if estimated else _decimals(data))
        key, figure = "down" if last.value < 0 else "up", rate
    elif estimated:
        key, figure = "about", context.printer.about(last.value, last.unit)
    else:
        key, figure = "level", context.printer.amount(last.value, last.unit, _decimals(data))
    figure = figure.replace(" ", NBSP)  # a unit of two words stays with its number
    said = words(f"figures.panels.{key}", name=name, when=when, figure=figure)
    return said + (words("figures.panels.estimated") if estimated else "")


def _decimals(data: Printed) -> int:
    return plain_decimals(data.last.value)


def _period(context: Context, data: Printed) -> str:
    period = data.last.period
    return f"{period.year}" if period.kind == "year" else context.printer.period(period.text)


def _subtitle(context: Context, data: Printed, between: str) -> str:
    words, growth = context.texts, data.key[2].startswith("growth")
    unit = words("figures.panels.growth") if growth else context.printer.unit(data.unit)
    basis = data.price_basis or growth_basis(data.key)
    price = words(f"figures.panels.basis_{basis}") if basis else ""
    key = "subtitle_questioned" if data.questioned else "subtitle"
    said = words(
        f"figures.panels.{key}",
        measure=unit[:1].upper() + unit[1:] if len(unit) > 2 else unit,
        basis=price,
        prints=f"{len(data.prints)}",
        questioned=f"{len(data.questioned)}",
    )
    return said.replace("|", between)
