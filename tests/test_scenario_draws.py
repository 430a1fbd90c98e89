"""Draws: deterministic, the same luck for every scenario, with the quantiles promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_cases import FILE, HEAD
from scipy.stats import beta, spearmanr

from kichban.catalogue import load_parameters
from kichban.scenario import BLOCK, Prior, draw_parameters, read_scenarios
from kichban.scenario.draws import block_uniforms
from kichban.scenario.priors import catalogue_prior, median, moved_prior, quantiles

PARAMETERS = load_parameters()
WIDE = (-1e9, 1e9)
KEY = "investment.registered_fdi_park"
U = (np.arange(20_000) + 0.5) / 20_000


def one(body, name="x"):
    return read_scenarios({FILE: HEAD + body}, PARAMETERS)[0][name]


@pytest.fixture(scope="module")
def base():
    return draw_parameters(one(""), PARAMETERS, seed=7, block=3)


def test_every_number_is_drawn_and_nothing_else(base):
    numbers = {k for k, p in PARAMETERS.items() if p.kind == "number" and p.default is not None}
    assert set(base) == numbers
    for key, draws in base.items():
        p = PARAMETERS[key]
        assert draws.shape == (BLOCK,)
        assert not draws.flags.writeable
        if p.sampled:
            assert p.low <= draws.min() < draws.max() <= p.high
        else:
            assert (draws == p.default).all()


def test_draws_are_determined_by_seed_and_block(base):
    again = draw_parameters(one(""), PARAMETERS, seed=7, block=3)
    assert all(np.array_equal(again[key], base[key]) for key in base)
    for seed, block in ((7, 4), (8, 3)):
        other = draw_parameters(one(""), PARAMETERS, seed=seed, block=block)
        assert not np.array_equal(other[KEY], base[KEY])


@pytest.mark.parametrize("size", [1, 7, 512, 1000])
def test_a_short_block_starts_the_full_one(size):
    whole = draw_parameters(one(""), PARAMETERS, seed=7, block=3)
    short = draw_parameters(one(""), PARAMETERS, seed=7, block=3, size=size)
    assert all(np.array_equal(short[key], whole[key][:size]) for key in whole)


@pytest.mark.parametrize("size", [0, BLOCK + 1])
def test_a_block_has_at_most_1024_draws(size):
    with pytest.raises(ValueError, match="a block has 1 to 1024 draws"):
        draw_parameters(one(""), PARAMETERS, seed=1, block=0, size=size)


def test_luck_is_common_to_all_scenarios(base):
    moved = draw_parameters(one(f'[set]\n"{KEY}" = 650\n'), PARAMETERS, seed=7, block=3)
    assert moved[KEY] == pytest.approx(base[KEY] / 2)
    others = set(base) - {KEY}
    assert all(np.array_equal(moved[key], base[key]) for key in others)
    # making a sampled parameter certain, or a certain one uncertain, leaves the rest alone
    body = '[uncertainty]\n"growth.wedge" = { dist = "none" }\n'
    body += '"land.slip_park" = { p10 = 1.2, p90 = 2.2, dist = "normal" }\n'
    changed = draw_parameters(one(body), PARAMETERS, seed=7, block=3)
    assert (changed["growth.wedge"] == 0.024).all()
    assert np.quantile(changed["land.slip_park"], [0.1, 0.9]) == pytest.approx([1.2, 2.2], abs=0.01)
    rest = set(base) - {"growth.wedge", "land.slip_park"}
    assert all(np.array_equal(changed[key], base[key]) for key in rest)


def test_uniforms_are_even_and_independent():
    extra = {key: catalogue_prior(p) for key, p in PARAMETERS.items() if p.sampled}
    extra["land.slip_park"] = extra["land.slip_cluster"] = extra[KEY]
    uniforms = block_uniforms(PARAMETERS, extra, seed=1, block=0)
    for column in uniforms.values():
        assert np.array_equal(np.sort(np.floor(column * BLOCK)), np.arange(BLOCK))
    correlation = np.corrcoef(np.stack(list(uniforms.values())))
    assert np.abs(correlation - np.eye(len(uniforms))).max() < 0.15


@pytest.mark.parametrize("dist", ["normal", "lognormal"])
def test_p10_and_p90_are_met(dist):
    draws = quantiles(Prior(dist, 2.0, 4.0, 8.0, WIDE), U)
    assert np.quantile(draws, [0.1, 0.9]) == pytest.approx([2.0, 8.0], rel=1e-3)
    middle = 5.0 if dist == "normal" else 4.0
    assert np.median(draws) == pytest.approx(middle, rel=1e-3)


def test_pert_is_the_beta_distribution_of_the_textbook():
    prior = Prior("pert", 2.0, 4.0, 12.0, WIDE)
    draws = quantiles(prior, U)
    assert draws.mean() == pytest.approx((2 + 4 * 4 + 12) / 6, rel=1e-4)
    expected = 2 + 10 * beta(1 + 4 * 0.2, 1 + 4 * 0.8).ppf([0.1, 0.5, 0.9])
    assert np.quantile(draws, [0.1, 0.5, 0.9]) == pytest.approx(expected, rel=1e-3)


def test_triangular_and_uniform():
    triangle = quantiles(Prior("triangular", 0.0, 3.0, 4.0, WIDE), U)
    assert triangle.mean() == pytest.approx(7 / 3, rel=1e-4)
    assert (triangle < 3).mean() == pytest.approx(0.75, abs=1e-3)
    flat = quantiles(Prior("uniform", 2.0, 3.0, 4.0, WIDE), U)
    assert np.quantile(flat, [0.1, 0.9]) == pytest.approx([2.2, 3.8], abs=1e-3)


def test_draws_stop_at_the_bounds_and_a_point_is_a_point():
    clipped = quantiles(Prior("normal", 0.4, 0.5, 0.6, (0.45, 0.55)), U)
    assert (clipped.min(), clipped.max()) == (0.45, 0.55)
    assert (quantiles(Prior("pert", 3.0, 3.0, 3.0, WIDE), U) == 3.0).all()


@given(
    st.sampled_from(["pert", "triangular", "uniform", "normal", "lognormal"]),
    st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0, 1),
)  # fmt: skip
def test_quantile_functions_rise(dist, low, width, share):
    prior = Prior(dist, low, low + share * width, low + width, WIDE)
    grid = np.linspace(0.001, 0.999, 101)
    values = quantiles(prior, grid)
    assert (np.diff(values) >= -1e-9).all()
    assert values[0] <= median(prior) <= values[-1]


@given(st.floats(0.01, 100))
def test_moving_a_prior_scales_its_draws(factor):
    prior = Prior("pert", 1.0, 2.0, 4.0, WIDE)
    moved = quantiles(moved_prior(prior, 2.0 * factor), U[::400])
    assert moved == pytest.approx(quantiles(prior, U[::400]) * factor, rel=1e-6)


@pytest.mark.parametrize("rho", [0.6, -0.4])
def test_correlation_is_recovered_and_margins_stay(rho, base):
    pair = '[[uncertainty.correlation]]\nof = ["{}", "{}"]\nrho = {}\n'
    tied = one(pair.format("growth.wedge", "retail.growth", rho))
    draws = draw_parameters(tied, PARAMETERS, seed=7, block=3)
    expected = 6 / np.pi * np.arcsin(rho / 2)
    found = spearmanr(draws["growth.wedge"], draws["retail.growth"]).statistic
    assert found == pytest.approx(expected, abs=0.05)
    assert np.quantile(draws["retail.growth"], [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(base["retail.growth"], [0.1, 0.5, 0.9]), abs=0.002
    )
    rest = set(base) - {"retail.growth"}
    assert all(draws[key] == pytest.approx(base[key]) for key in rest)


def test_a_lever_made_uncertain_can_be_correlated():
    body = '[uncertainty]\n"land.slip_park" = { p10 = 1.2, p90 = 2.2, dist = "normal" }\n'
    body += '"land.slip_cluster" = { p10 = 1.2, p90 = 2.8, dist = "lognormal" }\n'
    body += '[[uncertainty.correlation]]\nof = ["land.slip_park", "land.slip_cluster"]\nrho = 0.8\n'
    draws = draw_parameters(one(body), PARAMETERS, seed=1, block=0)
    found = spearmanr(draws["land.slip_park"], draws["land.slip_cluster"]).statistic
    assert found == pytest.approx(0.79, abs=0.05)


def test_a_value_left_to_the_data_is_absent_until_set():
    assert "growth.volume_recent" not in draw_parameters(one(""), PARAMETERS, 1, 0, 4)
    body = '[set]\n"growth.volume_recent" = 0.2\n'
    assert (
        draw_parameters(one(body), PARAMETERS, 1, 0, 4)["growth.volume_recent"].tolist()
        == [0.2] * 4
    )
