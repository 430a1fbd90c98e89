"""The sites of the land block at the start, built from the ledger and from nothing else."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kichban.catalogue.parameters import Parameter
from kichban.land import CLUSTER, NEVER, PARK, LandSites, make_sites
from kichban.ledger import Ledger
from kichban.projection.sites.facts import Kind, SiteFacts, decimal_year, read_site_facts
from kichban.projection.sites.pipeline import Plan, plan_pipeline, read_plan, read_stages
from kichban.projection.sites.stocks import fill_industrial, fill_leased, fill_progress
from kichban.projection.sites.totals import (
    ROUNDING,
    Leaving,
    Totals,
    match_areas,
    match_operating,
    read_totals,
)

CODES: Mapping[Kind, int] = MappingProxyType({"kcn": PARK, "ccn": CLUSTER})
SHARES: Mapping[Kind, str] = MappingProxyType(
    {"kcn": "land.industrial_share_park", "ccn": "land.industrial_share_cluster"}
)
#: assumed sites that are established but not in operation were established within these years [J]
ASSUMED_AGE = 3.0


@dataclass(frozen=True, slots=True)
class SiteRegistry:
    """The sites and what is told about them; every tuple runs along ``sites.ids``.

    Parameters
    ----------
    sites
        Arrays for the kernel.
    names_vi, names_en, kinds, parents, stages
        Names, ``kcn`` or ``ccn``, id of the park a phase expands (``""`` = none), stage as
        printed.
    synthetic
        Whether the site is assumed: known only as part of a total.
    notes
        Keys of remarks on how a site was built (``texts/sites.toml``).
    totals
        By kind the ids of the statements that the established sites add up to, and of the
        targets that the pipeline fills.
    known
        By kind what any figure tells of: ``area`` (a site is there) and ``leased`` (how much land
        is let, of a site or in all). Of what none tells nothing is projected.
    districts
        Number of districts of the region on the as-of date, at least 1.
    """

    sites: LandSites
    names_vi: tuple[str, ...]
    names_en: tuple[str, ...]
    kinds: tuple[Kind, ...]
    parents: tuple[str, ...]
    stages: tuple[str, ...]
    synthetic: tuple[bool, ...]
    notes: tuple[tuple[str, ...], ...]
    totals: Mapping[str, tuple[str, ...]]
    known: Mapping[str, frozenset[str]]
    districts: int = 1

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the sites."""
        return self.sites.ids


def build_sites(ledger: Ledger, parameters: Mapping[str, Parameter], seed: int) -> SiteRegistry:
    """Build the sites of the study's region as they are known on the as-of date.

    Named sites come first; what printed totals have beyond them becomes assumed sites, marked,
    with seeded sizes that add up exactly; the plan in force, less what is established and stays,
    is the pipeline, placed in the stages whose numbers are printed. What the plan removes or
    merges into parks leaves one after the other until its last day; where no site can stand for
    it, it stays, and the pipeline is what the plan's net number lacks.

    Parameters
    ----------
    ledger
        What was visible on the as-of date; it may know one cluster and nothing else.
    parameters
        Catalogue; the shares of industrial land are taken from it.
    seed
        Of the sizes of assumed sites.
    """
    today = decimal_year(ledger.as_of)
    found = read_site_facts(ledger)
    built: list[SiteFacts] = []
    used: dict[str, tuple[str, ...]] = {}
    known: dict[str, frozenset[str]] = {}
    last_day: dt.date | None = None
    kinds: tuple[Kind, ...] = ("kcn", "ccn")
    for kind in kinds:
        totals, plan = read_totals(ledger, kind), read_plan(ledger, kind)
        share = parameters[SHARES[kind]].default
        printed = [f for f in found if f.kind == kind]
        own = _build_kind(printed, totals, kind, share, (today, seed), _leaving(plan, totals))
        there = [f for f in own if f.is_established]
        stay = [f for f in there if not f.leaving]
        count = totals.count if totals.count is not None else sum(f.counts for f in there)
        count -= len(there) - len(stay)
        gross = sum(f.gross or 0.0 for f in stay)
        planned = [f for f in own if not f.is_established]
        if not there:
            # a plan says nothing about what is missing as long as nothing is known to be there
            plan = Plan()
        stages = read_stages(ledger, kind)
        built += [*there, *plan_pipeline(planned, plan, kind, (count, gross), stages, seed)]
        last_day = plan.last_day or last_day
        used[kind] = (*totals.statements, *plan.targets)
        known[kind] = _known(there, printed, totals)
    registry = _registry(built, used, known, _withdrawals(built, today, last_day))
    return replace(registry, districts=_count_districts(ledger))


def _leaving(plan: Plan, totals: Totals) -> tuple[Leaving, ...]:
    """Give what the plan lets leave, nothing where it may have left already.

    The sites that the plan adds tell: with those that leave replaced, what still lacks must not be
    more than the plan adds in all.
    """
    both: tuple[Leaving, ...] = (("removed", *plan.removed), ("merged", *plan.merged))
    lots = tuple(lot for lot in both if lot[1] > 0 and lot[2] > 0.0)
    if not lots or plan.new is None or None in (plan.count, plan.gross, totals.count, totals.gross):
        return ()
    number = (plan.count or 0) - (totals.count or 0) + sum(n for _, n, _ in lots)
    area = (plan.gross or 0.0) - (totals.gross or 0.0) + sum(ha for _, _, ha in lots)
    area -= plan.expansions[1]
    return lots if number <= plan.new[0] and area <= plan.new[1] + ROUNDING * area else ()


def _withdrawals(
    facts: list[SiteFacts], today: float, last_day: dt.date | None
) -> NDArray[np.int64]:
    """Give the quarter from which each site is gone: evenly spread until the plan's last day.

    Removed and merged sites take turns; which goes when is not printed.
    """
    found = np.full(len(facts), NEVER)
    gone = sorted((f.id[-2:], f.leaving, i) for i, f in enumerate(facts) if f.leaving)
    end = decimal_year(last_day) if last_day is not None else today
    for turn, (_, _, i) in enumerate(gone):
        found[i] = math.floor(4.0 * (today + (end - today) * (turn + 0.5) / len(gone)))
    return found


def _known(there: list[SiteFacts], printed: list[SiteFacts], totals: Totals) -> frozenset[str]:
    """Say what the figures of one kind tell of."""
    if not there:
        return frozenset()
    let = any(f.leased is not None or f.occupied is not None for f in printed)
    in_all = totals.leased is not None or totals.last_leased is not None
    return frozenset(("area", "leased") if let or in_all else ("area",))


#: measures of a stock of land or of sites
STOCK_MEASURES = ("area_ha", "count", "occupancy_pct")


def newest_stock(ledger: Ledger) -> dt.date | None:
    """Give the newest day of which any figure tells a stock of land; ``None`` without one."""
    days = [o.as_of for o in ledger.observations if o.as_of is not None and o.use == "yes"]
    for indicator in {s.indicator for s in ledger.statements if s.region == ledger.region}:
        if indicator.startswith(tuple(f"{kind}_" for kind in CODES)):
            days += [
                s.period.last_day
                for s in ledger.select(indicator)
                if s.period is not None and not s.is_plan and s.measure in STOCK_MEASURES
            ]
    return max((day for day in days if day <= ledger.as_of), default=None)


def _count_districts(ledger: Ledger) -> int:
    today = ledger.as_of
    own = [
        r
        for r in ledger.regions.values()
        if r.parent == ledger.region
        and (r.valid_from is None or r.valid_from <= today)
        and (r.valid_to is None or today <= r.valid_to)
    ]
    return max(len(own), 1)


def _build_kind(
    facts: list[SiteFacts],
    totals: Totals,
    kind: Kind,
    share: object,
    luck: tuple[float, int],
    leaving: Sequence[Leaving],
) -> list[SiteFacts]:
    today, seed = luck
    facts = match_operating(facts, totals, today)
    facts = _date_assumed(match_areas(facts, totals, kind, seed, leaving), today)
    facts = fill_industrial(facts, totals.industrial, float(str(share)))
    return fill_progress(fill_leased(facts, totals))


def _date_assumed(facts: list[SiteFacts], today: float) -> list[SiteFacts]:
    """Date assumed sites that are not in operation evenly over the years before today."""
    waiting = [f for f in facts if f.synthetic and f.stage == "established"]
    step = ASSUMED_AGE / max(len(waiting), 1)
    dates = {f.id: today - step * (i + 0.5) for i, f in enumerate(waiting)}
    return [replace(f, established=dates.get(f.id, f.established)) for f in facts]


def _registry(
    facts: list[SiteFacts],
    used: Mapping[str, tuple[str, ...]],
    known: Mapping[str, frozenset[str]],
    withdrawal: NDArray[np.int64],
) -> SiteRegistry:
    ids = tuple(f.id for f in facts)
    place = {key: i for i, key in enumerate(ids)}
    districts = {d: i for i, d in enumerate(sorted({f.district for f in facts if f.district}))}

    def column(name: str, missing: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        values = (getattr(f, name) for f in facts)
        return np.array([missing if v is None else v for v in values], dtype=np.float64)

    sites = make_sites(
        ids,
        column("gross", 0.0),
        kind=np.array([CODES[f.kind] for f in facts], dtype=np.int64),
        stage=np.array([int(f.is_established) for f in facts], dtype=np.int64),
        counts=np.array([f.counts for f in facts], dtype=bool),
        parent=np.array([place.get(f.parent, -1) for f in facts], dtype=np.int64),
        industrial=column("industrial", np.nan),
        cleared=column("cleared", 0.0),
        serviced=column("serviced", 0.0),
        leased=column("leased", 0.0),
        operating=column("operating", 0.0),
        established=column("established", np.nan),
        entry_to=column("entry", np.nan),
        district=np.array([districts.get(f.district, -1) for f in facts], dtype=np.int64),
        withdrawal=withdrawal,
        merged=np.array([f.leaving == "merged" for f in facts], dtype=bool),
    )
    return SiteRegistry(
        sites=sites,
        names_vi=tuple(f.name_vi for f in facts),
        names_en=tuple(f.name for f in facts),
        kinds=tuple(f.kind for f in facts),
        parents=tuple(f.parent for f in facts),
        stages=tuple(f.stage for f in facts),
        synthetic=tuple(f.synthetic for f in facts),
        notes=tuple(f.notes for f in facts),
        totals=MappingProxyType(dict(used)),
        known=MappingProxyType(dict(known)),
    )
