"""Reach: approve planned sites so that a plan's area is there in its quarter, by construction."""

from __future__ import annotations

import numpy as np

from kichban.land.values import NEVER, PARK, LandSites
from kichban.numbers import FloatArray, IntArray


def fill_schedule(schedule: FloatArray, present: float) -> FloatArray:
    """Complete a schedule of established land: linear from today over its anchors.

    Parameters
    ----------
    schedule : (quarter,) float64, ha
        Established gross land at the quarters' ends, NaN between anchors.
    present : float, ha
        Stock today.

    Returns
    -------
    schedule : (quarter,) float64, ha
        Up to the last anchor; nothing is added after it.

    Examples
    --------
    >>> fill_schedule(np.array([np.nan, 30.0, np.nan]), 10.0).tolist()
    [20.0, 30.0, 30.0]
    """
    known = np.flatnonzero(~np.isnan(schedule))
    quarters = np.arange(len(schedule))
    anchors = np.concatenate([[-1], known])
    return np.asarray(
        np.interp(quarters, anchors, np.concatenate([[present], schedule[known]])), np.float64
    )


def leaving_land(
    sites: LandSites, kind: int, first_quarter: int, quarters: int, *, merged_to_parks: bool
) -> FloatArray:
    """Give the gross land that sites of one kind lose by the end of each quarter.

    Approvals have to make up for what leaves. Parks gain what is merged into them, where that
    joins their totals.

    Returns
    -------
    land : (quarter,) float64, ha
    """
    ends = first_quarter + np.arange(quarters)
    gone = sites.withdrawal[:, np.newaxis] <= ends
    lost = sites.gross * (sites.kind == kind)
    if kind == PARK and merged_to_parks:
        lost = lost - sites.gross * (sites.merged & (sites.kind != PARK))
    return np.asarray(lost @ gone)


def approvals_to_reach(
    ready: FloatArray, gross: FloatArray, schedule: FloatArray, present: float
) -> IntArray:
    """Give the quarter in which each planned site is approved so that the schedule is met.

    Sites go in the order in which they would be ready. Each is approved in the first quarter
    that has room for all of it, the last one needed at the latest in the quarter of the last
    anchor; what is not needed is not approved.

    Parameters
    ----------
    ready : (draw, site) float64, years
        When a planned site would be ready; only its order counts.
    gross : (site,) float64, ha
    schedule : (quarter,) float64, ha
        NaN between anchors; see :func:`fill_schedule`.
    present : float, ha

    Returns
    -------
    quarter : (draw, site) int64
        Quarters from the start, ``NEVER`` where not needed.

    Examples
    --------
    >>> ready = np.array([[2.0, 1.0, 3.0]])
    >>> plan = np.array([np.nan, np.nan, np.nan, 100.0])
    >>> approvals_to_reach(ready, np.array([30.0, 20.0, 50.0]), plan, 50.0).tolist()
    [[3, 1, 2147483647]]
    """
    filled = fill_schedule(schedule, present)
    order = np.argsort(ready, axis=1, kind="stable")
    before = present + np.cumsum(gross[order], axis=1) - gross[order]
    after = before + gross[order]
    # rounding of summed areas must not ask for one more site
    slack = 1e-6
    steps = np.maximum.accumulate(filled)
    # the plan is to be there in the first quarter that has all of it
    last = int(np.argmax(steps))
    quarter = np.minimum(np.searchsorted(steps, after - slack), last)
    quarter = np.where(before < steps[last] - slack, quarter, NEVER)
    result = np.empty_like(quarter)
    np.put_along_axis(result, order, quarter, axis=1)
    return result.astype(np.int64)
