"""Scenarios over draws and sites: paths of every variable, with balances checked."""

from kichban.projection.inputs import Settings, collect_inputs
from kichban.projection.run import project
from kichban.projection.sites import SiteRegistry, build_sites
from kichban.projection.table import COLUMNS, RATES, projection_rows, quantiles
from kichban.projection.values import Axis, Paths, Projection, ScenarioPaths, Variable, make_axis

__all__ = [
    "COLUMNS",
    "RATES",
    "Axis",
    "Paths",
    "Projection",
    "ScenarioPaths",
    "Settings",
    "SiteRegistry",
    "Variable",
    "build_sites",
    "collect_inputs",
    "make_axis",
    "project",
    "projection_rows",
    "quantiles",
]
