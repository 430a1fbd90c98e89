"""L6: factories start after the lease; and occupancy, always over a denominator that is named."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def operation_lag_quarters(years: FloatArray, slip: FloatArray) -> FloatArray:
    """Give whole quarters from lease to operation, at least one.

    >>> operation_lag_quarters(np.array([0.1, 1.5]), np.ones(1)).tolist()
    [1.0, 6.0]
    """
    return np.maximum(np.rint(4.0 * years * slip), 1.0)


def operating_land(
    matured: FloatArray,
    leased: FloatArray,
    serviced: FloatArray,
    operating: FloatArray,
    out: FloatArray | None = None,
) -> FloatArray:
    """Land in operation: leases past their lag, on serviced land, never more than is leased.

    Land that operates already is not closed because servicing is not printed.

    Parameters
    ----------
    matured, leased, serviced, operating : (draw, site) float64, ha
        Leases past their lag, stocks at the quarter's end, operating land at its start.
    out
        Where to write, may be `operating`.

    Examples
    --------
    >>> operating_land(np.array([30.0]), np.array([40.0]), np.array([20.0]), np.array([5.0]))
    array([20.])
    """
    allowed = np.maximum(serviced, operating, out=out)
    np.minimum(allowed, matured, out=allowed)
    return np.minimum(allowed, leased, out=allowed)
