"""The JSON Schema for editors: takes what is right, marks what it can see is wrong."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.scenario import json_schema, read_scenarios
from kichban.study import Cache, open_study
from kichban.study.scenarios.new import write_new

ROOT = Path(__file__).resolve().parents[1]
PARAMETERS = load_parameters()
SCHEMA = json_schema(PARAMETERS)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BATCH = 'format = 1\nbase = "x"\nlabel = { vi = "Lô", en = "Batch" }\n'


def errors(text):
    return list(VALIDATOR.iter_errors(tomllib.loads(text)))


def test_the_schema_is_itself_sound():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    slip = SCHEMA["$defs"]["scenario"]["properties"]["set"]["properties"]["land.slip_park"]
    assert (slip["minimum"], slip["maximum"], slip["default"]) == (0.5, 5.0, 1.6)
    assert "Hệ số chậm tiến độ, KCN (lần)" in slip["description"]


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios").rglob("*.toml")), ids=lambda p: p.stem)
def test_every_shipped_file_is_taken(file):
    assert not errors(file.read_text(encoding="utf-8"))


RIGHT = [
    '[set]\n"land.slip_park" = 1.3\nland.slip_cluster = 2\n"land.gates" = 0\n',
    '[set]\n"land.duration_park_clearing" = [2, 3.5, 8]\n',
    '[path."growth.volume"]\nop = "scale"\nanchors = { "2025" = 3 }\nafter = "hold"\n',
    '[path]\ngrowth.wedge = { op = "replace", anchors = { "2025" = 0.1 } }\n',
    '[path."land.established_park"]\nop = "reach"\ntarget = "T036"\n',
    '[unset]\nkeys = ["land.slip_park", "site.yen_lu.slip"]\n',
    '[uncertainty]\n"growth.wedge" = { dist = "pert", p10 = 0.01, p90 = 0.04 }\n'
    '"growth.volume" = { dist = "normal", p10 = 0.08, p90 = 0.16 }\n'
    '"land.slip_park" = { dist = "discrete", futures = [{ value = 1.3, probability = 0.5 }, '
    '{ value = 2.0, probability = 0.5, label = { vi = "a", en = "b" } }] }\n'
    '[[uncertainty.correlation]]\nof = ["growth.wedge", "growth.volume"]\nrho = 0.5\n',
    '[site."yen_lu"]\nslip = 2.5\nopens = "2026-Q3"\n[site.neo]\nwithdrawn = true\n',
    '[share.ownership]\n"2030" = { "ownership:state" = 0.02, "ownership:non_state" = 0.08, '
    '"ownership:fdi" = 0.9 }\n',
]


@pytest.mark.parametrize("body", RIGHT)
def test_what_the_program_takes_the_schema_takes(body):
    assert not [f for f in read_scenarios({FILE: HEAD + body}, PARAMETERS)[1] if f.is_error]
    assert not errors(HEAD + body)


WRONG = [
    "colour = 1\n",
    'sources = "S012"\n',
    '[set]\n"land.slip_prak" = 1.3\n',
    "[set]\nland.slip_prak = 1.3\n",
    '[set]\n"land.slip_park" = "1,3"\n',
    '[set]\n"growth.services" = "8 %"\n',
    '[set]\n"growth.services" = 30\n',
    '[set]\n"land.slip_park" = true\n',
    '[set]\n"land.gates" = 0.5\n',
    '[set]\n"land.duration_park_clearing" = [1, 2]\n',
    '[set]\n"land.established_park" = 7000\n',
    '[path."growth.volum"]\nop = "add"\nanchors = { "2025" = 0.1 }\n',
    '[path."land.slip_park"]\nop = "add"\nanchors = { "2025" = 0.1 }\n',
    '[path."growth.volume"]\nop = "multiply"\nanchors = { "2025" = 0.1 }\n',
    '[path."growth.volume"]\nop = "add"\n',
    '[path."growth.volume"]\nop = "add"\nanchors = { "1999" = 0.1 }\n',
    '[path."growth.volume"]\nop = "add"\nanchors = { "2025" = "2%" }\n',
    '[path."growth.volume"]\nop = "replace"\nanchors = { "2025" = 8 }\n',
    '[path."growth.wedge"]\nop = "scale"\nanchors = { "2025" = -1 }\n',
    '[path."growth.volume"]\nop = "add"\nshape = "geometric"\nanchors = { "2025" = 0 }\n',
    '[path."growth.volume"]\nop = "add"\nshape = "liner"\nanchors = { "2025" = 0.1 }\n',
    '[path."growth.volume"]\nop = "reach"\n',
    '[path."growth.volume"]\nop = "reach"\ntarget = "T048"\nanchors = { "2025" = 0.1 }\n',
    '[path."land.established_park"]\nop = "add"\nanchors = { "2030" = 1.0 }\n',
    '[unset]\nkeys = ["growth.volum"]\n',
    '[uncertainty]\n"growth.wedge" = { p10 = 0.01, p90 = 0.1 }\n',
    '[uncertainty]\n"growth.wedge" = { dist = "normal", p10 = 0.01 }\n',
    '[uncertainty]\n"growth.wedge" = { dist = "pert", low = 0.0, p90 = 0.03 }\n',
    '[uncertainty]\n"growth.wedge" = { dist = "pert", low = 0, high = 3 }\n',
    '[uncertainty]\n"land.slip_park" = { dist = "discrete", futures = [] }\n',
    '[uncertainty]\n"land.established_park" = { dist = "none" }\n',
    '[[uncertainty.correlation]]\nof = ["growth.wedge"]\nrho = 0.5\n',
    '[[uncertainty.correlation]]\nof = ["growth.wedge", "retail.growth"]\nrho = 1.5\n',
    '[site."yen_lu"]\nslipp = 2.0\n',
    '[site."yen_lu"]\nslip = 12\n',
    '[site."yen_lu"]\nopens = "2026-07"\n',
    '[share.ownership]\n"2030" = { "ownership:fdi" = 0.9 }\n',
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG)
def test_what_the_program_refuses_the_schema_refuses(body):
    assert any(f.is_error for f in read_scenarios({FILE: HEAD + body}, PARAMETERS)[1])
    assert errors(HEAD + body)


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("format = 1\n", ""),
        HEAD.replace("format = 1", "format = 2"),
        HEAD.replace('status = "draft"\n', ""),
        HEAD.replace('"draft"', '"offical"'),
        HEAD.replace('"x"', '"High FDI"'),
        HEAD.replace('{ vi = "Thử.", en = "Trial." }', '{ vi = "Thử." }'),
        HEAD.replace('extends = ""', 'extends = ["a", "b"]'),
    ],
)
def test_a_mistaken_head_is_refused(head):
    assert not errors(HEAD)
    assert errors(head)


def test_overlays_and_batches_have_a_schema_of_their_own():
    assert not errors('format = 1\n[set]\n"land.slip_park" = 1.3\n')
    assert errors('format = 1\nstatus = "draft"\n')
    grid = '[grid]\n"land.slip_park" = [1.3, 2.0]\n"growth.volume@2030" = [0.1]\n'
    assert not errors(BATCH + grid)
    assert not errors(BATCH + '[[case]]\nname = "a"\nset = { "site.yen_lu.slip" = 2.0 }\n')
    for bad in (
        "", "colour = 1\n" + grid, grid.replace("slip_park", "slip_prak"),
        grid.replace("[1.3, 2.0]", "1.3"), grid.replace("2.0", "20"),
        grid.replace("@2030", "@1999"), '[[case]]\nname = "a"\n',
    ):  # fmt: skip
        assert errors(BATCH + bad), bad


def test_the_verb_writes_it_and_new_names_it(small_study):
    done = small_study.call("scenario", "schema")
    assert json.loads(done.stdout) == json.loads(json.dumps(SCHEMA))
    out = "scenarios/scenario.schema.json"
    assert small_study.call("scenario", "schema", "--out", out).returncode == 0
    opened = open_study(small_study.root, Cache(None))
    write_new(opened, "fast", "baseline", [], "vi")
    text = small_study.text("scenarios/fast.toml")
    assert text.startswith("#:schema scenario.schema.json\n")
    assert not errors(text)
    assert not [f for f in open_study(small_study.root, Cache(None)).scenarios()[1] if f.is_error]
