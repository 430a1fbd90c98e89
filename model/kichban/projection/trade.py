"""Exports, imports and retail: their own prints, then tied to output or on their own (G6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kichban.growth import fading_rate
from kichban.ledger import Ledger
from kichban.nowcast import YearBase, YearToDate, rest_of_year, year_base, year_to_date
from kichban.numbers import FloatArray
from kichban.projection.output import OutputBlock
from kichban.projection.values import Axis, Block, Paths, Variable

#: half-life in years of the current growth of retail sales [J]
RETAIL_HALF_LIFE = 2.0


@dataclass(frozen=True, slots=True)
class FlowInputs:
    """What is printed about one flow: last year's level and the year to date."""

    indicator: str
    unit: str
    base: YearBase
    so_far: YearToDate | None
    print_sd: float


def flow_inputs(ledger: Ledger, year: int, print_sd: float) -> tuple[FlowInputs, ...]:
    """Collect exports, imports and retail sales as far as a base year is known.

    `print_sd` is the sd (log) of a first print against the last one.
    """
    found = []
    for indicator, unit in (
        ("exports", "mn_usd"),
        ("imports", "mn_usd"),
        ("retail_sales", "bn_vnd"),
    ):
        base = year_base(ledger, indicator, year - 1)
        if base is not None:
            so_far = year_to_date(ledger, indicator, year)
            found.append(FlowInputs(indicator, unit, base, so_far, print_sd))
    return tuple(found)


def project_flow(
    inputs: FlowInputs, block: Block, output: OutputBlock | None
) -> dict[Variable, Paths]:
    """Project one flow; without output trade stays at its growth and quarters share evenly."""
    axis, size = block.axis, block.luck.size
    years = axis.last_year - inputs.base.year
    noise = block.normal(f"flow/{inputs.indicator}", years + 1)
    base = inputs.base.level * np.exp(inputs.base.sd * noise[:, 0])
    so_far = inputs.so_far
    printed = so_far.growth if so_far is not None else None
    months = so_far.months if so_far is not None and so_far.level is not None else 0
    growth, sd = _growth(inputs.indicator, block.draws, output, printed, (size, years))
    rest_sd = sd * np.sqrt((12 - months) / 12.0)
    first = rest_of_year(base, so_far, growth[:, 0], rest_sd * noise[:, 1])
    later = np.cumprod((1.0 + growth[:, 1:]) * np.exp(sd[:, None] * noise[:, 2:]), axis=1)
    annual = np.hstack([first[:, None], first[:, None] * later])
    # As with output the first print is forecast, which the later ones revise.
    error = inputs.print_sd * block.normal(f"print/{inputs.indicator}", years)
    annual = annual * np.exp(error)
    key = Variable(inputs.indicator, "", "level", inputs.unit, _basis(inputs.unit))
    quarterly = _quarters(axis, annual, so_far, output)
    before = np.hstack([base[:, None], annual[:, :-1]])
    growth_key = Variable(inputs.indicator, "", "growth_yoy", "percent", key.price_basis)
    return {key: Paths(annual, quarterly), growth_key: Paths(annual / before - 1.0)}


def _basis(unit: str) -> str:
    return "current" if unit == "bn_vnd" else ""


def _growth(
    indicator: str,
    draws: Mapping[str, FloatArray],
    output: OutputBlock | None,
    printed: float | None,
    shape: tuple[int, int],
) -> tuple[FloatArray, FloatArray]:
    """Give (draw, year) growth and the (draw,) log sd of a year."""
    size, years = shape
    if indicator == "retail_sales":
        long_run = draws["retail.growth"]
        recent = long_run if printed is None else np.full(size, printed)
        ahead = np.arange(years, dtype=np.float64)
        rate = fading_rate(recent, long_run, np.full(size, RETAIL_HALF_LIFE), ahead)
        return rate, draws["retail.noise_sd"]
    key = "trade.export_elasticity" if indicator == "exports" else "trade.import_elasticity"
    if output is None:
        steady = 0.08 if printed is None else printed
        return np.full((size, years), steady), draws["trade.noise_sd"]
    growth = draws[key][:, None] * output.output_growth[:, -years:]
    growth[:, 0] = draws[key] * output.rest_growth
    return growth, draws["trade.noise_sd"]


def _quarters(
    axis: Axis,
    annual: FloatArray,
    so_far: YearToDate | None,
    output: OutputBlock | None,
) -> FloatArray:
    """Share years among quarters like output; the current year keeps what is printed."""
    first = axis.first_month // 3
    count = 4 * (axis.last_year + 1) - first
    year_of = (np.arange(first, first + count) // 4) - first // 4
    share = output.quarter_share if output is not None else np.full((annual.shape[0], count), 0.25)
    quarterly = share * annual[:, year_of]
    done = so_far.level if so_far is not None and so_far.level is not None else 0.0
    now = year_of == 0
    covered = first % 4 > 0 and so_far is not None and so_far.months == 3 * (first % 4)
    if covered:
        rest = share[:, now].sum(axis=1)
        quarterly[:, now] = share[:, now] / rest[:, None] * (annual[:, :1] - done)
    return quarterly
