"""What a question of sensitivity asks about: outcomes, and how to read them off a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kichban.catalogue import load_catalogue
from kichban.compare import HEADLINES
from kichban.compare.outcomes import Outcome
from kichban.errors import UsageError
from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray
from kichban.projection import RATES, Paths, Projection, Run, ScenarioPaths, Variable
from kichban.scenario import Scenario, nearest
from kichban.study.workbench import Workbench
from kichban.target import meets, target_values, variable_of
from kichban.target.gap import NEEDS_BASIS

#: what a study is about where nobody says: the headline of headlines
HEADLINE = HEADLINES[0]
#: joins an indicator and a price basis: ``industrial_output@constant_2010``
AT = "@"


@dataclass(frozen=True, slots=True)
class Asked:
    """Variables by year and in total, or targets.

    `years` are those the variables are read in, by variable; `targets` stand beside their
    variables and are read in their own periods.
    """

    ledger: Ledger
    scenario: Scenario
    years: Mapping[Variable, tuple[int, ...]]
    targets: tuple[Target, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What has to be projected."""
        return tuple(dict.fromkeys((*self.years, *(variable_of(t) for t in self.targets))))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One figure each: targets, or every year of every variable and the total of flows."""
        found = [Outcome(variable_of(t), t.period.text, t.id) for t in self.targets]
        for variable, years in self.years.items():
            found += [Outcome(variable, str(year)) for year in years]
            if is_flow(variable) and len(years) > 1:
                found.append(Outcome(variable, f"{years[0]}/{years[-1]}"))
        return tuple(found)

    def values(self, projection: Projection, name: str) -> FloatArray:
        """Give (draw, outcome) values of one run, per cent for rates."""
        paths = projection.scenarios[name]
        columns = [target_values(self.ledger, projection, paths, target) for target in self.targets]
        for variable, years in self.years.items():
            annual = _annual(paths.variables[variable])
            chosen = annual[:, [y - projection.axis.last_year - 1 for y in years]]
            chosen = chosen * (100.0 if variable.measure in RATES else 1.0)
            columns += list(chosen.T)
            if is_flow(variable) and len(years) > 1:
                columns.append(chosen.sum(axis=1))
        return np.stack([c for c in columns if c is not None], axis=1)

    def met(self, values: FloatArray) -> NDArray[np.bool_]:
        """Say which draws, (draw, target), meet the targets, of values of all outcomes."""
        return np.stack([meets(values[:, i], t) for i, t in enumerate(self.targets)], axis=1)


def is_flow(variable: Variable) -> bool:
    """Whether years of a variable add up."""
    known = load_catalogue().indicators[variable.indicator]
    return known.kind == "flow" and variable.measure == "level"


def ask(
    bench: Workbench,
    scenario: Scenario,
    targets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    year: int | None = None,
) -> Asked:
    """Find what is meant; by default the headline target, or output where there is none.

    Raises
    ------
    UsageError
        ``E-SENS-901`` for an unknown target or one without a projection, ``E-SENS-902`` for an
        unknown indicator, ``E-SENS-906`` for a year that is not projected.
    """
    whole = bench.projector.run({scenario.name: Run(scenario)})
    paths, ledger = whole.scenarios[scenario.name], bench.ledger
    if indicators:
        years = {
            (v := _variable(paths, name)): _years(whole, paths.variables[v], year)
            for name in dict.fromkeys(indicators)
        }
        return Asked(ledger, scenario, years, ())
    if targets:
        wanted = tuple(_target(ledger, whole, paths, name) for name in dict.fromkeys(targets))
        if year is not None:
            raise UsageError("E-SENS-909", str(year), target=wanted[0].id)
        return Asked(ledger, scenario, {}, wanted)
    headline = headline_target(ledger, whole, paths)
    if headline is not None and year is None:
        return Asked(ledger, scenario, {}, (headline,))
    variable = HEADLINE if HEADLINE in paths.variables else min(paths.variables)
    years = {variable: _years(whole, paths.variables[variable], year)}
    return Asked(ledger, scenario, years, ())


def headline_target(ledger: Ledger, projection: Projection, paths: ScenarioPaths) -> Target | None:
    """Give the farthest target of output in force that the model has a say on, if there is one."""
    known = [
        t for t in ledger.targets
        if t.in_force and t.indicator == HEADLINE.indicator and t.measure == "level"
        and not t.breakdown and t.id not in paths.by_construction
        and _is_open(ledger, projection, paths, t)
    ]  # fmt: skip
    return max(known, key=lambda t: t.period.stop, default=None)


def _is_open(ledger: Ledger, projection: Projection, paths: ScenarioPaths, target: Target) -> bool:
    """Whether the period of a target is ahead and every draw has a value in it."""
    over = target.period.year < projection.axis.first_year
    if over or (target.indicator in NEEDS_BASIS and not target.price_basis):
        return False
    values = target_values(ledger, projection, paths, target)
    return values is not None and bool(np.isfinite(values).all())


def _target(ledger: Ledger, projection: Projection, paths: ScenarioPaths, name: str) -> Target:
    known = {t.id: t for t in ledger.targets}
    if name not in known:
        raise UsageError("E-SENS-901", name, **nearest(name, known))
    target = known[name]
    if target.id in paths.by_construction:
        raise UsageError("E-SENS-904", name)
    if not _is_open(ledger, projection, paths, target):
        others = [i for i, t in known.items() if _is_open(ledger, projection, paths, t)]
        raise UsageError("E-SENS-903", name, allowed=", ".join(others[:12]) or "–")
    return target


def _variable(paths: ScenarioPaths, name: str) -> Variable:
    """Find the variable meant by an indicator: the headline one, else the broadest level."""
    code, _, basis = name.partition(AT)
    known = [v for v in paths.variables if v.indicator == code and "method:" not in v.breakdown]
    known = [v for v in known if _annual_known(paths.variables[v])]
    if basis:
        known = [v for v in known if v.price_basis == basis]
    if not known:
        every = {v.indicator for v in paths.variables}
        bases = {f"{v.indicator}{AT}{v.price_basis}" for v in paths.variables if v.price_basis}
        raise UsageError("E-SENS-902", name, **nearest(name, every | (bases if basis else set())))

    def rank(variable: Variable) -> tuple[bool, bool, bool, bool, Variable]:
        return (
            variable not in HEADLINES or bool(basis), bool(variable.breakdown),
            "established" not in variable.breakdown, variable.measure in RATES, variable,
        )  # fmt: skip

    return min(known, key=rank)


def _years(projection: Projection, paths: Paths, year: int | None) -> tuple[int, ...]:
    """Give the years in which every draw has a figure, or refuse another one."""
    annual = _annual(paths)
    last = projection.axis.last_year
    first = last + 1 - annual.shape[1]
    found = tuple(first + int(c) for c in np.flatnonzero(np.isfinite(annual).all(axis=0)))
    if year is not None and year not in found:
        raise UsageError("E-SENS-906", str(year), allowed=", ".join(map(str, found)) or "–")
    return found


def _annual_known(paths: Paths) -> bool:
    return paths.annual is not None and bool(np.isfinite(paths.annual).all(axis=0).any())


def _annual(paths: Paths) -> FloatArray:
    assert paths.annual is not None
    return paths.annual
