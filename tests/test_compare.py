"""Scenarios beside each other: known answers on tiny projections."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kichban.compare import (
    COLUMNS,
    HEADLINES,
    Comparison,
    compare_scenarios,
    comparison_overview,
    comparison_rows,
    paired_difference,
    spread,
)
from kichban.errors import UsageError
from kichban.numbers import FloatArray
from kichban.periods import month_index
from kichban.projection import Paths, Projection, ScenarioPaths, Variable, make_axis
from kichban.texts import LANGUAGES, fault_line

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = HEADLINES[0]
GROWTH = Variable("grdp", "", "growth_yoy", "percent")
LABELS = {"a": {"vi": "Cơ sở", "en": "Base"}, "b": {"vi": "Cao", "en": "High"}}


def projection(last_year: int = 2026, **scenarios: dict[Variable, FloatArray]) -> Projection:
    """Make a projection from 2024 on out of (draw, year) arrays."""
    found = {
        name: ScenarioPaths(
            variables={v: Paths(annual=a) for v, a in paths.items()},
            tables={},
            by_construction=(),
            approved_quarter=np.zeros((0, 0), np.int64),
            notes={},
        )
        for name, paths in scenarios.items()
    }
    return Projection(
        axis=make_axis(dt.date(2024, 7, 31), month_index(2024, 6), last_year),
        draws=4, seed=1, block=1024, scenarios=found, site_ids=(), last_levels={}, contraction={},
    )  # fmt: skip


BASE = np.array([[1.0, 10.0, 100.0], [1.0, 20.0, 200.0], [1.0, 30.0, 300.0], [1.0, 40.0, 400.0]])


def compared(better: FloatArray) -> Comparison:
    return compare_scenarios(projection(a={OUTPUT: BASE}, b={OUTPUT: better}), "a")


def test_known_answer_of_level_and_paired_difference() -> None:
    found = compared(BASE + np.array([0.0, 1.0, -50.0]))
    assert found.years == (2025, 2026)
    base, other = (r for r in found.rows if r.year == 2025)
    assert (base.scenario, other.scenario) == ("a", "b")
    assert base.level.p50 == 25.0
    assert base.level.p10 == pytest.approx(13.0)
    assert math.isnan(base.better)
    assert other.difference == pytest.approx((1.0, 1.0, 1.0))
    assert (other.better, other.same) == (1.0, 0.0)
    last = found.rows[-1]
    assert last.difference.p50 == -50.0
    assert (last.better, last.same) == (0.0, 0.0)


def test_pairs_draws_and_not_distributions() -> None:
    # The same values dealt to other draws: no scenario is better, yet no draw is the same.
    found = compared(BASE[::-1].copy()).rows[-1]
    assert found.level == compared(BASE).rows[-2].level
    assert found.difference.p50 == 0.0
    assert found.better == 0.5
    assert found.same == 0.0


def test_draws_without_a_difference_are_neither_better_nor_worse() -> None:
    found = compared(BASE + np.array([[0.0, 0.0, 0.0]] * 3 + [[0.0, 0.0, 4.0]])).rows[-1]
    assert (found.better, found.same) == (0.25, 0.75)


def test_last_bits_are_no_difference() -> None:
    found = paired_difference(np.array([1e6 + 1e-7]), np.array([1e6]))
    assert (found.better, found.same) == (0.0, 1.0)


def test_a_gap_in_the_draws_gives_no_number() -> None:
    assert math.isnan(spread(np.array([1.0, np.nan])).p50)
    found = paired_difference(np.array([1.0, np.nan]), np.array([1.0, 1.0]))
    assert math.isnan(found.better)
    assert math.isnan(found.spread.p50)


@given(arrays(np.float64, 20, elements=st.floats(-1e6, 1e6)), st.floats(1.0, 1e3))
def test_a_constant_shift_comes_back_exactly(base: FloatArray, shift: float) -> None:
    kept = base.copy()
    found = paired_difference(base + shift, base)
    assert found.spread == pytest.approx((shift, shift, shift))
    assert (found.better, found.same) == (1.0, 0.0)
    assert np.array_equal(base, kept)


def test_one_year_only_where_next_year_is_the_last() -> None:
    two = {OUTPUT: BASE[:, :2]}
    assert compare_scenarios(projection(2025, a=two, b=two), "a").years == (2025,)


def test_variable_that_only_one_scenario_has() -> None:
    made = projection(a={OUTPUT: BASE}, b={OUTPUT: BASE, GROWTH: BASE / 100})
    rows = [r for r in compare_scenarios(made, "a").rows if r.variable == GROWTH]
    assert [r.scenario for r in rows] == ["b", "b"]
    assert math.isnan(rows[0].better)


def test_table_has_unique_keys_and_per_cent_for_rates() -> None:
    made = projection(
        a={OUTPUT: BASE, GROWTH: BASE / 1000}, b={OUTPUT: BASE + 1, GROWTH: BASE / 500}
    )
    rows = comparison_rows(compare_scenarios(made, "a"), "bac_giang")
    assert {len(r) for r in rows} == {len(COLUMNS)}
    keys = {tuple(r[i] for i in (0, 1, 2, 3, 4, 5, 6, 16)) for r in rows}
    assert len(keys) == len(rows) == 8
    records = [dict(zip(COLUMNS, r, strict=True)) for r in rows]
    growth = next(r for r in records if r["indicator"] == "grdp" and r["scenario"] == "b")
    assert growth["period"] == "2025"
    assert growth["p50"] == "5"
    assert growth["difference_p50"] == "2.5"
    assert growth["better"] == "1"
    own = next(r for r in records if r["scenario"] == "a")
    assert own["difference_p50"] == own["better"] == own["same"] == ""


@pytest.mark.parametrize(
    ("base", "names", "code"),
    [("x", {"a": {OUTPUT: BASE}, "b": {}}, "E-CMP-901"), ("a", {"a": {}}, "E-CMP-902")],
)
def test_refusals(base: str, names: dict[str, dict[Variable, FloatArray]], code: str) -> None:
    with pytest.raises(UsageError, match=code) as refused:
        compare_scenarios(projection(2026, **names), base)
    for lang in LANGUAGES:
        assert code in fault_line(refused.value.fault, lang)


def test_overview_is_aligned_and_names_scenarios() -> None:
    found = compared(BASE + np.array([0.0, 1.0, 4.0]))
    text = comparison_overview(found, LABELS, "vi")
    assert "Giá trị sản xuất công nghiệp, tỷ đồng, giá hiện hành · 2025" in text
    lines = [line for line in text.split("\n") if line.startswith(("  Cơ sở", "  Cao"))]
    assert len({len(line) for line in lines}) == 1
    assert ">99%" in text
    assert "the same" in comparison_overview(compared(BASE), LABELS, "en")


def test_verb_writes_the_table(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kichban", "compare", "baseline", "low", "--draws", "128"]
    subprocess.run(
        [*command, "--study", str(ROOT), "--out", str(tmp_path)], check=True, capture_output=True
    )
    lines = (tmp_path / "compare.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert len(lines) == 1 + 2 * 2 * len(HEADLINES)
