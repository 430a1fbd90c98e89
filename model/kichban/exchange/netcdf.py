"""Projections and draws as netCDF, in its classic format: scipy writes it, everybody reads it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from kichban.exchange.names import STATISTICS, iamc_name, iamc_unit, long_name, plain_name
from kichban.exchange.values import VARIABLE, Parcel, Sampled, variables_of
from kichban.numbers import FloatArray
from kichban.periods import parse_period
from kichban.projection import Variable

#: statistics by their place on the axis
AXIS = tuple(STATISTICS)
#: last part of the names of quarterly tables and of draws
QUARTERLY, DRAWS = "quarterly", "draws"


class _Kept(io.BytesIO):
    """A buffer whose bytes are there after the writer has closed it."""

    written = b""

    def close(self) -> None:
        """Keep the bytes and close: an open one the writer would write once more."""
        if not self.closed:
            self.written = self.getvalue()
        super().close()


def netcdf_bytes(parcel: Parcel) -> bytes:
    """Write every variable by (scenario, statistic, year), and draws by (scenario, draw, year).

    Quarterly tables bear ``__quarterly`` in their name, draws ``__draws``. Names are
    :func:`~kichban.exchange.names.plain_name`; units and labels in both languages are attributes;
    what is missing is NaN. Two writes give the same bytes.
    """
    from scipy.io import netcdf_file

    out = _Kept()
    # 64-bit offsets: many draws of many variables pass 2 GB
    with netcdf_file(out, "w", version=2) as file:
        _write_global(file, parcel)
        _write_axes(file, parcel)
        for variable, tables in _tables(parcel).items():
            for quarterly, table in tables.items():
                name = plain_name(variable) + (f"__{QUARTERLY}" if quarterly else "")
                dims = ("scenario", "statistic", "quarter" if quarterly else "year")
                _write(file, name, dims, table, variable)
        for variable, samples in _by_variable(parcel.samples).items():
            _write_draws(file, parcel, variable, samples)
    return out.written


def _write_global(file: Any, parcel: Parcel) -> None:
    said = parcel.provenance
    file.Conventions = b"CF-1.11"
    file.title = b"kichban: projections"
    file.source = parcel.model.encode()
    file.region = parcel.region.encode("utf-8")
    for key in ("as_of", "headline"):
        setattr(file, key, str(said[key]).encode("utf-8"))
    for key in ("seed", "draws", "horizon"):
        setattr(file, key, np.array(said[key], dtype=">f8" if said[key] > 2**31 - 1 else ">i4"))
    file.provenance = json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8")


def _write_axes(file: Any, parcel: Parcel) -> None:
    """Write the coordinates: years as numbers, quarters and names as text, ends as days."""
    _write_text(file, "scenario", list(parcel.scenarios))
    _write_text(file, "statistic", list(AXIS))
    labels = {lang: [label[lang] for label in parcel.scenarios.values()] for lang in ("vi", "en")}
    for lang, said in labels.items():
        _write_text(file, f"scenario_label_{lang}", said, "scenario")
    file.createDimension("year", len(parcel.years))
    years = file.createVariable("year", ">i4", ("year",))
    years[:] = np.array([int(y) for y in parcel.years])
    years.long_name = b"year"
    if parcel.quarters:
        _write_text(file, "quarter", list(parcel.quarters))
        ends = file.createVariable("quarter_end", ">i4", ("quarter",))
        first = date(2000, 1, 1)
        days = [(parse_period(q).last_day - first).days for q in parcel.quarters]
        ends[:] = np.array(days)
        ends.units, ends.calendar = b"days since 2000-01-01", b"proleptic_gregorian"
        ends.long_name = b"last day of the quarter"
    counts = {len(_first(s)) for s in parcel.samples}
    if counts:
        (count,) = counts
        file.createDimension("draw", count)
        draws = file.createVariable("draw", ">i4", ("draw",))
        draws[:] = np.arange(count)
        draws.long_name = b"number of the draw: the same luck in every scenario"


def _write_text(file: Any, name: str, words: Sequence[str], dimension: str = "") -> None:
    """Write words as letters: the classic format knows no strings."""
    encoded = [word.encode("utf-8") for word in words]
    width = max(map(len, encoded))
    if not dimension:
        file.createDimension(name, len(words))
    file.createDimension(f"{name}_letters", width)
    letters = file.createVariable(name, "c", (dimension or name, f"{name}_letters"))
    letters[:] = np.array([list(word.ljust(width, b"\0")) for word in encoded], np.uint8).view("S1")
    letters._Encoding = b"utf-8"


def _write(
    file: Any, name: str, dimensions: tuple[str, ...], values: FloatArray, variable: Variable
) -> None:
    cells = file.createVariable(name, ">f8", dimensions)
    cells[:] = values
    # netCDF units are those of the file: per cent, bn VND of a period, whatever its length
    cells.units = iamc_unit(variable).removesuffix("/yr").encode()
    cells.long_name = long_name(variable, "en").encode("utf-8")
    cells.long_name_vi = long_name(variable, "vi").encode("utf-8")
    for key in VARIABLE:
        if getattr(variable, key):
            setattr(cells, key, getattr(variable, key).encode())
    cells.iamc_variable = iamc_name(variable).encode()
    cells._FillValue = np.array(np.nan, dtype=">f8")


Tables = dict[Variable, dict[bool, FloatArray]]


def _tables(parcel: Parcel) -> Tables:
    """Give (scenario, statistic, period) of every variable, yearly and, where there is, quarterly.

    Keys of the inner mapping say whether it is the quarterly one.
    """
    names = {False: parcel.years, True: parcel.quarters}
    at = {p: (q, i) for q, periods in names.items() for i, p in enumerate(periods)}
    rows = {name: i for i, name in enumerate(parcel.scenarios)}
    places = {name: i for i, name in enumerate(AXIS)}
    found: Tables = {variable: {} for variable in variables_of(parcel.projections)}
    frame = parcel.projections
    columns = ("scenario", *VARIABLE, "statistic", "period", "value")
    for scenario, *key, statistic, period, value in zip(
        *(frame[c].tolist() for c in columns), strict=True
    ):
        quarterly, column = at[period]
        tables = found[Variable(*key)]
        if quarterly not in tables:
            shape = (len(rows), len(AXIS), len(names[quarterly]))
            tables[quarterly] = np.full(shape, np.nan)
        tables[quarterly][rows[scenario], places[statistic], column] = value
    return found


def _by_variable(samples: Sequence[Sampled]) -> Mapping[Variable, list[Sampled]]:
    found: dict[Variable, list[Sampled]] = {}
    for sampled in samples:
        found.setdefault(sampled.variable, []).append(sampled)
    return found


def _first(sampled: Sampled) -> FloatArray:
    found = sampled.annual if sampled.annual is not None else sampled.quarterly
    assert found is not None
    return found


def _write_draws(file: Any, parcel: Parcel, variable: Variable, samples: Sequence[Sampled]) -> None:
    """Write (scenario, draw, period) of what was sampled; NaN before a variable begins."""
    rows = {name: i for i, name in enumerate(parcel.scenarios)}
    for kind, axis, periods in (
        ("annual", "year", parcel.years), ("quarterly", "quarter", parcel.quarters),
    ):  # fmt: skip
        known = [(s.scenario, getattr(s, kind)) for s in samples if getattr(s, kind) is not None]
        if not known:
            continue
        values = np.full((len(rows), len(known[0][1]), len(periods)), np.nan)
        for scenario, draws in known:
            values[rows[scenario], :, len(periods) - draws.shape[1] :] = draws
        name = plain_name(variable) + (f"__{QUARTERLY}" if kind == QUARTERLY else "")
        _write(file, f"{name}__{DRAWS}", ("scenario", "draw", axis), values, variable)
