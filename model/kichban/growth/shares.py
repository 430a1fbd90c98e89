"""Parts of a total whose shares drift and always add up."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def drifting_shares(log_share: FloatArray, step_sd: float, noise: FloatArray) -> FloatArray:
    r"""Let log shares wander and bring them back to sum 1.

    .. math:: s_i(t) = e^{r_i(t)} / \sum_j e^{r_j(t)}, \quad r_i(t) = r_i(t-1) + \sigma \eta_i(t)

    Parameters
    ----------
    log_share : (draw, part) float64
        Log shares now.
    step_sd : float
        σ a period, logs.
    noise : (draw, period, part) float64
        Standard normal numbers η.

    Returns
    -------
    share : (draw, period, part) float64
        Positive, adding up to 1 over the parts.

    Examples
    --------
    >>> drifting_shares(np.log([[0.2, 0.8]]), 0.0, np.zeros((1, 1, 2))).round(2)
    array([[[0.2, 0.8]]])
    """
    logs = log_share[:, None, :] + step_sd * np.cumsum(noise, axis=1)
    logs = logs - logs.max(axis=-1, keepdims=True)
    share = np.exp(logs)
    return np.asarray(share / share.sum(axis=-1, keepdims=True))
