"""Where results may go: never over what a study is made of."""

from __future__ import annotations

import os
from pathlib import Path

from kichban.errors import UsageError
from kichban.study.config import FILE

#: folders of a study that people write, and no verb's results
OWN = ("inputs", "scenarios")


def refuse_own(out: Path, allowed: str = "") -> None:
    """Refuse to write results to ``study.toml``, or into ``inputs/`` or ``scenarios/``, of a study.

    Any study counts, not the one in use alone; `allowed` is an ending that may go to
    ``scenarios/`` all the same.

    Raises
    ------
    UsageError
        ``E-OUT-901``.
    """
    # A link may lead into a study, and a study's own folders may be links out of it.
    as_written = Path(os.path.abspath(out))  # noqa: PTH100 - resolve follows links
    for path in (out.resolve(), as_written):
        part = _part_of_study(path)
        if part and not (allowed and part == "scenarios" and path.suffix == allowed):
            raise UsageError("E-OUT-901", str(out), part=part if part == FILE else f"{part}/")


def refuse_file(out: Path) -> None:
    """Refuse a file where a folder is wanted.

    Raises
    ------
    UsageError
        ``E-OUT-902``.
    """
    if out.is_file():
        raise UsageError("E-OUT-902", str(out), example=str(out.with_name(f"{out.stem}-results")))


def refuse_folder(out: Path, example: str) -> None:
    """Refuse a folder where a file is wanted; `example` is what the file may be called.

    Raises
    ------
    UsageError
        ``E-OUT-903``.
    """
    if out.is_dir():
        raise UsageError("E-OUT-903", str(out), example=str(out / example))


def _part_of_study(path: Path) -> str:
    """Give which of a study's own parts a path is or lies in, ``""`` for none."""
    if path.name == FILE and path.is_file():
        return FILE
    for folder in (path, *path.parents):
        if folder.name in OWN and (folder.parent / FILE).is_file():
            return folder.name
    return ""
