"""Made-up ledgers without sense: contradictory, extreme, mixed. Nothing may break or be lost.

``python -m tests.fuzz_ledger [FIRST SEED] [COUNT]``; a short sample runs with the tests.
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ledger_cases import (
    GROUP_COLUMNS,
    GROUPS,
    READINGS,
    STATEMENTS,
    TARGETS,
    book_of,
    ledger_of,
    sound,
    statement,
    statements_text,
    table,
)

from kichban.catalogue import load_catalogue
from kichban.ledger import LEVELS
from kichban.ledger.statements import MEASURE_UNITS
from kichban.reconcile import reconcile
from kichban.reconcile.series.printed import MEASURES

CATALOGUE = load_catalogue()
FLOW_PERIODS = {
    "2021": 12, "2022": 12, "2023": 12, "2022-Q1": 3, "2022-Q3": 3, "2023-Q2": 3, "2022-03": 1,
    "2022-07": 1, "2023-01": 1, "2023-12": 1, "2022-01/2022-06": 6, "2022-01/2022-09": 9,
    "2023-01/2023-05": 5, "2023-01/2023-06": 6, "2023-01/2023-11": 11,
}  # fmt: skip
STOCK_PERIODS = ("2021", "2022", "2023", "2022-06-30", "2023-06-30", "2023-09-15")
PERIOD_KINDS = {12: "annual", 3: "quarter", 1: "month"}
INDICATORS = (
    "industrial_output", "iip", "grdp", "industrial_va", "industry_construction_va",
    "construction_va", "services_va", "agriculture_va", "product_tax", "exports", "imports",
    "trade_total", "retail_sales", "ccn_leased", "ccn_industrial_land", "ccn_occupancy",
    "ccn_count", "ccn_area", "kcn_industrial_output", "grdp_share", "kcn_net_absorption",
    "kcn_projects",
)  # fmt: skip


def made_rows(rng: random.Random, count: int) -> list[dict[str, str]]:
    """Give random rows; some are at fault and are left out by :func:`made_ledger`."""
    return [_row(rng, f"A{k}") for k in range(count)]


def _row(rng: random.Random, key: str) -> dict[str, str]:
    code = rng.choice(INDICATORS)
    indicator = CATALOGUE.indicators[code]
    measure = rng.choice(indicator.measures)
    flow = indicator.kind in ("flow", "index")
    period = rng.choice([*FLOW_PERIODS] if flow else STOCK_PERIODS)
    months = FLOW_PERIODS.get(period, 12)
    stock = indicator.kind in ("stock", "capacity")
    kind = "asof" if stock else PERIOD_KINDS.get(months, "ytd")
    status = rng.choice(["estimate", "preliminary", "actual", "actual", "plan"])
    if measure == "growth_avg":
        period, kind = "2022/2023", "multiyear"
    value = _value(rng, measure, months)
    if measure in LEVELS and indicator.nonnegative:
        value = abs(value)
    return statement(
        key, repr(value), period, indicator=code, measure=measure,
        breakdown=_breakdown(rng, indicator.dimensions, measure),
        period_kind="target" if status == "plan" else kind, status=status,
        price_basis=rng.choice([*indicator.price_bases, ""]) if indicator.price_bases else "",
        unit=MEASURE_UNITS.get(measure, indicator.unit),
        resolution=repr(rng.choice([0.1, 1.0, 10.0])), source=rng.choice(["S1", "S2"]),
        published=rng.choice(["2024-01-31", "2024-02-29", "2024-06-30"]),
        qualifier=rng.choice(["", "", "", "more_than", "about", "less_than"]),
    )  # fmt: skip


def _breakdown(rng: random.Random, dimensions: tuple[str, ...], measure: str) -> str:
    if measure == "growth_ratio":
        return rng.choice(["", "base:2021"])
    known = [d for d in dimensions if d in ("ownership", "sector", "stage", "district", "part",
                                            "bound")]  # fmt: skip
    if not known or rng.random() < 0.5:
        return ""
    dimension = rng.choice(known)
    return f"{dimension}:{rng.choice(list(CATALOGUE.dimensions[dimension]))}"


def _value(rng: random.Random, measure: str, months: int) -> float:
    if measure in LEVELS:
        pace = rng.lognormvariate(6, 1) * months
        return round(rng.choice([pace, pace, -pace, rng.choice([0.0, 1.0, 100.0, 5e5])]), 1)
    rate = rng.choice([rng.uniform(-30, 60), 0.0, -99.0, 1.2, 100.0])
    if measure in ("share_pct", "occupancy_pct"):
        return round(abs(rate) % 100, 1)
    if measure == "growth_ratio":
        return round(abs(rate) / 10 + 0.1, 1)
    return round(abs(rate) if measure == "share_of_plan" else rate, 1)


def made_ledger(seed: int):
    """Give the ledger of the random rows that are not at fault."""
    rng = random.Random(seed)
    rows = made_rows(rng, rng.choice([3, 10, 40, 120]))
    texts = sound() | {
        STATEMENTS: statements_text(rows), TARGETS: "format = 1\n", READINGS: "format = 1\n",
        GROUPS: table(GROUP_COLUMNS, []),
    }  # fmt: skip
    faulty = {f.row for f in book_of(texts).faults}
    return ledger_of([r for k, r in enumerate(rows) if k + 2 not in faulty])


def check(seed: int) -> None:
    """Reconcile one made ledger and look at everything it says."""
    ledger = made_ledger(seed)
    series = reconcile(ledger, CATALOGUE)
    keys = [(r.region, r.indicator, r.breakdown, r.period.text, r.measure, r.price_basis)
            for r in series.rows]  # fmt: skip
    assert len(keys) == len(set(keys)), "two rows of one key"
    for row in series.rows:
        slack = 1e-6 * abs(row.value) + 1e-6
        assert math.isfinite(row.value), row
        assert row.lower - slack <= row.value <= row.upper + slack, row
        assert row.minimum <= row.maximum + 1e-4 * (1 + abs(row.maximum)), row
        assert 0 <= row.prior_share <= 1, row
    for finding in series.findings:
        assert all(finding.explanation(lang) and finding.repair(lang) for lang in ("vi", "en"))
    shown = {i for row in series.rows for i in row.statements}
    used = [s for s in ledger.statements if s.use == "yes" and s.measure in MEASURES]
    lost = [s.id for s in used if not s.is_plan and s.id not in ledger.odd and s.id not in shown]
    assert not lost, lost


def main() -> None:
    """Check as many seeds as asked for."""
    first, count = (int(v) for v in (*sys.argv[1:], "1", "500")[:2])
    for seed in range(first, first + count):
        check(seed)
    sys.stdout.write(f"{count} ledgers from seed {first}: nothing broke, nothing was lost\n")


if __name__ == "__main__":
    main()
