"""What the printed digits alone allow: contradictions that owe nothing to a model.

Every observation is linear in the levels (``low·B ≤ A ≤ high·B``). A linear programme lets each
statement give way at a price relative to its size; those that must give way are in conflict,
and the dual of "how far must this one give way if the others hold" names the few statements
that say otherwise: an irreducible infeasible set (Gleeson & Ryan 1990).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from kichban.numbers import FloatArray
from kichban.reconcile.evidence import TOTAL, Evidence, Observation, Side

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
#: how far (relative) a statement may give way before it counts as a contradiction
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that cannot all hold.

    Attributes
    ----------
    culprit
        Index of the observation that gives way with the least change.
    others
        Indices of the observations that contradict it.
    implied
        (low, high) of the level or ratio that the others allow; NaN at an open end.
    distance
        By how much (relative) the culprit lies outside.
    """

    culprit: int
    others: tuple[int, ...]
    implied: tuple[float, float]
    distance: float


@dataclass(frozen=True, slots=True)
class _Programme:
    """Rows ``matrix · levels ≤ 0`` or ``≤ limit``, two per observation, and the sums that hold."""

    matrix: csr_array
    limit: FloatArray
    size: FloatArray
    owner: IntArray
    equal: csr_array
    columns: int
    scale: float


def find_conflicts(
    evidence: Evidence, dimensions: Mapping[str, tuple[str, ...]]
) -> tuple[Conflict, ...]:
    """Find the sets of statements that cannot all hold, each as small as can be."""
    programme = _build(evidence, dimensions)
    count = len(evidence.observations)
    rows = programme.matrix.shape[0]
    owner = programme.owner
    give = csr_array((-programme.size, (np.arange(rows), owner)), shape=(rows, count))
    relaxed = linprog(
        np.concatenate([np.zeros(programme.columns), np.ones(count)]),
        A_ub=hstack([programme.matrix, give]).tocsr(),
        b_ub=programme.limit,
        A_eq=hstack([programme.equal, csr_array((programme.equal.shape[0], count))]).tocsr(),
        b_eq=np.zeros(programme.equal.shape[0]),
        method="highs",
    )
    slack = relaxed.x[programme.columns :]
    culprits = [int(i) for i in np.flatnonzero(slack > TOLERANCE)]
    firm = np.isin(owner, culprits, invert=True)
    plans = _plans(evidence.observations)
    found = []
    for culprit in culprits:
        o = evidence.observations[culprit]
        others, distance = _explain(programme, owner, firm, culprit)
        implied = (math.nan, math.nan)
        if others:
            top = _columns(o.top, evidence, plans)
            bottom = _columns(o.bottom, evidence, plans) if o.bottom is not None else []
            implied = _implied_range(programme, owner, others, top, bottom)
        found.append(Conflict(culprit, others, implied, distance))
    return tuple(found)


def _explain(
    programme: _Programme, owner: IntArray, firm: BoolArray, culprit: int
) -> tuple[tuple[int, ...], float]:
    """Let only `culprit` give way; the dual names the statements that push it."""
    chosen = np.flatnonzero(firm | (owner == culprit))
    own = owner[chosen] == culprit
    give = csr_array(np.where(own, -programme.size[chosen], 0.0)[:, None])
    result = linprog(
        np.concatenate([np.zeros(programme.columns), [1.0]]),
        A_ub=hstack([programme.matrix[chosen], give]).tocsr(),
        b_ub=programme.limit[chosen],
        A_eq=hstack([programme.equal, csr_array((programme.equal.shape[0], 1))]).tocsr(),
        b_eq=np.zeros(programme.equal.shape[0]),
        method="highs",
    )
    prices = np.abs(result.ineqlin.marginals)
    pushing = chosen[(prices > 1e-9 * max(1.0, float(prices.max()))) & ~own]
    return tuple(sorted({int(i) for i in owner[pushing]})), float(result.x[-1])


def _implied_range(
    programme: _Programme, owner: IntArray, others: Sequence[int], top: Sequence[int],
    bottom: Sequence[int],
) -> tuple[float, float]:  # fmt: skip
    """Give the ratio of two sums of columns (or the first sum) that `others` allow.

    A ratio becomes linear by scaling the levels until the bottom is 1 (Charnes & Cooper 1962);
    the last variable is that scale.
    """
    rows = np.flatnonzero(np.isin(owner, others))
    count = programme.equal.shape[0]
    target, fixed = np.zeros(programme.columns + 1), np.zeros(programme.columns + 1)
    target[list(top)] = 1.0
    fixed[list(bottom) if bottom else [-1]] = 1.0
    found = []
    for sign in (1.0, -1.0):
        result = linprog(
            sign * target,
            A_ub=hstack(
                [programme.matrix[rows], csr_array(-programme.limit[rows][:, None])]
            ).tocsr(),
            b_ub=np.zeros(len(rows)),
            A_eq=vstack([hstack([programme.equal, csr_array((count, 1))]), fixed[None, :]]).tocsr(),
            b_eq=np.append(np.zeros(count), 1.0),
            method="highs",
        )
        unit = 1.0 if bottom else programme.scale
        found.append(sign * result.fun * unit if result.status == 0 else math.nan)
    return found[0], found[1]


def _plans(observations: Sequence[Observation]) -> list[tuple[str, int]]:
    sides = [s for o in observations for s in (o.top, o.bottom) if s is not None]
    return sorted({(s.node, s.start) for s in sides if s.kind == "plan"})


def _columns(side: Side, evidence: Evidence, plans: list[tuple[str, int]]) -> list[int]:
    if side.kind == "plan":
        at = len(evidence.nodes) * evidence.months
        return (
            [at + plans.index((side.node, side.start))] if (side.node, side.start) in plans else []
        )
    node = evidence.nodes.index(side.node) * evidence.months
    return [
        node + t for t in range(side.start - evidence.first_month, side.stop - evidence.first_month)
    ]


def _build(evidence: Evidence, dimensions: Mapping[str, tuple[str, ...]]) -> _Programme:
    plans = _plans(evidence.observations)
    columns = len(evidence.nodes) * evidence.months + len(plans)
    entries: list[tuple[int, int, float]] = []
    limit: list[float] = []
    size: list[float] = []
    owner: list[int] = []
    for i, o in enumerate(evidence.observations):
        low, high = math.exp(o.low), math.exp(o.high)
        top = _columns(o.top, evidence, plans)
        bottom = _columns(o.bottom, evidence, plans) if o.bottom is not None else []
        for sign, bound in ((1.0, high), (-1.0, low)):
            row = len(limit)
            entries += [(row, c, sign) for c in top]
            entries += [(row, c, -sign * bound) for c in bottom]
            limit.append(0.0 if o.bottom is not None else sign * bound)
            size.append(math.exp(_magnitude(o, evidence)) if o.bottom is not None else bound)
            owner.append(i)
    rows, cols, values = (np.array(v) for v in zip(*entries, strict=True))
    scale = max(size)
    equal, width = _sums(evidence, dimensions, columns)
    matrix = csr_array((values, (rows.astype(int), cols.astype(int))), shape=(len(limit), width))
    return _Programme(
        matrix, np.array(limit) / scale, np.array(size) / scale, np.array(owner, dtype=np.int64),
        equal, width, scale,
    )  # fmt: skip


def _magnitude(o: Observation, evidence: Evidence) -> float:
    """Log of a typical size of the top side, to weigh ratios like levels."""
    logs = [
        p.middle - math.log(p.top.stop - p.top.start)
        for p in evidence.observations
        if p.bottom is None and p.top.node == o.top.node
    ]
    return float(np.median(logs)) + math.log(o.top.stop - o.top.start)


def _sums(
    evidence: Evidence, dimensions: Mapping[str, tuple[str, ...]], columns: int
) -> tuple[csr_array, int]:
    """Give rows ``total − Σ parts = 0`` for each month and dimension, and the count of columns.

    Where a part was never printed the rest of the total is one more unknown: it cannot be
    negative, so that a part above its total is a contradiction all the same.
    """
    n = evidence.months
    known = {d: [p for p in parts if p in evidence.nodes] for d, parts in dimensions.items()}
    open_ended = [d for d, parts in dimensions.items() if 0 < len(known[d]) < len(parts)]
    width = columns + n * len(open_ended)
    blocks = [csr_array((0, width))]
    rows = np.arange(n)
    for dimension, parts in known.items():
        if not parts:
            continue
        block = np.zeros((n, width))
        block[rows, evidence.nodes.index(TOTAL) * n + rows] = 1.0
        for part in parts:
            block[rows, evidence.nodes.index(part) * n + rows] = -1.0
        if dimension in open_ended:
            block[rows, columns + n * open_ended.index(dimension) + rows] = -1.0
        blocks.append(csr_array(block))
    return vstack(blocks).tocsr(), width
