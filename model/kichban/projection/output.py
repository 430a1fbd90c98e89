"""Industrial output: nowcast, trend, parts, volume (G0–G3, G5, G7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.calibration import Calibrated, move_prior
from kichban.growth import (
    employer_shock,
    fading_rate,
    growth_increments,
    monthly_trend,
    named_capacity,
)
from kichban.ledger import Capacity
from kichban.nowcast import (
    USUAL_YEARS,
    HistoryDraws,
    KnownYears,
    YearStart,
    carry_over,
    draw_history,
    draw_years,
    future_months,
    start_level,
    trailing_growth,
)
from kichban.numbers import FloatArray, IntArray
from kichban.projection.bridge import Bridge
from kichban.projection.parts import Shares, split_output
from kichban.projection.values import Block, Paths, Variable
from kichban.projection.volume import Growth, SoFar, growth_of_output
from kichban.reconcile import History
from kichban.scenario import PathStep, path_values

#: how far the trend may lie from what the last twelve months say (log) [J]
START_SD = 0.025
CURRENT, CONSTANT = "current", "constant_2010"
OUTPUT = "industrial_output"
TOTAL = Variable(OUTPUT, "", "level", "bn_vnd", CURRENT)
IIP = Variable("iip", "", "growth_yoy", "percent")
VALUE_ADDED = Variable("industrial_va", "", "growth_yoy", "percent")
REAL = Variable(OUTPUT, "", "level", "bn_vnd", CONSTANT)
#: what named projects add to output of a year, at the prices of their prints
NAMED = Variable(OUTPUT, "method:named_capacity", "level", "bn_vnd", CURRENT)
CARRY = Variable(OUTPUT, "method:carry_over", "growth_yoy", "percent", CURRENT)


@dataclass(frozen=True, slots=True)
class OutputInputs:
    """What the block needs beside draws: history, calibration, prints of the current year.

    `rebound` is the factor from the last full year to its course; `expected_loss` (quarter,) the
    mean log loss by shocks to employers at the defaults; `levels` are the yearly levels up to the
    last full year, as far back as there is no gap, and without breaks; `iip`, `value_added` what is
    known of their current year, or ``None``; `print_sd`, `noise_sd` are the sd (log) of a first
    print against the last one and of a month around its trend, `season_known` how well last year's
    season is known from the usual one; `capacity` are the named projects.
    """

    history: History
    shocks: Calibrated
    bridge: Bridge | None
    rebound: float
    iip: YearStart | None
    value_added: YearStart | None
    levels: FloatArray
    expected_loss: FloatArray
    print_sd: float
    noise_sd: float
    season_known: float
    dimensions: Mapping[str, tuple[str, ...]]
    capacity: tuple[Capacity, ...] = ()


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
        Growth of output at current prices on its course, fractions.
    rest_growth : (draw,) float64
        The same in the months of the current year still to come.
    known
        What is known of the current year and of those before it.
    volume_growth, va_growth : (draw, year), (draw, quarter) float64
    increments : (draw, quarter) float64
        Log increments of the trend, as corrected.
    levels : (draw, year) float64
        Yearly levels without the error of a first print.
    course : (draw, year + 1) float64
        The same, from the year before on, as if all had run on today's course.
    """

    variables: Mapping[Variable, Paths]
    real_growth: FloatArray
    output_growth: FloatArray
    rest_growth: FloatArray
    known: KnownYears
    va_growth: FloatArray
    va_growth_quarterly: FloatArray
    increments: FloatArray
    levels: FloatArray
    course: FloatArray


def project_output(inputs: OutputInputs, block: Block) -> OutputBlock:
    """Project output and volume for one block of draws."""
    normal = block.normal("history", inputs.history.mean.size)
    past = draw_history(inputs.history, normal)
    future = _future(inputs, block, past)
    level = np.hstack([np.exp(past.log_level), future.months])
    first_month = inputs.history.first_month
    growth = growth_of_output(level, future.wedge, first_month, block.axis.first_month)
    # A break is output's own: what follows output follows its course.
    course = growth
    if past.breaks:
        on_course = level * np.exp(-past.departure(first_month, level.shape[1]))
        course = growth_of_output(on_course, future.wedge, first_month, block.axis.first_month)
    # What is forecast is the first print: one error a year, shared by its quarters and parts.
    error = np.exp(inputs.print_sd * block.normal("print", growth.years.shape[1]))
    annual, quarterly = growth.first_prints(error)
    annual_growth = annual / np.hstack([growth.years_before[:, :1], annual[:, :-1]]) - 1.0
    course_growth = annual_growth
    if past.breaks:
        years = np.hstack([course.years_before[:, :1], course.years * error])
        course_growth = years[:, 1:] / years[:, :-1] - 1.0
    iip = course.volume(_so_far(inputs.iip, block))
    elasticity = block.draws["growth.va_elasticity"]  # value added grows so much of volume (G3)
    va_so_far = _so_far(inputs.value_added, block)
    va_annual = elasticity[:, None] * iip
    if va_so_far is not None:
        va_annual = course.volume(va_so_far, elasticity)
    va_quarterly = course.volume_quarterly(elasticity)
    variables = {
        TOTAL: Paths(annual, quarterly),
        Variable(OUTPUT, "", "growth_yoy", "percent", CURRENT): Paths(annual_growth),
        CARRY: Paths(_carried(block, past, future, growth)),
    }
    if inputs.capacity:
        variables[NAMED] = _named_by_year(inputs.capacity, block)
    shares = _shares(inputs.history, past)
    variables |= split_output(inputs.dimensions, shares, block, annual, quarterly)
    if np.isfinite(iip).all():
        variables |= {
            IIP: Paths(iip, course.volume_quarterly()),
            VALUE_ADDED: Paths(va_annual, va_quarterly),
        }
        if inputs.bridge is not None:
            start = inputs.rebound * inputs.bridge.level(block.draws["growth.wedge"])[:, None]
            variables[REAL] = Paths(start * np.cumprod(1.0 + iip, axis=1))
    return OutputBlock(
        variables=variables,
        real_growth=np.expm1(future.rate),
        output_growth=course_growth,
        rest_growth=np.expm1(course.rest(course.known)),
        known=_known(inputs, past),
        va_growth=va_annual,
        va_growth_quarterly=va_quarterly,
        increments=future.increments,
        levels=growth.years,
        course=np.hstack([course.years_before[:, :1], course.years]),
    )


def _shares(history: History, past: HistoryDraws) -> Shares:
    """Collect the shares of the parts; those so far stand last in the history."""
    so_far = history.shares_so_far
    sd = np.sqrt(np.diag(history.covariance)[so_far]) * np.exp(history.mean[so_far])
    last = slice(so_far.start - len(history.parts), so_far.start)
    return Shares(history.parts, past.log_share, past.log_share_so_far, sd, history.mean[last])


def _known(inputs: OutputInputs, past: HistoryDraws) -> KnownYears:
    """Lay out the months of the last full years and of the current one."""
    known = (past.last_month + 1) % 12
    years = min((past.log_level.shape[1] - known) // 12, USUAL_YEARS)
    level = np.exp(past.log_level[:, past.log_level.shape[1] - known - 12 * years :])
    before = level[:, : 12 * years].reshape(len(level), -1, 12)
    off = None
    if past.breaks:
        january = past.last_month + 1 - known
        off = past.departure(january - 12 * years, 12 * years + 24)
        off = off.reshape(len(level), -1, 12)
    return KnownYears(1, before, level[:, 12 * years :], inputs.season_known, off)


def _so_far(start: YearStart | None, block: Block) -> SoFar | None:
    """Draw the growth that is known of the current year."""
    if start is None or not start.months:
        return None
    known = draw_years(start, block.known(start))
    return start.months, known.growth_so_far


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
    quarter_year = axis.output_quarter_years
    years = np.arange(quarter_year[0], axis.last_year + 1)
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
    start = start_level(past, trailing)
    start = start + START_SD * block.normal("start", 1)[:, 0]
    # The known part of the year and its usual season lift the rest; the trend starts from there.
    lifted = start if block.lift is None else start + block.lift
    trend = monthly_trend(lifted, increments, axis.first_month)
    loss = np.repeat(_employer_loss(block, inputs.expected_loss[:count]), 3, axis=1)
    trend = trend + loss[:, axis.first_month % 3 :]
    if inputs.capacity:
        added = draws["growth.capacity_additional"][:, None] * _named(inputs.capacity, block)
        by_month = np.repeat(added, 3, axis=1)[:, axis.first_month % 3 :]
        # a plant makes what it makes, however far the trend has risen by then
        trend = trend + np.log1p(by_month / (12.0 * np.exp(trend)))
    noise = inputs.noise_sd * block.normal("months", trend.shape[1])
    months = future_months(past, trend, noise)
    return _Future(months, start, trend, increments, rate, wedge)


def _named(capacity: Sequence[Capacity], block: Block) -> FloatArray:
    """Give the (draw, quarter) output that named projects add, bn VND a year."""
    quarters = block.axis.output_quarter_years.size
    happens = [block.uniform(f"capacity/{c.id}", 1)[:, 0] < c.probability for c in capacity]
    return named_capacity(
        np.array([c.start.start // 3 for c in capacity]),
        np.array([c.output for c in capacity]),
        np.array([c.share_year1 for c in capacity]),
        np.stack(happens, axis=1),
        block.axis.first_month // 3,
        quarters,
    )


def _named_by_year(capacity: Sequence[Capacity], block: Block) -> Paths:
    """Add up what named projects make in the quarters of each year that are still to come."""
    years = block.axis.output_quarter_years
    added = _named(capacity, block) / 4.0
    columns = [added[:, years == year].sum(axis=1) for year in np.unique(years)]
    return Paths(np.stack(columns, axis=1))


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
