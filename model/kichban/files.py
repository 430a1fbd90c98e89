"""The only place that reads and writes files: NFC text, canonical bytes, one lock, whole or not."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kichban.errors import MachineError

#: of an integer: about a thousand digits, which Python still prints
_MOST_BITS = 3300


def read_text(path: Path) -> str:
    """Read UTF-8 (with or without mark) as composed text: ``e`` + ``̂`` becomes ``ê``.

    Raises
    ------
    UnicodeDecodeError
        When the bytes are not UTF-8.
    """
    return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))


def load_toml(text: str) -> dict[str, Any]:
    """Read a TOML text; whatever keeps it from being read is one and the same error.

    A number of thousands of digits and hundreds of nested brackets break the reader itself.

    Raises
    ------
    tomllib.TOMLDecodeError
        With the line among its words where that is known.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise _unreadable(text, "a number has too many digits", _long_number) from None
    except RecursionError:
        raise _unreadable(text, "brackets are nested too deep", _brackets) from None
    if _has_long_number(document):
        raise _unreadable(text, "a number has too many digits", _long_number)
    return document


def toml_line(text: str, error: tomllib.TOMLDecodeError) -> int:
    r"""Give the line where a text is no TOML, the last one where it ends too early.

    >>> try:
    ...     load_toml("a = 1\nb = 8,5\n")
    ... except tomllib.TOMLDecodeError as error:
    ...     toml_line("a = 1\nb = 8,5\n", error)
    2
    """
    found = re.search(r"\(at line (\d+)", str(error))
    return int(found[1]) if found else text.rstrip("\n").count("\n") + 1


def _unreadable(text: str, words: str, weight: Callable[[str], int]) -> tomllib.TOMLDecodeError:
    lines = text.split("\n")
    heaviest = max(range(len(lines)), key=lambda i: weight(lines[i]))
    return tomllib.TOMLDecodeError(f"{words} (at line {heaviest + 1}, column 1)")


def _long_number(line: str) -> int:
    return max((len(digits) for digits in re.findall(r"\w+", line)), default=0)


def _brackets(line: str) -> int:
    return line.count("[") + line.count("{")


def _has_long_number(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_long_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_long_number, value))
    # in another base such a number can be read but never printed
    return isinstance(value, int) and value.bit_length() > _MOST_BITS


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    r"""Yield (line, cells) of a CSV text; `line` is where the row starts, the header being line 1.

    Raises
    ------
    csv.Error
        When the quotes of a row do not close: rows before it have been yielded, the rest is lost.

    Examples
    --------
    >>> list(csv_rows('a,b\n1,"x\ny"\n2,z\n'))
    [(1, ['a', 'b']), (2, ['1', 'x\ny']), (4, ['2', 'z'])]
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    r"""Write canonical CSV: UTF-8, ``\n``, quotes only where needed.

    >>> csv_bytes(["a"], [["x,y"]])
    b'a\n"x,y"\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def json_bytes(value: Any) -> bytes:
    r"""Write canonical JSON: sorted keys, two spaces, one final newline.

    >>> json_bytes({"b": 1, "a": "ê"}).decode()
    '{\n  "a": "ê",\n  "b": 1\n}\n'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (text + "\n").encode("utf-8")


def toml_bytes(document: Mapping[str, Any]) -> bytes:
    """Write canonical TOML: plain values first, then arrays of tables, in the order given.

    >>> print(toml_bytes({"format": 1, "a": [{"id": "x", "name": {"vi": "ê"}}]}).decode(), end="")
    format = 1
    <BLANKLINE>
    [[a]]
    id = "x"
    name = { vi = "ê" }
    """
    lines = [f"{k} = {_toml(v)}" for k, v in document.items() if not _is_tables(v)]
    for key, tables in document.items():
        for table in tables if _is_tables(tables) else ():
            lines += ["", f"[[{key}]]", *(f"{k} = {_toml(v)}" for k, v in table.items())]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # dates are written bare


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def sha256(data: bytes) -> str:
    """Hex digest of bytes.

    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def zip_bytes(members: Mapping[str, bytes], level: int = 6) -> bytes:
    """Pack members into a zip that depends on nothing but their names, bytes and `level`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, members[name])
    return out.getvalue()


def write_whole(
    directory: Path, files: Mapping[str, bytes], obsolete: Collection[str] = ()
) -> None:
    """Write all `files` into `directory`, or none: other files there stay as they are.

    The names in `obsolete` go in the same step: what no longer belongs to the new files.

    Everything is written beside the directory first and then renamed into place; what an
    interrupted rename had already replaced is put back.

    Raises
    ------
    MachineError
        ``E-DISK-001`` when the disk refuses, ``E-DISK-002`` where a folder bears the name of a file
        to be written: what is in it is nobody's to remove.
    """
    try:
        _refuse_folders([directory / name for name in (*files, *obsolete)])
        made = [folder for folder in (directory, *directory.parents) if not folder.exists()]
        directory.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".kichban-", dir=directory.parent))
    except OSError as error:
        raise MachineError("E-DISK-001", str(directory), reason=error.strerror or "") from error
    placed: list[tuple[Path, Path | None]] = []
    try:
        for name, data in files.items():
            (stage / "new").mkdir(exist_ok=True)
            (stage / "new" / name).write_bytes(data)
        (stage / "old").mkdir()
        for name in (*files, *obsolete):
            placed.append((directory / name, _set_aside(directory / name, stage / "old" / name)))
            if name in files:
                (stage / "new" / name).replace(directory / name)
    except BaseException as error:
        for target, backup in reversed(placed):
            target.unlink(missing_ok=True)
            if backup is not None:
                backup.replace(target)
        if isinstance(error, OSError):
            reason = error.strerror or ""
            raise MachineError("E-DISK-001", str(directory), reason=reason) from error
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        # Of a failed write not even the new folder stays; one with files in it refuses to go.
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()


def _refuse_folders(targets: Sequence[Path]) -> None:
    folders = [str(target) for target in targets if target.is_dir()]
    if folders:
        raise MachineError("E-DISK-002", ", ".join(folders))


def _set_aside(target: Path, kept: Path) -> Path | None:
    """Move a file that is there to `kept`; ``None`` where there was none."""
    if not target.exists():
        return None
    target.replace(kept)
    return kept


@contextmanager
def study_lock(root: Path) -> Iterator[None]:
    """Hold the study's one lock while something is written into it.

    The operating system frees the lock with the process, so a crash leaves nothing to clean.

    Raises
    ------
    MachineError
        ``E-LOCK-001`` when another run holds it, ``E-DISK-001`` when it cannot be made.
    """
    try:
        handle = (root / ".kichban.lock").open("a+b")
    except OSError as error:
        raise MachineError("E-DISK-001", str(root), reason=error.strerror or "") from error
    try:
        _hold(handle.fileno(), "E-LOCK-001", root)
        yield
    finally:
        handle.close()


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder outside any study while results are written into it.

    The folder is made where it is missing; one that stays empty goes again. Where the system
    can lock a folder itself nothing is left in it.

    Raises
    ------
    MachineError
        ``E-LOCK-002`` when another run holds it, ``E-DISK-001`` when it cannot be made.
    """
    if os.name == "nt":  # pragma: no cover - folders cannot be opened there
        folder.mkdir(parents=True, exist_ok=True)
        with study_lock(folder):
            yield
        return
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise MachineError("E-DISK-001", str(folder), reason=error.strerror or "") from error
    try:
        _hold(descriptor, "E-LOCK-002", folder)
        yield
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):  # one with files in it refuses to go
            for one in made:
                one.rmdir()


def _hold(descriptor: int, code: str, place: Path) -> None:
    try:
        _lock(descriptor)
    except OSError:
        raise MachineError(code, str(place)) from None


def _lock(descriptor: int) -> None:
    if os.name == "nt":  # pragma: no cover - exercised on Windows only
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
