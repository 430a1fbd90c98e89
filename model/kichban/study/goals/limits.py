"""What holds a target back where levers end: each limit a tenth wider, and what that moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.catalogue import Parameters
from kichban.numbers import FloatArray
from kichban.projection import Projector, Run
from kichban.scenario import Deal, Scenario, stated_centre, with_values
from kichban.study.goals.levers import Lever

Kind = Literal["lever", "rule", "uncertainty"]
#: (draw,) values of each run, the higher the better
Values = Callable[[Mapping[str, Run]], Mapping[str, FloatArray]]
RELAXED = 0.10
#: conditions that the law sets before land may be used
RULES = "land.gate_"
#: uncertain parameters whose part is computed; the others are weaker draw by draw
TRIED = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit moved by a tenth.

    Attributes
    ----------
    now, moved
        Its value, and that after a tenth of its range (of its value for a rule) in the direction
        that helps. Of an uncertain parameter `now` is its median: it is no decision of anybody.
    gain
        By how much the quantile moves.
    """

    key: str
    kind: Kind
    now: float
    moved: float
    gain: float


@dataclass(frozen=True, slots=True)
class Corner:
    """Where the levers end: the scenario with all of them there, and its (draw,) values."""

    scenario: Scenario
    values: FloatArray
    read: Callable[[FloatArray], float]
    run: Values

    @property
    def reach(self) -> float:
        """The quantile here."""
        return self.read(self.values)


def lever_limits(
    corner: Corner, levers: Sequence[Lever], at: FloatArray, quantiles: Callable[..., FloatArray]
) -> list[Limit]:
    """Move each lever that stands at a bound a tenth of its width beyond, within its limits."""
    points, names = [], []
    for i, lever in enumerate(levers):
        span, value = lever.span, float(at[i])
        if value not in (span.low, span.high):
            continue
        beyond = value + RELAXED * span.width * (1.0 if value == span.high else -1.0)
        beyond = min(max(beyond, span.limit_low), span.limit_high)
        if beyond != value:
            point = np.array(at)
            point[i] = beyond
            points.append(point)
            names.append((lever.key, value, beyond))
    if not points:
        return []
    reach = quantiles(np.stack(points))
    return [
        Limit(key, "lever", value, beyond, float(q) - corner.reach)
        for (key, value, beyond), q in zip(names, reach, strict=True)
    ]


def rule_limits(corner: Corner, parameters: Parameters) -> list[Limit]:
    """Relax each legal condition by a tenth of its value: a ceiling upwards, a floor downwards."""
    runs: dict[str, Run] = {}
    tried = []
    for key, parameter in parameters.items():
        value = corner.scenario.values[key]
        if not key.startswith(RULES) or not isinstance(value, float):
            continue
        relaxed = value * (1.0 + RELAXED if key.endswith("_max") else 1.0 - RELAXED)
        low, high = parameter.error_bounds
        to = min(max(relaxed, low), high)
        runs[key] = Run(with_values(corner.scenario, {key: to}, parameters))
        tried.append((key, value, to))
    found = corner.run(runs)
    return [
        Limit(key, "rule", value, to, corner.read(found[key]) - corner.reach)
        for key, value, to in tried
    ]


def uncertainty_limits(corner: Corner, projector: Projector, parameters: Parameters) -> list[Limit]:
    """Move the uncertain parameters that matter most, draw by draw, a tenth of their range.

    Each is held at its median and then a tenth further in all draws, so that nothing but its place
    changes.
    """
    draws = projector.draws(corner.scenario)
    strength = {
        key: correlation(own, corner.values)
        for key, own in draws.items()
        if parameters[key].role == "uncertainty" and np.ptp(own) > 0
    }
    strongest = sorted(strength, key=lambda k: -abs(strength[k]))[:TRIED]
    runs: dict[str, Run] = {}
    tried = []
    for key in strongest:
        low, middle, high = (float(q) for q in np.quantile(draws[key], (0.01, 0.5, 0.99)))
        to = middle + RELAXED * (high - low) * (1.0 if strength[key] > 0 else -1.0)
        runs |= {f"{key} {v}": Run(corner.scenario, Deal({key: v})) for v in (middle, to)}
        tried.append((key, middle, to))
    found = corner.run(runs)
    centre = {key: stated_centre(corner.scenario, parameters, key) for key in strongest}
    return [
        Limit(
            key, "uncertainty", middle + centre[key], to + centre[key],
            corner.read(found[f"{key} {to}"]) - corner.read(found[f"{key} {middle}"]),
        )
        for key, middle, to in tried
    ]  # fmt: skip


def correlation(one: FloatArray, other: FloatArray) -> float:
    """Give the correlation of two columns of draws; 0 where one of them does not move.

    >>> correlation(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])), correlation(
    ...     np.ones(3), np.arange(3.0))
    (-1.0, 0.0)
    """
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return round(float(np.corrcoef(one, other)[0, 1]), 12)
