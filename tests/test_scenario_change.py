"""Resolved scenarios changed in memory, and draws dealt otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from kichban.catalogue import load_parameters
from kichban.errors import InputError
from kichban.scenario import (
    Deal,
    draw_parameters,
    read_scenarios,
    resolved_document,
    with_settings_of,
    with_values,
)

PARAMETERS = load_parameters()


@pytest.fixture(scope="module")
def scenarios(shipped):
    return shipped.scenarios()[0]


def test_values_on_top_are_what_set_gives(shipped, scenarios):
    wanted = {"land.slip_park": 1.2, "growth.volume": 0.1, "growth.wedge": 0.03}
    pairs = [(key, repr(value)) for key, value in wanted.items()]
    for name, one in shipped.scenarios(pairs)[0].items():
        changed = with_values(scenarios[name], wanted, PARAMETERS)
        assert resolved_document(changed) == resolved_document(one)
        assert changed.origins == one.origins


def test_every_wrong_value_is_told(scenarios):
    with pytest.raises(InputError) as caught:
        with_values(scenarios["low"], {"land.slip_prak": 1.0, "land.slip_park": 99.0}, PARAMETERS)
    assert [f.code for f in caught.value.faults] == ["E-SCN-020", "E-SCN-021"]
    assert caught.value.faults[0].detail["nearest"] == "land.slip_park"


def test_settings_of_another_scenario_come_whole(scenarios):
    low, high = scenarios["low"], scenarios["high"]
    keys = {"growth.volume", "land.slip_park"}
    mixed = resolved_document(with_settings_of(low, high, keys))["parameters"]
    for key in PARAMETERS:
        expected = resolved_document(high if key in keys else low)["parameters"][key]
        assert mixed[key] == expected
    assert with_settings_of(low, high, PARAMETERS).values == high.values
    assert with_settings_of(low, high, ()) == low


def test_a_correlation_comes_with_both_of_its_parameters():
    text = 'format = 1\nname = "{0}"\nextends = ""\nlabel = {{ vi = "A", en = "A" }}\n'
    text += 'status = "draft"\nstory = {{ vi = "…", en = "…" }}\n'
    tie = '[[uncertainty.correlation]]\nof = ["growth.wedge", "growth.persistence"]\nrho = 0.5\n'
    texts = {f"scenarios/{n}.toml": text.format(n) + (tie if n == "b" else "") for n in "ab"}
    a, b = read_scenarios(texts, PARAMETERS)[0].values()
    both = ["growth.wedge", "growth.persistence"]
    assert with_settings_of(a, b, both).correlations == b.correlations
    assert with_settings_of(a, b, both[:1]).correlations == ()
    assert with_settings_of(b, a, both[:1]).correlations == ()


def test_swapped_parameters_are_independent_of_the_usual_ones(scenarios):
    base = scenarios["baseline"]
    usual = draw_parameters(base, PARAMETERS, 1, 0)
    keys = frozenset({"growth.wedge", "land.leasing_park"})
    other = draw_parameters(base, PARAMETERS, 1, 0, deal=Deal(swapped=keys))
    for key, draws in usual.items():
        assert np.array_equal(draws, other[key]) != (key in keys)
    for key in keys:
        # the same prior: quantiles agree as two scrambled sequences do
        levels = (0.1, 0.5, 0.9)
        spread = np.ptp(usual[key])
        assert np.quantile(usual[key], levels) == pytest.approx(
            np.quantile(other[key], levels), abs=0.01 * spread
        )
        assert abs(np.corrcoef(usual[key], other[key])[0, 1]) < 0.1
    # a short block is the start of a long one here too
    short = draw_parameters(base, PARAMETERS, 1, 0, 100, Deal(swapped=keys))
    assert np.array_equal(short["growth.wedge"], other["growth.wedge"][:100])


def test_a_deal_holds_a_parameter_and_takes_other_luck(bench):
    from kichban.projection import Run, Variable

    total = Variable("industrial_output", "", "level", "bn_vnd", "current")
    projector, base = bench.asking([total]), bench.scenarios["baseline"]
    runs = {
        "usual": Run(base), "again": Run(base, Deal()),
        "held": Run(base, Deal(fixed={"growth.volume_long_run": 0.15})),
        "luck": Run(base, Deal(other_luck=True)),
    }  # fmt: skip
    found = projector.run(runs)
    annual = {n: found.scenarios[n].variables[total].annual for n in runs}
    whole = bench.projector.run({"baseline": Run(base)}).scenarios["baseline"]
    assert np.array_equal(annual["usual"], whole.variables[total].annual)
    assert np.array_equal(annual["usual"], annual["again"])
    assert np.median(annual["held"][:, -1]) > np.median(annual["usual"][:, -1])
    assert abs(np.corrcoef(annual["usual"][:, 0], annual["luck"][:, 0])[0, 1]) < 0.4
    held = projector.draws(base, Deal(fixed={"growth.volume_long_run": 0.15}))
    assert np.unique(held["growth.volume_long_run"]).tolist() == [0.15]
