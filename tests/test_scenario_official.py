"""The five official scenarios: readable without a warning, short, and as described."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from kichban.catalogue import load_parameters
from kichban.files import read_text
from kichban.scenario import differences, draw_parameters, parameter_path, read_scenarios

ROOT = Path(__file__).parents[1]
PARAMETERS = load_parameters()
NAMES = ["baseline", "high", "low", "plan", "slow_clearance"]


@pytest.fixture(scope="module")
def official():
    files = sorted((ROOT / "scenarios").rglob("*.toml"))
    texts = {f.relative_to(ROOT).as_posix(): read_text(f) for f in files}
    scenarios, faults = read_scenarios(texts, PARAMETERS)
    assert faults == ()
    return scenarios


def test_all_five_are_official_and_tell_their_story(official):
    assert list(official) == NAMES
    with (ROOT / "inputs" / "sources.csv").open(encoding="utf-8") as file:
        known = {row["source"] for row in csv.DictReader(file)}
    for scenario in official.values():
        assert scenario.status == "official"
        assert scenario.extends == ("" if scenario.name == "baseline" else "baseline")
        for text in scenario.story.values():
            assert 2 <= text.count(". ") + 1 <= 4
            assert text.endswith(".")
        assert set(scenario.sources) <= known


def keys(official, name):
    return [d.key for d in differences(official["baseline"], official[name])]


def test_baseline_sets_nothing(official):
    assert all(len(o) == 1 for o in official["baseline"].origins.values())


def test_high_and_low_differ_only_where_they_say(official):
    slips = ["land.slip_park", "land.slip_cluster"]
    fdi = "investment.registered_fdi_park"
    assert keys(official, "high") == ["growth.volume", *slips, fdi]
    leasing = ["land.leasing_park", "land.leasing_cluster"]
    assert keys(official, "low") == ["growth.volume", *leasing, *slips, fdi]
    assert [official["high"].values[k] for k in slips] == [1.3, 1.6]
    assert [official["low"].values[k] for k in slips] == [1.9, 2.4]
    years = np.array([2024, 2025, 2030])
    for name, growth, scale in (("high", 0.02, 1.25), ("low", -0.04, 0.70)):
        draws = draw_parameters(official[name], PARAMETERS, seed=1, block=0, size=4)
        base = np.full((4, 3), 0.12)
        path = parameter_path(official[name], "growth.volume", draws, years, base)
        assert path[0, [0, 2]] == pytest.approx([0.12, 0.12 + growth])
        registered = parameter_path(official[name], fdi, draws, years)
        assert registered[:, 2] / registered[:, 0] == pytest.approx(scale)
    leased = parameter_path(official["low"], "land.leasing_park", draws, years)
    assert leased[:, 1] / leased[:, 0] == pytest.approx(0.75)


def test_slow_clearance_is_nothing_but_slow_clearance(official):
    found = differences(official["baseline"], official["slow_clearance"])
    assert [tuple(d) for d in found] == [
        ("land.slip_park", 1.6, 2.4),
        ("land.slip_cluster", 2.0, 3.0),
    ]


def test_plan_follows_three_targets(official):
    steps = {key: steps[0].target for key, steps in official["plan"].paths.items()}
    assert steps == {
        "growth.volume": "T048",
        "land.established_park": "T036",
        "land.established_cluster": "T010",
    }
    targets = tomllib.loads(read_text(ROOT / "inputs" / "targets.toml"))["target"]
    assert set(steps.values()) <= {t["id"] for t in targets}
    assert "not a forecast" in official["plan"].story["en"]
    assert "không phải là dự báo" in official["plan"].story["vi"]
