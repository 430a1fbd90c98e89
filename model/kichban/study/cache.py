"""The stage cache: results by the hash of everything they rest on; deleting it changes no byte."""

from __future__ import annotations

import contextlib
import copyreg
import io
import os
import pickle
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from kichban.files import json_bytes, sha256, write_whole, zip_bytes

#: libraries whose numbers end up in results
LIBRARIES = ("numpy", "scipy", "pandas", "pydantic")
KEPT = 24


#: name of a kept value in its archive
STORED = "value.pickle"
Value = TypeVar("Value")


def _mapping(table: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(table)


def _pickled(value: object) -> bytes:
    """Write a value as bytes; frozen mappings, which pickle does not know, as their tables."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.dispatch_table = copyreg.dispatch_table | {
        MappingProxyType: lambda m: (_mapping, (dict(m),))
    }
    pickler.dump(value)
    return stream.getvalue()


@cache
def code_hash() -> str:
    """Hash the program as it is installed and the libraries that compute."""
    root = resources.files("kichban")
    found = []
    with resources.as_file(root) as folder:
        for path in sorted(Path(folder).rglob("*")):
            # Words end up in tables too; fonts and templates make the report, which is not cached.
            if path.suffix in (".py", ".toml"):
                found.append((path.relative_to(folder).as_posix(), sha256(path.read_bytes())))
    versions = [(name, metadata.version(name)) for name in LIBRARIES]
    return sha256(json_bytes([found, versions]))


def default_folder() -> Path:
    """Give the user's cache folder; ``KICHBAN_CACHE`` names another."""
    if named := os.environ.get("KICHBAN_CACHE"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("kichban", appauthor=False)


@dataclass(frozen=True, slots=True)
class Cache:
    """Files of a stage by key; ``folder=None`` keeps nothing."""

    folder: Path | None

    def fetch(
        self, stage: str, key: object, make: Callable[[], Mapping[str, bytes]]
    ) -> Mapping[str, bytes]:
        """Give the files of a stage, made only if this very input was never seen.

        A file that cannot be read counts as never seen; one that cannot be written is let go.
        """
        if self.folder is None:
            return make()
        name = f"{stage}-{sha256(json_bytes([code_hash(), key]))[:40]}.zip"
        path = self.folder / name
        with contextlib.suppress(OSError, zipfile.BadZipFile, KeyError):
            with zipfile.ZipFile(path) as archive:
                found = {n: archive.read(n) for n in archive.namelist()}
            path.touch()
            return found
        files = make()
        with contextlib.suppress(Exception):
            write_whole(self.folder, {name: zip_bytes(files, level=1)})
            self._forget()
        return files

    def remember(self, stage: str, key: object, make: Callable[[], Value]) -> Value:
        """Give the value of a stage, made only if this very input was never seen.

        A value just made takes the same way through bytes as one that was kept, so that no last
        bit tells the two apart. The folder is the user's own, as that of compiled modules is.
        """

        def packed() -> Mapping[str, bytes]:
            return {STORED: _pickled(make())}

        data = self.fetch(stage, key, packed).get(STORED)
        try:
            value: Value = pickle.loads(data or b"")
        except Exception:  # a broken file counts as never seen
            value = pickle.loads(_pickled(make()))
        return value

    def _forget(self) -> None:
        """Keep the newest results only."""
        assert self.folder is not None
        results = sorted(self.folder.glob("*.zip"), key=lambda p: p.stat().st_mtime, reverse=True)
        for path in results[KEPT:]:
            path.unlink(missing_ok=True)
