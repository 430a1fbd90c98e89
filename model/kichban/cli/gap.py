"""The verb ``gap``: every target, one in full, sets of them, and what GRDP asks of industry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import print_json, print_written, records, session
from kichban.cli.options import (
    AsOf,
    Confidential,
    Draws,
    Horizon,
    Json,
    NoCache,
    Out,
    Scenarios,
    Seed,
    Sets,
    StudyFlag,
    apart_from_reports,
    names_of,
    open_for,
    request_of,
)
from kichban.errors import UsageError

if TYPE_CHECKING:
    from kichban.study import Edition, Study
    from kichban.study.request import Request

#: files that ``gap --out`` writes beside ``gap.csv``
TABLES = (
    "required.csv", "target_checks.csv", "information.csv", "quarters.csv", "reached.csv",
)  # fmt: skip
#: per cent that GRDP may be asked to grow in a year
GROWTH = (-50.0, 100.0)


def _growth(growth: float | None) -> float | None:
    """Refuse a growth of GRDP that no year can have, and what is no number."""
    low, high = GROWTH
    if growth is not None and not low <= growth <= high:
        raise UsageError("E-GAP-908", f"{growth:g}", low=f"{low:g}", high=f"{high:g}")
    return growth


def gap(
    scenarios: Scenarios = None,
    target: Annotated[
        list[str], typer.Option("--target", help="Mọi điều về chỉ tiêu · all about a target")
    ] = [],  # noqa: B006 - typer copies it
    joint: Annotated[
        str | None, typer.Option("--joint", help="T011,T015: đạt đồng thời · met together")
    ] = None,
    checks: Annotated[
        bool, typer.Option("--checks", help="Đối chiếu các chỉ tiêu · targets against each other")
    ] = False,
    grdp: Annotated[
        float | None,
        typer.Option("--grdp", help="GRDP tăng X %: cần gì · what it takes", callback=_growth),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Năm của --grdp (năm nay) · its year (this one)")
    ] = None,
    attribute: Annotated[
        str, typer.Option("--attribute", help="T048: vì sao còn thiếu · what makes the gap")
    ] = "",
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    confidential: Confidential = False,
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Khoảng cách tới từng chỉ tiêu · the gap to every target, with what it would take.

    --target T011: một chỉ tiêu đầy đủ · one target in full; --joint T011,T015 (hoặc tên lộ trình ·
    or a path): cùng đạt · met together; --checks: đối chiếu · targets against each other;
    --grdp 14.5 --year 2025: công nghiệp cần bao nhiêu · what it asks of industry;
    --attribute T048: khoảng cách do đâu · what makes the gap.
    """
    opened = open_for(study, cached=not no_cache)
    together = names_of(joint, "--joint")
    if attribute:
        if len(scenarios or ()) > 1:
            raise UsageError("E-ATTR-911", " ".join(scenarios or ()))
        scenarios = scenarios or [opened.config.headline]
    if confidential and out is not None:
        apart_from_reports(out, opened)
    request = request_of(
        opened, scenarios, as_of, horizon, draws, seed, sets, "", confidential=confidential
    )
    if attribute:
        from kichban.cli.compare import explain_gap

        explain_gap(opened, request, attribute, out, json_out=json_out)
    elif together:
        _joint(opened, request, together, json_out)
    elif grdp is not None:
        _grdp(opened, request, grdp, year, json_out)
    else:
        if year is not None:
            raise UsageError("E-GAP-903", str(year))
        edition = opened.edition(request)
        _known(target, edition)
        if out is not None:
            _write(opened, edition, out, confidential=confidential)
        elif json_out:
            _print_json(edition, target, checks)
        else:
            _print(edition, target, checks)


def _known(targets: list[str], edition: Edition) -> None:
    """Refuse targets that nobody set, and those whose time is over."""
    from kichban.scenario import nearest

    for target in targets:
        if target not in set(edition.gap["target"]):
            past = {t.id for t in edition.ledger.targets}
            code = "E-GAP-902" if target in past else "E-GAP-901"
            raise UsageError(code, target, **nearest(target, past))


def _write(opened: Study, edition: Edition, out: Path, *, confidential: bool) -> None:
    # confidential results are marked as such wherever they lie
    names = ("gap.csv", "manifest.json") if confidential else ("gap.csv",)
    written = {name: edition.files[name] for name in names}
    written |= {name: edition.files[f"extra.{name}"] for name in TABLES}
    opened.write(written, out)
    print_written(out, written)


def _print_json(edition: Edition, targets: list[str], checks: bool) -> None:
    rows = records(edition.files["gap.csv"])
    if checks:
        print_json(records(edition.files["extra.target_checks.csv"]))
    elif targets:
        found = {"gap": [r for r in rows if r["target"] in targets]}
        for name in ("required", "information"):
            data = records(edition.files[f"extra.{name}.csv"])
            found[name] = [r for r in data if r["target"] in targets]
        print_json(found)
    else:
        print_json(rows)


def _print(edition: Edition, targets: list[str], checks: bool) -> None:
    from kichban.report import check_lines, gap_overview, target_sheets

    lang = session.lang
    parts = []
    if targets:
        parts.append(target_sheets(edition, targets, lang))
    if checks:
        parts.append(check_lines(edition, lang))
    print("\n\n".join(parts) if parts else gap_overview(edition, lang))


def _joint(opened: Study, request: Request, targets: list[str], json_out: bool) -> None:
    from kichban.report import joint_lines
    from kichban.study.gaps.questions import joint_probabilities

    found = joint_probabilities(opened.workbench(request), targets)
    if json_out:
        print_json([{"scenario": name, **one._asdict()} for name, one in found.items()])
        return
    labels = {n: s.label for n, s in opened.scenarios(request.overrides)[0].items()}
    ledger = opened.ledger(request.as_of, confidential=request.confidential)
    print(joint_lines(found, ledger, labels, session.lang))


def _grdp(opened: Study, request: Request, growth: float, year: int | None, json_out: bool) -> None:
    from kichban.report import quarter_table, reverse_lines
    from kichban.study.gaps.questions import reverse_question

    found = reverse_question(opened.workbench(request), growth / 100.0, year)
    if json_out:
        print_json(found.document)
        return
    edition = opened.edition(request)
    print(reverse_lines(found, session.lang))
    if found.quarters:
        print()
        print(quarter_table(edition, session.lang, found.quarters, growth))
