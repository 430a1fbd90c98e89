"""L9: what leased land produces, from below."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def output_of_leased_land(
    leased: FloatArray, output_per_ha: FloatArray, yield_growth: FloatArray, years: FloatArray
) -> FloatArray:
    r"""Give industrial output of the leased land of one kind.

    .. math:: GO_t = L_t \; v_0 (1+\rho)^{t}

    Parameters
    ----------
    leased : (draw, quarter) float64, ha
        Mean or end stock of a quarter.
    output_per_ha : (draw,) float64, bn VND/ha/year
        Of the base year, at the prices wanted.
    yield_growth : (draw,) float64, fraction/year
    years : (quarter,) float64
        Years since the base year.

    Returns
    -------
    output : (draw, quarter) float64, bn VND/year

    Examples
    --------
    >>> one = np.ones(1)
    >>> output_of_leased_land(np.array([[1000.0]]), 510.0 * one, 0.06 * one, np.array([1.0]))
    array([[540600.]])
    """
    growth = (1.0 + yield_growth[:, np.newaxis]) ** years
    return np.asarray(leased * output_per_ha[:, np.newaxis] * growth)


def implied_output_per_ha(output: FloatArray, leased: FloatArray) -> FloatArray:
    """Output per leased ha that a target of output and a path of land imply.

    >>> implied_output_per_ha(np.array([2_200_000.0]), np.array([4000.0])).tolist()
    [550.0]
    """
    return np.asarray(output / np.where(leased > 0.0, leased, np.nan))
