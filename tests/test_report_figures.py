"""Charts: nothing overlaps, nothing is clipped, every chart has words, in both languages."""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import replace
from pathlib import Path

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
from kichban.report.figures.prints import draw_prints, prints_data, prints_figure
from kichban.report.figures.scale import nice_ticks
from kichban.report.figures.scenarios import draw_scenarios, scenario_panels, scenarios_figure
from kichban.report.figures.spread import spread_labels
from kichban.report.figures.style import house_style, looks
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


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_no_label_is_clipped_and_none_lies_over_another(name, lang):
    with house_style():
        boxes = _boxes(DRAWN[name](Context(Tables(EDITION), lang)))
    width = 160 / 25.4 * 72
    for said, box in boxes:
        assert box.x0 >= -0.5, said
        assert box.x1 <= width + 0.5, said
        assert box.y0 >= -0.5, said
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        # Boxes include the empty part of a line: half a point of each may touch.
        apart = a.x1 <= b.x0 + 0.5 or b.x1 <= a.x0 + 0.5 or a.y1 <= b.y0 + 1.6 or b.y1 <= a.y0 + 1.6
        assert apart, (one, two)


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
