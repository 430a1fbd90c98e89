"""One lever alone: closed-form roots, parabolas, plateaus, bounds, dates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from kichban.target.dates import first_met
from kichban.target.seek import read_draws, seek, tail_value
from kichban.target.seek_lever import Span, crossing_error, first_crossing, search_levers

TICK = 1e-7
COUNT = 40_000


def span(now=0.0, low=-1.0, high=1.0, limits=None, tolerance=TICK):
    return Span(now, low, high, *(limits or (low, high)), tolerance)


def one(function, target, where=None):
    """Search one lever; `function` of its (point,) values."""
    (found,) = search_levers(lambda u: function(u[:, 0]), [where or span()], target)
    return found


# --- the linear normal model: value = a + b u + s e, P >= T at u = (T - a + s z) / b -------


@pytest.mark.parametrize("alpha", [0.05, 0.2, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("slope", [3.0, -3.0])
def test_the_root_of_the_linear_normal_model_has_a_closed_form(alpha, slope):
    level, sd, target = 10.0, 2.0, 12.0
    found = one(
        lambda u: level + slope * u + sd * norm.ppf(1 - alpha), target, span(low=-3, high=3)
    )
    (root,) = found.roots
    assert root.value == pytest.approx((target - level - sd * norm.ppf(1 - alpha)) / slope)
    assert root.above == (slope > 0)
    assert found.shape == ("rising" if slope > 0 else "falling")


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.8])
def test_draws_of_the_normal_model_give_the_root_within_its_error(alpha):
    draws = 10.0 + 2.0 * np.random.default_rng(5).standard_normal(COUNT)
    at = np.linspace(-3, 3, 61)
    bands = [read_draws(draws + 3.0 * u, 12.0, alpha, 2 * COUNT) for u in at]
    found = one(
        lambda u: np.array([tail_value(np.sort(draws + 3.0 * v)[::-1], alpha) for v in u]),
        12.0,
        span(low=-3, high=3),
    )
    error = crossing_error(
        at, np.array([b.low for b in bands]), np.array([b.high for b in bands]), 12.0
    )
    # the textbook error of a quantile: sqrt(α(1−α)/n) / density, over the slope
    z = norm.ppf(1 - alpha)
    textbook = math.sqrt(alpha * (1 - alpha) / COUNT) / (norm.pdf(z) / 2.0) / 3.0
    assert error == pytest.approx(textbook, rel=0.15)
    assert abs(found.roots[0].value - (2.0 - 2.0 * z) / 3.0) < 3 * error


@given(st.floats(-0.95, 0.95), st.floats(0.2, 5.0), st.booleans())
def test_the_value_found_meets_the_target_and_one_tick_less_does_not(root, power, rising):
    sign = 1.0 if rising else -1.0

    def curve(u):
        return sign * np.sign(u - root) * np.abs(u - root) ** power

    found = one(curve, 0.0)
    if found.reach.min() >= 0 or found.reach.max() < 0:  # so flat that nothing shows
        return
    (crossing,) = found.roots
    assert curve(np.array([crossing.value]))[0] >= 0
    assert abs(crossing.value - root) <= TICK or abs(curve(np.array([crossing.value]))[0]) < 1e-12


# --- shapes -------------------------------------------------------------------------------


def test_a_parabola_has_two_roots():
    found = one(lambda u: 1.0 - u**2, 0.75, span(now=-0.9))
    assert [round(r.value, 6) for r in found.roots] == [-0.5, 0.5]
    assert [r.above for r in found.roots] == [True, False]
    assert found.shape == "mixed"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_narrow_peak_or_dip_between_the_points_of_the_scan_is_found(sign):
    found = one(lambda u: -sign * (u - 0.13) ** 2, -sign * 1e-4)
    assert [round(r.value, 5) for r in found.roots] == [0.12, 0.14]
    assert found.roots[0].above == (sign > 0)


def test_a_plateau_at_the_target_is_met_from_its_edge_on():
    found = one(lambda u: np.minimum(u, 0.3), 0.3)
    assert found.roots[0].value == pytest.approx(0.3, abs=1e-6)
    assert found.best_at == pytest.approx(0.3, abs=1e-6)  # nearest to now of all that are best
    jump = one(lambda u: np.where(u > 0.41, 5.0, 0.0), 3.0)
    assert jump.roots[0].value == pytest.approx(0.41, abs=1e-6)


def test_a_flat_lever_has_no_root_and_is_not_searched_beyond():
    found = one(lambda u: 0.0 * u, 1.0, span(limits=(-9.0, 9.0)))
    assert (found.shape, found.roots, found.at.min(), found.at.max()) == ("flat", (), -1.0, 1.0)
    assert found.best_at == 0.0


def test_a_root_may_lie_at_the_bound_and_none_beyond_it():
    assert one(lambda u: u, 1.0).roots[0].value == 1.0
    short = one(lambda u: u, 1.5)
    assert (short.roots, short.best_at, short.best) == ((), 1.0, 1.0)


def test_beyond_the_bounds_only_up_to_the_limits():
    seen = []

    def curve(u):
        seen.extend(u)
        return -u

    found = one(curve, 1.5, span(limits=(-2.0, 7.0)))
    (root,) = found.roots
    assert root.beyond
    assert root.value == pytest.approx(-1.5, abs=1e-6)
    assert (min(seen), max(seen)) == (-2.0, 1.0)
    assert found.best == 1.0  # within the bounds


def test_met_now_tells_how_much_room_there_is():
    found = seek(lambda u: 1.0 - u[:, 0] ** 2, [span()], 0.75, np.ones(1))
    assert (found.now, found.mix) == (1.0, None)
    assert [(round(r.value, 6), r.above) for r in found.searches[0].roots] == [
        (-0.5, True),
        (0.5, False),
    ]


def test_levers_advance_together_in_few_batches():
    batches = []

    def plane(u):
        batches.append(len(u))
        return np.exp(u).sum(axis=1)

    search_levers(plane, [span(tolerance=1e-4)] * 8, 8.5)
    assert batches[0] == 8 * 4 + 1  # the point now is shared
    assert len(batches) < 14
    assert all(count <= 8 for count in batches[1:])


def test_a_line_ends_where_the_target_is_met():
    way = first_crossing(lambda t: 0.0 if t < 0.37 else 1.0, 0.5, 1e-6)
    assert 0.37 <= way < 0.370002


# --- reading draws ------------------------------------------------------------------------


@given(st.integers(1, 99), st.integers(3, 300), st.integers(0, 2**32 - 1))
def test_the_share_is_enough_exactly_where_the_quantile_meets_the_target(percent, count, seed):
    values = np.random.default_rng(seed).integers(0, 20, count).astype(np.float64)
    for target in range(21):
        read = read_draws(values, float(target), percent / 100, 1024)
        enough = bool((values >= target).sum() >= percent * count / 100)
        assert (read.quantile >= target) == enough
        assert read.low <= read.quantile <= read.high


def test_with_blocks_the_error_is_their_spread():
    blocks = np.repeat([0.0, 1.0, 1.0, 1.0], 4)
    assert read_draws(blocks, 0.5, 0.5, 4).error == pytest.approx(0.5 / math.sqrt(4))


def test_the_error_of_a_crossing_is_unknown_where_a_band_never_crosses():
    at = np.array([0.0, 1.0])
    assert crossing_error(at, at - 5.0, at + 0.1, 0.5) == math.inf


# --- dates --------------------------------------------------------------------------------


def test_the_first_date_counts_even_if_it_is_lost_again():
    met = np.array([[True, False], [False, True], [False, False], [False, True]])
    found = first_met(met, ["2024", "2025"], "after_2025")
    assert found.shares.tolist() == [0.25, 0.5]
    assert found.after == 0.25
    assert [found.quantile(q) for q in (0.1, 0.5, 0.75, 0.9)] == [
        "2024", "2025", "2025", "after_2025",
    ]  # fmt: skip


def test_dates_of_a_random_walk_meet_the_reflection_principle():
    generator = np.random.default_rng(3)
    steps = generator.choice([-1.0, 1.0], size=(20_000, 15))
    paths = np.cumsum(steps, axis=1)
    found = first_met(paths >= 3, [f"{i}" for i in range(15)], "after")
    last = paths[:, -1]
    assert 1 - found.after == pytest.approx((last >= 3).mean() + (last > 3).mean(), abs=0.015)
