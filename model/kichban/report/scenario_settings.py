"""What scenarios say beside the values of parameters: ranges, sites, shares, correlations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kichban.catalogue import Label, load_parameters
from kichban.report.context import Context
from kichban.scenario import Scenario, entry_of, extra_differences, tie_differences
from kichban.scenario.extras import site_of
from kichban.scenario.words import entry_label, extra_words, prior_words
from kichban.texts import LANGUAGES, lower_first, texts_for

#: of a parameter, an entry or a pair: its name, and what each scenario says
Line = tuple[str, tuple[str, ...]]
#: where a scenario says nothing of its own
SILENT = "-"


def further_lines(context: Context) -> Iterator[Line]:
    """Give what the scenarios differ in beside values and paths, in the words of `scenario diff`.

    A range that only moved along with its value is no line of its own.
    """
    scenarios = tuple(context.tables.edition.scenarios.values())
    yield from _range_lines(context, scenarios)
    yield from _entry_lines(context, scenarios)
    yield from _tie_lines(context, scenarios)


def _range_lines(context: Context, scenarios: tuple[Scenario, ...]) -> Iterator[Line]:
    for key, parameter in load_parameters().items():
        priors = [scenario.priors.get(key) for scenario in scenarios]
        if len(set(priors)) > 1 and any(_is_stated(s, key) for s in scenarios):
            name = context.texts("report.scenarios.range", name=context.labels.parameter(key))
            yield name, tuple(prior_words(parameter, p, context.lang, unit=False) for p in priors)


def _is_stated(scenario: Scenario, key: str) -> bool:
    """Whether a layer of the scenario says what the parameter may be."""
    return any(origin.part == "uncertainty" for origin in scenario.origins.get(key, ()))


def _entry_lines(context: Context, scenarios: tuple[Scenario, ...]) -> Iterator[Line]:
    differ = {d.key for a, b in pairwise(scenarios) for d in extra_differences(a, b)}
    names = site_names(context)
    for key in sorted(differ):
        entry = entry_of(key, load_parameters())
        if entry is not None:
            said = (
                extra_words(entry, s.extras[key], context.lang) if key in s.extras else SILENT
                for s in scenarios
            )
            yield entry_label(key, names, load_parameters())[context.lang], tuple(said)


def _tie_lines(context: Context, scenarios: tuple[Scenario, ...]) -> Iterator[Line]:
    differ = {tie.of for a, b in pairwise(scenarios) for tie in tie_differences(a, b)}
    for pair in sorted(differ):
        rhos = [{frozenset(c.of): c.rho for c in s.correlations} for s in scenarios]
        found = (rho.get(frozenset(pair)) for rho in rhos)
        said = tuple(SILENT if r is None else context.printer.number(r, 2) for r in found)
        yield context.texts("report.scenarios.tie", pair=_pair(context, pair)), said


def _pair(context: Context, of: tuple[str, str]) -> str:
    """Name two parameters without their units."""
    return " × ".join(_name(context, key) for key in of)


def _name(context: Context, key: str) -> str:
    known = load_parameters().get(key)
    return known.label[context.lang] if known else key


def site_names(context: Context) -> Mapping[str, Label]:
    """Give the names of sites with what they are: KCN Yên Lư."""
    found: dict[str, Label] = {}
    for site in context.tables.edition.ledger.sites:
        key, names = f"report.scenarios.site_{site.kind}", {"vi": site.name_vi, "en": site.name}
        found[site.id] = {lang: texts_for(lang)(key, name=names[lang]) for lang in LANGUAGES}
    return found


def own_settings(context: Context, scenario: Scenario) -> str:
    """Name what a scenario settles of single things: sites, shares, futures, correlations.

    Empty where it speaks of parameters only.
    """
    names = site_names(context)
    sites = dict.fromkeys(filter(None, map(site_of, scenario.extras)))
    said = [names.get(site, {}).get(context.lang, site) for site in sites]
    said += [
        lower_first(entry_label(key, {}, load_parameters())[context.lang])
        for key in scenario.extras
        if not site_of(key)
    ]
    said += [
        context.texts("report.scenarios.futures_of", name=lower_first(_name(context, key)))
        for key, prior in scenario.priors.items()
        if prior.futures
    ]
    said += [
        lower_first(context.texts("report.scenarios.tie", pair=_pair(context, c.of)))
        for c in scenario.correlations
    ]
    return context.texts("report.scenarios.story_own", list="; ".join(said)) if said else ""
