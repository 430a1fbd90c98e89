"""Stone's balancing: the smallest change, weighted by trust, that makes figures add up."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def balance(
    values: FloatArray, variance: FloatArray, constraints: FloatArray, total: FloatArray
) -> FloatArray:
    r"""Change `values` as little as their variances allow so that the constraints hold.

    .. math:: x^* = x + V A^\top (A V A^\top)^{-1} (b - A x)

    Parameters
    ----------
    values : (..., n) float64
        Figures as printed or drawn, any unit.
    variance : (n,) or (n, n) float64
        How little each is trusted; 0 keeps an official node as it is. A full covariance says
        which errors move together: rows and columns of official nodes are 0.
    constraints : (m, n) float64
        Rows of A, independent.
    total : (..., m) or (m,) float64
        b; last axis the constraints.

    Returns
    -------
    balanced : (..., n) float64
        ``constraints @ balanced == total`` to rounding.

    References
    ----------
    Stone, Champernowne & Meade (1942), Review of Economic Studies 9(2).

    Examples
    --------
    >>> figures, variance = np.array([60.0, 30.0]), np.array([4.0, 1.0])
    >>> balance(figures, variance, np.array([[1.0, 1.0]]), np.array([100.0]))
    array([68., 32.])

    Where the errors are one and the same, both move alike, whatever the constraint weighs:

    >>> balance(figures, np.ones((2, 2)), np.array([[2.0, 3.0]]), np.array([260.0]))
    array([70., 40.])
    """
    spread = constraints @ variance if variance.ndim > 1 else constraints * variance
    gain = np.linalg.solve(spread @ constraints.T, spread).T
    gap = total - values @ constraints.T
    return np.asarray(values + gap @ gain.T)
