"""What the digits alone allow: least and greatest values, and sets that cannot all hold."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.periods import from_months, month_index, parse_period
from kichban.reconcile.bounds.conflicts import Bounds
from kichban.reconcile.evidence.equations import Node, Side
from kichban.reconcile.evidence.families import find_families
from kichban.reconcile.evidence.statements import write_equations

CATALOGUE = load_catalogue()
OUTPUT = Node("bac_giang", "industrial_output", "", "current")
IIP = Node("bac_giang", "iip", "", "")
QUICK = settings(max_examples=50, deadline=None, derandomize=True,
                 suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def bounds_of(equations):
    return Bounds(find_families(equations, CATALOGUE), equations)


def solve(rows):
    """Give the equations of rows and their bounds."""
    equations = write_equations(ledger_of(rows).statements, CATALOGUE)
    return equations, bounds_of(equations)


def side(period, node=OUTPUT):
    p = parse_period(period)
    return Side(node, p.start, p.stop)


def of(rows, top, bottom=None, node=OUTPUT):
    _, bounds = solve(rows)
    below = () if bottom is None else (side(bottom, node),)
    return bounds.of((side(top, node),), below)


def printed(key, value, period, **cells):
    """A figure of any stretch of months, printed at the end of 2024."""
    kind = {"year": "annual", "quarter": "quarter", "month": "month"}.get(
        parse_period(period).kind, "ytd"
    )
    return statement(key, value, period, period_kind=kind, published="2024-12-31", **cells)


def growth(key, value, period, **cells):
    return printed(key, value, period, measure="growth_yoy", **cells)


def conflicts(rows):
    """Sets of ids that cannot all hold."""
    equations, bounds = solve(rows)
    return [{equations[i].statement.id for i in (c.culprit, *c.others)} for c in bounds.conflicts]


# --- solved by hand -----------------------------------------------------------------------------

FIVE, SIX = printed("M5", 266878, "2024-01/2024-05"), printed("M6", 315145, "2024-01/2024-06")
JUNE = printed("J", 67132, "2024-06")


def test_a_month_is_the_difference_of_two_cumulated_figures():
    # 315.145 ± 0,5 less 266.878 ± 0,5
    assert of([FIVE, SIX], "2024-06") == pytest.approx((48266, 48268))


def test_a_total_is_the_sum_of_its_parts():
    rows = [
        printed(o, v, "2023", breakdown=f"ownership:{o}", resolution=r)
        for o, v, r in (("state", 11042, "1"), ("non_state", 90950, "10"), ("fdi", 439178, "1"))
    ]
    rows.append(growth("G", 20, "2023"))  # the total is known by growth alone
    # 541.170 within 0,5 + 5 + 0,5
    assert of(rows, "2023") == pytest.approx((541164, 541176))


def test_growth_carries_a_level_on():
    rows = [printed("L", 100000, "2021", resolution="10"), growth("A", 20, "2022", resolution="1"),
            growth("B", 10, "2023", resolution="1")]  # fmt: skip
    # 99.995 × 1,195 × 1,095 and 100.005 × 1,205 × 1,105
    assert of(rows, "2023") == pytest.approx((130845.957375, 133159.157625))
    assert of(rows, "2023", "2021") == pytest.approx((1.195 * 1.095, 1.205 * 1.105))


def test_an_unprinted_month_lies_between_two_cumulated_figures():
    rows = [printed("M2", 100, "2024-01/2024-02"), printed("M5", 250, "2024-01/2024-05")]
    # March to May is 150 ± 1, and all of it may fall in one of them.
    assert of(rows, "2024-03") == pytest.approx((0, 151))
    assert of(rows, "2024-02/2024-04") == pytest.approx((0, 250.5))
    assert of(rows, "2024-01/2024-03") == pytest.approx((99.5, 250.5))


def test_the_ratio_of_two_printed_levels():
    rows = [printed("A", 200, "2022"), printed("B", 250, "2023"), growth("G", 25, "2023")]
    # 249,5 / 200,5 = 1,24439 and 250,5 / 199,5 = 1,25564, where growth allows 1,2495 to 1,2505
    assert of(rows, "2023", "2022") == pytest.approx((1.2495, 1.2505))
    rows[-1] |= {"resolution": "10"}  # 20 to 30 % says less than the levels
    assert of(rows, "2023", "2022") == pytest.approx((249.5 / 200.5, 250.5 / 199.5))


def test_a_part_bounds_its_total_from_below_only():
    rows = [printed("F", 400, "2023", breakdown="ownership:fdi"), growth("G", 20, "2023")]
    assert of(rows, "2023") == pytest.approx((399.5, math.inf))


def test_growth_alone_bounds_no_level():
    assert of([growth("G", 20, "2023")], "2023") == (0, math.inf)
    assert of([growth("G", 20, "2023")], "2023", "2022") == pytest.approx((1.1995, 1.2005))
    assert of([printed("A", 200, "2022")], "2023") == (0, math.inf)


def test_two_readings_allow_what_lies_between():
    rows = [
        printed("A", 100, "2022"),
        printed("R", 1.2, "2023", measure="growth_ratio", unit="ratio", printed="tăng 1,2 lần"),
    ]
    low, high = of(rows, "2023")
    assert (low, high) == pytest.approx((99.5 * 1.15, 100.5 * 2.25))


def test_growth_of_a_half_year_lies_between_that_of_its_quarters():
    rows = [
        growth("Q1", 10, "2024-Q1", indicator="iip", price_basis=""),
        growth("Q2", 20, "2024-Q2", indicator="iip", price_basis=""),
        growth("H", 0, "2024-01/2024-06", indicator="iip", price_basis="", resolution="100"),
    ]
    low, high = of(rows, "2024-01/2024-06", "2023-01/2023-06", IIP)
    # All weight on one quarter or the other, but for the trace that a base must be.
    assert (low, high) == pytest.approx((1.0995, 1.2005), abs=2e-4)


# --- sets that cannot all hold ------------------------------------------------------------------


def test_five_months_and_june_against_the_half_year():
    equations, bounds = solve([FIVE, SIX, JUNE])
    (conflict,) = bounds.conflicts
    ids = [equations[i].statement.id for i in (conflict.culprit, *conflict.others)]
    assert set(ids) == {"M5", "M6", "J"}
    # Of all three the half-year is off by least: 266.878 + 67.132 = 334.010, 18.863 more than it
    # allows, 5,99 % of its upper end.
    assert ids[0] == "M6"
    assert conflict.implied == pytest.approx((334009, 334011))
    assert conflict.distance == pytest.approx(334009 / 315145.5 - 1)


def test_two_levels_against_their_growth():
    rows = [printed("A", 100000, "2022"), printed("B", 110000, "2023"), growth("G", 20, "2023")]
    assert conflicts(rows) == [{"A", "B", "G"}]
    rows[-1] |= {"value": "10"}
    assert conflicts(rows) == []


def test_a_half_year_that_grows_faster_than_either_quarter():
    rows = [growth("Q1", 10, "2024-Q1"), growth("Q2", 12, "2024-Q2"),
            growth("H", 14, "2024-01/2024-06")]  # fmt: skip
    assert conflicts(rows) == [{"Q1", "Q2", "H"}]
    rows[-1] |= {"value": "11"}
    assert conflicts(rows) == []


def test_an_index_known_by_growth_only():
    cells = {"indicator": "iip", "price_basis": "", "resolution": "0.01"}
    rows = [growth("M5", 24.9, "2024-01/2024-05", **cells), growth("J", 13.03, "2024-06", **cells),
            growth("M6", 26.45, "2024-01/2024-06", **cells)]  # fmt: skip
    assert conflicts(rows) == [{"M5", "J", "M6"}]
    rows[-1] |= {"value": "22.4"}
    assert conflicts(rows) == []


# --- made series --------------------------------------------------------------------------------

FIRST = month_index(2021, 1)
seeds = st.integers(0, 2**32 - 1)


def made_up(seed, count=10):
    """Three years of months and some stretches of them: (start, stop, growth or level, digits)."""
    rng = np.random.default_rng(seed)
    series = rng.uniform(500, 2000, 36)
    chosen = {}
    for _ in range(count):
        start, length = rng.integers(0, 36), rng.integers(1, 13)
        stop, rate = min(start + length, 36), bool(rng.integers(2)) and start >= 12
        chosen[int(start), int(stop), rate] = int(rng.integers(3))
    return series, [(*key, digits) for key, digits in chosen.items()]


def rows_of(series, chosen):
    """Print sums of months in digits of 1, 10 or 100, or their growth in 0,1 or 1 %."""
    rows = []
    for k, (start, stop, rate, digits) in enumerate(chosen):
        total = series[start:stop].sum()
        period = from_months(FIRST + start, FIRST + stop).text
        if rate:
            value = 100 * (total / series[start - 12 : stop - 12].sum() - 1)
            step = 1.0 if digits else 0.1
            rows.append(growth(f"A{k}", f"{round(value / step) * step:.1f}", period,
                               resolution=f"{step:g}"))  # fmt: skip
        else:
            step = 10.0**digits
            rows.append(printed(f"A{k}", f"{round(total / step) * step:.0f}", period,
                                resolution=f"{step:g}"))  # fmt: skip
    return rows


def true_sum(series, side):
    return float(series[side.start - FIRST : side.stop - FIRST].sum())


@QUICK
@given(seeds)
def test_the_truth_is_never_outside(seed):
    series, chosen = made_up(seed)
    equations, bounds = solve(rows_of(series, chosen))
    assert not bounds.conflicts
    for start, stop, _, _ in (*chosen, *made_up(seed + 1)[1]):
        asked = Side(OUTPUT, FIRST + start, FIRST + stop)
        low, high = bounds.of((asked,))
        assert low * (1 - 1e-6) <= true_sum(series, asked) <= high * (1 + 1e-6)
    for e in equations:
        if e.bottom:
            low, high = bounds.of(e.top, e.bottom)
            truth = true_sum(series, e.top[0]) / true_sum(series, e.bottom[0])
            assert low - 1e-6 <= truth <= high + 1e-6


@QUICK
@given(seeds, st.integers(0, 2), st.sampled_from([-0.4, -0.1, 0.05, 0.2, 0.5, 3.0]))
def test_a_planted_slip_is_found_and_every_set_contradicts_itself(seed, which, slip):
    series, chosen = made_up(seed)
    start, middle, stop = sorted(np.random.default_rng(seed).choice(30, 3, replace=False).tolist())
    triple = [(start, middle, False, 0), (middle, stop, False, 0), (start, stop, False, 0)]
    rows = rows_of(series, [*triple, *(c for c in chosen if c[:2] not in {t[:2] for t in triple})])
    rows[which]["value"] = f"{float(rows[which]['value']) * (1 + slip):.0f}"
    equations, bounds = solve(rows)
    found = [tuple(equations[i] for i in (c.culprit, *c.others)) for c in bounds.conflicts]
    assert any(rows[which]["id"] in {e.statement.id for e in members} for members in found)
    for members in found:
        assert bounds_of(members).conflicts
        assert not bounds_of(members[1:]).conflicts
