"""Statements → series: values with intervals, and the contradictions between prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from threadpoolctl import threadpool_limits

from kichban.catalogue import Catalogue
from kichban.ledger import Ledger
from kichban.reconcile.bounds.conflicts import Bounds
from kichban.reconcile.estimate.effects import Held, departure
from kichban.reconcile.estimate.mode import Estimate, find_mode
from kichban.reconcile.estimate.quality import Axis, Foretold, Quality, foretell, quality, reach
from kichban.reconcile.estimate.scales import START, named
from kichban.reconcile.evidence.denominators import choose_denominators
from kichban.reconcile.evidence.equations import Equation, Node
from kichban.reconcile.evidence.families import Family, find_families, history_node
from kichban.reconcile.evidence.statements import write_equations
from kichban.reconcile.findings.contradictions import (
    Judgement,
    arithmetic,
    judge,
    second_readings,
    statistical,
    two_modes,
)
from kichban.reconcile.findings.finding import Finding, order, reprints
from kichban.reconcile.findings.identities import PlanIdentity, identity_findings, plan_identities
from kichban.reconcile.findings.odd import odd_findings
from kichban.reconcile.findings.registry import registry_findings
from kichban.reconcile.series.adding_up import balanced
from kichban.reconcile.series.breaks import SeriesBreak, accepted_breaks, series_breaks
from kichban.reconcile.series.history import (
    Flow,
    History,
    SeriesRow,
    flows_of,
    history_of,
    symmetric_root,
)
from kichban.reconcile.series.printed import printed_rows
from kichban.reconcile.series.rows import estimated_rows

__all__ = [
    "Finding",
    "Flow",
    "Held",
    "History",
    "PlanIdentity",
    "Quality",
    "Series",
    "SeriesBreak",
    "SeriesRow",
    "departure",
    "plan_identities",
    "reconcile",
    "symmetric_root",
]

#: families of fewer figures have nothing to reconcile: but for flows they stand as printed
LEAST_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Series:
    """What the statements visible on a day amount to.

    `history` is ``None`` where no level of industrial output was ever printed; `flows` are the
    region's own series by (indicator, price basis), `breaks` their outliers and breaks; `scales`
    are the sd (log) of each kind of error as the figures have it; `quality` tells how well the
    documents foretell each other (``None`` where there was nothing to estimate); `region` is whose
    series they are, of rows of any region where it is empty.
    """

    rows: tuple[SeriesRow, ...]
    findings: tuple[Finding, ...]
    history: History | None
    scales: Mapping[str, float]
    quality: Quality | None = None
    flows: Mapping[tuple[str, str], Flow] = field(default_factory=dict)
    breaks: tuple[SeriesBreak, ...] = ()
    region: str = ""

    @property
    def own_rows(self) -> tuple[SeriesRow, ...]:
        """Rows of the region itself: a series holds those of its neighbours too."""
        return tuple(r for r in self.rows if r.region == self.region or not self.region)


def reconcile(ledger: Ledger, catalogue: Catalogue) -> Series:
    """Turn statements into series and find where they contradict each other."""
    equations, families = read_equations(ledger, catalogue)
    # One thread: the order of sums, and so the last bits, must not depend on the machine.
    with threadpool_limits(1):
        found = estimate_families(families, equations, ledger)
        judgement = judge(found)
        bounds = Bounds(families, equations, judgement.overruled)
        prints = list(foretell(found)) if found is not None else []
        rows = _estimated(found, bounds, catalogue, prints) if found is not None else []
        rows = balanced(rows, families)
        rows += printed_rows(ledger, rows, equations, bounds, catalogue)
        findings = _findings(ledger, catalogue, bounds, equations, found, judgement)
        node = history_node(ledger.region)
        known = found is not None and any(
            e.kind == "level" and e.top[0].node == node for e in equations
        )
        history = history_of(found, node) if found is not None and known else None
        score = quality(prints) if found is not None else None
        flows = _flows(found, ledger.region) if found is not None else {}
        breaks = series_breaks(found, ledger)
    b = found.block_of(node) if found is not None else None
    scales = START if found is None or b is None else named(found.scales[b])
    return Series(_sorted(rows), order(findings), history, scales, score, flows, breaks,
                  ledger.region)  # fmt: skip


def read_equations(
    ledger: Ledger, catalogue: Catalogue
) -> tuple[tuple[Equation, ...], tuple[Family, ...]]:
    """Write what the statements say as equations, and group the series they speak of."""
    # In the order of ids: the order of rows must not reach the last bits of a sum.
    usable = sorted((s for s in ledger.statements if s.id not in ledger.odd), key=lambda s: s.id)
    equations = choose_denominators(write_equations(usable, catalogue))
    return equations, find_families(equations, catalogue)


def estimate_families(
    families: tuple[Family, ...], equations: tuple[Equation, ...], ledger: Ledger
) -> Estimate | None:
    """Estimate the region's own flows, and all families in which there is much to reconcile."""
    chosen = [
        f
        for f in families
        if len(f.equations) >= LEAST_FIGURES
        or any(_is_own_flow(f, n, ledger.region) for n in f.nodes)
    ]
    return find_mode(chosen, equations, accepted_breaks(ledger)) if chosen else None


def _estimated(
    found: Estimate, bounds: Bounds, catalogue: Catalogue, prints: Sequence[Foretold]
) -> list[SeriesRow]:
    reaches: dict[Axis, float] = {axis: reach(prints, axis) for axis in get_args(Axis)}
    return estimated_rows(found, bounds, catalogue, reaches)


def _is_own_flow(family: Family, node: Node, region: str) -> bool:
    own = node.region == region and not node.breakdown and not node.plan
    return own and family.axis == "months"


def _flows(found: Estimate, region: str) -> dict[tuple[str, str], Flow]:
    """Read the region's own series that add up over months: what a nowcast starts from."""
    flows: dict[tuple[str, str], Flow] = {}
    for b, block in enumerate(found.layout.blocks):
        nodes = sorted(n for n in block.nodes if _is_own_flow(block.family, n, region))
        if nodes:
            read = flows_of(found, b, nodes)
            flows |= {(n.indicator, n.basis): flow for n, flow in read.items()}
    return flows


def _findings(
    ledger: Ledger, catalogue: Catalogue, bounds: Bounds, equations: tuple[Equation, ...],
    found: Estimate | None, judgement: Judgement,
) -> list[Finding]:  # fmt: skip
    findings = [
        *reprints(ledger), *identity_findings(ledger, catalogue), *registry_findings(ledger),
        *odd_findings(ledger), *second_readings(equations, found),
        *arithmetic(bounds.conflicts, equations, ledger, judgement),
    ]  # fmt: skip
    if found is not None:
        findings += [*statistical(found, ledger, judgement), *two_modes(found)]
    return findings


def _sorted(rows: list[SeriesRow]) -> tuple[SeriesRow, ...]:
    return tuple(
        sorted(rows, key=lambda r: (r.region, r.indicator, r.breakdown, r.measure, r.period,
                                    r.price_basis))
    )  # fmt: skip
