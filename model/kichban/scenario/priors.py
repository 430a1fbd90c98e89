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
    >>> catalogue_prior(load_parameters()["growth.wedge"])
    Prior(dist='pert', low=0.0, mode=0.024, high=0.05, bounds=(-0.1, 0.2))
    """
    low, high, mode = parameter.low, parameter.high, parameter.default
    if parameter.dist == "none" or low is None or high is None or not isinstance(mode, float):
        return None
    return Prior(parameter.dist, low, mode, high, parameter.error_bounds)


def moved_prior(prior: Prior, value: float) -> Prior:
    """Move a prior to a new most likely value; its range scales with it.

    Where scaling has no meaning (zero or a change of sign) the range is shifted instead. The ends
    stay within the parameter's bounds.

    >>> moved_prior(Prior("pert", 700.0, 1300.0, 2200.0, (0.0, 5e4)), 650.0)
    Prior(dist='pert', low=350.0, mode=650.0, high=1100.0, bounds=(0.0, 50000.0))
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
    if a == b:
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
