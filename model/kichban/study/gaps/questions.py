"""Questions about targets that need the draws: sets of them, and what GRDP asks of industry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from kichban.errors import UsageError
from kichban.ledger import Target
from kichban.numbers import FloatArray
from kichban.projection import ScenarioPaths
from kichban.scenario import nearest
from kichban.study.gaps.tables import (
    QUARTER_COLUMNS,
    headline_projection,
    quarter_cells,
    tracked_quarters,
)
from kichban.study.workbench import Workbench
from kichban.target import Joint, joint_probability, target_values, variable_of
from kichban.target.industry import (
    GRDP,
    NEEDED,
    OUTPUT,
    OUTPUT_GROWTH,
    POINTS,
    VALUE_ADDED,
    VOLUME,
    Industry,
    industry_needed,
)


def joint_probabilities(bench: Workbench, targets: Sequence[str]) -> Mapping[str, Joint]:
    """Give how likely a set of targets is met together in each scenario of a request.

    Parameters
    ----------
    targets
        Ids, or names of a `path`, whose steps in force are all meant.

    Raises
    ------
    UsageError
        ``E-GAP-901`` for a target nobody set, ``E-GAP-904`` for one that no scenario projects.
    """
    chosen = _chosen(bench, targets)
    projection = bench.projection([variable_of(t) for t in chosen])
    found = {}
    for name, paths in projection.scenarios.items():
        values = {t.id: target_values(bench.ledger, projection, paths, t) for t in chosen}
        usable = {t.id: _usable(t, values[t.id], paths) for t in chosen}
        found[name] = joint_probability(chosen, usable, projection.block)
    return found


def _chosen(bench: Workbench, names: Sequence[str]) -> list[Target]:
    """Give targets by id and by path, each once."""
    known: dict[str, list[Target]] = {}
    for target in bench.ledger.targets:
        known[target.id] = [target]
        if target.path and target.in_force:
            known.setdefault(target.path, []).append(target)
    for name in names:
        if name not in known:
            raise UsageError("E-GAP-901", name, **nearest(name, known))
    return list({t.id: t for name in names for t in known[name]}.values())


def _usable(target: Target, values: FloatArray | None, paths: ScenarioPaths) -> FloatArray:
    """Refuse a target that cannot be judged in a scenario."""
    stated = target.price_basis or target.indicator != OUTPUT.indicator
    if values is None or not np.isfinite(values).all() or not stated:
        raise UsageError("E-GAP-904", target.id, nearest=target.id)
    if target.id in paths.by_construction:
        raise UsageError("E-GAP-906", target.id)
    return values


class Spread(NamedTuple):
    """P10, P50 and P90; rates as fractions."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class ReverseAnswer:
    """What growth of GRDP asks of industry in one scenario and year.

    `rows` pairs what is projected with what is needed, by name; `chance` is that of the growth
    itself; `quarters` are rows as in the table ``quarters``, for the current year only.
    """

    scenario: str
    year: int
    growth: float
    chance: float
    rows: Mapping[str, tuple[Spread, Spread]]
    quarters: tuple[Mapping[str, str], ...]

    @property
    def document(self) -> dict[str, Any]:
        """Plain values for other programs; rates as fractions."""
        return {
            "scenario": self.scenario, "year": self.year, "growth": self.growth,
            "probability": self.chance,
            "industry": {
                name: {"projected": now._asdict(), "needed": needed._asdict()}
                for name, (now, needed) in self.rows.items()
            },
            "quarters": list(self.quarters),
        }  # fmt: skip


def reverse_question(bench: Workbench, growth: float, year: int | None = None) -> ReverseAnswer:
    """Give what industry needs for GRDP to grow by `growth` (a fraction) in a year.

    Answered in the first scenario of the request: the headline unless another is named.

    Raises
    ------
    UsageError
        ``E-GAP-905`` for a year that is not projected, ``E-GAP-907`` where GRDP is not.
    """
    name = bench.given.request.scenarios[0]
    projection = headline_projection(bench, name)
    axis, variables = projection.axis, projection.scenarios[name].variables
    year = axis.first_year if year is None else year
    if not axis.first_year <= year <= axis.last_year:
        years = {"first": f"{axis.first_year}", "last": f"{axis.last_year}"}
        raise UsageError("E-GAP-905", f"{year}", **years)
    if not all(v in variables for v in NEEDED):
        raise UsageError("E-GAP-907", f"{year}")

    def of(variable: object) -> FloatArray:
        annual = variables[variable].annual  # type: ignore[index]
        assert annual is not None
        return np.asarray(annual[:, year - axis.last_year - 1])

    now = Industry(of(VALUE_ADDED), of(VOLUME), of(OUTPUT_GROWTH), of(OUTPUT))
    projector = bench.projector
    elasticity = projector.draws(bench.scenarios[name])["growth.va_elasticity"][: projection.draws]
    needed = industry_needed(growth, of(GRDP), of(POINTS), elasticity, now)
    fields = ("value_added", "volume", "output_growth", "output")
    rows = {f: (_spread(getattr(now, f)), _spread(getattr(needed, f))) for f in fields}
    quarters: tuple[Mapping[str, str], ...] = ()
    if year == axis.first_year:
        tracked = tracked_quarters(bench, projection, name, "grdp", growth)
        cells = (quarter_cells(bench, name, "grdp", q) for q in tracked)
        quarters = tuple(dict(zip(QUARTER_COLUMNS, c, strict=True)) for c in cells)
    return ReverseAnswer(name, year, growth, float((of(GRDP) >= growth).mean()), rows, quarters)


def _spread(values: FloatArray) -> Spread:
    return Spread(*(float(q) for q in np.quantile(values, (0.1, 0.5, 0.9))))
