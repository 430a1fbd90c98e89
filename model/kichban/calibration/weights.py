"""Weights of draws by how likely they make what was printed; quantiles and scores under weights."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray

#: of Student's t: a print may be far off
FREEDOM = 4.0
#: share of draws that must count after weighing
LEAST_EFFECTIVE = 0.1


def log_t(z: FloatArray) -> FloatArray:
    """Log density of Student's t up to a constant."""
    return np.asarray(-0.5 * (FREEDOM + 1.0) * np.log1p(z**2 / FREEDOM))


def weigh(loglik: FloatArray) -> tuple[FloatArray, float]:
    """Give the (luck, draw) weights, which add to 1, and the power of the likelihood.

    A draw is as likely as the mean of its tries, and its tries share its weight.
    """
    highest = loglik.max(axis=0)
    tries = np.exp(loglik - highest)
    draws, power = _tempered(highest + np.log(tries.mean(axis=0)))
    return draws * tries / tries.sum(axis=0), power


def _tempered(loglik: FloatArray) -> tuple[FloatArray, float]:
    """Give weights that add to 1, and the largest power ≤ 1 that leaves enough draws."""

    def by_power(power: float) -> FloatArray:
        w = np.exp(power * (loglik - loglik.max()))
        return np.asarray(w / w.sum())

    def share(power: float) -> float:
        return float(1.0 / (by_power(power) ** 2).sum() / len(loglik))

    if share(1.0) >= LEAST_EFFECTIVE:
        return by_power(1.0), 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) >= LEAST_EFFECTIVE else (low, middle)
    return by_power(low), low


def weighted_quantiles(values: FloatArray, weights: FloatArray, at: FloatArray) -> FloatArray:
    """Give quantiles of weighted draws.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.full(3, 1 / 3), np.array([0.5]))
    array([2.])
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.asarray(np.interp(at, reached, values[order]))


def weighted_crps(values: FloatArray, weights: FloatArray, printed: float) -> float:
    r"""Continuous ranked probability score of weighted draws: E|X − x| − ½ E|X − X'|.

    >>> weighted_crps(np.array([0.0, 1.0]), np.array([0.5, 0.5]), 0.0)
    0.25
    """
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order]
    reached = np.cumsum(w) - 0.5 * w
    spread = 2.0 * float((w * x * (2.0 * reached - 1.0)).sum())
    return float((w * np.abs(x - printed)).sum()) - 0.5 * spread
