"""The nouns of the land block: sites, drivers and paths, as frozen arrays with the site last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kichban.numbers import BoolArray, FloatArray, IntArray

PARK, CLUSTER = 0, 1
KINDS = (PARK, CLUSTER)
#: stage a site has passed at the start: not yet approved, or approved (established)
PLANNED, ESTABLISHED = 0, 1
#: columns of the official dates of a site
APPROVAL, HANDOVER, CLEARING, SERVICING = range(4)
#: quarter index of what does not happen within the horizon
NEVER = int(np.iinfo(np.int32).max)
#: opening quarter of a site whose approval is left to its stages and gates
AS_DRAWN = -1


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Give a view that nobody can write into.

    >>> read_only(np.zeros(2)).flags.writeable
    False
    """
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def freeze_arrays(value: Any) -> None:
    """Replace the arrays of a frozen dataclass by read-only views (call in ``__post_init__``)."""
    for field in fields(value):
        array = getattr(value, field.name)
        if isinstance(array, np.ndarray):
            object.__setattr__(value, field.name, read_only(array))


@dataclass(frozen=True, slots=True)
class LandSites:
    """Sites at the start of the first quarter, one entry a park phase or cluster.

    All arrays are (site,) unless said otherwise; stocks in ha, industrial-land equivalent except
    `gross`; times in decimal years (2024.5 = 1 July 2024), NaN = not known.

    Parameters
    ----------
    ids
        Names that key the random numbers of a site: keep them from edition to edition.
    kind
        ``PARK`` or ``CLUSTER``.
    stage
        ``PLANNED`` (no stock yet) or ``ESTABLISHED`` (approved; the stocks say how far it is).
    counts
        Whether it counts as one park or cluster; phases and expansions of another do not.
    parent
        Index of the site it expands, -1 = none.
    gross, industrial, cleared, serviced, leased, operating
        Present stocks. `industrial` may be NaN for planned sites: then gross × the drawn share.
    established
        When it was established; NaN = at the start.
    entry_from, entry_to
        Years from the start within which a planned site enters the approval procedure;
        `entry_to` NaN = the drawn spread of its kind.
    official, official_document : (site, 4)
        Official completion date of a stage (APPROVAL … SERVICING) and the day of the document
        that names it.
    attractiveness
        Weight A of a site when demand is shared out, positive.
    district
        Index of its district, -1 = not known.
    mountain
        Mountain district or craft village: smaller clusters are allowed.
    withdrawal
        Quarter index from which the site has left the totals of its kind, ``NEVER`` = stays.
    merged
        Whether a withdrawn cluster is merged into a park.
    slip
        Factor on the drawn slip of the site's kind.
    opening
        Quarter index in which a planned site is approved, whatever the gates say; ``AS_DRAWN`` =
        when it is ready and let in, ``NEVER`` = not at all.
    """

    ids: tuple[str, ...]
    kind: IntArray
    stage: IntArray
    counts: BoolArray
    parent: IntArray
    gross: FloatArray
    industrial: FloatArray
    cleared: FloatArray
    serviced: FloatArray
    leased: FloatArray
    operating: FloatArray
    established: FloatArray
    entry_from: FloatArray
    entry_to: FloatArray
    official: FloatArray
    official_document: FloatArray
    attractiveness: FloatArray
    district: IntArray
    mountain: BoolArray
    withdrawal: IntArray
    merged: BoolArray
    slip: FloatArray
    opening: IntArray

    def __post_init__(self) -> None:
        freeze_arrays(self)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, index: IntArray) -> LandSites:
        """Give the sites at `index`, in that order; parents that are left out become none."""
        where = np.full(len(self) + 1, -1, dtype=np.int64)
        where[index] = np.arange(len(index))
        values = {
            f.name: getattr(self, f.name)[index]
            for f in fields(self)
            if f.name not in ("ids", "parent")
        }
        ids = tuple(self.ids[int(i)] for i in index)
        return LandSites(ids=ids, parent=where[self.parent[index]], **values)


def make_sites(ids: tuple[str, ...], gross: FloatArray, **given: Any) -> LandSites:
    """Build sites from what is known; the rest is empty, established today, without dates.

    Examples
    --------
    >>> sites = make_sites(("a", "b"), np.array([100.0, 50.0]), kind=np.array([PARK, CLUSTER]))
    >>> sites.stage.tolist(), sites.leased.tolist()
    ([1, 1], [0.0, 0.0])
    """
    n = len(ids)
    zero, unknown = np.zeros(n), np.full(n, np.nan)
    defaults: dict[str, Any] = {
        "kind": np.zeros(n, dtype=np.int64), "stage": np.full(n, ESTABLISHED),
        "counts": np.ones(n, dtype=bool), "parent": np.full(n, -1),
        "industrial": unknown, "cleared": zero, "serviced": zero, "leased": zero,
        "operating": zero, "established": unknown, "entry_from": zero, "entry_to": unknown,
        "official": np.full((n, 4), np.nan), "official_document": np.full((n, 4), np.nan),
        "attractiveness": np.ones(n), "district": np.full(n, -1),
        "mountain": np.zeros(n, dtype=bool), "withdrawal": np.full(n, NEVER),
        "merged": np.zeros(n, dtype=bool), "slip": np.ones(n),
        "opening": np.full(n, AS_DRAWN),
    }  # fmt: skip
    unknown_names = set(given) - set(defaults)
    if unknown_names:
        raise TypeError(f"not a column of LandSites: {sorted(unknown_names)}")
    return LandSites(ids=ids, gross=np.asarray(gross, dtype=np.float64), **(defaults | given))


@dataclass(frozen=True, slots=True)
class LandDrivers:
    """What the land block is given from outside.

    Parameters
    ----------
    pace : (draw, quarter, kind) float64, ha/year
        Demand by trend in the scenario. An average of *demand*: where leasing was limited by
        supply it is a lower bound only, so the caller corrects for such years.
    observed_pace : (draw, kind) float64, ha/year
        Pace of the past. Optimism is taken off only above it.
    registered_fdi : (draw, quarter) float64, mn USD/quarter
        Newly registered foreign capital in parks.
    output_growth : (draw, quarter) float64, fraction/year
        Real growth of industrial output over the same quarter of last year.
    established : (quarter, kind) float64, ha, or None
        Established gross land to have at the quarter's end, NaN where nothing is set; it then
        overrides the times of approval of that kind.
    fixed_approval : (draw, site) int64, or None
        Quarter index of approval handed in from another run: gates are not evaluated.
    """

    pace: FloatArray
    observed_pace: FloatArray
    registered_fdi: FloatArray
    output_growth: FloatArray
    established: FloatArray | None = None
    fixed_approval: IntArray | None = None

    def __post_init__(self) -> None:
        freeze_arrays(self)


class Horizon(NamedTuple):
    """Which quarters are simulated, and at whose ends single sites are kept.

    `first` is a quarter index (year × 4 + quarter − 1), `quarters` how many follow from it;
    `kept` are quarter indices, ascending, by default those of the year ends.
    """

    first: int
    quarters: int
    kept: tuple[int, ...] | None = None


#: names of the totals of :class:`LandPaths`, each (draw, quarter, kind)
STOCKS = (
    "count", "gross", "industrial", "cleared", "serviced", "leased", "operating", "idle",
    "industrial_operating", "leased_operating",
)  # fmt: skip
FLOWS = ("absorbed", "exits", "unmet", "transferred", "demand", "demand_policy")


@dataclass(frozen=True, slots=True)
class LandPaths:
    """What became of the land: totals by kind, sites at year ends.

    Totals are (draw, quarter, kind) float64 in ha: stocks at the quarter's end (all sites
    established and not withdrawn), flows within the quarter. `idle` is serviced land not leased;
    `industrial_operating` and `leased_operating` are the industrial and leased land of the sites
    in operation, for occupancy over that denominator;
    `unmet` demand that found no land; `transferred` leased land that left (or, when merged,
    joined) a kind; `demand` what investors asked for after optimism and noise, `demand_policy`
    its part above the observed pace.

    site_leased, site_serviced : (draw, end, site) float64, ha
        At the ends of `site_quarters`, quarter indices: the fourth quarters within the horizon
        unless others were asked for.
    approved_quarter : (draw, site) int64
        Quarter index of approval; the quarter before the first for sites established at the
        start, ``NEVER`` where it does not happen within the horizon.
    violations
        Largest violation of each balance, relative to size; see ``balances.check_balances``.
    """

    first_quarter: int
    count: FloatArray
    gross: FloatArray
    industrial: FloatArray
    cleared: FloatArray
    serviced: FloatArray
    leased: FloatArray
    operating: FloatArray
    idle: FloatArray
    industrial_operating: FloatArray
    leased_operating: FloatArray
    absorbed: FloatArray
    exits: FloatArray
    unmet: FloatArray
    transferred: FloatArray
    demand: FloatArray
    demand_policy: FloatArray
    site_leased: FloatArray
    site_serviced: FloatArray
    site_quarters: IntArray
    approved_quarter: IntArray
    violations: Mapping[str, float]

    def __post_init__(self) -> None:
        freeze_arrays(self)
        object.__setattr__(self, "violations", MappingProxyType(dict(self.violations)))
