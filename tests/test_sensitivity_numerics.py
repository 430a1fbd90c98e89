"""Tornado and Sobol' indices: closed forms, the Ishigami function, other implementations."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import sobol_indices

from kichban.catalogue import load_parameters
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity import Held, indices, is_constant, tornado
from kichban.compare.sensitivity.tornado import direction, paired_error
from kichban.errors import UsageError
from kichban.projection import Variable
from kichban.scenario import Correlation, Deal, Prior, draw_parameters
from kichban.study.sensitivity.runs import chosen_parameters, tied_groups
from kichban.study.sensitivity.sobol import check_draws, named_groups
from kichban.texts import LANGUAGES, fault_line

PARAMETERS = load_parameters()
KEYS = ("growth.wedge", "growth.persistence", "growth.va_elasticity")
OUTPUT = Variable("industrial_output", "", "level", "bn_vnd", "current")
YEARS = tuple(Outcome(OUTPUT, str(year)) for year in (2029, 2030))
Z90 = 1.2815515655446004


# --- Sobol' indices --------------------------------------------------------------------------


def scenario_of(shipped, prior: Prior, *ties: Correlation):
    """The baseline with one prior for three parameters, and nothing else uncertain."""
    base = shipped.scenarios()[0]["baseline"]
    return replace(base, priors=dict.fromkeys(KEYS, prior), correlations=ties)


def draws_of(scenario, deal: Deal, blocks: int) -> np.ndarray:
    """(draw, parameter) as a run would be given them."""
    dealt = [draw_parameters(scenario, PARAMETERS, 1, b, deal=deal) for b in range(blocks)]
    return np.concatenate([np.stack([d[k] for k in KEYS], axis=1) for d in dealt])


def chain(scenario, function, groups, blocks: int = 4):
    """Indices of a function of the three parameters, through the program's own deals."""

    def run(deal: Deal) -> np.ndarray:
        return function(draws_of(scenario, deal, blocks))[:, None]

    mixed = [run(Deal(swapped=frozenset(g))) for g in groups]
    return indices(run(Deal()), run(Deal(swapped=frozenset(KEYS))), np.stack(mixed))


def ishigami(x: np.ndarray) -> np.ndarray:
    a, b, c = (np.pi * (2 * x - 1)).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_the_ishigami_function_gives_its_published_indices(shipped):
    scenario = scenario_of(shipped, Prior("uniform", 0.0, 0.5, 1.0, (0.0, 1.0)))
    found = chain(scenario, ishigami, [(k,) for k in KEYS])
    # Sobol' & Levitan 1999; a = 7, b = 0,1
    assert found.first[:, 0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.total[:, 0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    for values, ends, truth in (
        (found.first, found.first_ends, [0.3139, 0.4424, 0.0]),
        (found.total, found.total_ends, [0.5576, 0.4424, 0.2437]),
    ):
        assert (ends[0] < values).all()
        assert (values < ends[1]).all()
        # confidence intervals are 0,1 wide at most here and hold the truth
        assert ((ends[0, :, 0] <= truth) & (truth <= ends[1, :, 0])).all()
    assert found.together[0] == pytest.approx(0.7563, abs=0.05)


def test_a_linear_model_splits_into_its_squares(shipped):
    scenario = scenario_of(shipped, Prior("normal", -Z90, 0.0, Z90, (-9.0, 9.0)))
    weights = np.array([1.0, 2.0, 3.0])
    found = chain(scenario, lambda x: x @ weights, [(k,) for k in KEYS])
    assert found.first[:, 0] == pytest.approx(weights**2 / 14, abs=0.04)
    assert found.total[:, 0] == pytest.approx(weights**2 / 14, abs=0.04)
    assert found.together_ends[0, 0] < 1.0 < found.together_ends[1, 0]


def test_a_correlated_pair_is_one_group_with_the_closed_share(shipped):
    tie = Correlation(KEYS[:2], 0.6)
    scenario = scenario_of(shipped, Prior("normal", -Z90, 0.0, Z90, (-9.0, 9.0)), tie)
    found = chain(scenario, lambda x: x.sum(axis=1), [KEYS[:2], KEYS[2:]])
    rho = np.corrcoef(draws_of(scenario, Deal(), 4)[:, :2].T)[0, 1]
    assert rho == pytest.approx(0.6, abs=0.03)
    share = (2 + 2 * 0.6) / (3 + 2 * 0.6)
    assert found.first[:, 0] == pytest.approx([share, 1 - share], abs=0.04)
    assert found.total[:, 0] == pytest.approx([share, 1 - share], abs=0.04)


def test_estimates_are_those_of_scipy_and_intervals_as_wide_as_its_own():
    luck = np.random.default_rng(5)
    a, b = luck.random((2, 512, 3))
    mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
    f_a, f_b = ishigami(a)[:, None], ishigami(b)[:, None]
    f_ab = np.stack([ishigami(m)[:, None] for m in mixed])
    own = indices(f_a, f_b, f_ab)
    given = {"f_A": f_a.T, "f_B": f_b.T, "f_AB": f_ab.transpose(0, 2, 1)}
    theirs = sobol_indices(func=given, n=512)
    assert own.first[:, 0] == pytest.approx(theirs.first_order)
    assert own.total[:, 0] == pytest.approx(theirs.total_order)
    resampled = theirs.bootstrap(n_resamples=600)
    for ends, their in (
        (own.first_ends, resampled.first_order), (own.total_ends, resampled.total_order),
    ):  # fmt: skip
        interval = their.confidence_interval
        assert np.diff(ends[:, :, 0], axis=0)[0] == pytest.approx(
            interval.high - interval.low, rel=0.3
        )


def test_many_outcomes_at_once_are_what_each_gives_alone():
    luck = np.random.default_rng(2)
    f_a, f_b, f_ab = luck.random((256, 2)), luck.random((256, 2)), luck.random((3, 256, 2))
    both = indices(f_a, f_b, f_ab)
    for i in range(2):
        one = indices(f_a[:, i : i + 1], f_b[:, i : i + 1], f_ab[:, :, i : i + 1])
        assert np.allclose(both.first[:, i], one.first[:, 0])
        assert np.allclose(both.total_ends[:, :, i], one.total_ends[:, :, 0])
    again = indices(f_a, f_b, f_ab)
    assert np.array_equal(both.first_ends, again.first_ends)


def test_what_changes_nothing_has_a_total_of_exactly_nought():
    luck = np.random.default_rng(2)
    f_a, f_b = luck.random((256, 1)), luck.random((256, 1))
    found = indices(f_a, f_b, np.stack([f_a, f_b]))
    assert (found.total[0, 0], found.first[0, 0]) == (0.0, 0.0)
    assert (found.first[1, 0] - 1.0) == pytest.approx(0.0, abs=0.15)


def test_a_constant_outcome_has_no_indices():
    luck = np.random.default_rng(2)
    f = np.full((64, 1), 16.0)
    with pytest.raises(ValueError, match="constant"):
        indices(f, f, f[None])
    assert is_constant(np.hstack([f, luck.random((64, 1))])).tolist() == [True, False]


def test_draws_must_be_a_power_of_two():
    check_draws(2048)
    with pytest.raises(UsageError) as caught:
        check_draws(1000)
    assert caught.value.fault.code == "E-SENS-910"
    assert "512 or 1024" in fault_line(caught.value.fault, "en")


# --- groups ----------------------------------------------------------------------------------


def test_some_of_a_tied_group_are_refused_with_the_remedy():
    every = tied_groups(("a", "b", "c"), [Correlation(("a", "b"), 0.3)])
    assert named_groups(("c", "b", "a"), every) == (("a", "b"), ("c",))
    with pytest.raises(UsageError) as caught:
        named_groups(("a", "c"), every)
    for lang in LANGUAGES:
        line = fault_line(caught.value.fault, lang)
        assert line.startswith("E-SENS-907: a — ")
        assert "--parameters" in line
    assert "name b in --parameters too" in line


def test_a_correlation_of_nought_ties_nothing():
    assert tied_groups(("a", "b"), [Correlation(("a", "b"), 0.0)]) == (("a",), ("b",))
    assert tied_groups(("a",), [Correlation(("a", "z"), 0.5)]) == (("a",),)


def test_a_mistyped_parameter_is_told_the_nearest():
    with pytest.raises(UsageError) as caught:
        chosen_parameters(["growth.wegde"], ["growth.persistence"], ["growth.wedge"], "low")
    assert "nearest: growth.wedge" in fault_line(caught.value.fault, "en")


# --- tornado ---------------------------------------------------------------------------------


def held(key: str, at_low: np.ndarray, at_high: np.ndarray, kind="uncertainty") -> Held:
    return Held(key, kind, 0.1, 0.9, at_low, at_high)


def test_swings_of_a_linear_model_are_exact_and_sorted():
    luck = np.random.default_rng(4)
    noise = luck.standard_normal((1024, 1)) * np.array([1.0, 5.0])
    base = noise + 3 * luck.random((1024, 1))
    bars = tornado(
        YEARS, base,
        [held("small", noise + 1.6, noise + 1.4), held("wide", noise + 0.3, noise + 2.7),
         held("lever", noise - 9.0, noise + 9.0, "lever"), held("still", base, base)],
    )  # fmt: skip
    first = [b for b in bars if b.outcome == YEARS[0]]
    assert [b.parameter for b in first] == ["wide", "small", "still", "lever"]
    assert [b.direction for b in first[:3]] == ["up", "down", "none"]
    assert first[0].swing == pytest.approx(2.4)
    assert first[0].error < 1e-9
    assert first[0].base == pytest.approx(float(np.median(base[:, 0])))
    assert len(bars) == 8


def test_a_parameter_that_both_ends_move_one_way_is_said_to():
    luck = np.random.default_rng(4)
    noise = luck.standard_normal((1024, 1))
    (bar,) = tornado(YEARS[:1], noise, [held("valley", noise + 1.0, noise + 1.05)])
    assert bar.direction == "both_up"
    assert bar.reach > 20 * bar.swing * 0.9
    assert direction(5.0, 3.0, 4.0, (0.1, 0.1, 0.1)) == "both_down"


def test_the_error_of_a_swing_is_that_of_two_medians():
    luck = np.random.default_rng(6)
    found = []
    for _ in range(40):
        a, b = luck.standard_normal((2, 2048, 1))
        found.append(float(paired_error(a, b, np.median)[0]))
    exact = math.sqrt(2) * math.sqrt(math.pi / 2) / math.sqrt(2048)
    assert np.mean(found) == pytest.approx(exact, rel=0.08)
    shared = luck.standard_normal((2048, 1))
    near = float(paired_error(shared, shared * 1.01, np.median)[0])
    assert near < exact / 20


def test_what_is_within_its_error_is_unclear():
    luck = np.random.default_rng(8)
    base, low, high = luck.standard_normal((3, 256, 1))
    (bar,) = tornado(YEARS[:1], base, [held("noise", low, high)])
    assert (bar.direction, bar.is_clear) == ("unclear", False)


def test_probabilities_are_means_of_yes_and_no():
    yes = np.repeat([[1.0], [0.0]], [300, 724], axis=0)
    luck = np.random.default_rng(1)
    more = np.maximum(yes, luck.random((1024, 1)) < 0.5)
    (bar,) = tornado(YEARS[:1], yes, [held("a", yes, more)], "probability")
    assert (bar.base, bar.at_low) == (300 / 1024, 300 / 1024)
    assert bar.at_high == pytest.approx(float(more.mean()))
    assert bar.direction == "up"
