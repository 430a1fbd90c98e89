"""The workbench: what all questions about one day share, prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

from threadpoolctl import threadpool_limits

from kichban.calibration import LandCalibration
from kichban.ledger import Ledger
from kichban.projection import (
    Handed,
    Projection,
    Projector,
    Run,
    Settings,
    Variable,
    calibrate_province,
)
from kichban.reconcile import Series, reconcile
from kichban.scenario import Scenario, with_values
from kichban.study.request import Ingredients


class Day(NamedTuple):
    """What the figures of a day say, whatever scenario is asked about."""

    series: Series
    land: LandCalibration | None


def read_day(given: Ingredients) -> Day:
    """Work out series and the calibration of land, side by side: neither needs the other."""
    settings = settings_of(given)
    # the limit of one thread for sums is set around both
    with threadpool_limits(1), ThreadPoolExecutor(1) as aside:
        land = aside.submit(calibrate_province, given.ledger, given.parameters, settings)
        return Day(reconcile(given.ledger, given.catalogue), land.result())


def settings_of(given: Ingredients) -> Settings:
    """Give the settings of a request's runs."""
    request = given.request
    return Settings(request.draws, request.seed, request.horizon, given.workers)


@dataclass(frozen=True)
class Workbench:
    """Ledger, series and projector of a request: any scenario runs in a fraction of a second."""

    given: Ingredients
    series: Series
    projector: Projector

    @classmethod
    def of(cls, given: Ingredients, day: Day) -> Workbench:
        """Prepare a request with what its day says."""
        series, land = day
        ledger, parameters, settings = given.ledger, given.parameters, settings_of(given)
        reference = given.reference
        projector = Projector.of(ledger, series, parameters, settings, reference, Handed(land))
        if given.gates is not None:
            only_gates = replace(settings, asked=frozenset(), approvals=True)
            source = replace(projector, settings=only_gates).run({"": Run(given.gates)})
            handed = Handed(land, source.scenarios[""].approved_quarter)
            projector = replace(projector, handed=handed)
        return cls(given, series, projector)

    @property
    def ledger(self) -> Ledger:
        """What was visible on the day."""
        return self.given.ledger

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Every scenario of the study, with the overrides of the request."""
        return self.given.scenarios

    def projection(self, asked: Iterable[Variable] | None = None) -> Projection:
        """Run the scenarios of the request, for nothing but the paths of `asked` if given."""
        projector = self.projector if asked is None else self.asking(asked)
        runs = {name: Run(self.scenarios[name]) for name in self.given.request.scenarios}
        return projector.run(runs, self.given.progress)

    def changed(self, scenario: Scenario, values: Mapping[str, float]) -> Scenario:
        """Set parameters on top of a scenario."""
        return with_values(scenario, values, self.given.parameters)

    def keeping(self, variables: Iterable[Variable]) -> Workbench:
        """Give the same workbench for everything; only the paths of some variables are kept."""
        settings = replace(self.projector.settings, asked=frozenset(variables))
        return replace(self, projector=replace(self.projector, settings=settings))

    def asking(self, variables: Iterable[Variable]) -> Projector:
        """Give a projector for nothing but the paths of some variables."""
        return self.projector.asking(variables)
