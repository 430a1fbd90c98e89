"""``--set key=value``: one more layer, on top of every scenario."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Parameters
from kichban.errors import Fault
from kichban.files import load_toml
from kichban.scenario.checks.known import NOTHING_KNOWN, Known
from kichban.scenario.read.assignments import read_assignments
from kichban.scenario.read.layers import Layer, Notes, assigned_layer

OVERRIDE = "--set"


def read_overrides(
    overrides: Sequence[tuple[str, str]], parameters: Parameters, known: Known = NOTHING_KNOWN
) -> tuple[Layer, tuple[Fault, ...]]:
    """Read pairs of key and value text; of two with one key the later wins."""
    notes = Notes(OVERRIDE, MappingProxyType({}))
    pairs = [(key, _value(text)) for key, text in overrides]
    found = read_assignments(pairs, notes, parameters, known)
    layer = assigned_layer(OVERRIDE, OVERRIDE, found.values, found.paths, found.extras)
    return layer, tuple(notes.faults)


def _value(text: str) -> Any:
    """Read a value as TOML; what is none stays a text, such as ``2026-Q3``."""
    try:
        found = load_toml(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    # a second line would be a second setting, which nobody would see
    return found["value"] if set(found) == {"value"} else text
