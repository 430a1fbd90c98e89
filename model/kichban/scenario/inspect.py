"""Questions about resolved scenarios: where a value comes from, where two differ, all of one."""

from __future__ import annotations

from typing import Any, NamedTuple

from kichban.errors import UsageError
from kichban.scenario.extras import ExtraValue
from kichban.scenario.read.layers import nearest
from kichban.scenario.values import Future, Origin, PathStep, Prior, Scenario


class Difference(NamedTuple):
    """A parameter in which two scenarios differ; values as in :func:`resolved_document`.

    A side is the plain value where nothing but the value differs, else its whole setting.
    """

    key: str
    value_a: Any
    value_b: Any


def explain(scenario: Scenario, key: str) -> tuple[Origin, ...]:
    """Give every layer that touched a parameter, the catalogue first, the deciding one last.

    Raises
    ------
    UsageError
        ``E-SCN-020`` when there is no such parameter.
    """
    if key not in scenario.origins:
        raise UsageError("E-SCN-020", key, **nearest(key, scenario.origins))
    return scenario.origins[key]


def differences(a: Scenario, b: Scenario) -> tuple[Difference, ...]:
    """Compare two scenarios by resolved values, paths and priors, in catalogue order.

    How they came to a setting does not count: the same path written in two ways of layering is
    no difference.
    """
    found = []
    for key in a.values:
        left, right = setting_document(a, key), setting_document(b, key)
        if left == right:
            continue
        if left.get("prior") == right.get("prior") or left["value"] != right["value"]:
            # a moved value takes its prior along: that is one difference, not two
            left.pop("prior", None)
            right.pop("prior", None)
        found.append(Difference(key, _plain(left), _plain(right)))
    return tuple(found)


def _plain(setting: dict[str, Any]) -> Any:
    return setting["value"] if set(setting) == {"value"} else setting


def resolved_document(scenario: Scenario) -> dict[str, Any]:
    """Give everything a run depends on as plain JSON values, for the manifest."""
    document: dict[str, Any] = {
        "name": scenario.name,
        "extends": scenario.extends,
        "status": scenario.status,
        "label": dict(scenario.label),
        "story": dict(scenario.story),
        "sources": list(scenario.sources),
        "parameters": {key: setting_document(scenario, key) for key in scenario.values},
        "correlations": [{"of": list(c.of), "rho": c.rho} for c in scenario.correlations],
    }
    if scenario.extras:
        document["extras"] = {k: extra_document(v) for k, v in scenario.extras.items()}
    return document


def extra_document(value: ExtraValue) -> Any:
    """Give what is said of a site or of parts as it could stand in a scenario file."""
    if isinstance(value, tuple):
        return {f"{year}": dict(parts) for year, parts in value}
    return value


def setting_document(scenario: Scenario, key: str) -> dict[str, Any]:
    """Give one parameter's value, path and prior as plain JSON values."""
    value = scenario.values[key]
    found: dict[str, Any] = {"value": list(value) if isinstance(value, tuple) else value}
    if key in scenario.paths:
        found["path"] = [step_document(step) for step in scenario.paths[key]]
    if key in scenario.priors:
        found["prior"] = prior_document(scenario.priors[key])
    return found


def step_document(step: PathStep) -> dict[str, Any]:
    """Give a step as it could stand in a scenario file."""
    if step.op == "reach":
        return {"op": step.op, "target": step.target}
    return {
        "op": step.op,
        "shape": step.shape,
        "anchors": {str(year): value for year, value in step.anchors},
        "before": step.before,
        "after": step.after,
    }


def prior_document(prior: Prior) -> dict[str, Any]:
    """Give a prior as plain JSON values, its bounds with it."""
    if prior.futures:
        return {
            "dist": prior.dist,
            "mode": prior.mode,
            "futures": [future_document(f) for f in prior.futures],
            "bounds": list(prior.bounds),
        }
    ends = ("p10", "p90") if prior.dist in ("normal", "lognormal") else ("low", "high")
    return {
        "dist": prior.dist,
        "mode": prior.mode,
        ends[0]: prior.low,
        ends[1]: prior.high,
        "bounds": list(prior.bounds),
    }


def future_document(future: Future) -> dict[str, Any]:
    """Give a discrete future as it could stand in a scenario file."""
    found: dict[str, Any] = {"value": future.value, "probability": future.probability}
    if future.vi:
        found["label"] = {"vi": future.vi, "en": future.en}
    return found
