"""The record of past forecasts: scores by hand, groups, the two ways of cutting the past, print."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from kichban.ledger import ledger_at
from kichban.reconcile import reconcile
from kichban.report.track_record import print_track
from kichban.study.vintages import book_by_period, edition_function
from kichban.track import (
    ALL,
    SAID_COLUMNS,
    SCORE_COLUMNS,
    SCORED,
    Group,
    Said,
    choose_origins,
    record,
    said_rows,
    score_rows,
    summarise,
)
from kichban.track.record import known_levels

NONE = (math.nan,) * 4
MODEL = Said(
    "vintages", dt.date(2023, 6, 30), "industrial_output", "level", "year", "2023", 0, 6,
    "kichban", 110.0, 85.0, 100.0, 120.0, 135.0, 4.0, 100.0, 20.0,
)  # fmt: skip
#: a case that missed: 160 was said of 200, the 80 % interval ends at 180
MISSED = replace(
    MODEL, as_of=dt.date(2022, 6, 30), period="2022", value=160.0, low95=120.0, low80=140.0,
    high80=180.0, high95=210.0, crps=16.0, came=200.0, step=40.0,
)  # fmt: skip
RULE = replace(MODEL, source="naive", value=80.0, low95=math.nan, low80=math.nan,
               high80=math.nan, high95=math.nan, crps=20.0)  # fmt: skip
YEAR = Group("vintages", "industrial_output", "year", 4, 6)


def test_scores_by_hand():
    model, rule = summarise([RULE, MODEL, MISSED])[YEAR]
    assert (model.source, model.cases, model.years) == ("kichban", 2, 2)
    # |10| / 20 and |−40| / 40
    assert model.mase == pytest.approx(0.75)
    assert model.smape == pytest.approx((200 * 10 / 210 + 200 * 40 / 360) / 2)
    assert model.bias == pytest.approx((10.0 - 20.0) / 2)
    assert model.crps == pytest.approx((4 / 20 + 16 / 40) / 2)
    # 200 lies above 140…180 and inside 120…210; ends belong to the interval.
    assert (model.coverage80, model.coverage95) == (50.0, 100.0)
    assert model.msis80 == pytest.approx((20 / 20 + (40 + 2 / 0.2 * 20) / 40) / 2)
    assert model.msis95 == pytest.approx((50 / 20 + 90 / 40) / 2)
    # The rule spoke in one of the two cases: 10 against 20 there.
    assert (rule.source, rule.cases, rule.ratio) == ("naive", 1, pytest.approx(0.5))
    assert math.isnan(rule.coverage80)
    assert model.ratio == 1.0


def test_growth_is_scored_in_points():
    said = replace(MODEL, indicator="grdp", measure="growth_yoy", value=12.0, came=10.0, step=4.0)
    (score,) = summarise([said])[replace(YEAR, indicator="grdp")]
    assert (score.mase, score.bias) == (0.5, 2.0)
    assert math.isnan(score.smape)


@pytest.mark.parametrize(
    ("kind", "ahead", "months", "group"),
    [("year", 0, 0, ("year", 0, 0)), ("year", 0, 11, ("year", 10, 11)),
     ("year", 1, 3, ("next_year", 0, 11)), ("quarter", 1, 3, ("quarter", 1, 1)),
     ("quarter", 6, 3, ("quarter", 5, 8))],
)  # fmt: skip
def test_cases_are_put_together_by_months_known_and_quarters_ahead(kind, ahead, months, group):
    said = replace(MODEL, kind=kind, ahead=ahead, months=months)
    found = summarise([said])
    assert set(found) == {Group("vintages", i, *group) for i in (ALL, "industrial_output")}


def test_a_year_that_lies_two_ahead_is_no_next_year():
    assert summarise([replace(MODEL, ahead=2)]) == {}


def test_what_came_is_the_regions_own(shipped_series):
    """Vietnam, Bắc Ninh and Thái Nguyên stand in the series too."""
    iip = next(v for v in SCORED if v.indicator == "iip")
    exports = next(v for v in SCORED if v.indicator == "exports")
    assert known_levels(shipped_series, iip, "year")[2023] == 20.2
    assert known_levels(shipped_series, exports, "year")[2020] == 11_200
    assert any(r.region != "bac_giang" and r.indicator == "iip" for r in shipped_series.rows)


def test_a_case_without_a_known_step_is_not_scored():
    assert summarise([replace(MODEL, step=math.nan)]) == {}


def test_rows_have_their_columns():
    said = [MODEL, RULE, MISSED]
    assert all(len(row) == len(SAID_COLUMNS) for row in said_rows(said))
    rows = score_rows(summarise(said))
    assert all(len(row) == len(SCORE_COLUMNS) for row in rows)
    assert dict(zip(SCORE_COLUMNS, rows[-1], strict=True))["model_ratio"] == "0.5"
    assert said_rows([RULE])[0][10:14] == ("", "", "", "")


# --- the past, cut in two ways -------------------------------------------------------------------


def test_by_period_every_figure_is_out_on_its_last_day(shipped):
    book = book_by_period(shipped.book)
    ledger, _ = ledger_at(book, "bac_giang", dt.date(2022, 12, 31))
    assert any(s.period.text == "2022" and not s.is_plan for s in ledger.statements if s.period)
    ends = [s.period.last_day for s in ledger.statements if s.use == "yes" and not s.is_plan]
    assert max(ends) <= dt.date(2022, 12, 31)
    # A plan was there when its year began; nothing is later than it was.
    plan, _ = ledger_at(book, "bac_giang", dt.date(2024, 1, 1))
    assert any(s.id == "BG0070" for s in plan.statements)
    first = {s.id: s.published for s in shipped.book.statements}
    assert all(s.published <= first[s.id] for s in book.statements if s.published)


def test_origins_are_ends_of_quarters_with_two_years_behind_them(shipped_series):
    days = choose_origins(shipped_series, dt.date(2024, 7, 31))
    assert days[-1] == dt.date(2024, 6, 30)
    first = shipped_series.history.first_month
    assert days[0].year * 12 + days[0].month - first >= 24
    assert {(d.month, d.day) for d in days} == {(3, 31), (6, 30), (9, 30), (12, 31)}


def test_an_origin_foretells_years_and_quarters_of_every_indicator(shipped):
    book = book_by_period(shipped.book)
    newest, _ = ledger_at(book, "bac_giang", dt.date(2024, 7, 31))
    today = reconcile(shipped.ledger(), shipped.catalogue)
    edition = edition_function(shipped, "baseline", 256, 1, readings="today", cut="period")
    days = [dt.date(2022, 9, 30)]
    said = record(edition, newest, today, days, "baseline", "origins")
    model = [s for s in said if s.source == "kichban"]
    assert {s.indicator for s in model} >= {"industrial_output", "exports", "retail_sales"}
    year = next(s for s in model if (s.indicator, s.period) == ("industrial_output", "2022"))
    assert (year.ahead, year.months) == (0, 9)
    # What came is the year as known today; nine months of it were known.
    assert year.came == pytest.approx(445_000, rel=0.02)
    assert year.low95 < year.low80 < year.value < year.high80 < year.high95
    assert abs(year.value / year.came - 1) < 0.05
    after = next(s for s in model if (s.indicator, s.period) == ("industrial_output", "2023"))
    assert (after.ahead, after.came) == (1, pytest.approx(541_169, rel=1e-3))
    rules = {s.source for s in said if (s.indicator, s.period) == ("industrial_output", "2022")}
    assert {"last_growth", "naive"} <= rules
    # No edition saw the future: the same day by publication knows less, never more.
    assert all(s.period >= "2022" for s in said)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_record_is_printed(lang):
    rng = np.random.default_rng(1)
    said = []
    for view in ("origins", "vintages"):
        for months in (0, 2, 5, 8):
            for year in range(2016, 2024):
                came = 100.0 + rng.normal()
                one = replace(MODEL, view=view, months=months, period=str(year), came=came,
                              as_of=dt.date(year, months + 1, 1))  # fmt: skip
                said += [one, replace(one, source="naive", value=90.0), replace(
                    one, source="plan", value=130.0)]  # fmt: skip
    data = print_track(summarise(said), dt.date(2024, 7, 31), lang)
    assert data.startswith(b"%PDF")
    assert data == print_track(summarise(said), dt.date(2024, 7, 31), lang)
