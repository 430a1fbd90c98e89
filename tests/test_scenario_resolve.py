"""Layers joined in order, where each value comes from, and how two scenarios differ."""

import json

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.files import json_bytes
from kichban.scenario import (
    PathStep,
    Prior,
    differences,
    explain,
    read_scenarios,
    resolved_document,
)

PARAMETERS = load_parameters()
KEY = "investment.registered_fdi_park"
OVERLAY = "scenarios/overlays/a.toml"


def path(key, **fields):
    lines = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'[path."{key}"]\n{lines}\n'


def scenario(body="", name="x", extends=""):
    head = HEAD.replace('"x"', f'"{name}"').replace('extends = ""', f'extends = "{extends}"')
    return head + body


def read(texts, overrides=()):
    scenarios, faults = read_scenarios(texts, PARAMETERS, overrides)
    assert not faults
    return scenarios


def one(body, overrides=()):
    return read({FILE: HEAD + body}, overrides)["x"]


def test_an_empty_scenario_is_the_catalogue():
    found = one("")
    assert dict(found.values) == {key: p.default for key, p in PARAMETERS.items()}
    assert tuple(found.priors) == PARAMETERS.sampled
    assert not found.paths
    assert found.label == {"vi": "Thử", "en": "Trial"}
    assert [o.part for o in explain(found, "land.slip_park")] == ["default"]


def test_precedence_from_catalogue_to_override():
    texts = {
        FILE: scenario('[set]\n"land.slip_park" = 1.1\n"land.slip_cluster" = 1.1\n'),
        OVERLAY: 'format = 1\n[set]\n"land.slip_park" = 1.2\n"land.pipeline_spread_park" = 2\n',
        "scenarios/y.toml": scenario(
            'include = ["overlays/a"]\n[set]\n"land.slip_park" = 1.3\n', name="y", extends="x"
        ),
        "scenarios/z.toml": scenario(name="z", extends="y"),
    }
    z = read(texts)["z"]
    assert z.values["land.slip_park"] == 1.3
    assert z.values["land.slip_cluster"] == 1.1
    assert z.values["land.pipeline_spread_park"] == 2.0
    z = read(texts, [("land.slip_park", "1.8"), ("land.slip_park", "1.9")])["z"]
    assert z.values["land.slip_park"] == 1.9
    told = [(o.layer, o.file, o.line, o.value) for o in explain(z, "land.slip_park")]
    assert told == [
        ("catalogue", "parameters.toml", None, 1.6),
        ("x", FILE, 8, 1.1),
        ("overlays/a", OVERLAY, 3, 1.2),
        ("y", "scenarios/y.toml", 9, 1.3),
        ("--set", "--set", None, 1.9),
    ]


def test_set_moves_the_prior_and_keeps_its_relative_range():
    prior = one(f'[set]\n"{KEY}" = 975\n').priors[KEY]
    assert prior == Prior("pert", 525.0, 975.0, 1650.0, (0.0, 50000.0))
    again = one("", [(KEY, "975")])
    assert again.priors[KEY] == prior
    # a range that would leave the bounds stops there
    assert one('[set]\n"investment.realised_fdi" = 0.78\n').priors[
        "investment.realised_fdi"
    ].high == pytest.approx(0.8 * 0.78 / 0.7)


def test_set_to_zero_or_below_shifts_the_prior():
    texts = {FILE: HEAD + '[set]\n"growth.wedge" = -0.01\n'}
    scenarios, faults = read_scenarios(texts, PARAMETERS)
    assert [f.code for f in faults] == ["W-SCN-021"]
    prior = scenarios["x"].priors["growth.wedge"]
    assert (prior.low, prior.mode, prior.high) == pytest.approx((-0.034, -0.01, 0.016))


def test_uncertainty_replaces_the_prior_and_says_the_value():
    found = one('[uncertainty]\n"growth.wedge" = { p10 = 0.01, p90 = 0.03, dist = "normal" }\n')
    assert found.priors["growth.wedge"] == Prior("normal", 0.01, 0.02, 0.03, (-0.1, 0.2))
    assert found.values["growth.wedge"] == 0.02
    certain = one('[uncertainty]\n"growth.wedge" = { dist = "none" }\n')
    assert "growth.wedge" not in certain.priors
    assert certain.values["growth.wedge"] == 0.024
    free = '[uncertainty]\n"growth.wedge" = { low = 0.03, high = 0.05, dist = "triangular" }\n'
    assert one(free).priors["growth.wedge"].mode == 0.04
    near = '[uncertainty]\n"growth.wedge" = { low = 0.02, high = 0.05, dist = "pert" }\n'
    assert one(near).priors["growth.wedge"].mode == 0.024
    agreeing = '[set]\n"growth.wedge" = 0.03\n' + near
    assert one(agreeing).priors["growth.wedge"].mode == 0.03
    lever = '[uncertainty]\n"land.slip_park" = { p10 = 1.0, p90 = 2.25, dist = "lognormal" }\n'
    assert one(lever).values["land.slip_park"] == pytest.approx(1.5)


def test_paths_of_layers_add_up_and_set_clears_them():
    texts = {
        FILE: scenario(path(KEY, op='"scale"', anchors='{ "2025" = 1.2 }')),
        "scenarios/y.toml": scenario(
            path(KEY, op='"add"', anchors='{ "2026" = 100 }'), name="y", extends="x"
        ),
        "scenarios/z.toml": scenario(f'[set]\n"{KEY}" = 1000\n', name="z", extends="y"),
        "scenarios/w.toml": scenario(f'[unset]\nkeys = ["{KEY}"]\n', name="w", extends="z"),
    }
    found = read(texts)
    assert [s.op for s in found["y"].paths[KEY]] == ["scale", "add"]
    assert KEY not in found["z"].paths
    assert found["z"].values[KEY] == 1000.0
    assert found["w"].values[KEY] == 1300.0
    assert found["w"].priors == found["x"].priors
    assert explain(found["w"], KEY)[-1].part == "unset"


def test_a_target_takes_the_place_of_every_other_step():
    reach = path("growth.volume", op='"reach"', target='"T048"')
    texts = {
        FILE: scenario(path("growth.volume", op='"add"', anchors='{ "2025" = 0.01 }')),
        "scenarios/y.toml": scenario(reach, name="y", extends="x"),
        "scenarios/z.toml": scenario(
            path("growth.volume", op='"replace"', anchors='{ "2025" = 0.1 }'),
            name="z",
            extends="y",
        ),
    }
    found = read(texts)
    assert found["y"].paths["growth.volume"] == (PathStep("reach", target="T048"),)
    assert [s.op for s in found["z"].paths["growth.volume"]] == ["replace"]


def test_a_value_for_a_path_parameter_is_a_level_path():
    found = one("", [("growth.volume", "0.1")])
    (step,) = found.paths["growth.volume"]
    assert (step.op, step.before, step.after) == ("replace", "hold", "hold")
    assert step.anchors[0][1] == 0.1
    assert found.values["growth.volume"] is None


def test_anchors_are_sorted_and_kept_beyond_any_horizon():
    body = path("growth.volume", op='"replace"', anchors='{ "2099" = 0.05, "2024" = 0.2 }')
    assert one(body).paths["growth.volume"][0].anchors == ((2024, 0.2), (2099, 0.05))


def test_later_correlation_of_a_pair_wins():
    pair = '[[uncertainty.correlation]]\nof = ["growth.wedge", "growth.services"]\nrho = {}\n'
    other = '[[uncertainty.correlation]]\nof = ["growth.services", "growth.wedge"]\nrho = 0.2\n'
    texts = {FILE: scenario(pair.format(0.5)), "scenarios/y.toml": scenario(other, "y", "x")}
    found = read(texts)
    assert [c.rho for c in found["y"].correlations] == [0.2]
    assert [c.rho for c in found["x"].correlations] == [0.5]


def test_triangles_and_weights_are_tuples():
    found = one('[set]\n"land.duration_park_clearing" = [1, 2, 3]\n')
    assert found.values["land.duration_park_clearing"] == (1.0, 2.0, 3.0)
    text = "[0.4, 0.3, 0.2, 0.1, 0.0]"
    assert one("", [("investment.lag_weights", text)]).values["investment.lag_weights"][0] == 0.4


def test_line_numbers_survive_long_texts_and_comments():
    story = 'story.vi = """\n[set]\nname = "no"\n"""\nstory.en = "x"\n'
    body = HEAD.replace('story = { vi = "Thử.", en = "Trial." }\n', story)
    body += "# comment\n[set]\nland.slip_park = 1.4 # here\n"
    found = read({FILE: body})["x"]
    assert (
        explain(found, "land.slip_park")[-1].line
        == body.split("\n").index("land.slip_park = 1.4 # here") + 1
    )
    assert found.story["vi"] == '[set] name = "no"'


def test_differences_are_taken_on_what_is_resolved():
    texts = {
        FILE: scenario('[set]\n"land.slip_park" = 1.3\n'),
        "scenarios/y.toml": scenario(name="y", extends="x"),
        "scenarios/z.toml": scenario('[set]\n"land.slip_park" = 1.3\n', name="z"),
        "scenarios/w.toml": scenario(
            f'[set]\n"{KEY}" = 975\n[uncertainty]\n'
            '"growth.wedge" = { low = 0.02, high = 0.05, dist = "pert" }\n'
            + path("growth.volume", op='"add"', anchors='{ "2025" = 0.01 }'),
            name="w",
            extends="x",
        ),
    }
    found = read(texts)
    assert differences(found["x"], found["y"]) == ()
    assert differences(found["x"], found["z"]) == ()
    changed = {d.key: d for d in differences(found["x"], found["w"])}
    assert list(changed) == ["growth.volume", "growth.wedge", KEY]
    assert changed[KEY][1:] == (1300.0, 975.0)
    assert changed["growth.volume"].value_a is None
    assert changed["growth.volume"].value_b["path"][0]["anchors"] == {"2025": 0.01}
    assert changed["growth.wedge"].value_b["prior"]["low"] == 0.02


def test_resolved_document_is_canonical_json():
    body = (
        '[uncertainty]\n"growth.wedge" = { p10 = 0.01, p90 = 0.03, dist = "normal" }\n'
        '[[uncertainty.correlation]]\nof = ["growth.wedge", "retail.growth"]\nrho = 0.5\n'
        + path("growth.volume", op='"reach"', target='"T048"')
    )
    document = resolved_document(one(body))
    again = json.loads(json_bytes(document))
    assert again == document
    assert again["parameters"]["growth.volume"]["path"] == [{"op": "reach", "target": "T048"}]
    assert again["parameters"]["growth.wedge"]["prior"]["p10"] == 0.01
    assert again["correlations"] == [{"of": ["growth.wedge", "retail.growth"], "rho": 0.5}]
    assert list(document["parameters"]) == list(PARAMETERS)
