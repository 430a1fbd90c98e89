"""Balancing: the smallest weighted change that makes figures add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

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
