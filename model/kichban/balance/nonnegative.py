"""Balancing with nothing below nought."""

from __future__ import annotations

import numpy as np

from kichban.balance.stone import balance
from kichban.numbers import BoolArray, FloatArray

#: so far below nought, against the largest figure, is rounding
ROUNDING = 1e-9


class UnbalancedError(ValueError):
    """Official nodes leave nothing that could make the figures add up."""


def balance_nonnegative(
    values: FloatArray, variance: FloatArray, constraints: FloatArray
) -> FloatArray:
    """Balance draws so that the constraints give nought and no figure lies below it.

    Figures that balancing would bring below nought are held there, and the others balanced again,
    until none is below: every round holds at least one more, so it ends.

    Parameters
    ----------
    values : (draw, n) float64
        Not below nought.
    variance : (n,) or (n, n) float64
        As in :func:`~kichban.balance.balance`; 0 keeps an official node as it is.
    constraints : (m, n) float64
        Rows of A, independent; A x = 0.

    Returns
    -------
    balanced : (draw, n) float64

    Raises
    ------
    UnbalancedError
        Where official nodes leave no such figures: parts of nothing that must give something.

    References
    ----------
    Wickramasuriya, Turlach & Hyndman (2020), Statistics and Computing 30, for the problem.

    Examples
    --------
    Two parts and their total; the smaller part would fall to −5:

    >>> rows = np.array([[100.0, 5.0, 85.0]])
    >>> sums = np.array([[1.0, 1.0, -1.0]])
    >>> balance_nonnegative(rows, np.array([1.0, 1.0, 0.0]), sums)
    array([[85.,  0., 85.]])
    """
    full = variance if variance.ndim > 1 else np.diag(variance)
    if (np.abs(constraints) @ np.diag(full) == 0).any():
        raise UnbalancedError("every node of a sum is official")
    nothing = np.zeros(len(constraints))
    found = balance(values, full, constraints, nothing)
    least = -ROUNDING * np.abs(values).max(axis=1, initial=1.0, keepdims=True)
    held = np.zeros(values.shape, dtype=np.bool_)
    while (below := (found < least) & ~held).any():
        if (below & (np.diag(full) == 0)).any():
            raise UnbalancedError("an official node lies below nought")
        held |= below
        again = np.flatnonzero(below.any(axis=1))
        patterns, which = np.unique(held[again], axis=0, return_inverse=True)
        for k, pattern in enumerate(patterns):
            rows = again[which.ravel() == k]
            found[rows] = _held_at_nought(values[rows], full, constraints, pattern)
    return np.maximum(found, 0.0)


def _held_at_nought(
    values: FloatArray, variance: FloatArray, constraints: FloatArray, held: BoolArray
) -> FloatArray:
    free = np.outer(~held, ~held) * variance
    values = np.where(held, 0.0, values)
    open_ = (np.abs(constraints) @ np.diag(free)) > 0
    if np.abs(values @ constraints[~open_].T).max(initial=0.0) > ROUNDING * np.abs(values).max():
        raise UnbalancedError("official nodes leave nothing to balance")
    return balance(values, free, constraints[open_], np.zeros(int(open_.sum())))
