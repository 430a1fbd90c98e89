"""Compare the scenarios of one projection on its headline figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kichban.compare.difference import Spread, paired_difference, spread
from kichban.errors import UsageError
from kichban.numbers import FloatArray
from kichban.projection import Axis, Projection, Variable

#: what stands side by side, in the order of the report; of all of them more is better
HEADLINES = (
    Variable("industrial_output", "", "level", "bn_vnd", "current"),
    Variable("exports", "", "level", "mn_usd"),
    Variable("imports", "", "level", "mn_usd"),
    Variable("retail_sales", "", "level", "bn_vnd", "current"),
    Variable("grdp", "", "growth_yoy", "percent"),
    Variable("kcn_area", "", "area_ha", "ha"),
    Variable("kcn_leased", "", "area_ha", "ha"),
    Variable("kcn_workers", "", "count", "workers"),
    Variable("ccn_area", "", "area_ha", "ha"),
    Variable("ccn_leased", "", "area_ha", "ha"),
    Variable("ccn_workers", "", "count", "workers"),
)
UNKNOWN = Spread()


@dataclass(frozen=True, slots=True)
class Compared:
    """One scenario, variable and year; rates are fractions.

    `difference`, `better` and `same` are NaN in the rows of the base itself.
    """

    scenario: str
    variable: Variable
    year: int
    level: Spread
    difference: Spread = UNKNOWN
    better: float = math.nan
    same: float = math.nan


@dataclass(frozen=True, slots=True)
class Comparison:
    """All scenarios beside the base, by variable, year and scenario, the base first."""

    base: str
    years: tuple[int, ...]
    rows: tuple[Compared, ...]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names in order, the base first."""
        return tuple(dict.fromkeys(r.scenario for r in self.rows))


def compare_scenarios(projection: Projection, base: str, years: Sequence[int] = ()) -> Comparison:
    """Give every headline figure of every scenario in some years.

    Parameters
    ----------
    projection
        Scenarios run together: draw i is the same luck in all of them.
    base
        The scenario that the others are held against.
    years
        Years of the projection; none means the next one and the last one.

    Raises
    ------
    UsageError
        ``E-CMP-901`` when `base` was not run, ``E-CMP-902`` when nothing else was,
        ``E-CMP-903`` for a year that is not projected.
    """
    known = tuple(projection.scenarios)
    if base not in known:
        raise UsageError("E-CMP-901", base, allowed=", ".join(known))
    if len(known) < 2:
        raise UsageError("E-CMP-902", base)
    years = chosen_years(projection.axis, years)
    ordered = (base, *(name for name in known if name != base))
    rows = []
    for variable in HEADLINES:
        for year in years:
            against = scenario_draws(projection, base, variable, year)
            for name in ordered:
                values = (
                    against if name == base else scenario_draws(projection, name, variable, year)
                )
                if values is not None:
                    rows.append(
                        _compare(name, variable, year, values, against, is_base=name == base)
                    )
    return Comparison(base, years, tuple(rows))


def chosen_years(axis: Axis, years: Sequence[int] = ()) -> tuple[int, ...]:
    """Give the years to compare in order; none asked for means the next one and the last one.

    Raises
    ------
    UsageError
        ``E-CMP-903`` for a year that is not projected.
    """
    for year in years:
        if not axis.first_year <= year <= axis.last_year:
            first, last = str(axis.first_year), str(axis.last_year)
            raise UsageError("E-CMP-903", str(year), first=first, last=last)
    usual = (min(axis.first_year + 1, axis.last_year), axis.last_year)
    return tuple(sorted(set(years or usual)))


def scenario_draws(
    projection: Projection, scenario: str, variable: Variable, year: int
) -> FloatArray | None:
    """Give the (draw,) values of a variable in a year, ``None`` where it was not projected."""
    paths = projection.scenarios[scenario].variables.get(variable)
    if paths is None or paths.annual is None:
        return None
    column = year - (projection.axis.last_year + 1 - paths.annual.shape[1])
    return paths.annual[:, column] if column >= 0 else None


def _compare(
    scenario: str,
    variable: Variable,
    year: int,
    values: FloatArray,
    base: FloatArray | None,
    *,
    is_base: bool,
) -> Compared:
    level = spread(values)
    if is_base or base is None:
        return Compared(scenario, variable, year, level)
    difference = paired_difference(values, base)
    return Compared(
        scenario, variable, year, level, difference.spread, difference.better, difference.same
    )
