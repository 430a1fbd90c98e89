"""Forms: what is written can be read, whatever Excel or its user made of a cell is told."""

import datetime as dt
import io
import re
import time
import zipfile
from functools import cache

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from kichban.form import Field, Form, Row, Sheet, identify, read_form, write_form
from kichban.form.values import both
from kichban.texts import all_keys, fault_line

L = both("Nhãn", "Label")
WORDS = {"kcn": both("khu công nghiệp", "park"), "ccn": both("cụm công nghiệp", "cluster")}
FIELDS = (
    Field("id", "text", both("Mã", "Id"), required=True),
    Field("value", "number", both("Giá trị", "Value"), bounds=(-1000.0, 5000.0)),
    Field("count", "integer", both("Số lượng", "Count")),
    Field("share", "number", both("Tỷ lệ", "Share"), percent=True, bounds=(0.0, 1.0)),
    Field("day", "date", both("Ngày", "Day")),
    Field("when", "date", both("Tính đến", "As of"), partial=True),
    Field("period", "period", both("Kỳ", "Period")),
    Field("kind", "choice", both("Loại", "Kind"), words=WORDS),
    Field("secret", "flag", both("Mật", "Secret")),
    Field("ages", "list", both("Tuổi", "Ages"), items="number"),
    Field("refs", "list", both("Nguồn", "Sources")),
)
FULL = {
    "id": "=1+1 tối đa", "value": 0.1 + 0.2, "count": 3, "share": 0.278, "day": "2024-07-31",
    "when": "2024-06", "period": "2024-01/2024-05", "kind": "ccn", "secret": True,
    "ages": (0.5, 1.234, 4.0), "refs": ("S001", "S104"),
}  # fmt: skip
CARD = Sheet(
    "card", both("Thẻ", "Card"),
    (Field("a.b", "number", both("Hệ số", "Factor"), bounds=(0.5, 5.0)),
     Field("story", "text", both("Câu chuyện", "Story"), lines=4)),
    (Row("", {"a.b": 1.6, "story": "một\nhai"}),), layout="card",
)  # fmt: skip
TABLE = Sheet("table", both("Bảng", "Table"), FIELDS, (Row("k1", FULL), Row("k2", {"id": "x"})), 3)
FORM = Form("trial", both("Thử", "Trial"), (TABLE, CARD), "subject", "abc")
COLUMN = {f.name: "BCDEFGHIJKL"[i] for i, f in enumerate(FIELDS)}


@cache
def written(_, lang):
    return write_form(FORM, lang)


def changed(change, form=FORM, lang="vi"):
    """Write the form, let `change` do as a user would, and read it."""
    book = load_workbook(io.BytesIO(written(form.name, lang)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read_form("f.xlsx", out.getvalue(), form)


def cell(name, value, number_format=None, row=4):
    """Read the form with one cell of the second row changed; give its value and the faults."""

    def change(book):
        one = book["Bảng"][f"{COLUMN[name]}{row}"]
        one.value = value
        if number_format:
            one.number_format = number_format

    reading = changed(change)
    return reading.sheets["table"][1].values[name], reading.faults


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_written_is_read(lang):
    reading = read_form("f.xlsx", write_form(FORM, lang), FORM)
    assert reading.faults == ()
    first, second = reading.sheets["table"]
    assert dict(first.values) == FULL
    assert (first.key, second.key) == ("k1", "k2")
    assert [v for v in second.values.values() if v is not None] == ["x"]
    assert first.places["value"] == ("Bảng!C3" if lang == "vi" else "Table!C3")
    (card,) = reading.sheets["card"]
    assert dict(card.values) == {"a.b": 1.6, "story": "một\nhai"}
    identity, _ = identify("f.xlsx", write_form(FORM, lang))
    assert identity == ("trial", "subject", 1, lang, "abc")


def test_the_same_form_gives_the_same_bytes():
    data = write_form(FORM, "vi")
    time.sleep(1.1)  # the library writes the clock's seconds
    assert write_form(FORM, "vi") == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}[^<]*)<", core) == ["1980-01-01T00:00:00Z"] * 2


def test_cells_hold_numbers_and_days_and_the_page_prints_on_a4():
    page = load_workbook(io.BytesIO(write_form(FORM, "vi")))["Bảng"]
    assert page["C3"].data_type == "n"
    assert page["E3"].value == 0.278
    assert page["E3"].number_format == "0.0%"
    assert page["F3"].value == dt.datetime(2024, 7, 31)
    assert page["B3"].data_type == "s"
    assert page["I3"].value == "cụm công nghiệp"
    assert page["K3"].value == "0,5; 1,234; 4"
    assert page.row_dimensions[2].hidden
    assert page.column_dimensions["A"].hidden
    assert page.freeze_panes == "C3"
    assert page.protection.sheet
    assert page["B1"].protection.locked
    assert not page["C5"].protection.locked
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert page.print_title_rows == "$1:$1"
    kinds = {v.type for v in page.data_validations.dataValidation}
    assert {"decimal", "whole", "date", "list"} <= kinds


def test_neither_labels_nor_the_order_of_columns_matter():
    def change(book):
        page = book["Bảng"]
        page.title = "Khác"
        for row in page.iter_rows(min_row=1, max_row=4):
            one, two = row[1], row[2]
            one.value, two.value = two.value, one.value
            one.number_format, two.number_format = two.number_format, one.number_format
        page["C3"].data_type = "s"  # "=1+1" stays a text
        page["B1"].value = "x"

    reading = changed(change)
    assert reading.faults == ()
    # saved again by a library that writes 16 digits
    assert dict(reading.sheets["table"][0].values) == {**FULL, "value": 0.3}


# --- generous, never silent ----------------------------------------------------------------

DAY = dt.datetime(2024, 6, 1)
READ = [
    ("value", "1,3", None, 1.3, "W-FORM-002", "đọc là 1,3"),
    ("value", " 1.234,5\u00a0", None, 1234.5, "W-FORM-002", "đọc là 1234,5"),
    ("value", "1 300", None, 1300, "W-FORM-002", "đọc là 1300"),
    ("value", 0.278, "0.0%", 27.8, "W-FORM-004", "27,8 % — giá trị phần trăm; đọc là 27,8"),
    ("value", "27,8 %", None, 27.8, "W-FORM-004", "đọc là 27,8"),
    ("share", "27,8%", None, 0.278, "W-FORM-004", "đọc là 27,8 %"),
    ("share", 27.8, "General", 0.278, "W-FORM-004", "đọc là 27,8 %"),
    ("share", 0.5, "0%", 0.5, "", ""),
    ("count", "7", None, 7, "W-FORM-002", "đọc là 7"),
    ("day", "31/07/2024", None, "2024-07-31", "", ""),
    ("when", DAY, "mmm-yy", "2024-06", "W-FORM-001", "đọc là 2024-06"),
    ("when", DAY, "dd/mm/yyyy", "2024-06-01", "", ""),
    ("when", 2024, "0", "2024", "", ""),
    ("period", DAY, "mmm-yy", "2024-06", "W-FORM-001", "đọc là 2024-06"),
    ("period", 2023, "0", "2023", "", ""),
    ("period", "Quý II/2024", None, "2024-Q2", "W-FORM-001", "đọc là 2024-Q2"),
    ("period", "5 tháng đầu năm 2024", None, "2024-01/2024-05", "W-FORM-001", "2024-01/2024-05"),
    ("kind", "  Cụm  công nghiệp ", None, "ccn", "", ""),
    ("kind", "park", None, "kcn", "", ""),
    ("id", "Que\u0302\u0301 Vo\u0303 ", None, "Quế Võ", "", ""),
    ("id", 12, "0", "12", "W-FORM-003", "đọc là chữ 12"),
    ("secret", "không", None, False, "", ""),
    ("secret", True, None, True, "", ""),
]


@pytest.mark.parametrize(("name", "value", "form", "expected", "code", "words"), READ)
def test_read_generously_and_told(name, value, form, expected, code, words):
    found, faults = cell(name, value, form)
    assert found == expected
    assert type(found) is type(expected)
    assert [f.code for f in faults] == ([code] if code else [])
    if code:
        line = fault_line(faults[0], "vi")
        assert line.startswith(f"f.xlsx:Bảng!{COLUMN[name]}4 (")
        assert words in line


FAULTS = [
    ("value", "1.300", None, "E-FORM-024", "1.300", "two ways: 1300 or 1.300"),
    ("value", "khoảng 5", None, "E-FORM-023", "khoảng 5", "not a number"),
    ("value", DAY, "d.m", "E-FORM-025", "2024-06-01", "Excel makes dates of 1.3"),
    ("value", "#REF!", None, "E-FORM-021", "#REF!", "the cell's formula failed"),
    ("value", "=1+1", None, "E-FORM-022", "", "a formula without its result"),
    ("value", 5000.5, None, "E-FORM-026", "5000.5", "outside -1000 to 5000"),
    ("count", 2.5, None, "E-FORM-027", "2.5", "a whole number is needed"),
    ("share", 0.5, "General", "E-FORM-032", "0.5", "two ways: 50 % or 0.5 %"),
    ("day", "2024-06", None, "E-FORM-028", "2024-06", "enter day/month/year"),
    ("day", 45454, "General", "E-FORM-028", "45454", "not a day"),
    ("period", "2024-13", None, "E-FORM-029", "2024-13", "not a period"),
    ("kind", "cum cong nghiep", None, "E-FORM-030", "cum cong nghiep", "nearest: cụm công nghiệp"),
    ("secret", "có lẽ", None, "E-FORM-031", "có lẽ", "choose Yes or No"),
    ("ages", "0,5; 1.500", None, "E-FORM-024", "1.500", "1500 or 1.500"),
    ("ages", "0,5; x", None, "E-FORM-023", "x", "not a number"),
]


@pytest.mark.parametrize(("name", "value", "form", "code", "shown", "words"), FAULTS)
def test_a_fault_names_cell_heading_value_cause_and_step(name, value, form, code, shown, words):
    found, faults = cell(name, value, form)
    assert found is None
    (fault,) = faults
    label = next(f.label["vi"] for f in FIELDS if f.name == name)
    line = fault_line(fault, "en")
    head = f"f.xlsx:Bảng!{COLUMN[name]}4 ({label}): {code}: "
    assert line.startswith(head + (f"{shown} — " if shown else ""))
    assert words in line
    start = all_keys()[f"faults.{code}.cause"]["vi"].split("{")[0]
    assert start in fault_line(fault, "vi")


IN_BOTH = [
    ("value", "1.300", None, "1.300 — ", "hai cách đọc: 1300 hoặc 1,300", "1.300 — ",
     "two ways: 1300 or 1.300"),
    ("value", 5000.5, None, "5000,5 — ", "khoảng cho phép -1000 đến 5000", "5000.5 — ",
     "outside -1000 to 5000"),
    ("count", 2.5, None, "2,5 — ", "cần số nguyên", "2.5 — ", "a whole number is needed"),
    ("share", 0.5, "General", "0,5 — ", "50 % hoặc 0,5 %", "0.5 — ", "50 % or 0.5 %"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "form", "shown", "vi", "shown_en", "en"), IN_BOTH)
def test_numbers_are_written_in_the_language_of_the_message(
    name, value, form, shown, vi, shown_en, en
):
    (fault,) = cell(name, value, form)[1]
    vietnamese, english = fault_line(fault, "vi"), fault_line(fault, "en")
    assert shown in vietnamese
    assert vi in vietnamese
    assert shown_en in english
    assert en in english


def expect(reading, code, place, words):
    found = [f for f in reading.faults if f.code == code]
    assert len(found) == 1, [fault_line(f, "en") for f in reading.faults]
    line = fault_line(found[0], "en")
    assert line.startswith(f"f.xlsx:{place}" if place else "f.xlsx: ")
    assert words in line
    assert all_keys()[f"faults.{code}.step"]["vi"].split("{")[0] in fault_line(found[0], "vi")


def sheet_change(action):
    return lambda book: action(book["Bảng"])


def put(**cells):
    def action(page):
        for address, value in cells.items():
            page[address].value = value

    return sheet_change(action)


SHEETS = [
    (put(C2="valeu"), "E-FORM-012", "Bảng!C2 (Giá trị)", "nearest: value"),
    (put(C2="valeu"), "E-FORM-011", "Bảng: ", 'column "Giá trị" (technical name value)'),
    (put(M1="Giá tri", M3=5), "E-FORM-012", "Bảng!M3 (Giá tri)", "nearest: Giá trị"),
    (put(D2="value"), "E-FORM-013", "Bảng!D2", "stands twice (first: Bảng!C2)"),
    (put(B4=None, C4=5), "E-FORM-020", "Bảng!B4 (Mã)", "must not be empty"),
    (put(B4=None), "W-FORM-007", "Bảng!B4", "a form deletes no figures"),
    (sheet_change(lambda p: p.merge_cells("C3:C4")), "E-FORM-014", "Bảng!C3 (Giá trị)", "merged"),
    (sheet_change(lambda p: setattr(p.row_dimensions[4], "hidden", True)), "W-FORM-005",
     "Bảng!B4", "hidden and was read"),
    (lambda b: b.copy_worksheet(b["Bảng"]), "E-FORM-007", "Bảng Copy", "a copy of Bảng"),
    (lambda b: b.remove(b["Bảng"]), "E-FORM-006", "Bảng", "the sheet is missing"),
    (lambda b: b.create_sheet("Nháp").append([1]), "W-FORM-012", "Nháp", "no part of the form"),
    (lambda b: b["Thẻ"].delete_rows(4), "E-FORM-016", "Thẻ", 'row "Câu chuyện" (story)'),
    (lambda b: b["Thẻ"].append(["a.c", "x", 2]), "E-FORM-015", "Thẻ!C5", "nearest: a.b"),
    (lambda b: b["Thẻ"].append(["a.b", "x", 2]), "E-FORM-017", "Thẻ!C5", "(first: Thẻ!C3)"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "place", "words"), SHEETS)
def test_faults_of_a_sheet(change, code, place, words):
    expect(changed(change), code, place, words)


def test_all_faults_come_at_once():
    reading = changed(put(C3="x", D3=1.5, H4="13/2024", I4="y", C4="1.300"))
    codes = sorted(f.code for f in reading.faults)
    assert codes == ["E-FORM-023", "E-FORM-024", "E-FORM-027", "E-FORM-029", "E-FORM-030"]


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILES = [
    (b"", "E-FORM-001", "damaged or no Excel workbook"),
    (b"PK\x03\x04 broken", "E-FORM-001", "damaged"),
    (write_form(FORM, "vi")[:-500], "E-FORM-001", "damaged"),
    (zipped("xl/workbook.xml"), "E-FORM-001", "damaged"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "E-FORM-002", "locked with a password"),
    (OLE + b"Workbook", "E-FORM-003", "Excel 97–2003 (.xls) — this is no .xlsx"),
    (zipped("content.xml"), "E-FORM-003", "OpenDocument (.ods)"),
    ("mã;giá trị\n".encode(), "E-FORM-003", "CSV"),
    (saved(Workbook()), "E-FORM-004", "no form of this program"),
    (write_form(Form("other", L, (TABLE,)), "vi"), "E-FORM-009", "expected: trial"),
]


@pytest.mark.parametrize(("data", "code", "words"), FILES)
def test_files_that_are_no_such_form(data, code, words):
    expect(read_form("f.xlsx", data, FORM), code, "", words)


def test_a_newer_format_and_an_absurd_size_are_refused(monkeypatch):
    def newer(book):
        page = book["Hướng dẫn"]
        row = next(r for r in page.iter_rows() if r[0].value == "format")
        row[2].value = "2"

    expect(changed(newer), "E-FORM-005", "Hướng dẫn", "newer format than this program knows")
    monkeypatch.setattr("kichban.form.grid._LARGEST", 1000)
    expect(read_form("f.xlsx", write_form(FORM, "vi"), FORM), "E-FORM-008", "", "far larger")


def test_the_result_of_a_formula_is_taken_where_the_file_has_it():
    book = load_workbook(io.BytesIO(write_form(FORM, "vi")))
    book["Bảng"]["C4"].value = "=SUM(1,2)"
    data = saved(book)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    sheet = next(n for n, d in members.items() if b"SUM(1,2)" in d)
    members[sheet] = re.sub(rb"SUM\(1,2\)</f><v ?/?>(</v>)?", b"SUM(1,2)</f><v>3.5</v>",
                            members[sheet])  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    reading = read_form("f.xlsx", out.getvalue(), FORM)
    assert reading.sheets["table"][1].values["value"] == 3.5
    expect(reading, "W-FORM-006", "Bảng!C4 (Giá trị): W-FORM-006: 3.5", "stored result")


def test_days_of_the_1904_system_are_the_same_days():
    def change(book):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904

    reading = changed(change)
    assert reading.sheets["table"][0].values["day"] == "2024-07-31"


@pytest.mark.clock
def test_a_format_on_the_last_row_of_the_sheet_costs_nothing():
    start = time.perf_counter()
    reading = changed(sheet_change(
        lambda p: setattr(p["B1048576"], "fill", PatternFill("solid", fgColor="FF0000"))
    ))  # fmt: skip
    assert len(reading.sheets["table"]) == 2
    assert time.perf_counter() - start < 3


def test_a_text_no_cell_can_hold_is_refused():
    from kichban.errors import InputError

    rows = (Row("k", {"id": "x" * 32_768}), Row("k", {"id": "a\x07b"}))
    with pytest.raises(InputError) as caught:
        write_form(Form("trial", L, (Sheet("table", L, FIELDS, rows),)), "vi")
    assert [f.code for f in caught.value.faults] == ["E-FORM-036"] * 2
    assert "longer than 32767 characters" in fault_line(caught.value.faults[0], "en")


@pytest.mark.clock
def test_time_grows_with_the_rows_not_their_square():
    def seconds(count):
        rows = tuple(Row(f"k{i}", {**FULL, "id": f"x{i}"}) for i in range(count))
        form = Form("trial", L, (Sheet("table", L, FIELDS, rows),))
        start = time.process_time()
        reading = read_form("f.xlsx", write_form(form, "vi"), form)
        assert len(reading.sheets["table"]) == count
        return time.process_time() - start

    seconds(20)
    assert min(seconds(600) for _ in range(3)) < 5 * min(seconds(200) for _ in range(3))
