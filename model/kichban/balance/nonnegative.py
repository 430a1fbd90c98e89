"""Balancing with nothing below nought."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from kichban.balance.stone import balance
from kichban.numbers import BoolArray, FloatArray

#: so far below nought, against the largest figure, is rounding
ROUNDING = 1e-9
#: weight of a sum against a figure where both are fitted
HEAVY = 1e5
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
    until none is below: every round holds at least one more, so it ends. Where that leaves the
    sums no room, non-negative least squares decides whether there is any.

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
    found = _balance(values, full, constraints)
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
    for row in np.flatnonzero(_missed(found, constraints, least).any(axis=1)):
        found[row] = _nearest(values[row], full, constraints)
    missed = _missed(found, constraints, least)
    if missed.any():
        raise UnbalancedError(int(missed.any(axis=0).argmax()), int(missed.any(axis=1).sum()))
    return np.maximum(found, 0.0)


def _held_at_nought(
    values: FloatArray, variance: FloatArray, constraints: FloatArray, held: BoolArray
) -> FloatArray:
    free = np.outer(~held, ~held) * variance
    values = np.where(held, 0.0, values)
    open_ = (np.abs(constraints) @ np.diag(free)) > 0
    return _balance(values, free, constraints[open_])


def _balance(values: FloatArray, variance: FloatArray, constraints: FloatArray) -> FloatArray:
    """Balance; NaN where fewer figures are free than there are sums."""
    try:
        return balance(values, variance, constraints, np.zeros(len(constraints)))
    except np.linalg.LinAlgError:
        return np.full_like(values, np.nan)


def _missed(found: FloatArray, constraints: FloatArray, least: FloatArray) -> BoolArray:
    return np.asarray(~(np.abs(found @ constraints.T) <= -1e3 * least))


def _nearest(values: FloatArray, variance: FloatArray, constraints: FloatArray) -> FloatArray:
    """Balance one draw by non-negative least squares, which frees held figures again.

    The sums weigh so much there that they hold nearly; with its noughts held they then hold.
    """
    movable = np.diag(variance) > 0
    size = np.abs(values).max()
    y, a = values[movable] / size, constraints[:, movable]
    total = -constraints[:, ~movable] @ values[~movable] / size
    root = np.linalg.cholesky(variance[np.ix_(movable, movable)] + 1e-12 * np.diag(variance).max()
                              * np.eye(int(movable.sum())))  # fmt: skip
    inverse = np.linalg.inv(root / np.abs(np.diag(root)).max())
    near, _ = nnls(np.vstack([HEAVY * a, inverse]), np.append(HEAVY * total, inverse @ y))
    free = np.flatnonzero(near > ROUNDING)
    w = variance[np.ix_(movable, movable)][np.ix_(free, free)]
    gain = w @ a[:, free].T @ np.linalg.pinv(a[:, free] @ w @ a[:, free].T)
    found = np.array(values)
    found[movable] = 0.0
    moved = y[free] + gain @ (total - a[:, free] @ y[free])
    found[np.flatnonzero(movable)[free]] = size * np.maximum(moved, 0.0)
    return found
