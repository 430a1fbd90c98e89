"""Batches of scenarios from one file, and years of a path by ``--set``."""

import csv
import io

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.scenario import Known, read_scenarios
from kichban.scenario.values import PathStep
from kichban.study import Cache, open_study
from kichban.study.scenarios.view import scenario_list
from kichban.texts import fault_line

PARAMETERS = load_parameters()
BATCH = "scenarios/batches/slips.toml"
TOP = 'format = 1\nbase = "x"\nlabel = { vi = "Lô", en = "Batch" }\n'
GRID = '[grid]\n"land.slip_park" = [1.3, 1.6]\n"growth.volume@2030" = [0.08, 0.1, 0.12]\n'
CASE = """[[case]]
name = "late"
label = { vi = "Muộn", en = "Late" }
set = { "land.slip_park" = 2.4, "site.yen_lu.slip" = 3.0 }
"""


def read(batch, overrides=(), file=BATCH, top=TOP):
    known = Known(frozenset(["yen_lu"]))
    return read_scenarios({FILE: HEAD, file: top + batch}, PARAMETERS, overrides, known)


def test_a_grid_gives_every_combination_a_readable_name():
    found, faults = read(GRID)
    assert not faults
    names = [name for name in found if name != "x"]
    assert len(names) == 6
    assert "slips/slip_park=1.3,volume@2030=0.08" in names
    one = found["slips/slip_park=1.3,volume@2030=0.12"]
    assert (one.status, one.extends, one.values["land.slip_park"]) == ("draft", "x", 1.3)
    assert one.paths["growth.volume"] == (PathStep("replace", "linear", ((2030, 0.12),)),)
    assert one.label["vi"] == "Lô: slip_park=1.3, volume@2030=0.12"
    origin = one.origins["land.slip_park"][-1]
    assert (origin.file, origin.line) == (BATCH, 5)
    assert one.origins["growth.volume"][-1].line == 6


def test_cases_stand_beside_the_grid():
    found, faults = read(GRID + CASE)
    assert not faults
    late = found["slips/late"]
    assert (late.values["land.slip_park"], late.extras["site.yen_lu.slip"]) == (2.4, 3.0)
    assert late.label["en"] == "Batch: Late"
    assert late.origins["land.slip_park"][-1].line == 10
    assert len(found) == 1 + 6 + 1


def test_keys_with_the_same_end_are_named_in_full():
    found, faults = read('[grid]\n"retail.noise_sd" = [0.02]\n"trade.noise_sd" = [0.05]\n')
    assert not faults
    assert "slips/retail.noise_sd=0.02,trade.noise_sd=0.05" in found


BAD = [
    ('[grid]\n"land.slip_prak" = [1.3]\n', "E-SCN-020", 5, "nearest: land.slip_park"),
    ('[grid]\n"land.slip_park" = [1.3]\n"site.yen_luu.slip" = [2.0]\n', "E-SCN-050", 6,
     "nearest: yen_lu"),
    ('[grid]\n"site.yen_lu.slip" = [2.0, 9.0]\n', "E-SCN-021", 5, "0.5 to 5"),
    ('[grid]\n"land.slip_park" = [9]\n', "E-SCN-021", 5, "0.5 to 5"),
    ('[grid]\n"land.slip_park" = 1.3\n', "E-SCN-062", 5, "list of different values"),
    ('[grid]\n"land.slip_park" = [1.3, 1.3]\n', "E-SCN-062", 5, "different"),
    (f'[grid]\n"land.slip_park" = {[1 + i / 100 for i in range(20)]}\n'
     f'"land.slip_cluster" = {[1 + i / 100 for i in range(20)]}\n', "E-SCN-061", 4,
     "makes 400 scenarios, more than 256"),
    ('[grid]\n"land.slip_park" = [1.3]\nland.slip_park = [1.6]\n', "E-SCN-067", 6,
     "the first time in line 5"),
    ("".join(CASE.replace("late", f"late_{n}") for n in range(257)), "E-SCN-061", 4,
     "makes 257 scenarios, more than 256"),
    ('case = 5\n[grid]\n"land.slip_park" = [1.3]\n', "E-SCN-005", 4, "expected [[case]]"),
    (CASE + CASE, "E-SCN-060", 9, "two cases of the file bear this name"),
    ('[[case]]\nname = "Late Law"\nset = { "land.slip_park" = 2 }\n', "E-SCN-008", 5, "lower-case"),
    ('[[case]]\nname = "late"\nlabel = { vi = "a", en = "b" }\n', "E-SCN-006", 4, "missing: set"),
    ('[[case]]\nnam = "late"\n', "E-SCN-004", 5, "nearest: name"),
    ('[[case]]\nname = "late"\nset = { "land.slip_prak" = 2 }\n', "E-SCN-020", 6, "slip_park"),
    ("", "E-SCN-006", None, "missing: [grid] | [[case]]"),
    ("grdi = 1\n", "E-SCN-004", 4, "nearest: grid"),
    ("case = 1\n", "E-SCN-005", 4, "[[case]]"),
    ("a = 8,5\n", "E-SCN-001", 4, "no valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("batch", "code", "row", "piece"), BAD)
def test_a_mistaken_batch_is_told(batch, code, row, piece):
    faults = read(batch)[1]
    fault = next(f for f in faults if f.code == code)
    assert (fault.file, fault.row) == (BATCH, row)
    assert piece in fault_line(fault, "en")
    assert fault_line(fault, "vi") != fault_line(fault, "en")


def test_the_head_of_a_batch_is_checked():
    (fault,) = read(GRID, top=TOP.replace('"x"', '"xx"'))[1]
    assert (fault.code, fault.file, fault.row, fault.column) == ("E-SCN-071", BATCH, 2, "base")
    assert "correct base, or add that scenario" in fault_line(fault, "en")
    assert fault.detail["nearest"] == "x"
    (fault,) = read(GRID, top=TOP.replace("= 1", "= 2", 1))[1]
    assert (fault.code, fault.row) == ("E-SCN-003", 1)
    (fault,) = read(GRID, top=TOP.replace('base = "x"\n', ""))[1]
    assert (fault.code, fault.detail["field"]) == ("E-SCN-006", "base")
    assert {f.code for f in read(GRID, file="scenarios/batches/My Slips.toml")[1]} == {"E-SCN-008"}


def test_one_break_of_a_member_is_told_with_its_line():
    found = read('[grid]\n"land.duration_park_clearing" = [[1.0, 1.2, 2.0], [2.0, 3.5, 8.0]]\n')[1]
    assert [(f.code, f.file, f.row) for f in found] == [("E-SCN-045", BATCH, 5)]


# --- --set with a year ---------------------------------------------------------------------


def test_years_of_one_key_make_one_line():
    pairs = [
        ("growth.volume@2027", "0.12"),
        ("growth.wedge", "0.02"),
        ("growth.volume@2025", "0.2"),
    ]
    found, faults = read_scenarios({FILE: HEAD}, PARAMETERS, pairs)
    assert not faults
    (step,) = found["x"].paths["growth.volume"]
    assert step == PathStep("replace", "linear", ((2025, 0.2), (2027, 0.12)), "parent", "hold")
    assert found["x"].origins["growth.volume"][-1].file == "--set"


@pytest.mark.parametrize(
    ("pair", "code", "piece"),
    [
        (("growth.volume@27", "0.12"), "E-SCN-023", "2000 to 2100"),
        (("growth.volume@2027", "0,12"), "E-SCN-048", "write 0.12"),
        (("growth.volume@2027", "12"), "E-SCN-049", "0.12"),
        (("growth.volum@2027", "0.1"), "E-SCN-020", "nearest: growth.volume"),
        (("land.slip_park@2027", "1.2"), "E-SCN-022", "does not change over the years"),
        (("land.established_park@2030", "7000"), "E-SCN-026", "model of sites"),
    ],
)
def test_a_mistaken_year_is_told(pair, code, piece):
    (fault,) = read_scenarios({FILE: HEAD}, PARAMETERS, [pair])[1]
    assert (fault.code, fault.file) == (code, "--set")
    assert piece in fault_line(fault, "en")


# --- on the command line -------------------------------------------------------------------


@pytest.fixture
def with_batch(small_study):
    small_study.path("scenarios/batches").mkdir()
    text = TOP.replace('"x"', '"high"') + '[grid]\n"growth.wedge" = [0.01, 0.03]\n'
    small_study.path(BATCH).write_text(text, encoding="utf-8")
    return small_study


def test_a_batch_is_run_and_compared(with_batch):
    flags = ("--batch", "slips", "--draws", "64")
    done = with_batch.call("compare", *flags, "--json")
    assert done.returncode == 0, done.stderr
    done = with_batch.call("run", *flags, "--no-cache", "--out", "out")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(with_batch.text("out/projections.csv"))))
    assert {r["scenario"] for r in rows} == {"slips/wedge=0.01", "slips/wedge=0.03"}


def test_members_are_drafts_and_listed_as_one(with_batch):
    opened = open_study(with_batch.root, Cache(None))
    assert opened.batch("slips") == ("slips/wedge=0.01", "slips/wedge=0.03")
    assert not any("/" in name for name in opened.request().scenarios)
    lines = list(scenario_list(opened.scenarios()[0], PARAMETERS, "en"))
    assert lines[-1] == "batch slips: 2 scenarios, run with --batch slips"
    done = with_batch.call("--messages", "en", "run", "--batch", "slip")
    assert done.returncode == 2
    assert "E-SCN-905: slip — scenarios/batches/ has no such batch; nearest: slips" in done.stderr
