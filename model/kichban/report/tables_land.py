"""Land: what is established, serviced and leased, and what share of what is taken."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Observed, Row, end_year, number, text
from kichban.report.printing import beside

#: Stocks of land in the order in which land passes through them; what waits, and who waits.
_STOCKS = (
    "count", "area", "industrial_land", "cleared", "serviced", "leased", "operating_land",
    "idle_land", "unmet_demand",
)  # fmt: skip
#: Denominators: the headline first, the others for reference.
_DENOMINATORS = ("established", "cleared", "serviced", "operating")
_SEEN = ("", "stage:established", "stage:approved")


def _years(context: Context) -> tuple[int, ...]:
    last = context.tables.last_year
    return tuple(sorted({context.year, context.year + 1, last} - {0}))


def years_ahead(context: Context) -> tuple[int, ...]:
    """Give the next year and the last one, as far as they are projected."""
    last = context.tables.last_year
    return tuple(sorted({min(context.year + 1, last), last} - {0, 1}))


def supply_table(context: Context) -> Table | None:
    """Give stocks of land today, in the years to come, and the target; ``None`` without land."""
    years = _years(context)
    rows = tuple(row for kind in ("kcn", "ccn") for row in _supply_rows(context, kind, years))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1fr", "left"),
        Column(words("report.land.today"), "18mm"),
        Column(words("report.land.today_date"), "20mm", "centre"),
        *(Column(words("report.land.expected", year=f"{y}"), "16mm") for y in years),
        Column(words("report.land.range", year=f"{years[-1] if years else ''}"), "24mm", "centre"),
        Column(words("report.land.target", year=f"{years[-1] if years else ''}"), "17mm"),
    )
    notes = (words("report.land.supply_note"),)
    unit = words("report.land.supply_unit")
    title = words("report.land.supply_title")
    return Table(title, columns, rows, unit=unit, notes=notes, size=9.5, keep=True)


def _supply_rows(context: Context, kind: str, years: tuple[int, ...]) -> Iterator[tuple[Cell, ...]]:
    found = [row for stock in _STOCKS if (row := _supply_row(context, kind, stock, years))]
    if found:
        heading = Cell(
            context.texts(f"report.land.{kind}"), bold=True, span=5 + len(years), align="left"
        )
        yield (heading,)
        yield from found


def _supply_row(
    context: Context, kind: str, stock: str, years: tuple[int, ...]
) -> tuple[Cell, ...] | None:
    indicator = f"{kind}_{stock}"
    measure = "count" if stock == "count" else "area_ha"
    seen = _latest(context, indicator, measure)
    ahead = [context.tables.projected(indicator, f"{y}", measure=measure) for y in years]
    if seen is None and not any(ahead):
        return None
    note = context.citations.footnote(seen.statements) if seen else ""
    decimals = 0 if stock == "count" else 1
    last = ahead[-1] if ahead else {}
    target = target_of(context, indicator, measure, years[-1] if years else 0)
    aim = number(target, "target_value") if target else None
    goal = "-" if target is None else Number(aim, context.wording.decimals(target))
    return (
        Cell(context.texts(f"report.land.stock.{stock}")),
        Cell(Number(seen.value if seen else None, decimals), note=note),
        Cell(context.printer.date(seen.period.last_day) if seen else "-"),
        *(Cell(_forecast(q.get("p50"), stock, aim)) for q in ahead),
        Cell(_range(context, (last.get("p10"), last.get("p90")), stock, aim)),
        Cell(goal),
    )


def _latest(context: Context, indicator: str, measure: str) -> Observed | None:
    """Give today's figure of a stock under whichever breakdown the ledger keeps it."""
    for breakdown in _SEEN:
        seen = context.tables.observed(indicator, breakdown, measure)
        if seen:
            return seen[-1]
    return None


def _forecast(value: float | None, stock: str, target: float | None) -> Number:
    return Number(value, 0) if stock == "count" else beside(value, target)


def _range(
    context: Context, ends: tuple[float | None, float | None], stock: str, target: float | None
) -> str:
    if None in ends:
        return "-"
    low, high = (context.printer.cell(_forecast(v, stock, target)) for v in ends)
    return f"{low}–{high}"


def target_of(context: Context, indicator: str, measure: str, year: int) -> Row | None:
    """Give the target in force for a stock in one year, ``None`` where there is none."""
    for row in context.tables.gaps:
        if (
            text(row, "indicator") == indicator
            and text(row, "measure") == measure
            and end_year(row) == year
            and text(row, "breakdown") in ("", "stage:planned", "stage:established")
            and text(row, "target_status") != "superseded"
        ):
            return row
    return None


def occupancy_table(context: Context) -> Table | None:
    """Give occupancy over every denominator by name; the headline's is planned industrial land."""
    years = _years(context)
    rows = tuple(row for kind in ("kcn", "ccn") for row in _occupancy_rows(context, kind, years))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.land.denominator"), "1fr", "left"),
        *(Column(words("report.land.expected", year=f"{y}"), "20mm") for y in years),
        Column(words("report.land.range", year=f"{years[-1]}"), "28mm", "centre"),
    )
    return Table(
        words("report.land.occupancy_title"),
        columns,
        rows,
        unit=words("report.land.occupancy_unit"),
        notes=(words("report.land.occupancy_note"),),
        size=9.5,
        keep=True,
    )


def _occupancy_rows(
    context: Context, kind: str, years: tuple[int, ...]
) -> Iterator[tuple[Cell, ...]]:
    first = True
    for name in _DENOMINATORS:
        ahead = [
            context.tables.projected(
                f"{kind}_occupancy", f"{y}", f"denominator:{name}", "occupancy_pct"
            )
            for y in years
        ]
        if not any(ahead):
            continue
        if first:
            heading = Cell(
                context.texts(f"report.land.{kind}"), bold=True, span=2 + len(years), align="left"
            )
            yield (heading,)
            first = False
        headline = name == "established"
        low, high = ahead[-1].get("p10"), ahead[-1].get("p90")
        number_of = context.printer.number
        span = f"{number_of(low, 1)}–{number_of(high, 1)}" if low is not None else "-"
        yield (
            Cell(context.texts(f"report.denominator.{name}"), bold=headline, italic=not headline),
            *(Cell(Number(q.get("p50"), 1), bold=headline, italic=not headline) for q in ahead),
            Cell(span, italic=not headline),
        )
