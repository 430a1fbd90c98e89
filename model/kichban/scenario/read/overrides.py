"""``--set key=value``: one more layer, on top of every scenario."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from types import MappingProxyType

from kichban.catalogue import Parameters
from kichban.catalogue.parameters import Value
from kichban.errors import Fault
from kichban.scenario.checks.values import check_value
from kichban.scenario.read.layers import Layer, Notes, nearest

OVERRIDE = "--set"


def read_overrides(
    overrides: Sequence[tuple[str, str]], parameters: Parameters
) -> tuple[Layer, tuple[Fault, ...]]:
    """Read pairs of key and value text; of two with one key the later wins."""
    notes = Notes(OVERRIDE, MappingProxyType({}))
    values: dict[str, Value] = {}
    for key, text in overrides:
        if key not in parameters:
            notes.fault("E-SCN-020", (key,), key, **nearest(key, parameters))
            continue
        try:
            raw = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            raw = text
        checked = check_value(parameters[key], raw, (key,), notes)
        if checked is not None:
            values[key] = checked
    empty: MappingProxyType[str, str] = MappingProxyType({})
    layer = Layer(
        OVERRIDE, OVERRIDE, empty, empty, "", "", (), (), MappingProxyType(values),
        MappingProxyType({}), MappingProxyType({}), (), (), MappingProxyType({}),
    )  # fmt: skip
    return layer, tuple(notes.faults)
