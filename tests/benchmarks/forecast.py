"""Forecasts of ours and of the peers on the same series, in one run.

``python -m tests.benchmarks.forecast [accuracy] [totals] [front] [--series FILE] [--keep DIR]``

Without a part named, all three. The series are the macro and industry ones of the M3 competition,
which nothing here was tuned on; ``--series FILE`` (CSV: unique_id, ds, y, freq, split = train |
test) takes others. The peers run in an environment of their own (``python3 run.py peers
forecast``). OWA is against Naive2 and pooled over all series; its paired ratio to the median of
AutoETS, CES and DynamicOptimizedTheta comes with a bootstrap over series.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kichban.forecast import METHODS, SEASON, Frequency, forecast, forecast_total
from kichban.forecast.learning import naive2
from kichban.numbers import FloatArray, IntArray
from kichban.track.scores import interval_score, seasonal_step, symmetric_error_pct

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).with_name("forecast_peers.py")
ENSEMBLE = ("AutoETS", "AutoCES", "DynamicOptimizedTheta")
PROBABILITIES = (0.025, 0.1, 0.9, 0.975)
BOOTSTRAPS = 4000
MONTHS_KNOWN = (1, 3, 6, 9, 11)


@dataclass(frozen=True)
class Sample:
    """Series of one frequency: histories, what came, and Naive2's errors."""

    frequency: Frequency
    ids: tuple[str, ...]
    train: tuple[FloatArray, ...]
    test: FloatArray
    step: FloatArray
    naive_mase: FloatArray
    naive_smape: FloatArray


@dataclass(frozen=True)
class Said:
    """Forecasts: points (series, step), and 95 and 80 % intervals by edge where there are any."""

    points: FloatArray
    edges: Mapping[float, FloatArray]


def read_samples(path: Path) -> list[Sample]:
    """Read the table, frequency by frequency."""
    table = pd.read_csv(path)
    found = []
    for frequency in SEASON:
        rows = table[table["freq"] == frequency].sort_values(["unique_id", "ds"])
        if rows.empty:
            continue
        parts = {
            split: {str(k): g["y"].to_numpy(np.float64) for k, g in own.groupby("unique_id")}
            for split, own in rows.groupby("split")
        }
        ids = tuple(sorted(parts["train"]))
        train = tuple(parts["train"][i] for i in ids)
        test = np.array([parts["test"][i] for i in ids])
        step = np.array([seasonal_step(y, SEASON[frequency]) for y in train])
        naive = np.array([naive2(y, SEASON[frequency], test.shape[1]) for y in train])
        found.append(
            Sample(
                frequency, ids, train, test, step, np.abs(test - naive).mean(axis=1) / step,
                symmetric_error_pct(naive, test),
            )
        )  # fmt: skip
    return found


def peer_python() -> str:
    """Give the Python of the peers' environment, made where it is not there yet."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "peers", "forecast"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return made.stdout.strip().splitlines()[-1]


def ask_peers(*words: str) -> str:
    """Run the peers' half on one core."""
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}
    made = subprocess.run(
        [peer_python(), str(PEERS), *words], check=True, stdout=subprocess.PIPE, text=True, env=one
    )
    return made.stdout


def peer_forecasts(path: Path, samples: Sequence[Sample]) -> dict[str, list[Said]]:
    """Read the peers' forecasts, one entry per method and the ensemble's median."""
    table = pd.read_csv(path, dtype={"unique_id": str})
    found: dict[str, list[Said]] = {}
    for sample in samples:
        own = table[table["freq"] == sample.frequency]
        members = {}
        for name, rows in own.groupby("method"):
            wide = rows.pivot(index="unique_id", columns="step").loc[list(sample.ids)]
            members[str(name)] = {c: wide[c].to_numpy(np.float64) for c in
                                  ("mean", "lo95", "lo80", "hi80", "hi95")}  # fmt: skip
        members["median of the three"] = {
            c: np.median([members[m][c] for m in ENSEMBLE], axis=0) for c in members[ENSEMBLE[0]]
        }
        for name, cells in members.items():
            edges = dict(zip(PROBABILITIES, (cells[c] for c in list(cells)[1:]), strict=True))
            found.setdefault(name, []).append(Said(cells["mean"], edges))
    return found


def own_forecasts(
    samples: Sequence[Sample], method: str = "pool"
) -> tuple[list[Said], dict[str, float]]:
    """Forecast with one of ours, and time it."""
    found, seconds = [], {}
    for sample in samples:
        start = time.perf_counter()
        said = forecast(sample.train, sample.frequency, sample.test.shape[1], method)  # type: ignore[arg-type]
        quantiles = said.quantiles(PROBABILITIES)
        seconds[f"{sample.frequency} {method}"] = time.perf_counter() - start
        edges = {p: quantiles[:, :, i] for i, p in enumerate(PROBABILITIES)}
        found.append(Said(said.points, edges))
    return found, seconds


def conformal(sample: Sample, said: Said) -> Said:
    """Rescale intervals step by step so that they cover: out of fold, on the series themselves.

    The peers get the better of it: ours are calibrated on other series.
    """
    fold = np.arange(len(sample.ids)) % 5
    edges = {p: e.copy() for p, e in said.edges.items()}
    for low, high, level in ((0.025, 0.975, 0.95), (0.1, 0.9, 0.8)):
        below, above = said.points - said.edges[low], said.edges[high] - said.points
        off = sample.test - said.points
        ratio = np.where(off > 0, off / np.maximum(above, 1e-9), -off / np.maximum(below, 1e-9))
        for number in range(5):
            factor = np.quantile(ratio[fold != number], level, axis=0)
            rows = fold == number
            edges[low][rows] = said.points[rows] - factor * below[rows]
            edges[high][rows] = said.points[rows] + factor * above[rows]
    return Said(said.points, edges)


def errors(sample: Sample, said: Said) -> tuple[FloatArray, FloatArray]:
    """Give (series,) MASE and sMAPE."""
    mase = np.abs(sample.test - said.points).mean(axis=1) / sample.step
    return mase, symmetric_error_pct(said.points, sample.test)


def owa(samples: Sequence[Sample], said: Sequence[Said], rows: Sequence[IntArray]) -> float:
    """Give OWA pooled over the chosen rows of all frequencies."""
    mase, smape, base_mase, base_smape = (
        np.concatenate(parts)
        for parts in zip(
            *(
                (*(e[r] for e in errors(s, f)), s.naive_mase[r], s.naive_smape[r])
                for s, f, r in zip(samples, said, rows, strict=True)
            ),
            strict=True,
        )
    )
    return float(0.5 * (mase.mean() / base_mase.mean() + smape.mean() / base_smape.mean()))


def bootstrap_ratio(
    samples: Sequence[Sample], ours: Sequence[Said], theirs: Sequence[Said]
) -> tuple[float, float, float]:
    """Give the paired OWA ratio and its 95 % interval over series drawn anew within frequencies."""
    cells = [
        np.column_stack([*errors(s, a), *errors(s, b), s.naive_mase, s.naive_smape])
        for s, a, b in zip(samples, ours, theirs, strict=True)
    ]
    luck = np.random.default_rng(1)

    def ratio(rows: FloatArray) -> float:
        mase, smape, their_mase, their_smape, naive_mase, naive_smape = rows.mean(axis=0)
        own = mase / naive_mase + smape / naive_smape
        return float(own / (their_mase / naive_mase + their_smape / naive_smape))

    drawn = [
        ratio(np.vstack([c[luck.integers(0, len(c), len(c))] for c in cells]))
        for _ in range(BOOTSTRAPS)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return ratio(np.vstack(cells)), float(low), float(high)


def intervals(sample: Sample, said: Said) -> tuple[float, float, float, float]:
    """Give coverage at 95 and 80 %, and MSIS at both."""
    found = []
    for low, high, level in ((0.025, 0.975, 0.95), (0.1, 0.9, 0.8)):
        inside = (said.edges[low] <= sample.test) & (sample.test <= said.edges[high])
        score = interval_score(said.edges[low], said.edges[high], sample.test, level)
        found.append((inside.mean(), (score / sample.step[:, None]).mean()))
    return found[0][0], found[1][0], found[0][1], found[1][1]


def accuracy(samples: Sequence[Sample], peers: Mapping[str, list[Said]]) -> None:
    """Print OWA by method and frequency, the paired ratio, and the intervals."""
    everything = [np.arange(len(s.ids)) for s in samples]
    rows = {**peers, **{f"kichban {m}": own_forecasts(samples, m)[0] for m in METHODS}}
    head = "".join(f"{s.frequency:>9}" for s in samples)
    print(f"\nOWA against Naive2{'':10}{head}{'all':>9}")
    for name, said in rows.items():
        each = [owa([s], [f], [r]) for s, f, r in zip(samples, said, everything, strict=True)]
        cells = "".join(f"{v:9.3f}" for v in [*each, owa(samples, said, everything)])
        print(f"{name:28}{cells}")
    ours, theirs = rows["kichban pool"], peers["median of the three"]
    print("\npaired OWA ratio, ours to the median of the three (95 % bootstrap over series)")
    for s, a, b in zip(samples, ours, theirs, strict=True):
        print("{:4}{:9.4f}  ({:.4f}-{:.4f})".format(s.frequency, *bootstrap_ratio([s], [a], [b])))
    print("{:4}{:9.4f}  ({:.4f}-{:.4f})".format("all", *bootstrap_ratio(samples, ours, theirs)))
    print(f"\n{'intervals':32}{'cover 95':>9}{'cover 80':>9}{'MSIS 95':>9}{'MSIS 80':>9}")
    calibrated = [conformal(s, f) for s, f in zip(samples, theirs, strict=True)]
    for name, said in (
        ("median of the three, raw", theirs),
        ("median of the three, conformal", calibrated),
        ("kichban pool", ours),
    ):
        found = [intervals(s, f) for s, f in zip(samples, said, strict=True)]
        size = np.array([s.test.size for s in samples], dtype=np.float64)
        for s, cells in zip(samples, found, strict=True):
            print(f"{name + ' ' + s.frequency:32}" + "".join(f"{v:9.3f}" for v in cells))
        pooled = np.average(np.array(found), axis=0, weights=size)
        print(f"{name + ' all':32}" + "".join(f"{v:9.3f}" for v in pooled))


def totals(samples: Sequence[Sample], folder: Path) -> None:
    """Print errors of year totals from the months known, and the coverage of ours."""
    monthly = [s for s in samples if s.frequency == "M"]
    if not monthly:
        return
    whole = [np.concatenate([y, after]) for y, after in
             zip(monthly[0].train, monthly[0].test, strict=True)]  # fmt: skip
    years = [y[: y.size - back] for back in (0, 12) for y in whole if y.size - back >= 48]
    print(f"\nyear totals of {len(years)} years of monthly series, mean absolute error in per cent")
    print(f"{'months':>7}{'ratio':>9}{'share':>9}{'DOT':>9}{'ours':>9}{'ours/DOT':>10}"
          f"{'95 % interval':>18}{'ours/ratio':>11}{'cover 80':>9}")  # fmt: skip
    for known in MONTHS_KNOWN:
        print(_total_line(years, known, folder))


def _total_line(years: Sequence[FloatArray], known: int, folder: Path) -> str:
    rest = 12 - known
    histories = [y[: y.size - rest] for y in years]
    came = np.array([y[-12:].sum() for y in years])
    so_far = np.array([h[-known:].sum() for h in histories])
    before = np.array([y[-24:-12].sum() for y in years])
    before_so_far = np.array([y[-24 : -24 + known].sum() for y in years])
    ratio = so_far * before / before_so_far
    share = so_far / np.mean([_share(y, known) for y in years], axis=1)
    peer = so_far + _remainder_by_peer(histories, rest, folder)
    said = forecast_total(histories, known)
    low, high = said.quantiles((0.1, 0.9)).T
    error = {
        name: 100.0 * np.abs(value - came) / np.abs(came)
        for name, value in (
            ("ratio", ratio),
            ("share", share),
            ("peer", peer),
            ("ours", said.point),
        )
    }
    luck = np.random.default_rng(1)
    drawn = [luck.integers(0, came.size, came.size) for _ in range(BOOTSTRAPS)]
    ends = np.quantile([error["ours"][r].mean() / error["peer"][r].mean() for r in drawn],
                       (0.025, 0.975))  # fmt: skip
    mean = {name: value.mean() for name, value in error.items()}
    covered = ((low <= came) & (came <= high)).mean()
    return (
        f"{known:7d}{mean['ratio']:9.2f}{mean['share']:9.2f}{mean['peer']:9.2f}{mean['ours']:9.2f}"
        f"{mean['ours'] / mean['peer']:10.3f}{f'{ends[0]:.3f}-{ends[1]:.3f}':>18}"
        f"{mean['ours'] / mean['ratio']:11.3f}{covered:9.3f}"
    )


def _share(y: FloatArray, known: int) -> tuple[float, float]:
    """Give the share of the first months in each of the two years before."""
    last, before = y[-24:-12], y[-36:-24]
    return last[:known].sum() / last.sum(), before[:known].sum() / before.sum()


def _remainder_by_peer(histories: Sequence[FloatArray], rest: int, folder: Path) -> FloatArray:
    source, out = folder / "remainder.csv", folder / "remainder_said.csv"
    rows = [(i, t, repr(float(v))) for i, y in enumerate(histories) for t, v in enumerate(y)]
    pd.DataFrame(rows, columns=["unique_id", "ds", "y"]).to_csv(source, index=False)
    ask_peers("remainder", str(source), str(rest), str(out))
    return pd.read_csv(out).sort_values("unique_id")["total"].to_numpy(np.float64)


def front(
    samples: Sequence[Sample], peers: Mapping[str, list[Said]], seconds: Mapping[str, float]
) -> None:
    """Print accuracy against speed, one core each."""
    everything = [np.arange(len(s.ids)) for s in samples]
    count = sum(len(s.ids) for s in samples)
    print(f"\n{'speed and accuracy':28}{'series/s':>10}{'OWA':>9}")
    spent = {
        name: sum(
            v for k, v in seconds.items() if name == "median of the three" or k.endswith(name)
        )
        for name in peers
    }
    said = dict(peers)
    for method in METHODS:
        said[f"kichban {method}"], own = own_forecasts(samples, method)
        spent[f"kichban {method}"] = sum(own.values())
    for name in sorted(spent, key=lambda n: spent[n]):
        print(f"{name:28}{count / spent[name]:10.0f}{owa(samples, said[name], everything):9.3f}")


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], "accuracy", "totals", "front"], default=[])
    parser.add_argument("--series", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the peers' forecasts, used again")
    given = parser.parse_args()
    parts = given.parts or ["accuracy", "totals", "front"]
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        source = given.series or folder / "series.csv"
        if given.series is None and not source.is_file():
            ask_peers("series", str(source))
        samples = read_samples(source)
        said, facts = folder / "peers.csv", folder / "peers.json"
        if not said.is_file():
            facts.write_text(ask_peers("run", str(source), str(said)), encoding="utf-8")
        known = json.loads(facts.read_text(encoding="utf-8"))
        print(f"Python {platform.python_version()}, {platform.machine()}, one core; numpy "
              f"{np.__version__}; peers: {known['versions']}")  # fmt: skip
        print({s.frequency: len(s.ids) for s in samples})
        peers = peer_forecasts(said, samples)
        actions: Mapping[str, Callable[[], None]] = {
            "accuracy": lambda: accuracy(samples, peers),
            "totals": lambda: totals(samples, folder),
            "front": lambda: front(samples, peers, known["seconds"]),
        }
        for part in parts:
            actions[part]()


if __name__ == "__main__":
    main()
