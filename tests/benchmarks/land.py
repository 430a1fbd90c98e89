"""The land engine against a plain compiled loop and its NumPy twin, in one run.

``python -m tests.benchmarks.land`` prints seconds and ratios; ``… big`` runs 100.000 draws of
3.000 sites in blocks and prints the peak of memory. Every figure is the median of five paired
runs after one that is not counted; outputs are compared before anything is timed.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from kichban.land import GateRules, Horizon, LandPaths, kernel, land_noise, simulate_land
from kichban.land.values import FLOWS, STOCKS
from tests.benchmarks.land_loop import loop
from tests.land_cases import DURATIONS, FIRST, drivers, parameters, province
from tests.land_twin.kernel import simulate_land as simulate_twin

REPEATS = 5
BLOCK = 1024


def made(sites: int):
    """A province of parks and clusters, a third of them planned."""
    parks = sites // 7
    clusters = sites // 2
    planned = sites - parks - clusters
    found = province(0, parks, clusters, (planned // 2, planned - planned // 2))
    return found.take(np.lexsort((found.stage == 0, found.kind)))


def case(sites: int, draws: int, quarters: int, block: int = 0):
    """Everything that `simulate_land` is given."""
    found = made(sites)
    return (
        found, GateRules(districts=10), DURATIONS, parameters(draws), drivers(draws, quarters),
        land_noise(1, block, draws, found.ids), Horizon(FIRST, quarters),
    )  # fmt: skip


def by_loop(*given) -> dict[str, np.ndarray]:
    """Totals by the plain loop, which is handed what the engine is handed."""
    kept = {}

    def instead(sites, rules, values, _, written):
        loop(sites, rules, values, written.totals)
        kept["totals"] = written.totals

    engine, kernel.simulate = kernel.simulate, instead
    try:
        simulate_land(*given)
    finally:
        kernel.simulate = engine
    return {name: kept["totals"][..., i] for i, name in enumerate((*STOCKS, *FLOWS))}


def farthest(one: LandPaths, other) -> float:
    """Largest difference of any total, ha."""
    return max(
        float(np.abs(getattr(one, n) - (other[n] if isinstance(other, dict) else getattr(other, n)))
              .max()) for n in (*STOCKS, *FLOWS)
    )  # fmt: skip


def paired(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of each call, taken in turns: a slow minute hits all."""
    for call in calls:
        call()
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for own, call in zip(seconds, calls, strict=True):
            start = time.perf_counter()
            call()
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in seconds]


def scenario(sites: int, quarters: int) -> Callable[[], object]:
    """Ten blocks, as a scenario of 10.240 draws, on two threads."""
    given = case(sites, BLOCK, quarters)

    def call():
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda _: simulate_land(*given), range(10)))

    return call


def compare() -> None:
    """Print the table."""
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, "
          f"numba {numba.__version__}")  # fmt: skip
    given = case(100, BLOCK, 28)
    ours = simulate_land(*given)
    print(f"largest difference, ha: plain loop {farthest(ours, by_loop(*given)):.1e}, "
          f"NumPy twin {farthest(ours, simulate_twin(*given)):.1e}")  # fmt: skip
    engine, plain, twin = paired(
        lambda: simulate_land(*given), lambda: by_loop(*given), lambda: simulate_twin(*given)
    )
    print(f"{BLOCK} draws × 100 sites × 28 quarters, one thread, s")
    print(f"  engine {engine:.3f}   plain compiled loop {plain:.3f} ({engine / plain:.2f})   "
          f"NumPy twin {twin:.3f} ({engine / twin:.2f})")  # fmt: skip
    (ten,) = paired(scenario(100, 28))
    print(f"10.240 draws × 100 sites × 28 quarters, two threads: {ten:.2f} s")
    print("growth, s a block: sites, draws, quarters")
    sizes = ((50, 1024, 28), (100, 1024, 28), (200, 1024, 28), (400, 1024, 28), (100, 256, 28),
             (100, 512, 28), (100, 1024, 14), (100, 1024, 56))  # fmt: skip
    for sites, draws, quarters in sizes:
        own = case(sites, draws, quarters)
        (seconds,) = paired(lambda own=own: simulate_land(*own))
        each = 1e9 * seconds / (sites * draws * quarters)
        print(f"  {sites:4d} {draws:5d} {quarters:3d}  {seconds:.3f}  ({each:.0f} ns each)")


def big() -> None:
    """100.000 draws × 3.000 sites × 28 quarters: leased land of all draws is kept, no site is."""
    sites, quarters, draws, block = 3000, 28, 100_000, 128
    kept = np.empty((draws, quarters, 2), dtype=np.float32)

    def one(number: int) -> None:
        paths = simulate_land(*case(sites, block, quarters, number))
        at = number * block
        kept[at : at + block] = paths.leased[: draws - at]

    start = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(-(-draws // block))))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{draws} × {sites} × {quarters}: {time.perf_counter() - start:.0f} s, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    big() if sys.argv[1:] == ["big"] else compare()
