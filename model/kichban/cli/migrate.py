"""``kichban migrate``: bring the files of a study to today's format and names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kichban.cli.door import print_json, words
from kichban.cli.options import Json, StudyFlag, open_for


def migrate(
    study: StudyFlag = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ nói sẽ đổi gì · say what would change")
    ] = False,
    json_out: Json = False,
) -> None:
    """Đưa các tệp TOML về định dạng hiện hành, giữ bản cũ · bring older files up to date."""
    opened = open_for(study, cached=False)
    from kichban.study.scenarios.migrate import migrate as write
    from kichban.study.scenarios.migrate import plan_migration

    changes = plan_migration(opened.texts, opened.parameters.renamed)
    copies = ("",) * len(changes) if dry_run else write(opened, changes)
    if json_out:
        print_json(
            [
                {"file": c.file, "format": c.added_format, "renamed": dict(c.renamed), "copy": copy}
                for c, copy in zip(changes, copies, strict=True)
            ]
        )
        return
    say = words()
    if not changes:
        print(say("scenario.migrate.nothing"))
    for change, copy in zip(changes, copies, strict=True):
        print(f"{change.file}" + (f" ({say('scenario.migrate.copy', copy=copy)})" if copy else ""))
        if change.added_format:
            print("  format = 1")
        for old, new in change.renamed:
            print(f"  {old} → {new}")
    if dry_run and changes:
        print(say("scenario.migrate.dry"))
