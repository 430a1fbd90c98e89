"""Learn the lessons anew: ``python -m kichban.forecast --series FILE [--out FILE]``.

FILE is a table (CSV, or Parquet where pyarrow is installed) with the columns unique_id, ds, y and
freq (Y, Q or M), any order of rows. Without ``--out`` the shipped ``learned.json`` is replaced.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from kichban.files import sha256
from kichban.forecast.history import LEAST, SEASON, Frequency
from kichban.forecast.learned import FILE, to_bytes, to_document
from kichban.forecast.learning import HORIZON, learn
from kichban.numbers import FloatArray


def main() -> None:
    """Learn every frequency of the table and write the document."""
    parser = argparse.ArgumentParser(prog="python -m kichban.forecast", description=__doc__)
    parser.add_argument("--series", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / FILE)
    given = parser.parse_args()
    series = read_series(given.series)
    # One thread: the order of sums, and so the last digits, must not depend on the machine.
    with threadpool_limits(1):
        learned = learn(series, told=_tell)
    provenance = {
        "series": given.series.name,
        "sha256": sha256(given.series.read_bytes()),
        "count": {f: len(s) for f, s in series.items()},
        "command": "python -m kichban.forecast --series FILE",
    }
    given.out.write_bytes(to_bytes(to_document(learned, provenance)))


def read_series(path: Path) -> Mapping[Frequency, list[FloatArray]]:
    """Read the series of each frequency that are long enough to be forecast and checked."""
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    table = table.assign(unique_id=table["unique_id"].astype(str))
    table = table.sort_values(["unique_id", "ds"])
    found: dict[Frequency, list[FloatArray]] = {}
    for frequency in SEASON:
        rows = table[table["freq"] == frequency]
        least = HORIZON[frequency] + LEAST
        groups = {str(k): g["y"].to_numpy(np.float64) for k, g in rows.groupby("unique_id")}
        # Neighbours by number are neighbours by source, and are learned from in one block.
        order = sorted(groups, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
        usable = (groups[name] for name in order)
        found[frequency] = [y for y in usable if y.size >= least and np.isfinite(y).all()]
    return found


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    main()
