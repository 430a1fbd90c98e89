"""Registered and realised capital, jobs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kichban.investment import (
    cap_by_supply,
    capital_per_hectare,
    jobs_of_land,
    labour_supply,
    marginal_jobs_per_hectare,
    quarterly_weights,
    realised_stock,
    registered_stock,
)

WEIGHTS = (0.25, 0.30, 0.20, 0.15, 0.10)
flows = arrays(np.float64, (3, 28), elements=st.floats(0, 2000))


@given(flows, st.floats(0.2, 0.9), st.floats(0, 1))
def test_realised_follows_and_stays_below_registered(flow, share, part):
    registered = registered_stock(10_466.0, flow)
    realised = realised_stock(registered, (10_466.0, 10_466.0 * part), np.full(3, share), WEIGHTS)
    assert (realised <= registered + 1e-9).all()
    assert (np.diff(realised, axis=1) >= -1e-9).all()
    assert (realised[:, 0] >= 10_466.0 * part - 1e-9).all()


def test_in_the_long_run_the_share_is_realised():
    flow = np.zeros((1, 40))
    flow[0, 0] = 1000.0
    registered = registered_stock(0.0, flow)
    realised = realised_stock(registered, (0.0, 0.0), np.array([0.7]), WEIGHTS)
    assert realised[0, [3, 7, 11, 15, 19, 39]] == pytest.approx(
        [175.0, 385.0, 525.0, 630.0, 700.0, 700.0]
    )
    assert quarterly_weights(WEIGHTS).sum() == pytest.approx(1.0)


def test_the_backlog_of_today_is_built_and_printed_stocks_continue():
    registered = registered_stock(np.array([33_324.0]), np.zeros((1, 24)))
    realised = realised_stock(registered, (33_324.0, 9_834.0), np.array([0.4]), WEIGHTS)
    assert realised[0, -1] == pytest.approx(0.4 * 33_324.0)
    more_than_share = realised_stock(registered, (33_324.0, 20_000.0), np.array([0.4]), WEIGHTS)
    assert more_than_share[0] == pytest.approx(np.full(24, 20_000.0))


def test_withdrawn_capital_lowers_the_register_and_caps_what_is_realised():
    flow = np.array([[-60.0, 0.0]])
    registered = registered_stock(100.0, flow)
    assert registered.tolist() == [[40.0, 40.0]]
    realised = realised_stock(registered, (100.0, 70.0), np.array([0.7]), WEIGHTS)
    assert realised.tolist() == [[40.0, 40.0]]


def test_jobs_lag_and_answer_less_than_in_proportion():
    leased = np.array([[110.0, 120.0, 130.0, 140.0, 150.0, 160.0]])
    jobs = jobs_of_land(leased, 100.0, 46_000.0, np.array([0.4]), 4)
    assert jobs[0, :4].tolist() == [46_000.0] * 4
    assert jobs[0, 4:] == pytest.approx(46_000.0 * np.array([1.1, 1.2]) ** 0.4)
    beyond = jobs_of_land(leased, 100.0, 10.0, np.array([0.4]), 9)
    assert beyond.tolist() == [[10.0] * 6]
    more = jobs_of_land(leased + 1e-6, 100.0, 46_000.0, np.array([0.4]), 0)
    less = jobs_of_land(leased, 100.0, 46_000.0, np.array([0.4]), 0)
    slope = marginal_jobs_per_hectare(less, leased, np.array([0.4]))
    assert (more - less) / 1e-6 == pytest.approx(slope, rel=1e-4)


@given(flows, flows, arrays(np.float64, (3, 28), elements=st.floats(0, 3000)))
def test_jobs_are_capped_by_labour_supply(parks, clusters, supply):
    capped = cap_by_supply((parks, clusters), supply)
    assert (sum(capped) <= np.maximum(supply, 0.0) + 1e-6).all()
    for before, after in zip((parks, clusters), capped, strict=True):
        assert (after <= before + 1e-9).all()
        assert (after >= 0).all()


def test_supply_grows_by_the_year():
    assert labour_supply(1000.0, np.array([0.03]), 8)[0, [3, 7]] == pytest.approx([1030.0, 1060.9])


def test_nothing_leased_has_no_capital_per_hectare():
    assert np.isnan(capital_per_hectare(np.array([5.0]), np.array([0.0]))).all()
    assert np.isnan(marginal_jobs_per_hectare(np.ones((1, 1)), np.zeros((1, 1)), np.ones(1))).all()
