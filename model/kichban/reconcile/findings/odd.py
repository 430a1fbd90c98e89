"""Odd prints as findings: an impossible year, a slip of the unit, a total below its own part."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kichban.ledger import LEVELS, Ledger, Statement
from kichban.ledger.odd import GROWTH_ALLOWED, YEARS
from kichban.reconcile.findings.contradictions import repairs_of
from kichban.reconcile.findings.finding import Finding


def odd_findings(ledger: Ledger) -> list[Finding]:
    """Say of each odd print what it can hardly mean and what was probably meant."""
    found = [f for s in ledger.statements if (f := _impossible_year(s)) is not None]
    for s in ledger.statements:
        if s.id in ledger.odd and s.period is not None and s.measure in LEVELS:
            found.extend(_odd_level(ledger, s))
    return found


def _impossible_year(s: Statement) -> Finding | None:
    if s.period is None or YEARS[0] <= s.period.year <= YEARS[1] or s.is_plan:
        return None
    likely = _likely_year(s)
    repair = ("repair.year", {"statement": s, "detail": f"{likely}"}) if likely else (
        "check", {"statement": s}
    )  # fmt: skip
    return Finding(
        "arithmetic", "high", s.indicator, s.period.text, (s.id,), float(s.period.year),
        float(likely or math.nan), math.nan,
        (("odd_year", {"statement": s, "detail": s.period.text}), ("reading_unused", {})),
        (repair,),
    )  # fmt: skip


def _likely_year(s: Statement) -> int | None:
    """Give the year before publication, or of it, that differs from the print in one digit."""
    if s.period is None or s.published is None:
        return None
    text = f"{s.period.year:04d}"
    near = (s.published.year - 1, s.published.year, s.published.year - 2)
    return next(
        (y for y in near if sum(a != b for a, b in zip(f"{y:04d}", text, strict=True)) == 1), None
    )


def _odd_level(ledger: Ledger, s: Statement) -> Iterator[Finding]:
    parts = [
        o for o in ledger.statements
        if o.id in ledger.odd and o.indicator == s.indicator and o.period == s.period
        and o.source == s.source and o.breakdown and not s.breakdown
    ]  # fmt: skip
    prints = [o for o in ledger.statements if o.use == "yes" and o.region == s.region]
    if parts:
        part = max(parts, key=lambda o: (o.value, o.id))
        yield _finding(s, (part,), part.interval[0], math.inf, "odd_total", prints)
        return
    if s.breakdown and any(
        o.id in ledger.odd and not o.breakdown and o.period == s.period and o.source == s.source
        and o.indicator == s.indicator for o in ledger.statements
    ):  # fmt: skip
        return  # told with its total
    near = _neighbours(ledger, s)
    if near:
        low = min(_pace(o) / _allowed(s, o) for o in near) * _months(s)
        high = max(_pace(o) * _allowed(s, o) for o in near) * _months(s)
        yield _finding(s, tuple(near[:2]), low, high, "odd_unit", prints)


def _finding(
    s: Statement, others: tuple[Statement, ...], low: float, high: float, text: str,
    prints: list[Statement],
) -> Finding:  # fmt: skip
    nearest = min(max(s.value, low), high)
    return Finding(
        "arithmetic", "high", s.indicator, s.period.text if s.period else "",
        (s.id, *(o.id for o in others)), s.value, nearest, math.nan,
        ((text, {"statement": s, "others": others}), ("reading_unused", {})),
        repairs_of(s, low, high, prints),
    )  # fmt: skip


def _neighbours(ledger: Ledger, s: Statement) -> list[Statement]:
    rows = [
        o for o in ledger.select(s.indicator, s.breakdown, s.measure, s.region)
        if not o.is_plan and o.value > 0 and o.period != s.period
    ]  # fmt: skip
    return sorted(rows, key=lambda o: (_apart(s, o), o.id))[:3]


def _months(s: Statement) -> int:
    return s.period.months if s.period and s.period.kind != "day" else 1


def _pace(s: Statement) -> float:
    return s.value / _months(s)


def _apart(s: Statement, o: Statement) -> int:
    assert s.period is not None
    assert o.period is not None
    return abs(s.period.year - o.period.year)


def _allowed(s: Statement, o: Statement) -> float:
    return float(GROWTH_ALLOWED ** max(1, _apart(s, o)))
