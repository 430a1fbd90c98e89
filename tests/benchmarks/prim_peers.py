"""The peer's half of the benchmark of scenario discovery, run by the peer's own Python.

``PYTHON prim_peers.py DRAWS.csv OUT.csv`` lets EMA Workbench peel and paste once (α 0,05, mean
gained per draw lost, least mass 0,05) on draws whose last column says which are cases, and writes
the trajectory: what each step holds, and its limits. Nothing of kichban is imported here.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd

ALPHA = LEAST_MASS = 0.05
#: whatever is above it is a case, and no box is refused for its density
TINY = 1e-9


def main(source: str, out: str) -> None:
    """Find one box, write its trajectory, say how long it took."""
    warnings.filterwarnings("ignore")
    from ema_workbench.analysis import prim
    from ema_workbench.util import ema_logging

    ema_logging.log_to_stderr(logging.ERROR)
    table = pd.read_csv(source, float_precision="round_trip")
    names = list(table.columns[:-1])
    cases = table.iloc[:, -1].to_numpy(dtype=int)
    start = time.perf_counter()
    found = prim.Prim(
        table[names].astype(float), cases, threshold=TINY, peel_alpha=ALPHA, paste_alpha=ALPHA,
        mass_min=LEAST_MASS, obj_function=prim.PRIMObjectiveFunctions.LENIENT1,
    )  # fmt: skip
    box = found.find_box()
    seconds = time.perf_counter() - start
    steps = box.peeling_trajectory[["coverage", "density", "mass", "n", "k"]].astype(float)
    limits = np.stack([lim[names].to_numpy(dtype=float) for lim in box.box_lims])
    for j, name in enumerate(names):
        steps[f"{name}_low"], steps[f"{name}_high"] = limits[:, 0, j], limits[:, 1, j]
    steps.to_csv(out, index_label="step", float_format="%.17g", lineterminator="\n")
    print(json.dumps({"seconds": seconds, "version": version("ema-workbench")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
