r"""The size of growth shocks: prior and how far the province's growth was missed, weighed.

What counts is the error of the forecast, not the spread around a trend that is known afterwards:
each year's growth is foretold by the year before, faded towards the long run as the model does it
(a share r of the distance is kept). Yearly log growth of an average-of-year series driven by
quarterly shocks of sd σ and persistence φ has variance :math:`2.75\,\sigma^2/(1-\phi)^2` (the
weights 1, 2, 3, 4, 3, 2, 1 over 4, squared and summed; the AR(1) enters by its long-run gain) and
covariance :math:`0.625\,\sigma^2/(1-\phi)^2` with the year before, so that the error has variance

.. math:: \left(2.75\,(1 + r^2) - 1.25\,r\right) \sigma^2 / (1-\phi)^2

The log of an sd estimated from n errors has standard error :math:`1/\sqrt{2n}`; a normal prior on
log σ is combined with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray

#: Σ (1, 2, 3, 4, 3, 2, 1)² / 16, and twice what of it two years share
AVERAGING, SHARED = 2.75, 1.25
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
    yearly_growth: FloatArray,
    prior: FloatArray,
    persistence: float,
    long_run: float = 0.1,
    kept: float = 0.8,
) -> Calibrated:
    """Weigh the prior of the quarterly shock sd against the errors of foretelling yearly growth.

    Parameters
    ----------
    yearly_growth : (year,) float64
        Log growth of annual levels; with fewer than four the prior stays.
    prior : (n,) float64
        Draws from the prior of the quarterly sd.
    persistence : float
        φ, to turn yearly into quarterly spread.
    long_run, kept : float
        Log growth of the long run, and the share of the distance to it that is left a year later.

    Examples
    --------
    >>> prior = np.exp(np.log(0.035) + 0.3 * np.linspace(-2, 2, 101))
    >>> moved = calibrate_shock_sd(np.array([0.2, 0.3, 0.1, 0.4, 0.2, 0.3]), prior, 0.3)
    >>> bool(moved.mean > moved.prior_mean), bool(0 < moved.contraction < 1)
    (True, True)
    """
    logs = np.log(prior)
    mean, sd = float(logs.mean()), float(logs.std())
    if yearly_growth.size < LEAST or sd == 0.0:
        return Calibrated(mean, sd, mean, sd)
    foretold = long_run + kept * (yearly_growth[:-1] - long_run)
    errors = yearly_growth[1:] - foretold
    spread = max(float(np.sqrt((errors**2).mean())), 1e-4)
    reach = np.sqrt(AVERAGING * (1.0 + kept**2) - SHARED * kept)
    seen = np.log(spread * (1.0 - persistence) / reach)
    error = 1.0 / np.sqrt(2.0 * errors.size)
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
