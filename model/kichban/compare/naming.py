"""Names and figures of parameters and outcomes in words of one language."""

from __future__ import annotations

import math

from kichban.catalogue import Parameter, Parameters, load_catalogue, load_parameters
from kichban.compare.outcomes import Outcome
from kichban.projection import RATES
from kichban.texts import Lang, format_number, format_period, format_significant, texts_for

#: what is drawn besides named parameters
OTHERS, LUCK = "others", "luck"
#: joins the keys of parameters that a scenario ties to each other
TIE = "+"


def parameter_name(key: str, lang: Lang, parameters: Parameters | None = None) -> str:
    """Name a parameter, a group of tied ones, the other parameters, or luck.

    >>> parameter_name("growth.fade_years", "en")
    'Half-life of the return to the long-run rate'
    >>> parameter_name("luck", "en")
    'Luck: shocks, errors of figures, single sites'
    """
    if key in (OTHERS, LUCK):
        return texts_for(lang)(f"sensitivity.group.{key}")
    known = parameters or load_parameters()
    return " + ".join(known[k].label[lang] for k in key.split(TIE))


def parameter_unit(parameter: Parameter, lang: Lang) -> str:
    """Name the unit that follows a figure: ``%/năm``, ``%``, ``ha/năm``, empty for a ratio."""
    if parameter.unit == "fraction":
        return "%"
    return "" if parameter.unit in ("ratio", "weight") else parameter.unit_label[lang]


def parameter_figure(
    parameter: Parameter, value: float, lang: Lang, *, more: int = 0, unit: bool = True
) -> str:
    """Print a value of a parameter with the catalogue's decimals (and `more`) and its unit.

    >>> known = load_parameters()
    >>> parameter_figure(known["growth.volume_long_run"], 0.0912, "vi")
    '9,1%/năm'
    >>> parameter_figure(known["land.leasing_park"], 110.0, "en")
    '110 ha a year'
    """
    shown = format_number(
        100 * value if parameter.percent else value, parameter.decimals + more, lang
    )
    name = parameter_unit(parameter, lang) if unit else ""
    return shown + ("" if not name or name.startswith("%") else " ") + name


def outcome_short(outcome: Outcome, lang: Lang) -> str:
    """Name an outcome's indicator, breakdown, rate and period: the head of a title.

    >>> from kichban.projection import Variable
    >>> outcome_short(Outcome(Variable("grdp", "", "growth_yoy", "percent"), "2030"), "vi")
    'Tổng sản phẩm trên địa bàn (GRDP), tốc độ tăng, năm 2030'
    """
    catalogue, words = load_catalogue(), texts_for(lang)
    variable = outcome.variable
    known = catalogue.indicators[variable.indicator]
    parts = [known.label[lang]]
    for part in filter(None, variable.breakdown.split("+")):
        dimension, _, code = part.partition(":")
        member = catalogue.dimensions.get(dimension, {}).get(code)
        parts.append(member.label[lang] if member else code)
    if variable.measure in RATES and known.kind == "flow":
        parts.append(words(f"compare.measure.{variable.measure}"))
    return ", ".join([*parts, period_name(outcome, lang)])


def outcome_name(outcome: Outcome, lang: Lang) -> str:
    """Name an outcome in full: what stands in a title, unit, price basis.

    >>> from kichban.projection import Variable
    >>> output = Variable("industrial_output", "", "level", "bn_vnd", "constant_2010")
    >>> outcome_name(Outcome(output, "2030"), "en")
    'Industrial output, 2030, bn VND, 2010 prices'
    """
    variable = outcome.variable
    parts = [outcome_short(outcome, lang), load_catalogue().units[variable.unit][lang]]
    if variable.price_basis:
        parts.append(texts_for(lang)(f"compare.basis.{variable.price_basis}"))
    return ", ".join(parts)


def period_name(outcome: Outcome, lang: Lang) -> str:
    """Name a period inside a sentence; a sum over years says so."""
    from kichban.periods import parse_period

    if outcome.is_total:
        first, last = outcome.period.split("/")
        return texts_for(lang)("sensitivity.total", first=first, last=last)
    said = format_period(parse_period(outcome.period), lang)
    return said[:1].lower() + said[1:] if lang == "vi" else said


def outcome_figure(outcome: Outcome, value: float, lang: Lang, *, step: float = math.inf) -> str:
    """Print a value: three significant digits, one decimal for rates, counts whole.

    Differences down to `step` stay visible.
    """
    if 0 < step < 10.0 ** (math.floor(math.log10(abs(value))) - 2 if value else 0):
        place = math.floor(math.log10(step))
        return format_number(round(value, -place), max(-place, 0), lang)
    variable = outcome.variable
    if variable.measure in RATES or variable.unit.startswith("percent"):
        return format_number(value, 1, lang)
    if variable.measure == "count":
        return format_number(value, 0 if value >= 10 else 1, lang)
    return format_significant(value, 3, lang)
