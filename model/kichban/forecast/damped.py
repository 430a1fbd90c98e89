r"""The damped trend of Gardner & McKenzie (1985), fitted and simulated.

.. math::

   \ell_t = \ell_{t-1} + \phi b_{t-1} + \alpha e_t, \qquad
   b_t = \phi b_{t-1} + \beta e_t, \qquad
   e_t = y_t - \ell_{t-1} - \phi b_{t-1}

With 8–20 annual points nothing richer can be told apart from luck; what matters is that the
intervals are honest, so paths carry the error of the level, of the slope and of the variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from kichban.numbers import FloatArray

ALPHAS = (0.2, 0.5, 0.8, 1.0)
BETAS = (0.0, 0.1, 0.3)
PHIS = (0.8, 0.9, 0.98)
MINIMUM = 5


@dataclass(frozen=True, slots=True)
class DampedTrend:
    """A fitted damped trend at the end of its series."""

    level: float
    slope: float
    alpha: float
    beta: float
    phi: float
    sigma: float
    errors: int


def fit_damped_trend(y: FloatArray) -> DampedTrend:
    """Fit by least squares of the one-step errors over a small grid.

    Parameters
    ----------
    y : (n,) float64
        At least five points, oldest first.

    Raises
    ------
    ValueError
        With fewer than five points, or gaps.

    Examples
    --------
    >>> fit = fit_damped_trend(np.arange(10.0))
    >>> round(fit.level, 1), fit.sigma < 0.3
    (9.0, True)
    """
    if y.size < MINIMUM or not np.isfinite(y).all():
        raise ValueError(f"a damped trend needs {MINIMUM} points without gaps, not {y.size}")
    grid = np.array(list(product(ALPHAS, BETAS, PHIS))).T
    alpha, beta, phi = grid
    level = np.full(alpha.size, y[0])
    slope = np.full(alpha.size, float(np.mean(np.diff(y[:4]))))
    squares = np.zeros(alpha.size)
    for value in y[1:]:
        error = value - level - phi * slope
        level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
        squares += error**2
    best = int(np.argmin(squares))
    count = y.size - 1
    # Two parameters and two starting values were chosen by the same data.
    sigma = float(np.sqrt(squares[best] / max(1, count - 2)))
    return DampedTrend(
        float(level[best]), float(slope[best]), float(alpha[best]), float(beta[best]),
        float(phi[best]), sigma, count,
    )  # fmt: skip


def sample_paths(fit: DampedTrend, noise: FloatArray, chi: FloatArray) -> FloatArray:
    """Simulate the fitted process.

    Parameters
    ----------
    noise : (draw, 1 + horizon) float64
        Standard normal numbers: the first for the error of the fitted slope.
    chi : (draw,) float64
        Uniform numbers for the unknown variance: errors are Student-t with ``errors − 2`` degrees.

    Returns
    -------
    paths : (draw, horizon) float64
    """
    from scipy.stats import chi2

    freedom = max(3, fit.errors - 2)
    sigma = fit.sigma * np.sqrt(freedom / chi2.ppf(np.clip(chi, 1e-6, 1 - 1e-6), freedom))
    level = np.full(noise.shape[0], fit.level)
    # Standard error of a slope through n points with errors of sd σ: σ √(12/n³).
    slope = fit.slope + sigma * np.sqrt(12.0 / (fit.errors + 1.0) ** 3) * noise[:, 0]
    paths = np.empty((noise.shape[0], noise.shape[1] - 1))
    for step in range(paths.shape[1]):
        error = sigma * noise[:, step + 1]
        paths[:, step] = level + fit.phi * slope + error
        level, slope = (
            level + fit.phi * slope + fit.alpha * error,
            fit.phi * slope + fit.beta * error,
        )
    return paths
