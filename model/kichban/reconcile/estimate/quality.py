"""How good the intervals are: every document left out in turn and foretold by the others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import beta, norm

from kichban.numbers import FloatArray
from kichban.reconcile.estimate.leverage import foretold
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.estimate.reading import linear_form
from kichban.reconcile.evidence.equations import Equation, Side

Axis = Literal["months", "days"]
#: so many prints that follow the normal law stand beside those of the study: a few of them decide
#: little of how far an interval reaches
NORMAL_PRINTS = 20


@dataclass(frozen=True, slots=True)
class Foretold:
    """One level print as the documents without its own foretell it.

    Attributes
    ----------
    equation
        Index of the print.
    error, sd
        Log of the print less the log foretold; sd of what a print may be.
    level, level_sd
        Log of the level itself and its sd, without errors of prints.
    interpolated
        Log error of drawing a straight line between the prints before and after; NaN without.
    axis
        Whether the series adds up over months or stands on days.
    """

    equation: int
    error: float
    sd: float
    level: float
    level_sd: float
    interpolated: float
    axis: Axis = "months"

    @property
    def distance(self) -> float:
        """Error in sd."""
        return abs(self.error) / self.sd


@dataclass(frozen=True, slots=True)
class Quality:
    """Scores over left-out documents.

    Attributes
    ----------
    documents, held
        How many prints were foretold, and how many fell into an 80 % interval that reaches as far
        as the other prints teach.
    low, high
        95 % interval of that share by the binomial law (Clopper & Pearson 1934).
    crps, crps_interpolated
        Mean continuous ranked probability score of the log, and of a straight line between prints,
        over the same prints.
    """

    documents: int
    held: int
    low: float
    high: float
    crps: float
    crps_interpolated: float

    @property
    def coverage(self) -> float:
        """Share of prints that fell into their 80 % interval."""
        return self.held / self.documents if self.documents else math.nan


def foretell(estimate: Estimate) -> Iterator[Foretold]:
    """Leave out each document in turn, family by family, and foretell its first level print."""
    equations = estimate.equations
    for b, block in enumerate(estimate.layout.blocks):
        documents: dict[str, list[int]] = defaultdict(list)
        for i in block.family.equations:
            documents[equations[i].statement.source].append(i)
        for rows in documents.values():
            first = next((i for i in rows if equations[i].kind == "level"), None)
            if (
                first is not None
                and equations[first].low > 0
                and len(rows) < len(block.family.equations)
            ):
                others = [equations[i] for i in block.family.equations if i not in set(rows)]
                yield _foretold(estimate, b, rows, first, others)


def _foretold(
    estimate: Estimate, b: int, rows: Sequence[int], index: int, others: Sequence[Equation]
) -> Foretold:
    e = estimate.equations[index]
    error, sd, moved, covariance = foretold(estimate, b, rows, index)
    log, row = linear_form(estimate, b, (e.top[0],))
    spread = math.sqrt(max(0.0, float(row @ covariance @ row)))
    printed = 0.5 * (math.log(e.low) + math.log(e.high))
    return Foretold(
        index, error, sd, float(log + row @ moved), spread,
        printed - _straight_line(e.top[0], others), estimate.layout.blocks[b].family.axis,
    )  # fmt: skip


def _straight_line(side: Side, others: Sequence[Equation]) -> float:
    """Give the log level on a straight line through the other prints' levels a month."""
    points = sorted(
        (0.5 * (e.top[0].start + e.top[0].stop),
         math.log(e.middle / (e.top[0].stop - e.top[0].start)))
        for e in others
        if e.kind == "level" and e.top[0].node == side.node and e.low > 0
    )  # fmt: skip
    if len(points) < 2:
        return math.nan
    middle = 0.5 * (side.start + side.stop)
    pace = np.interp(middle, [x for x, _ in points], [y for _, y in points])
    return float(pace) + math.log(side.stop - side.start)


def reach(prints: Sequence[Foretold], axis: Axis) -> float:
    """Give how many sd to either side hold 80 % of what is printed.

    By the normal law 1,28. Stocks mostly stay and seldom jump: their sd is that of the jumps, and
    80 % of their prints lie nearer.

    >>> round(reach([], "days"), 1)
    1.3
    """
    return _reach(np.array([f.distance for f in prints if f.axis == axis]))


def _reach(distances: FloatArray) -> float:
    normal = norm.ppf(0.5 + 0.5 * (np.arange(NORMAL_PRINTS) + 0.5) / NORMAL_PRINTS)
    return float(np.quantile(np.concatenate([distances, normal]), 0.8, method="hazen"))


def _held(prints: Sequence[Foretold]) -> int:
    found = 0
    for axis in sorted({f.axis for f in prints}):
        distances = np.array([f.distance for f in prints if f.axis == axis])
        others = (_reach(np.delete(distances, i)) for i in range(distances.size))
        found += sum(bool(d <= r) for d, r in zip(distances, others, strict=True))
    return found


def quality(prints: Sequence[Foretold]) -> Quality:
    """Score what was foretold.

    >>> quality([Foretold(0, 0.01, 0.02, 1.0, 0.02, 0.05)]).held
    1
    """
    n = len(prints)
    held = _held(prints)
    both = [f for f in prints if math.isfinite(f.interpolated)]
    low = float(beta.ppf(0.025, held, n - held + 1)) if held else 0.0
    high = float(beta.ppf(0.975, held + 1, n - held)) if held < n else 1.0
    return Quality(
        n, held, low, high,
        float(np.mean([_crps(f.error, f.sd) for f in both])) if both else math.nan,
        float(np.mean([abs(f.interpolated) for f in both])) if both else math.nan,
    )  # fmt: skip


def _crps(error: float, sd: float) -> float:
    """Continuous ranked probability score of a normal (Gneiting & Raftery 2007, eq. 21)."""
    z = error / sd
    density = float(norm.pdf(z))
    return sd * (z * (2 * float(norm.cdf(z)) - 1) + 2 * density - 1 / math.sqrt(math.pi))
