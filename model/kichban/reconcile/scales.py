"""How far a print may lie from the truth: rounding, revision, a base since revised, a slip."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from kichban.numbers import FloatArray
from kichban.reconcile.evidence import TOTAL, Evidence, Observation, published
from kichban.reconcile.layout import Layout

#: sd of a first print against the last one, by status (log) [J]; the pooled estimate replaces it
STATUS_SD: Mapping[str, float] = MappingProxyType(
    {"estimate": 0.012, "preliminary": 0.008, "actual": 0.0005, "plan": 0.002, "target": 0.002}
)
#: sd of the newest cumulative print of the last year: that vintage is what is estimated
CURRENT_SD = 0.001
#: growth of that sd for each month of later releases about the same year [J]
REVISION_GROWTH = 0.15
#: growth rates refer to a base as revised by then [J]
BASE_SD = 0.02
SLIP_PROBABILITY, SLIP_SD = 0.02, 0.35


def observation_sd(o: Observation) -> float:
    """Sd of an observation beyond its sentence's revision error: rounding, base, plan."""
    rounding = o.half_width / np.sqrt(3)
    own = BASE_SD if o.statement.measure.startswith("growth") else 3e-4
    if o.top.kind == "plan":
        own = STATUS_SD["plan"]
    return float(np.hypot(rounding, own))


def release_sd(evidence: Evidence, layout: Layout) -> FloatArray:
    """Sd of each sentence's revision error: by status, and larger the longer it was revised.

    A print is revised by the later releases of its year, so an old one is a weaker witness.
    """
    last: dict[tuple[str, int], int] = {}
    for o in evidence.observations:
        key = (o.top.node, (o.top.stop - 1) // 12)
        last[key] = max(last.get(key, 0), published(o).toordinal())
    found = {}
    for o in evidence.observations:
        months = (last[o.top.node, (o.top.stop - 1) // 12] - published(o).toordinal()) / 30.4
        status = o.statement.status
        wider = 1.0 if status == "actual" else 1.0 + REVISION_GROWTH * min(months, 12.0)
        found[o.release] = STATUS_SD[status] * wider
    for release in _current_prints(evidence):
        found[release] = min(found[release], CURRENT_SD)
    return np.array([found[r] for r in layout.releases])


def _current_prints(evidence: Evidence) -> list[tuple[str, str, int, int]]:
    """Give the newest cumulative print of the total in the last year: the current vintage.

    The series describes figures as they stand now; what may still be revised is added where the
    next print is forecast.
    """
    year = evidence.last_month // 12
    levels = [
        o
        for o in evidence.observations
        if o.statement.measure == "level"
        and o.top.kind == "months"
        and o.top.node == TOTAL
        and o.top.start == 12 * year
    ]
    if not levels:
        return []
    newest = max(levels, key=lambda o: (o.top.stop, published(o), -o.half_width))
    same = (newest.top.start, newest.top.stop)
    return [
        o.release
        for o in levels
        if (o.top.start, o.top.stop) == same and o.low <= newest.high and newest.low <= o.high
    ]


def right_weight(residual: FloatArray, scale: FloatArray) -> FloatArray:
    """Give the share of precision an error keeps: 1 if right, (scale/slip)² if a slip."""
    slip = np.maximum(SLIP_SD, 3 * scale)
    right = (1 - SLIP_PROBABILITY) / scale * np.exp(-0.5 * (residual / scale) ** 2)
    wrong = SLIP_PROBABILITY / slip * np.exp(-0.5 * (residual / slip) ** 2)
    share = right / (right + wrong)
    return np.asarray(share + (1 - share) * (scale / slip) ** 2)
