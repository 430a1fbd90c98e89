"""Quantiles of what streams by: exact while it fits, within their bound after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kichban.projection import Handed, Settings, project, quantiles
from kichban.projection.sketch import LEVELS, QuantileSketch
from kichban.reconcile import Series


def streamed(values, room, block):
    sketch = QuantileSketch(values.shape[1], room)
    for first in range(0, len(values), block):
        sketch.add(values[first : first + block])
    return sketch


@given(seed=st.integers(0, 1000), count=st.integers(1, 400), block=st.integers(1, 100))
@settings(max_examples=50, deadline=None)
def test_what_fits_is_exact(seed, count, block):
    values = np.random.default_rng(seed).normal(size=(count, 3))
    table = streamed(values, 400, block).table()
    np.testing.assert_array_equal(table, quantiles(values))
    assert table[3] == pytest.approx(np.median(values, axis=0))


@given(
    seed=st.integers(0, 1000), room=st.sampled_from([64, 100, 256]),
    blocks=st.integers(2, 60), shape=st.sampled_from(["normal", "heavy", "lumps", "rising"]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_ranks_stay_within_the_bound(seed, room, blocks, shape):
    rng = np.random.default_rng(seed)
    count = 97 * blocks
    values = {
        "normal": rng.normal(size=(count, 2)), "heavy": rng.standard_cauchy((count, 2)),
        "lumps": np.floor(rng.uniform(0, 3, (count, 2))),
        "rising": np.arange(2.0 * count).reshape(count, 2),
    }[shape]  # fmt: skip
    table = streamed(values, room, 97).table()
    bound = max(np.log2(max(count / room, 2.0)), 1.0) / (2 * room) + 2.0 / room
    for column in range(2):
        ordered = np.sort(values[:, column])
        for level, found in zip(LEVELS, table[:7, column], strict=True):
            below = np.searchsorted(ordered, found, "left") / count
            above = np.searchsorted(ordered, found, "right") / count
            assert below - bound <= level <= above + bound
    np.testing.assert_allclose(table[7], values.mean(axis=0), rtol=1e-9)


def test_a_draw_without_a_number_leaves_its_column_without_quantiles():
    values = np.random.default_rng(1).normal(size=(1000, 2))
    values[17, 1] = np.nan
    for room in (64, 2000):
        table = streamed(values, room, 100).table()
        assert np.isfinite(table[:, 0]).all()
        assert np.isnan(table[:, 1]).all()


def test_groups_of_columns_say_the_same():
    values = np.random.default_rng(1).normal(size=(1000, 70))
    sketch = streamed(values, 100, 128)
    parts = [part.table() for part in sketch.split(32)]
    assert [p.shape[1] for p in parts] == [32, 32, 6]
    np.testing.assert_array_equal(np.hstack(parts), sketch.table())


def test_only_what_is_asked_for_keeps_its_paths(shipped):
    """The rest has the same quantiles as if its paths had been kept."""
    scenarios, _ = shipped.scenarios()
    series = Series((), (), None, {"estimate": 0.01})
    baseline = scenarios["baseline"]

    def run(**told):
        found = project(
            shipped.ledger(), series, [baseline], shipped.parameters,
            Settings(draws=1500, **told), reference=baseline, handed=Handed(),
        )  # fmt: skip
        return found.scenarios["baseline"]

    every = run()
    leased = next(v for v in every.variables if v.indicator == "kcn_leased" and not v.breakdown)
    some = run(asked=frozenset([leased]), approvals=True)
    assert set(some.variables) == {leased}
    assert every.approved_quarter is None
    assert some.approved_quarter.shape[0] == 1500
    for variable, paths in every.variables.items():
        if variable == leased:
            continue
        for kept, table in (
            (paths.annual, some.tables[variable].annual),
            (paths.quarterly, some.tables[variable].quarterly),
        ):
            if kept is not None:
                np.testing.assert_array_equal(quantiles(kept), table)
    sites = [v for v in every.tables if v.breakdown.startswith("site:")]
    assert len(sites) > 100
    for site in sites:
        np.testing.assert_array_equal(every.tables[site].annual, some.tables[site].annual)
