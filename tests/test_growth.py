"""Equations of the growth block: hand calculations, properties, another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.tsa.arima_process import arma_generate_sample

from kichban.calibration import calibrate_shock_sd, move_prior
from kichban.growth import (
    chain_weights,
    drifting_shares,
    employer_shock,
    fading_rate,
    growth_increments,
    monthly_trend,
    weighted_growth,
)

rates = st.floats(-0.3, 0.5)


def test_increments_are_the_ar1_of_statsmodels() -> None:
    shocks = np.random.default_rng(2).standard_normal(40)
    ours = growth_increments(np.zeros((1, 40)), np.array([0.6]), shocks[None, :])[0]
    theirs = arma_generate_sample([1, -0.6], [1], 40, distrvs=lambda size: shocks)
    assert np.allclose(ours, theirs)


@given(rates, rates, st.floats(0.5, 8))
def test_the_rate_halves_its_distance_in_a_half_life(now: float, later: float, half: float) -> None:
    one = np.ones(1)
    path = fading_rate(now * one, later * one, half * one, np.array([0.0, half, 2 * half]))[0]
    assert np.allclose(path, [now, (now + later) / 2, later + (now - later) / 4])


@given(arrays(float, (3, 8), elements=st.floats(-0.1, 0.2)), st.integers(0, 2))
def test_months_end_where_quarters_do(increments: np.ndarray, known: int) -> None:
    before = increments.copy()
    trend = monthly_trend(np.zeros(3), increments, 24_000 + known)
    assert trend.shape == (3, 24 - known)
    first = increments[:, 0] * (3 - known) / 3
    assert np.allclose(trend[:, -1], first + increments[:, 1:].sum(axis=1))
    assert (increments == before).all()


@given(st.floats(0.01, 0.5), st.integers(1, 4), st.floats(0, 1))
def test_a_shock_takes_its_depth_and_gives_back_its_share(
    depth: float, quarters: int, recovery: float
) -> None:
    arrival = np.ones((1, 10))
    arrival[0, 2] = 0.0
    one = np.ones(1)
    loss = employer_shock(arrival, 0.1 * one, depth * one, quarters * one, recovery * one)[0]
    level = np.exp(loss)
    assert np.allclose(level[:2], 1)
    assert np.allclose(level[2 : 2 + quarters], 1 - depth)
    assert np.allclose(level[2 + quarters :], 1 - depth * (1 - recovery))


@settings(max_examples=50)
@given(
    arrays(float, (2, 3), elements=st.floats(-3, 1)),
    arrays(float, (2, 5, 3), elements=st.floats(-3, 3)),
)
def test_shares_are_positive_and_add_up(logs: np.ndarray, noise: np.ndarray) -> None:
    shares = drifting_shares(logs, 0.1, noise)
    assert (shares > 0).all()
    assert np.allclose(shares.sum(axis=-1), 1)
    still = drifting_shares(logs, 0.0, noise)
    assert np.allclose(still, still[:, :1])


@given(arrays(float, 4, elements=st.floats(0.05, 1)), arrays(float, 4, elements=rates))
def test_chained_weights_rebuild_the_levels(levels: np.ndarray, growth: np.ndarray) -> None:
    weights = levels / levels.sum()
    after = levels * (1 + growth)
    assert weighted_growth(weights, growth) == pytest.approx(after.sum() / levels.sum() - 1)
    assert np.allclose(chain_weights(weights, growth), after / after.sum())


def test_half_year_grdp_of_2024_is_the_sum_of_its_contributions() -> None:
    """12,41 points of industry, 12,71 of industry and construction, 14,14 % in all (print)."""
    industry, joint = 12.41 / 19.11, 12.71 / 18.11
    construction = joint - industry
    rest = np.array([20.7, 14.9, 2.1]) / 37.7 * (1 - joint)
    weights = np.array([industry, construction, *rest])
    growth = np.array([19.11, (12.71 - 12.41) / construction, 6.42, 1.82, 10.59])
    rounding = 0.005 * (1 + weights.sum()) + 0.005
    assert weighted_growth(weights, growth) == pytest.approx(14.14, abs=rounding + 0.01)


def test_data_narrow_the_prior_of_shocks_and_keep_ranks() -> None:
    prior = np.exp(np.linspace(np.log(0.02), np.log(0.06), 200))
    calm = calibrate_shock_sd(np.full(8, 0.2) + 0.005 * np.array([1, -1] * 4), prior, 0.3)
    wild = calibrate_shock_sd(np.array([0.1, 0.5, 0.0, 0.6, 0.1, 0.4, 0.0, 0.5]), prior, 0.3)
    assert calm.mean < calm.prior_mean < wild.mean
    assert 0 < calm.contraction < 1
    moved = move_prior(prior, wild)
    assert (np.diff(moved) > 0).all()
    few = calibrate_shock_sd(np.array([0.2, 0.3]), prior, 0.3)
    assert few.contraction == 0
    assert np.allclose(move_prior(prior, few), prior)
