"""Back-tests: scores by hand, no look ahead, and what the shipped study can say."""

from __future__ import annotations

import csv
import datetime as dt
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kichban.ledger import Ledger, Statement
from kichban.numbers import FloatArray
from kichban.periods import month_index, parse_period
from kichban.projection import Paths, Projection, ScenarioPaths, make_axis
from kichban.reconcile import History, Series, SeriesRow
from kichban.reconcile.estimate.scales import START
from kichban.study import open_study
from kichban.study.vintages import edition_function
from kichban.track import (
    COLUMNS,
    RULES,
    Backtest,
    backtest,
    choose_days,
    coverage,
    crps,
    mean_absolute_error_pct,
    percentage_error,
    simple_rules,
    track_overview,
    track_rows,
)
from kichban.track.backtest import first_print
from kichban.track.rules import OUTPUT

ROOT = Path(__file__).resolve().parents[1]


def statement(key: str, period: str, value: float, published: str, **more: object) -> Statement:
    """Make a print of the total at current prices."""
    base = Statement(
        key, "bac_giang", "industrial_output", "", parse_period(period), "", "level", value,
        "bn_vnd", "", 1.0, "", "current", "estimate", dt.date.fromisoformat(published), "day",
        "S1", "", "yes", "", 2,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


PRINTS = (
    statement("A1", "2021", 900.0, "2021-12-30"),
    statement("A2", "2022", 1000.0, "2022-12-30"),
    statement("A3", "2023-01/2023-06", 550.0, "2023-07-10"),
    statement("A4", "2023-01/2023-06", 10.0, "2023-07-10", measure="growth_yoy", unit="percent"),
    statement("A5", "2023-01/2023-06", 44.0, "2023-07-10", measure="share_of_plan", unit="percent"),
    statement("A6", "2023", 1200.0, "2023-12-28"),
    statement("A7", "2023", 1210.0, "2024-03-31", status="actual"),
    statement("A8", "2024-01/2024-06", 700.0, "2024-07-10"),
)


def ledger(*prints: Statement) -> Ledger:
    return Ledger(
        "bac_giang", dt.date(2024, 7, 31), prints, {}, (), (), (), (), {}, (), frozenset()
    )


def history(months: int) -> History:
    return History(0, months - 1, (), np.zeros(1), np.zeros((1, 1)))


def made(day: dt.date, values: FloatArray, months: int = 36) -> tuple[Series, Projection]:
    """Make an edition that says `values` of the day's year."""
    axis = make_axis(day, month_index(day.year, 1) - 1, day.year + 1)
    annual = np.stack([values, values], axis=1)
    paths = ScenarioPaths(
        variables={OUTPUT: Paths(annual=annual)},
        tables={},
        by_construction=(),
        approved_quarter=np.zeros((0, 0), np.int64),
        notes={},
    )
    found = Projection(
        axis=axis, draws=values.size, seed=1, block=1024, scenarios={"baseline": paths},
        site_ids=(), last_levels={}, contraction={},
    )  # fmt: skip
    return Series((), (), history(months), START), found


# --- scores by hand -------------------------------------------------------------------------


def test_scores_by_hand() -> None:
    forecast, actual = np.array([90.0, 240.0]), np.array([100.0, 200.0])
    assert percentage_error(forecast, actual).tolist() == [-10.0, 20.0]
    assert mean_absolute_error_pct(forecast, actual) == 15.0
    assert math.isnan(mean_absolute_error_pct(np.array([]), np.array([])))
    assert percentage_error(np.array([-90.0]), np.array([-100.0])).tolist() == [10.0]
    hit = coverage(np.zeros(3), np.ones(3), np.array([0.0, 1.0, 2.0]))
    assert hit == pytest.approx(2 / 3)
    assert math.isnan(coverage(np.array([]), np.array([]), np.array([])))


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e3, 1e3)), st.floats(-1e3, 1e3))
def test_crps_equals_the_double_sum(samples: FloatArray, actual: float) -> None:
    slow = np.abs(samples - actual).mean()
    slow -= np.abs(samples[:, None] - samples[None, :]).mean() / 2
    assert crps(samples, actual) == pytest.approx(slow, abs=1e-8)
    assert crps(samples, actual) >= -1e-8


def test_crps_of_a_normal_distribution() -> None:
    # Gneiting and Raftery 2007, eq. 21: (sqrt 2 − 1)/sqrt(pi) standard deviations at the mean.
    samples = np.random.default_rng(1).normal(size=200_000)
    assert crps(samples, 0.0) == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi), abs=2e-3)


# --- rules ----------------------------------------------------------------------------------


def test_rules_by_hand() -> None:
    found = simple_rules(ledger(*PRINTS), Series((), (), None, START), dt.date(2023, 7, 10), 2023)
    assert found.naive == 1000.0
    assert found.last_growth == pytest.approx(1100.0)
    assert found.plan == pytest.approx(1250.0)
    assert found.months == 6


def test_rules_see_nothing_printed_later() -> None:
    early = simple_rules(ledger(*PRINTS), Series((), (), None, START), dt.date(2022, 12, 31), 2023)
    assert (early.naive, early.last_growth, early.plan, early.months) == (1000.0, None, None, 0)
    day_before = simple_rules(
        ledger(*PRINTS), Series((), (), None, START), dt.date(2022, 12, 29), 2023
    )
    # 2022 came out a day later: the last level that was known is that of 2021.
    assert day_before.naive == 900.0


def test_the_plan_of_one_year_is_not_that_of_the_next() -> None:
    found = simple_rules(ledger(*PRINTS), Series((), (), None, START), dt.date(2023, 7, 10), 2024)
    assert found.plan is None
    # Six months of 2023 were printed: growth of the newest year that is spoken of.
    assert found.last_growth == pytest.approx(1000.0 * 1.1**2)


def test_a_printed_plan_comes_before_an_implied_one() -> None:
    plan = statement("P1", "2023", 1150.0, "2022-12-30", status="plan")
    found = simple_rules(
        ledger(*PRINTS, plan), Series((), (), None, START), dt.date(2023, 7, 10), 2023
    )
    assert found.plan == 1150.0


def test_last_year_falls_back_on_the_series_of_that_day() -> None:
    row = SeriesRow(
        "bac_giang", "industrial_output", "", parse_period("2022"), "level", 990.0, 950.0, 1030.0,
        "bn_vnd", "current", "estimated", (),
    )  # fmt: skip
    kept = [s for s in PRINTS if s.id != "A2"]
    found = simple_rules(ledger(*kept), Series((row,), (), None, START), dt.date(2023, 7, 10), 2023)
    assert found.naive == 990.0
    assert found.last_growth == pytest.approx(1089.0)


def test_rules_read_the_current_price_basis_only() -> None:
    other = replace(PRINTS[3], price_basis="constant_2010", value=50.0)
    found = simple_rules(
        ledger(PRINTS[1], PRINTS[2], other), Series((), (), None, START), dt.date(2023, 7, 10), 2023
    )
    assert found.last_growth is None


# --- the loop -------------------------------------------------------------------------------


def test_days_are_those_of_new_cumulative_or_annual_figures() -> None:
    plan = statement("P1", "2023", 1150.0, "2022-11-30", status="plan")
    month = statement("M1", "2023-05", 90.0, "2023-06-05")
    days = choose_days(ledger(*PRINTS, plan, month))
    assert [d.isoformat() for d in days] == [
        "2021-12-30", "2022-12-30", "2023-07-10", "2023-12-28", "2024-03-31", "2024-07-10",
    ]  # fmt: skip


def test_the_edition_is_asked_as_of_each_day_and_only_where_it_can_be_scored() -> None:
    asked: list[dt.date] = []

    def edition(day: dt.date) -> tuple[Series, Projection]:
        asked.append(day)
        return made(day, np.linspace(1000.0, 1500.0, 101))

    newest = ledger(*PRINTS)
    found = backtest(edition, newest, choose_days(newest), "baseline")
    assert asked == [dt.date(2023, 7, 10)]
    assert [c.remark for c in found.cases] == [
        "year_printed", "year_printed", "", "year_printed", "no_first_print", "no_first_print",
    ]  # fmt: skip
    (case,) = found.scored
    assert (case.first_print, case.statement) == (1200.0, "A6")
    assert case.published is not None
    assert case.published > case.as_of
    assert (case.p10, case.p50, case.p90) == pytest.approx((1050.0, 1250.0, 1450.0))
    assert case.error == pytest.approx(100 * 50 / 1200)
    assert case.inside
    assert case.months == 6
    assert case.crps == pytest.approx(crps(np.linspace(1000.0, 1500.0, 101), 1200.0))


def test_the_first_print_counts_and_not_its_revision() -> None:
    found = first_print(ledger(*PRINTS), 2023)
    assert found is not None
    assert found.value == 1200.0


@pytest.mark.parametrize(("months", "remark"), [(23, "short_history"), (24, "")])
def test_history_of_two_years_is_needed(months: int, remark: str) -> None:
    found = backtest(
        lambda day: made(day, np.full(8, 1200.0), months), ledger(*PRINTS),
        [dt.date(2023, 7, 10)], "baseline",
    )  # fmt: skip
    assert found.cases[0].remark == remark


def test_no_forecast_is_said() -> None:
    def empty(day: dt.date) -> tuple[Series, None]:
        return Series((), (), history(36), START), None

    for edition in (empty, lambda day: made(day, np.array([np.nan]))):
        found = backtest(edition, ledger(*PRINTS), [dt.date(2023, 7, 10)], "baseline")
        assert found.cases[0].remark == "no_forecast"
    found = backtest(
        lambda d: made(d, np.ones(3)), ledger(*PRINTS), [dt.date(2023, 7, 10)], "other"
    )
    assert found.cases[0].remark == "no_forecast"


def one_case(values: FloatArray) -> Backtest:
    newest = ledger(*PRINTS)
    return backtest(lambda day: made(day, values), newest, choose_days(newest), "baseline")


def test_table_by_hand() -> None:
    rows = [dict(zip(COLUMNS, r, strict=True)) for r in track_rows(one_case(np.full(4, 1260.0)))]
    assert len(rows) == 6
    row = rows[2]
    assert row["as_of"] == "2023-07-10"
    assert (row["error_pct"], row["absolute_error_pct"], row["inside"]) == ("5", "5", "0")
    assert row["crps"] == "60"
    assert (row["naive"], row["naive_error_pct"]) == ("1000", "-16.66667")
    assert rows[0]["remark"] == "year_printed"
    assert rows[0]["p50"] == ""
    assert {f"{rule}_error_pct" for rule in RULES} <= set(COLUMNS)


def test_overview_owns_up() -> None:
    text = track_overview(one_case(np.full(4, 1500.0)), "en")
    assert (
        "The model does worse than these simple rules: Same growth, As last year, As planned."
        in text
    )
    assert "only 1 cases in 1 years (2023)" in text
    assert "0 of 1 cases" in text
    assert "5 further days cannot be scored" in text
    assert "worse" not in track_overview(one_case(np.full(4, 1200.0)), "en")
    assert "kém hơn" in track_overview(one_case(np.full(4, 1500.0)), "vi")
    assert "None of the 0 days" in track_overview(Backtest("baseline", ()), "en")


# --- the shipped study ----------------------------------------------------------------------


def test_a_past_edition_does_not_change_when_later_prints_are_taken_away() -> None:
    study = open_study(ROOT)
    day = dt.date(2019, 7, 1)
    cut = open_study(ROOT)
    kept = tuple(s for s in study.book.statements if s.published is not None and s.published <= day)
    object.__setattr__(cut, "book", replace(study.book, statements=kept))
    for readings in ("then", "today"):
        full = edition_function(study, "baseline", 64, 1, readings=readings)(day)[1]
        less = edition_function(cut, "baseline", 64, 1, readings=readings)(day)[1]
        assert full is not None
        assert less is not None
        first = full.scenarios["baseline"].variables[OUTPUT].annual
        second = less.scenarios["baseline"].variables[OUTPUT].annual
        assert first is not None
        assert np.array_equal(first, second)  # type: ignore[arg-type]


def test_verb_writes_the_track_record(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kichban", "--messages", "en", "backtest", "--study", str(ROOT),
         "--draws", "64", "--readings", "today", "--out", str(tmp_path)],
        check=True, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    with (tmp_path / "track.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    scored = [r for r in rows if not r["remark"]]
    assert {r["period"] for r in scored} == {"2016", "2019", "2023"}
    assert all(r["published"] > r["as_of"] for r in scored)
    assert "too few to say which method is better" in done.stdout


def test_verb_refuses_another_way_of_reading() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kichban", "backtest", "--study", str(ROOT), "--readings", "x"],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert "E-TRACK-901" in done.stderr
