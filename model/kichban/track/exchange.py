"""The track record by quarters, in the columns of the Bank of England's ``forecast-evaluation``.

Every edition gives outturns (quarters that are covered, as known on its day) and forecasts (those
that follow); rules that need no model are put beside them. The package compares any of them by
horizon and vintage.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from kichban.numbers import canonical_number
from kichban.periods import quarter_period
from kichban.projection import Projection
from kichban.reconcile import Series
from kichban.track.backtest import MONTHS, Edition
from kichban.track.rules import OUTPUT, simple_quarters, speaks_of

FORECAST_COLUMNS = (
    "date", "vintage_date", "variable", "source", "frequency", "forecast_horizon", "value",
)  # fmt: skip
OUTTURN_COLUMNS = ("date", "vintage_date", "variable", "frequency", "value")
#: quarters ahead
HORIZON = 8
DIGITS = 7
Row = tuple[str, ...]


def exchange_rows(
    edition: Edition,
    days: Sequence[dt.date],
    scenario: str,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[list[Row], list[Row]]:
    """Give the rows of forecasts and of outturns over all editions with two years of history.

    Parameters
    ----------
    edition
        Gives series and projection as of a day.
    scenario
        Which scenario's median is the forecast of source ``kichban``.
    """
    forecasts: list[Row] = []
    outturns: list[Row] = []
    for done, day in enumerate(days, start=1):
        series, projection = edition(day)
        known = quarters_known(series)
        if (
            projection is not None
            and series.history is not None
            and series.history.months >= MONTHS
        ):
            outturns += [_outturn(day, quarter, value) for quarter, value in known.items()]
            forecasts += _forecasts(day, known, projection, scenario)
        progress(day.isoformat(), done, len(days))
    return forecasts, outturns


def quarters_known(series: Series) -> dict[int, float]:
    """Give levels by quarter index, oldest first, as the series of a day has them."""
    rows = [r for r in series.own_rows if speaks_of(r, OUTPUT) and r.period.kind == "quarter"]
    return {r.period.start // 3: r.value for r in sorted(rows, key=lambda r: r.period.start)}


def _forecasts(
    day: dt.date, known: dict[int, float], projection: Projection, scenario: str
) -> Iterator[Row]:
    if not known or scenario not in projection.scenarios:
        return
    last = max(known)
    paths = projection.scenarios[scenario].variables[OUTPUT].quarterly
    assert paths is not None
    start = projection.axis.first_month // 3
    said = {"kichban": {start + i: float(q) for i, q in enumerate(np.median(paths, axis=0))}}
    said |= simple_quarters(known, HORIZON)
    for source, values in said.items():
        for horizon in range(HORIZON):
            value = values.get(last + 1 + horizon, math.nan)
            if math.isfinite(value):
                yield (
                    _end(last + 1 + horizon), day.isoformat(), OUTPUT.indicator, source, "Q",
                    f"{horizon}", canonical_number(value, DIGITS),
                )  # fmt: skip


def _outturn(day: dt.date, quarter: int, value: float) -> Row:
    return (_end(quarter), day.isoformat(), OUTPUT.indicator, "Q", canonical_number(value, DIGITS))


def _end(quarter: int) -> str:
    return quarter_period(quarter).last_day.isoformat()
