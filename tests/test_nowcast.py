"""The current year: draws of history, what follows it, and totals from a few prints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.nowcast import (
    HistoryDraws,
    YearToDate,
    carry_over,
    draw_history,
    future_months,
    rest_of_year,
    start_level,
    trailing_growth,
)
from kichban.periods import month_index
from kichban.projection import Settings, Variable, project
from kichban.projection.output import CARRY
from kichban.reconcile import History

GROWTH = Variable("industrial_output", "", "growth_yoy", "percent", "current")

MONTHS = 36
FIRST = month_index(2021, 7)
LAST = FIRST + MONTHS - 1


def growing(rate: float, season: np.ndarray) -> HistoryDraws:
    """One draw that grows at `rate` (log, a year) with a season, ending in June 2024."""
    months = np.arange(FIRST, LAST + 1)
    log = 10 + rate * np.arange(MONTHS) / 12 + season[months % 12]
    trend = np.array([10 + rate * (MONTHS - 1) / 12])
    return HistoryDraws(log[None, :], season[None, :], np.zeros((1, 3)), trend, np.zeros((1, 0)))


@settings(deadline=None)  # the first call reads the calendar
@given(st.floats(-0.1, 0.4), st.lists(st.floats(-0.2, 0.2), min_size=12, max_size=12))
def test_a_steady_history_gives_back_its_growth_and_level(rate: float, season: list[float]) -> None:
    draws = growing(rate, np.array(season))
    growth = trailing_growth(draws)
    assert growth[0] == pytest.approx(rate, abs=1e-9)
    assert start_level(draws, growth, LAST)[0] == pytest.approx(draws.trend[0], abs=1e-9)


def test_one_odd_month_moves_the_start_by_a_fraction_only() -> None:
    calm = growing(0.2, np.zeros(12))
    odd = growing(0.2, np.zeros(12))
    odd.log_level[0, -1] += np.log(1.5)
    starts = [start_level(d, np.array([0.2]), LAST)[0] for d in (calm, odd)]
    assert 0 < starts[1] - starts[0] < 0.06


def test_the_future_continues_a_steady_history() -> None:
    season = 0.1 * np.sin(np.arange(12))
    draws = growing(0.24, season - season.mean())
    trend = draws.trend[:, None] + 0.02 * np.arange(1, 7)
    future = future_months(draws, trend, LAST + 1, np.zeros((1, 6)))
    months = np.arange(LAST + 1, LAST + 7)
    assert np.allclose(np.log(future[0]), trend[0] + (season - season.mean())[months % 12])


def test_draws_have_the_mean_and_covariance_they_are_given() -> None:
    root = np.tril(np.random.default_rng(3).standard_normal((18, 18))) * 0.1
    history = History(FIRST, FIRST + 1, (), np.arange(18.0), root @ root.T)
    normal = np.random.default_rng(4).standard_normal((40_000, 18))
    draws = draw_history(history, normal)
    joint = np.hstack(
        [draws.log_level, draws.season, draws.tet, draws.trend[:, None], draws.log_share]
    )
    assert np.allclose(joint.mean(axis=0), history.mean, atol=0.01)
    assert np.allclose(np.cov(joint.T), history.covariance, atol=0.01)


def test_less_than_two_years_of_history_knows_no_growth() -> None:
    draws = growing(0.2, np.zeros(12))
    short = HistoryDraws(
        draws.log_level[:, -20:], draws.season, draws.tet, draws.trend, draws.log_share
    )
    assert np.isnan(trailing_growth(short)).all()
    assert start_level(short, np.array([np.nan]), LAST)[0] == draws.trend[0]


@given(st.floats(100, 1000), st.floats(0.05, 0.95), st.floats(-0.2, 0.5))
def test_year_total_is_exact_when_the_rest_grows_like_the_start(
    base: float, share: float, growth: float
) -> None:
    so_far = YearToDate(2024, 6, base * share * (1 + growth), growth, ())
    total = rest_of_year(np.array([base]), so_far, np.array([growth]), np.zeros(1))
    assert total[0] == pytest.approx(base * (1 + growth))


def test_without_a_print_the_year_is_last_year_grown() -> None:
    assert rest_of_year(np.array([100.0]), None, np.array([0.1]), np.zeros(1))[0] == pytest.approx(
        110
    )


def test_carry_over_of_a_steady_year_is_what_its_last_known_month_holds() -> None:
    """Growth of 2 % a month, none from June 2024 on: by hand."""
    draws = growing(0.24, np.zeros(12))
    flat = draws.trend[:, None] + np.zeros((1, 18))
    level = np.exp(draws.log_level[0])
    known, before = level[-6:].sum(), level[-18:-6].sum()
    found = carry_over(draws, draws.trend, flat, LAST + 1, np.array([known]),
                       np.array([[before, known + 6 * level[-1]]]))  # fmt: skip
    assert found[0, 0] == pytest.approx((known + 6 * level[-1]) / before - 1)
    assert found[0, 1] == pytest.approx(12 * level[-1] / (known + 6 * level[-1]) - 1)


def test_carry_over_is_growth_where_nothing_grows_further(shipped, shipped_series) -> None:
    scenarios, _ = shipped.scenarios()
    found = project(
        shipped.ledger(), shipped_series, [scenarios["baseline"]], shipped.parameters,
        Settings(draws=512), reference=scenarios["baseline"],
    ).scenarios["baseline"].variables  # fmt: skip
    carried, grown = found[CARRY].annual, found[GROWTH].annual
    assert carried is not None
    assert grown is not None
    # Output is expected to grow, so less than all of it is there at the start.
    assert (np.median(carried, axis=0) < np.median(grown, axis=0)).all()
    assert (np.median(carried, axis=0) > 0).all()
