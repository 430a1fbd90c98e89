"""State of all sites of one kind in a chunk of draws: what the kernel moves quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kichban.land.values import NEVER, LandSites
from kichban.numbers import BoolArray, FloatArray, IntArray
from tests.land_twin.absorption import AbsorptionSpeed, absorption_limit
from tests.land_twin.occupancy import operating_land
from tests.land_twin.stages import ClearingWindow, clearing_window, ramp_share


@dataclass(slots=True)
class KindState:
    """Constants and stocks of one kind; arrays are (draw, site) unless said otherwise.

    Sites stand in the order: finished ones first, from column `moving` on those whose land is
    still being cleared or serviced, then the planned ones; `columns` are
    their places among all sites.
    The ramps of clearing and of servicing are kept as slope and offset (``stages.ramp_share``),
    +inf offset = not approved; `laid` are the offsets for approval at the start. `areas` (draw,)
    are count, gross and industrial land of the established sites.
    `history` (quarter + 2, draw, site) holds leases cumulated since the start, its first row
    empty, the second the leases that were not yet in operation at the start.
    """

    kind: int
    sites: LandSites
    columns: IntArray
    planned: IntArray
    moving: int
    gated: bool
    durations: tuple[FloatArray, FloatArray, FloatArray]
    slip: FloatArray
    industrial: FloatArray
    rest: FloatArray
    backlog_slope: FloatArray
    slopes: tuple[FloatArray, FloatArray]
    offsets: tuple[FloatArray, FloatArray]
    laid: tuple[FloatArray, FloatArray]
    ready_at: FloatArray
    ready: IntArray
    approved: IntArray
    established: BoolArray
    base: FloatArray
    speed: AbsorptionSpeed
    prelease: FloatArray
    keep: FloatArray
    survival: FloatArray
    due_index: IntArray
    due: FloatArray
    history: FloatArray
    cleared: FloatArray
    serviced: FloatArray
    leased: FloatArray
    matured: FloatArray
    operating: FloatArray
    buffers: tuple[FloatArray, FloatArray, FloatArray]
    areas: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def first_planned(self) -> int:
        """Column of the first planned site; they are the last ones."""
        return len(self.sites) - self.planned.size

    def approve(self, new: BoolArray, quarter: int, now: float) -> None:
        """Approve planned sites: `new` (draw, planned), `quarter` from the start.

        Approval is dated to the middle of its quarter.
        """
        draw, site = np.nonzero(new)
        time, p = (quarter + 0.5) / 4.0, self.first_planned
        if np.isnan(self.sites.official[p:]).all():
            # ramps were laid out for approval at time 0 and only move
            site += p
            for slopes, offsets, laid in zip(self.slopes, self.offsets, self.laid, strict=True):
                offsets[draw, site] = time * slopes[draw, site] + laid[draw, site]
        else:
            window = self.planned_window(time, now)
            ramps = zip(self.slopes, self.offsets, (window[:2], window[2:]), strict=True)
            for slopes, offsets, (begin, length) in ramps:
                slopes[draw, site + p] = 1.0 / length[draw, site]
                offsets[draw, site + p] = (begin / length)[draw, site]
            site += p
        self.approved[draw, site] = quarter
        self.established[draw, site] = True
        self.add_areas(draw, site, 1.0)

    def planned_window(self, time: float, now: float) -> ClearingWindow:
        """Lay out the planned sites anew for approval at `time`, with their official dates."""
        p = slice(self.first_planned, None)
        return clearing_window(
            np.full(self.planned.size, time),
            (self.durations[0][:, p], self.durations[1][:, p], self.durations[2][:, p]),
            self.slip[:, p],
            np.zeros(self.planned.size),
            self.sites.official[p] - now,
            self.sites.official_document[p] - now,
        )

    def add_areas(self, draw: IntArray, site: IntArray, sign: float) -> None:
        """Add established sites to the areas by draw, or take them off."""
        weights = {
            "count": self.sites.counts[site].astype(np.float64),
            "gross": self.sites.gross[site],
            "industrial": self.industrial[draw, site],
        }
        for name, weight in weights.items():
            self.areas[name] += sign * np.bincount(draw, weight, len(self.slip))

    def clear_and_service(self, time: float) -> None:
        """Move cleared and serviced land to `time` (years from the start)."""
        part = slice(self.moving, None)
        cleared, serviced, rest = self.cleared[:, part], self.serviced[:, part], self.rest[:, part]
        ramp_share(time, self.slopes[0][:, part], self.offsets[0][:, part], out=cleared)
        cleared *= rest
        cleared += self.sites.cleared[part]
        ramp_share(time, self.slopes[1][:, part], self.offsets[1][:, part], out=serviced)
        serviced *= rest
        serviced += self.sites.serviced[part]
        # what was cleared but not serviced at the start is serviced on its own ramp
        missing = self.sites.cleared - self.sites.serviced
        waiting = np.flatnonzero(missing > 0.0)
        if waiting.size:
            share = np.minimum(time * self.backlog_slope[:, waiting], 1.0)
            self.serviced[:, waiting] += missing[waiting] * share

    def leasable(self) -> tuple[FloatArray, FloatArray]:
        """Most that each site can lease now, and the limit of its absorption curve alone."""
        limit = absorption_limit(self.leased, self.base, self.speed, self.buffers)
        room = self.prelease[:, np.newaxis] * (self.cleared - self.serviced)
        room += self.serviced - self.leased
        np.maximum(room, 0.0, out=room)
        return np.minimum(limit, room, out=room), limit

    def lease(self, allocation: FloatArray, quarter: int) -> None:
        """Add new leases and bring those past their lag into operation."""
        self.leased += allocation
        np.add(self.history[quarter + 1], allocation, out=self.history[quarter + 2])
        due, spare = self.buffers[0], self.due
        self.history.ravel().take(self.due_index, mode="clip", out=due)
        self.due_index += allocation.size
        arrived = np.subtract(due, self.due, out=spare)
        arrived *= self.survival
        self.matured *= self.keep
        self.matured += arrived
        self.due, self.buffers = due, (spare, *self.buffers[1:])
        self.operating *= self.keep
        operating_land(self.matured, self.leased, self.serviced, self.operating, out=self.operating)

    def stocks(self) -> dict[str, FloatArray]:
        """Give the stocks by name, (draw, site) ha."""
        names = ("cleared", "serviced", "leased", "operating")
        return {name: getattr(self, name) for name in names}

    def withdraw(self, column: int) -> None:
        """Take a site out of all stocks and areas, for good."""
        there = np.flatnonzero(self.established[:, column])
        self.add_areas(there, np.full(len(there), column), -1.0)
        stocks = (self.rest, self.cleared, self.serviced, self.leased, self.matured, self.due)
        for stock in (*stocks, self.operating, self.established):
            stock[:, column] = 0
        self.history[:, :, column] = 0.0
        self.ready[:, column] = NEVER
        sites = self.sites
        gone = np.arange(len(sites)) == column
        self.sites = sites_without_stock(sites, gone)


def sites_without_stock(sites: LandSites, gone: BoolArray) -> LandSites:
    """Give the sites with the stocks at the start of `gone` set to nothing."""
    return replace(
        sites,
        cleared=np.where(gone, 0.0, sites.cleared),
        serviced=np.where(gone, 0.0, sites.serviced),
    )
