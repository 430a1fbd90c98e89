"""What one printed figure says: its interval, its two sides, and what stays out."""

import datetime as dt

import pytest
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.periods import month_index
from kichban.reconcile import reconcile
from kichban.reconcile.evidence.denominators import choose_denominators
from kichban.reconcile.evidence.equations import Node, Side
from kichban.reconcile.evidence.statements import write_equations

CATALOGUE = load_catalogue()
OUTPUT = Node("bac_giang", "industrial_output", "", "current")
FDI = OUTPUT._replace(breakdown="ownership:fdi")
LEVEL = statement("L", 541169, "2023")
FIRST = month_index(2023, 1)
YTD = {"period_kind": "ytd", "published": "2024-07-01"}
PLAN = {"status": "plan", "period_kind": "target"}
BARE = {"price_basis": ""}
LAND = {"unit": "ha", "measure": "area_ha", "period_kind": "asof", "price_basis": "",
        "published": "2024-07-01"}  # fmt: skip


def equations_of(rows):
    return choose_denominators(write_equations(ledger_of(rows).statements, CATALOGUE))


def only(row, *more):
    """The equation of one row, written beside others."""
    return next(e for e in equations_of([row, *more]) if e.statement.id == row["id"])


def year(y, node=OUTPUT, years=1):
    return Side(node, month_index(y, 1), month_index(y + years, 1))


# --- levels and growth --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [("", 540500, 541500), ("more_than", 541000, 542000), ("less_than", 540000, 541000),
     ("about", 540000, 542000)],
)  # fmt: skip
def test_a_level_is_the_interval_of_its_digits(qualifier, low, high):
    e = only(statement("A", 541000, "2023", resolution="1000", qualifier=qualifier))
    assert (e.kind, e.low, e.high, e.top, e.bottom) == ("level", low, high, (year(2023),), ())


def test_growth_divides_by_the_same_months_a_year_before():
    e = only(statement("A", 26, "2023-01/2023-05", measure="growth_yoy", resolution="1",
                       period_kind="ytd"))  # fmt: skip
    assert (e.low, e.high) == pytest.approx((1.255, 1.265))
    assert e.top == (Side(OUTPUT, FIRST, FIRST + 5),)
    assert e.bottom == (Side(OUTPUT, FIRST - 12, FIRST - 7),)


def test_a_fall_is_a_ratio_below_one():
    e = only(statement("A", -4.3, "2023", measure="growth_yoy"))
    assert (e.low, e.high) == pytest.approx((0.9565, 0.9575))


def test_growth_on_the_month_or_quarter_before():
    month = only(statement("A", 8.5, "2023-03", period_kind="month", measure="growth_mom"))
    assert month.bottom == (Side(OUTPUT, FIRST + 1, FIRST + 2),)
    quarter = only(statement("A", 8.5, "2023-Q1", period_kind="quarter", measure="growth_mom"))
    assert quarter.bottom == (Side(OUTPUT, FIRST - 3, FIRST),)


@pytest.mark.parametrize(
    ("period", "base", "years"), [("2016/2020", 2015, 5), ("2010/2015", 2010, 5)]
)
def test_average_growth_is_a_power(period, base, years):
    e = only(statement("A", 12.0, period, period_kind="multiyear", measure="growth_avg",
                       unit="percent_per_year"))  # fmt: skip
    assert (e.top, e.bottom) == ((year(base + years),), (year(base),))
    # 1,1195⁵ = 1,75841 and 1,1205⁵ = 1,76628
    assert (e.low, e.high) == pytest.approx((1.75841, 1.76628), abs=1e-5)


def test_a_multiple_of_a_named_year():
    e = only(statement("A", 2.7, "2018", breakdown="base:2015", measure="growth_ratio",
                       unit="ratio"))  # fmt: skip
    assert (e.top, e.bottom, e.other) == ((year(2018),), (year(2015),), None)
    assert (e.low, e.high) == pytest.approx((2.65, 2.75))


def test_rose_by_1_2_times_has_two_readings_and_1_2_times_has_one():
    cells = {"measure": "growth_ratio", "unit": "ratio"}
    rose = only(statement("A", 1.2, "2023", printed="tăng 1,2 lần", **cells))
    assert (rose.low, rose.high) == pytest.approx((1.15, 1.25))
    assert rose.other == pytest.approx((2.15, 2.25))
    assert rose.bottom == (year(2022),)
    assert only(statement("A", 1.2, "2023", printed="Gấp 1,2 lần", **cells)).other is None


def test_growth_of_grdp_is_of_volumes_while_its_level_is_at_current_prices():
    grdp = {"indicator": "grdp"}
    level = only(statement("A", 180000, "2023", **grdp))
    growth = only(statement("B", 13.5, "2023", measure="growth_yoy", **grdp | BARE))
    assert (level.top[0].node.basis, growth.top[0].node.basis) == ("current", "constant_2010")
    said = only(statement("B", 20.1, "2023", measure="growth_yoy", **grdp))
    assert said.top[0].node.basis == "current"


# --- shares, plans, points ----------------------------------------------------------------------


def test_a_share_of_the_whole_may_be_cut_as_well_as_rounded():
    e = only(statement("A", 81.1, "2023", breakdown="ownership:fdi", measure="share_pct"))
    assert (e.top[0].node, e.bottom[0].node) == (FDI, OUTPUT)
    # 81,05 to 81,15 if rounded, up to 81,20 if cut
    assert (e.low, e.high) == pytest.approx((0.8105, 0.812))


def test_a_share_of_the_plan_beside_its_level_speaks_of_the_plan():
    share = statement("S", 106.2, "2023", measure="share_of_plan")
    e = only(share, LEVEL)
    assert (e.kind, e.top, e.bottom) == ("plan", (year(2023, OUTPUT._replace(plan="1")),), ())
    assert (e.low, e.high) == pytest.approx((541168.5 / 1.0625, 541169.5 / 1.0615))
    alone = only(share | {"source": "S2"}, LEVEL)
    assert (alone.kind, alone.top[0].node.plan, alone.bottom[0].node.plan) == ("share", "", "1")
    assert (alone.low, alone.high) == pytest.approx((1.0615, 1.0625))


def test_a_plan_is_not_an_observation_of_the_year():
    e = only(statement("P", 665760, "2024", **PLAN))
    assert (e.kind, e.top) == ("plan", (year(2024, OUTPUT._replace(plan="1")),))
    assert equations_of([statement("G", 23, "2024", measure="growth_yoy", **PLAN)]) == ()


def test_growth_of_a_plan_is_what_its_makers_took_the_year_before_for():
    rows = [
        statement("P1", 600000, "2024", **PLAN, source="S1", published="2024-01-10"),
        statement("P2", 665760, "2024", **PLAN, source="S2", published="2024-03-01"),
        statement("G", 23, "2024", measure="growth_yoy", **PLAN, source="S2",
                  published="2024-03-01", resolution="1"),
    ]  # fmt: skip
    e = next(e for e in equations_of(rows) if e.statement.id == "G")
    assert (e.kind, e.top) == ("base", (year(2024, OUTPUT._replace(plan="2")),))
    assert e.bottom == (year(2023),)
    assert (e.low, e.high) == pytest.approx((1.225, 1.235))
    # A plan made before the year was over took it for what it might become.
    early = [r | {"published": "2023-11-30"} for r in rows[1:]]
    assert [e.kind for e in equations_of(early)] == ["plan"]
    # Of a plan whose level another document has nothing is known.
    assert [e.kind for e in equations_of([rows[0], rows[2]])] == ["plan"]


def test_two_plans_of_a_year_are_told_apart():
    rows = [
        statement("P1", 600000, "2024", **PLAN, published="2024-01-10"),
        statement("P2", 665760, "2024", **PLAN, published="2024-03-01"),
        statement("P3", 665800, "2024", **PLAN, published="2024-04-01", resolution="100"),
        statement("L", 315145, "2024-01/2024-06", **YTD),
        statement("S", 47.3, "2024-01/2024-06", measure="share_of_plan", **YTD),
        statement("T", 20, "2024-01/2024-02", measure="share_of_plan", period_kind="ytd",
                  published="2024-02-28", resolution="1", source="S2"),
    ]  # fmt: skip
    names = {e.statement.id: s.node.plan for e in equations_of(rows)
             for s in (*e.top, *e.bottom) if s.node.plan}  # fmt: skip
    # 315.145 / 0,473 = 666.268: the second, of which 665.800 is the round figure; in February
    # only the first was known.
    assert names == {"P1": "1", "P2": "2", "P3": "2", "S": "2", "T": "1"}


def test_points_of_growth_are_a_change_over_the_whole_of_last_year():
    points = {"measure": "contribution_pp", "unit": "percentage_point", "resolution": "0.01"}
    row = statement("C", 12.41, "2024-01/2024-06", indicator="industrial_va", **points, **YTD)
    e = only(row | BARE)
    va = Node("bac_giang", "industrial_va", "", "constant_2010")
    start = month_index(2024, 1)
    assert e.signed
    assert e.top == (Side(va, start, start + 6), Side(va, start - 12, start - 6, -1.0))
    assert e.bottom == (Side(va._replace(indicator="grdp"), start - 12, start - 6),)
    assert (e.low, e.high) == pytest.approx((0.12405, 0.12415))


# --- stocks and their shares --------------------------------------------------------------------


def leased(value, day, **cells):
    return statement(f"L{day}", value, day, indicator="ccn_leased", **LAND | cells)


def land(value, day, stage="established"):
    return statement(f"A{stage}{day}", value, day, indicator="ccn_industrial_land",
                     breakdown=f"stage:{stage}", **LAND)  # fmt: skip


OCCUPANCY = statement("O", 40.6, "2024-06-11", indicator="ccn_occupancy",
                      breakdown="statistic:average", **LAND | {"measure": "occupancy_pct",
                      "unit": "percent", "resolution": "0.1"})  # fmt: skip


def test_a_stock_holds_on_its_day_and_a_month_means_its_last():
    day = dt.date(2024, 6, 11).toordinal()
    node = Node("bac_giang", "ccn_leased", "", "")
    assert only(leased(604, "2024-06-11")).top == (Side(node, day, day + 1),)
    last = dt.date(2024, 5, 31).toordinal()
    assert only(leased(604, "2024-05")).top == (Side(node, last, last + 1),)


def test_the_denominator_is_the_land_that_gives_the_figure():
    # 604 / 1.485 = 40,67 %: cut, not rounded.
    rows = [
        leased(604, "2024-06-11"),
        land(1485, "2024-06-11"),
        land(800, "2024-06-11", "operating"),
    ]
    e = only(OCCUPANCY, *rows)
    assert e.bottom[0].node[1:3] == ("ccn_industrial_land", "stage:established")
    assert (e.low, e.high) == pytest.approx((0.4055, 0.407))
    turned = [rows[0], land(1900, "2024-06-11"), land(1485, "2024-06-11", "operating")]
    assert only(OCCUPANCY, *turned).bottom[0].node[1:3] == (
        "ccn_industrial_land", "stage:operating",
    )  # fmt: skip


def test_a_share_that_no_land_gives_stays_a_figure_of_its_own():
    rows = [leased(604, "2024-06-11"), land(1900, "2024-06-11"), OCCUPANCY]
    assert {e.statement.id for e in equations_of(rows)} == {"L2024-06-11", "Aestablished2024-06-11"}
    found = reconcile(ledger_of(rows), CATALOGUE).rows
    row = next(r for r in found if r.indicator == "ccn_occupancy")
    assert (row.value, row.origin, row.statements) == (40.6, "observed", ("O",))


# --- who says it --------------------------------------------------------------------------------


def test_a_figure_that_another_source_repeats_is_one_witness():
    growth = statement("G", 24.5, "2023", measure="growth_yoy")
    copy = statement("R", 541200, "2023", resolution="100", source="S2", published="2024-06-30")
    of = {e.statement.id: e.release for e in equations_of([LEVEL, growth, copy])}
    assert of["L"] == of["G"] == of["R"] == ("S1", OUTPUT, FIRST, FIRST + 12)
    of = {
        e.statement.id: e.release for e in equations_of([LEVEL, growth, copy | {"value": "545000"}])
    }
    assert of["L"] == of["G"] != of["R"]


def test_growth_repeated_without_its_level_is_one_witness_too():
    rows = [statement(k, v, "2023", measure="growth_yoy", source=s)
            for k, v, s in (("A", 24.5, "S1"), ("B", 24.5, "S2"))]  # fmt: skip
    assert len({e.release for e in equations_of(rows)}) == 1
    rows[1] |= {"value": "27.0"}
    assert len({e.release for e in equations_of(rows)}) == 2


@pytest.mark.parametrize(
    "row",
    [
        statement("A", 1, "2023", use="no", reason="x"),
        statement("A", 1, "2023", breakdown="bound:high", status="plan"),
        statement("A", 1, "2024-06", **PLAN),
        statement("A", 1, "2021/2025", **PLAN),
    ],
    ids=["not used", "a bound", "plan of a month", "plan of several years"],
)
def test_what_says_nothing_of_a_series_has_no_equation(row):
    assert equations_of([row]) == ()
