"""Failure modes of MODEL.md §2, and known series that come back from their rounded prints."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.reconcile import reconcile

CATALOGUE = load_catalogue()
QUICK = settings(max_examples=8, deadline=None, derandomize=True,
                 suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
OWNERS = ("state", "non_state", "fdi")
TRADE = {"unit": "mn_usd", "price_basis": ""}
RATE = {"measure": "growth_yoy", "price_basis": ""}


def series_of(rows):
    return reconcile(ledger_of(rows), CATALOGUE)


def row_of(series, period, measure="level", indicator="industrial_output", breakdown=""):
    (row,) = [r for r in series.rows if (r.period.text, r.measure, r.indicator, r.breakdown)
              == (period, measure, indicator, breakdown)]  # fmt: skip
    return row


def named(series):
    """Ids in each finding."""
    return [set(f.statements) for f in series.findings]


def years(first=2018, last=2023, rate=0.2, **cells):
    """Levels that grow steadily, each printed in the next January."""
    return [statement(f"Y{y}", f"{100000 * (1 + rate) ** (y - first):.0f}", str(y),
                      published=f"{y + 1}-01-31", **cells)
            for y in range(first, last + 1)]  # fmt: skip


def owned(values, **cells):
    return [statement(o, v, "2023", breakdown=f"ownership:{o}", source="S2", **cells)
            for o, v in zip(OWNERS, values, strict=True)]  # fmt: skip


# --- failure modes of MODEL.md §2 ---------------------------------------------------------------


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_slip_of_the_unit_is_named_and_moves_nothing(factor):
    rows, sound = years(), series_of(years())
    rows[4] |= {"value": f"{float(rows[4]['value']) * factor:.2f}"}
    series = series_of(rows)
    assert any("Y2022" in ids for ids in named(series))
    for year in ("2021", "2023"):
        assert row_of(series, year).value == row_of(sound, year).value
    between = row_of(series, "2022")
    assert between.origin == "estimated"
    assert between.value == pytest.approx(100000 * 1.2**4, rel=0.1)


def test_level_growth_and_share_of_one_sentence_are_one_witness():
    alone = [*years(2018, 2022), statement("L", 248832, "2023", published="2024-01-31")]
    rows = [
        *alone,
        statement("G", 20.0, "2023", measure="growth_yoy", published="2024-01-31"),
        statement("S", 106.2, "2023", measure="share_of_plan", published="2024-01-31"),
    ]
    one, three = (row_of(series_of(r), "2023") for r in (alone, rows))
    assert three.value == one.value == 248832
    # Three figures of one sentence do not make it three times as sure.
    assert math.log(three.upper / three.lower) > 0.7 * math.log(one.upper / one.lower)


def test_everything_from_one_release_stands_as_printed():
    rows = [r | {"published": "2024-01-31"} for r in years()]
    series = series_of(rows)
    assert not series.findings
    for r in rows:
        assert row_of(series, r["period"]).value == float(r["value"])


def test_growth_only_gives_growth_only():
    rows = [
        statement(
            f"Q{y}{q}",
            10 + q,
            f"{y}-Q{q}",
            period_kind="quarter",
            indicator="grdp",
            published=f"{y}-12-31",
            **RATE,
        )
        for y in (2022, 2023)
        for q in range(1, 5)
    ]
    series = series_of(rows)
    assert {r.measure for r in series.rows} == {"growth_yoy"}
    assert series.history is None
    assert not series.findings
    # Growth of the year lies between that of its quarters, though nobody printed it.
    assert 11 < row_of(series, "2023", "growth_yoy", "grdp").value < 14


def test_a_base_revised_by_five_per_cent_in_mid_year_is_told_and_then_explains_growth():
    ytd = {"period_kind": "ytd"}
    half, later = "2022-01/2022-06", "2023-01/2023-06"
    rows = [
        statement("H22", 200000, half, published="2022-07-01", **ytd),
        statement("H23", 231000, later, published="2023-07-01", **ytd),
        statement("G23", 10.0, later, measure="growth_yoy", published="2023-07-01", **ytd),
    ]
    before = series_of(rows)
    assert {"H22", "H23", "G23"} in named(before)
    revised = statement("R22", 210000, half, published="2023-06-01", status="actual", source="S2",
                        **ytd)  # fmt: skip
    after = series_of([*rows, revised])
    assert [set(f.statements) for f in after.findings if f.kind == "revision"] == [{"H22", "R22"}]
    assert not [f for f in after.findings if "G23" in f.statements]
    assert row_of(after, half).value == 210000


def test_a_share_that_fits_neither_of_two_plans_is_named():
    target = {"status": "plan", "period_kind": "target"}
    rows = [
        *years(),
        statement("P1", 250000, "2023", published="2023-01-10", **target),
        statement("P2", 240000, "2023", published="2023-06-10", source="S2", **target),
        statement("S", 120.0, "2023", measure="share_of_plan", published="2024-01-31"),
    ]
    assert any("S" in ids for ids in named(series_of(rows)))
    fitting = [*rows[:-1], rows[-1] | {"value": "99.5"}]  # 248.832 / 250.000
    assert not any("S" in f.statements for f in series_of(fitting).findings if f.kind != "revision")


def test_parts_above_their_total_are_named_with_it():
    series = series_of([statement("T", 500, "2023"), *owned((100, 200, 230))])
    (finding,) = [f for f in series.findings if f.kind == "arithmetic"]
    assert set(finding.statements) == {"T", *OWNERS}
    # 529,99 if the parts are right
    assert finding.implied == pytest.approx(528.5)


def test_open_bounds_that_cannot_both_hold_are_named():
    rows = [
        statement("A", 600000, "2023", qualifier="more_than", resolution="1000"),
        statement("B", 500000, "2023", qualifier="less_than", resolution="1000", source="S2"),
    ]
    assert {"A", "B"} in named(series_of(rows))
    (row,) = [r for r in series_of(rows[:1]).rows if r.period.text == "2023"]
    assert (row.minimum, row.maximum) == pytest.approx((600000, 601000))


def test_two_figures_of_one_day_are_a_reprint_in_any_order_of_rows():
    rows = [*years(), statement("Z", 260000, "2023", published="2024-01-31", source="S2")]
    first, second = series_of(rows), series_of(rows[::-1])
    assert first.rows == second.rows
    assert [f.kind for f in first.findings if set(f.statements) == {"Y2023", "Z"}] == ["reprint"]


def test_rounded_parts_agree_with_an_exact_total():
    total = statement("T", 541169, "2023")
    series = series_of([total, *owned((11000, 91000, 439000), resolution="1000")])
    assert not series.findings
    assert row_of(series, "2023").value == 541169
    fdi = row_of(series, "2023", breakdown="ownership:fdi")
    assert (fdi.minimum, fdi.maximum) == pytest.approx((438500, 439500))
    worse = series_of([total, *owned((11000, 91000, 445000), resolution="1000")])
    assert any("T" in ids for ids in named(worse))


@pytest.mark.parametrize(("level", "odd"), [(120000, False), (220000, False), (170000, True)])
def test_rose_by_1_2_times_may_mean_either_but_nothing_between(level, odd):
    rows = [
        statement("A", 100000, "2022", published="2023-01-31"),
        statement("B", level, "2023", published="2024-02-28"),
        statement("R", 1.2, "2023", measure="growth_ratio", unit="ratio", printed="tăng 1,2 lần",
                  source="S2"),
    ]  # fmt: skip
    series = series_of(rows)
    assert any("R" in ids for ids in named(series)) == odd
    assert row_of(series, "2023").value == level


# --- a known series comes back from its rounded prints ------------------------------------------


@QUICK
@given(rate=st.floats(-0.1, 0.3), share=st.floats(0.4, 0.6), digits=st.sampled_from([1, 10]))
def test_trade_comes_back(rate, share, digits):
    t = np.arange(36)
    months = 1500 * (1 + rate) ** (t / 12) * (1 + 0.08 * np.cos(2 * np.pi * t / 12))
    rows = []
    for y, year in enumerate((2021, 2022, 2023)):
        for q in range(1, 5):
            total = months[12 * y : 12 * y + 3 * q].sum()
            period = str(year) if q == 4 else f"{year}-01/{year}-{3 * q:02d}"
            cells = TRADE | {
                "period_kind": "annual" if q == 4 else "ytd",
                "status": "actual",
                "published": f"{year}-{3 * q:02d}-28",
                "resolution": str(digits),
            }
            for code, part in (("trade_total", 1), ("exports", share)):
                value = f"{round(part * total / digits) * digits:.0f}"
                rows.append(statement(f"{code}{y}{q}", value, period, indicator=code, **cells))
    series = series_of(rows)
    assert not series.findings
    for y, year in enumerate(("2021", "2022", "2023")):
        total = months[12 * y : 12 * y + 12].sum()
        for code, part in (("trade_total", 1), ("exports", share)):
            row = row_of(series, year, indicator=code)
            assert row.value == pytest.approx(part * total, abs=digits)
            assert row.minimum - 1e-6 <= part * total <= row.maximum + 1e-6
        quarter = row_of(series, f"{year}-Q3", indicator="trade_total")
        assert quarter.value == pytest.approx(months[12 * y + 6 : 12 * y + 9].sum(), rel=0.01)


@QUICK
@given(st.lists(st.floats(-0.05, 0.3), min_size=12, max_size=12),
       st.sampled_from(["iip", "grdp"]))  # fmt: skip
def test_growth_of_quarters_comes_back(rates, code):
    levels = [100.0, 105.0, 110.0, 120.0]
    for g in rates:
        levels.append(levels[-4] * (1 + g))
    rows = []
    for k, g in enumerate(rates):
        year, q = 2021 + k // 4, k % 4 + 1
        cells = {"indicator": code, "published": f"{year}-12-31", "resolution": "0.01", **RATE}
        rows.append(statement(f"Q{k:02d}", f"{100 * g:.2f}", f"{year}-Q{q}", period_kind="quarter",
                              **cells))  # fmt: skip
        if q == 4:
            growth = 100 * (sum(levels[k + 1 : k + 5]) / sum(levels[k - 3 : k + 1]) - 1)
            rows.append(statement(f"Y{k}", f"{growth:.2f}", str(year), **cells))
    series = series_of(rows)
    assert not [f for f in series.findings if f.kind == "arithmetic"]
    for r in rows:
        row = row_of(series, r["period"], "growth_yoy", code)
        assert row.value == float(r["value"])
        assert row.minimum - 1e-6 <= row.value <= row.maximum + 1e-6
