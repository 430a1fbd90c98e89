"""Tables about targets beside ``gap.csv``: what each period has to bring, checks, information."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kichban.files import csv_bytes
from kichban.ledger import Target
from kichban.nowcast import known_of
from kichban.numbers import canonical_number
from kichban.projection import Projection, Run, Variable
from kichban.study.workbench import Workbench
from kichban.target import GapRow, Step, dates_of, target_values, target_variables, variable_of
from kichban.target.clashes import check_targets
from kichban.target.industry import NEEDED
from kichban.target.information import FLOWS, STOCKS, missing_figures, most_telling
from kichban.target.steps import steps_by_year, steps_of_growth, steps_of_plan
from kichban.target.tracker import Quarter, track_quarters, wanted_growth

#: growth and its span over all printed bases in per cent; amount in the target's unit
REQUIRED_COLUMNS = (
    "target", "region", "indicator", "breakdown", "period", "measure", "amount", "unit",
    "price_basis", "growth", "growth_low", "growth_high",
)  # fmt: skip
#: what targets state and what they imply, each a range in `unit`; status: holds | strained |
#: contradicts
CHECK_COLUMNS = (
    "check", "targets", "period", "unit", "price_basis", "stated_low", "stated_high",
    "implied_low", "implied_high", "status",
)  # fmt: skip
#: narrowing: share of the sd of the outcome that goes once the figure is printed, 0…1
INFORMATION_COLUMNS = (
    "scenario", "target", "indicator", "breakdown", "period", "measure", "price_basis",
    "narrowing",
)  # fmt: skip
#: growth on the year before, per cent
QUARTER_COLUMNS = (
    "scenario", "region", "indicator", "period", "target", "planned", "first_print",
    "newest_print", "statements", "p10", "p50", "p90", "required",
)  # fmt: skip
#: share of draws that meet the target for the first time in the period, 0…1
REACHED_COLUMNS = ("scenario", "target", "period", "probability")
#: draws that these tables are made from: they compare and rank, and need no last digit
DRAWS = 4096
DIGITS = 7
#: what checks are made with
LAND = (
    Variable("output_per_ha", "", "level", "bn_vnd_per_ha", "current"),
    Variable("output_per_ha", "", "level", "bn_vnd_per_ha", "constant_2010"),
    *(Variable(f"{k}_industrial_land", "", "area_ha", "ha") for k in ("kcn", "ccn")),
)
#: indicators whose growth is planned by quarter, and their series at constant prices
TRACKED = {"grdp": "constant_2010"}


def target_tables(
    bench: Workbench, gaps: tuple[GapRow, ...], every: Projection, name: str
) -> dict[str, bytes]:
    """Give the tables: dates in every scenario, else of the headline or the first one run."""
    projection = headline_projection(bench, name)
    return {
        "reached.csv": csv_bytes(REACHED_COLUMNS, list(_reached_rows(gaps, every))),
        "required.csv": csv_bytes(REQUIRED_COLUMNS, list(_required_rows(bench, gaps))),
        "target_checks.csv": csv_bytes(CHECK_COLUMNS, list(_check_rows(bench, projection, name))),
        "information.csv": csv_bytes(
            INFORMATION_COLUMNS, list(_information_rows(bench, projection, gaps, name))
        ),
        "quarters.csv": csv_bytes(QUARTER_COLUMNS, list(_quarter_rows(bench, projection, name))),
    }


def headline_projection(bench: Workbench, name: str) -> Projection:
    """Run one scenario again for what its targets are compared with, on a part of the draws."""
    asked = {*target_variables(bench.ledger), *FLOWS, *STOCKS, *LAND, *NEEDED}
    projector = bench.asking(asked)
    few = replace(projector.settings, draws=min(projector.settings.draws, DRAWS))
    return replace(projector, settings=few).run({name: Run(bench.scenarios[name])})


def _number(value: float) -> str:
    return "" if math.isnan(value) else canonical_number(value, DIGITS)


def _required_rows(bench: Workbench, gaps: tuple[GapRow, ...]) -> Iterator[tuple[str, ...]]:
    """Give what every period has to bring, target by target; it is the same in all scenarios."""
    once = {row.target.id: row for row in gaps if not row.remark}
    for row in once.values():
        t = row.target
        for step in required_steps(bench, row):
            yield (
                t.id, t.region, t.indicator, t.breakdown, step.period.text, t.measure,
                _number(step.amount), t.unit, t.price_basis,
                *(_number(100 * g) for g in (step.growth, step.low, step.high)),
            )  # fmt: skip


def required_steps(bench: Workbench, row: GapRow) -> tuple[Step, ...]:
    """Give what the periods up to a target have to bring; none for stocks and shares."""
    target, required = row.target, row.required
    if target.measure == "level" and required is not None and not target.breakdown:
        basis = variable_of(target).price_basis
        start = known_of(bench.series, target.indicator, basis, target.period.year)
        if required.kind == "rest_of_year_yoy":
            return steps_of_plan(required, start) if start is not None else ()
        last = bench.projector.levels.get(variable_of(target))
        return steps_by_year(target, required, last[0]) if last is not None else ()
    if target.measure == "growth_yoy" and target.period.kind == "year" and not target.breakdown:
        basis = _growth_basis(bench, target)
        start = known_of(bench.series, target.indicator, basis, target.period.year)
        return steps_of_growth(target.value / 100.0, start) if start is not None else ()
    return ()


def _growth_basis(bench: Workbench, target: Target) -> str:
    """Give the price basis that growth of a target's indicator is printed on."""
    known = bench.given.catalogue.indicators.get(target.indicator)
    return target.price_basis or (known.growth_basis if known is not None else "")


def _reached_rows(gaps: tuple[GapRow, ...], projection: Projection) -> Iterator[tuple[str, ...]]:
    """Give when each target is met for the first time, periods in which no draw does left out."""
    for row in gaps:
        if not math.isfinite(row.p50) or row.remark == "reached":
            continue
        dates = dates_of(row.target, projection.scenarios[row.scenario], projection.axis)
        if dates is None:
            continue
        shares = zip((*dates.periods, dates.beyond), (*dates.shares, dates.after), strict=True)
        for period, share in shares:
            if share > 0.0:
                yield row.scenario, row.target.id, period, _number(float(share))


def _check_rows(bench: Workbench, projection: Projection, name: str) -> Iterator[tuple[str, ...]]:
    for check in check_targets(bench.ledger, bench.series, projection, name):
        yield (
            check.kind, " ".join(check.targets), f"{check.year}", check.unit, check.price_basis,
            *(_number(v) for v in (*check.stated, *check.implied)), check.status,
        )  # fmt: skip


def _information_rows(
    bench: Workbench, projection: Projection, gaps: tuple[GapRow, ...], name: str
) -> Iterator[tuple[str, ...]]:
    """Give the figures that would narrow each target in force that has a probability."""
    paths = projection.scenarios[name]
    figures = list(missing_figures(projection, paths))
    error = bench.series.scales["estimate"]
    errors = {v.indicator: error for v in FLOWS if v.measure == "level"}
    judged = {g.target.id for g in gaps if g.scenario == name and math.isfinite(g.probability)}
    for target in bench.ledger.targets:
        values = None
        if target.in_force and target.id in judged:
            values = target_values(bench.ledger, projection, paths, target)
        for found in () if values is None else most_telling(values, figures, errors):
            v = found.variable
            yield (
                name, target.id, v.indicator, v.breakdown, found.period.text, v.measure,
                v.price_basis, _number(round(found.narrowing, 4)),
            )  # fmt: skip


def _quarter_rows(bench: Workbench, projection: Projection, name: str) -> Iterator[tuple[str, ...]]:
    for indicator in TRACKED:
        for quarter in tracked_quarters(bench, projection, name, indicator):
            yield quarter_cells(bench, name, indicator, quarter)


def quarter_cells(bench: Workbench, name: str, indicator: str, quarter: Quarter) -> tuple[str, ...]:
    """Give one row of ``quarters.csv``."""
    q = quarter
    return (
        name, bench.given.config.region, indicator, q.period.text, q.target,
        *(_number(100 * r) for r in (q.planned, q.first, q.newest)), " ".join(q.statements),
        *(_number(100 * r) for r in (q.low, q.expected, q.high, q.needed)),
    )  # fmt: skip


def tracked_quarters(
    bench: Workbench,
    projection: Projection,
    name: str,
    indicator: str,
    wanted: float | None = None,
) -> tuple[Quarter, ...]:
    """Hold the quarters of the current year against their plan.

    Parameters
    ----------
    wanted
        Growth of the year, a fraction; without it the target in force says it.
    """
    axis = projection.axis
    year = axis.first_year
    start = known_of(bench.series, indicator, TRACKED[indicator], year)
    variable = Variable(indicator, "", "growth_yoy", "percent")
    paths = projection.scenarios[name].variables.get(variable)
    expected = None
    if paths is not None and paths.quarterly is not None:
        last = 4 * (axis.last_year - year)
        expected = paths.quarterly[:, : paths.quarterly.shape[1] - last]
    if wanted is None:
        target = wanted_growth(bench.ledger, indicator, year)
        wanted = math.nan if target is None else target.value / 100.0
    return track_quarters(bench.ledger, indicator, year, start, expected, wanted)


def extras(tables: Mapping[str, bytes]) -> dict[str, bytes]:
    """Name tables as those of an edition that ``gap --out`` writes and the report reads."""
    return {f"extra.{name}": data for name, data in tables.items()}
