"""When planned sites are ready to be approved: drawn, handed in, or set so that a plan is met."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.land.established import approvals_to_reach, leaving_land
from kichban.land.noise import STAGES
from kichban.land.stages import StageDurations, triangular_quantiles
from kichban.land.values import (
    APPROVAL,
    AS_DRAWN,
    ESTABLISHED,
    KINDS,
    NEVER,
    LandDrivers,
    LandSites,
)
from kichban.numbers import BoolArray, FloatArray, IntArray

KIND_NAMES = ("park", "cluster")
_ENTRY, _APPROVAL = STAGES.index("entry"), STAGES.index("approval")


def ready_times(
    sites: LandSites,
    durations: StageDurations,
    uniform: FloatArray,
    parameters: Mapping[str, FloatArray],
    now: float,
) -> FloatArray:
    """Years from the start until a planned site is ready to be approved, (draw, site).

    Slip does not act here: an official date of approval is taken as printed. Sites that are there
    already are ready at 0.
    """
    found = np.zeros(uniform.shape[1:])
    for kind, name in enumerate(KIND_NAMES):
        at = np.flatnonzero((sites.kind == kind) & (sites.stage < ESTABLISHED))
        spread = parameters[f"land.pipeline_spread_{name}"][:, np.newaxis]
        until = np.where(np.isnan(sites.entry_to[at]), spread, sites.entry_to[at])
        entry = sites.entry_from[at] + uniform[_ENTRY][:, at] * (until - sites.entry_from[at])
        ready = entry + triangular_quantiles(uniform[_APPROVAL][:, at], durations.approval[kind])
        official = sites.official[at, APPROVAL] - now
        found[:, at] = np.where(np.isnan(official), ready, official)
    return found


def is_opened(opening: IntArray) -> BoolArray:
    """Whether a site is approved in a quarter that is set.

    >>> is_opened(np.array([AS_DRAWN, 8105, NEVER])).tolist()
    [False, True, False]
    """
    return np.asarray((opening != AS_DRAWN) & (opening < NEVER))


def ready_quarters(
    sites: LandSites,
    ready_at: FloatArray,
    drivers: LandDrivers,
    order: IntArray,
    first_quarter: int,
    quarters: int,
    *,
    merged_to_parks: bool,
) -> tuple[IntArray, BoolArray]:
    """Give the quarter from which a planned site may be approved, and which kinds face gates.

    Approvals that are handed in, or that a plan needs, pass no gate. Quarters that are set for
    single sites come before what a plan asks of the others, but not before those handed in.

    Parameters
    ----------
    ready_at : (draw, site) float64
        From :func:`ready_times`.
    order : (site,) int64
        Places of the sites among those of `drivers`.
    merged_to_parks
        Whether the land of merged clusters joins the totals of parks.

    Returns
    -------
    ready : (draw, site) int64
        Quarters from the start, ``NEVER`` for sites that are there.
    gated : (kind,) bool
    """
    ready = np.full(ready_at.shape, NEVER, dtype=np.int64)
    gated = np.ones(len(KINDS), dtype=np.bool_)
    for kind in KINDS:
        at = np.flatnonzero((sites.kind == kind) & (sites.stage < ESTABLISHED))
        schedule = drivers.established
        if drivers.fixed_approval is not None:
            handed = drivers.fixed_approval[:, order[at]]
            ready[:, at] = np.where(handed >= NEVER, NEVER, np.maximum(handed - first_quarter, 0))
            gated[kind] = False
        elif schedule is not None and not np.isnan(schedule[:quarters, kind]).all():
            own = sites.kind == kind
            present = float(sites.gross[own & (sites.stage >= ESTABLISHED)].sum())
            wanted = schedule[:quarters, kind] + leaving_land(
                sites, kind, first_quarter, quarters, merged_to_parks=merged_to_parks
            )
            wanted = wanted - _opened_land(sites, at, first_quarter, quarters)
            free = at[sites.opening[at] == AS_DRAWN]
            ready[:, free] = approvals_to_reach(
                ready_at[:, free], sites.gross[free], wanted, present
            )
            gated[kind] = False
        else:
            ready[:, at] = np.maximum(np.floor(4.0 * ready_at[:, at]), 0.0).astype(np.int64)
        if drivers.fixed_approval is None:
            own_quarter = at[sites.opening[at] != AS_DRAWN]
            ready[:, own_quarter] = _opening_quarters(sites.opening[own_quarter], first_quarter)
    return ready, gated


def _opening_quarters(opening: IntArray, first_quarter: int) -> IntArray:
    """Give set quarters from the start; one that is over is the first."""
    return np.where(opening >= NEVER, NEVER, np.maximum(opening - first_quarter, 0))


def _opened_land(sites: LandSites, at: IntArray, first_quarter: int, quarters: int) -> FloatArray:
    """Give the gross land of sites with a set quarter that is there by each quarter's end."""
    set_ = at[is_opened(sites.opening[at])]
    there = _opening_quarters(sites.opening[set_], first_quarter)[:, np.newaxis]
    return np.asarray(sites.gross[set_] @ (there <= np.arange(quarters)))
