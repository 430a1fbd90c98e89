"""Contradictions of the shipped figures and planted ones: the statements that make them."""

import pytest
from ledger_cases import ledger_of, statement

from kichban.balance import Term, close_identity
from kichban.catalogue import load_catalogue
from kichban.numbers import share_truncated_or_rounded
from kichban.reconcile import plan_identities, reconcile

CATALOGUE = load_catalogue()
OUTPUT = "industrial_output"


@pytest.fixture(scope="module")
def ledger(shipped):
    return shipped.ledger()


@pytest.fixture(scope="module")
def value(ledger):
    """Give a printed figure by indicator, period and further cells."""

    def find(indicator, period, measure="level", breakdown="", **cells):
        rows = [
            s for s in ledger.statements
            if s.use == "yes" and s.region == ledger.region and s.indicator == indicator
            and s.measure == measure and s.breakdown == breakdown and s.period.text == period
            and all(getattr(s, k) == v for k, v in cells.items())
        ]  # fmt: skip
        assert rows, (indicator, period, measure)
        return min(rows, key=lambda s: s.resolution)

    return find


def sets(series, kind):
    return [set(f.statements) for f in series.findings if f.kind == kind]


# --- contradictions of the seeds ---------------------------------------------------------------


def test_five_months_and_six_months_of_2024_cannot_both_hold(shipped_series, ledger):
    found = [f for f in shipped_series.findings
             if f.kind == "arithmetic" and "BG0021" in f.statements]  # fmt: skip
    assert found
    finding = found[0]
    periods = {ledger.by_id[i].period.text for i in finding.statements}
    assert periods == {"2024-01/2024-05", "2024-06", "2024-01/2024-06"}
    assert len(finding.statements) == 3
    assert finding.severity == "high"
    assert finding.stated == 266878
    # 315.145 - 67.132 = 248.013, and the prints "hơn 315.100" and "hơn 67.130" allow a little more.
    assert finding.implied == pytest.approx(248013, rel=1e-3)
    for lang in ("vi", "en"):
        assert "BG0021" in finding.explanation(lang)
        assert finding.repair(lang)


def test_the_estimate_weighs_five_months_june_and_the_half_year(shipped_series):
    """The half-year stands; of five months and June one gives way, and the finding says which."""
    rows = {r.period.text: r for r in shipped_series.rows
            if (r.indicator, r.breakdown, r.measure) == (OUTPUT, "", "level")}  # fmt: skip
    five, june = rows["2024-01/2024-05"], rows["2024-06"]
    assert rows["2024-01/2024-06"].value == 315145
    assert five.value + june.value == pytest.approx(315145, rel=1e-3)
    assert {five.origin, june.origin} == {"observed", "derived"}
    finding = next(f for f in shipped_series.findings
                   if f.kind == "arithmetic" and f.statements[0] == "BG0021")  # fmt: skip
    overruled = "BG0021" if five.origin == "derived" else "BG0321"
    for lang, words in (("vi", "không theo"), ("en", "does not follow")):
        said = finding.explanation(lang)
        assert overruled in said[said.index(words) :]


def test_the_total_of_2022_below_its_fdi_part_is_an_odd_print(shipped, ledger):
    odd = {(f.code, f.value) for f in shipped.check() if f.code.startswith("W-ODD")}
    assert {("W-ODD-003", "BG0464"), ("W-ODD-004", "BG0466")} <= odd
    assert {"BG0464", "BG0466"} <= ledger.odd


def test_sectors_of_nine_months_of_2021_do_not_give_the_total(shipped_series):
    wanted = {"BG0401", "BG0403", "BG0405", "BG0407", "BG0392"}
    assert wanted in sets(shipped_series, "identity")
    finding = next(f for f in shipped_series.findings if set(f.statements) == wanted)
    assert (finding.stated, finding.implied) == (207447, 183500)


def test_growth_of_2020_against_its_two_levels(shipped_series):
    assert {"BG0552", "BG0602", "BG0551"} in sets(shipped_series, "arithmetic")


# --- planted ones ------------------------------------------------------------------------------


def steady(**spoilt):
    rows = {
        f"Y{y}": statement(f"Y{y}", round(100000 * 1.2 ** (y - 2018)), str(y),
                           published=f"{y + 1}-01-31", status="actual")
        for y in range(2018, 2024)
    }  # fmt: skip
    for key, cells in spoilt.items():
        rows[key] = rows[key] | cells
    return list(rows.values())


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_slip_of_the_unit_is_named_and_kept_out(factor):
    rows = steady()
    slip = {"value": f"{float(rows[3]['value']) * factor:.3f}"}
    ledger = ledger_of(steady(Y2021=slip))
    assert ledger.odd == {"Y2021"}
    series = reconcile(ledger, CATALOGUE)
    year = next(r for r in series.rows if r.period.text == "2021" and r.measure == "level")
    # Nothing usable speaks of 2021: the prints on either side are named.
    assert (year.origin, year.statements) == ("estimated", ("Y2020", "Y2022"))
    assert year.value == pytest.approx(100000 * 1.2**3, rel=0.1)


def test_a_slip_too_small_for_an_odd_print_is_a_contradiction():
    rows = steady()
    rows.append(statement("G", 20.0, "2023", measure="growth_yoy", published="2024-01-31"))
    rows[-2] = rows[-2] | {"value": f"{float(rows[-2]['value']) * 10:.0f}"}
    series = reconcile(ledger_of(rows), CATALOGUE)
    assert any({"G", "Y2023", "Y2022"} == ids for ids in sets(series, "arithmetic"))


def test_a_part_above_its_total_in_another_source_is_found():
    rows = [*steady(), statement("F", 300000, "2023", breakdown="ownership:fdi", source="S2")]
    assert {"F", "Y2023"} in sets(reconcile(ledger_of(rows), CATALOGUE), "arithmetic")


def test_a_part_below_its_total_is_no_contradiction():
    rows = [*steady(), statement("F", 200000, "2023", breakdown="ownership:fdi", source="S2")]
    assert not reconcile(ledger_of(rows), CATALOGUE).findings


def test_a_later_print_that_moved_is_a_revision_and_two_of_one_day_a_reprint():
    later = statement("R", 260000, "2023", published="2024-06-30", status="actual")
    for row, kind in ((later, "revision"), (later | {"published": "2024-01-31"}, "reprint")):
        series = reconcile(ledger_of([*steady(), row | {"source": "S2"}]), CATALOGUE)
        assert {"R", "Y2023"} in sets(series, kind)


def test_sound_figures_contradict_nothing():
    assert not reconcile(ledger_of(steady()), CATALOGUE).findings


# --- worked checks of the seeds, numbers read from the inputs -----------------------------------


def test_the_plan_of_2024_is_2023_and_23_per_cent(value):
    level = value(OUTPUT, "2023", qualifier="more_than").value
    growth = value(OUTPUT, "2024", "growth_yoy", status="plan").value
    plan = value(OUTPUT, "2024", status="plan")
    # 541,16 × 1,23 = 665,63: "about" 665,76 within the digit of the growth target.
    low, high = (level * (1 + (growth + d) / 100) for d in (-0.5, 0.5))
    assert low <= plan.value <= high
    assert level * (1 + growth / 100) == pytest.approx(plan.value, rel=5e-4)


def test_the_four_sectors_give_315145(value):
    half = "2024-01/2024-06"
    parts = [value(OUTPUT, half, breakdown=f"sector:{s}") for s in
             ("mining", "manufacturing", "electricity_gas", "water_waste")]  # fmt: skip
    total = value(OUTPUT, half)
    assert total.value == 315145
    closure = close_identity(
        [Term(s.id, 1, s.value, s.resolution / 2) for s in parts],
        Term(total.id, 1, total.value, total.resolution / 2),
    )
    assert closure.closes


def test_six_months_are_47_3_per_cent_of_the_plan(value):
    half = value(OUTPUT, "2024-01/2024-06").value
    plan = value(OUTPUT, "2024", status="plan").value
    printed = value(OUTPUT, "2024-01/2024-06", "share_of_plan").value
    assert printed == 47.3
    assert share_truncated_or_rounded(half, plan, printed, 0.1) == "rounded"


def test_cluster_occupancy_is_truncated_not_rounded(value):
    day = "2024-06-11"
    leased = value("ccn_leased", day, "area_ha").value
    land = value("ccn_industrial_land", day, "area_ha", "stage:established").value
    printed = value("ccn_occupancy", day, "occupancy_pct", "statistic:average").value
    assert (leased, land, printed) == (604, 1485, 40.6)
    assert round(100 * leased / land, 1) == 40.7
    assert share_truncated_or_rounded(leased, land, printed, 0.1) == "truncated"


def test_the_weight_of_industry_is_contribution_over_growth(value):
    half = "2024-01/2024-06"
    points = value("industrial_va", half, "contribution_pp").value
    growth = value("industrial_va", half, "growth_yoy").value
    assert (points, growth) == (12.41, 19.11)
    assert 100 * points / growth == pytest.approx(64.9, abs=0.05)


def test_the_cluster_plan_closes_only_on_the_earlier_base(ledger):
    plans = {
        p.identity: p for p in plan_identities(ledger, CATALOGUE) if p.result.value in (63, 3006)
    }
    count, area = plans["ccn_plan_count"], plans["ccn_plan_area"]
    assert (count.closure.computed, count.closure.stated) == (73, 63)
    assert area.closure.computed == pytest.approx(3597.34)
    for plan, base in ((count, 45), (area, 1737.66)):
        assert not plan.closure.closes
        first = plan.closure.repairs[0]
        assert (first.name, first.printed_elsewhere) == ("base", True)
        assert first.value == pytest.approx(base)
        terms = [Term(s.id, sign, s.value) for sign, s in plan.terms]
        result = Term(plan.result.id, 1, plan.result.value)
        assert close_identity([Term("base", 1, base), *terms], result).closes
    assert count.base_before is not None
    assert count.base_before.value == 45
