"""The damped trend against statsmodels and against what it must do by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import Holt

from kichban.forecast import DampedTrend, fit_damped_trend, sample_paths

OUTPUT = np.log([56.0, 75.2, 110.9, 158.6, 209.7, 266.8, 309.6, 444.7, 541.2])


def test_point_forecasts_are_those_of_statsmodels_for_the_same_parameters() -> None:
    fit = fit_damped_trend(OUTPUT)
    slope = float(np.mean(np.diff(OUTPUT[:4])))
    # Holt's states stand before the first point, ours at it: step them back by one.
    holt = Holt(
        OUTPUT, damped_trend=True, initialization_method="known",
        initial_level=OUTPUT[0] - slope, initial_trend=slope / fit.phi,
    ).fit(
        smoothing_level=fit.alpha, smoothing_trend=fit.beta / fit.alpha,
        damping_trend=fit.phi, optimized=False,
    )  # fmt: skip
    ours = sample_paths(fit, np.zeros((1, 8)), np.array([0.5]))[0]
    assert np.allclose(ours, holt.forecast(7), atol=1e-9)


def test_paths_spread_with_the_horizon_and_centre_on_the_forecast() -> None:
    fit = fit_damped_trend(OUTPUT)
    rng = np.random.default_rng(1)
    paths = sample_paths(fit, rng.standard_normal((4000, 8)), rng.random(4000))
    width = np.diff(np.quantile(paths, (0.1, 0.9), axis=0), axis=0)[0]
    assert (np.diff(width) > 0).all()
    middle = sample_paths(fit, np.zeros((1, 8)), np.array([0.5]))[0]
    assert np.allclose(np.median(paths, axis=0), middle, atol=0.02)


@settings(max_examples=30, deadline=None)
@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_shift_and_scale_carry_over(shift: float, scale: float) -> None:
    plain, moved = fit_damped_trend(OUTPUT), fit_damped_trend(shift + scale * OUTPUT)
    zero = (np.zeros((1, 4)), np.array([0.5]))
    assert np.allclose(sample_paths(moved, *zero), shift + scale * sample_paths(plain, *zero))


def test_fewer_than_five_points_are_refused() -> None:
    with pytest.raises(ValueError, match="a damped trend needs 5 points without gaps, not 4"):
        fit_damped_trend(OUTPUT[:4])
    with pytest.raises(ValueError, match="needs 5 points without gaps"):
        fit_damped_trend(np.array([1.0, 2, np.nan, 4, 5, 6]))


def test_the_variance_is_drawn_too() -> None:
    fit = DampedTrend(0.0, 0.0, 1.0, 0.0, 0.9, 0.1, 8)
    one = np.array([[0.0, 1.0]] * 2)
    wide, narrow = sample_paths(fit, one, np.array([0.05, 0.95]))[:, 0]
    assert wide > 0.1 > narrow
