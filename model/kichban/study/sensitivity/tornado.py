"""The tornado of a scenario: its parameters at P10 and P90, levers at their warning bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity import Bar, Held, tornado
from kichban.numbers import FloatArray
from kichban.projection import Projector, Run
from kichban.scenario import Deal, Scenario, stated_centre
from kichban.study.sensitivity.asked import Asked
from kichban.study.sensitivity.runs import chosen_parameters, drawn_parameters, moving_parameters
from kichban.study.workbench import Workbench

#: ends a parameter is held at
ENDS = (0.1, 0.9)
BASE = ""


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars of every outcome; of targets the median and then the probability.

    `tied` says whether the scenario ties parameters to each other: held ones leave the others as
    drawn.
    """

    scenario: Scenario
    draws: int
    outcomes: tuple[Outcome, ...]
    bars: tuple[Bar, ...]
    tied: bool

    def of(self, outcome: Outcome, statistic: str = "median") -> tuple[Bar, ...]:
        """Give the bars of one outcome, widest first."""
        return tuple(b for b in self.bars if (b.outcome, b.statistic) == (outcome, statistic))


def tornado_of(
    bench: Workbench, asked: Asked, names: Sequence[str] = (), *, levers: bool = True
) -> Tornado:
    """Hold one parameter after the other, all of them or those named; all runs side by side."""
    projector = bench.asking(asked.variables)
    drawn = drawn_parameters(projector, asked.scenario)
    known, scenario = bench.given.parameters, asked.scenario.name
    keys = chosen_parameters(names, drawn, known, scenario) or tuple(drawn)
    ends = {key: ends_of(drawn[key]) for key in keys}
    running = keys if names else moving_parameters(projector, asked, keys)
    moved = dict(lever_bounds(bench, asked.scenario)) if levers and not names else {}
    held = run_held(bench, projector, asked, {key: ends[key] for key in running}, moved)
    base = held.pop(BASE).at_low
    for key in keys:
        if key not in held:
            held[key] = Held(key, "uncertainty", *ends[key], base, base)
    for key, one in held.items():
        if one.kind == "uncertainty":
            centre = stated_centre(asked.scenario, bench.given.parameters, key)
            held[key] = one._replace(low=one.low + centre, high=one.high + centre)
    bars = tornado(asked.outcomes, base, held.values())
    if asked.targets:
        count = len(asked.targets)
        yes = [
            one._replace(at_low=_share(asked, one.at_low), at_high=_share(asked, one.at_high))
            for one in held.values()
        ]
        bars += tornado(asked.outcomes[:count], _share(asked, base), yes, "probability")
    return Tornado(
        asked.scenario, len(base), asked.outcomes, bars, bool(asked.scenario.correlations)
    )


def ends_of(draws: FloatArray) -> tuple[float, float]:
    """Give the values that a parameter is held at.

    >>> ends_of(np.arange(11.0))
    (1.0, 9.0)
    """
    low, high = np.quantile(draws, ENDS)
    return float(low), float(high)


def _share(asked: Asked, values: FloatArray) -> FloatArray:
    return asked.met(values).astype(float)


def lever_bounds(bench: Workbench, scenario: Scenario) -> Iterator[tuple[str, tuple[float, float]]]:
    """Give what planners decide, and the bounds beyond which the catalogue warns."""
    for key in bench.given.parameters.levers:
        known = bench.given.parameters[key]
        if known.warning_bounds is not None and key not in scenario.priors:
            yield key, known.warning_bounds


def run_held(
    bench: Workbench,
    projector: Projector,
    asked: Asked,
    ends: Mapping[str, tuple[float, float]],
    levers: Mapping[str, tuple[float, float]],
) -> dict[str, Held]:
    """Run both ends of everything at once; under the empty name the run as drawn, twice.

    Parameters
    ----------
    ends
        What drawn parameters are held at, through the deal: their draws are all that differs.
    levers
        What levers are set to, as ``--set`` does.
    """
    scenario = asked.scenario
    runs = {(BASE, 0): Run(scenario)}
    for key, pair in ends.items():
        runs |= {(key, i): Run(scenario, Deal(fixed={key: v})) for i, v in enumerate(pair)}
    for key, pair in levers.items():
        runs |= {(key, i): Run(bench.changed(scenario, {key: v})) for i, v in enumerate(pair)}
    named = {f"{key}:{end}": run for (key, end), run in runs.items()}
    projection = projector.run(named, bench.given.progress)
    values = {name: asked.values(projection, name) for name in named}
    base = values[f"{BASE}:0"]
    found = {BASE: Held(BASE, "uncertainty", np.nan, np.nan, base, base)}
    for kind, group in (("uncertainty", ends), ("lever", levers)):
        for key, (low, high) in group.items():
            sides = (values[f"{key}:0"], values[f"{key}:1"])
            found[key] = Held(key, kind, low, high, *sides)  # type: ignore[arg-type]
    return found
