"""Editions of past days, one after the other, against the first print that followed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kichban.catalogue import load_parameters
from kichban.ledger import Ledger, Statement
from kichban.numbers import FloatArray
from kichban.periods import quarter_period
from kichban.projection import Projection, Variable
from kichban.reconcile import Series
from kichban.track.rules import OUTPUT, Rules, simple_rules
from kichban.track.scores import crps

#: what an edition says as of a day: the one function that every look back loops over
Edition = Callable[[dt.date], tuple[Series, Projection | None]]
#: no forecast is scored on less history
MONTHS = 24
NOTHING = Rules(None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """One past day: the forecast of its year, the rules, and what came; amounts in bn VND.

    `remark` is empty for a scored case, else why there is none: ``year_printed`` (the year was
    out already), ``no_first_print`` (none ever came), ``short_history``, ``no_forecast``.
    `later_parameters` counts defaults that rest on something published after the day.
    """

    as_of: dt.date
    year: int
    months: int = 0
    p10: float = math.nan
    p50: float = math.nan
    p90: float = math.nan
    crps: float = math.nan
    rules: Rules = NOTHING
    first_print: float = math.nan
    statement: str = ""
    published: dt.date | None = None
    later_parameters: int = 0
    remark: str = ""

    @property
    def scored(self) -> bool:
        """Whether forecast and print stand side by side."""
        return not self.remark

    @property
    def error(self) -> float:
        """Error of the median, per cent of the print; positive is too high."""
        return 100.0 * (self.p50 - self.first_print) / self.first_print

    @property
    def inside(self) -> bool:
        """Whether the print lies in the 80 % interval."""
        return self.p10 <= self.first_print <= self.p90


@dataclass(frozen=True, slots=True)
class Backtest:
    """All cases in order of their days, scored or not.

    `readings` says how the prints of a day were read: as ``then`` or as ``today``.
    """

    scenario: str
    cases: tuple[Case, ...]
    readings: Literal["then", "today"] = "then"

    @property
    def scored(self) -> tuple[Case, ...]:
        """Cases with a forecast and a print."""
        return tuple(c for c in self.cases if c.scored)


def choose_days(newest: Ledger) -> tuple[dt.date, ...]:
    """Give the days on which a cumulative or annual figure of industrial output came out."""
    return tuple(
        sorted(
            {
                s.published
                for s in newest.select(OUTPUT.indicator, "", "level")
                if s.published is not None
                and not s.is_plan
                and s.period is not None
                and s.period.is_year_to_date
                and s.period.kind != "day"
            }
        )
    )


def choose_origins(series: Series, as_of: dt.date) -> tuple[dt.date, ...]:
    """Give the ends of the quarters before `as_of` with two years of history behind them."""
    if series.history is None:
        return ()
    first = -(-(series.history.first_month + MONTHS) // 3)
    ends = (quarter_period(q).last_day for q in range(first, 4 * as_of.year + 4))
    return tuple(day for day in ends if day < as_of)


def backtest(
    edition: Edition,
    newest: Ledger,
    days: Sequence[dt.date],
    scenario: str,
    *,
    readings: Literal["then", "today"] = "then",
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Backtest:
    """Forecast the current year on each of `days` and score it against its first print.

    Parameters
    ----------
    edition
        Gives series and projection as of a day, and must see no more than that day saw. It is
        not asked where there is nothing to score.
    newest
        All prints there are, as read today: only outcomes and rules are taken from it.
    days
        As-of days, such as :func:`choose_days` gives.
    scenario
        Which scenario of the projection is scored.
    readings
        How `edition` reads the prints of a day; carried along so that the result says so.
    """
    cases = []
    for done, day in enumerate(days, start=1):
        cases.append(_case(edition, newest, day, scenario))
        progress(day.isoformat(), done, len(days))
    return Backtest(scenario, tuple(cases), readings)


def _case(edition: Edition, newest: Ledger, day: dt.date, scenario: str) -> Case:
    year = day.year
    outcome = first_print(newest, year)
    if outcome is None or outcome.published is None:
        return Case(day, year, remark="no_first_print")
    if outcome.published <= day:
        return Case(day, year, remark="year_printed")
    series, projection = edition(day)
    if series.history is None or series.history.months < MONTHS:
        return Case(day, year, remark="short_history")
    samples = _samples(projection, scenario, year)
    if samples is None:
        return Case(day, year, remark="no_forecast")
    rules = simple_rules(newest, series, day, year)
    p10, p50, p90 = (float(q) for q in np.quantile(samples, (0.1, 0.5, 0.9)))
    return Case(
        day, year, rules.months, p10, p50, p90, crps(samples, outcome.value), rules,
        outcome.value, outcome.id, outcome.published,
        len(load_parameters().resting_after(day)),
    )  # fmt: skip


def first_print(newest: Ledger, year: int, variable: Variable = OUTPUT) -> Statement | None:
    """Give the first printed figure of a year."""
    basis = variable.price_basis if variable.measure == "level" else None
    rows = [
        s
        for s in newest.select(variable.indicator, "", variable.measure, price_basis=basis)
        if not s.is_plan and s.period is not None and s.period.kind == "year"
        and s.period.year == year and s.published is not None
    ]  # fmt: skip
    return min(rows, key=lambda s: (str(s.published), s.id), default=None)


def _samples(projection: Projection | None, scenario: str, year: int) -> FloatArray | None:
    if projection is None or scenario not in projection.scenarios:
        return None
    paths = projection.scenarios[scenario].variables.get(OUTPUT)
    if paths is None or paths.annual is None:
        return None
    column = year - (projection.axis.last_year + 1 - paths.annual.shape[1])
    if not 0 <= column < paths.annual.shape[1]:
        return None
    samples = paths.annual[:, column]
    return samples if np.isfinite(samples).all() else None
