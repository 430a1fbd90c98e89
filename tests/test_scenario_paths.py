"""Paths: anchors are hit, horizons do not matter, inputs stay as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.scenario import (
    PathStep,
    draw_parameters,
    parameter_path,
    path_values,
    reach_target,
    read_scenarios,
)
from kichban.scenario.paths import step_profile
from kichban.scenario.values import EDGES, SHAPES

PARAMETERS = load_parameters()
YEARS = np.arange(2020, 2041)
SMOOTH = [shape for shape in SHAPES if shape not in ("step", "geometric")]


def path(key, **fields):
    lines = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'[path."{key}"]\n{lines}\n'


@st.composite
def steps(draw, shapes=SHAPES, ops=("replace", "add", "scale")):
    years = sorted(draw(st.sets(st.integers(2018, 2045), min_size=1, max_size=4)))
    values = draw(st.lists(st.floats(0.01, 5), min_size=len(years), max_size=len(years)))
    return PathStep(
        draw(st.sampled_from(ops)),
        draw(st.sampled_from(shapes)),
        tuple(zip(years, values, strict=True)),
        draw(st.sampled_from(EDGES)),
        draw(st.sampled_from(EDGES)),
    )


@given(step=steps())
def test_every_shape_passes_its_anchors(step):
    years = np.array([year for year, _ in step.anchors])
    level, active = step_profile(step, years)
    assert active.all()
    assert level == pytest.approx([value for _, value in step.anchors])


@given(step=steps(shapes=(*SMOOTH, "geometric")))
def test_between_two_anchors_a_path_goes_one_way(step):
    level, _ = step_profile(step, YEARS)
    for (y0, v0), (y1, v1) in zip(step.anchors, step.anchors[1:], strict=False):
        inside = level[(y0 <= YEARS) & (y1 >= YEARS)]
        assert (np.diff(inside) * np.sign(v1 - v0) >= -1e-12).all()


@given(chain=st.lists(steps(), max_size=4), cut=st.integers(1, 20))
def test_a_longer_horizon_leaves_earlier_years_alone(chain, cut):
    base = np.linspace(1, 2, 3 * len(YEARS)).reshape(3, -1)
    kept = base.copy()
    whole = path_values(chain, YEARS, base)
    short = path_values(chain, YEARS[:cut], base[:, :cut])
    assert np.array_equal(whole[:, :cut], short)
    assert np.array_equal(base, kept)


@given(step=steps())
def test_outside_the_anchors_the_parent_stays_or_the_end_is_held(step):
    base = np.full((1, len(YEARS)), 2.0)
    values = path_values([step], YEARS, base)[0]
    (first, at_first), (last, at_last) = step.anchors[0], step.anchors[-1]
    act = {"replace": lambda v: v, "add": lambda v: 2.0 + v, "scale": lambda v: 2.0 * v}[step.op]
    before, after = values[first > YEARS], values[last < YEARS]
    assert before == pytest.approx(2.0 if step.before == "parent" else act(at_first))
    assert after == pytest.approx(2.0 if step.after == "parent" else act(at_last))


def test_shapes_at_half_way():
    def middle(shape):
        step = PathStep("replace", shape, ((2020, 1.0), (2030, 4.0)))
        return step_profile(step, np.array([2025]))[0][0]

    assert middle("step") == 1.0
    assert middle("linear") == 2.5
    assert middle("geometric") == pytest.approx(2.0)
    assert middle("front") == pytest.approx(1 + 3 * 0.75)
    assert middle("back") == pytest.approx(1 + 3 * 0.25)
    assert middle("logistic") == pytest.approx(2.5)


def test_negative_additions_and_falling_paths():
    step = PathStep("add", "linear", ((2024, 0.0), (2026, -0.04)))
    values = path_values([step], np.array([2023, 2025, 2030]), np.full((1, 3), 0.10))
    assert values[0] == pytest.approx([0.10, 0.08, 0.06])


def test_replace_keeps_each_draws_distance_from_the_centre():
    base = np.array([[80.0], [100.0], [120.0]])
    step = PathStep("replace", "step", ((2020, 50.0),))
    years = np.array([2024])
    assert path_values([step], years, base)[:, 0].tolist() == [50, 50, 50]
    assert path_values([step], years, base, centre=100.0)[:, 0].tolist() == [40, 50, 60]
    below = PathStep("replace", "step", ((2020, -50.0),))
    assert path_values([below], years, base, centre=100.0)[:, 0].tolist() == [-70, -50, -30]
    assert path_values([step], years, base - 100, centre=0.0)[:, 0].tolist() == [30, 50, 70]


def test_a_target_is_left_to_the_caller():
    reach = (PathStep("reach", target="T048"),)
    base = np.zeros((2, 3))
    assert reach_target(reach) == "T048"
    assert reach_target((PathStep("add", anchors=((2025, 1.0),)),)) == ""
    with pytest.raises(ValueError, match="no way given to reach T048"):
        path_values(reach, YEARS[:3], base)
    solved = path_values(reach, YEARS[:3], base, reach=lambda target: np.array([len(target)]))
    assert np.array_equal(solved, np.full((2, 3), 4.0))


def test_parameter_path_starts_from_the_draws():
    key = "investment.registered_fdi_park"
    scaled = read_scenarios(
        {FILE: HEAD + path(key, op='"scale"', anchors='{ "2025" = 0.7 }')}, PARAMETERS
    )[0]["x"]
    draws = draw_parameters(scaled, PARAMETERS, seed=1, block=0, size=8)
    values = parameter_path(scaled, key, draws, np.array([2024, 2025, 2030]))
    assert np.array_equal(values[:, 0], draws[key])
    assert values[:, 1:] == pytest.approx(np.stack([draws[key] * 0.7] * 2, axis=1))


def test_a_prior_on_a_path_shifts_the_whole_path():
    body = path("growth.volume", op='"replace"', shape='"linear"', anchors='{ "2024" = 0.20 }')
    body += '[uncertainty]\n"growth.volume" = { p10 = 0.08, p90 = 0.16, dist = "normal" }\n'
    found = read_scenarios({FILE: HEAD + body}, PARAMETERS)[0]["x"]
    draws = draw_parameters(found, PARAMETERS, seed=1, block=0)
    base = np.full((1024, 3), 0.3)
    values = parameter_path(found, "growth.volume", draws, np.array([2023, 2024, 2030]), base)
    assert np.quantile(values[:, 2], [0.1, 0.5, 0.9]) == pytest.approx([0.16, 0.2, 0.24], abs=1e-3)
    with pytest.raises(ValueError, match=r"growth\.volume has no single value"):
        parameter_path(found, "growth.volume", draws, YEARS)
