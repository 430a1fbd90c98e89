"""Which series are solved together, on which steps of time, and what adds up to what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.periods import from_months, month_index
from kichban.reconcile.evidence.equations import Node
from kichban.reconcile.evidence.families import REST, find_families
from kichban.reconcile.evidence.statements import write_equations

CATALOGUE = load_catalogue()
OUTPUT = Node("bac_giang", "industrial_output", "", "current")
OWNERS = ("state", "non_state", "fdi")


def part(owner):
    return OUTPUT._replace(breakdown=f"ownership:{owner}")


def owned(owner, value=100000):
    return statement(owner, value, "2023", breakdown=f"ownership:{owner}", published="2024-02-28")


def families_of(rows):
    equations = write_equations(ledger_of(rows).statements, CATALOGUE)
    return find_families(equations, CATALOGUE)


def grdp(key, period, kind):
    return statement(key, 10, period, indicator="grdp", measure="growth_yoy", period_kind=kind,
                     price_basis="", published="2024-12-31")  # fmt: skip


def test_a_total_with_all_its_parts_has_no_rest():
    (family,) = families_of([statement("T", 400000, "2023"), *map(owned, OWNERS)])
    (split,) = family.splits
    assert (split.total, split.rest) == (OUTPUT, None)
    assert set(split.parts) == set(map(part, OWNERS))
    assert family.nodes[0] == OUTPUT
    assert split.all_parts == split.parts


def test_a_total_with_some_of_its_parts_has_a_rest():
    (family,) = families_of([statement("T", 400000, "2023"), owned("fdi")])
    (split,) = family.splits
    rest = OUTPUT._replace(breakdown=f"{REST}ownership")
    assert (split.parts, split.rest) == ((part("fdi"),), rest)
    assert rest in family.nodes


def test_parts_without_their_total_stand_alone():
    families = families_of([owned("fdi"), owned("state")])
    assert [f.nodes for f in families] == [(part("fdi"),), (part("state"),)]
    assert not any(f.splits for f in families)


def test_trade_is_exports_and_imports():
    rows = [statement(code, 100, "2023", indicator=code, unit="mn_usd", price_basis="")
            for code in ("trade_total", "exports", "imports")]  # fmt: skip
    (family,) = families_of(rows)
    (split,) = family.splits
    assert split.total.indicator == "trade_total"
    assert [p.indicator for p in split.parts] == ["exports", "imports"]
    assert split.rest is None


def test_two_price_bases_are_two_families():
    rows = [statement("A", 100, "2023"), statement("B", 80, "2023", price_basis="constant_2010")]
    assert len(families_of(rows)) == 2


@pytest.mark.parametrize(
    ("rows", "step"),
    [
        ([grdp("Y", "2023", "annual")], 12),
        ([grdp("Y", "2023", "annual"), grdp("H", "2024-01/2024-06", "ytd")], 6),
        ([grdp("Y", "2023", "annual"), grdp("Q", "2024-Q1", "quarter")], 3),
        ([grdp("H", "2024-01/2024-06", "ytd"), grdp("N", "2024-01/2024-09", "ytd")], 3),
        ([grdp("F", "2024-01/2024-04", "ytd")], 1),
        ([statement("A", 541169, "2023")], 1),
    ],
    ids=["years", "half-years", "quarters", "nine months", "four months", "output is monthly"],
)
def test_time_goes_in_the_longest_steps_that_every_figure_fits(rows, step):
    (family,) = families_of(rows)
    assert family.step == step
    assert not family.first % 12
    assert (family.last - family.first) == family.step * family.cells


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 35), st.integers(1, 12)), min_size=1, max_size=5,
                unique=True))  # fmt: skip
def test_every_figure_begins_and_ends_on_a_step(spans):
    first = month_index(2018, 1)
    rows = []
    for i, (start, months) in enumerate(spans):
        period = from_months(first + start, first + start + months)
        kind = {"year": "annual", "quarter": "quarter", "month": "month"}.get(period.kind, "ytd")
        rows.append(grdp(f"A{i}", period.text, kind))
    for family in families_of(rows):
        equations = write_equations(ledger_of(rows).statements, CATALOGUE)
        for e in (equations[i] for i in family.equations):
            for side in (*e.top, *e.bottom):
                assert family.first <= side.start < side.stop <= family.last
                assert not (side.start - family.first) % family.step
                assert not (side.stop - family.first) % family.step


def test_averages_that_reach_back_before_all_other_figures_are_left_out():
    def average(key, period):
        return statement(key, 12, period, period_kind="multiyear", measure="growth_avg",
                         unit="percent_per_year")  # fmt: skip

    levels = [statement(f"L{y}", 1000 * y, str(y)) for y in (2015, 2016, 2020)]
    rows = [*levels, average("NEAR", "2016/2020"), average("FAR", "2001/2010")]
    equations = write_equations(ledger_of(rows).statements, CATALOGUE)
    (family,) = find_families(equations, CATALOGUE)
    assert "FAR" not in {equations[i].statement.id for i in family.equations}
    assert "NEAR" in {equations[i].statement.id for i in family.equations}
    assert family.first == month_index(2015, 1)
    (alone,) = families_of([average("FAR", "2001/2010")])
    assert len(alone.equations) == 1


def test_land_is_in_the_order_of_its_limits():
    cells = {"unit": "ha", "measure": "area_ha", "period_kind": "asof", "price_basis": ""}
    rows = [
        statement("L", 604, "2023-12-31", indicator="ccn_leased", **cells),
        statement("I", 1485, "2023-12-31", indicator="ccn_industrial_land",
                  breakdown="stage:established", **cells),
        statement("G", 2329, "2023-12-31", indicator="ccn_area", breakdown="stage:established",
                  **cells),
    ]  # fmt: skip
    (family,) = families_of(rows)
    assert family.axis == "days"
    pairs = [(a.indicator, b.indicator) for a, b in family.orders]
    assert pairs == [("ccn_leased", "ccn_industrial_land"), ("ccn_industrial_land", "ccn_area")]


def test_plans_belong_to_the_family_of_their_series():
    rows = [statement("A", 541169, "2023"),
            statement("P", 665760, "2024", status="plan", period_kind="target")]  # fmt: skip
    (family,) = families_of(rows)
    assert family.nodes == (OUTPUT, OUTPUT._replace(plan="1"))
    # The year of the plan is covered, so that its share can be read.
    assert family.first <= month_index(2024, 1)
