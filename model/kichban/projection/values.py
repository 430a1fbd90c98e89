"""The nouns of a projection: what was run, and paths of every variable, draw by draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from kichban.calibration import LandCalibration
from kichban.land.noise import stream
from kichban.nowcast import YearStart
from kichban.numbers import FloatArray, IntArray
from kichban.scenario import BLOCK, PathStep, Scenario

#: indicators that need no land, and what they need besides output
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "industrial_output": "output", "iip": "output", "industrial_va": "output",
        "grdp": "accounts", "construction_va": "accounts", "services_va": "accounts",
        "agriculture_va": "accounts", "product_tax": "accounts", "exports": "trade",
        "imports": "trade", "trade_total": "trade", "retail_sales": "trade",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told: draws, seed, last year, and workers (which change no result).

    `asked` names the variables whose joint paths are kept (``None``: all), `tables` says whether
    quantiles of the others are, `approvals` whether gate dates are.
    """

    draws: int = 10_240
    seed: int = 1
    last_year: int = 2030
    workers: int = 2
    asked: frozenset[Variable] | None = None
    approvals: bool = False
    tables: bool = True

    @property
    def parts(self) -> frozenset[str]:
        """What besides output has to be computed: accounts, trade, land."""
        if self.asked is None or self.tables or self.approvals:
            return frozenset({"accounts", "trade", "land"})
        found = set()
        for variable in self.asked:
            if "method:land" in variable.breakdown:
                found.add("land")
            elif variable.measure == "contribution_pp":
                found.add("accounts")
            else:
                found.add(PARTS.get(variable.indicator, "land"))
        return frozenset(found)


#: (year, level, statements) of the last full year of a flow
LastLevel = tuple[int, float, tuple[str, ...]]


class Luck(NamedTuple):
    """Which random numbers: those of a block, cut to its first `size` draws."""

    seed: int
    block: int
    size: int


@dataclass(frozen=True, slots=True, order=True)
class Variable:
    """What a path is about: the tidy key without scenario, region and period."""

    indicator: str
    breakdown: str
    measure: str
    unit: str
    price_basis: str = ""


@dataclass(frozen=True, slots=True)
class Paths:
    """Sample paths: ``annual`` (draw, year) and ``quarterly`` (draw, quarter), float64 each.

    Years and quarters count from those of the :class:`Axis`; a variable may have only one of
    the two.
    """

    annual: FloatArray | None = None
    quarterly: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """Time of a projection.

    `first_month` is the first month index not covered by printed output, `land_quarter` the
    first quarter index of the land block. Results start with the quarter of the first and end
    with the fourth quarter of `last_year`.
    """

    first_month: int
    land_quarter: int
    last_year: int

    @property
    def first_quarter(self) -> int:
        """First quarter index of the results."""
        return min(self.first_month // 3, self.land_quarter)

    @property
    def quarters(self) -> int:
        """Number of quarters."""
        return 4 * (self.last_year + 1) - self.first_quarter

    @property
    def first_year(self) -> int:
        """First year of the results: the current year."""
        return self.first_quarter // 4

    @property
    def years(self) -> IntArray:
        """Years of the results."""
        return np.arange(self.first_year, self.last_year + 1)

    @property
    def quarter_years(self) -> IntArray:
        """Year of each quarter."""
        return np.arange(self.first_quarter, self.first_quarter + self.quarters) // 4

    @property
    def output_quarter_years(self) -> IntArray:
        """Year of each quarter that printed output does not cover to its end."""
        return np.arange(self.first_month // 3, 4 * (self.last_year + 1)) // 4

    @property
    def year_ends(self) -> IntArray:
        """Column of each year's fourth quarter."""
        return 4 * self.years + 3 - self.first_quarter


def quarter_after(stock: dt.date) -> int:
    """Give the first quarter index after a stock: the quarter that lies 45 days ahead.

    Figures of mid-June stand for the end of the second quarter.

    >>> quarter_after(dt.date(2024, 6, 11)) - 2024 * 4
    2
    """
    ahead = stock + dt.timedelta(days=45)
    return (ahead.year * 12 + ahead.month - 1) // 3


def make_axis(stock: dt.date, covered_to: int | None, last_year: int) -> Axis:
    """Lay out time from the day of the newest stock and the last month of printed output.

    Land starts where its figures end, as output does, and not where the reader stands: what nobody
    printed since has to be projected. No result lies before the first month of output.

    >>> axis = make_axis(dt.date(2024, 7, 31), 2024 * 12 + 5, 2030)
    >>> axis.first_quarter - 2024 * 4, axis.quarters
    (2, 26)
    """
    land_quarter = quarter_after(stock)
    if covered_to is None:
        return Axis(3 * land_quarter, land_quarter, last_year)
    first_month = covered_to + 1
    return Axis(first_month, max(land_quarter, first_month // 3), last_year)


@dataclass(frozen=True, slots=True)
class ScenarioPaths:
    """Everything one scenario gives.

    Attributes
    ----------
    variables
        Paths by variable.
    tables
        Quantiles, (statistic, period), of single sites at year ends and of variables whose paths
        nobody asked for.
    by_construction
        Ids of targets the scenario is built to meet.
    approved_quarter : (draw, site) int64, or None
        When each site's gate opened, where asked for; can be handed to another run.
    notes
        Printed facts about the run: shift of growth needed to reach a target, and the like.
    """

    variables: Mapping[Variable, Paths]
    tables: Mapping[Variable, Paths]
    by_construction: tuple[str, ...]
    approved_quarter: IntArray | None
    notes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Projection:
    """All scenarios on common random numbers; `block` draws were dealt at a time.

    `last_levels` gives (year, level, statements) of the last full year of flows, `contraction`
    by how much the data narrowed the priors that were calibrated (1 − posterior/prior variance),
    `land` what the published cases of parks and clusters say.
    """

    axis: Axis
    draws: int
    seed: int
    block: int
    scenarios: Mapping[str, ScenarioPaths]
    site_ids: tuple[str, ...]
    last_levels: Mapping[Variable, LastLevel]
    contraction: Mapping[str, float]
    land: LandCalibration | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What a projection is handed from other computations.

    `land` is what the published cases say, from :func:`~kichban.projection.calibrate_province`
    (``None``: the priors stand); `approvals` (draw, site) are gate dates of another run,
    ``ScenarioPaths.approved_quarter``.
    """

    land: LandCalibration | None = None
    approvals: IntArray | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of draws of one scenario: what every part of the projection is given.

    `first` is the number of its first draw in the run.
    `draws` holds parameters, (draw,) each; `steps` path steps by parameter without ``reach``;
    `shift` the log growth a year that a ``reach`` asks for from next year on; `correction`
    (draw, quarter) what joining with the statistical path adds to the increments of the trend, and
    `lift` (draw,) what the known part of the current year adds to where it starts.
    """

    axis: Axis
    scenario: Scenario
    draws: Mapping[str, FloatArray]
    steps: Mapping[str, Sequence[PathStep]]
    luck: Luck
    first: int = 0
    shift: float = 0.0
    correction: FloatArray | None = None
    lift: FloatArray | None = None

    def normal(self, name: str, periods: int) -> FloatArray:
        """Deal (draw, period) normals, period by period: a longer horizon changes nothing."""
        return np.asarray(self._stream(name).standard_normal((periods, BLOCK)).T[: self.luck.size])

    def known(self, start: YearStart) -> FloatArray:
        """Deal the normals that draw what is known of a flow: the same to its whole family."""
        return self.normal(f"known/{start.family}", start.root.shape[1])

    def uniform(self, name: str, periods: int) -> FloatArray:
        """Deal (draw, period) uniforms, period by period."""
        return np.asarray(self._stream(name).random((periods, BLOCK)).T[: self.luck.size])

    def normals(self, name: str, periods: int, width: int) -> FloatArray:
        """Deal (draw, period, width) normals, period by period."""
        dealt = self._stream(name).standard_normal((periods, BLOCK, width))
        return np.asarray(dealt[:, : self.luck.size].transpose(1, 0, 2))

    def _stream(self, name: str) -> np.random.Generator:
        return stream(self.luck.seed, self.luck.block, name)
