r"""What a hectare carries: capital, jobs, and output from below held against output itself (L7–L9).

Output from below, in prices of the base year b, over the mean stock :math:`\bar L` of a year,

.. math:: Y_t = \sum_k v_k (1+\rho)^{t-b} \bar L_{k,t} + R, \qquad
          R = \max\bigl(0,\; Y_b - \textstyle\sum_k v_k \bar L_{k,b}\bigr)

R, what is made outside parks and clusters, keeps its volume. Nothing is forced to agree: at the
prices of output itself it stands beside output.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kichban.investment import capital_per_hectare, jobs_per_hectare, marginal_jobs_per_hectare
from kichban.land import implied_output_per_ha, output_of_leased_land
from kichban.ledger import Ledger
from kichban.numbers import FloatArray
from kichban.projection.output import IIP, REAL, TOTAL
from kichban.projection.sites import Kind, leased_totals
from kichban.projection.values import Axis, Block, Paths, Variable

#: the year that output per hectare in the catalogue is of
BASE_YEAR = 2023
KINDS: tuple[tuple[Kind, str], ...] = (("kcn", "park"), ("ccn", "cluster"))
#: a stock stands for a day at most this far off
FARTHEST = 400
#: stocks of registered capital, and what of them stands on a hectare
CAPITAL = {
    "kcn": (
        (
            Variable("kcn_fdi_registered_usd", "", "level", "mn_usd"),
            Variable("kcn_fdi_per_ha", "", "level", "mn_usd_per_ha"),
        ),
        (
            Variable("kcn_ddi_registered_vnd", "", "level", "bn_vnd"),
            Variable("kcn_ddi_per_ha", "", "level", "bn_vnd_per_ha"),
        ),
    ),
    "ccn": (
        (
            Variable("ccn_registered_vnd", "", "level", "bn_vnd"),
            Variable("ccn_capital_per_ha", "", "level", "bn_vnd_per_ha"),
        ),
    ),
}
BELOW = Variable(TOTAL.indicator, "method:land", "level", "bn_vnd", "current")


@dataclass(frozen=True, slots=True)
class LandBase:
    """The base year and the last full one.

    `output` of the base year and `last` of year `last_year`, bn VND at current prices; mean
    `leased` land of the base year by kind, ha.
    """

    output: float
    last: float
    last_year: int
    leased: tuple[float, float]


def land_base(ledger: Ledger, output: Mapping[int, float], last_year: int) -> LandBase | None:
    """Give the base year as printed; ``None`` where output or leased land of it is not known.

    Parameters
    ----------
    output
        Levels at current prices by year, bn VND.
    last_year
        The last full year before the projection.
    """
    leased = [_leased_on(ledger, kind, dt.date(BASE_YEAR, 7, 1)) for kind, _ in KINDS]
    if not {BASE_YEAR, last_year} <= set(output) or leased[0] is None or leased[1] is None:
        return None
    return LandBase(output[BASE_YEAR], output[last_year], last_year, (leased[0], leased[1]))


def _leased_on(ledger: Ledger, kind: Kind, day: dt.date) -> float | None:
    """Give leased land of a day between its prints, or of the nearest print within a year."""
    prints = leased_totals(ledger, kind)
    if not prints or min(abs((day - printed).days) for printed, _ in prints) > FARTHEST:
        return None
    at = [printed.toordinal() for printed, _ in prints]
    return float(np.interp(day.toordinal(), at, [value for _, value in prints]))


def project_intensity(
    base: LandBase | None, block: Block, variables: Mapping[Variable, Paths]
) -> dict[Variable, Paths]:
    """Give capital, jobs and output per leased hectare, and output from below, by year."""
    found: dict[Variable, Paths] = {}
    leased = [variables.get(Variable(f"{kind}_leased", "", "area_ha", "ha")) for kind, _ in KINDS]
    for (kind, name), land in zip(KINDS, leased, strict=True):
        if land is None or land.annual is None:
            continue
        for stock, result in CAPITAL[kind]:
            capital = variables.get(stock)
            if capital is not None and capital.annual is not None:
                found[result] = Paths(capital_per_hectare(capital.annual, land.annual))
        jobs = variables.get(Variable(f"{kind}_workers", "", "count", "workers"))
        if jobs is not None and jobs.annual is not None:
            code, unit = f"{kind}_jobs_per_ha", "workers_per_ha"
            found[Variable(code, "statistic:average", "level", unit)] = Paths(
                jobs_per_hectare(jobs.annual, land.annual)
            )
            found[Variable(code, "statistic:marginal", "level", unit)] = Paths(
                marginal_jobs_per_hectare(
                    jobs.annual, land.annual, block.draws[f"labour.elasticity_{name}"]
                )
            )
    both = [p.quarterly for p in leased if p is not None and p.quarterly is not None]
    if base is not None and len(both) == len(KINDS):
        found |= _output(base, block, variables, both)
    return found


def _output(
    base: LandBase,
    block: Block,
    variables: Mapping[Variable, Paths],
    leased: list[FloatArray],
) -> dict[Variable, Paths]:
    draws, axis = block.draws, block.axis
    total, volume, real = (variables.get(v) for v in (TOTAL, IIP, REAL))
    if total is None or volume is None or total.annual is None or volume.annual is None:
        return {}
    mean = [mean_stocks(axis, stock) for stock in leased]
    years = (axis.years - BASE_YEAR).astype(np.float64)
    per_ha = [draws[f"land.output_per_ha_{name}"] for _, name in KINDS]
    growth = draws["land.output_per_ha_growth"]
    made = [output_of_leased_land(m, v, growth, years) for m, v in zip(mean, per_ha, strict=True)]
    inside = sum(v * land for v, land in zip(per_ha, base.leased, strict=True))
    outside = np.maximum(base.output - inside, 0.0)[:, np.newaxis]
    # output in prices of the base year: the last full year without its price rise, then by volume
    start = base.last * np.exp(-draws["growth.wedge"] * (base.last_year - BASE_YEAR))
    prices = total.annual / (start[:, np.newaxis] * np.cumprod(1.0 + volume.annual, axis=1))
    found = {
        Variable(f"{kind}_industrial_output", "", "level", "bn_vnd", "current"): Paths(m * prices)
        for (kind, _), m in zip(KINDS, made, strict=True)
    }
    found[BELOW] = Paths((made[0] + made[1] + outside) * prices)
    land = mean[0] + mean[1]
    for basis, paths in (("current", total), ("constant_2010", real)):
        if paths is not None and paths.annual is not None:
            key = Variable("output_per_ha", "", "level", "bn_vnd_per_ha", basis)
            found[key] = Paths(implied_output_per_ha(paths.annual, land))
    return found


def mean_stocks(axis: Axis, quarterly: FloatArray) -> FloatArray:
    """Give the mean stock of each year of the axis, NaN where a quarter of it is missing.

    Parameters
    ----------
    quarterly : (draw, quarter) float64
        Stocks at the quarters' ends, NaN before they begin.

    Returns
    -------
    mean : (draw, year) float64
        Of the year before's end, three quarters' ends, and its own end, these two by half.
    """
    found = np.full((len(quarterly), axis.years.size), np.nan)
    for i, end in enumerate(axis.year_ends):
        if end >= 4:
            own = quarterly[:, end - 4 : end + 1]
            found[:, i] = (0.5 * (own[:, 0] + own[:, 4]) + own[:, 1:4].sum(axis=1)) / 4.0
    return found
