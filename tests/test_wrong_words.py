"""Words after a flag that name nothing, or a number no answer can be given for."""

import json
import math

import pytest
from typer.testing import CliRunner

from kichban.cli import app
from kichban.cli.door import print_json
from kichban.errors import UsageError
from kichban.texts import fault_line


@pytest.fixture(scope="module")
def refused(kept, shipped):
    """Call a verb on the shipped study and give the line it is refused with, in both languages."""

    def call(*words: str) -> tuple[str, str]:
        line = [*words, "--study", str(shipped.root)]
        done = CliRunner().invoke(app, line, env={"KICHBAN_CACHE": str(kept.folder)})
        assert isinstance(done.exception, UsageError), (words, done.output, done.exception)
        return fault_line(done.exception.fault, "en"), fault_line(done.exception.fault, "vi")

    return call


@pytest.mark.parametrize("given", [",", "", " , ,"])
@pytest.mark.parametrize(
    ("verb", "flag"),
    [
        (("gap",), "--joint"), (("seek", "T010"), "--levers"), (("sensitivity",), "--parameters"),
        (("report",), "--formats"),
    ],
)  # fmt: skip
def test_a_list_that_names_nothing_is_no_list_of_all(refused, verb, flag, given):
    english, vietnamese = refused(*verb, flag, given)
    assert english.startswith("E-LIST-901: ")
    assert english.endswith(
        f"{flag} names nothing — give names apart by commas, or leave {flag} out"
    )
    assert f"{flag} không nêu tên nào" in vietnamese


@pytest.mark.parametrize(
    ("given", "shown"),
    [("nan", "nan"), ("inf", "inf"), ("-inf", "-inf"), ("1e300", "1e+300"), ("-150", "-150"),
     ("100.5", "100.5"), ("-50.5", "-50.5")],
)  # fmt: skip
def test_a_growth_no_year_can_have_is_refused(refused, given, shown):
    english, vietnamese = refused("gap", f"--grdp={given}", "--json")
    assert english == (
        f"E-GAP-908: {shown} — the growth of GRDP in a year is a number from -50 to 100 (per cent)"
        " — write it in per cent, such as --grdp 14.5"
    )
    assert "phải là một số từ -50 đến 100 (%)" in vietnamese


def test_json_knows_no_number_that_is_none(capsys):
    print_json({"a": [1.5, math.nan, {"b": -math.inf}], "c": ("nan", None, 3)})
    text = capsys.readouterr().out
    assert "NaN" not in text
    assert json.loads(text, parse_constant=pytest.fail) == {
        "a": [1.5, None, {"b": None}], "c": ["nan", None, 3],
    }  # fmt: skip


def test_messages_have_two_languages(refused, shipped):
    for given in ("fr", "EN", "vi,en"):
        english, vietnamese = refused("--messages", given, "series")
        assert english == (
            f"E-LANG-902: {given} — the language of messages is vi or en — "
            "write --messages vi or --messages en"
        )
        assert "viết --messages vi hoặc --messages en" in vietnamese


@pytest.mark.parametrize(
    "verb",
    [("run", "hihg"), ("compare", "--base", "hihg"), ("seek", "T010", "--scenario", "hihg")],
)
def test_a_mistyped_scenario_is_told_the_nearest(refused, verb):
    english, vietnamese = refused(*verb)
    assert english.startswith("E-SCN-901: hihg — there is no such scenario; nearest: high — choose")
    assert "gần nhất: high" in vietnamese


def test_a_form_that_is_one_takes_no_name(refused, tmp_path):
    out = tmp_path / "f.xlsx"
    english, vietnamese = refused("form", "out", "sites", "high", "--out", str(out))
    assert english == (
        "E-FORM-905: high — there is one form sites only, and it takes no name — leave the name "
        "out; only the form scenario takes one, and --out names the file"
    )
    assert "biểu mẫu sites chỉ có một" in vietnamese
    assert not out.exists()


@pytest.mark.parametrize("name", ["g2.csv", "g2", "g2.xls"])
def test_a_form_is_called_what_it_is(refused, tmp_path, name):
    english, vietnamese = refused("form", "out", "sites", "--out", str(tmp_path / name))
    assert english == (
        f"E-FORM-906: {tmp_path / name} — a form is an Excel workbook, and its name ends with "
        f".xlsx — for example --out {tmp_path / 'g2.xlsx'}; nothing was written"
    )
    assert "tên phải kết thúc bằng .xlsx" in vietnamese
    assert not list(tmp_path.iterdir())
