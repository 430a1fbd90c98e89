"""Charts: nothing overlaps, nothing is clipped, every chart has words, in both languages."""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kichban.report.context import Context
from kichban.report.figures.fan import draw_fan, fan_figure
from kichban.report.figures.fan_data import fan_data
from kichban.report.figures.gaps import draw_gaps, gap_bars, gaps_figure
from kichban.report.figures.land import draw_land, land_figure, land_panel
from kichban.report.figures.panels import HEIGHT, draw_panels, panels_data, panels_figures
from kichban.report.figures.printed import printed
from kichban.report.figures.printed_marks import MarkLook, draw_printed, frame
from kichban.report.figures.prints import draw_prints, prints_data, prints_figure
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.scenarios import draw_scenarios, scenario_panels, scenarios_figure
from kichban.report.figures.spread import spread_labels
from kichban.report.figures.style import house_style, looks, sheet
from kichban.report.lookup import Tables

sys.path.insert(0, str(Path(__file__).parent))
from report_edition import made_edition, without

EDITION = made_edition()


def _panels(ctx):
    return [p for kind in ("kcn", "ccn") if (p := land_panel(ctx, kind))]


DRAWN = {
    "fan_current": lambda c: draw_fan(c, fan_data(c, "current")),
    "fan_constant": lambda c: draw_fan(c, fan_data(c, "constant_2010")),
    "gaps": lambda c: draw_gaps(c, gap_bars(c)),
    "land": lambda c: draw_land(c, _panels(c)),
    "land_one_kind": lambda c: draw_land(c, _panels(c)[1:]),
    "prints": lambda c: draw_prints(c, prints_data(c)),
    "scenarios": lambda c: draw_scenarios(c, scenario_panels(c)),
}
FIGURES = {
    "fan_current": lambda c: fan_figure(c, "current"),
    "fan_constant": lambda c: fan_figure(c, "constant_2010"),
    "gaps": gaps_figure,
    "land": land_figure,
    "prints": prints_figure,
    "scenarios": scenarios_figure,
}


def _boxes(drawn):
    """Boxes of all visible texts, in points."""
    canvas = FigureCanvasAgg(drawn.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [t for t in drawn.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in texts]


def assert_apart(drawn):
    """No text of a chart is clipped, none lies over another."""
    boxes = _boxes(drawn)
    width = drawn.width / 25.4 * 72
    for said, box in boxes:
        assert box.x0 >= -0.5, said
        assert box.x1 <= width + 0.5, said
        assert box.y0 >= -0.5, said
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        # Boxes include the empty part of a line: half a point of each may touch.
        apart = a.x1 <= b.x0 + 0.5 or b.x1 <= a.x0 + 0.5 or a.y1 <= b.y0 + 1.6 or b.y1 <= a.y0 + 1.6
        assert apart, (one, two)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_no_label_is_clipped_and_none_lies_over_another(name, lang):
    with house_style():
        assert_apart(DRAWN[name](Context(Tables(EDITION), lang)))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_label_of_a_panel_is_clipped_and_none_lies_over_another(lang):
    ctx = Context(Tables(EDITION), lang)
    with house_style():
        for drawn in draw_panels(ctx, panels_data(ctx)):
            assert (drawn.width, drawn.height) == (78, HEIGHT)
            assert_apart(drawn)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_chart_has_real_text_an_alternative_and_the_same_bytes_again(name, lang):
    once = FIGURES[name](Context(Tables(EDITION), lang))
    again = FIGURES[name](Context(Tables(EDITION), lang))
    assert once == again
    assert "<text" in once.svg
    assert "Be Vietnam Pro" in once.svg
    assert len(once.alt) > 60
    assert re.search(r"\d", once.alt)
    assert once.width_mm == 160


def test_every_chart_is_absent_without_its_data():
    bare = without(EDITION, "projections", "series", "gap")
    assert panels_figures(Context(Tables(bare), "vi")) == ()
    for draw in FIGURES.values():
        assert draw(Context(Tables(bare), "vi")) is None


def test_titles_tell_the_number():
    ctx = Context(Tables(EDITION), "vi")
    alts = {name: draw(ctx).alt for name, draw in FIGURES.items()}
    assert alts["fan_current"].startswith("Theo kịch bản cơ sở, giá trị sản xuất công nghiệp")
    assert "1.140\u00a0nghìn tỷ đồng" in alts["fan_constant"]
    assert "đạt 5 trong 11 chỉ tiêu" in alts["gaps"]


def test_the_fan_says_what_the_tables_say():
    data = fan_data(Context(Tables(EDITION), "vi"), "current")
    frame = EDITION.projections
    rows = frame[
        (frame.scenario == "baseline") & (frame.indicator == "industrial_output")
        & (frame.breakdown == "") & (frame.price_basis == "current") & (frame.period == "2030")
    ].set_index("statistic")["value"]  # fmt: skip
    assert data.fan[2030] == {s: rows[s] / 1000 for s in ("p10", "p25", "p50", "p75", "p90")}


def test_a_scenario_keeps_its_look_and_no_two_share_one():
    names = ["baseline", "high", "low", "plan", "slow_clearance"]
    found = looks(names)
    assert len({(v.colour, str(v.dashes), v.marker) for v in found.values()}) == 5
    assert looks(["low", "mine"])["low"] == found["low"]


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8),
    st.floats(0.5, 10),
)
def test_spread_labels_keep_order_distance_and_limits(wanted, gap):
    places = spread_labels(wanted, gap, 0.0, 100.0)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    for before, after in itertools.pairwise(order):
        assert places[after] - places[before] >= gap - 1e-9
    assert min(places) >= -1e-9
    assert max(places) <= 100 + 1e-9


@given(st.lists(st.floats(10, 90), min_size=1, max_size=6, unique=True))
def test_labels_that_fit_do_not_move(wanted):
    ordered = sorted(wanted)
    gap = min((b - a for a, b in itertools.pairwise(ordered)), default=1.0)
    places = spread_labels(wanted, gap * 0.999, 0.0, 100.0)
    assert places == pytest.approx(wanted)


@given(st.floats(1e-3, 1e6), st.floats(-1e6, -1e-3), st.integers(4, 8))
def test_ticks_hold_both_ends_and_nought(top, low, most):
    ticks = nice_ticks(top, most, low)
    assert 0 in ticks
    assert ticks[-1] >= top * (1 - 1e-9)
    assert ticks[0] <= low * (1 - 1e-9)
    assert 2 <= len(ticks) <= most


@given(st.floats(1e-3, 1e9))
def test_ticks_reach_the_top_in_round_steps(top):
    ticks = nice_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top * (1 - 1e-9)
    assert 2 <= len(ticks) <= 6


def test_long_scenario_names_are_broken_not_clipped():
    long = {
        "vi": "Kịch bản rất dài dòng về giải phóng mặt bằng chậm",
        "en": "A very long-winded name of a scenario on land clearance",
    }
    scenarios = {n: replace(s, label=long) for n, s in EDITION.scenarios.items()}
    ctx = Context(Tables(replace(EDITION, scenarios=scenarios)), "vi")
    with house_style():
        boxes = _boxes(DRAWN["fan_constant"](ctx))
    assert max(box.x1 for _, box in boxes) <= 160 / 25.4 * 72 + 0.5


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_panel_has_words_of_its_own_and_the_same_bytes_again(lang):
    once = panels_figures(Context(Tables(EDITION), lang))
    assert once == panels_figures(Context(Tables(EDITION), lang))
    drawn = [f for group in once for f in group.figures]
    assert 6 <= len(drawn) <= 12
    assert len({f.alt for f in drawn}) == len(drawn)
    for panel in drawn:
        assert "<text" in panel.svg
        assert panel.width_mm == 78
        assert re.search(r"\d", panel.alt)
    assert len({group.caption for group in once}) == len(once)


def test_panels_stand_in_the_official_order_and_no_more_than_twelve():
    keys = [p.key for p in panels_data(Context(Tables(EDITION), "vi"))]
    assert len(keys) == len(set(keys)) <= 12
    assert [k[0] for k in keys][:4] == ["industrial_va", "iip", "grdp", "grdp"]
    assert [k[2] for k in keys if k[0] == "grdp"] == ["level", "growth_yoy"]
    sites = [k[0].startswith(("kcn_", "ccn_")) for k in keys]
    assert sites == sorted(sites)


def prints_of(edition, key, basis, periods):
    """Give the ids of all prints of a key, whatever the vintage, by hand."""
    return {
        s.id
        for s in edition.ledger.statements
        if (s.indicator, s.breakdown, s.measure) == key
        and s.region == edition.region
        and s.use == "yes"
        and s.status not in ("plan", "target")
        and s.period.text in periods
        and s.price_basis in ("", basis, "constant_2010" if key[2] == "growth_yoy" else basis)
    }


def test_every_print_of_every_vintage_is_a_mark_and_the_line_is_the_series():
    ctx = Context(Tables(EDITION), "vi")
    chosen = panels_data(ctx)
    drawn = [f for group in panels_figures(ctx) for f in group.figures]
    for data, panel in zip(chosen, drawn, strict=True):
        indicator, breakdown, measure = data.key
        s = EDITION.series
        rows = s[(s.indicator == indicator) & (s.breakdown == breakdown) & (s.measure == measure)]
        rows = rows.set_index("period")
        for observed in data.series:
            found = rows.loc[[observed.period.text]]
            assert observed.value in found.value.tolist()
            assert (observed.lower, observed.upper) in found[["lower", "upper"]].apply(
                tuple, axis=1
            ).tolist()
        periods = {o.period.text for o in data.series}
        wanted = prints_of(EDITION, data.key, data.price_basis, periods)
        assert wanted == {s.id for s in data.prints}
        assert wanted == set(re.findall(r'<g id="((?:BG|BX|TX)\d+)"', panel.svg))


def made_series(values, printed_by=(), **columns):
    """An edition whose growth of IIP is a given series."""
    rows = [
        {"region": "bac_giang", "indicator": "iip", "breakdown": "", "period": f"{year}",
         "measure": "growth_yoy", "value": value, "lower": value - 1, "upper": value + 1,
         "unit": "percent", "price_basis": "", "origin": "observed", "statements": "BG0016",
         "minimum": None, "maximum": None, "prior_share": 0.0,
         **{k: v.get(year, None) for k, v in columns.items() if year in v}}
        for year, value in values.items()
    ]  # fmt: skip
    return replace(EDITION, series=pd.DataFrame(rows))


def _lines(edition):
    ctx = Context(Tables(edition), "vi")
    data = printed(ctx, ("iip", "", "growth_yoy"))
    with house_style():
        drawn = sheet(78, 56)
        axes = drawn.axes(12, 20, 50, 28)
        frame(ctx, axes, data, 5, [2023])
        draw_printed(axes, data, MarkLook(1.5, 3.6, 5.0))
    return data, axes, [x for x in axes.lines if len(x.get_xdata()) == 2 and x.get_zorder() == 3]


def test_a_missing_year_and_a_mere_assumption_are_dashed():
    edition = made_series(
        {2018: 20.0, 2019: 30.0, 2021: 9.0, 2022: 31.0, 2023: 20.0},
        origin={2022: "estimated"},
        prior_share={2022: 0.8},
    )
    _, axes, lines = _lines(edition)
    solid = {tuple(x.get_xdata()) for x in lines if x.get_linestyle() == "-"}
    dashed = {tuple(x.get_xdata()) for x in lines if x.get_linestyle() != "-"}
    assert solid == {(2018.0, 2019.0)}
    assert dashed == {(2019.0, 2021.0), (2021.0, 2022.0), (2022.0, 2023.0)}
    # The band is broken where a year is missing.
    assert len(axes.collections) == 2


def test_a_fall_goes_below_nought_and_is_said_without_a_sign():
    edition = made_series({2021: 9.0, 2022: 31.0, 2023: -3.5})
    _, axes, _ = _lines(edition)
    assert axes.get_ylim()[0] < -3.5
    for lang, words in (("vi", "năm 2023 giảm 3,5%"), ("en", "down 3.5% in 2023")):
        ctx = Context(Tables(edition), lang)
        (group,) = panels_figures(ctx)
        assert words in group.figures[0].alt


def test_a_print_off_the_scale_is_an_arrow_at_its_edge():
    edition = made_series({2021: 0.9, 2022: 1.1, 2023: 1.0})
    data, axes, _ = _lines(edition)
    top = axes.get_ylim()[1]
    arrows = [x for x in axes.lines if x.get_marker() == "^"]
    assert top < 3
    assert {s.value for s in data.prints} >= {20.2, 31.5}
    assert {x.get_ydata()[0] for x in arrows} == {top}
    assert len(arrows) == len(data.prints)


def test_a_year_that_is_not_over_is_no_figure():
    edition = made_series({2021: 9.0, 2022: 31.0, 2023: 20.0, 2024: 25.0})
    data, _, _ = _lines(edition)
    assert data.last.period.text == "2023"


def test_a_balance_of_the_plan_questions_no_figure_of_today():
    ctx = Context(Tables(EDITION), "vi")
    data = printed(ctx, ("ccn_area", "stage:established", "area_ha"))
    assert data.questioned == set()
    assert printed(ctx, ("industrial_output", "", "level")).questioned >= {"BG0189"}
