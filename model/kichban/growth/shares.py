"""Parts of a total whose shares drift and always add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kichban.numbers import FloatArray


def anchored_logs(
    log_share: FloatArray, times: Sequence[float], anchors: FloatArray, periods: int
) -> FloatArray:
    r"""Give the way log shares go from today's to given ones: linear in logs, then held.

    Linear log shares, brought back to sum 1, are linear log ratios of any two parts.

    Parameters
    ----------
    log_share : (part,) float64
        Central log shares just before the first period.
    times
        Periods, from 0, at which the anchors hold; ascending, at least 0.
    anchors : (anchor, part) float64
        Shares to have then, positive.
    periods
        How many.

    Returns
    -------
    way : (period, part) float64
        Log distance from today's shares.

    Examples
    --------
    >>> anchored_logs(np.log([0.5, 0.5]), [1.0], np.array([[0.5, 0.25]]), 3).round(3).tolist()
    [[0.0, -0.347], [0.0, -0.693], [0.0, -0.693]]
    """
    at = np.concatenate([[-1.0], times])
    logs = np.vstack([log_share, np.log(anchors)]) - log_share
    way = [np.interp(np.arange(periods), at, column) for column in logs.T]
    return np.stack(way, axis=1)


def drifting_shares(
    log_share: FloatArray, step_sd: float, noise: FloatArray, way: FloatArray | None = None
) -> FloatArray:
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
    way : (period, part) float64, optional
        Log distance that the middle of the shares goes, from :func:`anchored_logs`.

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
    if way is not None:
        logs = logs + way
    logs = logs - logs.max(axis=-1, keepdims=True)
    share = np.exp(logs)
    return np.asarray(share / share.sum(axis=-1, keepdims=True))
