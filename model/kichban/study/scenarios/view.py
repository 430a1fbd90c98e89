"""Scenarios as text for a terminal: the list, one of them, a parameter's layers, two compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import numpy as np

from kichban.catalogue import Entry, Parameter, Parameters
from kichban.scenario import (
    ExtraValue,
    Scenario,
    catalogue_prior,
    contrast,
    entry_of,
    explain,
    extra_differences,
    reach_target,
    tie_differences,
    yearly_values,
)
from kichban.scenario.words import (
    decided_words,
    digits,
    extra_words,
    number_words,
    place_words,
    prior_words,
    setting_words,
    step_words,
    value_words,
    year_words,
)
from kichban.texts import Lang, texts_for

#: how many changes the list names before it counts the others
NAMED = 4


def changed_keys(scenario: Scenario, parameters: Parameters) -> tuple[str, ...]:
    """Give the parameters whose value, path or prior is not that of the catalogue."""
    return tuple(
        key
        for key, parameter in parameters.items()
        if scenario.values[key] != parameter.default
        or key in scenario.paths
        or scenario.priors.get(key) != catalogue_prior(parameter)
    )


def reached_targets(scenario: Scenario) -> tuple[str, ...]:
    """Give the ids of the targets a scenario is built to reach."""
    return tuple(filter(None, (reach_target(steps) for steps in scenario.paths.values())))


def scenario_list(
    scenarios: Mapping[str, Scenario], parameters: Parameters, lang: Lang
) -> Iterator[str]:
    """Give a line a scenario, what it changes in a few words, and the targets it follows."""
    words = texts_for(lang)
    if not scenarios:
        yield words("scenario.list.none")
        return
    batches = Counter(name.partition("/")[0] for name in scenarios if "/" in name)
    scenarios = {name: s for name, s in scenarios.items() if "/" not in name}
    rows = [tuple(words("scenario.list.columns").split("|"))]
    rows += [
        (s.name, s.label.get(lang, ""), words(f"scenario.status.{s.status}"), s.extends or "–")
        for s in scenarios.values()
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row, scenario in zip(rows, (None, *scenarios.values()), strict=True):
        yield "  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
        if scenario is not None:
            yield "    " + changes_words(scenario, parameters, lang)
            if targets := reached_targets(scenario):
                yield "    " + words("scenario.list.reaches", targets=", ".join(targets))
    for name, count in batches.items():
        yield words("scenario.list.batch", name=name, count=f"{count}")


def changes_words(scenario: Scenario, parameters: Parameters, lang: Lang) -> str:
    """Say what a scenario changes, in a few words."""
    words = texts_for(lang)
    keys = changed_keys(scenario, parameters)
    if not keys and not scenario.extras:
        return words("scenario.list.unchanged")
    said = [f"{k} {_brief(parameters[k], scenario, lang)}" for k in keys[:NAMED]]
    said += list(scenario.extras)[: NAMED - len(said)]
    rest = len(keys) + len(scenario.extras) - len(said)
    if rest:
        said.append(words("scenario.list.more", count=f"{rest}"))
    return words("scenario.list.changes", changes="; ".join(said))


def _brief(parameter: Parameter, scenario: Scenario, lang: Lang) -> str:
    steps = scenario.paths.get(parameter.key, ())
    if steps:
        return ", ".join(step_words(parameter, step, lang) for step in steps)
    return value_words(parameter, scenario.values[parameter.key], lang)


def scenario_lines(
    scenario: Scenario,
    parameters: Parameters,
    years: Sequence[int],
    lang: Lang,
    *,
    every: bool = False,
) -> Iterator[str]:
    """Give a resolved scenario: its story, and each value with where it comes from."""
    words = texts_for(lang)
    status = words(f"scenario.status.{scenario.status}")
    yield words(
        "scenario.show.title", label=scenario.label[lang], name=scenario.name, status=status
    )
    if scenario.extends:
        yield words("scenario.show.extends", line=scenario.extends)
    yield ""
    yield scenario.story[lang]
    if scenario.sources:
        yield words("scenario.show.sources", sources=", ".join(scenario.sources))
    yield ""
    keys = tuple(parameters) if every else changed_keys(scenario, parameters)
    title = "all" if every else "changed"
    if keys or not scenario.extras:
        yield words(f"scenario.show.{title}") if keys else words("scenario.list.unchanged")
    for key in keys:
        yield from _value_lines(parameters[key], scenario, years, lang)
    if scenario.extras:
        yield words("scenario.show.extras")
        yield from _extra_lines(scenario, parameters, lang)
    if scenario.correlations:
        yield words("scenario.show.correlations")
        for pair in scenario.correlations:
            yield f"  {' × '.join(pair.of)}: {digits(pair.rho, 2, lang)}"


def _value_lines(
    parameter: Parameter, scenario: Scenario, years: Sequence[int], lang: Lang
) -> Iterator[str]:
    words, key = texts_for(lang), parameter.key
    yearly = yearly_values(scenario, key, np.array(years, dtype=np.int64))
    pairs = list(zip(years, yearly, strict=False))
    yield f"  {key} – {parameter.label[lang]}: {decided_words(parameter, scenario, pairs, lang)}"
    if key in scenario.priors:
        prior = prior_words(parameter, scenario.priors[key], lang)
        yield "    " + words("scenario.show.prior", prior=prior)
    origins = [o for o in scenario.origins[key] if o.part != "default"]
    for origin in origins:
        yield "    " + words("scenario.show.origin", origin=place_words(origin, lang))


def _extra_lines(scenario: Scenario, parameters: Parameters, lang: Lang) -> Iterator[str]:
    for key, value in scenario.extras.items():
        entry = entry_of(key, parameters)
        assert entry is not None, key
        place = place_words(scenario.origins[key][-1], lang)
        said = texts_for(lang)("scenario.show.origin", origin=place)
        yield f"  {key} – {entry.label[lang]}: {extra_words(entry, value, lang)} ({said})"


def explain_entry_lines(
    key: str, entry: Entry, scenarios: Sequence[Scenario], lang: Lang
) -> Iterator[str]:
    """Give what the catalogue says of an entry, and each scenario's layers that set it."""
    words = texts_for(lang)
    yield f"{key} – {entry.label[lang]}"
    yield words("scenario.explain.entry", unit=entry.unit_label[lang])
    if entry.error_bounds is not None:
        low, high = (digits(b, entry.decimals, lang) for b in entry.error_bounds)
        yield words("scenario.explain.bounds", low=low, high=high)
    yield words("scenario.explain.assumption", assumption=entry.assumption[lang])
    for scenario in scenarios:
        yield ""
        yield f"{scenario.name} ({scenario.label[lang]})"
        origins = scenario.origins.get(key, ())
        if not origins:
            yield f"  {words('scenario.value.silent')}"
        for origin in origins:
            mark = f"  ← {words('scenario.explain.deciding')}" if origin is origins[-1] else ""
            said = extra_words(entry, cast(ExtraValue, origin.value), lang)
            yield f"  {place_words(origin, lang)}  {said}{mark}"


def explain_lines(parameter: Parameter, scenarios: Sequence[Scenario], lang: Lang) -> Iterator[str]:
    """Give what the catalogue says of a parameter, and each scenario's layers, oldest first."""
    words = texts_for(lang)
    low, high = (number_words(parameter, b, lang) for b in parameter.error_bounds)
    yield f"{parameter.key} – {parameter.label[lang]}"
    unit, role = parameter.unit_label[lang], words(f"scenario.role.{parameter.role}")
    yield words("scenario.explain.unit", unit=unit, role=role, low=low, high=high)
    if parameter.warning_bounds is not None:
        low, high = (number_words(parameter, b, lang) for b in parameter.warning_bounds)
        yield words("scenario.explain.usual", low=low, high=high)
    prior = prior_words(parameter, catalogue_prior(parameter), lang)
    yield words("scenario.explain.prior", prior=prior)
    said, source = parameter.assumption[lang], ", ".join(parameter.sources)
    grounds = "source" if source else "assumption"
    yield words(f"scenario.explain.{grounds}", assumption=said, source=source)
    for scenario in scenarios:
        yield ""
        yield f"{scenario.name} ({scenario.label[lang]})"
        origins = explain(scenario, parameter.key)
        places = [place_words(o, lang) for o in origins]
        width = max(map(len, places))
        for origin, place in zip(origins, places, strict=True):
            decides = origin is origins[-1]
            mark = f"  ← {words('scenario.explain.deciding')}" if decides else ""
            part = words(f"scenario.part.{origin.part}")
            setting = setting_words(parameter, origin, lang)
            yield f"  {place:{width}}  {part}: {setting}{mark}"


def diff_lines(
    a: Scenario, b: Scenario, parameters: Parameters, years: Sequence[int], lang: Lang
) -> Iterator[str]:
    """Give where two scenarios differ: values, years, ranges and correlations."""
    words = texts_for(lang)
    names = {"a": a.name, "b": b.name, "first": f"{years[0]}", "last": f"{years[-1]}"}
    yield words("scenario.diff.title", **names)
    found, ties = contrast(a, b, years), tie_differences(a, b)
    others = extra_differences(a, b)
    if not (found or ties or others):
        yield words("scenario.diff.none")
    for entry in found:
        parameter = parameters[entry.key]
        head = f"  {entry.key} – {parameter.label[lang]}"
        if entry.values is not None:
            sides = (value_words(parameter, v, lang) for v in entry.values)
            head += ": " + " | ".join(sides)
        yield head
        for year, one, other in entry.years:
            sides = (year_words(parameter, v, lang) for v in (one, other))
            yield f"    {year}: " + " | ".join(sides)
        if entry.priors is not None:
            one_prior, other_prior = (prior_words(parameter, p, lang) for p in entry.priors)
            yield "    " + words("scenario.diff.prior", a=one_prior, b=other_prior)
    for difference in others:
        entry_there = entry_of(difference.key, parameters)
        assert entry_there is not None, difference.key
        said = " | ".join(extra_words(entry_there, v, lang) for v in difference.values)
        yield f"  {difference.key} – {entry_there.label[lang]}: {said}"
    for tie in ties:
        left, right = (
            words("scenario.diff.no_tie") if rho is None else digits(rho, 2, lang)
            for rho in tie.rhos
        )
        yield "  " + words("scenario.diff.tie", pair=" × ".join(tie.of), a=left, b=right)
