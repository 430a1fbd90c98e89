r"""The size of growth shocks: prior and the province's own yearly growth, weighed.

Yearly log growth of an average-of-year series driven by quarterly shocks of sd σ and persistence
φ has variance :math:`2.75\,\sigma^2/(1-\phi)^2` (the weights 1, 2, 3, 4, 3, 2, 1 over 4 squared and
summed; the AR(1) enters by its long-run gain). The log of an estimated sd from n growth rates has
standard error :math:`1/\sqrt{2(n-1)}`; a normal prior on log σ is combined with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray

#: Σ (1, 2, 3, 4, 3, 2, 1)² / 16
AVERAGING = 2.75
LEAST = 4


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A parameter's log before and after the data; contraction = 1 − posterior/prior variance."""

    prior_mean: float
    prior_sd: float
    mean: float
    sd: float

    @property
    def contraction(self) -> float:
        """Share of the prior's variance that the data took away; below 0,1: prior only."""
        return 1.0 - (self.sd / self.prior_sd) ** 2


def calibrate_shock_sd(
    yearly_growth: FloatArray, prior: FloatArray, persistence: float
) -> Calibrated:
    """Weigh the prior of the quarterly shock sd against the spread of yearly growth.

    Parameters
    ----------
    yearly_growth : (year,) float64
        Log growth of annual levels; with fewer than four the prior stays.
    prior : (n,) float64
        Draws from the prior of the quarterly sd.
    persistence : float
        φ, to turn yearly into quarterly spread.

    Examples
    --------
    >>> prior = np.exp(np.log(0.035) + 0.3 * np.linspace(-2, 2, 101))
    >>> moved = calibrate_shock_sd(np.array([0.2, 0.3, 0.1, 0.4, 0.2, 0.3]), prior, 0.3)
    >>> bool(moved.mean > moved.prior_mean), bool(0 < moved.contraction < 1)
    (True, True)
    """
    logs = np.log(prior)
    mean, sd = float(logs.mean()), float(logs.std())
    count = yearly_growth.size
    if count < LEAST or sd == 0.0:
        return Calibrated(mean, sd, mean, sd)
    # A trend in growth is fading, not a shock.
    years = np.arange(count, dtype=np.float64)
    slope, level = np.polyfit(years, yearly_growth, 1)
    spread = float(np.sqrt(((yearly_growth - level - slope * years) ** 2).sum() / (count - 2)))
    seen = np.log(max(spread, 1e-4) * (1.0 - persistence) / np.sqrt(AVERAGING))
    error = 1.0 / np.sqrt(2.0 * (count - 2))
    weight = sd**2 / (sd**2 + error**2)
    return Calibrated(
        mean, sd, float(mean + weight * (seen - mean)), float(sd * np.sqrt(1 - weight))
    )


def move_prior(draws: FloatArray, calibrated: Calibrated) -> FloatArray:
    """Move draws of the prior to the posterior, keeping their ranks.

    >>> move_prior(np.array([1.0]), Calibrated(0.0, 1.0, 0.5, 0.5)).round(4)
    array([1.6487])
    """
    if calibrated.prior_sd == 0.0:
        return draws
    standard = (np.log(draws) - calibrated.prior_mean) / calibrated.prior_sd
    return np.asarray(np.exp(calibrated.mean + calibrated.sd * standard))
