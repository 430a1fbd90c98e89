"""Biểu số 01: last year, the plan, the months so far, the year expected, the year to come."""

from __future__ import annotations

from dataclasses import dataclass

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.form_rows import FORM_ROWS, FormRow, GrowthForm
from kichban.report.lookup import Observed, number, text

_WIDTHS = (
    "8mm",
    "1fr",
    "18mm",
    "19mm",
    "18mm",
    "20mm",
    "19mm",
    "16mm",
    "16mm",
    "19mm",
    "16mm",
)
#: Remarks; English says them in longer words, and its indicators in shorter ones.
_REMARK = {"vi": "33mm", "en": "39mm"}


def form_table(context: Context, growth_form: GrowthForm = "growth") -> Table | None:
    """Give the form with its columns named by the as-of year; ``None`` where it would be empty.

    `growth_form` is the one switch between "tăng so với cùng kỳ" 28,0 and "chỉ số so với cùng kỳ"
    128,0; every heading of such a row names it.
    """
    words, year = context.texts, context.year
    years = {"last": f"{year - 1}", "year": f"{year}", "next": f"{year + 1}"}
    keys = ("no", "indicator", "unit", "done_last", "plan", "so_far", "expected", "to_plan",
            "to_last", "plan_next", "to_expected", "remark")  # fmt: skip
    so_far = _so_far_label(context)
    columns = tuple(
        Column(
            words(f"report.form.{key}", so_far=so_far, **years),
            width,
            "centre"
            if key in ("no", "unit")
            else "left"
            if key in ("indicator", "remark")
            else "right",
        )
        for key, width in zip(keys, (*_WIDTHS, _REMARK[context.lang]), strict=True)
    )
    if not any(_values(context, row).known for row in FORM_ROWS if row.indicator):
        return None
    rows = tuple(_cells(context, row, growth_form) for row in FORM_ROWS)
    notes = tuple(
        words(
            f"report.form.note_{n}",
            **(years | {"scenario": context.headline} if n == "status" else years),
        )
        for n in ("status", "forecast", "rounding")
    )
    return Table(
        words("report.form.title", place=context.place, **years),
        columns,
        rows,
        number=words("report.form.number"),
        notes=notes,
        size=8.5,
    )


def _so_far_label(context: Context) -> str:
    """Name the months of the newest year-to-date figure of output."""
    months = [
        o.period.months
        for o in context.tables.observed("industrial_output", price_basis="current")
        if _to_date(o, context.year)
    ]
    key = "report.form.months" if months else "report.form.no_months"
    return context.texts(key, months=f"{months[-1] if months else ''}")


def _to_date(seen: Observed, year: int) -> bool:
    return seen.period.year == year and seen.period.is_year_to_date and seen.period.months < 12


@dataclass(frozen=True, slots=True)
class _Values:
    """Figures of one row; `printed` is the newest figure published for the months of `so_far`."""

    last: Observed | None
    plan: float | None
    so_far: Observed | None
    printed: float | None
    expected: float | None
    following: float | None

    @property
    def known(self) -> bool:
        """Whether any of them is."""
        return self != _Values(None, None, None, None, None, None)


def _values(context: Context, row: FormRow) -> _Values:
    tables, year = context.tables, context.year
    key = {"breakdown": row.breakdown, "measure": row.measure}

    def expected(of: int) -> float | None:
        found = tables.projected(row.indicator, f"{of}", price_basis=row.price_basis, **key)
        if not found and row.measure == "growth_yoy":
            basis = "constant_2010"
            found = tables.projected(row.indicator, f"{of}", price_basis=basis, **key)
        return found.get("p50")

    if row.stock:
        seen = _stock_prints(context, row)
        last = next((o for o in reversed(seen) if o.period.year == year - 1), None)
        so_far = next((o for o in reversed(seen) if o.period.year == year), None)
    else:
        basis = row.price_basis or None
        last = tables.observed_at(row.indicator, f"{year - 1}", price_basis=basis, **key)
        months = [
            o for o in tables.observed(row.indicator, price_basis=basis, **key) if _to_date(o, year)
        ]
        so_far = months[-1] if months else None
    return _Values(
        last=last,
        plan=_plan(context, row),
        so_far=so_far,
        printed=_printed(context, row, so_far) if so_far else None,
        expected=expected(year),
        following=expected(year + 1),
    )


def _printed(context: Context, row: FormRow, seen: Observed) -> float:
    """Give the newest figure published for a period, even where the series departs from it.

    A form reports what was published; what the model reads instead stands in the remarks.
    """
    own = [
        s
        for s in context.tables.statements(seen.statements)
        if (s.indicator, s.breakdown, s.measure) == (row.indicator, row.breakdown, row.measure)
        and s.period == seen.period
    ]
    if seen.origin == "observed" or not own:
        return seen.value
    return max(own, key=lambda s: (str(s.published or ""), s.id)).value


def _stock_prints(context: Context, row: FormRow) -> tuple[Observed, ...]:
    """Give today's figures of a stock, under whichever breakdown the ledger keeps them."""
    for breakdown in (row.breakdown, *row.before):
        seen = context.tables.observed(row.indicator, breakdown, row.measure)
        if seen:
            return seen
    return ()


def _plan(context: Context, row: FormRow) -> float | None:
    """Give this year's plan on the row's own price basis."""
    for gap in context.tables.gaps:
        if (
            text(gap, "indicator") == row.indicator
            and text(gap, "breakdown") == row.breakdown
            and text(gap, "measure") == row.measure
            and text(gap, "period") == f"{context.year}"
            and text(gap, "price_basis") in (row.price_basis, "")
            and text(gap, "target_status") != "superseded"
        ):
            return number(gap, "target_value")
    return None


def _cells(context: Context, row: FormRow, growth_form: GrowthForm) -> tuple[Cell, ...]:
    heading = not row.indicator
    bold = heading and not row.part
    label = _label(context, row, growth_form)
    first = (Cell(row.number, bold=bold, italic=row.part), Cell(
        label, bold=bold, italic=row.part, indent=int(row.part and not heading)))  # fmt: skip
    if heading:
        return (*first, *(Cell("") for _ in range(10)))
    values = _values(context, row)
    ratios = row.measure not in ("growth_yoy", "occupancy_pct")
    shift = 100.0 if row.measure == "growth_yoy" and growth_form == "index" else 0.0
    last = values.last.value if values.last else None
    numbers = (
        _last(values.last, row, shift),
        _plain(values.plan, row.decimals, shift),
        _plain(_comparable(context, row, values), row.decimals, shift),
        _forecast(values.expected, row, shift),
        _ratio(values.expected, values.plan) if ratios else "-",
        _ratio(values.expected, last) if ratios else "-",
        _forecast(values.following, row, shift),
        _ratio(values.following, values.expected) if ratios else "-",
    )
    cells = tuple(Cell(content, italic=row.part) for content in numbers)
    unit = context.printer.unit(row.unit)
    shown = _comparable(context, row, values) is not None
    note = context.citations.footnote(values.so_far.statements) if values.so_far and shown else ""
    cells = (*cells[:2], Cell(numbers[2], italic=row.part, note=note), *cells[3:])
    return (*first, Cell(unit, italic=row.part), *cells, Cell(_remark(context, row, values)))


def _label(context: Context, row: FormRow, growth_form: GrowthForm) -> str:
    form = context.texts(f"report.form.form_{growth_form}")
    return context.texts(f"report.form.row.{row.key}", form=form)


def _plain(value: float | None, decimals: int, shift: float) -> Number:
    return Number(None if value is None else value + shift, decimals)


def _last(seen: Observed | None, row: FormRow, shift: float) -> Number:
    """Print last year as published; an estimate has three digits, like a forecast."""
    if seen is None:
        return Number(None)
    if seen.origin == "observed":
        return _plain(seen.value, row.decimals, shift)
    return _forecast(seen.value, row, shift)


def _forecast(value: float | None, row: FormRow, shift: float) -> Number:
    """Print a forecast with three digits; per cent with one decimal, counts of sites whole."""
    if value is None:
        return Number(None)
    if row.unit == "percent":
        return Number(value + shift, 1)
    if row.unit in ("parks", "clusters"):
        return Number(value, 0)
    return Number(value, digits=3)


def _ratio(value: float | None, base: float | None) -> Number | str:
    """Give per cent of a base; from unrounded values."""
    if value is None or base is None or base == 0:
        return Number(None)
    return Number(100.0 * value / base, 1)


def _remark(context: Context, row: FormRow, values: _Values) -> str:
    """Say the status of the newest print, the day of a stock, months other than the heading's."""
    said = []
    seen = values.so_far
    if seen is not None:
        statuses = [s.status for s in context.tables.statements(seen.statements)]
        status = context.labels.status(statuses[-1]) if statuses else ""
        if statuses and statuses[-1] == "actual":
            status = context.texts("report.form.status_actual")
        if row.stock:
            said.append(context.printer.date(seen.period.last_day)[:5])
        elif _comparable(context, row, values) is None:
            period = context.printer.period(seen.period.text)
            value = context.printer.number(values.printed, row.decimals)
            said.append(context.texts("report.form.other_months", period=period, value=value))
        said.append(status)
        if values.printed is not None and abs(values.printed / (seen.value or 1.0) - 1) > 0.005:
            used = context.printer.cell(Number(seen.value, digits=3))
            said.append(context.texts("report.form.model_uses", value=used))
    if row.stock and values.last is not None and values.last.period.stop % 12:
        # A stock of the middle of last year is not compared in silence with this year's end.
        day = context.printer.date(values.last.period.last_day)[:5]
        said.append(context.texts("report.form.stock_last", last=f"{context.year - 1}", day=day))
    if values.last is not None and values.last.origin != "observed":
        said.append(context.texts("report.form.estimated_last", last=f"{context.year - 1}"))
    return "; ".join(part for part in said if part)


def _comparable(context: Context, row: FormRow, values: _Values) -> float | None:
    """Give the figure so far, of a flow only where its months are those of the heading."""
    seen = values.so_far
    if seen is None:
        return None
    label = context.texts("report.form.months", months=f"{seen.period.months}")
    return values.printed if row.stock or label == _so_far_label(context) else None
