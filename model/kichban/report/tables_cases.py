"""How the land model stood its test on published cases, and where long intervals come from."""

from __future__ import annotations

from collections.abc import Sequence

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Paragraph, Table, plain
from kichban.report.lookup import Row, number, records, text

#: what the text says of them
_SAID = ("industrial_output", "exports", "kcn_leased", "ccn_leased", "kcn_workers")


def cases_table(context: Context) -> Table | None:
    """Give the last print of every case beside what the model foretells without that case."""
    rows = [r for r in records(context.tables.edition.extras.get("land_cases")) if text(r, "last")]
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.cases.case"), "1fr", "left"),
        Column(words("report.cases.span"), "32mm", "centre"),
        Column(words("report.cases.before"), "16mm"),
        Column(words("report.cases.printed"), "18mm"),
        Column(words("report.cases.foretold"), "16mm"),
        Column(words("report.cases.range"), "24mm", "centre"),
        Column(words("report.cases.error"), "15mm"),
    )
    notes = tuple(n for n in (words("report.cases.note"), _cases_words(context, rows)) if n)
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
    error = None if middle is None or printed is None else middle - printed
    return (
        Cell(name),
        Cell(f"{_month(text(row, 'start'))}–{_month(text(row, 'period'))}"),
        Cell(Number(before, decimals)),
        Cell(Number(printed, decimals)),
        Cell(Number(middle, 0)),
        Cell(ends if _is_inside(row) else f"{ends} *"),
        Cell(Number(error, 0, signed=True)),
    )


def _is_inside(row: Row) -> bool:
    printed, low, high = (number(row, c) for c in ("printed", "p05", "p95"))
    return printed is not None and low is not None and high is not None and low <= printed <= high


def _month(quarter: str) -> str:
    """Give the last month of a quarter.

    >>> _month("2024-Q2")
    '6/2024'
    """
    year, number_ = quarter.split("-Q")
    return f"{3 * int(number_)}/{year}"


def _cases_words(context: Context, rows: Sequence[Row]) -> str:
    """Say how many cases lie within their ranges, and which parameters they speak of."""
    known = [r for key, r in context.tables.weighed.items() if "." in key]
    if not known:
        return ""
    inside = [r for r in rows if _is_inside(r)]
    moved = [r for r in known if not text(r, "prior_only")]
    names = "; ".join(_moved(context, r) for r in moved)
    return context.texts(
        "report.cases.words", inside=f"{len(inside)}", count=f"{len(rows)}",
        moved=names or context.texts("report.cases.none"), left=f"{len(known) - len(moved)}",
    )  # fmt: skip


def widths_words(context: Context) -> Paragraph | None:
    """Say how much of the long ranges rests on what nobody could check; ``None`` without any."""
    rows = records(context.tables.edition.extras.get("widths"))
    said = [
        context.texts(
            "report.widths.share", name=_named(context, row),
            share=context.printer.percent(100.0 * (number(row, "assumed") or 0.0), 0),
        )
        for row in rows
        if text(row, "indicator") in _SAID and text(row, "price_basis") != "current"
    ]  # fmt: skip
    if not said:
        return None
    year = text(rows[0], "period")
    words = context.texts("report.widths.words", year=year, shares="; ".join(said))
    return Paragraph(plain(words))


def _moved(context: Context, row: Row) -> str:
    key = text(row, "parameter")
    low, high, before_low, before_high = (
        context.printer.cell(Number(number(row, column), digits=3))
        for column in ("posterior_p10", "posterior_p90", "prior_p10", "prior_p90")
    )
    return context.texts(
        "report.cases.moved", name=context.labels.parameter(key), range=f"{low}–{high}",
        before=f"{before_low}–{before_high}",
    )  # fmt: skip


def widths_table(context: Context) -> Table | None:
    """Give how much of each long interval comes from assumed values, weighed ones, and chance."""
    rows = records(context.tables.edition.extras.get("widths"))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1fr", "left"),
        *(Column(words(f"report.widths.{k}"), "34mm") for k in ("assumed", "weighed", "chance")),
    )
    cells = tuple(
        (
            Cell(_named(context, row)),
            *(
                Cell(Number(100.0 * (number(row, k) or 0.0), 0))
                for k in ("assumed", "weighed", "chance")
            ),
        )
        for row in rows
    )
    year = text(rows[0], "period")
    notes = (words("report.widths.note"),)
    return Table(
        words("report.widths.title", year=year), columns, cells, notes=notes, size=9.5, keep=True
    )


def _named(context: Context, row: Row) -> str:
    basis = context.wording.basis(text(row, "price_basis"), needed=False)
    return f"{context.labels.indicator(text(row, 'indicator'))} {basis}".strip()
