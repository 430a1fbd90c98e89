"""Scenario discovery beside EMA Workbench: the same draws, α and objective, step by step.

``python -m tests.benchmarks.prim`` has both peel and paste the draws of a planted box and of the
shipped study (``python3 run.py peers land`` makes the peer's environment, Python 3.11) and prints
the steps, in how many digits coverage, density and limits agree at the worst of them, and both
times: ours the median of five runs after one that is not counted, the peer's of the one it makes.
"""

from __future__ import annotations

import csv
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kichban.compare.discovery.peel import Step, trajectory
from kichban.study import Cache, open_study

ROOT = Path(__file__).parents[2]
PEER = Path(__file__).with_name("prim_peers.py")
REPEATS = 5
TARGETS = ("T019", "T061", "T015")


def planted(draws: int, parameters: int) -> tuple[np.ndarray, np.ndarray]:
    """A box in two of many parameters, with noise inside and outside."""
    luck = np.random.default_rng(7)
    x = luck.random((draws, parameters))
    inside = (x[:, 0] > 0.55) & (x[:, 2] < 0.4)
    return x, np.where(inside, luck.random(draws) < 0.9, luck.random(draws) < 0.05)


def studied() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Every drawn parameter of the baseline, and which draws miss a target."""
    from kichban.projection import Run
    from kichban.study.sensitivity import ask
    from kichban.study.sensitivity.runs import drawn_parameters

    study = open_study(ROOT, Cache(None))
    bench = study.workbench(study.request(["baseline"], draws=10_240))
    scenario = bench.scenarios["baseline"]
    asked = ask(bench, scenario, TARGETS)
    projector = bench.asking(asked.variables)
    drawn = drawn_parameters(projector, scenario)
    projection = projector.run({"": Run(scenario)})
    met = asked.met(asked.values(projection, ""))
    for i, target in enumerate(TARGETS):
        yield f"{target} missed", np.stack(list(drawn.values()), axis=1), ~met[:, i]


def by_peer(x: np.ndarray, y: np.ndarray, python: str) -> tuple[list[dict[str, str]], float, str]:
    """Hand the draws over as CSV, take the trajectory back; seconds and version."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "draws.csv", Path(folder) / "steps.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*(f"p{j}" for j in range(x.shape[1])), "case"])
            writer.writerows(
                [*map(repr, row.tolist()), int(c)] for row, c in zip(x, y, strict=True)
            )
        done = subprocess.run(
            [python, str(PEER), str(source), str(out)], capture_output=True, text=True, check=True
        )
        said = json.loads(done.stdout.splitlines()[-1])
        with out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file)), said["seconds"], said["version"]


def digits(steps: tuple[Step, ...], theirs: list[dict[str, str]]) -> float:
    """Give the digits in which the two trajectories agree at their worst; NaN if lengths differ."""
    if len(steps) != len(theirs):
        return math.nan
    worst = 0.0
    for step, row in zip(steps, theirs, strict=True):
        pairs = [(step.counts.coverage, row["coverage"]), (step.counts.density, row["density"])]
        for j, (low, high) in enumerate(step.limits.T):
            pairs += [(low, row[f"p{j}_low"]), (high, row[f"p{j}_high"])]
        for ours, their in pairs:
            scale = max(abs(float(their)), 1e-300)
            worst = max(worst, abs(float(ours) - float(their)) / scale)
    return 16.0 if worst == 0 else min(16.0, -math.log10(worst))


def own_seconds(x: np.ndarray, y: np.ndarray) -> float:
    """Median of paired runs after one that is not counted."""
    seconds = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        trajectory(x, y)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def main() -> None:
    """Print the table."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "peers", "land"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    python = done.stdout.splitlines()[-1]
    cases = [("planted, 5 parameters", *planted(2000, 5)), ("planted, 40", *planted(10_240, 40))]
    print(f"{'case':24}{'draws':>8}{'steps':>7}{'peer':>6}{'digits':>8}{'ours s':>9}{'peer s':>9}"
          f"{'ratio':>8}")  # fmt: skip
    for name, x, y in (*cases, *studied()):
        steps = trajectory(x, y)
        theirs, seconds, version = by_peer(x, y, python)
        own = own_seconds(x, y)
        print(f"{name:24}{len(y):8}{len(steps):7}{len(theirs):6}{digits(steps, theirs):8.1f}"
              f"{own:9.3f}{seconds:9.3f}{seconds / own:8.1f}")  # fmt: skip
    print(f"EMA Workbench {version}, numpy {np.__version__}")


if __name__ == "__main__":
    main()
