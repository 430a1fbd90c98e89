"""What targets ask of every period, how they hang together, and what would tell more."""

from __future__ import annotations

import io
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kichban.nowcast import YearStart
from kichban.study import Study
from kichban.target import expected_shortfall, joint_probability
from kichban.target.clashes import overlap
from kichban.target.industry import Industry, industry_needed
from kichban.target.information import narrowing
from kichban.target.outcome import meets
from kichban.target.required import Required
from kichban.target.steps import steps_by_year, steps_of_growth, steps_of_plan
from kichban.target.tracker import needed_quarters
from kichban.target.windows import growth_of_windows, rank

NORMAL = stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)


def target(value: float, sense: str = ">=", upper: float | None = None, digit: float = 1.0):
    return SimpleNamespace(
        id=f"T{value:g}", value=value, upper=upper, resolved_sense=sense, resolution=digit
    )


def start(months: list[float], known: list[float], step: int = 1) -> YearStart:
    levels = np.log(np.array(months + known))
    return YearStart(2024, step, len(known), levels, np.zeros((levels.size, 1)), "x")


# --- periods to come ---------------------------------------------------------------------


@given(
    st.lists(st.floats(1.0, 100.0), min_size=12, max_size=12),
    st.integers(1, 11),
    st.floats(-0.3, 0.6),
)
def test_steps_of_a_plan_add_up_and_keep_the_season(months, known, rate):
    so_far = [1.1 * m for m in months[:known]]
    left = (1.0 + rate) * sum(months[known:])
    required = Required(left, rate, "rest_of_year_yoy", rate, rate, ())
    steps = steps_of_plan(required, start(months, so_far))
    single = [s for s in steps if s.period.months == 1]
    assert sum(s.amount for s in single) == pytest.approx(left)
    for step, before in zip(single, months[known:], strict=True):
        assert step.amount / before - 1.0 == pytest.approx(rate)
    for quarter in (s for s in steps if s.period.months > 1):
        inside = [s for s in single if s.period.start >= quarter.period.start]
        inside = [s for s in inside if s.period.stop <= quarter.period.stop]
        assert sum(s.amount for s in inside) == pytest.approx(quarter.amount)


@given(
    st.lists(st.floats(1.0, 100.0), min_size=12, max_size=12),
    st.integers(1, 11),
    st.floats(-0.1, 0.4),
)
def test_steps_of_growth_lead_to_the_years_growth(months, known, growth):
    so_far = [1.05 * m for m in months[:known]]
    steps = [s for s in steps_of_growth(growth, start(months, so_far)) if s.period.months == 1]
    rest = sum(m * (1.0 + s.growth) for m, s in zip(months[known:], steps, strict=True))
    assert (sum(so_far) + rest) / sum(months) - 1.0 == pytest.approx(growth)
    assert all(math.isnan(s.amount) for s in steps)


def test_the_years_up_to_a_level_grow_by_one_rate():
    required = Required(900.0, 0.1, "per_year", 0.1, 0.1, ())
    goal = SimpleNamespace(value=121.0, period=SimpleNamespace(year=2025))
    found = steps_by_year(goal, required, 2023)
    assert [(s.period.text, round(s.amount, 6)) for s in found] == [
        ("2024", 110.0),
        ("2025", 121.0),
    ]


@given(st.floats(0.05, 0.25), st.lists(st.floats(0.0, 0.3), min_size=2, max_size=2))
def test_quarters_left_lead_to_the_year(wanted, planned):
    known = start([25.0, 26.0, 27.0, 30.0], [28.0, 29.5], step=3)
    for plan in ({}, {3: planned[0], 4: planned[1]}):
        found = needed_quarters(wanted, known, plan)
        year = 28.0 + 29.5 + 27.0 * (1 + found[3]) + 30.0 * (1 + found[4])
        assert year / 108.0 - 1.0 == pytest.approx(wanted)
        if plan:
            assert found[4] - found[3] == pytest.approx(plan[4] - plan[3])


def test_nothing_is_needed_where_nothing_is_asked_or_known():
    assert needed_quarters(math.nan, start([25.0] * 4, [26.0], 3), {}) == {}
    assert needed_quarters(0.1, None, {}) == {}
    assert needed_quarters(0.1, start([25.0] * 4, [26.0] * 4, 3), {}) == {}


# --- windows -----------------------------------------------------------------------------


def test_windows_of_steady_growth_all_reach_it():
    from kichban.reconcile import Flow

    flow = Flow(24000, 1, np.arange(40) * math.log(1.2) / 12, np.zeros((40, 1)), "x")
    for months in (1, 3, 6, 12):
        past = growth_of_windows(flow, months)
        assert past == pytest.approx(np.full(40 - 12 - months + 1, 0.2))
    assert rank(0.2, past).share == 1.0
    assert rank(0.21, past).reached == 0
    assert not rank(math.nan, past).windows
    assert growth_of_windows(Flow(24000, 6, flow.mean, flow.root, "x"), 4).size == 0


# --- probabilities against closed forms ----------------------------------------------------


def test_the_shortfall_of_a_normal_outcome_is_the_mills_ratio():
    for goal in (-0.5, 0.0, 1.3):
        exact = goal + stats.norm.pdf(goal) / stats.norm.cdf(goal)
        assert expected_shortfall(NORMAL, target(goal)) == pytest.approx(exact, abs=1e-3)
        above = stats.norm.pdf(goal) / stats.norm.sf(goal) - goal
        assert expected_shortfall(NORMAL, target(goal, "<=")) == pytest.approx(above, abs=1e-3)
    assert math.isnan(expected_shortfall(NORMAL, target(-99.0)))


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.7])
def test_joint_probabilities_of_two_normals(rho):
    luck = np.random.default_rng(7).standard_normal((2, 400_000))
    second = rho * luck[0] + math.sqrt(1 - rho**2) * luck[1]
    goals = [target(0.3), target(0.5)]
    found = joint_probability(goals, {"T0.3": luck[0], "T0.5": second}, 10_000)
    exact = stats.multivariate_normal.cdf([-0.3, -0.5], cov=[[1, rho], [rho, 1]])
    assert found.every == pytest.approx(exact, abs=4 * found.error + 1e-4)
    assert found.some == pytest.approx(sum(found.each) - found.every)
    assert found.apart == pytest.approx(found.each[0] * found.each[1])
    with pytest.raises(ValueError, match="no target"):
        joint_probability([], {}, 10)


def test_senses_and_ranges():
    values = np.array([9.0, 9.6, 10.0, 10.4, 10.6, 12.0])
    assert meets(values, target(10.0)).tolist() == [False, False, True, True, True, True]
    assert meets(values, target(10.0, "<=")).sum() == 3
    assert meets(values, target(10.0, "=")).tolist() == [False, True, True, True, False, False]
    assert meets(values, target(10.0, "=", 10.5)).tolist() == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert meets(values, target(10.0, "<=", 10.5)).sum() == 4
    between = target(10.0, "=", 10.5)
    # a miss of what is to be kept exactly lies on either side
    assert expected_shortfall(values, between) == pytest.approx((1.0 + 0.4 + 0.1 + 1.5) / 4)


def test_what_a_figure_tells_of_a_sum():
    luck = np.random.default_rng(3).standard_normal((3, 100_000))
    outcome = 2.0 * luck[0] + luck[1]
    assert narrowing(outcome, luck[0]) == pytest.approx(1 - math.sqrt(1 / 5), abs=0.005)
    noisy = 1 - math.sqrt(1 - 4 / 5 * 1 / 1.25)
    assert narrowing(outcome, luck[0], 0.5) == pytest.approx(noisy, abs=0.005)
    assert narrowing(outcome, luck[2]) < 0.001
    assert narrowing(outcome, np.ones(100_000)) == 0.0


@given(st.floats(0.02, 0.2), st.floats(0.3, 0.9), st.floats(0.6, 1.2))
def test_industry_makes_up_for_what_grdp_falls_short(wanted, weight, elasticity):
    value_added, rest = np.array([0.12, 0.18]), np.array([0.02, 0.03])
    grdp = weight * value_added + rest
    now = Industry(value_added, value_added / elasticity, np.array([0.2, 0.25]), np.array([5.0, 6]))
    beta = np.full(2, elasticity)
    found = industry_needed(wanted, grdp, weight * value_added, beta, now)
    assert weight * found.value_added + rest == pytest.approx(np.full(2, wanted))
    assert found.volume * elasticity == pytest.approx(found.value_added)
    last = now.output / (1 + now.output_growth)
    assert found.output / last - 1 == pytest.approx(found.output_growth)


def test_ranges_that_touch_agree():
    assert overlap((1.0, 2.0), (2.0, 2.0))
    assert not overlap((-3.0, -2.0), (-1.9, 4.0))


# --- the shipped study ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(shipped: Study) -> dict[str, pd.DataFrame]:
    edition = shipped.edition(shipped.request(["baseline", "plan"], draws=1024))
    names = ("required", "target_checks", "information", "quarters")
    files = {n: io.BytesIO(edition.files[f"extra.{n}.csv"]) for n in names}
    gap = edition.gap[edition.gap.scenario == "baseline"]
    return {n: pd.read_csv(f, dtype={"period": str}) for n, f in files.items()} | {"gap": gap}


def test_the_plan_of_2024_by_month_and_quarter(tables):
    own = tables["required"].query("target == 'T011'")
    months = own[own.period.str.len() == 7].query("not period.str.contains('Q')")
    assert months.period.tolist() == [f"2024-{m:02d}" for m in range(7, 13)]
    assert months.amount.sum() == pytest.approx(350_615, abs=1)
    quarters = own[own.period.str.contains("Q")]
    assert quarters.amount.sum() == pytest.approx(350_615, abs=1)
    assert set(own.growth.round(1)) == {18.9}
    assert own.growth_low.iloc[0] == pytest.approx(14.72, abs=0.01)
    # the level and the growth that the same office asks for ask for the same
    growth = tables["required"].query("target == 'T012'").growth
    assert growth.iloc[0] == pytest.approx(18.87, abs=0.1)


def test_the_growth_scenario_of_2024_is_held_against_all_its_prints(tables):
    first = tables["quarters"].iloc[0]
    assert (first.period, first.target) == ("2024-Q1", "T084")
    assert (first.planned, first.first_print, first.newest_print) == (11.79, 14.18, 13.96)
    rest = tables["quarters"].iloc[2:]
    assert rest.newest_print.isna().all()
    assert (rest.p10 < rest.p50).all()
    assert (rest.p50 < rest.p90).all()


def test_targets_that_hold_and_targets_that_do_not(tables):
    checks = tables["target_checks"].set_index("targets")
    assert checks.loc["T011 T012", "status"] == "holds"
    # 677.000 bn in 2025 and 21,5 % a year from 2021 on start from no printed level of 2020
    base = checks.loc["T065 T066"]
    assert (base.check, base.status) == ("base_of_average", "contradicts")
    assert base.implied_high == pytest.approx(677_000 / 1.2145**5, rel=1e-4)
    assert base.stated_low == 266_040
    land = checks.loc["T048 T036 T010"]
    assert land.check == "output_per_hectare"
    assert land.implied_low < land.stated_high < land.implied_high
    assert checks.loc["T010 T009", "implied_low"] == pytest.approx(3006 / 63, rel=1e-6)


def test_the_next_figure_of_output_tells_most_of_its_plan(tables):
    own = tables["information"].query("target == 'T011'")
    assert own.iloc[0][["indicator", "period"]].tolist() == ["industrial_output", "2024-Q3"]
    assert (own.narrowing.diff().dropna() <= 0).all()
    assert own.narrowing.between(0.01, 1).all()


def test_gap_tells_shortfall_and_rank(tables):
    gap = tables["gap"].set_index("target")
    assert gap.loc["T011", "past_reached"] < gap.loc["T011", "past_windows"]
    assert gap.loc["T011", "shortfall"] > 0
    # of what never misses there is no shortfall, and what is reached is not ranked
    assert np.isnan(gap.loc["T017", "shortfall"])
    certain = gap[gap.probability == 1.0]
    assert certain.shortfall.isna().all()


def test_growth_between_levels_is_held_against_its_own_price_basis(tables):
    """No past level at 2010 prices was printed: what is projected stands in its place."""
    checks = tables["target_checks"].set_index("targets")
    found = checks.loc["T061 T048"]
    assert found.check == "milestones_projected"
    assert found.implied_low == pytest.approx(100 * ((2_200_000 / 652_153) ** 0.2 - 1), rel=1e-6)
    assert found.stated_low < found.stated_high
    assert found.status == ("strained" if found.implied_low > found.stated_high else "holds")


def test_the_error_of_a_level_is_relative_whatever_the_outcome_is():
    luck = np.random.default_rng(5).standard_normal((2, 50_000))
    level = 1000.0 * np.exp(0.02 * luck[0])
    growth = 0.02 * luck[0]  # of either sign
    assert narrowing(growth, level, 0.02) == pytest.approx(1 - math.sqrt(0.5), abs=0.01)


def test_a_total_over_years_adds_prints_and_draws(bench):
    """Output of 2023 to 2025: a printed year, and two that are drawn."""
    from dataclasses import replace

    from kichban.ledger import newest_print
    from kichban.periods import parse_period
    from kichban.projection import Variable
    from kichban.target import target_values

    ledger = bench.ledger
    one = next(t for t in ledger.targets if t.id == "T011")
    total = replace(one, kind="cumulative", period=parse_period("2023/2025"))
    output = Variable("industrial_output", "", "level", "bn_vnd", "current")
    projection = bench.projection([output])
    paths = projection.scenarios["baseline"]
    found = target_values(ledger, projection, paths, total)
    rows = [
        s
        for s in ledger.select("industrial_output", "", "level")
        if s.period.text == "2023" and not s.is_plan
    ]
    drawn = paths.variables[output].annual[:, :2].sum(axis=1)
    assert found == pytest.approx(newest_print(rows).value + drawn)
    unknown = replace(total, period=parse_period("1990/2025"))  # never printed
    assert target_values(ledger, projection, paths, unknown) is None
