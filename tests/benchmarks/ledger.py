"""The ledger: seconds for all statements, growth to 20.000, and whether 80 % intervals hold.

``python -m tests.benchmarks.ledger [speed|growth|coverage]``

Seconds are the median of three runs in one process, after one that is not counted.
"""

from __future__ import annotations

import math
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from ledger_coverage import Miss, misses  # noqa: E402
from synthetic_ledger import make_ledger  # noqa: E402

from kichban.ledger import Ledger  # noqa: E402
from kichban.reconcile import estimate_families, read_equations, reconcile  # noqa: E402
from kichban.reconcile.bounds.conflicts import Bounds  # noqa: E402
from kichban.study import Cache, open_study  # noqa: E402
from tests.benchmarks.run import median_seconds  # noqa: E402

#: made provinces a ledger, and how many such ledgers give 5.000 documents
PROVINCES, LEDGERS = 10, 9


def speed() -> None:
    """Time the real study's statements, layer by layer."""
    study = open_study(ROOT, Cache(None))
    ledger, catalogue = study.ledger(), study.catalogue
    used = sum(s.use == "yes" for s in ledger.statements)
    equations, families = read_equations(ledger, catalogue)
    print(f"real study: {used} statements in use, {len(equations)} equations")
    steps: Sequence[tuple[str, Callable[[], object]]] = (
        ("equations, families", lambda: read_equations(ledger, catalogue)),
        ("layer 1: conflicts", lambda: Bounds(families, equations)),
        ("layer 2: estimate", lambda: estimate_families(families, equations, ledger)),
        ("all, with every min–max", lambda: reconcile(ledger, catalogue)),
    )
    for name, call in steps:
        print(f"{name:28}{median_seconds(call):8.2f} s")


def growth() -> None:
    """Time made ledgers of more and more provinces."""
    study = open_study(ROOT, Cache(None))
    print("\nmade ledgers")
    for provinces in (8, 16, 31, 62):
        made = make_ledger(1, provinces=provinces)
        one = made.ledger("prov_01")
        whole: Ledger = replace(one, statements=made.statements)
        start = time.perf_counter()
        reconcile(whole, study.catalogue)
        seconds = time.perf_counter() - start
        count = len(made.statements)
        print(f"{count:8} statements{seconds:8.1f} s{1e3 * seconds / count:8.2f} ms a statement")


def coverage() -> None:
    """Leave out more than 5.000 documents of made ledgers, and those of the real one."""
    found: list[Miss] = []
    for seed in range(1, LEDGERS + 1):
        found += misses(make_ledger(seed, provinces=PROVINCES))
    print(f"\nmade ledgers, {len(found)} documents left out: 80 % intervals hold the truth")
    groups: dict[str, list[Miss]] = defaultdict(list)
    for miss in found:
        groups["all"].append(miss)
        groups[miss.indicator].append(miss)
    for name, rows in groups.items():
        share = float(np.mean([m.held for m in rows]))
        error = 1.96 * math.sqrt(share * (1 - share) / len(rows))
        print(f"{name:24}{len(rows):6}{100 * share:8.1f} % ± {100 * error:.1f}")
    study = open_study(ROOT, Cache(None))
    real = reconcile(study.ledger(), study.catalogue).quality
    assert real is not None
    print(f"real study, {real.documents} documents left out: {100 * real.coverage:.1f} % "
          f"({100 * real.low:.1f}–{100 * real.high:.1f}) in their 80 % interval; CRPS "
          f"{real.crps:.4f}, straight line {real.crps_interpolated:.4f}")  # fmt: skip


def main() -> None:
    """Print what is asked for, or everything."""
    print(f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}")
    parts = {"speed": speed, "growth": growth, "coverage": coverage}
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == "__main__":
    main()
