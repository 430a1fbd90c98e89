r"""The gate: how far each expert of the pool is believed, series by series.

.. math::

   w_{ig} \propto \exp\Big(\sum_k x_{ik}\, \theta_{k} \cdot a_g
            - \lambda \sqrt{n_i / \bar n}\; f_{ig} - \mu\, r_{ig}\Big)

f and r say how far expert g misses history i one and several steps ahead, relative to the best one;
x are a few traits of the series and :math:`a_g` names the expert axis by axis (its view, α, trend,
γ, and pairs of them). θ, λ and μ are learned on many series at once: with fifteen points of its own
a series cannot say much about which smoother suits it, a thousand others can (cf. Montero-Manso et
al. 2020, doi:10.1016/j.ijforecast.2019.02.011, where a tree plays this part over whole methods).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.forecast.history import Histories
from kichban.forecast.pool import PoolRun
from kichban.forecast.seasons import classical_factors
from kichban.forecast.smoothers import expert_names
from kichban.numbers import FloatArray

#: traits of a series, in the order of θ's rows
TRAITS = ("one", "length", "trend", "noise")
#: axes of an expert's name that are looked at in pairs: log×trend, season×γ, α×trend, α×γ
PAIRS = ((0, 3), (1, 4), (2, 3), (2, 4))
#: a pair says less than a name alone, and is drawn more to nought
PAIR_WEIGHT = 0.7
#: points of an ordinary series; traits are centred on what is ordinary
ORDINARY = {1: 25.0, 4: 60.0, 12: 50.0}


@dataclass(frozen=True, slots=True)
class Gate:
    """What was learned of one frequency.

    Attributes
    ----------
    theta : (trait, name) float64
    fit, reach : float
        λ and μ.
    low, high : (trait,) float64
        Range of the traits in the learning set: nothing is carried on beyond it.
    """

    theta: FloatArray
    fit: float
    reach: float
    low: FloatArray
    high: FloatArray


def name_matrix(season: int) -> FloatArray:
    """Give the (expert, name) matrix that says which names, and pairs of them, an expert bears."""
    names = np.array(expert_names(season))
    columns = [
        (names[:, axis] == name).astype(np.float64)
        for axis in range(names.shape[1])
        for name in sorted(set(names[:, axis]))
    ]
    for one, other in PAIRS:
        both = np.char.add(np.char.add(names[:, one], "|"), names[:, other])
        columns += [PAIR_WEIGHT * (both == pair) for pair in sorted(set(both))]
    return np.array(columns).T


def traits(histories: Histories) -> FloatArray:
    """Give (series, trait): length, steadiness of the trend, noise.

    All of steps of the logs after the season is taken out, so that no unit matters; a series with
    noughts or negative values counts as ordinary.
    """
    rows = []
    for y, first in zip(histories.values, histories.start, strict=True):
        history = y[first:]
        length = np.log(history.size / ORDINARY[histories.season])
        if not (history > 0).all():
            rows.append((1.0, length, 0.0, 0.0))
            continue
        factors = classical_factors(history, histories.season)
        steps = np.diff(np.log(history / factors[np.arange(history.size) % histories.season]))
        noise = np.abs(steps).mean() + 1e-9
        trend = abs(steps.mean()) / noise - 0.4
        rows.append((1.0, length, trend, np.log(noise + 1e-4) + 3.0))
    return np.array(rows)


def evidence(run: PoolRun) -> tuple[FloatArray, FloatArray]:
    """Give how far each expert misses, one and several steps ahead, beyond the best one (logs)."""
    fit = run.fit - np.where(run.possible, run.fit, np.inf).min(axis=1, keepdims=True)
    reach = run.reach - np.where(run.possible, run.reach, np.inf).min(axis=1, keepdims=True)
    return fit, reach


def weigh(gate: Gate, names: FloatArray, x: FloatArray, run: PoolRun) -> FloatArray:
    """Give (series, expert) weights that sum to one.

    Parameters
    ----------
    names : (expert, name) float64
        :func:`name_matrix`.
    x : (series, trait) float64
        :func:`traits`.
    """
    fit, reach = evidence(run)
    x = np.clip(x, gate.low, gate.high)
    score = x @ gate.theta @ names.T
    score -= gate.fit * np.exp(0.5 * x[:, 1:2]) * fit + gate.reach * reach
    score = np.where(run.possible, score, -np.inf)
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def blend(weights: FloatArray, run: PoolRun) -> FloatArray:
    """Give the (series, step) weighted mean of the experts."""
    return np.asarray(np.einsum("sg,sgh->sh", weights, run.points, optimize=True))


def disagreement(weights: FloatArray, run: PoolRun) -> FloatArray:
    """Give the (series, step) weighted standard deviation of the experts around their mean."""
    mean = blend(weights, run)
    square = np.einsum("sg,sgh->sh", weights, np.square(run.points.astype(np.float64)))
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)))
