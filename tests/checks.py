"""Every check in order, one summary: what ``python3 run.py test`` runs inside the environment.

With arguments only pytest runs, and they are its own. Nothing stops at the first failure: all that
is wrong is seen in one go.
"""
# ruff: noqa: T201

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: what measures time runs alone, all else on two cores, a file at a time on one of them
PYTESTS = (
    ("pytest", "-q", "-m", "clock"),
    ("pytest", "-q", "-m", "not clock", "-n", "2", "--dist", "loadfile"),
)
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
    *PYTESTS,
    ("kichban", "check", "."),
)


def run(command: Sequence[str], *more: str) -> int:
    """Run a program of this environment in the source folder."""
    scripts = Path(sysconfig.get_path("scripts"))
    name = f"{command[0]}.exe" if os.name == "nt" else command[0]
    return subprocess.call([str(scripts / name), *command[1:], *more], cwd=ROOT)


def count(*reports: Path) -> tuple[int, int, int]:
    """Count (passed, failed, skipped) in pytest's XML reports; (0, 0, 0) where there are none."""
    roots = [ET.parse(report).getroot() for report in reports if report.exists()]
    suites = [suite for root in roots for suite in root.iter("testsuite")]
    total, failures, errors, skipped = (
        sum(int(suite.get(key, "0")) for suite in suites)
        for key in ("tests", "failures", "errors", "skipped")
    )
    # A test whose tear-down fails after it passed is one test and one error there.
    return max(total - failures - errors - skipped, 0), failures + errors, skipped


def closing_line(codes: Sequence[tuple[Sequence[str], int]], tests: tuple[int, int, int]) -> str:
    """Sum up checks and tests; a pytest that fails without a failed test counts as one failure."""
    passed, failed, skipped = tests
    for command, code in codes:
        if command in PYTESTS:
            failed += code != 0 and failed == 0
        else:
            passed += code == 0
            failed += code != 0
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main(arguments: Sequence[str]) -> int:
    """Run the checks, list them, close with the counts; 1 if any failed."""
    if arguments:
        return run(PYTESTS[0][:1], *arguments)
    codes, lines = [], []
    with tempfile.TemporaryDirectory() as folder:
        reports = {command: Path(folder) / f"{i}.xml" for i, command in enumerate(PYTESTS)}
        for command in CHECKS:
            print(f"\n== {' '.join(command)}", flush=True)
            started = time.monotonic()
            report = reports.get(command)
            code = run(command, *([f"--junit-xml={report}"] if report else []))
            codes.append((command, code))
            seconds = time.monotonic() - started
            lines.append(f"{'FAILED' if code else 'ok':6} {seconds:6.1f} s  {' '.join(command)}")
        tests = count(*reports.values())
    print("\n" + "\n".join(lines))
    print(closing_line(codes, tests), flush=True)
    return int(any(code for _, code in codes))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
