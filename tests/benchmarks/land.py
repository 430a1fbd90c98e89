"""The land engine against a plain compiled loop, its NumPy twin and the peers, in one run.

``python -m tests.benchmarks.land`` prints seconds and ratios; ``… big`` runs 100.000 draws of
3.000 sites in blocks and prints the peak of memory; ``… peers`` has PySD and EMA Workbench
evaluate the equations of established sites (``python3 run.py peers land``, Python 3.11). Figures of
ours are medians of five paired runs after one that is not counted; outputs are compared.
"""

from __future__ import annotations

import json
import math
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np

from kichban.land import GateRules, Horizon, LandPaths, kernel, land_noise, simulate_land
from kichban.land import engine as e
from kichban.land.values import FLOWS, STOCKS
from tests.benchmarks.land_loop import loop
from tests.land_cases import DURATIONS, FIRST, drivers, parameters, province
from tests.land_twin.kernel import simulate_land as simulate_twin

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).with_name("land_peers.py")
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


def established(parks: int, clusters: int):
    """A province in which all is established: peers write out no approvals and no gates."""
    found = province(3, parks, clusters, (0, 0))
    return found.take(np.lexsort((found.stage == 0, found.kind)))


def handed(given) -> dict[str, np.ndarray]:
    """What the peers are handed: the engine's own tables, and each site's drawn ramps."""
    caught = {}

    def instead(sites, rules, values, work, written):
        caught["all"] = sites, rules, values, work

    kept, kernel.simulate = kernel.simulate, instead
    try:
        simulate_land(*given)
    finally:
        kernel.simulate = kept
    sites, rules, values, work = caught["all"]
    own = values.values
    found: dict[str, np.ndarray] = {"keep": 1.0 - own[:, e.EXIT_RATE] * e.STEP}
    for name, column in (
        ("ceiling", e.CEILING), ("prelease", e.PRELEASE), ("spillover", e.SPILLOVER),
        ("trend", e.WEIGHTS), ("investment", e.WEIGHTS + 1), ("growth", e.WEIGHTS + 2),
        ("ha_per_usd", e.HA_PER_USD), ("yield_growth", e.YIELD_GROWTH),
        ("optimism_park", e.OPTIMISM), ("optimism_cluster", e.OPTIMISM + 1),
    ):  # fmt: skip
        found[name] = own[:, column]
    found["fdi"], found["growing"] = values.fdi[:, 0] / e.STEP, values.growth[:, 0]
    found["pace_park"], found["pace_cluster"] = values.observed[:, 0], values.observed[:, 1]
    state = np.stack([_started(d, sites, rules, values, work) for d in range(len(own))])
    columns = {
        "slope": e.S_SLOPE, "offset": e.S_OFFSET, "ready_slope": e.S_READY_SLOPE,
        "ready_offset": e.S_READY_OFFSET, "backlog": e.S_BACKLOG, "p": e.S_P, "q": e.S_Q,
        "decay": e.S_DECAY,
    }  # fmt: skip
    for k, kind in enumerate(("park", "cluster")):
        at = sites.kind == k
        found |= {f"{kind}_{n}": state[:, at, column] for n, column in columns.items()}
        found |= {
            f"{kind}_industrial": sites.industrial[at], f"{kind}_first_cleared": sites.cleared[at],
            f"{kind}_first_serviced": sites.serviced[at], f"{kind}_first_leased": sites.leased[at],
            f"{kind}_attractiveness": sites.attractiveness[at],
        }  # fmt: skip
        found[f"luck_{kind}"] = values.multiplier[values.year_of, :, k].T * e.STEP
    return found


def _started(draw, sites, rules, values, work) -> np.ndarray:
    """Each site's state at the start of a draw; what is finished stays as it is."""
    work.arrivals[:] = 0.0
    _start(draw, sites, rules, values, work)
    state = work.state.copy()
    still = ~work.moving
    state[still, e.S_SLOPE] = state[still, e.S_OFFSET] = 0.0
    state[still, e.S_READY_SLOPE] = state[still, e.S_READY_OFFSET] = 0.0
    state[still, e.S_BACKLOG] = 0.0
    return state


@e.compiled
def _start(draw, sites, rules, values, work):
    keep = math.log1p(-values.values[draw, e.EXIT_RATE] * e.STEP)
    for s in range(len(sites.kind)):
        e.start_site(s, draw, keep, sites, rules, values, work)


def peer_case(draws: int):
    """Fourteen parks and 36 clusters, all established; land is let before it is serviced."""
    sites, quarters = established(14, 36), 28
    return (
        sites, GateRules(), DURATIONS, parameters(draws, gates=0.0, prelease=0.7),
        drivers(draws, quarters), land_noise(1, 0, draws, sites.ids), Horizon(FIRST, quarters),
    )  # fmt: skip


def against_peers() -> None:
    """Print the table of the peers; they evaluate eight draws, for they are slow."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "peers", "land"],
        check=True, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    python, draws = done.stdout.strip().splitlines()[-1], 8
    given = peer_case(draws)
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "case.npz", Path(folder) / "out.npz"
        np.savez(source, **handed(given))
        said = subprocess.run(
            [python, str(PEERS), str(source), str(out)], check=True, stdout=subprocess.PIPE,
            text=True, encoding="utf-8",
        )  # fmt: skip
        facts = json.loads(said.stdout.strip().splitlines()[-1])
        with np.load(out) as read:
            theirs = {name: read[name] for name in read.files}
    ours, many = simulate_land(*given), peer_case(BLOCK)
    few, block = paired(lambda: simulate_land(*given), lambda: simulate_land(*many))
    print(f"{draws} draws × {len(given[0])} established sites × 28 quarters, one thread")
    each = block / BLOCK
    print(f"  engine {few:.4f} s; of {BLOCK} draws {block:.3f} s, {1e6 * each:.0f} µs each")
    for name in ("pysd", "ema"):
        apart = max(
            float(np.abs(theirs[f"{name}_{kind}_{n}"] - getattr(ours, n)[:, :, k]).max())
            for k, kind in enumerate(("park", "cluster"))
            for n in ("leased", "cleared", "serviced", "absorbed", "exits", "unmet", "demand")
        )
        label, ratio = f"{name} {facts['versions'][name]}", facts[name] / draws / each
        print(f"  {label}: {facts[name]:.2f} s, a draw {ratio:,.0f} times ours; largest "
              f"difference {apart:.1e} ha; at most {facts[name + '_mb']:.0f} MB")  # fmt: skip
        assert apart < 1e-9, name


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
    {"big": big, "peers": against_peers}.get("".join(sys.argv[1:]), compare)()
