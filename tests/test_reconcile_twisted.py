"""Inputs that broke an earlier version: crashes, silent numbers, contradictory rows."""

import datetime as dt
import math

import fuzz_ledger
import numpy as np
import pytest
from ledger_cases import READINGS, SOURCE_COLUMNS, SOURCE_ROWS, SOURCES, ledger_of, statement, table
from test_reconcile_bounds import (
    CATALOGUE,
    IIP,
    bounds_of,
    growth,
    made_up,
    of,
    printed,
    rows_of,
    solve,
)

from kichban.reconcile import reconcile
from kichban.reconcile.estimate.likelihood import pull

NET = {"indicator": "kcn_net_absorption", "measure": "area_ha", "unit": "ha", "price_basis": ""}
LAND = {
    "unit": "ha",
    "measure": "area_ha",
    "period_kind": "asof",
    "price_basis": "",
    "published": "2024-07-31",
    "indicator": "kcn_leased",
}
RATIO = {"measure": "growth_ratio", "unit": "ratio"}
YTD = {"period_kind": "ytd"}


def series_of(rows):
    return reconcile(ledger_of(rows), CATALOGUE)


def test_a_year_printed_too_small_is_named_not_a_crash():
    rows = [
        statement("M9", 410000, "2023-01/2023-09", **YTD),
        statement("M8", 360000, "2023-01/2023-08", **YTD),
        statement("M7", 310000, "2023-01/2023-07", **YTD),
        statement("Y", 254169, "2023"),
    ]
    assert any("Y" in f.statements for f in series_of(rows).findings)


def test_sets_are_irreducible_hand():
    rows = [
        printed("A", 100, "2023-Q1"),
        printed("B", 900, "2023-Q2"),
        printed("C", 500, "2023-01/2023-06"),
    ]
    e, b = solve(rows)
    sets = [{e[i].statement.id for i in (c.culprit, *c.others)} for c in b.conflicts]
    assert sets == [{"B", "C"}]


def test_sets_are_irreducible_made():
    for seed in range(80):
        which, slip = seed % 3, [-0.4, -0.1, 0.05, 0.2, 0.5, 3.0][seed % 6]
        series, chosen = made_up(seed)
        start, middle, stop = sorted(
            np.random.default_rng(seed).choice(30, 3, replace=False).tolist()
        )
        triple = [(start, middle, False, 0), (middle, stop, False, 0), (start, stop, False, 0)]
        rows = rows_of(
            series, [*triple, *(c for c in chosen if c[:2] not in {t[:2] for t in triple})]
        )
        rows[which]["value"] = f"{float(rows[which]['value']) * (1 + slip):.0f}"
        e, b = solve(rows)
        for c in b.conflicts:
            members = [e[i] for i in (c.culprit, *c.others)]
            for out in members:
                assert not bounds_of(tuple(m for m in members if m is not out)).conflicts


def test_a_negative_does_not_spoil_others():
    rows = [
        statement("N1", -12.5, "2023", resolution="0.1", **NET),
        statement("N2", 110, "2022", **NET),
        statement("N3", 50, "2023-01/2023-06", **YTD, **NET),
        statement("N4", -20, "2021", **NET),
    ]
    for r in series_of(rows).rows:
        assert not math.isnan(r.minimum)
        assert r.minimum <= r.value <= r.maximum
        assert (r.upper < 200 and r.upper - r.lower < 60) or r.origin == "estimated"


def test_a_negative_tax_does_not_spoil_grdp():
    rows = [
        statement("T", -500, "2023", indicator="product_tax"),
        statement("G", 50000, "2023", indicator="grdp"),
        statement("T2", 400, "2022", indicator="product_tax"),
        statement("G2", 45000, "2022", indicator="grdp"),
    ]
    for r in series_of(rows).rows:
        assert r.minimum <= r.value <= r.maximum


def test_growth_of_a_stock_is_on_the_same_day_a_year_before():
    rows = [
        statement("A", 900, "2023-06-30", **LAND),
        statement("B", 1000, "2024-06-30", **LAND),
        statement(
            "G",
            5,
            "2024-06-30",
            **LAND | {"measure": "growth_yoy", "unit": "percent", "resolution": "0.1"},
        ),
    ]
    e, b = solve(rows)
    assert [dt.date.fromordinal(x.bottom[0].start) for x in e if x.bottom] == [dt.date(2023, 6, 30)]
    assert [{e[i].statement.id for i in (c.culprit, *c.others)} for c in b.conflicts] == [
        {"A", "B", "G"}
    ]


def test_a_multiple_and_an_average_over_the_same_years_are_held_against_each_other():
    rows = [
        statement("R", 3.0, "2020", breakdown="base:2015", **RATIO),
        statement(
            "V",
            10,
            "2016/2020",
            measure="growth_avg",
            unit="percent_per_year",
            period_kind="multiyear",
        ),
    ]
    e, b = solve(rows)
    assert [{e[i].statement.id for i in (c.culprit, *c.others)} for c in b.conflicts] == [
        {"R", "V"}
    ]


@pytest.mark.clock
def test_ten_thousand_copies_in_seconds():
    import time

    n = 10000
    srcs = [{"source": f"X{i}", "title": "t", "published": "2024-01-31"} for i in range(n // 25)]
    rows = [
        statement(
            f"A{i:05d}",
            541169,
            "2023",
            source=f"X{i // 25}",
            published=str(dt.date(2024, 1, 15) + dt.timedelta(days=i % 25)),
        )
        for i in range(n)
    ]
    start = time.perf_counter()
    ledger = ledger_of(rows, **{SOURCES: table(SOURCE_COLUMNS, [*SOURCE_ROWS, *srcs])})
    (row,) = [r for r in reconcile(ledger, CATALOGUE).rows if r.period.text == "2023"]
    assert row.value == 541169
    assert time.perf_counter() - start < 15


def test_ratio_of_two_levels_no_rate_ties():
    assert of(
        [printed("A", 200, "2022"), printed("B", 250, "2023")], "2023", "2022"
    ) == pytest.approx((249.5 / 200.5, 250.5 / 199.5))


def test_half_year_between_its_quarters():
    rows = [
        growth("Q1", 10, "2024-Q1", indicator="iip", price_basis=""),
        growth("Q2", 20, "2024-Q2", indicator="iip", price_basis=""),
    ]
    assert of(rows, "2024-01/2024-06", "2023-01/2023-06", IIP) == pytest.approx(
        (1.0995, 1.2005), abs=2e-4
    )


def test_the_other_reading_in_min_max_and_interval():
    rows = [
        statement("A", 100000, "2022", published="2023-01-31"),
        statement("B", 225000, "2023", published="2024-02-28"),
        statement("R", 1.2, "2023", printed="tăng 1,2 lần", source="S2", **RATIO),
    ]
    r = next(r for r in series_of(rows).rows if r.measure == "growth_ratio")
    assert r.minimum <= r.upper
    assert r.lower <= r.maximum


def test_two_modes_show():
    rows = [
        statement("A", 100000, "2022", published="2023-01-31"),
        statement("R", 1.2, "2023", printed="tăng 1,2 lần", source="S2", **RATIO),
    ]
    s = series_of(rows)
    r = next(r for r in s.rows if r.measure == "level" and r.period.text == "2023")
    assert r.upper >= 215000 or any("R" in f.statements for f in s.findings)


def test_a_value_names_what_it_rests_on():
    for r in series_of([statement("Y", 100000, "2020"), statement("Z", 144000, "2022")]).rows:
        assert r.statements, r


def test_share_of_plan_over_years_is_not_of_the_last_years_plan():
    plan = {"status": "plan", "period_kind": "target"}
    rows = [
        statement("P", 900000, "2025", **plan),
        statement(
            "S",
            50,
            "2021/2025",
            measure="share_of_plan",
            period_kind="multiyear",
            published="2025-12-31",
        ),
        statement("L", 541169, "2023"),
        statement("M", 500000, "2022"),
    ]
    s = series_of(rows)
    levels = {r.value for r in s.rows if r.origin == "observed" and r.measure == "level"}
    assert not s.findings
    assert levels == {541169, 500000}


def test_quoted_values_lie_in_min_max_of_what_stands():
    rows = [
        statement("M5", 266878, "2024-01/2024-05", published="2024-06-01", **YTD),
        statement("M6", 315145, "2024-01/2024-06", published="2024-07-01", **YTD),
        statement("J", 67132, "2024-06", period_kind="month", published="2024-07-01", source="S2"),
    ]
    for r in series_of(rows).rows:
        assert r.minimum * 0.999 <= r.value <= r.maximum * 1.001, r


def test_growth_on_itself():
    rows = [
        statement("R", 3, "2015", breakdown="base:2015", **RATIO),
        statement("L", 100000, "2015"),
    ]
    s = series_of(rows)
    r = next(r for r in s.rows if r.measure == "level" and r.period.text == "2015")
    assert (r.minimum, r.maximum) == pytest.approx((99999.5, 100000.5))


def test_billions_of_sd_do_not_overflow():
    one = [np.array([v]) for v in (-2305.0, 0.0, math.inf, 1e-6, 0.0)]
    assert np.isfinite(pull(*one).value).all()


def test_two_ends_of_a_range_are_an_interval_and_no_figure():
    rows = [
        statement("A", 100000, "2022", status="actual"),
        statement("L", 15, "2023", measure="growth_yoy", breakdown="bound:low"),
        statement("H", 16, "2023", measure="growth_yoy", breakdown="bound:high"),
        statement("G", 30, "2024", measure="growth_yoy", published="2025-01-31"),
    ]
    series = series_of(rows)
    year = next(r for r in series.rows if r.measure == "level" and r.period.text == "2023")
    assert year.origin == "estimated"
    assert (year.minimum, year.maximum) == (
        pytest.approx(114950, 1e-4),
        pytest.approx(116050, 1e-4),
    )
    assert 110000 < year.lower < 115500 < year.upper < 121000
    assert not series.findings
    # A level outside both ends is named with the end it breaks.
    broken = series_of([*rows, statement("X", 120000, "2023", source="S2")])
    assert any({"X", "H", "A"} == set(f.statements) for f in broken.findings)


@pytest.mark.parametrize("seed", range(1, 31))
def test_ledgers_without_sense_break_nothing_and_lose_nothing(seed):
    """A sample of ``python -m tests.fuzz_ledger``."""
    fuzz_ledger.check(seed)


def test_an_accepted_break_parts_the_series():
    """A rebased series: the old level is not the base of the new growth rate."""
    rows = [
        statement("OLD", 100000, "2021", published="2022-01-31"),
        statement("NEW", 150000, "2022", published="2023-01-31"),
        statement("G", 10, "2022", measure="growth_yoy", published="2023-01-31"),
        statement("N2", 165000, "2023"),
    ]
    assert any({"OLD", "NEW", "G"} == set(f.statements) for f in series_of(rows).findings)
    reading = """format = 1
[[reading]]
id = "R1"
statements = ["OLD"]
set = { breakdown = "series:before_break" }
reason = { vi = "Đổi phương pháp từ năm 2022.", en = "New method from 2022." }
date = "2023-01-31"
"""
    parted = reconcile(ledger_of(rows, **{READINGS: reading}), CATALOGUE)
    assert not parted.findings
    base = next(r for r in parted.rows if r.period.text == "2021" and r.measure == "level"
                and not r.breakdown)  # fmt: skip
    assert base.origin == "estimated"
    assert (base.minimum, base.maximum) == (pytest.approx(136301, rel=1e-3),
                                            pytest.approx(136426, rel=1e-3))  # fmt: skip
    old = next(r for r in parted.rows if r.breakdown == "series:before_break")
    assert (old.value, old.origin) == (100000, "observed")
