"""The track record by quarters: what an edition exports, under the columns that were promised."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kichban.periods import month_index, parse_period
from kichban.projection import Paths, Projection, ScenarioPaths, make_axis
from kichban.reconcile import History, Series, SeriesRow
from kichban.reconcile.estimate.scales import START
from kichban.track import FORECAST_COLUMNS, OUTTURN_COLUMNS, exchange_rows
from kichban.track.exchange import HORIZON
from kichban.track.rules import OUTPUT, simple_quarters

LEVELS = {f"{y}-Q{q}": 100.0 * 1.2 ** (y - 2021) + q for y in (2021, 2022) for q in (1, 2, 3, 4)}


def row(period: str, value: float) -> SeriesRow:
    return SeriesRow(
        "bac_giang", "industrial_output", "", parse_period(period), "level", value, value, value,
        "bn_vnd", "current", "estimated", ("T1",),
    )  # fmt: skip


def made_edition(day: dt.date) -> tuple[Series, Projection]:
    """Give two years of quarters, and a projection of 500 in each quarter that follows."""
    months = 24 if day.year == 2023 else 12
    axis = make_axis(day, month_index(2022, 12), 2024)
    quarters = 500.0 + np.arange(axis.quarters)[None, :] + np.array([[-10.0], [0.0], [10.0]])
    paths = ScenarioPaths(
        {OUTPUT: Paths(np.ones((3, 2)), quarters)}, {}, (), np.zeros((0, 0), np.int64), {}
    )
    found = Projection(axis, 3, 1, 1024, {"baseline": paths}, (), {}, {})
    history = History(0, months - 1, (), np.zeros(1), np.zeros((1, 1)))
    return Series(tuple(row(*r) for r in LEVELS.items()), (), history, START), found


@pytest.fixture(scope="module")
def exported():
    days = [dt.date(2022, 6, 30), dt.date(2023, 1, 10)]
    forecasts, outturns = exchange_rows(made_edition, days, "baseline")
    return (
        pd.DataFrame(forecasts, columns=FORECAST_COLUMNS),
        pd.DataFrame(outturns, columns=OUTTURN_COLUMNS),
    )


def test_columns_are_those_of_the_schema(exported):
    forecasts, outturns = exported
    assert list(forecasts) == [
        "date", "vintage_date", "variable", "source", "frequency", "forecast_horizon", "value",
    ]  # fmt: skip
    assert list(outturns) == ["date", "vintage_date", "variable", "frequency", "value"]
    assert set(forecasts.frequency) == set(outturns.frequency) == {"Q"}
    assert not forecasts.duplicated(list(forecasts)[:-1]).any()
    assert not outturns.duplicated(list(outturns)[:-1]).any()


def test_a_day_without_two_years_of_history_exports_nothing(exported):
    forecasts, outturns = exported
    assert set(forecasts.vintage_date) == set(outturns.vintage_date) == {"2023-01-10"}


def test_outturns_are_the_quarters_of_the_day_at_their_ends(exported):
    _, outturns = exported
    found = dict(zip(outturns.date, outturns.value.astype(float), strict=True))
    assert len(found) == 8
    assert found["2021-03-31"] == 101.0
    assert found["2022-12-31"] == pytest.approx(124.0)


def test_forecasts_start_with_horizon_nought_after_the_last_known_quarter(exported):
    forecasts, _ = exported
    ours = forecasts[forecasts.source == "kichban"]
    first = ours[ours.forecast_horizon == "0"]
    assert first.date.tolist() == ["2023-03-31"]
    assert first.value.astype(float).tolist() == [500.0]  # the median of its paths
    assert len(ours) == min(HORIZON, 8)


def test_rules_by_hand(exported):
    forecasts, _ = exported
    said = forecasts.set_index(["source", "date"]).value.astype(float)
    assert said["naive", "2024-12-31"] == pytest.approx(124.0)
    assert said["seasonal_naive", "2023-03-31"] == pytest.approx(121.0)
    assert said["last_growth", "2023-03-31"] == pytest.approx(121.0 * 124.0 / 104.0)
    assert said["last_growth", "2024-03-31"] == pytest.approx(
        121.0 * (124.0 / 104.0) ** 2, rel=1e-6
    )


def test_a_rule_says_nothing_where_its_quarter_is_missing():
    said = simple_quarters({3: 20.0, 4: 11.0}, 4)
    assert np.isnan(said["seasonal_naive"][5])
    assert said["seasonal_naive"][7] == 20.0
    assert np.isnan(said["last_growth"][7])


def test_export_needs_a_folder(study_copy):
    done = study_copy.call("--messages", "en", "backtest", "--export", "--draws", 64)
    assert done.returncode == 2
    assert "E-TRACK-902:" in done.stderr
