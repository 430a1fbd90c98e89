"""New capacity from below: what named projects add to output once they start."""

from __future__ import annotations

import numpy as np

from kichban.numbers import BoolArray, FloatArray, IntArray


def named_capacity(
    starts: IntArray,
    output: FloatArray,
    share_year1: FloatArray,
    happens: BoolArray,
    first_quarter: int,
    quarters: int,
) -> FloatArray:
    r"""Give what projects add to output beyond what they made in the quarter before the first.

    .. math:: C_q = \sum_i b_i Y_i \,(r_i(q) - r_i(q_0 - 1)), \quad
              r_i = 0 \text{ before start}, \; s_i \text{ in the first year}, \; 1 \text{ after}

    Parameters
    ----------
    starts : (project,) int64
        Quarter index of the start.
    output : (project,) float64
        Of a full year, bn VND.
    share_year1 : (project,) float64
        Share of it in the first four quarters.
    happens : (draw, project) bool
        Whether the project comes about.
    first_quarter, quarters
        Quarter index of the first column, and how many.

    Returns
    -------
    added : (draw, quarter) float64, bn VND a year

    Examples
    --------
    >>> one = np.ones((1, 1), dtype=bool)
    >>> plant = np.array([8097]), np.array([1000.0]), np.array([0.4])
    >>> named_capacity(*plant, one, 8096, 6).tolist()
    [[0.0, 400.0, 400.0, 400.0, 400.0, 1000.0]]
    """
    at = np.arange(first_quarter - 1, first_quarter + quarters)
    age = at - starts[:, np.newaxis]
    ramp = np.where(age < 0, 0.0, np.where(age < 4, share_year1[:, np.newaxis], 1.0))
    return np.asarray(happens @ (output[:, np.newaxis] * (ramp[:, 1:] - ramp[:, :1])))
