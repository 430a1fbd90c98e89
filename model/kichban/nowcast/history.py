"""Draws of the monthly history and of the months that follow it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kichban.catalogue.tet import WINDOW_COUNT, holiday_shares
from kichban.numbers import FloatArray
from kichban.reconcile import Held, History, departure, symmetric_root


@dataclass(frozen=True, slots=True)
class HistoryDraws:
    """Joint draws of what is known.

    Attributes
    ----------
    log_level : (draw, month) float64
        Log monthly levels of all covered months.
    season : (draw, 12) float64
        Log seasonal effects, January first.
    tet : (draw, 3) float64
        Log effects of the days before, during and after Tết.
    trend : (draw,) float64
        Log trend of the last month.
    log_share, log_share_so_far : (draw, part) float64
        Log shares of the parts at the last month, and in the months of its year so far.
    size : (draw, break) float64
        Log sizes of the breaks.
    first_month, breaks
        As of the history.
    """

    log_level: FloatArray
    season: FloatArray
    tet: FloatArray
    trend: FloatArray
    log_share: FloatArray
    log_share_so_far: FloatArray
    size: FloatArray
    first_month: int
    breaks: tuple[Held, ...] = ()

    @property
    def last_month(self) -> int:
        """Month index of the last column of `log_level`."""
        return self.first_month + int(self.log_level.shape[1]) - 1

    def departure(self, first: int, months: int) -> FloatArray:
        """Give (draw, month) how far (log) breaks set months off today's course."""
        return np.asarray(self.size @ departure(self.breaks, first, months, 1))


def draw_history(history: History, normal: FloatArray) -> HistoryDraws:
    """Draw histories from their joint normal distribution.

    Parameters
    ----------
    normal : (draw, k) float64
        Independent standard normal numbers, k as in ``history.mean``.
    """
    draws = history.mean + normal @ symmetric_root(history.covariance).T
    n = history.months
    hold_sums(draws[:, :n], history.mean[:n], 12, history.first_month % 12)
    tet = n + 12
    trend = tet + WINDOW_COUNT
    shares = trend + 1
    so_far = history.shares_so_far
    return HistoryDraws(
        draws[:, :n], draws[:, n:tet], draws[:, tet:trend], draws[:, trend],
        draws[:, shares : so_far.start], draws[:, so_far], draws[:, so_far.stop :],
        history.first_month, history.breaks,
    )  # fmt: skip


def hold_sums(log_level: FloatArray, mean: FloatArray, in_year: int, phase: int = 0) -> None:
    """Scale the periods of each part of a year so that their sum moves as its linear form says.

    The estimate fixes sums to first order. Months that are known only through their sum wander
    by a tenth against each other, and by Jensen's inequality their sum would come out 0,3 % high.
    Each year is held in two parts: the periods that are known of the last year, and the rest. The
    first column stands at `phase` in its year of `in_year` periods; `log_level` changes in place.
    """
    known = (phase + mean.size) % in_year
    edges = {0, mean.size}
    for start in range(-phase, mean.size, in_year):
        edges |= {e for e in (start, start + known) if 0 < e < mean.size}
    for first, stop in pairwise(sorted(edges)):
        part = slice(first, stop)
        top = float(mean[part].max())
        weights = np.exp(mean[part] - top)
        total = float(np.log(weights.sum()))
        move = (log_level[:, part] - mean[part]) @ (weights / weights.sum())
        drawn = np.log(np.exp(log_level[:, part] - top).sum(axis=1))
        log_level[:, part] -= (drawn - total - move)[:, None]


def future_months(draws: HistoryDraws, trend: FloatArray, noise: FloatArray) -> FloatArray:
    """Give the levels of the months after the history.

    Parameters
    ----------
    trend : (draw, month) float64
        Log trend of each month.
    noise : (draw, month) float64
        Month noise in logs.

    Returns
    -------
    level : (draw, month) float64, bn VND
    """
    first = draws.last_month + 1
    return np.asarray(np.exp(trend + month_effects(draws, first, trend.shape[1]) + noise))


def month_effects(draws: HistoryDraws, first: int, months: int) -> FloatArray:
    """Give (draw, month) log effects of season, Tết and breaks from month index `first` on."""
    span = np.arange(first, first + months)
    holiday = np.array([holiday_shares(int(m)) for m in span]).reshape(months, WINDOW_COUNT)
    calendar = draws.season[:, span % 12] + draws.tet @ holiday.T
    return np.asarray(calendar + draws.departure(first, months))


def start_level(draws: HistoryDraws, growth: FloatArray) -> FloatArray:
    r"""Give the log trend of the last month from the whole last year, not from its last print.

    .. math:: z_T = \log \frac{\sum_{k=0}^{11} Y_{T-k}}{\sum_{k=0}^{11}
              e^{-g k / 12 + s_{m(T-k)} + \tau^\top f_{T-k} + \delta^\top b_{T-k}}}

    One odd month would otherwise carry through to the end of the year: June 2024 was printed
    70 % above June 2023 while the half-year was 28 % above. b says how breaks set a month off.

    Parameters
    ----------
    growth : (draw,) float64
        Log growth per year; where it is not known (NaN) the estimated trend stands.
    """
    shape = month_effects(draws, draws.last_month - 11, 12)
    ago = np.arange(11, -1, -1) / 12.0
    weights = np.exp(shape - np.nan_to_num(growth)[:, None] * ago).sum(axis=1)
    year = np.exp(draws.log_level[:, -12:]).sum(axis=1)
    return np.where(np.isfinite(growth), np.log(year / weights), draws.trend)


def trailing_growth(draws: HistoryDraws) -> FloatArray:
    """Give log growth of the last twelve months on the twelve before: Tết and season cancel.

    What breaks did is taken out.

    Parameters
    ----------
    draws
        With at least 24 months; with fewer the growth is not known and NaN.

    Returns
    -------
    growth : (draw,) float64, log growth per year
    """
    if draws.log_level.shape[1] < 24:
        return np.full(len(draws.log_level), np.nan)
    months = draws.log_level.shape[1]
    level = np.exp(draws.log_level - draws.departure(draws.first_month, months))
    return np.asarray(np.log(level[:, -12:].sum(axis=1) / level[:, -24:-12].sum(axis=1)))
