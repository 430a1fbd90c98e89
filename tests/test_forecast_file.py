"""The verb ``forecast``: any series in, quantiles out, every fault of a file at once."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from kichban.errors import InputError, UsageError
from kichban.forecast import forecast, forecast_total
from kichban.study.series_file import forecast_file
from kichban.texts import all_keys, fault_line

GROWN = 100.0 * 1.08 ** np.arange(12) * (1 + 0.03 * np.sin(np.arange(12)))


def table(*series: tuple[str, list[tuple[str, object]]]) -> str:
    rows = [f"{name},{ds},{y}" for name, points in series for ds, y in points]
    return "unique_id,ds,y\n" + "\n".join(rows) + "\n"


def counted(values) -> list[tuple[str, object]]:
    return [(str(i), repr(float(v))) for i, v in enumerate(values, start=1)]


def monthly(values, year: int = 2020) -> list[tuple[str, object]]:
    return [(f"{year + i // 12}-{i % 12 + 1:02d}", repr(float(v))) for i, v in enumerate(values)]


@pytest.fixture
def put(tmp_path):
    def write(text: str):
        path = tmp_path / "series.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def read(data: bytes) -> dict[tuple[str, int, str], float]:
    rows = csv.DictReader(io.StringIO(data.decode()))
    return {(r["unique_id"], int(r["step"]), r["statistic"]): float(r["value"]) for r in rows}


def messages(path, *arguments, **flags) -> list[str]:
    with pytest.raises(InputError) as caught:
        forecast_file(path, *arguments, **flags)
    return [fault_line(f, "en").replace(str(path), "series.csv") for f in caught.value.faults]


def test_the_table_is_the_forecast(put):
    path = put(table(("a", counted(GROWN)), ("b", counted(GROWN[::-1]))))
    data = forecast_file(path, "Y", 3)
    assert data.startswith(b"unique_id,step,statistic,value\n")
    found = read(data)
    statistics = {"mean", "p025", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p975"}
    assert set(found) == {(i, s, k) for i in "ab" for s in (1, 2, 3) for k in statistics}
    said = forecast([GROWN, GROWN[::-1]], "Y", 3)
    for number, name in enumerate("ab"):
        for step in (1, 2, 3):
            assert found[name, step, "mean"] == pytest.approx(said.points[number, step - 1])
            p10, p975 = said.quantiles([0.1, 0.975])[number, step - 1]
            assert found[name, step, "p10"] == pytest.approx(p10)
            assert found[name, step, "p975"] == pytest.approx(p975)


def test_rows_may_stand_in_any_order_and_columns_may_be_more(put):
    plain = forecast_file(put(table(("a", counted(GROWN)))), "Y", 2)
    lines = table(("a", counted(GROWN))).splitlines()
    mixed = "\n".join([lines[0] + ",note", *(f"{line},x" for line in reversed(lines[1:]))])
    assert forecast_file(put(mixed + "\n"), "Y", 2) == plain


def test_years_quarters_and_months_may_be_named(put):
    named = [(f"{2001 + i}", v) for i, (_, v) in enumerate(counted(GROWN))]
    by_count = forecast_file(put(table(("a", counted(GROWN)))), "Y", 2)
    assert forecast_file(put(table(("a", named))), "Y", 2) == by_count
    quarters = [(f"{2001 + i // 4}-Q{i % 4 + 1}", v) for i, (_, v) in enumerate(counted(GROWN))]
    by_count = forecast_file(put(table(("a", counted(GROWN)))), "Q", 2)
    assert forecast_file(put(table(("a", quarters))), "Q", 2) == by_count


def test_numbers_with_powers_of_ten_are_read(put):
    small = [(ds, f"{float(v) * 1e-7:e}") for ds, v in counted(GROWN)]  # type: ignore[arg-type]
    found = read(forecast_file(put(table(("a", small))), "Y", 1))
    plain = read(forecast_file(put(table(("a", counted(GROWN)))), "Y", 1))
    assert found["a", 1, "p50"] == pytest.approx(plain["a", 1, "p50"] * 1e-7, rel=1e-3)


def test_a_year_s_total(put):
    values = np.tile(GROWN, 4)[:42]
    data = forecast_file(put(table(("a", monthly(values)))), "M", None, year_total=True, known=6)
    found = read(data)
    total = forecast_total([values], 6)
    assert found["a", 1, "mean"] == pytest.approx(total.point[0])
    assert found["a", 1, "p90"] == pytest.approx(total.quantiles([0.9])[0, 0])
    assert {step for _, step, _ in found} == {1}


def test_every_fault_of_a_file_at_once(put):
    good = counted(GROWN)
    path = put(
        table(
            ("a", good[:4]),
            ("b", [*good[:6], *good[8:]]),
            ("c", [*good, good[3]]),
            ("d", [*good[:11], ("12", '"12,5"')]),
            ("e", [*good[:11], ("12", "n/a")]),
            ("f", [*good[:11], ("2024-06", "7")]),
        )
    )
    assert messages(path, "Y", 2) == [
        "series.csv:2:unique_id: E-SER-003: a — the series has 4 points only; below 5 a trend "
        "cannot be told from luck — add older figures, or leave the series out",
        "series.csv:12:ds: E-SER-001: 9 — 2 periods are missing before this one; a forecast needs "
        "a history without gaps — add the missing periods, or keep only what follows the gap",
        "series.csv:28:ds: E-SER-002: 4 — this period stands in the series already — keep one row "
        "for each period",
        "series.csv:40:y: E-NUM-002: 12,5 — in files the decimal mark is a point and thousands "
        "have no mark — write 12.5 instead of 12,5",
        "series.csv:52:y: E-NUM-001: n/a — not a number — write a plain number such as 1234.5",
        "series.csv:64:ds: E-SER-005: 2024-06 — no period of the frequency Y — write a count 1…n, "
        "or as in 2023; or change --freq",
    ]


def test_a_figure_that_is_none_is_no_gap(put):
    good = counted(GROWN)
    found = messages(put(table(("a", [*good[:6], ("7", "NaN"), *good[7:]]))), "Y", 2)
    assert [line.split(": ")[1] for line in found] == ["E-NUM-001"]


def test_figures_of_no_usable_size_are_told(put):
    found = messages(put(table(("a", [*counted(GROWN), ("13", "1e37")]))), "Y", 2)
    assert found == [
        "series.csv:14:y: E-SER-014: 1e37 — a figure of a size that cannot be computed with "
        "(1e-30 to 1e30 can) — change the unit, or check the figure"
    ]


def test_years_are_no_months(put):
    years = [(str(2000 + i), y) for i, (_, y) in enumerate(counted(GROWN))]
    assert messages(put(table(("a", years))), "M", 2) == [
        "series.csv:2:ds: E-SER-015: 2000 — the periods of the series are years, none of the "
        "frequency M — write them as in 2024-06, or give --freq Y"
    ]


@pytest.mark.parametrize(("mark", "name"), [(";", ";"), ("\t", "Tab")])
def test_other_separators_are_named(put, mark, name):
    found = messages(put(table(("a", counted(GROWN))).replace(",", mark)), "Y", 2)
    assert len(found) == 1
    assert f"cells are separated by {name}, not by commas" in found[0]


def test_old_line_ends_and_other_capitals(put):
    path = put("")
    path.write_bytes(table(("a", counted(GROWN))).replace("\n", "\r").encode())
    assert forecast_file(path, "Y", 2, method="experts")
    found = messages(put(table(("a", counted(GROWN))).replace("unique_id", "Unique_ID")), "Y", 2)
    assert "the column is missing; written nearly so: Unique_ID" in found[0]


def test_counted_and_named_periods_do_not_mix(put):
    mixed = [*monthly(GROWN[:6]), *counted(GROWN)[6:]]
    found = messages(put(table(("a", mixed))), "M", 2)
    assert found[0] == (
        "series.csv:8:ds: E-SER-004: 7 — the series mixes counted periods (1…n) with calendar ones "
        "— write all periods of a series in one way"
    )


def test_a_missing_column_and_a_missing_file(put, tmp_path):
    found = messages(put("unique_id,y\na,1\n"), "Y", 2)
    assert "series.csv:1:ds: E-COL-002" in found[0]
    assert messages(put("unique_id,ds,y\n"), "Y", 2) == [
        "series.csv:1: E-SER-007: the file has a header and no row — add the series, a row for "
        "each period"
    ]
    with pytest.raises(InputError) as caught:
        forecast_file(tmp_path / "none.csv", "Y", 2)
    assert caught.value.faults[0].code == "E-FILE-004"


def test_known_months_must_be_those_of_the_file(put):
    path = put(table(("a", monthly(np.tile(GROWN, 4)[:42]))))
    assert messages(path, "M", None, year_total=True, known=5) == [
        "series.csv:ds: E-SER-006: a — the last period is number 6 of its year, not number 5 as "
        "--known says — set --known to the periods known, or cut the series there"
    ]


@pytest.mark.parametrize(
    ("arguments", "flags", "said"),
    [
        (("W", 2), {}, "E-FCT-901: W — no such frequency; allowed: Y, Q, M"),
        (("Y", 2), {"method": "prophet"}, "E-FCT-902: prophet — no such method; allowed: pool, "),
        (("M", None), {"year_total": True, "known": 13}, "E-FCT-903: 13 — --year-total needs"),
        (("M", None), {"year_total": True}, "needs --known from 0 to 12"),
        (("Y", None), {}, "E-FCT-904: "),
    ],
)
def test_a_wrong_call_says_what_is_allowed(put, arguments, flags, said):
    path = put(table(("a", counted(GROWN))))
    with pytest.raises(UsageError) as caught:
        forecast_file(path, *arguments, **flags)
    assert said in fault_line(caught.value.fault, "en")


def test_the_verb_writes_a_file_or_prints(study_copy):
    source = study_copy.root / "s.csv"
    source.write_text(table(("a", counted(GROWN))), encoding="utf-8")
    flags = ("--freq", "Y", "--horizon", 2, "--method", "experts")
    printed = study_copy.call("forecast", source, *flags)
    assert printed.returncode == 0, printed.stderr
    out = study_copy.root / "said.csv"
    written = study_copy.call("forecast", source, *flags, "--out", out)
    assert written.returncode == 0, written.stderr
    assert out.read_text(encoding="utf-8") == printed.stdout
    refused = study_copy.call("--messages", "en", "forecast", source, "--freq", "D", "--horizon", 2)
    assert refused.returncode == 2
    assert "E-FCT-901" in refused.stderr
    for place, code in ((study_copy.root, "E-FCT-907"), (source, "E-FCT-908")):
        refused = study_copy.call("forecast", source, *flags, "--out", place)
        assert (refused.returncode, code in refused.stderr) == (2, True)
    assert (study_copy.root / "inputs" / "statements.csv").exists()
    source.write_text(table(("a", counted(GROWN)[:3])), encoding="utf-8")
    refused = study_copy.call("--messages", "en", "forecast", source, *flags, "--out", out)
    assert refused.returncode == 1
    assert "E-SER-003" in refused.stderr
    assert out.read_text(encoding="utf-8") == printed.stdout


def test_every_fault_of_this_file_is_met_above():
    own = {
        key.split(".")[1] for key in all_keys() if key.startswith(("faults.E-SER", "faults.E-FCT"))
    }
    here = Path(__file__)
    texts = (
        p.read_text(encoding="utf-8") for p in (here, here.with_name("test_forecast_coherent.py"))
    )
    met = set(re.findall(r"E-(?:SER|FCT)-\d+", "".join(texts)))
    assert own <= met
