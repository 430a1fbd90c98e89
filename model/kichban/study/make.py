"""Make the files of an edition: series, projection, gap, manifest, and tables for the report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from kichban import __version__
from kichban.files import csv_bytes, json_bytes, sha256, zip_bytes
from kichban.ledger import Ledger
from kichban.numbers import canonical_number
from kichban.projection import COLUMNS as PROJECTION_COLUMNS
from kichban.projection import (
    Projection,
    Variable,
    Width,
    build_sites,
    interval_widths,
    projection_rows,
)
from kichban.reconcile import Finding, Series, SeriesBreak, SeriesRow, plan_identities
from kichban.reconcile.series.revisions import Revisions, Vintages, revisions, vintages
from kichban.scenario import resolved_document
from kichban.study.gaps.tables import extras, target_tables
from kichban.study.request import Ingredients
from kichban.study.tables import (
    case_table,
    identity_table,
    site_table,
    weighed_table,
    width_table,
)
from kichban.study.workbench import Workbench
from kichban.target import COLUMNS as GAP_COLUMNS
from kichban.target import gap_rows, gap_to_target, target_variables
from kichban.texts import LANGUAGES, Lang

SERIES_COLUMNS = (
    "region", "indicator", "breakdown", "period", "measure", "value", "lower", "upper", "unit",
    "price_basis", "origin", "statements", "minimum", "maximum", "prior_share",
)  # fmt: skip
FINDING_COLUMNS = (
    "kind", "severity", "indicator", "period", "statements", "stated", "implied", "z",
    "explanation", "repairs",
)  # fmt: skip
#: type: outlier | temporary (dies out by 0,7 a month) | shift; first…last = dates that fit as well;
#: size in per cent of the level; status: found | accepted | refused | not_applied | not_told, by
#: the entry `judged`
BREAK_COLUMNS = (
    "region", "indicator", "breakdown", "price_basis", "type", "period", "first", "last", "size",
    "lower", "upper", "z", "status", "judged", "statements",
)  # fmt: skip
DIGITS = 7


def series_files(series: Series, languages: Sequence[Lang]) -> dict[str, bytes]:
    """Give ``series.csv``, ``contradictions.csv`` (words of all languages) and ``breaks.csv``."""
    first, *others = dict.fromkeys((*languages, *LANGUAGES))
    columns = (*FINDING_COLUMNS, *(f"{c}_{o}" for o in others for c in FINDING_COLUMNS[-2:]))
    cells = [
        (*_finding_cells(f, first), *(c for o in others for c in _finding_cells(f, o)[-2:]))
        for f in series.findings
    ]
    return {
        "series.csv": csv_bytes(SERIES_COLUMNS, [_series_cells(r) for r in series.rows]),
        "contradictions.csv": csv_bytes(columns, cells),
        "breaks.csv": csv_bytes(BREAK_COLUMNS, [_break_cells(b) for b in series.breaks]),
    }


VINTAGE_COLUMNS = (
    "region", "indicator", "breakdown", "period", "measure", "price_basis", "published", "status",
    "source", "statement", "value", "unit", "moved",
)  # fmt: skip
REVISION_COLUMNS = (
    "indicator", "measure", "unit", "figures", "revised", "mean", "mean_absolute", "sd", "months",
)  # fmt: skip


def vintage_files(ledger: Ledger, indicator: str) -> dict[str, bytes]:
    """Give ``vintages.csv``, every print of every figure, and ``revisions.csv``, their moves.

    `moved` is the print less the first one: points of a rate, per cent of a level.
    """
    found = [v for v in vintages(ledger) if indicator in ("", v.prints[0].indicator)]
    moves = [r for r in revisions(ledger) if indicator in ("", r.indicator)]
    return {
        "vintages.csv": csv_bytes(VINTAGE_COLUMNS, [c for v in found for c in _vintage_cells(v)]),
        "revisions.csv": csv_bytes(REVISION_COLUMNS, [_revision_cells(r) for r in moves]),
    }


def _vintage_cells(found: Vintages) -> Iterator[tuple[str, ...]]:
    for k, s in enumerate(found.prints):
        yield (
            s.region, s.indicator, s.breakdown, s.period.text if s.period else "", s.measure,
            s.price_basis, str(s.published), s.status, s.source, s.id,
            canonical_number(s.value, 15), s.unit, canonical_number(found.moved(k), DIGITS),
        )  # fmt: skip


def _revision_cells(r: Revisions) -> tuple[str, ...]:
    numbers = (r.mean, r.mean_absolute, r.sd, r.months)
    return (
        r.indicator, r.measure, r.unit, f"{r.figures}", f"{r.revised}",
        *(canonical_number(round(v, 4), DIGITS) for v in numbers),
    )  # fmt: skip


def _break_cells(b: SeriesBreak) -> tuple[str, ...]:
    numbers = (
        "" if math.isnan(v) else canonical_number(round(v, 2), DIGITS)
        for v in (b.size, b.lower, b.upper, b.distance)
    )
    return (
        b.region, b.indicator, b.breakdown, b.price_basis, b.kind, b.period, b.first, b.last,
        *numbers, b.status, b.judged, " ".join(b.statements),
    )  # fmt: skip


def _series_cells(row: SeriesRow) -> tuple[str, ...]:
    # A print keeps all its digits; an estimate has no more than seven.
    digits = 15 if row.origin == "observed" else DIGITS
    return (
        row.region, row.indicator, row.breakdown, row.period.text, row.measure,
        canonical_number(row.value, digits), canonical_number(row.lower, DIGITS),
        canonical_number(row.upper, DIGITS), row.unit, row.price_basis, row.origin,
        " ".join(row.statements), _bound(row.minimum), _bound(row.maximum),
        canonical_number(row.prior_share, 3),
    )  # fmt: skip


def _bound(value: float) -> str:
    """Write an end of what the figures allow; empty where nothing bounds it."""
    return canonical_number(value, DIGITS) if math.isfinite(value) else ""


def _finding_cells(finding: Finding, lang: Lang) -> tuple[str, ...]:
    def number(value: float) -> str:
        return "" if math.isnan(value) else canonical_number(value, DIGITS)

    return (
        finding.kind, finding.severity, finding.indicator, finding.period,
        " ".join(finding.statements), number(finding.stated), number(finding.implied),
        number(round(finding.z, 2)) if not math.isnan(finding.z) else "",
        finding.explanation(lang), finding.repair(lang),
    )  # fmt: skip


#: variables of which an edition says where the width of their last year comes from
LONG_RUN = (
    Variable("industrial_output", "", "level", "bn_vnd", "current"),
    Variable("industrial_output", "", "level", "bn_vnd", "constant_2010"),
    Variable("grdp", "", "level", "bn_vnd", "current"),
    Variable("exports", "", "level", "mn_usd"),
    Variable("retail_sales", "", "level", "bn_vnd", "current"),
    *(
        Variable(f"{k}_{n}", "", "area_ha", "ha")
        for k in ("kcn", "ccn")
        for n in ("area", "leased")
    ),
    Variable("kcn_workers", "", "count", "workers"),
    Variable("kcn_fdi_registered_usd", "", "level", "mn_usd"),
)


def make_edition(prepared: Workbench) -> dict[str, bytes]:
    """Give every file of an edition, those for the report named ``extra.…``."""
    given = prepared.given
    bench = prepared.keeping(target_variables(given.ledger) | frozenset(LONG_RUN))
    series, projection = bench.series, bench.projection()
    config, ledger = given.config, given.ledger
    rows = projection_rows(projection, config.region, given.workers)
    gaps = gap_to_target(ledger, projection, series)
    tables = target_tables(bench, gaps, projection, _shown(bench, projection))
    registry = build_sites(ledger, given.parameters, given.request.seed)
    plans = plan_identities(ledger, given.catalogue)
    return series_files(series, config.languages) | {
        "projections.csv": csv_bytes(PROJECTION_COLUMNS, rows),
        "gap.csv": csv_bytes(GAP_COLUMNS, gap_rows(gaps, config.languages[0])),
        "manifest.json": json_bytes(_manifest(given, projection)),
        "inputs.zip": zip_bytes(given.inputs),
        **extras(tables),
        "extra.land_sites.csv": site_table(registry, ledger),
        "extra.identities.csv": identity_table(plans, given.catalogue),
        "extra.land_cases.csv": case_table(projection.land, ledger),
        "extra.land_weighed.csv": weighed_table(projection.land),
        "extra.widths.csv": width_table(_widths(bench, projection), given.request.horizon),
    }


def _widths(bench: Workbench, projection: Projection) -> Mapping[Variable, Width]:
    """Split the widths of the headline scenario, or of the first one run."""
    name = _shown(bench, projection)
    draws = bench.projector.draws(bench.scenarios[name])
    return interval_widths(projection, name, draws, LONG_RUN)


def _shown(bench: Workbench, projection: Projection) -> str:
    """Name the scenario that tables of one are made of: the headline, or the first one run."""
    given = bench.given
    names = [given.config.headline, *given.request.scenarios]
    return next(n for n in names if n in projection.scenarios)


def _manifest(given: Ingredients, projection: Projection) -> dict[str, object]:
    """Say what the edition was computed from: no clock, no path, no host."""
    request = given.request
    return {
        "format": 1,
        "program": "kichban",
        "version": __version__,
        "as_of": request.as_of.isoformat(),
        "region": given.config.region,
        "headline": given.config.headline,
        "seed": request.seed,
        "draws": request.draws,
        "horizon": request.horizon,
        "overrides": [list(pair) for pair in request.overrides],
        "gates_from": request.gates_from,
        **({"confidential": True} if request.confidential else {}),
        "inputs": {name: sha256(data) for name, data in sorted(given.inputs.items())},
        "scenarios": {name: resolved_document(given.scenarios[name]) for name in request.scenarios},
        "notes": {
            name: {k: round(v, 9) for k, v in paths.notes.items()}
            for name, paths in projection.scenarios.items()
        },
        "contraction": {k: round(v, 4) for k, v in projection.contraction.items()},
        "parameters_newer_than_as_of": [
            p.key for p in given.parameters.values() if p.known and p.known > request.as_of
        ],
    }
