"""Rules between parameters: order in every draw, sums, settings that act on nothing."""

from dataclasses import replace

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import Rule, load_parameters
from kichban.catalogue.parameters import Parameters
from kichban.catalogue.rules import read_rules
from kichban.scenario import draw_parameters, read_scenarios
from kichban.scenario.checks.rules import check_rules
from kichban.texts import fault_line

PARAMETERS = load_parameters()
WHY = {"vi": "lẽ thường", "en": "common sense"}
CHILD = HEAD.replace('"x"', '"y"').replace('extends = ""', 'extends = "x"')


def read(body, *rules, child=""):
    parameters = replace(PARAMETERS, rules=rules) if rules else PARAMETERS
    texts = {FILE: HEAD + body, "scenarios/y.toml": CHILD + child}
    return read_scenarios(texts, parameters)


def order(*keys, level="error"):
    return Rule("r", "order", keys, WHY, level)


def test_the_catalogue_keeps_its_own_rules(shipped):
    bare = read_scenarios({FILE: HEAD}, PARAMETERS)[0]["x"]
    assert list(check_rules(bare, PARAMETERS)) == []
    assert not [f for f in shipped.scenarios()[1] if f.is_error]
    assert len({rule.name for rule in PARAMETERS.rules}) == len(PARAMETERS.rules) == 7


def test_handover_after_clearing_is_refused_where_it_is_said():
    found = read('[set]\n"land.duration_park_clearing" = [1.0, 1.2, 2.0]\n')[1]
    (fault,) = found  # the child that inherits it is not blamed
    assert (fault.code, fault.file, fault.row) == ("E-SCN-045", FILE, 8)
    assert fault.column == "land.duration_park_clearing"
    assert fault.value == "[0.8, 1.5, 3.0] > [1.0, 1.2, 2.0]"
    line = fault_line(fault, "en")
    assert "land.duration_park_handover must not exceed land.duration_park_clearing" in line
    assert "for both count from approval" in line
    assert "the other stands at land.duration_park_handover (parameters.toml)" in line
    assert "cả hai tính từ ngày phê duyệt" in fault_line(fault, "vi")


def test_the_child_is_blamed_for_what_it_adds():
    parent = '[set]\n"land.duration_park_clearing" = [1.0, 1.6, 3.0]\n'
    child = '[set]\n"land.duration_park_handover" = [0.8, 1.8, 3.0]\n'
    (fault,) = read(parent, child=child)[1]
    assert (fault.file, fault.row, fault.column) == (
        "scenarios/y.toml", 8, "land.duration_park_handover",
    )  # fmt: skip
    assert fault.detail["other"] == "land.duration_park_clearing (scenarios/x.toml:8)"


def test_an_order_of_numbers_holds_in_every_year_and_draw():
    rule = order("growth.services", "growth.construction", level="error")
    # the catalogue's ranges, 5 to 9 % and 6 to 12 %, may cross
    assert [(f.code, f.value) for f in read("", rule)[1]] == [("E-SCN-045", "0.09 > 0.06")]
    apart = '[uncertainty]\n"growth.services" = { dist = "pert", low = 0.05, high = 0.06 }\n'
    scenarios, faults = read(apart, rule)
    assert not faults
    draws = draw_parameters(scenarios["x"], PARAMETERS, 1, 0)
    assert (draws["growth.services"] <= draws["growth.construction"]).all()
    normal = apart.replace("pert", "normal").replace("low", "p10").replace("high", "p90")
    assert [f.value for f in read(normal, rule)[1]] == ["0.5 > 0.06"]  # clipped at its bounds only
    path = '[path."growth.services"]\nop = "replace"\nanchors = { "2026" = 0.06, "2030" = 0.10 }\n'
    crossing = [f for f in read(apart + path, rule)[1] if f.is_error]
    # 0.055 is the middle of the range, so its upper end follows the path to 0.1 × 0.06 / 0.055
    assert [(f.value, f.row, f.column) for f in crossing] == [
        ("0.109091 > 0.06", 9, "growth.services")
    ]
    steady = path.replace("0.06,", "0.05,").replace("0.10", "0.05")
    assert not [f for f in read(apart + steady, rule)[1] if f.is_error]


def test_crossing_output_per_hectare_is_only_a_warning():
    body = (
        '[uncertainty]\n"land.output_per_ha_park" = { dist = "pert", low = 90.0, high = 560.0 }\n'
    )
    (fault,) = [f for f in read(body)[1] if f.code != "W-SCN-021"]
    assert (fault.code, fault.column) == ("W-SCN-045", "land.output_per_ha_park")
    assert fault.value == "100 > 90"


def test_shares_over_several_keys_must_add_up():
    keys = ("land.gate_park_occupancy", "land.gate_cluster_occupancy")
    rule = Rule("r", "sum", keys, WHY, total=1.1)
    assert not read("", rule)[1]
    (fault,) = read('[set]\n"land.gate_park_occupancy" = 0.7\n', rule)[1]
    assert (fault.code, fault.file, fault.row, fault.value) == ("E-SCN-046", FILE, 8, "1.2")
    assert "must add up to 1.1, for common sense" in fault_line(fault, "en")


@pytest.mark.parametrize(
    ("cause", "key", "value"),
    [
        ('[set]\n"land.gates" = 0\n', "land.gate_park_occupancy", "0.5"),
        ('[set]\n"growth.employer_shock_rate" = 0.0\n', "growth.employer_shock_depth", "0.1"),
        ('[path."land.established_park"]\nop = "reach"\ntarget = "T036"\n[set]\n',
         "land.pipeline_spread_park", "3.0"),
    ],
)  # fmt: skip
def test_a_setting_that_acts_on_nothing_is_told(cause, key, value):
    found = read(f'{cause}"{key}" = {value}\n')[1]
    (fault,) = [f for f in found if f.code != "W-SCN-021"]
    assert (fault.code, fault.file, fault.column) == ("W-SCN-047", FILE, key)
    assert "acts on nothing, for" in fault_line(fault, "en")
    assert "scenarios/x.toml:" in fault_line(fault, "vi")
    assert not [f for f in read(f'[set]\n"{key}" = {value}\n')[1] if f.code == "W-SCN-047"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"keys": ["a", "c"]}, "no parameter"),
        ({"colour": 1}, "no field"),
        ({"kind": "idle"}, "when"),
        ({"when": "a"}, "when"),
    ],
)
def test_a_mistaken_rule_is_a_fault_of_the_program(change, said):
    table = {"name": "r", "kind": "order", "keys": ["a", "b"], "label": WHY} | change
    with pytest.raises(ValueError, match=said):
        read_rules([table], "ab")


def test_parameters_stay_a_plain_mapping():
    assert Parameters(PARAMETERS.entries).rules == ()
