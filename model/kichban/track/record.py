"""Every forecast of past editions that something came of: one loop over one edition function."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.ledger import Ledger
from kichban.numbers import FloatArray
from kichban.periods import quarter_period, year_period
from kichban.projection import Projection, Variable
from kichban.reconcile import Series, SeriesRow
from kichban.track.backtest import MONTHS, Edition, first_print
from kichban.track.rules import OUTPUT, RULES, simple_quarters, simple_rules, speaks_of
from kichban.track.scores import crps

#: how the past is cut: at days, with what was out by then; or at the ends of quarters, with what is
#: known today of the time up to them
View = Literal["vintages", "origins"]
#: what is scored: levels, and growth in points
SCORED = (
    OUTPUT,
    Variable("exports", "", "level", "mn_usd"),
    Variable("imports", "", "level", "mn_usd"),
    Variable("retail_sales", "", "level", "bn_vnd", "current"),
    Variable("iip", "", "growth_yoy", "percent"),
    Variable("grdp", "", "growth_yoy", "percent"),
)
PROBABILITIES = (0.025, 0.1, 0.5, 0.9, 0.975)
MODEL = "kichban"
#: quarters ahead
QUARTERS = 8
#: an estimate stands for what came where its 80 % interval is no wider than this share of it
SURE = 0.06


@dataclass(frozen=True, slots=True)
class Said:
    """One forecast and what came of it, in the unit of the indicator (points of growth).

    Attributes
    ----------
    ahead
        0 for the current year, 1 for the next; for quarters 1 is the first not known.
    months
        Months of the current year that were known.
    source
        The model, or a rule: its forecasts are points, with NaN for quantiles.
    step
        Mean absolute step of the known history from year to year: what MASE and MSIS divide by.
    """

    view: View
    as_of: dt.date
    indicator: str
    measure: str
    kind: Literal["year", "quarter"]
    period: str
    ahead: int
    months: int
    source: str
    value: float
    low95: float
    low80: float
    high80: float
    high95: float
    crps: float
    came: float
    step: float


def record(
    edition: Edition,
    newest: Ledger,
    today: Series,
    days: Sequence[dt.date],
    scenario: str,
    view: View,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Said]:
    """Hold every edition of `days` against what came.

    Parameters
    ----------
    edition
        Gives series and projection as of a day, and sees no more than that day saw.
    newest
        All prints: rules look at those published by the day.
    today
        Series of today: what came where nothing was printed first, or the cut is by origins.
    """
    found: list[Said] = []
    for done, day in enumerate(days, start=1):
        series, projection = edition(day)
        history = series.history
        if projection is not None and history is not None and history.months >= MONTHS:
            looked = _Edition(view, day, series, projection, scenario, newest, today)
            found += [said for variable in SCORED for said in looked.said(variable)]
        progress(day.isoformat(), done, len(days))
    return found


@dataclass(frozen=True, slots=True)
class _Target:
    """What is foretold: a year or quarter of a variable, what came of it, and its ordinary step."""

    variable: Variable
    kind: Literal["year", "quarter"]
    period: str
    ahead: int
    came: float
    step: float


@dataclass(frozen=True, slots=True)
class _Edition:
    """One edition, held against what came."""

    view: View
    day: dt.date
    series: Series
    projection: Projection
    scenario: str
    newest: Ledger
    today: Series

    def said(self, variable: Variable) -> Iterator[Said]:
        paths = self.projection.scenarios[self.scenario].variables.get(variable)
        if paths is not None and paths.annual is not None:
            yield from self._years(variable, paths.annual)
        if paths is not None and paths.quarterly is not None:
            yield from self._quarters(variable, paths.quarterly)

    def _years(self, variable: Variable, annual: FloatArray) -> Iterator[Said]:
        axis = self.projection.axis
        past = known_levels(self.series, variable, "year")
        for column, year in enumerate(
            range(axis.last_year + 1 - annual.shape[1], axis.last_year + 1)
        ):
            came = self._year_came(variable, year)
            if came is None:
                continue
            ahead = year - axis.first_month // 12
            period = year_period(year).text
            target = _Target(variable, "year", period, ahead, came, _step(past, 1))
            rules = simple_rules(self.newest, self.series, self.day, year, variable)
            said = {name: rules.get(name) for name in RULES}
            yield from self._rows(target, annual[:, column], said)

    def _quarters(self, variable: Variable, quarterly: FloatArray) -> Iterator[Said]:
        past = known_levels(self.series, variable, "quarter")
        came = known_levels(self.today, variable, "quarter")
        if not past:
            return
        stop = 4 * self.projection.axis.last_year + 4
        first, last = stop - quarterly.shape[1], max(past)
        rules = simple_quarters(past, QUARTERS)
        for quarter in range(max(first, last + 1), min(last + QUARTERS + 1, stop)):
            if quarter in came:
                period, ahead = quarter_period(quarter).text, quarter - last
                target = _Target(variable, "quarter", period, ahead, came[quarter], _step(past, 4))
                said = {name: values.get(quarter) for name, values in rules.items()}
                yield from self._rows(target, quarterly[:, quarter - first], said)

    def _rows(
        self, target: _Target, samples: FloatArray, rules: Mapping[str, float | None]
    ) -> Iterator[Said]:
        if not np.isfinite(samples).all():
            return
        variable, came = target.variable, target.came
        samples = samples * (1.0 if variable.measure == "level" else 100.0)
        low95, low80, middle, high80, high95 = (
            float(q) for q in np.quantile(samples, PROBABILITIES)
        )
        head = (
            self.view, self.day, variable.indicator, variable.measure, target.kind, target.period,
            target.ahead, self.projection.axis.first_month % 12,
        )  # fmt: skip
        score = crps(samples, came)
        yield Said(*head, MODEL, middle, low95, low80, high80, high95, score, came, target.step)
        for source, value in rules.items():
            if value is not None and math.isfinite(value):
                none = (math.nan,) * 4
                yield Said(*head, source, value, *none, abs(value - came), came, target.step)

    def _year_came(self, variable: Variable, year: int) -> float | None:
        """Give the first print of a year that came after the day; by origins what is known now."""
        if self.view == "origins":
            return known_levels(self.today, variable, "year").get(year)
        outcome = first_print(self.newest, year, variable)
        if outcome is None or outcome.published is None or outcome.published <= self.day:
            return None
        return outcome.value


def known_levels(series: Series, variable: Variable, kind: str) -> dict[int, float]:
    """Give what is known by year or quarter index: printed, derived, or estimated closely."""
    return {
        r.period.start // (12 if kind == "year" else 3): r.value
        for r in series.own_rows
        if r.period.kind == kind and speaks_of(r, variable) and _sure(r)
    }


def _sure(row: SeriesRow) -> bool:
    width = row.upper - row.lower
    whole = abs(row.value) if row.measure == "level" else 100.0
    return row.origin != "estimated" or width <= SURE * whole


def _step(past: Mapping[int, float], lag: int) -> float:
    """Give the mean absolute step from year to year in what is known."""
    steps = [abs(v - past[t - lag]) for t, v in past.items() if t - lag in past]
    return float(np.mean(steps)) if steps else math.nan
