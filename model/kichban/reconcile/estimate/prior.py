"""What is believed of a series before a figure is printed, as sparse rows ``a·state = b ± sd``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from kichban.numbers import BoolArray, FloatArray, IntArray, NumberArray
from kichban.reconcile.estimate.layout import Block, Layout, Root
from kichban.reconcile.estimate.likelihood import SLIP_PROBABILITY
from kichban.reconcile.estimate.scales import kind
from kichban.reconcile.evidence.equations import Equation, Node, Release

#: a full holiday takes a fifth of a month's output; what is brought forward before and caught up
#: after is small beside it [J]
TET_MEAN, TET_SD = (0.0, -0.20, 0.0), (0.05, 0.10, 0.05)
FIRST_SHARE = -1.5
#: a share may tend to move by this much (log) in half a year [J]
DRIFT_SD = 0.03
#: levels, first shares and plans are all but free
FREE = 3.0
#: first growth per step of one month
FIRST_GROWTH = 0.05
#: months between two prints of one day count as this many
LEAST_GAP = 0.25
#: even a part that is nearly all moves by this share of its own growth
LEAST_MOVE = 0.05
_FIXED = -1
#: how often a print is dropped that a later one about more of the year replaced [J]
SUPERSEDED_SLIP = 0.10
STATUSES = ("estimate", "preliminary", "actual")


@dataclass(frozen=True, slots=True)
class Prior:
    """Rows of the prior.

    `matrix` is (row, unknown); row i says ``matrix[i]·state = right[i]`` within
    ``factor[i] × scale[block[i], kind[i]]`` (kind −1: the factor alone), `block` being its family;
    `releases` marks errors of sentences, which may be slips,
    `of_levels` what is believed of the series themselves; `slip` is the probability of a slip.
    """

    matrix: csr_array
    right: FloatArray
    factor: FloatArray
    kind: IntArray
    block: IntArray
    releases: BoolArray
    of_levels: BoolArray
    slip: FloatArray

    def sd(self, scales: FloatArray) -> FloatArray:
        """Give the sd of each row."""
        own = scales[self.block, np.maximum(self.kind, 0)]
        return np.asarray(self.factor * np.where(self.kind < 0, 1.0, own))


class _Rows:
    def __init__(self) -> None:
        self.rows: list[NumberArray] = []
        self.columns: list[NumberArray] = []
        self.values: list[FloatArray] = []
        self.right: list[FloatArray] = []
        self.factor: list[FloatArray] = []
        self.kind: list[NumberArray] = []
        self.slip: list[FloatArray] = []
        self.count = 0

    def add(
        self, columns: NumberArray, values: Sequence[float] | FloatArray, right: float = 0.0,
        factor: float | FloatArray = 1.0, scale: int = _FIXED, slip: float = SLIP_PROBABILITY,
    ) -> None:  # fmt: skip
        """Add rows: `columns` is (row, entry), `values` too or the same in each row."""
        columns = np.atleast_2d(np.asarray(columns, dtype=np.int64))
        n, width = columns.shape
        self.rows.append(np.repeat(self.count + np.arange(n), width))
        self.columns.append(columns.ravel())
        self.values.append(np.broadcast_to(np.asarray(values, dtype=float), (n, width)).ravel())
        self.right.append(np.full(n, right))
        self.factor.append(np.broadcast_to(np.asarray(factor, dtype=float), (n,)))
        self.kind.append(np.full(n, scale))
        self.slip.append(np.full(n, slip))
        self.count += n


def state_prior(layout: Layout, equations: Sequence[Equation]) -> tuple[Prior, FloatArray]:
    """Give the prior and a state to start from."""
    rows, state = _Rows(), np.zeros(layout.size)
    ends = []
    for block in layout.blocks:
        own = [equations[i] for i in block.family.equations]
        _root_rows(rows, block, own, state)
        _share_rows(rows, block, state)
        _point_rows(rows, block, own, state)
        _plan_rows(rows, block, own, state)
        for place in block.effects.values():
            rows.add(np.array([[place]]), [1.0], 0.0, FREE)
        _revision_rows(rows, block, own)
        ends.append(rows.count)
    matrix = csr_array(
        (np.concatenate(rows.values), (np.concatenate(rows.rows), np.concatenate(rows.columns))),
        shape=(rows.count, layout.size),
    )
    kinds = np.concatenate(rows.kind)
    blocks = np.repeat(np.arange(len(ends)), np.diff([0, *ends]))
    prior = Prior(
        matrix,
        np.concatenate(rows.right),
        np.concatenate(rows.factor),
        kinds,
        blocks,
        np.isin(kinds, [kind(name) for name in STATUSES]),
        ~np.isin(kinds, [kind(name) for name in (*STATUSES, "walk")]),
        np.concatenate(rows.slip),
    )
    return prior, state


def large_parts_move_less(prior: Prior, state: FloatArray) -> Prior:
    """Let the log share of a part move by what is not it: a part that is nearly all hardly can.

    If every part grows by its own amount, log share j moves by (1 − wⱼ) of it less the others'.
    """
    factor = prior.factor.copy()
    own = np.flatnonzero(prior.kind == kind("share"))
    first = prior.matrix.indices[prior.matrix.indptr[own]]
    later = prior.matrix.indices[prior.matrix.indptr[own] + 1]
    weight = np.exp(0.5 * (state[first] + state[later]))
    factor[own] *= np.clip(1.0 - weight, LEAST_MOVE, 1.0)
    return replace(prior, factor=factor)


def _root_rows(rows: _Rows, block: Block, own: Sequence[Equation], state: FloatArray) -> None:
    family, step = block.family, block.family.step
    n, t = family.cells, np.arange(family.cells)
    for node, root in block.roots.items():
        level = _pace(own, block, node) + np.log(step)
        state[root.trend : root.trend + n] = level
        rows.add(np.array([[root.trend]]), [1.0], level, FREE)
        if n > 1:
            growth = FIRST_GROWTH * np.sqrt(step)
            rows.add(np.array([[root.trend, root.trend + 1]]), [-1.0, 1.0], 0.0, growth)
        if n > 2:
            at = root.trend + t[: n - 2]
            rows.add(
                np.stack([at, at + 1, at + 2], 1), [1.0, -2.0, 1.0], scale=kind(f"trend{step}")
            )
        rows.add((root.noise + t)[:, None], [1.0], scale=kind(f"noise{step}"))
        _season_rows(rows, root, step)
        if step == 1:
            state[root.tet : root.tet + len(TET_MEAN)] = TET_MEAN


def _season_rows(rows: _Rows, root: Root, step: int) -> None:
    if step == 12:
        return
    seasons = root.season + np.arange(12 // step)
    rows.add(seasons[None, :], [1.0] * len(seasons), 0.0, 1e-3)
    waves, size = season_waves(len(seasons))
    rows.add(np.tile(seasons, (len(waves), 1)), waves, 0.0, size, scale=kind("season"))
    if step == 1:
        for window, (mean, sd) in enumerate(zip(TET_MEAN, TET_SD, strict=True)):
            rows.add(np.array([[root.tet + window]]), [1.0], mean, sd)


def season_waves(steps: int) -> tuple[FloatArray, FloatArray]:
    r"""Give the waves a season is made of, and how far each reaches.

    The k-th wave of a year has a variance that falls as 1/k: of 144 monthly series the first wave
    carries 0,39 of the variance of the season (1/k: 0,42), where months that know nothing of each
    other would have 0,18. A half-year above the other is common, a saw-tooth is not.

    Returns
    -------
    waves : (steps − 1, steps) float64
        Orthonormal, each adding up to nought.
    size : (steps − 1,) float64
        Sd of each for an sd of 1 of the season at a step.

    Examples
    --------
    >>> waves, size = season_waves(12)
    >>> bool(np.allclose(waves @ waves.T, np.eye(11))), bool(np.isclose((size**2).sum(), 12.0))
    (True, True)
    """
    t, waves, order = np.arange(steps), [], []
    for k in range(1, steps // 2 + 1):
        turn = 2 * np.pi * k * t / steps
        pair = (np.cos(turn),) if 2 * k == steps else (np.cos(turn), np.sin(turn))
        waves += [wave / np.sqrt((wave**2).sum()) for wave in pair]
        order += [k] * len(pair)
    variance = 1.0 / np.array(order)
    return np.array(waves), np.sqrt(variance * steps / variance.sum())


def _pace(own: Sequence[Equation], block: Block, node: Node) -> float:
    """Give a typical log level a month of a series: its own, or guessed from its parts or total."""
    logs = [
        (e.top[0].node, np.log(e.middle) - np.log(e.top[0].stop - e.top[0].start))
        for e in own
        if e.kind in ("level", "bound") and not e.bottom and e.middle > 0
    ]
    mine = [v for n, v in logs if n == node]
    parts = [v - FIRST_SHARE for n, v in logs if n in block.shares]
    totals = [v + FIRST_SHARE for n, v in logs if node in block.sums.get(n, ())]
    return float(np.median(mine or parts or totals or [0.0]))


def _share_rows(rows: _Rows, block: Block, state: FloatArray) -> None:
    for share in block.shares.values():
        n = len(share.knots)
        at = share.first + np.arange(n)
        state[at] = FIRST_SHARE
        rows.add(np.array([[share.first]]), [1.0], FIRST_SHARE, FREE)
        rows.add(np.array([[share.drift]]), [1.0], 0.0, DRIFT_SD)
        if n > 1:
            gap = np.diff(share.knots) * block.family.step / 6
            columns = np.stack([at[:-1], at[1:], np.full(n - 1, share.drift)], 1)
            values = np.stack([-np.ones(n - 1), np.ones(n - 1), -gap], 1)
            rows.add(columns, values, 0.0, np.sqrt(gap), kind("share"))


def _point_rows(rows: _Rows, block: Block, own: Sequence[Equation], state: FloatArray) -> None:
    for node, first in block.points.items():
        days = np.array(block.family.days[node])
        level = _pace(own, block, node)
        at = first + np.arange(len(days))
        state[at] = level
        rows.add(np.array([[first]]), [1.0], level, FREE)
        if len(days) > 1:
            gap = np.sqrt(np.diff(days) / 365.25)
            rows.add(np.stack([at[:-1], at[1:]], 1), [-1.0, 1.0], 0.0, gap, kind("point"))


def _plan_rows(rows: _Rows, block: Block, own: Sequence[Equation], state: FloatArray) -> None:
    for (node, _), (at, _) in block.plans.items():
        level = _pace(own, block, node._replace(plan="")) + np.log(12)
        state[at] = level
        rows.add(np.array([[at]]), [1.0], level, 5.0)


def _revision_rows(rows: _Rows, block: Block, own: Sequence[Equation]) -> None:
    for walk in block.walks.values():
        gaps = np.sqrt(np.maximum(np.diff(walk.days) / 30.44, LEAST_GAP))
        at = walk.first + np.arange(len(gaps))
        if len(gaps) > 1:
            pairs = np.stack([at[:-1], at[1:]], 1)
            rows.add(pairs, [-1.0, 1.0], 0.0, gaps[:-1], kind("walk"))
        if len(gaps):
            rows.add(at[-1:, None], [1.0], 0.0, gaps[-1:], kind("walk"))
    status = {e.release: e.statement.status for e in own}
    old = _superseded(own)
    for release, place in block.releases.items():
        known = status[release] if status[release] in STATUSES else STATUSES[0]
        chance = SUPERSEDED_SLIP if release in old else SLIP_PROBABILITY
        rows.add(np.array([[place]]), [1.0], scale=kind(known), slip=chance)


def _superseded(own: Sequence[Equation]) -> set[Release]:
    """Name the sentences after which the same series was printed for more of the same year.

    Whoever prints the longer period has seen the shorter one: where they disagree the older print
    is more likely the one that was dropped.
    """
    newest: dict[tuple[object, int], tuple[int, str]] = {}
    for e in own:
        if e.kind == "level" and e.top[0].start % 12 == 0:
            key = (e.top[0].node, e.top[0].start)
            seen = (e.top[0].stop, str(e.statement.published))
            newest[key] = max(newest.get(key, seen), seen)
    return {
        e.release
        for e in own
        if not e.of_plan
        and (key := (e.top[0].node, e.top[0].start // 12 * 12)) in newest
        and e.top[0].stop < newest[key][0]
        and str(e.statement.published) < newest[key][1]
    }
