"""Balancing: the smallest weighted change that makes figures add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from statsmodels.regression.linear_model import GLS
from statsmodels.tsa.interp.denton import dentonm

from kichban.balance import Term, balance, close_identity

TOTAL = np.array([[1.0, 1.0, 1.0, -1.0]])
#: total = parts by ownership = parts by sector: the shape of the province's tables
TWO_WAYS = np.array([[1.0, 1.0, 0.0, 0.0, -1.0], [0.0, 0.0, 1.0, 1.0, -1.0]])
figures = st.floats(1, 1e6)
spreads = st.floats(0.1, 100)


def test_a_case_solved_by_hand():
    # 60 + 30 + 20 = 110 against a total of 100; variances 4, 1, 0 and 5: the gap of 10 is shared
    # out 4:1:0:5, the total coming up by its share.
    found = balance(
        np.array([60.0, 30.0, 20.0, 100.0]), np.array([4.0, 1.0, 0.0, 5.0]), TOTAL, np.zeros(1)
    )
    np.testing.assert_allclose(found, [56.0, 29.0, 20.0, 105.0])


def test_the_paper_formula_with_two_constraints():
    # Held against least squares with a null space, worked without the formula of the module.
    values = np.array([50.0, 40.0, 30.0, 70.0, 95.0])
    variance = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    _, _, rows = np.linalg.svd(TWO_WAYS)
    free = rows[2:].T
    scale = 1 / np.sqrt(variance)
    solved = np.linalg.lstsq(scale[:, None] * free, scale * values, rcond=None)[0]
    found = balance(values, variance, TWO_WAYS, np.zeros(2))
    np.testing.assert_allclose(found, free @ solved, rtol=1e-10)


def test_scipy_finds_the_same_minimum():
    values = np.array([439178.0, 90949.0, 11042.0, 545000.0])
    variance = np.array([9.0, 4.0, 1.0, 2.0])
    found = minimize(
        lambda x: float((((x - values) / 1e3) ** 2 / variance).sum()), values,
        jac=lambda x: 2 * (x - values) / 1e6 / variance,
        constraints={"type": "eq", "fun": lambda x: TOTAL @ x / 1e3, "jac": lambda _: TOTAL / 1e3},
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    assert found.success
    np.testing.assert_allclose(balance(values, variance, TOTAL, np.zeros(1)), found.x, rtol=1e-7)


@given(arrays(float, 5, elements=figures), arrays(float, 5, elements=spreads))
def test_the_figures_add_up(values, variance):
    found = balance(values, variance, TWO_WAYS, np.zeros(2))
    np.testing.assert_allclose(TWO_WAYS @ found, 0.0, atol=1e-6)


@given(arrays(float, 4, elements=figures), arrays(float, 4, elements=spreads),
       st.integers(0, 3))  # fmt: skip
def test_an_official_node_stays_as_it_is(values, variance, node):
    variance[node] = 0.0
    found = balance(values, variance, TOTAL, np.zeros(1))
    assert found[node] == values[node]
    np.testing.assert_allclose(TOTAL @ found, 0.0, atol=1e-6)


@given(arrays(float, (3, 4), elements=figures), arrays(float, 4, elements=spreads))
def test_draws_are_balanced_one_by_one_and_inputs_are_unchanged(values, variance):
    kept = values.copy(), variance.copy()
    together = balance(values, variance, TOTAL, np.zeros(1))
    for draw in range(3):
        alone = balance(values[draw], variance, TOTAL, np.zeros(1))
        np.testing.assert_allclose(together[draw], alone, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(values, kept[0])
    np.testing.assert_array_equal(variance, kept[1])


@given(arrays(float, 4, elements=figures), arrays(float, 4, elements=spreads),
       st.floats(0.01, 100))  # fmt: skip
def test_only_the_ratio_of_variances_counts(values, variance, factor):
    first = balance(values, variance, TOTAL, np.zeros(1))
    second = balance(values, factor * variance, TOTAL, np.zeros(1))
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-6)


@given(arrays(float, 3, elements=figures), arrays(float, 4, elements=spreads))
def test_figures_that_add_up_are_left_alone(parts, variance):
    values = np.append(parts, parts.sum())
    found = balance(values, variance, TOTAL, np.zeros(1))
    np.testing.assert_allclose(found, values, rtol=1e-9)


# --- full covariances: errors that move together ------------------------------------------------


def test_two_variables_with_correlated_errors_by_hand():
    # V = [[4, 1], [1, 2]], x + y = 100 against 60 + 30: V·1 = (5, 3), 1·V·1 = 8, and the gap of
    # 10 goes 5:3, so +6,25 and +3,75.
    variance = np.array([[4.0, 1.0], [1.0, 2.0]])
    found = balance(np.array([60.0, 30.0]), variance, np.ones((1, 2)), np.array([100.0]))
    np.testing.assert_allclose(found, [66.25, 33.75])


def test_three_variables_with_an_official_node_by_hand():
    # a + b = c, c official at 100, V = [[2, -1], [-1, 3]] of a and b: V·1 = (1, 2), 1·V·1 = 3, and
    # the gap of 100 - 91 = 9 goes 1:2.
    variance = np.array([[2.0, -1.0, 0.0], [-1.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
    found = balance(np.array([61.0, 30.0, 100.0]), variance, np.array([[1.0, 1.0, -1.0]]),
                    np.zeros(1))  # fmt: skip
    np.testing.assert_allclose(found, [64.0, 36.0, 100.0])
    assert found[2] == 100.0


@given(arrays(float, (3, 5), elements=figures), arrays(float, 5, elements=spreads))
def test_a_diagonal_covariance_is_the_same_as_variances(values, variance):
    wide = np.diag(variance)
    found = balance(values, wide, TWO_WAYS, np.zeros(2))
    plain = balance(values, variance, TWO_WAYS, np.zeros(2))
    np.testing.assert_allclose(found, plain, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(wide, np.diag(variance))


def test_a_full_covariance_finds_the_least_generalised_distance():
    rng = np.random.default_rng(7)
    root = rng.normal(size=(5, 5))
    variance, values = root @ root.T, rng.uniform(20, 100, 5)
    # With a null space of the constraints: no formula of the module.
    free = np.linalg.svd(TWO_WAYS)[2][2:].T
    weight = np.linalg.inv(variance)
    solved = free @ np.linalg.solve(free.T @ weight @ free, free.T @ weight @ values)
    found = balance(values, variance, TWO_WAYS, np.zeros(2))
    np.testing.assert_allclose(found, solved, rtol=1e-8)


def sums(periods, months, length):
    """Rows that add up stretches of `length` of `months` steps."""
    return np.kron(np.eye(periods, months // length), np.ones(length))


def generalised(low, design, variance):
    """Coefficients of generalised least squares on the low frequency."""
    weight = np.linalg.inv(variance)
    return np.linalg.solve(design.T @ weight @ design, design.T @ weight @ low)


def denton(indicator, benchmark, length=4):
    """Denton's proportional method in Cholette's variant: a ratio that walks, its start free."""
    n = len(indicator)
    adding = sums(len(benchmark), n, length)
    steps = np.arange(1.0, n + 1)
    variance = np.minimum(steps[:, None], steps) * np.outer(indicator, indicator)
    ratio = generalised(benchmark, adding @ indicator[:, None], adding @ variance @ adding.T)
    return balance(ratio[0] * indicator, variance, adding, benchmark)


def test_denton_is_balancing_with_a_random_walk():
    indicator = np.array([50.0, 100.0, 150.0, 100.0] * 5)
    benchmark = np.array([500.0, 400.0, 300.0, 400.0, 500.0])
    found = denton(indicator, benchmark)
    np.testing.assert_allclose(found, dentonm(indicator, benchmark, freq="aq"), rtol=1e-8)
    # Stata's denton on the same figures, as kept in the tests of statsmodels.
    stata = [64.334796, 127.80616, 187.82379, 120.03526, 56.563894, 105.97568, 147.50144,
             89.958987, 40.547201, 74.445963, 108.34473, 76.66211, 42.763347, 94.14664,
             153.41596, 109.67405, 58.290761, 122.62556, 190.41409, 128.66959]  # fmt: skip
    np.testing.assert_allclose(found, stata, atol=5e-6)


def test_denton_against_the_manual_of_quarterly_accounts():
    # Bloem, Dippelsman & Maehle (2001), IMF, example 6.2; the last year has no benchmark and keeps
    # the last ratio.
    indicator = np.array([98.2, 100.8, 102.2, 100.8, 99.0, 101.6, 102.7, 101.5,
                          100.5, 103.0, 103.5, 101.5])  # fmt: skip
    printed = [969.8, 998.4, 1018.3, 1013.4, 1007.2, 1042.9, 1060.3, 1051.0,
               1040.6, 1066.5, 1071.7, 1051.0]  # fmt: skip
    found = denton(indicator, np.array([4000.0, 4161.4]))
    np.testing.assert_allclose(found, printed, atol=0.06)
    np.testing.assert_allclose(found, dentonm(indicator, np.array([4000.0, 4161.4])), rtol=1e-8)


def test_chow_lin_is_least_squares_and_balancing_with_an_autoregression():
    rng = np.random.default_rng(11)
    n, length, rho = 24, 4, 0.7
    indicator = 100 + np.cumsum(rng.normal(1.0, 2.0, n))
    design = np.column_stack([np.ones(n), indicator])
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    variance = rho**lags / (1 - rho**2)
    adding = sums(n // length, n, length)
    low = adding @ (design @ [5.0, 2.0] + rng.normal(0, 3.0, n))
    fit = GLS(low, adding @ design, sigma=adding @ variance @ adding.T).fit()
    found = balance(design @ fit.params, variance, adding, low)
    # Chow & Lin (1971) as one problem: least (x - Xb)' P (x - Xb) with C x = y over x and b, where
    # P, the precision of the autoregression, is written by hand.
    p = np.diag([1.0, *[1 + rho**2] * (n - 2), 1.0]) - rho * (np.eye(n, k=1) + np.eye(n, k=-1))
    m = len(low)
    system = np.block([
        [p, -p @ design, adding.T],
        [-design.T @ p, design.T @ p @ design, np.zeros((2, m))],
        [adding, np.zeros((m, 2)), np.zeros((m, m))],
    ])  # fmt: skip
    solved = np.linalg.solve(system, np.concatenate([np.zeros(n + 2), low]))
    np.testing.assert_allclose(found, solved[:n], rtol=1e-8)
    np.testing.assert_allclose(fit.params, solved[n : n + 2], rtol=1e-8)
    np.testing.assert_allclose(adding @ found, low)


# --- single repairs of an identity -------------------------------------------------------------


def test_rounding_of_all_terms_is_allowed():
    terms = [Term("a", 1, 10.4, 0.05), Term("b", 1, 20.3, 0.05)]
    assert close_identity(terms, Term("total", 1, 30.8, 0.05)).closes
    assert not close_identity(terms, Term("total", 1, 30.9, 0.05)).closes


def test_a_closed_identity_needs_no_repair():
    assert close_identity([Term("a", 1, 1), Term("b", -1, 1)], Term("total", 1, 0)).repairs == ()


@given(st.lists(st.integers(1, 500), min_size=2, max_size=5), st.integers(-300, 300))
def test_every_repair_closes_the_identity(values, gap):
    terms = [Term(str(i), 1 if i % 2 == 0 else -1, v) for i, v in enumerate(values)]
    result = Term("total", 1, sum(t.sign * t.value for t in terms) + gap)
    closure = close_identity(terms, result)
    assert closure.gap == gap
    for repair in closure.repairs:
        repaired = [Term(t.name, t.sign, repair.value if t.name == repair.name else t.value)
                    for t in terms]  # fmt: skip
        total = repair.value if repair.name == "total" else result.value
        assert close_identity(repaired, Term("total", 1, total)).closes
        assert repair.value >= 0


def test_a_repair_printed_elsewhere_stands_first():
    terms = [Term("base", 1, 55), Term("new", 1, 24)]
    closure = close_identity(terms, Term("planned", 1, 69), [("new", 14)])
    assert (closure.repairs[0].name, closure.repairs[0].value) == ("new", 14)
    assert [r.printed_elsewhere for r in closure.repairs] == [True, False, False]


def test_dependent_constraints_are_refused():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        balance(np.ones(4), np.ones(4), np.vstack([TOTAL, TOTAL]), np.zeros(2))
