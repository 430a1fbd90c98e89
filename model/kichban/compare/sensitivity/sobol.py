r"""Sobol' indices of groups of parameters: how much of the variance each explains.

With A and B two independent sets of draws and :math:`AB^{(i)}` those of A with group i from B,

.. math::

    S_i = \frac{\frac1n \sum_j f(B)_j\,(f(AB^{(i)})_j - f(A)_j)}{V}, \qquad
    T_i = \frac{\frac1{2n} \sum_j (f(A)_j - f(AB^{(i)})_j)^2}{V}

(Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; the total index is Jansen's), f centred. The
first is a difference of products and wanders by about :math:`1/\sqrt n` even where nothing is to be
found, below nought too; the second is a mean of squares, never negative and exact where nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray

RESAMPLES, CONFIDENCE = 999, 0.95
#: a spread below this share of the level is no spread
CONSTANT = 1e-9


@dataclass(frozen=True, slots=True)
class Indices:
    """Shares of variance with the ends of their 95 % confidence intervals.

    Attributes
    ----------
    first, total : (group, outcome) float64
        What a group explains alone, and together with all its interactions.
    first_ends, total_ends : (2, group, outcome) float64
    together : (outcome,) float64
        Sum of the first-order indices; the rest to one is interactions between groups.
    together_ends : (2, outcome) float64
    """

    first: FloatArray
    total: FloatArray
    first_ends: FloatArray
    total_ends: FloatArray
    together: FloatArray
    together_ends: FloatArray


def indices(f_a: FloatArray, f_b: FloatArray, f_ab: FloatArray, seed: int = 1) -> Indices:
    """Estimate first-order and total indices, and their intervals from resampled draws.

    Parameters
    ----------
    f_a, f_b : (draw, outcome) float64
        Outcomes on two independent sets of draws; a power of two of them.
    f_ab : (group, draw, outcome) float64
        Outcomes on the first set with one group from the second.
    seed
        Of the resampling.

    Raises
    ------
    ValueError
        For a constant outcome, which has no variance to share, or draws that are no power of two.

    Examples
    --------
    A sum of two independent normals of variances 1 and 3:

    >>> luck = np.random.default_rng(1)
    >>> a, b = luck.standard_normal((2, 2, 4096)) * np.array([[1.0], [3**0.5]])
    >>> mixed = [b[0] + a[1], a[0] + b[1]]
    >>> as_outcome = lambda f: f[:, None]
    >>> found = indices(as_outcome(a.sum(0)), as_outcome(b.sum(0)), np.stack(mixed)[:, :, None])
    >>> bool(np.abs(found.first[:, 0] - [0.25, 0.75]).max() < 0.05)
    True
    """
    from scipy.stats import sobol_indices  # half a second that only this needs

    if is_constant(np.concatenate([f_a, f_b])).any():
        raise ValueError("an outcome is constant")
    given = {"f_A": f_a.T, "f_B": f_b.T, "f_AB": f_ab.transpose(0, 2, 1)}
    found = sobol_indices(func=given, n=len(f_a))
    shape = (f_a.shape[1], len(f_ab))
    first, total = (np.reshape(v, shape).T for v in (found.first_order, found.total_order))
    firsts, totals = _resampled(f_a, f_b, f_ab, seed)
    return Indices(
        first, total, _ends(firsts), _ends(totals), first.sum(axis=0), _ends(firsts.sum(axis=1))
    )


def is_constant(values: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say which outcomes, (draw, outcome), are the same in every draw.

    >>> is_constant(np.array([[1.0, 16.0], [2.0, 16.0]]))
    array([False, True])
    """
    return np.asarray(np.ptp(values, axis=0) <= CONSTANT * np.abs(values).max(axis=0))


def _resampled(
    f_a: FloatArray, f_b: FloatArray, f_ab: FloatArray, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Give (resample, group, outcome) first and total indices of draws drawn again.

    Drawing j again n times is weighing it by how often it came: all resamples are one product of
    matrices. (SciPy's own bootstrap takes no seed, so its ends would differ from run to run.)
    """
    n, outcomes = f_a.shape
    luck = np.random.default_rng(np.random.SeedSequence([seed, n]))
    weights = luck.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES) / n
    mean = (f_a.mean(axis=0) + f_b.mean(axis=0)) / 2
    a, b, ab = f_a - mean, f_b - mean, f_ab - mean
    squares = weights @ ((a**2 + b**2) / 2)
    variance = squares - (weights @ ((a + b) / 2)) ** 2

    def share(products: FloatArray) -> FloatArray:
        flat = products.transpose(1, 0, 2).reshape(n, -1)
        return np.asarray((weights @ flat).reshape(RESAMPLES, -1, outcomes) / variance[:, None])

    return share(b * (ab - a)), share((a - ab) ** 2 / 2)


def _ends(resampled: FloatArray) -> FloatArray:
    beyond = (1.0 - CONFIDENCE) / 2
    return np.asarray(np.quantile(resampled, (beyond, 1 - beyond), axis=0))
