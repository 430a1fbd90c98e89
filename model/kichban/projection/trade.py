"""Exports, imports and retail: their own history, then tied to output or on their own (G6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kichban.growth import fading_rate
from kichban.nowcast import (
    KnownYears,
    YearStart,
    draw_years,
    first_print,
    rest_of_year,
    year_start,
)
from kichban.numbers import FloatArray
from kichban.projection.output import OutputBlock
from kichban.projection.values import Block, Paths, Variable
from kichban.reconcile import Series

#: half-life in years of the current growth of retail sales [J]
RETAIL_HALF_LIFE = 2.0
#: growth of trade where neither output nor a part of the year is known [J]
STEADY = 0.08
EXPORTS, IMPORTS, TRADE, RETAIL = (
    Variable("exports", "", "level", "mn_usd"),
    Variable("imports", "", "level", "mn_usd"),
    Variable("trade_total", "", "level", "mn_usd"),
    Variable("retail_sales", "", "level", "bn_vnd", "current"),
)


@dataclass(frozen=True, slots=True)
class FlowInputs:
    """One flow: what its nowcast starts from, and the sd (log) of a first print."""

    variable: Variable
    start: YearStart
    print_sd: float


def flow_inputs(series: Series, year: int, print_sd: float) -> tuple[FlowInputs, ...]:
    """Collect exports, imports and retail sales as far as a full year near `year` is known.

    `print_sd` is the sd (log) of a first print against the last one.
    """
    levels = {(r.indicator, r.price_basis) for r in series.own_rows if r.measure == "level"
              and not r.breakdown}  # fmt: skip
    found = []
    for variable in (EXPORTS, IMPORTS, RETAIL):
        key = (variable.indicator, variable.price_basis)
        start = year_start(series.flows[key], year) if key in series.flows else None
        if start is not None and key in levels:
            found.append(FlowInputs(variable, start, print_sd))
    return tuple(found)


def project_flow(
    inputs: FlowInputs, block: Block, output: OutputBlock | None
) -> dict[Variable, Paths]:
    """Project one flow; later years share among quarters as the current one does."""
    axis, variable, start = block.axis, inputs.variable, inputs.start
    name = variable.indicator
    known = draw_years(start, block.known(start))
    years = axis.last_year + 1 - start.year
    growth, sd = _growth(inputs, block, output, known, years)
    noise = block.normal(f"flow/{name}", years)
    # As with output the first print is forecast, which the later ones revise.
    error = np.exp(inputs.print_sd * block.normal(f"print/{name}", years))
    left = np.sqrt((12 - start.months) / 12.0)
    rest = rest_of_year(known, growth[:, 0], sd * left * noise[:, 0])
    # Later years go on from today's course; what is left of breaks is put back into the next.
    course = known.on_course
    level = course.so_far + known.rest_on_course(rest)
    rest = first_print(known.so_far, rest, error[:, 0])
    now = known.quarters(rest)
    first = known.so_far + rest
    steps = (1.0 + growth[:, 1:]) * np.exp(sd[:, None] * noise[:, 1:])
    later = level[:, None] * np.cumprod(steps, axis=1) * error[:, 1:]
    usual = course.quarters(known.rest_on_course(rest))
    shape = np.tile(usual / usual.sum(axis=1, keepdims=True), (1, years - 1))
    quarters = shape * np.repeat(later, 4, axis=1)
    if known.departure is not None:
        quarters[:, :4] *= known.left_next_year()
        later = quarters.reshape(len(later), -1, 4).sum(axis=2)
    annual = np.hstack([first[:, None], later])
    quarterly = np.hstack([now, quarters])
    before = np.hstack([known.last_year[:, None], annual[:, :-1]])
    shown = slice(max(0, axis.first_month // 12 - start.year), None)
    rate = Variable(name, "", "growth_yoy", "percent", variable.price_basis)
    return {
        variable: Paths(annual[:, shown], quarterly[:, axis.first_month // 3 - 4 * start.year :]),
        rate: Paths((annual / before - 1.0)[:, shown]),
    }


def trade_total(variables: Mapping[Variable, Paths]) -> dict[Variable, Paths]:
    """Add exports and imports up where both are known."""
    if EXPORTS not in variables or IMPORTS not in variables:
        return {}
    out, back = variables[EXPORTS], variables[IMPORTS]
    assert out.annual is not None
    assert out.quarterly is not None
    assert back.annual is not None
    assert back.quarterly is not None
    return {TRADE: Paths(out.annual + back.annual, out.quarterly + back.quarterly)}


def _growth(
    inputs: FlowInputs, block: Block, output: OutputBlock | None, known: KnownYears, years: int
) -> tuple[FloatArray, FloatArray]:
    """Give (draw, year) growth, the first that of the rest of its year, and the sd of a year."""
    draws, start, size = block.draws, inputs.start, block.luck.size
    so_far = known.on_course.growth_so_far if start.months else None
    if inputs.variable == RETAIL:
        long_run = draws["retail.growth"]
        recent = long_run if so_far is None else so_far
        ahead = np.arange(years, dtype=np.float64)
        rate = fading_rate(recent, long_run, np.full(size, RETAIL_HALF_LIFE), ahead)
        return rate, draws["retail.noise_sd"]
    steady = np.full(size, STEADY) if so_far is None else so_far
    if output is None:
        return np.repeat(steady[:, None], years, axis=1), draws["trade.noise_sd"]
    side = "export" if inputs.variable == EXPORTS else "import"
    elasticity = draws[f"trade.{side}_elasticity"]
    growth = elasticity[:, None] * output.output_growth[:, -years:]
    if start.year == block.axis.first_month // 12:
        growth[:, 0] = elasticity * output.rest_growth
    # A year before output's, and one before which no output is known, go on as they began.
    earlier = np.repeat(steady[:, None], years - growth.shape[1], axis=1)
    growth = np.hstack([earlier, growth])
    return np.where(np.isfinite(growth), growth, steady[:, None]), draws["trade.noise_sd"]
