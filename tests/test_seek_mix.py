"""The mix of least effort: by hand on linear models, against SLSQP on curved ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog, minimize

from kichban.target.seek import seek
from kichban.target.seek_lever import Span
from kichban.target.seek_mix import Care, least_effort, least_effort_linear

FINE = Care(rounds=40, step=1e-6, gain=1e-12, line=1e-12)


def spans(now, low, high, tolerance=1e-10):
    return [
        Span(n, lo, hi, lo, hi, tolerance)
        for n, lo, hi in zip(now, low, high, strict=True)
    ]  # fmt: skip


# --- linear: u moves by slope × range² / cost -----------------------------------------------


def test_without_bounds_each_lever_moves_by_slope_times_range_squared():
    slope, width = np.array([3.0, -1.0, 0.5]), np.array([2.0, 4.0, 10.0])
    own = spans(np.zeros(3), -width / 2, width / 2)
    need = 1.0
    found = seek(lambda u: u @ slope, own, need, np.ones(3)).mix
    by_hand = slope * width**2
    by_hand *= need / (slope @ by_hand)
    assert found.values == pytest.approx(by_hand, abs=1e-6)
    assert found.effort == pytest.approx(((by_hand / width) ** 2).sum(), rel=1e-6)
    assert not found.at_bound.any()


def test_a_lever_at_its_bound_leaves_the_rest_to_the_others():
    # λ(9 + 1) = 6.4 wants x = 1.92 and 0.64; the first stops at 1, the other takes 3.4
    slope, cost = np.array([3.0, 1.0]), np.ones(2)
    x = least_effort_linear(slope, cost, 6.4, np.array([-5.0, -5.0]), np.array([1.0, 5.0]))
    assert x == pytest.approx([1.0, 3.4])


def test_a_dear_lever_is_moved_less():
    x = least_effort_linear(np.ones(2), np.array([1.0, 3.0]), 4.0, -9 * np.ones(2), 9 * np.ones(2))
    assert x == pytest.approx([3.0, 1.0])


@given(
    arrays(np.float64, 5, elements=st.floats(-3, 3).map(lambda v: round(v, 3))),
    arrays(np.float64, 5, elements=st.floats(0.1, 5)),
    arrays(np.float64, 5, elements=st.floats(0.05, 2)),
    st.floats(0.01, 0.99),
)
def test_the_conditions_of_karush_kuhn_and_tucker_hold(slope, cost, high, share):
    low = -high[::-1]
    most = float(np.where(slope > 0, slope * high, slope * low).sum())
    if most < 1e-3:
        return
    x = least_effort_linear(slope, cost, share * most, low, high)
    assert slope @ x == pytest.approx(share * most, rel=1e-9)
    assert (x >= low).all()
    assert (x <= high).all()
    moving = (slope != 0) & (x > low) & (x < high)
    prices = cost[moving] * x[moving] / slope[moving]  # λ, the same for all that are free
    if prices.size:
        assert np.ptp(prices) < 1e-7
        stopped = (slope != 0) & ~moving
        wanted = prices.mean() * slope / cost
        assert (np.abs(wanted[stopped]) >= np.abs(x[stopped]) - 1e-9).all()


def test_more_than_all_can_do_gives_the_better_ends():
    low, high = np.array([-1.0, -2.0]), np.array([3.0, 4.0])
    x = least_effort_linear(np.array([1.0, -1.0]), np.ones(2), 9.0, low, high)
    best = linprog([-1.0, 1.0], bounds=list(zip(low, high, strict=True))).x
    assert x == pytest.approx(best)


# --- curved: the same as a solver of another house -----------------------------------------

CURVES = {
    "exp": (lambda u: np.exp(u @ np.array([0.8, 0.3, 0.5])), 2.0),
    "product": (lambda u: (1 + u[:, 0]) * (1 + 0.5 * u[:, 1]) + 0.2 * u[:, 2], 2.2),
    "saturating": (lambda u: np.tanh(1.5 * u[:, 0]) + np.tanh(u[:, 1]) + 0.3 * u[:, 2], 1.4),
    "bound": (lambda u: 2 * u[:, 0] + u[:, 1] - 0.2 * u[:, 1] ** 2 + 0.1 * u[:, 2], 2.6),
}


@pytest.mark.parametrize("name", CURVES)
def test_a_curved_model_agrees_with_slsqp(name):
    curve, target = CURVES[name]
    own = spans(np.zeros(3), -np.ones(3), np.ones(3))
    width = 2.0
    found = least_effort(
        curve, own, target, np.ones(3), curve(width * np.eye(3)) - curve(np.zeros((1, 3))),
        np.ones(3), FINE,
    )  # fmt: skip
    other = minimize(
        lambda u: ((u / width) ** 2).sum(), 0.5 * np.ones(3), method="SLSQP",
        bounds=[(-1, 1)] * 3, options={"ftol": 1e-12, "maxiter": 300},
        constraints={"type": "ineq", "fun": lambda u: curve(u[None])[0] - target},
    )  # fmt: skip
    assert other.success
    assert curve(found.values[None])[0] == pytest.approx(target, abs=1e-6)
    assert found.effort == pytest.approx(other.fun, rel=1e-4)
    assert found.values == pytest.approx(other.x, abs=5e-3)


def test_the_usual_care_comes_close_with_few_runs():
    curve, target = CURVES["saturating"]
    runs = []

    def counted(u):
        runs.append(len(u))
        return curve(u)

    own = spans(np.zeros(3), -np.ones(3), np.ones(3), tolerance=1e-3)
    found = seek(counted, own, target, np.ones(3))
    best = least_effort(curve, own, target, np.ones(3), np.ones(3), np.ones(3), FINE)
    assert found.mix.effort == pytest.approx(best.effort, rel=0.01)
    assert curve(found.mix.values[None])[0] >= target
    assert sum(runs) < 90


# --- what cannot be, and what needs one lever ----------------------------------------------


def test_an_impossible_target_tells_the_best_reach():
    own = spans(np.zeros(2), -np.ones(2), np.ones(2))
    found = seek(lambda u: u @ np.array([1.0, -2.0]), own, 3.5, np.ones(2))
    assert found.mix is None
    assert found.reach == 3.0
    assert found.together.tolist() == [1.0, -1.0]


def test_two_levers_may_do_what_none_does_alone():
    own = spans(np.zeros(2), -np.ones(2), np.ones(2))
    found = seek(lambda u: u.sum(axis=1), own, 1.2, np.ones(2))
    assert [s.roots for s in found.searches] == [(), ()]
    assert found.mix.values == pytest.approx([0.6, 0.6], abs=1e-6)


def test_levers_without_effect_stay_where_they_are():
    own = spans([0.5, 0.0], [0.0, -1.0], [2.0, 1.0])
    found = seek(lambda u: u[:, 1], own, 0.3, np.ones(2))
    assert found.mix.values == pytest.approx([0.5, 0.3], abs=1e-6)


def test_levers_that_undo_each_other_leave_the_better_one():
    own = spans(np.zeros(2), -np.ones(2), np.ones(2))
    found = seek(lambda u: u.max(axis=1) - 10 * (u.min(axis=1) > 0.5), own, 0.8, np.ones(2))
    assert found.mix is not None
    assert sorted(found.mix.values.round(5)) == [0.0, 0.8]
