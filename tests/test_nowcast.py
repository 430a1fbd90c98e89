"""The current year: draws of history, what follows it, and totals from a few prints."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.ledger import BreakKind
from kichban.nowcast import (
    HistoryDraws,
    KnownYears,
    carry_over,
    draw_history,
    draw_years,
    first_print,
    future_months,
    rest_of_year,
    start_level,
    trailing_growth,
    year_start,
)
from kichban.periods import month_index
from kichban.projection import Settings, Variable, project
from kichban.projection.output import CARRY
from kichban.reconcile import Flow, Held, History, departure, symmetric_root

GROWTH = Variable("industrial_output", "", "growth_yoy", "percent", "current")

MONTHS = 36
FIRST = month_index(2021, 7)
LAST = FIRST + MONTHS - 1
#: what a history without parts and breaks ends with
PLAIN = (*(np.zeros((1, 0)),) * 3, FIRST)


def growing(rate: float, season: np.ndarray) -> HistoryDraws:
    """One draw that grows at `rate` (log, a year) with a season, ending in June 2024."""
    months = np.arange(FIRST, LAST + 1)
    log = 10 + rate * np.arange(MONTHS) / 12 + season[months % 12]
    trend = np.array([10 + rate * (MONTHS - 1) / 12])
    return HistoryDraws(log[None, :], season[None, :], np.zeros((1, 3)), trend, *PLAIN)


@settings(deadline=None)  # the first call reads the calendar
@given(st.floats(-0.1, 0.4), st.lists(st.floats(-0.2, 0.2), min_size=12, max_size=12))
def test_a_steady_history_gives_back_its_growth_and_level(rate: float, season: list[float]) -> None:
    draws = growing(rate, np.array(season))
    growth = trailing_growth(draws)
    assert growth[0] == pytest.approx(rate, abs=1e-9)
    assert start_level(draws, growth)[0] == pytest.approx(draws.trend[0], abs=1e-9)


def test_one_odd_month_moves_the_start_by_a_fraction_only() -> None:
    calm = growing(0.2, np.zeros(12))
    odd = growing(0.2, np.zeros(12))
    odd.log_level[0, -1] += np.log(1.5)
    starts = [start_level(d, np.array([0.2]))[0] for d in (calm, odd)]
    assert 0 < starts[1] - starts[0] < 0.06


@pytest.mark.parametrize(
    ("kind", "left"), [("outlier", 0.0), ("temporary", 0.7**3), ("shift", 0.0)]
)
def test_a_known_break_changes_neither_growth_nor_start(kind: BreakKind, left: float) -> None:
    """Two months before the end; what is left of one that dies out is still to come."""
    calm = growing(0.2, np.zeros(12))
    size = np.array([[-0.6]])
    broken = replace(calm, size=size, breaks=(Held(kind, LAST - 2, LAST - 1),))
    off = broken.departure(FIRST, MONTHS)
    broken = replace(broken, log_level=calm.log_level + off)
    assert np.abs(off).max() == pytest.approx(0.6)
    growth = trailing_growth(broken)
    assert growth[0] == pytest.approx(0.2, abs=1e-9)
    assert start_level(broken, growth)[0] == pytest.approx(calm.trend[0], abs=1e-9)
    future = np.log(future_months(broken, calm.trend[:, None], np.zeros((1, 1))))
    assert future[0, 0] == pytest.approx(calm.trend[0] - 0.6 * left)


@pytest.mark.parametrize("kind", ["outlier", "temporary", "shift"])
@pytest.mark.parametrize("at", [12 * 2023 + 4, 12 * 2024 + 2])
def test_a_known_break_changes_the_rest_of_a_year_by_what_is_left(kind: BreakKind, at: int) -> None:
    """Of half a year that grows as the one before, with a break last year or this one."""
    n = 18
    calm = Flow(12 * 2023, 1, np.log(np.r_[np.full(12, 10.0), np.full(6, 11.0)]), np.eye(n) * 0,
                "months")  # fmt: skip
    held = (Held(kind, at, at + 1),)
    size = math.log(0.5)
    off = departure(held, 12 * 2023, 24, 1)[0] * size
    broken = replace(calm, mean=np.append(calm.mean + off[:n], size),
                     root=np.zeros((n + 1, n)), breaks=held)  # fmt: skip
    rests = []
    for flow in (calm, broken):
        start = year_start(flow, 2024)
        assert start is not None
        known = draw_years(start, np.zeros((1, n)))
        rests.append(rest_of_year(known, np.array([0.1]), np.zeros(1))[0])
    assert rests[0] == pytest.approx(66.0)
    assert rests[1] == pytest.approx((11.0 * np.exp(off[n:])).sum())
    assert known.on_course.so_far[0] == pytest.approx(66.0)
    assert known.so_far[0] == pytest.approx((11.0 * np.exp(off[12:n])).sum())


def test_the_future_continues_a_steady_history() -> None:
    season = 0.1 * np.sin(np.arange(12))
    draws = growing(0.24, season - season.mean())
    trend = draws.trend[:, None] + 0.02 * np.arange(1, 7)
    future = future_months(draws, trend, np.zeros((1, 6)))
    months = np.arange(LAST + 1, LAST + 7)
    assert np.allclose(np.log(future[0]), trend[0] + (season - season.mean())[months % 12])


def test_draws_have_the_mean_and_covariance_they_are_given() -> None:
    root = np.tril(np.random.default_rng(3).standard_normal((18, 18))) * 0.1
    history = History(FIRST, FIRST + 1, (), np.arange(18.0), root @ root.T)
    normal = np.random.default_rng(4).standard_normal((40_000, 18))
    draws = draw_history(history, normal)
    joint = np.hstack(
        [draws.log_level, draws.season, draws.tet, draws.trend[:, None], draws.log_share]
    )
    assert np.allclose(joint.mean(axis=0), history.mean, atol=0.01)
    assert np.allclose(np.cov(joint.T), history.covariance, atol=0.01)


def test_less_than_two_years_of_history_knows_no_growth() -> None:
    draws = growing(0.2, np.zeros(12))
    short = HistoryDraws(draws.log_level[:, -20:], draws.season, draws.tet, draws.trend, *PLAIN)
    assert np.isnan(trailing_growth(short)).all()
    assert start_level(short, np.array([np.nan]))[0] == draws.trend[0]


@given(st.floats(100, 1000), st.floats(0.05, 0.95), st.floats(-0.2, 0.5))
def test_year_total_is_exact_when_the_rest_grows_like_the_start(
    base: float, share: float, growth: float
) -> None:
    before = np.array([[[base * share, base * (1 - share)]]])
    known = KnownYears(6, before, np.array([[base * share * (1 + growth)]]), season_known=1.0)
    rest = rest_of_year(known, np.array([growth]), np.zeros(1))
    assert known.so_far[0] + rest[0] == pytest.approx(base * (1 + growth))
    assert known.growth_so_far[0] == pytest.approx(growth)
    assert known.quarters(rest)[0, 2:].sum() == pytest.approx(rest[0])


def test_without_a_print_the_year_is_last_year_grown() -> None:
    known = KnownYears(12, np.array([[[100.0]]]), np.zeros((1, 0)))
    assert rest_of_year(known, np.array([0.1]), np.zeros(1))[0] == pytest.approx(110)


def test_a_year_known_to_its_end_has_no_rest() -> None:
    known = KnownYears(6, np.array([[[40.0, 60.0]]]), np.array([[50.0, 70.0]]))
    rest = rest_of_year(known, np.array([0.1]), np.zeros(1))
    assert rest[0] == 0
    assert first_print(known.so_far, rest, np.array([1.02]))[0] == 0
    assert known.quarters(rest).tolist() == [[25.0, 25.0, 35.0, 35.0]]


def test_the_rest_returns_to_the_season_of_three_years_as_far_as_that_is_known() -> None:
    """Half-years of 40 and 60, but 50 and 50 last year: the next rest lies above last year's."""
    before = np.array([[[40.0, 60.0], [40.0, 60.0], [50.0, 50.0]]])

    def rest(season_known: float) -> float:
        known = KnownYears(6, before, np.array([[50.0]]), season_known)
        return float(rest_of_year(known, np.zeros(1), np.zeros(1))[0])

    assert rest(0.0) == pytest.approx(50.0)
    assert 50.0 < rest(0.5) < rest(1.0) < 50.0 * 60 / 40


def half_years(count: int, spread: float = 0.0) -> Flow:
    """A flow of half-years from 2018 on."""
    mean = np.log(100.0 + np.arange(count))
    return Flow(12 * 2018, 6, mean, spread * np.eye(count), "half-years")


def test_the_current_year_is_cut_out_of_a_flow() -> None:
    start = year_start(half_years(13), 2024)
    assert start is not None
    assert (start.year, start.months, start.mean.size) == (2024, 6, 7)
    assert start.season_known == pytest.approx(1.0)
    vague = year_start(half_years(13, 0.5), 2024)
    assert vague is not None
    assert vague.season_known < 0.1
    # Known to its end, or further than it is asked for.
    for count in (14, 15, 16):
        start = year_start(half_years(count), 2024)
        assert start is not None
        assert (start.year, start.months) == (2024, 12)
    # The year before is not full yet; the last full year lies too far back; there is none.
    late = year_start(half_years(11), 2024)
    assert late is not None
    assert (late.year, late.months) == (2023, 6)
    assert year_start(half_years(8), 2024) is None
    assert year_start(half_years(1), 2018) is None


def test_known_years_are_drawn_with_the_spread_of_their_sums() -> None:
    """Months that wander against each other do not lift their year."""
    n, wander = 24, 0.1
    covariance = wander**2 * (np.eye(n) - np.kron(np.eye(2), np.ones((12, 12)) / 12))
    flow = Flow(12 * 2022, 1, np.full(n, np.log(10.0)), symmetric_root(covariance), "months")
    start = year_start(flow, 2023)
    assert start is not None
    known = draw_years(start, np.random.default_rng(1).standard_normal((4000, n)))
    assert known.last_year == pytest.approx(120.0, rel=1e-9)
    assert np.log(known.now).std() == pytest.approx(wander, rel=0.1)


def test_exports_start_from_all_prints_and_the_base_of_their_plan(shipped_series) -> None:
    """The plan of 2024 is 33.000, up 20,4 %: its makers counted with 27.409 in 2023."""
    flow = shipped_series.flows["exports", ""]
    start = year_start(flow, 2024)
    assert start is not None
    known = draw_years(start, np.random.default_rng(1).standard_normal((4000, start.root.shape[1])))
    assert start.months == 6
    assert np.median(known.last_year) == pytest.approx(33_000 / 1.204, rel=0.02)
    assert np.median(known.so_far) == pytest.approx(12_600, rel=0.005)
    assert np.median(known.growth_so_far) == pytest.approx(0.2258, abs=0.01)


def test_parts_stand_as_printed_and_make_the_total(shipped, shipped_series) -> None:
    """Half-year figures of the State's firms and of manufacturing: 5.910 and 311.986,8."""
    scenarios, _ = shipped.scenarios()
    found = project(
        shipped.ledger(), shipped_series, [scenarios["baseline"]], shipped.parameters,
        Settings(draws=256), reference=scenarios["baseline"],
    ).scenarios["baseline"].variables  # fmt: skip

    def paths(part: str) -> tuple[np.ndarray, np.ndarray]:
        key = Variable("industrial_output", part, "level", "bn_vnd", "current")
        annual, quarterly = found[key].annual, found[key].quarterly
        assert annual is not None
        assert quarterly is not None
        return annual, quarterly

    total = paths("")
    for dimension in ("ownership", "sector"):
        names = {v.breakdown for v in found if v.indicator == "industrial_output"}
        parts = [paths(name) for name in names if name.startswith(dimension)]
        assert len(parts) > 2
        for i in (0, 1):
            assert np.allclose(sum(p[i] for p in parts), total[i])
        assert all((p[0] >= 0).all() and (p[1] >= 0).all() for p in parts)
    for part, printed in {"ownership:state": 5_910, "sector:manufacturing": 311_986.8}.items():
        annual, quarterly = paths(part)
        known = annual[:, 0] - quarterly[:, :2].sum(axis=1)
        assert np.median(known) == pytest.approx(printed, rel=0.01)


def test_flows_of_a_family_are_drawn_together(shipped_series) -> None:
    """Trade of 2022 was printed as more than 43.000: exports and imports make it up."""
    starts = [year_start(shipped_series.flows[name, ""], 2024) for name in ("exports", "imports")]
    assert starts[0] is not None
    assert starts[1] is not None
    normal = np.random.default_rng(1).standard_normal((4000, starts[0].root.shape[1]))
    sides = [draw_years(start, normal).before[:, -2].sum(axis=1) for start in starts if start]
    total = sides[0] + sides[1]
    assert 42_500 < np.median(total) < 44_000
    assert total.std() < 0.5 * np.hypot(*(side.std() for side in sides))


def test_known_months_and_the_quarters_to_come_make_the_year(shipped, shipped_series) -> None:
    scenarios, _ = shipped.scenarios()
    found = project(
        shipped.ledger(), shipped_series, [scenarios["baseline"]], shipped.parameters,
        Settings(draws=256), reference=scenarios["baseline"],
    ).scenarios["baseline"].variables  # fmt: skip
    first_half = {("industrial_output", "current"): 315_145, ("exports", ""): 12_600}
    for (name, basis), printed in first_half.items():
        unit = "bn_vnd" if basis else "mn_usd"
        paths = found[Variable(name, "", "level", unit, basis)]
        assert paths.annual is not None
        assert paths.quarterly is not None
        known = paths.annual[:, 0] - paths.quarterly[:, :2].sum(axis=1)
        assert np.median(known) == pytest.approx(printed, rel=0.005)
        assert known.std() < 0.01 * printed


def test_carry_over_of_a_steady_year_is_what_its_last_known_month_holds() -> None:
    """Growth of 2 % a month, none from June 2024 on: by hand."""
    draws = growing(0.24, np.zeros(12))
    flat = draws.trend[:, None] + np.zeros((1, 18))
    level = np.exp(draws.log_level[0])
    known, before = level[-6:].sum(), level[-18:-6].sum()
    found = carry_over(draws, draws.trend, flat, LAST + 1, np.array([known]),
                       np.array([[before, known + 6 * level[-1]]]))  # fmt: skip
    assert found[0, 0] == pytest.approx((known + 6 * level[-1]) / before - 1)
    assert found[0, 1] == pytest.approx(12 * level[-1] / (known + 6 * level[-1]) - 1)


def test_carry_over_is_growth_where_nothing_grows_further(shipped, shipped_series) -> None:
    scenarios, _ = shipped.scenarios()
    found = project(
        shipped.ledger(), shipped_series, [scenarios["baseline"]], shipped.parameters,
        Settings(draws=512), reference=scenarios["baseline"],
    ).scenarios["baseline"].variables  # fmt: skip
    carried, grown = found[CARRY].annual, found[GROWTH].annual
    assert carried is not None
    assert grown is not None
    # Output is expected to grow, so less than all of it is there at the start.
    assert (np.median(carried, axis=0) < np.median(grown, axis=0)).all()
    assert (np.median(carried, axis=0) > 0).all()
