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
