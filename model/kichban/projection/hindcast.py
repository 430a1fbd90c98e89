"""Past days on which stocks of land were printed, and what was printed of the same sites later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from kichban.calibration import Episode, LandCalibration, Seen, calibrate_land
from kichban.catalogue import Parameter, Parameters
from kichban.ledger import Ledger, SiteObservation, Statement
from kichban.numbers import FloatArray
from kichban.projection.sites import (
    CODES,
    PLANS,
    Kind,
    SiteRegistry,
    build_sites,
    leased_totals,
)
from kichban.projection.values import Settings, quarter_after

#: prints older than this say little of the sites of today
OLDEST_YEARS = 5
#: figures of a day are published within this time
LAG = dt.timedelta(days=45)
#: a site that is let so far has nothing more to tell
FULL = 0.97
#: what is printed of one moment: standard errors of an occupancy (share) and of a total (ha)
SITE_ERROR, TOTAL_ERROR = 0.05, 15.0
FDI_STOCK, GROWTH = "kcn_fdi_registered_usd", "iip"


def calibrate_province(
    ledger: Ledger, parameters: Parameters, settings: Settings
) -> LandCalibration | None:
    """Hold the land equations against what was printed; ``None`` where nothing was printed twice.

    It takes a second: run it once for all projections of a ledger.
    """
    episodes = land_episodes(ledger, parameters, settings.seed)
    with ThreadPoolExecutor(settings.workers) as pool:
        return calibrate_land(episodes, parameters, settings.seed, pool)


def land_episodes(
    ledger: Ledger, parameters: Mapping[str, Parameter], seed: int
) -> tuple[Episode, ...]:
    """Give the starts from which later prints can be foretold, oldest first.

    A site starts on the day its first occupancy below full was printed, or from nought on the
    newest start on which it was established and not let; its later prints are to be met. Total
    leased land starts with its first print. What is known at a start was published by then.
    """
    since = dt.date(ledger.as_of.year - OLDEST_YEARS, 1, 1)
    prints = _site_prints(ledger, since)
    totals = {
        kind: [(day, value) for day, value in leased_totals(ledger, kind) if day >= since]
        for kind in CODES
    }
    firsts = [rows[0] for rows in prints.values() if _share(rows[0]) < FULL]
    days = {row.as_of for row in firsts if row.as_of is not None}
    days |= {own[0][0] for own in totals.values() if len(own) > 1}
    starts = [(day, build_sites(_known_at(ledger, day), parameters, seed)) for day in sorted(days)]
    seen: dict[dt.date, list[Seen]] = {day: [] for day, _ in starts}
    for site, rows in prints.items():
        _add_site(seen, starts, site, rows)
    for kind, own in totals.items():
        _add_total(seen, starts, kind, own)
    # two prints of one quarter are one and the same to a model of quarters
    ahead = {day: [s for s in seen[day] if s.quarter >= quarter_after(day)] for day, _ in starts}
    return tuple(
        _episode(ledger, day, registry, tuple(ahead[day])) for day, registry in starts if ahead[day]
    )


def _known_at(ledger: Ledger, day: dt.date) -> Ledger:
    """Give what was known of a past day; plans are left out, for they add no land in time."""
    until = day + LAG
    return replace(
        ledger,
        as_of=min(until, ledger.as_of),
        statements=tuple(s for s in ledger.statements if s.published and s.published <= until),
        observations=tuple(
            o for o in ledger.observations if o.published is None or o.published <= until
        ),
        targets=(),
    )


def _site_prints(ledger: Ledger, since: dt.date) -> dict[str, list[SiteObservation]]:
    """Give the dated occupancies of each site, oldest first.

    A site that was full and no longer is was measured in another way, or has grown: what is
    printed from then on is left out.
    """
    found: dict[str, list[SiteObservation]] = {}
    rows = [
        o
        for o in ledger.observations
        if o.use == "yes" and o.status not in PLANS
        and o.as_of is not None and o.as_of >= since
        and o.occupancy_pct is not None
    ]  # fmt: skip
    for row in sorted(rows, key=lambda o: (o.as_of or since, o.published or since)):
        own = found.setdefault(row.site, [])
        if own and own[-1].as_of == row.as_of:
            own[-1] = row
        else:
            own.append(row)
    return {site: own[: _until_regrown(own)] for site, own in found.items()}


def _until_regrown(rows: list[SiteObservation]) -> int:
    for i in range(1, len(rows)):
        if _share(rows[i]) < FULL <= _share(rows[i - 1]):
            return i
    return len(rows)


def _share(row: SiteObservation) -> float:
    return min((row.occupancy_pct or 0.0) / 100.0, 1.0)


def _add_site(
    seen: dict[dt.date, list[Seen]],
    starts: list[tuple[dt.date, SiteRegistry]],
    site: str,
    rows: list[SiteObservation],
) -> None:
    first = rows[0].as_of
    if first is None:
        return
    if _share(rows[0]) < FULL and len(rows) > 1:
        day, registry = next((d, r) for d, r in starts if d == first)
        later = rows[1:]
    else:
        nought = [(d, r) for d, r in starts if d < first and _is_empty(r, site)]
        if not nought:
            return
        (day, registry), later = nought[-1], rows
    if site not in registry.ids:
        return
    at = registry.ids.index(site)
    land = float(registry.sites.industrial[at])
    if not land > 0.0:
        return
    before = float(registry.sites.leased[at]) / land
    for row in later:
        assert row.as_of is not None
        seen[day].append(
            Seen(
                site, int(registry.sites.kind[at]), np.array([at]), quarter_after(row.as_of) - 1,
                before, _share(row), land, SITE_ERROR * np.sqrt(2.0), total=False,
            )
        )  # fmt: skip


def _is_empty(registry: SiteRegistry, site: str) -> bool:
    if site not in registry.ids:
        return False
    at = registry.ids.index(site)
    return bool(registry.sites.stage[at] == 1 and registry.sites.leased[at] == 0.0)


def _add_total(
    seen: dict[dt.date, list[Seen]],
    starts: list[tuple[dt.date, SiteRegistry]],
    kind: Kind,
    prints: list[tuple[dt.date, float]],
) -> None:
    """Start from the first print of a total, or from the newest start before the only one."""
    if not prints:
        return
    first, alone = prints[0][0], len(prints) == 1
    before = [(d, r) for d, r in starts if d < first or (d == first and not alone)]
    if not before:
        return
    day, registry = before[-1]
    own = np.flatnonzero(registry.sites.kind == CODES[kind])
    there = own[registry.sites.stage[own] == 1]
    land, leased = registry.sites.industrial[there].sum(), registry.sites.leased[there].sum()
    if not land > 0.0:
        return
    for when, value in prints:
        if when > day:
            seen[day].append(
                Seen(
                    f"{kind}_leased", CODES[kind], own, quarter_after(when) - 1,
                    float(leased / land), value / float(land), float(land),
                    TOTAL_ERROR * float(np.sqrt(2.0)) / float(land), total=True,
                )
            )  # fmt: skip


def _episode(
    ledger: Ledger, day: dt.date, registry: SiteRegistry, seen: tuple[Seen, ...]
) -> Episode:
    first = quarter_after(day)
    quarters = np.arange(first, max(s.quarter for s in seen) + 1)
    return Episode(
        registry.sites, first, _registered(ledger, quarters), _growth(ledger, quarters),
        registry.districts, seen,
    )  # fmt: skip


def _registered(ledger: Ledger, quarters: np.ndarray) -> FloatArray:
    """Give capital registered in parks by quarter, mn USD, NaN outside the prints of its stock."""
    stock = {
        s.period.last_day.toordinal(): s.value
        for s in ledger.select(FDI_STOCK, "", "level")
        if s.period is not None and not s.is_plan
    }
    if len(stock) < 2:
        return np.full(quarters.size, np.nan)
    days = sorted(stock)
    edges = [_quarter_start(int(q)) for q in (*quarters, quarters[-1] + 1)]
    # the last print is of a day shortly before the quarter's end
    at = np.interp(edges, days, [stock[d] for d in days], left=np.nan)
    at[np.array(edges) > days[-1] + LAG.days] = np.nan
    return np.asarray(np.diff(at))


def _quarter_start(quarter: int) -> int:
    return dt.date(quarter // 4, 3 * (quarter % 4) + 1, 1).toordinal()


def _growth(ledger: Ledger, quarters: np.ndarray) -> FloatArray:
    """Give printed growth of industrial production of each quarter's year, a fraction; else NaN."""
    by_year: dict[int, Statement] = {}
    for row in ledger.select(GROWTH, "", "growth_yoy"):
        if row.period is not None and not row.is_plan and row.period.is_year_to_date:
            by_year[row.period.year] = row
    return np.array(
        [by_year[q // 4].value / 100.0 if q // 4 in by_year else np.nan for q in quarters]
    )
