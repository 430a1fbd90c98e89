"""Equations of the land block against references from outside: an ODE solver, a root finder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from kichban.land.demand import annual_multipliers
from kichban.land.established import approvals_to_reach, fill_schedule
from kichban.land.gates import GateRules, Rule
from kichban.land.noise import STAGES, land_noise
from kichban.land.occupancy import occupancy
from kichban.land.output import output_of_leased_land
from kichban.land.stages import StageDurations
from kichban.land.stages import triangular_quantiles as triangular_quantile
from kichban.land.values import CLUSTER, NEVER, PARK, make_sites
from tests.land_twin.absorption import absorption_limit, absorption_speed
from tests.land_twin.demand import blended_demand, discount_optimism
from tests.land_twin.gates import GateLimits, Standing, average_gate, gates_open
from tests.land_twin.occupancy import operating_land
from tests.land_twin.stages import clearing_window, ramp_share, slipped_date
from tests.land_twin.waterfill import waterfill

shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize("start", [0.0, 0.05, 0.4, 0.9])
@pytest.mark.parametrize(
    ("p", "q", "ceiling"), [(0.15, 1.6, 1.0), (0.03, 2.5, 0.9), (0.5, 0.8, 1.0)]
)
def test_curve_steps_agree_with_a_numerical_solution(start, p, q, ceiling):
    one = np.ones(1)
    speed = absorption_speed(p * one, q * one, ceiling * one, one)
    solution = solve_ivp(
        lambda _, x: (p + q * x) * (1 - x / ceiling), (0, 2.0), [start], rtol=1e-11, atol=1e-13
    )
    land = np.array([200.0])
    leased = np.array([start * 200.0])
    for _ in range(8):
        leased = leased + absorption_limit(leased, land, speed)
    if start < ceiling:
        assert leased[0] / 200.0 == pytest.approx(solution.y[0, -1], abs=1e-8)
    assert absorption_limit(np.array([200.0]), land, speed)[0] == 0.0


@given(
    x=shares,
    p=st.floats(0.01, 1),
    q=st.floats(0, 5),
    ceiling=st.floats(0.3, 1),
    e=st.floats(0.1, 9),
)
def test_the_limit_is_never_negative_nor_above_what_is_left(x, p, q, ceiling, e):
    one = np.ones(1)
    speed = absorption_speed(p * one, q * one, ceiling * one, e * one)
    limit = absorption_limit(np.array([x * 50.0]), np.array([50.0]), speed)[0]
    assert 0.0 <= limit <= max(ceiling - x, 0.0) * 50.0 + 1e-9


def site_arrays(n):
    return arrays(np.float64, (3, n), elements=st.floats(0, 100))


@st.composite
def basins(draw):
    n = draw(st.integers(1, 9))
    capacity = draw(site_arrays(n))
    weight = draw(arrays(np.float64, (3, n), elements=st.floats(0.01, 50)))
    demand = draw(arrays(np.float64, 3, elements=st.floats(0, 600)))
    return capacity, weight, demand


@given(basins())
def test_water_filling_is_exact_and_agrees_with_a_root_finder(basin):
    capacity, weight, demand = basin
    allocation, unmet = waterfill(capacity, weight, demand)
    supply = capacity.sum(axis=1)
    assert allocation.sum(axis=1) == pytest.approx(np.minimum(demand, supply), rel=1e-12, abs=1e-12)
    assert allocation.sum(axis=1) + unmet == pytest.approx(demand, rel=1e-12, abs=1e-12)
    assert (allocation >= 0).all()
    assert (allocation <= capacity).all()
    for row in range(3):
        if 1e-6 < demand[row] < supply[row] * (1 - 1e-9):
            top = (capacity[row] / weight[row]).max()
            level = brentq(
                lambda m, r=row: np.minimum(capacity[r], m * weight[r]).sum() - demand[r], 0, top,
                xtol=1e-300, rtol=1e-14,
            )  # fmt: skip
            expected = np.minimum(capacity[row], level * weight[row])
            assert allocation[row] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(basins(), st.integers(0, 8), st.floats(0, 50))
def test_more_supply_never_lowers_leasing(basin, site, more):
    capacity, weight, demand = basin
    larger = capacity.copy()
    larger[:, site % capacity.shape[1]] += more
    before, _ = waterfill(capacity, weight, demand)
    after, _ = waterfill(larger, weight, demand)
    assert (after.sum(axis=1) >= before.sum(axis=1) - 1e-9).all()


def test_water_filling_without_demand_or_sites():
    assert waterfill(np.ones((2, 3)), np.ones((2, 3)), np.zeros(2))[0].sum() == 0.0
    nothing, unmet = waterfill(np.zeros((1, 0)), np.zeros((1, 0)), np.array([4.0]))
    assert nothing.shape == (1, 0)
    assert unmet.tolist() == [4.0]


def test_triangle_quantiles_agree_with_scipy():
    from scipy.stats import triang

    u = np.linspace(0, 1, 41)
    low, mode, high = 2.0, 3.5, 8.0
    reference = triang((mode - low) / (high - low), low, high - low).ppf(u)
    assert triangular_quantile(u, (low, mode, high)) == pytest.approx(reference, abs=1e-12)
    assert triangular_quantile(u, (1.0, 1.0, 1.0)).tolist() == [1.0] * 41
    assert triangular_quantile(np.array([0.0, 1.0]), (1.0, 1.0, 2.0)).tolist() == [1.0, 2.0]


def window(slip, *, official=None, cleared=0.0, approved=0.5):
    dates = np.full((1, 4), np.nan)
    documents = np.full((1, 4), np.nan)
    for stage, (document, date) in (official or {}).items():
        documents[0, stage], dates[0, stage] = document, date
    f = np.array([[slip]])
    return clearing_window(
        np.array([approved]), (1.2 * f, 3.0 * f, 1.0 * f), f, np.array([cleared]), dates, documents
    )


@given(
    slip=st.floats(0.5, 4), longer=st.floats(0, 2), cleared=st.sampled_from([0.0, 0.3]),
    dates=st.dictionaries(
        st.integers(1, 3), st.tuples(st.floats(-2, 1), st.floats(1, 6)), max_size=3
    ),
    time=st.floats(0, 12), approved=st.floats(-3, 4),
)  # fmt: skip
def test_a_longer_slip_never_clears_or_services_earlier(
    slip, longer, cleared, dates, time, approved
):
    short = window(slip, official=dates, cleared=cleared, approved=approved)
    long = window(slip + longer, official=dates, cleared=cleared, approved=approved)
    for begin, length in ((0, 1), (2, 3)):
        early, late = (
            ramp_share(time, 1 / w[length], w[begin] / w[length])[0, 0] for w in (short, long)
        )
        assert late <= early + 1e-9
    cleared_now = ramp_share(time, 1 / short.length, short.begin / short.length)
    serviced = ramp_share(time, 1 / short.ready_length, short.ready / short.ready_length)
    assert (serviced <= cleared_now + 1e-9).all()


def test_official_dates_slip_from_the_day_of_their_document():
    assert slipped_date(
        np.array([np.nan, -1.0]), np.array([2.0, 2.0]), np.array([1.5])
    ).tolist() == [
        3.0,
        3.5,
    ]
    laid = window(1.5, official={1: (0.0, 2.0), 2: (0.0, 4.0), 3: (0.0, 5.0)})
    ends = (laid.begin, laid.begin + laid.length, laid.ready + laid.ready_length)
    assert [round(float(e[0, 0]), 9) for e in ends] == [3.0, 6.0, 7.5]


def test_annual_multipliers_have_mean_one_and_the_given_variation_and_persistence():
    noise = np.random.default_rng(3).standard_normal((2, 200_000, 1))
    factor = annual_multipliers(noise, np.full(200_000, 0.35), np.full(200_000, 0.5))
    assert factor.mean(axis=(1, 2)) == pytest.approx([1.0, 1.0], abs=0.005)
    assert factor.std(axis=(1, 2)) == pytest.approx([0.35, 0.35], abs=0.01)
    logs = np.log(factor[:, :, 0])
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.5, abs=0.01)


def test_clusters_share_the_weight_of_investment():
    weights = np.array([[0.5, 0.25, 0.25]])
    demand = blended_demand(weights, np.array([30.0]), None, np.array([60.0]))
    assert demand.tolist() == [40.0]


@given(st.floats(0, 500), st.floats(0, 300), st.floats(0.1, 1.0))
def test_optimism_acts_only_above_the_observed_pace(asked, pace, factor):
    kept, policy = discount_optimism(*(np.array([v]) for v in (asked, pace, factor)))
    assert kept[0] == pytest.approx(asked if asked <= pace else pace + factor * (asked - pace))
    assert policy[0] == pytest.approx(max(0.0, factor * (asked - pace)))


def limits(**changed):
    values = {
        "switch": 1.0, "park_occupancy": 0.6, "park_phase_max": 500.0, "cluster_occupancy": 0.5,
        "cluster_unleased_max": 100.0, "expansion_occupancy": 0.6,
    } | changed  # fmt: skip
    return GateLimits(**{k: np.array([v]) for k, v in values.items()})


def standing(leased, industrial, operating):
    return Standing(*(np.array([v], dtype=float) for v in (leased, industrial, operating)))


def test_gates_measure_established_parks_and_clusters_in_operation():
    assert average_gate(PARK, standing([60, 0], [100, 0], [1, 0]), limits()).tolist() == [True]
    assert average_gate(PARK, standing([60, 0], [100, 400], [1, 0]), limits()).tolist() == [False]
    idle = standing([60, 0], [100, 400], [1, 0])
    assert average_gate(CLUSTER, idle, limits()).tolist() == [True]
    assert average_gate(CLUSTER, standing([50], [200], [1]), limits()).tolist() == [False]
    assert average_gate(CLUSTER, standing([110], [200], [1]), limits()).tolist() == [True]
    assert average_gate(CLUSTER, standing([0], [100], [0]), limits()).tolist() == [True]


def test_gates_by_size_parent_date_and_switch():
    kind = np.array([PARK] * 4)
    sites = make_sites(
        ("a", "b", "big", "more"), np.array([100.0, 100, 600, 50]), kind=kind,
        stage=np.array([1, 1, 0, 0]), parent=np.array([-1, -1, -1, 1]),
    )  # fmt: skip
    planned = np.array([2, 3])
    state = standing([100, 10, 0, 0], [100, 100, 0, 0], [1, 0, 0, 0])
    rules = GateRules()
    now = 2024 * 4 + 2
    assert gates_open(sites, planned, now, rules, limits(), state).tolist() == [[False, False]]
    assert gates_open(sites, planned, now, rules, limits(switch=0.0), state).tolist() == [
        [True, True]
    ]
    before = 2022 * 4 + 1
    assert gates_open(sites, planned, before, rules, limits(), state).tolist() == [[True, True]]
    full = standing([100, 60, 0, 0], [100, 100, 0, 0], [1, 0, 0, 0])
    assert gates_open(sites, planned, now, rules, limits(), full).tolist() == [[False, True]]


def test_cluster_sizes_and_districts():
    sites = make_sites(
        ("old", "small", "hill", "large", "far"), np.array([60.0, 7, 7, 80, 30]),
        kind=np.full(5, CLUSTER), stage=np.array([1, 0, 0, 0, 0]),
        mountain=np.array([False, False, True, False, False]),
        district=np.array([0, 0, 0, 0, 1]),
    )  # fmt: skip
    planned = np.array([1, 2, 3, 4])
    state = standing([10, 0, 0, 0, 0], [200, 0, 0, 0, 0], [1, 0, 0, 0, 0])
    now = 2024 * 4 + 2
    province = gates_open(sites, planned, now, GateRules(), limits(), state)
    assert province.tolist() == [[False, False, False, False]]
    local = GateRules(cluster_occupancy=Rule(now, scope="district"))
    opened = gates_open(sites, planned, now, local, limits(), state)
    assert opened.tolist() == [[False, False, False, True]]
    size_only = gates_open(
        sites, planned, now, GateRules(cluster_occupancy=Rule(NEVER)), limits(), state
    )
    assert size_only.tolist() == [[False, True, False, True]]


def test_reaching_a_plan_by_construction():
    gross = np.array([100.0, 50.0, 40.0])
    ready = np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 3.0]])
    plan = np.full(8, np.nan)
    plan[7] = 290.0
    quarters = approvals_to_reach(ready, gross, plan, 100.0)
    assert (quarters <= 7).all()
    assert (quarters.max(axis=1) == 7).all()
    assert quarters[0].tolist() == [7, 2, 3]
    plan[7] = 140.0
    fewer = approvals_to_reach(ready, gross, plan, 100.0)
    assert fewer.tolist() == [[NEVER, 7, NEVER], [7, NEVER, NEVER]]
    assert fill_schedule(np.array([np.nan, 4.0, 3.0]), 2.0).tolist() == [3.0, 4.0, 3.0]


def test_operation_needs_leases_past_their_lag_on_serviced_land():
    values = [np.array([v]) for v in (30.0, 25.0, 10.0, 20.0)]
    assert operating_land(*values).tolist() == [20.0]
    assert occupancy(np.array([40.0]), np.array([50.0])).tolist() == [0.8]


def test_output_grows_with_land_and_yield():
    path = output_of_leased_land(
        np.array([[10.0, 20.0]]), np.array([5.0]), np.array([0.0]), np.array([0.25, 0.5])
    )
    assert path.tolist() == [[50.0, 100.0]]


def test_durations_from_scenario_values():
    values = {
        f"land.duration_{kind}_{stage}": [0.5, 1, 2 + i]
        for i, kind in enumerate(("park", "cluster"))
        for stage in ("approval", "handover", "clearing", "servicing", "operation")
    }
    durations = StageDurations.from_values(values, (1.5, 2.5))
    assert durations.clearing == ((0.5, 1.0, 2.0), (0.5, 1.0, 3.0))
    assert durations.default_slip == (1.5, 2.5)


def test_noise_of_a_site_knows_nothing_of_the_others():
    one = land_noise(7, 3, 64, ["b", "a"])
    two = land_noise(7, 3, 32, ["a", "c", "b"])
    assert np.array_equal(one.uniform[:, :32, 0], two.uniform[:, :, 2])
    assert np.array_equal(one.effect[:32, 1], two.effect[:, 0])
    assert np.array_equal(one.demand[:, :32], two.demand)
    assert np.array_equal(one.weights[:32], two.weights)
    assert not np.array_equal(one.effect, land_noise(7, 4, 64, ["b", "a"]).effect)
    assert one.weights.sum(axis=1) == pytest.approx(1.0)
    assert one.uniform.shape == (len(STAGES), 64, 2)
    with pytest.raises(ValueError, match="read-only"):
        one.uniform[0, 0, 0] = 1.0
