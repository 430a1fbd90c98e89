"""What a scenario makes of a parameter, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kichban.numbers import IntArray
from kichban.scenario.paths import step_profile
from kichban.scenario.values import PathStep, Scenario


class Year(NamedTuple):
    """A year's value: `factor` × what the data or the model give + `addend`.

    Where the scenario alone decides, `factor` is 0 and `addend` the value itself. `target` is the
    id of the target a ``reach`` leads to; the projection finds the values that meet it.
    """

    factor: float
    addend: float
    target: str = ""

    @property
    def is_untouched(self) -> bool:
        """Whether the year stays as the data or the model give it."""
        return self == Year(1.0, 0.0)


def yearly_values(scenario: Scenario, key: str, years: IntArray) -> tuple[Year, ...]:
    """Give a parameter's value in each year, uncertainty left out.

    Two ways of writing that lead to the same years give the same here.

    Parameters
    ----------
    years : (year,) int64

    Returns
    -------
    values : one a year
        Empty for a parameter that is no single number a year: triangles and weights.
    """
    value = scenario.values[key]
    if isinstance(value, tuple):
        return ()
    start = (0.0, value) if isinstance(value, float) else (1.0, 0.0)
    return apply_steps(scenario.paths.get(key, ()), years, start)


def apply_steps(
    steps: Sequence[PathStep], years: IntArray, start: tuple[float, float] = (1.0, 0.0)
) -> tuple[Year, ...]:
    """Apply the steps of a path to a value that may not be known yet.

    >>> up, flat = PathStep("add", "step", ((2025, 0.02),)), PathStep("scale", "step", ((2026, 2),))
    >>> apply_steps([up, flat], np.array([2024, 2025, 2026]))
    (Year(factor=1.0, addend=0.0, target=''), Year(factor=1.0, addend=0.02, target=''), \
Year(factor=2.0, addend=0.04, target=''))
    """
    factor, addend = (np.full(len(years), s) for s in start)
    target = ""
    for step in steps:
        if step.op == "reach":
            factor, addend, target = np.ones(len(years)), np.zeros(len(years)), step.target
            continue
        level, active = step_profile(step, years)
        if step.op == "replace":
            factor, addend = np.where(active, 0.0, factor), np.where(active, level, addend)
        elif step.op == "add":
            addend = addend + np.where(active, level, 0.0)
        else:
            scale = np.where(active, level, 1.0)
            factor, addend = factor * scale, addend * scale
    return tuple(
        # what a later step replaces no longer follows the target
        Year(float(f), float(a), target if f else "")
        for f, a in zip(factor, addend, strict=True)
    )
