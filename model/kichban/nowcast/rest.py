r"""The current year of a flow: the periods that are known, and the rest of it.

Three voices say what the rest R of year j is, from its known part K:

.. math:: \log R_j = \log R_{j-1} + a \log \frac{K_j}{K_{j-1}} + (1 - a) \log (1 + g)
          + b\,\frac{s^2}{s^2 + v} \Big(\overline{\log \tfrac{R}{K}}
          - \log \tfrac{R_{j-1}}{K_{j-1}}\Big) + \varepsilon

growth so far (the growth ratio), growth g of the model, and the usual season over up to three
years (the seasonal share). Accepted breaks are taken out of all that is compared, and what is left
of them in R is put back. The weights, and the sd s of the bracket, were learned on series whose
periods are all known; v is the variance with which the figures leave the bracket unknown here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kichban.forecast import load_learned
from kichban.nowcast.history import hold_sums
from kichban.numbers import FloatArray
from kichban.reconcile import Flow, Held, Series, departure

#: full years that say what season is usual
USUAL_YEARS = 3
#: a series whose last full year is older than so many years says nothing of the current one
OLDEST = 2


@dataclass(frozen=True, slots=True)
class YearStart:
    """What the current year of a flow starts from.

    Attributes
    ----------
    year
        The current year, or the first one before it that is not known to its end.
    step
        Months in a period.
    known
        Periods of that year that are known.
    mean, root : (period + break,), (period + break, k) float64
        Log levels from up to three years before it to the last known period, log sizes of the
        `breaks`, and what k normals do to them, which all flows of a `family` share.
    season_known
        s²/(s² + v): how well the figures know last year's season from the usual one.
    """

    year: int
    step: int
    known: int
    mean: FloatArray
    root: FloatArray
    family: str
    season_known: float = 0.0
    breaks: tuple[Held, ...] = ()

    @property
    def months(self) -> int:
        """Months of the year that are known."""
        return self.known * self.step

    @property
    def before(self) -> int:
        """Periods of the full years before it."""
        return self.mean.size - len(self.breaks) - self.known


def year_start(flow: Flow, current: int) -> YearStart | None:
    """Cut a flow to what bears on the year `current`; ``None`` without a full year near it."""
    year = min(flow.stop // 12, current)
    full = year - flow.first_month // 12
    if full < 1 or year - 1 < current - OLDEST:
        return None
    stop = min(flow.stop, 12 * year + 12)
    known = (stop - 12 * year) // flow.step
    end = (stop - flow.first_month) // flow.step
    first = end - known - min(full, USUAL_YEARS) * 12 // flow.step
    kept = np.append(np.arange(first, end), np.arange(flow.periods, flow.mean.size))
    mean, root = flow.mean[kept], flow.root[kept]
    count = end - first
    off = departure(flow.breaks, flow.first_month + first * flow.step, count, flow.step).T
    on, on_root = mean[:count] - off @ mean[count:], root[:count] - off @ root[count:]
    sure = season_known(on, on_root @ on_root.T, known, flow.step)
    return YearStart(year, flow.step, known, mean, root, flow.family, sure, flow.breaks)


def season_known(mean: FloatArray, covariance: FloatArray, known: int, step: int) -> float:
    """Give how well last year's season is known from the usual one: s²/(s² + v).

    Parameters
    ----------
    mean, covariance : (period,), (period, period) float64
        Log levels on today's course of full years and of the `known` periods of the last one; v
        follows from the slopes of the bracket in them.
    """
    in_year = 12 // step
    years = (mean.size - known) // in_year
    if not 0 < known < in_year or years < 2:
        return 0.0
    level = np.exp(mean[: years * in_year]).reshape(years, in_year)
    slope = np.empty_like(level)
    slope[:, :known] = -level[:, :known] / level[:, :known].sum(axis=1, keepdims=True)
    slope[:, known:] = level[:, known:] / level[:, known:].sum(axis=1, keepdims=True)
    slope /= years
    slope[-1] *= 1 - years
    row = np.append(slope.ravel(), np.zeros(known))
    usual = _learned(known, step)[2] ** 2
    return float(usual / (usual + max(row @ covariance @ row, 0.0)))


def known_of(series: Series, indicator: str, basis: str, year: int) -> YearStart | None:
    """Give what is known of a flow in `year` itself; ``None`` where the year before is not full."""
    flow = series.flows.get((indicator, basis))
    start = year_start(flow, year) if flow is not None else None
    return start if start is not None and start.year == year else None


@dataclass(frozen=True, slots=True)
class KnownYears:
    """Draws of the full years before a year and of its known periods.

    `before` (draw, year, period) and `now` (draw, known period) float64 are levels; `step` is the
    number of months in a period, `season_known` that of :class:`YearStart`; `departure` (draw,
    year + 2, period) says how far (log) breaks set all periods up to the next year off today's
    course, ``None`` if there are none.
    """

    step: int
    before: FloatArray
    now: FloatArray
    season_known: float = 0.0
    departure: FloatArray | None = None

    @property
    def last_year(self) -> FloatArray:
        """(draw,) level of the last full year."""
        return np.asarray(self.before[:, -1].sum(axis=1))

    @property
    def so_far(self) -> FloatArray:
        """(draw,) level of the known part of the year."""
        return np.asarray(self.now.sum(axis=1))

    @property
    def share_so_far(self) -> FloatArray:
        """(draw,) share of the known periods in last year's level."""
        same = self.before[:, -1, : self.now.shape[1]]
        return np.asarray(same.sum(axis=1) / self.last_year)

    @property
    def growth_so_far(self) -> FloatArray:
        """(draw,) growth of the known part on the same part of last year, a fraction."""
        same = self.before[:, -1, : self.now.shape[1]]
        return np.asarray(self.so_far / same.sum(axis=1) - 1.0)

    @property
    def on_course(self) -> KnownYears:
        """The same years as if they had run on today's course."""
        if self.departure is None:
            return self
        back = np.exp(-self.departure)
        now = self.now * back[:, -2, : self.now.shape[1]]
        return replace(self, before=self.before * back[:, :-2], now=now, departure=None)

    @property
    def rest_before(self) -> FloatArray:
        """(draw, period) last year's level of the periods to come, with what is left of breaks."""
        known = self.now.shape[1]
        if self.departure is None:
            return self.before[:, -1, known:]
        return np.asarray(
            self.on_course.before[:, -1, known:] * np.exp(self.departure[:, -2, known:])
        )

    def rest_on_course(self, rest: FloatArray) -> FloatArray:
        """Give what (draw,) `rest` is without what is left of breaks."""
        if self.departure is None or self.now.shape[1] == self.before.shape[2]:
            return rest
        usual = self.on_course.before[:, -1, self.now.shape[1] :].sum(axis=1)
        return np.asarray(rest * usual / self.rest_before.sum(axis=1))

    def left_next_year(self) -> FloatArray:
        """Give the (draw, 4) factors by which the next year's quarters are off today's course."""
        usual = self.on_course.before[:, -1]
        off = usual * np.exp(0.0 if self.departure is None else self.departure[:, -1])
        return np.asarray(_in_quarters(off, self.step) / _in_quarters(usual, self.step))

    def quarters(self, rest: FloatArray) -> FloatArray:
        """Give the (draw, 4) quarters of the year: as known, then `rest` in last year's shape."""
        usual = self.rest_before
        whole = usual.sum(axis=1)
        after = usual * np.divide(rest, whole, where=whole > 0, out=0.0 * rest)[:, None]
        return _in_quarters(np.hstack([self.now, after]), self.step)


def _in_quarters(periods: FloatArray, step: int) -> FloatArray:
    """Share the (draw, period) levels of a year among its quarters."""
    months = np.repeat(periods / step, step, axis=1)
    return np.asarray(months.reshape(len(months), 4, 3).sum(axis=2))


def draw_years(start: YearStart, normal: FloatArray) -> KnownYears:
    """Draw what is known.

    Parameters
    ----------
    normal : (draw, k) float64
        Independent standard normal numbers, k as in ``start.root``.
    """
    logs = start.mean + normal @ start.root.T
    full, in_year = start.before, 12 // start.step
    count = full + start.known
    hold_sums(logs[:, :count], start.mean[:count], in_year)
    level = np.exp(logs[:, :count])
    before = level[:, :full].reshape(len(level), -1, in_year)
    off = None
    if start.breaks:
        years = full // in_year
        first = 12 * (start.year - years)
        profile = departure(start.breaks, first, (years + 2) * in_year, start.step)
        off = (logs[:, count:] @ profile).reshape(len(logs), years + 2, in_year)
    return KnownYears(start.step, before, level[:, full:], start.season_known, off)


def momentum(start: YearStart) -> float:
    """Give the share of growth so far in what is still to come; the model's has the rest.

    Learned on other series. Of monthly ones a quarter carries on after one month and two thirds
    after six; quarterly ones, calmer, keep two thirds after one quarter.

    Parameters
    ----------
    start
        Of a year of which neither nothing nor all is known.
    """
    return _learned(start.known, start.step)[0]


def _learned(known: int, step: int) -> tuple[float, float, float]:
    """Give momentum, how far the rest returns to its usual season, and how far it strays."""
    months = known * step
    quarterly = step > 1 and months % 3 == 0
    rows = load_learned()["Q" if quarterly else "M"].momentum
    share, pull, stray = rows[(months // 3 if quarterly else months) - 1]
    return float(share), float(pull), float(stray)


def rest_of_year(years: KnownYears, model_growth: FloatArray, noise: FloatArray) -> FloatArray:
    """Give the level of the periods that are not known yet.

    Parameters
    ----------
    model_growth : (draw,) float64
        Growth on last year that the model expects of them, a fraction.
    noise : (draw,) float64
        Log error.

    Returns
    -------
    rest : (draw,) float64

    Examples
    --------
    Exports of 2024 from six months (12.600, +22,58 %) on a base of 27.409 with the same growth:

    >>> same = 12600 / 1.2258
    >>> known = KnownYears(6, np.array([[[same, 27409 - same]]]), np.array([[12600.0]]))
    >>> (12600 + rest_of_year(known, np.array([0.2258]), np.zeros(1))).round()
    array([33598.])
    """
    known = years.now.shape[1]
    if known == years.before.shape[2]:
        return np.zeros_like(noise)
    model = np.log1p(model_growth)
    usual = np.log(years.rest_before.sum(axis=1))
    return np.asarray(np.exp(usual + model + lift(years, model) + noise))


def lift(years: KnownYears, model: FloatArray | float) -> FloatArray:
    """Give by how much (log) the rest lies above what the model alone expects.

    Parameters
    ----------
    model : (draw,) float64 or float
        Log growth on last year that the model expects of the rest.

    Returns
    -------
    lift : (draw,) float64
        Nought where nothing, or all, of the year is known.
    """
    known = years.now.shape[1]
    if not 0 < known < years.before.shape[2] or not years.before.shape[1]:
        return np.zeros(len(years.now))
    years = years.on_course
    share, pull, _ = _learned(known, years.step)
    usual = np.log(years.before[:, :, known:].sum(axis=2) / years.before[:, :, :known].sum(axis=2))
    unusual = usual.mean(axis=1) - usual[:, -1]
    carried = share * (np.log1p(years.growth_so_far) - model)
    return np.asarray(carried + pull * years.season_known * unusual)


def first_print(known: FloatArray, rest: FloatArray, error: FloatArray) -> FloatArray:
    """Give the rest that makes the year come out as its first print, which errs.

    What is printed already stands: the whole difference falls on what is still to come.

    Parameters
    ----------
    known, rest, error : (draw,) float64
        Known part and rest of the year; factor between first and last print.

    Examples
    --------
    >>> first_print(np.array([60.0]), np.array([40.0]), np.array([1.01])).round(9)
    array([41.])
    """
    return np.where(rest == 0, 0.0, np.maximum((known + rest) * error - known, 0.0))
