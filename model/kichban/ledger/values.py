"""The nouns of the ledger, frozen: what was printed, by whom, when, about what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from kichban.numbers import printed_interval
from kichban.periods import Period

Use = Literal["yes", "background", "no"]
Label = Mapping[str, str]
#: for one period, dying out, for good
BreakKind = Literal["outlier", "temporary", "shift"]
#: measures that state how much there is, not how it moves or what part it is
LEVELS = ("level", "count", "area_ha")


@dataclass(frozen=True, slots=True)
class Statement:
    """One printed figure with its printed digits, source and day of publication.

    Per cent stands as printed (27.8); `row` is the line in ``statements.csv``.
    """

    id: str
    region: str
    indicator: str
    breakdown: str
    period: Period | None
    period_kind: str
    measure: str
    value: float
    unit: str
    printed: str
    resolution: float
    qualifier: str
    price_basis: str
    status: str
    published: dt.date | None
    published_precision: str
    source: str
    note: str
    use: Use
    reason: str
    row: int

    @property
    def interval(self) -> tuple[float, float]:
        """Values the print stands for; see :func:`kichban.numbers.printed_interval`."""
        return printed_interval(self.value, self.resolution, self.qualifier)

    @property
    def is_plan(self) -> bool:
        """Whether it says what is wanted rather than what was."""
        return self.status in ("plan", "target")


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were printed."""

    id: str
    title: str
    publisher: str
    published: str
    url_or_file: str


@dataclass(frozen=True, slots=True)
class Target:
    """An official target: the meaning from ``targets.toml``, the figure from its statement.

    `path` names the steps that belong together, such as the quarters of a growth scenario;
    `resolution` is the last digit of the figure as printed.
    """

    id: str
    statement: str
    statement_upper: str
    region: str
    indicator: str
    breakdown: str
    period: Period
    measure: str
    value: float
    upper: float | None
    unit: str
    price_basis: str
    kind: str
    sense: str
    document: Label
    document_date: str
    plan_type: str
    published: dt.date
    supersedes: tuple[str, ...]
    in_force: bool
    identity: str
    path: str = ""
    resolution: float = 0.0

    @property
    def resolved_sense(self) -> str:
        """``>=``, ``<=`` or ``=``: on counts and areas, and where empty, it means at least."""
        if self.sense in ("<=", "<"):
            return "<="
        exact = self.sense == "=" and self.measure not in ("count", "area_ha")
        return "=" if exact else ">="


@dataclass(frozen=True, slots=True)
class Site:
    """Identity of one park phase (kcn) or cluster (ccn)."""

    id: str
    kind: Literal["kcn", "ccn"]
    name_vi: str
    name: str
    parent: str
    district: str
    phase: str
    published: dt.date | None
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class SiteObservation:
    """What was printed about one site on one day; areas in ha, occupancy in per cent.

    In words, as printed: `decision` (number and day), infrastructure `investor`, central
    `wastewater` treatment, and the `obstacles` that hold the site up.
    """

    site: str
    as_of: dt.date | None
    stage: str
    gross_ha: float | None
    industrial_ha: float | None
    cleared_ha: float | None
    serviced_ha: float | None
    leased_ha: float | None
    operating_ha: float | None
    occupancy_pct: float | None
    denominator: str
    status: str
    published: dt.date | None
    source: str
    note: str
    use: Use
    decision: str = ""
    investor: str = ""
    wastewater: str = ""
    obstacles: str = ""


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """Sites known only by totals; the figures stand in `statements`."""

    id: str
    kind: Literal["kcn", "ccn"]
    stage: str
    statements: tuple[str, ...]
    published: dt.date | None
    note: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """A named project or key enterprise.

    `output` is that of a full year, bn VND at the prices of its print; `share_year1` of it is
    reached in the first four quarters from `start`, all of it after. `probability` that it comes
    about at all is from 0 to 1. What is `confidential` enters no edition unless asked for.
    """

    id: str
    project: str
    sector: str
    site: str
    start: Period
    output: float
    share_year1: float
    probability: float
    confidential: bool
    published: dt.date
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region or district with its days of validity, as known on the as-of date."""

    code: str
    name: Label
    kind: str
    parent: str
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How the analyst reads odd or incomplete prints, from `date` on."""

    id: str
    statements: tuple[str, ...]
    set: Mapping[str, str]
    reason: Label
    date: dt.date


@dataclass(frozen=True, slots=True)
class JudgedBreak:
    """An outlier or break that the analyst accepted or refused, from `date` on.

    `period` is the first one it bears on.
    """

    id: str
    indicator: str
    breakdown: str
    price_basis: str
    kind: BreakKind
    period: Period
    accepted: bool
    reason: Label
    date: dt.date


@dataclass(frozen=True)
class Ledger:
    """Everything visible on `as_of`: what was published on or before that day, and no more."""

    region: str
    as_of: dt.date
    statements: tuple[Statement, ...]
    sources: Mapping[str, Source]
    targets: tuple[Target, ...]
    sites: tuple[Site, ...]
    observations: tuple[SiteObservation, ...]
    groups: tuple[SiteGroup, ...]
    regions: Mapping[str, Region]
    readings: tuple[Reading, ...]
    odd: frozenset[str] = field(default_factory=frozenset)
    breaks: tuple[JudgedBreak, ...] = ()
    capacity: tuple[Capacity, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Statement]:
        """Visible statements by id."""
        return MappingProxyType({s.id: s for s in self.statements})

    @cached_property
    def _index(self) -> Mapping[tuple[str, str], tuple[Statement, ...]]:
        found: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.statements:
            if statement.use == "yes" and statement.id not in self.odd:
                found.setdefault((statement.region, statement.indicator), []).append(statement)
        return {key: tuple(sorted(rows, key=_age)) for key, rows in found.items()}

    def select(
        self,
        indicator: str,
        breakdown: str | None = None,
        measure: str | None = None,
        region: str | None = None,
        price_basis: str | None = None,
    ) -> tuple[Statement, ...]:
        """Give the usable statements of an indicator, oldest period first, then oldest print.

        Odd prints that no reading explains are left out; ``None`` means any.
        """
        return tuple(
            s
            for s in self._index.get((region or self.region, indicator), ())
            if (breakdown is None or s.breakdown == breakdown)
            and (measure is None or s.measure == measure)
            and (price_basis is None or s.price_basis == price_basis)
        )

    def latest(self, indicator: str, breakdown: str, measure: str) -> Statement | None:
        """Give the newest actual or estimated print of the latest period, if there is one."""
        rows = [s for s in self.select(indicator, breakdown, measure) if not s.is_plan]
        return rows[-1] if rows else None


def _age(statement: Statement) -> tuple[int, dt.date, dt.date, str]:
    assert statement.period is not None and statement.published is not None  # noqa: PT018
    period = statement.period
    return period.stop, period.last_day, statement.published, statement.id
