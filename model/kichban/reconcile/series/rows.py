"""Rows of the estimated series: as printed, derived from prints, or estimated."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.catalogue import Catalogue
from kichban.ledger import Statement, age, newest_print
from kichban.periods import Period, from_months
from kichban.reconcile.bounds.conflicts import Bounds
from kichban.reconcile.estimate.layout import Block
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.estimate.quality import Axis
from kichban.reconcile.estimate.reading import Functional, Values, read_values
from kichban.reconcile.evidence.equations import Equation, Node, Release, Side
from kichban.reconcile.evidence.families import REST
from kichban.reconcile.series.history import Origin, SeriesRow, covered

#: where the figures fix only growth no level is given: an interval this wide says nothing
WIDEST = 2.0
#: growth nobody printed is given where less than this share of its variance is the prior's
MOST_PRIOR = 0.5
#: a print further than this many sd from the estimate is overruled by it
TRUSTED = 2.0
#: log error of a difference of prints beyond that of the estimate [J]
DERIVED_SD = 0.02


def estimated_rows(
    estimate: Estimate, bounds: Bounds, catalogue: Catalogue, reaches: Mapping[Axis, float]
) -> list[SeriesRow]:
    """Give levels of all estimated series, and growth where the figures fix no level.

    `reaches` says how many sd an 80 % interval reaches.
    """
    found: list[SeriesRow] = []
    for block in estimate.layout.blocks:
        maker = _Maker(estimate, bounds, catalogue, block, reaches[block.family.axis])
        for node in block.nodes:
            if REST not in node.breakdown and not node.plan:
                found.extend(maker.levels(node))
                found.extend(maker.growth(node))
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A value to be read: its period, its sides, and the prints of it."""

    period: Period
    functional: Functional
    prints: tuple[Statement, ...]


class _Maker:
    """Makes the rows of one family."""

    def __init__(
        self, estimate: Estimate, bounds: Bounds, catalogue: Catalogue, block: Block, reach: float
    ) -> None:
        self.estimate, self.bounds, self.reach = estimate, bounds, reach
        self.catalogue, self.block, self.family = catalogue, block, block.family
        self.equations = [estimate.equations[i] for i in self.family.equations]
        self.release = {e.statement.id: e.release for e in self.equations}
        contested = {e.release for i in self.family.equations if i in bounds.contested
                     for e in (estimate.equations[i],)}  # fmt: skip
        # An official print stands unless other prints contradict it: smoothness does not.
        self.trusted: Mapping[Release, bool] = {
            r: r not in contested
            or bool(abs(estimate.state[place]) <= TRUSTED * estimate.release_sd[place])
            for r, place in block.releases.items()
        }

    def levels(self, node: Node) -> Iterator[SeriesRow]:
        """Levels: as printed, derived from prints, or estimated."""
        own = [e for e in self.equations if e.kind == "level" and e.top[0].node == node]
        if not own:
            return
        prints: dict[tuple[int, int], list[Statement]] = defaultdict(list)
        periods: dict[tuple[int, int], Period] = {}
        for e in own:
            span = (e.top[0].start, e.top[0].stop)
            prints[span].append(e.statement)
            assert e.statement.period is not None
            days = self.family.axis == "days"
            periods[span] = e.statement.period if days else from_months(*span)
        for span in self._calendar(node):
            periods.setdefault(span, from_months(*span))
        wanted = [
            _Wanted(periods[s], (Side(node, *s),), tuple(sorted(prints.get(s, ()), key=age)))
            for s in sorted(periods)
        ]
        values = read_values(self.estimate, [w.functional for w in wanted])
        for i, want in enumerate(wanted):
            row = self._level(node, want, values, i)
            if row is not None:
                yield row

    def _calendar(self, node: Node) -> list[tuple[int, int]]:
        """Give months, quarters and years of a total, years of a part."""
        family = self.family
        if family.axis == "days":
            return []
        whole = self.block.own_trend(node)
        lengths = [n for n in (1, 3, 12) if not n % family.step and (whole or n == 12)]
        first, last = covered(self.estimate, node)
        return [
            (start, start + n)
            for n in lengths
            for start in range(-(-first // n) * n, last + 1 - n, n)
        ]

    def _level(self, node: Node, want: _Wanted, values: Values, i: int) -> SeriesRow | None:
        log, sd = float(values.log[i]), float(values.sd[i])
        value, lower, upper = (
            math.exp(log),
            math.exp(log - self.reach * sd),
            math.exp(log + self.reach * sd),
        )
        origin: Origin = "estimated"
        good = [s for s in want.prints if self.trusted.get(self.release[s.id], True)]
        statements = tuple(s.id for s in want.prints)
        if good:
            newest = newest_print(good)
            origin, value = "observed", newest.value
            exact = newest.status == "actual" and not newest.qualifier
            lower, upper = (value, value) if exact else (min(lower, value), max(upper, value))
        elif (derived := self._derive(node, want.functional[0])) is not None and abs(
            math.log(max(derived[0], 1e-9)) - log
        ) <= TRUSTED * math.hypot(sd, DERIVED_SD):
            origin, value = "derived", derived[0]
            lower, upper = min(lower, value), max(upper, value)
            statements = tuple(dict.fromkeys((*statements, *derived[1])))
        elif not statements and upper > WIDEST * lower:
            return None
        elif not statements:
            statements = self._overlapping(node, want.functional[0])
        measure, unit = self._measure(node, want.prints)
        low, high = self.bounds.of(want.functional)
        return SeriesRow(
            node.region, node.indicator, node.breakdown, want.period, measure, value, lower,
            upper, unit, node.basis, origin, statements, low, high, float(values.prior_share[i]),
        )  # fmt: skip

    def _measure(self, node: Node, prints: Sequence[Statement]) -> tuple[str, str]:
        if prints:
            return prints[-1].measure, prints[-1].unit
        return "level", self.catalogue.indicators[node.indicator].unit

    def _derive(self, node: Node, side: Side) -> tuple[float, tuple[str, ...]] | None:
        """Give the period as a sum or difference of level prints, if it is one, and their ids."""
        if self.family.axis == "days":
            return None
        first, last = side.start // 12 * 12, -(-side.stop // 12) * 12
        near: dict[tuple[int, int], list[Statement]] = defaultdict(list)
        for e in self.equations:
            top = e.top[0]
            inside = first <= top.start and top.stop <= last
            level = e.kind == "level" and top.node == node
            if level and inside and self.trusted.get(e.release, True):
                near[top.start, top.stop].append(e.statement)
        if not near:
            return None
        months = np.arange(first, last)
        spans = np.array([(months >= a) & (months < b) for a, b in near], dtype=float).T
        wanted = ((months >= side.start) & (months < side.stop)).astype(float)
        weights = np.linalg.lstsq(spans, wanted, rcond=None)[0]
        if float(np.abs(spans @ weights - wanted).max()) > 1e-9:
            return None
        used = [
            (newest_print(prints), float(w))
            for prints, w in zip(near.values(), weights, strict=True)
            if abs(w) > 1e-9
        ]
        return sum(w * s.value for s, w in used), tuple(s.id for s, _ in used)

    def _overlapping(self, node: Node, side: Side) -> tuple[str, ...]:
        own = [
            (e.statement.id, s) for e in self.equations if e.kind != "plan"
            for s in (*e.top, *e.bottom) if s.node == node
        ]  # fmt: skip
        found = [k for k, s in own if s.start < side.stop and side.start < s.stop]
        if not found:  # nothing speaks of it: name what stands nearest on either side
            before = max(((s.stop, k) for k, s in own if s.stop <= side.start), default=None)
            after = min(((s.start, k) for k, s in own if s.start >= side.stop), default=None)
            found = [pair[1] for pair in (before, after) if pair is not None]
        return tuple(dict.fromkeys(found))

    def growth(self, node: Node) -> Iterator[SeriesRow]:
        """Growth on a year before: as printed; where no level is known, for whole periods too."""
        prints: dict[tuple[int, int], list[Equation]] = defaultdict(list)
        for e in self.equations:
            yearly = e.kind == "growth" and e.statement.measure == "growth_yoy"
            if yearly and e.top[0].node == node:
                prints[e.top[0].start, e.top[0].stop].append(e)
        spans = set(prints)
        # By law growth of some indicators is at 2010 prices: none is given on another basis.
        law = self.catalogue.indicators[node.indicator].growth_basis
        levels = any(e.kind == "level" and e.top[0].node == node for e in self.equations)
        if self.family.axis == "months" and not levels and law in ("", node.basis):
            spans |= {s for s in self._calendar(node) if s[0] - 12 >= self.family.first
                      and s[1] - s[0] > 1}  # fmt: skip
        ordered = sorted(spans)
        functionals = [self._on_a_year_before(node, s, prints.get(s, ())) for s in ordered]
        values = read_values(self.estimate, functionals)
        for i, span in enumerate(ordered):
            row = self._growth(node, span, prints.get(span, ()), functionals[i], values, i)
            if row is not None:
                yield row

    def _on_a_year_before(
        self, node: Node, span: tuple[int, int], prints: Sequence[Equation]
    ) -> Functional:
        if prints:
            return (prints[0].top[0], prints[0].bottom[0])
        return Side(node, *span), Side(node, span[0] - 12, span[1] - 12)

    def _growth(
        self, node: Node, span: tuple[int, int], prints: Sequence[Equation],
        functional: Functional, values: Values, i: int,
    ) -> SeriesRow | None:  # fmt: skip
        rates = [
            100 * (math.exp(values.log[i] + k * self.reach * values.sd[i]) - 1) for k in (-1, 0, 1)
        ]
        lower, value, upper = rates
        statements = tuple(s.id for s in sorted((e.statement for e in prints), key=age))
        origin: Origin = "estimated"
        good = [e.statement for e in prints if self.trusted.get(e.release, True)]
        if good:
            newest = newest_print(good)
            origin, value = "observed", newest.value
            exact = newest.status == "actual" and not newest.qualifier
            lower, upper = (value, value) if exact else (min(lower, value), max(upper, value))
        elif values.prior_share[i] > MOST_PRIOR:
            return None
        low, high = (100 * (v - 1) for v in self.bounds.of(functional[:1], functional[1:]))
        period = prints[0].statement.period if prints else from_months(*span)
        assert period is not None
        if self.family.axis == "months":
            period = from_months(*span)
        return SeriesRow(
            node.region, node.indicator, node.breakdown, period, "growth_yoy", value, lower, upper,
            "percent", self._growth_basis(node, prints), origin,
            statements or self._overlapping(node, functional[0]), low, high,
            float(values.prior_share[i]),
        )  # fmt: skip

    def _growth_basis(self, node: Node, prints: Sequence[Equation]) -> str:
        """Give the basis as printed: rows keep the key of their statements."""
        if prints:
            return prints[-1].statement.price_basis
        rates = (e for e in self.equations if e.kind == "growth" and e.top[0].node == node)
        known = {e.statement.price_basis for e in rates}
        return known.pop() if len(known) == 1 else node.basis
