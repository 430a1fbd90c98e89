"""What would close the gap to a target, asked of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kichban.errors import UsageError
from kichban.ledger import Ledger, Target
from kichban.ledger.tables import nearest
from kichban.numbers import FloatArray
from kichban.projection import Projection, Projector, Run, ScenarioPaths, Variable
from kichban.scenario import Scenario
from kichban.study.goals.levers import Lever, choose_levers, make_lever, moved, settings_text
from kichban.study.goals.limits import (
    Corner,
    Limit,
    lever_limits,
    rule_limits,
    uncertainty_limits,
)
from kichban.study.request import Request
from kichban.target import (
    Dates,
    GapRow,
    LeverSearch,
    Reading,
    Sought,
    crossing_error,
    dates_of,
    gap_to_target,
    read_draws,
    seek,
    target_values,
    variable_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from kichban.study.study import Study
    from kichban.study.workbench import Workbench

#: growth of the volume of output, from which bounds of what is added to it are told
COURSES = {"growth.volume": Variable("iip", "", "growth_yoy", "percent")}
#: why a target cannot be sought, by the remark of its gap
REFUSED = {
    "identity_part": "E-SEEK-012", "not_comparable": "E-SEEK-013", "no_projection": "E-SEEK-014",
    "by_construction": "E-SEEK-015",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one lever that alone makes the target met, or the end of its room.

    `above` says whether the target is met above it, `beyond` whether it lies outside the bounds
    that warn, `error` is the Monte-Carlo error of the value, `reading` what the draws say there.
    """

    lever: Lever
    value: float
    above: bool
    beyond: bool
    error: float
    reading: Reading


@dataclass(frozen=True, slots=True)
class Together:
    """All levers at some values, what the draws say there, and which levers end at a bound."""

    values: FloatArray
    reading: Reading
    at_bound: tuple[bool, ...]


@dataclass(frozen=True)
class SeekResult:
    """What would close the gap of a scenario to a target.

    Quantities of the target are in its own unit (per cent for rates), values of levers in theirs
    (fractions). Readings are signed so that higher is better; :meth:`plain` gives them back.

    Attributes
    ----------
    gap
        The gap as it stands.
    now
        What the draws say as things stand.
    searches, found
        Each lever alone, and every value of one at which the target begins or ceases to be met.
    mix
        The least effort of all levers together that meets the target.
    ends
        All levers at their better ends, where the target is not met now and no mix does it.
    far
        The same up to the bounds that are never crossed, where no single lever does it there.
    limits
        What holds it back there, the strongest first.
    dates
        When it is met if nothing changes, for levels and stocks.
    """

    target: Target
    scenario: Scenario
    probability: float
    draws: int
    levers: tuple[Lever, ...]
    gap: GapRow
    now: Reading
    searches: tuple[LeverSearch, ...]
    found: tuple[Found, ...]
    mix: Together | None
    ends: Together | None
    far: Together | None
    limits: tuple[Limit, ...]
    dates: Dates | None

    @property
    def met(self) -> bool:
        """Whether the target is met as it stands, with the probability asked for."""
        return self.now.quantile >= goal_of(self.target)

    @property
    def current_year(self) -> bool:
        """Whether the target's year has begun."""
        return bool(self.levers) and self.target.period.year < self.levers[0].first_year

    @property
    def idle(self) -> bool:
        """Whether no lever has any effect on the target."""
        return all(search.shape == "flat" for search in self.searches)

    def plain(self, quantity: float) -> float:
        """Give a signed quantity in the target's own sense."""
        return quantity * sign_of(self.target)

    @property
    def best_values(self) -> FloatArray | None:
        """What a scenario file should say: the mix, else the nearest single lever that does it."""
        if self.mix is not None:
            return self.mix.values
        if self.met or not self.found:
            return None
        here = np.array([lever.span.now for lever in self.levers])
        nearest_one = min(
            self.found,
            key=lambda f: (f.beyond, abs(f.value - f.lever.span.now) / f.lever.span.width),
        )
        here[self.levers.index(nearest_one.lever)] = nearest_one.value
        return here

    @property
    def settings(self) -> str:
        """What to write into a scenario file, empty where nothing does it or nothing is needed."""
        values = self.best_values
        return "" if values is None else settings_text(self.levers, values)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of ``seek.csv``."""
        from kichban.study.edition import read_table
        from kichban.study.goals.table import seek_csv

        return read_table(seek_csv(self))


def seek_target(
    study: Study, target_id: str, levers: Sequence[str], probability: float, request: Request
) -> SeekResult:
    """Find what would close the gap of the request's scenario to a target.

    Raises
    ------
    UsageError
        For a probability that is none, and for a target that is unknown, over, a term of an
        identity, not comparable, not projected, or met by construction.
    InputError
        With every parameter that cannot be moved.
    """
    # what is wrong with the call is told before anything long begins
    ledger = study.ledger(request.as_of, confidential=request.confidential)
    target = _checked(ledger, target_id, probability)
    scenarios, _ = study.scenarios(request.overrides)
    choose_levers(levers, scenarios[request.scenarios[0]], study.parameters)
    request = replace(request, horizon=max(request.horizon, target.period.year))
    return seek_on(study.workbench(request), target_id, levers, probability)


def seek_on(
    bench: Workbench, target_id: str, levers: Sequence[str], probability: float
) -> SeekResult:
    """Do the same on a workbench, with the first scenario of its request."""
    target = _checked(bench.ledger, target_id, probability)
    scenario = bench.scenarios[bench.given.request.scenarios[0]]
    chosen = choose_levers(levers, scenario, bench.given.parameters)
    asker = Asker.of(bench, scenario, target, probability)
    gap = asker.gap()
    first = asker.base.axis.first_year + 1
    made = tuple(make_lever(p, scenario, first, asker.course(p.key)) for p in chosen)
    return _result(replace(asker, levers=made), gap)


def _checked(ledger: Ledger, target_id: str, probability: float) -> Target:
    if not 0.0 < probability < 1.0:
        raise UsageError("E-SEEK-010", f"{probability:g}")
    return find_target(ledger, target_id)


def find_target(ledger: Ledger, target_id: str) -> Target:
    """Find a target that is visible; refuse what is none.

    Raises
    ------
    UsageError
        ``E-SEEK-011`` with the nearest id.
    """
    known = {t.id: t for t in ledger.targets}
    if target_id not in known:
        raise UsageError("E-SEEK-011", target_id, **nearest(target_id.upper(), known))
    return known[target_id]


def sign_of(target: Target) -> float:
    """Give −1 for a target that means at most, so that higher is always better."""
    return -1.0 if target.resolved_sense == "<=" else 1.0


def goal_of(target: Target) -> float:
    """Give the signed target, less what :func:`~kichban.target.meets` lets pass."""
    at_most = target.resolved_sense == "<=" and target.upper is not None
    value = target.upper if at_most and target.upper is not None else target.value
    return sign_of(target) * value - 1e-9 * abs(target.value)


@dataclass(frozen=True)
class Asker:
    """Runs a scenario with moved levers and reads the target off it; remembers what it read."""

    bench: Workbench
    projector: Projector
    scenario: Scenario
    target: Target
    probability: float
    base: Projection
    levers: tuple[Lever, ...] = ()
    known: dict[tuple[float, ...], Reading] = field(default_factory=dict)

    @classmethod
    def of(cls, bench: Workbench, scenario: Scenario, target: Target, probability: float) -> Asker:
        """Run the scenario as it stands; later runs compute only what the target needs."""
        own = variable_of(target)
        wide = bench.asking({own, *COURSES.values()})
        base = wide.run({"": Run(scenario)})
        return cls(bench, bench.asking({own}), scenario, target, probability, base)

    @property
    def standing(self) -> ScenarioPaths:
        """Paths of the scenario as it stands."""
        return self.base.scenarios[""]

    def gap(self) -> GapRow:
        """Give the gap as it stands.

        Raises
        ------
        UsageError
            Where the target cannot be sought.
        """
        ledger = replace(self.bench.ledger, targets=(self.target,))
        rows = gap_to_target(ledger, self.base)
        if not rows:
            raise UsageError("E-SEEK-016", self.target.id, period=self.target.period.text)
        remark = rows[0].remark
        if remark in REFUSED:
            raise UsageError(REFUSED[remark], self.target.id, scenario=self.scenario.name)
        if self.target.resolved_sense == "=":
            raise UsageError("E-SEEK-017", self.target.id)
        if not np.isfinite(rows[0].probability):
            raise UsageError("E-SEEK-016", self.target.id, period=self.target.period.text)
        return rows[0]

    def course(self, key: str) -> list[float]:
        """Give the medians by year of a path that a lever is added to, up to the target's year."""
        paths = self.standing.variables.get(COURSES.get(key, variable_of(self.target)))
        if key not in COURSES or paths is None or paths.annual is None:
            return []
        ahead = self.target.period.year - self.base.axis.first_year
        medians = np.median(paths.annual, axis=0)[1 : ahead + 1]
        return [float(m) for m in medians if np.isfinite(m)]

    def values(self, runs: Mapping[str, Run]) -> dict[str, FloatArray]:
        """Give the signed (draw,) values of the target's indicator in runs."""
        found = self.projector.run(runs)
        return {name: self._signed(found, paths) for name, paths in found.scenarios.items()}

    def _signed(self, projection: Projection, paths: ScenarioPaths) -> FloatArray:
        values = target_values(self.bench.ledger, projection, paths, self.target)
        assert values is not None  # its gap was told
        return sign_of(self.target) * values

    def moved(self, point: Iterable[float]) -> Scenario:
        """Give the scenario with the levers at a point."""
        return moved(self.scenario, self.levers, point, self.bench.given.parameters)

    def read(self, values: FloatArray) -> Reading:
        """Read the quantile asked for."""
        return read_draws(values, goal_of(self.target), self.probability, self.base.block)

    def readings(self, points: FloatArray) -> list[Reading]:
        """Read (point, lever) points; all that are new run side by side."""
        keys = [tuple(float(v) for v in point) for point in points]
        new = {str(i): key for i, key in enumerate(keys) if key not in self.known}
        found = self.values({name: Run(self.moved(key)) for name, key in new.items()})
        self.known.update({key: self.read(found[name]) for name, key in new.items()})
        return [self.known[key] for key in keys]

    def quantiles(self, points: FloatArray) -> FloatArray:
        """Give the (point,) quantiles of (point, lever) points."""
        return np.array([r.quantile for r in self.readings(points)])

    def dates(self) -> Dates | None:
        """Tell when the target is met if nothing changes."""
        return dates_of(self.target, self.standing, self.base.axis)


def _result(asker: Asker, gap: GapRow) -> SeekResult:
    levers, spans = asker.levers, [lever.span for lever in asker.levers]
    here = np.array([s.now for s in spans])
    asker.known[tuple(float(v) for v in here)] = asker.read(
        asker._signed(asker.base, asker.standing)
    )
    goal = goal_of(asker.target)
    sought = seek(asker.quantiles, spans, goal, np.ones(len(spans)))
    met = sought.now >= goal
    (now,) = asker.readings(here[None])
    found = _found(asker, sought)
    short = not met and sought.mix is None
    return SeekResult(
        asker.target, asker.scenario, asker.probability, asker.base.draws, levers, gap, now,
        sought.searches, found, _mix(asker, sought),
        _ends(asker, sought.together) if short else None,
        _ends(asker, _furthest(sought)) if short and not found else None,
        _limits(asker, sought) if short else (), asker.dates(),
    )  # fmt: skip


def _found(asker: Asker, sought: Sought) -> tuple[Found, ...]:
    """Round every crossing to what is printed, towards where the target is met, and read it."""
    here = np.array([lever.span.now for lever in asker.levers])
    goal = goal_of(asker.target)
    places = []
    for i, search in enumerate(sought.searches):
        for root in search.roots:
            value = asker.levers[i].rounded(root.value, up=root.above)
            point = here.copy()
            point[i] = value
            places.append((i, root, point))
    if not places:
        return ()
    readings = asker.readings(np.stack([point for _, _, point in places]))
    return tuple(
        Found(
            asker.levers[i], float(point[i]), root.above, root.beyond,
            _error(asker, sought.searches[i].at, i, root.value, goal), reading,
        )
        for (i, root, point), reading in zip(places, readings, strict=True)
    )  # fmt: skip


def _error(asker: Asker, at: FloatArray, lever: int, root: float, goal: float) -> float:
    """Give the Monte-Carlo error of a crossing from the points tried around it."""
    here = [own.span.now for own in asker.levers]
    readings = [asker.known[(*here[:lever], float(v), *here[lever + 1 :])] for v in at]
    low = np.array([r.low for r in readings])
    high = np.array([r.high for r in readings])
    # only the run of points around this crossing in which each band crosses once
    middle = np.array([r.quantile for r in readings]) >= goal
    others = np.flatnonzero(middle[1:] != middle[:-1])
    own = int(np.argmin([min(abs(at[i] - root), abs(at[i + 1] - root)) for i in others]))
    first = others[own - 1] + 1 if own else 0
    last = others[own + 1] + 1 if own + 1 < len(others) else len(at)
    return crossing_error(at[first:last], low[first:last], high[first:last], goal)


def _ends(asker: Asker, values: FloatArray) -> Together | None:
    here = np.array([lever.span.now for lever in asker.levers])
    if (values == here).all():
        return None
    (reading,) = asker.readings(values[None])
    bounds = [(s.low, s.high, s.limit_low, s.limit_high) for s in (x.span for x in asker.levers)]
    at_bound = tuple(float(v) in ends for v, ends in zip(values, bounds, strict=True))
    return Together(values, reading, at_bound)


def _furthest(sought: Sought) -> FloatArray:
    """Give the best of all values tried of each lever, those beyond its bounds included."""
    return np.array(
        [
            s.best_at if s.reach.max() <= s.best else float(s.at[s.reach.argmax()])
            for s in sought.searches
        ]
    )


def _mix(asker: Asker, sought: Sought) -> Together | None:
    if sought.mix is None:
        return None
    values = np.array(
        [
            value if value == lever.span.now else lever.rounded(value, up=value > lever.span.now)
            for value, lever in zip(sought.mix.values.tolist(), asker.levers, strict=True)
        ]
    )
    (reading,) = asker.readings(values[None])
    return Together(values, reading, tuple(bool(b) for b in sought.mix.at_bound))


def _limits(asker: Asker, sought: Sought) -> tuple[Limit, ...]:
    """Tell what holds the target back with all levers at their better ends, the strongest first."""
    scenario = asker.moved(sought.together)
    values = asker.values({"": Run(scenario)})[""]
    corner = Corner(scenario, values, lambda v: asker.read(v).quantile, asker.values)
    parameters = asker.bench.given.parameters
    found = lever_limits(corner, asker.levers, sought.together, asker.quantiles)
    if "land" in asker.projector.settings.parts:
        found += rule_limits(corner, parameters)
    found += uncertainty_limits(corner, asker.projector, parameters)
    return tuple(sorted((x for x in found if x.gain > 0), key=lambda x: -x.gain))
