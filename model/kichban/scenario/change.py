"""A resolved scenario changed in memory: values on top, or whole settings from another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from kichban.catalogue import Parameters
from kichban.errors import Fault, InputError
from kichban.scenario.read.overrides import read_overrides
from kichban.scenario.resolve import resolved
from kichban.scenario.state import State
from kichban.scenario.values import Scenario

Setting = TypeVar("Setting")


def with_values(
    scenario: Scenario, values: Mapping[str, float], parameters: Parameters
) -> Scenario:
    """Set parameters on top of a scenario, as ``--set`` does.

    Raises
    ------
    InputError
        With every unknown key and value out of bounds.
    """
    layer, noted = read_overrides([(k, repr(float(v))) for k, v in values.items()], parameters)
    faults: list[Fault] = list(noted)
    state = State(parameters, faults)
    state.values = dict(scenario.values)
    state.paths, state.priors = dict(scenario.paths), dict(scenario.priors)
    state.extras = dict(scenario.extras)
    state.correlations = {frozenset(c.of): c for c in scenario.correlations}
    state.origins = {key: list(own) for key, own in scenario.origins.items()}
    state.apply(layer)
    changed = resolved(scenario, state, layer)
    if any(fault.is_error for fault in faults):
        raise InputError(faults)
    return changed


def with_settings_of(scenario: Scenario, other: Scenario, keys: Collection[str]) -> Scenario:
    """Give a scenario some parameters of another one: value, path, prior and where they come from.

    A correlation comes along with both of its parameters; between one that was taken and one that
    was not there is none. `keys` may name entries of sites and shares too (``site.<id>.slip``).
    """

    def mixed(own: Mapping[str, Setting], theirs: Mapping[str, Setting]) -> Mapping[str, Setting]:
        found = {
            key: theirs[key] if key in keys else own[key]
            for key in scenario.values
            if key in (theirs if key in keys else own)
        }
        return MappingProxyType(found)

    def either(own: Mapping[str, Setting], theirs: Mapping[str, Setting]) -> Mapping[str, Setting]:
        kept = {key: value for key, value in own.items() if key not in keys}
        return MappingProxyType(kept | {k: v for k, v in theirs.items() if k in keys})

    taken = frozenset(keys)
    return replace(
        scenario,
        values=mixed(scenario.values, other.values),
        paths=mixed(scenario.paths, other.paths),
        priors=mixed(scenario.priors, other.priors),
        origins=either(scenario.origins, other.origins),
        extras=either(scenario.extras, other.extras),
        correlations=(
            *(c for c in scenario.correlations if not taken & set(c.of)),
            *(c for c in other.correlations if taken >= set(c.of)),
        ),
    )
