"""Names of variables and units in other people's formats, derived from the catalogue."""

from __future__ import annotations

import re
from types import MappingProxyType

from kichban.catalogue import load_catalogue
from kichban.projection import Variable
from kichban.texts import Lang, texts_for

#: statistic → last level of a variable; percentiles as in the database of IPCC's sixth report
STATISTICS = MappingProxyType(
    {
        "mean": "Mean", "p05": "5.0th Percentile", "p10": "10.0th Percentile",
        "p25": "25.0th Percentile", "p50": "50.0th Percentile", "p75": "75.0th Percentile",
        "p90": "90.0th Percentile", "p95": "95.0th Percentile",
    }
)  # fmt: skip
BASES = MappingProxyType({"current": "Current Prices", "constant_2010": "Constant 2010 Prices"})
#: measures that an indicator's own name does not say
MEASURES = MappingProxyType(
    {"growth_yoy": "Growth Rate", "share_pct": "Share", "contribution_pp": "Contribution"}
)


def iamc_name(variable: Variable) -> str:
    """Give the IAMC name of a variable: indicator, prices, breakdown, measure, parted by ``|``.

    The last level, the statistic, is added where a table says several.

    Raises
    ------
    KeyError
        When the catalogue has no IAMC name of the indicator: a fault of the program.

    Examples
    --------
    >>> iamc_name(Variable("industrial_output", "ownership:fdi", "level", "bn_vnd", "current"))
    'Industrial Output|Current Prices|Ownership|FDI'
    >>> iamc_name(Variable("grdp", "", "growth_yoy", "percent"))
    'GRDP|Growth Rate'
    """
    known = load_catalogue().indicators[variable.indicator]
    if not known.iamc:
        raise KeyError(f"no IAMC name: {variable.indicator}")
    levels = [known.iamc]
    if variable.price_basis:
        levels.append(BASES[variable.price_basis])
    for part in filter(None, variable.breakdown.split("+")):
        levels += _levels(part)
    if variable.measure in MEASURES:
        levels.append(MEASURES[variable.measure])
    return "|".join(levels)


def _levels(part: str) -> tuple[str, str]:
    dimension, code = part.split(":", 1)
    member = load_catalogue().dimensions.get(dimension, {}).get(code)
    if dimension == "site":  # an identity, not a word
        return "Site", code
    return _title(dimension), (member.iamc if member else "") or _title(code)


def _title(code: str) -> str:
    return code.replace("_", " ").title()


def iamc_unit(variable: Variable) -> str:
    """Give the unit as pyam and pint write it; what flows is by year, also in a quarter's row.

    >>> iamc_unit(Variable("industrial_output", "", "level", "bn_vnd", "constant_2010"))
    'billion VND_2010/yr'
    >>> iamc_unit(Variable("kcn_leased", "", "area_ha", "ha"))
    'ha'
    """
    if variable.measure in ("growth_yoy", "contribution_pp"):  # contributions add up to growth
        return "%/yr"
    unit = load_catalogue().iamc_units[variable.unit]
    if variable.price_basis == "constant_2010":
        unit = unit.replace("VND", "VND_2010")
    return f"{unit}/yr" if flows(variable) else unit


def flows(variable: Variable) -> bool:
    """Whether a variable counts what happens within a period, or is such a count by hectare.

    >>> flows(Variable("kcn_land_demand", "", "area_ha", "ha"))
    True
    """
    known = load_catalogue().indicators[variable.indicator]
    if variable.measure not in ("level", "count", "area_ha"):
        return False
    return known.kind == "flow" or (known.kind == "rate" and bool(known.price_bases))


def plain_name(variable: Variable) -> str:
    """Give a name of letters, digits and underscores, such as netCDF and most languages take.

    >>> plain_name(Variable("industrial_output", "ownership:fdi", "level", "bn_vnd", "current"))
    'industrial_output__ownership_fdi__level__current'
    """
    parts = (variable.indicator, variable.breakdown, variable.measure, variable.price_basis)
    return "__".join(re.sub(r"\W+", "_", part) for part in parts if part)


def long_name(variable: Variable, lang: Lang) -> str:
    """Give the label of a variable in words of the catalogue.

    >>> long_name(Variable("exports", "", "growth_yoy", "percent"), "en")
    'Exports, Growth on the same period of last year'
    """
    catalogue = load_catalogue()
    words = [catalogue.indicators[variable.indicator].label[lang]]
    for part in filter(None, variable.breakdown.split("+")):
        dimension, code = part.split(":", 1)
        member = catalogue.dimensions.get(dimension, {}).get(code)
        words.append(member.label[lang] if member else code)
    if variable.measure in MEASURES:
        words.append(catalogue.measures[variable.measure][lang])
    if variable.price_basis:
        words.append(texts_for(lang)(f"compare.basis.{variable.price_basis}"))
    return ", ".join(words)
