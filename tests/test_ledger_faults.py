"""Every way the inputs can be wrong: place, value and words; one small bad change for each."""

import shutil
import unicodedata
from pathlib import Path

import pytest
from ledger_cases import (
    OBSERVATIONS,
    READINGS,
    REGIONS,
    ROWS,
    SITES,
    SOURCES,
    STATEMENTS,
    TARGETS,
    book_of,
    ledger_of,
    sound,
    statement,
    statements_text,
    with_cell,
)

from conftest import write_rows
from kichban.errors import InputError, UsageError
from kichban.ledger import WORDS, ledger_at
from kichban.periods import parse_date
from kichban.study import open_study
from kichban.texts import all_keys, fault_line


def cell(file, line, **cells):
    """A change of one row of a CSV file."""
    return file, lambda text: with_cell(text, line, **cells)


def piece(file, old, new):
    """A change of one piece of a text."""

    def change(text):
        assert text.count(old) >= 1, (file, old)
        return text.replace(old, new, 1)

    return file, change


#: code, (file, change), row, column, value, a piece of the English line
CASES = [
    ("E-FILE-001", (SOURCES, lambda _: None), None, "", "", "the file is missing"),
    ("E-FILE-001", (REGIONS, lambda _: None), None, "", "", "the file is missing"),
    ("E-FILE-002", (STATEMENTS, lambda _: ""), 1, "", "", "the file is empty, without a header"),
    ("E-COL-001", piece(STATEMENTS, ",value,", ",valeu,"), 1, "valeu", "valeu", "nearest: value"),
    ("E-COL-002", piece(STATEMENTS, ",value,", ",valeu,"), 1, "value", "", "column is missing"),
    ("E-COL-003", piece(STATEMENTS, ",note,", ",value,"), 1, "value", "value", "stands twice"),
    ("E-ROW-001", piece(STATEMENTS, "A2,bac_giang,", "A2,bac_giang,,"), 3, "", "A2",
     "the row has 21 cells, the header 20"),
    ("E-ROW-002", piece(STATEMENTS, "A3,", 'A3,"'), 4, "", "", "quotes do not close"),
    ("E-ROW-002", piece(SOURCES, "Báo cáo tháng", '"Báo cáo" tháng'), 3, "", "",
     "check the quotes from this row on"),
    ("E-CELL-001", cell(STATEMENTS, 3, id=""), 3, "id", "", "the cell must not be empty"),
    ("E-CELL-001", cell(STATEMENTS, 3, resolution=""), 3, "resolution", "", "must not be empty"),
    ("E-CELL-001", cell(SITES, 2, name_vi=""), 2, "name_vi", "", "must not be empty"),
    ("E-CELL-001", piece(TARGETS, 'id = "T1"\n', ""), 3, "target[1].id", "", "not be empty"),
    ("E-CELL-001", piece(TARGETS, 'statement = "A8"\n', ""), 3, "statement", "", "not be empty"),
    ("E-CELL-001", piece(TARGETS, 'kind = "level"\n', ""), 3, "kind", "", "not be empty"),
    ("E-CELL-001", piece(REGIONS, 'code = "bac_giang"\n', ""), 3, "code", "", "not be empty"),
    ("E-ID-001", cell(STATEMENTS, 3, id="A1"), 3, "id", "A1", "used already (first: 2)"),
    ("E-ID-001", cell(SOURCES, 3, source="S1"), 3, "source", "S1", "used already (first: 2)"),
    ("E-ID-001", cell(SITES, 3, id="p1", kind="kcn"), 3, "id", "p1", "used already (first: 2)"),
    ("E-ID-001", (TARGETS, lambda t: t + t[t.index("[[") :]), 12, "id", "T1", "(first: 3)"),
    ("E-ID-001", (REGIONS, lambda t: t + t[t.index("[[") :]), 10, "code", "bac_giang",
     "(first: 3)"),
    ("E-ID-002", cell(STATEMENTS, 3, id="A 2"), 3, "id", "A 2", "letters, digits and _ . - only"),
    ("E-NUM-001", cell(STATEMENTS, 3, value="5e5"), 3, "value", "5e5", "a plain number such as"),
    ("E-NUM-001", cell(STATEMENTS, 3, value="nan"), 3, "value", "nan", "not a number"),
    ("E-NUM-001", cell(STATEMENTS, 3, value="५००"), 3, "value", "५००", "not a number"),
    ("E-NUM-001", cell(STATEMENTS, 3, value="9" * 400), 3, "value", "9" * 400, "not a number"),
    ("E-NUM-001", cell(OBSERVATIONS, 2, gross_ha="n/a"), 2, "gross_ha", "n/a", "not a number"),
    ("E-NUM-002", cell(STATEMENTS, 4, value="12,5"), 4, "value", "12,5", "12.5 instead of 12,5"),
    ("E-NUM-002", cell(STATEMENTS, 3, value="541,169"), 3, "value", "541,169", "have no mark"),
    ("E-NUM-002", piece(READINGS, 'price_basis = "current"', 'value = "12,5"'), 3, "set.value",
     "12,5", "decimal mark is a point"),
    ("E-NUM-001", piece(READINGS, 'price_basis = "current"', 'value = "x"'), 3, "set.value", "x",
     "not a number"),
    ("E-NUM-003", cell(STATEMENTS, 3, resolution="0"), 3, "resolution", "0", "must be positive"),
    ("E-NUM-003", cell(STATEMENTS, 3, resolution="-1"), 3, "resolution", "-1", "such as 0.01"),
    ("E-DATE-001", cell(STATEMENTS, 3, published="31/01/2024"), 3, "published", "31/01/2024",
     "not a date"),
    ("E-DATE-001", cell(STATEMENTS, 3, published="2024-02-30"), 3, "published", "2024-02-30",
     "not a date"),
    ("E-DATE-001", cell(STATEMENTS, 3, published="0000-01-01"), 3, "published", "0000-01-01",
     "write 2024-06-11, 2024-06 or 2024"),
    ("E-DATE-001", piece(REGIONS, '"2025-06-12"', '"soon"'), 3, "known", "soon", "not a date"),
    ("E-DATE-001", piece(READINGS, '"2023-12-31"', '"31.12.2023"'), 3, "date", "31.12.2023",
     "not a date"),
    ("E-DATE-002", cell(STATEMENTS, 3, published=""), 3, "published", "", "reason = undated"),
    ("E-DATE-002", cell(STATEMENTS, 3, period=""), 3, "period", "", "needs a period and a day"),
    ("E-DATE-002", cell(OBSERVATIONS, 2, as_of=""), 2, "as_of", "", "needs a period and a day"),
    ("E-DATE-003", cell(STATEMENTS, 3, period="2032"), 3, "published", "2024-01-31",
     "before the period 2032 begins; a slip of the year?"),
    ("E-PER-001", cell(STATEMENTS, 3, period="2023-13"), 3, "period", "2023-13", "not a period"),
    ("E-PER-001", cell(STATEMENTS, 3, period="0000"), 3, "period", "0000", "write 2023, 2024-Q1"),
    ("E-PER-001", cell(STATEMENTS, 3, period="2023-05/2023-01"), 3, "period", "2023-05/2023-01",
     "not a period"),
    ("E-PER-002", cell(STATEMENTS, 3, period="2023-Q4"), 3, "period", "2023-Q4",
     "does not suit period_kind annual"),
    ("E-WORD-001", cell(STATEMENTS, 3, use="ye"), 3, "use", "ye", "nearest: yes"),
    ("E-WORD-001", cell(STATEMENTS, 3, status="acutal"), 3, "status", "acutal", "nearest: actual"),
    ("E-WORD-001", cell(STATEMENTS, 3, qualifier="hon"), 3, "qualifier", "hon", "more_than"),
    ("E-WORD-001", cell(SITES, 2, kind="park"), 2, "kind", "park", "choose one of: ccn, kcn"),
    ("E-WORD-001", cell(SITES, 2, parent="c1"), 2, "parent", "c1", "choose one of: p1"),
    ("E-WORD-001", piece(TARGETS, '"level"', '"levl"'), 3, "kind", "levl", "nearest: level"),
    ("E-WORD-001", piece(READINGS, '"current"', '"curent"'), 3, "set.price_basis", "curent",
     "nearest: current"),
    ("E-KEY-001", piece(TARGETS, "plan_type", "plan_tpye"), 3, "plan_tpye", "plan_tpye",
     "nearest: plan_type"),
    ("E-KEY-001", piece(READINGS, "price_basis", "pricebasis"), 3, "set.pricebasis", "pricebasis",
     "nearest: price_basis"),
    ("E-KEY-002", piece(TARGETS, "[[target]]", "[target]"), 3, "target", "",
     "the value has the wrong form; expected [[target]]"),
    ("E-KEY-002", piece(REGIONS, "[[region]]", "[region]"), 3, "region", "", "write it in that"),
    ("E-KEY-002", piece(READINGS, "[[reading]]", "[reading]"), 3, "reading", "", "wrong form"),
    ("E-KEY-002", piece(TARGETS, "plan_type =", 'supersedes = "T0"\nplan_type ='), 3,
     "supersedes", "T0", 'expected ["…", "…"]'),
    ("E-KEY-002", piece(TARGETS, '"A8"', "8"), 3, "statement", "8", 'expected "…"'),
    ("E-KEY-002", piece(READINGS, '["A1"]', '"A1"'), 3, "statements", "A1", '["…", "…"]'),
    ("E-KEY-002", piece(READINGS, '{ price_basis = "current" }', '"current"'), 3, "set",
     "current", "expected { … }"),
    ("E-IND-001", cell(STATEMENTS, 3, indicator="industrial_ouput"), 3, "indicator",
     "industrial_ouput", "nearest: industrial_output"),
    ("E-REF-001", cell(STATEMENTS, 3, region="bacgiang"), 3, "region", "bacgiang",
     "regions.toml has no such region; nearest: bac_giang"),
    ("E-REF-002", cell(STATEMENTS, 3, source="S9"), 3, "source", "S9", "no such source"),
    ("E-REF-002", cell(SITES, 2, source="S9"), 2, "source", "S9", "add it to sources.csv"),
    ("E-REF-003", cell(OBSERVATIONS, 2, site="p11"), 2, "site", "p11", "nearest: p1"),
    ("W-REF-003", cell(OBSERVATIONS, 2, site="p9", use="background", reason="undated"), 2, "site",
     "p9", "this background row is left out"),
    ("E-USE-001", cell(STATEMENTS, 3, use="no"), 3, "reason", "no", "needs a reason"),
    ("E-USE-001", cell(OBSERVATIONS, 2, use="background"), 2, "reason", "background",
     "such as undated"),
    ("E-MEAS-001", cell(STATEMENTS, 3, measure="area_ha", unit="ha"), 3, "measure", "area_ha",
     "the indicator has no such measure"),
    ("E-UNIT-001", cell(STATEMENTS, 3, unit="mn_usd"), 3, "unit", "mn_usd",
     "convert the value to bn_vnd"),
    ("E-UNIT-001", cell(STATEMENTS, 4, unit="fraction"), 4, "unit", "fraction", "to percent"),
    ("E-BASE-001", cell(STATEMENTS, 6, price_basis="current"), 6, "price_basis", "current",
     "the indicator has no such price basis"),
    ("E-BRK-001", cell(STATEMENTS, 5, breakdown="fdi"), 5, "breakdown", "fdi",
     'the part "fdi" is not dimension:member'),
    ("E-BRK-001", piece(READINGS, 'price_basis = "current"', 'breakdown = "fdi"'), 3,
     "set.breakdown", "fdi", "write ownership:fdi"),
    ("E-BRK-002", cell(STATEMENTS, 5, breakdown="owner:fdi"), 5, "breakdown", "owner:fdi",
     "the dimension or member is not in the catalogue"),
    ("E-BRK-002", cell(STATEMENTS, 5, breakdown="ownership:fdii"), 5, "breakdown",
     "ownership:fdii", "nearest: fdi"),
    ("E-BRK-003", cell(STATEMENTS, 5, breakdown="sector:mining+ownership:fdi"), 5, "breakdown",
     "sector:mining+ownership:fdi", "write ownership:fdi+sector:mining"),
    ("E-LIM-001", cell(STATEMENTS, 3, value="-1"), 3, "value", "-1", "below the limit 0"),
    ("E-LIM-001", cell(STATEMENTS, 8, value="-1"), 8, "value", "-1", "sign or unit mistaken?"),
    ("E-LIM-001", cell(OBSERVATIONS, 2, operating_ha="-150"), 2, "operating_ha", "-150",
     "below the limit 0"),
    ("E-LIM-002", cell(STATEMENTS, 4, value="-100.5"), 4, "value", "-100.5",
     "a fall by more than 100% is impossible"),
    ("E-LIM-003", cell(STATEMENTS, 6, value="107"), 6, "value", "107", "over which denominator?"),
    ("E-LIM-003", cell(STATEMENTS, 7, value="811"), 7, "value", "811", "a share outside 0–100"),
    ("E-LIM-003", cell(OBSERVATIONS, 2, occupancy_pct="101"), 2, "occupancy_pct", "101",
     "a share outside 0–100"),
    ("E-DATE-004", cell(OBSERVATIONS, 2, as_of="2204-01-31"), 2, "as_of", "2204-01-31",
     "lies after its publication on 2024-01-31"),
    ("E-WORD-001", cell(OBSERVATIONS, 2, stage="Operating"), 2, "stage", "Operating", "operating"),
    ("E-WORD-001", cell(OBSERVATIONS, 2, status="actuall"), 2, "status", "actuall", "actual"),
    ("E-TEXT-001", cell(OBSERVATIONS, 2, obstacles="\uf0b7 vướng"), 2, "obstacles", "\uf0b7 vướng",
     "cannot be printed (U+F0B7)"),
    ("E-TEXT-002", cell(OBSERVATIONS, 2, decision="x" * 501), 2, "decision", "x" * 40 + "…",
     "501 characters, at most 500"),
    ("E-LAND-003", cell(OBSERVATIONS, 2, leased_ha="312"), 2, "leased_ha", "312",
     "more than industrial_ha 300 (104.0%): gross area entered"),
    ("E-LAND-003", cell(OBSERVATIONS, 2, serviced_ha="290"), 2, "serviced_ha", "290",
     "raise cleared_ha and cite the decision"),
    ("E-DUP-001", (STATEMENTS, lambda t: t + t.splitlines()[-1].replace("A8", "A9") + "\n"), 10,
     "id", "A9", "the same source says this already (id A8, row 9): it would count twice"),
    ("E-TOML-001", piece(TARGETS, '"A8"', "8,5"), 5, "", "", "write 8.5 for decimals"),
    ("E-TOML-001", piece(REGIONS, 'kind = "province"', 'kind = "province'), 6, "", "",
     "not valid TOML"),
    ("E-TOML-001", (READINGS, lambda t: t + "[[reading]\n"), 9, "", "", "not valid TOML"),
    ("E-FMT-001", piece(TARGETS, "format = 1\n", ""), 1, "format", "", "format = 1 is missing"),
    ("E-FMT-001", piece(TARGETS, "format = 1", "# x\nformat = true"), 2, "format", "True",
     "add format = 1"),
    ("E-FMT-002", piece(TARGETS, "format = 1", "# the format\nformat = 2"), 2, "format", "2",
     "a newer format than this version knows (1)"),
    ("E-LABEL-001", piece(TARGETS, ', en = "Resolution 147"', ""), 3, "document",
     "{'vi': 'Nghị quyết 147'}", "both languages are needed: { vi = …, en = … }"),
    ("E-LABEL-001", piece(REGIONS, ', en = "Bắc Giang"', ""), 3, "name", "{'vi': 'Bắc Giang'}",
     "add the missing one"),
    ("E-LABEL-001", piece(READINGS, ', en = "So it is."', ", en = 1"), 3, "reason",
     "{'vi': 'Vì vậy.', 'en': 1}", "both languages"),
    ("W-READ-001", piece(READINGS, '"A1"', '"A99"'), 3, "statements", "A99",
     "reading R1 names a statement that does not exist"),
    ("W-TGT-001", piece(TARGETS, '"A8"', '"A99"'), None, "T1", "T1",
     "statement A99 is absent or not yet published on this day: the target is left out"),
]  # fmt: skip
#: warnings of a view: rows of statements, row, value, a piece of the English line
ODD_CASES = [
    ("W-ODD-001", [statement("B1", 13.4, "1023", measure="growth_yoy")], 2, "period", "B1",
     "the year 1023 is impossible; the print is kept but not used"),
    ("W-ODD-002", [*ROWS[:2], statement("B1", 610, "2023-01/2023-06", period_kind="ytd"),
                   statement("B2", 420000, "2021")], 4, "value", "B1",
     "the print 610 is tens of times off its neighbours"),
    ("W-ODD-002", [*ROWS[:2], statement("B1", 0, "2021")], 4, "value", "B1", "the print 0 is"),
    ("W-ODD-003", [statement("B1", 342000, "2022"),
                   statement("B2", 358300, "2022", breakdown="ownership:fdi")], 2, "value", "B1",
     "the total 342000 is below one of its parts (B2: 358300); not used"),
    ("W-ODD-004", [statement("B1", 342000, "2022"),
                   statement("B2", 358300, "2022", breakdown="ownership:fdi")], 3, "value", "B2",
     "the part 358300 exceeds its total (B1: 342000); not used"),
]  # fmt: skip


def faults_of(texts):
    """Faults of the files and of the newest view."""
    book = book_of({name: text for name, text in texts.items() if text is not None})
    _, warnings = ledger_at(book, "bac_giang", parse_date("2030-12-31"))
    return [*book.faults, *warnings]


def expect(faults, code, file, row, column, value, words):
    """Find the one fault and read its English line and its Vietnamese one."""
    found = [f for f in faults if (f.code, f.file, f.column, f.row) == (code, file, column, row)]
    assert len(found) == 1, [(f.code, f.file, f.row, f.column, f.value) for f in faults]
    assert found[0].value == value
    line = fault_line(found[0], "en")
    place = ":".join(p for p in (file, str(row or ""), column) if p)
    assert line.startswith(f"{place}: {code}: {value}" if value else f"{place}: {code}: ")
    assert words in line
    assert "\n" not in line
    start = all_keys()[f"faults.{code}.cause"]["vi"].split("{")[0]
    assert start in fault_line(found[0], "vi")


def test_the_small_province_is_sound():
    assert not faults_of(sound())


@pytest.mark.parametrize(
    ("code", "change", "row", "column", "value", "words"), CASES,
    ids=[f"{c[0]}-{c[3] or 'file'}-{i}" for i, c in enumerate(CASES)],
)  # fmt: skip
def test_each_fault_names_place_value_and_remedy(code, change, row, column, value, words):
    file, spoil = change
    texts = sound()
    texts[file] = spoil(texts[file])
    expect(faults_of(texts), code, file, row, column, value, words)


@pytest.mark.parametrize(("code", "rows", "row", "column", "value", "words"), ODD_CASES)
def test_each_odd_print_is_a_warning_and_stays_out(code, rows, row, column, value, words):
    texts = sound() | {STATEMENTS: statements_text(rows), TARGETS: "format = 1\n"}
    texts |= {READINGS: "format = 1\n"}
    expect(faults_of(texts), code, STATEMENTS, row, column, value, words)
    ledger = ledger_of(rows)
    assert value in ledger.odd
    assert value not in {s.id for s in ledger.select("industrial_output")}


def test_a_reading_takes_an_odd_print_in():
    rows = [*ROWS[:2], statement("B1", 610, "2021")]
    ledger = ledger_of(rows, **{READINGS: READINGS_OF_B1})
    read = {s.id: s.value for s in ledger.select("industrial_output")}
    assert read["B1"] == 610000


READINGS_OF_B1 = """format = 1
[[reading]]
id = "R1"
statements = ["B1"]
set = { value = "610000" }
reason = { vi = "Nhầm đơn vị.", en = "A slip of the unit." }
date = "2024-02-01"
"""


def test_a_faulty_statement_is_not_called_missing_elsewhere():
    texts = sound()
    texts[STATEMENTS] = with_cell(texts[STATEMENTS], 2, value="12,5")
    assert [f.code for f in book_of(texts).faults] == ["E-NUM-002"]


def test_a_missing_column_is_one_fault():
    texts = sound()
    texts[STATEMENTS] = texts[STATEMENTS].replace(",resolution,", ",resolutoin,")
    assert [f.code for f in book_of(texts).faults] == ["E-COL-001", "E-COL-002"]


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        *((file, spoil) for file in (REGIONS, SOURCES, STATEMENTS)
          for spoil in ("missing", "empty", "broken")),
        (SITES, "empty"), (SITES, "broken"),
    ],
)  # fmt: skip
def test_one_broken_file_does_not_make_a_fault_of_every_row(file, spoil):
    texts = sound()
    head = texts[file].split("\n", 1)[0]
    texts[file] = {"missing": None, "empty": "", "broken": head + '\n"'}[spoil]
    book = book_of({name: text for name, text in texts.items() if text is not None})
    assert [f.file for f in book.faults if f.is_error] == [file]


# --- faults of a call and of study.toml --------------------------------------------------------


def call_fault(study, action):
    """Give the fault of a call that must be refused."""
    with pytest.raises((UsageError, InputError)) as caught:
        action(open_study(study.root))
    error = caught.value
    return error.fault if isinstance(error, UsageError) else error.faults[0]


CALL_CASES = [
    ("E-STUDY-001", lambda s: open_study("/"), "/", "no study.toml here or above"),
    ("E-SCN-901", lambda s: s.request(["hihg"]), "hihg",
     "there is no such scenario; nearest: high — choose one of: baseline, high"),
    ("E-ASOF-001", lambda s: s.request(as_of=parse_date("1999-01-01")), "1999-01-01",
     "before the first published figure"),
    ("E-HOR-001", lambda s: s.request(horizon=2020), "2020", "before the current one, 2024"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "action", "value", "words"), CALL_CASES)
def test_each_wrong_call_is_refused(shipped, code, action, value, words):
    with pytest.raises(UsageError, match=code) as caught:
        action(shipped)
    assert caught.value.exit_code == 2
    assert caught.value.fault.value == value
    assert words in fault_line(caught.value.fault, "en")


def test_figures_that_are_years_old_are_warned_of(small_study):
    done = small_study.call("--messages", "en", "series", "--as-of", "2027-01-31", "--text")
    assert done.returncode == 0, done.stderr
    assert "the newest figure was published on 2018-12-31, 97 months before" in done.stderr
    today = small_study.call("--messages", "en", "series", "--text")
    assert "W-ASOF-001" not in today.stderr


#: arguments of the command line, code, value, English words
LINE_CASES = [
    (["series", "--indicator", "iipp"], "E-IND-901", "iipp", "has no such indicator"),
    (["run", "--set", "land.slip_park"], "E-SET-901", "land.slip_park", "wants key=value"),
    (["run", "--as-of", "31/01/2024"], "E-DATE-901", "31/01/2024", "write 2024-07-31"),
    (["report", "--lang", "fr"], "E-LANG-901", "fr", "a language is vi or en"),
    (["report", "--formats", "odt"], "E-FMT-901", "odt", "this format cannot be printed"),
]


@pytest.mark.parametrize(("arguments", "code", "value", "words"), LINE_CASES)
def test_each_wrong_argument_is_refused(small_study, arguments, code, value, words):
    before = small_study.tree()
    done = small_study.call("--messages", "en", *arguments)
    assert done.returncode == 2, done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith(f"{code}: {value} — ")
    assert words in line
    assert "Traceback" not in done.stderr
    assert small_study.tree() == before


def test_a_log_that_cannot_be_written_is_refused(small_study):
    log = small_study.root / "no" / "such" / "log.jsonl"
    done = small_study.call("--messages", "en", "--log", log, "check")
    assert done.returncode == 2
    assert f"E-LOG-901: {log} — the log cannot be written" in done.stderr


CONFIG_CASES = [
    ("E-CONF-001", ("draws     = 10240", "draws     = 10"), 6, "draws", "10", "greater than or"),
    ("E-CONF-001", ("draws ", "drawz "), 6, "drawz", "10240", "Extra inputs are not permitted"),
    ("E-CONF-002", ('"baseline"', '"base"'), None, "headline", "base", "no such scenario"),
    ("E-REF-001", ('"bac_giang"', '"bac_gian"'), None, "region", "bac_gian", "no such region"),
]


@pytest.mark.parametrize(("code", "change", "row", "column", "value", "words"), CONFIG_CASES)
def test_each_fault_of_the_configuration(study_copy, code, change, row, column, value, words):
    study_copy.replace("study.toml", *change)
    expect(open_study(study_copy.root).check(), code, "study.toml", row, column, value, words)


def test_files_that_are_not_utf8_or_cannot_be_read(study_copy):
    path = study_copy.path("inputs/sources.csv")
    path.write_bytes(study_copy.text("inputs/sources.csv").encode("utf-16"))
    (study_copy.root / "inputs" / "z.csv").symlink_to("nowhere.csv")
    with pytest.raises(InputError) as caught:
        open_study(study_copy.root).check()
    faults = caught.value.faults
    expect(faults, "E-FILE-003", "inputs/sources.csv", None, "", "", "not UTF-8 (byte 0)")
    expect(faults, "E-FILE-004", "inputs/z.csv", None, "", "", "the file cannot be read (No such")


def test_every_code_has_a_case():
    stated = {key.split(".")[1] for key in all_keys() if key.startswith("faults.")}
    covered = {c[0] for c in (*CASES, *ODD_CASES, *CALL_CASES, *CONFIG_CASES)}
    covered |= {c[1] for c in LINE_CASES}
    # held by their words alone, in the tests of forms, of goals, of the report and of variables
    covered |= {"E-COL-004", "E-FORM-034", "E-FORM-044", "E-FORM-902", "E-FORM-903", "E-REPORT-002",
                "E-SEEK-003", "E-SEEK-004", "E-SEEK-005", "E-VAR-906", "E-VAR-908",
                "W-FORM-010"}  # fmt: skip
    others = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("*.py"))
    assert {code for code in stated - covered if code not in others} == set()


# --- all at once, and nothing written ----------------------------------------------------------


def test_ten_faults_in_one_study_are_all_listed_and_nothing_is_written(study_copy):
    wrong = {
        "BG0011": {"value": "12,5"}, "BG0012": {"unit": "bn_vnd"}, "BG0013": {"period": "2024-Q9"},
        "BG0014": {"indicator": "service_va"}, "BG0017": {"region": "bacgiang"},
        "BG0021": {"resolution": "0"}, "BG0117": {"source": "S999"},
    }  # fmt: skip
    lines = {key: study_copy.set_cells("statements.csv", key, **c) for key, c in wrong.items()}
    observed = study_copy.rows("site_observations.csv")[0]["site"]
    study_copy.set_cells("site_observations.csv", observed, occupancy_pct="101")
    study_copy.replace("inputs/readings.toml", 'date = "2021-11-30"', 'date = "yesterday"')
    study_copy.replace("study.toml", '"baseline"', '"basline"')
    before = study_copy.tree()
    out = study_copy.root / "out"
    done = study_copy.call("--messages", "en", "run", "--draws", 64, "--out", out)
    assert done.returncode == 1
    for code, column, key in (
        ("E-NUM-002", "value", "BG0011"), ("E-UNIT-001", "unit", "BG0012"),
        ("E-PER-001", "period", "BG0013"), ("E-IND-001", "indicator", "BG0014"),
        ("E-REF-001", "region", "BG0017"), ("E-NUM-003", "resolution", "BG0021"),
        ("E-REF-002", "source", "BG0117"),
    ):  # fmt: skip
        assert f"inputs/statements.csv:{lines[key]}:{column}: {code}: " in done.stderr
    for place in (
        "inputs/site_observations.csv:2:occupancy_pct: E-LIM-003: 101",
        "date: E-DATE-001: yesterday",
        "study.toml:headline: E-CONF-002: basline",
    ):
        assert place in done.stderr
    assert "10 faults; nothing was written." in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
    assert study_copy.tree() == before


# --- forms of text -----------------------------------------------------------------------------


def as_ledger(study):
    opened = open_study(study.root)
    assert not any(f.is_error for f in opened.check())
    ledger = opened.ledger()
    return ledger.statements, ledger.targets, ledger.sites, ledger.observations, ledger.readings


@pytest.mark.parametrize("form", ["decomposed", "marked", "windows"])
def test_the_form_of_the_text_changes_nothing(study_copy, form):
    plain = as_ledger(study_copy)
    for path in (study_copy.root / "inputs").iterdir():
        text = path.read_text(encoding="utf-8")
        if form == "decomposed":
            assert unicodedata.is_normalized("NFC", text)
            text = unicodedata.normalize("NFD", text)
        mark = "\ufeff" if form == "marked" else ""
        ends = text.replace("\n", "\r\n") if form == "windows" else text
        path.write_bytes((mark + ends).encode("utf-8"))
    assert as_ledger(study_copy) == plain


def test_sites_groups_and_readings_may_be_absent(study_copy):
    for name in ("sites.csv", "site_observations.csv", "site_groups.csv", "readings.toml"):
        study_copy.path(f"inputs/{name}").unlink()
    assert not any(f.is_error for f in open_study(study_copy.root).check())


def test_without_inputs_every_missing_file_is_named(study_copy):
    shutil.rmtree(study_copy.root / "inputs")
    missing = {f.file for f in open_study(study_copy.root).check() if f.code == "E-FILE-001"}
    assert missing == {SOURCES, STATEMENTS, REGIONS}


def test_observations_from_before_the_words_were_columns_are_read(study_copy):
    """An older file lacks decision, investor, waste water, obstacles; it is sound as well."""
    old = [
        {k: v for k, v in row.items() if k not in WORDS}
        for row in study_copy.rows("site_observations.csv")
    ]
    write_rows(study_copy.path("inputs/site_observations.csv"), old)
    assert not [f for f in open_study(study_copy.root).check() if f.is_error]
