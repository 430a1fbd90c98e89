"""Rules between parameters, held against a resolved scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from kichban.catalogue import Parameters, Rule
from kichban.errors import Fault
from kichban.numbers import FloatArray, IntArray, canonical_number
from kichban.scenario.paths import path_values, reach_target
from kichban.scenario.priors import support
from kichban.scenario.read.layers import as_printed
from kichban.scenario.values import Origin, Scenario

#: rounding of what is added up
ROUNDING = 1e-6


def check_rules(scenario: Scenario, parameters: Parameters) -> Iterator[Fault]:
    """Give what a scenario breaks, at the settings that decide.

    A scenario that only inherits what breaks a rule is not blamed: the file that says it is.
    Draws must keep an order too, so ranges that can cross are refused rather than clipped: a
    clipped draw would be one that no file describes.
    """
    for rule in parameters.rules:
        if rule.kind == "order":
            yield from _order(rule, scenario)
        elif rule.kind == "sum":
            yield from _sum(rule, scenario)
        else:
            yield from _idle(rule, scenario)


def _order(rule: Rule, scenario: Scenario) -> Iterator[Fault]:
    for below, above in pairwise(rule.keys):
        crossing = _crossing(scenario, below, above)
        if crossing is None:
            continue
        at, other = _deciding(scenario, (below, above))
        shown = " > ".join(crossing)
        detail = {"below": below, "above": above, "other": other}
        yield _fault(rule, 45, at, shown, detail)


def _crossing(scenario: Scenario, below: str, above: str) -> tuple[str, str] | None:
    """Give what of `below` lies over what of `above`; ``None`` where the order holds."""
    one, other = scenario.values[below], scenario.values[above]
    if isinstance(one, tuple) and isinstance(other, tuple):
        crossed = any(a > b for a, b in zip(one, other, strict=True))
        return (as_printed(one), as_printed(other)) if crossed else None
    steps = [s for key in (below, above) for s in scenario.paths.get(key, ())]
    # between two anchors every shape stays between their values; a step may act a year only
    anchors = {year + d for step in steps for year, _ in step.anchors for d in (-1, 0, 1)}
    years = np.array(sorted(anchors) or [2000], dtype=np.int64)
    lower, upper = (_span(scenario, key, years) for key in (below, above))
    if lower is None or upper is None:
        return None
    over = lower[1] - upper[0]
    worst = int(np.argmax(over))
    if over[worst] <= ROUNDING:
        return None
    return canonical_number(float(lower[1][worst]), 6), canonical_number(float(upper[0][worst]), 6)


def _span(scenario: Scenario, key: str, years: IntArray) -> tuple[FloatArray, FloatArray] | None:
    """Give the least and the most a parameter is in any draw, by year; ``None`` if not a number."""
    value, steps = scenario.values[key], scenario.paths.get(key, ())
    if not isinstance(value, float) or reach_target(steps):
        return None
    prior = scenario.priors.get(key)
    ends = support(prior) if prior is not None else (value, value)
    base = np.repeat(np.array([[ends[0]], [ends[1]]]), len(years), axis=1)
    found = path_values(steps, years, base, centre=value)
    return found.min(axis=0), found.max(axis=0)


def _sum(rule: Rule, scenario: Scenario) -> Iterator[Fault]:
    values = [scenario.values[key] for key in rule.keys]
    numbers = [value for value in values if isinstance(value, float)]
    total = sum(numbers)
    if len(numbers) == len(values) and abs(total - rule.total) > ROUNDING:
        at, other = _deciding(scenario, rule.keys)
        detail = {"keys": ", ".join(rule.keys), "total": canonical_number(rule.total)}
        yield _fault(rule, 46, at, canonical_number(total), {**detail, "other": other})


def _idle(rule: Rule, scenario: Scenario) -> Iterator[Fault]:
    idle = scenario.values[rule.when] == rule.equals
    if rule.reaches:
        idle = bool(reach_target(scenario.paths.get(rule.when, ())))
    for key in rule.keys if idle else ():
        origin = scenario.origins[key][-1]
        if origin.part not in ("default", "unset"):
            cause = scenario.origins[rule.when][-1]
            detail = {"when": rule.when, "other": _place(cause)}
            yield _fault(rule, 47, (key, origin), "", detail)


def _deciding(scenario: Scenario, keys: Sequence[str]) -> tuple[tuple[str, Origin], str]:
    """Give the setting to blame, the last that is not the catalogue's, and where the others are."""
    origins = [(key, scenario.origins[key][-1]) for key in keys]
    own = [pair for pair in origins if pair[1].part != "default"] or origins
    here = [pair for pair in own if pair[1].file == scenario.file] or own
    blamed = here[-1]
    others = [f"{key} ({_place(o)})" for key, o in origins if key != blamed[0]]
    return blamed, ", ".join(others)


def _place(origin: Origin) -> str:
    return origin.file if origin.line is None else f"{origin.file}:{origin.line}"


def _fault(
    rule: Rule, number: int, at: tuple[str, Origin], value: str, detail: Mapping[str, str]
) -> Fault:
    key, origin = at
    code = f"{'E' if rule.level == 'error' else 'W'}-SCN-{number:03d}"
    why = {f"why_{lang}": text for lang, text in rule.label.items()}
    return Fault(code, origin.file, origin.line, key, value, MappingProxyType({**detail, **why}))
