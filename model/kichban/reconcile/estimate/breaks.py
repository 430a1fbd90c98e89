r"""Outliers and breaks: where one thing that happened explains what smoothness and errors cannot.

A series may leave its course for one period (outlier), for a time (temporary, dying out by 0,7 a
month) or for good (shift). The effect w·δ of each on the log levels is tried at every period. With
the linear forms of the mode, its size and its distance from nought in sd are

.. math:: \hat\delta = \frac{k^\top Q r}{k^\top Q k}, \qquad
          \tau = \frac{k^\top Q r}{\sqrt{k^\top Q k}}, \qquad Q = W - W J C J^\top W

with k what the effect does to each print, r and W the residuals and precisions of the prints, J
their slopes in the unknowns and C the covariance. The largest is taken out first.

References: Chen & Liu (1993), doi:10.1080/01621459.1993.10594321; de Jong & Penzer (1998),
doi:10.1080/01621459.1998.10473736.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from kichban.ledger import BreakKind
from kichban.numbers import FloatArray
from kichban.reconcile.estimate.effects import effect
from kichban.reconcile.estimate.layout import Block, root_of, shares_of
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.evidence.equations import Node

#: an effect this far from nought (sd) is listed. Of 150 made series in which nothing happened 15 %
#: had one by chance (3,5: 3 %; 4: 1 %); of 30 with a fall by 40 % that died out it found 19, of 30
#: with a shift by 30 % 16
FAR = 3.0
#: an effect that the figures know no better than this (log) is not tried
VAGUE = 0.25
#: dates whose fit is no worse than the best one's by more than this (τ²) are as good (95 %)
AS_GOOD = 3.84
MOST = 6
#: prints named with each
TELLING = 3


@dataclass(frozen=True, slots=True)
class Break:
    """One outlier or break of a series.

    Attributes
    ----------
    cell, first, last
        The period it begins in, and the first and last one that fit as well.
    size, sd
        Log effect in that period, and its sd.
    equations
        Indices of the prints that tell it most.
    """

    node: Node
    kind: BreakKind
    cell: int
    first: int
    last: int
    size: float
    sd: float
    equations: tuple[int, ...] = ()

    @property
    def distance(self) -> float:
        """Size in sd."""
        return self.size / self.sd


def find_breaks(estimate: Estimate, region: str) -> list[Break]:
    """Find outliers and breaks of a region's series that have a course of their own."""
    slopes = estimate.system.slopes(estimate.state)
    found: list[Break] = []
    for b, block in enumerate(estimate.layout.blocks):
        for node in (*block.roots, *block.points):
            if node.region == region and not node.plan:
                found += _of_series(estimate, b, node, slopes)
    return found


def _of_series(estimate: Estimate, b: int, node: Node, slopes: object) -> list[Break]:
    block, at = estimate.layout.blocks[b], estimate.at
    cells, months = _cells(block, node)
    rows = np.flatnonzero(estimate.system.block == b)
    weight, residual = at.weighed.precision[rows], at.weighed.pull.residual[rows]
    jacobian = at.jacobian[rows][:, block.start : block.stop].toarray()
    covariance = estimate.covariance[b]
    dense = slopes[rows].toarray()  # type: ignore[index]
    moved = sum(dense[:, c : c + cells] for c in _below(block, node))
    tried = [(kind, t) for kind in get_args(BreakKind) for t in _tried(block, kind, cells)]
    if not tried:
        return []
    effects = [effect(kind, range(t, t + 1), cells, months) for kind, t in tried]
    k = moved @ np.stack(effects, axis=1)
    through = jacobian.T @ (weight[:, None] * k)
    q = k.T @ (weight[:, None] * k) - through.T @ covariance @ through
    # The mode is found to a part of an sd: what is left of its slope is taken out.
    slope = jacobian.T @ (weight * residual) + _prior_slope(estimate, b)
    g = k.T @ (weight * residual) - through.T @ (covariance @ slope)
    telling = np.abs(k * (weight * residual)[:, None])
    telling[rows >= estimate.system.statements] = 0.0
    return [
        replace(
            found, equations=tuple(int(rows[i]) for i in np.argsort(-telling[:, at_])[:TELLING])
        )
        for at_, found in _take_out(node, tried, q, g)
    ]


def _cells(block: Block, node: Node) -> tuple[int, int]:
    family = block.family
    return (family.cells, family.step) if node in block.roots else (len(family.days[node]), 12)


def _below(block: Block, node: Node) -> list[int]:
    """Give the first cells of a series and of all its shares."""
    if node in block.points:
        return [block.cell[node]]
    split_of = shares_of(block.family)
    return [first for n, first in block.cell.items() if root_of(n, split_of) == node]


def _tried(block: Block, kind: BreakKind, cells: int) -> range:
    """Stocks jump or are misprinted; what they do later is known by later prints."""
    if block.family.axis == "days" and kind == "temporary":
        return range(0)
    return range(1 if kind != "outlier" else 0, cells)


def _prior_slope(estimate: Estimate, b: int) -> FloatArray:
    block, prior, at = estimate.layout.blocks[b], estimate.prior, estimate.at
    own = np.flatnonzero(prior.block == b)
    rows = prior.matrix[own]
    error = prior.right[own] - rows @ at.state
    slope = rows.T @ (at.weighed.prior_precision[own] * error)
    return np.asarray(slope[block.start : block.stop])


def _take_out(
    node: Node, tried: list[tuple[BreakKind, int]], q: FloatArray, g: FloatArray
) -> Iterator[tuple[int, Break]]:
    """Take out the farthest effect, hold the others against what is left, and so on."""
    q, g = q.copy(), g.copy()
    known = np.diag(q) > VAGUE**-2
    for _ in range(MOST):
        size = np.diag(q)
        usable = known & (size > VAGUE**-2)
        tau = np.where(usable, g / np.sqrt(np.where(usable, size, 1.0)), 0.0)
        best = int(np.abs(tau).argmax())
        if abs(tau[best]) < FAR:
            return
        kind, cell = tried[best]
        near = tau**2 >= tau[best] ** 2 - AS_GOOD
        alike = [t for i, (own, t) in enumerate(tried) if near[i] and own == kind]
        found = Break(
            node, kind, cell, _reach_of(alike, cell, -1), _reach_of(alike, cell, 1),
            float(g[best] / size[best]), float(size[best] ** -0.5),
        )  # fmt: skip
        yield best, found
        share = q[:, best] / q[best, best]
        g, q = g - share * g[best], q - np.outer(share, q[best])


def _reach_of(cells: list[int], cell: int, step: int) -> int:
    """Go from a cell to its neighbours as long as they are among `cells`."""
    while cell + step in cells:
        cell += step
    return cell
