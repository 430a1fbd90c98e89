"""Forecasts of short series: arrays in, joint sample paths out."""

from kichban.forecast.coherent import (
    DRAWS,
    Coherent,
    NoRoomError,
    coherent_total,
    forecast_coherently,
)
from kichban.forecast.history import LEAST, SEASON, Frequency
from kichban.forecast.learned import load_learned
from kichban.forecast.methods import METHODS, Forecast, Method, forecast
from kichban.forecast.own import own_factor
from kichban.forecast.totals import Total, forecast_total

__all__ = [
    "DRAWS",
    "LEAST",
    "METHODS",
    "SEASON",
    "Coherent",
    "Forecast",
    "Frequency",
    "Method",
    "NoRoomError",
    "Total",
    "coherent_total",
    "forecast",
    "forecast_coherently",
    "forecast_total",
    "load_learned",
    "own_factor",
]
