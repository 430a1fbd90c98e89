"""Joining the statistical path with the drivers': against the exact answer, and on the study."""

import numpy as np
import pytest

from kichban.projection import Settings, Variable, project
from kichban.projection.join import APART, DRIVER, STATISTICAL, join, statistical_levels
from kichban.projection.output import TOTAL

DRAWS = 40_000
LEVELS = np.array([56.0, 75.2, 110.9, 158.6, 209.7, 266.8, 309.6, 444.7])


@pytest.fixture(scope="module")
def linear():
    """Eight quarters, jointly normal; the year's growth is the sum of its quarters."""
    luck = np.random.default_rng(1)
    root = np.tril(0.02 + 0.01 * luck.random((8, 8)))
    z = 0.03 + luck.standard_normal((DRAWS, 8)) @ root.T
    sums = np.kron(np.eye(2), np.ones(4))
    noise = np.array([[0.05, 0.0], [0.03, 0.04]])
    heard = np.array([0.2, 0.15]) + luck.standard_normal((DRAWS, 2)) @ noise.T
    return z, root @ root.T, sums, heard, noise @ noise.T


def test_joining_is_the_exact_conditional_distribution(linear):
    z, covariance, sums, heard, errors = linear
    levels = np.exp(np.cumsum(z @ sums.T, axis=1))
    said = np.exp(np.cumsum(heard, axis=1))
    found = join(z, levels, np.ones(DRAWS), said, np.arange(8) // 4)
    gain = covariance @ sums.T @ np.linalg.inv(sums @ covariance @ sums.T + errors)
    mean = 0.03 + gain @ (np.array([0.2, 0.15]) - sums @ np.full(8, 0.03))
    after = covariance - gain @ sums @ covariance
    moved = z + found.correction
    assert moved.mean(axis=0) == pytest.approx(mean, abs=2e-3)
    assert np.cov(moved.T) == pytest.approx(after, abs=2e-4)


def test_growth_before_and_after_the_two_years_is_left_alone(linear):
    z, _, _, heard, _ = linear
    wide = np.hstack([z, z[:, :6]])
    year_of = np.array([-1, -1, *np.repeat([0, 1, 2], 4)])
    levels = np.exp(
        np.cumsum(np.stack([wide[:, year_of == y].sum(axis=1) for y in (0, 1, 2)], 1), 1)
    )
    said = np.exp(np.cumsum(np.hstack([heard, heard[:, :1]]), axis=1))
    correction = join(wide, levels, np.ones(DRAWS), said, year_of).correction
    assert (correction[:, year_of < 0] == 0).all()
    assert (correction[:, year_of > 1] == 0).all()
    assert (correction[:, (year_of == 0) | (year_of == 1)] != 0).any(axis=0).all()


def test_paths_too_far_apart_are_not_combined(linear):
    z, _, sums, heard, _ = linear
    levels = np.exp(np.cumsum(z @ sums.T, axis=1))
    far = np.exp(np.cumsum(heard + 1.0, axis=1))
    found = join(z, levels, np.ones(DRAWS), far, np.arange(8) // 4)
    assert not found.combined
    assert (np.abs(found.distance) > APART).any()
    assert (found.correction == 0).all()


def test_the_statistical_path_starts_from_the_draws():
    luck = np.random.default_rng(1)
    base = 541.2 * np.exp(0.01 * luck.standard_normal(500))
    normal = luck.standard_normal((500, 3))
    paths = statistical_levels(LEVELS, base, normal)
    twice = statistical_levels(LEVELS, base * 1.0, normal)
    assert paths is not None
    assert (paths == twice).all()
    # A draw that starts one per cent higher stays one per cent higher.
    higher = statistical_levels(LEVELS, np.where(np.arange(500) == 7, base * 1.01, base), normal)
    assert higher[7] / paths[7] == pytest.approx(1.01)
    assert statistical_levels(LEVELS[:3], base, normal) is None


@pytest.fixture(scope="module")
def projected(shipped, shipped_series):
    scenarios, _ = shipped.scenarios()
    return project(
        shipped.ledger(), shipped_series, [scenarios["baseline"], scenarios["high"]],
        shipped.parameters, Settings(draws=1024), reference=scenarios["baseline"],
    )  # fmt: skip


def annual(projected, scenario: str, key: Variable = TOTAL):
    return projected.scenarios[scenario].variables[key].annual


def test_the_combined_path_lies_between_the_two(projected):
    both = [np.median(annual(projected, "baseline", k), axis=0) for k in (STATISTICAL, DRIVER)]
    combined = np.median(annual(projected, "baseline"), axis=0)
    assert projected.scenarios["baseline"].notes["joined"] == 1.0
    for year in (1, 2):
        low, high = sorted(path[year] for path in both)
        assert low <= combined[year] <= high


def test_the_current_year_is_the_nowcast_on_every_path(projected):
    combined = annual(projected, "baseline")[:, 0]
    for key in (STATISTICAL, DRIVER):
        assert annual(projected, "baseline", key)[:, 0] == pytest.approx(combined)


def test_differences_between_scenarios_survive(projected, shipped, shipped_series):
    """The correction of a draw is the same in both scenarios: their ratio moves by no quarter."""
    scenarios, _ = shipped.scenarios()
    few = shipped.ledger()
    alone = project(
        few, shipped_series, [scenarios["high"]], shipped.parameters, Settings(draws=1024),
        reference=scenarios["baseline"],
    )  # fmt: skip
    assert annual(alone, "high") == pytest.approx(annual(projected, "high"), rel=1e-12)
    assert STATISTICAL not in alone.scenarios["high"].variables
    ratio = annual(projected, "high") / annual(projected, "baseline")
    unjoined = annual(projected, "baseline", DRIVER)
    assert ratio[:, 1:].mean() > 1.0
    assert np.isfinite(unjoined).all()
