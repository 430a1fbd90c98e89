"""The land block as a whole: balances, gates, slip, order, horizon, chunks."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.errors import MachineError
from kichban.land import (
    CLUSTER,
    NEVER,
    PARK,
    GateRules,
    Horizon,
    check_balances,
    land_noise,
    make_sites,
    simulate_land,
)
from kichban.land.values import FLOWS, STOCKS

sys.path.insert(0, str(Path(__file__).parent))
from land_cases import DURATIONS, FIRST, drivers, parameters, province

DRAWS, QUARTERS = 48, 28


def run(sites, *, draws=DRAWS, quarters=QUARTERS, given=None, rules=None, seed=1, **changed):
    noise = land_noise(seed, 0, draws, sites.ids)
    return simulate_land(
        sites, rules or GateRules(), DURATIONS, parameters(draws, **changed),
        given or drivers(draws, quarters), noise, Horizon(FIRST, quarters),
    )  # fmt: skip


def same(one, two, tolerance=0.0):
    for name in (*STOCKS, *FLOWS):
        np.testing.assert_allclose(
            getattr(one, name), getattr(two, name), rtol=tolerance, atol=tolerance, err_msg=name
        )


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), slip=st.floats(0.5, 5), gates=st.sampled_from([0.0, 1.0]),
    pace=st.floats(0, 600), ceiling=st.floats(0.4, 1), exits=st.floats(0, 0.2),
    shape=st.tuples(*(st.integers(0, 5) for _ in range(4))),
)  # fmt: skip
def test_balances_close_whatever_is_assumed(seed, slip, gates, pace, ceiling, exits, shape):
    sites = province(seed, shape[0], shape[1], shape[2:])
    demand = drivers(8, 12, pace=np.full((8, 12, 2), pace))
    paths = run(
        sites, draws=8, quarters=12, given=demand, seed=seed, slip_park=slip, slip_cluster=slip,
        gates=gates, absorption_ceiling=ceiling, exit_rate=exits,
    )  # fmt: skip
    check_balances(paths, sites)
    for name in STOCKS:
        assert (getattr(paths, name) >= 0).all()
    met = paths.absorbed.sum(axis=2) + paths.unmet.sum(axis=2)
    np.testing.assert_allclose(met, paths.demand.sum(axis=2), atol=1e-9)


def test_sites_add_up_to_totals_and_leasing_to_flows():
    sites = province()
    paths = run(sites)
    assert (paths.site_quarters // 4).tolist() == list(range(2024, 2031))
    for kind in (PARK, CLUSTER):
        own = sites.kind == kind
        ends = paths.site_quarters - FIRST
        total = paths.site_leased[:, :, own].sum(axis=2)
        np.testing.assert_allclose(total, paths.leased[:, ends, kind], atol=1e-9)
    start = np.array([sites.leased[sites.kind == k].sum() for k in (0, 1)])
    flows = (paths.absorbed - paths.exits).sum(axis=1)
    np.testing.assert_allclose(paths.leased[:, -1] - start, flows, atol=1e-8)
    assert paths.absorbed.sum() > 0
    assert paths.exits.sum() > 0


def test_the_order_of_sites_does_not_matter():
    sites = province()
    shuffled = sites.take(np.random.default_rng(5).permutation(len(sites)))
    same(run(sites), run(shuffled), 1e-9)


def test_a_longer_horizon_leaves_earlier_years_alone():
    sites = province()
    long, short = run(sites), run(sites, quarters=14)
    for name in (*STOCKS, *FLOWS):
        assert np.array_equal(getattr(long, name)[:, :14], getattr(short, name)), name
    years = len(short.site_quarters)
    assert np.array_equal(long.site_leased[:, :years], short.site_leased)
    late = long.approved_quarter >= FIRST + 14
    assert np.array_equal(np.where(late, NEVER, long.approved_quarter), short.approved_quarter)


@pytest.mark.parametrize("parts", [[1, 47], [7, 24, 17]])
def test_draws_do_not_know_which_others_there_are(parts):
    sites = province()
    noise = land_noise(1, 0, DRAWS, sites.ids)
    given = drivers(DRAWS, QUARTERS)
    values = parameters(DRAWS)
    whole = simulate_land(
        sites, GateRules(), DURATIONS, values, given, noise, Horizon(FIRST, QUARTERS)
    )
    begin = 0
    for size in parts:
        own = slice(begin, begin + size)
        paths = simulate_land(
            sites, GateRules(), DURATIONS, {k: v[own] for k, v in values.items()},
            drivers(size, QUARTERS), noise.draws(own), Horizon(FIRST, QUARTERS),
        )  # fmt: skip
        for name in (*STOCKS, *FLOWS, "site_serviced", "approved_quarter"):
            assert np.array_equal(getattr(whole, name)[own], getattr(paths, name)), name
        begin += size


def test_inputs_are_left_as_they_were():
    sites, given = province(), drivers(DRAWS, QUARTERS)
    noise, values = land_noise(1, 0, DRAWS, sites.ids), parameters(DRAWS)
    pools = [dataclasses.asdict(v) for v in (sites, given, noise)] + [values]
    before = [{k: np.array(v) for k, v in pool.items()} for pool in pools]
    simulate_land(sites, GateRules(), DURATIONS, values, given, noise, Horizon(FIRST, QUARTERS))
    for pool, old in zip(pools, before, strict=True):
        for key, value in old.items():
            assert np.array_equal(np.array(pool[key]), value, equal_nan=value.dtype.kind == "f"), (
                key
            )
    with pytest.raises(ValueError, match="read-only"):
        sites.gross[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        run(sites).leased[0, 0, 0] = 1.0


def closing_gate():
    """A full park, one being built that will stand empty, and a planned one."""
    return make_sites(
        ("full", "empty", "next"), np.array([150.0, 300, 200]), kind=np.zeros(3, dtype=np.int64),
        stage=np.array([1, 1, 0]), industrial=np.array([100.0, 200, np.nan]),
        cleared=np.array([100.0, 20, 0]), serviced=np.array([100.0, 20, 0]),
        leased=np.array([100.0, 0, 0]), operating=np.array([100.0, 0, 0]),
        entry_to=np.array([0.0, 0, 1.0]),
    )  # fmt: skip


def test_gates_can_turn_slower_clearing_into_more_serviced_land():
    """Slower clearing fills what is there, so that the gate opens earlier: the known reversal.

    It shows where the gate measures sites in operation only, as that of clusters does.
    """
    sites = make_sites(
        ("full", "empty", "next"), np.array([60.0, 75, 60]), kind=np.ones(3, dtype=np.int64),
        stage=np.array([1, 1, 0]), industrial=np.array([40.0, 50, np.nan]),
        cleared=np.array([40.0, 5, 0]), serviced=np.array([40.0, 5, 0]),
        leased=np.array([40.0, 0, 0]), operating=np.array([40.0, 0, 0]),
        entry_to=np.array([0.0, 0, 1.0]),
    )  # fmt: skip
    weak = drivers(
        DRAWS, 40, pace=np.full((DRAWS, 40, 2), 6.0), output_growth=np.zeros((DRAWS, 40))
    )
    weak = dataclasses.replace(weak, registered_fdi=np.zeros((DRAWS, 40)))
    strict = {"gate_cluster_occupancy": 0.6, "gate_cluster_unleased_max": 0.0}
    quick, slow = (
        run(sites, quarters=40, given=weak, slip_cluster=s, **strict) for s in (0.5, 3.0)
    )
    total = [p.serviced[:, :, CLUSTER] for p in (quick, slow)]
    assert (total[1] > total[0] + 1.0).any()
    # the same approvals handed in: no draw, no quarter has more land for clearing slower
    held = dataclasses.replace(weak, fixed_approval=quick.approved_quarter)
    again, slower = (
        run(sites, quarters=40, given=held, slip_cluster=s, **strict) for s in (0.5, 3.0)
    )
    same(quick, again)
    assert (slower.serviced <= again.serviced + 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 4), st.floats(0, 2))
def test_with_approvals_handed_in_a_longer_slip_never_raises_serviced_land(seed, slip, longer):
    sites = province(seed)
    first = run(sites, draws=16, seed=seed)
    held = drivers(16, QUARTERS, fixed_approval=first.approved_quarter)
    short, long = (
        run(sites, draws=16, seed=seed, given=held, slip_park=s, slip_cluster=s)
        for s in (slip, slip + longer)
    )
    assert np.array_equal(short.approved_quarter, first.approved_quarter)
    assert (long.serviced <= short.serviced + 1e-9).all()
    medians = [np.median(p.serviced.sum(axis=2), axis=0) for p in (short, long)]
    assert (medians[1] <= medians[0] + 1e-9).all()


def test_gates_delay_and_switch_off():
    sites = closing_gate()
    closed = run(sites, gate_park_occupancy=1.01)
    opened = run(sites, gates=0.0, gate_park_occupancy=1.01)
    assert (closed.approved_quarter[:, 2] == NEVER).all()
    assert (opened.approved_quarter[:, 2] < NEVER).all()
    assert (opened.approved_quarter[:, :2] == FIRST - 1).all()
    assert closed.count[:, -1, PARK].max() == 2
    assert opened.count[:, -1, PARK].min() == 3


def test_a_plan_is_reached_by_construction():
    sites = province()
    here = sites.stage == 1
    plan = np.full((QUARTERS, 2), np.nan)
    for kind in (PARK, CLUSTER):
        plan[25, kind] = sites.gross[sites.kind == kind].sum()
    paths = run(sites, given=drivers(DRAWS, QUARTERS, established=plan), gate_park_occupancy=2.0)
    np.testing.assert_allclose(paths.gross[:, 25:], np.broadcast_to(plan[25], (DRAWS, 3, 2)))
    assert (paths.gross[:, 24] < plan[25]).all()
    assert (
        paths.gross[:, 0] >= [sites.gross[here & (sites.kind == k)].sum() for k in (0, 1)]
    ).all()


def test_pre_leased_land_is_kept_and_only_serviced_land_is_leased():
    sites = make_sites(
        ("tan_hung",), np.array([105.3]), kind=np.array([PARK]), industrial=np.array([72.7]),
        cleared=np.array([30.0]), serviced=np.array([30.0]), leased=np.array([60.0]),
    )  # fmt: skip
    paths = run(sites, exit_rate=0.0)
    assert (paths.leased[:, :, PARK] >= 60.0).all()
    waiting = paths.serviced[:, :, PARK] < 60.0
    assert (paths.leased[:, :, PARK][waiting] == 60.0).all()
    assert (paths.operating <= paths.serviced + 1e-9).all()
    check_balances(paths, sites)


def test_land_is_let_before_it_is_serviced_as_far_as_that_is_allowed():
    sites = make_sites(
        ("a",), np.array([100.0]), kind=np.array([PARK]), industrial=np.array([70.0]),
        cleared=np.array([70.0]), established=np.array([2024.0]),
    )  # fmt: skip
    none, half, all_ = (run(sites, exit_rate=0.0, prelease=k) for k in (0.0, 0.5, 1.0))
    leased, ready = half.leased[:, :, PARK], half.serviced[:, :, PARK]
    assert (leased <= ready + 0.5 * (70.0 - ready) + 1e-9).all()
    assert (leased > ready + 1e-9).any()
    assert (none.leased <= none.serviced + 1e-9).all()
    assert (none.leased <= half.leased + 1e-9).all()
    assert (half.leased <= all_.leased + 1e-9).all()
    assert (half.operating <= half.serviced + 1e-9).all()
    check_balances(half, sites)


def test_larger_sites_take_longer_and_those_of_usual_size_as_before():
    def serviced(gross, elasticity):
        site = make_sites(
            ("a",), np.array([gross]), kind=np.array([PARK]),
            industrial=np.array([0.69 * gross]), established=np.array([2024.5]),
        )  # fmt: skip
        paths = run(site, exit_rate=0.0, size_elasticity=elasticity)
        return paths.serviced[:, :, PARK] / (0.69 * gross)

    usual, small, large = (serviced(g, 0.5) for g in (200.0, 50.0, 450.0))
    np.testing.assert_allclose(usual, serviced(200.0, 0.0))
    assert (small >= usual - 1e-12).all()
    assert (usual >= large - 1e-12).all()
    assert small.mean() > usual.mean() + 0.05 > large.mean() + 0.1


def test_operation_follows_the_lease_after_its_lag():
    sites = make_sites(
        ("a",), np.array([200.0]), kind=np.array([PARK]), industrial=np.array([130.0]),
        cleared=np.array([130.0]), serviced=np.array([130.0]), leased=np.array([50.0]),
        operating=np.array([50.0]),
    )  # fmt: skip
    paths = run(sites, exit_rate=0.0)
    leased, operating = paths.leased[0, :, 0], paths.operating[0, :, 0]
    lag = int(np.argmax(operating > 50.0 + 1e-9))
    assert 2 <= lag <= 12
    np.testing.assert_allclose(operating[lag:], leased[: QUARTERS - lag], atol=1e-9)


def test_spillover_reaches_clusters_and_the_rest_stays_unmet():
    sites = make_sites(
        ("park", "cluster"), np.array([100.0, 75]), kind=np.array([PARK, CLUSTER]),
        industrial=np.array([65.0, 50]), cleared=np.array([65.0, 50]),
        serviced=np.array([65.0, 50]), leased=np.array([65.0, 10]),
    )  # fmt: skip
    none = drivers(
        DRAWS, 8, pace=np.tile([100.0, 0.0], (DRAWS, 8, 1)), output_growth=np.zeros((DRAWS, 8))
    )
    paths = run(sites, quarters=8, given=none, exit_rate=0.0, spillover=0.25)
    assert (paths.absorbed[:, :, PARK] == 0).all()
    np.testing.assert_allclose(paths.unmet[:, :, PARK], 0.75 * paths.demand[:, :, PARK])
    first = paths.absorbed[:, 0, CLUSTER] + paths.unmet[:, 0, CLUSTER]
    np.testing.assert_allclose(first, 0.25 * paths.demand[:, 0, PARK])
    assert (paths.absorbed[:, 0, CLUSTER] > 0).all()


@pytest.mark.parametrize("joins", [False, True])
def test_withdrawn_and_merged_clusters_leave_the_totals(joins):
    sites = province()
    withdrawal = np.full(len(sites), NEVER)
    merged = np.zeros(len(sites), dtype=bool)
    cluster = int(np.flatnonzero((sites.kind == CLUSTER) & (sites.leased > 1))[0])
    withdrawal[cluster], merged[cluster] = FIRST + 6, True
    leaving = dataclasses.replace(sites, withdrawal=withdrawal, merged=merged)
    paths = run(leaving, rules=GateRules(merged_land_to_parks=joins), gates=0.0)
    stay = run(sites, gates=0.0)
    check_balances(paths, leaving)
    before, after = paths.count[:, 5, CLUSTER], paths.count[:, 6, CLUSTER]
    assert (after - before >= -1).all()
    lost = stay.gross[:, -1] - paths.gross[:, -1]
    np.testing.assert_allclose(lost[:, CLUSTER], sites.gross[cluster])
    np.testing.assert_allclose(lost[:, PARK], -sites.gross[cluster] if joins else 0.0, atol=1e-9)
    assert (paths.transferred[:, 6, CLUSTER] < 0).all()
    assert ((paths.transferred[:, 6, PARK] > 0) == joins).all()
    assert (paths.site_leased[:, -1, cluster] == 0).all()


def test_what_should_have_left_before_the_start_leaves_with_it():
    """Stocks may be printed after the day a plan's removal falls on."""
    sites = province()
    withdrawal = np.full(len(sites), NEVER)
    late = int(np.flatnonzero((sites.kind == CLUSTER) & (sites.leased > 1))[0])
    withdrawal[late] = FIRST - 3
    leaving = dataclasses.replace(sites, withdrawal=withdrawal)
    paths = run(leaving, gates=0.0)
    assert (paths.site_leased[:, :, late] == 0).all()
    assert (paths.count[:, 0, CLUSTER] < run(sites, gates=0.0).count[:, 0, CLUSTER]).all()
    check_balances(paths, leaving)


def test_parks_are_checked_though_clusters_merge_into_them():
    """Land that is merged and joins no total leaves the sum of the parks as it is."""
    sites = province()
    withdrawal, merged = np.full(len(sites), NEVER), np.zeros(len(sites), dtype=bool)
    cluster = int(np.flatnonzero((sites.kind == CLUSTER) & (sites.leased > 1))[0])
    withdrawal[cluster], merged[cluster] = FIRST + 6, True
    leaving = dataclasses.replace(sites, withdrawal=withdrawal, merged=merged)
    paths = run(leaving, gates=0.0)
    wrong = paths.site_leased.copy()
    wrong[:, :, int(np.flatnonzero(sites.kind == PARK)[0])] += 50.0
    with pytest.raises(MachineError, match=r"E-BAL-001 Σ sites = totals"):
        check_balances(dataclasses.replace(paths, site_leased=wrong), leaving)


def test_one_cluster_alone_and_no_site_at_all():
    for shape in ((0, 1, (0, 0)), (0, 0, (0, 0)), (0, 0, (2, 0))):
        sites = province(0, *shape)
        paths = run(sites, draws=4, quarters=8)
        check_balances(paths, sites)
        assert paths.leased.shape == (4, 8, 2)
    assert run(province(0, 0, 0, (0, 0)), draws=4).leased.sum() == 0.0


def test_a_broken_balance_is_refused_with_its_name():
    sites = province()
    paths = run(sites)
    broken = dataclasses.replace(paths, leased=paths.leased + 1e-3)
    with pytest.raises(MachineError, match=r"E-BAL-001 Σ sites = totals"):
        check_balances(broken, sites)
    with pytest.raises(MachineError, match="E-BAL-001 leased <= industrial"):
        check_balances(dataclasses.replace(paths, violations={"leased <= industrial": 0.5}), sites)


def test_unknown_columns_of_sites_are_refused():
    with pytest.raises(TypeError, match="not a column of LandSites: \\['lease'\\]"):
        make_sites(("a",), np.array([1.0]), lease=np.array([1.0]))


def test_planned_sites_with_official_dates_keep_them_as_far_as_slip_allows():
    sites = closing_gate()
    official, document = np.full((3, 4), np.nan), np.full((3, 4), np.nan)
    official[2] = [2025.0, 2026.0, 2027.0, 2028.0]
    document[2] = 2024.5
    dated = dataclasses.replace(sites, official=official, official_document=document)
    paths = run(dated, gates=0.0, slip_park=1.0)
    assert (paths.approved_quarter[:, 2] == FIRST + 2).all()
    ends = {int(y): row for row, y in enumerate(paths.site_quarters // 4)}
    land = 0.69 * 200.0
    np.testing.assert_allclose(paths.site_serviced[:, ends[2026], 2], 0.5 * land)
    np.testing.assert_allclose(paths.site_serviced[:, ends[2027], 2], land)
    late = run(dated, gates=0.0, slip_park=2.0)
    assert (late.approved_quarter[:, 2] == FIRST + 2).all()
    assert (late.site_serviced[:, ends[2026], 2] == 0.0).all()
