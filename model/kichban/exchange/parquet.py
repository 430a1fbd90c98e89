"""Projections and draws as one tidy Parquet table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kichban.exchange.names import iamc_name, iamc_unit, long_name
from kichban.exchange.needed import require
from kichban.exchange.values import VARIABLE, Parcel, Sampled, variables_of
from kichban.files import json_bytes
from kichban.numbers import FloatArray
from kichban.texts import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

#: those of ``projections.csv`` and the number of a draw, which statistics have not
COLUMNS = (
    "scenario", "region", "indicator", "breakdown", "period", "measure", "statistic", "draw",
    "value", "unit", "price_basis",
)  # fmt: skip
#: what stands as `statistic` in the row of a draw
DRAW = "draw"


def parquet_bytes(parcel: Parcel) -> bytes:
    """Write the table of projections, and below it the draws of what was sampled.

    The key ``kichban`` of the file's metadata holds provenance and, for every variable, its names
    in both languages as JSON. Equal parcels give equal bytes with one version of pyarrow.

    Raises
    ------
    UsageError
        ``E-EXP-905`` where pyarrow is not installed.
    """
    pyarrow, parquet = require("pyarrow"), require("pyarrow.parquet")
    schema = _schema(pyarrow, parcel)
    parts = [_statistics(pyarrow, parcel.projections, schema)]
    region = str(parcel.provenance["region"])
    for sampled in parcel.samples:
        for draws, names in (
            (sampled.annual, parcel.years), (sampled.quarterly, parcel.quarters),
        ):  # fmt: skip
            if draws is not None:
                parts.append(_draws(pyarrow, sampled, draws, names, region, schema))
    out = io.BytesIO()
    parquet.write_table(
        pyarrow.concat_tables(parts), out, compression="zstd", version="2.6",
        use_dictionary=[c for c in COLUMNS if c not in ("value", "draw")],
    )  # fmt: skip
    return out.getvalue()


def _schema(pyarrow: Any, parcel: Parcel) -> Any:
    numbers = {"value": pyarrow.float64(), "draw": pyarrow.int32()}
    fields = [pyarrow.field(c, numbers.get(c, pyarrow.string())) for c in COLUMNS]
    about = {**parcel.provenance, "variables": list(variable_documents(parcel))}
    return pyarrow.schema(fields, metadata={"kichban": json_bytes(about)})


def variable_documents(parcel: Parcel) -> Iterator[dict[str, str]]:
    """Say of every variable its key, its names in both languages and its IAMC name and unit."""
    for variable in variables_of(parcel.projections):
        yield {
            **{name: getattr(variable, name) for name in VARIABLE},
            **{f"label_{lang}": long_name(variable, lang) for lang in LANGUAGES},
            "iamc_variable": iamc_name(variable),
            "iamc_unit": iamc_unit(variable),
        }


def _statistics(pyarrow: Any, frame: pd.DataFrame, schema: Any) -> Any:
    columns = {
        c: pyarrow.nulls(len(frame), pyarrow.int32())
        if c == "draw"
        else pyarrow.array(frame[c].to_numpy(), type=schema.field(c).type)
        for c in COLUMNS
    }
    return pyarrow.table(columns, schema=schema)


def _draws(
    pyarrow: Any,
    sampled: Sampled,
    draws: FloatArray,
    names: Sequence[str],
    region: str,
    schema: Any,
) -> Any:
    """Give one row a draw and period, draw after draw."""
    count, periods = draws.shape
    variable = sampled.variable
    same = {
        "scenario": sampled.scenario, "region": region, "statistic": DRAW,
        **{name: getattr(variable, name) for name in VARIABLE},
    }  # fmt: skip
    columns = {name: pyarrow.repeat(text, count * periods) for name, text in same.items()}
    columns["draw"] = pyarrow.array(np.repeat(np.arange(count, dtype=np.int32), periods))
    columns["period"] = pyarrow.array(np.tile(np.array(names[-periods:], dtype=object), count))
    columns["value"] = pyarrow.array(draws.reshape(-1))
    return pyarrow.table({c: columns[c] for c in COLUMNS}, schema=schema)
