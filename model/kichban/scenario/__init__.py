"""Scenarios: short files of differences, resolved into values, paths and priors."""

from kichban.scenario.change import with_settings_of, with_values
from kichban.scenario.checks.known import NOTHING_KNOWN, Known
from kichban.scenario.contrast import (
    Contrast,
    Other,
    Tie,
    contrast,
    extra_differences,
    tie_differences,
)
from kichban.scenario.document import Document, other_tables, read_document
from kichban.scenario.draws import BLOCK, USUAL, Deal, draw_parameters, stated_centre
from kichban.scenario.edit import edit_document
from kichban.scenario.editors import SCHEMA_FILE, json_schema
from kichban.scenario.extras import ExtraValue, entry_of, share_anchors, site_settings
from kichban.scenario.fresh import write_document
from kichban.scenario.inspect import (
    Difference,
    differences,
    explain,
    extra_document,
    prior_document,
    resolved_document,
    setting_document,
    step_document,
)
from kichban.scenario.paths import parameter_path, path_values, reach_target
from kichban.scenario.priors import catalogue_prior
from kichban.scenario.read.batches import BATCHES
from kichban.scenario.read.layers import flatten, nearest
from kichban.scenario.read.schema import is_name
from kichban.scenario.resolve import read_scenarios
from kichban.scenario.values import Correlation, Future, Origin, PathStep, Prior, Scenario
from kichban.scenario.yearly import Year, yearly_values

__all__ = [
    "BATCHES",
    "BLOCK",
    "NOTHING_KNOWN",
    "SCHEMA_FILE",
    "USUAL",
    "Contrast",
    "Correlation",
    "Deal",
    "Difference",
    "Document",
    "ExtraValue",
    "Future",
    "Known",
    "Origin",
    "Other",
    "PathStep",
    "Prior",
    "Scenario",
    "Tie",
    "Year",
    "catalogue_prior",
    "contrast",
    "differences",
    "draw_parameters",
    "edit_document",
    "entry_of",
    "explain",
    "extra_differences",
    "extra_document",
    "flatten",
    "is_name",
    "json_schema",
    "nearest",
    "other_tables",
    "parameter_path",
    "path_values",
    "prior_document",
    "reach_target",
    "read_document",
    "read_scenarios",
    "resolved_document",
    "setting_document",
    "share_anchors",
    "site_settings",
    "stated_centre",
    "step_document",
    "tie_differences",
    "with_settings_of",
    "with_values",
    "write_document",
    "yearly_values",
]
