"""Well-kept engines that fit a model to each series by itself: statsforecast's.

AutoETS, AutoCES and DynamicOptimizedTheta choose and fit; the pool of experts fits nothing. They
err in different places: half of each is better than either (``DECISIONS.md``).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from kichban.numbers import FloatArray

#: an engine that runs further away from the history than this many times its range is left out
RUNAWAY = 20.0


def engine_points(
    series: Sequence[FloatArray], season: int, horizon: int, fallback: FloatArray
) -> FloatArray:
    """Give the mean of the three engines' forecasts.

    Parameters
    ----------
    fallback : (series, step) float64
        Stands in for an engine that cannot fit a series (a constant one, one too short for it).

    Returns
    -------
    points : (series, step) float64
    """
    # Imported here: it takes three seconds, and only this method needs it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta

        engines = [model(season) for model in (AutoETS, AutoCES, DynamicOptimizedTheta)]
        return np.array(
            [
                np.mean([_one(e, y, horizon, own) for e in engines], axis=0)
                for y, own in zip(series, fallback, strict=True)
            ]
        )


def _one(engine: object, y: FloatArray, horizon: int, fallback: FloatArray) -> FloatArray:
    unit = np.abs(y).mean() or 1.0  # their optimisers have steps of a size
    try:
        said = engine.forecast(y=y / unit, h=horizon)  # type: ignore[attr-defined]
        found = unit * np.asarray(said["mean"], dtype=np.float64)
    except Exception:  # the engines raise whatever their optimisers do
        return fallback
    reach = RUNAWAY * (np.ptp(y) + 1e-12)
    sound = np.isfinite(found).all() and (np.abs(found - y[-1]) <= reach).all()
    return found if sound else fallback
