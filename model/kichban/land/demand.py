"""L4: good and bad years of demand for land."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def annual_multipliers(
    innovations: FloatArray, variation: FloatArray, persistence: FloatArray
) -> FloatArray:
    r"""Good and bad years: a lognormal AR(1) factor with mean 1.

    .. math::
        z_y = \varphi z_{y-1} + \sqrt{1-\varphi^2}\,\varepsilon_y, \quad
        m_y = e^{\sigma z_y - \sigma^2/2}, \quad \sigma^2 = \ln(1 + CV^2)

    Parameters
    ----------
    innovations : (year, draw, kind) float64
        Standard normal.
    variation, persistence : (draw,) float64
        Coefficient of variation of a year and :math:`\varphi` in [0, 1).

    Returns
    -------
    multiplier : (year, draw, kind) float64

    Examples
    --------
    >>> flat = annual_multipliers(np.ones((2, 1, 2)), np.zeros(1), np.full(1, 0.5))
    >>> flat.ravel().tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    sigma = np.sqrt(np.log1p(variation**2))[:, np.newaxis]
    phi = persistence[:, np.newaxis]
    state = np.empty_like(innovations)
    state[0] = innovations[0]
    for year in range(1, len(innovations)):
        state[year] = phi * state[year - 1] + np.sqrt(1.0 - phi**2) * innovations[year]
    return np.exp(sigma * state - 0.5 * sigma**2)
