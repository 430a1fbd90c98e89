"""What a hectare carries: demand for land, capital, jobs, and output from below."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Quantiles, Row, number, text
from kichban.report.tables_land import target_of, years_ahead

#: rows of the table: text key, indicator, breakdown, measure, price basis, decimals
_ROWS = {
    "kcn": (
        ("demand", "kcn_land_demand", "", "area_ha", "", 0),
        ("hoped", "kcn_land_demand", "method:no_optimism", "area_ha", "", 0),
        ("absorption", "kcn_net_absorption", "", "area_ha", "", 0),
        ("fdi", "kcn_fdi_per_ha", "", "level", "", 2),
        ("ddi", "kcn_ddi_per_ha", "", "level", "", 1),
        ("jobs", "kcn_jobs_per_ha", "statistic:average", "level", "", 0),
        ("more_jobs", "kcn_jobs_per_ha", "statistic:marginal", "level", "", 0),
    ),
    "ccn": (
        ("demand", "ccn_land_demand", "", "area_ha", "", 0),
        ("hoped", "ccn_land_demand", "method:no_optimism", "area_ha", "", 0),
        ("absorption", "ccn_net_absorption", "", "area_ha", "", 0),
        ("capital", "ccn_capital_per_ha", "", "level", "", 1),
        ("jobs", "ccn_jobs_per_ha", "statistic:average", "level", "", 0),
        ("more_jobs", "ccn_jobs_per_ha", "statistic:marginal", "level", "", 0),
    ),
}
#: rows that belong to the one above
_PARTS = ("hoped", "more_jobs")
OUTPUT = "industrial_output"


def hectares_table(context: Context) -> Table | None:
    """Give demand, capital, jobs and output per hectare next year and at the horizon."""
    years = years_ahead(context)
    rows = [*_by_kind(context, years), *_output_rows(context, years)]
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.form.indicator"), "1fr", "left"),
        *(Column(words("report.land.expected", year=f"{y}"), "24mm") for y in years),
        Column(words("report.land.range", year=f"{years[-1]}"), "30mm", "centre"),
    )
    notes = (_pace_note(context), words("report.hectares.note"))
    title = words("report.hectares.title")
    kept = tuple(n for n in notes if n)
    return Table(title, columns, tuple(rows), notes=kept, size=9.5, keep=True)


def _by_kind(context: Context, years: tuple[int, ...]) -> Iterator[tuple[Cell, ...]]:
    for kind, own in _ROWS.items():
        found = [
            row
            for key, code, part, measure, basis, decimals in own
            if (row := _row(context, key, (code, part, measure, basis), decimals, years))
        ]
        if found:
            label = context.texts(f"report.land.{kind}")
            yield (Cell(label, bold=True, span=2 + len(years), align="left"),)
            yield from found


def _row(
    context: Context,
    key: str,
    what: tuple[str, str, str, str],
    decimals: int,
    years: tuple[int, ...],
) -> tuple[Cell, ...] | None:
    code, part, measure, basis = what
    ahead = [context.tables.projected(code, f"{y}", part, measure, basis) for y in years]
    if not any(ahead):
        return None
    low, high = (context.printer.number(ahead[-1].get(p), decimals) for p in ("p10", "p90"))
    return (
        Cell(context.texts(f"report.hectares.{key}"), indent=int(key in _PARTS)),
        *(Cell(Number(q.get("p50"), decimals)) for q in ahead),
        Cell(f"{low}–{high}"),
    )


def _output_rows(context: Context, years: tuple[int, ...]) -> Iterator[tuple[Cell, ...]]:
    """Give output from below beside output, and what a hectare makes and would have to make."""
    below = [
        context.tables.projected(OUTPUT, f"{y}", "method:land", "level", "current") for y in years
    ]
    if not any(below):
        return
    words = context.texts
    yield (Cell(words("report.hectares.output"), bold=True, span=2 + len(years), align="left"),)
    above = [context.tables.projected(OUTPUT, f"{y}", "", "level", "current") for y in years]
    for key, rows in (("below", below), ("above", above)):
        yield (
            Cell(words(f"report.hectares.{key}", unit=context.printer.unit("thousand_bn_vnd"))),
            *(Cell(Number(_thousands(q.get("p50")), digits=3)) for q in rows),
            Cell(_about(context, rows[-1])),
        )
    apart = [
        100.0 * (b["p50"] / a["p50"] - 1.0) if b.get("p50") and a.get("p50") else None
        for b, a in zip(below, above, strict=True)
    ]
    yield (
        Cell(words("report.hectares.apart")),
        *(Cell(Number(share, 0, signed=True)) for share in apart), Cell("-"),
    )  # fmt: skip
    what = ("output_per_ha", "", "level", "constant_2010")
    made = _row(context, "made", what, 0, years)
    if made:
        yield made
    target = target_of(context, OUTPUT, "level", years[-1])
    aim = number(target, "target_value") if target else None
    last, basis = f"{years[-1]}", "constant_2010"
    output = context.tables.projected(OUTPUT, last, "", "level", basis).get("p50")
    per_ha = context.tables.projected("output_per_ha", last, "", "level", basis).get("p50")
    if target and aim and output and per_ha and text(target, "price_basis") == basis:
        gaps = (Cell("-"),) * (len(years) - 1)
        label = words("report.hectares.implied", year=f"{years[-1]}")
        yield (Cell(label, indent=1), *gaps, Cell(Number(aim / output * per_ha, 0)), Cell("-"))


def _about(context: Context, quantiles: Quantiles) -> str:
    ends = (Number(_thousands(quantiles.get(p)), digits=3) for p in ("p10", "p90"))
    return "–".join(context.printer.cell(end) for end in ends)


def _thousands(value: float | None) -> float | None:
    return None if value is None else value / 1000.0


def _pace_note(context: Context) -> str:
    """Say the pace of leasing that the cases tell of, beside the one that was assumed."""
    rows = context.tables.weighed
    parks, clusters = (rows.get(f"land.leasing_{k}") for k in ("park", "cluster"))
    if parks is None or clusters is None:
        return ""
    printer = context.printer

    def pace(row: Row, which: str) -> str:
        middle, low, high = (
            printer.number(number(row, f"{which}_{p}")) for p in ("p50", "p10", "p90")
        )
        return f"{middle} ({low}–{high})"

    which = ["prior" if text(r, "prior_only") else "posterior" for r in (parks, clusters)]
    return context.texts(
        "report.hectares.pace", parks=pace(parks, which[0]), clusters=pace(clusters, which[1])
    )
