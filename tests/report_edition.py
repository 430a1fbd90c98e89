"""A made edition for the tests of the report: real prints, invented projections.

A test double, not a result: the statements, sources, targets and sites are those of ``inputs/``,
while everything that looks ahead is drawn with a ruler.
"""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kichban.ledger.values import Ledger, Region, Site, Source, Statement, Target
from kichban.periods import parse_date, parse_period

INPUTS = Path(__file__).resolve().parent.parent / "inputs"
AS_OF = dt.date(2024, 7, 31)
SERIES_COLUMNS = [
    "region", "indicator", "breakdown", "period", "measure", "value", "lower", "upper", "unit",
    "price_basis", "origin", "statements", "minimum", "maximum", "prior_share",
]  # fmt: skip
CONTRADICTION_COLUMNS = [
    "kind", "severity", "indicator", "period", "statements", "stated", "implied", "z",
    "explanation", "repairs",
]  # fmt: skip
BREAK_COLUMNS = [
    "region", "indicator", "breakdown", "price_basis", "type", "period", "first", "last", "size",
    "lower", "upper", "z", "status", "judged", "statements",
]  # fmt: skip
PROJECTION_COLUMNS = [
    "scenario", "region", "indicator", "breakdown", "period", "measure", "statistic", "value",
    "unit", "price_basis",
]  # fmt: skip
GAP_COLUMNS = [
    "scenario", "target", "region", "indicator", "breakdown", "period", "measure", "sense",
    "target_value", "target_upper", "unit", "price_basis", "document", "target_status", "p10",
    "p50", "p90", "gap", "gap_percent", "probability", "probability_error", "required_amount",
    "required_rate", "required_rate_kind", "required_rate_low", "required_rate_high",
    "required_base", "reached_in", "remark",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A step of a path, as the scenario room makes it."""

    op: str
    anchors: Mapping[int, float]
    shape: str = "linear"
    before: str = "parent"
    after: str = "hold"
    target: str = ""


@dataclass(frozen=True)
class MadeScenario:
    """A scenario with what is printed of it."""

    name: str
    label: Mapping[str, str]
    story: Mapping[str, str]
    values: Mapping[str, Any]
    paths: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    status: str = "official"
    priors: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Any] = field(default_factory=dict)
    correlations: tuple[Any, ...] = ()


@dataclass(frozen=True)
class MadeEdition:
    """An edition by shape."""

    as_of: dt.date
    region: str
    headline: str
    series: pd.DataFrame
    contradictions: pd.DataFrame
    breaks: pd.DataFrame
    projections: pd.DataFrame
    gap: pd.DataFrame
    manifest: Mapping[str, Any]
    ledger: Ledger
    scenarios: Mapping[str, MadeScenario]
    extras: Mapping[str, pd.DataFrame]


def _rows(name: str) -> list[dict[str, str]]:
    with (INPUTS / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text: str) -> dt.date | None:
    return parse_date(text) if text else None


def made_ledger(as_of: dt.date = AS_OF) -> Ledger:
    """Read the inputs as they stand, with none of the ledger room's checks."""
    statements = []
    for line, row in enumerate(_rows("statements.csv"), 2):
        published = _day(row["published"])
        if row["use"] == "no" or published is None or published > as_of:
            continue
        fields: dict[str, Any] = dict(row)
        fields["period"] = parse_period(row["period"]) if row["period"] else None
        if fields["period"] is None:
            continue
        fields |= {"value": float(row["value"]), "published": published, "row": line}
        fields["resolution"] = float(row["resolution"] or 0)
        statements.append(Statement(**fields))
    sources = {
        r["source"]: Source(
            r["source"], r["title"], r["publisher"], r["published"], r["url_or_file"]
        )
        for r in _rows("sources.csv")
    }
    by_id = {s.id: s for s in statements}
    regions = {
        r["code"]: Region(r["code"], r["name"], r["kind"], r["parent"], None, None)
        for r in tomllib.loads((INPUTS / "regions.toml").read_text(encoding="utf-8"))["region"]
    }
    sites = tuple(
        Site(
            r["id"],
            r["kind"],
            r["name_vi"],
            r["name"],
            r["parent"],
            r["district"],
            r["phase"],
            _day(r["published"]),
            r["source"],
            r["note"],
        )
        for r in _rows("sites.csv")
    )
    return Ledger(
        "bac_giang", as_of, tuple(statements), sources, _targets(by_id), sites, (), (), regions, ()
    )


def _targets(by_id: Mapping[str, Statement]) -> tuple[Target, ...]:
    entries = tomllib.loads((INPUTS / "targets.toml").read_text(encoding="utf-8"))["target"]
    entries = [e for e in entries if e["statement"] in by_id]
    replaced = {i for e in entries for i in e.get("supersedes", [])}
    found = []
    for e in entries:
        s = by_id[e["statement"]]
        upper = by_id.get(e.get("statement_upper", ""))
        assert s.period is not None
        assert s.published is not None
        found.append(
            Target(
                e["id"],
                s.id,
                upper.id if upper else "",
                s.region,
                s.indicator,
                s.breakdown,
                s.period,
                s.measure,
                s.value,
                upper.value if upper else None,
                s.unit,
                s.price_basis,
                e["kind"],
                e["sense"],
                e["document"],
                e["document_date"],
                e["plan_type"],
                s.published,
                tuple(e.get("supersedes", ())),
                e["id"] not in replaced,
                e.get("identity", ""),
            )
        )
    return tuple(found)


def _series(ledger: Ledger) -> pd.DataFrame:
    """Give the newest print of every key, as the reconcile room would where all are exact."""
    newest: dict[tuple[str, ...], list[Statement]] = {}
    for s in ledger.statements:
        if s.region != ledger.region or s.use != "yes" or s.is_plan or s.period is None:
            continue
        if s.period.year > ledger.as_of.year or s.id in ("BG0464",):
            continue
        basis = s.price_basis
        if s.indicator in ("industrial_output", "retail_sales") and s.measure == "level":
            basis = basis or "current"
        key = (s.indicator, s.breakdown, s.period.text, s.measure, s.unit, basis)
        newest.setdefault(key, []).append(s)
    rows = []
    for (indicator, breakdown, period, measure, unit, basis), prints in newest.items():
        prints.sort(key=lambda s: (s.published or dt.date.min, s.id))
        value = prints[-1].value
        values = [s.value for s in prints]
        rows.append(
            [
                ledger.region,
                indicator,
                breakdown,
                period,
                measure,
                value,
                min(values),
                max(values),
                unit,
                basis,
                "observed",
                " ".join(s.id for s in prints),
                value,
                value,
                0.0,
            ]
        )
    for year, value, low, high, ids, prior in (
        ("2017", 114_600.0, 109_000.0, 120_300.0, "BG0501 BG0525", 0.97),
        ("2021", 309_800.0, 301_000.0, 318_000.0, "BG0370 BG0371", 0.4),
        ("2022", 444_670.0, 440_100.0, 449_400.0, "BG0018 BG0017", 0.01),
    ):
        rows.append(
            [
                "bac_giang",
                "industrial_output",
                "",
                year,
                "level",
                value,
                low,
                high,
                "bn_vnd",
                "current",
                "derived" if year == "2022" else "estimated",
                ids,
                low if year != "2017" else None,
                high if year == "2022" else None,
                prior,
            ]
        )
    return pd.DataFrame(rows, columns=SERIES_COLUMNS)


def _breaks() -> pd.DataFrame:
    known = ["bac_giang", "industrial_output", "", "current", "temporary", "2021-05", "2021-05",
             "2021-05", -55.3, -63.7, -44.9, -4.95, "accepted", "B001", ""]  # fmt: skip
    new = ["bac_giang", "iip", "", "", "shift", "2021-09", "2021-09", "2021-10", 35.1, 19.2, 53.0,
           3.09, "found", "", "BG0016 BG0023"]  # fmt: skip
    return pd.DataFrame([known, new], columns=BREAK_COLUMNS)


def _contradictions() -> pd.DataFrame:
    rows = [
        [
            "arithmetic",
            "high",
            "industrial_output",
            "2024-06",
            "BG0021 BG0117 BG0333",
            67132.0,
            48267.0,
            7.7,
            "",
            "",
        ],
        [
            "arithmetic",
            "high",
            "industrial_output",
            "2022",
            "BG0464 BG0466",
            342000.0,
            358300.0,
            None,
            "",
            "",
        ],
        [
            "reprint",
            "medium",
            "industrial_output",
            "2023",
            "BG0189 BG0017 BG0193",
            539000.0,
            541169.0,
            2.2,
            "",
            "",
        ],
        [
            "revision",
            "medium",
            "industrial_output",
            "2023-01/2023-06",
            "BG0849 BG0877 BG0119",
            238782.0,
            246207.0,
            4.1,
            "",
            "",
        ],
        ["revision", "low", "grdp", "2024-Q1", "BG0011 BG0331", 14.18, 13.96, 1.4, "", ""],
        [
            "statistical",
            "medium",
            "kcn_occupancy",
            "2024-06-30",
            "BG0894 BG0108",
            78.0,
            70.0,
            3.0,
            "",
            "",
        ],
        [
            "identity",
            "high",
            "ccn_area",
            "2030",
            "BG0060 BG0062 BG0064 BG0066 BG0068 BG0047",
            3006.0,
            3597.34,
            None,
            "",
            "",
        ],
    ]
    return pd.DataFrame(rows, columns=CONTRADICTION_COLUMNS)


#: scenario: growth of output a year, pace of land.
_PACE = {
    "baseline": (0.140, 1.0),
    "low": (0.085, 0.6),
    "high": (0.175, 1.35),
    "plan": (0.205, 1.6),
    "slow_clearance": (0.125, 0.55),
}
_SPREAD = {
    "p05": -1.64,
    "p10": -1.28,
    "p25": -0.67,
    "p50": 0.0,
    "p75": 0.67,
    "p90": 1.28,
    "p95": 1.64,
    "mean": 0.05,
}
_PARTS = {
    "ownership:state": 0.019,
    "ownership:non_state": 0.108,
    "ownership:fdi": 0.873,
    "sector:mining": 0.0034,
    "sector:manufacturing": 0.9900,
    "sector:electricity_gas": 0.0056,
    "sector:water_waste": 0.0010,
}


def _projections(scenarios: Mapping[str, MadeScenario]) -> pd.DataFrame:
    rows: list[list[Any]] = []

    def put(
        name: str,
        indicator: str,
        year: int,
        middle: float,
        width: float,
        unit: str,
        measure: str = "level",
        breakdown: str = "",
        basis: str = "",
    ) -> None:
        for statistic, z in _SPREAD.items():
            value = middle * (1 + width * z) if measure != "growth_yoy" else middle + width * z
            rows.append(
                [
                    name,
                    "bac_giang",
                    indicator,
                    breakdown,
                    f"{year}",
                    measure,
                    statistic,
                    value,
                    unit,
                    basis,
                ]
            )

    for name in scenarios:
        growth, pace = _PACE[name]
        output, constant = 541_169.0, 436_000.0
        for ahead, year in enumerate(range(2024, 2031), 1):
            width = 0.014 + 0.024 * (ahead - 1)
            rate = 0.272 if year == 2024 else growth * (1.1 if year == 2025 else 1.0)
            output, constant = output * (1 + rate), constant * (1 + rate - 0.024)
            put(name, "industrial_output", year, output, width, "bn_vnd", basis="current")
            put(name, "industrial_output", year, constant, width, "bn_vnd", basis="constant_2010")
            for part, share in _PARTS.items():
                put(
                    name,
                    "industrial_output",
                    year,
                    output * share,
                    width,
                    "bn_vnd",
                    breakdown=part,
                    basis="current",
                )
            put(name, "iip", year, 100 * rate - 2.4, 1.0 + ahead / 2, "percent", "growth_yoy")
            put(
                name,
                "industrial_va",
                year,
                80 * rate - 2,
                1.0 + ahead / 2,
                "percent",
                "growth_yoy",
                basis="constant_2010",
            )
            put(
                name,
                "grdp",
                year,
                60 * rate - 2,
                1.0,
                "percent",
                "growth_yoy",
                basis="constant_2010",
            )
            put(name, "grdp", year, 181_900 * 1.13**ahead, width, "bn_vnd", basis="current")
            put(name, "exports", year, 24_500 * (1 + 0.8 * rate) ** ahead, width + 0.02, "mn_usd")
            put(name, "imports", year, 22_900 * (1 + 0.75 * rate) ** ahead, width + 0.02, "mn_usd")
            put(name, "retail_sales", year, 56_500 * 1.15**ahead, width, "bn_vnd", basis="current")
            _put_land(put, name, year, ahead, pace)
    return pd.DataFrame(rows, columns=PROJECTION_COLUMNS)


def _put_land(put: Any, name: str, year: int, ahead: int, pace: float) -> None:
    for kind, count, gross, land, share in (
        ("kcn", 9, 2238.7, 1545.0, 0.69),
        ("ccn", 55, 2329.0, 1485.0, 0.64),
    ):
        step = 420.0 if kind == "kcn" else 82.0
        area = gross + step * pace * (ahead - 0.5)
        industrial = land + step * share * pace * (ahead - 0.5)
        serviced = (0.78 if kind == "kcn" else 0.55) * industrial
        leased = (1010.0 + 112 * pace * ahead) if kind == "kcn" else (604.0 + 33 * pace * ahead)
        width = 0.015 * ahead
        put(
            name,
            f"{kind}_count",
            year,
            count + round(ahead * pace * (1.4 if kind == "kcn" else 1.1)),
            0.0,
            "parks" if kind == "kcn" else "clusters",
            "count",
        )
        stocks = {
            "area": area,
            "industrial_land": industrial,
            "cleared": 0.86 * industrial,
            "serviced": serviced,
            "leased": leased,
            "operating_land": 0.88 * leased,
        }
        for stock, value in stocks.items():
            put(name, f"{kind}_{stock}", year, value, width, "ha", "area_ha")
        for denominator, below in (
            ("established", industrial),
            ("cleared", 0.86 * industrial),
            ("serviced", serviced),
            ("operating", 0.9 * industrial),
        ):
            put(
                name,
                f"{kind}_occupancy",
                year,
                100 * min(1, leased / below),
                width,
                "percent",
                "occupancy_pct",
                f"denominator:{denominator}",
            )
        put(
            name,
            f"{kind}_workers",
            year,
            (191_000 if kind == "kcn" else 45_000) * 1.05**ahead,
            width,
            "workers",
            "count",
        )
    put(name, "kcn_fdi_registered_usd", year, 10_466 + 1300 * ahead, 0.02 * ahead, "mn_usd")
    put(name, "kcn_fdi_realised_usd", year, 7_800 + 900 * ahead, 0.02 * ahead, "mn_usd")
    put(name, "kcn_ddi_registered_vnd", year, 21_196 + 2500 * ahead, 0.02 * ahead, "bn_vnd")
    put(name, "kcn_ddi_realised_vnd", year, 11_912 + 1400 * ahead, 0.02 * ahead, "bn_vnd")
    put(name, "ccn_registered_vnd", year, 33_324 + 1500 * ahead, 0.02 * ahead, "bn_vnd")
    put(name, "ccn_realised_vnd", year, 9_834 + 480 * ahead, 0.02 * ahead, "bn_vnd")


#: What is needed: kind, rate, low, high, base.
_REQUIRED = {
    "T011": ("rest_of_year_yoy", 350_615.0, 18.9, 14.7, 18.9, "BG0117 BG0119 BG0017"),
    "T013": ("rest_of_year_yoy", 31_419.0, 10.3, 6.8, 10.3, "BG0346 BG0347 BG0019"),
    "T015": ("rest_of_year_yoy", 20_400.0, 43.4, 41.2, 45.0, "BG0352 BG0353 BG0649"),
    "T017": ("rest_of_year_yoy", 15_700.0, 14.8, 14.8, 14.8, "BG0355 BG0356"),
    "T048": ("per_year", None, 27.8, 26.4, 28.4, "BG0743"),
    "T036": ("per_year", None, 19.1, 19.1, 19.1, "BG0027"),
}


def _gap(ledger: Ledger, projections: pd.DataFrame) -> pd.DataFrame:
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for row in projections[projections.scenario == "baseline"].itertuples():
        key = (row.indicator, row.breakdown, row.period, row.measure, row.price_basis)
        found.setdefault(key, {})[row.statistic] = row.value
    rows = []
    for scenario in ("baseline", "plan"):
        rows += [_gap_row(scenario, t, found) for t in ledger.targets if t.region == "bac_giang"]
    return pd.DataFrame(rows, columns=GAP_COLUMNS)


def _gap_row(
    scenario: str, t: Target, found: Mapping[tuple[str, ...], dict[str, float]]
) -> list[Any]:
    breakdown = "" if t.breakdown in ("stage:planned", "stage:established") else t.breakdown
    q = found.get((t.indicator, breakdown, f"{t.period.year}", t.measure, t.price_basis), {})
    if t.period.kind not in ("year", "quarter"):
        q = {}
    remark, gap, percent, probability = "", None, None, None
    if t.identity:
        remark, q = "identity_part", {}
    elif not q:
        remark = "no_projection"
        if t.indicator == "industrial_output" and t.measure == "level":
            remark = "not_comparable"
    else:
        gap = t.value - q["p50"]
        percent = None if t.unit.startswith("percent") else 100 * gap / t.value
        width = max(q["p90"] - q["p50"], 1e-9) / 1.28
        z = (q["p50"] - t.value) / width
        probability = 1 / (1 + 2.718281828 ** (-1.702 * max(min(z, 6), -6)))
        if scenario == "plan" and t.id == "T011":
            remark = "by_construction"
    kind, amount, rate, low, high, base = _REQUIRED.get(t.id, ("", None, None, None, None, ""))
    return [
        scenario,
        t.id,
        t.region,
        t.indicator,
        t.breakdown,
        t.period.text,
        t.measure,
        ">=",
        t.value,
        t.upper,
        t.unit,
        t.price_basis,
        t.document["vi"],
        "in_force" if t.in_force else "superseded",
        q.get("p10"),
        q.get("p50"),
        q.get("p90"),
        gap,
        percent,
        probability,
        0.01 if probability else None,
        amount,
        rate,
        kind,
        low,
        high,
        base,
        "",
        remark,
    ]


def _scenarios() -> dict[str, MadeScenario]:
    base = {
        "growth.volume_long_run": 0.08,
        "growth.wedge": 0.024,
        "land.slip_park": 1.6,
        "land.slip_cluster": 2.0,
        "land.leasing_park": 110.0,
        "land.leasing_cluster": 30.0,
        "investment.registered_fdi_park": 1300.0,
        "growth.volume": None,
    }
    said = {
        "baseline": (
            "Kịch bản cơ sở",
            "Baseline",
            "Xu hướng gần đây giảm dần về tốc độ dài hạn; tiến độ giải phóng mặt bằng như đã thấy.",
            "Recent growth fades to the long-run rate; clearance proceeds as it has.",
        ),
        "low": (
            "Kịch bản thấp",
            "Low",
            "Cầu điện tử yếu, vốn đăng ký mới giảm; không tính suy thoái toàn cầu.",
            "Weak demand for electronics, fewer registrations; no global recession.",
        ),
        "high": (
            "Kịch bản cao",
            "High",
            "Dự án lớn vào đúng tiến độ, giải phóng mặt bằng nhanh hơn.",
            "Large projects arrive on time, clearance is faster.",
        ),
        "plan": (
            "Kịch bản theo kế hoạch",
            "Plan",
            "Xây dựng để đạt kế hoạch và mục tiêu năm 2030; cho biết cần gì, không phải dự báo.",
            "Built to meet the plan and the 2030 target: shows what it takes, no forecast.",
        ),
        "slow_clearance": (
            "Kịch bản chậm giải phóng mặt bằng",
            "Slow clearance",
            "Bồi thường, giải phóng mặt bằng kéo dài thêm; cầu thuê đất như cơ sở.",
            "Compensation and clearance take longer; demand as in the baseline.",
        ),
    }
    changes: dict[str, dict[str, Any]] = {
        "baseline": {},
        "low": {"growth.volume_long_run": 0.05, "investment.registered_fdi_park": 800.0},
        "high": {"growth.volume_long_run": 0.11, "land.slip_park": 1.2, "land.slip_cluster": 1.5},
        "plan": {"land.leasing_park": 190.0},
        "slow_clearance": {"land.slip_park": 2.4, "land.slip_cluster": 3.0},
    }
    paths = {
        "plan": {"growth.volume": (Step("reach", {}, target="T048"),)},
        "high": {"growth.volume": (Step("add", {2025: 0.02, 2030: 0.02}),)},
    }
    return {
        name: MadeScenario(
            name,
            {"vi": vi, "en": en},
            {"vi": story, "en": tale},
            base | changes[name],
            paths.get(name, {}),
        )
        for name, (vi, en, story, tale) in said.items()
    }


def _land_sites(ledger: Ledger) -> pd.DataFrame:
    known = {
        "dinh_tram": (127.4, 91.0, 91.0, 91.0, "operating"),
        "song_khe_noi_hoang": (158.7, 107.0, 107.0, 107.0, "operating"),
        "van_trung": (350.3, 249.5, 249.5, 249.5, "operating"),
        "quang_chau": (426.0, 304.0, 304.0, 284.2, "operating"),
        "hoa_phu": (207.45, 148.7, 148.7, 141.7, "operating"),
        "viet_han": (50.0, 34.5, 34.5, 32.8, "operating"),
        "tan_hung": (105.3, 73.8, 66.0, 61.3, "operating"),
        "yen_lu": (377.0, 255.0, 40.0, 22.9, "established"),
        "phuc_son": (123.94, 85.5, 0.0, 0.0, "approved"),
        "viet_han_expansion": (147.31, 101.6, 0.0, 0.0, "approved"),
        "hoa_phu_expansion_1": (85.0, 58.7, 12.0, 0.0, "established"),
    }
    rows: list[list[Any]] = []
    for site in ledger.sites:
        if site.kind == "kcn":
            gross, land, serviced, leased, stage = known.get(
                site.id, (None, None, None, None, "planned")
            )
            share = None if not land else 100 * leased / land
            rows.append(
                [
                    site.id,
                    f"KCN {site.name_vi}",
                    f"{site.name} park",
                    "kcn",
                    site.parent,
                    False,
                    gross,
                    land,
                    serviced,
                    leased,
                    share,
                    stage,
                ]
            )
    for site in [s for s in ledger.sites if s.kind == "ccn"][-4:]:
        rows.append(
            [
                site.id,
                f"CCN {site.name_vi}",
                f"{site.name} cluster",
                "ccn",
                "",
                False,
                50.0,
                32.0,
                20.0,
                12.5,
                39.1,
                "operating",
            ]
        )
    for index in range(51):
        stage = "operating" if index < 31 else "established"
        rows.append(
            [
                f"ccn_{index:02d}",
                f"CCN {index}",
                f"Cluster {index}",
                "ccn",
                "",
                True,
                41.75,
                26.6,
                17.0 if index < 31 else 0.0,
                17.9 if index < 31 else 0.0,
                67.2 if index < 31 else 0.0,
                stage,
            ]
        )
    return pd.DataFrame(
        rows,
        columns=[
            "site",
            "name_vi",
            "name",
            "kind",
            "parent",
            "synthetic",
            "gross_ha",
            "industrial_ha",
            "serviced_ha",
            "leased_ha",
            "occupancy_pct",
            "stage",
        ],
    )


def _identities() -> pd.DataFrame:
    document_vi = "Quy hoạch tỉnh Bắc Giang 2021-2030"
    document_en = "Bắc Giang provincial plan 2021-2030"
    row = {
        "identity_vi": "Diện tích CCN theo quy hoạch đến năm 2030",
        "identity_en": "Area of clusters planned for 2030",
        "document_vi": document_vi,
        "document_en": document_en,
        "computed": 3597.34,
        "stated": 3006.0,
        "gap": -591.34,
        "repair_vi": "hiện có khi lập quy hoạch: 2.329 → 1.737,66; thêm mới: 1.361 → 769,66",
        "repair_en": "existing when the plan was made: 2,329 → 1,737.66; new: 1,361 → 769.66",
        "reading_vi": "Khép kín khi số gốc là 1.737,66: mười cụm “thêm mới” đã được thành lập.",
        "reading_en": "Closes on a base of 1,737.66: ten “new” clusters exist already.",
    }
    return pd.DataFrame([row])


def made_edition() -> MadeEdition:
    """Give the full made edition."""
    ledger = made_ledger()
    scenarios = _scenarios()
    projections = _projections(scenarios)
    return MadeEdition(
        as_of=AS_OF,
        region="bac_giang",
        headline="baseline",
        series=_series(ledger),
        contradictions=_contradictions(),
        breaks=_breaks(),
        projections=projections,
        gap=_gap(ledger, projections),
        manifest={"version": "0.1.0", "as_of": "2024-07-31", "seed": 1, "draws": 10240},
        ledger=ledger,
        scenarios=scenarios,
        extras={"land_sites": _land_sites(ledger), "identities": _identities()},
    )


def without(edition: MadeEdition, *names: str) -> MadeEdition:
    """Give the edition with some tables gone, even their columns."""
    empty: dict[str, Any] = {
        n: ({} if n in ("scenarios", "extras") else pd.DataFrame()) for n in names
    }
    return replace(edition, **empty)
