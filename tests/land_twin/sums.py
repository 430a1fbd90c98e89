"""Sums over sites, always in the same order: a draw gives the same bits in any chunk."""

from __future__ import annotations

import numpy as np

from kichban.numbers import BoolArray, FloatArray


def over_sites(stock: FloatArray) -> FloatArray:
    """Sum of (draw, site) over sites, (draw,).

    >>> over_sites(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [3.0, 7.0]
    """
    return np.asarray(np.einsum("ds->d", stock))


def over_sites_where(stock: FloatArray, which: BoolArray) -> FloatArray:
    """Sum of (draw, site) over the sites of `which` (draw, site), (draw,).

    >>> over_sites_where(np.array([[1.0, 2.0]]), np.array([[False, True]])).tolist()
    [2.0]
    """
    # one pass without a temporary of the products: several times faster than np.where
    return np.asarray(np.einsum("ds,ds->d", stock, which.astype(np.float64)))
