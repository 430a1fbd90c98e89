"""The monthly estimate: it gives back a series known from its prints, and never invents one."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_cases import READINGS, book_of, ledger_of, sound, statement, statements_text
from ledger_cases import STATEMENTS as STATEMENTS_FILE

from kichban.catalogue import load_catalogue
from kichban.reconcile import reconcile

CATALOGUE = load_catalogue()
QUICK = settings(max_examples=8, deadline=None, derandomize=True,
                 suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
FDI = "ownership:fdi"


def series_of(rows):
    return reconcile(ledger_of(rows), CATALOGUE)


def levels(series, breakdown=""):
    return {r.period.text: r for r in series.rows if r.measure == "level"
            and r.breakdown == breakdown and r.indicator == "industrial_output"}  # fmt: skip


def monthly(rate, season, years=3, level=30000.0):
    """Months of steady growth with a season, (year, month)."""
    t = np.arange(12 * years)
    wave = 1 + season * np.cos(2 * np.pi * (t + 2) / 12)
    return (level * (1 + rate) ** (t / 12) * wave).reshape(years, 12)


def prints(months, share, resolution=1.0):
    """What an office would print: cumulated levels, growth and the FDI part, all rounded."""
    rows = []
    for y, year in enumerate(range(2021, 2021 + len(months))):
        for m in range(2, 13):
            total = months[y, :m].sum()
            period = f"{year}-01/{year}-{m:02d}" if m < 12 else str(year)
            day = f"{year}-{m:02d}-28"
            cells = {"period_kind": "ytd" if m < 12 else "annual", "published": day,
                     "status": "actual"}  # fmt: skip
            key = f"Y{year}M{m}"
            value = f"{round(total / resolution) * resolution:.0f}"
            rows.append(statement(key, value, period, resolution=f"{resolution:g}", **cells))
            if y:
                growth = 100 * (total / months[y - 1, :m].sum() - 1)
                rows.append(statement(f"{key}G", f"{growth:.1f}", period, measure="growth_yoy",
                                      **cells))  # fmt: skip
            if m == 12:
                rows.append(statement(f"{key}F", f"{share * total:.0f}", period, breakdown=FDI,
                                      **cells))  # fmt: skip
                rows.append(statement(f"{key}S", f"{100 * share:.1f}", period, breakdown=FDI,
                                      measure="share_pct", **cells))  # fmt: skip
    return rows


@QUICK
@given(
    rate=st.floats(-0.1, 0.35),
    season=st.floats(0, 0.15),
    share=st.floats(0.3, 0.9),
    resolution=st.sampled_from([1.0, 10.0, 100.0]),
)
def test_a_known_series_comes_back_from_its_rounded_prints(rate, season, share, resolution):
    months = monthly(rate, season)
    series = series_of(prints(months, share, resolution))
    found = levels(series)
    for y, year in enumerate((2021, 2022, 2023)):
        assert found[str(year)].value == pytest.approx(months[y].sum(), rel=2e-3)
        # January stands only in a sum with February, and Tết may lie in either.
        assert found[f"{year}-01/{year}-02"].value == pytest.approx(months[y, :2].sum(), rel=5e-3)
        for m in range(2, 12):
            assert found[f"{year}-{m + 1:02d}"].value == pytest.approx(months[y, m], rel=0.012)
        part = levels(series, FDI)[str(year)].value
        assert part == pytest.approx(share * months[y].sum(), rel=5e-3)
    assert not [f for f in series.findings if f.kind in ("arithmetic", "statistical")]


@QUICK
@given(rate=st.floats(0, 0.3), factor=st.sampled_from([2.0, 10.0, 1000.0]))
def test_in_another_unit_every_level_is_that_many_times_larger(rate, factor):
    rows = prints(monthly(rate, 0.1, years=2), 0.8)
    scaled = [
        r | {"value": repr(float(r["value"]) * factor), "resolution": repr(factor)}
        if r["measure"] == "level"
        else r
        for r in rows
    ]
    plain, larger = series_of(rows).rows, series_of(scaled).rows
    assert len(plain) == len(larger)
    for a, b in zip(plain, larger, strict=True):
        times = factor if a.measure == "level" else 1.0
        assert (b.value, b.lower, b.upper) == pytest.approx(
            (times * a.value, times * a.lower, times * a.upper), rel=1e-6
        )


@QUICK
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random):
    rows = prints(monthly(0.2, 0.1, years=2), 0.8)
    rows.append(statement("ODD", 1, "2022-03", period_kind="month", published="2022-04-01"))
    rows.append(statement("ALSO", 700000, "2022", published="2023-06-01"))
    turned = list(rows)
    random.shuffle(turned)
    first, second = series_of(rows), series_of(turned)
    assert first.rows == second.rows
    assert [f.statements for f in first.findings] == [f.statements for f in second.findings]


def test_a_tighter_print_gives_a_tighter_interval():
    loose = levels(series_of(prints(monthly(0.2, 0.1), 0.8, 1000.0)))["2022-07"]
    tight = levels(series_of(prints(monthly(0.2, 0.1), 0.8, 1.0)))["2022-07"]
    assert tight.upper - tight.lower <= loose.upper - loose.lower


# --- twisted inputs: flagged or empty, never a crash or a number out of nowhere -----------------


def test_a_plan_and_its_growth_tell_of_the_year_before():
    """665.760 is 23 % above what its makers took 2023 for: about 541.270."""
    plan = {"status": "plan", "period_kind": "target"}
    rows = [
        statement("H", 230000, "2023-01/2023-06", period_kind="ytd", status="actual"),
        statement("P", 665760, "2024", **plan),
        statement("G", 23, "2024", measure="growth_yoy", **plan),
    ]
    row = levels(series_of(rows))["2023"]
    assert (row.origin, set(row.statements)) == ("estimated", {"H", "G"})
    assert row.value == pytest.approx(541_270, rel=0.01)
    assert math.log(row.upper / row.lower) < 0.08


def test_one_statement_is_that_statement():
    row = levels(series_of([statement("A", 541169, "2023", status="actual")]))["2023"]
    assert (row.value, row.lower, row.upper, row.origin) == (541169, 541169, 541169, "observed")
    assert row.statements == ("A",)


def test_the_months_of_a_single_year_are_wide_open():
    series = series_of([statement("A", 541169, "2023", status="actual")])
    month = levels(series)["2023-07"]
    assert month.origin == "estimated"
    assert math.log(month.upper / month.lower) > 0.05


def test_growth_alone_gives_growth_and_no_level():
    rows = [statement(f"A{y}", 20 + y % 5, str(y), measure="growth_yoy") for y in range(2018, 2024)]
    series = series_of(rows)
    assert series.history is None
    assert {r.measure for r in series.rows} == {"growth_yoy"}
    assert {r.origin for r in series.rows} == {"observed"}


def test_nothing_gives_nothing():
    series = series_of([])
    assert (series.rows, series.findings, series.history) == ((), (), None)


def test_two_plans_in_a_year_are_kept_apart_or_named():
    level = {"period_kind": "ytd", "published": "2024-07-01"}
    rows = [
        statement("A", 541169, "2023"),
        statement("P1", 600000, "2024", status="plan", period_kind="target"),
        statement("P2", 665760, "2024", status="plan", period_kind="target",
                  published="2024-03-01", resolution="10"),
        statement("L", 315145, "2024-01/2024-06", **level),
        statement("S", 47.3, "2024-01/2024-06", measure="share_of_plan", **level),
    ]  # fmt: skip
    series = series_of(rows)
    # 315.145 is 47,3 % of the second plan, which therefore is the one meant.
    assert levels(series)["2024-01/2024-06"].value == 315145
    assert not [f for f in series.findings if "S" in f.statements and f.kind != "revision"]
    # 60 % is neither of the two: then the share is named.
    other = [r | {"value": "60"} if r["id"] == "S" else r for r in rows]
    assert any("S" in f.statements for f in series_of(other).findings if f.kind == "identity")


def test_zeros_are_flagged_beside_levels_and_stay_as_printed_alone():
    alone = levels(series_of([statement("A", 0, "2023")]))["2023"]
    assert (alone.value, alone.origin) == (0, "observed")
    ledger = ledger_of([statement("A", 541169, "2023"), statement("B", 0, "2022")])
    assert ledger.odd == {"B"}
    found = reconcile(ledger, CATALOGUE)
    assert all(r.value > 0 for r in found.rows)


def test_fifty_copies_in_one_source_are_fifty_less_one_faults():
    rows = [statement(f"A{i}", 541169, "2023") for i in range(50)]
    texts = sound() | {STATEMENTS_FILE: statements_text(rows), READINGS: "format = 1\n"}
    codes = [f.code for f in book_of(texts).faults]
    assert codes == ["E-DUP-001"] * 49


def test_fifty_releases_of_one_figure_change_no_figure():
    days = [f"2024-{1 + i // 25:02d}-{1 + i % 25:02d}" for i in range(50)]
    rows = [statement(f"A{i:02d}", 541169, "2023", published=day) for i, day in enumerate(days)]
    row = levels(series_of(rows))["2023"]
    assert row.value == 541169
    assert len(row.statements) == 50


def test_a_base_revised_by_five_per_cent_is_told():
    months = monthly(0.2, 0.1, years=2)
    half, before = months[1, :6].sum(), months[0, :6].sum() * 1.05
    rows = [r for r in prints(months, 0.8) if not r["id"].startswith("Y2022")]
    ytd = {"period_kind": "ytd", "published": "2022-07-01"}
    rows += [
        statement("H", f"{half:.0f}", "2022-01/2022-06", **ytd),
        statement("G", f"{100 * (half / before - 1):.1f}", "2022-01/2022-06",
                  measure="growth_yoy", **ytd),
    ]  # fmt: skip
    named = [set(f.statements) for f in series_of(rows).findings]
    assert any({"G", "H"} <= ids for ids in named)


@pytest.mark.parametrize("qualifier", ["more_than", "less_than", "about"])
def test_open_bounds_only_give_an_interval_and_no_exact_figure(qualifier):
    rows = [statement(f"A{y}", 100000 * (y - 2018), str(y), qualifier=qualifier,
                      resolution="10000") for y in (2021, 2022, 2023)]  # fmt: skip
    for year in ("2021", "2022", "2023"):
        row = levels(series_of(rows))[year]
        assert row.lower < row.upper
