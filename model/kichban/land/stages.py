"""L1: how long the stages take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray

Triangle = tuple[float, float, float]
#: stages that begin with approval or later, in the order of the engine
STAGES_AFTER_APPROVAL = ("handover", "clearing", "servicing", "operation")


@dataclass(frozen=True, slots=True)
class StageDurations:
    """Triangles (min, mode, max) in years for parks and clusters, at the default slip.

    Handover and clearing count from approval, servicing from clearing, operation from the lease.
    The first three are those of a site of `typical` gross ha; others take
    (size / typical) to the power ``land.size_elasticity`` times as long.
    """

    approval: tuple[Triangle, Triangle]
    handover: tuple[Triangle, Triangle]
    clearing: tuple[Triangle, Triangle]
    servicing: tuple[Triangle, Triangle]
    operation: tuple[Triangle, Triangle]
    default_slip: tuple[float, float] = (1.6, 2.0)
    typical: tuple[float, float] = (200.0, 40.0)

    @classmethod
    def from_values(
        cls, values: Mapping[str, object], default_slip: tuple[float, float] = (1.6, 2.0)
    ) -> StageDurations:
        """Take the parameters ``land.duration_<kind>_<stage>`` of a scenario."""
        pairs = {
            stage: (
                _triangle(values[f"land.duration_park_{stage}"]),
                _triangle(values[f"land.duration_cluster_{stage}"]),
            )
            for stage in ("approval", "handover", "clearing", "servicing", "operation")
        }
        return cls(
            pairs["approval"], pairs["handover"], pairs["clearing"], pairs["servicing"],
            pairs["operation"], default_slip,
        )  # fmt: skip


def _triangle(value: object) -> Triangle:
    low, mode, high = np.asarray(value, dtype=np.float64).tolist()
    return low, mode, high


def triangular_quantiles(uniform: FloatArray, triangle: Triangle) -> FloatArray:
    r"""Quantile function of the triangular distribution.

    .. math:: u < F: a + \sqrt{u (b-a)(m-a)}, \quad u \ge F: b - \sqrt{(1-u)(b-a)(b-m)}

    with :math:`F = (m-a)/(b-a)`, min a, mode m, max b.

    >>> triangular_quantiles(np.array([0.0, 0.5, 1.0]), (0.0, 1.0, 2.0)).tolist()
    [0.0, 1.0, 2.0]
    """
    low, mode, high = triangle
    width = high - low
    if width == 0.0:
        return np.full_like(uniform, low)
    rising = low + np.sqrt(uniform * (width * (mode - low)))
    falling = high - np.sqrt((1.0 - uniform) * (width * (high - mode)))
    return np.where(uniform < (mode - low) / width, rising, falling)
