"""Find the boxes that tell cases apart, and believe only what other draws confirm.

A peeled box always looks better on the draws it was peeled from, also where there is nothing. So
half of the draws find the limits and the other half say what they are worth: which limits stay
(quasi-p-values), what the box covers and how dense it is, and whether it is there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.compare.discovery.box import BoolArray, Counts, count, ends_of, inside, kept_limits
from kichban.compare.discovery.box import quasi_p as quasi_p_of
from kichban.compare.discovery.peel import ALPHA, Step, restricted, trajectory
from kichban.numbers import FloatArray

#: quasi-p above which a limit goes, where it was found and where it is judged; p of a whole box
FOUND_LEVEL, JUDGED_LEVEL, BOX_LEVEL = 0.05, 0.1, 0.001
#: boxes at most, the least share of cases one covers, and the least cases (and others) to search
MOST, LEAST_COVERAGE, LEAST_CASES = 4, 0.05, 20
#: draws of one half stand together: each such run of a Sobol sequence fills space evenly
RUN = 512
Reason = Literal["found", "nothing", "few_cases", "few_others", "no_say"]


@dataclass(frozen=True, slots=True)
class Found:
    """One box.

    Attributes
    ----------
    limits, quasi_p : (2, parameter) float64
        Infinite and NaN where a parameter is free.
    counts
        On the half of the draws that did not find it, less those in earlier boxes; coverage and
        mass are shares of that whole half.
    steps
        Its trajectory on the other half.
    chosen
        Which step of it.
    """

    limits: FloatArray
    quasi_p: FloatArray
    counts: Counts
    steps: tuple[Step, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found, and why nothing was."""

    boxes: tuple[Found, ...]
    reason: Reason
    draws: int
    cases: int
    held: Counts

    @property
    def share(self) -> float:
        """How frequent cases are among all draws."""
        return self.cases / self.draws


def discover(x: FloatArray, y: BoolArray, alpha: float = ALPHA, most: int = MOST) -> Discovery:
    """Search box after box, each among the draws outside the earlier ones.

    Parameters
    ----------
    x : (draw, parameter) float64
        Parameters, drawn.
    y : (draw,) bool
        Whether a draw is a case.

    Examples
    --------
    >>> x = np.random.default_rng(1).random((4096, 3))
    >>> found = discover(x, (x[:, 0] > 0.6) & (x[:, 1] < 0.5))
    >>> float(found.boxes[0].limits[0, 0].round(2)), float(found.boxes[0].limits[1, 1].round(2))
    (0.59, 0.5)
    """
    if not x.shape[1]:
        return Discovery((), "no_say", len(y), int(y.sum()), _of(y))
    learning = learns(len(y))
    own, held = (x[learning], y[learning]), (x[~learning], y[~learning])
    totals = (len(held[1]), int(held[1].sum()))
    everything = _of(held[1])
    short = _short_of(own[1], held[1])
    if short is not None:
        return Discovery((), short, len(y), int(y.sum()), everything)
    start, whole = ends_of(x), (len(own[1]), int(own[1].sum()))
    least = min(0.05, whole[1] / whole[0] / 2)
    boxes: list[Found] = []
    while len(boxes) < most and _short_of(own[1], held[1]) is None:
        steps = trajectory(*own, start, least_mass=least, alpha=alpha, whole=whole)
        found = _confirmed(steps, own, held, start, totals)
        if found is None:
            break
        boxes.append(found)
        outside = [~inside(part[0], found.limits) for part in (own, held)]
        own, held = (own[0][outside[0]], own[1][outside[0]]), (
            held[0][outside[1]], held[1][outside[1]],
        )  # fmt: skip
    reason: Reason = "found" if boxes else "nothing"
    return Discovery(tuple(boxes), reason, len(y), int(y.sum()), everything)


def _of(y: BoolArray) -> Counts:
    return Counts(*(len(y), int(y.sum())) * 2)


def learns(draws: int) -> BoolArray:
    """Say which draws find limits; the others judge them.

    >>> learns(2048)[[0, 511, 512, 1024]].tolist()
    [True, True, False, True]
    """
    run = min(RUN, max(draws // 2, 1))
    return np.asarray((np.arange(draws) // run) % 2 == 0)


def _short_of(own: BoolArray, held: BoolArray) -> Reason | None:
    """Say what there is too little of to search, if anything."""
    if min(own.sum(), held.sum()) < LEAST_CASES:
        return "few_cases"
    return "few_others" if min((~own).sum(), (~held).sum()) < LEAST_CASES else None


def _confirmed(
    steps: tuple[Step, ...],
    own: tuple[FloatArray, BoolArray],
    held: tuple[FloatArray, BoolArray],
    start: FloatArray,
    totals: tuple[int, int],
) -> Found | None:
    """Choose the step that tells best; ``None`` where the other half knows nothing of it."""
    from scipy.special import bdtrc

    remaining = (len(own[1]), int(own[1].sum()))
    worth = [Counts(s.counts.draws, s.counts.cases, *remaining).youden for s in steps]
    chosen = int(np.argmax(worth))
    limits = kept_limits(*own, steps[chosen].limits, start, FOUND_LEVEL)
    limits = kept_limits(*held, limits, start, JUDGED_LEVEL)
    if not restricted(limits, start).size:
        return None
    within = count(*held, limits)
    base = within.all_cases / within.all_draws
    if not within.cases or bdtrc(within.cases - 1, within.draws, base) > BOX_LEVEL:
        return None
    if within.cases / totals[1] < LEAST_COVERAGE:
        return None
    p = quasi_p_of(*held, limits, start)
    free = limits == start
    open_ended = np.where(free, np.array([[-np.inf], [np.inf]]), limits)
    return Found(open_ended, p, Counts(within.draws, within.cases, *totals), steps, chosen)
