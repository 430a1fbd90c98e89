"""Where each unknown of the estimate stands, and how levels are made of unknowns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.catalogue.tet import tet_share
from kichban.numbers import FloatArray
from kichban.reconcile.evidence import TOTAL, Evidence

#: months between two knots of a part's log share
KNOT_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each unknown stands in the state vector."""

    first_month: int
    months: int
    knots: int
    parts: tuple[str, ...]
    plans: tuple[tuple[str, int], ...]
    releases: tuple[tuple[str, str, int, int], ...]

    @property
    def season(self) -> int:
        """Index of January's effect."""
        return 2 * self.months

    @property
    def tet(self) -> int:
        """Index of the Tết effect."""
        return self.season + 12

    @property
    def shares(self) -> int:
        """Index of the first part's first knot."""
        return self.tet + 1

    @property
    def first_plan(self) -> int:
        """Index of the first plan."""
        return self.shares + self.knots * len(self.parts)

    @property
    def first_release(self) -> int:
        """Index of the first release effect."""
        return self.first_plan + len(self.plans)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.first_release + len(self.releases)


def lay_out(evidence: Evidence) -> Layout:
    """Give each unknown its place in the state."""
    sides = [s for o in evidence.observations for s in (o.top, o.bottom) if s is not None]
    plans = tuple(sorted({(s.node, s.start) for s in sides if s.kind == "plan"}))
    releases = tuple(sorted({o.release for o in evidence.observations if o.top.kind == "months"}))
    parts = tuple(n for n in evidence.nodes if n != TOTAL)
    knots = -(-evidence.months // KNOT_MONTHS) + 1
    return Layout(evidence.first_month, evidence.months, knots, parts, plans, releases)


def month_design(layout: Layout) -> FloatArray:
    """Give the (month, state) matrix of ``x = u + v + season + Tết``."""
    design = np.zeros((layout.months, layout.size))
    rows = np.arange(layout.months)
    design[rows, rows] = 1.0
    design[rows, layout.months + rows] = 1.0
    design[rows, layout.season + (layout.first_month + rows) % 12] = 1.0
    design[:, layout.tet] = [tet_share(layout.first_month + int(t)) for t in rows]
    return design


def part_design(layout: Layout, part: str) -> FloatArray:
    """Give the (month, state) matrix of a part's log share, linear between its knots."""
    design = np.zeros((layout.months, layout.size))
    first = layout.shares + layout.knots * layout.parts.index(part)
    position = np.arange(layout.months) / KNOT_MONTHS
    left = np.floor(position).astype(np.int64)
    rows = np.arange(layout.months)
    design[rows, first + left] = 1.0 - (position - left)
    design[rows, first + left + 1] += position - left
    return design
