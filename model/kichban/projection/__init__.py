"""Scenarios over draws and sites: paths of every variable, with balances checked."""

from kichban.projection.choice import choose_variable
from kichban.projection.hindcast import calibrate_province
from kichban.projection.inputs import collect_inputs
from kichban.projection.run import Projector, Run, project
from kichban.projection.sites import SiteRegistry, build_sites
from kichban.projection.sketch import quantiles
from kichban.projection.table import COLUMNS, RATES, projection_rows
from kichban.projection.values import (
    Axis,
    Handed,
    LastLevel,
    Paths,
    Projection,
    ScenarioPaths,
    Settings,
    Variable,
    make_axis,
)
from kichban.projection.width import Width, interval_widths

__all__ = [
    "COLUMNS",
    "RATES",
    "Axis",
    "Handed",
    "LastLevel",
    "Paths",
    "Projection",
    "Projector",
    "Run",
    "ScenarioPaths",
    "Settings",
    "SiteRegistry",
    "Variable",
    "Width",
    "build_sites",
    "calibrate_province",
    "choose_variable",
    "collect_inputs",
    "interval_widths",
    "make_axis",
    "project",
    "projection_rows",
    "quantiles",
]
