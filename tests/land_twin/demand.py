"""L4: how much land investors ask for."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def land_of_growth(
    leased: FloatArray, output_growth: FloatArray, yield_growth: FloatArray
) -> FloatArray:
    r"""Land that growing output needs, less what rising output per ha saves.

    .. math:: \max(0,\; L [(1+g)/(1+\rho) - 1])

    Parameters
    ----------
    leased : (draw,) float64, ha
    output_growth, yield_growth : (draw,) float64, fraction/year
        Real growth g of output and ρ of output per leased ha.

    Returns
    -------
    demand : (draw,) float64, ha/year

    Examples
    --------
    >>> land_of_growth(np.array([1000.0]), np.array([0.113]), np.array([0.06])).round(6)
    array([50.])
    """
    return np.maximum(0.0, leased * ((1.0 + output_growth) / (1.0 + yield_growth) - 1.0))


def blended_demand(
    weights: FloatArray,
    pace: FloatArray,
    registered: FloatArray | None,
    growth_land: FloatArray,
) -> FloatArray:
    """Weigh trend, newly registered capital and growth into one demand.

    Parameters
    ----------
    weights : (draw, 3) float64
        Shares of trend, investment, growth; they add to 1.
    pace : (draw,) float64, ha/year
        Trend.
    registered : (draw,) float64, ha/year, or None
        Land of newly registered foreign capital; None for clusters, where hardly any goes: their
        trend and growth then share its weight.
    growth_land : (draw,) float64, ha/year

    Examples
    --------
    >>> w = np.array([[0.5, 0.25, 0.25]])
    >>> blended_demand(w, np.array([110.0]), np.array([80.0]), np.array([40.0])).tolist()
    [85.0]
    """
    trend, investment, growth = weights.T
    if registered is None:
        return np.asarray((trend * pace + growth * growth_land) / (trend + growth))
    return np.asarray(trend * pace + investment * registered + growth * growth_land)


def discount_optimism(
    demand: FloatArray, observed_pace: FloatArray, optimism: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Take optimism off what exceeds the observed pace, and only off that.

    Parameters
    ----------
    demand, observed_pace : (draw,) float64, ha/year
    optimism : (draw,) float64
        Share of what a plan adds that has come true in the past.

    Returns
    -------
    demand : (draw,) float64, ha/year
    policy : (draw,) float64, ha/year
        The part above the observed pace, optimism taken off.

    Examples
    --------
    >>> discount_optimism(np.array([150.0, 80.0]), np.full(2, 110.0), np.full(2, 0.5))
    (array([130.,  80.]), array([20.,  0.]))
    """
    policy = optimism * np.maximum(0.0, demand - observed_pace)
    return np.minimum(demand, observed_pace) + policy, policy
