"""The levers of a search: which there are, how far each may go, how a scenario is moved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from kichban.catalogue import Parameter, Parameters
from kichban.errors import Fault, InputError
from kichban.files import toml_bytes
from kichban.ledger.tables import nearest
from kichban.scenario import PathStep, Scenario, reach_target, with_values
from kichban.target import Span
from kichban.texts import Lang

#: what the faults of ``--levers`` name as their file
FLAG = "--levers"


@dataclass(frozen=True, slots=True)
class Lever:
    """A parameter that somebody decides, as a search moves it.

    A number is set; a path is moved by adding as much a year, from `first_year` on, to whatever the
    scenario makes of it: then `added` is true and the value now is 0.
    """

    parameter: Parameter
    span: Span
    added: bool
    first_year: int

    @property
    def key(self) -> str:
        """Key in the catalogue."""
        return self.parameter.key

    @property
    def scale(self) -> float:
        """Factor from the lever's unit to print: per cent for rates."""
        return 100.0 if self.parameter.percent else 1.0

    @property
    def decimals(self) -> int:
        """Decimals in print: one more than the catalogue prints."""
        return self.parameter.decimals + 1

    def rounded(self, value: float, *, up: bool) -> float:
        """Round to what is printed, in the direction in which the target stays met."""
        digits = self.decimals + 2 * self.parameter.percent
        ticks = value * 10.0**digits
        whole = math.ceil(ticks - 1e-6) if up else math.floor(ticks + 1e-6)
        rounded = round(whole / 10.0**digits, digits)
        return min(max(rounded, self.span.limit_low), self.span.limit_high)


def choose_levers(
    wanted: Sequence[str], scenario: Scenario, parameters: Parameters
) -> tuple[Parameter, ...]:
    """Find the parameters to move: those named, or every lever that the scenario leaves free.

    Raises
    ------
    InputError
        With every name that is unknown, not a lever, or tied to a target.
    """
    if not wanted:
        return tuple(
            parameters[key]
            for key in parameters.levers
            if not parameters[key].reach_only and not reach_target(scenario.paths.get(key, ()))
        )
    faults = [f for key in wanted for f in _refused(key, scenario, parameters)]
    if faults:
        raise InputError(faults)
    return tuple(parameters[key] for key in dict.fromkeys(wanted))


def _refused(key: str, scenario: Scenario, parameters: Parameters) -> Iterable[Fault]:
    free = [k for k in parameters.levers if not parameters[k].reach_only]
    levers = ", ".join(free)
    if key not in parameters:
        yield Fault(
            "E-SEEK-001", FLAG, None, "", key, nearest(key, parameters) | {"allowed": levers}
        )
        return
    parameter = parameters[key]
    if parameter.role != "lever":
        yield Fault(
            f"E-SEEK-00{2 if parameter.role == 'uncertainty' else 3}",
            FLAG, None, "", key, {"allowed": levers},
        )  # fmt: skip
    elif parameter.reach_only:
        yield Fault("E-SEEK-004", FLAG, None, "", key, {"allowed": levers})
    elif tied := reach_target(scenario.paths.get(key, ())):
        yield Fault("E-SEEK-005", FLAG, None, "", key, {"scenario": scenario.name, "target": tied})


def make_lever(
    parameter: Parameter, scenario: Scenario, first_year: int, course: Sequence[float]
) -> Lever:
    """Give a lever its bounds: those that warn, widened to what the scenario sets.

    Parameters
    ----------
    course
        Usual values by year of a parameter that is a path: what is added to it may not leave the
        bounds in any of them.
    """
    limits = parameter.error_bounds
    bounds = parameter.warning_bounds or limits
    value = scenario.values[parameter.key]
    added = not isinstance(value, float)
    now = value if isinstance(value, float) else 0.0
    if added:
        low, high = (min(course), max(course)) if course else (0.0, 0.0)
        limits = min(0.0, limits[0] - low), max(0.0, limits[1] - high)
        bounds = bounds[0] - low, bounds[1] - high
    digits = parameter.decimals + 2 * parameter.percent
    span = Span(
        now, min(now, bounds[0]), max(now, bounds[1]), min(now, limits[0]), max(now, limits[1]),
        0.25 * 10.0 ** -(digits + 1),
    )  # fmt: skip
    return Lever(parameter, span, added, first_year)


def moved(
    scenario: Scenario, levers: Sequence[Lever], values: Iterable[float], parameters: Parameters
) -> Scenario:
    """Give a scenario the values of levers; those that stand where they stood change nothing.

    Raises
    ------
    InputError
        With every value out of bounds.
    """
    changed = [
        (lever, float(value))
        for lever, value in zip(levers, values, strict=True)
        if value != lever.span.now
    ]
    numbers = {lever.key: value for lever, value in changed if not lever.added}
    found = with_values(scenario, numbers, parameters) if numbers else scenario
    paths = dict(found.paths)
    for lever, value in changed:
        if lever.added:
            step = PathStep("add", "step", ((lever.first_year, value),))
            paths[lever.key] = (*paths.get(lever.key, ()), step)
    return replace(found, paths=MappingProxyType(paths))


def settings_text(levers: Sequence[Lever], values: Iterable[float]) -> str:
    r"""Write what a scenario file says to move levers; nothing for those that stay.

    >>> settings_text([], [])
    ''
    """
    lines, paths = [], []
    for lever, value in zip(levers, values, strict=True):
        if value == lever.span.now:
            continue
        number = np.format_float_positional(value, trim="0")
        if lever.added:
            paths += ["", f'[path."{lever.key}"]', 'op = "add"', 'shape = "step"']
            paths += [f'anchors = {{ "{lever.first_year}" = {number} }}', 'after = "hold"']
        else:
            lines.append(f'"{lever.key}" = {number}')
    text = "\n".join([*(["[set]", *lines] if lines else []), *paths]).strip("\n")
    return text + "\n" if text else ""


def scenario_text(
    name: str,
    parent: str,
    label: Mapping[Lang, str],
    story: Mapping[Lang, str],
    settings: str,
) -> str:
    """Write a draft scenario that only moves levers on top of its parent."""
    head = toml_bytes(
        {
            "format": 1, "name": name, "extends": parent, "label": dict(label), "status": "draft",
            "story": dict(story),
        }
    )  # fmt: skip
    return head.decode("utf-8") + "\n" + settings
