"""The printed appendix: bytes, pages, archive and reading order, and what happens without data."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kichban.errors import MachineError, UsageError
from kichban.report import build_report, render_report
from kichban.report.document import Number, Paragraph, Table
from kichban.report.figures.style import MM
from kichban.report.typst_writer import pdf_bytes, typst_source

sys.path.insert(0, str(Path(__file__).parent))
from report_edition import made_edition, without

EDITION = made_edition()
HERE = Path(__file__).resolve().parent


def _tables(report):
    return [b for s in report.sections for b in s.blocks if isinstance(b, Table)]


def _said(report):
    return " ".join(
        run.text
        for s in report.sections
        for b in s.blocks
        if isinstance(b, Paragraph)
        for run in b.runs
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_pdf_for_archives_and_readers(lang):
    files = render_report(EDITION, lang)
    assert list(files) == [f"appendix.{lang}.pdf"]
    data = files[f"appendix.{lang}.pdf"]
    assert data.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in data
    assert b"pdfuaid" in data
    assert b"pdfaid:part" in data


@pytest.mark.clock
def test_both_languages_take_less_than_six_seconds():
    start = time.perf_counter()
    for lang in ("vi", "en"):
        render_report(EDITION, lang)
    assert time.perf_counter() - start < 6


_SCRIPT = """
import sys, hashlib
sys.path.insert(0, {here!r})
from report_edition import made_edition
from kichban.report import render_report
for lang in ("vi", "en"):
    for data in render_report(made_edition(), lang).values():
        print(hashlib.sha256(data).hexdigest())
"""


@pytest.mark.slow
def test_the_same_bytes_whatever_the_clock_the_zone_the_locale_and_the_hash_seed():
    found = set()
    for zone, locale, seed in (("UTC", "C", "0"), ("Asia/Ho_Chi_Minh", "C.UTF-8", "7")):
        env = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", _SCRIPT.format(here=str(HERE))],
            env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        found.add(run.stdout)
    assert len(found) == 1


def test_the_first_page_holds_the_summary_alone():
    for lang in ("vi", "en"):
        report = build_report(EDITION, lang)
        first = replace(report, sections=report.sections[:1], signatures=())
        pages = _pages(pdf_bytes(first, EDITION.as_of))
        assert pages == 1, lang


def _pages(data):
    return max(int(n) for n in re.findall(rb"/Count (\d+)", data))


def test_an_unknown_format_is_refused_by_name():
    with pytest.raises(UsageError, match="E-REPORT-001 docx"):
        render_report(EDITION, "vi", ("docx",))


def test_what_the_typesetter_refuses_is_a_fault_of_the_machine():
    report = build_report(EDITION, "vi")
    broken = replace(report, lang="xxxx")
    with pytest.raises((MachineError, KeyError)):
        pdf_bytes(broken, EDITION.as_of)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "gone",
    [("series",), ("contradictions",), ("projections",), ("gap",), ("scenarios",), ("extras",),
     ("series", "contradictions", "projections", "gap", "scenarios", "extras")],
)  # fmt: skip
def test_a_missing_table_is_said_in_words(gone, lang):
    edition = without(EDITION, *gone)
    report = build_report(edition, lang)
    assert pdf_bytes(report, edition.as_of).startswith(b"%PDF")
    words = {
        "series": ("Chưa có chuỗi số liệu", "holds no series"),
        "contradictions": ("Không phát hiện mâu thuẫn", "No contradiction"),
        "projections": ("Chưa có dự báo", "no projections"),
        "gap": ("Chưa có chỉ tiêu nào", "There is no target"),
        "scenarios": ("Các kịch bản là giả định", "Scenarios are assumptions"),
        "extras": ("", ""),
    }
    for name in gone:
        if name == "projections" and "gap" not in gone:
            continue  # the gap table still makes a chart
        if name == "scenarios" and "projections" in gone:
            continue
        assert words[name][lang == "en"] in _said(report)


def test_an_empty_frame_with_columns_is_as_good_as_none():
    empty = {n: getattr(EDITION, n).head(0) for n in ("series", "gap", "projections")}
    report = build_report(replace(EDITION, **empty), "vi")
    assert "Chưa có chỉ tiêu nào" in _said(report)


def test_one_cluster_only():
    sites = EDITION.extras["land_sites"]
    one = sites[sites.kind == "ccn"].head(1)
    projections = EDITION.projections
    kept = projections[~projections.indicator.str.startswith("kcn_")]
    edition = replace(EDITION, extras={"land_sites": one}, projections=kept)
    report = build_report(edition, "en")
    titles = [t.title for t in _tables(report)]
    assert "INDUSTRIAL PARKS AND CLUSTERS" in titles
    assert pdf_bytes(report, edition.as_of).startswith(b"%PDF")


def test_a_year_without_history():
    edition = replace(EDITION, as_of=dt.date(2023, 1, 5), series=EDITION.series.head(0))
    assert pdf_bytes(build_report(edition, "vi"), edition.as_of).startswith(b"%PDF")


def test_text_from_inputs_is_never_markup():
    named = EDITION.extras["land_sites"].copy()
    named.loc[0, "name_vi"] = 'KCN "A" #panic() $x$ \\ [b] <c> @d *e*'
    edition = replace(EDITION, extras={"land_sites": named})
    report = build_report(edition, "vi")
    assert pdf_bytes(report, edition.as_of).startswith(b"%PDF")
    assert '\\"A\\" #panic() $x$ \\\\ [b]' in typst_source(report, edition.as_of)


def _form(report):
    return next(t for t in _tables(report) if t.number in ("Biểu số 01", "Form 01"))


def test_form_01_is_named_by_the_as_of_year():
    table = _form(build_report(EDITION, "vi"))
    assert [c.heading for c in table.columns] == [
        "TT", "Chỉ tiêu", "ĐVT", "TH năm 2023", "KH năm 2024", "ƯTH 6 tháng", "ƯTH cả năm 2024",
        "ƯTH 2024/ KH 2024 (%)", "ƯTH 2024/ TH 2023 (%)", "Dự kiến KH 2025",
        "KH 2025/ ƯTH 2024 (%)", "Ghi chú",
    ]  # fmt: skip


def test_form_01_prints_the_cells_of_the_tables():
    table = _form(build_report(EDITION, "vi"))
    row = next(r for r in table.rows if "(giá hiện hành)" in str(r[1].content))
    frame = EDITION.projections.set_index(
        ["scenario", "indicator", "breakdown", "period", "price_basis", "statistic"]
    )["value"]
    expected = frame["baseline", "industrial_output", "", "2024", "current", "p50"]
    assert row[4].content == Number(665_760.0, 0)
    assert row[6].content == Number(expected, digits=3)
    assert row[7].content.value == pytest.approx(100 * expected / 665_760)


def test_parts_are_italic_and_sectors_stand_in_the_official_order():
    table = _form(build_report(EDITION, "vi"))
    parts = [str(r[1].content) for r in table.rows if r[1].italic and r[1].indent]
    assert [p[:2] for p in parts[3:]] == ["B.", "C.", "D.", "E."]
    assert [p.split(" (")[0] for p in parts[:3]] == [
        "Nhà nước",
        "Ngoài Nhà nước",
        "Có vốn đầu tư nước ngoài",
    ]


def test_growth_and_index_form_are_one_switch_named_in_the_heading():
    for form, said, value in (
        ("growth", "tăng so với cùng kỳ", 26.45),
        ("index", "chỉ số so với cùng kỳ", 126.45),
    ):
        table = _form(build_report(EDITION, "vi", form))
        row = next(r for r in table.rows if "IIP" in str(r[1].content))
        assert said in str(row[1].content)
        assert row[5].content.value == pytest.approx(value)


def test_occupancy_names_every_denominator_and_marks_the_others():
    report = build_report(EDITION, "vi")
    table = next(t for t in _tables(report) if t.title == "Tỷ lệ lấp đầy theo từng mẫu số")
    names = [str(r[0].content) for r in table.rows if len(r) > 1]
    assert names[0] == "tổng đất công nghiệp theo quy hoạch"
    assert all(("(tham khảo)" in n) == ("quy hoạch" not in n) for n in names)


def test_every_row_fills_its_table():
    for lang in ("vi", "en"):
        for table in _tables(build_report(EDITION, lang)):
            hanging = [0] * len(table.columns)
            for row in table.rows:
                taken = sum(1 for n in hanging if n)
                assert taken + sum(c.span for c in row) == len(table.columns), table.title
                free = [i for i, n in enumerate(hanging) if not n]
                hanging = [max(0, n - 1) for n in hanging]
                for cell in row:
                    for index in free[: cell.span]:
                        hanging[index] = cell.rows - 1
                    free = free[cell.span :]


def test_sources_and_manifest_are_named():
    report = build_report(EDITION, "vi")
    table = next(t for t in _tables(report) if t.title == "Nguồn số liệu đã dẫn")
    assert any("S002" in str(r[0].content) for r in table.rows)
    assert re.search(r"mã ấn bản [0-9a-f]{12}$", report.foot)
    changed = replace(EDITION, manifest={**EDITION.manifest, "seed": 2})
    assert build_report(changed, "vi").foot != report.foot


def test_the_edition_is_not_written_into():
    before = {n: getattr(EDITION, n).copy() for n in ("series", "projections", "gap")}
    build_report(EDITION, "vi")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, getattr(EDITION, name))


def test_points_per_millimetre():
    assert pytest.approx(2.8346, abs=1e-4) == MM
