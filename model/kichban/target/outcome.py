"""What a target is about: its variable, its values draw by draw, and whether they meet it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kichban.ledger import Ledger, Target, newest_print
from kichban.numbers import FloatArray
from kichban.periods import year_period
from kichban.projection import RATES, Projection, ScenarioPaths, Variable


def target_variables(ledger: Ledger) -> frozenset[Variable]:
    """Name the variables whose paths the gaps of a ledger's targets need."""
    return frozenset(variable_of(t) for t in ledger.targets)


def variable_of(target: Target) -> Variable:
    """Name the projected variable a target is about; the planned total is all established."""
    breakdown = "+".join(p for p in target.breakdown.split("+") if p and p != "stage:planned")
    measure = "growth_yoy" if target.measure == "growth_avg" else target.measure
    unit = "percent" if measure == "growth_yoy" else target.unit
    money = target.measure == "level" and unit == "bn_vnd"
    basis = target.price_basis or ("current" if money else "")
    return Variable(target.indicator, breakdown, measure, unit, basis)


def target_values(
    ledger: Ledger, projection: Projection, scenario: ScenarioPaths, target: Target
) -> FloatArray | None:
    """Give (draw,) values of the target's indicator in its period, per cent for rates."""
    variable = variable_of(target)
    paths = scenario.variables.get(variable)
    axis = projection.axis
    if paths is None or target.period.year > axis.last_year:
        return None
    scale = 100.0 if variable.measure in RATES else 1.0
    if target.measure == "growth_avg":
        return _average_growth(ledger, projection, paths.annual, target)
    if target.kind == "cumulative":
        return _cumulated(ledger, projection, paths.annual, target)
    if target.period.kind == "quarter":
        column = target.period.start // 3 - axis.first_quarter
        quarterly = paths.quarterly
        return None if quarterly is None or column < 0 else quarterly[:, column] * scale
    if paths.annual is None:
        return None
    first = axis.last_year + 1 - paths.annual.shape[1]
    column = target.period.year - first
    return None if column < 0 else paths.annual[:, column] * scale


def _average_growth(
    ledger: Ledger, projection: Projection, annual: FloatArray | None, target: Target
) -> FloatArray | None:
    """Join printed growth of past years with the draws of the others, as one yearly average."""
    found = _year_by_year(ledger, projection, annual, target, "growth_yoy")
    if found is None:
        return None
    logs = [np.log1p(v / 100.0 if isinstance(v, float) else v) for v in found]
    return np.asarray(100.0 * np.expm1(sum(logs) / len(logs)))


def _cumulated(
    ledger: Ledger, projection: Projection, annual: FloatArray | None, target: Target
) -> FloatArray | None:
    """Add up printed levels of past years and the draws of the others."""
    found = _year_by_year(ledger, projection, annual, target, "level")
    return None if found is None else np.asarray(sum(found))


def _year_by_year(
    ledger: Ledger,
    projection: Projection,
    annual: FloatArray | None,
    target: Target,
    measure: str,
) -> list[float | FloatArray] | None:
    """Give the years of a target: the newest print of past ones, draws of the others.

    ``None`` where a past year was not printed.
    """
    if annual is None:
        return None
    first = projection.axis.last_year + 1 - annual.shape[1]
    basis = variable_of(target).price_basis if measure == "level" else None
    found: list[float | FloatArray] = []
    for year in range(target.period.first_year, target.period.year + 1):
        if year >= first:
            found.append(annual[:, year - first])
            continue
        known = ledger.select(target.indicator, target.breakdown, measure, price_basis=basis)
        rows = [s for s in known if not s.is_plan and s.period == year_period(year)]
        if not rows:
            return None
        found.append(newest_print(rows).value)
    return found


def meets(values: FloatArray, target: Target) -> NDArray[np.bool_]:
    """Whether each value satisfies the sense; the bits beyond nine digits do not decide.

    A range is met from its lower end on; one that is to be kept exactly (``=``) between its ends,
    a figure by what is printed like it.
    """
    slack = 1e-9 * abs(target.value)
    if target.resolved_sense == "<=":
        upper = target.value if target.upper is None else target.upper
        return np.asarray(values <= upper + slack)
    if target.resolved_sense == ">=":
        return np.asarray(values >= target.value - slack)
    half = 0.0 if target.upper is not None else target.resolution / 2.0
    upper = target.value if target.upper is None else target.upper
    return np.asarray((values >= target.value - half - slack) & (values <= upper + half + slack))
