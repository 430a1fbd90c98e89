"""Values, years, steps and priors of a scenario in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

from kichban.catalogue import Entry, Parameter, Parameters, load_catalogue
from kichban.catalogue.labels import Label
from kichban.catalogue.parameters import Value
from kichban.periods import parse_period
from kichban.scenario.extras import ExtraValue, entry_of, site_of
from kichban.scenario.values import Future, Origin, PathStep, Prior, Scenario
from kichban.scenario.yearly import Year
from kichban.texts import LANGUAGES, Lang, format_number, format_period, texts_for

#: digits behind the point that a value may show beyond the catalogue's, so that none is hidden
MOST_DIGITS = 4


def number_words(parameter: Parameter, value: float, lang: Lang, *, unit: bool = True) -> str:
    """Write a number in the parameter's unit with all its digits: ``8,25 %/năm``.

    Without `unit` only the sign of per cent stays: the unit stands elsewhere.

    >>> from kichban.catalogue import load_parameters
    >>> number_words(load_parameters()["growth.volume_long_run"], 0.0825, "vi")
    '8,25%/năm'
    >>> number_words(load_parameters()["land.slip_park"], 1.6, "en")
    '1.6 ratio'
    >>> number_words(load_parameters()["land.slip_park"], 1.6, "vi", unit=False)
    '1,6'
    """
    name = parameter.unit_label[lang] if unit else ""
    text = digits(100 * value if parameter.percent else value, parameter.decimals, lang)
    if parameter.percent:
        return text + (name if name.startswith("%") else "%")
    return f"{text} {name}".rstrip()


def digits(value: float, decimals: int, lang: Lang) -> str:
    """Print a number with at least `decimals` places and as many more as it has.

    One that does not end within `MOST_DIGITS` is a computed one and rounded to one place more.

    >>> digits(8.25, 1, "en"), digits(4.172180581930976, 1, "en")
    ('8.25', '4.17')
    """
    tidy = math.isclose
    needed = next(
        (d for d in range(decimals, MOST_DIGITS + 1) if tidy(round(value, d), value, abs_tol=1e-9)),
        min(decimals + 1, MOST_DIGITS),
    )
    return format_number(value, needed, lang)


def value_words(parameter: Parameter, value: Value, lang: Lang) -> str:
    """Write a value: a number, the three ages of a triangle, weights, or who decides it."""
    if value is None:
        return texts_for(lang)("scenario.value.model")
    if isinstance(value, tuple):
        listed = " – ".join(digits(v, parameter.decimals, lang) for v in value)
        return f"{listed} {parameter.unit_label[lang]}"
    return number_words(parameter, value, lang)


def year_words(parameter: Parameter, year: Year, lang: Lang) -> str:
    """Write a year: its value, or what is done to what the model gives."""
    words = texts_for(lang)
    if year.target:
        return words("scenario.op.reach", target=year.target)
    if not year.factor:
        return number_words(parameter, year.addend, lang)
    if year.is_untouched:
        return words("scenario.year.untouched")
    times = digits(year.factor, 2, lang)
    parts = [words("scenario.year.times", factor=times)] if year.factor != 1 else []
    if year.addend:
        sign = "+" if year.addend > 0 else "−"
        parts.append(f"{sign} {number_words(parameter, abs(year.addend), lang)}")
    return " ".join(parts)


def step_words(parameter: Parameter, step: PathStep, lang: Lang) -> str:
    """Write a step of a path: what it does and its anchors."""
    words = texts_for(lang)
    if step.op == "reach":
        return words("scenario.op.reach", target=step.target)
    scale = step.op == "scale"
    anchors = "; ".join(
        f"{year}: {digits(v, 2, lang) if scale else number_words(parameter, v, lang)}"
        for year, v in step.anchors
    )
    return words(f"scenario.op.{step.op}", anchors=anchors)


def prior_words(parameter: Parameter, prior: Prior | None, lang: Lang, *, unit: bool = True) -> str:
    """Write what a parameter may be."""
    words = texts_for(lang)
    if prior is None:
        return words("scenario.prior.certain")
    if prior.futures:
        futures = "; ".join(future_words(parameter, f, lang, unit=unit) for f in prior.futures)
        return f"{words('scenario.dist.discrete')}: {futures}"
    low, mode, high = (
        number_words(parameter, v, lang, unit=unit) for v in (prior.low, prior.mode, prior.high)
    )
    dist = words(f"scenario.dist.{prior.dist}")
    if prior.dist in ("normal", "lognormal"):
        return words("scenario.prior.quantiles", dist=dist, low=low, high=high)
    return words("scenario.prior.ends", dist=dist, low=low, mode=mode, high=high)


def future_words(parameter: Parameter, future: Future, lang: Lang, *, unit: bool = True) -> str:
    """Write one discrete future with its probability and its name."""
    label = future.vi if lang == "vi" else future.en
    said = texts_for(lang)(
        "scenario.prior.future",
        value=number_words(parameter, future.value, lang, unit=unit),
        probability=digits(future.probability, 2, lang),
    )
    return f"{label}: {said}" if label else said


def extra_words(entry: Entry, value: ExtraValue | None, lang: Lang) -> str:
    """Write what is said of a site or of the parts of output; ``None`` = nothing."""
    words = texts_for(lang)
    if value is None:
        return words("scenario.value.silent")
    if isinstance(value, bool):
        return words(f"scenario.value.{str(value).lower()}")
    if isinstance(value, tuple):
        return "; ".join(
            f"{year}: "
            + ", ".join(
                f"{member_label(part)[lang]} {digits(100 * share, 1, lang)}%"
                for part, share in parts
            )
            for year, parts in value
        )
    if isinstance(value, str):
        return format_period(parse_period(value), lang)
    return f"{digits(value, entry.decimals, lang)} {entry.unit_label[lang]}"


def member_label(part: str) -> Label:
    """Give the name of a part of output; one the catalogue does not know keeps its code.

    >>> member_label("ownership:fdi")["en"], member_label("ownership:none")["vi"]
    ('Foreign-invested', 'none')
    """
    dimension, _, code = part.partition(":")
    known = load_catalogue().dimensions.get(dimension, {}).get(code)
    return known.label if known else {"vi": code, "en": code}


def entry_label(key: str, sites: Mapping[str, Label], parameters: Parameters) -> Label:
    """Name an entry of a site, with the site's name, or of shares.

    >>> from kichban.catalogue import load_parameters
    >>> sites = {"yen_lu": {"vi": "Yên Lư", "en": "Yen Lu"}}
    >>> entry_label("site.yen_lu.opens", sites, load_parameters())["vi"]
    'Yên Lư: Quý thành lập'
    """
    entry, site = entry_of(key, parameters), site_of(key)
    if entry is None:
        return dict.fromkeys(LANGUAGES, key)
    if not site:
        return entry.label
    name = sites.get(site, dict.fromkeys(LANGUAGES, site))
    return {lang: f"{name[lang]}: {entry.label[lang]}" for lang in LANGUAGES}


def setting_words(parameter: Parameter, origin: Origin, lang: Lang) -> str:
    """Write what one layer says of a parameter."""
    setting = origin.value
    if isinstance(setting, PathStep):
        return step_words(parameter, setting, lang)
    if isinstance(setting, Prior) or origin.part == "uncertainty":
        return prior_words(parameter, setting if isinstance(setting, Prior) else None, lang)
    return value_words(parameter, cast(Value, setting), lang)


def place_words(origin: Origin, lang: Lang) -> str:
    """Write where a setting stands: ``scenarios/high.toml:19``."""
    if origin.part == "default":
        return texts_for(lang)("scenario.explain.catalogue")
    return origin.file if origin.line is None else f"{origin.file}:{origin.line}"


def decided_words(
    parameter: Parameter, scenario: Scenario, years: Sequence[tuple[int, Year]], lang: Lang
) -> str:
    """Write a parameter's value, or its years where it follows a path, equal ones joined."""
    if parameter.key not in scenario.paths or not years:
        return value_words(parameter, scenario.values[parameter.key], lang)
    spans: list[tuple[int, int, str]] = []
    for year, value in years:
        text = year_words(parameter, value, lang)
        if spans and spans[-1][2] == text:
            spans[-1] = (spans[-1][0], year, text)
        else:
            spans.append((year, year, text))
    if len(spans) == 1:
        return spans[0][2]
    return "; ".join(f"{a if a == b else f'{a}–{b}'}: {text}" for a, b, text in spans)
