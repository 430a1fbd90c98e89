"""The pipeline: planned sites, named first, up to what the plan in force still lacks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kichban.ledger import Ledger, Target
from kichban.projection.site_facts import PLANNED, Kind, SiteFacts
from kichban.projection.site_sizes import sizes_adding_up
from kichban.projection.site_totals import CLUSTER_SIZES, NAMES, PARK_SIZES

EXPANSION_NAMES = ("CCN mở rộng giả định", "Assumed cluster expansion")


@dataclass(frozen=True, slots=True)
class Plan:
    """Count and gross area in ha that the plan in force wants; None = nothing is set."""

    count: int | None
    gross: float | None
    expansions: tuple[int, float]
    targets: tuple[str, ...]


def read_plan(ledger: Ledger, kind: Kind) -> Plan:
    """Take the targets in force for the last year that the plan of this kind names.

    The plan's number is net: what it removes or merges into parks is inside it already, and so
    are the new ones that exist by now. Removals are therefore not taken off a second time.
    """
    count = _in_force(ledger, f"{kind}_count", "stage:planned")
    area = _in_force(ledger, f"{kind}_area", "stage:planned")
    more = _in_force(ledger, f"{kind}_count", "stage:expanded_", prefix=True)
    more_area = _in_force(ledger, f"{kind}_area", "stage:expanded_", prefix=True)
    return Plan(
        count=None if count is None else round(count.value),
        gross=None if area is None else area.value,
        expansions=(
            0 if more is None else round(more.value),
            0.0 if more_area is None else more_area.value,
        ),
        targets=tuple(t.id for t in (count, area) if t is not None),
    )


def _in_force(
    ledger: Ledger, indicator: str, breakdown: str, *, prefix: bool = False
) -> Target | None:
    rows = [
        t
        for t in ledger.targets
        if t.in_force
        and t.region == ledger.region
        and t.indicator == indicator
        and (t.breakdown.startswith(breakdown) if prefix else t.breakdown == breakdown)
        and t.period.last_day > ledger.as_of
    ]
    return max(rows, key=lambda t: (t.period.last_day, t.published, t.id)) if rows else None


def plan_pipeline(
    facts: list[SiteFacts], plan: Plan, kind: Kind, established: tuple[int, float], seed: int
) -> list[SiteFacts]:
    """Give the planned sites of one kind.

    Parameters
    ----------
    facts
        Named planned sites, some without an area.
    plan
        From :func:`read_plan`.
    established
        Count and gross area that are there already.

    Returns
    -------
    sites
        Their areas, together with `established`, add up to the plan, unless the named ones alone
        are more. Named sites that no known area can be given to are left out.
    """
    sized = [f for f in facts if f.gross is not None]
    unsized = [f for f in facts if f.gross is None]
    if plan.gross is None or plan.count is None:
        return sized
    rest = plan.gross - established[1] - sum(f.gross or 0.0 for f in sized)
    lacking = plan.count - established[0] - sum(f.counts for f in sized)
    bounds = CLUSTER_SIZES if kind == "ccn" else PARK_SIZES
    if rest <= 0.0:
        return sized
    number = max(lacking, len(unsized))
    if number <= 0:
        return [*sized, *_expansions(rest, plan, bounds[1], seed, kind)]
    new = min(rest, _room_for_new(rest, number, plan, bounds[1]))
    sizes = sizes_adding_up(new, number, bounds, seed, f"{kind}:planned")
    made = [
        replace(f, gross=float(s), notes=(*f.notes, "gross_assumed"))
        for f, s in zip(unsized, sizes, strict=False)
    ]
    vi, en = NAMES[kind]
    for i, size in enumerate(sizes[len(unsized) :], start=1):
        made.append(
            _assumed(kind, f"{kind}_syn_p{i:02d}", f"{vi} P{i:02d}", f"{en} P{i:02d}", size)
        )
    return [*sized, *made, *_expansions(rest - new, plan, bounds[1], seed, kind)]


def _room_for_new(rest: float, number: int, plan: Plan, largest: float) -> float:
    """Give the area of new sites: what they cannot hold by size the plan must mean as expansions.

    Its printed expansions are taken out where they are enough, else only what does not fit.
    """
    if rest <= number * largest:
        return rest
    without = rest - plan.expansions[1]
    return without if 0.0 < without <= number * largest else number * largest


def _expansions(area: float, plan: Plan, largest: float, seed: int, kind: Kind) -> list[SiteFacts]:
    if area <= 1e-6:
        return []
    number = max(plan.expansions[0], math.ceil(area / largest))
    sizes = sizes_adding_up(area, number, (0.0, largest), seed, f"{kind}:expansions")
    vi, en = EXPANSION_NAMES if kind == "ccn" else NAMES["kcn_rest"]
    return [
        replace(
            _assumed(kind, f"{kind}_syn_x{i:02d}", f"{vi} {i:02d}", f"{en} {i:02d}", float(size)),
            counts=False,
            notes=("assumed_expansion",),
        )
        for i, size in enumerate(sizes, start=1)
    ]


def _assumed(kind: Kind, key: str, vi: str, en: str, gross: float) -> SiteFacts:
    return SiteFacts(
        id=key, kind=kind, name_vi=vi, name=en, stage="planned", synthetic=True,
        gross=float(gross), entry=PLANNED["planned"], notes=("assumed_planned",),
    )  # fmt: skip
