"""L8: jobs follow leased land with a lag, less than in proportion, while people can be found."""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray


def jobs_of_land(
    leased: FloatArray,
    leased_now: float | FloatArray,
    jobs_now: float | FloatArray,
    elasticity: FloatArray,
    lag: int,
) -> FloatArray:
    r"""Jobs wanted by the enterprises on leased land.

    .. math:: E_t = E_0 (L_{t-\ell} / L_0)^{\eta}

    Parameters
    ----------
    leased : (draw, quarter) float64, ha
        Stock at the quarters' ends.
    leased_now, jobs_now : float or (draw,) float64
        Stock of leased land (positive) and workers at the start.
    elasticity : (draw,) float64
        η, 0 = land brings no jobs, 1 = in proportion.
    lag
        Quarters from lease to work; before the start leased land counts as today's.

    Returns
    -------
    jobs : (draw, quarter) float64, workers

    Examples
    --------
    >>> jobs_of_land(np.array([[121.0, 144.0]]), 100.0, 1000.0, np.array([0.5]), 1).round(6)
    array([[1000., 1100.]])
    """
    start = np.reshape(np.asarray(leased_now, np.float64), (-1, 1))
    quarters = leased.shape[1]
    before = np.broadcast_to(start, (len(leased), min(lag, quarters)))
    lagged = np.concatenate([before, leased[:, : quarters - before.shape[1]]], axis=1)
    return np.asarray(np.reshape(jobs_now, (-1, 1)) * (lagged / start) ** elasticity[:, np.newaxis])


def labour_supply(workers_now: float | FloatArray, growth: FloatArray, quarters: int) -> FloatArray:
    """Give the workers that can be found, growing at a yearly rate: (draw, quarter).

    >>> labour_supply(1000.0, np.array([0.0]), 2).tolist()
    [[1000.0, 1000.0]]
    """
    years = np.arange(1, quarters + 1) / 4.0
    return np.asarray(np.reshape(workers_now, (-1, 1)) * (1.0 + growth[:, np.newaxis]) ** years)


def cap_by_supply(wanted: tuple[FloatArray, ...], supply: FloatArray) -> tuple[FloatArray, ...]:
    """Cut the jobs of all kinds in proportion where together they want more than there are.

    Parameters
    ----------
    wanted
        Jobs by kind, each (draw, quarter).
    supply : (draw, quarter) float64
        Workers for all kinds together.

    Examples
    --------
    >>> wanted = (np.array([[90.0]]), np.array([[30.0]]))
    >>> parks, clusters = cap_by_supply(wanted, np.array([[60.0]]))
    >>> parks.tolist(), clusters.tolist()
    ([[45.0]], [[15.0]])
    """
    total = np.sum(wanted, axis=0)
    larger = np.maximum(total, supply)
    share = np.where(larger > 0.0, supply / np.where(larger > 0.0, larger, 1.0), 1.0)
    return tuple(np.asarray(jobs * share) for jobs in wanted)


def jobs_per_hectare(jobs: FloatArray, leased: FloatArray) -> FloatArray:
    """Average jobs on a leased ha, NaN without leased land.

    >>> jobs_per_hectare(np.array([[1000.0]]), np.array([[100.0]])).tolist()
    [[10.0]]
    """
    return np.asarray(jobs / np.where(leased > 0.0, leased, np.nan))


def marginal_jobs_per_hectare(
    jobs: FloatArray, leased: FloatArray, elasticity: FloatArray
) -> FloatArray:
    r"""Jobs that one more leased ha brings, :math:`\eta E / L`; the average is E / L.

    >>> jobs, leased = np.array([[1000.0]]), np.array([[100.0]])
    >>> marginal_jobs_per_hectare(jobs, leased, np.array([0.4])).tolist()
    [[4.0]]
    """
    return np.asarray(elasticity[:, np.newaxis] * jobs_per_hectare(jobs, leased))
