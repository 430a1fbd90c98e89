"""Forms of a study: scenarios and inputs out and in, with nothing lost and nothing half written."""

import io
import json
import shutil
import subprocess
import tomllib
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from scenario_cases import HEAD

from kichban.catalogue import load_parameters
from kichban.errors import InputError, UsageError
from kichban.form import read_form, write_form
from kichban.scenario import (
    edit_document,
    other_tables,
    read_document,
    read_scenarios,
    resolved_document,
    write_document,
)
from kichban.scenario.document import same_value, unchanged
from kichban.scenario.toml_text import UneditableError
from kichban.scenario.values import OPS, SHAPES
from kichban.study.forms.inputs import NUMBERS, SHARES, TABLES
from kichban.study.forms.scenario import Around, Notes, document_of, scenario_form
from kichban.study.forms.take import make_form, take_form
from kichban.texts import fault_line

PARAMETERS = load_parameters()
SCENARIOS = ("baseline", "high", "low", "plan", "slow_clearance", "overlays/weak_demand")
AROUND = Around(PARAMETERS, None, {}, ())


def rows_of(page):
    """Give the rows of a sheet by technical name or key."""
    return {row[0].value: row for row in page.iter_rows() if row[0].value}


def filled(study, change, form="scenario", subject="", name="f.xlsx"):
    """Make a form of the study, let `change` fill it in, and take it in (without writing)."""
    book = load_workbook(io.BytesIO(write_form(make_form(study, form, subject, blank=3), "vi")))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return take_form(study, name, out.getvalue())


def opened(study_copy):
    from kichban.study import Cache, open_study

    return open_study(study_copy.root, Cache(None))


# --- scenarios: exact, and by the byte -------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_shipped_scenario_comes_back_exactly(shipped, name):
    form = make_form(shipped, "scenario", name)
    taken = take_form(shipped, "f.xlsx", write_form(form, "en"))
    assert (taken.changes, taken.faults) == ((), ())
    assert taken.data == (shipped.root / taken.file).read_bytes()
    # and written anew it resolves to the very same scenario
    text = shipped.texts[taken.file]
    fresh = write_document(read_document(text, PARAMETERS), PARAMETERS, "vi")
    scenarios = {n: t for n, t in shipped.texts.items() if n.startswith("scenarios/")}
    before, _ = read_scenarios(scenarios, PARAMETERS)
    after, faults = read_scenarios({**scenarios, taken.file: fresh}, PARAMETERS)
    assert faults == ()
    assert {n: resolved_document(s) for n, s in before.items()} == {
        n: resolved_document(s) for n, s in after.items()
    }


def round_trip(document):
    form = scenario_form("x", document, AROUND)
    reading = read_form("f.xlsx", write_form(form, "vi"), form)
    assert reading.faults == ()
    notes = Notes("f.xlsx", "vi")
    found = document_of(reading.sheets, AROUND, notes)
    assert notes.faults == []
    return found


def number(p):
    return st.floats(*p.error_bounds, allow_nan=False, allow_subnormal=False).map(
        lambda v: 0.0 if abs(v) < 1e-9 else v
    )


def value(p):
    if p.kind in ("triangle", "weights"):
        size = len(p.default)
        return st.lists(number(p), min_size=size, max_size=size)
    return st.sampled_from([0.0, 1.0]) if p.unit == "switch" else number(p)


@st.composite
def documents(draw):
    settable = [k for k, p in PARAMETERS.items() if not p.reach_only]
    keys = draw(st.lists(st.sampled_from(settable), unique=True, max_size=4))
    pathed = [k for k, p in PARAMETERS.items() if p.path]
    paths = {}
    for key in draw(st.lists(st.sampled_from(pathed), unique=True, max_size=3)):
        op = draw(st.sampled_from(OPS))
        years = st.integers(2000, 2100).map(str)
        paths[key] = (
            {"op": op, "target": "T048"}
            if op == "reach"
            else {
                "op": op, "shape": draw(st.sampled_from(SHAPES)),
                "anchors": draw(st.dictionaries(years, number(PARAMETERS[key]), min_size=1,
                                                max_size=4)),
            }
        )  # fmt: skip
    plain = [k for k, p in PARAMETERS.items() if p.kind == "number"]
    doubted = draw(st.lists(st.sampled_from(plain), unique=True, max_size=3))
    share = st.floats(0.001, 0.999)
    return {
        "head": {"name": "x", "extends": "", "label.vi": "Thử", "label.en": "Trial",
                 "status": "draft", "story.vi": "Một.\nHai.", "story.en": 'A "b" \\ c.',
                 "include": [], "sources": draw(st.lists(st.sampled_from(["S1", "S2"]),
                                                         unique=True))},
        "set": {k: draw(value(PARAMETERS[k])) for k in keys},
        "path": paths,
        "uncertainty": {
            k: draw(st.sampled_from((
                {"dist": "uniform", "low": draw(number(PARAMETERS[k])), "high": 1.0},
                {"dist": "pert", "p10": draw(number(PARAMETERS[k])), "mode": 0.5, "p90": 1.0},
                {"dist": "discrete", "futures": [
                    {"value": draw(number(PARAMETERS[k])), "probability": draw(share)},
                    {"value": 0.3, "probability": draw(share),
                     "label": {"vi": 'Một "nửa"', "en": "=half"}},
                ]},
            )))
            for k in doubted
        },
        "correlation": [
            {"of": [a, b], "rho": draw(st.floats(-1, 1))}
            for a, b in pairwise(doubted)
        ],
        "unset": draw(st.lists(st.sampled_from((*settable, "share.sector", "site.a.b.slip")),
                               unique=True, max_size=2)),
        "site": draw(st.dictionaries(
            st.sampled_from(("yen_lu", "growth", "a.b")), max_size=2,
            values=st.fixed_dictionaries(
                {}, optional={"slip": st.floats(0.5, 5.0), "withdrawn": st.booleans(),
                              "opens": st.just("2026-Q3")}),
        )),
        "share": draw(st.dictionaries(
            st.just("ownership"), max_size=1,
            values=st.dictionaries(
                st.integers(2024, 2040).map(str), min_size=1, max_size=2,
                values=st.fixed_dictionaries(
                    dict.fromkeys(PARAMETERS.share_entries["ownership"].members, share))),
        )),
    }  # fmt: skip


QUICK = {
    "deadline": None, "phases": [Phase.generate], "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}  # fmt: skip


@settings(max_examples=5, **QUICK)
@given(documents())
def test_any_scenario_comes_back_to_the_last_bit(document):
    found = round_trip(document)
    assert same_value(found, document)
    fresh = read_document(write_document(found, PARAMETERS, "en"), PARAMETERS)
    document["head"].pop("include")  # an empty one is not written
    assert same_value(fresh, document)


@settings(max_examples=12, **QUICK)
@given(documents(), documents())
def test_an_edited_file_says_what_is_wanted_and_keeps_its_comments(old, new):
    text = (
        "# on top\n" + write_document(old, PARAMETERS, "vi") + "\n# kept\n[futures.tax]\nat = 1\n"
    )
    changed = edit_document(text, new, PARAMETERS)
    found = read_document(changed, PARAMETERS)
    assert all(same_value(found[name], part) for name, part in new.items() if name != "head")
    assert changed.startswith("# on top\n")
    assert "\n# kept\n[futures.tax]\nat = 1\n" in changed
    assert edit_document(text, old, PARAMETERS) == text
    assert other_tables(changed) == ("futures",)


def edited(text, **sections):
    document = {**read_document(text, PARAMETERS), **sections}
    return edit_document(text, document, PARAMETERS)


def test_only_the_line_that_changes_changes():
    text = (
        HEAD + '\n# why\n[set]\n"land.slip_park"   = 1.30 # said so\n\n# next\n[futures.x]\na = 1\n'
    )
    assert edited(text, set={"land.slip_park": 1.4}) == text.replace("1.30", "1.4")
    both = edited(text, set={"land.slip_park": 1.3, "land.slip_cluster": 2.0})
    line = '"land.slip_park"   = 1.30 # said so\n'
    assert both == text.replace(line, line + '"land.slip_cluster" = 2.0\n')
    assert edited(text, set={}) == text.replace(line, "")
    windows = text.replace("\n", "\r\n")
    assert edited(windows, set={"land.slip_park": 1.4}) == windows.replace("1.30", "1.4")
    nested = HEAD + "[set]\nland.slip_park = 1.3\n"
    assert edited(nested, set={"land.slip_park": 1.4}) == nested.replace("1.3", "1.4")


def test_a_table_laid_out_too_oddly_is_refused_not_spoilt():
    text = HEAD + 'path = { "growth.volume" = { op = "add", anchors = { "2025" = 0.1 } } }\n'
    wanted = {"growth.volume": {"op": "add", "anchors": {"2025": 0.1}},
              "growth.wedge": {"op": "add", "anchors": {"2025": 0.1}}}  # fmt: skip
    with pytest.raises(UneditableError, match="path"):
        edited(text, path=wanted)


# --- filling in a scenario ---------------------------------------------------------------------


def fill_high(book):
    values = rows_of(book["Giá trị"])
    values["land.slip_park"][7].value = 1.35
    values["growth.volume_long_run"][7].value = 0.095
    paths = book["Theo năm"]
    paths["D4"].value, paths["E4"].value = 2028, 0.03


def test_a_filled_form_edits_the_file_in_place(study_copy):
    study = opened(study_copy)
    heading = load_workbook(io.BytesIO(write_form(make_form(study, "scenario", "high"), "vi")))
    assert heading["Giá trị"]["H2"].value == "value"
    before = study_copy.text("scenarios/high.toml")
    taken = filled(study, fill_high, subject="high")
    told = {c.subject: (c.old, c.new) for c in taken.changes}
    assert told == {
        "set.land.slip_park": ("1.3", "1.35"),
        "set.growth.volume_long_run": ("", "0.095"),
        "path.growth.volume.anchors.2027": ("0.02", ""),
        "path.growth.volume.anchors.2028": ("", "0.03"),
    }
    after = taken.data.decode()
    kept = [line for line in before.splitlines() if line in after.splitlines()]
    assert len(kept) == len(before.splitlines()) - 2
    assert tomllib.loads(after)["path"]["growth.volume"]["anchors"] == {"2024": 0.0, "2028": 0.03}


def test_another_name_makes_a_new_scenario_and_keeps_the_old(study_copy):
    study = opened(study_copy)

    def rename(book):
        rows_of(book["Thông tin"])["name"][2].value = "high_two"
        rows_of(book["Giá trị"])["land.slip_park"][7].value = 1.2

    taken = filled(study, rename, subject="high")
    assert taken.file == "scenarios/high_two.toml"
    text = taken.data.decode()
    assert '"land.slip_park" = 1.2  # ' in text
    assert "# Giá trị khác với kịch bản gốc." in text
    with pytest.raises(InputError) as caught:
        filled(study, lambda b: setattr(rows_of(b["Thông tin"])["name"][2], "value", "low"),
               subject="high")  # fmt: skip
    line = fault_line(caught.value.faults[0], "en")
    assert "E-FORM-043: low — there is a scenario of this name" in line


def spoil(sheet, **cells):
    def change(book):
        for address, one in cells.items():
            book[sheet][address].value = one

    return change


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (spoil("Theo năm", C4="nhân với"), "E-FORM-040", "the first one (Theo năm!C3) says: add"),
        (spoil("Theo năm", D4=2024), "E-FORM-041", "stands already at Theo năm!D3"),
        (spoil("Theo năm", E4=None), "E-FORM-020", "f.xlsx:Theo năm!E4 (Giá trị tại năm)"),
        (spoil("Theo năm", E5=-1.0), "E-SCN-027", "f.xlsx:Theo năm!E5"),
        (spoil("Theo năm", E3=2), "E-SCN-049", "f.xlsx:Theo năm!E3 (path.growth.volume.anchors."),
        (spoil("Thông tin", C4="no_such"), "E-FORM-030", "f.xlsx:Thông tin!C4 (Kịch bản gốc)"),
        (spoil("Bất định", B3="growth.wedge", C3="đều", D3=0.01), "E-SCN-006",
         "f.xlsx:Bất định!"),
        (spoil("Bất định", B3="growth.wedge", C3="none", B4="growth.wedge", C4="none"),
         "E-FORM-042", "stands already at Bất định!B3"),
    ],
)  # fmt: skip
def test_faults_of_a_filled_scenario_name_the_cell(shipped, change, code, words):
    with pytest.raises(InputError) as caught:
        filled(shipped, change, subject="high")
    lines = [fault_line(f, "en") for f in caught.value.faults if f.code == code]
    assert lines, [fault_line(f, "en") for f in caught.value.faults]
    assert words in lines[0]


def test_tables_without_a_sheet_stay_and_a_changed_file_is_told(study_copy):
    study = opened(study_copy)
    data = write_form(make_form(study, "scenario", "low"), "vi")
    path = study_copy.path("scenarios/low.toml")
    text = path.read_text(encoding="utf-8").replace("= 1.9", "= 1.8")
    path.write_text(text, encoding="utf-8")
    taken = take_form(opened(study_copy), "f.xlsx", data)
    assert [f.code for f in taken.faults] == ["W-FORM-008"]
    assert "has changed since the form was made" in fault_line(taken.faults[0], "en")
    assert [(c.old, c.new) for c in taken.changes] == [("1.8", "1.9")]


# --- inputs --------------------------------------------------------------------------------------


def test_kinds_of_columns_agree_with_the_package(shipped):
    package = json.loads((shipped.root / "inputs" / "datapackage.json").read_text("utf-8"))
    types = {r["name"]: {f["name"]: f["type"] for f in r["schema"]["fields"]}
             for r in package["resources"]}  # fmt: skip
    for name, table in TABLES.items():
        assert tuple(types[name]) == table.columns
        numbers = {c for c, kind in types[name].items() if kind == "number"}
        assert numbers == set(table.columns) & {*NUMBERS, *SHARES}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_input_comes_back_by_the_byte(shipped, name):
    data = write_form(make_form(shipped, name, blank=2), "vi")
    taken = take_form(shipped, "f.xlsx", data)
    assert (taken.changes, taken.faults) == ((), ())
    assert taken.data == (shipped.root / taken.file).read_bytes()


def test_rows_are_replaced_added_and_copied(shipped):
    taken = filled(shipped, lambda b: setattr(b.worksheets[0]["G3"], "value", "2"), "sites")
    assert [(c.subject, c.field, c.old, c.new) for c in taken.changes] == [
        ("dinh_tram", "district", "", "2")
    ]
    observed = filled(shipped, lambda b: setattr(b.worksheets[0]["U3"], "value", "mới"),
                      "site_observations")  # fmt: skip
    assert [(c.field, c.new) for c in observed.changes] == [("note", "mới")]
    assert observed.data.count(b"\n") == 96

    def copy(book):
        page = book.worksheets[0]
        at = page.max_row + 1
        for column, one in enumerate(page[3], start=1):
            page.cell(at, column, one.value).number_format = one.number_format
        page.cell(at, 21, "bản chép")

    copied = filled(shipped, copy, "site_observations")
    assert [f.code for f in copied.faults] == ["W-FORM-009"]
    assert "read as a new row" in fault_line(copied.faults[0], "en")
    assert copied.data.count(b"\n") == 97


def test_faults_of_the_ledger_name_the_cell_and_nothing_is_written(study_copy):
    def change(book):
        page = book.worksheets[0]
        page["R3"].value, page["L4"].value = "S999", "-1"

    before = study_copy.tree()
    with pytest.raises(InputError) as caught:
        filled(opened(study_copy), change, "statements")
    lines = [fault_line(f, "en") for f in caught.value.faults]
    assert any(line.startswith("f.xlsx:Số liệu đã công bố!R3 (Nguồn): E-REF-002: S999")
               for line in lines), lines  # fmt: skip
    wanted = "f.xlsx:Số liệu đã công bố!L4 (Độ phân giải): E-NUM-003: -1"
    assert any(line.startswith(wanted) for line in lines), lines
    assert study_copy.tree() == before


def test_ids_twice_and_rows_changed_meanwhile_are_refused(study_copy):
    study = opened(study_copy)
    with pytest.raises(InputError) as caught:
        filled(study, lambda b: setattr(b.worksheets[0]["B4"], "value", "dinh_tram"), "sites")
    assert "stands already at Khu, cụm công nghiệp!B3" in fault_line(caught.value.faults[0], "en")
    book = load_workbook(io.BytesIO(write_form(make_form(study, "sites"), "vi")))
    book.worksheets[0]["G3"].value = "9"
    out = io.BytesIO()
    book.save(out)
    study_copy.set_cells("sites.csv", "dinh_tram", note="meanwhile")
    with pytest.raises(InputError) as caught:
        take_form(opened(study_copy), "f.xlsx", out.getvalue())
    assert [f.code for f in caught.value.faults] == ["E-FORM-035"]
    assert "has changed or gone since the form was made" in fault_line(caught.value.faults[0], "en")


# --- the verbs -----------------------------------------------------------------------------------


def test_out_and_in_by_the_command_line(study_copy):
    done = study_copy.call("form", "out", "scenario", "high", "--out", "h.xlsx")
    assert done.returncode == 0, done.stderr
    assert study_copy.call("form", "out", "scenario", "high", "--out", "h.xlsx").returncode == 2
    path = study_copy.path("h.xlsx")
    book = load_workbook(path)
    fill_high(book)
    book.save(path)
    before = study_copy.text("scenarios/high.toml")
    done = study_copy.call("form", "in", "h.xlsx", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "set.land.slip_park: 1.3 → 1.35" in done.stdout
    assert study_copy.text("scenarios/high.toml") == before
    done = study_copy.call("form", "in", "h.xlsx", "--json")
    document = json.loads(done.stdout)
    assert (document["written"], len(document["changes"])) == (True, 4)
    assert '"land.slip_park" = 1.35' in study_copy.text("scenarios/high.toml")
    assert study_copy.call("check").returncode == 0
    book["Giá trị"]["H9"].value = "x"
    book.save(path)
    done = study_copy.call("--messages", "en", "form", "in", "h.xlsx")
    assert done.returncode == 1
    assert "E-FORM-023: x — not a number" in done.stderr
    assert "nothing was written" in done.stderr


def test_calls_that_are_wrong(shipped, study_copy):
    with pytest.raises(UsageError) as caught:
        make_form(shipped, "statement")
    assert "nearest: statements" in fault_line(caught.value.fault, "en")
    with pytest.raises(UsageError) as caught:
        make_form(shipped, "scenario", "hihg")
    assert "E-FORM-904: hihg" in fault_line(caught.value.fault, "en")
    done = study_copy.call("--messages", "en", "form", "in", "none.xlsx")
    assert done.returncode == 2
    assert "E-FORM-901: none.xlsx — the file cannot be read" in done.stderr


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_reads_the_same(shipped, tmp_path):
    given_ = [("scenario", name) for name in SCENARIOS] + [(name, "") for name in TABLES]
    odd = {**read_document(HEAD, PARAMETERS), "set": {"growth.volume_long_run": 0.1 + 0.2}}
    form = scenario_form("x", odd, AROUND)
    (tmp_path / "odd.xlsx").write_bytes(write_form(form, "vi"))
    for kind, name in given_:
        data = write_form(make_form(shipped, kind, name, blank=2), "vi")
        (tmp_path / f"{kind}-{name.replace('/', '-')}.xlsx").write_bytes(data)
    files = sorted(tmp_path.glob("*.xlsx"))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", tmp_path / "saved", *files],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = sorted((tmp_path / "saved").glob("*.xlsx"))
    assert len(saved) == len(files)
    for file in saved:
        if file.name == "odd.xlsx":
            reading = read_form(file.name, file.read_bytes(), form)
            assert unchanged(reading.sheets["set"][0].values["growth.volume_long_run"], 0.1 + 0.2)
            continue
        taken = take_form(shipped, file.name, file.read_bytes())
        assert (taken.changes, taken.faults) == ((), ()), file.name
        assert taken.data == (shipped.root / taken.file).read_bytes()
