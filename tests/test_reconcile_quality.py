"""Leave-one-out intervals hold as often as they say: a sample of the long benchmark."""

import math

import pytest
from ledger_coverage import misses
from synthetic_ledger import make_ledger

from kichban.reconcile.estimate.quality import Foretold, quality, reach


def test_eighty_per_cent_intervals_hold_about_four_times_in_five():
    """The benchmark leaves out more than 5.000 documents; this sample only catches a break."""
    found = misses(make_ledger(7, provinces=5))
    held = sum(m.held for m in found)
    assert len(found) > 200
    assert 0.74 <= held / len(found) <= 0.88


def test_real_documents_foretell_each_other_better_than_a_straight_line(shipped_series):
    found = shipped_series.quality
    assert found.documents > 100
    assert found.low <= 0.8 <= found.high
    assert found.crps < found.crps_interpolated


def test_quality_by_hand():
    rows = [Foretold(i, e, 0.1, 0.0, 0.1, 0.2) for i, e in enumerate((0.0, 0.05, -0.12, 0.2))]
    found = quality(rows)
    assert (found.documents, found.held) == (4, 3)
    assert found.coverage == 0.75
    # Clopper–Pearson for 3 of 4, as tabled: 0,194 to 0,994.
    assert found.low == pytest.approx(0.194, abs=1e-3)
    assert found.high == pytest.approx(0.994, abs=1e-3)
    assert found.crps_interpolated == pytest.approx(0.2)


def test_an_interval_reaches_as_far_as_the_prints_of_its_kind_of_series():
    """Stocks that nearly always stay lie nearer than the sd of their jumps says."""
    calm = [Foretold(i, 0.01, 0.1, 0.0, 0.1, math.nan, "days") for i in range(40)]
    wild = [Foretold(i, 0.3, 0.1, 0.0, 0.1, math.nan, "months") for i in range(40)]
    assert reach(calm, "days") < 1.0 < reach([], "days") < reach(wild, "months")
    assert reach(calm + wild, "days") == reach(calm, "days")
    # Every print is held against an interval that the others teach.
    assert quality(calm).held == 40
    assert quality([*calm, Foretold(40, 0.5, 0.1, 0.0, 0.1, math.nan, "days")]).held == 40


def test_the_score_of_a_sure_hit_is_that_of_the_normal():
    # CRPS of N(0, 1) at its mean: 2φ(0) − 1/√π = 0,23370
    assert quality([Foretold(0, 0.0, 1.0, 0.0, 1.0, 1.0)]).crps == pytest.approx(0.2336949)
    assert math.isnan(quality([]).crps)
