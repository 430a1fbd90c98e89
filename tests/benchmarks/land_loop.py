"""The land equations as one would write them down: one compiled loop without thought for speed.

It takes what the engine takes and shares its scalar equations, but nothing of how they are laid
out: every quantity has an array, the history of leases is kept, and demand is shared out by going
over all sites until nobody is full any more. Gates by district, withdrawals and handed-in dates
are left out: the benchmark has none.
"""

import math

import numpy as np
from numba import njit

from kichban.land import engine as e
from kichban.land.engine import (
    absorption_limit,
    clearing_window,
    land_demand,
    ramp_share,
    triangular_quantile,
)


@njit(nogil=True, error_model="numpy")
def share_out(capacity, weight, wanted):
    allocation = np.zeros(capacity.size)
    if wanted <= 0.0:
        return allocation
    if wanted >= capacity.sum():
        return capacity.copy()
    full = capacity <= 0.0
    while True:
        level = (wanted - capacity[full].sum()) / weight[~full].sum()
        more = ~full & (capacity <= weight * level)
        if not more.any():
            break
        full |= more
    for s in range(capacity.size):
        allocation[s] = capacity[s] if full[s] else weight[s] * level
    return allocation


@njit(nogil=True, error_model="numpy")
def admitted(kind, quarter, ready, sites, rules, own, there, leased, operating, industrial, at):
    """Mask of the sites of a kind that are ready and let in."""
    may = ready.copy()
    rule = rules.in_force[e.PARK_RULE if kind == 0 else e.CLUSTER_RULE, quarter]
    of_kind = (sites.kind == kind) & there
    if kind == 1:
        of_kind = of_kind & (operating > 0.0)
    land, let = industrial[of_kind].sum(), leased[of_kind].sum()
    average = let >= own[e.PARK_OCCUPANCY] * land
    if kind == 1:
        average = (let > own[e.CLUSTER_OCCUPANCY] * land or land == 0.0
                   or land - let <= own[e.UNLEASED_MAX] * rules.districts)  # fmt: skip
    for s in np.flatnonzero(ready):
        parent = sites.parent[s]
        if kind == 0 and rules.in_force[e.PHASE_RULE, quarter]:
            may[s] &= sites.gross[s] <= own[e.PHASE_MAX]
        if kind == 1 and rules.in_force[e.SIZE_RULE, quarter] and sites.counts[s] > 0:
            may[s] &= sites.smallest[s] - e.SLACK <= sites.gross[s] <= rules.largest + e.SLACK
        if rule and parent < 0:
            may[s] &= average
        if parent >= 0 and rules.in_force[e.EXPANSION_RULE, quarter]:
            base = industrial[parent] if there[parent] else 0.0
            may[s] &= leased[parent] >= own[e.EXPANSION_OCCUPANCY] * base
    if kind == 0 and rule:
        headroom = let / max(own[e.PARK_OCCUPANCY], 1e-9) - land
        waiting = np.flatnonzero(may & (sites.parent < 0))
        before = 0.0
        for s in waiting[np.argsort(at[waiting])]:
            may[s] = before <= headroom
            before += industrial[s]
    return may


@njit(nogil=True, error_model="numpy")
def loop(sites, rules, given, totals):  # noqa: C901 - one loop, that is its point
    """Write the (draw, quarter, kind, field) totals."""
    draws, n = given.effect.shape
    quarters = given.pace.shape[1]
    for d in range(draws):
        own = given.values[d]
        keep = 1.0 - own[e.EXIT_RATE] / 4.0
        duration = np.zeros((4, n))
        industrial, lag = np.zeros(n), np.zeros(n, np.int64)
        window = np.zeros((4, n))
        p, q, decay = np.zeros(n), np.zeros(n), np.zeros(n)
        there = ~sites.planned
        for s in range(n):
            k = sites.kind[s]
            factor = own[e.SLIP + k] / rules.default_slip[k]
            size = math.exp(own[e.SIZE] * sites.log_size[s])
            for stage in range(4):
                long = size if stage < 3 else 1.0
                duration[stage, s] = factor * long * triangular_quantile(
                    given.uniform[2 + stage, d, s], rules.triangles[stage, k])  # fmt: skip
            lag[s] = int(max(np.rint(4.0 * duration[3, s]), 1.0))
            known = not math.isnan(sites.industrial[s])
            industrial[s] = sites.industrial[s] if known else sites.gross[s] * own[e.SHARE + k]
            share = sites.cleared[s] / industrial[s] if known else 0.0
            begun = sites.established[s]
            window[:, s] = clearing_window(
                0.0 if math.isnan(begun) else begun,
                (duration[0, s], duration[1, s], duration[2, s]), own[e.SLIP + k], share,
                sites.official[s], sites.document[s])  # fmt: skip
            effect = math.exp(own[e.EFFECT_SD] * given.effect[d, s])
            p[s], q[s] = own[e.P] * effect, own[e.Q] * effect
            decay[s] = math.exp(-(p[s] / own[e.CEILING] + q[s]) / 4.0)
        cleared, serviced = sites.cleared.copy(), sites.serviced.copy()
        leased, operating = sites.leased.copy(), sites.operating.copy()
        matured, due = operating.copy(), np.zeros(n)
        history = np.zeros((quarters + 2, n))
        history[1] = leased - operating
        for t in range(quarters):
            spilled = 0.0
            history[t + 2] = history[t + 1]
            for k in range(2):
                mine = sites.kind == k
                if not mine.any():
                    totals[d, t, k, e.UNMET] = spilled
                    spilled = 0.0
                    continue
                ready = mine & ~there & (given.ready[d] <= t)
                if ready.any() and given.gated[k] and own[e.GATES] >= 0.5:
                    ready = admitted(k, t, ready, sites, rules, own, there, leased, operating,
                                     industrial, given.ready_at[d])  # fmt: skip
                for s in np.flatnonzero(ready):
                    window[:, s] = clearing_window(
                        (t + 0.5) / 4.0, (duration[0, s], duration[1, s], duration[2, s]),
                        own[e.SLIP + k], 0.0, sites.official[s], sites.document[s])  # fmt: skip
                there |= ready
                time = (t + 1) / 4.0
                capacity, weight = np.zeros(n), np.zeros(n)
                stock = leased[mine].sum()
                for s in np.flatnonzero(mine & there):
                    if not sites.finished[s]:
                        rest = industrial[s] - sites.cleared[s]
                        a = ramp_share(time, 1.0 / window[1, s], window[0, s] / window[1, s])
                        b = ramp_share(time, 1.0 / window[3, s], window[2, s] / window[3, s])
                        cleared[s] = sites.cleared[s] + a * rest
                        missing = sites.cleared[s] - sites.serviced[s]
                        late = min(time / max(duration[2, s], 1e-9), 1.0)
                        serviced[s] = sites.serviced[s] + b * rest + missing * late
                    leased[s] *= keep
                    limit = absorption_limit(leased[s], max(industrial[s], 1e-9), p[s], q[s],
                                             own[e.CEILING], decay[s])  # fmt: skip
                    ready = serviced[s] + own[e.PRELEASE] * (cleared[s] - serviced[s])
                    capacity[s] = min(limit, max(ready - leased[s], 0.0))
                    weight[s] = limit * sites.attractiveness[s]
                annual, policy = land_demand(
                    k, stock, own, (given.pace[d, t, k], given.observed[d, k]),
                    given.fdi[d, t] * 4.0, given.growth[d, t])  # fmt: skip
                luck = given.multiplier[given.year_of[t], d, k] / 4.0
                wanted = annual * luck + spilled
                allocation = share_out(capacity, weight, wanted)
                row = totals[d, t, k]
                for s in np.flatnonzero(mine & there):
                    leased[s] += allocation[s]
                    history[t + 2, s] += allocation[s]
                    came = history[t + 2 - lag[s], s] if t + 2 > lag[s] else 0.0
                    matured[s] = matured[s] * keep + (came - due[s]) * keep ** lag[s]
                    due[s] = came
                    run = min(max(serviced[s], operating[s] * keep), matured[s], leased[s])
                    operating[s] = run
                    row[e.COUNT] += sites.counts[s]
                    row[e.GROSS] += sites.gross[s]
                    row[e.INDUSTRIAL] += industrial[s]
                    row[e.CLEARED] += cleared[s]
                    row[e.SERVICED] += serviced[s]
                    row[e.LEASED] += leased[s]
                    row[e.OPERATING] += run
                    row[e.IDLE] += max(serviced[s] - leased[s], 0.0)
                    if run > 0.0:
                        row[e.INDUSTRIAL_OPERATING] += industrial[s]
                        row[e.LEASED_OPERATING] += leased[s]
                row[e.ABSORBED], row[e.EXITS] = allocation.sum(), stock * (1.0 - keep)
                row[e.DEMAND], row[e.DEMAND_POLICY] = annual * luck, policy * luck
                unmet = max(wanted - capacity.sum(), 0.0)
                spilled = unmet * own[e.SPILLOVER] if k == 0 else 0.0
                row[e.UNMET] = unmet - spilled
