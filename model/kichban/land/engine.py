r"""The land equations, compiled: one draw after the other, quarter by quarter, site by site.

Within a quarter, parks first, then clusters: planned sites that are ready are held against the
gates on the state at its start; land is cleared and serviced; exits return land; demand is shared
out; what parks cannot house goes on to clusters; leases past their lag come into operation.

All of it lies in this one file: compiled code is kept beside it, and is made anew when the file
changes. Sums run in a fixed order: the same bits on any number of cores. A twin in plain NumPy,
written from the same equations, is the reference in the tests.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kichban.land.values import CLEARING, HANDOVER, NEVER, PARK, SERVICING
from kichban.numbers import BoolArray, FloatArray, IntArray

#: nothing is allocated here, so that arrays need no counting (`_nrt`): it took most of the time
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
compiled = njit(**OPTIONS)
#: a call would copy every array it is handed
inlined = njit(**OPTIONS, forceinline=True)

#: clearing takes at least a quarter from first handover to the end
SHORTEST_RAMP = 0.25
#: ha by which a size may miss its bound through rounding
SLACK = 1e-6
STEP = 0.25

# Fields of the totals: stocks, then flows; `values.STOCKS` and `values.FLOWS` in this order.
(
    COUNT, GROSS, INDUSTRIAL, CLEARED, SERVICED, LEASED, OPERATING, IDLE, INDUSTRIAL_OPERATING,
    LEASED_OPERATING, ABSORBED, EXITS, UNMET, TRANSFERRED, DEMAND, DEMAND_POLICY, FIELDS,
) = range(17)  # fmt: skip
STOCK_FIELDS = ABSORBED

#: columns of ``Given.values``; those that end in ``_park`` stand before their ``_cluster``
PARAMETERS = (
    "absorption_p", "absorption_q", "absorption_ceiling", "site_effect_sd", "exit_rate",
    "spillover", "ha_per_mn_usd", "output_per_ha_growth", "gates", "gate_park_occupancy",
    "gate_park_phase_max", "gate_cluster_occupancy", "gate_cluster_unleased_max",
    "gate_expansion_occupancy", "prelease", "size_elasticity", "slip_park", "slip_cluster",
    "optimism_park", "optimism_cluster", "industrial_share_park", "industrial_share_cluster",
)  # fmt: skip
(
    P, Q, CEILING, EFFECT_SD, EXIT_RATE, SPILLOVER, HA_PER_USD, YIELD_GROWTH, GATES,
    PARK_OCCUPANCY, PHASE_MAX, CLUSTER_OCCUPANCY, UNLEASED_MAX, EXPANSION_OCCUPANCY, PRELEASE,
    SIZE, SLIP,
) = range(17)  # fmt: skip
OPTIMISM, SHARE, WEIGHTS = 18, 20, 22

# Rules, rows of ``Rules.in_force``.
PARK_RULE, CLUSTER_RULE, PHASE_RULE, SIZE_RULE, EXPANSION_RULE = range(5)

# Columns of a site's state.
(
    S_INDUSTRIAL, S_REST, S_SLOPE, S_OFFSET, S_READY_SLOPE, S_READY_OFFSET, S_BACKLOG, S_HANDOVER,
    S_CLEARING, S_SERVICING, S_P, S_Q, S_DECAY, S_SURVIVAL, S_CLEARED, S_SERVICED, S_LEASED,
    S_MATURED, S_OPERATING, S_FIRST_CLEARED, S_FIRST_SERVICED, STATE,
) = range(22)  # fmt: skip

#: balances of a site whose largest violation is noted
LIMITS = (
    "operating <= leased", "leased <= industrial", "serviced <= cleared", "cleared <= industrial",
    "0 <= operating", "0 <= serviced",
)  # fmt: skip


#: places of sites: an index that may be negative costs a test at every access
PlaceArray = NDArray[np.uint64]


class Sites(NamedTuple):
    """Sites at the start, parks before clusters, planned ones last of their kind.

    As in :class:`~kichban.land.values.LandSites`, but times in years from the start, withdrawal
    in quarters from it; `smallest` is the smallest size allowed, `finished` whether all land of a
    site is serviced, `log_size` the log of gross land over that of a site of usual size, `slip` a
    factor on the slip of the kind, `opened` whether a planned site is approved past every gate.
    """

    kind: IntArray
    counts: FloatArray
    parent: IntArray
    gross: FloatArray
    industrial: FloatArray
    cleared: FloatArray
    serviced: FloatArray
    leased: FloatArray
    operating: FloatArray
    established: FloatArray
    official: FloatArray
    document: FloatArray
    attractiveness: FloatArray
    district: IntArray
    smallest: FloatArray
    withdrawal: IntArray
    merged: BoolArray
    finished: BoolArray
    planned: BoolArray
    log_size: FloatArray
    slip: FloatArray
    opened: BoolArray


class Rules(NamedTuple):
    """Rules and triangles.

    `in_force` (rule, quarter); `by_district` (kind,); `triangles` (stage, kind, 3) of handover,
    clearing, servicing, operation in years; `default_slip` (kind,); `openings` whether any site is
    opened past the gates.
    """

    in_force: BoolArray
    by_district: BoolArray
    districts: int
    largest: float
    merged_to_parks: bool
    withdrawals: bool
    openings: bool
    triangles: FloatArray
    default_slip: FloatArray


class Given(NamedTuple):
    """What each draw is given.

    `values` (draw, parameter); `uniform` (stage, draw, site), `effect` (draw, site); `ready_at`
    years and `ready` quarters from the start until a planned site is ready, (draw, site); `gated`
    (kind,); `pace` (draw, quarter, kind), `observed` (draw, kind), `fdi`, `growth` (draw, quarter);
    `multiplier` (year, draw, kind) of demand, `year_of` (quarter,).
    """

    values: FloatArray
    uniform: FloatArray
    effect: FloatArray
    ready_at: FloatArray
    ready: IntArray
    gated: BoolArray
    pace: FloatArray
    observed: FloatArray
    fdi: FloatArray
    growth: FloatArray
    multiplier: FloatArray
    year_of: IntArray


class Written(NamedTuple):
    """Where results go.

    `totals` (draw, quarter, kind, field); `leased`, `serviced` (draw, year, site) in the rows that
    `end_row` (quarter,) names; `approved` (draw, site); `violations` (limit,).
    """

    totals: FloatArray
    leased: FloatArray
    serviced: FloatArray
    end_row: IntArray
    approved: IntArray
    violations: FloatArray


class Work(NamedTuple):
    """State of one draw: see the columns ``S_…``; `arrivals` (quarter, site) come into operation.

    `first`, `last`, `planned` (kind,) are places of a kind's sites, the last of those that are
    planned; `joined` (field,) is land that merged clusters brought to the parks, `moved` (kind,)
    leased land that left or joined in the quarter.
    """

    state: FloatArray
    lag: IntArray
    there: BoolArray
    moving: BoolArray
    approved: IntArray
    wait: IntArray
    arrivals: FloatArray
    capacity: FloatArray
    weight: FloatArray
    who: PlaceArray
    chosen: PlaceArray
    first: PlaceArray
    last: PlaceArray
    planned: PlaceArray
    joined: FloatArray
    moved: FloatArray


# --- equations --------------------------------------------------------------------------------


@compiled
def triangular_quantile(uniform: float, triangle: FloatArray) -> float:
    r"""Quantile function of the triangular distribution (min a, mode m, max b).

    .. math:: u < F: a + \sqrt{u (b-a)(m-a)}, \quad u \ge F: b - \sqrt{(1-u)(b-a)(b-m)}

    with :math:`F = (m-a)/(b-a)`.

    >>> [triangular_quantile(u, np.array([0.0, 1.0, 2.0])) for u in (0.0, 0.5, 1.0)]
    [0.0, 1.0, 2.0]
    """
    low, mode, high = triangle[0], triangle[1], triangle[2]
    width = high - low
    if width == 0.0:
        return low
    if uniform < (mode - low) / width:
        return low + math.sqrt(uniform * (width * (mode - low)))
    return high - math.sqrt((1.0 - uniform) * (width * (high - mode)))


@compiled
def slipped_date(document: float, official: float, slip: float) -> float:
    """Completion when an official date slips: document + (official − document) × slip.

    An official date without the day of its document counts from the start of the run (time 0).

    >>> slipped_date(2024.0, 2026.0, 1.5)
    2027.0
    """
    start = 0.0 if math.isnan(document) else document
    return start + (official - start) * slip


@compiled
def clearing_window(
    approved: float,
    durations: tuple[float, float, float],
    slip: float,
    cleared_share: float,
    official: FloatArray,
    document: FloatArray,
) -> tuple[float, float, float, float]:
    """Lay out clearing and servicing as linear ramps, in years from the start.

    A longer slip never makes any of the two ramps earlier at any date.

    Parameters
    ----------
    approved
        Date of approval.
    durations
        Handover, clearing (both from approval) and servicing, slip applied.
    slip
        Factor on official dates.
    cleared_share
        Share cleared at the start: such a site is past handover and needs the rest of the ramp.
    official, document : (4,) float64
        Official completion dates and the days of their documents, NaN = none.

    Returns
    -------
    begin, length, ready, ready_length
    """
    handover, clearing, servicing = durations
    begin = max(approved + handover, 0.0)
    if not math.isnan(official[HANDOVER]):
        begin = slipped_date(document[HANDOVER], official[HANDOVER], slip)
    # nothing is handed over before approval, whatever a document says
    begin = 0.0 if cleared_share > 0.0 else max(begin, approved, 0.0)
    ramp = max(clearing - handover, SHORTEST_RAMP) * (1.0 - cleared_share)
    end = begin + ramp
    if not math.isnan(official[CLEARING]):
        end = slipped_date(document[CLEARING], official[CLEARING], slip)
    length = max(end - begin, SHORTEST_RAMP * (1.0 - cleared_share) + 1e-9)
    if math.isnan(official[SERVICING]):
        return begin, length, begin + servicing, length
    finish = slipped_date(document[SERVICING], official[SERVICING], slip)
    return begin, length, begin, max(finish, begin + length) - begin


@compiled
def ramp_share(time: float, slope: float, offset: float) -> float:
    r"""Share of a linear ramp passed at `time`: :math:`\min(1, \max(0, t \cdot s - o))`.

    `slope` = 1/length, `offset` = begin/length; an offset of +inf has not begun.

    >>> ramp_share(1.5, 0.5, 0.5), ramp_share(1.5, 0.5, math.inf)
    (0.25, 0.0)
    """
    return min(max(time * slope - offset, 0.0), 1.0)


@compiled
def absorption_limit(
    leased: float, industrial: float, p: float, q: float, ceiling: float, decay: float
) -> float:
    r"""Most that a site can lease in a quarter (L3), ha: the Bass curve stepped exactly.

    .. math::
        \dot x = (p + q x)(1 - x/\bar x), \quad
        y = \frac{\bar x - x}{p + q x} e^{-k\Delta}, \quad
        x' = \frac{\bar x - p y}{1 + q y}, \quad a = \max(0, x' - x) N

    with :math:`k = p/\bar x + q`; `decay` is :math:`e^{-k\Delta}`.

    >>> round(absorption_limit(50.0, 100.0, 0.15, 1.6, 1.0, math.exp(-1.75 / 4)), 3)
    11.477
    """
    x = leased / industrial
    speed, left = p + q * x, (ceiling - x) * decay
    after = (ceiling * speed - p * left) / (speed + q * left)
    return max(after - x, 0.0) * industrial


@compiled
def water_level(
    capacity: FloatArray, weight: FloatArray, open_: IntArray, count: int, demand: float
) -> float:
    r"""Find the level μ at which the first `count` sites take all of `demand` (L5).

    .. math:: \Delta L_i = \min(c_i, \mu w_i), \quad \sum_i \Delta L_i = \min(D, \sum_i c_i)

    At each pass the full sites are taken out and the rest of demand is spread over the others.
    The set of full sites only grows: it ends after at most as many passes as there are sites.

    >>> one = np.ones(2)
    >>> water_level(np.array([5.0, 50.0]), one, np.zeros(2, np.int64), 2, 30.0)
    25.0
    """
    spread = 0.0
    for i in range(count):
        spread += weight[i]
        open_[i] = i
    level = demand / spread
    taken = 0.0
    while True:
        left, rest = 0, 0.0
        for j in range(count):
            i = open_[j]
            full = capacity[i] <= weight[i] * level
            taken += capacity[i] if full else 0.0
            rest += 0.0 if full else weight[i]
            open_[left] = i
            left += 0 if full else 1
        # rounding may fill every site when demand is just below supply: the level then stands
        if left in (count, 0):
            return level
        count = left
        level = max(level, (demand - taken) / rest)


@compiled
def land_demand(
    kind: int, leased: float, own: FloatArray, pace: tuple[float, float], registered: float,
    growing: float,
) -> tuple[float, float]:  # fmt: skip
    r"""Land asked for at annual rate (L4), ha, and its part above the observed pace.

    .. math:: D = \omega_1 D_{trend} + \omega_2 s \, \Delta R
              + \omega_3 \max(0,\; L [(1+g)/(1+\rho) - 1])

    Hardly any foreign capital goes to clusters: their trend and growth share its weight. Optimism
    is taken off what exceeds the observed pace, and only off that.

    Parameters
    ----------
    own : (parameter,) float64
        Values of the draw, weights last.
    pace
        Trend of the scenario and pace of the past, ha/year.
    registered, growing
        Registered capital, mn USD/year, and real growth of output, fraction/year.
    """
    trend, investment, growth = own[WEIGHTS], own[WEIGHTS + 1], own[WEIGHTS + 2]
    needed = max(0.0, leased * ((1.0 + growing) / (1.0 + own[YIELD_GROWTH]) - 1.0))
    if kind == PARK:
        annual = trend * pace[0] + investment * (own[HA_PER_USD] * registered) + growth * needed
    else:
        annual = (trend * pace[0] + growth * needed) / (trend + growth)
    policy = own[OPTIMISM + kind] * max(0.0, annual - pace[1])
    return min(annual, pace[1]) + policy, policy


# --- gates ------------------------------------------------------------------------------------


@inlined
def average_lets_in(kind: int, district: int, sites: Sites, rules: Rules, work: Work,
                    own: FloatArray) -> bool:  # fmt: skip
    """Whether average occupancy lets a new site in (L2).

    Parks: leased over the industrial land of all established parks, at least the threshold, so
    that every new park itself lowers the average. Clusters: over those in operation, above the
    threshold, or little unleased land in the average of the districts (their rule is by district).
    Where nothing is established there is nothing to measure and the gate is open. Only sites of
    `district` count where the rule is by district.
    """
    land, let = 0.0, 0.0
    for s in range(work.first[kind], work.last[kind]):
        elsewhere = rules.by_district[kind] and sites.district[s] != district
        counts = kind == PARK or work.state[s, S_OPERATING] > 0.0
        if counts and not elsewhere:
            land += work.state[s, S_INDUSTRIAL] if work.there[s] else 0.0
            let += work.state[s, S_LEASED]
    if kind == PARK:
        return let >= own[PARK_OCCUPANCY] * land
    districts = 1 if rules.by_district[kind] else rules.districts
    little = land - let <= own[UNLEASED_MAX] * districts
    return let > own[CLUSTER_OCCUPANCY] * land or little or land == 0.0


@inlined
def size_lets_in(s: int, quarter: int, sites: Sites, rules: Rules, own: FloatArray) -> bool:
    """Whether the size of a planned site is allowed; expansions of clusters are not measured."""
    if sites.kind[s] == PARK:
        return not rules.in_force[PHASE_RULE, quarter] or sites.gross[s] <= own[PHASE_MAX]
    if not rules.in_force[SIZE_RULE, quarter] or sites.counts[s] == 0.0:
        return True
    fits = sites.gross[s] <= rules.largest + SLACK
    return fits and sites.gross[s] >= sites.smallest[s] - SLACK


@inlined
def parent_lets_in(s: int, quarter: int, sites: Sites, rules: Rules, work: Work,
                   own: FloatArray) -> bool:  # fmt: skip
    """Whether the park or cluster that a site expands is full enough."""
    parent = sites.parent[s]
    if parent < 0 or not rules.in_force[EXPANSION_RULE, quarter]:
        return True
    land = work.state[parent, S_INDUSTRIAL] if work.there[parent] else 0.0
    return work.state[parent, S_LEASED] >= own[EXPANSION_OCCUPANCY] * land


@inlined
def let_in(kind: int, quarter: int, count: int, sites: Sites, rules: Rules, work: Work,
           own: FloatArray) -> int:  # fmt: skip
    """Keep those of the first `count` chosen sites that every gate lets in; give how many."""
    average = rules.in_force[PARK_RULE if kind == PARK else CLUSTER_RULE, quarter]
    everywhere = not average or rules.by_district[kind]
    if not everywhere:  # one average for all that wait
        everywhere = average_lets_in(kind, 0, sites, rules, work, own)
    kept = 0
    for i in range(count):
        s = work.chosen[i]
        may = size_lets_in(s, quarter, sites, rules, own)
        if may and average and sites.parent[s] < 0:
            may = everywhere
            if rules.by_district[kind]:
                may = average_lets_in(kind, sites.district[s], sites, rules, work, own)
        if may and parent_lets_in(s, quarter, sites, rules, work, own):
            work.chosen[kept] = s
            kept += 1
    return kept


@inlined
def in_turn(count: int, ready_at: FloatArray, sites: Sites, work: Work, own: FloatArray) -> int:
    """Let parks in one after the other, each against the average that includes those before it.

    Otherwise a gate that opens for one would let in all that wait. `ready_at` (site,) gives the
    order of their turn.
    """
    chosen = work.chosen
    land, let = 0.0, 0.0
    for s in range(work.first[PARK], work.last[PARK]):
        let += work.state[s, S_LEASED]
        land += work.state[s, S_INDUSTRIAL] if work.there[s] else 0.0
    headroom = let / max(own[PARK_OCCUPANCY], 1e-9) - land
    for i in range(1, count):  # by insertion: few wait at a time
        s, j = chosen[i], i
        while j > 0 and ready_at[chosen[j - 1]] > ready_at[s]:
            chosen[j] = chosen[j - 1]
            j -= 1
        chosen[j] = s
    before, kept = 0.0, 0
    for i in range(count):
        s = chosen[i]
        alone = sites.parent[s] < 0
        if not alone or before <= headroom:
            chosen[kept] = s
            kept += 1
        before += work.state[s, S_INDUSTRIAL] if alone else 0.0
    return kept


# --- a draw -----------------------------------------------------------------------------------


@inlined
def start_site(s: int, draw: int, log_keep: float, sites: Sites, rules: Rules, given: Given,
               work: Work) -> None:  # fmt: skip
    """Draw a site's durations and speed, lay out its ramps, and put its stocks as observed.

    `log_keep` is the log of what exits leave of leased land in a quarter.
    """
    own, state, kind = given.values[draw], work.state, sites.kind[s]
    slip = own[SLIP + kind] * sites.slip[s]
    factor = slip / rules.default_slip[kind]
    # a large site takes longer to clear and to service than a small one
    size = math.exp(own[SIZE] * sites.log_size[s])
    for stage in range(3):
        duration = triangular_quantile(given.uniform[2 + stage, draw, s],
                                       rules.triangles[stage, kind])  # fmt: skip
        state[s, S_HANDOVER + stage] = duration * factor * size
    lease = triangular_quantile(given.uniform[5, draw, s], rules.triangles[3, kind])
    work.lag[s] = int(max(np.rint(4.0 * lease * factor), 1.0))
    known = not math.isnan(sites.industrial[s])
    land = sites.industrial[s] if known else sites.gross[s] * own[SHARE + kind]
    state[s, S_INDUSTRIAL] = land
    state[s, S_REST] = land - sites.cleared[s]
    state[s, S_FIRST_CLEARED] = state[s, S_CLEARED] = sites.cleared[s]
    state[s, S_FIRST_SERVICED] = state[s, S_SERVICED] = sites.serviced[s]
    state[s, S_LEASED] = sites.leased[s]
    state[s, S_MATURED] = state[s, S_OPERATING] = sites.operating[s]
    work.there[s] = not sites.planned[s]
    work.moving[s] = not sites.finished[s]
    work.approved[s] = NEVER if sites.planned[s] else -1
    work.wait[s] = given.ready[draw, s]
    if work.there[s] and work.moving[s]:
        at = sites.established[s]
        share = sites.cleared[s] / land if known else sites.cleared[s]
        lay_ramps(s, 0.0 if math.isnan(at) else at, slip, share, sites, work)
    state[s, S_BACKLOG] = 1.0 / max(state[s, S_SERVICING], 1e-9)
    effect = math.exp(own[EFFECT_SD] * given.effect[draw, s])
    state[s, S_P], state[s, S_Q] = own[P] * effect, own[Q] * effect
    state[s, S_DECAY] = math.exp(-(state[s, S_P] / own[CEILING] + state[s, S_Q]) * STEP)
    state[s, S_SURVIVAL] = math.exp(work.lag[s] * log_keep)
    if work.lag[s] <= len(work.arrivals):
        waiting = sites.leased[s] - sites.operating[s]
        work.arrivals[work.lag[s] - 1, s] = waiting * state[s, S_SURVIVAL]


@inlined
def lay_ramps(
    s: int, approved: float, slip: float, cleared_share: float, sites: Sites, work: Work
) -> None:
    """Write the ramps of a site that is approved at a time."""
    state = work.state
    durations = state[s, S_HANDOVER], state[s, S_CLEARING], state[s, S_SERVICING]
    begin, length, ready, ready_length = clearing_window(
        approved, durations, slip, cleared_share, sites.official[s], sites.document[s]
    )
    state[s, S_SLOPE], state[s, S_OFFSET] = 1.0 / length, begin / length
    state[s, S_READY_SLOPE], state[s, S_READY_OFFSET] = 1.0 / ready_length, ready / ready_length


@inlined
def withdraw(s: int, sites: Sites, rules: Rules, work: Work) -> None:
    """Take a site out of all stocks for good; a merged cluster's land may go to the parks."""
    state = work.state
    work.moved[sites.kind[s]] -= state[s, S_LEASED]
    if sites.merged[s] and rules.merged_to_parks:
        work.moved[PARK] += state[s, S_LEASED]
        work.joined[GROSS] += sites.gross[s]
        work.joined[INDUSTRIAL] += state[s, S_INDUSTRIAL]
        work.joined[CLEARED] += state[s, S_CLEARED]
        work.joined[SERVICED] += state[s, S_SERVICED]
        work.joined[LEASED] += state[s, S_LEASED]
        work.joined[OPERATING] += state[s, S_OPERATING]
        work.joined[IDLE] += max(state[s, S_SERVICED] - state[s, S_LEASED], 0.0)
    work.there[s], work.moving[s], work.wait[s] = False, False, NEVER
    for column in range(S_CLEARED, S_OPERATING + 1):
        state[s, column] = 0.0
    work.arrivals[:, s] = 0.0


@inlined
def approve(kind: int, quarter: int, draw: int, sites: Sites, rules: Rules, given: Given,
            work: Work) -> None:  # fmt: skip
    """Approve the planned sites that are ready and let in, in the middle of the quarter."""
    count, own = 0, given.values[draw]
    for s in range(work.planned[kind], work.last[kind]):
        if work.wait[s] <= quarter and not work.there[s] and not sites.opened[s]:
            work.chosen[count] = s
            count += 1
    if count and given.gated[kind] and own[GATES] >= 0.5:
        count = let_in(kind, quarter, count, sites, rules, work, own)
        if kind == PARK and rules.in_force[PARK_RULE, quarter]:
            count = in_turn(count, given.ready_at[draw], sites, work, own)
    if rules.openings:  # after the gates were held against the state without them
        for s in range(work.planned[kind], work.last[kind]):
            if sites.opened[s] and work.wait[s] <= quarter and not work.there[s]:
                work.chosen[count] = s
                count += 1
    for i in range(count):
        s = work.chosen[i]
        slip = own[SLIP + kind] * sites.slip[s]
        lay_ramps(s, (quarter + 0.5) * STEP, slip, 0.0, sites, work)
        work.there[s], work.approved[s] = True, quarter


@inlined
def clear_and_service(s: int, time: float, work: Work) -> None:
    """Move a site's cleared and serviced land to `time` (years from the start)."""
    state = work.state
    cleared = ramp_share(time, state[s, S_SLOPE], state[s, S_OFFSET])
    serviced = ramp_share(time, state[s, S_READY_SLOPE], state[s, S_READY_OFFSET])
    state[s, S_CLEARED] = cleared * state[s, S_REST] + state[s, S_FIRST_CLEARED]
    state[s, S_SERVICED] = serviced * state[s, S_REST] + state[s, S_FIRST_SERVICED]
    # what was cleared but not serviced at the start is serviced on its own ramp
    missing, caught_up = state[s, S_FIRST_CLEARED] - state[s, S_FIRST_SERVICED], 1.0
    if missing > 0.0:
        caught_up = min(time * state[s, S_BACKLOG], 1.0)
        state[s, S_SERVICED] += missing * caught_up
    work.moving[s] = cleared < 1.0 or serviced < 1.0 or caught_up < 1.0


@inlined
def offer(kind: int, time: float, sites: Sites, work: Work, own: FloatArray) -> tuple[
    float, float, int
]:  # fmt: skip
    """Clear, service, return what exits, and list what each site can lease.

    Returns
    -------
    stock, supply, count
        Leased land before exits, all that can be leased, and in how many sites.
    """
    keep = 1.0 - own[EXIT_RATE] * STEP
    stock, supply, count = 0.0, 0.0, 0
    for s in range(work.first[kind], work.last[kind]):
        if not work.there[s]:
            continue
        state = work.state
        stock += state[s, S_LEASED]
        if work.moving[s]:
            clear_and_service(s, time, work)
        leased = state[s, S_LEASED] * keep
        state[s, S_LEASED] = leased
        # part of what is cleared is let before it is serviced
        waiting = state[s, S_CLEARED] - state[s, S_SERVICED]
        room = state[s, S_SERVICED] + own[PRELEASE] * waiting - leased
        if room > 0.0:
            land, p, q = max(state[s, S_INDUSTRIAL], 1e-9), state[s, S_P], state[s, S_Q]
            limit = absorption_limit(leased, land, p, q, own[CEILING], state[s, S_DECAY])
            if limit > 0.0:
                work.who[count] = s
                work.capacity[count] = min(limit, room)
                work.weight[count] = limit * sites.attractiveness[s]
                supply += work.capacity[count]
                count += 1
    return stock, supply, count


@inlined
def lease(count: int, supply: float, wanted: float, quarter: int, work: Work) -> float:
    """Share `wanted` ha out among the sites on offer; give how much was leased."""
    absorbed = 0.0
    if not (count and wanted > 0.0):
        return absorbed
    enough = wanted >= supply
    level = 0.0
    if not enough:
        level = water_level(work.capacity, work.weight, work.chosen, count, wanted)
    for i in range(count):
        s = work.who[i]
        land = work.capacity[i]
        if not enough:
            land = min(land, work.weight[i] * level)
        work.state[s, S_LEASED] += land
        arrival = quarter + work.lag[s]
        if arrival < len(work.arrivals):
            work.arrivals[arrival, s] += land * work.state[s, S_SURVIVAL]
        absorbed += land
    return absorbed


@inlined
def operate(kind: int, quarter: int, sites: Sites, work: Work, keep: float, row: FloatArray,
            worst: FloatArray) -> None:  # fmt: skip
    """Bring leases past their lag into operation (L6), and add the sites up into `row`.

    Land in operation is past its lag, on serviced land, never more than is leased; what operates
    already is not closed because servicing is not printed.
    """
    count, gross, industrial, cleared, serviced = 0.0, 0.0, 0.0, 0.0, 0.0
    leased, operating, idle, running, let = 0.0, 0.0, 0.0, 0.0, 0.0
    w0, w1, w2, w3, w4, w5 = worst[0], worst[1], worst[2], worst[3], worst[4], worst[5]
    for s in range(work.first[kind], work.last[kind]):
        if not work.there[s]:
            continue
        state = work.state
        land, stock, ready = state[s, S_INDUSTRIAL], state[s, S_LEASED], state[s, S_SERVICED]
        state[s, S_MATURED] = state[s, S_MATURED] * keep + work.arrivals[quarter, s]
        run = min(max(ready, state[s, S_OPERATING] * keep), state[s, S_MATURED], stock)
        state[s, S_OPERATING] = run
        count += sites.counts[s]
        gross += sites.gross[s]
        industrial += land
        cleared += state[s, S_CLEARED]
        serviced += ready
        leased += stock
        operating += run
        idle += max(ready - stock, 0.0)
        running += land if run > 0.0 else 0.0
        let += stock if run > 0.0 else 0.0
        w0, w1, w2 = (
            max(w0, run - stock),
            max(w1, stock - land),
            max(w2, ready - state[s, S_CLEARED]),
        )
        w3, w4, w5 = max(w3, state[s, S_CLEARED] - land), max(w4, -run), max(w5, -ready)
    worst[0], worst[1], worst[2], worst[3], worst[4], worst[5] = w0, w1, w2, w3, w4, w5
    row[COUNT] += count
    row[GROSS] += gross
    row[INDUSTRIAL] += industrial
    row[CLEARED] += cleared
    row[SERVICED] += serviced
    row[LEASED] += leased
    row[OPERATING] += operating
    row[IDLE] += idle
    row[INDUSTRIAL_OPERATING] += running
    row[LEASED_OPERATING] += let


@inlined
def move_kind(kind: int, quarter: int, draw: int, spilled: float, sites: Sites, given: Given,
              work: Work, written: Written) -> float:  # fmt: skip
    """Move one kind through a quarter; give the demand that goes on to the next kind.

    Where a kind has no site nobody asks there, and nothing is housed.
    """
    row, own = written.totals[draw, quarter, kind], given.values[draw]
    row[TRANSFERRED] = work.moved[kind]
    if work.first[kind] == work.last[kind]:
        row[UNMET] = spilled
        return 0.0
    stock, supply, count = offer(kind, (quarter + 1) * STEP, sites, work, own)
    annual, policy = land_demand(
        kind, stock, own, (given.pace[draw, quarter, kind], given.observed[draw, kind]),
        given.fdi[draw, quarter] / STEP, given.growth[draw, quarter],
    )  # fmt: skip
    luck = given.multiplier[given.year_of[quarter], draw, kind] * STEP
    wanted = annual * luck + spilled
    keep = 1.0 - own[EXIT_RATE] * STEP
    row[ABSORBED] = lease(count, supply, wanted, quarter, work)
    row[EXITS] = stock * (1.0 - keep)
    row[DEMAND], row[DEMAND_POLICY] = annual * luck, policy * luck
    operate(kind, quarter, sites, work, keep, row, written.violations)
    unmet = max(wanted - supply, 0.0)
    passed_on = unmet * own[SPILLOVER] if kind == PARK else 0.0
    row[UNMET] = unmet - passed_on
    return passed_on


@inlined
def move_draw(
    draw: int, sites: Sites, rules: Rules, given: Given, work: Work, written: Written
) -> None:
    """Move all sites of a draw through all quarters."""
    every = np.uint64(len(sites.kind))
    work.arrivals[:] = 0.0
    work.joined[:] = 0.0
    log_keep = math.log1p(-given.values[draw, EXIT_RATE] * STEP)
    for s in range(every):
        start_site(s, draw, log_keep, sites, rules, given, work)
    for quarter in range(given.pace.shape[1]):
        work.moved[:] = 0.0
        if rules.withdrawals:
            for s in range(every):
                if sites.withdrawal[s] == quarter:
                    withdraw(s, sites, rules, work)
        for field in range(STOCK_FIELDS):
            written.totals[draw, quarter, PARK, field] = work.joined[field]
        spilled = 0.0
        for kind in range(2):
            approve(kind, quarter, draw, sites, rules, given, work)
            spilled = move_kind(kind, quarter, draw, spilled, sites, given, work, written)
        year = written.end_row[quarter]
        for s in range(every if year >= 0 else np.uint64(0)):
            written.leased[draw, year, s] = work.state[s, S_LEASED]
            written.serviced[draw, year, s] = work.state[s, S_SERVICED]
    for s in range(every):
        written.approved[draw, s] = work.approved[s]


@compiled
def simulate(sites: Sites, rules: Rules, given: Given, work: Work, written: Written) -> None:
    """Simulate every draw; draws are independent of each other."""
    for draw in range(len(given.values)):
        move_draw(draw, sites, rules, given, work, written)


def make_work(sites: Sites, quarters: int) -> Work:
    """Give room for one draw at a time."""
    n = len(sites.kind)
    parks = int((sites.kind == PARK).sum())
    planned = [int(sites.planned[sites.kind == kind].sum()) for kind in range(2)]
    whole, mark = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    place = np.zeros(n, dtype=np.uint64)
    ends = [(0, parks, parks - planned[0]), (parks, n, n - planned[1])]
    first, last, begin = np.array(ends, dtype=np.uint64).T.copy()
    return Work(
        np.zeros((n, STATE)), whole, mark, mark.copy(), whole.copy(), whole.copy(),
        np.zeros((quarters, n)), np.zeros(n), np.zeros(n), place, place.copy(), first, last, begin,
        np.zeros(STOCK_FIELDS), np.zeros(2),
    )  # fmt: skip
