"""``kichban scenario …``: the list, one scenario, layers, differences by year, a new file."""

import json
import tomllib

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.errors import InputError, UsageError
from kichban.scenario import contrast, read_scenarios, tie_differences
from kichban.study import Cache, open_study
from kichban.study.scenarios.new import write_new
from kichban.study.scenarios.view import diff_lines, explain_lines, scenario_lines, scenario_list
from kichban.texts import fault_line

PARAMETERS = load_parameters()
YEARS = range(2024, 2031)
PATH = '[path."growth.volume"]\nop = "add"\nshape = "{}"\nanchors = {}\n'


def resolved(*bodies, **more):
    """Resolve one scenario a body: x, y, …"""
    texts = {
        f"scenarios/{name}.toml": HEAD.replace('"x"', f'"{name}"') + body
        for name, body in zip("xyz", bodies, strict=False)
    }
    found, faults = read_scenarios(texts | more.get("texts", {}), PARAMETERS)
    assert not [f for f in faults if f.is_error]
    return found


@pytest.fixture
def opened(small_study):
    return open_study(small_study.root, Cache(None))


# --- differences on resolved years ---------------------------------------------------------


def test_the_same_years_written_differently_are_no_difference():
    steps = PATH.format("linear", '{ "2024" = 0.0, "2026" = 0.02 }')
    written = PATH.format("step", '{ "2024" = 0.0, "2025" = 0.01, "2026" = 0.02 }')
    found = resolved(steps, written)
    assert found["x"].paths != found["y"].paths
    assert contrast(found["x"], found["y"], YEARS) == ()


def test_a_path_beyond_the_years_is_no_difference():
    found = resolved("", PATH.format("step", '{ "2031" = 0.02 }'))
    assert contrast(found["x"], found["y"], YEARS) == ()
    (late,) = contrast(found["x"], found["y"], range(2024, 2033))
    assert [year for year, _, _ in late.years] == [2031, 2032]


def test_years_that_differ_are_named_with_both_values():
    wedge = '[path."growth.wedge"]\nop = "replace"\nanchors = { "2026" = 0.04, "2028" = 0.02 }\n'
    (entry,) = contrast(*resolved("", wedge).values(), YEARS)
    assert entry.key == "growth.wedge"
    assert [(year, one.addend, round(two.addend, 9)) for year, one, two in entry.years] == [
        (2026, 0.024, 0.04), (2027, 0.024, 0.03), (2028, 0.024, 0.02), (2029, 0.024, 0.02),
        (2030, 0.024, 0.02),
    ]  # fmt: skip
    assert entry.values is None
    assert entry.priors is None


def test_priors_and_correlations_differ():
    prior = '[uncertainty]\n"growth.wedge" = { dist = "normal", p10 = 0.01, p90 = 0.03 }\n'
    tie = '[[uncertainty.correlation]]\nof = ["growth.wedge", "retail.growth"]\nrho = 0.5\n'
    found = resolved(tie, prior + tie.replace("0.5", "-0.5"))
    (entry,) = contrast(found["x"], found["y"], YEARS)
    assert [p.dist for p in entry.priors] == ["pert", "normal"]
    assert entry.values == (0.024, 0.02)
    (pair,) = tie_differences(found["x"], found["y"])
    assert (pair.of, pair.rhos) == (("growth.wedge", "retail.growth"), (0.5, -0.5))
    lines = list(diff_lines(found["x"], found["y"], PARAMETERS, YEARS, "vi"))
    assert "    bất định: PERT, từ 0,0%/năm đến 5,0%/năm, hay gặp nhất 2,4%/năm | " \
        "chuẩn, P10 1,0%/năm, P90 3,0%/năm" in lines  # fmt: skip
    assert lines[-1] == "  tương quan growth.wedge × retail.growth: 0,50 | -0,50"


def test_a_scenario_does_not_differ_from_itself(opened):
    high = opened.scenarios()[0]["high"]
    assert list(diff_lines(high, high, PARAMETERS, YEARS, "en"))[1:] == [
        "Both lead to the same values, ranges and correlations."
    ]


# --- text ----------------------------------------------------------------------------------


def test_the_list_names_status_parent_changes_and_targets(opened):
    text = "\n".join(scenario_list(opened.scenarios()[0], PARAMETERS, "en"))
    assert "high            High            official  baseline" in text
    assert "changes nothing of the catalogue" in text
    assert "growth.volume plus 2024: 0.0% a year; 2027: 2.0% a year; land.slip_park 1.3" in text
    assert "and 2 more" in text
    assert "built to reach: T048, T036, T010" in text
    assert list(scenario_list({}, PARAMETERS, "vi")) == ["Nghiên cứu chưa có kịch bản nào."]


def test_show_says_only_what_differs_unless_all_is_asked(opened):
    high = opened.scenarios()[0]["high"]
    lines = list(scenario_lines(high, PARAMETERS, YEARS, "vi"))
    assert lines[0] == "Cao (high), chính thức"
    at = lines.index("  land.slip_park – Hệ số chậm tiến độ, KCN: 1,3 lần")
    assert lines[at + 1] == "    từ scenarios/high.toml:17"
    assert not any("growth.wedge" in line for line in lines)
    every = list(scenario_lines(high, PARAMETERS, YEARS, "vi", every=True))
    assert sum(" – " in line and line.startswith("  ") for line in every) >= len(PARAMETERS)


def test_explain_tells_layers_oldest_first_and_what_the_catalogue_says(opened):
    scenarios = opened.scenarios([("land.slip_park", "2.5")])[0]
    lines = list(explain_lines(PARAMETERS["land.slip_park"], [scenarios["high"]], "en"))
    assert lines[1] == "Unit: ratio; role: lever; bounds: 0.5 ratio to 5.0 ratio"
    assert lines[2] == "Usual range: 1.0 ratio to 3.0 ratio"
    assert lines[3] == "Prior of the catalogue: certain"
    assert [line.split() for line in lines[-3:]] == [
        ["catalogue", "default:", "1.6", "ratio"],
        ["scenarios/high.toml:17", "set:", "1.3", "ratio"],
        ["--set", "set:", "2.5", "ratio", "←", "decides"],
    ]
    lines = list(explain_lines(PARAMETERS["growth.wedge"], [], "vi"))
    assert "(nguồn: BG0016, BG0018" in lines[-1]


def test_the_verbs_print_json(small_study):
    done = small_study.call("scenario", "diff", "baseline", "high", "--json")
    found = json.loads(done.stdout)["parameters"]
    assert found["growth.volume"]["years"]["2027"] == [
        {"times": 1.0, "plus": 0.0}, {"times": 1.0, "plus": 0.02},
    ]  # fmt: skip
    assert found["land.slip_park"]["values"] == [1.6, 1.3]
    done = small_study.call("scenario", "explain", "land.slip_park", "high", "--json")
    layers = json.loads(done.stdout)["scenarios"]["high"]
    assert [(o["file"], o["line"], o["value"]) for o in layers] == [
        ("parameters.toml", None, 1.6), ("scenarios/high.toml", 17, 1.3),
    ]  # fmt: skip


def test_unknown_names_and_keys_are_wrong_usage(small_study):
    done = small_study.call("--messages", "en", "scenario", "show", "hihg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "E-SCN-904: hihg — there is no such scenario; nearest: high" in done.stderr
    done = small_study.call("--messages", "en", "scenario", "explain", "land.slip_prak")
    assert done.returncode == 2
    assert "E-SCN-020: land.slip_prak — there is no such parameter; nearest: land.slip_park" \
        in done.stderr  # fmt: skip


def test_every_verb_takes_study_and_json(small_study):
    import kichban.cli.scenario as module

    for command in module.scenario_app.registered_commands:
        parameters = command.callback.__annotations__
        assert {"study", "json_out"} <= set(parameters), command.name


# --- new -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_new_scenario_is_sound_and_does_what_was_set(opened, lang):
    file = write_new(opened, "fast", "high", [("land.slip_park", "1.1")], lang)
    text = (opened.root / file).read_text(encoding="utf-8")
    found, faults = open_study(opened.root, Cache(None)).scenarios()
    assert not faults
    assert (found["fast"].status, found["fast"].values["land.slip_park"]) == ("draft", 1.1)
    assert found["fast"].values["land.slip_cluster"] == 1.6
    # the lines that are only proposed are right too
    bare = text
    for title in ("path", "unc", "site", "share"):
        bare = bare.replace(f"# [{title}", f"[{title}")
    bare = bare.replace('# "', '"')
    for word in ("op", "shape", "anchors", "after", "slip", "opens"):
        bare = bare.replace(f"# {word} = ", f"{word} = ", 1) if f"\n# {word} = " in bare else bare
    assert not read_scenarios({FILE: bare.replace('"fast"', '"x"').replace(
        'extends = "high"', 'extends = ""')}, PARAMETERS)[1]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "extends", "code", "piece"),
    [
        ("High FDI", "baseline", "E-SCN-902", "lower-case letters"),
        ("high", "baseline", "E-SCN-903", "taken by scenarios/high.toml"),
        ("fast", "basline", "E-SCN-904", "nearest: baseline"),
    ],
)
def test_a_bad_new_scenario_is_refused(opened, name, extends, code, piece):
    before = sorted((opened.root / "scenarios").iterdir())
    with pytest.raises(UsageError, match=code) as caught:
        write_new(opened, name, extends, [], "en")
    assert piece in fault_line(caught.value.fault, "en")
    assert sorted((opened.root / "scenarios").iterdir()) == before


def test_years_and_sites_set_on_the_command_line_stand_in_the_new_file(study_copy):
    sets = ["growth.volume@2027=0.12", "growth.volume@2030=0.1", "land.slip_park=1.2",
            "land.duration_park_clearing=[2.0, 3.0, 8.0]"]  # fmt: skip
    opened = open_study(study_copy.root, Cache(None))
    site = sorted(opened.known.sites)[0]
    pairs = [tuple(s.split("=", 1)) for s in [*sets, f"site.{site}.slip=2.0"]]
    assert write_new(opened, "fast", "baseline", pairs, "en") == "scenarios/fast.toml"
    made = tomllib.loads(study_copy.text("scenarios/fast.toml"))
    anchors = {"2027": 0.12, "2030": 0.1}
    assert made["path"]["growth.volume"]["anchors"] == anchors
    assert made["site"] == {site: {"slip": 2.0}}
    again = open_study(study_copy.root, Cache(None))
    assert not [f for f in again.scenarios()[1] if f.is_error]
    found, told = again.scenarios()[0]["fast"], opened.scenarios(pairs)[0]["baseline"]
    assert (found.values, found.paths, found.extras) == (told.values, told.paths, told.extras)


def test_a_new_file_at_fault_is_the_fault_of_the_call(study_copy):
    """No line of a file that was never written is named."""
    opened = open_study(study_copy.root, Cache(None))
    site = sorted(opened.known.sites)[0]
    pairs = [(f"site.{site}.opens", '"1990-Q1"'), ("land.duration_park_handover", "[2, 4, 6]")]
    with pytest.raises(InputError) as caught:
        write_new(opened, "fast", "baseline", pairs, "en")
    assert {(f.file, f.row) for f in caught.value.faults} == {("--set", None)}
    assert {f.code for f in caught.value.faults} == {"E-SCN-045", "E-SCN-074"}
    assert "the year must be" in fault_line(caught.value.faults[-1], "en")
    assert not (opened.root / "scenarios/fast.toml").exists()


def test_a_bad_setting_leaves_no_new_file(small_study):
    done = small_study.call("scenario", "new", "fast", "--set", "land.slip_prak=1.1")
    assert done.returncode == 2
    assert "E-SCN-020" in done.stderr
    assert not (small_study.root / "scenarios/fast.toml").exists()
    assert (
        small_study.call("scenario", "new", "fast", "--set", "land.slip_park=1.1").returncode == 0
    )
    made = tomllib.loads(small_study.text("scenarios/fast.toml"))
    assert made["set"] == {"land.slip_park": 1.1}
