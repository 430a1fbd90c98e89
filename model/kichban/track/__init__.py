"""The track record: editions of past days held against what was printed later."""

from kichban.track.backtest import Backtest, Case, backtest, choose_days
from kichban.track.exchange import FORECAST_COLUMNS, OUTTURN_COLUMNS, exchange_rows
from kichban.track.overview import track_overview
from kichban.track.rules import RULES, Rules, simple_rules
from kichban.track.scores import coverage, crps, mean_absolute_error_pct, percentage_error
from kichban.track.table import COLUMNS, track_rows

__all__ = [
    "COLUMNS",
    "FORECAST_COLUMNS",
    "OUTTURN_COLUMNS",
    "RULES",
    "Backtest",
    "Case",
    "Rules",
    "backtest",
    "choose_days",
    "coverage",
    "crps",
    "exchange_rows",
    "mean_absolute_error_pct",
    "percentage_error",
    "simple_rules",
    "track_overview",
    "track_rows",
]
