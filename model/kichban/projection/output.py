"""Industrial output: nowcast, trend, parts, volume (G0–G3, G5, G7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.calibration import Calibrated, move_prior
from kichban.growth import employer_shock, fading_rate, growth_increments, monthly_trend
from kichban.nowcast import (
    HistoryDraws,
    carry_over,
    draw_history,
    future_months,
    start_level,
    trailing_growth,
)
from kichban.numbers import FloatArray
from kichban.projection.bridge import Bridge
from kichban.projection.parts import split_output
from kichban.projection.values import Axis, Block, IntArray, Paths, Variable
from kichban.projection.volume import Growth, growth_of_volume
from kichban.reconcile import History
from kichban.scenario import PathStep, path_values

#: how far the trend may lie from what the last twelve months say (log) [J]
START_SD = 0.025
CURRENT, CONSTANT = "current", "constant_2010"
OUTPUT = "industrial_output"
TOTAL = Variable(OUTPUT, "", "level", "bn_vnd", CURRENT)
CARRY = Variable(OUTPUT, "method:carry_over", "growth_yoy", "percent", CURRENT)


@dataclass(frozen=True, slots=True)
class OutputInputs:
    """What the block needs beside draws: history, calibration, prints of the current year.

    `expected_loss` (quarter,) is the mean log loss by shocks to employers at the defaults;
    `levels` are the yearly levels up to the last full year, as far back as there is no gap;
    `iip_so_far`, `va_so_far`: (months, growth) of the newest cumulative print of the current
    year, fractions, or ``None``; `print_sd`, `noise_sd` are the sd (log) of a first print against
    the last one and of a month around its trend.
    """

    history: History
    shocks: Calibrated
    bridge: Bridge | None
    iip_so_far: tuple[int, float] | None
    va_so_far: tuple[int, float] | None
    levels: FloatArray
    expected_loss: FloatArray
    print_sd: float
    noise_sd: float
    dimensions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OutputBlock:
    """One block of draws.

    Attributes
    ----------
    variables
        Paths to report.
    real_growth : (draw, quarter) float64
        Trend growth of volume per year, fractions: drives the demand for land.
    output_growth : (draw, year) float64
        Growth of output at current prices, fractions.
    rest_growth : (draw,) float64
        Growth of output in the months of the current year still to come.
    volume_growth, va_growth : (draw, year), (draw, quarter) float64
    quarter_share : (draw, quarter) float64
        Share of each quarter in its year's output.
    increments : (draw, quarter) float64
        Log increments of the trend, as corrected.
    levels, level_before : (draw, year), (draw,) float64
        Yearly levels without the error of a first print, and the level of the year before them.
    """

    variables: Mapping[Variable, Paths]
    real_growth: FloatArray
    output_growth: FloatArray
    rest_growth: FloatArray
    va_growth: FloatArray
    va_growth_quarterly: FloatArray
    quarter_share: FloatArray
    increments: FloatArray
    levels: FloatArray
    level_before: FloatArray


def project_output(inputs: OutputInputs, block: Block) -> OutputBlock:
    """Project output and volume for one block of draws."""
    normal = block.normal("history", inputs.history.mean.size)
    past = draw_history(inputs.history, normal)
    future = _future(inputs, block, past)
    level = np.hstack([np.exp(past.log_level), future.months])
    growth = growth_of_volume(
        level,
        future.wedge,
        inputs.history.first_month,
        block.axis.first_month,
        inputs.iip_so_far,
    )
    # What is forecast is the first print: one error a year, shared by its quarters and parts.
    error = np.exp(inputs.print_sd * block.normal("print", growth.years.shape[1]))
    annual, quarterly = growth.years * error, growth.quarters * error[:, growth.year_of_quarter]
    annual_growth = annual / np.hstack([growth.years_before[:, :1], annual[:, :-1]]) - 1.0
    va_annual, va_quarterly = _value_added(inputs, block, growth)
    variables = {
        TOTAL: Paths(annual, quarterly),
        Variable(OUTPUT, "", "growth_yoy", "percent", CURRENT): Paths(annual_growth),
        CARRY: Paths(_carried(block, past, future, growth)),
    }
    variables |= split_output(
        inputs.dimensions, inputs.history.parts, past.log_share, block, annual, quarterly
    )
    if np.isfinite(growth.volume).all():
        variables |= _volume_variables(inputs.bridge, block, growth, va_annual, va_quarterly)
    return OutputBlock(
        variables, np.expm1(future.rate), annual_growth, np.expm1(growth.rest),
        va_annual, va_quarterly, growth.quarters / growth.years[:, growth.year_of_quarter],
        future.increments, growth.years, growth.years_before[:, 0],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Future:
    """(draw, month) levels and log trend, its start, (draw, quarter) increments and rate."""

    months: FloatArray
    start: FloatArray
    trend: FloatArray
    increments: FloatArray
    rate: FloatArray
    wedge: FloatArray


def _carried(block: Block, past: HistoryDraws, future: _Future, growth: Growth) -> FloatArray:
    """Give the growth that each year has before anything grows any further."""
    first = block.axis.first_month
    known = first % 12
    months = np.exp(past.log_level)[:, past.log_level.shape[1] - known :].sum(axis=1)
    return carry_over(past, future.start, future.trend, first, months, growth.years_before)


def _future(inputs: OutputInputs, block: Block, past: HistoryDraws) -> _Future:
    """Give the months after the history, and the paths behind them."""
    axis, draws = block.axis, block.draws
    quarter_year, years = _calendar(axis)
    count = quarter_year.size
    at = quarter_year - years[0]
    wedge = np.repeat(draws["growth.wedge"][:, None], years.size, axis=1)
    wedge = path_values(block.steps.get("growth.wedge", ()), years, wedge)
    trailing = trailing_growth(past)
    recent = draws.get("growth.volume_recent")
    if recent is None:
        known = np.isfinite(trailing)
        recent = np.where(known, trailing - draws["growth.wedge"], draws["growth.volume_long_run"])
    long_run = np.asarray(np.log1p(draws["growth.volume_long_run"]))
    ahead = np.arange(1, count + 1, dtype=np.float64) / 4.0
    base = fading_rate(recent, long_run, draws["growth.fade_years"], ahead)
    base = base + draws.get("growth.volume", np.zeros(block.luck.size))[:, None]
    rate = _by_year(block.steps.get("growth.volume", ()), base, at, years)
    rate = rate + np.where(at > 0, block.shift, 0.0)
    sd = draws["growth.shock_sd"]
    if len(block.scenario.origins["growth.shock_sd"]) == 1:
        # What a scenario sets is meant as set; only the catalogue's prior meets the data.
        sd = move_prior(sd, inputs.shocks)
    shock = sd[:, None] * block.normal("growth", count)
    increments = growth_increments(rate + wedge[:, at], draws["growth.persistence"], shock)
    if block.correction is not None:
        increments = increments + block.correction
    start = start_level(past, trailing, inputs.history.last_month)
    start = start + START_SD * block.normal("start", 1)[:, 0]
    trend = monthly_trend(start, increments, axis.first_month)
    loss = np.repeat(_employer_loss(block, inputs.expected_loss[:count]), 3, axis=1)
    trend = trend + loss[:, axis.first_month % 3 :]
    noise = inputs.noise_sd * block.normal("months", trend.shape[1])
    months = future_months(past, trend, axis.first_month, noise)
    return _Future(months, start, trend, increments, rate, wedge)


def _calendar(axis: Axis) -> tuple[IntArray, IntArray]:
    """Give the year of each quarter not fully covered yet, and those years."""
    first = axis.first_month // 3
    quarter_year = np.arange(first, 4 * (axis.last_year + 1)) // 4
    return quarter_year, np.arange(quarter_year[0], axis.last_year + 1)


def _by_year(
    steps: Sequence[PathStep], base: FloatArray, at: IntArray, years: IntArray
) -> FloatArray:
    """Apply steps given by year to a quarterly rate: each quarter gets its year's change."""
    if not steps:
        return base
    means = np.stack([base[:, at == y].mean(axis=1) for y in range(years.size)], axis=1)
    return np.asarray(base + (path_values(steps, years, means) - means)[:, at])


def _employer_loss(block: Block, expected: FloatArray) -> FloatArray:
    """Give (draw, quarter) log loss by shocks to the largest employers, less the expected one.

    Shocks at the catalogue's rate and depth are in the history already; a scenario with more or
    deeper ones lies below.
    """
    quarters = expected.size
    names = ("rate", "depth", "quarters", "recovery")
    arrival = block.uniform("employer", quarters)
    loss = employer_shock(arrival, *(block.draws[f"growth.employer_shock_{n}"] for n in names))
    return loss - expected


def _value_added(
    inputs: OutputInputs, block: Block, growth: Growth
) -> tuple[FloatArray, FloatArray]:
    """Give annual and quarterly growth of value added (G3): β times that of volume."""
    elasticity = block.draws["growth.va_elasticity"]
    annual = elasticity[:, None] * growth.volume
    rest = elasticity * growth.rest_volume
    annual[:, 0] = growth.splice(inputs.va_so_far, rest, annual[:, 0])
    return annual, elasticity[:, None] * growth.volume_quarterly


def _volume_variables(
    bridge: Bridge | None,
    block: Block,
    growth: Growth,
    va_annual: FloatArray,
    va_quarterly: FloatArray,
) -> dict[Variable, Paths]:
    found = {
        Variable("iip", "", "growth_yoy", "percent"): Paths(growth.volume, growth.volume_quarterly),
        Variable("industrial_va", "", "growth_yoy", "percent"): Paths(va_annual, va_quarterly),
    }
    if bridge is not None:
        start = bridge.level(block.draws["growth.wedge"])[:, None]
        real = start * np.cumprod(1.0 + growth.volume, axis=1)
        found[Variable(OUTPUT, "", "level", "bn_vnd", CONSTANT)] = Paths(real)
    return found
