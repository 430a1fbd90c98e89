"""The words of the report: placeholders, likelihood, the sentence leaders want."""

from __future__ import annotations

import string
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kichban.reconcile.findings.wording import say, show
from kichban.report import quoting
from kichban.report.context import Context
from kichban.report.document import Number
from kichban.report.lookup import Tables
from kichban.report.printing import NBSP, Printer
from kichban.report.tables_contradictions import closing, contradictions_table, divided
from kichban.report.tables_series import others_table, output_table
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
    frame = EDITION.contradictions.copy()
    frame["explanation_vi"] = "Số in thay đổi."
    frame["explanation_en"] = "The print moved."
    frame["repairs_vi"] = "Có thể nhầm đơn vị"
    frame["repairs_en"] = "Likely a slip of the unit"
    worded = replace(EDITION, contradictions=frame)
    table = contradictions_table(context("en", worded))
    assert {str(row[-1].content) for row in table.rows} == {"Likely a slip of the unit"}
    assert "The print moved." in str(table.rows[0][-2].content)


def worded(**cells):
    """An edition with one contradiction: half a year's growth against its amounts."""
    row = {
        "kind": "arithmetic", "severity": "high", "indicator": "industrial_output",
        "period": "2024-01/2024-06", "statements": "BG0119 BG0117 BG0849", "stated": 28.0,
        "implied": 31.97973, "z": None, "explanation_vi": "", "repairs_vi": "",
        "explanation_en": "", "repairs_en": "", **cells,
    }  # fmt: skip
    return replace(EDITION, contradictions=pd.DataFrame([row]))


def _cells(edition, lang):
    table = contradictions_table(context(lang, edition))
    return [str(c.content).replace(NBSP, " ") for c in table.rows[0]]


def test_one_row_says_what_each_says_how_far_apart_and_who_should_check():
    by_id = EDITION.ledger.by_id
    rate, level = by_id["BG0119"], by_id["BG0117"]
    cells = {
        f"{column}_{lang}": said
        for lang in LANGUAGES
        for column, said in (
            ("explanation", "… " + say("reading_overruled", {"dropped": (rate,)}, lang)),
            ("repairs", "; ".join(
                (say("repair.revised_base", {"statement": rate, "other": by_id["BG0849"]}, lang),
                 say("check", {"statement": rate}, lang),
                 say("check", {"statement": level}, lang)))),
        )
    }  # fmt: skip
    assert _cells(worded(**cells), "vi") == [
        "1", "GTSXCN, 6 tháng năm 2024", "28%", "31,98%", "4,0 điểm %",
        "– tăng 28% (BG0119)\n– 315.145 tỷ đồng (BG0117)\n"
        "– 6 tháng năm 2023: 238.782 tỷ đồng (BG0849)",
        "Không theo BG0119: lệch quá xa phần còn lại.",
        "– Có thể tính trên số gốc đã điều chỉnh "
        "(238.782 tỷ đồng, 6 tháng năm 2023, BG0849)\n"
        "– Đối chiếu lại bản in: BG0119, BG0117 "
        "(“Bắc Giang: kết quả phát triển công nghiệp 6 tháng đầu năm 2024”, 07/2024)",
    ]  # fmt: skip
    said = _cells(worded(**cells), "en")
    assert said[4] == "4.0 points"
    assert said[5].startswith("– growth 28% (BG0119)\n– 315,145 bn VND (BG0117)")
    assert said[6] == "BG0119 not followed: too far from the rest."
    assert said[7].split("\n")[0].startswith("– The rate may be measured on a revised base")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reading", ["blended", "unused"])
def test_the_reading_is_said_shortly(reading, lang):
    said = say(f"reading_{reading}", {}, lang)
    cells = _cells(worded(**{f"explanation_{lang}": f"… {said}"}), lang)
    words = context(lang).texts(f"report.contradictions.{reading}")
    assert words in cells[6]
    assert len(words) < len(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_other_reasons_are_quoted_with_short_names_of_prints(lang):
    rate, level = EDITION.ledger.by_id["BG0119"], EDITION.ledger.by_id["BG0117"]
    said = say("two_modes", {"used": (rate,), "other": (level,)}, lang)
    reading = _cells(worded(**{f"explanation_{lang}": said}), lang)[6]
    assert reading.endswith(
        {
            "vi": "Hai cách đọc gần như ngang nhau: ước lượng không theo tăng 28% (BG0119); "
            "cách kia không theo 315.145 tỷ đồng (BG0117).",
            "en": "Two readings are nearly as likely: the estimate does not follow growth 28% "
            "(BG0119); the other does not follow 315,145 bn VND (BG0117).",
        }[lang]
    )


def test_a_balance_of_the_plan_points_to_its_table():
    plan = worded(
        kind="identity", indicator="ccn_area", period="2030", stated=3006.0, implied=3597.34,
        statements="BG0111 BG0060 BG0064",
    )  # fmt: skip
    cells = _cells(plan, "vi")
    assert cells[4:7] == [
        "19,7%",
        "– đã thành lập: 2.329 ha (BG0111)\n– thêm mới: 1.361 ha (BG0060)\n"
        "– đưa ra khỏi quy hoạch: 36,2 ha (BG0064)",
        "Mô hình đọc như nêu ở bảng cân đối quy hoạch.",
    ]


def test_the_range_of_the_estimate_stands_with_the_reading():
    series = EDITION.series.copy()
    at = (series.indicator == "industrial_output") & (series.measure == "growth_yoy")
    at &= (series.period == "2024-01/2024-06") & (series.breakdown == "")
    series.loc[at, ["lower", "upper"]] = [27.3, 28.26]
    said = _cells(replace(worded(), series=series), "vi")[6]
    assert said.startswith("Ước lượng (8/10): 27,3–28,3%")


@pytest.mark.parametrize(
    ("statements", "stated", "implied", "said"),
    [("BG0119", 28.0, 31.97973, "4,0 điểm %"), ("BG0119", 28.0, 28.04, "0,04 điểm %"),
     ("BG0117", 315_145.0, 300_000.0, "4,8%"), ("BG0117", 315_145.0, 315.145, "1.000 lần"),
     ("BG0117", 315_145.0, None, "-")],
)  # fmt: skip
def test_how_far_apart(statements, stated, implied, said):
    edition = worded(statements=statements, stated=stated, implied=implied)
    assert _cells(edition, "vi")[4] == said


def test_a_name_with_a_semicolon_does_not_divide_a_suggestion():
    rate = EDITION.ledger.by_id["BG0127"]
    assert ";" in show(rate, "en").partition("BG")[0][:-2]
    repairs = "; ".join(
        say(key, {"statement": rate}, "en") for key in ("repair.revised_base_unseen", "check")
    )
    edition = worded(statements="BG0127", stated=8.19, implied=13.86, repairs_en=repairs)
    first, second = _cells(edition, "en")[7].split("\n")
    assert first == "– Last year's base may have been revised without a print"
    assert second.startswith("– Check against the print: BG0127 (")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_falling_print_is_quoted_without_a_sign(lang):
    rate = replace(EDITION.ledger.by_id["BG0119"], value=-3.5, qualifier="more_than")
    said = quoting.figure(context(lang), rate)
    assert said == {"vi": "giảm hơn 3,5%", "en": "fall of more than 3.5%"}[lang]


def test_a_plan_is_quoted_as_one():
    plan = EDITION.ledger.by_id["BG0070"]
    assert quoting.period(context("vi"), plan) == "kế hoạch năm 2024"


def test_contradictions_are_explained_listed_or_counted():
    ctx = context("vi")
    shown = divided(ctx)
    parts = (shown.explained, shown.listed, shown.counted)
    assert [len(p) for p in parts] == [2, 4, 1]
    assert [r["indicator"] for r in shown.explained] == ["industrial_output", "ccn_area"]
    assert closing(ctx) == (
        "Ngoài ra còn 1 nhóm của các năm trước 2023: 1 số học. "
        "Giải thích từng nhóm: tệp contradictions.csv của ấn bản này."
    )
    none = replace(EDITION, contradictions=EDITION.contradictions.head(1))
    assert closing(context("en", none)) == "There is none of earlier years."


def test_the_column_of_what_prints_allow_says_more_than_rounding_or_nothing():
    table = output_table(context("vi"))
    said = {str(r[0].content): str(r[3].content) for r in table.rows}
    assert said["Năm 2017"] == "-"
    assert said["Năm 2021"] == "từ 301.000"
    assert said["Năm 2022"] == "440.100–449.400"
    assert said["Năm 2023"] == "-"
    assert "không dùng giả định" in table.notes[0]


def test_a_figure_that_nobody_printed_says_so_and_is_rounded():
    table = output_table(context("vi"))
    row = next(r for r in table.rows if r[0].content == "Năm 2021")
    assert str(row[4].content).startswith("ước lượng; ")


def test_a_year_that_is_not_over_is_no_newest_figure():
    series = EDITION.series.copy()
    made = series[(series.indicator == "exports") & (series.measure == "level")]
    made = made[(made.breakdown == "") & (made.period.str.len() == 4)].tail(1)
    made = made.assign(period="2024", value=28_491.51, origin="estimated", lower=25e3, upper=32e3)
    last = made.assign(period="2023", value=22_258.45, lower=21_067.1, upper=23_517.2)
    edition = replace(EDITION, series=pd.concat([series, made, last]))
    table = others_table(context("vi", edition))
    cells = [[c.content for c in r] for r in table.rows]
    assert not any("Năm 2024" in row for row in cells)
    row = next(r for r in cells if Number(22_258.45, digits=3) in r)
    assert str(row[-1]).startswith("ước lượng, khoảng 8/10: 21.067–23.517")
