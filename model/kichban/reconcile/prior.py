"""What is believed of a series before a figure is printed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.numbers import FloatArray
from kichban.reconcile.layout import Layout

#: second differences of the trend, month noise, seasonal effects; log, a month [J]
TREND_SD, NOISE_SD, SEASON_SD = 0.015, 0.04, 0.12
#: a full holiday takes a fifth of a month's output [J]
TET_MEAN, TET_SD = -0.20, 0.10
#: log share of a part from knot to knot [J]
SHARE_STEP_SD = 0.12
FIRST_SHARE = -1.5


def prior_rows(layout: Layout, level: float) -> tuple[FloatArray, FloatArray]:
    """Give the prior as rows ``(a, b)`` of ``a·state = b`` with unit sd.

    Second differences of the trend, month noise, season, Tết, steps of the shares. Levels,
    first shares and plans are all but free: 60 % around a typical level.
    """
    n, size = layout.months, layout.size
    rows: list[FloatArray] = []
    right: list[float] = []

    def add(entries: Mapping[int, float], value: float, sd: float) -> None:
        row = np.zeros(size)
        for index, factor in entries.items():
            row[index] = factor / sd
        rows.append(row)
        right.append(value / sd)

    add({0: 1.0}, level, 3.0)
    add({0: -1.0, 1: 1.0}, 0.0, 0.05)
    for t in range(n - 2):
        add({t: 1.0, t + 1: -2.0, t + 2: 1.0}, 0.0, TREND_SD)
    for t in range(n):
        add({n + t: 1.0}, 0.0, NOISE_SD)
    for m in range(12):
        add({layout.season + m: 1.0}, 0.0, SEASON_SD)
    add(dict.fromkeys(range(layout.season, layout.season + 12), 1.0), 0.0, 1e-3)
    add({layout.tet: 1.0}, TET_MEAN, TET_SD)
    for j in range(len(layout.parts)):
        first = layout.shares + j * layout.knots
        add({first: 1.0}, FIRST_SHARE, 3.0)
        for k in range(layout.knots - 1):
            add({first + k: -1.0, first + k + 1: 1.0}, 0.0, SHARE_STEP_SD)
    for p in range(len(layout.plans)):
        add({layout.first_plan + p: 1.0}, level, 5.0)
    return np.array(rows), np.array(right)
