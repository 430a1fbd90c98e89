"""``targets.toml``: what a target means; its figure is written once, in its statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kichban.errors import Fault
from kichban.ledger.tables import FORMS, has_form, nearest, read_entries
from kichban.ledger.values import Label, Statement, Target

TARGETS = "inputs/targets.toml"
KINDS = ("level", "growth", "growth_avg", "count", "share", "cumulative", "area")
SENSES = ("", ">=", "<=", "=", ">", "<")
PLAN_TYPES = (
    "hdnd", "ubnd", "department", "master_plan", "resolution", "growth_scenario", "other",
)  # fmt: skip
_KEYS = {
    "id", "statement", "statement_upper", "indicator", "kind", "sense", "document",
    "document_date", "plan_type", "supersedes", "identity", "region", "note", "path",
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
    path: str
    raw: Mapping[str, Any]


def read_targets(text: str | None, faults: list[Fault]) -> tuple[TargetEntry, ...]:
    """Read the entries; whether their statements exist is a matter of the as-of date."""
    found: dict[str, TargetEntry] = {}
    lines: dict[str, int | None] = {}
    entries = read_entries(TARGETS, text, "target", faults)
    for number, (line, table) in enumerate(entries, start=1):
        key = str(table.get("id", ""))
        before = len(faults)

        def fault(
            code: str, column: str, value: str, line: int | None = line, **detail: str
        ) -> None:
            faults.append(Fault(code, TARGETS, line, column, value, detail))

        if not key:
            fault("E-CELL-001", f"target[{number}].id", "")
        if key in lines:
            fault("E-ID-001", "id", key, first=str(lines[key] or "–"))
        lines.setdefault(key, line)
        _check(table, fault)
        if len(faults) > before:
            continue
        found[key] = TargetEntry(
            key, table["statement"], table.get("statement_upper", ""), table["kind"],
            table.get("sense", ""), table["document"], str(table.get("document_date", "")),
            table.get("plan_type", "other"), tuple(table.get("supersedes", ())),
            table.get("identity", ""), table.get("path", ""), table,
        )  # fmt: skip
    return tuple(found.values())


def _check(table: Mapping[str, Any], fault: Any) -> None:
    """Note what is wrong with the keys and values of an entry."""
    for name, value in table.items():
        if name not in _KEYS:
            fault("E-KEY-001", name, name, **nearest(name, _KEYS))
        elif name not in ("document", "document_date") and not has_form(value, _form(name)):
            fault("E-KEY-002", name, str(value), expected=FORMS[_form(name)][0])
    _choice(table, "kind", KINDS, fault)
    _choice(table, "sense", SENSES, fault)
    _choice(table, "plan_type", PLAN_TYPES, fault)
    if not table.get("statement"):
        fault("E-CELL-001", "statement", "")
    label = table.get("document", {})
    if not has_form(label, "label"):
        fault("E-LABEL-001", "document", str(label))


def _form(name: str) -> str:
    return "texts" if name == "supersedes" else "text"


def _choice(table: Mapping[str, Any], key: str, allowed: Sequence[str], fault: Any) -> None:
    missing = {"sense": "", "plan_type": "other"}.get(key)
    value = table.get(key, missing)
    if value is None:
        fault("E-CELL-001", key, "")
    elif isinstance(value, str) and value not in allowed:
        fault("E-WORD-001", key, str(value), **nearest(str(value), allowed))


def resolve_targets(
    entries: Sequence[TargetEntry], visible: Mapping[str, Statement], faults: list[Fault]
) -> tuple[Target, ...]:
    """Join entries with their statements; what is absent or not yet published is invisible.

    A target is in force unless a visible one supersedes it, which holds from the day the newer
    figure became visible.
    """
    shown = [e for e in entries if _is_dated(visible.get(e.statement))]
    for entry in entries:
        if entry not in shown:
            detail = {"statement": entry.statement}
            faults.append(Fault("W-TGT-001", TARGETS, None, entry.id, entry.id, detail))
    superseded = {old for entry in shown for old in entry.supersedes}
    targets = []
    for entry in shown:
        s = visible[entry.statement]
        upper = visible.get(entry.statement_upper)
        assert s.period is not None
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
                path=entry.path, resolution=s.resolution,
            )
        )  # fmt: skip
    return tuple(targets)


def _is_dated(statement: Statement | None) -> bool:
    return (
        statement is not None and statement.period is not None and statement.published is not None
    )


def _newest(statement: Statement, upper: Statement | None) -> dt.date:
    days = [s.published for s in (statement, upper) if s is not None and s.published is not None]
    return max(days)


def _without_bound(breakdown: str) -> str:
    return "+".join(p for p in breakdown.split("+") if p and not p.startswith("bound:"))
