"""Statements → series: levels with intervals, and the contradictions between prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from kichban.catalogue import Catalogue
from kichban.ledger import Ledger
from kichban.reconcile.estimate import estimate
from kichban.reconcile.evidence import INDICATOR, collect_evidence
from kichban.reconcile.findings import Finding, arithmetic, order, reprints, statistical
from kichban.reconcile.identities import PlanIdentity, identity_findings, plan_identities
from kichban.reconcile.series import (
    History,
    SeriesRow,
    history_of,
    output_rows,
    printed_rows,
)

__all__ = [
    "Finding",
    "History",
    "PlanIdentity",
    "Series",
    "SeriesRow",
    "plan_identities",
    "reconcile",
]


@dataclass(frozen=True, slots=True)
class Series:
    """What the statements visible on a day amount to.

    `history` is ``None`` where no level of industrial output was ever printed.
    """

    rows: tuple[SeriesRow, ...]
    findings: tuple[Finding, ...]
    history: History | None


def reconcile(ledger: Ledger, catalogue: Catalogue) -> Series:
    """Turn statements into series and find where they contradict each other."""
    dimensions = _dimensions(catalogue)
    parts = tuple(p for members in dimensions.values() for p in members)
    findings = [*reprints(ledger), *identity_findings(ledger, catalogue)]
    evidence = collect_evidence(ledger, parts)
    if evidence is None:
        rows = printed_rows(ledger, ())
        return Series(_sorted(rows), order(findings), None)
    # One thread: the order of sums, and so the last bits, must not depend on the machine.
    with threadpool_limits(1):
        fit = estimate(evidence, dimensions)
        findings += arithmetic(evidence, dimensions)
        findings += statistical(fit)
        rows = output_rows(ledger, fit)
        history = history_of(fit)
    rows += printed_rows(ledger, rows)
    return Series(_sorted(rows), order(findings), history)


def _dimensions(catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    return {
        identity.dimension: tuple(f"{identity.dimension}:{m}" for m in identity.members)
        for identity in catalogue.identities.values()
        if identity.kind == "partition"
        and identity.indicator == INDICATOR
        and identity.dimension in ("ownership", "sector")
        and "level" in identity.measures
    }


def _sorted(rows: list[SeriesRow]) -> tuple[SeriesRow, ...]:
    return tuple(
        sorted(rows, key=lambda r: (r.region, r.indicator, r.breakdown, r.measure, r.period,
                                    r.price_basis))
    )  # fmt: skip
