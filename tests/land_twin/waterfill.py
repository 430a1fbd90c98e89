"""L5: demand flows to the sites in proportion to attraction until each is full."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray
from tests.land_twin.sums import over_sites, over_sites_where


def waterfill(
    capacity: FloatArray, weight: FloatArray, demand: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Share out demand, never more than a site can take.

    .. math:: \Delta L_i = \min(c_i, \mu w_i), \quad \sum_i \Delta L_i = \min(D, \sum_i c_i)

    The level μ is found by saturating sites set by set: at each pass the full sites are taken out
    and the rest of demand is spread over the others. The set of full sites only grows, so it
    ends after at most as many passes as there are sites, and exactly.

    Parameters
    ----------
    capacity : (draw, site) float64, ha
        Most that a site can lease. Not negative.
    weight : (draw, site) float64
        Attraction; positive wherever `capacity` is.
    demand : (draw,) float64, ha
        Not negative.

    Returns
    -------
    allocation : (draw, site) float64, ha
    unmet : (draw,) float64, ha
        Demand that found no land.

    Examples
    --------
    >>> waterfill(np.array([[5.0, 50.0, 0.0]]), np.array([[1.0, 1.0, 1.0]]), np.array([30.0]))
    (array([[ 5., 25.,  0.]]), array([0.]))
    """
    supply = over_sites(capacity)
    unmet = np.maximum(demand - supply, 0.0)
    allocation = np.array(capacity)
    rows = np.flatnonzero((demand < supply) & (demand > 0.0))
    allocation[demand <= 0.0] = 0.0
    if rows.size == len(demand):
        level = _level(capacity, weight, demand)
        np.minimum(capacity, weight * level[:, np.newaxis], out=allocation)
    elif rows.size:
        full, attraction = capacity[rows], weight[rows]
        level = _level(full, attraction, demand[rows])
        allocation[rows] = np.minimum(full, attraction * level[:, np.newaxis])
    return allocation, unmet


def _level(capacity: FloatArray, weight: FloatArray, demand: FloatArray) -> FloatArray:
    """Find μ for rows in which demand is less than supply; all rows positive."""
    level: FloatArray = demand / over_sites(weight)
    rows = np.arange(len(demand))
    while rows.size:
        full = capacity <= weight * level[rows, np.newaxis]
        taken = over_sites_where(capacity, full)
        open_weight = over_sites_where(weight, ~full)
        # rounding may fill every site when demand is just below supply: the level then stands
        raised = np.where(
            open_weight > 0.0,
            (demand[rows] - taken) / np.where(open_weight > 0.0, open_weight, 1.0),
            level[rows],
        )
        moved = raised > level[rows] * (1.0 + 1e-15)
        level[rows] = np.maximum(raised, level[rows])
        rows = rows[moved]
        capacity, weight = capacity[moved], weight[moved]
    return level
