"""Industrial output: nowcast, trend, parts, volume (G0–G3, G5, G7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.calibration import Calibrated, move_prior
from kichban.growth import (
    drifting_shares,
    employer_shock,
    fading_rate,
    growth_increments,
    monthly_trend,
)
from kichban.land.noise import stream
from kichban.nowcast import (
    HistoryDraws,
    draw_history,
    future_months,
    start_level,
    trailing_growth,
)
from kichban.numbers import FloatArray
from kichban.projection.bridge import Bridge
from kichban.projection.values import Axis, Paths, Variable
from kichban.reconcile import History
from kichban.reconcile.prior import NOISE_SD
from kichban.reconcile.scales import STATUS_SD
from kichban.scenario import BLOCK, PathStep, path_values

#: how far the trend may lie from what the last twelve months say (log) [J]
START_SD = 0.025
CURRENT, CONSTANT = "current", "constant_2010"


@dataclass(frozen=True, slots=True)
class OutputInputs:
    """What the block needs beside draws: history, calibration, prints of the current year.

    `iip_so_far`, `va_so_far`: (months, growth) of the newest cumulative print of the current
    year, fractions, or ``None``.
    """

    history: History
    shocks: Calibrated
    bridge: Bridge | None
    iip_so_far: tuple[int, float] | None
    va_so_far: tuple[int, float] | None
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
    """

    variables: Mapping[Variable, Paths]
    real_growth: FloatArray
    output_growth: FloatArray
    rest_growth: FloatArray
    va_growth: FloatArray
    va_growth_quarterly: FloatArray
    quarter_share: FloatArray


def project_output(
    inputs: OutputInputs,
    axis: Axis,
    draws: Mapping[str, FloatArray],
    steps: Mapping[str, Sequence[PathStep]],
    luck: tuple[int, int, int],
    shift: float = 0.0,
) -> OutputBlock:
    """Project output and volume for one block.

    Parameters
    ----------
    draws
        Parameters, (draw,) each.
    steps
        Path steps by parameter, without ``reach``.
    luck
        (seed, block, draws).
    shift
        Log growth per year added from the year after the current one: what a ``reach`` needs.
    """
    seed, block, size = luck
    normal = stream(seed, block, "history").standard_normal((size, inputs.history.mean.size))
    past = draw_history(inputs.history, normal)
    months, rate, wedge = _future(inputs, axis, draws, steps, luck, past, shift)
    level = np.hstack([np.exp(past.log_level), months])
    error = np.exp(STATUS_SD["estimate"] * _normal(luck, "print", axis.years.size))
    return _assemble(inputs, axis, draws, luck, past, level, rate, wedge, error)


def _future(
    inputs: OutputInputs,
    axis: Axis,
    draws: Mapping[str, FloatArray],
    steps: Mapping[str, Sequence[PathStep]],
    luck: tuple[int, int, int],
    past: HistoryDraws,
    shift: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give future monthly levels, (draw, quarter) volume rate and (draw, year) wedge."""
    seed, block, size = luck
    first = axis.first_month // 3
    count = 4 * (axis.last_year + 1) - first
    quarter_year = np.arange(first, first + count) // 4
    all_years = np.arange(quarter_year[0], axis.last_year + 1)
    wedge = path_values(
        steps.get("growth.wedge", ()), all_years,
        np.repeat(draws["growth.wedge"][:, None], all_years.size, axis=1),
    )  # fmt: skip
    recent = draws.get("growth.volume_recent")
    trailing = trailing_growth(past)
    if recent is None:
        known = np.isfinite(trailing)
        recent = np.where(known, trailing - draws["growth.wedge"], draws["growth.volume_long_run"])
    ahead = (np.arange(count) + 1.0) / 4.0
    long_run = np.log1p(draws["growth.volume_long_run"])
    base = fading_rate(recent, long_run, draws["growth.fade_years"], ahead)
    base = base + draws.get("growth.volume", np.zeros(size))[:, None]
    rate = _by_year(steps.get("growth.volume", ()), base, quarter_year, all_years)
    rate = rate + np.where(quarter_year > quarter_year[0], shift, 0.0)
    noise = _normal(luck, "growth", count)
    shock_sd = move_prior(draws["growth.shock_sd"], inputs.shocks)
    total = rate + wedge[:, quarter_year - all_years[0]]
    increments = growth_increments(total, draws["growth.persistence"], shock_sd[:, None] * noise)
    start = start_level(past, trailing, inputs.history.last_month)
    start = start + START_SD * _normal(luck, "start", 1)[:, 0]
    trend = monthly_trend(start, increments, axis.first_month)
    arrival = stream(seed, block, "employer").random((count, BLOCK)).T[:size]
    loss = employer_shock(
        arrival,
        *(draws[f"growth.employer_shock_{k}"] for k in ("rate", "depth", "quarters", "recovery")),
    )
    # On average shocks are in the history already: only their deviation from the mean is added.
    loss = loss - loss.mean(axis=0, keepdims=True)
    trend = trend + np.repeat(loss, 3, axis=1)[:, axis.first_month % 3 :]
    noise = NOISE_SD * _normal(luck, "months", trend.shape[1])
    return future_months(past, trend, axis.first_month, noise), rate, wedge


def _normal(luck: tuple[int, int, int], name: str, periods: int) -> FloatArray:
    """Deal (draw, period) normals, period by period, so that a longer horizon changes nothing."""
    seed, block, size = luck
    return np.asarray(stream(seed, block, name).standard_normal((periods, BLOCK)).T[:size])


def _by_year(
    steps: Sequence[PathStep],
    base: FloatArray,
    quarter_year: np.ndarray[tuple[int], np.dtype[np.int64]],
    years: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> FloatArray:
    """Apply steps given by year to a quarterly rate: each quarter gets its year's change."""
    if not steps:
        return base
    means = np.stack([base[:, quarter_year == y].mean(axis=1) for y in years], axis=1)
    change = path_values(steps, years, means) - means
    return np.asarray(base + change[:, quarter_year - years[0]])


def _assemble(  # noqa: PLR0913
    inputs: OutputInputs,
    axis: Axis,
    draws: Mapping[str, FloatArray],
    luck: tuple[int, int, int],
    past: HistoryDraws,
    level: FloatArray,
    rate: FloatArray,
    wedge: FloatArray,
    error: FloatArray,
) -> OutputBlock:
    size = level.shape[0]
    start = inputs.history.first_month
    quarters = level.reshape(size, -1, 3).sum(axis=2)
    years = quarters.reshape(size, -1, 4).sum(axis=2)
    first_q = axis.first_month // 3 - start // 3
    first_y = axis.first_month // 12 - start // 12
    count_y = years.shape[1] - first_y
    future_q, future_y = quarters[:, first_q:], years[:, first_y:]
    quarter_year = (np.arange(first_q, quarters.shape[1]) + start // 3) // 4
    year_of_q = quarter_year - quarter_year[0]
    before_q = _or_nan(quarters, first_q - 4, future_q.shape[1])
    before_y = _or_nan(years, first_y - 1, count_y)
    wedge_q = wedge[:, year_of_q]
    volume_q = np.exp(np.log(future_q / before_q) - wedge_q) - 1.0
    volume_y = np.exp(np.log(future_y / before_y) - wedge) - 1.0
    months_known = axis.first_month % 12
    known = level[:, axis.first_month - start - months_known : axis.first_month - start].sum(axis=1)
    known_before = _known_before(level, axis.first_month - start, months_known)
    rest = np.log((future_y[:, 0] - known) / (before_y[:, 0] - known_before))
    rest_volume = np.exp(rest - wedge[:, 0]) - 1.0
    share = known_before / before_y[:, 0]
    volume_y[:, 0] = _splice(inputs.iip_so_far, months_known, share, rest_volume, volume_y[:, 0])
    elasticity = draws["growth.va_elasticity"]
    va_y = elasticity[:, None] * volume_y
    va_y[:, 0] = _splice(
        inputs.va_so_far, months_known, share, elasticity * rest_volume, va_y[:, 0]
    )
    va_q = elasticity[:, None] * volume_q
    printed_y = future_y * error[:, :count_y]
    printed_q = future_q * error[:, year_of_q]
    variables: dict[Variable, Paths] = {
        Variable("industrial_output", "", "level", "bn_vnd", CURRENT): Paths(printed_y, printed_q)
    }
    growth_y = printed_y / np.hstack([before_y[:, :1], printed_y[:, :-1]]) - 1.0
    variables[Variable("industrial_output", "", "growth_yoy", "percent", CURRENT)] = Paths(growth_y)
    variables |= _parts(inputs, luck, past, printed_y, printed_q, draws)
    if np.isfinite(volume_y).all():
        variables[Variable("iip", "", "growth_yoy", "percent")] = Paths(volume_y, volume_q)
        variables[Variable("industrial_va", "", "growth_yoy", "percent")] = Paths(va_y, va_q)
        if inputs.bridge is not None:
            real = inputs.bridge.level(draws["growth.wedge"])[:, None] * np.cumprod(
                1.0 + volume_y, axis=1
            )
            key = Variable("industrial_output", "", "level", "bn_vnd", CONSTANT)
            variables[key] = Paths(real)
    return OutputBlock(
        variables, np.expm1(rate), growth_y, np.expm1(rest), va_y, va_q,
        future_q / future_y[:, year_of_q],
    )  # fmt: skip


def _or_nan(values: FloatArray, first: int, count: int) -> FloatArray:
    if first < 0:
        return np.full((values.shape[0], count), np.nan)
    return values[:, first : first + count]


def _known_before(level: FloatArray, first: int, months: int) -> FloatArray:
    if first - months - 12 < 0:
        return np.full(level.shape[0], np.nan)
    return np.asarray(level[:, first - months - 12 : first - 12].sum(axis=1))


def _splice(
    so_far: tuple[int, float] | None,
    months_known: int,
    share: FloatArray,
    rest: FloatArray,
    modelled: FloatArray,
) -> FloatArray:
    """Join printed growth so far with modelled growth of the rest, weighted by last year."""
    if so_far is None or so_far[0] != months_known:
        return modelled
    return np.asarray(share * so_far[1] + (1.0 - share) * rest)


def _parts(
    inputs: OutputInputs,
    luck: tuple[int, int, int],
    past: HistoryDraws,
    annual: FloatArray,
    quarterly: FloatArray,
    draws: Mapping[str, FloatArray],
) -> dict[Variable, Paths]:
    """Split the total; parts add up to it in every draw, quarter and year."""
    seed, block, size = luck
    found: dict[Variable, Paths] = {}
    step = float(draws["growth.ownership_drift_sd"][0]) / 2.0
    for dimension, parts in inputs.dimensions.items():
        if not all(p in inputs.history.parts for p in parts):
            continue
        at = [inputs.history.parts.index(p) for p in parts]
        deal = stream(seed, block, f"parts/{dimension}")
        noise = deal.standard_normal((quarterly.shape[1], BLOCK, len(parts)))[:, :size]
        shares = drifting_shares(past.log_share[:, at], step, noise.transpose(1, 0, 2))
        by_quarter = quarterly[:, :, None] * shares
        now = drifting_shares(past.log_share[:, at], 0.0, noise[:1].transpose(1, 0, 2))[:, 0]
        by_year = _years_from_quarters(by_quarter, annual, quarterly, now)
        for i, part in enumerate(parts):
            key = Variable("industrial_output", part, "level", "bn_vnd", CURRENT)
            found[key] = Paths(by_year[:, :, i], by_quarter[:, :, i])
    return found


def _years_from_quarters(
    by_quarter: FloatArray, annual: FloatArray, quarterly: FloatArray, now: FloatArray
) -> FloatArray:
    """Add quarters up; what the current year had before them has today's shares."""
    years = annual.shape[1]
    first = quarterly.shape[1] - 4 * (years - 1)
    head = by_quarter[:, :first].sum(axis=1)
    before = annual[:, 0] - quarterly[:, :first].sum(axis=1)
    head = head + before[:, None] * now
    tail = by_quarter[:, first:].reshape(by_quarter.shape[0], years - 1, 4, -1).sum(axis=2)
    return np.concatenate([head[:, None, :], tail], axis=1)
