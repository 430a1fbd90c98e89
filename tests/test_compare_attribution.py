"""What makes a difference and what makes a gap: made scenarios, then the real study, few draws."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from typer.testing import CliRunner

from kichban.catalogue import load_parameters
from kichban.compare import (
    ATTRIBUTION_COLUMNS,
    GAP_COLUMNS,
    HEADLINES,
    PARTS,
    STATISTICS,
    TARGET_COLUMNS,
    Item,
    attribute,
    attribution_detail,
    attribution_overview,
    attribution_rows,
    choose,
    coalitions,
    compare_scenarios,
    compare_targets,
    differing_keys,
    gap_attribution_overview,
    gap_attribution_rows,
    implied_growth,
    mixtures,
    on_land,
    pace_factor,
    paired_share,
    planned_leased_land,
    players,
    printed_gap,
    printed_row,
    reference_rows,
    share_gap,
    statistics_of,
    target_rows,
    targets_overview,
)
from kichban.errors import UsageError
from kichban.files import csv_bytes, csv_rows
from kichban.report.attribution_figures import difference_waterfall, gap_waterfall
from kichban.report.figures.style import house_style
from kichban.report.figures.waterfall import draw_waterfall, waterfall_figure, waterfall_files
from kichban.scenario import read_scenarios, with_settings_of
from kichban.texts import LANGUAGES, fault_line

PARAMETERS = load_parameters()
HEAD = 'format = 1\nname = "{0}"\nextends = ""\nlabel = {{ vi = "{0}", en = "{0}" }}\n'
HEAD += 'status = "draft"\nstory = {{ vi = "…", en = "…" }}\n'


def made(**bodies):
    texts = {f"scenarios/{n}.toml": HEAD.format(n) + body for n, body in bodies.items()}
    scenarios, faults = read_scenarios(texts, PARAMETERS)
    assert not [f for f in faults if f.is_error]
    return scenarios


# --- groups and players ------------------------------------------------------------------


def test_every_parameter_has_one_of_at_most_eight_groups_with_names():
    assert len(PARAMETERS.groups) <= 8
    assert {p.group for p in PARAMETERS.values()} == set(PARAMETERS.groups)
    for label in PARAMETERS.groups.values():
        assert label["vi"] != label["en"]
    every = [k for g in PARAMETERS.groups for k in PARAMETERS.in_groups({g})]
    assert sorted(every) == sorted(PARAMETERS)


def test_only_groups_that_differ_play():
    found = made(a="", b='[set]\n"land.slip_park" = 1.2\n"growth.wedge" = 0.03\n')
    who = players(found["a"], found["b"], PARAMETERS)
    assert [(p.name, p.differ) for p in who] == [
        ("prices", ("growth.wedge",)), ("supply", ("land.slip_park",)),
    ]  # fmt: skip


def test_a_scenario_against_itself_is_refused():
    found = made(a="", b="")
    with pytest.raises(UsageError, match="E-ATTR-902") as refused:
        players(found["a"], found["b"], PARAMETERS)
    assert "không khác kịch bản a" in fault_line(refused.value.fault, "vi")
    assert "does not differ from the scenario a" in fault_line(refused.value.fault, "en")


def test_setting_a_default_is_a_difference_for_data_move_no_prior_that_was_set():
    found = made(a="", b='[set]\n"land.leasing_park" = 110.0\n')
    assert differing_keys(found["a"], found["b"]) == ("land.leasing_park",)


def test_groups_tied_by_a_correlation_go_over_together():
    tie = '[[uncertainty.correlation]]\nof = ["growth.wedge", "growth.persistence"]\nrho = 0.5\n'
    found = made(
        a=tie, b='[set]\n"land.slip_park" = 1.2\n' + tie, c='[set]\n"growth.wedge" = 0.03\n'
    )
    # where no tied group differs the tie does not matter
    assert [p.name for p in players(found["a"], found["b"], PARAMETERS)] == ["supply"]
    (joined,) = players(found["a"], found["c"], PARAMETERS)
    assert joined.name == "volume+prices"
    assert joined.label["en"] == "Growth of volume + Prices"
    assert {"growth.wedge", "growth.persistence"} <= set(joined.differ)


def test_nobody_is_one_scenario_and_everybody_the_other():
    found = made(a="", b='[set]\n"land.slip_park" = 1.2\n"growth.wedge" = 0.03\n')
    a, b = found["a"], found["b"]
    mixed = mixtures(a, b, players(a, b, PARAMETERS))
    assert len(mixed) == 4
    assert mixed[frozenset()] is a
    assert mixed[frozenset({"prices", "supply"})] is b
    half = mixed[frozenset({"prices"})]
    assert (half.values["growth.wedge"], half.values["land.slip_park"]) == (0.03, 1.6)


# --- what a plan rests on ----------------------------------------------------------------


def test_land_of_a_plan_and_its_pace():
    assert planned_leased_land(1000.0, 0.7, 0.6) == pytest.approx(420.0)
    assert pace_factor(420.0, 100.0, 260.0) == 2.0
    assert pace_factor(200.0, 100.0, 260.0) == 1.0
    assert pace_factor(420.0, 100.0, 90.0) == 1.0


def test_implied_growth_solves_its_own_equation():
    made_of, outside, land, growth, years = [400.0, 30.0], 20.0, [1.5, 1.2], 0.06, 7.0
    found = implied_growth(1.8, made_of, outside, land, growth, years)
    more = ((1 + found) / (1 + growth)) ** years
    reached = more * (400.0 * 1.5 + 30.0 * 1.2) + outside
    assert reached == pytest.approx(1.8 * 450.0)


def test_output_follows_its_land_draw_by_draw():
    output = np.array([100.0, 200.0])
    found = on_land(output, np.array([90.0, 60.0]), np.array([60.0, 60.0]))
    assert found == pytest.approx([150.0, 200.0])


def test_a_gap_of_known_parts_and_its_remainder():
    rng = np.random.default_rng(3)
    base = rng.normal(100.0, 5.0, 256)
    adds = {"supply": 10.0, "demand": 30.0, "productivity": -4.0, "prices": 0.0}
    game = {s: base + sum(adds[n] for n in s) + 6.0 * ({"supply", "demand"} <= s)
            for s in coalitions(PARTS)}  # fmt: skip
    found = share_gap(game, 200.0, 1024)
    part = {"supply": 13.0, "demand": 33.0, "productivity": -4.0, "prices": 0.0}
    assert found["part"] == pytest.approx(part)
    assert found["part"]["prices"] == 0.0
    assert found["median"] + sum(part.values()) + found["remainder"] == pytest.approx(200.0)
    assert found["error"] == pytest.approx(dict.fromkeys(PARTS, 0.0), abs=1e-9)
    assert found["not_additive"] == pytest.approx(3.0 / 50.0)
    assert found["alone"]["supply"] == pytest.approx(10.0)
    assert found["last"]["supply"] == pytest.approx(16.0)


def test_the_error_of_a_part_is_its_spread_over_fresh_luck():
    # part of the mean: mean of n independent differences of standard deviation 3
    rng, n = np.random.default_rng(11), 512
    errors, parts = [], []
    for _ in range(200):
        base, moved = rng.normal(0.0, 1.0, n), rng.normal(2.0, 3.0, n)
        found = {frozenset(): base, frozenset("a"): base + moved}
        measured = {s: statistics_of(v)[:, None] for s, v in found.items()}
        (row,) = attribute(measured, [Item(HEADLINES[0], "2030")], ["a"])
        parts.append(row.part["a"][1])
        errors.append(row.error["a"][1])
    assert np.std(parts) == pytest.approx(3.0 / math.sqrt(n), rel=0.15)
    assert math.sqrt(np.mean(np.square(errors))) == pytest.approx(3.0 / math.sqrt(n), rel=0.1)
    assert np.mean(parts) == pytest.approx(2.0, abs=0.05)


def test_pieces_are_whole_blocks_where_there_are_enough():
    assert statistics_of(np.arange(8 * 16.0), block=16).shape == (9, len(STATISTICS))
    assert statistics_of(np.arange(10 * 16.0), block=16).shape == (11, len(STATISTICS))
    assert statistics_of(np.arange(3 * 16.0), block=16).shape == (9, len(STATISTICS))
    few = statistics_of(np.arange(5.0), np.arange(5) > 2)
    assert few.shape == (1, len(STATISTICS))
    assert few[0, -1] == pytest.approx(0.4)


def test_a_paired_share_knows_its_error():
    rng = np.random.default_rng(5)
    base, other = rng.random(4096) < 0.3, rng.random(4096) < 0.5
    change, error = paired_share(other, base, 1024)
    assert change == pytest.approx(other.mean() - base.mean())
    assert error < 0.03
    assert paired_share(base, base, 1024) == (0.0, 0.0)
    # one block: the closed form of a mean of n differences
    change, error = paired_share(other[:1000], base[:1000], 1024)
    d = other[:1000].astype(float) - base[:1000]
    assert error == pytest.approx(d.std() / math.sqrt(1000))


# --- the real study ----------------------------------------------------------------------

DRAWS = 128


@pytest.fixture(scope="module")
def bench(shipped):
    chosen = ("baseline", "low", "high", "plan")
    return shipped.workbench(shipped.request(chosen, draws=DRAWS))


@pytest.fixture(scope="module")
def low(bench):
    from kichban.study.gaps.attribution import attribute_scenarios

    return attribute_scenarios(bench, "baseline", "low", (2030,))


@pytest.fixture(scope="module")
def gap(bench):
    from kichban.study.gaps.gap import attribute_gap

    return attribute_gap(bench, "baseline", "T048")


def row_of(found, wanted, bench):
    return choose(found.rows, wanted, bench.ledger, ())


def test_parts_add_up_to_the_difference_of_every_figure(low):
    assert [p.name for p in low.players] == ["volume", "supply", "demand"]
    assert len(low.rows) > 20
    for row in low.rows:
        for i in range(len(STATISTICS)):
            total = row.end[i] - row.start[i]
            if math.isnan(total):
                continue
            parts = math.fsum(float(p[i]) for p in row.part.values())
            assert parts == pytest.approx(total, rel=1e-9, abs=1e-9)


def test_the_ends_are_the_runs_of_the_two_scenarios(bench, low):
    from kichban.study.gaps.attribution import run_figures

    projection = run_figures(bench)
    compared = {(r.scenario, r.variable): r.level for r in
                compare_scenarios(projection, "baseline", (2030,)).rows}  # fmt: skip
    for variable in HEADLINES:
        row = row_of(low, variable.indicator, bench)
        scale = 100.0 if row.item.variable.measure == "growth_yoy" else 1.0
        for name, values in (("baseline", row.start), ("low", row.end)):
            level = compared[name, variable]
            assert values[[0, 2, 3]] == pytest.approx(
                [scale * v for v in (level.p50, level.p10, level.p90)]
            )


def test_signs_make_sense(low, bench):
    output = row_of(low, "industrial_output", bench)
    assert output.part["volume"][0] < 0
    # land moves no draw of projected output
    assert output.part["supply"][0] == output.part["demand"][0] == 0.0
    assert output.not_additive[0] == 0.0
    leased = row_of(low, "kcn_leased", bench)
    assert leased.part["demand"][0] < leased.part["volume"][0] < 0
    assert leased.part["supply"][0] <= 0
    target = row_of(low, "T048", bench)
    chance = STATISTICS.index("probability")
    assert 0.0 <= target.end[chance] <= target.start[chance] <= 1.0


def test_taking_all_groups_over_is_the_other_scenario(bench):
    from kichban.projection import Run

    a, b = bench.scenarios["baseline"], bench.scenarios["low"]
    keys = [k for p in players(a, b, PARAMETERS) for k in p.keys]
    found = bench.asking(HEADLINES).run(
        {"b": Run(b), "mixed": Run(with_settings_of(a, b, keys))}
    )  # fmt: skip
    for variable in HEADLINES:
        one, other = (found.scenarios[n].variables[variable].annual for n in ("b", "mixed"))
        assert np.array_equal(one, other)


def test_the_way_back_has_the_other_signs(bench, low):
    from kichban.study.gaps.attribution import attribute_scenarios

    back = attribute_scenarios(bench, "low", "baseline", (2030,))
    for there, again in zip(low.rows, back.rows, strict=True):
        for name in there.part:
            assert np.array_equal(there.part[name], -again.part[name], equal_nan=True)


def test_paths_that_reach_a_target_are_shared_out_too(bench):
    from kichban.study.gaps.attribution import attribute_scenarios

    found = attribute_scenarios(bench, "baseline", "plan", (2030,))
    row = row_of(found, "T048", bench)
    assert row.item.certain
    assert math.isnan(row.end[STATISTICS.index("probability")])
    assert row.end[0] == pytest.approx(2_200_000, rel=1e-5)
    assert row.part["volume"][0] == pytest.approx(row.end[0] - row.start[0])
    text = attribution_overview(found, bench.scenarios, "vi")
    assert "T010, T036, T048" in text
    assert "theo giả định" in attribution_detail(found, row, bench.scenarios, "vi")


def test_one_group_makes_the_whole_difference(bench, shipped):
    from kichban.study.gaps.attribution import attribute_scenarios

    found = attribute_scenarios(bench, "baseline", "slow_clearance", (2030,))
    assert [p.name for p in found.players] == ["supply"]
    assert "one group" in attribution_overview(found, bench.scenarios, "en")


def test_table_is_tidy(low):
    rows = attribution_rows(low, "bac_giang")
    assert {len(r) for r in rows} == {len(ATTRIBUTION_COLUMNS)}
    upto = ATTRIBUTION_COLUMNS.index("part") + 1
    assert len({r[:upto] for r in rows}) == len(rows)
    records = [dict(zip(ATTRIBUTION_COLUMNS, r, strict=True)) for r in rows]
    key = ("indicator", "breakdown", "period", "measure", "target", "statistic")
    for _, own in itertools.groupby(records, lambda r: tuple(r[k] for k in key)):
        values = {r["part"]: float(r["value"]) for r in own}
        end = values.pop("end")
        assert sum(values.values()) == pytest.approx(end, rel=1e-7, abs=1e-6)
    growth = next(r for r in records if r["indicator"] == "grdp" and r["part"] == "start")
    assert 1.0 < float(growth["value"]) < 30.0  # per cent
    chances = [float(r["value"]) for r in records if r["statistic"] == "probability"]
    assert max(map(abs, chances)) <= 1.0
    assert {r["error"] for r in records if r["part"] in ("start", "end")} == {""}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_aligned_and_add_up(low, bench, lang):
    text = attribution_overview(low, bench.scenarios, lang)
    lines = text.split("\n")
    figures = [x for x in lines if x.startswith("  ") and "2030" in x and "%" in x[-4:]]
    assert len(figures) > 6
    assert len({len(x) for x in figures}) == 1
    for row in low.rows:
        printed = printed_row(row)
        total = printed.start + math.fsum(printed.parts)
        assert total == pytest.approx(printed.end, abs=1e-6)
    detail = attribution_detail(low, row_of(low, "T048", bench), bench.scenarios, lang)
    assert "T048" in detail
    assert "±" in detail


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ("T999", "E-ATTR-903", "gần nhất"),
        ("kcn_leasd", "E-ATTR-903", "gần nhất: kcn_leased"),
        ("T001", "E-ATTR-905", "cân đối quy hoạch"),
        ("T020", "E-ATTR-904", "chưa dự báo"),
        ("T065", "E-ATTR-906", "gốc giá"),
        ("T075", "E-ATTR-907", "đã đạt"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_with_its_reason(low, bench, wanted, code, said):
    from kichban.study.gaps.attribution import gaps_of

    with pytest.raises(UsageError, match=code) as refused:
        choose(low.rows, wanted, bench.ledger, gaps_of(bench, "baseline"))
    assert said in fault_line(refused.value.fault, "vi")
    assert code in fault_line(refused.value.fault, "en")


# --- the gap -----------------------------------------------------------------------------


def test_parts_of_a_gap_and_the_remainder_add_up_to_it(gap):
    total = math.fsum(gap.part.values()) + gap.remainder
    assert total == pytest.approx(gap.target.value - gap.median, rel=1e-9)
    assert set(gap.part) == set(PARTS)
    # investors who lease more, and land on time for them, close part of the gap
    assert gap.part["demand"] > gap.part["supply"] > 0
    # land on time helps only where somebody asks for it
    assert gap.last["supply"] > gap.alone["supply"]
    # a target at 2010 prices counts no rise of prices
    assert gap.part["prices"] > 0
    assert gap.said["implied"] > 0.02
    assert gap.plans == ("T036", "T010")
    assert (gap.said["slip_park"], gap.said["slip_cluster"]) == (1.6, 2.0)
    assert gap.said["factor_park"] > 1.5


def test_references_are_changes_of_the_scenario(gap):
    moves = {m.key: m for m in gap.moves}
    assert moves["land.slip_park"].value == moves["land.slip_cluster"].value == 1.0
    assert moves["growth.wedge"].value == 0.0
    assert moves["land.leasing_park"].operation == "scale"
    assert moves["land.leasing_park"].year == 2025
    assert {r[:3] for r in reference_rows(gap)} == {("baseline", "T048", p) for p in PARTS}


def test_land_has_no_prices_and_its_remainder_is_the_rules(bench):
    from kichban.study.gaps.gap import attribute_gap

    found = attribute_gap(bench, "low", "T036")
    assert found.part["prices"] == 0.0
    assert found.part["demand"] > found.part["supply"] > 0
    assert found.remainder > 0
    total = math.fsum(found.part.values()) + found.remainder
    assert total == pytest.approx(7000.0 - found.median, rel=1e-9)
    text = gap_attribution_overview(found, bench.scenarios["low"].label, "vi")
    assert "điều kiện thành lập, mở rộng" in text
    assert "mục tiêu đất tính bằng ha" in text


def test_what_is_good_enough_stays(bench):
    from kichban.study.gaps.gap import attribute_gap

    base = bench.scenarios["baseline"]
    quick = bench.changed(base, {"land.slip_park": 0.8, "land.output_per_ha_growth": 0.12})
    given = replace(
        bench.given, scenarios={**bench.scenarios, "quick": replace(quick, name="quick")}
    )
    found = attribute_gap(replace(bench, given=given), "quick", "T061")
    moves = {m.key: m.value for m in found.moves}
    assert moves["land.slip_park"] == 0.8
    assert "land.output_per_ha_growth" not in moves
    assert found.part["productivity"] == 0.0
    assert "đã đủ" in gap_attribution_overview(found, quick.label, "vi")


@pytest.mark.parametrize(
    ("scenario", "wanted", "code", "said"),
    [
        ("baseline", "T47", "E-ATTR-903", "nearest: T047"),
        ("baseline", "T020", "E-ATTR-904", "does not project"),
        ("baseline", "T001", "E-ATTR-905", "plan's identity"),
        ("baseline", "T065", "E-ATTR-906", "price basis"),
        ("baseline", "T075", "E-ATTR-907", "met by printed figures"),
        ("plan", "T048", "E-ATTR-908", "set to meet"),
        ("baseline", "T011", "E-ATTR-910", "T048"),
        ("baseline", "T019", "E-ATTR-910", "only gaps of land and of industrial output"),
    ],
)
def test_gaps_that_cannot_be_explained(bench, scenario, wanted, code, said):
    from kichban.study.gaps.gap import attribute_gap

    with pytest.raises(UsageError, match=code) as refused:
        attribute_gap(bench, scenario, wanted)
    assert said in fault_line(refused.value.fault, "en")
    assert code in fault_line(refused.value.fault, "vi")


def test_a_gap_needs_to_know_what_stands_on_land(bench, monkeypatch):
    from kichban.projection import Projector
    from kichban.study.gaps.gap import attribute_gap
    from kichban.study.gaps.references import leased_land

    run = Projector.run

    def without(self, runs, *more):
        found = run(self, runs, *more)
        bare = {
            n: replace(
                p, variables={v: x for v, x in p.variables.items() if v != leased_land("ccn")}
            )
            for n, p in found.scenarios.items()
        }
        return replace(found, scenarios=bare)

    monkeypatch.setattr(Projector, "run", without)
    with pytest.raises(UsageError, match="E-ATTR-912") as refused:
        attribute_gap(bench, "baseline", "T036")
    assert "leased land" in fault_line(refused.value.fault, "en")


def test_a_target_that_is_met_has_no_gap(bench):
    from kichban.study.gaps.gap import attribute_gap

    with pytest.raises(UsageError, match="E-ATTR-909") as refused:
        attribute_gap(bench, "plan", "T054")
    assert "meets the target" in fault_line(refused.value.fault, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_gap_in_words_and_in_the_table(gap, bench, lang):
    text = gap_attribution_overview(gap, bench.scenarios["baseline"].label, lang)
    assert "T048" in text
    assert "T036, T010" in text
    printed = printed_gap(gap)
    assert printed.start + math.fsum(printed.parts) == pytest.approx(printed.end)
    rows = gap_attribution_rows(gap, "bac_giang")
    assert [r[GAP_COLUMNS.index("part")] for r in rows] == [
        "median", *PARTS, "remainder", "target",
    ]  # fmt: skip
    values = [float(r[GAP_COLUMNS.index("value")]) for r in rows]
    assert sum(values[:-1]) == pytest.approx(values[-1], rel=1e-7)


# --- targets beside each other -----------------------------------------------------------


def test_targets_beside_each_other(bench):
    from kichban.study.gaps.attribution import run_figures

    projection = run_figures(bench)
    found = compare_targets(bench.ledger, projection, "baseline")
    rows = target_rows(found, "baseline")
    assert {len(r) for r in rows} == {len(TARGET_COLUMNS)}
    records = [dict(zip(TARGET_COLUMNS, r, strict=True)) for r in rows]
    by = {(r["target"], r["scenario"]): r for r in records}
    assert by["T048", "baseline"]["difference"] == ""
    low, base = by["T048", "low"], by["T048", "baseline"]
    change = float(low["probability"]) - float(base["probability"])
    assert float(low["difference"]) == pytest.approx(change)
    assert by["T048", "plan"]["remark"] == "by_construction"
    assert by["T048", "plan"]["difference"] == ""
    labels = {n: s.label for n, s in bench.scenarios.items()}
    text = targets_overview(found, labels, "vi")
    assert "theo giả định" in text
    assert "điểm %" in text
    # superseded ones stand in the table only
    assert ("T074", "low") in by
    assert "T074" not in text


# --- drawings ----------------------------------------------------------------------------


def drawings(low, gap, bench):
    labels = {n: s.label for n, s in bench.scenarios.items()}
    for lang in LANGUAGES:
        for wanted in ("industrial_output", "kcn_leased", "retail_sales"):
            row = row_of(low, wanted, bench)
            yield difference_waterfall(low, row, labels, DRAWS, lang), lang
        yield gap_waterfall(gap, labels["baseline"], DRAWS, lang), lang


def test_no_label_is_clipped_and_none_lies_over_another(low, gap, bench):
    for found, lang in drawings(low, gap, bench):
        with house_style():
            drawn = draw_waterfall(found, lang)
            canvas = FigureCanvasAgg(drawn.figure)
            canvas.draw()
            renderer = canvas.get_renderer()
            texts = [t for t in drawn.figure.findobj(Text) if t.get_visible() and t.get_text()]
            boxes = [(t.get_text(), Text.get_window_extent(t, renderer)) for t in texts]
        width = drawn.width / 25.4 * 72
        for said, box in boxes:
            assert box.x0 >= -0.5, said
            assert box.x1 <= width + 0.5, said
            assert box.y0 >= -0.5, said
        for (one, a), (two, b) in itertools.combinations(boxes, 2):
            apart = a.x1 <= b.x0 + 0.5 or b.x1 <= a.x0 + 0.5
            assert apart or a.y1 <= b.y0 + 1.6 or b.y1 <= a.y0 + 1.6, (one, two)


def test_bars_add_up_as_they_are_printed(low, gap, bench):
    for found, _ in drawings(low, gap, bench):
        first, *parts, last = found.bars
        assert first.value + math.fsum(b.value for b in parts) == pytest.approx(last.value)


def test_a_drawing_has_words_and_the_same_bytes_again(gap, bench):
    found = gap_waterfall(gap, bench.scenarios["baseline"].label, DRAWS, "vi")
    figure = waterfall_figure(found, "vi")
    assert "Còn lại" in figure.alt
    assert "<text" in figure.svg
    once, again = waterfall_files(found, "vi"), waterfall_files(found, "vi")
    assert once == again
    assert set(once) == {"waterfall.vi.pdf", "waterfall.vi.png"}
    assert once["waterfall.vi.pdf"].startswith(b"%PDF")


# --- the verbs ---------------------------------------------------------------------------


@pytest.fixture
def call(bench, monkeypatch):
    """Call a verb in this process on the prepared workbench."""
    from kichban.cli import app
    from kichban.study import Study

    def workbench(self, request):
        assert request.draws == DRAWS
        return replace(bench, given=replace(bench.given, request=request))

    monkeypatch.setattr(Study, "workbench", workbench)

    def call(*arguments):
        from conftest import ROOT

        where = ("--study", str(ROOT), "--draws", str(DRAWS))
        return CliRunner().invoke(app, [*arguments, *where])

    return call


def test_compare_writes_everything(call, tmp_path):
    done = call("compare", "baseline", "low", "--attribute", "--years", "2030", "--target",
                "kcn_leased", "--out", str(tmp_path))  # fmt: skip
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "attribution.csv", "compare.csv", "compare_targets.csv", "waterfall.en.pdf",
        "waterfall.en.png", "waterfall.vi.pdf", "waterfall.vi.png",
    ]  # fmt: skip
    text = (tmp_path / "attribution.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(ATTRIBUTION_COLUMNS)
    rows = [cells for _, cells in csv_rows(text)]
    assert csv_bytes(rows[0], rows[1:]).decode("utf-8") == text
    years = {r.split(",")[5] for r in (tmp_path / "compare.csv").read_text().splitlines()[1:]}
    assert years == {"2030"}


def test_compare_prints_and_gives_json(call):
    done = call("compare", "baseline", "low", "--years", "2026")
    assert done.exit_code == 0
    assert "T048" in done.stdout
    tables = json.loads(call("compare", "baseline", "low", "--json", "--attribute").stdout)
    assert set(tables) == {"compare", "compare_targets", "attribution"}
    assert {r["part"] for r in tables["attribution"]} == {
        "start", "volume", "supply", "demand", "end",
    }  # fmt: skip


def test_gap_explains_one_target(call):
    done = call("gap", "--attribute", "T048")
    assert done.exit_code == 0
    assert "Còn lại" in done.stdout
    tables = json.loads(call("gap", "low", "--attribute", "T048", "--json").stdout)
    assert set(tables) == {"gap_attribution", "gap_references"}
    assert {r["scenario"] for r in tables["gap_attribution"]} == {"low"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["compare", "low", "low"], "E-CMP-905"),
        (["compare", "low"], "E-CMP-902"),
        (["compare", "low", "high", "--years", "soon"], "E-CMP-904"),
        (["compare", "low", "high", "--years", "2019"], "E-CMP-903"),
        (["compare", "low", "high", "--target", "T048"], "E-CMP-906"),
        (["gap", "low", "high", "--attribute", "T048"], "E-ATTR-911"),
    ],
)
def test_calls_that_are_wrong(call, arguments, code):
    refused = call(*arguments).exception
    assert isinstance(refused, UsageError)
    assert refused.fault.code == code
    for lang in LANGUAGES:
        assert code in fault_line(refused.fault, lang)


def test_entries_of_sites_belong_to_the_supply_of_land(shipped):
    """What is said of single sites goes over with late land, and is named."""
    scenarios, faults = shipped.scenarios([("site.yen_lu.slip", "3.0")])
    assert not [f for f in faults if f.is_error]
    plain = shipped.scenarios()[0]["baseline"]
    who = players(plain, scenarios["baseline"], load_parameters())
    assert [p.name for p in who] == ["supply"]
    assert who[0].differ == ("site.yen_lu.slip",)
    mixed = mixtures(plain, scenarios["baseline"], who)
    assert mixed[frozenset({"supply"})].extras == scenarios["baseline"].extras
