"""The land block, quarter by quarter: gates, clearing, demand, leasing, operation, balances.

Within a quarter: planned sites that are ready are held against the gates on the state at its
start; land is cleared and serviced; exits return land; demand is shared out, parks first, what
spills over goes to clusters; leases past their lag come into operation; balances are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.land.balances import keep_worst
from kichban.land.demand import annual_multipliers
from kichban.land.established import approvals_to_reach
from kichban.land.gates import GateRules
from kichban.land.noise import LandNoise
from kichban.land.stages import StageDurations
from kichban.land.values import KINDS, NEVER, PARK, Horizon, LandDrivers, LandPaths, LandSites
from kichban.numbers import FloatArray
from tests.land_twin.balances import limit_violations
from tests.land_twin.demand import blended_demand, discount_optimism, land_of_growth
from tests.land_twin.gates import GateLimits, Standing, admit_in_turn, gates_open
from tests.land_twin.recorder import Recorder
from tests.land_twin.start import KIND_NAMES, start_kind
from tests.land_twin.state import KindState
from tests.land_twin.sums import over_sites
from tests.land_twin.waterfill import waterfill

#: draws worked on at a time: the arrays of a quarter then stay in the processor's cache
CHUNK = 1024


def simulate_land(
    sites: LandSites,
    rules: GateRules,
    durations: StageDurations,
    parameters: Mapping[str, FloatArray],
    drivers: LandDrivers,
    noise: LandNoise,
    horizon: Horizon,
) -> LandPaths:
    """Do what :func:`kichban.land.simulate_land` does, from the same arguments."""
    draws = len(drivers.registered_fdi)
    first_quarter, quarters, _ = horizon
    record = Recorder(sites, draws, first_quarter, quarters)
    for begin in range(0, draws, CHUNK):
        part = slice(begin, min(begin + CHUNK, draws))
        own = {key: v[part] for key, v in parameters.items() if key.startswith("land.")}
        chunk = _Chunk(
            sites, rules, own, _drivers_of(drivers, part), noise.draws(part), first_quarter
        )
        chunk.run(durations, quarters, record, part)
    return record.paths()


def _drivers_of(drivers: LandDrivers, part: slice) -> LandDrivers:
    fixed = drivers.fixed_approval
    return LandDrivers(
        drivers.pace[part],
        drivers.observed_pace[part],
        drivers.registered_fdi[part],
        drivers.output_growth[part],
        drivers.established,
        None if fixed is None else fixed[part],
    )


class _Chunk:
    """A chunk of draws on its way through the quarters."""

    def __init__(
        self,
        sites: LandSites,
        rules: GateRules,
        parameters: Mapping[str, FloatArray],
        drivers: LandDrivers,
        noise: LandNoise,
        first_quarter: int,
    ) -> None:
        self.sites, self.rules, self.parameters = sites, rules, parameters
        self.drivers, self.noise, self.first = drivers, noise, first_quarter
        self.limits = GateLimits.from_parameters(parameters)
        self.multipliers = annual_multipliers(
            noise.demand, parameters["land.demand_cv"], parameters["land.demand_persistence"]
        )

    def run(self, durations: StageDurations, quarters: int, record: Recorder, part: slice) -> None:
        """Move through all quarters and write into `record`."""
        states = [
            start_kind(
                kind, self.sites, durations, self.parameters, self.noise, self.first, quarters
            )
            for kind in KINDS
        ]
        for state in states:
            self.set_approvals(state, quarters)
        for quarter in range(quarters):
            transferred = self.withdraw(states, quarter, record, part)
            spilled = np.zeros(len(self.drivers.registered_fdi))
            for state in states:
                flows, spilled = self.step(state, quarter, spilled)
                flows["transferred"] = transferred[state.kind]
                record.write(part, quarter, state, flows)
                if len(state.sites):
                    found = limit_violations(state.stocks(), state.industrial)
                    keep_worst(record.violations, found, record.size)
        for state in states:
            record.write_approvals(part, state)

    def set_approvals(self, state: KindState, quarters: int) -> None:
        """Override readiness where approvals are handed in or a plan is to be reached."""
        if not state.planned.size:
            return
        fixed, schedule = self.drivers.fixed_approval, self.drivers.established
        planned = state.planned
        if fixed is not None:
            handed = fixed[:, state.columns][:, planned]
            never = handed >= NEVER
            state.ready[:, planned] = np.where(never, NEVER, np.maximum(handed - self.first, 0))
            state.gated = False
        elif schedule is not None and not np.isnan(schedule[:quarters, state.kind]).all():
            present = float(state.sites.gross[state.sites.stage > 0].sum())
            wanted = schedule[:quarters, state.kind].copy()
            for quarter in range(quarters):
                gone = self.sites.withdrawal <= self.first + quarter
                wanted[quarter] += self.sites.gross[gone & (self.sites.kind == state.kind)].sum()
                if state.kind == 0 and self.rules.merged_land_to_parks:
                    joined = gone & self.sites.merged & (self.sites.kind == 1)
                    wanted[quarter] -= self.sites.gross[joined].sum()
                for site in planned:
                    set_for = state.sites.opening[site]
                    if set_for >= 0 and max(set_for - self.first, 0) <= quarter:
                        wanted[quarter] -= state.sites.gross[site]
            free = planned[state.sites.opening[planned] < 0]
            state.ready[:, free] = approvals_to_reach(
                state.ready_at[:, free], state.sites.gross[free], wanted, present
            )
            state.gated = False
        if fixed is None:
            self.set_openings(state)

    def set_openings(self, state: KindState) -> None:
        """Let sites with a quarter of their own be ready in it."""
        for site in state.planned:
            set_for = state.sites.opening[site]
            if set_for >= 0:
                late = set_for >= NEVER
                state.ready[:, site] = NEVER if late else max(set_for - self.first, 0)

    def withdraw(
        self, states: list[KindState], quarter: int, record: Recorder, part: slice
    ) -> list[FloatArray]:
        """Take out the sites withdrawn in this quarter; give the leased land that moved."""
        moved = [np.zeros(len(self.drivers.registered_fdi)) for _ in KINDS]
        for kind, state in enumerate(states):
            for column in np.flatnonzero(
                np.maximum(state.sites.withdrawal - self.first, 0) == quarter
            ):
                leased = state.leased[:, column].copy()
                moved[kind] -= leased
                if state.sites.merged[column] and self.rules.merged_land_to_parks:
                    moved[PARK] += leased
                    record.merge(part, quarter, state, int(column))
                state.withdraw(int(column))
        return moved

    def step(
        self, state: KindState, quarter: int, spilled: FloatArray
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Move one kind through a quarter; `spilled` (draw,) is what parks could not house."""
        if not len(state.sites):
            return self.without_sites(spilled)
        self.approve(state, quarter)
        state.clear_and_service((quarter + 1) / 4.0)
        leased = over_sites(state.leased)
        asked, policy = self.demand(state.kind, leased, quarter)
        exits = leased * (1.0 - state.keep[:, 0])
        state.leased *= state.keep
        capacity, limit = state.leasable()
        allocation, unmet = waterfill(capacity, limit * state.sites.attractiveness, asked + spilled)
        state.lease(allocation, quarter)
        flows = {
            "absorbed": over_sites(allocation), "exits": exits, "demand": asked,
            "demand_policy": policy,
        }  # fmt: skip
        return self.pass_on(state.kind, flows, unmet)

    def pass_on(
        self, kind: int, flows: dict[str, FloatArray], unmet: FloatArray
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Split unmet demand: part of the parks' goes to clusters, the rest stays unmet."""
        share = self.parameters["land.spillover"] if kind == PARK else np.zeros(len(unmet))
        return flows | {"unmet": unmet * (1.0 - share)}, unmet * share

    @staticmethod
    def without_sites(spilled: FloatArray) -> tuple[dict[str, FloatArray], FloatArray]:
        """Give the flows of a kind without any site: nobody asks there, nothing is housed."""
        zero = np.zeros(len(spilled))
        flows = dict.fromkeys(("absorbed", "exits", "demand", "demand_policy"), zero)
        return flows | {"unmet": spilled}, zero

    def approve(self, state: KindState, quarter: int) -> None:
        """Approve the planned sites that are ready and let in."""
        planned = state.planned
        if not planned.size:
            return
        last = slice(state.first_planned, None)
        new = (state.ready[:, last] <= quarter) & ~state.established[:, last]
        if not new.any():
            return
        # sites with a quarter of their own neither face the gates nor stand in their queue
        opening = state.sites.opening[planned]
        own_quarter = new & ((opening >= 0) & (opening < NEVER))
        new &= ~own_quarter
        if state.gated:
            industrial = np.where(state.established, state.industrial, 0.0)
            standing = Standing(state.leased, industrial, state.operating)
            now = self.first + quarter
            new &= gates_open(state.sites, planned, now, self.rules, self.limits, standing)
            if state.kind == PARK and self.rules.park_occupancy.applies(now):
                alone = state.sites.parent[planned] < 0
                admitted = admit_in_turn(
                    new & alone, state.ready_at[:, last], state.industrial[:, last], standing,
                    self.limits,
                )  # fmt: skip
                new &= admitted | ~alone
        new |= own_quarter
        if new.any():
            state.approve(new, quarter, self.first / 4.0)

    def demand(self, kind: int, leased: FloatArray, quarter: int) -> tuple[FloatArray, FloatArray]:
        """Land asked for in a quarter and its part above the observed pace, (draw,) ha."""
        own, drivers, name = self.parameters, self.drivers, KIND_NAMES[kind]
        growth_land = land_of_growth(
            leased, drivers.output_growth[:, quarter], own["land.output_per_ha_growth"]
        )
        registered = None
        if kind == PARK:
            # a quarter's registrations at annual rate, as the pace is
            registered = own["land.ha_per_mn_usd"] * drivers.registered_fdi[:, quarter] * 4.0
        annual = blended_demand(
            self.noise.weights, drivers.pace[:, quarter, kind], registered, growth_land
        )
        annual, policy = discount_optimism(
            annual, drivers.observed_pace[:, kind], own[f"land.optimism_{name}"]
        )
        year = (self.first + quarter) // 4 - self.first // 4
        factor = self.multipliers[year, :, kind] / 4.0
        return annual * factor, policy * factor
