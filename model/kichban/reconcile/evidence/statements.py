"""From statements to equations, measure by measure."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kichban.catalogue import Catalogue, Identity
from kichban.ledger import LEVELS, Statement
from kichban.periods import Period, parse_period
from kichban.reconcile.evidence.equations import (
    FLOWS,
    Equation,
    Node,
    Side,
    axis_of,
    basis_of,
)
from kichban.reconcile.evidence.witnesses import one_witness, plans_apart, reprints_joined

#: half-width of a figure that was counted
COUNTED = 1e-6
FLOW_KINDS = ("year", "quarter", "month", "span", "years")


def write_equations(statements: Iterable[Statement], catalogue: Catalogue) -> tuple[Equation, ...]:
    """Give the equations of all statements that have one, with the plans told apart."""
    ratios = _ratios(catalogue)
    rows = [s for s in statements if s.use == "yes" and s.period is not None]
    found = [e for s in rows for e in _equations(s, catalogue, ratios)]
    below = {e.top[0].node for e in found if e.kind == "level" and e.statement.interval[0] < 0}
    # A series that was printed below nought has no logs and no growth: it stands as printed.
    found = [e for e in found if e.signed or not below & set(e.nodes)]
    return tuple(reprints_joined(one_witness(plans_apart(found))))


_Ratios = Mapping[tuple[str, str, str], tuple[Identity, ...]]


def _ratios(catalogue: Catalogue) -> _Ratios:
    """Give the identities that make a printed share the ratio of two series, by result."""
    found: dict[tuple[str, str, str], tuple[Identity, ...]] = {}
    for identity in catalogue.identities.values():
        powers = [f.power for f in identity.factors]
        if identity.kind == "product" and powers == [1, -1] and identity.result is not None:
            result = identity.result
            key = (result.indicator, result.breakdown, result.measure)
            found[key] = (*found.get(key, ()), identity)
    return found


def _equations(s: Statement, catalogue: Catalogue, ratios: _Ratios) -> list[Equation]:
    bound = next((p for p in s.breakdown.split("+") if p.startswith("bound:")), "")
    if bound:
        rest = "+".join(p for p in s.breakdown.split("+") if p != bound)
        inner = [] if s.is_plan else _equations(replace(s, breakdown=rest), catalogue, ratios)
        return [_one_sided(e, s, bound) for e in inner]
    if (s.indicator, s.breakdown, s.measure) in ratios and not s.is_plan:
        pairs = ratios[s.indicator, s.breakdown, s.measure]
        return [_ratio(s, identity, catalogue) for identity in pairs]
    equation = _plain(s, catalogue)
    # A ratio to itself says nothing; growth by −100 % or less is no growth of a series in logs.
    if equation is None or equation.high <= 0 < len(equation.bottom):
        return []
    return [] if equation.top == equation.bottom else [equation]


def _plain(s: Statement, catalogue: Catalogue) -> Equation | None:
    """Give the equation of a flow or a stock; none on a price basis that nobody named."""
    assert s.period is not None
    indicator = catalogue.indicators[s.indicator]
    if len(indicator.price_bases) > 1 and not basis_of(s, catalogue):
        return None
    if indicator.kind not in FLOWS:
        return _point(s, catalogue)
    return _flow(s, catalogue) if s.period.kind in FLOW_KINDS else None


def _one_sided(e: Equation, s: Statement, bound: str) -> Equation:
    """Open the side of a range that the other end closes."""
    low, high = (e.low, math.inf) if bound == "bound:low" else (-math.inf, e.high)
    return replace(e, statement=s, kind="bound", low=low, high=high)


def _node(s: Statement, catalogue: Catalogue, plan: str = "") -> Node:
    breakdown = "" if s.breakdown.startswith("base:") else s.breakdown
    return Node(s.region, s.indicator, breakdown, basis_of(s, catalogue), plan)


def _flow(s: Statement, catalogue: Catalogue) -> Equation | None:
    assert s.period is not None
    node = _node(s, catalogue)
    if s.is_plan:
        return _plan(s, node)
    if s.measure == "contribution_pp":
        return _contribution(s, node, catalogue)
    if s.measure == "growth_avg":
        return _average(s, node, s.period)
    return _of_level(s, node) or _on_a_base(s, node)


def _interval(s: Statement) -> tuple[float, float]:
    """Give the interval of a print; things that were counted one by one are not rounded."""
    if s.measure == "count" and s.resolution <= 1 and not s.qualifier:
        return s.value - COUNTED, s.value + COUNTED
    return s.interval


def _plan(s: Statement, node: Node) -> Equation | None:
    """Give the level of a year's plan, or by its growth what the year before was taken to be."""
    period = s.period
    assert period is not None
    if period.kind != "year":
        return None
    top = Side(node._replace(plan="?"), period.start, period.stop)
    release = (s.source, node, period.start, period.stop)
    if s.measure in LEVELS:
        return Equation(s, "plan", (top,), (), *s.interval, release)
    if s.measure == "growth_yoy":
        base = Side(node, period.start - 12, period.stop - 12)
        if s.published is None or s.published <= period.shift_years(-1).last_day:
            return None  # the year before was not over: they took it for what it might become
        low, high = (1 + v / 100 for v in s.interval)
        return Equation(s, "base", (top,), (base,), max(low, 0.0), high, release)
    return None


def _of_level(s: Statement, node: Node) -> Equation | None:
    """Give a level, or its share of the plan or of the whole."""
    period = s.period
    assert period is not None
    top = Side(node, period.start, period.stop)
    release = (s.source, node, period.start, period.stop)
    low, high = _interval(s)
    if s.measure in LEVELS:
        return Equation(s, "level", (top,), (), max(low, 0.0), high, release)
    if s.measure == "share_of_plan":
        if period.first_year != period.year:
            return None  # a plan of several years is no year's plan
        year = Side(node._replace(plan="?"), *_year(period))
        return Equation(s, "share", (top,), (year,), low / 100, high / 100, release)
    if s.measure == "share_pct" and s.breakdown:
        whole = replace(top, node=node._replace(breakdown=_without_last(node.breakdown)))
        return Equation(s, "share", (top,), (whole,), low / 100, _truncated(s) / 100, release)
    return None


def _on_a_base(s: Statement, node: Node) -> Equation | None:
    """Give growth, or a multiple, over the months it is measured against."""
    period = s.period
    assert period is not None
    base = _base(s, period)
    if base is None:
        return None
    low, high, other = _growth(s)
    top = Side(node, period.start, period.stop)
    release = (s.source, node, period.start, period.stop)
    return Equation(s, "growth", (top,), (Side(node, *base),), max(low, 0.0), high, release, other)


def _base(s: Statement, period: Period) -> tuple[int, int] | None:
    """Give the months a growth rate is measured against."""
    if s.measure == "growth_yoy" or (s.measure == "growth_ratio" and not s.breakdown):
        return period.start - 12, period.stop - 12
    if s.measure == "growth_mom":
        return period.start - period.months, period.stop - period.months
    if s.measure == "growth_ratio" and s.breakdown.startswith("base:"):
        base = parse_period(s.breakdown.removeprefix("base:"))
        return base.start, base.stop
    return None


def _growth(s: Statement) -> tuple[float, float, tuple[float, float] | None]:
    """Give the ratio that a growth figure stands for, and its other reading if there is one."""
    low, high = s.interval
    if s.measure == "growth_ratio":
        # "Gấp 1,2 lần" is 1,2 times; officials also write "tăng 1,2 lần" and mean either.
        plain = s.breakdown.startswith("base:") or "gấp" in s.printed.lower()
        return low, high, None if plain else (1 + low, 1 + high)
    return 1 + low / 100, 1 + high / 100, None


def _average(s: Statement, node: Node, period: Period) -> Equation:
    """Average growth over years: the last year is (1 + g)ⁿ times the one before the first.

    A term named by the five-yearly year it starts from ("2010-2015") has that year as its base.
    """
    first, last = period.first_year, period.year
    if last - first == 5 and first % 5 == 0:
        first += 1
    years = last - first + 1
    low, high = (max(0.0, 1 + v / 100) ** years for v in s.interval)
    top = Side(node, 12 * last, 12 * last + 12)
    bottom = Side(node, 12 * (first - 1), 12 * first)
    release = (s.source, node, period.start, period.stop)
    return Equation(s, "growth", (top,), (bottom,), low, high, release)


def _contribution(s: Statement, node: Node, catalogue: Catalogue) -> Equation | None:
    """Points of growth: the change of a part over last year's whole."""
    whole = next(
        (i.total for i in catalogue.identities.values() if i.kind == "contribution"
         and s.indicator in i.terms), "",
    )  # fmt: skip
    if not whole or s.period is None:
        return None
    now, before = s.period, s.period.shift_years(-1)
    top = (Side(node, now.start, now.stop), Side(node, before.start, before.stop, -1.0))
    bottom = Side(node._replace(indicator=whole), before.start, before.stop)
    low, high = s.interval
    release = (s.source, node, now.start, now.stop)
    return Equation(s, "contribution", top, (bottom,), low / 100, high / 100, release)


def _point(s: Statement, catalogue: Catalogue) -> Equation | None:
    if s.is_plan or s.measure not in (*LEVELS, "share_pct", "occupancy_pct", "growth_yoy"):
        return None
    assert s.period is not None
    node, day = _node(s, catalogue), s.period.last_day.toordinal()
    low, high = _interval(s)
    release = (s.source, node, day, day + 1)
    top = Side(node, day, day + 1)
    if s.measure == "growth_yoy":
        before = _a_year_before(s.period.last_day).toordinal()
        bottom = Side(node, before, before + 1)
        return Equation(s, "growth", (top,), (bottom,), 1 + low / 100, 1 + high / 100, release)
    return Equation(s, "level", (top,), (), max(low, 0.0), high, release)


def _a_year_before(day: dt.date) -> dt.date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return dt.date(day.year - 1, day.month, min(day.day, last))


def _ratio(s: Statement, identity: Identity, catalogue: Catalogue) -> Equation:
    """Make a printed share the ratio of the two series its identity names."""
    assert s.period is not None
    sides = []
    for factor in identity.factors:
        basis = basis_of(s, catalogue)
        indicator = catalogue.indicators[factor.indicator]
        basis = basis if basis in indicator.price_bases else ""
        node = Node(s.region, factor.indicator, factor.breakdown, basis)
        if axis_of(catalogue, node) == "months":
            sides.append(Side(node, s.period.start, s.period.stop))
        else:
            day = s.period.last_day.toordinal()
            sides.append(Side(node, day, day + 1))
    low = s.interval[0] / identity.scale
    release = (s.source, sides[0].node, sides[0].start, sides[0].stop)
    return Equation(
        s, "ratio", (sides[0],), (sides[1],), low, _truncated(s) / identity.scale, release
    )


def _truncated(s: Statement) -> float:
    """Upper end of a printed share: officials cut as often as they round (40,67 → 40,6)."""
    return max(s.interval[1], s.value + s.resolution)


def _without_last(breakdown: str) -> str:
    return "+".join(breakdown.split("+")[:-1])


def _year(period: Period) -> tuple[int, int]:
    return period.year * 12, period.year * 12 + 12
