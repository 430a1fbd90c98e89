"""Series with their vintages: what was printed when and by whom, and which print is used."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.ledger.values import Statement
from kichban.report import quoting
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Observed
from kichban.report.printing import plain_decimals
from kichban.texts import lower_first

#: Prints shown for one figure; the others are counted.
_PRINTS = 3
#: Prints of other periods shown where a figure has too few of its own.
_OTHER_PRINTS = 2
#: What a print leaves open, as a share of it, is its rounding.
_ROUNDING = 1e-4
#: Other figures shown: indicator, breakdown, measure, price basis.
_OTHERS = (
    ("iip", "", "growth_yoy"),
    ("industrial_va", "", "growth_yoy"),
    ("grdp", "", "level"),
    ("grdp", "", "growth_yoy"),
    ("exports", "", "level"),
    ("imports", "", "level"),
    ("retail_sales", "", "level"),
    ("kcn_area", "stage:established", "area_ha"),
    ("kcn_leased", "", "area_ha"),
    ("kcn_occupancy", "statistic:average", "occupancy_pct"),
    ("ccn_area", "stage:established", "area_ha"),
    ("ccn_leased", "", "area_ha"),
    ("ccn_occupancy", "statistic:average", "occupancy_pct"),
)


def output_history(context: Context) -> tuple[Observed, ...]:
    """Give output at current prices: whole years, then this year's months so far."""
    seen = context.tables.observed("industrial_output", price_basis="current")
    years: dict[int, Observed] = {}
    for observed in seen:
        # Two bases of one year: the one that is printed comes first.
        if observed.period.kind == "year" and (
            observed.period.year not in years or observed.price_basis == "current"
        ):
            years[observed.period.year] = observed
    to_date = [
        o for o in seen
        if o.period.is_year_to_date and o.period.kind != "year" and o.period.year == context.year
    ]  # fmt: skip
    return (*(years[year] for year in sorted(years)), *to_date[-2:])


def output_table(context: Context) -> Table | None:
    """Give the history of output with every print behind it; ``None`` without a history."""
    history = output_history(context)
    if not history:
        return None
    words = context.texts
    columns = (
        Column(words("report.series.period"), "18mm", "left"),
        Column(words("report.series.value"), "15mm"),
        Column(words("report.series.range"), "25mm", "centre"),
        Column(words("report.series.allowed"), "25mm", "centre"),
        Column(words("report.series.prints"), "1fr", "left"),
    )
    rows = tuple(
        (
            Cell(_period(context, o)),
            Cell(Number(o.value, 0)),
            Cell(_range(context, o, 0)),
            Cell(_allowed(context, o)),
            Cell(_behind(context, o)),
        )
        for o in history
    )
    title, unit = words("report.series.output_title"), words("report.series.output_unit")
    notes = (words("report.series.allowed_note"),)
    return Table(title, columns, rows, unit=unit, notes=notes, size=9)


def others_table(context: Context) -> Table | None:
    """Give the newest figures of the other indicators; ``None`` where there are none."""
    rows = tuple(_other_rows(context))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "33mm", "left"),
        Column(words("report.series.period"), "17mm", "left"),
        Column(words("report.series.value"), "14mm"),
        Column(words("report.form.unit"), "13mm", "centre"),
        Column(words("report.series.prints"), "1fr", "left"),
    )
    return Table(words("report.series.others_title"), columns, rows, size=8.5)


def _other_rows(context: Context) -> Iterator[tuple[Cell, ...]]:
    for indicator, breakdown, measure in _OTHERS:
        every = context.tables.observed(indicator, breakdown, measure)
        seen = [o for o in every if context.tables.has_ended(o)]
        whole = [o for o in seen if o.period.kind in ("year", "day")][-2:]
        to_date = [
            o for o in seen if o.period.is_year_to_date and o.period.year == context.year
            and o.period.kind not in ("year", "day")
        ][-1:]  # fmt: skip
        shown = [*whole, *to_date]
        name = context.labels.indicator(indicator)
        key = f"report.measure.{measure}"
        if context.texts.has(key):
            name = f"{name}, {context.texts(key)}"
        for index, observed in enumerate(shown):
            unit = observed.unit or ("percent" if measure != "area_ha" else "ha")
            head = Cell(name, rows=len(shown))
            tail = Cell(context.printer.unit(unit), rows=len(shown))
            yield (
                *((head,) if index == 0 else ()),
                Cell(_period(context, observed)),
                Cell(_number(observed)),
                *((tail,) if index == 0 else ()),
                Cell(_behind(context, observed, ranged=True)),
            )


def _number(observed: Observed) -> Number:
    """Give a published figure whole, any other with three significant digits."""
    if observed.origin != "observed":
        return Number(observed.value, digits=3)
    return Number(observed.value, plain_decimals(observed.value))


def _behind(context: Context, observed: Observed, *, ranged: bool = False) -> str:
    """Say what a figure rests on: that it is no print, its range where asked for, the prints."""
    prints = _prints(context, observed)
    if observed.origin == "observed":
        return prints
    said = _origin(context, observed)
    span = _range(context, observed, 0 if abs(observed.value) >= 100 else 1)
    if ranged and span != "-":
        said = context.texts("report.series.estimated", origin=said, range=span)
    return said if prints == "-" else f"{said}; {prints}"


def _period(context: Context, observed: Observed) -> str:
    return context.printer.period(observed.period.text)


def _range(context: Context, observed: Observed, decimals: int) -> str:
    low, high = observed.lower, observed.upper
    if low is None or high is None or low == high:
        return "-"
    number = context.printer.number
    return f"{number(low, decimals)}–{number(high, decimals)}"


def _allowed(context: Context, observed: Observed) -> str:
    """Say what the other prints allow, where that is more than the rounding of the figure."""
    low, high, number = observed.minimum or None, observed.maximum, context.printer.number
    if low is None and high is None:
        return "-"
    if low is None or high is None:
        key = "from" if high is None else "up_to"
        return context.texts(f"report.series.{key}", value=number(low if high is None else high))
    rounding = _ROUNDING * abs(observed.value)
    if high - low <= rounding and low - rounding <= observed.value <= high + rounding:
        return "-"
    return f"{number(low)}–{number(high)}"


def _origin(context: Context, observed: Observed) -> str:
    key = f"report.origin.{observed.origin}"
    return context.texts(key) if context.texts.has(key) else observed.origin


def _prints(context: Context, observed: Observed) -> str:
    """List prints of the period, then of others, newest first: figure, status, publisher, day."""
    # The growth of a plan tells of the year before; its level of no year.
    every = context.tables.statements(observed.statements)
    found = [s for s in every if not s.is_plan or s.measure == "growth_yoy"]
    found.sort(key=lambda s: (str(s.published or ""), s.id), reverse=True)
    found.sort(key=lambda s: s.period != observed.period or s.unit != observed.unit)
    own = sum(s.period == observed.period for s in found)
    most = min(_PRINTS, max(_OTHER_PRINTS, own))
    shown = [_print(context, s, observed) for s in found[:most]]
    if len(found) > most:
        shown.append(context.texts("report.series.more", count=f"{len(found) - most}"))
    return "; ".join(shown) or "-"


def _print(context: Context, statement: Statement, observed: Observed) -> str:
    """Say one print; one of another period, or a rate behind an amount, says what it is."""
    same = statement.unit == observed.unit
    value = quoting.bare(context, statement) if same else quoting.figure(context, statement)
    if statement.period is not None and statement.period != observed.period:
        value = f"{lower_first(context.printer.period(statement.period.text))}: {value}"
    actual = statement.status == "actual"
    return context.texts(
        "report.series.print",
        value=value,
        status=context.texts("report.form.status_actual")
        if actual
        else context.labels.status(statement.status),
        source=context.citations.print_of(statement),
    )
