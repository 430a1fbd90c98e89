"""G4: growth of a total from the growth of its parts, with last year's shares as weights."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def weighted_growth(weights: FloatArray, growth: FloatArray) -> FloatArray:
    r"""Add up contributions.

    .. math:: g = \sum_i w_i\, g_i

    Parameters
    ----------
    weights : (..., part) float64
        Shares of the parts in the total of the period before, adding up to 1.
    growth : (..., part) float64
        Growth of each part, fractions.

    Returns
    -------
    growth : (...) float64

    Examples
    --------
    GRDP of the first half of 2024: industry, construction, services, agriculture, product tax.

    >>> w = np.array([0.6494, 0.0524, 0.1636, 0.1179, 0.0167])
    >>> g = np.array([0.1911, 0.0572, 0.0642, 0.0182, 0.1059])
    >>> float(weighted_growth(w, g).round(4))
    0.1415
    """
    return np.asarray((weights * growth).sum(axis=-1))


def chain_weights(weights: FloatArray, growth: FloatArray) -> FloatArray:
    r"""Give the next period's weights.

    .. math:: w_i' = w_i (1 + g_i) / (1 + g)

    Parameters
    ----------
    weights, growth : (..., part) float64

    Returns
    -------
    weights : (..., part) float64, adding up to 1

    Examples
    --------
    >>> chain_weights(np.array([0.5, 0.5]), np.array([0.2, 0.0])).round(4)
    array([0.5455, 0.4545])
    """
    grown = weights * (1.0 + growth)
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))
