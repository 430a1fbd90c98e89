"""What must hold of a whole run on the real study, whatever the data are called."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kichban.study import Cache, Edition, Study, open_study

ROOT = Path(__file__).resolve().parents[1]
DRAWS = 1024
#: the plan of output for 2024 (statement BG0070) and the shares printed of it
PLAN, GROWTH_OF_PLAN, SHARES_OF_PLAN = "BG0070", "BG0071", ("BG0118", "BG0325", "BX030")


def copy_study(target: Path) -> Path:
    for name in ("inputs", "scenarios"):
        shutil.copytree(ROOT / name, target / name)
    shutil.copy(ROOT / "study.toml", target / "study.toml")
    return target


def edit_rows(path: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Rewrite a CSV row by row; ``None`` drops the row."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    kept = [new for row in rows if (new := change(dict(row))) is not None]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def run(root: Path, *scenarios: str, **flags: object) -> Edition:
    study = open_study(root, Cache(None))
    return study.edition(study.request(scenarios or ("baseline",), draws=DRAWS, **flags))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def baseline(shipped: Study) -> Edition:
    return shipped.edition(shipped.request(["baseline"], draws=DRAWS))


def values(edition: Edition, indicator: str, basis: str = "current") -> pd.Series:
    table = edition.projections
    chosen = table[
        (table.indicator == indicator) & (table.breakdown == "") & (table.measure == "level")
        & (table.price_basis == basis)
    ]  # fmt: skip
    return chosen.set_index(["period", "statistic"]).value


def gap_of(edition: Edition, target: str) -> pd.Series:
    return edition.gap[edition.gap.target == target].iloc[0]


def test_a_higher_plan_moves_its_gap_and_nothing_else(tmp_path: Path, baseline: Edition) -> None:
    root = copy_study(tmp_path)

    def raise_plan(row: dict[str, str]) -> dict[str, str]:
        if row["id"] == PLAN:
            row["value"] = "732336"
        elif row["id"] == GROWTH_OF_PLAN:
            # A plan that grows more on the same base.
            row["value"], row["resolution"] = "35.3", "0.1"
        elif row["id"] in SHARES_OF_PLAN:
            row["value"] = f"{float(row['value']) / 1.1:.6f}"
        return row

    edit_rows(root / "inputs/statements.csv", raise_plan)
    raised = run(root)
    before, after = (values(e, "industrial_output") for e in (baseline, raised))
    assert np.allclose(after, before, rtol=2e-4)
    old, new = gap_of(baseline, "T011"), gap_of(raised, "T011")
    assert new.gap - old.gap - 66_576 == pytest.approx(old.p50 - new.p50, abs=1.0)
    assert new.target_value - old.target_value == pytest.approx(66_576)
    assert new.probability < old.probability
    assert new.required_amount - old.required_amount == pytest.approx(66_576)


def test_all_output_levels_doubled_double_the_projection(tmp_path: Path, baseline: Edition) -> None:
    root = copy_study(tmp_path)

    def double(row: dict[str, str]) -> dict[str, str]:
        # Output of the parks is a part of it.
        ours = row["indicator"] in ("industrial_output", "kcn_industrial_output")
        if ours and row["measure"] == "level":
            row["value"] = repr(2 * float(row["value"]))
            row["resolution"] = repr(2 * float(row["resolution"]))
        return row

    edit_rows(root / "inputs/statements.csv", double)
    ratio = values(run(root), "industrial_output") / values(baseline, "industrial_output")
    assert ratio.between(1.98, 2.02).all()


def test_another_province_with_one_cluster_and_no_history_runs(tmp_path: Path) -> None:
    root = copy_study(tmp_path)
    statements = root / "inputs/statements.csv"
    header = statements.read_text(encoding="utf-8").split("\n", 1)[0]
    row = (
        "A1,vi_du,ccn_area,stage:established,2024-06-30,asof,area_ha,40,ha,40 ha,1,,,actual,"
        "2024-07-31,day,S1,,yes,"
    )
    statements.write_text(f"{header}\n{row}\n", encoding="utf-8")
    (root / "inputs/sources.csv").write_text(
        "source,title,publisher,published,published_precision,url_or_file\n"
        "S1,Báo cáo,Sở Công Thương,2024-07-31,day,\n", encoding="utf-8",
    )  # fmt: skip
    (root / "inputs/targets.toml").write_text("format = 1\n", encoding="utf-8")
    (root / "inputs/readings.toml").write_text("format = 1\n", encoding="utf-8")
    (root / "inputs/regions.toml").write_text(
        'format = 1\n[[region]]\ncode = "vi_du"\nname = { vi = "Ví Dụ", en = "Example" }\n'
        'kind = "province"\n', encoding="utf-8",
    )  # fmt: skip
    (root / "inputs/sites.csv").write_text(
        "id,kind,name_vi,name,parent,district,phase,published,source,note\n"
        "mot,ccn,Cụm Một,Cum Mot,,,,2024-07-31,S1,\n", encoding="utf-8",
    )  # fmt: skip
    (root / "inputs/site_observations.csv").write_text(
        "site,as_of,stage,gross_ha,industrial_ha,cleared_ha,serviced_ha,leased_ha,operating_ha,"
        "occupancy_pct,denominator,decision,investor,wastewater,obstacles,status,published,published_precision,source,note,use,reason\n"
        "mot,2024-06-30,operating,40,26,26,26,10,8,,,,,,,actual,2024-07-31,day,S1,,yes,\n",
        encoding="utf-8",
    )
    (root / "inputs/site_groups.csv").unlink()
    config = (root / "study.toml").read_text(encoding="utf-8")
    (root / "study.toml").write_text(config.replace("bac_giang", "vi_du"), encoding="utf-8")
    edition = run(root, "baseline", "plan", "low")
    table = edition.projections
    assert set(table.region) == {"vi_du"}
    leased = table[(table.indicator == "ccn_leased") & (table.breakdown == "")]
    assert leased.value.between(0, 26 + 1e-6).all()
    assert not (table.indicator == "industrial_output").any()
    assert edition.gap.empty


def test_a_longer_slip_never_raises_serviced_land_on_the_same_gate_dates(shipped: Study) -> None:
    study = shipped
    for key, kind in (("land.slip_park", "kcn"), ("land.slip_cluster", "ccn")):
        tables = []
        for slip in ("2.1", "2.9"):
            request = study.request(
                ["baseline"], draws=DRAWS, overrides=[(key, slip)], gates_from="baseline"
            )
            table = study.edition(request).projections
            chosen = table[
                (table.indicator == f"{kind}_serviced") & (table.breakdown == "")
                & (table.statistic == "p50")
            ]  # fmt: skip
            tables.append(chosen.set_index("period").value)
        assert (tables[1] <= tables[0] + 1e-9).all()
        assert (tables[1] < tables[0] - 1e-6).any()


def test_relative_fan_width_of_levels_does_not_shrink(baseline: Edition) -> None:
    table = baseline.projections
    table = table[
        (table.breakdown == "") & (table.measure == "level") & (table.period.str.len() == 4)
    ]
    flows = ("industrial_output", "exports", "imports", "retail_sales", "grdp")
    for (indicator, basis), rows in table[table.indicator.isin(flows)].groupby(
        ["indicator", "price_basis"]
    ):
        wide = rows.pivot_table(index="period", columns="statistic", values="value")
        width = (wide.p90 - wide.p10) / wide.p50
        assert (width.diff().iloc[1:] > -0.002).all(), (indicator, basis)


def test_parts_of_output_add_up_to_the_total_in_the_mean(baseline: Edition) -> None:
    table = baseline.projections
    table = table[(table.indicator == "industrial_output") & (table.statistic == "mean")]
    table = table[(table.measure == "level") & (table.price_basis == "current")]
    total = table[table.breakdown == ""].set_index("period").value
    for dimension in ("ownership", "sector"):
        parts = table[table.breakdown.str.startswith(dimension)].groupby("period").value.sum()
        assert np.allclose(parts, total.loc[parts.index], rtol=1e-6)


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_and_longer_horizon_change_no_result(baseline: Edition, workers: int) -> None:
    from dataclasses import replace

    study = replace(open_study(ROOT, Cache(None)), workers=workers)
    same = study.edition(study.request(["baseline"], draws=DRAWS))
    assert same.files["projections.csv"] == baseline.files["projections.csv"]
    longer = study.edition(study.request(["baseline"], draws=DRAWS, horizon=2032)).projections
    keys = ["indicator", "breakdown", "period", "measure", "statistic", "price_basis"]
    joined = baseline.projections.merge(longer, on=keys, suffixes=("", "_longer"))
    assert len(joined) == len(baseline.projections)
    assert np.allclose(joined.value, joined.value_longer, rtol=1e-6)


def test_no_parameter_rests_on_a_source_after_the_default_as_of_date() -> None:
    study = open_study(ROOT, Cache(None))
    late = [p.key for p in study.parameters.values() if p.known and p.known > study.book.newest]
    assert late == []


def test_a_folder_holds_one_edition(tmp_path: Path) -> None:
    study = open_study(copy_study(tmp_path / "study"), Cache(None))
    out = tmp_path / "out"
    first = study.run(["baseline"], draws=64)
    study.write({**first.written, "appendix.vi.pdf": b"first"}, out)
    study.write(first.written, out)
    assert (out / "appendix.vi.pdf").read_bytes() == b"first"
    study.write(study.run(["low"], draws=64).written, out)
    assert not (out / "appendix.vi.pdf").exists()


def test_scenarios_are_held_against_the_targets_there_are(tmp_path: Path) -> None:
    from kichban.texts import fault_line

    root = copy_study(tmp_path)
    plan = root / "scenarios/plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('"T036"', '"T999"').replace('"T010"', '"T036"'), encoding="utf-8")
    found = {f.code: f for f in open_study(root, Cache(None)).check() if "REACH" in f.code}
    assert set(found) == {"W-REACH-001", "E-REACH-001"}
    unknown, wrong = found["W-REACH-001"], found["E-REACH-001"]
    assert (unknown.file, unknown.column, unknown.value) == (
        "scenarios/plan.toml", "land.established_park", "T999",
    )  # fmt: skip
    assert unknown.row is not None
    assert "keeps its parent's path" in fault_line(unknown, "en")
    assert "about kcn_area, the parameter needs ccn_area" in fault_line(wrong, "en")
