"""Where the width of long intervals comes from, and what a hectare carries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.projection import Axis, Paths, Variable
from kichban.projection.intensity import mean_stocks
from kichban.projection.width import split_widths

KEY = Variable("exports", "", "level", "mn_usd")
DRAWS = 10_240


@given(seed=st.integers(0, 1000), parts=st.tuples(*(st.floats(0.1, 3.0) for _ in range(3))))
@settings(max_examples=20, deadline=None)
def test_shares_are_those_of_the_variances(seed, parts):
    """y = a·x + b·z + c·e has the shares a², b², c² over their sum."""
    rng = np.random.default_rng(seed)
    one, two, luck = rng.normal(size=(3, DRAWS))
    a, b, c = parts
    outcome = np.exp(a * one + b * two + c * luck)  # any rising function has the same ranks
    paths = {KEY: Paths(np.column_stack([one, outcome]))}
    width = split_widths(paths, {"one": one, "two": two, "still": np.ones(DRAWS)}, {"two"})[KEY]
    whole = a**2 + b**2 + c**2
    assert width.assumed == pytest.approx(a**2 / whole, abs=0.03)
    assert width.weighed == pytest.approx(b**2 / whole, abs=0.03)
    assert sum(width) == pytest.approx(1.0)


def test_a_bent_effect_counts_and_accidents_do_not():
    rng = np.random.default_rng(1)
    bent, noise = rng.normal(size=(2, DRAWS))
    many = {f"p{i}": rng.normal(size=DRAWS) for i in range(40)}
    paths = {
        KEY: Paths((bent**2)[:, None]),
    }
    assert split_widths(paths, {"bent": bent}, ())[KEY].assumed > 0.6
    assert split_widths({KEY: Paths(noise[:, None])}, many, ())[KEY].assumed < 0.02


def test_too_few_draws_and_what_does_not_vary_say_nothing():
    rng = np.random.default_rng(1)
    few = {f"p{i}": rng.normal(size=100) for i in range(40)}
    assert split_widths({KEY: Paths(rng.normal(size=(100, 1)))}, few, ()) == {}
    one = {"p": rng.normal(size=1000)}
    fixed = {KEY: Paths(np.ones((1000, 1))), Variable("iip", "", "growth_yoy", "percent"): Paths()}
    assert split_widths(fixed, one, ()) == {}


def test_the_mean_stock_of_a_year_is_that_of_its_days():
    """Land that grows by 4 ha a quarter from 100 ha has a mean of 108 ha over the year."""
    axis = Axis(2024 * 12 + 6, 2024 * 4 + 2, 2026)
    stock = 100.0 + 4.0 * np.arange(-1, axis.quarters - 1)[None, :]
    mean = mean_stocks(axis, stock)
    assert np.isnan(mean[0, 0])  # its first half was not simulated
    assert mean[0, 1:].tolist() == pytest.approx([108.0, 124.0])


def test_hectares_of_the_real_study(shipped):
    """Ratios of printed stocks today: 10.466 mn USD on leased land, 191.000 workers."""
    table = shipped.edition(shipped.request(["baseline"], draws=1024)).projections
    first = table[(table.scenario == "baseline") & (table.statistic == "p50")]

    def value(indicator, period, breakdown="", basis=None):
        rows = first[
            (first.indicator == indicator) & (first.period == period)
            & (first.breakdown == breakdown) & (first.measure != "growth_yoy")
        ]  # fmt: skip
        rows = rows if basis is None else rows[rows.price_basis == basis]
        return float(rows.value.iloc[0])

    leased = value("kcn_leased", "2024")
    assert value("kcn_fdi_per_ha", "2024") == pytest.approx(10466 / leased, rel=0.1)
    jobs = value("kcn_jobs_per_ha", "2024", "statistic:average")
    assert jobs == pytest.approx(191_000 / leased, rel=0.02)
    assert value("kcn_jobs_per_ha", "2024", "statistic:marginal") < 0.6 * jobs
    output = value("industrial_output", "2025", "", "current")
    below = value("industrial_output", "2025", "method:land", "current")
    parts = value("kcn_industrial_output", "2025") + value("ccn_industrial_output", "2025")
    assert 0.7 < below / output < 1.3
    assert 0.85 < parts / below < 1.0
    asked = value("ccn_land_demand", "2025")
    assert asked < value("ccn_land_demand", "2025", "method:no_optimism")
