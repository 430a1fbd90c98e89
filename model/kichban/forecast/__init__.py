"""Forecasts of short series: arrays in, joint sample paths out."""

from kichban.forecast.damped import DampedTrend, fit_damped_trend, sample_paths

__all__ = ["DampedTrend", "fit_damped_trend", "sample_paths"]
