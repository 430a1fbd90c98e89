"""Tables of an edition that only the report reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from kichban.calibration import LandCalibration
from kichban.catalogue import Catalogue
from kichban.files import csv_bytes
from kichban.land import PARK
from kichban.ledger import WORDS, Ledger, Statement
from kichban.numbers import canonical_number
from kichban.periods import quarter_period
from kichban.projection import SiteRegistry, Variable, Width
from kichban.reconcile import PlanIdentity
from kichban.texts import LANGUAGES, Lang, format_number, format_period, texts_for

SITE_COLUMNS = (
    "site", "name_vi", "name", "kind", "parent", "synthetic", "gross_ha", "industrial_ha",
    "serviced_ha", "leased_ha", "occupancy_pct", "stage", *WORDS,
)  # fmt: skip
CASE_COLUMNS = (
    "case", "name_vi", "name", "kind", "start", "period", "unit", "before", "printed", "p05", "p50",
    "p95", "last", "crps", "crps_trend",
)  # fmt: skip
WEIGHED_COLUMNS = (
    "parameter", "prior_p10", "prior_p50", "prior_p90", "posterior_p10", "posterior_p50",
    "posterior_p90", "contraction", "shift", "prior_only",
)  # fmt: skip
WIDTH_COLUMNS = (
    "indicator", "breakdown", "measure", "price_basis", "period", "assumed", "weighed", "chance",
)  # fmt: skip
IDENTITY_COLUMNS = (
    "identity_vi", "identity_en", "document_vi", "document_en", "computed", "stated", "gap",
    "repair_vi", "repair_en", "reading_vi", "reading_en",
)  # fmt: skip
DIGITS = 7


def site_table(registry: SiteRegistry, ledger: Ledger) -> bytes:
    """Give today's stocks of every site; occupancy is leased over planned industrial land."""
    printed = {
        o.site for o in ledger.observations if o.use == "yes" and o.occupancy_pct is not None
    }
    sites, said = registry.sites, _newest_words(ledger)
    rows = []
    for i, site in enumerate(registry.ids):
        industrial, leased = float(sites.industrial[i]), float(sites.leased[i])
        established = int(sites.stage[i]) == 1
        share = 100.0 * leased / industrial if industrial > 0 and established else None
        known = established and (site in printed or registry.synthetic[i])
        rows.append(
            (
                site, registry.names_vi[i], registry.names_en[i], registry.kinds[i],
                registry.parents[i], "1" if registry.synthetic[i] else "",
                _number(float(sites.gross[i])), _number(industrial if industrial > 0 else None),
                _number(float(sites.serviced[i]) if established else None),
                _number(leased if established else None), _number(share if known else None),
                registry.stages[i], *(said.get((site, word), "") for word in WORDS),
            )
        )  # fmt: skip
    return csv_bytes(SITE_COLUMNS, rows)


def _newest_words(ledger: Ledger) -> dict[tuple[str, str], str]:
    """Give by site and column what was last printed about it in words."""
    rows = [o for o in ledger.observations if o.use == "yes" and o.as_of is not None]
    rows.sort(key=lambda o: (o.as_of or dt.date.min, o.published or dt.date.min))
    return {(o.site, w): text for o in rows for w in WORDS if (text := getattr(o, w))}


def case_table(calibration: LandCalibration | None, ledger: Ledger) -> bytes:
    """Give each later print of land beside what the model foretells without its case.

    Sites in per cent of their industrial land, totals in ha; periods are ends of quarters, and
    `last` marks the last print of a case.
    """
    names = {site.id: (site.name_vi, site.name) for site in ledger.sites}
    cases = calibration.cases if calibration is not None else ()
    rows = []
    for found in calibration.foretold if calibration is not None else ():
        seen = found.seen
        scale, unit = (seen.land, "ha") if seen.total else (100.0, "percent")
        shares = (seen.before, seen.value, found.low, found.median, found.high)
        rows.append(
            (
                seen.case, *names.get(seen.case, ("", "")), "kcn" if seen.kind == PARK else "ccn",
                quarter_period(found.first_quarter - 1).text, quarter_period(seen.quarter).text,
                unit, *(_number(scale * share) for share in shares),
                "1" if found in cases else "", _number(scale * found.crps),
                _number(scale * found.crps_trend) if np.isfinite(found.crps_trend) else "",
            )
        )  # fmt: skip
    return csv_bytes(CASE_COLUMNS, rows)


def weighed_table(calibration: LandCalibration | None) -> bytes:
    """Give prior and posterior of each parameter that the cases were held against."""
    rows = []
    for found in calibration.parameters if calibration is not None else ():
        points = [found.at(probability) for probability in (0.1, 0.5, 0.9)]
        rows.append(
            (
                found.key, *(_number(prior) for prior, _ in points),
                *(_number(posterior) for _, posterior in points), _number(found.contraction),
                _number(found.shift), "1" if found.is_prior_only else "",
            )
        )  # fmt: skip
    return csv_bytes(WEIGHED_COLUMNS, rows)


def width_table(widths: Mapping[Variable, Width], last_year: int) -> bytes:
    """Give where the width of every interval of the last year comes from, shares adding to 1."""
    rows = [
        (
            v.indicator, v.breakdown, v.measure, v.price_basis, str(last_year),
            *(canonical_number(share, 3) for share in width),
        )
        for v, width in widths.items()
    ]  # fmt: skip
    return csv_bytes(WIDTH_COLUMNS, rows)


def _number(value: float | None) -> str:
    return "" if value is None else canonical_number(value, DIGITS)


def identity_table(plans: Sequence[PlanIdentity], catalogue: Catalogue) -> bytes:
    """Give the accounts of the plans: how each adds up, every single repair, and the reading."""
    rows = []
    for plan in plans:
        label = catalogue.identities[plan.identity].label
        closure = plan.closure
        rows.append(
            (
                label["vi"], label["en"], plan.document["vi"], plan.document["en"],
                _number(closure.computed), _number(closure.stated), _number(closure.gap),
                *(_repairs(plan, lang) for lang in LANGUAGES),
                *(_reading(plan, lang) for lang in LANGUAGES),
            )
        )  # fmt: skip
    return csv_bytes(IDENTITY_COLUMNS, rows)


def _repairs(plan: PlanIdentity, lang: Lang) -> str:
    words = texts_for(lang)
    by_name: Mapping[str, Statement] = {s.id: s for _, s in plan.terms} | {
        "base": plan.base,
        plan.result.id: plan.result,
    }
    found = []
    for repair in plan.closure.repairs:
        s = by_name[repair.name]
        part = s.breakdown.removeprefix("stage:")
        label = words(f"findings.plan_term.{'base' if repair.name == 'base' else _term(part)}")
        found.append(
            words(
                "findings.repair_term",
                term=label,
                printed=_figure(s.value, lang),
                value=_figure(repair.value, lang),
            )
        )
    return "; ".join(found)


def _term(part: str) -> str:
    return part.split("_", 1)[0] if not part.startswith("new_expanded") else "new_expanded"


def _figure(value: float, lang: Lang) -> str:
    return format_number(value, 0 if abs(value - round(value)) < 1e-6 else 2, lang)


def _reading(plan: PlanIdentity, lang: Lang) -> str:
    """Say how the model reads a plan that does not close, where an earlier print explains it."""
    words = texts_for(lang)
    if plan.closure.closes:
        return words("findings.plan_closes")
    if plan.base_before is None:
        return words("findings.plan_open")
    before = plan.base_before
    repair = next(r for r in plan.closure.repairs if r.name == "base")
    return words(
        "findings.plan_reading",
        base=_figure(repair.value, lang),
        printed=_figure(before.value, lang),
        period=format_period(before.period, lang) if before.period else "…",
        existing=_figure(plan.base.value - repair.value, lang),
        remaining=_figure(plan.result.value - plan.base.value, lang),
    )
