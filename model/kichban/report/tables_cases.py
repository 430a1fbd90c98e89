"""How the land model stood its test on published cases, and where long intervals come from."""

from __future__ import annotations

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Paragraph, Table, plain
from kichban.report.lookup import Row, number, records, text

#: whose long intervals the report prints: indicator, measure, price basis
_LONG = (
    ("industrial_output", "level", "current"), ("industrial_output", "level", "constant_2010"),
    ("grdp", "level", "current"), ("exports", "level", ""), ("retail_sales", "level", "current"),
    ("kcn_area", "area_ha", ""), ("kcn_leased", "area_ha", ""), ("ccn_area", "area_ha", ""),
    ("ccn_leased", "area_ha", ""), ("kcn_workers", "count", ""),
    ("kcn_fdi_registered_usd", "level", ""),
)  # fmt: skip


def cases_table(context: Context) -> Table | None:
    """Give the last print of every case beside what the model foretells without that case."""
    rows = [r for r in records(context.tables.edition.extras.get("land_cases")) if text(r, "last")]
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.cases.case"), "1fr", "left"),
        Column(words("report.cases.span"), "32mm", "centre"),
        Column(words("report.cases.before"), "14mm"),
        Column(words("report.cases.printed"), "17mm"),
        Column(words("report.cases.foretold"), "15mm"),
        Column(words("report.cases.range"), "24mm", "centre"),
        Column(words("report.cases.error"), "15mm"),
    )
    notes = (words("report.cases.note"),)
    title = words("report.cases.title")
    return Table(
        title, columns, tuple(_case(context, r) for r in rows), notes=notes, size=9.5, keep=True
    )


def _case(context: Context, row: Row) -> tuple[Cell, ...]:
    total = text(row, "unit") == "ha"
    name = text(row, "name_vi" if context.lang == "vi" else "name")
    if total:
        name = context.texts(f"report.cases.total_{text(row, 'kind')}")
    decimals = 0 if total else 1
    before, printed, low, middle, high = (
        number(row, c) for c in ("before", "printed", "p05", "p50", "p95")
    )
    ends = "–".join(context.printer.number(v, 0) for v in (low, high))
    inside = None not in (printed, low, high) and low <= printed <= high  # type: ignore[operator]
    error = None if middle is None or printed is None else middle - printed
    return (
        Cell(name),
        Cell(f"{_month(text(row, 'start'))}–{_month(text(row, 'period'))}"),
        Cell(Number(before, decimals)),
        Cell(Number(printed, decimals)),
        Cell(Number(middle, 0)),
        Cell(ends if inside else f"{ends} *"),
        Cell(Number(error, 0, signed=True)),
    )


def _month(quarter: str) -> str:
    """Give the last month of a quarter.

    >>> _month("2024-Q2")
    '6/2024'
    """
    year, number_ = quarter.split("-Q")
    return f"{3 * int(number_)}/{year}"


def cases_words(context: Context) -> Paragraph | None:
    """Say how many cases lie within their ranges, how near, and which parameters they speak of."""
    extras = context.tables.edition.extras
    rows = [r for r in records(extras.get("land_cases")) if text(r, "last")]
    weighed = records(extras.get("land_weighed"))
    if not rows or not weighed:
        return None
    inside = [
        r
        for r in rows
        if (number(r, "p05") or 0.0) <= (number(r, "printed") or 0.0) <= (number(r, "p95") or 0.0)
    ]
    known = [r for r in weighed if "." in text(r, "parameter")]
    moved = [r for r in known if not text(r, "prior_only")]
    names = "; ".join(_moved(context, r) for r in moved)
    return Paragraph(
        plain(
            context.texts(
                "report.cases.words", inside=f"{len(inside)}", count=f"{len(rows)}",
                moved=names or context.texts("report.cases.none"),
                left=f"{len(known) - len(moved)}",
            )
        )
    )  # fmt: skip


def _moved(context: Context, row: Row) -> str:
    key = text(row, "parameter")
    low, high, before_low, before_high = (
        _setting(context, number(row, column))
        for column in ("posterior_p10", "posterior_p90", "prior_p10", "prior_p90")
    )
    return context.texts(
        "report.cases.moved", name=context.labels.parameter(key), range=f"{low}–{high}",
        before=f"{before_low}–{before_high}",
    )  # fmt: skip


def _setting(context: Context, value: float | None) -> str:
    large = value is not None and abs(value) >= 10.0
    return context.printer.number(value, 0 if large else 2)


def widths_table(context: Context) -> Table | None:
    """Give how much of each long interval comes from assumed values, weighed ones, and chance."""
    rows = {
        (text(r, "indicator"), text(r, "measure"), text(r, "price_basis")): r
        for r in records(context.tables.edition.extras.get("widths"))
        if not text(r, "breakdown")
    }
    kept = [(key, rows[key]) for key in _LONG if key in rows]
    if not kept:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1fr", "left"),
        *(Column(words(f"report.widths.{k}"), "34mm") for k in ("assumed", "weighed", "chance")),
    )
    cells = tuple(
        (
            Cell(_named(context, code, basis)),
            *(
                Cell(Number(100.0 * (number(row, k) or 0.0), 0))
                for k in ("assumed", "weighed", "chance")
            ),
        )
        for (code, _, basis), row in kept
    )
    year = text(kept[0][1], "period")
    notes = (words("report.widths.note"),)
    return Table(
        words("report.widths.title", year=year), columns, cells, notes=notes, size=9.5, keep=True
    )


def _named(context: Context, code: str, basis: str) -> str:
    return f"{context.labels.indicator(code)} {context.wording.basis(basis)}".strip()
