"""What moves an outcome, and by how much: one at a time (tornado), and all at once (Sobol)."""

from kichban.compare.sensitivity.overview import (
    scenario_title,
    sobol_lines,
    sobol_notes,
    tornado_lines,
    tornado_notes,
)
from kichban.compare.sensitivity.sobol import Indices, indices, is_constant
from kichban.compare.sensitivity.table import (
    SOBOL_COLUMNS,
    TORNADO_COLUMNS,
    sobol_rows,
    tornado_rows,
)
from kichban.compare.sensitivity.tornado import Bar, Held, tornado

__all__ = [
    "SOBOL_COLUMNS",
    "TORNADO_COLUMNS",
    "Bar",
    "Held",
    "Indices",
    "indices",
    "is_constant",
    "scenario_title",
    "sobol_lines",
    "sobol_notes",
    "sobol_rows",
    "tornado",
    "tornado_lines",
    "tornado_notes",
    "tornado_rows",
]
