"""What was visible on a day: the same figures, and the same bytes, as on that day."""

import datetime as dt
import tomllib

import pytest
from ledger_cases import (
    GROUPS,
    OBSERVATIONS,
    READINGS,
    REGIONS,
    ROWS,
    SITES,
    STATEMENTS,
    TARGETS,
    book_of,
    sound,
    statement,
    statements_text,
    with_cell,
)

from kichban.files import toml_bytes
from kichban.ledger import ledger_at, snapshot
from kichban.periods import parse_date

DAY = dt.date(2024, 1, 31)
BEFORE = dt.date(2024, 1, 30)


def view(texts, day):
    return ledger_at(book_of(texts), "bac_giang", day)


def ids(rows):
    return {row.id for row in rows}


def test_a_statement_shows_on_its_day_and_not_before():
    assert ids(view(sound(), BEFORE)[0].statements) == {"A1"}
    assert ids(view(sound(), DAY)[0].statements) == {row["id"] for row in ROWS}


@pytest.mark.parametrize(
    ("printed", "last"), [("2024", (2024, 12, 31)), ("2024-02", (2024, 2, 29))]
)
def test_a_month_or_year_of_publication_means_its_last_day(printed, last):
    texts = sound() | {STATEMENTS: statements_text([statement("A1", 1000, "2023",
                                                              published=printed)])}  # fmt: skip
    day = dt.date(*last)
    assert ids(view(texts, day)[0].statements) == {"A1"}
    assert not view(texts, day - dt.timedelta(days=1))[0].statements


def test_undated_background_is_always_there_and_never_used():
    background = statement("U1", 9, "2022", published="", use="background", reason="undated")
    texts = sound() | {STATEMENTS: statements_text([*ROWS, background])}
    ledger = view(texts, BEFORE)[0]
    assert "U1" in ids(ledger.statements)
    assert "U1" not in ids(ledger.select("industrial_output"))


def two_targets(newer_published, **cells):
    """A newer target that supersedes an older one."""
    newer = statement("A9", 2000000, "2030", period_kind="target", status="target",
                      price_basis="constant_2010", published=newer_published, **cells)  # fmt: skip
    first = sound()[TARGETS]
    entry = first[first.index("[[") :].replace('"T1"', '"T2"').replace('"A8"', '"A9"')
    return sound() | {
        STATEMENTS: statements_text([*ROWS, newer]),
        TARGETS: first + "\n" + entry + 'supersedes = ["T1"]\n',
    }


def in_force(texts, day):
    return {t.id: t.in_force for t in view(texts, day)[0].targets}


def test_a_newer_target_supersedes_from_the_day_it_shows():
    texts = two_targets("2024-06-30")
    assert in_force(texts, dt.date(2024, 6, 29)) == {"T1": True}
    assert in_force(texts, dt.date(2024, 6, 30)) == {"T1": False, "T2": True}
    faults = view(texts, dt.date(2024, 6, 29))[1]
    assert [(f.code, f.value) for f in faults] == [("W-TGT-001", "T2")]


def test_a_target_without_a_date_supersedes_nothing():
    texts = two_targets("", use="background", reason="undated")
    assert in_force(texts, dt.date(2030, 1, 1)) == {"T1": True}


def test_a_reading_holds_from_its_date():
    texts = sound()
    texts[STATEMENTS] = with_cell(texts[STATEMENTS], 2, price_basis="")
    bases = {day: view(texts, day)[0].by_id["A1"].price_basis
             for day in (dt.date(2023, 12, 30), dt.date(2023, 12, 31))}  # fmt: skip
    assert list(bases.values()) == ["", "current"]


def test_a_reading_names_only_what_is_visible():
    texts = sound()
    texts[READINGS] = texts[READINGS].replace('["A1"]', '["A1", "A2"]')
    assert view(texts, BEFORE)[0].readings[0].statements == ("A1",)
    texts[READINGS] = texts[READINGS].replace('["A1", "A2"]', '["A2"]')
    assert not view(texts, BEFORE)[0].readings


def test_a_group_names_only_what_is_visible():
    texts = sound()
    texts[GROUPS] = with_cell(texts[GROUPS], 2, statements="A1 A5", published="2023-01-31")
    assert view(texts, BEFORE)[0].groups[0].statements == ("A1",)
    assert view(texts, DAY)[0].groups[0].statements == ("A1", "A5")


def test_sites_and_observations_show_on_their_day():
    ledger = view(sound(), BEFORE)[0]
    assert ids(ledger.sites) == {"p1", "c1"}
    assert not ledger.observations
    assert len(view(sound(), DAY)[0].observations) == 1


def test_a_change_of_regions_known_later_has_no_effect():
    known = dt.date(2025, 6, 12)
    before = view(sound(), known - dt.timedelta(days=1))[0]
    assert before.regions["bac_giang"].valid_to is None
    assert view(sound(), known)[0].regions["bac_giang"].valid_to == dt.date(2025, 6, 30)
    merged = REGION_MADE_LATER + sound()[REGIONS].removeprefix("format = 1\n")
    texts = sound() | {REGIONS: merged}
    assert "new" not in view(texts, known - dt.timedelta(days=1))[0].regions
    assert "new" in view(texts, known)[0].regions


REGION_MADE_LATER = """format = 1
[[region]]
code = "new"
name = { vi = "Tỉnh mới", en = "New province" }
kind = "province"
valid_from = "2025-07-01"
known = "2025-06-12"
"""


def test_a_snapshot_is_sound_and_shows_no_trace_of_what_came_later():
    texts = two_targets("2024-06-30")
    book = book_of(texts)
    files = snapshot(book, ledger_at(book, "bac_giang", DAY)[0])
    again = {name: data.decode("utf-8") for name, data in files.items()}
    for trace in ("A9", "T2", "2025-06", "2024-06-30"):
        assert not any(trace in text for text in again.values()), trace
    reread = book_of(again)
    assert not reread.faults
    # Taking it again, on that day or much later, gives the same files.
    for day in (DAY, dt.date(2030, 1, 1)):
        assert snapshot(reread, ledger_at(reread, "bac_giang", day)[0]) == files


def test_a_snapshot_does_not_depend_on_the_order_of_columns():
    texts = sound()
    header, *rows = texts[SITES].splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in (header, *rows)) + "\n"
    first, second = book_of(texts), book_of(texts | {SITES: turned})
    files = [snapshot(b, ledger_at(b, "bac_giang", DAY)[0]) for b in (first, second)]
    assert files[0] == files[1]


# --- the main promise, on the shipped study ----------------------------------------------------


def published_by(day):
    def keep(rows):
        return [r for r in rows if not r["published"] or parse_date(r["published"]) <= day]

    return keep


def cut_back(study, day, *, everything):
    """Delete what was published after `day`: statements and observations, or everything."""
    for name in ("statements.csv", "site_observations.csv"):
        study.edit(name, published_by(day))
    if not everything:
        return
    for name in ("sites.csv", "site_groups.csv", "sources.csv"):
        study.edit(name, published_by(day))
    left = {row["id"] for row in study.rows("statements.csv")}
    for name, key, keep in (
        ("targets.toml", "target", lambda t: t["statement"] in left),
        ("readings.toml", "reading", lambda t: parse_date(t["date"]) <= day),
    ):
        path = study.path(f"inputs/{name}")
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        document[key] = [table for table in document[key] if keep(table)]
        path.write_bytes(toml_bytes(document))


def run_bytes(study, day):
    out = study.root.parent / "out"
    done = study.call("run", "--as-of", day, "--draws", 256, "--no-cache", "--out", out)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def full_run(shipped):
    """Give the files of the full study by way of Python; the cut ones come from the command."""
    return shipped.run(as_of=DAY, draws=256).written


@pytest.mark.parametrize("everything", [True, False])
def test_a_run_as_of_a_past_day_gives_the_bytes_of_that_day(study_copy, full_run, everything):
    cut_back(study_copy, DAY, everything=everything)
    files = run_bytes(study_copy, DAY)
    assert files.keys() == full_run.keys()
    changed = [name for name, data in files.items() if data != full_run[name]]
    assert not changed


def test_later_prints_do_change_a_later_run(shipped):
    book = shipped.book
    days = (DAY, dt.date(2024, 7, 31))
    early, late = (ledger_at(book, "bac_giang", day)[0] for day in days)
    assert ids(early.statements) < ids(late.statements)
    assert all(s.published is None or s.published <= DAY for s in early.statements)
    assert OBSERVATIONS in snapshot(book, early)
