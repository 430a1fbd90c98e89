"""The shipped figures against the digits the seeds print."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kichban.numbers import parse_number

ROOT = Path(__file__).resolve().parents[1]
#: unit words of print → factor to the unit of the row
FACTORS = {
    "nghìn tỷ đồng": 1000.0, "tỷ đồng": 1.0, "triệu đồng": 0.001, "triệu USD": 1.0,
    "tỷ USD": 1000.0, "tủ USD": 1000.0, "ha": 1.0, "%": 1.0, "điểm phần trăm": 1.0,
    "lần": 1.0,
}  # fmt: skip
PRINT = re.compile(r"^[^\d-]*(-?[\d.,]*\d)\s*(" + "|".join(map(re.escape, FACTORS)) + r")\s*$")


def printed_rows() -> list[dict[str, str]]:
    with (ROOT / "inputs/statements.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if PRINT.match(row["printed"])]


def test_printed_digits_give_value_and_resolution() -> None:
    rows = printed_rows()
    assert len(rows) > 60
    for row in rows:
        match = PRINT.match(row["printed"])
        assert match is not None
        number, unit = match.groups()
        value = parse_number(number, "vi") * FACTORS[unit]
        assert value == pytest.approx(float(row["value"])), row["id"]
        digits = len(number.split(",")[1]) if "," in number else 0
        last = 10.0**-digits * FACTORS[unit]
        guessed = "resolution guessed" in row["note"]
        assert guessed or float(row["resolution"]) == pytest.approx(last), row["id"]


def test_the_collected_figures_are_all_there() -> None:
    with (ROOT / "inputs/statements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(not row["id"].startswith("TX") for row in rows) == 862
    assert next(r for r in rows if r["id"] == "BG0015")["use"] == "no"
    unused = [r for r in rows if r["use"] != "yes"]
    assert all(r["reason"] for r in unused)
    undated = [r for r in rows if not r["published"] or not r["period"]]
    assert all(r["use"] != "yes" for r in undated)
