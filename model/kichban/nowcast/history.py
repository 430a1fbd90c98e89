"""Draws of the monthly history and of the months that follow it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kichban.catalogue.tet import WINDOW_COUNT, holiday_shares
from kichban.numbers import FloatArray, IntArray
from kichban.reconcile import History, symmetric_root


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
    """

    log_level: FloatArray
    season: FloatArray
    tet: FloatArray
    trend: FloatArray
    log_share: FloatArray
    log_share_so_far: FloatArray


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
    so_far = shares + len(history.parts)
    return HistoryDraws(
        draws[:, :n], draws[:, n:tet], draws[:, tet:trend], draws[:, trend],
        draws[:, shares:so_far], draws[:, so_far:],
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


def future_months(
    draws: HistoryDraws, trend: FloatArray, first_month: int, noise: FloatArray
) -> FloatArray:
    """Give the levels of the months after the history.

    Parameters
    ----------
    trend : (draw, month) float64
        Log trend of each month.
    first_month : int
        Month index of the first column.
    noise : (draw, month) float64
        Month noise in logs.

    Returns
    -------
    level : (draw, month) float64, bn VND
    """
    months = np.arange(first_month, first_month + trend.shape[1])
    return np.asarray(np.exp(trend + calendar_effects(draws, months) + noise))


def calendar_effects(draws: HistoryDraws, months: IntArray) -> FloatArray:
    """Give (draw, month) log effects of season and Tết for month indices."""
    holiday = np.array([holiday_shares(int(m)) for m in months])
    return np.asarray(draws.season[:, months % 12] + draws.tet @ holiday.T)


def start_level(draws: HistoryDraws, growth: FloatArray, last_month: int) -> FloatArray:
    r"""Give the log trend of the last month from the whole last year, not from its last print.

    .. math:: z_T = \log \frac{\sum_{k=0}^{11} Y_{T-k}}{\sum_{k=0}^{11}
              e^{-g k / 12 + s_{m(T-k)} + \tau^\top f_{T-k}}}

    One odd month would otherwise carry through to the end of the year: June 2024 was printed
    70 % above June 2023 while the half-year was 28 % above.

    Parameters
    ----------
    growth : (draw,) float64
        Log growth per year; where it is not known (NaN) the estimated trend stands.
    last_month : int
        Month index of the last column of ``draws.log_level``.
    """
    months = last_month - np.arange(12)
    shape = calendar_effects(draws, months)
    weights = np.exp(shape - np.nan_to_num(growth)[:, None] * np.arange(12) / 12.0).sum(axis=1)
    year = np.exp(draws.log_level[:, -12:]).sum(axis=1)
    return np.where(np.isfinite(growth), np.log(year / weights), draws.trend)


def trailing_growth(draws: HistoryDraws) -> FloatArray:
    """Give log growth of the last twelve months on the twelve before: Tết and season cancel.

    Parameters
    ----------
    draws
        With at least 24 months; with fewer the growth is not known and NaN.

    Returns
    -------
    growth : (draw,) float64, log growth per year
    """
    level = np.exp(draws.log_level)
    if level.shape[1] < 24:
        return np.full(level.shape[0], np.nan)
    return np.asarray(np.log(level[:, -12:].sum(axis=1) / level[:, -24:-12].sum(axis=1)))
