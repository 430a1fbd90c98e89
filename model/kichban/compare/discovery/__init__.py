"""Which parameters in which ranges make a target missed or met: scenario discovery by PRIM."""

from kichban.compare.discovery.search import Discovery, Found, discover
from kichban.compare.discovery.table import (
    BOX_COLUMNS,
    TRAJECTORY_COLUMNS,
    box_rows,
    trajectory_rows,
)
from kichban.compare.discovery.words import discovery_lines

__all__ = [
    "BOX_COLUMNS",
    "TRAJECTORY_COLUMNS",
    "Discovery",
    "Found",
    "box_rows",
    "discover",
    "discovery_lines",
    "trajectory_rows",
]
