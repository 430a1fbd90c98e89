"""The peers' half: pyam and xarray read our files, check them with their own means, write back.

``PYTHON exchange_peer.py FOLDER``; nothing of kichban is imported here.
"""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

TOTAL = "Industrial Output|Current Prices"
INDEX = ["Model", "Scenario", "Region", "Variable", "Unit"]


def said(words: str) -> None:
    print(f"ok  {words}")


def by_key(df):
    """Give the values of a data frame of pyam by their key, without empty cells."""
    names = [*df.dimensions]
    return df.data.dropna(subset="value").fillna("").set_index(names).value.sort_index()


def loads(folder: Path) -> None:
    import pyam

    wide, long = (pyam.IamDataFrame(folder / f"{n}.csv") for n in ("wide", "long"))
    raw = pd.read_csv(folder / "wide.csv")
    years = [int(c) for c in raw.columns[len(INDEX) :]]
    assert wide.year == years == list(range(years[0], 2031))
    assert wide.model == [raw.Model[0]]
    assert wide.region == ["Bắc Giang"]
    own = by_key(long)
    assert len(own) == raw[[str(y) for y in years]].notna().sum().sum()
    assert by_key(wide).equals(own)
    assert long.data.value.notna().all()
    empty = int(wide.data.value.isna().sum())
    said(
        f"pyam {pyam.__version__} loads the wide table: {len(raw)} rows, {len(own)} values, "
        f"{len(wide.variable)} variables, {len(wide.scenario)} scenarios, {years[0]}–{years[-1]}"
    )
    said(f"the long table gives the same; with pandas {pd.__version__} the wide one keeps {empty} "
         "empty cells as NaN, the long one none")  # fmt: skip
    levels = long.filter(variable=f"{TOTAL}|*", level=0, scenario="baseline")
    assert len(levels.variable) == 8, levels.variable
    table = levels.filter(year=2030).data.set_index("variable").value
    names = [f"{TOTAL}|{p}.0th Percentile" for p in (5, 10, 25, 50, 75, 90, 95)]
    assert table[names].is_monotonic_increasing
    said("percentiles are filtered by level and rise")
    long.load_meta(folder / "long.meta.csv")
    assert set(long.meta.kind) == {"projection", "target"}
    assert long.meta.loc[(wide.model[0], "baseline"), "label_vi"] == "Cơ sở"
    targets = long.filter(kind="target")
    projections = long.filter(kind="projection")
    assert all(s.startswith("Target T") for s in targets.scenario)
    assert projections.scenario == ["baseline", "high", "low"]
    said(f"meta is loaded; {len(targets.scenario)} targets are filtered by kind")


def adds_up(folder: Path) -> None:
    import pyam

    df = pyam.IamDataFrame(folder / "quarters.csv")
    for dimension, parts in (("Ownership", 3), ("Sector", 4)):
        components = df.filter(variable=f"{TOTAL}|{dimension}|*|Mean").variable
        assert len(components) == parts, components
        wrong = df.check_aggregate(f"{TOTAL}|Mean", components=components, rtol=3e-6)
        assert wrong is None, wrong
        said(f"check_aggregate: {parts} parts by {dimension.lower()} add up, quarters too")
        # medians do not add up, which is why the mean is there
        medians = [c.replace("Mean", "50.0th Percentile") for c in components]
        wrong = df.check_aggregate(f"{TOTAL}|50.0th Percentile", components=medians, rtol=3e-6)
        assert wrong is not None
    parts = ["Trade|Exports|Mean", "Trade|Imports|Mean"]
    assert df.check_aggregate("Trade|Mean", components=parts, rtol=3e-6) is None
    said("check_aggregate: exports and imports make trade")
    parts = df.filter(variable="GRDP|*|Contribution|Mean").variable
    wrong = df.filter(subannual=False).check_aggregate(
        "GRDP|Growth Rate|Mean", components=parts, rtol=1e-5
    )
    assert len(parts) == 5
    assert wrong is None, wrong
    said(f"check_aggregate: {len(parts)} contributions make the growth of GRDP")


def within_the_year(folder: Path) -> None:
    import pyam

    df = pyam.IamDataFrame(folder / "quarters.csv")
    quarters = df.filter(subannual=["Q1", "Q2", "Q3", "Q4"])
    annual = df.filter(subannual=False)
    assert len(quarters.data) + len(annual.data) == len(df.data)
    name = f"{TOTAL}|Mean"
    summed = quarters.aggregate_subannual(name, components=["Q1", "Q2", "Q3", "Q4"])
    keys = ["scenario", "year"]
    found = summed.data.set_index(keys).value
    stated = annual.filter(variable=name).data.set_index(keys).value
    later = [y for y in annual.year if y > min(annual.year)]  # the first year is part known
    both = pd.concat([found, stated], axis=1, keys=["found", "stated"]).loc[(slice(None), later), :]
    assert np.allclose(both.found, both.stated, rtol=3e-6)
    said(f"aggregate_subannual: quarters make the year in {len(both)} cases")


def comes_back(folder: Path) -> None:
    import pyam

    df = pyam.IamDataFrame(folder / "book.xlsx")
    assert "label_vi" in df.meta.columns
    assert any("|Site|" in v for v in df.variable)
    for name in ("back.csv", "back.xlsx"):
        path = folder / name
        (df.to_csv if name.endswith(".csv") else df.to_excel)(path)
        first, again = by_key(df), by_key(pyam.IamDataFrame(path))
        assert len(first) == len(again)
        gap = np.abs(first.to_numpy() - again.reindex(first.index).to_numpy())
        assert (gap <= 1e-9 * np.abs(first.to_numpy())).all()
    said(f"a workbook with meta sheet and sites loads; {len(first)} values written back as CSV "
         f"and XLSX agree to {gap.max():.0e}")  # fmt: skip


def units(folder: Path) -> None:
    import iam_units
    import pyam

    registry = iam_units.registry
    registry.define("VND = [currency_VND]")
    registry.define("VND_2010 = [currency_VND_2010]")
    df = pyam.IamDataFrame(folder / "long.csv")
    for unit in df.unit:
        registry(unit)
    said(f"iam-units reads all {len(df.unit)} units once VND is defined: {', '.join(df.unit)}")
    area = df.filter(variable="Land|*", unit="ha")
    in_km2 = area.convert_unit("ha", "km^2")
    assert np.isclose(in_km2.data.value.sum() * 100, area.data.value.sum())
    said("convert_unit: hectares to square kilometres")


def arrays(folder: Path) -> None:
    import xarray as xr

    table = pd.read_parquet(folder / "draws.parquet")
    own = table[table.draw.isna()]
    draws = table[table.draw.notna()]
    for engine in ("scipy", "netcdf4"):
        with xr.open_dataset(folder / "draws.nc", engine=engine) as ds:
            name = "industrial_output__level__current"
            cube = ds[f"{name}__draws"].sel(scenario="low", year=2030).to_numpy()
            flat = draws[
                (draws.indicator == "industrial_output") & (draws.breakdown == "")
                & (draws.measure == "level") & (draws.price_basis == "current")
                & (draws.scenario == "low") & (draws.period == "2030")
            ].sort_values("draw").value.to_numpy()  # fmt: skip
            assert (cube == flat).all()
            stated = float(ds[name].sel(scenario="low", statistic="p50", year=2030))
            assert f"{np.quantile(cube, 0.5):.7g}" == f"{stated:.7g}"
            assert ds[name].attrs["long_name_vi"].startswith("Giá trị sản xuất công nghiệp")
            assert str(ds.quarter_end.values[-1])[:10] == "2030-12-31"
    said(f"xarray {xr.__version__} (scipy, netCDF4) and Parquet hold the same {len(flat)} draws; "
         f"{len(own)} statistics, {len(draws)} draws by period")  # fmt: skip


def main(folder: Path) -> None:
    for check in (loads, adds_up, within_the_year, comes_back, units, arrays):
        check(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
