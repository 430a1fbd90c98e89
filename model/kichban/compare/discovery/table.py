"""Boxes and their trajectories as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kichban.catalogue import Parameters
from kichban.compare.discovery.peel import restricted
from kichban.compare.discovery.search import Discovery
from kichban.compare.sensitivity.table import file_unit
from kichban.numbers import canonical_number

DIGITS = 7
#: one row a limited parameter of a box; `low`, `high` per cent for rates, empty where open;
#: `coverage`, `density`, `mass` and `frequency` (how frequent cases are at all) per cent, counted
#: on the draws that did not find the box; `outcome` missed or met
BOX_COLUMNS = (
    "scenario", "region", "target", "outcome", "box", "parameter", "low", "high",
    "parameter_unit", "quasi_p_low", "quasi_p_high", "coverage", "density", "mass", "frequency",
)  # fmt: skip
#: one row a step, on the draws that found the box; `chosen` 1 for the step that was taken, before
#: doubtful limits went; `parameters` those it limits, separated by one space
TRAJECTORY_COLUMNS = (
    "scenario", "region", "target", "outcome", "box", "step", "chosen", "draws", "cases",
    "coverage", "density", "mass", "parameters",
)  # fmt: skip


def box_rows(
    found: Discovery, keys: Sequence[str], where: tuple[str, ...], parameters: Parameters
) -> Iterator[tuple[str, ...]]:
    """Give a row for every limited parameter of every box.

    Parameters
    ----------
    where
        Scenario, region, target and ``missed`` or ``met``.
    """
    for number, box in enumerate(found.boxes, start=1):
        for j in np.flatnonzero(np.isfinite(box.limits).any(axis=0)).tolist():
            parameter = parameters[keys[j]]
            scale = 100.0 if parameter.percent else 1.0
            yield (
                *where, str(number), keys[j],
                *(_number(scale * v) for v in box.limits[:, j]), file_unit(parameter),
                *(_number(p) for p in box.quasi_p[:, j]),
                *(_number(100 * v) for v in (box.counts.coverage, box.counts.density,
                                             box.counts.mass, found.held.density)),
            )  # fmt: skip


def trajectory_rows(
    found: Discovery, keys: Sequence[str], where: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Give a row for every step of every box."""
    for number, box in enumerate(found.boxes, start=1):
        for i, step in enumerate(box.steps):
            limited = restricted(step.limits, box.steps[0].limits)
            counts = step.counts
            yield (
                *where, str(number), str(i), str(int(i == box.chosen)), str(counts.draws),
                str(counts.cases),
                *(_number(100 * v) for v in (counts.coverage, counts.density, counts.mass)),
                " ".join(keys[j] for j in limited),
            )  # fmt: skip


def _number(value: float) -> str:
    return canonical_number(float(value), DIGITS)
