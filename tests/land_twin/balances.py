"""Limits between stocks, in every quarter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.numbers import FloatArray


def limit_violations(stocks: Mapping[str, FloatArray], industrial: FloatArray) -> dict[str, float]:
    """Largest violation of the limits between stocks, over draws and sites.

    Parameters
    ----------
    stocks
        `cleared`, `serviced`, `leased`, `operating`, each (draw, site) float64, ha.
    industrial : (draw, site) float64, ha

    Returns
    -------
    violation
        In ha by the name of the limit, not positive where the limit is kept.

    Examples
    --------
    >>> land = dict.fromkeys(("cleared", "serviced", "operating"), np.array([[5.0]]))
    >>> found = limit_violations(land | {"leased": np.array([[7.0]])}, np.array([[6.0]]))
    >>> found["leased <= industrial"], found["serviced <= cleared"]
    (1.0, 0.0)
    """
    pairs = (
        ("operating", "leased"), ("leased", "industrial"),
        ("serviced", "cleared"), ("cleared", "industrial"),
    )  # fmt: skip
    every = {**stocks, "industrial": industrial}
    room = np.empty_like(industrial)
    found = {
        f"{low} <= {high}": float(np.subtract(every[low], every[high], out=room).max())
        for low, high in pairs
    }
    # leased and cleared are above these two, so that they need no look of their own
    found["0 <= operating"] = -float(stocks["operating"].min())
    found["0 <= serviced"] = -float(stocks["serviced"].min())
    return found
