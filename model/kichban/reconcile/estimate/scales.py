"""How large each kind of error is, learned from all series together.

A scale is the sd (log) of one kind of unknown or error. They start from judgement and move to
where the Laplace approximation of the marginal likelihood is stationary (MacKay 1992): the sum of
squared errors over the number of them that the figures determine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from kichban.numbers import BoolArray, FloatArray, IntArray

#: sd before any figure is seen (log) [J]; `walk` per √month, `point` per √year, `share` per √½ year
START: Mapping[str, float] = MappingProxyType(
    {
        "trend1": 0.012, "trend3": 0.025, "trend6": 0.04, "trend12": 0.07,
        "noise1": 0.04, "noise3": 0.025, "noise6": 0.02, "noise12": 0.02,
        "season": 0.10, "share": 0.12, "point": 0.15, "walk": 0.006,
        "estimate": 0.006, "preliminary": 0.005, "actual": 0.002,
        "level": 3e-4, "growth": 0.004, "share_of_plan": 0.003, "plan": 0.003, "base": 0.015,
        "ratio": 0.005, "contribution": 0.002, "part_level": 0.006, "part_growth": 0.012,
        "part_share": 0.006,
    }
)  # fmt: skip
NAMES = tuple(START)
#: kinds that no figure can tell from others, or that are definitions
FIXED = ("level", "noise3", "noise6", "noise12", "plan", "base", "ratio", "contribution")
#: kinds that belong to the series, not to the office that prints it
OF_SERIES = ("trend1", "trend3", "trend6", "trend12", "noise1", "season", "share", "point")
#: a judged scale weighs like this many errors that figures determine
JUDGED = 2.0
#: a scale moves at most this far (factor) from where judgement puts it
FARTHEST = 6.0


def start(families: int = 1) -> FloatArray:
    """Give the (family, kind) scales to start from, in the order of `NAMES`."""
    return np.tile([START[name] for name in NAMES], (families, 1))


def update(
    scales: FloatArray, squares: FloatArray, determined: FloatArray, region: IntArray
) -> FloatArray:
    """Move each scale towards the stationary point of the marginal likelihood.

    All regions together are drawn to judgement, each region is drawn to all together, and in how
    its levels move each family is drawn to its region.

    Parameters
    ----------
    scales, squares, determined : (family, kind) float64
        Sd; sum of squared errors at the mode; number of errors that the figures determine,
        ``Σ 1 − V/s²`` with V the posterior variance of each.
    region : (family,) int64
        Region of each family: who prints its figures.
    """
    judged = start()[0]
    together = _pooled(squares.sum(axis=0), determined.sum(axis=0), judged)
    offices = (
        np.zeros((int(region.max()) + 1, len(NAMES))),
        np.zeros((int(region.max()) + 1, len(NAMES))),
    )
    for total, part in zip(offices, (squares, determined), strict=True):
        np.add.at(total, region, part)
    office = _pooled(*offices, together)[region]
    found = np.where(_of(OF_SERIES), _pooled(squares, determined, office), office)
    found = np.clip(found, judged / FARTHEST, judged * FARTHEST)
    return np.asarray(np.where(_of(FIXED), scales, found))


def _of(names: Sequence[str]) -> BoolArray:
    return np.array([name in names for name in NAMES])


def _pooled(squares: FloatArray, determined: FloatArray, centre: FloatArray) -> FloatArray:
    spread = (squares + JUDGED * centre**2) / (np.maximum(determined, 0.0) + JUDGED)
    return np.asarray(np.sqrt(spread))


def kind(name: str) -> int:
    """Give the place of a scale.

    >>> NAMES[kind("walk")]
    'walk'
    """
    return NAMES.index(name)


def named(scales: FloatArray) -> Mapping[str, float]:
    """Give one family's scales by name."""
    return MappingProxyType(dict(zip(NAMES, scales.tolist(), strict=True)))
