"""Required rates against the seeds' figures; gaps on the shipped study."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kichban.study import Edition, Study
from kichban.target import rate_per_year, rest_of_year_rate

PLAN, HALF, YEAR = 665_760, 315_145, 541_160


@pytest.mark.parametrize(
    ("year", "base", "rate"),
    [
        (YEAR, HALF / 1.28, 18.9),
        (YEAR, 238_782, 16.0),
        (541_169, 238_782, 15.9),
        (YEAR, 235_555, 14.7),
    ],
)
def test_required_growth_of_the_second_half_of_2024(year: float, base: float, rate: float) -> None:
    assert round(100 * rest_of_year_rate(PLAN, HALF, year, base), 1) == rate


@given(st.floats(1, 1e6), st.floats(-0.2, 0.6), st.integers(1, 15))
def test_rate_per_year_leads_there(now: float, rate: float, years: int) -> None:
    assert rate_per_year(now * (1 + rate) ** years, now, years) == pytest.approx(rate, abs=1e-9)


@given(st.floats(0.1, 0.9), st.floats(-0.3, 0.8), st.floats(100, 1e6))
def test_the_required_rate_meets_the_plan(share: float, growth: float, last: float) -> None:
    so_far = last * share * 1.1
    plan = so_far + last * (1 - share) * (1 + growth)
    assert rest_of_year_rate(plan, so_far, last, last * share) == pytest.approx(growth, abs=1e-7)


@pytest.fixture(scope="module")
def edition(shipped: Study) -> Edition:
    return shipped.edition(shipped.request(["baseline", "plan"], draws=1024))


def row(edition: Edition, target: str, scenario: str = "baseline") -> dict[str, object]:
    table = edition.gap
    return dict(table[(table.target == target) & (table.scenario == scenario)].iloc[0])


def test_the_plan_of_2024_asks_for_350615(edition: Edition) -> None:
    plan = row(edition, "T011")
    assert plan["required_amount"] == 350_615
    assert plan["required_rate"] == pytest.approx(18.87, abs=0.005)
    assert plan["required_rate_low"] == pytest.approx(14.72, abs=0.005)
    assert plan["required_rate_kind"] == "rest_of_year_yoy"
    assert "BG0117" in str(plan["required_base"])
    assert plan["gap"] == pytest.approx(PLAN - float(str(plan["p50"])), abs=0.1)


def test_targets_at_2010_prices_are_compared_at_2010_prices_only(edition: Edition) -> None:
    goal = row(edition, "T048")
    assert goal["price_basis"] == "constant_2010"
    assert goal["required_rate"] == pytest.approx(28, abs=1)
    assert row(edition, "T065")["remark"] == "not_comparable"
    assert math.isnan(float(str(row(edition, "T065")["probability"] or "nan")))


def test_scenarios_built_to_meet_a_target_have_no_probability(edition: Edition) -> None:
    for target in ("T048", "T036", "T010"):
        goal = row(edition, target, "plan")
        assert goal["remark"] == "by_construction"
        assert math.isnan(float(goal["probability"]))  # type: ignore[arg-type]
        assert abs(float(goal["gap"])) <= 1e-5 * float(goal["target_value"])  # type: ignore[arg-type]


def test_older_versions_are_superseded_and_parts_of_accounts_listed(edition: Edition) -> None:
    status = edition.gap.drop_duplicates("target").set_index("target").target_status
    assert [status[t] for t in ("T060", "T039", "T009")] == ["superseded", "superseded", "in_force"]
    assert [status[t] for t in ("T055", "T036")] == ["superseded", "in_force"]
    for part in ("T001", "T004", "T005", "T008"):
        assert row(edition, part)["remark"] == "identity_part"


def test_clusters_build_the_remaining_pipeline_only(edition: Edition) -> None:
    clusters = row(edition, "T009")
    assert clusters["p90"] == 63
    assert clusters["required_amount"] == 8
    assert row(edition, "T010")["required_amount"] == pytest.approx(677)


def test_probability_is_a_share_and_its_error_small(edition: Edition) -> None:
    table = edition.gap
    known = table[table.probability.notna()]
    assert known.probability.between(0, 1).all()
    assert (known.probability_error < 0.03).all()
    assert set(table.remark) <= {
        "", "by_construction", "not_comparable", "no_projection", "identity_part", "reached",
    }  # fmt: skip


def test_a_quarter_that_is_over_is_held_against_its_print(edition: Edition) -> None:
    first = row(edition, "T084")
    assert (first["p50"], first["remark"]) == (13.96, "reached")
