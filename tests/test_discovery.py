"""Scenario discovery: known answers, another implementation, and nothing where there is nothing."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kichban.catalogue import load_parameters
from kichban.compare.discovery import (
    BOX_COLUMNS,
    TRAJECTORY_COLUMNS,
    box_rows,
    discover,
    discovery_lines,
    trajectory_rows,
)
from kichban.compare.discovery.box import Counts, count, ends_of, inside, kept_limits, quasi_p
from kichban.compare.discovery.peel import quantile, trajectory
from kichban.compare.discovery.words import limits_text
from kichban.texts import LANGUAGES
from tests.benchmarks.prim import planted

RECORDED = Path(__file__).with_name("prim_ema_2_5_3.csv")
PARAMETERS = load_parameters()
KEYS = ("growth.volume_long_run", "growth.wedge", "land.leasing_park")
LABEL = {"vi": "Cơ sở", "en": "Baseline"}
WHERE = ("baseline", "bac_giang", "T048", "missed")


def two_corners(draws: int = 8192) -> tuple[np.ndarray, np.ndarray]:
    """Cases in two corners of three parameters, none elsewhere."""
    luck = np.random.default_rng(3)
    x = luck.random((draws, 3))
    one = (x[:, 0] > 0.6) & (x[:, 1] > 0.5)
    other = (x[:, 0] < 0.3) & (x[:, 2] < 0.4)
    return x, one | other


# --- the trajectory --------------------------------------------------------------------------


def test_the_trajectory_is_that_of_ema_workbench():
    # recorded by tests/benchmarks/prim_peers.py from EMA Workbench 2.5.3, objective LENIENT1
    x, y = planted(600, 3)
    steps = trajectory(x, y)
    with RECORDED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(steps) == len(rows)
    for step, row in zip(steps, rows, strict=True):
        own = (step.counts.coverage, step.counts.density, step.counts.mass)
        assert own == pytest.approx([float(row[k]) for k in ("coverage", "density", "mass")])
        limits = [[float(row[f"p{j}_{end}"]) for j in range(3)] for end in ("low", "high")]
        assert step.limits == pytest.approx(np.array(limits), rel=1e-10)


def test_a_planted_box_is_found_where_it_lies():
    x, y = planted(8192, 6)
    found = discover(x, y)
    box = found.boxes[0]
    assert found.reason == "found"
    assert np.flatnonzero(np.isfinite(box.limits).any(axis=0)).tolist() == [0, 2]
    assert box.limits[0, 0] == pytest.approx(0.55, abs=0.03)
    assert box.limits[1, 2] == pytest.approx(0.40, abs=0.03)
    # 90 % of 0,18 inside against 5 % of 0,82 outside
    assert box.counts.density == pytest.approx(0.90, abs=0.04)
    assert box.counts.coverage == pytest.approx(0.162 / 0.203, abs=0.06)
    assert np.nanmax(box.quasi_p) < 1e-6


def test_several_boxes_cover_several_corners():
    x, y = two_corners()
    found = discover(x, y)
    assert len(found.boxes) == 2
    assert sum(b.counts.coverage for b in found.boxes) > 0.9
    assert min(b.counts.density for b in found.boxes) > 0.9
    named = {tuple(np.flatnonzero(np.isfinite(b.limits).any(axis=0))) for b in found.boxes}
    assert named == {(0, 1), (0, 2)}


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_found_where_there_is_nothing(seed):
    x, y = planted(4096, 10)
    found = discover(x, np.random.default_rng(seed).permutation(y))
    assert (found.boxes, found.reason) == ((), "nothing")


def test_too_few_cases_or_others_are_said_and_not_searched():
    x = np.random.default_rng(1).random((1024, 2))
    rare = np.arange(1024) % 100 == 0
    assert discover(x, rare).reason == "few_cases"
    assert discover(x, ~rare).reason == "few_others"
    assert discover(x[:, :0], rare).reason == "no_say"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_peeling_keeps_what_it_counts_and_never_gets_thinner(seed, share):
    luck = np.random.default_rng(seed)
    x, y = luck.random((300, 3)), luck.random(300) < share
    kept = x.copy()
    steps = trajectory(x, y)
    assert np.array_equal(x, kept)
    for before, step in itertools.pairwise(steps):
        assert step.counts == count(x, y, step.limits)
        assert step.counts.mass >= 0.05
        assert step.counts.density > before.counts.density


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=40), st.sampled_from([0.05, 0.95]))
def test_a_cut_leaves_something_out_unless_all_is_equal(values, share):
    column = np.array(values, dtype=float)
    cut = quantile(column[:, None], share)[0]
    kept = column <= cut if share > 0.5 else column >= cut
    assert kept.all() == (np.unique(column).size == 1)
    assert kept.any()


# --- quasi-p and measures --------------------------------------------------------------------


def test_quasi_p_is_the_binomial_tail_without_one_limit():
    x, y = planted(1000, 3)
    start = ends_of(x)
    limits = start.copy()
    limits[0, 0], limits[1, 2] = 0.5, 0.45
    p = quasi_p(x, y, limits, start)
    box = count(x, y, limits)
    without = count(x, y, np.stack([np.array([start[0, 0], *limits[0, 1:]]), limits[1]]))
    expected = stats.binomtest(box.cases, box.draws, without.density, alternative="greater")
    assert p[0, 0] == pytest.approx(expected.pvalue, rel=1e-9)
    assert np.isnan(p[:, 1]).all()


def test_doubtful_limits_go_and_the_others_stay():
    x, y = planted(4000, 3)
    start = ends_of(x)
    limits = start.copy()
    limits[0, 0], limits[1, 2], limits[1, 1] = 0.55, 0.40, 0.93
    kept = kept_limits(x, y, limits, start, 0.05)
    assert (kept[0, 0], kept[1, 2], kept[1, 1]) == (0.55, 0.40, start[1, 1])
    assert limits[1, 1] == 0.93  # what was handed over is as it was
    empty = limits.copy()
    empty[1, 2] = start[0, 2] - 1.0
    assert quasi_p(x, y, empty, start)[1, 2] == 1.0


def test_counts_of_nothing_are_nought():
    none = Counts(0, 0, 0, 0)
    assert (none.coverage, none.density, none.mass, none.youden) == (0.0, 0.0, 0.0, 0.0)
    x = np.arange(4.0)[:, None]
    assert inside(x, np.array([[1.0], [2.0]])).tolist() == [False, True, True, False]


# --- words and tables ------------------------------------------------------------------------


def scaled(x: np.ndarray) -> np.ndarray:
    """Bring unit cubes to the ranges of three real parameters."""
    low = np.array([PARAMETERS[k].low for k in KEYS])
    high = np.array([PARAMETERS[k].high for k in KEYS])
    return low + (high - low) * x


def said(found, lang="vi", *, met=False):
    return list(discovery_lines(found, KEYS, "T048", LABEL, PARAMETERS, lang, met=met))


def test_a_region_is_a_sentence_in_both_languages():
    x, y = two_corners()
    found = discover(scaled(x), y)
    vi, en = said(found), said(found, "en")
    assert vi[0] == "Khi nào không đạt: chỉ tiêu T048, kịch bản Cơ sở"
    assert "trong 8.192 lần mô phỏng không đạt" in vi[1]
    assert vi[2].startswith("Trong ")
    assert "tốc độ tăng khối lượng dài hạn" in vi[2]
    assert "không đạt." in vi[2]
    assert vi[3].startswith("Ngoài các vùng trên: trong ")
    assert "of the draws that miss it, " in en[2]
    assert "is above 9." in "".join(en)
    assert said(found, "en", met=True)[2].endswith("meet it.")


def test_limits_bear_the_decimals_and_units_of_the_catalogue():
    limits = np.array([[0.0521, -np.inf, 120.4], [np.inf, 0.0333, 180.0]])
    assert limits_text(limits, KEYS, PARAMETERS, "vi") == (
        "tốc độ tăng khối lượng dài hạn trên 5,2%/năm, chênh lệch giữa giá hiện hành và khối "
        "lượng dưới 3,3%/năm và diện tích cho thuê thêm trong KCN từ 120 đến 180 ha/năm"
    )
    near = np.array([[np.nan, np.nan, 120.1], [np.nan, np.nan, 120.4]])
    assert "from 120.1" not in limits_text(near, KEYS, PARAMETERS, "en")
    assert "between 120.1 and 120.4 ha a year" in limits_text(near, KEYS, PARAMETERS, "en")


@pytest.mark.parametrize("met", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_way_to_find_nothing_is_said_in_words(lang, met):
    x, y = planted(2048, 3)
    rare = np.arange(2048) % 200 == 0
    shuffled = np.random.default_rng(1).permutation(y)
    asked = (discover(x, shuffled), discover(x, rare), discover(x, ~rare), discover(x[:, :0], y))
    lines = [said(found, lang, met=met) for found in asked]
    assert len({one[2] for one in lines}) == 4
    assert ("nửa" if lang == "vi" else "other half") in lines[0][2]
    assert "--met" in lines[1][2]


def test_tables_are_tidy_and_in_the_units_of_files():
    x, y = two_corners()
    found = discover(scaled(x), y)
    boxes = [
        dict(zip(BOX_COLUMNS, r, strict=True)) for r in box_rows(found, KEYS, WHERE, PARAMETERS)
    ]
    assert len({(r["box"], r["parameter"]) for r in boxes}) == len(boxes)
    growth = next(r for r in boxes if r["parameter"] == KEYS[0])
    assert growth["parameter_unit"] == "percent_per_year"
    assert 4.0 < float(growth["low"] or growth["high"]) < 13.0
    assert 0 < float(growth["coverage"]) <= 100
    steps = [dict(zip(TRAJECTORY_COLUMNS, r, strict=True))
             for r in trajectory_rows(found, KEYS, WHERE)]  # fmt: skip
    assert [r["chosen"] for r in steps].count("1") == len(found.boxes)
    assert steps[0]["parameters"] == ""
    assert float(steps[0]["mass"]) == 100.0
