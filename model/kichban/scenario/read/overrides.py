"""``--set key=value``: one more layer, on top of every scenario."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Parameters
from kichban.catalogue.parameters import Value
from kichban.errors import Fault
from kichban.scenario.checks.extras import check_sites
from kichban.scenario.checks.known import NOTHING_KNOWN, Known
from kichban.scenario.checks.values import check_value
from kichban.scenario.extras import SITE, ExtraValue
from kichban.scenario.read.layers import Layer, Notes, nearest

OVERRIDE = "--set"


def read_overrides(
    overrides: Sequence[tuple[str, str]], parameters: Parameters, known: Known = NOTHING_KNOWN
) -> tuple[Layer, tuple[Fault, ...]]:
    """Read pairs of key and value text; of two with one key the later wins."""
    notes = Notes(OVERRIDE, MappingProxyType({}))
    values: dict[str, Value] = {}
    extras: dict[str, ExtraValue] = {}
    for key, text in overrides:
        raw = _value(text)
        if key.startswith(f"{SITE}."):
            site, _, name = key.removeprefix(f"{SITE}.").rpartition(".")
            extras |= check_sites({site: {name: raw}}, notes, parameters, known)
            continue
        if key not in parameters:
            notes.fault("E-SCN-020", (key,), key, **nearest(key, parameters))
            continue
        checked = check_value(parameters[key], raw, (key,), notes)
        if checked is not None:
            values[key] = checked
    empty: MappingProxyType[str, str] = MappingProxyType({})
    layer = Layer(
        OVERRIDE, OVERRIDE, empty, empty, "", "", (), (), MappingProxyType(values),
        MappingProxyType({}), MappingProxyType({}), (), (), MappingProxyType({}),
        MappingProxyType(extras),
    )  # fmt: skip
    return layer, tuple(notes.faults)


def _value(text: str) -> Any:
    """Read a value as TOML; what is none stays a text, such as ``2026-Q3``."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
