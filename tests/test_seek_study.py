"""Seek on the shipped study: known targets, refusals, the table, the words, the verb."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from kichban.catalogue import load_parameters
from kichban.cli import app
from kichban.cli.door import exit_codes
from kichban.errors import InputError, UsageError
from kichban.projection import Run
from kichban.scenario import Deal, read_scenarios, with_values
from kichban.study import Study
from kichban.study.goals.draft import check_draft_name, draft_files
from kichban.study.goals.levers import Lever, choose_levers, make_lever, settings_text
from kichban.study.goals.seek import SeekResult, goal_of, seek_on, sign_of
from kichban.study.goals.table import COLUMNS, seek_csv
from kichban.study.goals.view import goal, percent, seek_overview
from kichban.target import meets, target_values, variable_of
from kichban.texts import LANGUAGES, fault_line

PARAMETERS = load_parameters()
CLUSTERS, OUTPUT, PARKS = "T010", "T048", "T036"
SPREAD = "land.pipeline_spread_cluster"
KEY = ("part", "item", "number", "remark")


@pytest.fixture(scope="module")
def bench(shipped):
    return shipped.workbench(shipped.request(["baseline"], draws=256))


@pytest.fixture(scope="module")
def clusters(bench):
    return seek_on(bench, CLUSTERS, [SPREAD, "land.slip_cluster"], 0.8)


@pytest.fixture(scope="module")
def output(bench):
    return seek_on(bench, OUTPUT, ["growth.volume", "land.slip_park"], 0.5)


@pytest.fixture(scope="module")
def parks(bench):
    return seek_on(bench, PARKS, ["land.slip_park", "growth.volume"], 0.5)


def rows(result):
    return list(csv.DictReader(io.StringIO(seek_csv(result).decode())))


# --- what it finds ------------------------------------------------------------------------


def test_clusters_need_the_pipeline_to_enter_sooner(clusters):
    assert clusters.now.probability < 0.8
    (found,) = clusters.found
    assert found.lever.key == SPREAD
    assert 1.0 <= found.value < 5.0
    assert (found.above, found.beyond) == (False, False)
    assert found.reading.probability >= 0.8
    assert clusters.searches[1].shape == "flat"
    assert clusters.mix.values.tolist() == [found.value, 2.0]
    assert clusters.settings == f'[set]\n"{SPREAD}" = {found.value}\n'


def test_after_applying_what_was_found_the_target_is_met(bench, clusters):
    scenario = with_values(clusters.scenario, {SPREAD: clusters.found[0].value}, PARAMETERS)
    projection = bench.asking({variable_of(clusters.target)}).run({"": Run(scenario)})
    values = target_values(bench.ledger, projection, projection.scenarios[""], clusters.target)
    share = meets(values, clusters.target).mean()
    assert share == clusters.found[0].reading.probability
    assert share >= 0.8 - clusters.found[0].reading.error


def test_with_other_luck_it_is_met_within_the_error(bench, clusters):
    scenario = with_values(clusters.scenario, {SPREAD: clusters.found[0].value}, PARAMETERS)
    other = Deal(swapped=frozenset(PARAMETERS.sampled), other_luck=True)
    projection = bench.asking({variable_of(clusters.target)}).run({"": Run(scenario, other)})
    values = target_values(bench.ledger, projection, projection.scenarios[""], clusters.target)
    assert meets(values, clusters.target).mean() > 0.8 - 3 * np.sqrt(0.8 * 0.2 * 2 / 256)


def test_what_is_written_into_a_file_gives_the_same(bench, shipped, output):
    # a path: added on top of whatever the scenario makes of it, from next year on
    (found,) = output.found
    assert found.beyond
    assert found.value > found.lever.span.high
    assert 'op = "add"\nshape = "step"\nanchors = { "2025" = ' in output.settings
    text = draft_files(shipped, output, "meet_output")["meet_output.toml"].decode()
    known = {k: v for k, v in shipped.texts.items() if k.startswith("scenarios/")}
    scenarios, faults = read_scenarios(
        {**known, "scenarios/meet_output.toml": text}, shipped.parameters
    )
    assert not [f for f in faults if f.is_error]
    drafted = scenarios["meet_output"]
    assert (drafted.status, drafted.extends) == ("draft", "baseline")
    projection = bench.asking({variable_of(output.target)}).run({"": Run(drafted)})
    values = target_values(bench.ledger, projection, projection.scenarios[""], output.target)
    assert meets(values, output.target).mean() == found.reading.probability >= 0.5


def test_output_at_2010_prices_needs_about_twelve_points_a_year_more(output):
    # ln(2.200.000 / 1.100.000) over the 5,6 years that the addition acts in, half of 2025
    assert output.found[0].value == pytest.approx(np.log(2.0) / 5.6, abs=0.015)
    assert output.mix is None
    assert output.ends.values[0] == output.levers[0].span.high
    assert output.limits[0].key == "growth.volume"
    assert output.limits[0].gain > 0
    assert output.far is None  # one lever does it beyond its bounds


def test_parks_are_held_back_by_the_law(parks):
    assert (parks.found, parks.mix) == ((), None)
    assert parks.ends.reading.probability < 0.5
    assert parks.far.reading.quantile >= parks.ends.reading.quantile
    assert parks.limits[0].key == "land.gate_park_occupancy"
    assert parks.limits[0].kind == "rule"
    assert parks.limits[0].moved == pytest.approx(0.54)
    assert {x.kind for x in parks.limits} >= {"rule", "lever", "uncertainty"}
    gains = [x.gain for x in parks.limits]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    assert parks.settings == ""


def test_a_target_of_the_current_year_cannot_be_moved_any_more(bench):
    found = seek_on(bench, "T011", [], 0.995)
    assert (found.idle, found.current_year, found.found, found.mix) == (True, True, (), None)
    assert "Năm 2024 đang thực hiện" in seek_overview(found, "vi")
    assert "2024 is under way: no lever" in seek_overview(found, "en")


def test_a_target_that_is_met_tells_how_much_room_there_is(bench, clusters):
    found = seek_on(bench, CLUSTERS, [SPREAD], 0.05)
    assert found.met
    assert (found.mix, found.ends, found.limits, found.settings) == (None, None, (), "")
    (room,) = found.found
    assert room.value > 5.0  # later than now
    assert not room.above
    assert room.reading.probability >= 0.05
    assert "dư địa" in seek_overview(found, "vi").lower()
    assert {r["remark"] for r in rows(found) if r["part"] == "alone"} == {"room"}


def test_the_date_if_nothing_changes(clusters, output):
    stock, flow = clusters.dates, output.dates
    assert stock.periods[-1] == "2030-Q4"
    assert flow.periods == tuple(str(y) for y in range(2024, 2031))
    for dates in (stock, flow):
        assert dates.shares.sum() + dates.after == pytest.approx(1.0)
    # met once is not met for good: clusters may be merged into parks
    assert 1 - stock.after >= clusters.now.probability


def test_average_growth_is_sought_too(bench):
    found = seek_on(bench, "T019", ["growth.volume"], 0.5)
    assert found.mix.reading.quantile >= 15.0 - 1e-6
    assert found.dates is None
    assert "15–16%" in goal(found.target, "vi")


# --- what it refuses ----------------------------------------------------------------------

TARGETS = [
    ("E-SEEK-011", "T01", {}, "nearest: T0"),
    ("E-SEEK-012", "T001", {}, "a term of a sum in the plan"),
    ("E-SEEK-013", "T065", {}, "states no price basis"),
    ("E-SEEK-014", "T025", {}, "does not project this indicator"),
    ("E-SEEK-016", "T084", {}, "the period 2024-Q1 of the target is over"),
    ("E-SEEK-016", "T028", {}, "the period 2017 of the target is over"),
    ("E-SEEK-010", CLUSTERS, {"probability": 1.0}, "above 0 and below 1"),
    ("E-SEEK-010", CLUSTERS, {"probability": 0.0}, "write 0.8 for 80%"),
]


@pytest.mark.parametrize(("code", "target", "more", "piece"), TARGETS)
def test_targets_that_cannot_be_sought(bench, code, target, more, piece):
    if code == "E-SEEK-014":
        target = _unprojected(bench)
    with pytest.raises(UsageError, match=code) as caught:
        seek_on(bench, target, [], more.get("probability", 0.5))
    assert piece in fault_line(caught.value.fault, "en")
    assert code in fault_line(caught.value.fault, "vi")


def _unprojected(bench):
    names = {v.indicator for v in bench.projection().scenarios["baseline"].variables}
    parts = ("new_", "additional")
    return next(
        t.id
        for t in bench.ledger.targets
        if t.indicator not in names and t.period.year >= 2025 and not any(
            p in t.breakdown for p in parts
        )
    )  # fmt: skip


def test_a_target_met_by_construction_is_not_sought(bench):
    planned = replace(
        bench, given=replace(bench.given, request=replace(bench.given.request, scenarios=("plan",)))
    )
    with pytest.raises(UsageError, match="E-SEEK-015") as caught:
        seek_on(planned, CLUSTERS, [], 0.5)
    assert "the scenario plan is built to meet" in fault_line(caught.value.fault, "en")


def test_a_target_to_be_met_exactly_is_not_sought(bench):
    known = next(t for t in bench.ledger.targets if t.id == "T013")
    exact = replace(known, sense="=")
    assert exact.resolved_sense == "="
    ledger = replace(bench.ledger, targets=(exact,))
    with pytest.raises(UsageError, match="E-SEEK-017") as caught:
        seek_on(replace(bench, given=replace(bench.given, ledger=ledger)), "T013", [], 0.5)
    assert "met exactly" in fault_line(caught.value.fault, "en")


def test_all_levers_that_are_none_are_told_at_once(shipped):
    scenario = shipped.scenarios()[0]["plan"]
    wanted = ["land.slip_prk", "growth.wedge", "land.gates", "land.established_park",
              "growth.volume", "land.slip_park"]  # fmt: skip
    with pytest.raises(InputError) as caught:
        choose_levers(wanted, scenario, PARAMETERS)
    told = [fault_line(f, "en") for f in caught.value.faults]
    pieces = ["nearest: land.slip_park", "it is an uncertainty", "a rule or a constant",
              "follows from the model of sites", "tied to target T048"]  # fmt: skip
    assert [f.code for f in caught.value.faults] == [f"E-SEEK-00{i}" for i in range(1, 6)]
    for line, piece in zip(told, pieces, strict=True):
        assert line.startswith("--levers: E-SEEK")
        assert piece in line
    assert "kịch bản không quyết được" in fault_line(caught.value.faults[1], "vi")


def test_without_names_every_free_lever_is_taken(shipped):
    scenarios, _ = shipped.scenarios()
    keys = [p.key for p in choose_levers([], scenarios["baseline"], PARAMETERS)]
    assert keys == ["growth.volume", "land.slip_park", "land.slip_cluster",
                    "land.pipeline_spread_park", SPREAD]  # fmt: skip
    assert "growth.volume" not in [p.key for p in choose_levers([], scenarios["plan"], PARAMETERS)]


def test_no_draft_is_written_over_a_scenario_or_for_nothing(shipped, parks):
    for name, code in (("baseline", "E-SEEK-019"), ("Đạt", "E-SEEK-018")):
        with pytest.raises(UsageError, match=code) as caught:
            check_draft_name(shipped, name)
        assert fault_line(caught.value.fault, "vi")
    with pytest.raises(UsageError, match="E-SEEK-020") as caught:
        draft_files(shipped, parks, "never")
    assert "nothing found meets it" in fault_line(caught.value.fault, "en")


# --- levers -------------------------------------------------------------------------------


def test_bounds_warn_and_are_widened_to_what_the_scenario_sets(shipped):
    scenario = with_values(shipped.scenarios()[0]["baseline"], {"land.slip_park": 4.0}, PARAMETERS)
    lever = make_lever(PARAMETERS["land.slip_park"], scenario, 2025, [])
    own = lever.span
    assert (own.now, own.low, own.high, own.limit_low, own.limit_high) == (4.0, 1.0, 4.0, 0.5, 5.0)


def test_what_is_added_to_a_path_keeps_its_course_within_the_bounds(shipped):
    scenario = shipped.scenarios()[0]["baseline"]
    lever = make_lever(PARAMETERS["growth.volume"], scenario, 2025, [0.2, 0.1])
    assert (lever.added, lever.span.now) == (True, 0.0)
    assert lever.span.low == pytest.approx(-0.05 - 0.1)
    assert lever.span.high == pytest.approx(0.3 - 0.2)
    assert settings_text([lever], [0.0]) == ""


@pytest.mark.parametrize(
    ("value", "up", "rounded"),
    [(1.2341, True, 1.24), (1.2341, False, 1.23), (1.2, True, 1.2), (0.1, False, 0.5)],
)
def test_values_are_rounded_to_print_on_the_side_that_meets(shipped, value, up, rounded):
    scenario = shipped.scenarios()[0]["baseline"]
    lever = make_lever(PARAMETERS["land.slip_park"], scenario, 2025, [])
    assert lever.rounded(value, up=up) == rounded


def test_at_most_turns_everything_round(clusters):
    at_most = replace(clusters.target, measure="level", sense="<=")
    assert sign_of(at_most) == -1.0
    assert goal_of(at_most) == pytest.approx(-3006.0)
    assert replace(clusters, target=at_most).plain(-2900.0) == 2900.0
    assert goal(at_most, "vi") == "≤ 3.006 ha"


# --- table, words, verb -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clusters", "output", "parks"])
def test_the_table_is_tidy_and_its_key_is_unique(name, request):
    result: SeekResult = request.getfixturevalue(name)
    table = rows(result)
    assert tuple(table[0]) == COLUMNS
    keys = [tuple(row[c] for c in KEY) for row in table]
    assert len(keys) == len(set(keys))
    assert {row["part"] for row in table} <= {"now", "alone", "mix", "ends", "far", "limit", "date"}
    for row in table:
        for column in ("now", "needed", "change", "low", "high", "error", "reach", "probability"):
            assert row[column] == "" or np.isfinite(float(row[column]))
    assert len(result.table) == len(table)


def test_per_cent_stands_in_the_table_as_printed(output):
    row = next(r for r in rows(output) if (r["part"], r["item"]) == ("alone", "growth.volume"))
    assert row["unit"] == "percentage_point"
    assert float(row["needed"]) == pytest.approx(100 * output.found[0].value)
    assert (row["side"], row["remark"]) == ("above", "beyond_warning")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["clusters", "output", "parks"])
def test_words_come_whole_in_both_languages(name, lang, request):
    text = seek_overview(request.getfixturevalue(name), lang)
    assert "{" not in text.replace('{ "2025"', "")
    assert {"vi": "Chỉ tiêu T", "en": "Target T"}[lang] in text
    assert {"vi": "Nếu không thay đổi gì", "en": "If nothing changes"}[lang] in text


def test_the_sentences_say_what_binds(parks, output, clusters):
    said = seek_overview(parks, "vi")
    assert "Không thể trong giới hạn" in said
    assert "Ràng buộc mạnh nhất: điều kiện pháp lý" in said
    assert "kịch bản không quyết được" in said
    assert "không, vượt mức cảnh báo" in seek_overview(output, "vi")
    assert "Chỉ giá trị vượt mức cảnh báo mới đủ" in seek_overview(output, "vi")
    assert "Cách ít nỗ lực nhất chỉ dùng một đòn bẩy" in seek_overview(clusters, "vi")
    assert "5,0  ≤ 4," in seek_overview(clusters, "vi")


def test_a_probability_is_printed_whole_where_it_is():
    assert (percent(0.8, "vi"), percent(0.975, "vi")) == ("80%", "97,5%")


def test_levers_are_frozen_and_named(clusters):
    lever: Lever = clusters.levers[0]
    assert lever.key == SPREAD
    with pytest.raises(AttributeError):
        lever.added = True


def call(*arguments):
    """Run the verb in this process, as the door does."""
    with exit_codes():
        app(["seek", *map(str, arguments)], standalone_mode=False)


@pytest.fixture
def prepared(bench, monkeypatch):
    monkeypatch.setattr(Study, "workbench", lambda self, request: bench)


def test_the_verb_writes_table_and_draft(study_copy, prepared, capsys):
    where = ("--study", study_copy.root)
    draft = ("--levers", SPREAD, "--out", study_copy.path("found"), "--write", "sooner")
    call(CLUSTERS, *where, *draft)
    assert "Cách ít nỗ lực nhất" in capsys.readouterr().out
    assert study_copy.text("found/seek.csv").startswith(",".join(COLUMNS) + "\n")
    assert 'extends = "baseline"' in study_copy.text("scenarios/sooner.toml")
    with pytest.raises(SystemExit, match="2"):
        call(CLUSTERS, *where, "--write", "sooner")
    assert "E-SEEK-019" in capsys.readouterr().err


def test_json_gives_the_rows_of_the_table(prepared, capsys, shipped):
    call(CLUSTERS, "--study", shipped.root, "--levers", "land.slip_park", "--json")
    first, *_ = json.loads(capsys.readouterr().out)
    assert (first["target"], first["part"]) == (CLUSTERS, "now")


def test_a_wrong_lever_is_a_wrong_call(shipped, capsys):
    with pytest.raises(SystemExit, match="2"):
        call(CLUSTERS, "--study", shipped.root, "--levers", "growth.wedge,no.such")
    told = capsys.readouterr()
    assert "E-SEEK-002" in told.err
    assert "E-SEEK-001" in told.err
    assert not told.out
