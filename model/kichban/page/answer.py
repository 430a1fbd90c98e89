"""What one run says, as a plain document: fans, land, targets, and the result in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kichban.ledger import Ledger
from kichban.page.words import Words
from kichban.projection import RATES, Projection, Variable
from kichban.reconcile import Series
from kichban.scenario import Scenario
from kichban.target import GapRow, gap_to_target
from kichban.texts import LANGUAGES

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)
BASES = ("current", "constant_2010")
LAND = ("area", "serviced", "leased")
#: what is rounded again for print must not be rounded twice
DIGITS = 9


def answer_document(
    ledger: Ledger,
    series: Series,
    projection: Projection,
    scenario: Scenario,
    *,
    changed: Mapping[str, float],
) -> dict[str, Any]:
    """Give the document of a run of one scenario."""
    gaps = [g for g in gap_to_target(ledger, projection) if g.remark != "identity_part"]
    gaps = [g for g in gaps if g.target.in_force]
    speak = {lang: Words(lang, scenario.label[lang], changed=bool(changed)) for lang in LANGUAGES}
    output = {}
    for basis in BASES:
        variable = Variable("industrial_output", "", "level", "bn_vnd", basis)
        aims = [g for g in gaps if _about(g, variable)]
        fan = _fan(projection, scenario.name, variable)
        if not fan:
            continue
        output[basis] = {
            "history": _history(series, projection, variable),
            "fan": fan,
            "targets": [_aim(g) for g in aims],
            "title": {lang: w.title(basis, aims, fan) for lang, w in speak.items()},
            "outlook": {lang: w.outlook_of(aims) for lang, w in speak.items()},
        }
    return {
        "scenario": scenario.name,
        "changed": dict(changed),
        "output": output,
        "land": {kind: _land(projection, scenario.name, kind, gaps) for kind in ("kcn", "ccn")},
        "targets": [
            {
                "id": g.target.id,
                "year": g.target.period.year,
                "probability": _plain(g.probability),
                "remark": g.remark,
                **{lang: w.target(g) for lang, w in speak.items()},
            }
            for g in sorted(gaps, key=Words.order)
        ],
    }


def _about(gap: GapRow, variable: Variable) -> bool:
    t = gap.target
    here = Variable(t.indicator, t.breakdown, t.measure, t.unit, t.price_basis)
    return here == variable and math.isfinite(gap.p50)


def _aim(gap: GapRow) -> dict[str, Any]:
    return {
        "year": gap.target.period.year,
        "value": gap.target.value,
        "p50": _plain(gap.p50),
        "gap": _plain(gap.gap),
    }


def _plain(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _fan(projection: Projection, scenario: str, variable: Variable) -> list[dict[str, Any]]:
    """Give quantiles by year, p10 … p90; years without a number in every draw are left out."""
    paths = projection.scenarios[scenario].variables.get(variable)
    if paths is None or paths.annual is None:
        return []
    scale = 100.0 if variable.measure in RATES else 1.0
    table = np.quantile(paths.annual, QUANTILES, axis=0) * scale
    first = projection.axis.last_year + 1 - paths.annual.shape[1]
    names = [f"p{round(100 * q)}" for q in QUANTILES]
    return [
        {"year": first + i, **{n: _plain(float(v)) for n, v in zip(names, column, strict=True)}}
        for i, column in enumerate(table.T)
        if np.isfinite(column).all()
    ]


def _history(series: Series, projection: Projection, variable: Variable) -> list[dict[str, Any]]:
    """Give past years; on a basis that is not printed only the year the bridge starts from."""
    rows = [
        {"year": r.period.year, "value": _plain(r.value), "origin": r.origin}
        for r in series.rows
        if r.indicator == variable.indicator
        and (r.breakdown, r.measure, r.price_basis) == ("", "level", variable.price_basis)
        and r.period.kind == "year"
        and r.period.year < projection.axis.first_year
    ]
    if not rows and variable in projection.last_levels:
        year, level, _ = projection.last_levels[variable]
        rows = [{"year": year, "value": _plain(level), "origin": "estimated"}]
    return sorted(rows, key=lambda r: int(r["year"] or 0))


def _land(
    projection: Projection, scenario: str, kind: str, gaps: Sequence[GapRow]
) -> dict[str, Any]:
    area = Variable(f"{kind}_area", "", "area_ha", "ha")
    share = Variable(f"{kind}_occupancy", "denominator:established", "occupancy_pct", "percent")
    aims = [
        g
        for g in gaps
        if g.target.indicator == area.indicator
        and g.target.breakdown in ("", "stage:planned", "stage:established")
        and g.target.measure == "area_ha"
        and math.isfinite(g.p50)
    ]
    return {
        **{
            name: _fan(projection, scenario, Variable(f"{kind}_{name}", "", "area_ha", "ha"))
            for name in LAND
        },
        "occupancy": _fan(projection, scenario, share),
        "targets": [_aim(g) for g in aims],
    }
