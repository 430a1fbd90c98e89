"""Named projects: what they add, and where the confidential ones never get."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.errors import UsageError
from kichban.growth import named_capacity
from kichban.report import render_report
from kichban.study import Cache, open_study
from kichban.texts import fault_line
from tests.conftest import copy_study

HEADER = (
    "id,project,sector,site,start,output,share_year1,probability,confidential,published,source,note"
)
PUBLIC = "C1,Nhà máy Một,manufacturing,quang_chau,2025-Q1,60000,0.5,1,no,2024-07-31,S002,"
SECRET = "C2,Nhà máy Mật,manufacturing,,2025-Q1,90000,0.5,1,yes,2024-07-31,,from the investor"


def study_with(tmp_path: Path, *rows: str):
    root = copy_study(tmp_path).root
    (root / "inputs/capacity.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return open_study(root, Cache(None))


def output(edition, period, breakdown="", statistic="p50"):
    table = edition.projections
    row = table[
        (table.indicator == "industrial_output") & (table.breakdown == breakdown)
        & (table.period == period) & (table.statistic == statistic)
        & (table.measure == "level") & (table.price_basis == "current")
    ]  # fmt: skip
    return float(row.value.iloc[0])


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """The study without projects, with a public one, and with a confidential one beside it."""
    found = {}
    for name, rows in {"none": (), "public": (PUBLIC,), "both": (PUBLIC, SECRET)}.items():
        study = study_with(tmp_path_factory.mktemp(name), *rows)
        found[name] = study.edition(study.request(["baseline"], draws=256))
    return found


def test_a_project_adds_part_of_its_output_to_the_trend(editions):
    """60.000 bn VND a year from 2025, half of it in the first year, about half beyond the trend."""
    none, public = editions["none"], editions["public"]
    assert output(public, "2025", "method:named_capacity", "mean") == pytest.approx(30_000)
    assert output(public, "2030", "method:named_capacity", "mean") == pytest.approx(60_000)
    more = [output(public, y) - output(none, y) for y in ("2024", "2025", "2030")]
    assert more[0] == pytest.approx(0.0, abs=1.0)
    # half of it, whatever the trend has risen to by then
    assert more[1] == pytest.approx(0.5 * 30_000, rel=0.2)
    assert more[2] == pytest.approx(0.5 * 60_000, rel=0.3)


def test_what_is_confidential_leaves_no_trace_in_an_edition(editions):
    public, both = editions["public"], editions["both"]
    assert public.files == both.files
    for data in both.files.values():
        assert "Mật".encode() not in data
        assert b"C2" not in data
    with zipfile.ZipFile(io.BytesIO(both.files["inputs.zip"])) as archive:
        inside = archive.read("inputs/capacity.csv").decode()
    assert "Nhà máy Một" in inside
    assert "Mật" not in inside
    (page,) = render_report(both, "vi", ("pdf",)).values()
    assert len(page) > 100_000
    ids = [c.id for c in both.ledger.capacity]
    assert ids == ["C1"]


def test_asked_for_they_count_and_no_report_is_printed(tmp_path, editions):
    study = study_with(tmp_path, PUBLIC, SECRET)
    internal = study.edition(study.request(["baseline"], draws=256, confidential=True))
    plain = editions["both"]
    assert output(internal, "2030") > 1.02 * output(plain, "2030")
    assert internal.manifest["confidential"] is True
    assert "confidential" not in plain.manifest
    with zipfile.ZipFile(io.BytesIO(internal.files["inputs.zip"])) as archive:
        assert "Mật" not in archive.read("inputs/capacity.csv").decode()
    with pytest.raises(UsageError) as refused:
        render_report(internal, "vi", ("pdf",))
    assert refused.value.fault.code == "E-CAP-902"


def test_confidential_results_do_not_go_where_reports_lie(study_copy, tmp_path):
    path = study_copy.path("inputs/capacity.csv")
    path.write_text("\n".join([HEADER, SECRET, ""]), encoding="utf-8")
    command = ("run", "baseline", "--confidential", "--draws", "64")
    for out in ((), ("--out", study_copy.path("reports/internal"))):
        done = study_copy.call(*command, *out)
        assert done.returncode == 2
        assert "E-CAP-901" in done.stderr
    assert not study_copy.path("reports").exists()
    done = study_copy.call(*command, "--out", tmp_path / "apart")
    assert done.returncode == 0
    assert (tmp_path / "apart/projections.csv").exists()
    # nothing that knows of it is kept, and nothing of it is put beside a public edition
    kept = [p.read_bytes() for p in study_copy.cache.rglob("*") if p.is_file()]
    assert not any(b"named_capacity" in data for data in kept)
    public = tmp_path / "public"
    assert study_copy.call("run", "baseline", "--draws", "64", "--out", public).returncode == 0
    before = (public / "gap.csv").read_bytes()
    done = study_copy.call("gap", "baseline", "--confidential", "--draws", "64", "--out", public)
    assert done.returncode == 2
    assert (public / "gap.csv").read_bytes() == before


def test_every_fault_of_the_file_is_told_at_once(tmp_path):
    study = study_with(
        tmp_path,
        "C1,,cars,nowhere,2025,x,1.5,-0.1,maybe,,,",
        "C1,Hai \uf0b7,,,2025-Q1,-5,0.5,0.5,no,2024-07-31,S999,",
        f"C3,{'x' * 501},,,2025-Q1,30000000,0.5,0.5,no,2024-07-31,S002,",
        "C4,Mật,,,2025-Q1,-777123,0.5,0.5,yes,2024-07-31,,",
    )
    faults = study.check()
    found = {(f.code, f.row, f.column) for f in faults if "capacity" in f.file}
    assert found == {
        ("E-CELL-001", 2, "project"), ("E-WORD-001", 2, "sector"), ("W-REF-004", 2, "site"),
        ("E-CAP-001", 2, "start"), ("E-NUM-001", 2, "output"), ("E-LIM-003", 2, "share_year1"),
        ("E-LIM-003", 2, "probability"), ("E-WORD-001", 2, "confidential"),
        ("E-REF-002", 2, "source"), ("E-DATE-002", 2, "published"),
        ("E-ID-001", 3, "id"), ("E-LIM-001", 3, "output"), ("E-REF-002", 3, "source"),
        ("E-TEXT-001", 3, "project"), ("E-TEXT-002", 4, "project"), ("E-CAP-002", 4, "output"),
        ("E-LIM-001", 5, "output"),
    }  # fmt: skip
    # a fault of a confidential row does not tell what stands in it
    assert not any("777123" in fault_line(f, lang) for f in faults for lang in ("vi", "en"))


def test_what_becomes_known_later_is_not_known_yet(tmp_path):
    later = PUBLIC.replace("2024-07-31", "2025-03-01")
    study = study_with(tmp_path, later)
    assert study.book.newest == dt.date(2025, 3, 1)
    assert study.ledger(dt.date(2024, 12, 31)).capacity == ()
    assert len(study.ledger().capacity) == 1
    study = study_with(tmp_path / "b", later.replace(",no,", ",yes,"))
    assert study.book.newest == dt.date(2024, 7, 31)
    # who asks for confidential rows means those of today too
    assert study.request(confidential=True).as_of == dt.date(2025, 3, 1)
    assert study.request().as_of == dt.date(2024, 7, 31)


def test_a_site_that_is_named_later_leaves_no_trace_in_a_snapshot(tmp_path):
    row = PUBLIC.replace("quang_chau", "ngoc_ly").replace("2024-07-31", "2024-06-01")
    study = study_with(tmp_path, row)
    edition = study.edition(study.request(["baseline"], as_of=dt.date(2024, 6, 15), draws=64))
    assert b"ngoc_ly" not in edition.files["inputs.zip"]
    with zipfile.ZipFile(io.BytesIO(edition.files["inputs.zip"])) as archive:
        assert "ngoc_ly" not in archive.read("inputs/capacity.csv").decode()
        archive.extractall(tmp_path / "again")
    assert not [f for f in open_study(tmp_path / "again", Cache(None)).check() if f.is_error]


@given(
    start=st.integers(8090, 8110), share=st.floats(0, 1), whole=st.floats(0, 1e5),
    quarters=st.integers(1, 30),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_capacity_rises_to_its_whole_and_only_what_is_new_counts(start, share, whole, quarters):
    first = 8098
    added = named_capacity(
        np.array([start]), np.array([whole]), np.array([share]), np.ones((1, 1), dtype=bool),
        first, quarters,
    )[0]  # fmt: skip
    assert (added >= -1e-9).all()
    assert (np.diff(added) >= -1e-9).all()
    assert added.max(initial=0.0) <= whole + 1e-9
    if start + 4 <= first - 1:
        assert (added == 0.0).all()
    if first <= start < first + quarters - 4:
        assert added[-1] == pytest.approx(whole)
    longer = named_capacity(
        np.array([start]), np.array([whole]), np.array([share]), np.ones((1, 1), dtype=bool),
        first, quarters + 5,
    )[0]  # fmt: skip
    assert np.array_equal(longer[:quarters], added)
