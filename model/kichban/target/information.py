r"""The value of information: which figure, once printed, would narrow a target's interval most.

A figure X, printed with an error of sd s, leaves of the sd of the outcome Y

.. math:: \sqrt{1 - \rho_{XY}^2 \, \frac{\sigma_X^2}{\sigma_X^2 + s^2}},

the algebra of leverage on the joint draws; logs where all are positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from kichban.numbers import FloatArray
from kichban.periods import Period, quarter_period, year_period
from kichban.projection import Projection, ScenarioPaths, Variable

#: figures that narrow by less say nothing that luck would not say
LEAST = 0.01
#: what is asked of offices: figures of the next quarter, and stocks at the end of the year
FLOWS = (
    Variable("industrial_output", "", "level", "bn_vnd", "current"),
    Variable("iip", "", "growth_yoy", "percent"),
    Variable("industrial_va", "", "growth_yoy", "percent"),
    Variable("exports", "", "level", "mn_usd"),
    Variable("imports", "", "level", "mn_usd"),
    Variable("retail_sales", "", "level", "bn_vnd", "current"),
    Variable("services_va", "", "growth_yoy", "percent"),
)
STOCKS = tuple(
    Variable(f"{kind}_{stock}", "", "area_ha", "ha")
    for kind in ("kcn", "ccn")
    for stock in ("area", "cleared", "serviced", "leased", "operating_land")
)


class Figure(NamedTuple):
    """A figure that is not known yet: of what and when, and its (draw,) values."""

    variable: Variable
    period: Period
    values: FloatArray


class Information(NamedTuple):
    """By how much a figure narrows an outcome: share of the sd that goes."""

    variable: Variable
    period: Period
    narrowing: float


def narrowing(outcome: FloatArray, figure: FloatArray, error: float = 0.0) -> float:
    """Give the share of the sd of an outcome that knowing a figure takes away.

    Parameters
    ----------
    outcome, figure : (draw,) float64
        The same draws.
    error
        Sd with which the figure is printed: relative where all its values are positive.

    Examples
    --------
    Two independent parts of a sum; knowing one exactly leaves the other, with error less goes:

    >>> luck = np.random.default_rng(1).standard_normal((2, 20_000))
    >>> round(narrowing(luck[0] + luck[1], luck[0]), 2)
    0.29
    >>> round(narrowing(luck[0] + luck[1], luck[0], 1.0), 2)
    0.13
    """
    # each by itself: the error of a level is relative, whatever the outcome is
    y, x = (np.log(v) if v.min() > 0 else v for v in (outcome, figure))
    spread = float(x.var())
    if not spread > 0 or not y.var() > 0:
        return 0.0
    explained = float(np.corrcoef(x, y)[0, 1]) ** 2 * spread / (spread + error**2)
    # any figure explains one part in so many draws
    explained = max(explained - 1.0 / x.size, 0.0)
    return 1.0 - float(np.sqrt(1.0 - explained))


def missing_figures(projection: Projection, paths: ScenarioPaths) -> Iterator[Figure]:
    """Give what the offices print next: flows of the first whole quarter ahead, stocks this year.

    Of a year's growth also the level of the year before, as revised by then.
    """
    axis = projection.axis
    quarter = max(-(-axis.first_month // 3), axis.first_quarter)
    for variable in FLOWS:
        known = paths.variables.get(variable)
        if known is not None and known.quarterly is not None:
            column = quarter - (4 * (axis.last_year + 1) - known.quarterly.shape[1])
            yield Figure(variable, quarter_period(quarter), known.quarterly[:, column])
    for variable in STOCKS:
        known = paths.variables.get(variable)
        if known is not None and known.annual is not None:
            column = axis.first_year - (axis.last_year + 1 - known.annual.shape[1])
            yield Figure(variable, year_period(axis.first_year), known.annual[:, column])
    level = paths.variables.get(FLOWS[0])
    growth = paths.variables.get(
        Variable("industrial_output", "", "growth_yoy", "percent", "current")
    )
    if level is not None and growth is not None:
        assert level.annual is not None and growth.annual is not None  # noqa: PT018
        base = level.annual[:, 0] / (1.0 + growth.annual[:, 0])
        yield Figure(FLOWS[0], year_period(axis.first_year - 1), base)


def most_telling(
    outcome: FloatArray, figures: list[Figure], errors: Mapping[str, float], count: int = 3
) -> tuple[Information, ...]:
    """Rank figures by how much they narrow an outcome, the most telling first.

    Parameters
    ----------
    errors
        Sd of a first print by indicator; nought where none is given.
    """
    found = [
        Information(f.variable, f.period, narrowing(outcome, f.values, errors.get(k, 0.0)))
        for f in figures
        if np.isfinite(f.values).all()
        for k in [f.variable.indicator]
    ]
    telling = [f for f in found if f.narrowing >= LEAST]
    return tuple(sorted(telling, key=lambda f: -f.narrowing)[:count])
