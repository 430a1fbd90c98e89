"""The pipeline: planned sites, named first, up to what the plan in force still lacks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kichban.errors import Fault, InputError
from kichban.ledger import Ledger, Target
from kichban.projection.sites.facts import PLANNED, Kind, SiteFacts
from kichban.projection.sites.sizes import MOST, SIZES, sizes_adding_up
from kichban.projection.sites.totals import NAMES, SAME_STATE_DAYS

#: how many sites, and their gross area in ha
Lot = tuple[int, float]
SUBMITTED, ZONED = "approval_in_progress", "zoning_approved"
#: breakdowns whose numbers tell how far planned sites are → stage, the furthest first
STAGE_WORDS = {
    "stage:approval_in_progress": SUBMITTED,
    "stage:construction_plan_approved": ZONED,
}
EXPANSION_NAMES = ("CCN mở rộng giả định", "Assumed cluster expansion")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan in force wants.

    `count` and `gross` (ha) of all sites at its end, None = nothing is set; the rest as (count,
    ha), (0, 0) = nothing is printed: `expansions`, and of the sites there today those that are
    `removed` from the plan or `merged` into parks. `new` is the most that it can add.
    """

    count: int | None = None
    gross: float | None = None
    expansions: Lot = (0, 0.0)
    removed: Lot = (0, 0.0)
    merged: Lot = (0, 0.0)
    new: Lot | None = None
    last_day: dt.date | None = None
    targets: tuple[str, ...] = ()


def read_plan(ledger: Ledger, kind: Kind) -> Plan:
    """Take the targets in force for the last year that the plan of this kind names.

    Its number is net: with what it adds, and without what it removes or merges into parks.
    """
    count = _in_force(ledger, f"{kind}_count", "stage:planned")
    area = _in_force(ledger, f"{kind}_area", "stage:planned")

    def lot(stage: str) -> Lot:
        number = _in_force(ledger, f"{kind}_count", f"stage:{stage}_", prefix=True)
        gross = _in_force(ledger, f"{kind}_area", f"stage:{stage}_", prefix=True)
        if number is None or gross is None or number.document != gross.document:
            return 0, 0.0
        return round(number.value), gross.value

    return Plan(
        None if count is None else round(count.value), None if area is None else area.value,
        lot("expanded"), lot("removed"), lot("merged"), lot("new") if any(lot("new")) else None,
        area.period.last_day if area is not None else None,
        tuple(t.id for t in (count, area) if t is not None),
    )  # fmt: skip


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
    facts: list[SiteFacts],
    plan: Plan,
    kind: Kind,
    established: tuple[int, float],
    stages: Sequence[tuple[str, int]],
    seed: int,
) -> list[SiteFacts]:
    """Give the planned sites of one kind.

    Parameters
    ----------
    facts
        Named planned sites, some without an area.
    plan
        From :func:`read_plan`.
    established
        Count and gross area that are there already and stay.
    stages
        Printed numbers of planned sites by stage, the furthest first: see :func:`read_stages`.

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
    bounds = SIZES[kind]
    made_up = max(lacking, len(unsized), plan.expansions[0], math.ceil(rest / bounds[1]))
    if made_up > MOST:
        detail = {"number": str(made_up)}
        fault = Fault(
            "E-PLAN-001", "inputs/targets.toml", value=" ".join(plan.targets), detail=detail
        )
        raise InputError([fault])
    if rest <= 0.0:
        return sized
    number = max(lacking, len(unsized))
    if number <= 0:
        return [*sized, *_expansions(rest, plan, bounds[1], seed, kind)]
    new = min(rest, _room_for_new(rest, number, plan, bounds))
    sizes = sizes_adding_up(new, number, bounds, seed, f"{kind}:planned")
    made = [
        replace(f, gross=float(s), notes=(*f.notes, "gross_assumed"))
        for f, s in zip(unsized, sizes, strict=False)
    ]
    vi, en = NAMES[kind]
    assumed = [
        _assumed(kind, f"{kind}_syn_p{i:02d}", f"{vi} P{i:02d}", f"{en} P{i:02d}", size)
        for i, size in enumerate(sizes[len(unsized) :], start=1)
    ]
    assumed = place_in_stages(assumed, [*sized, *made], stages)
    return [*sized, *made, *assumed, *_expansions(rest - new, plan, bounds[1], seed, kind)]


def _room_for_new(rest: float, number: int, plan: Plan, bounds: tuple[float, float]) -> float:
    """Give the area of new sites: without the expansions that the plan prints.

    Where that leaves new sites too little or too much for their number, the printed expansions
    are not told apart: only what new sites cannot hold by size is an expansion.
    """
    low, high = bounds
    without = rest - plan.expansions[1]
    return without if low * number <= without <= high * number else min(rest, high * number)


def read_stages(ledger: Ledger, kind: Kind) -> tuple[tuple[str, int], ...]:
    """Give how many planned sites were printed to be in each stage, the furthest stage first.

    The prints of the newest day count; ``("zoning_approved", 14)`` says that so many have got at
    least so far, whatever they did since.
    """
    rows = [
        (STAGE_WORDS[s.breakdown], s)
        for s in ledger.select(f"{kind}_count", measure="count")
        if s.breakdown in STAGE_WORDS and s.period is not None
    ]
    if not rows:
        return ()
    newest = max(s.period.last_day for _, s in rows if s.period is not None)
    now = {
        stage: round(s.value)
        for stage, s in rows
        if s.period is not None and (newest - s.period.last_day).days <= SAME_STATE_DAYS
    }
    return tuple((stage, now[stage]) for stage in STAGE_WORDS.values() if stage in now)


def place_in_stages(
    assumed: list[SiteFacts], named: Sequence[SiteFacts], stages: Sequence[tuple[str, int]]
) -> list[SiteFacts]:
    """Place assumed sites in the stages that printed numbers leave for them.

    Named sites have the stage that was printed of them. Who has approved zoning may be further on
    without its name being told: of those, named and assumed, the printed number in the approval
    procedure is taken to be spread evenly. What no number reaches stays planned.

    Examples
    --------
    >>> one = _assumed("kcn", "a", "A", "A", 100.0)
    >>> zoned = replace(one, id="z", stage="zoning_approved")
    >>> printed = (("approval_in_progress", 2), ("zoning_approved", 4))
    >>> placed = place_in_stages([one, one, one, one], [zoned], printed)
    >>> [site.stage for site in placed]
    ['approval_in_progress', 'approval_in_progress', 'zoning_approved', 'planned']
    """
    known = dict(stages)
    zoned, submitted = known.get(ZONED, 0), known.get(SUBMITTED, 0)
    have = sum(f.stage in (ZONED, SUBMITTED, "appraisal", "submitted") for f in named)
    reached = min(max(zoned - have, 0), len(assumed)) if zoned else min(submitted, len(assumed))
    share = min(submitted / zoned, 1.0) if zoned else 1.0
    handed_in = round(share * reached) if submitted else 0
    placed = [SUBMITTED] * handed_in + [ZONED] * (reached - handed_in)
    return [
        replace(f, stage=stage, entry=PLANNED[stage], notes=("assumed_stage",))
        for f, stage in zip(assumed, placed, strict=False)
    ] + assumed[reached:]


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
