"""``kichban seek``: what would close the gap to a target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import print_json, print_written, records, session
from kichban.cli.options import (
    AsOf,
    Draws,
    Horizon,
    Json,
    Out,
    Seed,
    StudyFlag,
    names_of,
    open_for,
    request_of,
)

if TYPE_CHECKING:
    from kichban.study import Study
    from kichban.study.goals.seek import SeekResult

#: enough for one question; ``--draws`` asks for more
DRAWS = 1024


def seek(
    target: Annotated[str, typer.Argument(help="Mã chỉ tiêu, ví dụ T010 · target id")],
    study: StudyFlag = Path(),
    scenario: Annotated[str, typer.Option("--scenario", help="Kịch bản · scenario")] = "",
    levers: Annotated[
        str | None,
        typer.Option("--levers", help="Tham số, cách nhau dấu phẩy · parameters (all levers)"),
    ] = None,
    probability: Annotated[
        float, typer.Option("--probability", help="Xác suất mong muốn, 0 đến 1 · wanted")
    ] = 0.5,
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    write: Annotated[
        str, typer.Option("--write", help="Ghi kịch bản bản thảo NAME · save a draft scenario")
    ] = "",
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Cần thay đổi gì để đạt chỉ tiêu · what would close the gap to a target."""
    opened = open_for(study, cached=True)
    named = names_of(levers, "--levers")
    chosen = [scenario or opened.config.headline]
    request = request_of(opened, chosen, as_of, horizon, draws or DRAWS, seed, (), "")
    from kichban.study.goals.draft import check_draft_name
    from kichban.study.goals.seek import seek_target
    from kichban.study.goals.table import seek_csv
    from kichban.study.goals.view import seek_overview

    if write:
        check_draft_name(opened, write)
    found = seek_target(opened, target, named, probability, request)
    data = seek_csv(found)
    if write:
        _save(opened, found, write)
    if out is not None:
        opened.write({"seek.csv": data}, out)
    if json_out:
        print_json(records(data))
        return
    print(seek_overview(found, session.lang))
    if out is not None:
        print_written(out, ["seek.csv"])
    if write:
        print_written(opened.root / "scenarios", [f"{write}.toml"])


def _save(opened: Study, found: SeekResult, name: str) -> None:
    from kichban.study.goals.draft import draft_files

    opened.write(draft_files(opened, found, name), opened.root / "scenarios")
