"""The gap of every scenario to every target (``gap.csv``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kichban.ledger import LEVELS, Ledger, Statement, Target, newest_print
from kichban.numbers import canonical_number
from kichban.projection import Projection, ScenarioPaths
from kichban.reconcile import Series
from kichban.target.joint import block_error, expected_shortfall
from kichban.target.outcome import meets, target_values, variable_of
from kichban.target.required import Required, across_years, within_year
from kichban.target.windows import NEVER, Rank, rank_required

COLUMNS = (
    "scenario", "target", "region", "indicator", "breakdown", "period", "measure", "sense",
    "target_value", "target_upper", "unit", "price_basis", "document", "target_status", "p10",
    "p50", "p90", "gap", "gap_percent", "probability", "probability_error", "required_amount",
    "required_rate", "required_rate_kind", "required_rate_low", "required_rate_high",
    "required_base", "reached_in", "remark", "shortfall", "past_windows", "past_reached",
)  # fmt: skip
#: indicators with price bases: a target without one cannot be compared
NEEDS_BASIS = frozenset({"industrial_output"})
DIGITS = 7


@dataclass(frozen=True, slots=True)
class GapRow:
    """One scenario against one target.

    Percentages as in print for rates; `probability` 0…1; NaN where there is none. `shortfall` is
    the mean one of the draws that miss, `rank` tells how often the required rate was ever reached.
    """

    scenario: str
    target: Target
    p10: float = math.nan
    p50: float = math.nan
    p90: float = math.nan
    probability: float = math.nan
    probability_error: float = math.nan
    required: Required | None = None
    reached_in: str = ""
    remark: str = ""
    shortfall: float = math.nan
    rank: Rank = NEVER

    @property
    def gap(self) -> float:
        """Target minus p50: positive is short."""
        return self.target.value - self.p50


def gap_to_target(
    ledger: Ledger, projection: Projection, series: Series | None = None
) -> tuple[GapRow, ...]:
    """Hold every target that is not over yet against every scenario.

    Parameters
    ----------
    series
        What required rates are ranked in; without it they have no rank.
    """
    rows = []
    for target in ledger.targets:
        if target.period.year < projection.axis.first_year:
            continue
        for name, scenario in projection.scenarios.items():
            row = _row(ledger, projection, name, scenario, target)
            if series is not None and row.required is not None:
                row = replace(row, rank=rank_required(series, target, row.required))
            rows.append(row)
    order = {name: i for i, name in enumerate(projection.scenarios)}
    return tuple(sorted(rows, key=lambda r: (order[r.scenario], r.target.id)))


def _row(
    ledger: Ledger, projection: Projection, name: str, scenario: ScenarioPaths, target: Target
) -> GapRow:
    row = GapRow(name, target)
    if _is_identity_part(target):
        return replace(row, remark="identity_part")
    if target.indicator in NEEDS_BASIS and not target.price_basis:
        return replace(row, remark="not_comparable")
    printed = _printed(ledger, target, projection)
    if printed is not None:
        met = meets(np.array([printed.value]), target)[0]
        value = printed.value
        return replace(row, p10=value, p50=value, p90=value, remark="reached" if met else "")
    values = target_values(ledger, projection, scenario, target)
    if values is None or not np.isfinite(values).all():
        other_basis = target.price_basis == "constant_2010"
        return replace(row, remark="not_comparable" if other_basis else "no_projection")
    p10, p50, p90 = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))
    row = replace(
        row, p10=p10, p50=p50, p90=p90, required=_required(ledger, projection, target),
        reached_in=_reached_in(ledger, projection, scenario, target),
    )  # fmt: skip
    if target.id in scenario.by_construction:
        return replace(row, remark="by_construction")
    met = meets(values, target)
    reached = _already_met(ledger, target) is not None
    return replace(
        row,
        required=None if reached else row.required,
        probability=float(met.mean()),
        probability_error=block_error(met, projection.block),
        remark="reached" if reached else "",
        shortfall=expected_shortfall(values, target),
    )


def _is_identity_part(target: Target) -> bool:
    parts = ("new_", "expanded_", "removed_", "merged_", "kept_", "added_", "additional_")
    return any(
        part.removeprefix("stage:").startswith(parts) for part in target.breakdown.split("+")
    )


def _printed(ledger: Ledger, target: Target, projection: Projection) -> Statement | None:
    """Give the print of a period that is over."""
    if target.period.stop > 3 * projection.axis.first_quarter:
        return None
    rows = [
        s
        for s in ledger.select(target.indicator, target.breakdown, target.measure)
        if not s.is_plan and s.period == target.period
    ]
    return newest_print(rows) if rows else None


def _already_met(ledger: Ledger, target: Target) -> int | None:
    """Give the first year whose printed figure passed a later level target, if one did."""
    if target.measure != "level" or target.resolved_sense != ">=":
        return None
    basis = target.price_basis or None
    years = [
        s.period.year
        for s in ledger.select(target.indicator, target.breakdown, "level", price_basis=basis)
        if not s.is_plan
        and s.period is not None
        and s.period.months <= 12
        and s.value >= target.value
    ]
    return min(years, default=None)


def _required(ledger: Ledger, projection: Projection, target: Target) -> Required | None:
    if target.measure not in LEVELS or target.resolved_sense == "<=":
        return None  # a ceiling asks for nothing
    current = target.period.year == projection.axis.first_year
    last = projection.last_levels.get(variable_of(target))
    if current and target.measure == "level":
        return within_year(ledger, target, last)
    if target.measure == "level" and last is None:
        return None
    return across_years(ledger, target, last if target.measure == "level" else None)


def _reached_in(
    ledger: Ledger, projection: Projection, scenario: ScenarioPaths, target: Target
) -> str:
    """Give the first year whose median meets the target, for levels and stocks."""
    if target.measure not in LEVELS or target.resolved_sense == "<=":
        return ""
    paths = scenario.variables.get(variable_of(target))
    if paths is None or paths.annual is None:
        return ""
    if (year := _already_met(ledger, target)) is not None:
        return str(year)
    middle = np.median(paths.annual, axis=0)
    first = projection.axis.last_year + 1 - middle.size
    hits = np.flatnonzero(meets(middle, target))
    return str(first + int(hits[0])) if hits.size else f"after_{projection.axis.last_year}"


def gap_rows(rows: Sequence[GapRow], lang: str = "vi") -> list[tuple[str, ...]]:
    """Give the rows of ``gap.csv``."""
    return [_cells(row, lang) for row in rows]


def _cells(row: GapRow, lang: str) -> tuple[str, ...]:
    t, r = row.target, row.required

    def number(value: float | None, scale: float = 1.0) -> str:
        return "" if value is None or math.isnan(value) else canonical_number(value * scale, DIGITS)

    gap = row.gap
    plain = canonical_number
    return (
        row.scenario, t.id, t.region, t.indicator, t.breakdown, t.period.text, t.measure,
        t.resolved_sense, plain(t.value), "" if t.upper is None else plain(t.upper), t.unit,
        t.price_basis, t.document[lang], "in_force" if t.in_force else "superseded",
        number(row.p10), number(row.p50), number(row.p90), number(gap),
        number(100.0 * gap / t.value if t.value else math.nan), number(row.probability),
        number(row.probability_error), number(r.amount) if r else "",
        number(r.rate, 100.0) if r else "", r.kind if r else "",
        number(r.low, 100.0) if r else "", number(r.high, 100.0) if r else "",
        " ".join(r.base) if r else "", row.reached_in, row.remark, number(row.shortfall),
        f"{row.rank.windows}" if row.rank.windows else "",
        f"{row.rank.reached}" if row.rank.windows else "",
    )  # fmt: skip
