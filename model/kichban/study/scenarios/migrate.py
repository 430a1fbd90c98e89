"""Older study files brought to today's format and names; comments and order stay as they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from kichban.errors import Fault, InputError
from kichban.files import load_toml, study_lock, toml_line, write_whole
from kichban.scenario import flatten

if TYPE_CHECKING:
    from kichban.study.study import Study

FORMAT = 1
_SECTIONS = ("set", "path", "uncertainty", "grid")
_LONG = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True, slots=True)
class Migration:
    """One file to be changed: its new text, and the names changed in it as (old, new)."""

    file: str
    text: str
    added_format: bool
    renamed: tuple[tuple[str, str], ...]


def plan_migration(texts: Mapping[str, str], renamed: Mapping[str, str]) -> tuple[Migration, ...]:
    """Give what has to change in the TOML files of a study.

    A file without ``format`` gets ``format = 1`` before its first line that is no comment;
    parameters that have another name today get it wherever a scenario file names them.

    Raises
    ------
    InputError
        With every file that is no TOML (``E-TOML-001``), has a newer format (``E-FMT-002``) or
        writes an old name in a way that only its author can change (``E-MIG-001``).
    """
    found, faults = [], []
    for file in sorted(name for name in texts if name.endswith(".toml")):
        try:
            document = load_toml(texts[file])
        except tomllib.TOMLDecodeError as error:
            row = toml_line(texts[file], error)
            faults.append(Fault("E-TOML-001", file, row, detail={"reason": str(error)}))
            continue
        version = document.get("format")
        if isinstance(version, int) and version > FORMAT:
            detail = {"newest": str(FORMAT)}
            faults.append(Fault("E-FMT-002", file, None, "format", str(version), detail))
            continue
        text, used = texts[file], _used(document, renamed) if _is_scenario(file) else {}
        for old, new in used.items():
            text = _rename(text, old, new)
        if used and _plain(load_toml(text), {}) != _plain(document, renamed):
            faults.append(Fault("E-MIG-001", file, value=", ".join(used)))
            continue
        if version is None:
            text = _with_format(text)
        if text != texts[file]:
            found.append(Migration(file, text, version is None, tuple(used.items())))
    if faults:
        raise InputError(faults)
    return tuple(found)


def migrate(study: Study, changes: Sequence[Migration]) -> tuple[str, ...]:
    """Write the changed files, each with a copy of the old one beside it; give the copies."""
    copies = []
    folders: dict[str, dict[str, bytes]] = {}
    with study_lock(study.root):
        for change in changes:
            path = PurePosixPath(change.file)
            copy = _free_name(study, change.file)
            files = folders.setdefault(str(path.parent), {})
            # the copy is byte for byte what stood there
            files[PurePosixPath(copy).name] = (study.root / change.file).read_bytes()
            files[path.name] = change.text.encode("utf-8")
            copies.append(copy)
        for folder, files in folders.items():
            write_whole(study.root / folder, files)
    return tuple(copies)


def _free_name(study: Study, file: str) -> str:
    number, name = 1, f"{file}.bak"
    while (study.root / name).exists():
        number += 1
        name = f"{file}.bak{number}"
    return name


def _is_scenario(file: str) -> bool:
    return file.startswith("scenarios/")


def _with_format(text: str) -> str:
    r"""Put the format before the first line that is no comment.

    >>> _with_format("# A note.\n\nname = 1\n")
    '# A note.\n\nformat = 1\nname = 1\n'
    """
    lines = text.split("\n")
    at = next(
        (i for i, ln in enumerate(lines) if ln.strip() and not ln.lstrip().startswith("#")), 0
    )
    return "\n".join([*lines[:at], f"format = {FORMAT}", *lines[at:]])


def _used(document: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, str]:
    """Give the old names that a scenario file uses."""
    named = repr(_plain(document, {}))
    return {old: new for old, new in renamed.items() if f"'{old}'" in named or f"'{old}@" in named}


def _plain(document: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Give a scenario file with every way of writing a key made the same, and names changed."""

    def new(key: str) -> str:
        name, at, year = key.partition("@")
        return renamed.get(name, name) + at + year

    def table(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {new(k): v for k, v in _dotted(value).items()}

    found = {key: table(v) if key in _SECTIONS else v for key, v in document.items()}
    if isinstance(document.get("unset"), dict):
        found["unset"] = [new(str(key)) for key in document["unset"].get("keys", [])]
    if isinstance(document.get("uncertainty"), dict):
        pairs = document["uncertainty"].get("correlation", [])
        found["uncertainty"]["correlation"] = [
            {**pair, "of": [new(str(key)) for key in pair.get("of", [])]} for pair in pairs
        ]
    if isinstance(document.get("case"), list):
        found["case"] = [{**case, "set": table(case.get("set"))} for case in document["case"]]
    return found


def _dotted(table: Mapping[str, Any]) -> dict[str, Any]:
    """Join nested tables to dotted keys, but not the fields of a step or a prior."""
    known = [f"{name}." for name, value in table.items() if isinstance(value, dict)]
    inner = {"op", "dist", "shape", "anchors"}
    keys = [f"{k}x" for k in known if not inner & set(table[k[:-1]])]
    return flatten(table, keys)


def _rename(text: str, old: str, new: str) -> str:
    """Change a key where it stands in quotes or bare before ``=``, ``.`` or ``]``; not in texts."""
    quoted = re.compile(rf"""(["']){re.escape(old)}(@\d+)?\1""")
    bare = re.compile(rf"""(?<![\w."'-]){re.escape(old)}(?=\s*[=\].])""")
    header = re.compile(rf"(?<=\.){re.escape(old)}(?=\s*[\].])")
    lines, closing = [], ""
    for line in text.split("\n"):
        if closing:
            closing = "" if closing in line else closing
            lines.append(line)
            continue
        marks = _LONG.findall(line)
        closing = marks[0] if len(marks) == 1 else ""
        changed = quoted.sub(lambda m: f"{m[1]}{new}{m[2] or ''}{m[1]}", line)
        changed = bare.sub(new, changed)
        lines.append(header.sub(new, changed) if line.lstrip().startswith("[") else changed)
    return "\n".join(lines)
