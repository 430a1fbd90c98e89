"""How much the data move a prior, and the prior moved."""

from kichban.calibration.shocks import Calibrated, calibrate_shock_sd, move_prior

__all__ = ["Calibrated", "calibrate_shock_sd", "move_prior"]
