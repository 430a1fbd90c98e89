"""What a scenario says of single sites and of the parts of output: read, applied, explained."""

import numpy as np
import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.errors import UsageError
from kichban.growth import anchored_logs, drifting_shares
from kichban.land import AS_DRAWN, NEVER
from kichban.projection import Settings, Variable, build_sites, project
from kichban.projection.sites import quarter_index, with_settings
from kichban.scenario import (
    Known,
    extra_differences,
    read_scenarios,
    resolved_document,
    with_settings_of,
    with_values,
)
from kichban.study import Cache, open_study
from kichban.study.scenarios.documents import (
    diff_document,
    explain_entry_document,
    list_document,
    scenario_document,
)
from kichban.study.scenarios.view import diff_lines, explain_entry_lines, scenario_lines
from kichban.texts import fault_line

PARAMETERS = load_parameters()
KNOWN = Known(frozenset({"yen_lu", "duc_giang", "ngoc_ly"}), 2012, 2030)
YEARS = range(2024, 2031)
SITES = """[site."duc_giang"]
opens = "2026-Q3"
slip = 3.2
[site."nghia_hung"]
withdrawn = true
[site."yen_lu"]
slip = 0.8
"""
SHARES = """[share.ownership]
"2027" = { "ownership:state" = 0.01, "ownership:non_state" = 0.05, "ownership:fdi" = 0.94 }
"2030" = { "ownership:state" = 0.02, "ownership:non_state" = 0.08, "ownership:fdi" = 0.90 }
"""
NAMES = {"baseline": "x", "own": "y"}
OWN = ("ownership:state", "ownership:non_state", "ownership:fdi")


def read(body, *more, known=KNOWN, overrides=()):
    texts = {FILE: HEAD + body}
    for name, extra in zip("yz", more, strict=False):
        head = HEAD.replace('"x"', f'"{name}"').replace('extends = ""', 'extends = "x"')
        texts[f"scenarios/{name}.toml"] = head + extra
    return read_scenarios(texts, PARAMETERS, overrides, known)


# --- read and resolved ---------------------------------------------------------------------


def test_entries_are_layered_like_parameters():
    parent = '[site."yen_lu"]\nslip = 2.5\nopens = "2026-Q3"\n'
    found, faults = read(
        parent, "[site.yen_lu]\nslip = 2.0\n", '[unset]\nkeys = ["site.yen_lu.opens"]\n'
    )
    assert not faults
    assert dict(found["x"].extras) == {"site.yen_lu.opens": "2026-Q3", "site.yen_lu.slip": 2.5}
    assert found["y"].extras["site.yen_lu.slip"] == 2.0
    assert [(o.file, o.line) for o in found["y"].origins["site.yen_lu.slip"]] == [
        (FILE, 8), ("scenarios/y.toml", 8),
    ]  # fmt: skip
    assert "site.yen_lu.opens" not in found["z"].extras
    assert [d.key for d in extra_differences(found["x"], found["y"])] == ["site.yen_lu.slip"]
    assert resolved_document(found["x"])["extras"]["site.yen_lu.slip"] == 2.5
    assert "extras" not in resolved_document(read("")[0]["x"])


def test_of_opening_and_withdrawal_the_later_counts():
    opens, withdrawn = '[site.yen_lu]\nopens = "2026-Q3"\n', "[site.yen_lu]\nwithdrawn = true\n"
    assert dict(read(opens, withdrawn)[0]["y"].extras) == {"site.yen_lu.withdrawn": True}
    assert dict(read(withdrawn, opens)[0]["y"].extras) == {"site.yen_lu.opens": "2026-Q3"}
    kept = read(opens, withdrawn.replace("true", "false"))[0]["y"].extras
    assert kept["site.yen_lu.opens"] == "2026-Q3"


def test_set_reaches_single_sites():
    found, faults = read(
        "", overrides=[("site.yen_lu.slip", "2.5"), ("site.ngoc_ly.opens", "2027-Q1")]
    )
    assert not faults
    assert dict(found["x"].extras) == {"site.ngoc_ly.opens": "2027-Q1", "site.yen_lu.slip": 2.5}
    (fault,) = read("", overrides=[("site.yen_luu.slip", "2.5")])[1]
    assert (fault.code, fault.file, fault.detail["nearest"]) == ("E-SCN-050", "--set", "yen_lu")


# --- applied to the sites ------------------------------------------------------------------


def test_settings_are_put_on_the_sites(shipped):
    registry = build_sites(shipped.ledger(), PARAMETERS, 1)
    scenario = read(SITES + '[set]\n"land.slip_park" = 2.0\n', known=Known())[0]["x"]
    sites = with_settings(registry.sites, scenario)
    at = {site: i for i, site in enumerate(sites.ids)}
    assert sites.opening[at["duc_giang"]] == quarter_index("2026-Q3") == 2026 * 4 + 2
    assert sites.opening[at["nghia_hung"]] == NEVER
    assert sites.slip[at["duc_giang"]] == pytest.approx(3.2 / 2.0)
    assert sites.slip[at["yen_lu"]] == pytest.approx(0.8 / 2.0)
    others = [i for site, i in at.items() if site not in ("duc_giang", "nghia_hung", "yen_lu")]
    assert (sites.opening[others] == AS_DRAWN).all()
    assert (sites.slip[others] == 1.0).all()
    assert with_settings(registry.sites, read("")[0]["x"]) is registry.sites


@pytest.fixture(scope="module")
def own():
    """Resolve an empty scenario and one with entries."""
    found, faults = read("", SITES + SHARES, known=Known())
    assert not [f for f in faults if f.is_error]
    return {"baseline": found["x"], "own": found["y"]}


@pytest.fixture(scope="module")
def projected(shipped, shipped_series, own):
    """Project both on the real study."""
    return project(
        shipped.ledger(), shipped_series, list(own.values()), PARAMETERS, Settings(256),
        reference=own["baseline"],
    )  # fmt: skip


def test_a_site_comes_when_it_is_said_or_never(projected):
    scenarios = {"baseline": projected.scenarios["x"], "own": projected.scenarios["y"]}
    tables = {name: paths.tables for name, paths in scenarios.items()}

    def leased(name, site):
        key = next(
            k for k in tables[name] if k.breakdown == f"site:{site}" and "leased" in k.indicator
        )
        return tables[name][key].annual

    assert np.nanmax(leased("own", "nghia_hung")) == 0.0
    assert np.nanmax(leased("baseline", "nghia_hung")) > 0.0
    # a site that is cleared sooner lets more
    assert np.median(leased("own", "yen_lu")[:, -1]) > np.median(
        leased("baseline", "yen_lu")[:, -1]
    )
    area = Variable("kcn_area", "", "area_ha", "ha")
    one, own = (scenarios[name].variables.get(area) for name in ("baseline", "own"))
    if one is not None and own is not None:
        assert own.annual.mean() != one.annual.mean()


def test_the_median_shares_follow_the_anchors_and_the_parts_add_up(projected):
    projection = projected
    years = list(projection.axis.years)

    def level(name, part):
        key = Variable("industrial_output", part, "level", "bn_vnd", "current")
        return projection.scenarios[NAMES[name]].variables[key].annual

    total = level("own", "")
    np.testing.assert_allclose(sum(level("own", part) for part in OWN), total, rtol=1e-9)
    for year, wanted in ((2027, (0.01, 0.05, 0.94)), (2030, (0.02, 0.08, 0.90))):
        at = years.index(year)
        medians = [np.median(level("own", part)[:, at] / total[:, at]) for part in OWN]
        np.testing.assert_allclose(medians, wanted, rtol=0.05)
    # the draws keep the spread they have without anchors, in log ratios
    spread = [
        np.std(np.log(level(name, OWN[2])[:, -1] / level(name, OWN[1])[:, -1]))
        for name in ("baseline", "own")
    ]
    assert spread[0] == pytest.approx(spread[1], rel=0.02)
    # sectors are left as they are
    mining = [level(name, "sector:mining") for name in ("baseline", "own")]
    np.testing.assert_array_equal(mining[0], mining[1])


def test_two_parts_meet_their_anchor_exactly_in_the_median():
    rng = np.random.default_rng(1)
    start = np.log(np.array([0.3, 0.7])) + rng.normal(0, 0.05, (2001, 1)) * [1, -1]
    way = anchored_logs(np.log([0.3, 0.7]), [3.0, 6.0], np.array([[0.6, 0.4], [0.5, 0.5]]), 9)
    noise = rng.standard_normal((1000, 9, 2))
    noise = np.concatenate([noise, -noise, np.zeros((1, 9, 2))])
    middle = np.concatenate(
        [start[:1000], 2 * np.log([0.3, 0.7]) - start[:1000], np.log([[0.3, 0.7]])]
    )
    found = drifting_shares(middle, 0.03, noise, way)
    np.testing.assert_allclose(found.sum(axis=2), 1.0)
    np.testing.assert_allclose(
        np.median(found[:, [3, 6, 8], 0], axis=0), [0.6, 0.5, 0.5], rtol=1e-9
    )
    ratio = np.log(found[-1, :4, 0] / found[-1, :4, 1])
    np.testing.assert_allclose(np.diff(ratio), np.diff(ratio)[0])  # linear in log ratios


# --- shown ---------------------------------------------------------------------------------


def test_entries_and_where_they_stand_are_shown(own):
    scenarios = [own["own"]]
    entry = PARAMETERS.site_entries["slip"]
    lines = list(explain_entry_lines("site.duc_giang.slip", entry, scenarios, "en"))
    assert lines[0] == "site.duc_giang.slip – Slippage of this site's schedule"
    assert lines[-1] == "  scenarios/y.toml:9  3.2 ratio  ← decides"
    silent = list(explain_entry_lines("site.ngoc_ly.slip", entry, scenarios, "en"))
    assert silent[-1] == "  the scenario says nothing"
    lines = list(diff_lines(own["baseline"], own["own"], PARAMETERS, YEARS, "vi"))
    assert "  site.nghia_hung.withdrawn – Không thành lập: kịch bản không nói gì | có" in lines
    lines = "\n".join(scenario_lines(own["own"], PARAMETERS, YEARS, "en"))
    assert "site.duc_giang.opens – Quarter of establishment: Q3 2026" in lines
    assert "2030: State 2.0%, Non-state 8.0%, Foreign-invested 90.0%" in lines
    document = scenario_document(own["own"], PARAMETERS, YEARS)["extras"]
    assert document["share.ownership"]["value"]["2030"]["ownership:fdi"] == 0.9
    assert document["site.yen_lu.slip"]["origins"][0]["line"] == 13
    listed = list_document(own["own"], PARAMETERS)["changes"]
    assert listed[0] == "share.ownership"
    layers = explain_entry_document(
        "share.ownership", PARAMETERS.share_entries["ownership"], scenarios
    )
    assert layers["scenarios"]["y"][0]["value"]["2027"]["ownership:fdi"] == 0.94
    assert diff_document(own["baseline"], own["own"], YEARS)["extras"]["site.yen_lu.slip"] == [
        None,
        0.8,
    ]


def test_explain_takes_entries_on_the_command_line(small_study):
    small_study.replace("scenarios/high.toml", "[set]", SHARES + "[set]")
    done = small_study.call("--messages", "en", "scenario", "explain", "share.ownership", "high")
    assert "scenarios/high.toml:16  2027: State 1.0%" in done.stdout


def test_an_entry_of_a_site_that_is_none_is_wrong_usage(shipped):
    assert shipped.entry("site.duc_giang.slip").unit == "ratio"
    assert shipped.entry("share.ownership").kind == "shares"
    assert shipped.entry("land.slip_park") is None
    with pytest.raises(UsageError) as caught:
        shipped.entry("site.duc_gang.slip")
    line = fault_line(caught.value.fault, "en")
    assert "E-SCN-050: duc_gang — inputs/sites.csv has no such site; nearest: duc_giang" in line


def test_entries_that_act_on_nothing_are_told(study_copy):
    entries = {
        '[site."quang_chau"]\nopens = "2026-Q3"\n': ("W-SCN-056", "established as of 2024-"),
        '[site."neo"]\nslip = 2.0\n': ("W-SCN-055", "not simulated by itself"),
        '[site."ngoc_ly"]\nopens = "2020-Q1"\n': ("W-SCN-057", "projected 2024-Q3 to 2030-Q4"),
        '[site."ngoc_thien"]\nopens = "2031-Q1"\n': ("W-SCN-057", "2031-Q1 — the quarter lies"),
    }
    head = HEAD.replace('"x"', '"own"').replace('extends = ""', 'extends = "baseline"')
    study_copy.path("scenarios/own.toml").write_text(head + "".join(entries), encoding="utf-8")
    found = open_study(study_copy.root, Cache(None)).check()
    told = [f for f in found if f.file == "scenarios/own.toml"]
    assert [(f.code, f.row) for f in told] == [
        (code, 8 + 2 * i) for i, (code, _) in enumerate(entries.values())
    ]
    for fault, (_, piece) in zip(told, entries.values(), strict=True):
        assert piece in fault_line(fault, "en")
        assert fault_line(fault, "vi") != fault_line(fault, "en")


# --- mistakes ------------------------------------------------------------------------------

FDI = '[share.ownership]\n"2030" = {{ {} }}\n'
THREE = '"ownership:state" = 0.02, "ownership:non_state" = {}, "ownership:{}" = 0.90'
BAD = [
    ('[site."yen_luu"]\nslip = 2.0\n', "E-SCN-050", 7, "yen_luu", "nearest: yen_lu"),
    ('[site."yen_lu"]\nslipp = 2.0\n', "E-SCN-004", 8, "slipp", "nearest: slip"),
    ('[site."yen_lu"]\nslip = 12\n', "E-SCN-021", 8, "12", "0.5 to 5"),
    ('[site."yen_lu"]\nslip = 4\n', "W-SCN-021", 8, "4", "1 to 3"),
    ('[site."yen_lu"]\nslip = "2,5"\n', "E-SCN-048", 8, "2,5", "write 2.5"),
    ('[site."yen_lu"]\nopens = 2026\n', "E-SCN-005", 8, "2026", '"2026-Q3"'),
    ('[site."yen_lu"]\nopens = "2026-07"\n', "E-SCN-005", 8, "2026-07", '"2026-Q3"'),
    ('[site."yen_lu"]\nwithdrawn = 1\n', "E-SCN-005", 8, "1", "true | false"),
    ('[site."yen_lu"]\nopens = "2026-Q3"\nwithdrawn = true\n', "E-SCN-052", 8, "2026-Q3",
     "opens and withdrawn"),
    ("[site]\nyen_lu = 3\n", "E-SCN-005", 8, "3", "slip = 2.0"),
    ("site = 3\n", "E-SCN-005", 7, "3", "[site]"),
    (FDI.format(THREE.format(0.09, "fdi")), "E-SCN-054", 8, "1.01",
     "shares of 2030 add up to 1.01"),
    (FDI.format(THREE.format(0.08, "fdii")), "E-SCN-053", 8, "ownership:fdii",
     "nearest: ownership:fdi"),
    (FDI.format('fdi = 0.9, "ownership:state" = 0.02, "ownership:non_state" = 0.08'), "E-SCN-053",
     8, "fdi", "nearest: ownership:fdi"),
    (FDI.format(THREE.format('"8 %"', "fdi")), "E-SCN-048", 8, "8 %", "write 0.08"),
    (FDI.format(THREE.format(0, "fdi")), "E-SCN-073", 8, "0", "strictly between 0 and 1"),
    (FDI.format(THREE.format(-0.1, "fdi")), "E-SCN-073", 8, "-0.1", "strictly between"),
    (FDI.format(THREE.format("1.0", "fdi")), "E-SCN-073", 8, "1.0", "strictly between"),
    ('[site."yen_lu"]\nopens = "1990-Q1"\n', "E-SCN-074", 8, "1990-Q1",
     "the form is right, but the year"),
    ('[unset]\nkeys = ["site.yen_luu.slip"]\n', "E-SCN-050", 8, "yen_luu", "nearest: yen_lu"),
    (FDI.format('"ownership:fdi" = 0.9'), "E-SCN-006", 8, "", "ownership:state"),
    (FDI.format(THREE.format(8, "fdi")), "E-SCN-073", 8, "8", "write a fraction: 0.9"),
    ('[share.ownership]\n"30" = 1\n', "E-SCN-023", 8, "30", "2000 to 2100"),
    ('[share.ownership]\n"2030" = 1\n', "E-SCN-005", 8, "1", '"ownership:fdi" = …'),
    ("[share]\nownership = 3\n", "E-SCN-005", 8, "3", "2030"),
    ("[share.owner]\n", "E-SCN-004", 7, "owner", "nearest: ownership"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "row", "value", "piece"), BAD)
def test_a_mistaken_entry_is_told(body, code, row, value, piece):
    faults = read(body)[1]
    assert [f.code for f in faults] == [code]
    fault = next(f for f in faults if f.code == code)
    assert (fault.file, fault.row, fault.value) == (FILE, row, value)
    assert piece in fault_line(fault, "en")
    assert fault_line(fault, "vi") != fault_line(fault, "en")


def test_entries_survive_a_change_in_memory():
    found = read(SITES, "", known=Known())[0]
    x, plain = found["x"], read("", known=Known())[0]["x"]
    changed = with_values(x, {"land.slip_park": 2.0}, PARAMETERS)
    assert changed.extras == x.extras
    mixed = with_settings_of(plain, x, ["site.yen_lu.slip"])
    assert dict(mixed.extras) == {"site.yen_lu.slip": 0.8}
    assert mixed.origins["site.yen_lu.slip"] == x.origins["site.yen_lu.slip"]
    assert mixed.values == plain.values
    assert "site.yen_lu.slip" not in with_settings_of(x, plain, ["site.yen_lu.slip"]).extras
