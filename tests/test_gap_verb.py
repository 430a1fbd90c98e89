"""``kichban gap`` in full: one target, sets, checks, what GRDP asks of industry, and refusals."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from kichban.cli import app
from kichban.cli.door import exit_codes
from kichban.errors import UsageError
from kichban.study.gaps.questions import joint_probabilities, reverse_question
from kichban.texts import fault_line

DRAWS = ("--draws", "256")


@pytest.fixture(scope="module")
def ask(kept, shipped):
    """Call the verb on the shipped study; the edition is made once and cached."""

    def call(*words: str, lang: str = "vi") -> str:
        line = ["--messages", lang, "gap", *words, *DRAWS, "--study", str(shipped.root)]
        environment = {"KICHBAN_CACHE": str(kept.folder)}
        done = CliRunner().invoke(app, line, env=environment)
        if done.exception is not None:
            raise done.exception
        return done.stdout

    return call


def test_the_sheet_of_a_plan_says_all_there_is(ask):
    sheet = ask("baseline", "--target", "T011")
    for part in (
        "T011 · Giá trị sản xuất công nghiệp (giá hiện hành), 2024: 665.760 tỷ đồng",
        "Kế hoạch năm 2024 của ngành Công Thương Bắc Giang (Sở phấn đấu; biết từ 11/06/2024)",
        "350.615 tỷ đồng, bình quân 58.436 tỷ đồng/tháng, tăng 18,9%",
        "trong 25 giai đoạn cùng độ dài",
        "Tháng 7/2024: 52.331 tỷ đồng, tăng 18,9%",
        "Quý IV/2024: 183.501 tỷ đồng",
        "nếu không đạt thì thiếu bình quân",
        "GTSXCN quý III/2024 (hẹp lại",
    ):
        assert part in sheet
    english = ask("baseline", "--target", "T011", lang="en")
    assert "07/2024: 52,331 bn VND, up 18.9%" in english


def test_versions_of_a_target_name_each_other(ask):
    sheets = ask("baseline", "--target", "T010", "--target", "T040")
    assert "Thay thế T040 (3.164 ha, 17/08/2022)" in sheets
    assert "Không còn hiệu lực: T010 (3.006 ha, 11/06/2024) thay thế" in sheets


def test_yearly_steps_and_growth_have_their_own_words(ask):
    sheets = ask("baseline", "--target", "T048", "--target", "T012", lang="en")
    assert "Year by year, at one rate:" in sheets
    assert "2030: 2,200,000 bn VND, up 28.6%" in sheets
    assert "Every month and quarter left of the year must go up 18.8% on a year earlier." in sheets


def test_checks_put_contradictions_first(ask):
    lines = ask("baseline", "--checks").splitlines()
    assert lines[0] == "Các chỉ tiêu đối chiếu với nhau"
    assert "[T065, T066]" in lines[1]
    assert "255.161–256.213 tỷ đồng; số đã công bố là 266.040–266.765 tỷ đồng" in lines[1]
    kinds = [line.split(":")[0].strip() for line in lines[1:]]
    assert kinds == sorted(kinds, key=("Mâu thuẫn", "Căng", "Khớp").index)


def test_a_set_is_met_together_at_most_as_often_as_each(bench):
    found = joint_probabilities(bench, ["T011", "T015", "T011"])["baseline"]
    assert found.targets == ("T011", "T015")
    assert found.every <= min(found.each)
    assert found.some >= max(found.each)
    # a path stands for its steps
    assert joint_probabilities(bench, ["output_147"])["baseline"].targets == ("T048", "T061")


def test_sets_as_text(ask):
    text = ask("baseline", "--joint", "output_147")
    assert "T048 (2.200.000 tỷ đồng)" in text
    assert "Tất cả cùng đạt" in text


def test_what_grdp_asks_of_industry(bench):
    found = reverse_question(bench, 0.145).document
    assert found["year"] == 2024
    quarters = found["quarters"]
    assert [q["newest_print"] for q in quarters] == ["13.96", "14.31", "", ""]
    # both halves weigh alike: H1 grew by 14,14 %, so the rest needs a little more than the year
    needed = {float(q["required"]) for q in quarters[2:]}
    assert len(needed) == 1
    assert 14.5 < needed.pop() < 15.0
    assert reverse_question(bench, 0.12, 2026).quarters == ()


def test_what_grdp_asks_of_industry_as_text(ask):
    text = ask("baseline", "--grdp", "12", "--year", "2026", lang="en")
    assert "For GRDP to grow by 12.00% in 2026 industry needs" in text
    assert "Q1 2024" not in text


def test_out_writes_every_table(ask, tmp_path):
    ask("baseline", "--out", str(tmp_path))
    names = {"gap.csv", "required.csv", "target_checks.csv", "information.csv", "quarters.csv"}
    names.add("reached.csv")
    assert {p.name for p in tmp_path.iterdir()} == names
    for name in names:
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) > 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("baseline", "--target", "T0111"), "E-GAP-901", "gần nhất: T011"),
        (("baseline", "--target", "T028"), "E-GAP-902", "thời hạn của chỉ tiêu đã qua"),
        (("baseline", "--year", "2025"), "E-GAP-903", "--year chỉ đi cùng --grdp"),
    ],
)
def test_the_verb_refuses_and_says_what_to_do(ask, words, code, said):
    with pytest.raises(UsageError) as caught:
        ask(*words)
    assert caught.value.fault.code == code
    assert said in fault_line(caught.value.fault, "vi")
    with pytest.raises(SystemExit) as left, exit_codes():
        raise caught.value
    assert left.value.code == 2


def test_questions_that_have_no_answer(bench, shipped):
    def refused(call, *words) -> tuple[str, str]:
        with pytest.raises(UsageError) as caught:
            call(*words)
        return caught.value.fault.code, fault_line(caught.value.fault, "vi")

    code, said = refused(joint_probabilities, bench, ["T065"])
    assert code == "E-GAP-904"
    assert "kichban gap --target T065" in said
    code, said = refused(joint_probabilities, bench, ["nope"])
    assert code == "E-GAP-901"
    code, said = refused(reverse_question, bench, 0.12, 2044)
    assert code == "E-GAP-905"
    assert "2024–2030" in said
    given = replace(bench.given, request=replace(bench.given.request, scenarios=("plan",)))
    code, said = refused(joint_probabilities, replace(bench, given=given), ["T010"])
    assert code == "E-GAP-906"
    assert "được dựng để đạt chỉ tiêu này" in said
    early = shipped.request(["baseline"], as_of=dt.date(2016, 12, 31), horizon=2018, draws=64)
    code, said = refused(reverse_question, shipped.workbench(early), 0.12)
    assert code == "E-GAP-907"
    assert "cơ cấu GRDP" in said
