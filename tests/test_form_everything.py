"""Forms of a scenario that uses the whole language: sites, shares, futures, and every fault."""

import io
import shutil
import tomllib
from functools import cache

import pytest
from openpyxl import load_workbook
from scenario_everything import FILE, NAME, TEXT, TEXTS

from conftest import ROOT
from kichban.catalogue import load_parameters
from kichban.errors import InputError
from kichban.form import write_form
from kichban.scenario import (
    edit_document,
    read_document,
    read_scenarios,
    resolved_document,
    write_document,
)
from kichban.study import Cache, open_study
from kichban.study.forms.take import form_warnings, make_form, take_form
from kichban.texts import fault_line

PARAMETERS = load_parameters()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give the shipped study with three more files; taking a form in writes nothing."""
    root = tmp_path_factory.mktemp("everything")
    for name in ("inputs", "scenarios"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "study.toml", root)
    for file, text in TEXTS.items():
        (root / file).write_text(text, encoding="utf-8")
    return open_study(root, Cache(None))


@cache
def workbook(root, lang):
    """Write the form once: it is the same for every fault."""
    return write_form(make_form(open_study(root, Cache(None)), "scenario", NAME), lang)


def filled(study, change, lang="vi"):
    book = load_workbook(io.BytesIO(workbook(study.root, lang)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return take_form(study, "f.xlsx", out.getvalue())


def edited(**sections):
    wanted = {**read_document(TEXT, PARAMETERS), **sections}
    return edit_document(TEXT, wanted, PARAMETERS)


# --- exact ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_everything_comes_back_by_the_byte(written, lang):
    taken = filled(written, lambda _: None, lang)
    assert (taken.changes, taken.faults) == ((), ())
    assert taken.data.decode() == TEXT
    assert form_warnings(written, make_form(written, "scenario", NAME)) == ()


def test_written_anew_it_resolves_to_the_same(shipped):
    fresh = write_document(read_document(TEXT, PARAMETERS), PARAMETERS, "en")
    texts = {**shipped.texts, **TEXTS}
    before, told = read_scenarios(texts, PARAMETERS)
    after, faults = read_scenarios({**texts, FILE: fresh}, PARAMETERS)
    assert [f.code for f in faults] == [f.code for f in told]
    assert resolved_document(before[NAME]) == resolved_document(after[NAME])
    assert "# Single parks and clusters.\n[site.ngoc_ly]\nslip = 2.5" in fresh


def test_only_what_changes_changes():
    site = read_document(TEXT, PARAMETERS)["site"]
    later = {**site, "ngoc_ly": {**site["ngoc_ly"], "opens": "2028-Q1"}}
    assert edited(site=later) == TEXT.replace('"2027-Q3"', '"2028-Q1"')
    more = {**site, "yen_lu": {"slip": 1.1}}
    assert edited(site=more) == TEXT + "\n[site.yen_lu]\nslip = 1.1\n"
    less = {k: v for k, v in site.items() if k != "thai_dao_tan_an"}
    assert edited(site=less) == TEXT.replace("[site.thai_dao_tan_an]\nwithdrawn = false\n", "")
    share = read_document(TEXT, PARAMETERS)["share"]
    share["ownership"]["2027"] |= {"ownership:state": 0.02, "ownership:non_state": 0.04}
    changed = edited(share=share)
    for part, old, new in (("state", 0.01, 0.02), ("non_state", 0.05, 0.04)):
        changed = changed.replace(f':{part}" = {new}, ', f':{part}" = {old}, ', 1)
    assert changed == TEXT
    priors = read_document(TEXT, PARAMETERS)["uncertainty"]
    futures = priors["land.slip_park"]["futures"]
    futures[0]["probability"], futures[1]["probability"] = 0.7, 0.3
    changed = edited(uncertainty=priors)
    assert changed == TEXT.replace("probability = 0.6", "probability = 0.7").replace(
        "probability = 0.4", "probability = 0.3"
    )
    assert edited(share={}).count("share.ownership") == 0


def test_a_third_future_writes_the_list_anew():
    priors = read_document(TEXT, PARAMETERS)["uncertainty"]
    priors["land.slip_park"]["futures"].insert(0, {"value": 1.0, "probability": 0.1})
    changed = edited(uncertainty=priors)
    rest = [line for line in TEXT.splitlines() if line not in changed.splitlines()]
    assert all("value =" in line or "land.slip_park" in line for line in rest)
    assert tomllib.loads(changed)["uncertainty"] == {
        **priors, "correlation": tomllib.loads(TEXT)["uncertainty"]["correlation"],
    }  # fmt: skip


def test_a_filled_form_adds_sites_shares_and_futures(written):
    def fill(book):
        page = book["Khu, cụm"]
        page["B6"].value, page["D6"].value = "Yên Lư", "Q4/2026"
        book["Cơ cấu"]["C6"].value = book["Cơ cấu"]["C7"].value = book["Cơ cấu"]["C8"].value = 2029
        page = book["Các khả năng"]
        for row, value, chance in ((5, 0.4, 0.5), (6, 0.6, 0.5)):
            page.cell(row, 2).value = "Lan tỏa sang khu, cụm khác"
            page.cell(row, 2).value = "land.spillover"
            page.cell(row, 3).value, page.cell(row, 4).value = value, chance

    taken = filled(written, fill)
    table = tomllib.loads(taken.data.decode())
    assert table["site"]["yen_lu"] == {"opens": "2026-Q4"}
    assert list(table["share"]["ownership"]) == ["2027", "2029"]
    assert table["uncertainty"]["land.spillover"] == {
        "dist": "discrete",
        "futures": [{"value": 0.4, "probability": 0.5}, {"value": 0.6, "probability": 0.5}],
    }
    told = {c.subject: c.place for c in taken.changes}
    assert told["site.yen_lu.opens"] == "Khu, cụm!D6"
    assert told["share.ownership.2029.ownership:fdi"] == "Cơ cấu!E8"
    assert told["uncertainty.land.spillover.futures"] == "Các khả năng!D5:D6"


def test_the_name_of_a_site_or_part_is_chosen(written):
    form = make_form(written, "scenario", NAME)
    words = {s.name: s for s in form.sheets}
    assert words["site"].field("site").words["yen_lu"] == {"vi": "Yên Lư", "en": "Yen Lu"}
    assert words["share"].field("member").words["ownership:fdi"]["en"] == "Foreign-invested"
    said = words["unset"].field("unset").words["site.thuong_lan.slip"]["vi"]
    assert said.startswith("Thượng Lan: ")


# --- faults --------------------------------------------------------------------------------


def spoil(sheet, **cells):
    def change(book):
        for address, one in cells.items():
            book[sheet][address].value = one

    return change


SITE, SHARE, FUTURES, RANGES = "Khu, cụm", "Cơ cấu", "Các khả năng", "Bất định"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (spoil(SITE, B3="Ngọc Lỷ"), "E-FORM-030", "f.xlsx:Khu, cụm!B3 (Khu, cụm)"),
        (spoil(SITE, B4="ngoc_ly"), "E-FORM-046", "the site stands already at Khu, cụm!B3"),
        (spoil(SITE, C3=7), "E-FORM-026", "f.xlsx:Khu, cụm!C3"),
        (spoil(SITE, D3="2027"), "E-SCN-005", "f.xlsx:Khu, cụm!D3 (site.ngoc_ly.opens)"),
        (spoil(SITE, D3="mai"), "E-FORM-029", "f.xlsx:Khu, cụm!D3"),
        (spoil(SITE, E3="có"), "E-SCN-052", "f.xlsx:Khu, cụm!D3 (site.ngoc_ly.opens)"),
        (spoil(SITE, E3="có lẽ"), "E-FORM-031", "f.xlsx:Khu, cụm!E3"),
        (spoil(SHARE, E3=0.02), "E-SCN-054",
         "f.xlsx:Cơ cấu!E3:E5 (share.ownership.2027): E-SCN-054: 1.01 — the shares of 2027"),
        (spoil(SHARE, D4="Nhà nước"), "E-FORM-047", "stands already at Cơ cấu!E3"),
        (spoil(SHARE, B5=None, C5=None, D5=None, E5=None), "E-SCN-006",
         "f.xlsx:Cơ cấu!E3:E4 (share.ownership.2027)"),
        (spoil(SHARE, D5="sector:mining"), "E-SCN-053",
         "f.xlsx:Cơ cấu!E5 (share.ownership.2027.sector:mining)"),
        (spoil(SHARE, E5=0), "E-SCN-073",
         "f.xlsx:Cơ cấu!E5 (share.ownership.2027.ownership:fdi)"),
        (spoil(SHARE, C5=None), "E-FORM-020", "f.xlsx:Cơ cấu!C5 (Năm)"),
        (spoil(SHARE, C5=1999), "E-FORM-026", "f.xlsx:Cơ cấu!C5 (Năm)"),
        (spoil(FUTURES, D3=0.5), "E-SCN-043",
         "f.xlsx:Các khả năng!D3:D4 (uncertainty.land.slip_park.futures)"),
        (spoil(FUTURES, D4=0), "E-SCN-044", "f.xlsx:Các khả năng!C4"),
        (spoil(FUTURES, C4=1.3), "E-SCN-044", "f.xlsx:Các khả năng!D3:D4"),
        (spoil(FUTURES, C4=9), "E-SCN-021",
         "f.xlsx:Các khả năng!C4 (uncertainty.land.slip_park.futures.1.value)"),
        (spoil(FUTURES, F4=None), "E-FORM-020", "f.xlsx:Các khả năng!F4 (Tên tiếng Anh)"),
        (spoil(FUTURES, D4=None), "E-FORM-020", "f.xlsx:Các khả năng!D4 (Xác suất)"),
        (spoil(FUTURES, **{f"{c}{r}": None for c in "BCDEF" for r in (3, 4)}), "E-SCN-006",
         "f.xlsx:Bất định!B3 (uncertainty.land.slip_park)"),
        (spoil(RANGES, C3="đều"), "E-FORM-045",
         "f.xlsx:Các khả năng!B3 (Tham số): E-FORM-045: land.slip_park — the parameter has "
         "futures, but Bất định!C3 says its distribution is: đều"),
        (spoil(RANGES, D3=1), "E-SCN-004", "f.xlsx:Bất định!D3 (uncertainty.land.slip_park.low)"),
        (spoil(RANGES, G4=0.2), "E-SCN-031", "f.xlsx:Bất định!B4"),
        (spoil(RANGES, H4=None), "E-SCN-006", "f.xlsx:Bất định!B4"),
        (spoil("Trở về mặc định", B5="site.yen_lu.slip"), "E-FORM-030",
         "f.xlsx:Trở về mặc định!B5"),
    ],
)  # fmt: skip
def test_faults_name_the_cell(written, change, code, words):
    with pytest.raises(InputError) as caught:
        filled(written, change)
    lines = [fault_line(f, "en") for f in caught.value.faults if f.code == code]
    assert lines, [fault_line(f, "en") for f in caught.value.faults]
    assert words in lines[0]


def test_tables_no_form_knows_stay(written, monkeypatch):
    from kichban.scenario.read import schema

    monkeypatch.setattr(schema, "_SCENARIO_KEYS", (*schema._SCENARIO_KEYS, "futures"))
    path = written.root / FILE
    path.write_text(TEXT + "\n[futures.tax]\nat = 1\n", encoding="utf-8")
    study = open_study(written.root, Cache(None))
    (told,) = form_warnings(study, make_form(study, "scenario", NAME))
    assert (told.code, told.value) == ("W-FORM-010", "futures")
    taken = filled(study, spoil(SITE, C3=2.6))
    # the form was made before somebody added the table
    assert [f.code for f in taken.faults] == ["W-FORM-008", "W-FORM-010"]
    assert "has no place for these tables" in fault_line(taken.faults[1], "en")
    assert taken.data.decode() == path.read_text("utf-8").replace("slip  = 2.5", "slip  = 2.6")
    path.write_text(TEXT, encoding="utf-8")


def test_under_another_name_nothing_is_forgotten(written):
    def rename(book):
        page = book["Thông tin"]
        next(r for r in page.iter_rows() if r[0].value == "name")[2].value = "everything_two"

    taken = filled(written, rename)
    assert taken.file == "scenarios/everything_two.toml"
    texts = {**written.texts, taken.file: taken.data.decode()}
    found, _ = read_scenarios(texts, PARAMETERS)
    old, new = (resolved_document(found[name]) for name in (NAME, "everything_two"))
    assert {**old, "name": ""} == {**new, "name": ""}


def test_a_draft_on_top_may_be_made_of_it(written):
    from kichban.study.scenarios.new import write_new

    file = write_new(written, "child", NAME, [("land.slip_park", "1.5")], "vi")
    assert written.root.joinpath(file).is_file()
    study = open_study(written.root, Cache(None))
    assert {f.code for f in study.scenarios()[1] if f.file == file} == {"W-SCN-042", "W-SCN-066"}
    form = make_form(study, "scenario", "child")
    assert take_form(study, "f.xlsx", write_form(form, "vi")).changes == ()
    written.root.joinpath(file).unlink()


def test_every_entry_is_shown_and_in_the_manifest(written):
    from kichban.study.scenarios.documents import scenario_document
    from kichban.study.scenarios.view import scenario_lines

    scenario = written.scenarios()[0][NAME]
    years = range(2024, 2031)
    for lang in ("vi", "en"):
        text = "\n".join(scenario_lines(scenario, PARAMETERS, years, lang, every=True))
        assert all(f"  {key} – " in text for key in (*PARAMETERS, *scenario.extras))
        assert all(" × ".join(c.of) in text for c in scenario.correlations)
    document = resolved_document(scenario)
    assert list(document["extras"]) == list(scenario.extras)
    assert len(document["correlations"]) == 2
    assert document["parameters"]["land.slip_park"]["prior"]["futures"][1]["label"]["en"]
    shown = scenario_document(scenario, PARAMETERS, years, every=True)
    assert list(shown["extras"]) == list(scenario.extras)
    assert set(shown["parameters"]) == set(PARAMETERS)
