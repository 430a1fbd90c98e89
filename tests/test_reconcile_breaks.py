"""Outliers and breaks: found where they were planted, sized once accepted, silent once refused."""

import math
import tomllib

import numpy as np
import pytest
from ledger_cases import READINGS, book_of, ledger_of, sound, statement

from kichban.catalogue import load_catalogue
from kichban.ledger import ledger_at, snapshot
from kichban.periods import parse_date
from kichban.projection import Settings, Variable, project
from kichban.projection.bridge import build_bridge
from kichban.projection.inputs import collect_inputs
from kichban.reconcile import reconcile

CATALOGUE = load_catalogue()
YEARS = range(2018, 2024)
#: months from January 2018 to the planted one, May 2021
MAY = 12 * 3 + 4
ENTRY = """
[[break]]
id = "B1"
indicator = "industrial_output"
price_basis = "current"
kind = "{kind}"
period = "{period}"
accepted = {accepted}
reason = {{ vi = "Vì vậy.", en = "So it is." }}
date = "2023-12-31"
"""


def prints(effect=0.0, kind="temporary", at=MAY, years=YEARS, months=12, **cells):
    """Cumulated prints of a series that grows with a season and some noise.

    Of the last year the first `months` are printed; the effect begins in month `at`.
    """
    t = np.arange(12 * len(years))
    rng = np.random.default_rng(4)
    logs = 9 + 0.012 * t + 0.08 * np.sin(t / 12 * 2 * np.pi) + 0.02 * rng.standard_normal(t.size)
    since = t - at
    shape = {"temporary": 0.7 ** np.maximum(since, 0) * (since >= 0),
             "shift": 1.0 * (since >= 0), "outlier": 1.0 * (since == 0),
             "quarter": 1.0 * (abs(since) <= 1)}[kind]  # fmt: skip
    level = np.exp(logs + math.log1p(effect) * shape).reshape(-1, 12)
    rows = []
    for y, year in enumerate(years):
        for m in range(1, 13 if year < years[-1] else months + 1):
            period = f"{year}-01/{year}-{m:02d}" if 1 < m < 12 else str(year) if m == 12 else ""
            if period:
                rows.append(statement(
                    f"Y{year}M{m}", f"{level[y, :m].sum():.0f}", period, status="actual",
                    period_kind="annual" if m == 12 else "ytd", published=f"{year}-{m:02d}-28",
                    **cells,
                ))  # fmt: skip
    return rows


def series_with(rows, entry=""):
    return reconcile(ledger_of(rows, **{READINGS: f"format = 1\n{entry}"}), CATALOGUE)


def breaks_of(series):
    return [b for b in series.breaks if b.indicator == "industrial_output"]


def assert_near(one, effect):
    """The planted size lies within 2.5 sd; the 80 % interval reaches 1.28 to either side."""
    size, low, high = (math.log1p(v / 100) for v in (one.size, one.lower, one.upper))
    assert high - low == pytest.approx(2 * 1.2816 * abs(size / one.distance), rel=1e-3)
    assert abs(size - math.log1p(effect)) < 2.5 * abs(size / one.distance)


def test_nothing_is_found_where_nothing_happened():
    assert breaks_of(series_with(prints())) == []


@pytest.mark.parametrize(
    ("kind", "effect"), [("temporary", -0.4), ("shift", 0.3), ("outlier", -0.35)]
)
def test_what_was_planted_is_found_with_date_kind_and_size(kind, effect):
    """A fall that dies out, as in May 2021; a re-based series; one odd month."""
    found = breaks_of(series_with(prints(effect, kind)))
    assert len(found) == 1
    one = found[0]
    assert (one.kind, one.period, one.status) == (kind, "2021-05", "found")
    assert one.first <= "2021-05" <= one.last
    assert abs(one.distance) > 4
    assert_near(one, effect)
    assert one.statements


def test_an_accepted_break_is_an_unknown_of_the_series():
    rows = prints(0.3, "shift")
    entry = ENTRY.format(kind="shift", period="2021-05", accepted="true")
    free, held = series_with(rows), series_with(rows, entry)
    (one,) = breaks_of(held)
    assert (one.status, one.judged, one.period) == ("accepted", "B1", "2021-05")
    assert_near(one, 0.3)
    # The scale of the noise no longer carries it, nor does the trend of the last month.
    assert held.scales["trend1"] < free.scales["trend1"]
    assert held.history is not None
    assert held.history.mean[held.history.months + 15] == pytest.approx(
        free.history.mean[free.history.months + 15], abs=0.05
    )


def test_a_refused_break_is_listed_as_refused_and_changes_no_figure():
    rows = prints(-0.4)
    entry = ENTRY.format(kind="temporary", period="2021-05", accepted="false")
    refused = series_with(rows, entry)
    (one,) = breaks_of(refused)
    assert (one.status, one.judged) == ("refused", "B1")
    assert refused.rows == series_with(rows).rows
    # One that nobody finds stands in the list all the same.
    far = series_with(prints(), ENTRY.format(kind="shift", period="2019-01", accepted="false"))
    assert [(b.period, b.status) for b in breaks_of(far)] == [("2019-01", "refused")]


def test_a_break_of_a_series_that_nobody_prints_has_no_size():
    entry = ENTRY.format(kind="shift", period="2021-05", accepted="true").replace(
        "industrial_output", "exports").replace('price_basis = "current"\n', "")  # fmt: skip
    found = [b for b in series_with(prints(), entry).breaks if b.indicator == "exports"]
    assert [(b.status, math.isnan(b.size)) for b in found] == [("not_applied", True)]


def test_may_2021_is_in_the_shipped_series(shipped_series):
    found = {(b.indicator, b.period): b for b in shipped_series.breaks}
    may = found["industrial_output", "2021-05"]
    assert (may.kind, may.status) == ("temporary", "accepted")
    assert -70 < may.size < -40
    assert may.distance < -4


# --- readings.toml ------------------------------------------------------------------------------

GOOD = ENTRY.format(kind="shift", period="2021-05", accepted="true")


def faults_of(entry):
    texts = sound()
    book = book_of(texts | {READINGS: texts[READINGS] + entry})
    return {(f.code, f.column) for f in book.faults}


def test_a_sound_entry_has_no_fault_and_survives_the_snapshot():
    assert faults_of(GOOD) == set()
    texts = sound()
    book = book_of(texts | {READINGS: texts[READINGS] + GOOD})
    ledger, _ = ledger_at(book, "bac_giang", parse_date("2024-07-31"))
    assert [b.id for b in ledger.breaks] == ["B1"]
    written = tomllib.loads(snapshot(book, ledger)[READINGS].decode())
    assert written["break"] == tomllib.loads(GOOD)["break"] or {
        **written["break"][0], "date": "2023-12-31"} == tomllib.loads(GOOD)["break"][0]  # fmt: skip
    # Made after the as-of day it leaves no trace.
    early, _ = ledger_at(book, "bac_giang", parse_date("2023-06-30"))
    assert early.breaks == ()
    assert b"break" not in snapshot(book, early)[READINGS]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('id = "B1"', 'id = ""', ("E-CELL-001", "id")),
        ("industrial_output", "industrial_outptu", ("E-WORD-001", "indicator")),
        ('"shift"', '"shfit"', ("E-WORD-001", "kind")),
        ("accepted = true", 'accepted = "maybe"', ("E-WORD-001", "accepted")),
        ("accepted = true", 'accepted = "False"', ("E-WORD-001", "accepted")),
        ('"current"', '"curent"', ("E-WORD-001", "price_basis")),
        ("kind =", 'breakdown = "ownership:fdii"\nkind =', ("E-WORD-001", "breakdown")),
        ('"2021-05"', '"2021-13"', ("E-PER-001", "period")),
        ('"2023-12-31"', '"31.12.2023"', ("E-DATE-001", "date")),
        ('{ vi = "Vì vậy.", en = "So it is." }', '"so"', ("E-LABEL-001", "reason")),
        ("kind =", "knid =", ("E-KEY-001", "knid")),
        ("kind =", "knid =", ("E-CELL-001", "kind")),
        ('id = "B1"', "id = 5", ("E-KEY-002", "id")),
        ('"So it is."', '" "', ("E-LABEL-001", "reason")),
        ("kind =", 'breakdown = "+"\nkind =', ("E-BRK-001", "breakdown")),
    ],
)
def test_faults_of_an_entry_are_told(old, new, wanted):
    assert wanted in faults_of(GOOD.replace(old, new))


def test_all_faults_of_an_entry_come_at_once_and_an_id_once():
    bad = GOOD.replace("industrial_output", "x").replace("2021-05", "x")
    assert {("E-WORD-001", "indicator"), ("E-PER-001", "period")} <= faults_of(bad)
    assert ("E-ID-001", "id") in faults_of(GOOD + GOOD)
    assert ("E-KEY-002", "break") in faults_of('\n[break]\nid = "B1"\n')


def test_one_break_is_judged_once():
    twin = GOOD.replace('"B1"', '"B2"').replace("true", "false")
    assert faults_of(GOOD + twin) == {("E-BRK-004", "period")}
    assert faults_of(GOOD + twin.replace("2021-05", "2021-06")) == set()


def test_a_wrong_entry_is_told_with_its_line():
    text = "# each break is judged here\nformat = 1\nbreak = 1\n"
    book = book_of(sound() | {READINGS: text})
    assert {(f.code, f.row) for f in book.faults if f.column == "break"} == {("E-KEY-002", 3)}


def test_an_outlier_may_last_and_others_begin():
    """A quarter out of line: one size for its three months."""
    entry = ENTRY.format(kind="outlier", period="2021-Q2", accepted="true")
    series = series_with(prints(-0.3, "quarter"), entry)
    assert series.history is not None
    held = series.history.breaks[0]
    assert (held.stop - held.start, held.start % 12) == (3, 3)
    (one,) = breaks_of(series)
    assert_near(one, -0.3)


def test_breaks_that_do_the_same_are_not_told_and_warned_of(study_copy):
    """An outlier and a shift in the last month known: nothing can part them."""
    wanted = {
        "B_outlier": ("outlier", "2024-06", "current", "W-BRK-002"),
        "B_shift": ("shift", "2024-06", "current", "W-BRK-002"),
        "B_basis": ("shift", "2023-01", "", "W-BRK-001"),
        "B_early": ("shift", "1990-01", "current", "W-BRK-001"),
    }
    entries = "".join(
        ENTRY.format(kind=kind, period=period, accepted="true").replace("B1", name)
        .replace('"current"', f'"{basis}"')
        for name, (kind, period, basis, _) in wanted.items()
    )  # fmt: skip
    path = study_copy.root / READINGS
    path.write_text(path.read_text(encoding="utf-8") + entries, encoding="utf-8")
    done = study_copy.call("--messages", "en", "series", "--indicator", "industrial_output")
    assert done.returncode == 0, done.stderr
    for name, (*_, code) in wanted.items():
        assert f"break: {code}: {name} — " in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("kind", "effect"), [("shift", 0.6), ("outlier", -0.4), ("temporary", -0.4)]
)
@pytest.mark.parametrize("last", [6, 12])
def test_the_forecast_goes_on_where_an_accepted_break_leaves_the_series(
    shipped, kind, effect, last
):
    """Two months before the end: a shift stays, an outlier leaves no trace, a fall dies out."""
    years = range(2018, 2025)
    at = 12 * (len(years) - 1) + last - 2
    period = f"2024-{last - 1:02d}"
    entry = ENTRY.format(kind=kind, period=period, accepted="true").replace("2023-12", "2025-01")
    scenarios, _ = shipped.scenarios()

    def levels(rows, entry=""):
        """Yearly totals of the first half of 2025 on, at the middle."""
        ledger = ledger_of(rows, as_of="2025-01-31", **{READINGS: f"format = 1\n{entry}"})
        series = reconcile(ledger, CATALOGUE)
        assert [b.status for b in series.breaks] == ["accepted"] * bool(entry)
        found = project(
            ledger, series, [scenarios["baseline"]], shipped.parameters, Settings(draws=512),
            reference=scenarios["baseline"],
        ).scenarios["baseline"].variables  # fmt: skip
        paths = found[Variable("industrial_output", "", "level", "bn_vnd", "current")]
        return np.median(paths.annual, axis=0)[-6:]

    calm = levels(prints(0.0, kind, at, years, last))
    broken = levels(prints(effect, kind, at, years, last), entry)
    months = 12 * len(years) - at + np.arange(24)
    left = {"shift": 1.0 + 0.0 * months, "outlier": 0.0 * months, "temporary": 0.7**months}[kind]
    stays = np.exp(math.log1p(effect) * left).reshape(2, 12).mean(axis=1)
    assert broken[:2] / calm[:2] == pytest.approx(stays, rel=0.04)


RETAIL = {"indicator": "retail_sales", "price_basis": "current"}


def annual_of(shipped, series, ledger, indicator):
    """Give (draw, year) levels of the baseline."""
    scenarios, _ = shipped.scenarios()
    found = project(
        ledger, series, [scenarios["baseline"]], shipped.parameters, Settings(draws=512),
        reference=scenarios["baseline"],
    ).scenarios["baseline"].variables  # fmt: skip
    paths = found[Variable(indicator, "", "level", "bn_vnd", "current")]
    assert paths.annual is not None
    assert paths.quarterly is not None
    return paths


@pytest.mark.parametrize(
    ("kind", "effect"), [("shift", 0.6), ("outlier", -0.4), ("temporary", -0.4)]
)
@pytest.mark.parametrize("last", [6, 12])
def test_a_flow_goes_on_from_today_s_course_too(shipped, kind, effect, last):
    years = range(2018, 2025)
    at = 12 * (len(years) - 1) + last - 2
    entry = (
        ENTRY.format(kind=kind, period=f"2024-{last - 1:02d}", accepted="true")
        .replace("2023-12", "2025-01").replace("industrial_output", "retail_sales")
    )  # fmt: skip
    found = []
    for size, text in ((0.0, ""), (effect, entry)):
        rows = prints(size, kind, at, years, last, **RETAIL)
        ledger = ledger_of(rows, as_of="2025-01-31", **{READINGS: f"format = 1\n{text}"})
        found.append(annual_of(shipped, reconcile(ledger, CATALOGUE), ledger, "retail_sales"))
    calm, broken = (np.median(p.annual, axis=0)[-6:] for p in found)
    months = 12 * len(years) - at + np.arange(24)
    left = {"shift": 1.0 + 0.0 * months, "outlier": 0.0 * months, "temporary": 0.7**months}[kind]
    stays = np.exp(math.log1p(effect) * left).reshape(2, 12).mean(axis=1)
    assert broken[:2] / calm[:2] == pytest.approx(stays, rel=0.04)
    for paths in found:
        whole = paths.quarterly[:, -24:].reshape(512, 6, 4).sum(axis=2)
        assert np.allclose(whole, paths.annual[:, -6:])


def test_breaks_that_cannot_be_told_leave_the_forecast_alone(shipped):
    """An outlier and a shift in the last month known: the months stand as they are."""
    years = range(2018, 2025)
    entries = "".join(
        ENTRY.format(kind=kind, period="2024-06", accepted="true").replace("B1", kind)
        .replace("2023-12", "2025-01")
        for kind in ("outlier", "shift")
    )  # fmt: skip
    spans = []
    for text in ("", entries):
        ledger = ledger_of(prints(0.0, years=years, months=6), as_of="2025-01-31",
                           **{READINGS: f"format = 1\n{text}"})  # fmt: skip
        series = reconcile(ledger, CATALOGUE)
        assert {b.status for b in series.breaks} == ({"not_told"} if text else set())
        assert series.history is not None
        assert series.history.breaks == ()
        annual = annual_of(shipped, series, ledger, "industrial_output").annual
        spans.append(np.quantile(np.log(annual[:, -6]), [0.1, 0.5, 0.9]))
    assert spans[1] == pytest.approx(spans[0], abs=0.03)


def test_two_breaks_in_one_quarter_both_count():
    """Of a series by quarters two months of one quarter are one cell: only their sum is known."""
    rows = []
    for y in range(2018, 2024):
        for q in range(4):
            value = 1000 * 1.02 ** (4 * (y - 2018) + q) * (0.6 if (y, q) == (2022, 1) else 1.0)
            rows.append(statement(f"Q{y}{q}", f"{value:.1f}", f"{y}-Q{q + 1}", status="actual",
                                  period_kind="quarter", published=f"{y}-{3 * q + 3:02d}-28",
                                  **RETAIL))  # fmt: skip
    entry = "".join(
        ENTRY.format(kind="outlier", period=f"2022-{m:02d}", accepted="true").replace("B1", f"B{m}")
        .replace("industrial_output", "retail_sales")
        for m in (4, 5)
    )  # fmt: skip
    flow = series_with(rows, entry).flows["retail_sales", "current"]
    # Neither can be told from the other: nothing is taken out, nothing wanders.
    assert flow.breaks == ()
    assert (np.sqrt((flow.root**2).sum(axis=1)) < 0.1).all()
    one = series_with(rows, entry[: entry.index("[[break]]", 5)]).flows["retail_sales", "current"]
    assert len(one.breaks) == 1
    assert one.mean[-1] == pytest.approx(math.log(0.6), abs=0.15)


def test_a_fall_that_passed_stays_in_the_chain_at_2010_prices(shipped, shipped_series):
    """Printed IIP of 2022 holds the rebound: with 2021 set right it would count twice (+22 %)."""
    ledger = shipped.ledger()
    inputs = collect_inputs(ledger, shipped_series, shipped.parameters, Settings(draws=64)).output
    assert inputs is not None
    assert inputs.bridge is not None
    assert inputs.history.breaks
    printed = {r.period.year: r.value for r in shipped_series.own_rows
               if (r.indicator, r.breakdown, r.measure, r.price_basis, r.period.kind)
               == ("industrial_output", "", "level", "current", "year")}  # fmt: skip
    plain = build_bridge(ledger, printed, 2023)
    assert plain is not None
    assert inputs.bridge.known == pytest.approx(plain.known, abs=1e-9)
    assert inputs.rebound == pytest.approx(1.0, abs=0.01)
