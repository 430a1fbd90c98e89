r"""Forecasts that add up: totals and parts, draw by draw.

Each series is forecast for itself; then every draw moves as little as the errors allow until
parts give their totals (Stone 1942; MinT of Wickramasuriya, Athanasopoulos & Hyndman 2019,
doi:10.1080/01621459.2018.1448825, is the same formula):

.. math:: x^* = x - W A^\top (A W A^\top)^{-1} A x

W are the sizes of the forecasts' errors with the correlation of past ones, drawn to none as far as
few errors tell little (Schäfer & Strimmer 2005, doi:10.2202/1544-6115.1175).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.balance import UnbalancedError, balance_nonnegative
from kichban.forecast.history import LEAST, SEASON, Frequency
from kichban.forecast.learned import Learned, load_learned
from kichban.forecast.methods import Method, forecast
from kichban.forecast.spread import normal_scores, relative_errors
from kichban.forecast.totals import Total, forecast_total
from kichban.numbers import FloatArray

#: draws of the joint paths
DRAWS, SEED = 2048, 1
#: an own error beyond so many normal scores counts as that many
FURTHEST = 4.0
#: past errors are those of so many last origins
ORIGINS = 24


class NoRoomError(ValueError):
    """Series whose forecasts stand leave no room for a sum, in some draws of a step.

    `step` counts from 1; `total` is the row of the sum; `draws` of :data:`DRAWS` have no room.
    """

    def __init__(self, step: int, total: int, draws: int) -> None:
        self.step, self.total, self.draws = step, total, draws
        super().__init__(f"sum {total} has no room in {draws} draws of step {step}")


@dataclass(frozen=True, slots=True)
class Coherent:
    """Joint forecasts of series that add up.

    Attributes
    ----------
    points : (series, step) float64
    draws : (series, draw, step) float64
        Parts give their total in each draw and step, and nothing is below nought.
    """

    points: FloatArray
    draws: FloatArray


def forecast_coherently(
    series: Sequence[FloatArray],
    sums: FloatArray,
    frequency: Frequency,
    horizon: int,
    method: Method = "pool",
    *,
    fixed: Sequence[int] = (),
    as_sum: bool = False,
    learned: Learned | None = None,
) -> Coherent:
    """Forecast totals and parts together.

    Parameters
    ----------
    series : sequence of (n,) float64
        Above nought, of one length, at least five points.
    sums : (sum, series) float64
        One row per total: 1 at its parts, −1 at the total, else 0.
    fixed
        Series whose forecasts stand as they are.
    as_sum
        Whether the steps are to be summed: errors are those of sums then.

    Raises
    ------
    ValueError
        For series that are not above nought or not of one length.
    NoRoomError
        Where `fixed` series leave no room for the others.

    Examples
    --------
    >>> t = np.arange(12.0)
    >>> parts = [100 * 1.05**t, 50 * 1.10**t]
    >>> said = forecast_coherently([*parts, sum(parts)], np.array([[1.0, 1.0, -1.0]]), "Y", 3)
    >>> bool(np.allclose(said.draws[0] + said.draws[1], said.draws[2]))
    True
    """
    if len({y.size for y in series}) > 1 or min(float(y.min()) for y in series) <= 0:
        raise ValueError("coherent forecasts need series above nought of one length")
    said = forecast(series, frequency, horizon, method, learned)
    if as_sum:
        said = said.for_sums()
    # How errors go together hardly depends on the method, and the experts are fast.
    related = error_correlation(series, frequency, "experts", learned)
    root = np.linalg.cholesky(related + 1e-9 * np.eye(len(series)))
    luck = np.random.default_rng(SEED).standard_normal((horizon, len(series), DRAWS))
    normal = np.asarray((root @ luck).transpose(1, 2, 0))
    draws = said.paths(normal)
    points = said.points.copy()
    sd = said.size * said.unit
    sd[list(fixed)] = 0.0
    for step in range(horizon):
        w = related * np.outer(sd[:, step], sd[:, step])
        try:
            draws[:, :, step] = balance_nonnegative(draws[:, :, step].T, w, sums).T
            points[:, step] = balance_nonnegative(points[None, :, step], w, sums)[0]
        except UnbalancedError as error:
            raise NoRoomError(step + 1, error.constraint, error.draws) from None
    return Coherent(points, draws)


def coherent_total(
    series: Sequence[FloatArray],
    sums: FloatArray,
    known: int,
    frequency: Frequency = "M",
    method: Method = "pool",
    *,
    fixed: Sequence[int] = (),
) -> Total:
    """Foretell the year's totals of series that add up; see :func:`forecast_total`."""
    rest = SEASON[frequency] - known
    if rest == 0:
        return forecast_total(series, known, frequency, method)
    said = forecast_coherently(series, sums, frequency, rest, method, fixed=fixed, as_sum=True)
    so_far = np.array([y[y.size - known :].sum() for y in series])
    return Total(so_far + said.points.sum(axis=1), so_far[:, None] + said.draws.sum(axis=2))


def error_correlation(
    series: Sequence[FloatArray],
    frequency: Frequency,
    method: Method = "experts",
    learned: Learned | None = None,
) -> FloatArray:
    """Give the (series, series) correlation of past one-step errors, drawn to none.

    Every origin with half the history behind it is forecast anew, the last 24 of them.
    """
    count, size = len(series), series[0].size
    origins = range(max(LEAST, size // 2, size - ORIGINS), size)
    if len(origins) < 2:
        return np.eye(count)
    said = forecast([y[:n] for y in series for n in origins], frequency, 1, method, learned)
    came = np.array([y[n] for y in series for n in origins])[:, None]
    errors = relative_errors(came, said.points) / said.size
    spread = (learned or load_learned())[frequency].spreads[method]
    scores = np.clip(normal_scores(spread, errors), -FURTHEST, FURTHEST)
    return shrunk_correlation(scores.reshape(count, len(origins)))


def shrunk_correlation(scores: FloatArray) -> FloatArray:
    r"""Shrink the correlation of (series, n) scores of mean nought towards none.

    .. math:: \hat\lambda = \frac{\sum_{i \ne j} \widehat{Var}(r_{ij})}{\sum_{i \ne j} r_{ij}^2}

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> noise = rng.standard_normal((2, 400))
    >>> bool(abs(shrunk_correlation(noise)[0, 1]) < 0.1)
    True
    >>> float(shrunk_correlation(np.vstack([noise[:1], noise[:1]]))[0, 1]) > 0.99
    True
    """
    n = scores.shape[1]
    z = scores / np.sqrt((scores**2).mean(axis=1, keepdims=True) + 1e-12)
    products = z[:, None, :] * z[None, :, :]
    r = products.mean(axis=2)
    variance = ((products - r[:, :, None]) ** 2).sum(axis=2) / (n * (n - 1))
    off = ~np.eye(len(z), dtype=bool)
    shrink = np.clip(variance[off].sum() / max((r[off] ** 2).sum(), 1e-12), 0.0, 1.0)
    return np.where(off, (1.0 - shrink) * r, 1.0)
