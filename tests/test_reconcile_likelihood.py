"""The pull of a printed interval against finite differences of the normal law."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from kichban.numbers import printed_interval, share_truncated_or_rounded
from kichban.reconcile.estimate.likelihood import SLIP_PROBABILITY, SLIP_SD, kept, pull, weigh

INF = math.inf
QUICK = settings(max_examples=200, deadline=None, derandomize=True)


def one(fitted, low, high, sd, slips=0.0):
    return pull(*(np.array([float(v)]) for v in (fitted, low, high, sd, slips)))


def log_mass(fitted, low, high, sd):
    """Log of Φ((b − h)/s) − Φ((a − h)/s) by scipy, on the side where it keeps its digits."""
    a, b = (low - fitted) / sd, (high - fitted) / sd
    if a > 0:
        a, b = -b, -a
    return float(norm.logcdf(b) + np.log1p(-np.exp(norm.logcdf(a) - norm.logcdf(b))))


def slope_and_curvature(fitted, low, high, sd):
    h = 2e-4 * sd
    left, middle, right = (log_mass(fitted + k * h, low, high, sd) for k in (-1, 0, 1))
    return (right - left) / (2 * h), -(right - 2 * middle + left) / h**2


CASES = [
    (0.3, -1.0, 1.0, 0.5), (1.4, -1.0, 1.0, 0.5), (-2.0, -1.0, 1.0, 0.5), (0.0, 0.1, 0.3, 0.1),
    (0.0, 0.3, INF, 0.2), (0.5, 0.3, INF, 0.2), (0.0, -INF, -0.5, 0.3), (2.5, 1.0, 2.0, 0.2),
    (13.2, 13.19, 13.21, 0.01), (0.05, -0.01, 0.01, 0.02),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_slope_and_curvature_are_those_of_the_log_of_the_mass(case):
    found = one(*case)
    slope, curvature = slope_and_curvature(*case)
    assert found.residual * found.precision == pytest.approx(slope, rel=1e-4, abs=1e-6 / case[3])
    # A print is at least as precise as an even spread over its interval.
    width = (case[2] - case[1]) / case[3]
    least = 1 / (case[3] ** 2 * (1 + width**2 / 12))
    assert found.precision == pytest.approx(max(curvature, least), rel=1e-3)


@QUICK
@given(st.floats(-6, 6), st.floats(-3, 3), st.floats(0.01, 4), st.floats(0.05, 2))
def test_any_interval_within_reach(fitted, low, width, sd):
    case = (fitted, low, low + width, sd)
    if log_mass(*case) < -25:  # farther out the mass is taken as a point, see below
        return
    found = one(*case)
    slope, _ = slope_and_curvature(*case)
    assert found.residual * found.precision == pytest.approx(slope, rel=2e-3, abs=2e-4 / sd)
    assert 0 < found.precision[0] <= 1 / sd**2


@pytest.mark.parametrize("low", [10.0, 40.0, 1e3, 1e6])
@pytest.mark.parametrize("width", [0.5, INF])
def test_far_away_the_pull_is_to_the_near_end(low, width):
    # Φ's tail falls like exp(−a²/2)/a: its slope is a + 1/a, its curvature 1 − 1/a².
    found = one(0.0, low, low + width, 1.0)
    assert found.residual == pytest.approx(low, rel=0.02)
    assert found.precision == pytest.approx(1.0, rel=0.02)
    other = one(0.0, -low - width, -low, 1.0)
    assert other.residual == pytest.approx(-found.residual)


def test_a_narrow_interval_is_a_point():
    for width in (1e-4, 1e-8, 1e-12, 0.0):
        found = one(0.7, 1.0 - width / 2, 1.0 + width / 2, 0.1)
        assert found.residual == pytest.approx(0.3, rel=1e-4)
        assert found.precision == pytest.approx(100, rel=1e-4)


def test_an_open_interval_asks_for_nothing_and_half_open_ones_mirror_each_other():
    free = one(5.0, -INF, INF, 0.1)
    assert free.residual == 0
    assert free.precision < 1e-3
    left, right = one(0.2, 0.3, INF, 0.1), one(-0.2, -INF, -0.3, 0.1)
    assert left.residual == pytest.approx(-right.residual)
    assert left.precision == pytest.approx(right.precision)
    assert left.residual > 0


def test_inside_a_wide_interval_nothing_pulls():
    found = one(0.0, -50.0, 50.0, 0.1)
    assert found.residual * found.precision == pytest.approx(0, abs=1e-9)
    # an even spread over 100: its variance is 100²/12
    assert found.precision == pytest.approx(12 / 100**2, rel=0.01)


def test_a_print_far_off_is_a_slip_and_one_close_by_is_not():
    near, far = one(0.0, 0.001, 0.002, 0.01, 1.0), one(0.0, 0.5, 0.501, 0.01, 1.0)
    assert near.right > 0.9
    assert far.right < 1e-6
    assert one(0.0, 0.5, 0.501, 0.01).right == 1
    # What is left of its precision is that of a slip.
    assert kept(far.right, np.array([0.01])) == pytest.approx((0.01 / SLIP_SD) ** 2, rel=1e-3)
    assert kept(np.array([1.0]), np.array([0.01])) == 1


def test_two_normals_are_weighed_by_bayes():
    residual, scale, slip = 0.03, 0.01, SLIP_PROBABILITY
    right, value = weigh(np.array([residual]), np.array([scale]), np.array([slip]))
    good = (1 - slip) * norm.pdf(residual, scale=scale)
    bad = slip * norm.pdf(residual, scale=SLIP_SD)
    assert right == pytest.approx(good / (good + bad))
    # the constant of the normal law is left out
    assert value == pytest.approx(math.log(good + bad) + 0.5 * math.log(2 * math.pi))


# Logs: no figure is e¹⁰⁰⁰ times another.
ends = st.one_of(st.floats(-1e3, 1e3), st.just(-INF), st.just(INF))


@QUICK
@given(st.floats(-1e3, 1e3), ends, ends, st.floats(1e-5, 100), st.sampled_from([0.0, 1.0]))
def test_nothing_overflows(fitted, a, b, sd, slips):
    low, high = min(a, b), max(a, b)
    if low == high and math.isinf(low):
        return
    found = one(fitted, low, high, sd, slips)
    for value in (found.residual, found.precision, found.right, found.value):
        assert np.isfinite(value).all()
    assert 0 <= found.right[0] <= 1
    assert 0 < found.precision[0] <= (1 + 1e-9) / sd**2


@QUICK
@given(st.floats(-3, 3), st.floats(0, 3), st.floats(0.01, 2))
def test_a_larger_error_sd_pulls_less(fitted, width, sd):
    pulls = [one(fitted, 4.0, 4.0 + width, s) for s in (sd, 2 * sd)]
    first, second = (float((p.residual * p.precision)[0]) for p in pulls)
    assert first >= second > 0


# --- the interval of a print -------------------------------------------------------------------


@given(
    value=st.integers(-(10**6), 10**6),
    power=st.integers(-2, 3),
    qualifier=st.sampled_from(["", "more_than", "less_than", "about"]),
)
def test_the_printed_figure_lies_in_its_own_interval(value, power, qualifier):
    digit = 10.0**power
    low, high = printed_interval(value * digit, digit, qualifier)
    assert low <= value * digit <= high
    assert 0 < high - low <= 2 * digit * (1 + 1e-9)


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_a_rounded_and_a_truncated_share_are_told_apart(part, whole):
    exact = 100 * part / whole
    down = exact * 10 // 1 / 10
    assert share_truncated_or_rounded(part, whole, down, 0.1) in ("rounded", "truncated")
    assert share_truncated_or_rounded(part, whole, down - 0.2, 0.1) == "neither"
