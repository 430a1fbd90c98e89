"""``kichban migrate``: formats and names brought up to date, comments and old files kept."""

import json
import tomllib
from dataclasses import replace

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.errors import InputError
from kichban.scenario import read_scenarios
from kichban.study import Cache, open_study
from kichban.study.scenarios.migrate import migrate, plan_migration
from kichban.texts import fault_line

RENAMED = {"land.delay_park": "land.slip_park", "growth.gap": "growth.wedge"}
PARAMETERS = replace(load_parameters(), renamed=RENAMED)
OLD = """# Written in 2023.
name = "x"   # its name
extends = ""
label = { vi = "Thử", en = "Trial" }
status = "draft"
story.vi = \"\"\"
Theo "land.delay_park" cũ.
land.delay_park = 1
\"\"\"
story.en = "Trial."
[set]
"land.delay_park" = 1.3 # nhanh hơn
[path."growth.gap"] # rises
op = "add"
anchors = { "2030" = 0.01 }
[unset]
keys = ["land.slip_cluster"]
[uncertainty]
"growth.gap" = { dist = "pert", low = 0.0, high = 0.04 }
[[uncertainty.correlation]]
of = ["growth.gap", "retail.growth"]
rho = 0.3
"""


def test_names_and_format_change_and_nothing_else():
    (change,) = plan_migration({FILE: OLD}, RENAMED)
    assert (change.file, change.added_format, dict(change.renamed)) == (FILE, True, RENAMED)
    expected = OLD.replace('name = "x"', 'format = 1\nname = "x"', 1)
    expected = expected.replace('"land.delay_park" = 1.3', '"land.slip_park" = 1.3')
    expected = expected.replace('"growth.gap"', '"growth.wedge"')
    assert change.text == expected
    found, faults = read_scenarios({FILE: change.text}, PARAMETERS)
    assert {f.code for f in faults} == {"W-SCN-040"}
    assert found["x"].values["land.slip_park"] == 1.3
    assert plan_migration({FILE: change.text}, RENAMED) == ()


@pytest.mark.parametrize(
    "body",
    [
        "[set]\nland.delay_park = 1.3\n",
        "[set]\n'land.delay_park' = 1.3\n",
        "[path.growth.gap]\nop = \"add\"\nanchors = { \"2030\" = 0.01 }\n",
        'path."growth.gap" = { op = "add", anchors = { "2030" = 0.01 } }\n',
        '[unset]\nkeys = [\n  "land.delay_park",\n]\n',
    ],
)  # fmt: skip
def test_every_usual_way_of_writing_a_key_is_changed(body):
    (change,) = plan_migration({FILE: HEAD + body}, RENAMED)
    assert not any(old in change.text for old in RENAMED)
    assert not [f for f in read_scenarios({FILE: change.text}, PARAMETERS)[1] if f.is_error]


def test_batches_change_too():
    text = 'format = 1\nbase = "x"\n[grid]\n"growth.gap@2030" = [0.01, 0.02]\n[[case]]\n' \
        'name = "a"\nset = { "land.delay_park" = 1.2 }\n'  # fmt: skip
    (change,) = plan_migration({"scenarios/batches/b.toml": text}, RENAMED)
    document = tomllib.loads(change.text)
    assert list(document["grid"]) == ["growth.wedge@2030"]
    assert document["case"][0]["set"] == {"land.slip_park": 1.2}


def test_what_cannot_be_changed_for_its_author_is_told_and_nothing_planned():
    texts = {
        FILE: HEAD + "[set.land]\ndelay_park = 1.3\n",
        "scenarios/y.toml": "format = 9\n",
        "scenarios/z.toml": "a = 8,5\n",
        "inputs/targets.toml": "a = 1\n",
    }
    with pytest.raises(InputError) as caught:
        plan_migration(texts, RENAMED)
    assert [(f.code, f.file) for f in caught.value.faults] == [
        ("E-MIG-001", FILE), ("E-FMT-002", "scenarios/y.toml"), ("E-TOML-001", "scenarios/z.toml"),
    ]  # fmt: skip
    assert caught.value.faults[2].row == 1
    line = fault_line(caught.value.faults[0], "en")
    assert "land.delay_park — the file writes an old name" in line
    assert "nothing was written" in line


@pytest.mark.parametrize(
    "body",
    ['[set]\n"land.delay_park" = 1.3\n', '[unset]\nkeys = ["land.delay_park"]\n',
     '[path."land.delay_park"]\n'],
)  # fmt: skip
def test_an_old_name_is_told_with_that_of_today(body):
    (fault,) = read_scenarios({FILE: HEAD + body}, PARAMETERS)[1]
    assert (fault.code, fault.file, fault.value) == ("E-SCN-051", FILE, "land.delay_park")
    assert "was renamed land.slip_park" in fault_line(fault, "en")
    assert "nay mang tên land.slip_park" in fault_line(fault, "vi")
    (fault,) = read_scenarios({FILE: HEAD}, PARAMETERS, [("land.delay_park", "1.3")])[1]
    assert (fault.code, fault.file) == ("E-SCN-051", "--set")


def test_names_of_once_are_not_names_of_today():
    real = load_parameters()
    assert not set(real.renamed) & set(real)
    assert set(real.renamed.values()) <= set(real)


def test_the_verb_keeps_copies_and_never_overwrites_one(small_study):
    for name in ("study.toml", "scenarios/high.toml", "inputs/targets.toml"):
        text = small_study.text(name)
        line = next(ln for ln in text.split("\n") if ln.startswith("format"))
        small_study.replace(name, line + "\n", "")
    small_study.path("scenarios/high.toml.bak").write_text("kept", encoding="utf-8")
    before = small_study.tree()
    done = small_study.call("--messages", "en", "migrate", "--dry-run")
    assert "Nothing was written" in done.stdout
    assert small_study.tree() == before
    done = small_study.call("migrate", "--json")
    assert done.returncode == 0, done.stderr
    assert {c["file"]: c["copy"] for c in json.loads(done.stdout)} == {
        "inputs/targets.toml": "inputs/targets.toml.bak",
        "scenarios/high.toml": "scenarios/high.toml.bak2",
        "study.toml": "study.toml.bak",
    }
    after = small_study.tree()
    assert after["scenarios/high.toml.bak"] == b"kept"
    assert after["scenarios/high.toml.bak2"] == before["scenarios/high.toml"]
    assert b"\nformat = 1\n" in b"\n" + after["study.toml"]
    done = small_study.call("--messages", "en", "migrate")
    assert "Every file is up to date." in done.stdout


def test_nothing_to_do_writes_nothing(small_study):
    opened = open_study(small_study.root, Cache(None))
    assert plan_migration(opened.texts, opened.parameters.renamed) == ()
    assert migrate(opened, ()) == ()
