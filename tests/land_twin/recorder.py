"""Collects the paths of a block while the kernel runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.land.values import FLOWS, NEVER, PARK, STOCKS, LandPaths, LandSites
from kichban.numbers import FloatArray
from tests.land_twin.state import KindState
from tests.land_twin.sums import over_sites, over_sites_where


class Recorder:
    """Totals by name and sites at year ends, written chunk by chunk.

    Totals are kept with draws side by side and given as (draw, quarter, kind).
    """

    def __init__(self, sites: LandSites, draws: int, first_quarter: int, quarters: int) -> None:
        self.first, self.quarters = first_quarter, quarters
        ends = np.arange(quarters)[(first_quarter + np.arange(quarters)) % 4 == 3]
        self.ends = {int(q): row for row, q in enumerate(ends)}
        self.site_quarters = first_quarter + ends
        shape = (quarters, 2, draws)
        self.totals = {name: np.zeros(shape) for name in (*STOCKS, *FLOWS)}
        self.site_leased = np.zeros((draws, len(ends), len(sites)))
        self.site_serviced = np.zeros_like(self.site_leased)
        self.approved = np.full((draws, len(sites)), NEVER, dtype=np.int64)
        self.violations: dict[str, float] = {}
        self.size = float(sites.gross.max(initial=1.0))

    def write(
        self, part: slice, quarter: int, state: KindState, flows: Mapping[str, FloatArray]
    ) -> None:
        """Write one kind at the end of a quarter; adds to what merged clusters brought."""
        rows = {name: total[quarter, state.kind, part] for name, total in self.totals.items()}
        for name, values in flows.items():
            rows[name] += values
        if not len(state.sites):
            return
        for name, values in state.areas.items():
            rows[name] += values
        for name, stock in state.stocks().items():
            rows[name] += over_sites(stock)
        running = state.operating > 0.0
        rows["industrial_operating"] += over_sites_where(state.industrial, running)
        rows["leased_operating"] += over_sites_where(state.leased, running)
        idle = np.subtract(state.serviced, state.leased, out=state.buffers[0])
        rows["idle"] += over_sites(np.maximum(idle, 0.0, out=idle))
        if quarter in self.ends:
            self.site_leased[part, self.ends[quarter], state.columns] = state.leased
            self.site_serviced[part, self.ends[quarter], state.columns] = state.serviced

    def merge(self, part: slice, quarter: int, state: KindState, column: int) -> None:
        """Give the land of a merged cluster to the totals of parks, as it stands, for good."""
        stocks = {
            "gross": state.sites.gross[column], "industrial": state.industrial[:, column],
            "cleared": state.cleared[:, column], "serviced": state.serviced[:, column],
            "leased": state.leased[:, column], "operating": state.operating[:, column],
        }  # fmt: skip
        for name, values in stocks.items():
            self.totals[name][quarter:, PARK, part] += values
        idle = np.maximum(stocks["serviced"] - stocks["leased"], 0.0)
        self.totals["idle"][quarter:, PARK, part] += idle

    def write_approvals(self, part: slice, state: KindState) -> None:
        """Write the quarters of approval at the end of the run."""
        never = state.approved >= NEVER
        self.approved[part, state.columns] = np.where(never, NEVER, state.approved + self.first)

    def paths(self) -> LandPaths:
        """Give the frozen paths."""
        return LandPaths(
            first_quarter=self.first,
            **{name: np.moveaxis(total, 2, 0) for name, total in self.totals.items()},
            site_leased=self.site_leased,
            site_serviced=self.site_serviced,
            site_quarters=self.site_quarters,
            approved_quarter=self.approved,
            violations=self.violations,
        )
