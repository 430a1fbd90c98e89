"""The peer's half: load our export into ``forecast-evaluation`` unchanged and print its accuracy.

``PYTHON track_peer.py FOLDER``; nothing of kichban is imported here.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pandas as pd


def main(folder: Path) -> None:
    """Print the root mean squared error by source and horizon, as the package computes it."""
    warnings.filterwarnings("ignore")
    import forecast_evaluation as fe

    forecasts, outturns = (pd.read_csv(folder / f"{n}.csv") for n in ("forecasts", "outturns"))
    data = fe.ForecastData(outturns_data=outturns, forecasts_data=forecasts)
    found = fe.compute_accuracy_statistics(data).to_df()
    table = found.pivot_table(index="source", columns="horizon", values="rmse")
    counts = found.pivot_table(index="source", columns="horizon", values="n_observations")
    print(f"{len(forecasts)} forecasts and {len(outturns)} outturns loaded unchanged")
    print("root mean squared error, bn VND a quarter, by quarters after that of the vintage")
    print(table.round(0).to_string())
    print("quarters compared")
    print(counts.round(0).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
