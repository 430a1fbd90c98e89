"""A parameter over the years: what each step of a scenario makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kichban.numbers import FloatArray, IntArray
from kichban.scenario.values import PathStep, Scenario, Shape

BoolArray = NDArray[np.bool_]
#: steepness of the logistic shape: nine tenths of the way lie in the middle half
STEEPNESS = 12.0


def _logistic(t: FloatArray) -> FloatArray:
    raw = np.tanh(STEEPNESS * (t - 0.5) / 2)
    return np.asarray((raw / np.tanh(STEEPNESS / 4) + 1) / 2)


#: share of the way from one anchor to the next, at share t of the time
PROGRESS: Mapping[Shape, Callable[[FloatArray], FloatArray]] = MappingProxyType(
    {
        "step": np.zeros_like,
        "linear": lambda t: t,
        "front": lambda t: 1 - (1 - t) ** 2,
        "back": lambda t: t**2,
        "logistic": _logistic,
    }
)


def step_profile(step: PathStep, years: IntArray) -> tuple[FloatArray, BoolArray]:
    """Give a step's own value by year and whether it acts there.

    A year's value depends on the anchors alone, so a longer horizon leaves earlier years as
    they were.

    Returns
    -------
    level : (year,) float64
        The value between, before and after the anchors.
    active : (year,) bool
        ``False`` where the parent's value stays.

    Examples
    --------
    >>> step = PathStep("replace", "linear", ((2024, 0.20), (2026, 0.10)))
    >>> level, active = step_profile(step, np.array([2023, 2024, 2025, 2027]))
    >>> level.round(2).tolist(), active.tolist()
    ([0.2, 0.2, 0.15, 0.1], [False, True, True, True])
    """
    at = np.array([year for year, _ in step.anchors], dtype=np.float64)
    value = np.array([v for _, v in step.anchors], dtype=np.float64)
    inside = np.clip(years.astype(np.float64), at[0], at[-1])
    left = np.clip(np.searchsorted(at, inside, side="right") - 1, 0, len(at) - 1)
    right = np.minimum(left + 1, len(at) - 1)
    t = (inside - at[left]) / np.maximum(at[right] - at[left], 1.0)
    if step.shape == "geometric":
        level = value[left] * (value[right] / value[left]) ** t
    else:
        level = value[left] + (value[right] - value[left]) * PROGRESS[step.shape](t)
    before, after = years < at[0], years > at[-1]
    held = (~before | (step.before == "hold")) & (~after | (step.after == "hold"))
    return np.asarray(level), np.asarray(held)


def path_values(
    steps: Sequence[PathStep],
    years: IntArray,
    base: FloatArray,
    reach: Callable[[str], FloatArray] | None = None,
    centre: float | None = None,
) -> FloatArray:
    """Apply the steps of a scenario in order.

    Parameters
    ----------
    years : (year,) int64
    base : (draw, year) float64
        The parameter without any step. Not written into.
    reach
        Gives the values, broadcast to (draw, year), that meet a target.
    centre
        Where given, ``replace`` moves the centre and every draw keeps its distance from it
        (its ratio where both are positive); without it all draws follow the step exactly.

    Returns
    -------
    values : (draw, year) float64

    Raises
    ------
    ValueError
        When a ``reach`` step is met and nothing was given to solve it.

    Examples
    --------
    >>> years, base = np.array([2024, 2025]), np.array([[100.0, 100.0], [120.0, 120.0]])
    >>> path_values([PathStep("scale", "step", ((2025, 0.75),))], years, base)
    array([[100.,  75.], [120.,  90.]])
    >>> path_values([PathStep("replace", "step", ((2025, 50.0),))], years, base, centre=100.0)
    array([[100.,  50.], [120.,  60.]])
    """
    values = np.array(base, dtype=np.float64)
    for step in steps:
        if step.op == "reach":
            if reach is None:
                raise ValueError(f"no way given to reach {step.target}")
            values = np.array(np.broadcast_to(reach(step.target), values.shape))
            continue
        level, active = step_profile(step, years)
        if step.op == "replace":
            values = np.where(active, _replaced(level, base, centre), values)
        elif step.op == "add":
            values = values + np.where(active, level, 0.0)
        else:
            values = values * np.where(active, level, 1.0)
    return values


def _replaced(level: FloatArray, base: FloatArray, centre: float | None) -> FloatArray:
    if centre is None:
        return np.broadcast_to(level, base.shape)
    if centre > 0:
        return np.where(level > 0, level * (base / centre), level + (base - centre))
    return np.asarray(level + (base - centre))


def parameter_path(
    scenario: Scenario,
    key: str,
    draws: Mapping[str, FloatArray],
    years: IntArray,
    base: FloatArray | None = None,
    reach: Callable[[str], FloatArray] | None = None,
) -> FloatArray:
    """Give one parameter of a scenario by draw and year.

    A number starts from its draws and keeps their spread; a parameter that has no single value
    starts from `base`, and a prior on it shifts each draw's whole path.

    Parameters
    ----------
    draws : mapping to (draw,) float64
        From :func:`kichban.scenario.draw_parameters`.
    years : (year,) int64
    base : (draw, year) float64, optional
        Only for a parameter without a single value, such as ``growth.volume``.

    Returns
    -------
    values : (draw, year) float64
    """
    steps = scenario.paths.get(key, ())
    value = scenario.values[key]
    if base is None and isinstance(value, float):
        flat = np.repeat(draws[key][:, None], len(years), axis=1)
        return path_values(steps, years, flat, reach, centre=value)
    if base is None:
        raise ValueError(f"{key} has no single value: give its base")
    shift = draws[key][:, None] if key in draws else 0.0
    return np.asarray(path_values(steps, years, base, reach) + shift)


def reach_target(steps: Sequence[PathStep]) -> str:
    """Give the id of the target a path must reach, ``""`` where it follows no target.

    >>> reach_target((PathStep("reach", target="T048"),))
    'T048'
    """
    return next((step.target for step in reversed(steps) if step.op == "reach"), "")
