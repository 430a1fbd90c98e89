"""Reader of ``indicators.toml`` and ``identities.toml``: codes, labels and what must close.

The files are part of the program, so a mistake in them is a Python error, found by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from kichban.catalogue.labels import Label, label, read_catalogue_file

IndicatorKind = Literal["flow", "stock", "capacity", "index", "share", "rate"]
IdentityKind = Literal["partition", "sum", "product", "stock_flow", "part", "order",
                       "contribution"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing a statement or an output can be about; `order` is its place in official tables.

    `growth_basis` is the price basis on which its growth is always compiled, where law fixes one.
    `iamc` is its name in exchange files, levels parted by ``|``: whatever is projected has one.
    """

    code: str
    label: Label
    short: Label
    unit: str
    kind: IndicatorKind
    price_bases: tuple[str, ...]
    measures: tuple[str, ...]
    dimensions: tuple[str, ...]
    nonnegative: bool
    decimals: int
    order: int
    growth_basis: str = ""
    iamc: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One ``dimension:member`` of breakdowns; `iamc` where its code does not make a name."""

    dimension: str
    code: str
    label: Label
    order: int
    iamc: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A factor or result of a product; an empty field is the one of the row being checked."""

    indicator: str = ""
    breakdown: str = ""
    measure: str = ""
    status: str = ""
    period: str = ""
    lag_years: int = 0
    power: int = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """What must close; which fields mean something depends on `kind` (see ``identities.toml``).

    `total` is the indicator of a sum, `total_value` the fixed total of a partition; `result` is
    the term of a product, `result_breakdown` the stage a stock-flow account ends in.
    """

    name: str
    label: Label
    kind: IdentityKind
    indicator: str = ""
    indicators: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    dimension: str = ""
    members: tuple[str, ...] = ()
    within: str = ""
    total: str = ""
    total_value: float | None = None
    total_measure: str = ""
    terms: tuple[str, ...] = ()
    apart: bool = False
    result: Term | None = None
    factors: tuple[Term, ...] = ()
    chain: tuple[Term, ...] = ()
    scale: float = 1.0
    base: str = ""
    base_period: str = ""
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    flow_period: str = ""
    result_breakdown: str = ""
    result_period: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names and order of everything; mappings keep the order of the files.

    `iamc_units` are units as the exchange formats of scenario data write them.
    """

    indicators: Mapping[str, Indicator]
    dimensions: Mapping[str, Mapping[str, Member]]
    units: Mapping[str, Label]
    measures: Mapping[str, Label]
    statuses: Mapping[str, Label]
    identities: Mapping[str, Identity]
    iamc_units: Mapping[str, str]


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue once.

    >>> catalogue = load_catalogue()
    >>> catalogue.indicators["industrial_output"].unit
    'bn_vnd'
    >>> catalogue.dimensions["ownership"]["fdi"].label["vi"]
    'Có vốn đầu tư nước ngoài'
    """
    names = read_catalogue_file("indicators.toml")
    identities = read_catalogue_file("identities.toml")["identity"]
    indicators = {
        code: _indicator(code, table, order)
        for order, (code, table) in enumerate(names["indicator"].items(), start=1)
    }
    dimensions = {d: _members(d, members) for d, members in names["dimension"].items()}
    return Catalogue(
        indicators=MappingProxyType(indicators),
        dimensions=MappingProxyType(dimensions),
        units=_labels(names["unit"]),
        measures=_labels(names["measure"]),
        statuses=_labels(names["status"]),
        identities=MappingProxyType({n: _identity(n, table) for n, table in identities.items()}),
        iamc_units=MappingProxyType(
            {n: u["iamc"] for n, u in names["unit"].items() if "iamc" in u}
        ),
    )


def _labels(tables: Mapping[str, Any]) -> Mapping[str, Label]:
    return MappingProxyType({code: label(table["label"]) for code, table in tables.items()})


def _indicator(code: str, table: Mapping[str, Any], order: int) -> Indicator:
    fields = _tuples(table) | {
        "label": label(table["label"]),
        "short": label(table.get("short", table["label"])),
    }
    return Indicator(code=code, order=order, **fields)


def _members(dimension: str, table: Mapping[str, Any]) -> Mapping[str, Member]:
    found = {
        code: Member(
            dimension, code, label(entry["label"]), int(entry["order"]), entry.get("iamc", "")
        )
        for code, entry in table.items()
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))


def _identity(name: str, table: Mapping[str, Any]) -> Identity:
    fields = _tuples(table) | {"label": label(table["label"])}
    if not isinstance(fields.get("total", ""), str):
        fields["total_value"] = float(fields.pop("total"))
    if table["kind"] == "stock_flow":
        fields["result_breakdown"] = fields.pop("result")
    elif "result" in fields:
        fields["result"] = Term(**table["result"])
    for key in {"factors", "chain"} & set(table):
        fields[key] = tuple(Term(**term) for term in table[key])
    return Identity(name=name, **fields)


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
