"""Rows of all other figures: the newest print of each key, the others by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kichban.catalogue import Catalogue
from kichban.ledger import LEVELS, Ledger, Statement, age, newest_print
from kichban.periods import Period, from_months
from kichban.reconcile.bounds.conflicts import Bounds
from kichban.reconcile.evidence.equations import Equation, basis_of
from kichban.reconcile.series.history import SeriesRow

MEASURES = (
    *LEVELS, "growth_yoy", "growth_mom", "growth_avg", "growth_ratio", "share_pct",
    "share_of_plan", "occupancy_pct", "contribution_pp",
)  # fmt: skip


def printed_rows(
    ledger: Ledger, taken: Sequence[SeriesRow], equations: Sequence[Equation], bounds: Bounds,
    catalogue: Catalogue,
) -> list[SeriesRow]:  # fmt: skip
    """Give every other figure as printed: the newest print of each key, the rest by name."""
    keys = {
        (r.region, r.indicator, r.breakdown, r.period.text, r.measure, r.price_basis) for r in taken
    }
    of = {e.statement.id: e for e in equations}

    groups: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for s in ledger.statements:
        if s.use != "yes" or s.id in ledger.odd or s.is_plan or s.period is None:
            continue
        basis = basis_of(s, catalogue) if s.measure in LEVELS else s.price_basis
        key = (s.region, s.indicator, s.breakdown, _calendar(s.period).text, s.measure, basis)
        if s.measure in MEASURES and key not in keys:
            groups[key].append(s)
    # In a fixed order: a warm solver's last bits depend on what it was asked before.
    return [_printed_row(prints, of, bounds, key[-1]) for key, prints in sorted(groups.items())]


def _calendar(period: Period) -> Period:
    """Name a stretch of months in its shortest form: 2024-01/2024-03 is 2024-Q1."""
    spans = period.kind in ("span", "quarter", "month", "year")
    return from_months(period.start, period.stop) if spans else period


def _printed_row(
    prints: Sequence[Statement], of: Mapping[str, Equation], bounds: Bounds, basis: str
) -> SeriesRow:
    ordered = sorted(prints, key=age)
    s = newest_print(prints)
    assert s.period is not None
    exact = s.status == "actual" and not s.qualifier
    low, high = (s.value, s.value) if exact else s.interval
    least, most = s.interval
    e = of.get(s.id)
    if e is not None and e.kind != "contribution" and len(e.top) == 1:
        least, most = _as_printed(e, bounds.of(e.top, e.bottom))
    if e is not None and e.other is not None:
        high = max(high, e.other[1])  # either reading may be meant
    return SeriesRow(
        s.region, s.indicator, s.breakdown, _calendar(s.period), s.measure, s.value, low, high,
        s.unit, basis, "observed", tuple(p.id for p in ordered), least, most, 0.0,
    )  # fmt: skip


def _as_printed(e: Equation, interval: tuple[float, float]) -> tuple[float, float]:
    """Bring an interval of levels or ratios to the form of the statement."""
    s = e.statement
    if s.measure == "growth_avg":
        span = e.top[0].start - e.bottom[0].start
        return tuple(100 * (max(v, 0.0) ** (12 / span) - 1) for v in interval)
    if e.kind == "plan" and s.measure == "share_of_plan":
        return s.interval
    if not s.unit.startswith("percent") or not e.bottom:
        return interval
    growth = 100.0 if s.measure.startswith("growth") else 0.0
    return 100 * interval[0] - growth, 100 * interval[1] - growth
