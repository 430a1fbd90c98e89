"""Layers joined: catalogue default → parents, oldest first → includes → own → ``--set``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kichban.catalogue import Parameters
from kichban.errors import Fault
from kichban.scenario.checks.known import NOTHING_KNOWN, Known
from kichban.scenario.checks.rules import check_rules
from kichban.scenario.read.batches import is_batch, read_batch
from kichban.scenario.read.graph import included, index_layers, lineage
from kichban.scenario.read.layers import Layer
from kichban.scenario.read.overrides import read_overrides
from kichban.scenario.read.schema import is_overlay, overlay_name, read_layer
from kichban.scenario.state import State, kept_correlations
from kichban.scenario.values import Scenario


def read_scenarios(
    texts: Mapping[str, str],
    parameters: Parameters,
    overrides: Sequence[tuple[str, str]] = (),
    known: Known = NOTHING_KNOWN,
) -> tuple[Mapping[str, Scenario], tuple[Fault, ...]]:
    """Read and resolve every scenario of a study.

    A user's mistake is never raised: all are returned at once, and the scenarios that can still
    be resolved are too.

    Parameters
    ----------
    texts
        Path relative to the study, such as ``scenarios/high.toml``, to its text.
    overrides
        Pairs of key and value as given to ``--set``.
    known
        Sites and years of the study.

    Returns
    -------
    scenarios : mapping by name, in the order of their files
    faults : in the order of files, then of lines
    """
    top, noted = read_overrides(overrides, parameters, known)
    faults = list(noted)
    layers: dict[str, Layer] = {}
    unreadable: set[str] = set()
    for file in sorted(texts):
        if is_batch(file):
            members, noted = read_batch(file, texts[file], parameters, known)
            faults.extend(noted)
            layers |= {f"{file}:{member.name}": member for member in members}
            continue
        layer, noted = read_layer(file, texts[file], parameters, known)
        faults.extend(noted)
        if layer is None:
            unreadable.add(overlay_name(file))
        else:
            layers[file] = layer
    named = index_layers(layers, faults)
    found: dict[str, Scenario] = {}
    for layer in named.values():
        if not is_overlay(layer.file):
            stack = _stack(layer, named, frozenset(unreadable), faults)
            if stack:
                scenario = _resolve(layer, (*stack, top), parameters, faults)
                found[layer.name] = scenario
                faults.extend(check_rules(scenario, parameters))
    return MappingProxyType(found), _in_order(faults)


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    """Sort faults by place; one that several scenarios run into is told once."""
    once = {(f.code, f.file, f.row, f.column, f.value): f for f in faults}
    return tuple(sorted(once.values(), key=lambda f: (f.file, f.row or 0, f.column, f.code)))


def _stack(
    layer: Layer, named: Mapping[str, Layer], unreadable: frozenset[str], faults: list[Fault]
) -> tuple[Layer, ...]:
    line = lineage(layer, named, unreadable, faults)
    stack: list[Layer] = []
    for step in line:
        # a parent's missing overlay is the parent's fault and told there
        told = faults if step is layer else []
        stack += [*included(step, named, unreadable, told), step]
    return tuple(stack)


def _resolve(
    layer: Layer, stack: Sequence[Layer], parameters: Parameters, faults: list[Fault]
) -> Scenario:
    state = State(parameters, faults)
    for step in stack:
        state.apply(step)
    sources = dict.fromkeys(source for step in stack for source in step.sources)
    bare = Scenario(
        layer.name, layer.file, layer.label, layer.story, layer.status, layer.extends,
        tuple(sources), {}, {}, {}, (), {},
    )  # fmt: skip
    return resolved(bare, state, layer)


def resolved(scenario: Scenario, state: State, layer: Layer) -> Scenario:
    """Give a scenario the settings of a state; `layer` is where their faults are told."""
    every = state.parameters
    return replace(
        scenario,
        values=MappingProxyType(state.values),
        paths=MappingProxyType({k: state.paths[k] for k in every if k in state.paths}),
        priors=MappingProxyType({k: state.priors[k] for k in every if k in state.priors}),
        correlations=kept_correlations(state, layer),
        origins=MappingProxyType({k: tuple(o) for k, o in state.origins.items()}),
        extras=MappingProxyType(dict(sorted(state.extras.items()))),
    )
