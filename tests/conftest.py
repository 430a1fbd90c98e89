"""What many tests share: a copy of the shipped study that may be spoilt, and its command line."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

# Modules with made data stand beside the tests.
sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row], columns: list[str] | None = None) -> None:
    """Write dictionaries back, columns in the order of the first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@dataclass(frozen=True)
class StudyCopy:
    """A study in a temporary folder, with its own cache."""

    root: Path
    cache: Path

    def path(self, name: str) -> Path:
        return self.root / name

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def rows(self, name: str) -> list[Row]:
        return read_rows(self.path(f"inputs/{name}"))

    def edit(self, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
        """Put the rows that `change` gives in place of those of ``inputs/name``."""
        path = self.path(f"inputs/{name}")
        rows = read_rows(path)
        columns = list(rows[0])
        write_rows(path, change(rows), columns)

    def set_cells(self, name: str, key: str, **cells: str) -> int:
        """Change cells of the row whose first column is `key`; give its line in the file."""
        rows = self.rows(name)
        first = next(iter(rows[0]))
        at = next(i for i, row in enumerate(rows) if row[first] == key)
        rows[at] |= cells
        write_rows(self.path(f"inputs/{name}"), rows)
        return at + 2

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a text that stands there once."""
        text = self.text(name)
        assert text.count(old) == 1, (name, old, text.count(old))
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def tree(self) -> dict[str, bytes]:
        """Every file of the study, hidden ones included."""
        files = (p for p in self.root.rglob("*") if p.is_file())
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in files}

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "kichban", *(str(a) for a in arguments)]

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "KICHBAN_CACHE": str(self.cache), **more}

    def call(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command line inside the study."""
        return subprocess.run(
            self.command(*arguments), cwd=self.root, env=self.environment(**environment),
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip


def copy_study(folder: Path) -> StudyCopy:
    """Copy the shipped study into `folder`."""
    root = folder / "study"
    for name in ("inputs", "scenarios"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "study.toml", root)
    return StudyCopy(root, folder / "cache")


@pytest.fixture
def study_copy(tmp_path, monkeypatch):
    """Give a copy of the shipped study, cached in the same temporary folder."""
    study = copy_study(tmp_path)
    monkeypatch.setenv("KICHBAN_CACHE", str(study.cache))
    return study


@pytest.fixture
def small_study(study_copy):
    """Give a copy cut back to few figures and no sites: quick to run."""
    study_copy.edit(
        "statements.csv",
        lambda rows: [r for r in rows if "2015" < r["published"] < "2019" and r["use"] == "yes"],
    )
    for name in ("sites.csv", "site_observations.csv", "site_groups.csv"):
        study_copy.path(f"inputs/{name}").unlink()
    return study_copy


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """Give a cache for the whole session: what the shipped figures say is worked out once."""
    from kichban.study import Cache

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all workers
    return Cache(folder / "kept")


@pytest.fixture(scope="session")
def shipped(kept):
    """Give the shipped study itself, for reading only."""
    from kichban.study import open_study

    return open_study(ROOT, kept)


@pytest.fixture(scope="session")
def shipped_series(shipped):
    """Give the series and contradictions of the shipped study."""
    return shipped.reconciled()


@pytest.fixture(scope="session")
def bench(shipped):
    """Give what all questions about the shipped study share: the headline on few draws."""
    return shipped.workbench(shipped.request(["baseline"], draws=256))


@pytest.fixture(scope="session")
def shipped_run(shipped):
    """Give two scenarios of the shipped study in few draws."""
    return shipped.run(["baseline", "low"], draws=128, seed=1)
