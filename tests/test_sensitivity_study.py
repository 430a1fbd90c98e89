"""`kichban sensitivity` on the shipped study: three questions, their files, words and refusals."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from kichban.catalogue import load_parameters
from kichban.cli import app
from kichban.cli.door import session
from kichban.compare.discovery import BOX_COLUMNS
from kichban.compare.sensitivity import SOBOL_COLUMNS, TORNADO_COLUMNS
from kichban.errors import UsageError
from kichban.report.figures.sobol import Shares, draw_sobol
from kichban.report.figures.style import house_style
from kichban.report.figures.tornado import Tornado as Drawing
from kichban.report.figures.tornado import draw_tornado
from kichban.scenario import Correlation
from kichban.study.sensitivity import ask, discover_of, sobol_of, tornado_of
from kichban.study.sensitivity.answer import shown_outcomes, sobol_answer, tornado_answer
from kichban.study.sensitivity.runs import drawn_parameters, moving_parameters
from kichban.study.study import Study
from kichban.texts import LANGUAGES, fault_line
from tests.test_report_figures import assert_apart

DRAWS = 128
#: a few that matter for output, one for land only
NAMED = ("growth.wedge,growth.fade_years", "land.leasing_cluster")


@pytest.fixture(scope="module")
def bench(shipped):
    return shipped.workbench(shipped.request(["baseline"], draws=DRAWS))


@pytest.fixture(scope="module")
def base(bench):
    return bench.scenarios["baseline"]


@pytest.fixture(scope="module")
def both(bench, base):
    return ask(bench, base, indicators=["industrial_output", "ccn_leased"])


@pytest.fixture(scope="module")
def answers(bench, base, both):
    """Both kinds of answers, made once."""
    target = ask(bench, base, targets=["T048"])
    bars = tornado_of(bench, target), tornado_of(bench, both, NAMED)
    return bars, sobol_of(bench, both, NAMED)


@pytest.fixture
def call(bench, shipped, monkeypatch):
    """Give the command line on a bench prepared once."""
    monkeypatch.setattr(Study, "workbench", lambda *_: bench)
    monkeypatch.setattr(session, "lang", "en")
    monkeypatch.setattr(session, "chosen", True)

    def run(*arguments: object):
        where = ("--study", str(shipped.root))
        return CliRunner().invoke(app, ["sensitivity", *map(str, arguments), *where])

    return run


def refusal(call) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return fault_line(caught.value.fault, "en")


# --- what is asked ---------------------------------------------------------------------------


def test_nothing_asked_means_the_farthest_target_of_output(bench, base):
    (target,) = ask(bench, base).targets
    assert (target.id, target.period.text) == ("T048", "2030")
    # the plan is built to meet that one: of it the next is asked about
    assert [t.id for t in ask(bench, bench.scenarios["plan"]).targets] == ["T061"]
    assert ask(bench, base, year=2027).variables[0].price_basis == "current"


def test_indicators_are_read_by_year_and_flows_in_total(both):
    periods = [o.period for o in both.outcomes if o.variable.indicator == "industrial_output"]
    assert periods == [*map(str, range(2024, 2031)), "2024/2030"]
    land = [o.period for o in both.outcomes if o.variable.indicator == "ccn_leased"]
    assert land == list(map(str, range(2024, 2031)))
    shown = shown_outcomes(both, 2027)
    assert [o.period for o in shown] == ["2027", "2024/2030", "2027"]


def test_a_price_basis_and_a_rate_can_be_asked_for(bench, base):
    asked = ask(bench, base, indicators=["industrial_output@constant_2010", "kcn_occupancy"])
    constant, occupancy = asked.variables
    assert constant.price_basis == "constant_2010"
    assert occupancy.breakdown == "denominator:established"
    values = asked.values(bench.projector.run({"": _run(base)}), "")
    assert 30 < np.median(values[:, -1]) < 100  # per cent, as in files


def _run(scenario):
    from kichban.projection import Run

    return Run(scenario)


def test_every_wrong_question_is_refused_with_what_there_is(bench, base):
    plan, named = bench.scenarios["plan"], ask(bench, base, indicators=["exports"])
    certain = replace(base, priors={k: v for k, v in base.priors.items() if "wedge" in k})
    still = replace(named, scenario=replace(base, priors={}))
    cases = {
        "E-SENS-901: T0488 — there is no such target as of the day; nearest: T048; there are:":
            lambda: ask(bench, base, targets=["T0488"]),
        "E-SENS-903: T020 — the model has no projection to hold against this target":
            lambda: ask(bench, base, targets=["T020"]),
        "E-SENS-904: T048 — the scenario is built to meet this target":
            lambda: ask(bench, plan, targets=["T048"]),
        "E-SENS-902: exportz — no such indicator is projected; nearest: exports;":
            lambda: ask(bench, base, indicators=["exportz"]),
        "E-SENS-902: exports@x — no such indicator":
            lambda: ask(bench, base, indicators=["exports@x"]),
        "E-SENS-906: 2035 — this year is not projected; there are: 2024, 2025":
            lambda: ask(bench, base, indicators=["exports"], year=2035),
        "E-SENS-909: 2027 — target T048 has a period of its own":
            lambda: ask(bench, base, targets=["T048"], year=2027),
        "E-SENS-905: growth.wegde — there is no such parameter; nearest: growth.wedge; the scena":
            lambda: tornado_of(bench, named, ["growth.wegde"]),
        # meant for a parameter that is not drawn: which one it is comes first
        "E-SENS-905: land.slip_prak — there is no such parameter; nearest: land.slip_park;":
            lambda: tornado_of(bench, replace(named, scenario=certain), ["land.slip_prak"]),
        "E-SENS-914: land.slip_park — the parameter is certain in scenario baseline, so there is":
            lambda: tornado_of(bench, replace(named, scenario=certain), ["land.slip_park"]),
        "E-SENS-914: land.slip_park — the parameter is certain":
            lambda: sobol_of(bench, replace(named, scenario=certain), ["land.slip_park"]),
        "E-SENS-908: baseline — the scenario draws no parameter": lambda: tornado_of(bench, still),
        "E-SENS-912: a target is needed": lambda: discover_of(bench, named),
    }  # fmt: skip
    for start, call in cases.items():
        assert refusal(call).startswith(start)


# --- answers ---------------------------------------------------------------------------------


def test_parameters_without_a_say_are_known_without_a_run_of_their_own(bench, base):
    output = ask(bench, base, indicators=["industrial_output"])
    projector = bench.asking(output.variables)
    drawn = drawn_parameters(projector, base)
    assert len(drawn) > 40
    some = ("growth.wedge", "growth.services", "trade.export_elasticity", "land.leasing_cluster")
    assert moving_parameters(projector, output, some, chunk=1) == ("growth.wedge",)
    # what is tried together is kept together
    assert moving_parameters(projector, output, some, chunk=2) == some[:2]


def test_the_tornado_of_output_and_land_at_once(answers, both):
    found = answers[0][1]
    last = found.of(both.outcomes[6])
    assert [b.parameter for b in last][-1] == "land.leasing_cluster"
    assert last[-1].direction == "none"
    wedge = next(b for b in last if b.parameter == "growth.wedge")
    assert wedge.at_low < wedge.base < wedge.at_high
    assert 0.0 < wedge.low < 0.024 < wedge.high < 0.05
    land = found.of(both.outcomes[-1])[0]
    assert (land.parameter, land.direction) == ("land.leasing_cluster", "up")
    # held through the deal, everything else is as drawn: the sides share their luck
    assert land.error < land.swing / 10


def test_a_target_has_a_median_and_a_probability_and_levers_stand_apart(bench, base):
    asked = ask(bench, base, targets=["T010"])
    found = tornado_of(bench, asked)
    medians, chances = (found.of(asked.outcomes[0], s) for s in ("median", "probability"))
    assert len(medians) == len(chances)
    levers = [b for b in medians if b.kind == "lever"]
    pace = next(b for b in levers if b.parameter == "land.pipeline_spread_cluster")
    assert (pace.low, pace.high, pace.direction) == (1.0, 10.0, "down")
    assert medians[-1].kind == "lever"
    share = next(b for b in chances if b.parameter == "land.pipeline_spread_cluster")
    assert 0.0 <= share.at_high < share.base < share.at_low <= 1.0
    text = "\n".join(tornado_answer(found, asked.outcomes, load_parameters(), "vi"))
    assert "Khả năng đạt" in text
    assert "Không tác động: 44 tham số." in text


def test_shares_of_variance_leave_nothing_unsaid(answers, both):
    found = answers[1]
    assert found.groups == (
        "growth.fade_years", "growth.wedge", "land.leasing_cluster", "others", "luck"
    )  # fmt: skip
    column = found.outcomes.index(both.outcomes[6])
    land = found.groups.index("land.leasing_cluster")
    assert found.found.total[land, column] == 0.0
    assert found.found.first[-1, column] > 0.5
    text = "\n".join(sobol_answer(found, shown_outcomes(both), "en"))
    assert f"are the {len(found.left_out)} others that are drawn" in text
    assert "Sum of what groups explain alone" in text


def test_the_foremost_parameters_are_chosen_by_the_tornado(bench, base):
    asked = ask(bench, base, targets=["T048"])
    found = sobol_of(bench, asked, most=3)
    assert set(found.groups) == {
        "growth.fade_years", "growth.volume_long_run", "growth.wedge", "others", "luck"
    }  # fmt: skip
    assert len(found.left_out) == 41


def test_tied_parameters_are_one_group_in_words(bench, base):
    tie = Correlation(("growth.wedge", "growth.fade_years"), 0.5)
    tied = replace(base, correlations=(tie,))
    asked = ask(bench, tied, indicators=["industrial_output"], year=2030)
    found = sobol_of(bench, asked, ["growth.wedge", "growth.fade_years"])
    assert found.tied == ("growth.fade_years+growth.wedge",)
    text = "\n".join(sobol_answer(found, asked.outcomes, "vi"))
    assert "được xét chung một nhóm" in text
    line = refusal(lambda: sobol_of(bench, asked, ["growth.wedge"]))
    assert line.startswith("E-SENS-907: growth.wedge — ")
    bars = tornado_of(bench, asked, ["growth.wedge"])
    said = "\n".join(tornado_answer(bars, asked.outcomes, load_parameters(), "en"))
    assert "ties parameters to each other" in said


def test_a_constant_outcome_is_refused(bench, base):
    # no planned park gets through its gates by then, whatever is drawn
    asked = ask(bench, base, indicators=["kcn_count"])
    asked = replace(asked, years=dict.fromkeys(asked.years, (2024,)))
    line = refusal(lambda: sobol_of(bench, asked, ["growth.wedge"]))
    assert line.startswith("E-SENS-911: kcn_count — every draw gives the same value in 2024")


def test_discovery_says_why_there_is_nothing(bench, base):
    few = discover_of(bench, ask(bench, base, targets=["T048"]), met=True)
    assert few.found.reason == "few_cases"
    none = discover_of(bench, ask(bench, base, targets=["T010"]))
    assert (none.found.reason, none.keys) == ("no_say", ())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_a_drawing_is_clipped_or_covered(answers, both, base, lang):
    bars, shares = answers
    drawings = [
        Drawing(found.of(outcome), found.of(outcome, "probability"), base.label, DRAWS, lang)
        for found in bars
        for outcome in found.outcomes[-2:]
    ]
    drawn_shares = [
        Shares(shares.found, shares.groups, shares.outcomes[c], c, base.label, DRAWS, lang)
        for c in (6, len(shares.outcomes) - 1)
    ]
    with house_style():
        for drawing in drawings:
            assert_apart(draw_tornado(drawing))
        for one in drawn_shares:
            assert_apart(draw_sobol(one))


def test_a_drawing_without_a_clear_bar_says_so(bench, base):
    asked = ask(bench, base, indicators=["industrial_output"], year=2030)
    found = tornado_of(bench, asked, ["land.leasing_cluster"])
    drawing = Drawing(found.of(asked.outcomes[0]), (), base.label, DRAWS, "en")
    with house_style():
        drawn = draw_tornado(drawing)
        assert_apart(drawn)
    assert "no parameter has an effect" in "".join(t.get_text() for t in drawn.figure.texts)


# --- the verb --------------------------------------------------------------------------------


def test_the_verb_writes_tables_and_pictures_that_come_out_the_same(call, tmp_path):
    wanted = ("--indicator", "ccn_leased", "--parameters", "land.leasing_cluster")
    done = [call(*wanted, "--out", tmp_path / name) for name in "ab"]
    assert [d.exit_code for d in done] == [0, 0], done[0].output
    names = {"tornado.csv", *(f"tornado.{x}.{k}" for x in LANGUAGES for k in ("pdf", "png"))}
    assert {p.name for p in (tmp_path / "a").iterdir()} == names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a/tornado.csv").read_text())))
    assert tuple(rows[0]) == TORNADO_COLUMNS
    assert len({(r["period"], r["parameter"]) for r in rows}) == len(rows) == 7
    assert "Leased industrial land" in done[0].output


def test_the_verb_speaks_json(call):
    found = json.loads(call("--sobol", "--json", "--indicator", "grdp", "--parameters",
                            "growth.wedge").stdout)  # fmt: skip
    assert tuple(found["sobol"][0]) == SOBOL_COLUMNS
    assert {r["group"] for r in found["sobol"]} == {
        "growth.wedge", "others", "luck", "first_order_sum", "interactions"
    }  # fmt: skip
    found = json.loads(call("--discover", "--json", "--target", "T019").stdout)
    assert set(found) == {"boxes", "boxes_trajectory"}
    assert all(tuple(r) == BOX_COLUMNS for r in found["boxes"])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--tornado", "--sobol"), "--tornado, --sobol"),
        (("--target", "T048", "--indicator", "iip"), "--target, --indicator"),
        (("--met",), "--met, --tornado"),
        (("--sobol", "--draws", "1000"), "1000"),
    ],
)
def test_flags_that_do_not_go_together_are_refused(call, flags, said):
    done = call(*flags)
    assert isinstance(done.exception, UsageError)
    assert done.exception.fault.code in ("E-SENS-910", "E-SENS-913")
    assert done.exception.fault.value == said
    for lang in LANGUAGES:
        assert said in fault_line(done.exception.fault, lang)


def test_what_output_does_not_read_moves_no_draw_on_fewer_draws(shipped):
    """Paths are joined on the draws that are run: or every parameter of growth seems to matter."""
    from kichban.study.sensitivity.runs import with_draws

    bench = shipped.workbench(shipped.request(["baseline"], draws=512))
    asked = ask(bench, bench.scenarios["baseline"], targets=["T048"])
    projector = bench.asking(asked.variables)
    few = with_draws(projector, 256)
    keys = ("growth.grdp_deflator", "growth.wedge")
    assert moving_parameters(few, asked, keys, chunk=1) == ("growth.wedge",)
    apart = replace(projector, settings=replace(projector.settings, draws=256))
    assert len(moving_parameters(apart, asked, keys, chunk=1)) == 2  # what went wrong before


def test_a_path_with_a_prior_is_shown_as_it_was_stated(bench):
    """Draws of a path are distances from its median; people read what the scenario says."""
    from kichban.scenario import stated_centre
    from kichban.scenario.values import Prior

    base = bench.scenarios["baseline"]
    prior = Prior("normal", 0.08, 0.12, 0.16, (-0.5, 1.0))
    uncertain = replace_prior(base, "growth.volume", prior)
    assert stated_centre(uncertain, bench.given.parameters, "growth.volume") == pytest.approx(0.12)
    assert stated_centre(base, bench.given.parameters, "growth.wedge") == 0.0


def replace_prior(scenario, key, prior):
    from types import MappingProxyType

    return replace(scenario, priors=MappingProxyType({**scenario.priors, key: prior}))
