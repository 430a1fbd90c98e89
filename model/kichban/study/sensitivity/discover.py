"""Scenario discovery: which drawn parameters, in which ranges, make a target missed or met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.compare.discovery import Discovery, discover
from kichban.errors import UsageError
from kichban.ledger import Target
from kichban.projection import Run
from kichban.scenario import Scenario, stated_centre
from kichban.study.sensitivity.asked import Asked
from kichban.study.sensitivity.runs import drawn_parameters, moving_parameters, with_draws
from kichban.study.workbench import Workbench

#: draws that show whether a parameter has a say
SCREENING = 1024


@dataclass(frozen=True, slots=True)
class Discovered:
    """Boxes of parameters with a say, `keys`, in which a target is missed (or met)."""

    scenario: Scenario
    target: Target
    keys: tuple[str, ...]
    met: bool
    found: Discovery


def discover_of(bench: Workbench, asked: Asked, *, met: bool = False) -> Discovered:
    """Search the draws of a scenario for what a missed (or met) target has in common.

    Raises
    ------
    UsageError
        ``E-SENS-912`` where no target was named and none can be taken for it.
    """
    if not asked.targets:
        known = ", ".join(t.id for t in bench.ledger.targets if t.in_force)
        raise UsageError("E-SENS-912", allowed=known[:60] + " …" if len(known) > 60 else known)
    target, scenario = asked.targets[0], asked.scenario
    projector = bench.asking(asked.variables)
    drawn = drawn_parameters(projector, scenario)
    few = with_draws(projector, min(SCREENING, projector.settings.draws))
    # what has no say can only be taken for something by chance
    moving = moving_parameters(few, asked, moving_parameters(few, asked, drawn), chunk=1)
    projection = projector.run({scenario.name: Run(scenario)}, bench.given.progress)
    reached = asked.met(asked.values(projection, scenario.name))[:, 0]
    x = np.empty((len(reached), len(moving)))
    for j, key in enumerate(moving):
        x[:, j] = drawn[key] + stated_centre(scenario, bench.given.parameters, key)
    found = discover(x, reached if met else ~reached)
    return Discovered(scenario, target, moving, met, found)
