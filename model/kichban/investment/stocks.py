"""L7: registered capital grows by what is handed in; realised capital follows with a lag."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def registered_stock(start: float | FloatArray, flow: FloatArray) -> FloatArray:
    """Stock of valid registered capital (vốn đăng ký lũy kế).

    Parameters
    ----------
    start : float or (draw,) float64
        Stock at the start of the first quarter, mn USD or bn VND.
    flow : (draw, quarter) float64
        Newly registered and raised, less withdrawn, within each quarter.

    Returns
    -------
    stock : (draw, quarter) float64
        At the quarters' ends.

    Examples
    --------
    >>> registered_stock(100.0, np.array([[10.0, 20.0]])).tolist()
    [[110.0, 130.0]]
    """
    return np.asarray(np.reshape(start, (-1, 1)) + np.cumsum(flow, axis=1))


def quarterly_weights(annual: tuple[float, ...]) -> FloatArray:
    """Spread weights by year after registration evenly over the quarters of each year.

    They are scaled to add to 1: the share that is realised at all is another parameter.

    >>> quarterly_weights((0.5, 0.5)).tolist()
    [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125]
    """
    weights = np.repeat(np.asarray(annual, dtype=np.float64), 4)
    return np.asarray(weights / weights.sum())


def realised_stock(
    registered: FloatArray,
    start: tuple[float | FloatArray, float | FloatArray],
    share: FloatArray,
    lag_weights: tuple[float, ...],
) -> FloatArray:
    r"""Realised capital (vốn thực hiện lũy kế): a lagged share of what was registered.

    .. math:: K_t = K_0 + \sum_{s \le t} w_{t-s}\, r\, (F_s + B [s = 0]), \quad
              B = \max(0,\; R_0 - K_0 / r)

    The gap between the share of the present stock and what is realised of it (backlog B) comes
    like a registration of the first quarter. Never more than is registered, so that it falls
    only where that does.

    Parameters
    ----------
    registered : (draw, quarter) float64
        Stock at the quarters' ends, from :func:`registered_stock`.
    start
        Registered and realised stock at the start, float or (draw,).
    share : (draw,) float64
        Share r of registered capital that is realised in the end.
    lag_weights
        Share realised in the first, second … year after registration.

    Returns
    -------
    realised : (draw, quarter) float64

    Examples
    --------
    >>> flow = np.full((1, 8), 100.0)
    >>> stock = registered_stock(1000.0, flow)
    >>> realised_stock(stock, (1000.0, 700.0), np.array([0.7]), (1.0,))[0, [0, 3, 7]].round(6)
    array([ 717.5,  875. , 1155. ])
    """
    registered_now, realised_now = (np.reshape(np.asarray(s, np.float64), (-1, 1)) for s in start)
    ratio = share[:, np.newaxis]
    coming = np.diff(registered, axis=1, prepend=np.broadcast_to(registered_now, ratio.shape))
    # what is withdrawn from the register was not going to be built
    coming = np.maximum(coming, 0.0)
    coming[:, :1] += np.maximum(registered_now - realised_now / ratio, 0.0)
    built = np.zeros_like(registered)
    for lag, weight in enumerate(quarterly_weights(lag_weights)[: registered.shape[1]]):
        built[:, lag:] += weight * coming[:, : coming.shape[1] - lag]
    stock = realised_now + ratio * np.cumsum(built, axis=1)
    return np.minimum(stock, registered)


def capital_per_hectare(stock: FloatArray, leased: FloatArray) -> FloatArray:
    """Suất đầu tư: registered (or realised) capital per leased ha, NaN without leased land.

    >>> capital_per_hectare(np.array([10466.0]), np.array([1000.0])).tolist()
    [10.466]
    """
    return np.asarray(stock / np.where(leased > 0.0, leased, np.nan))
