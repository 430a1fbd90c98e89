"""Where a required rate ranks among what was ever reached: all past windows of its length."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kichban.ledger import Target
from kichban.nowcast import known_of
from kichban.numbers import FloatArray
from kichban.reconcile import Flow, Series
from kichban.target.required import Required


class Rank(NamedTuple):
    """How often a rate was reached: in `reached` of `windows` windows; `best` is the highest."""

    reached: int
    windows: int
    best: float

    @property
    def share(self) -> float:
        """Share of windows that were at least as fast; NaN where there are none.

        >>> Rank(3, 12, 0.4).share
        0.25
        """
        return self.reached / self.windows if self.windows else math.nan


NEVER = Rank(0, 0, math.nan)


def rank(growth: float, past: FloatArray) -> Rank:
    """Rank a rate among those of past windows.

    >>> rank(0.2, np.array([0.1, 0.2, 0.3]))
    Rank(reached=2, windows=3, best=0.3)
    """
    if not past.size or math.isnan(growth):
        return NEVER
    return Rank(int((past >= growth - 1e-9).sum()), int(past.size), float(past.max()))


def rank_required(series: Series, target: Target, required: Required) -> Rank:
    """Rank what a target asks for among what its series ever reached.

    The rest of a year is held against all windows of its length, a rate over years against all
    stretches of as many years.
    """
    if required.rate is None:
        return NEVER
    basis = target.price_basis or ("current" if target.unit == "bn_vnd" else "")
    if required.kind == "rest_of_year_yoy":
        flow = series.flows.get((target.indicator, basis))
        start = known_of(series, target.indicator, basis, target.period.year)
        if flow is None or start is None or target.breakdown:
            return NEVER
        return rank(required.rate, growth_of_windows(flow, 12 - start.months))
    levels = {
        row.period.year: row.value
        for row in series.own_rows
        if (row.indicator, row.breakdown, row.price_basis)
        == (target.indicator, target.breakdown, basis)
        and row.measure == target.measure == "level" and row.period.kind == "year"
        and row.period.year < target.period.year
    }  # fmt: skip
    if not levels:
        return NEVER
    return rank(required.rate, growth_of_spans(levels, target.period.year - max(levels)))


def growth_of_windows(flow: Flow, months: int) -> FloatArray:
    """Give growth on the year before of every window of so many months.

    Parameters
    ----------
    months
        Length; no multiple of the flow's step has no windows.

    Returns
    -------
    growth : (window,) float64
        Fractions, oldest first; windows overlap.

    Examples
    --------
    >>> flow = Flow(0, 6, np.log([1.0, 1.0, 1.1, 1.3, 1.5]), np.zeros((5, 1)), "")
    >>> growth_of_windows(flow, 6).round(3).tolist(), growth_of_windows(flow, 12).round(3).tolist()
    ([0.1, 0.3, 0.364], [0.2, 0.333])
    """
    width, year = months // flow.step, 12 // flow.step
    if months % flow.step or width < 1 or flow.periods < year + width:
        return np.empty(0)
    level = np.exp(flow.mean[: flow.periods])
    sums = np.convolve(level, np.ones(width), mode="valid")
    return np.asarray(sums[year:] / sums[:-year] - 1.0)


def growth_of_spans(levels: Mapping[int, float], years: int) -> FloatArray:
    """Give the yearly rate of every stretch of so many years.

    >>> growth_of_spans({2019: 100.0, 2020: 110.0, 2021: 121.0, 2023: 150.0}, 2).round(3).tolist()
    [0.1, 0.113]
    """
    found = [
        (levels[first + years] / levels[first]) ** (1.0 / years) - 1.0
        for first in sorted(levels)
        if first + years in levels and levels[first] > 0
    ]
    return np.array(found)
