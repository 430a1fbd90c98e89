"""Scenarios as plain values for other programs: the list, one of them, layers, differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kichban.catalogue import Entry, Parameter, Parameters
from kichban.scenario import (
    Origin,
    PathStep,
    Prior,
    Scenario,
    Year,
    catalogue_prior,
    contrast,
    explain,
    extra_differences,
    extra_document,
    prior_document,
    setting_document,
    step_document,
    tie_differences,
    yearly_values,
)
from kichban.study.scenarios.view import changed_keys, reached_targets


def list_document(scenario: Scenario, parameters: Parameters) -> dict[str, Any]:
    """Give what the list says of a scenario."""
    return {
        "name": scenario.name,
        "file": scenario.file,
        "label": dict(scenario.label),
        "status": scenario.status,
        "extends": scenario.extends,
        "changes": [*changed_keys(scenario, parameters), *scenario.extras],
        "targets": list(reached_targets(scenario)),
    }


def scenario_document(
    scenario: Scenario, parameters: Parameters, years: Sequence[int], *, every: bool = False
) -> dict[str, Any]:
    """Give a resolved scenario; each parameter with its years and where it comes from."""
    keys = tuple(parameters) if every else changed_keys(scenario, parameters)
    axis = np.array(years, dtype=np.int64)
    found: dict[str, Any] = {}
    for key in keys:
        found[key] = setting_document(scenario, key)
        found[key]["unit"] = parameters[key].unit
        if key in scenario.paths:
            yearly = zip(years, yearly_values(scenario, key, axis), strict=True)
            found[key]["years"] = {f"{year}": year_document(value) for year, value in yearly}
        found[key]["origins"] = [origin_document(o) for o in scenario.origins[key]]
    return {
        **list_document(scenario, parameters),
        "story": dict(scenario.story),
        "sources": list(scenario.sources),
        "parameters": found,
        "extras": {
            key: {
                "value": extra_document(value),
                "origins": [origin_document(o) for o in scenario.origins[key]],
            }
            for key, value in scenario.extras.items()
        },
        "correlations": [{"of": list(c.of), "rho": c.rho} for c in scenario.correlations],
    }


def year_document(year: Year) -> float | dict[str, Any]:
    """Give a year: its value, or what is done to what the model gives.

    >>> year_document(Year(0.0, 0.1)), year_document(Year(1.25, 0.0))
    (0.1, {'times': 1.25, 'plus': 0.0})
    """
    if year.target:
        return {"reach": year.target}
    return {"times": year.factor, "plus": year.addend} if year.factor else year.addend


def origin_document(origin: Origin) -> dict[str, Any]:
    """Give what one layer says and where."""
    value: Any = origin.value
    if isinstance(value, PathStep):
        value = step_document(value)
    elif isinstance(value, Prior):
        value = prior_document(value)
    elif origin.part == "share":
        value = extra_document(value)
    elif isinstance(value, tuple):
        value = list(value)
    place = {"layer": origin.layer, "file": origin.file, "line": origin.line}
    return {**place, "part": origin.part, "value": value}


def explain_document(parameter: Parameter, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Give what the catalogue says of a parameter and the layers of each scenario."""
    prior = catalogue_prior(parameter)
    warning = parameter.warning_bounds
    return {
        "key": parameter.key,
        "label": dict(parameter.label),
        "unit": parameter.unit,
        "kind": parameter.kind,
        "role": parameter.role,
        "error_bounds": list(parameter.error_bounds),
        "warning_bounds": None if warning is None else list(warning),
        "prior": None if prior is None else prior_document(prior),
        "sources": list(parameter.sources),
        "assumption": dict(parameter.assumption),
        "scenarios": {
            s.name: [origin_document(o) for o in explain(s, parameter.key)] for s in scenarios
        },
    }


def explain_entry_document(key: str, entry: Entry, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Give what the catalogue says of an entry and the layers of each scenario that set it."""
    return {
        "key": key,
        "label": dict(entry.label),
        "unit": entry.unit,
        "kind": entry.kind,
        "error_bounds": None if entry.error_bounds is None else list(entry.error_bounds),
        "assumption": dict(entry.assumption),
        "scenarios": {
            s.name: [origin_document(o) for o in s.origins.get(key, ())] for s in scenarios
        },
    }


def diff_document(a: Scenario, b: Scenario, years: Sequence[int]) -> dict[str, Any]:
    """Give where two scenarios differ; pairs are (first, second)."""
    found: dict[str, Any] = {}
    for entry in contrast(a, b, years):
        found[entry.key] = {
            "values": None if entry.values is None else [_plain(v) for v in entry.values],
            "years": {
                f"{year}": [year_document(one), year_document(other)]
                for year, one, other in entry.years
            },
            "priors": None
            if entry.priors is None
            else [None if p is None else prior_document(p) for p in entry.priors],
        }
    ties = [{"of": list(t.of), "rho": list(t.rhos)} for t in tie_differences(a, b)]
    extras = {
        o.key: [None if v is None else extra_document(v) for v in o.values]
        for o in extra_differences(a, b)
    }
    pair = {"a": a.name, "b": b.name}
    return {**pair, "parameters": found, "extras": extras, "correlations": ties}


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else value
