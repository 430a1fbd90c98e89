"""The track record: editions of past days held against what was printed later."""

from kichban.track.backtest import Backtest, Case, backtest, choose_days, choose_origins
from kichban.track.exchange import FORECAST_COLUMNS, OUTTURN_COLUMNS, exchange_rows
from kichban.track.overview import track_overview
from kichban.track.record import MODEL, SCORED, Said, record
from kichban.track.rules import RULES, Rules, simple_rules
from kichban.track.scores import coverage, crps, mean_absolute_error_pct, percentage_error
from kichban.track.summary import (
    ALL,
    SAID_COLUMNS,
    SCORE_COLUMNS,
    Group,
    Score,
    said_rows,
    score_rows,
    summarise,
)
from kichban.track.table import COLUMNS, track_rows

__all__ = [
    "ALL",
    "COLUMNS",
    "FORECAST_COLUMNS",
    "MODEL",
    "OUTTURN_COLUMNS",
    "RULES",
    "SAID_COLUMNS",
    "SCORED",
    "SCORE_COLUMNS",
    "Backtest",
    "Case",
    "Group",
    "Rules",
    "Said",
    "Score",
    "backtest",
    "choose_days",
    "choose_origins",
    "coverage",
    "crps",
    "exchange_rows",
    "mean_absolute_error_pct",
    "percentage_error",
    "record",
    "said_rows",
    "score_rows",
    "simple_rules",
    "summarise",
    "track_overview",
    "track_rows",
]
