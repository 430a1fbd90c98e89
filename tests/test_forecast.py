"""The pool against other implementations, and what forecasts must do by construction."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import Holt
from statsmodels.tsa.seasonal import seasonal_decompose

from kichban.forecast import METHODS, forecast, forecast_total, own_factor
from kichban.forecast.gate import name_matrix, traits, weigh
from kichban.forecast.history import line_up
from kichban.forecast.learned import from_document, load_learned, to_document
from kichban.forecast.learning import cut_windows, learn, naive2
from kichban.forecast.own import weigh_own
from kichban.forecast.pool import run_pool
from kichban.forecast.seasons import classical_factors, shrunk_factors
from kichban.forecast.smoothers import expert_names, smoothers
from kichban.forecast.spread import (
    PROBABILITIES,
    correlation,
    normal_scores,
    standard_errors,
)

#: industrial output of the study's province, thousand bn VND, 2015-2023
OUTPUT = np.array([56.0, 75.2, 110.9, 158.6, 209.7, 266.8, 309.6, 444.7, 541.2])
QUICK = [m for m in METHODS if m != "pool"]


def months(years: int = 5, growth: float = 0.008, noise: float = 0.03, seed: int = 1):
    """Give made monthly figures with a season, growth and noise."""
    luck = np.random.default_rng(seed)
    t = np.arange(12 * years)
    season = 0.3 * np.sin(2 * np.pi * t / 12)
    return 100.0 * np.exp(growth * t + season + noise * luck.standard_normal(t.size))


def expert(season: int, *name: str) -> int:
    return expert_names(season).index(name)  # type: ignore[arg-type]


# --- the smoothers ---------------------------------------------------------------------------


@pytest.mark.parametrize("phi", [0.85, 0.95, 1.0])
def test_a_trend_is_holt_s_as_statsmodels_has_it(phi: float) -> None:
    slope, level = np.polyfit(np.arange(4.0), OUTPUT[:4], 1)
    holt = Holt(
        OUTPUT, damped_trend=True, initialization_method="known",
        initial_level=level - slope, initial_trend=slope,
    ).fit(
        smoothing_level=0.5, smoothing_trend=0.4, damping_trend=phi, optimized=False,
    )  # fmt: skip
    run = run_pool(line_up([OUTPUT], "Y"), 6)
    name = expert(1, "level", "classical", "0.5", f"trend {phi} 0.4", "0.0")
    assert run.points[0, name] == pytest.approx(holt.forecast(6), rel=1e-5)
    # How far it missed on the history, relative to the level of the last four years.
    rms = np.sqrt(np.mean(holt.resid**2)) / OUTPUT[-4:].mean()
    assert run.fit[0, name] == pytest.approx(np.log(rms), abs=1e-5)


def test_a_season_is_winters_as_statsmodels_has_it() -> None:
    y = np.log(months())
    factors = np.log(classical_factors(np.exp(y), 12))
    flat = y - factors[np.arange(y.size) % 12]
    slope, level = np.polyfit(np.arange(13.0), flat[:13], 1)
    model = ETSModel(
        y, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=12,
        initialization_method="known", initial_level=level - slope, initial_trend=slope,
        initial_seasonal=factors,
    )  # fmt: skip
    # α, β = 0.15 α, γ = 0.3 (1 − α), φ
    winters = model.smooth(np.array([0.3, 0.045, 0.21, 0.95]))
    run = run_pool(line_up([np.exp(y)], "M"), 18)
    name = expert(12, "log", "classical", "0.3", "trend 0.95 0.15", "0.3")
    assert np.log(run.points[0, name]) == pytest.approx(winters.forecast(18), abs=2e-6)


def test_a_drift_of_one_half_is_theta() -> None:
    slope = np.polyfit(np.arange(9.0), OUTPUT, 1)[0] / 2
    level = OUTPUT[0] - slope
    for value in OUTPUT:
        level = level + slope + 0.3 * (value - level - slope)
    run = run_pool(line_up([OUTPUT], "Y"), 6)
    name = expert(1, "level", "classical", "0.3", "drift 0.5 all", "0.0")
    assert run.points[0, name] == pytest.approx(level + slope * np.arange(1, 7), rel=1e-6)


def test_complex_smoothing_is_the_complex_recursion_of_its_paper() -> None:
    """Both states as one complex number, Svetunkov, Kourentzes & Ord (2022), eq. 7."""
    a = complex(1.3, 1.03)
    y = OUTPUT / OUTPUT[-4:].mean()
    mean = y[:4].mean()
    state = complex(mean, mean / 1.1)
    for value in [*y[:8][::-1], *y]:
        seen = complex(value, value - state.real)
        state = a * seen + (1 + 1j - a) * state
    ahead = []
    for _ in range(6):
        ahead.append(state.real)
        state = a * complex(state.real, 0.0) + (1 + 1j - a) * state
    run = run_pool(line_up([OUTPUT], "Y"), 6)
    name = expert(1, "level", "classical", "complex 1.3", "complex 1.03", "0.0")
    assert run.points[0, name] == pytest.approx(np.array(ahead) * OUTPUT[-4:].mean(), rel=1e-5)


def test_seasonal_factors_are_those_of_statsmodels() -> None:
    y = months()
    ours = classical_factors(y, 12)
    theirs = seasonal_decompose(y, model="multiplicative", period=12).seasonal[:12]
    assert ours == pytest.approx(theirs / theirs.mean(), abs=1e-9)


def test_shrunk_factors_lie_between_none_and_the_classical_ones() -> None:
    noisy = months(years=3, noise=0.2, seed=3)
    shrunk = np.log(shrunk_factors(noisy, 12))
    clear = np.log(shrunk_factors(months(noise=0.001), 12))
    assert np.abs(shrunk).max() < 0.5
    assert clear == pytest.approx(0.3 * np.sin(2 * np.pi * np.arange(12) / 12), abs=0.01)


def test_no_season_where_there_is_none() -> None:
    luck = np.random.default_rng(1)
    assert (classical_factors(100 + luck.standard_normal(60), 12) == 1.0).all()
    assert (classical_factors(np.full(60, 5.0), 12) == 1.0).all()
    assert (classical_factors(months()[:30], 12) == 1.0).all()


def test_naive2_repeats_the_season() -> None:
    assert naive2(np.tile([80.0, 100, 120, 100], 6), 4, 8) == pytest.approx([80, 100, 120, 100] * 2)
    assert naive2(OUTPUT, 1, 3) == pytest.approx([541.2] * 3)


# --- the gate --------------------------------------------------------------------------------


def test_weights_sum_to_one_and_logs_of_a_negative_series_have_none() -> None:
    signed = np.array([3.0, -1, 4, 1, -5, 9, 2, 6])
    histories = line_up([OUTPUT, signed], "Y")
    run = run_pool(histories, 3)
    weights = weigh(load_learned()["Y"].gate, name_matrix(1), traits(histories), run)
    assert weights.sum(axis=1) == pytest.approx([1.0, 1.0])
    logs = np.array([name[0] == "log" for name in expert_names(1)])
    assert weights[1, logs].sum() == 0.0
    assert 0.0 < weights[0, logs].sum() < 1.0


def test_the_names_cover_every_expert_once_on_each_axis() -> None:
    for season in (1, 4, 12):
        names = expert_names(season)
        assert len(set(names)) == len(names) == len(name_matrix(season))
        assert name_matrix(season)[:, :2].sum(axis=1) == pytest.approx(1.0)  # level or log
    assert smoothers(4, log=True).names == smoothers(12, log=True).names


# --- forecasts -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("frequency", ["Y", "Q", "M"])
def test_every_method_gives_ordered_quantiles_around_its_point(method, frequency) -> None:
    season = {"Y": 1, "Q": 4, "M": 12}[frequency]
    series = [months()[:: 12 // season], OUTPUT[-max(5, season) :] if season < 12 else months(2)]
    said = forecast(series, frequency, 5, method)
    found = said.quantiles([0.025, 0.1, 0.5, 0.9, 0.975])
    assert (np.diff(found, axis=2) > 0).all()
    assert found[:, :, 2] == pytest.approx(said.points, rel=1e-6)
    assert (found > 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_does_not_matter(method) -> None:
    one, other = forecast([OUTPUT], "Y", 4, method), forecast([1000.0 * OUTPUT], "Y", 4, method)
    assert other.points == pytest.approx(1000.0 * one.points, rel=2e-3)
    assert other.size == pytest.approx(one.size, rel=2e-3)


@pytest.mark.parametrize("method", QUICK)
def test_neither_company_nor_order_matters(method) -> None:
    series = [months(), months(years=3, seed=2), months(years=9, seed=3)]
    together = forecast(series, "M", 6, method).points
    turned = forecast(series[::-1], "M", 6, method).points[::-1]
    alone = np.vstack([forecast([y], "M", 6, method).points for y in series])
    assert together == pytest.approx(alone, rel=1e-6)
    assert together == pytest.approx(turned, rel=1e-6)


def test_a_longer_horizon_changes_no_earlier_step() -> None:
    short, long = (forecast([months()], "M", h, "experts") for h in (6, 30))
    assert long.points[:, :6] == pytest.approx(short.points, rel=1e-6)
    assert long.size[:, :6] == pytest.approx(short.size, rel=1e-6)
    normal = np.random.default_rng(1).standard_normal((50, 30))
    assert long.paths(normal)[:, :, :6] == pytest.approx(short.paths(normal[:, :6]), rel=1e-5)
    # Beyond the steps that were learned, uncertainty goes on growing.
    assert (np.diff(long.size[0, 18:]) > 0).all()


def test_paths_have_the_quantiles_that_are_printed() -> None:
    said = forecast([OUTPUT], "Y", 6, "experts")
    paths = said.paths(np.random.default_rng(1).standard_normal((40_000, 6)))[0]
    found = np.quantile(paths, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0).T
    assert found == pytest.approx(said.quantiles([0.05, 0.25, 0.5, 0.75, 0.95])[0], rel=0.04)
    scores = norm.ppf((np.argsort(np.argsort(paths, axis=0), axis=0) + 0.5) / len(paths))
    assert np.corrcoef(scores.T) == pytest.approx(correlation(said.spread, 6), abs=0.02)


def test_a_signed_series_gets_amounts_not_factors() -> None:
    signed = np.array([3.0, -1, 4, 1, -5, 9, 2, 6, 5, 3])
    said = forecast([signed], "Y", 3)
    low, high = said.quantiles([0.1, 0.9])[0].T
    assert (low < 0).all()
    assert (high > low).all()


def test_a_constant_series_stays_where_it_is() -> None:
    for frequency in ("Y", "Q", "M"):
        said = forecast([np.full(30, 7.0)], frequency, 4)
        assert said.points == pytest.approx(7.0, rel=1e-6)
        assert np.isfinite(said.quantiles([0.1, 0.9])).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=5, max_size=40),
    st.sampled_from(["Y", "Q", "M"]),
)
def test_nothing_breaks_on_any_numbers(values: list[float], frequency) -> None:
    said = forecast([np.array(values)], frequency, 7, "experts")
    assert np.isfinite(said.points).all()
    assert (np.diff(said.quantiles([0.05, 0.5, 0.95]), axis=2) >= 0).all()


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(ValueError, match="a forecast needs 5 points, not 4"):
        forecast([OUTPUT[:4]], "Y", 2)
    with pytest.raises(ValueError, match="a forecast needs a history without gaps"):
        forecast([np.array([1.0, 2, np.nan, 4, 5, 6])], "Y", 2)
    with pytest.raises(ValueError, match="there is no series to forecast"):
        forecast([], "Y", 2)


def test_inputs_are_left_as_they_were() -> None:
    before = OUTPUT.copy()
    forecast([OUTPUT], "Y", 3)
    assert (before == OUTPUT).all()


def test_own_errors_widen_and_narrow() -> None:
    said = forecast([OUTPUT], "Y", 3, "experts")
    wide = said.widened(np.array([weigh_own(np.full(12, 4.0))]))
    ratio = np.log(wide.quantiles([0.9]) / said.quantiles([0.9]))
    assert (ratio > 0.01).all()
    assert weigh_own(np.full(40, 0.01)) < 0.5
    calm = np.random.default_rng(1).standard_normal(20)
    steady = 100.0 * 1.05 ** np.arange(20) * np.exp(0.02 * calm)
    jumpy = steady * np.where(np.arange(20) < 12, 1.0, np.tile([3.0, 0.4], 10))
    assert own_factor(steady, "Y", 2) < 1.0 < own_factor(jumpy, "Y", 2)
    assert own_factor(OUTPUT[:6], "Y", 2) == 1.0


def test_scores_and_errors_are_inverse() -> None:
    spread = load_learned()["M"].spreads["pool"]
    normal = np.linspace(-4, 4, 81)[:, None] * np.ones(18)
    assert normal_scores(spread, standard_errors(spread, normal)) == pytest.approx(normal)


# --- what was learned ------------------------------------------------------------------------


def test_the_lessons_say_where_they_come_from() -> None:
    document = json.loads((files("kichban.forecast") / "learned.json").read_text("utf-8"))
    assert document["format"] == 1
    assert len(document["provenance"]["sha256"]) == 64
    assert document["provenance"]["count"] == {"Y": 1000, "Q": 1000, "M": 500}
    for frequency, steps in (("Y", 6), ("Q", 8), ("M", 18)):
        lesson = load_learned()[frequency]  # type: ignore[index]
        assert set(lesson.spreads) == set(METHODS)
        for spread in lesson.spreads.values():
            assert spread.quantiles.shape == (steps, len(PROBABILITIES))
            assert (np.diff(spread.quantiles, axis=1) > 0).all()
            assert np.linalg.eigvalsh(correlation(spread, 40)).min() > 0


def test_lessons_survive_being_written() -> None:
    again = from_document(to_document(load_learned(), {}))
    ours, theirs = (
        forecast([OUTPUT], "Y", 6, "experts", x).points for x in (again, load_learned())
    )
    assert ours == pytest.approx(theirs, rel=1e-9)


def made_walks(count: int, seed: int) -> list[np.ndarray]:
    """Random walks with drift in logs: their best forecast and its spread are known."""
    luck = np.random.default_rng(seed)
    return [100 * np.exp(np.cumsum(0.03 + 0.1 * luck.standard_normal(30))) for _ in range(count)]


@pytest.mark.slow
def test_learning_from_walks_covers_other_walks() -> None:
    learned = learn({"Y": made_walks(160, 1)})
    others = made_walks(400, 2)
    said = forecast([y[:-6] for y in others], "Y", 6, "experts", learned)
    came = np.array([y[-6:] for y in others])
    low, high = np.moveaxis(said.quantiles([0.1, 0.9]), 2, 0)
    assert 0.75 < ((low <= came) & (came <= high)).mean() < 0.85
    # The spread of a walk grows with the root of the step: 0.1 √h, in logs.
    width = np.log(high / low).mean(axis=0) / (2 * norm.ppf(0.9))
    assert width == pytest.approx(0.1 * np.sqrt(np.arange(1, 7)), rel=0.3)


def test_windows_never_see_what_they_are_judged_by() -> None:
    series = [np.arange(1.0, 41.0)]
    windows = cut_windows(series, "Y")
    for history, after in zip(windows.histories, windows.after, strict=True):
        assert after == pytest.approx(history[-1] + np.arange(1.0, 7.0))


# --- totals ----------------------------------------------------------------------------------


def test_a_full_year_is_its_sum() -> None:
    y = months()
    total = forecast_total([y], 12)
    assert total.point == pytest.approx(y[-12:].sum())
    assert np.ptp(total.draws) == 0.0


def test_a_total_narrows_as_months_come_in() -> None:
    y = months(years=6)
    widths = []
    for known in (1, 3, 6, 9, 11):
        low, high = forecast_total([y[: 60 + known]], known).quantiles([0.1, 0.9])[0]
        widths.append(high - low)
    assert (np.diff(widths) < 0).all()


def test_a_total_is_narrower_than_its_months_added_up() -> None:
    y = months()
    said = forecast([y], "M", 12)
    low, high = said.quantiles([0.1, 0.9])[0].T
    total_low, total_high = forecast_total([y], 0).quantiles([0.1, 0.9])[0]
    assert total_high - total_low < (high - low).sum()


def test_more_months_than_a_year_has_are_refused() -> None:
    with pytest.raises(ValueError, match="a year has 12 periods, 13 cannot be known"):
        forecast_total([months()], 13)
