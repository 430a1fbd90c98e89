"""What one printed figure says: its interval, its two sides, and what stays out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_cases import ledger_of, statement

from kichban.numbers import printed_interval, share_truncated_or_rounded
from kichban.periods import month_index
from kichban.reconcile.evidence import Side, collect_evidence

PARTS = ("ownership:state", "ownership:non_state", "ownership:fdi")
LEVEL = statement("L", 541169, "2023")
FIRST = month_index(2023, 1)


def only(row, *more):
    """The observation of one row, beside a level that makes its node known."""
    found = collect_evidence(ledger_of([row, *more]), PARTS)
    return next(o for o in found.observations if o.statement.id == row["id"])


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [("", 540500, 541500), ("more_than", 541000, 542000), ("less_than", 540000, 541000),
     ("about", 540000, 542000)],
)  # fmt: skip
def test_a_level_is_the_interval_of_its_digits(qualifier, low, high):
    o = only(statement("A", 541000, "2023", resolution="1000", qualifier=qualifier))
    assert (math.exp(o.low), math.exp(o.high)) == pytest.approx((low, high))
    assert o.top == Side("", FIRST, FIRST + 12)
    assert o.bottom is None


def test_growth_divides_by_the_same_months_a_year_before():
    o = only(statement("A", 26, "2023-01/2023-05", period_kind="ytd", measure="growth_yoy",
                       resolution="1"), LEVEL)  # fmt: skip
    assert (math.exp(o.low), math.exp(o.high)) == pytest.approx((1.255, 1.265))
    assert (o.top, o.bottom) == (Side("", FIRST, FIRST + 5), Side("", FIRST - 12, FIRST - 7))


def test_a_fall_is_a_ratio_below_one():
    o = only(statement("A", -4.3, "2023", measure="growth_yoy"), LEVEL)
    assert math.exp(o.middle) == pytest.approx(0.957, abs=1e-4)


def test_growth_on_the_month_before_a_share_and_a_ratio():
    month = only(statement("A", 8.5, "2023-03", period_kind="month", measure="growth_mom"), LEVEL)
    assert month.bottom == Side("", FIRST + 1, FIRST + 2)
    fdi = statement("F", 439178, "2023", breakdown="ownership:fdi")
    share = only(statement("A", 81.1, "2023", breakdown="ownership:fdi", measure="share_pct"),
                 LEVEL, fdi)  # fmt: skip
    assert (share.top.node, share.bottom.node) == ("ownership:fdi", "")
    assert math.exp(share.middle) == pytest.approx(0.811, abs=1e-4)
    ratio = only(statement("A", 2.7, "2018", breakdown="base:2015", measure="growth_ratio",
                           unit="ratio"), LEVEL)  # fmt: skip
    assert ratio.bottom == Side("", month_index(2015, 1), month_index(2016, 1))


def test_a_share_of_the_plan_beside_its_level_speaks_of_the_plan():
    share = statement("S", 106.2, "2023", measure="share_of_plan")
    o = only(share, LEVEL)
    assert o.top.kind == "plan"
    assert o.bottom is None
    assert math.exp(o.middle) == pytest.approx(541169 / 1.062, rel=1e-3)
    alone = only(share | {"source": "S2"}, LEVEL)
    assert (alone.top.kind, alone.bottom.kind) == ("months", "plan")


def test_a_plan_is_not_an_observation_of_the_year():
    o = only(statement("P", 665760, "2024", status="plan", period_kind="target"), LEVEL)
    assert o.top == Side("", FIRST + 12, FIRST + 24, "plan")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [statement("A", 24, "2023", measure="growth_yoy")],
        [statement("A", 665760, "2024", status="plan", period_kind="target")],
        [statement("A", 439178, "2023", breakdown="ownership:fdi")],
        [statement("A", 541169, "2023", price_basis="constant_2010")],
        [statement("A", 0, "2023")],
    ],
    ids=["nothing", "growth only", "plan only", "part only", "other basis", "zero"],
)
def test_without_a_level_of_the_total_there_is_nothing_to_estimate(rows):
    assert collect_evidence(ledger_of(rows), PARTS) is None


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
    down = math.floor(exact * 10) / 10
    assert share_truncated_or_rounded(part, whole, down, 0.1) in ("rounded", "truncated")
    assert share_truncated_or_rounded(part, whole, down - 0.2, 0.1) == "neither"
