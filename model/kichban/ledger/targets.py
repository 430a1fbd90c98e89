"""``targets.toml``: what a target means; its figure is written once, in its statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kichban.errors import Fault
from kichban.ledger.tables import line_of, nearest, read_toml
from kichban.ledger.values import Label, Statement, Target

TARGETS = "inputs/targets.toml"
KINDS = ("level", "growth", "growth_avg", "count", "share", "cumulative", "area")
SENSES = ("", ">=", "<=", "=", ">", "<")
PLAN_TYPES = (
    "hdnd", "ubnd", "department", "master_plan", "resolution", "growth_scenario", "other",
)  # fmt: skip
_KEYS = {
    "id", "statement", "statement_upper", "indicator", "kind", "sense", "document",
    "document_date", "plan_type", "supersedes", "identity", "region", "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """One ``[[target]]`` as written, before an as-of date decides whether it is visible."""

    id: str
    statement: str
    statement_upper: str
    kind: str
    sense: str
    document: Label
    document_date: str
    plan_type: str
    supersedes: tuple[str, ...]
    identity: str
    raw: Mapping[str, Any]


def read_targets(text: str | None, faults: list[Fault]) -> tuple[TargetEntry, ...]:
    """Read the entries; whether their statements exist is a matter of the as-of date."""
    document = read_toml(TARGETS, text, faults)
    found: dict[str, TargetEntry] = {}
    for number, table in enumerate(document.get("target", []), start=1):
        key = str(table.get("id", ""))
        line = line_of(text or "", f'id = "{key}"') if key else None
        before = len(faults)

        def fault(
            code: str, column: str, value: str, line: int | None = line, **detail: str
        ) -> None:
            faults.append(Fault(code, TARGETS, line, column, value, detail))

        if not key:
            fault("E-CELL-001", f"target[{number}].id", "")
        if key in found:
            fault("E-ID-001", "id", key, first=str(line))
        for name in table:
            if name not in _KEYS:
                fault("E-KEY-001", name, name, **nearest(name, _KEYS))
        _choice(table, "kind", KINDS, fault)
        _choice(table, "sense", SENSES, fault)
        _choice(table, "plan_type", PLAN_TYPES, fault)
        if not table.get("statement"):
            fault("E-CELL-001", "statement", "")
        label = table.get("document", {})
        if not isinstance(label, dict) or set(label) != {"vi", "en"}:
            fault("E-LABEL-001", "document", str(label))
        if len(faults) > before:
            continue
        found[key] = TargetEntry(
            key, table["statement"], table.get("statement_upper", ""), table["kind"],
            table.get("sense", ""), label, str(table.get("document_date", "")),
            table.get("plan_type", "other"), tuple(table.get("supersedes", ())),
            table.get("identity", ""), table,
        )  # fmt: skip
    return tuple(found.values())


def _choice(table: Mapping[str, Any], key: str, allowed: Sequence[str], fault: Any) -> None:
    value = table.get(key, "" if "" in allowed else allowed[-1])
    if value not in allowed:
        fault("E-WORD-001", key, str(value), **nearest(str(value), allowed))


def resolve_targets(
    entries: Sequence[TargetEntry], visible: Mapping[str, Statement], faults: list[Fault]
) -> tuple[Target, ...]:
    """Join entries with their statements; what is absent or not yet published is invisible.

    A target is in force unless a visible one supersedes it, which holds from the day the newer
    figure became visible.
    """
    shown = [e for e in entries if e.statement in visible]
    for entry in entries:
        if entry.statement not in visible:
            detail = {"statement": entry.statement}
            faults.append(Fault("W-TGT-001", TARGETS, None, entry.id, entry.id, detail))
    superseded = {old for entry in shown for old in entry.supersedes}
    targets = []
    for entry in shown:
        s = visible[entry.statement]
        upper = visible.get(entry.statement_upper)
        if s.period is None or s.published is None:
            detail = {"statement": entry.statement}
            faults.append(Fault("W-TGT-001", TARGETS, None, entry.id, entry.id, detail))
            continue
        targets.append(
            Target(
                id=entry.id, statement=s.id, statement_upper=entry.statement_upper,
                region=s.region, indicator=s.indicator, breakdown=_without_bound(s.breakdown),
                period=s.period, measure=s.measure, value=s.value,
                upper=upper.value if upper else None, unit=s.unit, price_basis=s.price_basis,
                kind=entry.kind, sense=entry.sense, document=entry.document,
                document_date=entry.document_date, plan_type=entry.plan_type,
                published=_newest(s, upper), supersedes=entry.supersedes,
                in_force=entry.id not in superseded, identity=entry.identity,
            )
        )  # fmt: skip
    return tuple(targets)


def _newest(statement: Statement, upper: Statement | None) -> dt.date:
    days = [s.published for s in (statement, upper) if s is not None and s.published is not None]
    return max(days)


def _without_bound(breakdown: str) -> str:
    return "+".join(p for p in breakdown.split("+") if p and not p.startswith("bound:"))
