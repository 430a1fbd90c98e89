"""One fault and two faults: English words that go by a number."""

import re

import pytest

from kichban.errors import Fault
from kichban.texts import fault_line, texts_for
from kichban.texts.catalogue import all_keys

CASES = [
    ("cli.nothing_written", "errors", "1 fault; nothing", "2 faults; nothing", "0 faults;"),
    ("cli.series.contradictions", "count", "1 contradiction to", "2 contradictions to", "0 con"),
    ("sensitivity.tornado.none", "count", "effect: 1 parameter.", "effect: 2 parameters.", "0 par"),
]


@pytest.mark.parametrize(("key", "name", "one", "two", "none"), CASES)
def test_words_go_by_their_number(key, name, one, two, none):
    for count, said in (("1", one), ("2", two), ("0", none)):
        assert said in texts_for("en")(key, **{name: count})
        assert "|" not in texts_for("vi")(key, **{name: count})


def test_several_numbers_in_a_line_each_have_their_word():
    said = texts_for("en")("cli.check.faulty", errors="1", warnings="3")
    assert said == "The inputs have 1 fault and 3 warnings."
    said = texts_for("en")("cli.form.changes", file="a.csv", count="1")
    assert said == "a.csv: 1 value changes"
    assert texts_for("en")("cli.form.changes", file="a.csv", count="2").endswith("2 values change")


def test_faults_have_them_too():
    for missing, said in (("1", "1 period is missing before"), ("2", "2 periods are missing")):
        fault = Fault("E-SER-001", detail={"missing": missing})
        assert said in fault_line(fault, "en")
        assert "thiếu" in fault_line(fault, "vi")


def test_a_text_still_wants_every_value():
    with pytest.raises(KeyError):
        texts_for("en")("cli.nothing_written")


def test_words_by_number_come_in_pairs():
    choices = [
        found for pair in all_keys().values() for found in re.findall(r"\{\w+:[^}]*\}", pair["en"])
    ]
    assert choices
    assert all(choice.count("|") == 1 for choice in choices if "|" in choice)
