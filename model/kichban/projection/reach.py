"""What a plan asks for: growth and established land that meet a target by construction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kichban.ledger import Target
from kichban.numbers import FloatArray
from kichban.projection.inputs import Inputs
from kichban.projection.values import Variable

LAND = ("land.established_park", "land.established_cluster")
GROWTH = "growth.volume"


def land_schedule(inputs: Inputs, targets: Mapping[str, Target]) -> FloatArray | None:
    """Give the established land a plan asks for: even steps from today to the target's day.

    Returns
    -------
    schedule : (quarter, kind) float64 or None
        ha at the quarters' ends, NaN for a kind without target.
    """
    axis, sites = inputs.axis, inputs.registry.sites
    if not any(key in targets for key in LAND):
        return None
    count = 4 * (axis.last_year + 1) - axis.land_quarter
    schedule = np.full((count, 2), np.nan)
    for kind, key in enumerate(LAND):
        target = targets.get(key)
        if target is None:
            continue
        now = float(sites.gross[(sites.kind == kind) & (sites.stage == 1)].sum())
        last = target.period.stop // 3 - axis.land_quarter
        steps = np.arange(1, count + 1) / max(last, 1)
        schedule[:, kind] = now + (target.value - now) * np.minimum(steps, 1.0)
    return schedule


def growth_shift(
    inputs: Inputs, target: Target, level: Callable[[float, Variable, int], FloatArray]
) -> float:
    """Find the growth to add from next year on so that the median meets the target.

    The log of the median is nearly linear in the shift: a few secant steps give six digits.

    Parameters
    ----------
    level
        Gives the (draw,) levels of a variable in a column of its years for a shift.

    Returns
    -------
    shift : float
        Log growth a year; 0 where the target lies outside the horizon or is not projected.
    """
    axis = inputs.axis
    if inputs.output is None or not axis.first_year < target.period.year <= axis.last_year:
        return 0.0
    key = Variable(target.indicator, target.breakdown, "level", target.unit, target.price_basis)
    column = target.period.year - axis.first_year

    def gap(shift: float) -> float:
        return float(np.log(np.median(level(shift, key, column)) / target.value))

    before, now = 0.0, 0.05
    gap_before = gap(before)
    if not np.isfinite(gap_before):
        return 0.0
    gap_now = gap(now)
    for _ in range(8):
        if abs(gap_now) < 1e-6 or gap_now == gap_before:
            break
        before, now = now, now - gap_now * (now - before) / (gap_now - gap_before)
        gap_before, gap_now = gap_now, gap(now)
    return now
