"""``compare``: scenarios side by side, and what makes their difference; what makes a gap."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import print_json, print_written, records, session
from kichban.cli.options import (
    AsOf,
    Batch,
    Draws,
    Horizon,
    Json,
    Out,
    Scenarios,
    Seed,
    Sets,
    StudyFlag,
    open_for,
    request_of,
)
from kichban.errors import UsageError
from kichban.texts import LANGUAGES

if TYPE_CHECKING:
    from kichban.compare import Attributed, Attribution
    from kichban.study import Study
    from kichban.study.request import Request
    from kichban.study.workbench import Workbench


def compare(
    scenarios: Scenarios = None,
    study: StudyFlag = Path(),
    base: Annotated[str, typer.Option("--base", help="Kịch bản gốc · base")] = "",
    years: Annotated[str, typer.Option("--years", help="Các năm, ví dụ 2025,2030 · years")] = "",
    attribute: Annotated[
        bool, typer.Option("--attribute", help="Chênh lệch do đâu · what makes the difference")
    ] = False,
    target: Annotated[
        str, typer.Option("--target", help="Chỉ in và vẽ một chỉ tiêu · one target or indicator")
    ] = "",
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006 - typer copies it
    batch: Batch = "",
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Đặt các kịch bản cạnh nhau · scenarios side by side, with paired differences."""
    opened = open_for(study, cached=True)
    if target and not attribute:
        raise UsageError("E-CMP-906", target)
    if twice := [name for name, count in Counter(scenarios or ()).items() if count > 1]:
        raise UsageError("E-CMP-905", twice[0])
    if batch:
        members = opened.batch(batch)
        base = base or opened.scenarios()[0][members[0]].extends
        scenarios = [*(scenarios or ()), *members]
    against = base or (scenarios[0] if scenarios else opened.config.headline)
    chosen = list(dict.fromkeys([against, *scenarios])) if scenarios else None
    wanted = _years(years)
    request = request_of(opened, chosen, as_of, horizon, draws, seed, sets, "")
    opened.request([against])  # a mistyped base is told the nearest
    if len(request.scenarios) < 2:  # told before anything is computed
        raise UsageError("E-CMP-902", against)
    from kichban.compare import (
        COLUMNS,
        TARGET_COLUMNS,
        compare_scenarios,
        compare_targets,
        comparison_overview,
        comparison_rows,
        target_rows,
        targets_overview,
    )
    from kichban.files import csv_bytes
    from kichban.study.gaps.attribution import run_figures

    bench = opened.workbench(request)
    projection = run_figures(bench)
    found = compare_scenarios(projection, against, wanted)
    targets = compare_targets(bench.ledger, projection, against)
    files = {
        "compare.csv": csv_bytes(COLUMNS, comparison_rows(found, opened.config.region)),
        "compare_targets.csv": csv_bytes(TARGET_COLUMNS, target_rows(targets, against)),
    }
    labels = {name: s.label for name, s in bench.scenarios.items()}
    texts = [comparison_overview(found, labels, session.lang)]
    texts.append(targets_overview(targets, labels, session.lang))
    if attribute:
        others = [name for name in found.scenarios if name != against]
        added, texts = _attributed(opened, bench, (against, others), found.years, target,
                                   drawn=out is not None)  # fmt: skip
        files |= added
    if out is not None:
        opened.write(files, out)
        print_written(out, files)
    elif json_out:
        tables = {name.removesuffix(".csv"): records(data) for name, data in files.items()}
        print_json(tables)
    else:
        print("\n\n".join(texts))


def _years(text: str) -> tuple[int, ...]:
    """Read ``--years``; empty means the usual ones."""
    try:
        return tuple(int(year) for year in text.split(",")) if text else ()
    except ValueError:
        raise UsageError("E-CMP-904", text) from None


def _attributed(
    opened: Study,
    bench: Workbench,
    pair: tuple[str, list[str]],
    years: tuple[int, ...],
    target: str,
    *,
    drawn: bool,
) -> tuple[dict[str, bytes], list[str]]:
    """Give the files and the words of what makes the differences to the base."""
    from kichban.compare import (
        ATTRIBUTION_COLUMNS,
        attribution_detail,
        attribution_overview,
        attribution_rows,
        choose,
    )
    from kichban.files import csv_bytes
    from kichban.study.gaps.attribution import attribute_scenarios, gaps_of

    base, others = pair
    found = [attribute_scenarios(bench, base, name, years) for name in others]
    gaps = gaps_of(bench, base) if target else ()
    rows: list[tuple[str, ...]] = []
    texts: list[str] = []
    files: dict[str, bytes] = {}
    for one in found:
        rows += attribution_rows(one, opened.config.region)
        if target:
            row = choose(one.rows, target, bench.ledger, gaps)
            texts.append(attribution_detail(one, row, bench.scenarios, session.lang))
        else:
            row = choose(one.rows, "industrial_output", bench.ledger, gaps)
            texts.append(attribution_overview(one, bench.scenarios, session.lang))
        if drawn:
            name = "waterfall" if len(found) == 1 else f"waterfall.{one.scenario}"
            files |= _drawn(one, row, bench, name)
    files["attribution.csv"] = csv_bytes(ATTRIBUTION_COLUMNS, rows)
    return files, texts


def _drawn(found: Attribution, row: Attributed, bench: Workbench, name: str) -> dict[str, bytes]:
    from kichban.report.attribution_figures import difference_waterfall
    from kichban.report.figures.waterfall import waterfall_files

    labels = {n: s.label for n, s in bench.scenarios.items()}
    draws = bench.given.request.draws
    files: dict[str, bytes] = {}
    for lang in LANGUAGES:
        made = difference_waterfall(found, row, labels, draws, lang)
        files |= waterfall_files(made, lang, name)
    return files


def explain_gap(
    opened: Study, request: Request, target: str, out: Path | None, *, json_out: bool
) -> None:
    """Say what makes the gap of a scenario to a target: ``gap SCENARIO --attribute TARGET``."""
    from kichban.compare import (
        GAP_COLUMNS,
        REFERENCE_COLUMNS,
        gap_attribution_overview,
        gap_attribution_rows,
        reference_rows,
    )
    from kichban.files import csv_bytes
    from kichban.study.gaps.gap import attribute_gap

    bench = opened.workbench(request)
    (scenario,) = request.scenarios
    found = attribute_gap(bench, scenario, target)
    label = bench.scenarios[scenario].label
    rows = gap_attribution_rows(found, opened.config.region)
    files = {
        "gap_attribution.csv": csv_bytes(GAP_COLUMNS, rows),
        "gap_references.csv": csv_bytes(REFERENCE_COLUMNS, reference_rows(found)),
    }
    if out is not None:
        from kichban.report.attribution_figures import gap_waterfall
        from kichban.report.figures.waterfall import waterfall_files

        for lang in LANGUAGES:
            files |= waterfall_files(gap_waterfall(found, label, request.draws, lang), lang)
        opened.write(files, out)
        print_written(out, files)
    elif json_out:
        print_json({name.removesuffix(".csv"): records(data) for name, data in files.items()})
    else:
        print(gap_attribution_overview(found, label, session.lang))
