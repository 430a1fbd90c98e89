"""Industrial, leased, serviced and cleared land of the established sites, adding up to totals."""

from __future__ import annotations

from dataclasses import replace

from kichban.projection.sites.facts import SiteFacts
from kichban.projection.sites.totals import Totals


def fill_industrial(facts: list[SiteFacts], total: float | None, share: float) -> list[SiteFacts]:
    """Give established sites industrial land: printed, else gross × share, scaled to the total.

    Printed areas of sites are kept as long as the others can take up the difference.
    """
    there = [f for f in facts if f.is_established]
    # what is let is industrial land, however little its usual share would be
    guessed = {
        f.id: max((f.gross or 0.0) * share, min(f.leased or 0.0, f.gross or 0.0))
        for f in there
        if f.industrial is None
    }
    printed = sum(f.industrial or 0.0 for f in there)
    factor, scale_all = 1.0, 1.0
    if total is not None and there:
        room = sum(f.gross or 0.0 for f in there if f.industrial is None)
        if guessed and 0.0 < total - printed <= room:
            factor = (total - printed) / sum(guessed.values())
        else:
            base = printed + sum(guessed.values())
            scale_all = total / base if base > 0.0 else 1.0
    filled = []
    for site in facts:
        if not site.is_established:
            filled.append(site)
            continue
        known = site.industrial is not None
        land = (site.industrial if known else guessed[site.id] * factor) or 0.0
        notes = site.notes if known else (*site.notes, "industrial_from_share")
        land = min(land * scale_all, site.gross or 0.0)
        filled.append(replace(site, industrial=land, notes=notes))
    return filled


def fill_leased(facts: list[SiteFacts], totals: Totals) -> list[SiteFacts]:
    """Give established sites leased land: printed or occupancy × industrial land.

    Sites in operation without a print share what the total leaves, at one occupancy; without a
    total of the day they have the mean occupancy of the others, and without those too an older
    total is taken. What then still lacks goes to free land of sites in operation, last to others.
    """
    there = [f for f in facts if f.is_established]
    leased = {f.id: min(_leased(f) or 0.0, f.industrial or 0.0) for f in there}
    known = {f.id for f in there if _leased(f) is not None}
    running = [f for f in there if f.stage in ("operating", "leasing")]
    unknown = [f for f in running if f.id not in known]
    total = totals.leased if totals.leased is not None or known else totals.last_leased
    if total is None:
        basis = sum(f.industrial or 0.0 for f in there if f.id in known)
        share = sum(leased.values()) / basis if basis else 0.0
        leased |= {f.id: share * (f.industrial or 0.0) for f in unknown}
    else:
        given = sum(leased.values())
        if given > total:
            leased = {key: land * total / given for key, land in leased.items()}
        for group in (unknown, running, there):
            _spread(leased, group, total - sum(leased.values()))
    return [
        replace(
            f,
            leased=leased[f.id],
            notes=f.notes if f.id in known or f not in unknown else (*f.notes, "occupancy_assumed"),
        )
        if f.id in leased
        else f
        for f in facts
    ]


def _spread(leased: dict[str, float], group: list[SiteFacts], missing: float) -> None:
    """Add `missing` ha to the sites of `group`, in proportion to their free land."""
    free = {f.id: (f.industrial or 0.0) - leased[f.id] for f in group}
    room = sum(free.values())
    if missing <= 1e-9 or room <= 0.0:
        return
    share = min(missing / room, 1.0)
    for key, land in free.items():
        leased[key] += share * land


def _leased(site: SiteFacts) -> float | None:
    if site.leased is not None:
        return site.leased
    return None if site.occupied is None else site.occupied * (site.industrial or 0.0)


def fill_progress(facts: list[SiteFacts]) -> list[SiteFacts]:
    """Give established sites serviced, cleared and operating land where it is not printed.

    A site in operation is serviced, one that is letting halfway from what is leased to all, any
    other as far as it is leased (leases signed before servicing are not told apart).
    """
    filled = []
    for site in facts:
        if not site.is_established:
            filled.append(site)
            continue
        land, leased = site.industrial or 0.0, site.leased or 0.0
        assumed = {"operating": land, "leasing": 0.5 * (leased + land)}.get(site.stage, leased)
        cleared = min(site.cleared if site.cleared is not None else assumed, land)
        serviced = min(site.serviced if site.serviced is not None else assumed, land)
        # of two prints that contradict, serviced land shows that it was cleared
        cleared = max(cleared, serviced)
        running = leased if site.is_operating else 0.0
        operating = min(site.operating if site.operating is not None else running, leased)
        filled.append(replace(site, cleared=cleared, serviced=serviced, operating=operating))
    return filled
