"""Minimal sets of figures that cannot all hold, and the least and greatest value of each figure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from kichban.ledger import age
from kichban.numbers import IntArray
from kichban.reconcile.bounds.programme import Programme, write_programme
from kichban.reconcile.bounds.solver import Solver
from kichban.reconcile.evidence.equations import Equation, Side
from kichban.reconcile.evidence.families import Family

#: how far (relative) a figure may give way before it counts as a contradiction
TOLERANCE = 1e-7
#: what one per cent of change costs: a newer print, or one marked final, gives way less readily,
#: and a rate (whose base may have been revised) more readily than a level
STATUS_PRICE: Mapping[str, float] = MappingProxyType(
    {"estimate": 1.0, "preliminary": 1.2, "actual": 1.5}
)
RATE_PRICE = 0.6
#: a figure the estimate does not follow gives way this much more readily
DOUBTED = 0.02
#: a set of this many others is small enough; larger ones are sought smaller so often
FEW, REWEIGHTINGS = 3, 4


@dataclass(frozen=True, slots=True)
class Conflict:
    """Figures that cannot all hold.

    Attributes
    ----------
    culprit
        Index of the equation that gives way with the least change.
    others
        Indices of the equations that contradict it: an irreducible set (Gleeson & Ryan 1990).
    implied
        (low, high) of the level or ratio that the others allow; NaN at an open end.
    distance
        By how much (relative) the culprit lies outside.
    """

    culprit: int
    others: tuple[int, ...]
    implied: tuple[float, float]
    distance: float


class Bounds:
    """What the figures that do not contradict each other allow."""

    def __init__(
        self, families: Sequence[Family], equations: Sequence[Equation],
        doubted: Collection[str] = (),
    ) -> None:  # fmt: skip
        """Find the conflicts; where figures must give way, let those in `doubted` do so first.

        The conflicts owe nothing to a model; which side of one the bounds are taken from may.
        """
        self.programme: Programme = write_programme(families, equations)
        weak = {*doubted, *_superseded(equations)}
        self.conflicts, out = _all_conflicts(self.programme, weak)
        self._out = sorted(out)
        self.contested = frozenset(i for c in self.conflicts for i in (c.culprit, *c.others))
        self._solvers: dict[int, Solver] = {}
        self._asked: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, float]] = {}

    def of(self, top: Sequence[Side], bottom: Sequence[Side] = ()) -> tuple[float, float]:
        """Give least and greatest value of a sum or ratio; (0, ∞) where nothing bounds it."""
        programme = self.programme
        above = programme.columns(top)
        below = programme.columns(bottom) if bottom else {}
        if above is None and not bottom and len(top) == 1:
            return self._loosely(top[0])
        if above is None or below is None:
            return 0.0, math.inf
        components = {int(programme.component[c]) for c in (*above, *below)}
        if len(components) == 1 and (alone := self._alone.get(next(iter(components)))) is not None:
            e = programme.equations[alone]
            if (e.top, e.bottom) == (tuple(top), tuple(bottom)):
                return e.low, e.high
        if len(components) > 1 and bottom:
            return self._across(components, above, below, top, bottom)
        low = high = 0.0
        for component in sorted(components):
            own = {c: v for c, v in above.items() if programme.component[c] == component}
            solver = self._solver(component)
            if solver is None or not (solver.levels or bottom):
                return 0.0, math.inf
            least, most = solver.range_of(own, below or None)
            low, high = low + least, high + most
        return low, high

    @cached_property
    def _alone(self) -> Mapping[int, int]:
        """Components with a single figure, which is all there is to say of it."""
        owners = {
            component: set(self.programme.owner[rows].tolist()) - {-1}
            for component, rows in self.programme.rows_of.items()
        }
        return {c: own.pop() for c, own in owners.items() if len(own) == 1}

    def _across(
        self, components: Collection[int], above: Mapping[int, float],
        below: Mapping[int, float], top: Sequence[Side], bottom: Sequence[Side],
    ) -> tuple[float, float]:  # fmt: skip
        """Bound a ratio whose parts share no figure.

        With levels it is their quotient; growth of a whole lies between that of its parts.
        """
        found = []
        for component in sorted(components):
            over, under = (
                {c: v for c, v in side.items() if self.programme.component[c] == component}
                for side in (above, below)
            )
            solver = self._solver(component)
            if solver is None or not over or not under:
                return _quotient(self.of(top), self.of(bottom))
            found.append(solver.range_of(over, under))
        return min(low for low, _ in found), max(high for _, high in found)

    def _loosely(self, side: Side) -> tuple[float, float]:
        """Bound a period that cuts a stretch: from what lies within to what it touches."""
        at = self.programme.axis_of.get(side.node)
        touching = self.programme.axes[at].touching(side) if at is not None else None
        if touching is None:
            return 0.0, math.inf
        inside = self.programme.axes[at].inside(side) if at is not None else ()
        if (inside, touching) not in self._asked:
            self._asked[inside, touching] = self._between(inside, touching)
        return self._asked[inside, touching]

    def _between(self, inside: Sequence[int], touching: Sequence[int]) -> tuple[float, float]:
        low, high = 0.0, 0.0
        for columns, least in ((inside, True), (touching, False)):
            for component in sorted({int(self.programme.component[c]) for c in columns}):
                own = {c: 1.0 for c in columns if self.programme.component[c] == component}
                solver = self._solver(component)
                if solver is None or not solver.levels:
                    return 0.0, math.inf
                found = solver.range_of(own)
                low, high = (low + found[0], high) if least else (low, high + found[1])
        return low, high

    def _solver(self, component: int) -> Solver | None:
        if component not in self._solvers:
            rows = self.programme.rows_of.get(component)
            if rows is None:
                return None
            kept = rows[~np.isin(self.programme.owner[rows], self._out)]
            self._solvers[component] = Solver(self.programme, kept)
        return self._solvers[component]


def _superseded(equations: Sequence[Equation]) -> Iterator[str]:
    """Name the prints that a newer print of the same figure does not agree with."""
    groups: dict[tuple[tuple[Side, ...], tuple[Side, ...]], list[Equation]] = {}
    for e in equations:
        groups.setdefault((e.top, e.bottom), []).append(e)
    for prints in groups.values():
        newest = max(prints, key=lambda e: age(e.statement))
        for e in prints:
            if e.high < newest.low or e.low > newest.high:
                yield e.statement.id


def _quotient(top: tuple[float, float], bottom: tuple[float, float]) -> tuple[float, float]:
    low = top[0] / bottom[1] if bottom[1] > 0 else 0.0
    return low, top[1] / bottom[0] if bottom[0] > 0 else math.inf


def _all_conflicts(
    programme: Programme, doubted: Collection[str]
) -> tuple[tuple[Conflict, ...], set[int]]:
    """Give the conflicts, and every figure that must give way for the rest to hold."""
    found: list[Conflict] = []
    out: set[int] = set()
    for rows in programme.rows_of.values():
        culprits = _culprits(programme, rows, ())
        out.update(_culprits(programme, rows, doubted) if culprits and doubted else culprits)
        firm = rows[~np.isin(programme.owner[rows], culprits)]
        explained = (_explain(programme, rows, firm, i) for i in culprits)
        found.extend(c for c in explained if c is not None)
    return tuple(found), out


def _culprits(programme: Programme, rows: IntArray, doubted: Collection[str]) -> list[int]:
    """Let every figure give way at a price, and name those that must."""
    owners = sorted({int(i) for i in programme.owner[rows] if i >= 0})
    if len(owners) < 2:
        return []
    solver = Solver(programme, rows, owners)
    solver.fix()
    prices = {i: _price(programme.equations[i]) for i in owners}
    for i in owners:
        if programme.equations[i].statement.id in doubted:
            prices[i] *= DOUBTED
    solver.minimise({solver.slack[i]: p for i, p in prices.items()})
    slack = solver.solution()
    return [i for i in owners if slack[solver.slack[i]] > TOLERANCE]


def _price(e: Equation) -> float:
    published = e.statement.published
    recent = (published.toordinal() - 730000) / 36525 if published else 0.0
    rate = 1.0 if e.kind in ("level", "plan") else RATE_PRICE
    return rate * (STATUS_PRICE.get(e.statement.status, 1.0) + 0.1 * recent)


def _explain(programme: Programme, rows: IntArray, firm: IntArray, culprit: int) -> Conflict | None:
    """Name the few figures that say otherwise, and what they allow."""
    e = programme.equations[culprit]
    if (same := _same_figure(programme, firm, e)) is not None:
        low, high = programme.equations[same].low, programme.equations[same].high
        return Conflict(culprit, (same,), (low, high), _distance(e, (low, high), 0.0))
    own = rows[programme.owner[rows] == culprit]
    if e.bottom:  # the base is held at one: no trace of it need be asked for
        firm = firm[(programme.owner[firm] >= 0) | (programme.limit[firm] == 0)]
    top, bottom = programme.columns(e.top) or {}, programme.columns(e.bottom) or {}
    others, share = _few(programme, np.concatenate([firm, own]), culprit, bottom)
    if not others:
        return None
    sums = firm[programme.owner[firm] < 0]
    alone = Solver(programme, np.concatenate([firm[np.isin(programme.owner[firm], others)], sums]))
    implied = (math.nan, math.nan)
    if all(c in alone.where for c in (*top, *bottom)) and (bottom or alone.levels):
        low, high = alone.range_of(top, bottom or None)
        implied = (low if low > -math.inf else math.nan, high if high < math.inf else math.nan)
    return Conflict(culprit, others, implied, _distance(e, implied, share))


def _same_figure(programme: Programme, firm: IntArray, e: Equation) -> int | None:
    """Name another print of the very figure, if it leaves no room for this one."""
    for i in sorted({int(i) for i in programme.owner[firm] if i >= 0}):
        other = programme.equations[i]
        if (other.top, other.bottom) == (e.top, e.bottom) and (
            other.low > e.high or other.high < e.low
        ):
            return i
    return None


def _few(
    programme: Programme, rows: IntArray, culprit: int, bottom: Mapping[int, float]
) -> tuple[tuple[int, ...], float]:
    """Give an irreducible set with few members.

    All figures give way together; what keeps their common share above nought is such a set, and
    the culprit is in it, for without it the figures agree. Where it has many members, those that
    push least are made to count more, which drives them out (reweighted ℓ1).
    """
    owners = sorted({int(i) for i in programme.owner[rows] if i >= 0})
    weights = dict.fromkeys(owners, 1.0)
    best: tuple[int, ...] = ()
    share = math.nan
    for _ in range(REWEIGHTINGS):
        solver = Solver(programme, rows, owners, together=weights)
        solver.fix(bottom or None)
        found = solver.minimise({solver.slack[culprit]: 1.0})
        pushing = solver.pushing()
        others = tuple(sorted(i for i in pushing if i != culprit))
        if not math.isfinite(found) or not others:
            break
        if not best or len(others) < len(best):
            best, share = others, found
        if len(best) < FEW:
            break
        most = max(pushing.values())
        weights = {i: most / (pushing.get(i, most) + 0.01 * most) for i in owners}
    return _irreducible(programme, rows, best, culprit, bottom), share


def _irreducible(
    programme: Programme, rows: IntArray, others: tuple[int, ...], culprit: int,
    bottom: Mapping[int, float],
) -> tuple[int, ...]:  # fmt: skip
    """Leave out every member without which the rest still contradict the culprit.

    The dual is irreducible among all rows; among the figures alone it need not be, since levels
    are never negative and parts add up whatever is printed.
    """
    if len(others) < 2:
        return others
    own = np.isin(programme.owner[rows], [*others, culprit])
    solver = Solver(programme, rows[own | (programme.owner[rows] < 0)], others)
    solver.fix(bottom or None)
    solver.release(())
    dropped: list[int] = []
    for i in others:
        solver.release([*dropped, i])
        if len(dropped) + 1 < len(others) and math.isnan(solver.minimise({})):
            dropped.append(i)
    return tuple(i for i in others if i not in dropped)


def _distance(e: Equation, implied: tuple[float, float], share: float) -> float:
    """Give how far (relative) a figure lies outside what the others allow."""
    low, high = implied
    if e.low > high > 0:
        return e.low / high - 1
    return low / e.high - 1 if 0 < e.high < low else share
