"""Rows of Biểu số 01 in the official order, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GrowthForm = Literal["growth", "index"]


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: what it shows and how it is printed.

    A `part` row belongs under "Trong đó" and is italic; `before` are the breakdowns under which
    the ledger keeps today's figure of the same stock; a row without `indicator` is a heading.
    """

    number: str
    key: str
    indicator: str = ""
    breakdown: str = ""
    measure: str = "level"
    price_basis: str = ""
    unit: str = ""
    decimals: int = 0
    part: bool = False
    stock: bool = False
    before: tuple[str, ...] = ()


def _output(part: str, key: str) -> FormRow:
    return FormRow("", key, "industrial_output", part, "level", "current", "bn_vnd", 1, part=True)


def _growth(number: str, key: str, indicator: str, decimals: int) -> FormRow:
    return FormRow(number, key, indicator, "", "growth_yoy", "", "percent", decimals)


def _sites(kind: str) -> tuple[FormRow, ...]:
    unit = {"kcn": "parks", "ccn": "clusters"}[kind]
    seen = ("stage:established", "stage:approved") if kind == "kcn" else ("stage:established",)

    def land(number: str, key: str, before: tuple[str, ...] = ()) -> FormRow:
        return FormRow(
            number, key, f"{kind}_{key}", "", "area_ha", "", "ha", 1, stock=True, before=before
        )

    rows = [
        FormRow("1", "count", f"{kind}_count", "", "count", "", unit, 0, stock=True, before=seen),
        land("2", "area", seen),
        land("3", "industrial_land", ("stage:established",)),
        land("4", "serviced"),
        land("5", "leased"),
        FormRow("6", "occupancy", f"{kind}_occupancy", "denominator:established", "occupancy_pct",
                "", "percent", 1, stock=True, before=("statistic:average",)),
    ]  # fmt: skip
    if kind == "kcn":
        rows += [
            _stock("7", "fdi_registered", "kcn_fdi_registered_usd", "level", "mn_usd"),
            _stock("8", "fdi_realised", "kcn_fdi_realised_usd", "level", "mn_usd"),
            _stock("9", "ddi_registered", "kcn_ddi_registered_vnd", "level", "bn_vnd"),
            _stock("10", "ddi_realised", "kcn_ddi_realised_vnd", "level", "bn_vnd"),
            _stock("11", "workers", "kcn_workers", "count", "workers"),
        ]
    else:
        rows += [
            _stock("7", "registered", "ccn_registered_vnd", "level", "bn_vnd"),
            _stock("8", "realised", "ccn_realised_vnd", "level", "bn_vnd"),
            _stock("9", "workers", "ccn_workers", "count", "workers"),
        ]
    return tuple(rows)


def _stock(number: str, key: str, indicator: str, measure: str, unit: str) -> FormRow:
    return FormRow(number, key, indicator, "", measure, "", unit, 0, stock=True)


FORM_ROWS: tuple[FormRow, ...] = (
    FormRow("I", "industry"),
    FormRow("1", "output_current", "industrial_output", "", "level", "current", "bn_vnd"),
    FormRow("", "by_ownership", part=True),
    _output("ownership:state", "state"),
    _output("ownership:non_state", "non_state"),
    _output("ownership:fdi", "fdi"),
    FormRow("", "by_sector", part=True),
    _output("sector:mining", "mining"),
    _output("sector:manufacturing", "manufacturing"),
    _output("sector:electricity_gas", "electricity_gas"),
    _output("sector:water_waste", "water_waste"),
    FormRow("2", "output_constant", "industrial_output", "", "level", "constant_2010", "bn_vnd"),
    _growth("3", "iip", "iip", 2),
    _growth("4", "industrial_va", "industrial_va", 2),
    FormRow("5", "grdp_level", "grdp", "", "level", "current", "bn_vnd"),
    _growth("6", "grdp_growth", "grdp", 2),
    FormRow("II", "trade"),
    FormRow("1", "exports", "exports", "", "level", "", "mn_usd"),
    FormRow("2", "imports", "imports", "", "level", "", "mn_usd"),
    FormRow("3", "retail", "retail_sales", "", "level", "current", "bn_vnd"),
    FormRow("III", "parks"),
    *_sites("kcn"),
    FormRow("IV", "clusters"),
    *_sites("ccn"),
)
