"""Contradictions as values, each naming the few statements that make it; and reprints."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kichban.ledger import Ledger, Statement
from kichban.periods import parse_period
from kichban.reconcile.findings.wording import say
from kichban.texts import Lang

#: a text of the catalogue and its values
Said = tuple[str, Mapping[str, object]]
Kind = Literal["reprint", "revision", "arithmetic", "statistical", "identity"]
SEVERE = 0.02


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction; words are made from `texts` (text key and values) in either language.

    `stated` and `implied` are in the unit of the first statement (growth in per cent).
    """

    kind: Kind
    severity: Literal["high", "medium", "low"]
    indicator: str
    period: str
    statements: tuple[str, ...]
    stated: float
    implied: float
    z: float
    texts: tuple[Said, ...]
    repairs: tuple[Said, ...] = field(default=())

    def explanation(self, lang: Lang) -> str:
        """Say what contradicts what."""
        return " ".join(say(key, values, lang) for key, values in self.texts)

    def repair(self, lang: Lang) -> str:
        """Name the single repairs, the plausible one first."""
        return "; ".join(say(key, values, lang) for key, values in self.repairs)


def severity(distance: float) -> Literal["high", "medium", "low"]:
    """Grade a relative distance: 2 % and more is high, 0,5 % and more medium.

    >>> severity(0.03), severity(0.001)
    ('high', 'low')
    """
    if not math.isfinite(distance) or abs(distance) >= SEVERE:
        return "high"
    return "medium" if abs(distance) >= SEVERE / 4 else "low"


def reprints(ledger: Ledger) -> list[Finding]:
    """Find keys that were printed with different figures: a later print that moved, or two sources.

    Figures that agree within their printed digits are one.
    """
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for s in ledger.statements:
        if s.use == "yes" and s.id not in ledger.odd and s.region == ledger.region:
            plan = s.is_plan and s.published
            key = (s.indicator, s.breakdown, s.period, s.measure, s.price_basis, plan)
            groups[key].append(s)
    found = []
    for rows in groups.values():
        ordered = sorted(rows, key=lambda s: (str(s.published), s.id))
        last = ordered[-1]
        apart = [s for s in ordered[:-1] if not _overlap(s, last)]
        if not apart:
            continue
        first = apart[0]
        points = last.unit.startswith("percent")
        gap = (last.value - first.value) / (100 if points else max(abs(last.value), 1e-9))
        same_day = first.published == last.published
        kind: Kind = "reprint" if same_day else "revision"
        assert last.period is not None
        found.append(
            Finding(
                kind, severity(gap), last.indicator, last.period.text,
                tuple(dict.fromkeys(s.id for s in (*apart, last))), first.value, last.value,
                math.nan, ((kind, {"first": tuple(apart[:3]), "last": last}),),
                (("use_last", {"last": last}),),
            )
        )  # fmt: skip
    return found


def _overlap(a: Statement, b: Statement) -> bool:
    (low, high), (other_low, other_high) = a.interval, b.interval
    return low <= other_high and other_low <= high


def order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Order findings for reading: grave and recent first."""
    findings = _fold(findings)
    rank = {"high": 0, "medium": 1, "low": 2}

    def key(f: Finding) -> tuple[object, ...]:
        end = parse_period(f.period).stop if f.period else 0
        return rank[f.severity], -end, f.kind, f.statements

    return tuple(sorted(findings, key=key))


def _fold(findings: Sequence[Finding]) -> list[Finding]:
    """Keep one finding for each figure in doubt: arithmetic says more than statistics.

    The same figure reprinted by another source, or found by two ways, is one matter to settle.
    """
    rank = {"identity": 0, "arithmetic": 1, "reprint": 2, "revision": 2, "statistical": 3}
    kept: dict[tuple[object, ...], Finding] = {}
    for f in sorted(findings, key=lambda f: (rank[f.kind], len(f.statements), f.statements)):
        stated = round(f.stated, 6)
        kept.setdefault((f.indicator, f.period, stated, rank[f.kind] == 2), f)
    return list(kept.values())
