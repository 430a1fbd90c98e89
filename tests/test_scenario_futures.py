"""Discrete futures, and ranges given by quantiles: sound, drawn, moved, written down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_cases import FILE, HEAD
from scipy import stats

from kichban.catalogue import load_parameters
from kichban.scenario import draw_parameters, read_scenarios, resolved_document
from kichban.scenario.priors import PERT_SHAPE, ends_of_quantiles, median, quantiles, support
from kichban.scenario.values import Future, Prior
from kichban.texts import fault_line

PARAMETERS = load_parameters()
BOUNDS = (-1e6, 1e6)
SLIP = """[uncertainty]
"land.slip_park" = { dist = "discrete", futures = [
  { value = 2.4, probability = 0.25, label = { vi = "Luật chậm", en = "Law late" } },
  { value = 1.3, probability = 0.6 },
  { value = 1.9, probability = 0.15 },
] }
"""


def read(body, *more, overrides=()):
    texts = {FILE: HEAD + body}
    for name, extra in zip("yz", more, strict=False):
        head = HEAD.replace('"x"', f'"{name}"').replace('extends = ""', 'extends = "x"')
        texts[f"scenarios/{name}.toml"] = head + extra
    return read_scenarios(texts, PARAMETERS, overrides)


def scipy_pert(low, mode, high):
    width = high - low
    a, b = 1 + PERT_SHAPE * (mode - low) / width, 1 + PERT_SHAPE * (high - mode) / width
    return stats.beta(a, b, loc=low, scale=width)


# --- discrete futures ----------------------------------------------------------------------


def test_futures_stand_ascending_with_the_likeliest_as_value():
    scenario = read(SLIP)[0]["x"]
    prior = scenario.priors["land.slip_park"]
    assert prior.futures == (
        Future(1.3, 0.6), Future(1.9, 0.15), Future(2.4, 0.25, "Luật chậm", "Law late"),
    )  # fmt: skip
    assert (prior.low, prior.mode, prior.high) == (1.3, 1.3, 2.4)
    assert scenario.values["land.slip_park"] == 1.3
    document = resolved_document(scenario)["parameters"]["land.slip_park"]["prior"]
    assert document["futures"][2] == {
        "value": 2.4, "probability": 0.25, "label": {"vi": "Luật chậm", "en": "Law late"},
    }  # fmt: skip
    assert support(prior) == (1.3, 2.4)
    assert median(prior) == 1.3


def test_draws_have_the_probabilities():
    scenario = read(SLIP)[0]["x"]
    draws = np.concatenate(
        [draw_parameters(scenario, PARAMETERS, 1, b)["land.slip_park"] for b in (0, 1)]
    )
    values, counts = np.unique(draws, return_counts=True)
    assert values.tolist() == [1.3, 1.9, 2.4]
    # stratified columns hit each probability to a draw or two a block
    np.testing.assert_allclose(counts / len(draws), [0.6, 0.15, 0.25], atol=2e-3)


def test_quantiles_agree_with_scipy():
    prior = read(SLIP)[0]["x"].priors["land.slip_park"]
    u = np.random.default_rng(1).random(500)
    table = stats.rv_discrete(values=((0, 1, 2), (0.6, 0.15, 0.25)))
    expected = np.array([1.3, 1.9, 2.4])[table.ppf(u).astype(int)]
    assert np.array_equal(quantiles(prior, u), expected)


def test_futures_take_part_in_correlations():
    tie = '[[uncertainty.correlation]]\nof = ["land.slip_park", "growth.wedge"]\nrho = 0.9\n'
    draws = draw_parameters(read(SLIP + tie)[0]["x"], PARAMETERS, 1, 0)
    late = draws["land.slip_park"] > 2
    assert draws["growth.wedge"][late].mean() > draws["growth.wedge"][~late].mean() + 0.01


def test_a_value_set_over_futures_is_certain_and_says_so():
    found, faults = read(SLIP, '[set]\n"land.slip_park" = 1.9\n')
    assert "land.slip_park" not in found["y"].priors
    assert found["y"].values["land.slip_park"] == 1.9
    (warning,) = faults
    assert (warning.code, warning.file, warning.row) == ("W-SCN-042", "scenarios/y.toml", 8)
    assert "becomes certain" in fault_line(warning, "en")
    (told,) = read(SLIP, overrides=[("land.slip_park", "1.3")])[1]
    assert (told.code, told.file) == ("W-SCN-042", "--set")


# --- ends from quantiles -------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    dist=st.sampled_from(["pert", "triangular"]), p10=st.floats(-50, 50),
    width=st.floats(0.01, 100), at=st.floats(0, 1),
)  # fmt: skip
def test_ends_give_back_the_quantiles(dist, p10, width, at):
    p90, mode = p10 + width, p10 + at * width
    prior = ends_of_quantiles(Prior(dist, p10, mode, p90, BOUNDS, by_quantiles=True))
    assert prior.low <= p10 < p90 <= prior.high
    assert prior.low - 1e-9 * width <= prior.mode <= prior.high + 1e-9 * width
    if dist == "pert":
        theirs = scipy_pert(prior.low, prior.mode, prior.high)
    else:
        span = prior.high - prior.low
        theirs = stats.triang((prior.mode - prior.low) / span, loc=prior.low, scale=span)
    np.testing.assert_allclose(theirs.ppf([0.1, 0.9]), [p10, p90], atol=1e-7 * width)


@pytest.mark.parametrize("dist", ["pert", "triangular"])
def test_a_file_may_give_p10_and_p90(dist):
    body = '[uncertainty]\n"growth.wedge" = {{ dist = "{}", p10 = 0.01, p90 = 0.04{} }}\n'
    prior = read(body.format(dist, ", mode = 0.02"))[0]["x"].priors["growth.wedge"]
    np.testing.assert_allclose(quantiles(prior, np.array([0.1, 0.9])), [0.01, 0.04], atol=1e-6)
    assert prior.mode == 0.02
    assert not prior.by_quantiles
    left_out = read(body.format(dist, ""))[0]["x"].priors["growth.wedge"]
    assert left_out.mode == 0.024  # the value of the catalogue lies between
    above = body.format(dist, "").replace("0.01", "0.03")
    assert read(above)[0]["x"].priors["growth.wedge"].mode == pytest.approx(0.035)


# --- mistakes ------------------------------------------------------------------------------

DISCRETE = '[uncertainty]\n"land.slip_park" = {{ dist = "discrete", {} }}\n'
TWO = "{{ value = {}, probability = {} }}, {{ value = 2.0, probability = 0.5 }}"


@pytest.mark.parametrize(
    ("fields", "code", "value", "piece"),
    [
        (f"futures = [{TWO.format(1.3, 0.4)}]", "E-SCN-043", None, "add up to 0.9, not to 1"),
        (f"futures = [{TWO.format(2.0, 0.5)}]", "E-SCN-044", None, "two with different values"),
        ("futures = []", "E-SCN-044", "[]", "at least two"),
        ("futures = 3", "E-SCN-044", "3", "futures = [{ value = 1.3"),
        (f"futures = [{TWO.format(1.3, 1.5)}]", "E-SCN-044", None, "between 0 and 1"),
        (f"futures = [{TWO.format(7, 0.5)}]", "E-SCN-021", "7", "0.5 to 5"),
        (f"futures = [{TWO.format(1.3, '0.5, labl = 1')}]", "E-SCN-004", "labl", "nearest: label"),
        ("", "E-SCN-006", "", "missing: futures"),
        ("low = 1, high = 2, futures = []", "E-SCN-004", None, "allowed: dist, futures"),
    ],
)
def test_bad_futures_are_told(fields, code, value, piece):
    faults = read(DISCRETE.format(fields).replace(",  }", " }"))[1]
    assert {f.code for f in faults} == {code}
    assert (faults[0].row, faults[0].file) == (8, FILE)
    assert value is None or faults[0].value == value
    assert piece in fault_line(faults[0], "en")
    assert fault_line(faults[0], "vi") != fault_line(faults[0], "en")


def test_a_mode_outside_the_quantiles_and_mixed_ends_are_told():
    body = '[uncertainty]\n"growth.wedge" = {{ dist = "pert", {} }}\n'
    (fault,) = read(body.format("p10 = 0.01, p90 = 0.04, mode = 0.05"))[1]
    assert fault.code == "E-SCN-031"
    found = read(body.format("p10 = 0.01, high = 0.04"))[1]
    assert {f.code for f in found} == {"E-SCN-004", "E-SCN-006"}


# --- what became certain is correlated no longer ---------------------------------------------

TIED = SLIP + '[[uncertainty.correlation]]\nof = ["growth.wedge", "land.slip_park"]\nrho = 0.5\n'


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('[set]\n"land.slip_park" = 1.5\n', "scenarios/y.toml:8:set.land.slip_park"),
        ('[uncertainty]\n"land.slip_park" = { dist = "none" }\n',
         "scenarios/y.toml:8:uncertainty.land.slip_park"),
        ('[unset]\nkeys = ["land.slip_park"]\n', "scenarios/y.toml:8:unset.keys"),
    ],
)  # fmt: skip
def test_an_inherited_correlation_lapses_with_a_warning(body, line):
    found, faults = read(TIED, body)
    assert len(found["x"].correlations) == 1
    assert found["y"].correlations == ()
    assert not any(f.is_error for f in faults)
    told = [fault_line(f, "en") for f in faults if f.code == "W-SCN-066"]
    assert len(told) == 1
    assert told[0].startswith(f"{line}: W-SCN-066: land.slip_park — the parameter becomes certain")
    assert "correlation growth.wedge × land.slip_park lapses" in told[0]


def test_a_correlation_stated_with_it_is_a_fault_and_a_new_range_keeps_it():
    pair = '[[uncertainty.correlation]]\nof = ["growth.wedge", "land.slip_park"]\nrho = 0.2\n'
    _, faults = read(TIED, '[set]\n"land.slip_park" = 1.5\n' + pair)
    assert "E-SCN-035" in {f.code for f in faults}
    kept = '[uncertainty]\n"land.slip_park" = { dist = "uniform", low = 1.0, high = 2.0 }\n'
    found, faults = read(TIED, '[set]\n"land.slip_park" = 1.5\n' + kept)
    assert [c.rho for c in found["y"].correlations] == [0.5]
