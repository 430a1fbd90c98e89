"""Odd prints and twisted input: flagged or left as printed, never a silent number or a crash."""

import math

import pytest
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.reconcile import reconcile
from kichban.reconcile.findings.odd import odd_findings

CATALOGUE = load_catalogue()
EXPORTS = {"indicator": "exports", "unit": "mn_usd", "price_basis": ""}
AVERAGE = {"measure": "growth_avg", "unit": "percent_per_year", "period_kind": "multiyear"}
NET = {"indicator": "kcn_net_absorption", "measure": "area_ha", "unit": "ha", "price_basis": ""}


def series_of(rows):
    return reconcile(ledger_of(rows), CATALOGUE)


def row_of(series, period, measure="level"):
    (row,) = [r for r in series.rows if (r.period.text, r.measure) == (period, measure)]
    return row


def years():
    """Levels that grow by a fifth, each printed in the next January."""
    return [statement(f"Y{y}", f"{100000 * 1.2 ** (y - 2018):.0f}", str(y),
                      published=f"{y + 1}-01-31") for y in range(2018, 2024)]  # fmt: skip


def exports(*values, first=2019):
    return [statement(f"E{y}", v, str(y), published=f"{y + 1}-01-31", **EXPORTS)
            for y, v in enumerate(values, start=first)]  # fmt: skip


def texts_of(finding):
    return [key for key, _ in finding.texts], [key for key, _ in finding.repairs]


def test_an_impossible_year_is_probably_the_one_that_differs_in_a_digit():
    ledger = ledger_of([statement("A", 541169, "1023", published="2024-01-31")])
    (finding,) = odd_findings(ledger)
    assert (finding.statements, finding.stated, finding.implied) == (("A",), 1023, 2023)
    assert texts_of(finding) == (["odd_year", "reading_unused"], ["repair.year"])
    assert not reconcile(ledger, CATALOGUE).rows


def test_a_year_no_digit_can_mend_is_only_to_be_checked():
    (finding,) = odd_findings(ledger_of([statement("A", 541169, "1111", published="2024-01-31")]))
    assert math.isnan(finding.implied)
    assert texts_of(finding)[1] == ["check"]


@pytest.mark.parametrize(("slip", "nearest"), [(2.5, 2200 / 1.6), (2500000, 3600 * 1.6**2)])
def test_a_slip_of_the_unit_is_held_against_its_neighbours(slip, nearest):
    # "2,5 triệu USD" for two and a half thousand of them; 60 % a year is allowed from each
    # neighbour, and the widest of what they allow is taken.
    ledger = ledger_of(exports(2200, slip, 3100, 3600))
    (finding,) = odd_findings(ledger)
    assert finding.statements[0] == "E2020"
    assert set(finding.statements[1:]) <= {"E2019", "E2021", "E2022"}
    assert finding.implied == pytest.approx(nearest)
    assert texts_of(finding)[0] == ["odd_unit", "reading_unused"]
    series = reconcile(ledger, CATALOGUE)
    assert [f.statements for f in series.findings] == [finding.statements]
    assert "2020" not in {r.period.text for r in series.rows if r.origin == "observed"}
    for lang in ("vi", "en"):
        assert "E2020" in finding.explanation(lang)
        assert finding.repair(lang)


def test_pace_not_size_is_compared():
    # A month beside years is twelve times smaller, and no slip.
    rows = [
        *exports(2200, 2600, 3100),
        statement("M", 240, "2022-01", period_kind="month", published="2022-03-01", **EXPORTS),
    ]
    assert not odd_findings(ledger_of(rows))


def test_a_total_below_its_part_in_one_source_is_told_once_with_the_part():
    rows = [statement("T", 342000, "2022", resolution="1000", published="2023-01-31"),
            statement("F", 358300, "2022", resolution="100", published="2023-01-31",
                      breakdown="ownership:fdi")]  # fmt: skip
    ledger = ledger_of(rows)
    assert ledger.odd == {"T", "F"}
    (finding,) = odd_findings(ledger)
    assert finding.statements == ("T", "F")
    assert (finding.stated, finding.implied) == (342000, 358250)
    assert texts_of(finding)[0][0] == "odd_total"
    series = reconcile(ledger, CATALOGUE)
    assert not series.rows
    assert [f.statements for f in series.findings] == [("T", "F")]


def test_a_zero_among_levels_is_a_cell_left_empty():
    rows = [statement("A", 500000, "2022", published="2023-01-31"), statement("Z", 0, "2023")]
    ledger = ledger_of(rows)
    (finding,) = odd_findings(ledger)
    assert finding.statements[0] == "Z"
    assert finding.implied == pytest.approx(500000 / 1.6)
    assert {r.value for r in reconcile(ledger, CATALOGUE).rows if r.origin == "observed"} == {
        500000
    }


def test_sound_figures_are_not_odd():
    assert not odd_findings(ledger_of(exports(2200, 2600, 3100, 3600)))


def test_an_odd_figure_that_is_not_used_is_not_told():
    rows = [r | {"use": "no", "reason": "x"} if r["id"] == "E2020" else r
            for r in exports(2200, 2.5, 3100, 3600)]  # fmt: skip
    assert not odd_findings(ledger_of(rows))


# --- twisted input ------------------------------------------------------------------------------


def test_rates_that_go_in_a_circle_are_named():
    rows = [
        statement("A", 20, "2021", measure="growth_yoy"),
        statement("B", 20, "2022", measure="growth_yoy"),
        statement("C", 5, "2021/2022", **AVERAGE),
    ]
    series = series_of(rows)
    assert {"A", "B", "C"} in [set(f.statements) for f in series.findings]
    # Whichever gives way: the average keeps its digits, or is what the two years give.
    assert row_of(series, "2021/2022", "growth_avg").minimum in (
        pytest.approx(19.95),
        pytest.approx(4.95),
    )
    rows[-1] |= {"value": "20"}
    assert not series_of(rows).findings


@pytest.mark.parametrize(
    ("cells", "period"),
    [
        ({}, "2023"), ({"measure": "growth_yoy"}, "2023"),
        ({"measure": "share_of_plan"}, "2023"), (AVERAGE, "2016/2020"),
        ({"measure": "growth_mom", "period_kind": "month"}, "2023-03"),
        ({"measure": "growth_ratio", "unit": "ratio"}, "2023"),
        ({"measure": "share_pct", "breakdown": "ownership:fdi"}, "2023"),
        ({"measure": "contribution_pp", "unit": "percentage_point", "indicator": "industrial_va",
          "price_basis": ""}, "2023"),
        ({"breakdown": "ownership:fdi"}, "2023"),
        (NET, "2023"),
    ],
    ids=lambda v: v.get("measure", "level") if isinstance(v, dict) else v,
)  # fmt: skip
@pytest.mark.parametrize("value", [12.5, 0.0])
def test_one_statement_is_what_it_says(cells, period, value):
    series = series_of([statement("A", value, period, resolution="0.1", **cells)])
    row = next(r for r in series.rows if r.measure == cells.get("measure", "level")
               and r.period.text == period)  # fmt: skip
    assert (row.value, row.origin, row.statements) == (value, "observed", ("A",))
    assert row.lower <= value <= row.upper
    assert not series.findings


@pytest.mark.parametrize("value", [-12.5, 0.0])
def test_a_fall_alone_stands_as_printed(value):
    (row,) = series_of([statement("N", value, "2023", **NET)]).rows
    assert (row.value, row.origin) == (value, "observed")
    assert row.lower <= value <= row.upper


def test_a_plan_without_a_year_says_nothing_of_the_series():
    rows = years()
    plan = statement("P", 10**6, "2021/2025", status="plan", period_kind="target")
    share = statement("S", 50, "2021/2025", measure="share_of_plan", period_kind="multiyear",
                      published="2024-01-31")  # fmt: skip
    plain, with_plan = series_of(rows), series_of([*rows, plan])
    assert plain.rows == with_plan.rows
    assert with_plan.findings == ()
    row = row_of(series_of([*rows, plan, share]), "2021/2025", "share_of_plan")
    assert (row.value, row.origin) == (50, "observed")


def test_three_hundred_copies_are_one_witness():
    days = [f"2024-{1 + i // 25:02d}-{1 + i % 25:02d}" for i in range(300)]
    rows = [statement(f"A{i:03d}", 541169, "2023", published=day) for i, day in enumerate(days)]
    many, one = (row_of(series_of(r), "2023") for r in (rows, rows[:1]))
    assert (many.value, len(many.statements)) == (541169, 300)
    assert math.log(many.upper / many.lower) > 0.3 * math.log(one.upper / one.lower)
