r"""Where the width of a long-run interval comes from: assumed values, weighed values, or chance.

The normal scores of a variable are regressed on those of every drawn parameter, with squares,

.. math:: y = \sum_k \left(\alpha_k z_k + \beta_k \tfrac{z_k^2 - 1}{\sqrt 2}\right) + \epsilon

Parameters are drawn independently, so that the variance of each term is its share. What the terms
do not explain is chance: shocks, luck of sites, and what parameters do only together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kichban.numbers import FloatArray
from kichban.projection.values import Paths, Projection, Variable

#: data that take away less of a prior's variance have not spoken
SPOKEN = 0.1
#: fewer draws for each term explain by accident what they do not explain
DRAWS_PER_TERM = 10


class Width(NamedTuple):
    """Where the width of an interval comes from: shares of a variance, which add to 1.

    `assumed` comes from parameters that no data speak of, `weighed` from those that data have
    narrowed or moved; the rest is `chance`.
    """

    assumed: float
    weighed: float
    chance: float


def interval_widths(
    projection: Projection,
    name: str,
    draws: Mapping[str, FloatArray],
    variables: Sequence[Variable],
) -> dict[Variable, Width]:
    """Split the width of yearly variables of a scenario in its last year, in their order.

    Parameters
    ----------
    draws : mapping to (draw,) float64
        The parameters it was run on, :meth:`~kichban.projection.Projector.draws`.

    Returns
    -------
    widths
        Without variables that do not vary; empty where there are too few draws to tell.
    """
    spoken = {key for key, share in projection.contraction.items() if share >= SPOKEN}
    if projection.land is not None:
        spoken |= {p.key for p in projection.land.parameters if not p.is_prior_only}
    kept = projection.scenarios[name].variables
    paths = {variable: kept[variable] for variable in variables if variable in kept}
    return split_widths(paths, draws, spoken)


def split_widths(
    variables: Mapping[Variable, Paths], every: Mapping[str, FloatArray], spoken: Collection[str]
) -> dict[Variable, Width]:
    """Split widths between parameters and chance.

    Parameters
    ----------
    variables
        Paths; the last year is split.
    every : mapping to (draw,) float64
        What was drawn, in the order of the paths.
    spoken
        Parameters that data have narrowed or moved.
    """
    varied = {key: v for key, v in every.items() if np.ptp(v) > 0.0}
    count = len(next(iter(every.values())))
    if not varied or count < 2 * DRAWS_PER_TERM * len(varied):
        return {}
    scores = np.stack([_scores(v) for v in varied.values()])
    terms = np.concatenate([scores, (scores**2 - 1.0) / np.sqrt(2.0)])
    terms -= terms.mean(axis=1, keepdims=True)
    speak = np.tile([key in spoken for key in varied], 2)
    gram = terms @ terms.T / count
    found = {}
    for variable, paths in variables.items():
        last = None if paths.annual is None else paths.annual[:, -1]
        if last is None or not np.isfinite(last).all() or not np.ptp(last) > 0.0:
            continue
        outcome = _scores(last)
        size = np.linalg.solve(gram, terms @ outcome / count)
        # a term that explains nothing still explains one part in so many draws
        share = np.maximum(size**2 * np.diag(gram) / outcome.var() - 1.0 / count, 0.0)
        whole = max(float(share.sum()), 1.0)
        assumed, weighed = float(share[~speak].sum()) / whole, float(share[speak].sum()) / whole
        found[variable] = Width(assumed, weighed, 1.0 - assumed - weighed)
    return found


def _scores(values: FloatArray) -> FloatArray:
    """Give normal scores of ranks, ties sharing theirs.

    >>> _scores(np.array([3.0, 1.0, 2.0])).round(2).tolist()
    [0.97, -0.97, 0.0]
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(values) - 0.5) / values.size))
