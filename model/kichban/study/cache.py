"""The stage cache: results by the hash of everything they rest on; deleting it changes no byte."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from kichban.files import json_bytes, sha256, write_whole, zip_bytes

#: libraries whose numbers end up in results
LIBRARIES = ("numpy", "scipy", "pandas", "pydantic")
KEPT = 24


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

    def _forget(self) -> None:
        """Keep the newest results only."""
        assert self.folder is not None
        results = sorted(self.folder.glob("*.zip"), key=lambda p: p.stat().st_mtime, reverse=True)
        for path in results[KEPT:]:
            path.unlink(missing_ok=True)
