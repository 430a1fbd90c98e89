"""Forecasts of short series: arrays in, joint sample paths out."""

from kichban.forecast.damped import MINIMUM, DampedTrend, fit_damped_trend, sample_paths

__all__ = ["MINIMUM", "DampedTrend", "fit_damped_trend", "sample_paths"]
