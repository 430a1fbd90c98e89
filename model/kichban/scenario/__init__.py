"""Scenarios: short files of differences, resolved into values, paths and priors."""

from kichban.scenario.change import with_settings_of, with_values
from kichban.scenario.document import Document, other_tables, read_document
from kichban.scenario.draws import BLOCK, USUAL, Deal, draw_parameters
from kichban.scenario.edit import edit_document
from kichban.scenario.fresh import write_document
from kichban.scenario.inspect import Difference, differences, explain, resolved_document
from kichban.scenario.layers import nearest
from kichban.scenario.paths import parameter_path, path_values, reach_target
from kichban.scenario.resolve import read_scenarios
from kichban.scenario.values import Correlation, Origin, PathStep, Prior, Scenario

__all__ = [
    "BLOCK",
    "USUAL",
    "Correlation",
    "Deal",
    "Difference",
    "Document",
    "Origin",
    "PathStep",
    "Prior",
    "Scenario",
    "differences",
    "draw_parameters",
    "edit_document",
    "explain",
    "nearest",
    "other_tables",
    "parameter_path",
    "path_values",
    "reach_target",
    "read_document",
    "read_scenarios",
    "resolved_document",
    "with_settings_of",
    "with_values",
    "write_document",
]
