"""The words of the report: placeholders, likelihood, the sentence leaders want."""

from __future__ import annotations

import string
import sys
from pathlib import Path

import pytest

from kichban.report.context import Context
from kichban.report.lookup import Tables
from kichban.report.printing import NBSP, Printer
from kichban.report.wording import chance, likelihood
from kichban.texts import LANGUAGES, all_keys

sys.path.insert(0, str(Path(__file__).parent))
from report_edition import made_edition, without

EDITION = made_edition()


def context(lang, edition=EDITION):
    return Context(Tables(edition), lang)


def _names(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", [k for k in all_keys() if k.startswith(("report.", "figures."))])
def test_both_languages_have_the_same_placeholders_and_are_not_empty(key):
    texts = all_keys()[key]
    assert set(texts) == set(LANGUAGES)
    assert _names(texts["vi"]) == _names(texts["en"])
    assert all(text.strip() for text in texts.values())
    assert (
        texts["vi"] == texts["vi"].strip()
        or texts["vi"].startswith((" (",))
        or key.endswith("alt_history")
    )


@pytest.mark.parametrize(
    ("probability", "word"),
    [(1.0, "likely"), (0.8, "likely"), (0.7999, "possible"), (0.5, "possible"),
     (0.4999, "hard"), (0.2, "hard"), (0.1999, "unlikely"), (0.0, "unlikely")],
)  # fmt: skip
def test_words_of_likelihood(probability, word):
    assert likelihood(probability) == word


def test_a_chance_is_never_certain():
    printer = Printer("vi")
    assert [chance(p, printer) for p in (0.0, 0.5, 1.0)] == ["<1%", "50%", ">99%"]


def _row(ctx, target):
    return next(r for r in ctx.tables.gaps if r["target"] == target)


def test_the_sentence_leaders_want():
    ctx = context("vi")
    said = ctx.wording.required(_row(ctx, "T011")).replace(NBSP, " ")
    assert said == (
        "Để hoàn thành kế hoạch năm về giá trị sản xuất công nghiệp (giá hiện hành), "
        "6 tháng cuối năm phải đạt 350.615 tỷ đồng, bình quân 58.436 tỷ đồng/tháng, "
        "tăng 18,9% so với cùng kỳ (từ 14,7 đến 18,9% tùy số gốc)."
    )


def test_the_sentence_in_english():
    ctx = context("en")
    said = ctx.wording.required(_row(ctx, "T011")).replace(NBSP, " ")
    assert said == (
        "To meet the plan for industrial output (current prices), the last 6 months must bring "
        "350,615 bn VND, 58,436 bn VND a month on average, up 18.9% on a year earlier "
        "(14.7 to 18.9% depending on the base)."
    )


def test_a_bare_scenario_label_is_said_in_full():
    from dataclasses import replace

    bare = {n: replace(s, label={"vi": "Cao", "en": "High"}) for n, s in EDITION.scenarios.items()}
    edition = replace(EDITION, scenarios=bare)
    assert context("vi", edition).scenario_full("high") == "Kịch bản cao"
    assert context("en", edition).scenario_full("high") == "High scenario"
    assert context("vi").scenario_full("high") == "Kịch bản cao"


def test_a_fall_is_said_without_a_sign():
    ctx = context("vi")
    row = {**_row(ctx, "T011"), "required_rate": -3.5}
    assert "giảm 3,5% so với cùng kỳ" in ctx.wording.required(row)


def test_without_a_print_to_count_from_no_month_is_claimed():
    ctx = context("vi", without(EDITION, "series"))
    said = ctx.wording.required(_row(ctx, "T011"))
    assert "thời gian còn lại trong năm" in said
    assert "bình quân" not in said


@pytest.mark.parametrize(
    ("remark", "said"),
    [("by_construction", "Đạt theo giả định của kịch bản"), ("reached", "Đã đạt"),
     ("not_comparable", "Chưa so sánh được (khác hoặc chưa rõ gốc giá)"),
     ("no_projection", "Mô hình chưa dự báo chỉ tiêu này"),
     ("identity_part", "Thuộc cân đối quy hoạch")],
)  # fmt: skip
def test_remarks_stand_in_place_of_a_likelihood(remark, said):
    ctx = context("vi")
    row = {**_row(ctx, "T011"), "remark": remark, "probability": None}
    assert ctx.wording.outlook(row) == said


def test_every_value_row_names_its_price_basis():
    ctx = context("vi")
    for row in ctx.tables.gaps:
        if row["indicator"] == "industrial_output" and row["measure"] == "level":
            assert "giá" in ctx.wording.name(row).split("nghiệp")[1]


def test_contradictions_speak_the_language_of_the_report():
    import pandas as pd

    from kichban.report.tables_contradictions import contradictions_table

    frame = EDITION.contradictions.copy()
    frame["explanation_vi"] = "Số in thay đổi."
    frame["explanation_en"] = "The print moved."
    worded = without(EDITION)
    object.__setattr__(worded, "extras", {"contradictions": pd.DataFrame(frame)})
    table = contradictions_table(context("en", worded))
    assert all("The print moved." in str(row[-2].content) for row in table.rows)
