"""Contradictions, each naming the few statements that make it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from kichban.ledger import Ledger, Statement
from kichban.periods import parse_period
from kichban.reconcile.arithmetic import Conflict, find_conflicts
from kichban.reconcile.estimate import Estimate
from kichban.reconcile.evidence import Evidence, Observation
from kichban.reconcile.leverage import most_telling, observations_left_out, releases_left_out
from kichban.reconcile.wording import Sigmas, say
from kichban.texts import Lang

Kind = Literal["reprint", "revision", "arithmetic", "statistical", "identity"]
Z_LIMIT = 3.0
SEVERE = 0.02
#: a set that names more statements than a person can check is no finding
MOST_STATEMENTS = 6


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
    texts: tuple[tuple[str, Mapping[str, object]], ...]
    repairs: tuple[tuple[str, Mapping[str, object]], ...] = field(default=())

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


def arithmetic(evidence: Evidence, dimensions: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    """Put the conflicts of the printed digits into words."""
    return [
        _from_conflict(evidence, conflict)
        for conflict in find_conflicts(evidence, dimensions)
        if 0 < len(conflict.others) <= MOST_STATEMENTS
    ]


def _from_conflict(evidence: Evidence, conflict: Conflict) -> Finding:
    culprit = evidence.observations[conflict.culprit]
    s = culprit.statement
    others = tuple(evidence.observations[i].statement for i in conflict.others)
    low, high = (_as_printed(culprit, v) for v in conflict.implied)
    nearest = _nearest(s.value, low, high)
    texts: list[tuple[str, Mapping[str, object]]] = [
        ("arithmetic", {"statement": s, "others": others})
    ]
    if math.isfinite(low) and math.isfinite(high):
        texts.append(("implied_range", {"low": low, "high": high}))
    return Finding(
        "arithmetic", severity(conflict.distance), s.indicator, s.period.text if s.period else "",
        (s.id, *(o.id for o in others)), s.value, nearest, math.nan, tuple(texts),
        _repairs(s, nearest, others),
    )  # fmt: skip


def _as_printed(o: Observation, value: float) -> float:
    """Bring a level or ratio to the form of the statement: per cent, growth, or the level."""
    s = o.statement
    if s.unit != "percent":
        return value
    if o.top.kind == "plan":
        return math.nan  # a share that speaks of its plan only
    return 100 * value - (100 if s.measure.startswith("growth") else 0)


def _nearest(value: float, low: float, high: float) -> float:
    if not (math.isfinite(low) and math.isfinite(high)):
        return math.nan
    return min(max(value, low), high)


def _repairs(
    s: Statement, implied: float, others: Sequence[Statement]
) -> tuple[tuple[str, Mapping[str, object]], ...]:
    found: list[tuple[str, Mapping[str, object]]] = []
    if math.isfinite(implied) and implied > 0 and s.value > 0:
        power = round(math.log10(implied / s.value))
        if power and abs(math.log10(implied / s.value) - power) < 0.02:
            found.append(("unit_slip", {"statement": s, "factor": f"10^{power}"}))
    # Which of them is wrong the digits cannot say: they are to be checked, not corrected.
    found.append(("check", {"statement": s}))
    found.extend(("check", {"statement": o}) for o in others[:1])
    return tuple(found)


def statistical(estimate: Estimate) -> list[Finding]:
    """Find sentences and rates that the rest of the evidence makes all but impossible."""
    observations = estimate.evidence.observations
    by_release = releases_left_out(estimate)
    by_row = observations_left_out(estimate)
    found = []
    for k, release in enumerate(estimate.layout.releases):
        rows = [i for i, o in enumerate(observations) if o.release == release]
        levels = [i for i in rows if observations[i].statement.measure == "level"]
        if abs(by_release.z[k]) > Z_LIMIT and levels:
            found.append(
                _from_z(estimate, levels[0], rows, float(by_release.z[k]), -by_release.error[k])
            )
    for i, o in enumerate(observations):
        if o.statement.measure != "level" and abs(by_row.z[i]) > Z_LIMIT:
            found.append(_from_z(estimate, i, [i], float(by_row.z[i]), -by_row.error[i]))
    return found


def _from_z(estimate: Estimate, index: int, rows: Sequence[int], z: float, shift: float) -> Finding:
    observations = estimate.evidence.observations
    o: Observation = observations[index]
    s = o.statement
    others = tuple(
        observations[i].statement for i in most_telling(estimate, index) if i not in rows
    )
    implied = s.value * float(np.exp(shift))
    if s.measure.startswith("growth") and s.unit == "percent":
        implied = 100 * ((1 + s.value / 100) * float(np.exp(shift)) - 1)
    own = tuple(observations[i].statement.id for i in rows)
    return Finding(
        "statistical", "high" if abs(z) > 2 * Z_LIMIT else "medium", s.indicator,
        s.period.text if s.period else "",
        tuple(dict.fromkeys((s.id, *own, *(t.id for t in others)))), s.value, implied, z,
        (("statistical", {"statement": s, "implied": implied, "z": Sigmas(abs(z)),
                          "others": others}),),
        (("set_to", {"statement": s, "value": implied}),),
    )  # fmt: skip


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
