"""The report prints what scenarios say of sites, shares, futures and correlations."""

from dataclasses import replace

import pytest
from report_edition import made_edition
from scenario_everything import NAME, TEXTS

from kichban.catalogue import load_parameters
from kichban.report.context import Context
from kichban.report.lookup import Tables
from kichban.report.scenario_settings import further_lines
from kichban.report.tables_scenarios import differences_table, story_table
from kichban.scenario import read_scenarios, with_values

PARAMETERS = load_parameters()


@pytest.fixture(scope="module")
def scenarios(shipped):
    own = {n: t for n, t in shipped.texts.items() if n.startswith("scenarios/")}
    return read_scenarios({**own, **TEXTS}, PARAMETERS)[0]


def context(scenarios, lang, *names):
    chosen = {name: scenarios[name] for name in names}
    return Context(Tables(replace(made_edition(), scenarios=chosen)), lang)


def lines(scenarios, lang, *names):
    return dict(further_lines(context(scenarios, lang, *names)))


def test_the_shipped_scenarios_have_nothing_more_to_tell(scenarios, shipped):
    names = [n for n in scenarios if n not in (NAME, "forerunner")]
    assert lines(scenarios, "vi", *names) == {}
    assert differences_table(context(scenarios, "vi", *names)).notes == ()


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("vi", {
            "KCN Ngọc Lý: Quý thành lập": ("-", "Quý III/2027"),
            "KCN Nghĩa Hưng: Không thành lập": ("-", "có"),
            "Cơ cấu GTSXCN theo loại hình kinh tế":
                ("-", "2027: Nhà nước 1,0%, Ngoài Nhà nước 5,0%, Có vốn đầu tư nước ngoài 94,0%; "
                 "2030: Nhà nước 2,0%, Ngoài Nhà nước 8,0%, Có vốn đầu tư nước ngoài 90,0%"),
            "Hệ số chậm tiến độ, KCN (lần): mức bất định":
                ("chắc chắn", "các khả năng rời rạc: 1,3 (xác suất 0,60); "
                 "Luật chậm: 2,4 (xác suất 0,40)"),
            "Tốc độ tăng khối lượng dài hạn (%/năm): mức bất định":
                ("PERT, từ 4,0% đến 13,0%, hay gặp nhất 8,0%",
                 "PERT, từ 4,17% đến 13,10%, hay gặp nhất 8,0%"),
            "Tương quan: Tốc độ tăng khối lượng dài hạn × Hệ số chậm tiến độ, KCN": ("-", "−0,40"),
        }),
        ("en", {
            "Ngoc Ly park: Quarter of establishment": ("-", "Q3 2027"),
            "Ngoc Ly park: Slippage of this site's schedule": ("-", "2.5 ratio"),
            "Shares of industrial output by ownership":
                ("-", "2027: State 1.0%, Non-state 5.0%, Foreign-invested 94.0%; "
                 "2030: State 2.0%, Non-state 8.0%, Foreign-invested 90.0%"),
            "Slippage of park schedules (ratio): range":
                ("certain", "discrete futures: 1.3 (probability 0.60); "
                 "Law late: 2.4 (probability 0.40)"),
        }),
    ],
)  # fmt: skip
def test_what_is_settled_singly_is_told_in_words(scenarios, lang, wanted):
    found = lines(scenarios, lang, "baseline", NAME)
    assert {name: found.get(name) for name in wanted} == wanted
    table = differences_table(context(scenarios, lang, "baseline", NAME))
    printed = {row[0].content for row in table.rows}
    assert printed >= set(found)
    assert len(table.notes) == 1


def test_what_all_say_alike_is_no_difference_but_stands_in_the_story(scenarios):
    both = context(scenarios, "en", NAME)
    assert differences_table(both) is None
    (row,) = story_table(both).rows
    assert (
        "Settled singly: My Thai - Xuan Huong - Tan Dinh park; Nghia Hung park;" in row[1].content
    )
    assert "discrete futures of slippage of park schedules" in row[1].content
    assert "correlation: Long-run growth in volume × Slippage of park" in row[1].content
    plain = context(scenarios, "en", "high")
    assert "Settled singly" not in story_table(plain).rows[0][1].content


def test_a_range_that_moved_with_its_value_is_no_line_of_its_own(scenarios):
    moved = with_values(scenarios["high"], {"growth.wedge": 0.03}, PARAMETERS)
    assert lines({"high": scenarios["high"], "moved": moved}, "en", "high", "moved") == {}


def test_a_search_may_move_a_lever_that_has_futures(scenarios):
    moved = with_values(scenarios[NAME], {"land.slip_park": 1.4}, PARAMETERS)
    assert "land.slip_park" not in moved.priors
    assert [set(c.of) for c in moved.correlations] == [{"growth.wedge", "land.absorption_q"}]
