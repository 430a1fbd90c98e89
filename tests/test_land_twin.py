"""The compiled engine against its twin in plain NumPy, written from the same equations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.land import NEVER, GateRules, Horizon, Rule, land_noise, simulate_land
from kichban.land.values import AS_DRAWN, FLOWS, STOCKS
from tests.land_cases import DURATIONS, FIRST, drivers, parameters, province
from tests.land_twin.kernel import simulate_land as simulate_twin

DRAWS = 16


def same(one, two):
    for name in (*STOCKS, *FLOWS, "site_leased", "site_serviced"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(two, name), rtol=0, atol=1e-9, err_msg=name
        )
    assert np.array_equal(one.approved_quarter, two.approved_quarter)
    assert np.array_equal(one.site_quarters, two.site_quarters)
    assert set(one.violations) == set(two.violations) or not two.violations
    for name, value in two.violations.items():
        assert one.violations[name] == pytest.approx(value, abs=1e-12)


def made(seed, shape, *, dated, leaves, districts, single=False):
    """A province of any shape, with official dates, withdrawals, merged clusters and districts.

    `single`: some sites have a slip of their own, open in a set quarter, or never come.
    """
    rng = np.random.default_rng(seed)
    sites = province(seed, shape[0], shape[1], shape[2:])
    n = len(sites)
    official = np.where(rng.random((n, 4)) < 0.3 * dated, FIRST / 4 + rng.uniform(0, 6, (n, 4)),
                        np.nan)  # fmt: skip
    document = np.where(rng.random((n, 4)) < 0.5, FIRST / 4 - rng.uniform(0, 2, (n, 4)), np.nan)
    gone = rng.random(n) < 0.2 * leaves
    lone = np.random.default_rng(seed + 7)
    slip = np.where(lone.random(n) < 0.5 * single, lone.uniform(0.4, 2.0, n), 1.0)
    quarter = np.where(lone.random(n) < 0.3, NEVER, FIRST + lone.integers(-2, 20, n))
    opening = np.where(lone.random(n) < 0.5 * single, quarter, AS_DRAWN)
    return replace(
        sites, official=official, official_document=document,
        withdrawal=np.where(gone, FIRST + rng.integers(0, 20, n), NEVER),
        merged=gone & (sites.kind == 1) & (rng.random(n) < 0.5),
        district=rng.integers(-1, 3, n) if districts else sites.district,
        mountain=rng.random(n) < 0.2, attractiveness=rng.uniform(0.5, 2.0, n),
        slip=slip, opening=opening,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), shape=st.tuples(*(st.integers(0, 7) for _ in range(4))),
    quarters=st.integers(1, 30), gates=st.sampled_from([0.0, 1.0]), pace=st.floats(0, 500),
    exits=st.floats(0, 0.2), slip=st.floats(0.5, 4),
    scope=st.sampled_from(["province", "district"]),
    options=st.tuples(*(st.booleans() for _ in range(4)), st.integers(0, 2)),
)  # fmt: skip
def test_engine_and_twin_agree(seed, shape, quarters, gates, pace, exits, slip, scope, options):
    dated, leaves, joins, single, order = options
    districts = scope == "district"
    sites = made(seed, shape, dated=dated, leaves=leaves, districts=districts, single=single)
    rng = np.random.default_rng(seed + 1)
    rules = GateRules(
        park_occupancy=Rule(0, scope=scope), cluster_occupancy=Rule(FIRST + 3, FIRST + 20, scope),
        districts=int(rng.integers(1, 11)), merged_land_to_parks=joins,
    )  # fmt: skip
    values = parameters(DRAWS, gates=gates, exit_rate=exits, slip_park=slip)
    values["land.size_elasticity"] = rng.uniform(0.0, 1.0, DRAWS)
    values["land.prelease"] = rng.uniform(0.0, 1.0, DRAWS)
    values["land.absorption_q"] = rng.uniform(0.8, 2.5, DRAWS)
    values["land.gate_park_occupancy"] = rng.uniform(0.2, 0.9, DRAWS)
    demand = {"pace": np.broadcast_to([pace, pace / 4], (DRAWS, quarters, 2)).copy()}
    plan = np.full((quarters, 2), np.nan)
    plan[-1] = sites.gross.sum() * rng.uniform(0.2, 1.0, 2)
    noise = land_noise(seed, 0, DRAWS, sites.ids)
    if order == 1:
        demand["established"] = plan
    if order == 2:
        handed = rng.integers(FIRST - 2, FIRST + 40, (DRAWS, len(sites)))
        demand["fixed_approval"] = np.where(rng.random(handed.shape) < 0.2, NEVER, handed)
    given_ = drivers(DRAWS, quarters, **demand)
    found, twin = (
        simulate(sites, rules, DURATIONS, values, given_, noise, Horizon(FIRST, quarters))
        for simulate in (simulate_land, simulate_twin)
    )
    same(found, twin)
