"""Priors and their quantile functions, vectorised over draws."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np

from kichban.catalogue import Parameter
from kichban.numbers import FloatArray
from kichban.scenario.values import Prior

#: standard normal quantile of 0,9
Z90 = 1.2815515655446004
#: weight of the mode in a PERT distribution
PERT_SHAPE = 4.0


def catalogue_prior(parameter: Parameter) -> Prior | None:
    """Give a parameter's own prior, ``None`` where it is certain.

    >>> from kichban.catalogue import load_parameters
    >>> prior = catalogue_prior(load_parameters()["growth.wedge"])
    >>> prior.dist, prior.low, prior.mode, prior.high, prior.bounds
    ('pert', 0.0, 0.024, 0.05, (-0.1, 0.2))
    """
    low, high, mode = parameter.low, parameter.high, parameter.default
    if parameter.dist == "none" or low is None or high is None or not isinstance(mode, float):
        return None
    return Prior(parameter.dist, low, mode, high, parameter.error_bounds)


def moved_prior(prior: Prior, value: float) -> Prior:
    """Move a prior to a new most likely value; its range scales with it.

    Where scaling has no meaning (zero or a change of sign) the range is shifted instead. The ends
    stay within the parameter's bounds.

    >>> moved = moved_prior(Prior("pert", 700.0, 1300.0, 2200.0, (0.0, 5e4)), 650.0)
    >>> moved.low, moved.mode, moved.high
    (350.0, 650.0, 1100.0)
    """
    if prior.mode > 0 and value > 0:
        ends = [end * (value / prior.mode) for end in (prior.low, prior.high)]
    else:
        ends = [end + (value - prior.mode) for end in (prior.low, prior.high)]
    low, high = (min(max(end, prior.bounds[0]), prior.bounds[1]) for end in ends)
    return replace(prior, low=low, mode=value, high=high)


def quantiles(prior: Prior, u: FloatArray) -> FloatArray:
    r"""Turn uniforms into draws of a prior.

    PERT is a beta distribution on [a, b] with
    :math:`\alpha = 1 + 4(m-a)/(b-a),\; \beta = 1 + 4(b-m)/(b-a)`.

    Parameters
    ----------
    u : (draw,) float64
        Strictly between 0 and 1.

    Returns
    -------
    values : (draw,) float64
        In the parameter's unit, never outside its bounds.

    Examples
    --------
    >>> quantiles(Prior("normal", 8.0, 12.0, 16.0, (0.0, 15.0)), np.array([0.1, 0.5, 0.9]))
    array([ 8., 12., 15.])
    """
    a, m, b = prior.low, prior.mode, prior.high
    if prior.futures:
        values = _discrete(prior, u)
    elif a == b:
        values = np.full_like(u, a)
    elif prior.dist == "pert":
        values = a + (b - a) * _beta(u, PERT_SHAPE * (m - a) / (b - a), PERT_SHAPE)
    elif prior.dist == "triangular":
        split = (m - a) / (b - a)
        rising = a + np.sqrt(u * (b - a) * (m - a))
        values = np.where(u < split, rising, b - np.sqrt((1 - u) * (b - a) * (b - m)))
    elif prior.dist == "uniform":
        values = a + (b - a) * u
    elif prior.dist == "normal":
        values = (a + b) / 2 + (b - a) / (2 * Z90) * _normal(u)
    else:
        centre, spread = math.log(a * b) / 2, math.log(b / a) / (2 * Z90)
        values = np.exp(centre + spread * _normal(u))
    return np.asarray(np.clip(values, *prior.bounds))


def _discrete(prior: Prior, u: FloatArray) -> FloatArray:
    """Give the first future whose cumulated probability reaches `u`."""
    upto = np.cumsum([f.probability for f in prior.futures])
    # rounding of the sum must not lead beyond the last
    at = np.minimum(np.searchsorted(upto, u, side="left"), len(upto) - 1)
    return np.array([f.value for f in prior.futures])[at]


def support(prior: Prior) -> tuple[float, float]:
    """Give the least and the most a draw can be.

    >>> support(Prior("normal", 8.0, 12.0, 16.0, (0.0, 15.0)))
    (0.0, 15.0)
    >>> support(Prior("pert", 8.0, 12.0, 16.0, (0.0, 15.0)))
    (8.0, 15.0)
    """
    low, high = prior.bounds
    if prior.dist in ("normal", "lognormal"):
        return (max(low, 0.0) if prior.dist == "lognormal" else low), high
    return max(prior.low, low), min(prior.high, high)


def ends_of_quantiles(prior: Prior) -> Prior:
    r"""Give the pert or triangular prior that has `low` as p10, `high` as p90 and the mode.

    With :math:`s = (m-a)/(b-a)` and the quantiles :math:`q_{10}(s), q_{90}(s)` on the unit range,

    .. math:: \frac{m - p_{10}}{p_{90} - p_{10}} = \frac{s - q_{10}(s)}{q_{90}(s) - q_{10}(s)}

    grows with s from below 0 to above 1: one s, and with it one pair of ends, fits every mode
    between p10 and p90. Draws beyond the parameter's bounds are clipped, which moves neither.

    >>> found = ends_of_quantiles(Prior("triangular", 8.0, 10.0, 12.0, (0.0, 20.0)))
    >>> round(found.low, 4), round(found.high, 4)
    (6.382, 13.618)
    """
    from scipy.optimize import brentq

    wanted = (prior.mode - prior.low) / (prior.high - prior.low)

    def miss(s: float) -> float:
        p10, p90 = _unit_quantiles(prior, s)
        return (s - p10) / (p90 - p10) - wanted

    p10, p90 = _unit_quantiles(prior, s := float(brentq(miss, 0.0, 1.0, xtol=1e-14)))
    width = (prior.high - prior.low) / (p90 - p10)
    low = prior.mode - s * width
    return replace(prior, low=low, high=low + width, by_quantiles=False)


def _unit_quantiles(prior: Prior, s: float) -> tuple[float, float]:
    """Give p10 and p90 of the prior's shape on 0…1 with its mode at `s`."""
    if prior.dist == "triangular":
        unit = Prior("triangular", 0.0, s, 1.0, (0.0, 1.0))
        p10, p90 = quantiles(unit, np.array([0.1, 0.9]))
    else:
        from scipy.special import betaincinv

        p10, p90 = betaincinv(1 + PERT_SHAPE * s, 1 + PERT_SHAPE * (1 - s), [0.1, 0.9])
    return float(p10), float(p90)


#: points of the table that inverse beta functions are read from; errors stay below 1e-6
GRID = 8193


def _beta(u: FloatArray, before: float, shape: float) -> FloatArray:
    return np.asarray(np.interp(u, *_beta_table(before, shape)))


@cache
def _beta_table(before: float, shape: float) -> tuple[FloatArray, FloatArray]:
    """Tabulate the inverse once: it costs a thousand times a look-up, and blocks are many.

    The grid is finer towards both ends, where the inverse is steep.
    """
    from scipy.special import betaincinv  # keeps `import kichban` fast

    angle = np.linspace(0.0, np.pi, GRID)
    grid = (1.0 - np.cos(angle)) / 2.0
    return grid, np.asarray(betaincinv(1 + before, 1 + shape - before, grid))


def _normal(u: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.asarray(ndtri(u))


def median(prior: Prior) -> float:
    """Give the value half of the draws lie below.

    >>> round(median(Prior("lognormal", 1.0, 2.0, 4.0, (0.0, 10.0))), 6)
    2.0
    """
    return float(quantiles(prior, np.array([0.5]))[0])
