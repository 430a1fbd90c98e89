"""Series: one row per key, with its interval, its origin and the statements behind it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.ledger import Ledger, Statement, age, newest_print
from kichban.numbers import FloatArray
from kichban.periods import Period, from_months
from kichban.reconcile.estimate import Estimate
from kichban.reconcile.evidence import BASIS, INDICATOR, TOTAL

Origin = Literal["observed", "derived", "estimated"]
#: half-width of an 80 % interval in standard deviations
Z80 = 1.2815515655446004
#: where the figures fix only growth no level is given: an interval this wide says nothing
WIDEST = 2.0
#: a print further than this many sd from the estimate is overruled by it
TRUSTED = 2.0
#: log error of a difference of prints beyond that of the estimate [J]
DERIVED_SD = 0.02
MEASURES = (
    "level", "count", "area_ha", "growth_yoy", "growth_mom", "growth_avg", "share_pct",
    "occupancy_pct", "contribution_pp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One value of a series; `lower`/`upper` are its 80 % interval (the value where exact)."""

    region: str
    indicator: str
    breakdown: str
    period: Period
    measure: str
    value: float
    lower: float
    upper: float
    unit: str
    price_basis: str
    origin: Origin
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The estimated monthly history of industrial output, as a joint normal in logs.

    Attributes
    ----------
    first_month, last_month
        Month indices covered.
    parts
        Breakdowns whose log shares at the last month are known.
    mean, covariance : (k,), (k, k) float64
        Joint mode and covariance of [log levels of all months, season (12), Tết, trend of the
        last month, log shares].
    """

    first_month: int
    last_month: int
    parts: tuple[str, ...]
    mean: FloatArray
    covariance: FloatArray

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.last_month - self.first_month + 1


def history_of(estimate: Estimate) -> History:
    """Reduce an estimate to what a projection starts from."""
    layout = estimate.layout
    rows = [estimate.design[TOTAL]]
    effects = np.zeros((14, layout.size))
    effects[np.arange(13), layout.season + np.arange(13)] = 1.0
    effects[13, layout.months - 1] = 1.0
    rows.append(effects)
    rows.extend((estimate.design[p] - estimate.design[TOTAL])[-1][None, :] for p in layout.parts)
    reduce = np.vstack(rows)
    return History(
        layout.first_month,
        layout.first_month + layout.months - 1,
        layout.parts,
        reduce @ estimate.state,
        reduce @ estimate.covariance @ reduce.T,
    )


def output_rows(ledger: Ledger, estimate: Estimate) -> list[SeriesRow]:
    """Give monthly, quarterly, annual and printed cumulative levels of the total and its parts."""
    prints = _prints(estimate)
    effects = estimate.state[estimate.layout.first_release :]
    trusted = {
        r: bool(abs(effects[k]) <= TRUSTED * estimate.release_scale[k])
        for k, r in enumerate(estimate.layout.releases)
    }
    rows = []
    for node in estimate.evidence.nodes:
        own = [p for n, p in prints if n == node]
        for period in sorted({*_calendar(estimate, node), *own}):
            row = _row(ledger, estimate, node, period, prints.get((node, period), ()), trusted)
            if row.origin != "estimated" or row.upper <= WIDEST * row.lower:
                rows.append(row)
    return rows


def _prints(estimate: Estimate) -> Mapping[tuple[str, Period], tuple[Statement, ...]]:
    found: dict[tuple[str, Period], list[Statement]] = defaultdict(list)
    for o in estimate.evidence.observations:
        s = o.statement
        if s.measure == "level" and not s.is_plan and s.period is not None:
            found[o.top.node, from_months(s.period.start, s.period.stop)].append(s)
    return {key: tuple(sorted(rows, key=age)) for key, rows in found.items()}


def _calendar(estimate: Estimate, node: str) -> list[Period]:
    first, last = estimate.layout.first_month, estimate.evidence.last_month
    lengths = (1, 3, 12) if node == TOTAL else (12,)
    return [
        from_months(start, start + n) for n in lengths for start in range(first, last + 2 - n, n)
    ]


def _row(
    ledger: Ledger,
    estimate: Estimate,
    node: str,
    period: Period,
    prints: Sequence[Statement],
    trusted: Mapping[tuple[str, str, int, int], bool],
) -> SeriesRow:
    log, sd = estimate.log_sum(node, period.start, period.stop)
    value, lower, upper = math.exp(log), math.exp(log - Z80 * sd), math.exp(log + Z80 * sd)
    origin: Origin = "estimated"
    good = [s for s in prints if trusted.get((s.source, node, period.start, period.stop), True)]
    statements = tuple(s.id for s in prints)
    if good:
        newest = newest_print(good)
        origin, value = "observed", newest.value
        exact = newest.status == "actual" and not newest.qualifier
        lower, upper = (value, value) if exact else (min(lower, value), max(upper, value))
    elif (derived := _derive(estimate, node, period, trusted)) is not None and abs(
        math.log(max(derived[0], 1e-9)) - log
    ) <= TRUSTED * math.hypot(sd, DERIVED_SD):
        origin, value = "derived", derived[0]
        lower, upper = min(lower, value), max(upper, value)
        statements = tuple(dict.fromkeys((*statements, *derived[1])))
    elif not statements:
        statements = _overlapping(estimate, node, period)
    return SeriesRow(
        ledger.region, INDICATOR, node, period, "level", value, lower, upper, "bn_vnd", BASIS,
        origin, statements,
    )  # fmt: skip


def _derive(
    estimate: Estimate,
    node: str,
    period: Period,
    trusted: Mapping[tuple[str, str, int, int], bool],
) -> tuple[float, tuple[str, ...]] | None:
    """Give the period as a sum or difference of level prints, if it is one, and their ids."""
    near: dict[tuple[int, int], list[Statement]] = defaultdict(list)
    for o in estimate.evidence.observations:
        same_years = period.start // 12 * 12 <= o.top.start and o.top.stop <= period.year * 12 + 12
        level = o.statement.measure == "level" and o.top.kind == "months" and o.top.node == node
        if level and same_years and trusted.get(o.release, True):
            near[o.top.start, o.top.stop].append(o.statement)
    if not near:
        return None
    first, last = period.start // 12 * 12, period.year * 12 + 12
    months = np.arange(first, last)
    spans = np.array([(months >= a) & (months < b) for a, b in near], dtype=float).T
    wanted = ((months >= period.start) & (months < period.stop)).astype(float)
    weights = np.linalg.lstsq(spans, wanted, rcond=None)[0]
    if float(np.abs(spans @ weights - wanted).max()) > 1e-9:
        return None
    used = [
        (newest_print(prints), float(w))
        for prints, w in zip(near.values(), weights, strict=True)
        if abs(w) > 1e-9
    ]
    return sum(w * s.value for s, w in used), tuple(s.id for s, _ in used)


def _overlapping(estimate: Estimate, node: str, period: Period) -> tuple[str, ...]:
    found = [
        o.statement.id
        for o in estimate.evidence.observations
        if o.top.kind == "months"
        and o.top.node == node
        and o.top.start < period.stop
        and period.start < o.top.stop
    ]
    return tuple(dict.fromkeys(found))


def printed_rows(ledger: Ledger, taken: Sequence[SeriesRow]) -> list[SeriesRow]:
    """Give every other indicator as printed: the newest print of each key, the rest by name."""
    keys = {
        (r.region, r.indicator, r.breakdown, r.period.text, r.measure, r.price_basis) for r in taken
    }
    groups: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for s in ledger.statements:
        if s.use != "yes" or s.id in ledger.odd or s.is_plan or s.period is None:
            continue
        key = (s.region, s.indicator, s.breakdown, s.period.text, s.measure, s.price_basis)
        if s.measure in MEASURES and key not in keys:
            groups[key].append(s)
    rows = []
    for prints in groups.values():
        ordered = sorted(prints, key=age)
        s = newest_print(prints)
        assert s.period is not None
        exact = s.status == "actual" and not s.qualifier
        low, high = (s.value, s.value) if exact else s.interval
        rows.append(
            SeriesRow(
                s.region, s.indicator, s.breakdown, s.period, s.measure, s.value, low, high,
                s.unit, s.price_basis, "observed", tuple(p.id for p in ordered),
            )
        )  # fmt: skip
    return rows
