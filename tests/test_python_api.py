"""The Python API: tables, draws that are those of the tables, comparisons, charts, faults."""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import kichban
from kichban.compare import COLUMNS
from kichban.errors import UsageError
from kichban.exchange.values import VARIABLE
from kichban.numbers import canonical_number
from kichban.projection import Variable, choose_variable, quantiles
from kichban.projection.table import DIGITS, STATISTICS
from kichban.study import Cache, open_study
from kichban.study.run import ScenarioRun
from kichban.texts import fault_line

ROOT = Path(__file__).resolve().parents[1]


def refused(call, *arguments, **named):
    """Give the fault of a call as a user reads it in English."""
    with pytest.raises(UsageError) as caught:
        call(*arguments, **named)
    return fault_line(caught.value.fault, "en")


def cells(frame, **key):
    """Give value by (period, statistic) of the rows with a key."""
    for name, value in key.items():
        frame = frame[frame[name] == value]
    return frame.set_index(["period", "statistic"]).value


# --- draws ------------------------------------------------------------------------------------


def test_draws_are_those_of_the_tables(shipped_run):
    """Quantiles of every variable's draws are the printed digits of its table, in every period."""
    indicators = shipped_run.variables.query("draws").indicator.unique()
    parcel = shipped_run.parcel(indicators)
    frame = shipped_run.projections
    frame = frame[~frame.breakdown.str.contains("site:")]
    printed = {
        key: value
        for *key, value in frame[
            ["scenario", *VARIABLE, "period", "statistic", "value"]
        ].itertuples(index=False)
        for key in [tuple(key)]
    }
    found = {}
    for sampled in parcel.samples:
        key = (sampled.scenario, *(getattr(sampled.variable, n) for n in VARIABLE))
        for values, names in ((sampled.annual, parcel.years), (sampled.quarterly, parcel.quarters)):
            if values is None:
                continue
            table = quantiles(values)
            for p, period in enumerate(names[-values.shape[1] :]):
                for s, statistic in enumerate(STATISTICS):
                    if not np.isnan(table[s, p]):
                        found[*key, period, statistic] = float(
                            canonical_number(table[s, p], DIGITS)
                        )
    assert found.keys() == printed.keys()
    wrong = {k: (v, printed[k]) for k, v in found.items() if v != printed[k]}
    # times a hundred before or after the quantile: the seventh digit of a rate may differ
    assert all(v == pytest.approx(p, rel=2e-6) for v, p in wrong.values())
    assert len(wrong) < 1e-3 * len(found)


def test_samples_choose_what_is_usual(shipped_run):
    draws = shipped_run.samples("industrial_output")
    assert draws.shape == (128, 7)
    assert (draws.index.name, draws.columns.name) == ("draw", "period")
    assert draws.columns.tolist() == [str(y) for y in range(2024, 2031)]
    assert draws.attrs == {
        "scenario": "baseline", "indicator": "industrial_output", "breakdown": "",
        "measure": "level", "unit": "bn_vnd", "price_basis": "current",
    }  # fmt: skip
    table = cells(
        shipped_run.projections, scenario="baseline", indicator="industrial_output", breakdown="",
        measure="level", price_basis="current",
    )  # fmt: skip
    assert draws["2030"].median() == pytest.approx(table["2030", "p50"], rel=1e-6)
    assert draws["2027"].mean() == pytest.approx(table["2027", "mean"], rel=1e-6)
    # a quarter's cells are that quarter's
    quarters = shipped_run.samples("industrial_output", frequency="quarterly")
    assert quarters.columns[-1] == "2030-Q4"
    in_2030 = [f"2030-Q{q}" for q in (1, 2, 3, 4)]
    np.testing.assert_allclose(quarters[in_2030].sum(axis=1), draws["2030"], rtol=1e-9)


def test_samples_by_every_part_of_the_key(shipped_run):
    take = shipped_run.samples
    parts = [take("industrial_output", breakdown=f"ownership:{p}") for p in
             ("state", "non_state", "fdi")]  # fmt: skip
    np.testing.assert_allclose(sum(parts), take("industrial_output"), rtol=1e-9)
    real = take("industrial_output", price_basis="constant_2010")
    assert real.attrs["price_basis"] == "constant_2010"
    growth = take("industrial_output", measure="growth_yoy")
    level = take("industrial_output")
    np.testing.assert_allclose(growth["2030"], 100 * (level["2030"] / level["2029"] - 1), rtol=1e-6)
    assert take("grdp", measure="growth_yoy").attrs["unit"] == "percent"
    assert take("iip").attrs["measure"] == "growth_yoy"  # nothing else is projected of it
    assert take("kcn_leased", "low").attrs["scenario"] == "low"
    occupancy = take("kcn_occupancy", breakdown="denominator:serviced")
    assert 20 < occupancy["2030"].median() < 120


def test_draws_of_scenarios_are_the_same_luck(shipped_run):
    base, low = shipped_run.samples("exports"), shipped_run.samples("exports", "low")
    assert np.corrcoef(base["2030"], low["2030"])[0, 1] > 0.8


def test_draws_are_kept(shipped_run):
    first = shipped_run.samples("retail_sales")
    bench, drawn = shipped_run._bench, len(shipped_run._drawn)
    assert shipped_run.samples("retail_sales").equals(first)
    assert (shipped_run._bench, len(shipped_run._drawn)) == (bench, drawn)


def test_a_cached_run_gives_the_same_draws(small_study, tmp_path):
    cache = Cache(tmp_path / "cache")
    first = open_study(small_study.root, cache).run(["baseline"], draws=64)
    again = open_study(small_study.root, cache).run(["baseline"], draws=64)
    assert isinstance(again, ScenarioRun)
    assert "_bench" not in vars(again)  # tables need no draws
    assert again.files == first.files
    draws = again.samples("industrial_output")
    assert draws.equals(first.samples("industrial_output"))
    table = cells(again.projections, indicator="industrial_output", breakdown="",
                  measure="level", price_basis="current")  # fmt: skip
    last = draws.columns[-1]
    assert draws[last].median() == pytest.approx(table[last, "p50"], rel=1e-6)


# --- what is refused --------------------------------------------------------------------------


def test_unknown_indicator_names_the_nearest(shipped_run):
    line = refused(shipped_run.samples, "industrial_ouptut")
    assert line.startswith(
        "E-VAR-901: industrial_ouptut — the catalogue has no such indicator; "
        "the nearest is industrial_output — choose a code of the catalogue: "
    )


def test_an_indicator_without_projection_lists_those_with_one(shipped_run):
    line = refused(shipped_run.samples, "grdp_per_capita")
    assert line.startswith("E-VAR-902: grdp_per_capita — the indicator is in the catalogue but")
    assert "is not projected in this run — choose one of: agriculture_va, ccn_area" in line


def test_a_bare_occupancy_is_ambiguous(shipped_run):
    line = refused(shipped_run.samples, "kcn_occupancy")
    assert line == (
        "E-VAR-904: kcn_occupancy has several values of breakdown: say which — "
        "choose breakdown from: 'denominator:cleared', 'denominator:established', "
        "'denominator:operating', 'denominator:serviced'"
    )


def test_wrong_parts_of_the_key_list_the_right_ones(shipped_run):
    take = shipped_run.samples
    line = refused(take, "exports", measure="area_ha")
    assert line == ("E-VAR-903: area_ha — exports has no such measure — "
                    "choose measure from: 'growth_yoy', 'level'")  # fmt: skip
    line = refused(take, "industrial_output", price_basis="constant_1994")
    assert "no such price_basis — choose price_basis from: 'constant_2010', 'current'" in line
    line = refused(take, "industrial_output", breakdown="ownership:fid")
    assert "no such breakdown" in line
    assert "'ownership:fdi'" in line


def test_scenarios_sites_and_frequencies_that_are_not_there(shipped_run):
    take = shipped_run.samples
    line = refused(take, "exports", "high")
    assert line == ("E-VAR-907: high — this scenario was not run — choose one of: baseline, low")
    line = refused(take, "kcn_leased", breakdown="site:kcn_van_trung")
    assert "single parks and clusters have quantiles only" in line
    line = refused(take, "exports", frequency="quaterly")
    assert "no such frequency; the nearest is quarterly — choose one of: annual, quarterly" in line
    line = refused(take, "exports", measure="growth_yoy", frequency="quarterly")
    assert line.startswith("E-VAR-905: exports — this variable has no quarterly results")


def test_faults_speak_vietnamese(shipped_run):
    with pytest.raises(UsageError) as caught:
        shipped_run.samples("kcn_occupancy")
    assert "phải nêu rõ lấy loại nào" in fault_line(caught.value.fault, "vi")


def test_choice_needs_no_study():
    there = [
        Variable("exports", b, m, "u") for b in ("", "coverage:customs")
        for m in ("growth_yoy", "level")
    ]  # fmt: skip
    assert choose_variable(there, "exports") == there[1]
    assert choose_variable(there, "exports", "coverage:customs", "growth_yoy") == there[2]
    one = [Variable("kcn_occupancy", "denominator:serviced", "occupancy_pct", "percent")]
    assert choose_variable(one, "kcn_occupancy") == one[0]
    with pytest.raises(UsageError, match="E-VAR-902"):
        choose_variable([], "exports")


# --- tables -----------------------------------------------------------------------------------


def test_overrides_and_days_are_those_of_the_verbs(small_study):
    study = open_study(small_study.root, Cache(None))
    run = study.run(["baseline"], draws=64, as_of="2018-12-31", overrides={"growth.shock_sd": 0.05})
    assert run.manifest["overrides"] == [["growth.shock_sd", "0.05"]]
    assert run.as_of.isoformat() == "2018-12-31"
    assert run.samples("industrial_output").shape[0] == 64
    assert "E-DATE-901: soon" in refused(study.run, as_of="soon")
    assert "E-SCN-901: nope" in refused(study.run, ["nope"])
    assert "bac_giang" in set(study.series(as_of="2018-12-31").region)


def test_variables_say_what_there_is(shipped_run):
    found = shipped_run.variables
    assert found.columns.tolist() == [*VARIABLE, "quarterly", "draws"]
    assert not found.duplicated(list(VARIABLE)).any()
    row = found[(found.indicator == "output_per_ha") & (found.price_basis == "current")].iloc[0]
    assert (row.quarterly, row.draws) == (False, True)
    assert not found[found.breakdown.str.contains("site:")].draws.any()


def test_compare_is_the_table_of_the_verb(shipped_run):
    found = shipped_run.compare(base="low")
    assert tuple(found.columns) == COLUMNS
    assert set(found.base) == {"low"}
    assert shipped_run.compare().base.unique().tolist() == ["baseline"]
    row = found[(found.scenario == "baseline") & (found.indicator == "exports")
                & (found.period == "2030")].iloc[0]  # fmt: skip
    difference = shipped_run.samples("exports") - shipped_run.samples("exports", "low")
    assert row.difference_p50 == pytest.approx(difference["2030"].median(), rel=1e-6)
    assert "the base of the comparison was not run" in refused(shipped_run.compare, "high")


# --- charts -----------------------------------------------------------------------------------


def axes():
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def test_fan_draws_the_tables(shipped_run):
    before, given = dict(mpl.rcParams), axes()
    drawn = shipped_run.plot.fan("industrial_output", ax=given)
    assert drawn is given
    assert dict(mpl.rcParams) == before
    lines = {line.get_label(): line for line in drawn.get_lines()}
    table = cells(shipped_run.projections, scenario="baseline", indicator="industrial_output",
                  breakdown="", measure="level", price_basis="current")  # fmt: skip
    middle = dict(zip(*lines["Trung vị"].get_data(), strict=True))
    assert middle[2030] == table["2030", "p50"]
    history = dict(zip(*lines["Đã công bố"].get_data(), strict=True))
    assert 2022 in history
    assert max(history) == 2023
    assert middle[2023] == history[2023]  # the fan opens where the figures end
    assert dict(zip(*lines["Mục tiêu"].get_data(), strict=True)) == {2024: 665760}
    assert drawn.get_title(loc="left") == "Giá trị sản xuất công nghiệp"
    assert drawn.get_ylabel() == "tỷ đồng, giá hiện hành"
    drawn.figure.canvas.draw()
    ticks = [t.get_text() for t in drawn.get_yticklabels()]
    assert any("1.000.000" in t for t in ticks)


def test_fan_in_english_of_a_rate(shipped_run):
    drawn = shipped_run.plot_in("en").fan("grdp", axes(), measure="growth_yoy", scenario="low")
    assert drawn.get_ylabel() == "growth on the year before, %"
    assert drawn.get_xlabel() == "Bắc Giang province, Low scenario"
    names = [t.get_text() for t in drawn.get_legend().get_texts()]
    assert names[:3] == ["8 in 10 (P10–P90)", "5 in 10 (P25–P75)", "Median"]


def test_scenarios_and_land(shipped_run):
    drawn = shipped_run.plot.scenarios("ccn_leased", ax=axes())
    names = [t.get_text() for t in drawn.get_legend().get_texts()]
    assert [n for n in names if n in ("Cơ sở", "Thấp")] == ["Cơ sở", "Thấp"]
    drawn = shipped_run.plot_in("en").land("kcn", axes())
    assert drawn.get_title(loc="left") == "Industrial parks"
    assert "Leased land" in [t.get_text() for t in drawn.get_legend().get_texts()]


def test_charts_make_axes_where_none_are_given(shipped_run):
    from matplotlib import pyplot as plt

    drawn = shipped_run.plot.fan()
    assert drawn.figure in [plt.figure(n) for n in plt.get_fignums()]
    plt.close("all")


def test_charts_refuse_what_is_not_there(shipped_run):
    plot = shipped_run.plot
    assert "E-VAR-901" in refused(plot.fan, "exprots")
    assert "E-VAR-904" in refused(plot.fan, "ccn_occupancy")
    assert "E-VAR-907: high" in refused(plot.fan, scenario="high")
    assert "E-VAR-902" in refused(plot.land, "gdp")


# --- the guide --------------------------------------------------------------------------------


def test_guide_runs(shipped, tmp_path, monkeypatch):
    """Every block of the guide, in order, as one program."""
    text = (ROOT / "model" / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 5
    monkeypatch.setattr(kichban, "open", lambda _: shipped)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)
    assert isinstance(names["run"], ScenarioRun)
    assert isinstance(names["draws"], pd.DataFrame)
    assert {p.suffix for p in tmp_path.iterdir()} >= {".csv", ".png", ".nc"}
    from matplotlib import pyplot as plt

    plt.close("all")
