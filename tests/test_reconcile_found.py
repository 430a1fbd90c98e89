"""What the shipped ledger hides, found without being told; and what was printed when."""

import datetime as dt

import pytest
from ledger_cases import ledger_of, statement

from kichban.reconcile.series.revisions import revisions, vintages


def about(series, key):
    """The findings that are about a statement: those that name it first."""
    return [f for f in series.findings if f.statements[0] == key]


def test_the_year_1023_is_named_with_the_likely_year(shipped_series):
    (found,) = about(shipped_series, "BG0015")
    assert (found.stated, found.implied) == (1023, 2023)
    assert "2023" in found.repair("vi")
    assert "2023" in found.repair("en")


@pytest.mark.parametrize("key", ["BG0082", "BG0083"])
def test_two_and_a_half_million_dollars_are_a_slip_of_the_unit(shipped_series, key):
    (found,) = about(shipped_series, key)
    first = found.repairs[0]
    assert (first[0], first[1]["detail"]) == ("repair.unit_slip", "1000")
    assert "readings.toml" in found.explanation("vi")


def test_nine_parks_are_eleven_phases(shipped_series):
    (found,) = [f for f in about(shipped_series, "BG0026") if f.kind == "identity"]
    assert (found.stated, found.implied) == (9, 11)
    assert "Quang Châu mở rộng (90 ha)" in found.repair("vi")


def test_the_total_of_2022_lies_below_its_foreign_invested_part(shipped_series):
    (found,) = about(shipped_series, "BG0464")
    assert found.statements == ("BG0464", "BG0466")
    assert found.implied >= 358250


def test_the_plan_of_clusters_closes_on_forty_five_only(shipped_series):
    (count,) = [f for f in shipped_series.findings
                if f.kind == "identity" and f.indicator == "ccn_count"]  # fmt: skip
    assert (count.stated, count.implied) == (63, 73)
    assert "45" in count.repair("en")


def test_quarters_and_half_year_of_grdp_contradict_each_other(shipped_series):
    sets = [set(f.statements) for f in shipped_series.findings if f.kind == "arithmetic"]
    # 14,18 % and 14,31 % cannot give 14,14 % over both quarters.
    assert {"BG0011", "BG0330", "BG0332"} in sets or {"BG0443", "BG0330", "BG0332"} in sets


def test_every_finding_names_few_statements_in_both_languages(shipped_series):
    for found in shipped_series.findings:
        assert 1 <= len(found.statements) <= 7, found
        for lang in ("vi", "en"):
            assert found.explanation(lang)
            assert found.repair(lang)
            assert "None" not in found.explanation(lang) + found.repair(lang)


def test_series_end_at_the_last_covered_month(shipped_series):
    for row in shipped_series.rows:
        if row.origin != "observed":
            assert row.period.stop <= 2024 * 12 + 6, row


def test_a_figure_of_a_basis_nobody_named_is_printed_and_nothing_more(shipped_series):
    rows = [r for r in shipped_series.rows
            if r.indicator == "industrial_output" and not r.price_basis]  # fmt: skip
    assert rows
    assert {r.origin for r in rows} == {"observed"}


# --- vintages ----------------------------------------------------------------------------------


def printed_twice():
    return ledger_of(
        [
            statement("A", 500000, "2022", published="2023-01-31"),
            statement("B", 510000, "2022", published="2023-07-31"),
            statement("C", 20, "2023", measure="growth_yoy", published="2024-01-31"),
            statement("D", 19.4, "2023", measure="growth_yoy", published="2024-03-31"),
            statement("E", 100, "2021", published="2022-01-31"),
        ]
    )


def test_prints_of_a_figure_stand_oldest_first_with_their_moves():
    found = {v.prints[0].id: v for v in vintages(printed_twice())}
    assert [s.id for s in found["A"].prints] == ["A", "B"]
    assert found["A"].moved(1) == pytest.approx(2.0)  # per cent of a level
    assert found["C"].moved(1) == pytest.approx(-0.6)  # points of a rate
    assert len(found["E"].prints) == 1


def test_statistics_of_revisions_by_hand():
    level, rate = sorted(revisions(printed_twice()), key=lambda r: r.unit)
    assert (level.measure, level.figures, level.revised) == ("level", 1, 1)
    assert (level.mean, level.sd) == (pytest.approx(2.0), 0)
    assert level.months == pytest.approx(
        (dt.date(2023, 7, 31) - dt.date(2023, 1, 31)).days / 30.4375
    )
    assert (rate.unit, rate.mean) == ("percentage_point", pytest.approx(-0.6))


def test_an_earlier_day_sees_the_earlier_print_only():
    rows = [statement("A", 500000, "2022", published="2023-01-31"),
            statement("B", 510000, "2022", published="2023-07-31")]  # fmt: skip
    (early,) = vintages(ledger_of(rows, as_of="2023-03-01"))
    assert [s.id for s in early.prints] == ["A"]


def test_growth_that_law_puts_at_2010_prices_is_given_on_no_other_basis(shipped_series):
    rows = [
        r
        for r in shipped_series.rows
        if r.indicator in ("grdp", "industrial_va") and r.measure == "growth_yoy"
    ]
    assert len(rows) > 20
    assert {r.price_basis for r in rows} <= {"", "constant_2010"}
    keys = [(r.region, r.indicator, r.breakdown, r.period.text, r.price_basis) for r in rows]
    assert len(keys) == len(set(keys))
