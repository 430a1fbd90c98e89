"""An edition packed for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kichban.exchange import Goal, Parcel, Sampled
from kichban.exchange.values import variables_of
from kichban.study.edition import Edition
from kichban.target import variable_of

#: what of the manifest goes along
SAID = (
    "program", "version", "as_of", "region", "headline", "seed", "draws", "horizon", "overrides",
    "gates_from", "confidential", "inputs",
)  # fmt: skip


def pack(edition: Edition, samples: Sequence[Sampled]) -> Parcel:
    """Gather tables, draws, targets and provenance of an edition."""
    said = provenance(edition)
    region = edition.ledger.regions.get(edition.region)
    return Parcel(
        model=f"{said['program']} {said['version']}",
        region=region.name["en"] if region else edition.region,
        projections=edition.projections,
        scenarios={name: scenario.label for name, scenario in edition.scenarios.items()},
        provenance=said,
        goals=tuple(_goals(edition)),
        samples=tuple(samples),
    )


def provenance(edition: Edition) -> dict[str, Any]:
    """Say what an edition was computed from, and where its figures were printed."""
    manifest = edition.manifest
    sources = [
        {
            "id": s.id, "title": s.title, "publisher": s.publisher, "published": s.published,
            "url_or_file": s.url_or_file,
        }
        for s in edition.ledger.sources.values()
    ]  # fmt: skip
    return {**{key: manifest[key] for key in SAID if key in manifest}, "sources": sources}


def _goals(edition: Edition) -> Iterator[Goal]:
    """Give the targets of a projected year on the variables they are compared with."""
    projected = set(variables_of(edition.projections))
    years = set(edition.projections["period"])
    for target in edition.ledger.targets:
        variable = variable_of(target)
        comparable = target.measure != "growth_avg" and target.region == edition.region
        if not comparable or variable not in projected or target.period.text not in years:
            continue
        if target.period.kind == "year":
            about = {
                "document_vi": target.document["vi"], "document_en": target.document["en"],
                "sense": target.resolved_sense,
                "target_status": "in_force" if target.in_force else "superseded",
            }  # fmt: skip
            yield Goal(target.id, variable, target.period.text, target.value, about)
