"""Identities of the catalogue held against the prints: sums, partitions, plans, ratios."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kichban.balance import Closure, Term, close_identity
from kichban.catalogue import Catalogue, Identity
from kichban.ledger import Ledger, Statement
from kichban.reconcile.findings.finding import Finding, severity
from kichban.reconcile.findings.wording import Terms


@dataclass(frozen=True, slots=True)
class PlanIdentity:
    """One plan document's account of clusters or parks, in number or area.

    `base` is the newest print of what exists, `terms` the plan's changes, `closure` how it adds
    up, `base_before` an earlier print that closes it (and then part of the new ones exist).
    """

    identity: str
    indicator: str
    document: Mapping[str, str]
    base: Statement
    terms: tuple[tuple[int, Statement], ...]
    result: Statement
    closure: Closure
    base_before: Statement | None


def identity_findings(ledger: Ledger, catalogue: Catalogue) -> list[Finding]:
    """Find identities that printed figures break by more than their rounding."""
    found: list[Finding] = []
    for identity in catalogue.identities.values():
        if identity.kind in ("partition", "sum"):
            found.extend(_sums(ledger, identity))
    found.extend(_all_products(ledger, catalogue))
    found.extend(_shares_of_plan(ledger))
    for plan in plan_identities(ledger, catalogue):
        if not plan.closure.closes:
            found.append(_plan_finding(plan, catalogue))
    return found


def plan_identities(ledger: Ledger, catalogue: Catalogue) -> tuple[PlanIdentity, ...]:
    """Evaluate every plan of sites, document by document, on the newest base."""
    found = []
    for identity in catalogue.identities.values():
        if identity.kind != "stock_flow":
            continue
        documents: dict[str, dict[str, str]] = defaultdict(dict)
        for target in ledger.targets:
            superseded = target.breakdown == identity.result_breakdown and not target.in_force
            if target.indicator == identity.indicator and not superseded:
                documents[target.document["vi"]][target.breakdown] = target.id
        for ids in documents.values():
            plan = _plan(ledger, identity, ids)
            if plan is not None:
                found.append(plan)
    return tuple(found)


def _plan(ledger: Ledger, identity: Identity, ids: Mapping[str, str]) -> PlanIdentity | None:
    wanted = [*identity.plus, *identity.minus, identity.result_breakdown]
    if not all(part in ids for part in wanted):
        return None
    targets = {t.id: t for t in ledger.targets}
    prints = {part: ledger.by_id[targets[ids[part]].statement] for part in wanted}
    measure = prints[identity.result_breakdown].measure
    bases = ledger.select(identity.indicator, identity.base, measure)
    if not bases:
        return None
    base = bases[-1]
    terms = [(1, prints[p]) for p in identity.plus] + [(-1, prints[p]) for p in identity.minus]
    result = prints[identity.result_breakdown]
    closure = close_identity(
        [_term("base", 1, base), *(_term(s.id, sign, s) for sign, s in terms)],
        _term(result.id, 1, result),
        [("base", b.value) for b in bases[:-1]],
    )
    repair = next((r for r in closure.repairs if r.name == "base" and r.printed_elsewhere), None)
    before = None
    if repair is not None:
        before = min(bases[:-1], key=lambda b: (abs(b.value - repair.value), -b.row))
    document = targets[ids[identity.result_breakdown]].document
    return PlanIdentity(
        identity.name, identity.indicator, document, base, tuple(terms), result, closure, before
    )


def _term(name: str, sign: int, s: Statement) -> Term:
    return Term(name, sign, s.value, 0.0 if s.measure == "count" else s.resolution / 2)


def _plan_finding(plan: PlanIdentity, catalogue: Catalogue) -> Finding:
    closure = plan.closure
    label = catalogue.identities[plan.identity].label
    statements = (plan.base, *(s for _, s in plan.terms), plan.result)
    by_name = {"base": plan.base, **{s.id: s for s in statements[1:]}}
    repairs: list[tuple[str, Mapping[str, object]]] = [
        ("set_to", {"statement": by_name[r.name], "value": r.value}) for r in closure.repairs[:2]
    ]
    if plan.base_before is not None:
        repairs = [("use_base", {"base": plan.base_before, "value": closure.repairs[0].value})]
    return Finding(
        "identity", severity(closure.gap / max(abs(closure.stated), 1e-9)), plan.indicator,
        plan.result.period.text if plan.result.period else "",
        tuple(s.id for s in statements), closure.stated, closure.computed, math.nan,
        (("identity", {"label": label, "terms": Terms(statements[:-1]),
                       "computed": closure.computed, "stated": closure.stated}),),
        tuple(repairs),
    )  # fmt: skip


def _sums(ledger: Ledger, identity: Identity) -> Iterator[Finding]:
    """Hold parts against totals release by release: other releases may be other vintages."""
    for measure in identity.measures:
        groups: dict[tuple[object, ...], dict[str, Statement]] = defaultdict(dict)
        for name, code, breakdown in _members(identity):
            own = name == "total" and identity.total_measure
            kind = identity.total_measure if own else measure
            for s in ledger.select(code, breakdown, kind):
                groups[s.source, s.period, s.price_basis, s.is_plan][name] = s
        names = [name for name, _, _ in _members(identity) if name != "total"]
        for rows in groups.values():
            fixed = identity.total_value is not None
            if not all(n in rows for n in names) or not (fixed or "total" in rows):
                continue
            total = None if fixed else rows["total"]
            yield from _sum_finding(identity, [rows[n] for n in names], total)


def _members(identity: Identity) -> list[tuple[str, str, str]]:
    """(name, indicator, breakdown) of the terms and of the total."""
    if identity.kind == "sum":
        terms = [(t, t, "") for t in identity.terms]
        return [*terms, ("total", identity.total, "")]
    within = [identity.within] if identity.within else []
    terms = [
        (m, identity.indicator, "+".join(sorted([*within, f"{identity.dimension}:{m}"])))
        for m in identity.members
    ]
    return [*terms, ("total", identity.indicator, "+".join(within))]


def _sum_finding(
    identity: Identity, parts: Sequence[Statement], total: Statement | None
) -> Iterator[Finding]:
    result = (
        _term("total", 1, total) if total is not None
        else Term("total", 1, identity.total_value or 0.0)
    )  # fmt: skip
    closure = close_identity([_term(s.id, 1, s) for s in parts], result)
    if closure.closes:
        return
    by_name = {s.id: s for s in parts} | ({"total": total} if total is not None else {})
    first = parts[0]
    repairs = sorted(closure.repairs, key=lambda r: _change(r.value, by_name.get(r.name)))
    yield Finding(
        "identity", severity(closure.gap / max(abs(closure.stated), 1e-9)), first.indicator,
        first.period.text if first.period else "",
        tuple(s.id for s in (*parts, *([total] if total else []))), closure.stated,
        closure.computed, math.nan,
        (("identity", {"label": identity.label, "terms": Terms(tuple(parts)),
                       "computed": closure.computed, "stated": closure.stated}),),
        tuple(
            ("set_to", {"statement": by_name[r.name], "value": r.value})
            for r in repairs[:2]
            if r.name in by_name
        ),
    )  # fmt: skip


def _change(value: float, s: Statement | None) -> float:
    """Give the relative change a repair asks for: the smallest is the most plausible."""
    return math.inf if s is None or s.value == 0 else abs(value / s.value - 1.0)


def _all_products(ledger: Ledger, catalogue: Catalogue) -> Iterator[Finding]:
    """Hold printed ratios against their factors; one denominator that fits is enough."""
    told: dict[str, Finding] = {}
    closed: set[str] = set()
    for identity in catalogue.identities.values():
        if identity.kind != "product" or identity.indicators:
            continue
        for s, finding in _products(ledger, identity):
            if finding is None:
                closed.add(s.id)
            else:
                told.setdefault(s.id, finding)
    yield from (finding for key, finding in told.items() if key not in closed)


def _products(ledger: Ledger, identity: Identity) -> Iterator[tuple[Statement, Finding | None]]:
    """Hold a printed ratio against its printed factors of the same release."""
    result = identity.result
    if result is None:
        return
    for s in ledger.select(result.indicator, result.breakdown, result.measure):
        factors = []
        for factor in identity.factors:
            rows = ledger.select(factor.indicator, factor.breakdown, factor.measure)
            if factor.lag_years and s.period is not None and s.period.kind == "year":
                before = s.period.shift_years(-factor.lag_years)
                same = [r for r in rows if r.period == before]
            else:
                same = [r for r in rows if r.period == s.period and r.source == s.source]
            if not same:
                break
            factors.append((same[-1], factor.power))
        else:
            yield s, _product_finding(identity, s, factors)


def _product_finding(
    identity: Identity, s: Statement, factors: Sequence[tuple[Statement, int]]
) -> Finding | None:
    computed = identity.scale
    for row, power in factors:
        computed *= row.value**power
    relative = sum(r.resolution / (2 * abs(r.value)) for r, _ in factors if r.value)
    # A print may be truncated instead of rounded: a whole last digit is allowed.
    if abs(computed - s.value) <= s.resolution + abs(computed) * relative:
        return None
    return Finding(
        "identity", severity((s.value - computed) / max(abs(s.value), 1e-9)), s.indicator,
        s.period.text if s.period else "", (s.id, *(r.id for r, _ in factors)), s.value, computed,
        math.nan,
        (("identity", {"label": identity.label, "terms": Terms(tuple(r for r, _ in factors)),
                       "computed": computed, "stated": s.value}),),
        (("set_to", {"statement": s, "value": computed}),),
    )  # fmt: skip


def _shares_of_plan(ledger: Ledger) -> Iterator[Finding]:
    """Hold "x % of plan" against the level of its sentence and the plans printed for the year."""
    for s in ledger.statements:
        if s.measure != "share_of_plan" or s.use != "yes" or s.period is None or s.id in ledger.odd:
            continue
        levels = [
            o for o in ledger.select(s.indicator, s.breakdown, "level", s.region, s.price_basis)
            if o.period == s.period and o.source == s.source and o.value > 0
        ]  # fmt: skip
        plans = [
            o for o in ledger.select(s.indicator, s.breakdown, "level", s.region)
            if o.is_plan and o.period is not None and o.period.kind == "year"
            and o.period.year == s.period.year and o.value > 0
        ]  # fmt: skip
        if not levels or not plans:
            continue
        level = levels[-1]
        shares = [100 * level.value / p.value for p in plans]
        best = min(range(len(plans)), key=lambda i: abs(shares[i] - s.value))
        width = s.resolution + shares[best] * (
            level.resolution / level.value + plans[best].resolution / plans[best].value
        )
        if abs(shares[best] - s.value) <= width:
            continue
        apart = (shares[best] - s.value) / max(s.value, 1e-9)
        yield Finding(
            "identity", severity(apart), s.indicator, s.period.text,
            (s.id, level.id, plans[best].id), s.value, shares[best], math.nan,
            (("arithmetic", {"statement": s, "others": (level, plans[best])}),),
            (("set_to", {"statement": s, "value": shares[best]}),),
        )  # fmt: skip
