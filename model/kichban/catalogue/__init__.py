"""The one catalogue: indicators, identities and parameters with names, units and bounds."""

from kichban.catalogue.entries import Entry
from kichban.catalogue.indicators import (
    Catalogue,
    Identity,
    Indicator,
    Member,
    Term,
    load_catalogue,
)
from kichban.catalogue.labels import Label
from kichban.catalogue.parameters import Parameter, Parameters, load_parameters
from kichban.catalogue.rules import Rule

__all__ = [
    "Catalogue",
    "Entry",
    "Identity",
    "Indicator",
    "Label",
    "Member",
    "Parameter",
    "Parameters",
    "Rule",
    "Term",
    "load_catalogue",
    "load_parameters",
]
