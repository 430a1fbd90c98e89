"""Balancing with nothing below nought."""

from __future__ import annotations

import numpy as np

from kichban.balance.stone import balance
from kichban.numbers import BoolArray, FloatArray

#: so far below nought, against the largest figure, is rounding
ROUNDING = 1e-9
#: figures of no more than this are nothing: their products leave what a number can hold
SMALLEST = 1e-290


class UnbalancedError(ValueError):
    """Official nodes leave nothing that could make the figures add up.

    Attributes
    ----------
    constraint
        Row of the first constraint that cannot hold.
    draws
        Number of draws in which one cannot.
    """

    def __init__(self, constraint: int, draws: int) -> None:
        self.constraint, self.draws = constraint, draws
        super().__init__(f"constraint {constraint} cannot hold in {draws} draws")


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
    official = np.abs(constraints) @ np.diag(full) == 0
    if official.any():
        raise UnbalancedError(int(official.argmax()), len(values))
    nothing = np.zeros(len(constraints))
    found = balance(values, full, constraints, nothing)
    size = np.abs(values).max(axis=1, initial=SMALLEST, keepdims=True)
    least = -ROUNDING * size
    movable = np.diag(full) > 0
    held = np.zeros(values.shape, dtype=np.bool_)
    while (below := (found < least) & ~held & movable).any():
        held |= below
        again = np.flatnonzero(below.any(axis=1))
        patterns, which = np.unique(held[again], axis=0, return_inverse=True)
        for k, pattern in enumerate(patterns):
            rows = again[which.ravel() == k]
            found[rows] = _held_at_nought(values[rows], full, constraints, pattern)
    missed = np.abs(found @ constraints.T) > -1e3 * least
    if missed.any():
        raise UnbalancedError(int(missed.any(axis=0).argmax()), int(missed.any(axis=1).sum()))
    return np.maximum(found, 0.0)


def _held_at_nought(
    values: FloatArray, variance: FloatArray, constraints: FloatArray, held: BoolArray
) -> FloatArray:
    free = np.outer(~held, ~held) * variance
    values = np.where(held, 0.0, values)
    open_ = (np.abs(constraints) @ np.diag(free)) > 0
    return balance(values, free, constraints[open_], np.zeros(int(open_.sum())))
