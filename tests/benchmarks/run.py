"""How long the stages of a run take and how they grow with draws.

``python -m tests.benchmarks.run``

Every figure is the median of three runs in one process, after one that is not counted; memory is
the peak of the whole process.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kichban.projection import Settings, project, projection_rows
from kichban.study import Cache, open_study
from kichban.target import gap_to_target

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 3


def median_seconds(call: Callable[[], object]) -> float:
    """Time a call: median of `REPEATS` after a warm-up."""
    call()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Print the table."""
    study = open_study(ROOT, Cache(None))
    ledger, series = study.ledger(), study.reconciled()
    scenarios, _ = study.scenarios()
    official = [s for s in scenarios.values() if s.status == "official"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {len(official)} scenarios")
    print(f"{'check':24}{median_seconds(study.check):8.2f} s")
    print(f"{'series':24}{median_seconds(study.reconciled):8.2f} s")
    for draws in (1024, 4096, 10_240):
        settings = Settings(draws=draws, seed=1, last_year=2030)
        found = project(ledger, series, official, study.parameters, settings, reference=official[0])

        def again(settings: Settings = settings) -> object:
            return project(
                ledger, series, official, study.parameters, settings, reference=official[0]
            )

        seconds = median_seconds(again)
        print(
            f"{f'project, {draws} draws':24}{seconds:8.2f} s  {1e3 * seconds / draws:.2f} ms/draw"
        )
    print(f"{'quantile table':24}{median_seconds(lambda: projection_rows(found, 'x')):8.2f} s")
    print(f"{'gap':24}{median_seconds(lambda: gap_to_target(ledger, found)):8.2f} s")
    if sys.platform != "win32":
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'peak memory':24}{peak:8.0f} MB")


if __name__ == "__main__":
    main()
