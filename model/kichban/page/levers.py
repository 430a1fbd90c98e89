"""Which parameters the page lets one move, how far, and whether a request keeps to that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Label, Parameter, Parameters
from kichban.errors import Fault
from kichban.scenario import Scenario

#: what planners move most; every other lever and assumption waits below a fold
FIRST = (
    "growth.volume_long_run", "growth.wedge", "land.slip_park", "land.slip_cluster",
    "land.leasing_park", "land.leasing_cluster", "investment.registered_fdi_park",
    "investment.registered_ddi_park",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lever:
    """A slider: a number of the catalogue within its bounds; rates are fractions."""

    key: str
    label: Label
    unit: Label
    low: float
    high: float
    step: float
    decimals: int
    percent: bool
    ratio: bool
    first: bool

    @property
    def document(self) -> dict[str, Any]:
        """Plain values for the browser."""
        return {
            "key": self.key, "label": dict(self.label), "unit": dict(self.unit), "low": self.low,
            "high": self.high, "step": self.step, "decimals": self.decimals,
            "percent": self.percent, "ratio": self.ratio, "first": self.first,
            "group": self.key.partition(".")[0],
        }  # fmt: skip


def find_levers(parameters: Parameters, scenarios: Mapping[str, Scenario]) -> Mapping[str, Lever]:
    """Derive the sliders from the catalogue: numbers with bounds that somebody decides or doubts.

    The ends are those beyond which the catalogue warns, widened to what a scenario sets.
    """
    found = {}
    for key in sorted(parameters, key=lambda k: FIRST.index(k) if k in FIRST else len(FIRST)):
        parameter = parameters[key]
        if parameter.kind != "number" or parameter.role not in ("lever", "uncertainty"):
            continue
        set_to = [v for s in scenarios.values() if isinstance(v := s.values[key], float)]
        if set_to:
            found[key] = _lever(parameter, set_to)
    return MappingProxyType(found)


def _lever(parameter: Parameter, set_to: list[float]) -> Lever:
    low, high = parameter.warning_bounds or parameter.error_bounds
    return Lever(
        parameter.key, parameter.label, parameter.unit_label, min(low, *set_to),
        max(high, *set_to), _step(parameter, high - low), parameter.decimals, parameter.percent,
        parameter.unit == "ratio",
        parameter.key in FIRST,
    )  # fmt: skip


def _step(parameter: Parameter, width: float) -> float:
    """Give the smallest printed digit, or a round fiftieth of the width where that is coarser."""
    digit = 10.0 ** -(parameter.decimals + 2 * parameter.percent)
    round_step = 10.0 ** math.floor(math.log10(width / 50)) if width > 0 else digit
    return max(digit, round_step)


def check_levers(
    wanted: object, levers: Mapping[str, Lever]
) -> tuple[dict[str, float], tuple[Fault, ...]]:
    """Give the changed levers of a request, or every fault of it.

    >>> check_levers({"no.such": 1}, {})[1][0].code
    'E-PAGE-002'
    """
    if not isinstance(wanted, dict):
        return {}, (Fault("E-PAGE-001", column="levers"),)
    found: dict[str, float] = {}
    faults = []
    for key, value in wanted.items():
        lever = levers.get(key)
        if lever is None:
            faults.append(Fault("E-PAGE-002", value=str(key)[:80]))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(Fault("E-PAGE-003", column=key, value=str(value)[:80]))
        elif not lever.low <= value <= lever.high:
            bounds = {"low": f"{lever.low:g}", "high": f"{lever.high:g}"}
            faults.append(Fault("E-PAGE-004", column=key, value=f"{value:g}", detail=bounds))
        else:
            found[key] = float(value)
    return found, tuple(faults)
