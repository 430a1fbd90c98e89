"""What history says about parameters: priors weighed against it, and how much it narrowed them."""

from kichban.calibration.land import (
    Episode,
    Foretold,
    LandCalibration,
    Narrowed,
    Seen,
    calibrate_land,
)
from kichban.calibration.shocks import Calibrated, calibrate_shock_sd, move_prior

__all__ = [
    "Calibrated",
    "Episode",
    "Foretold",
    "LandCalibration",
    "Narrowed",
    "Seen",
    "calibrate_land",
    "calibrate_shock_sd",
    "move_prior",
]
