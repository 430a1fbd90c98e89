"""Files for other programs: names, values that come back, equal bytes, faults of the verb."""

import csv
import io
import json
import sys
from collections import Counter
from itertools import zip_longest

import numpy as np
import pandas as pd
import pytest
from scipy.io import netcdf_file
from typer.testing import CliRunner

from kichban.catalogue import load_catalogue
from kichban.cli import app
from kichban.errors import UsageError
from kichban.exchange import iamc_files, iamc_name, iamc_unit, netcdf_bytes, parquet_bytes
from kichban.exchange.endings import check_ending
from kichban.exchange.iamc import Chosen
from kichban.exchange.names import STATISTICS, long_name, plain_name
from kichban.exchange.values import VARIABLE, variables_of
from kichban.projection import Variable
from kichban.texts import fault_line

OUTPUT = Variable("industrial_output", "", "level", "bn_vnd", "current")
INDEX = ["Model", "Scenario", "Region", "Variable", "Unit"]


@pytest.fixture(scope="module")
def parcel(shipped_run):
    return shipped_run.parcel(["industrial_output", "kcn_occupancy"])


@pytest.fixture(scope="module")
def variables(shipped_run):
    return list(variables_of(shipped_run.projections))


def table(files, name):
    return pd.read_csv(io.BytesIO(files[name]), keep_default_na=False, dtype=str)


# --- names ------------------------------------------------------------------------------------


def test_every_projected_indicator_has_a_name_of_its_own(variables):
    known = load_catalogue().indicators
    assert all(known[v.indicator].iamc for v in variables)
    names = Counter(iamc_name(v) for v in variables)
    assert max(names.values()) == 1
    assert max(Counter(plain_name(v) for v in variables).values()) == 1
    written = [i.iamc for i in known.values() if i.iamc]
    assert len(set(written)) == len(written)
    for name in names:
        assert not name.isspace()
        assert all(level and level == level.strip() for level in name.split("|")), name
        assert not set(name) & set("*;,\"'")  # pyam's patterns and CSV


@pytest.mark.parametrize(
    ("variable", "name", "unit"),
    [
        (OUTPUT, "Industrial Output|Current Prices", "billion VND/yr"),
        (
            Variable("industrial_output", "sector:electricity_gas", "level", "bn_vnd", "current"),
            "Industrial Output|Current Prices|Sector|Electricity Gas",
            "billion VND/yr",
        ),
        (
            Variable("industrial_output", "", "level", "bn_vnd", "constant_2010"),
            "Industrial Output|Constant 2010 Prices",
            "billion VND_2010/yr",
        ),
        (Variable("exports", "", "growth_yoy", "percent"), "Trade|Exports|Growth Rate", "%/yr"),
        (
            Variable("services_va", "", "contribution_pp", "percentage_point"),
            "GRDP|Services|Contribution",
            "%/yr",
        ),
        (Variable("trade_total", "", "level", "mn_usd"), "Trade", "million USD/yr"),
        (Variable("ccn_leased", "", "area_ha", "ha"), "Land|Industrial Cluster|Leased", "ha"),
        (Variable("kcn_land_demand", "", "area_ha", "ha"), "Land|Industrial Park|Demand", "ha/yr"),
        (
            Variable("kcn_occupancy", "denominator:serviced", "occupancy_pct", "percent"),
            "Land|Industrial Park|Occupancy|Denominator|Serviced",
            "%",
        ),
        (
            Variable("ccn_leased", "site:ccn_syn_01", "area_ha", "ha"),
            "Land|Industrial Cluster|Leased|Site|ccn_syn_01",
            "ha",
        ),
        (
            Variable("output_per_ha", "", "level", "bn_vnd_per_ha", "current"),
            "Industrial Output per Hectare|Current Prices",
            "billion VND/ha/yr",
        ),
        (
            Variable("kcn_fdi_registered_usd", "", "level", "mn_usd"),
            "Investment|Industrial Park|Foreign|Registered",
            "million USD",
        ),
    ],
)
def test_names_and_units(variable, name, unit):
    assert (iamc_name(variable), iamc_unit(variable)) == (name, unit)


def test_an_indicator_without_name_is_a_fault_of_the_program():
    with pytest.raises(KeyError, match="no IAMC name: grdp_per_capita"):
        iamc_name(Variable("grdp_per_capita", "", "level", "usd", "current"))


def test_long_names_speak_both_languages(variables):
    for variable in variables:
        for lang in ("vi", "en"):
            assert long_name(variable, lang)
    vi = "Giá trị sản xuất công nghiệp, Có vốn đầu tư nước ngoài, giá hiện hành"
    assert long_name(OUTPUT.__class__("industrial_output", "ownership:fdi", "level", "bn_vnd",
                                      "current"), "vi") == vi  # fmt: skip


# --- IAMC -------------------------------------------------------------------------------------


def test_the_wide_table_holds_the_projections(parcel, variables):
    found = table(iamc_files(parcel, "a.csv"), "a.csv")
    years = [str(y) for y in range(2024, 2031)]
    assert found.columns.tolist() == [*INDEX, *years]
    assert not found.duplicated(INDEX).any()
    assert set(found.Model) == {f"kichban {parcel.provenance['version']}"}
    assert set(found.Region) == {"Bắc Giang"}
    assert found.Scenario.unique().tolist() == ["baseline", "low"]
    frame = parcel.projections
    frame = frame[(frame.period.str.len() == 4) & ~frame.breakdown.str.contains("site:")]
    names = {tuple(getattr(v, n) for n in VARIABLE): iamc_name(v) for v in variables}
    stated = {
        (row.scenario, f"{names[tuple(getattr(row, n) for n in VARIABLE)]}"
                       f"|{STATISTICS[row.statistic]}", row.period): row.value
        for row in frame.itertuples()
    }  # fmt: skip
    written = {
        (row["Scenario"], row["Variable"], year): float(row[year])
        for row in found.to_dict("records") for year in years if row[year]
    }  # fmt: skip
    assert written == stated


def test_parts_add_up_by_their_means(parcel):
    found = table(iamc_files(parcel, "a.csv"), "a.csv").set_index(["Scenario", "Variable"])
    values = found.drop(columns=INDEX[:1] + INDEX[2:3] + INDEX[4:])
    total = values.loc[("low", "Industrial Output|Current Prices|Mean")].astype(float)
    for members in (("State", "Non State", "FDI"),):
        parts = [
            values.loc[("low", f"Industrial Output|Current Prices|Ownership|{m}|Mean")]
            for m in members
        ]
        np.testing.assert_allclose(sum(p.astype(float) for p in parts), total, rtol=1e-6)


def test_quarters_have_a_column(parcel):
    found = table(iamc_files(parcel, "q.csv", Chosen(quarterly=True)), "q.csv")
    assert found.columns[5] == "Subannual"
    assert set(found.Subannual) == {"", "Q1", "Q2", "Q3", "Q4"}
    whole = found[found.Subannual == ""].drop(columns="Subannual").reset_index(drop=True)
    assert whole.equals(table(iamc_files(parcel, "a.csv"), "a.csv"))
    mean = found[(found.Variable == "Trade|Mean") & (found.Scenario == "low")]
    by_quarter = mean.set_index("Subannual")["2030"].astype(float)
    assert by_quarter[["Q1", "Q2", "Q3", "Q4"]].sum() == pytest.approx(by_quarter[""], rel=1e-6)
    assert mean[mean.Subannual == "Q1"]["2024"].tolist() == [""]  # known, not projected


def test_the_long_form_is_the_same_without_empty_cells(parcel):
    chosen = Chosen(quarterly=True, goals=True)
    wide = table(iamc_files(parcel, "a.csv", chosen), "a.csv")
    long = table(iamc_files(parcel, "a.csv", chosen._replace(long=True)), "a.csv")
    assert long.columns.tolist() == [*INDEX, "Subannual", "Year", "Value"]
    melted = wide.melt([*INDEX, "Subannual"], var_name="Year", value_name="Value")
    melted = melted[melted.Value != ""]
    key = [*INDEX, "Subannual", "Year"]
    assert melted.sort_values(key, ignore_index=True).equals(
        long.sort_values(key, ignore_index=True)
    )


def test_sites_come_only_when_asked_for(parcel):
    few, all_ = (
        table(iamc_files(parcel, "a.csv", Chosen(sites=s)), "a.csv") for s in (False, True)
    )
    assert not few.Variable.str.contains("Site", regex=False).any()
    assert (
        all_[~all_.Variable.str.contains("|Site|", regex=False)].reset_index(drop=True).equals(few)
    )
    assert all_.Variable.str.contains("|Site|", regex=False).sum() > 1000


def test_targets_are_scenarios_of_one_figure(parcel):
    files = iamc_files(parcel, "a.csv", Chosen(goals=True))
    found, meta = table(files, "a.csv"), table(files, "a.meta.csv")
    row = found[found.Scenario == "Target T048"].iloc[0]
    assert row.Variable == "Industrial Output|Constant 2010 Prices"
    assert row["2030"] == "2200000"
    assert row["2029"] == ""
    about = meta.set_index("Scenario").loc["Target T048"]
    assert about.kind == "target"
    assert about.sense == ">="
    assert about.document_vi
    assert set(found.Scenario) == set(meta.Scenario)
    named = set(found[found.Scenario.str.startswith("Target")].Variable)
    projected = {v.rsplit("|", 1)[0] for v in found[found.Scenario == "low"].Variable}
    assert named <= projected


def test_meta_and_provenance_say_where_it_comes_from(parcel, shipped_run):
    files = iamc_files(parcel, "a.csv")
    assert set(files) == {"a.csv", "a.meta.csv", "a.provenance.json"}
    meta = table(files, "a.meta.csv").set_index("Scenario")
    assert meta.loc["baseline", ["label_vi", "as_of", "seed", "draws", "kind"]].tolist() == [
        "Cơ sở", "2024-07-31", "1", "128", "projection",
    ]  # fmt: skip
    said = json.loads(files["a.provenance.json"])
    assert said["inputs"] == shipped_run.manifest["inputs"]
    assert {"id", "title", "publisher", "published", "url_or_file"} == set(said["sources"][0])
    documented = {v["variable"] for v in said["variables"]}
    written = {v.rsplit("|", 1)[0] for v in table(files, "a.csv").Variable}
    assert documented == written
    text = files["a.provenance.json"].decode()
    assert "Giá trị sản xuất công nghiệp" in text
    assert str(shipped_run.study.root) not in text


def test_a_workbook_has_the_same_in_sheets(parcel):
    openpyxl = pytest.importorskip("openpyxl")
    chosen = Chosen(goals=True)
    (data,) = iamc_files(parcel, "a.xlsx", chosen).values()
    assert iamc_files(parcel, "a.xlsx", chosen)["a.xlsx"] == data
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    assert book.sheetnames == ["data", "meta", "variables", "provenance"]
    files = iamc_files(parcel, "a.csv", chosen)
    for sheet, name in (("data", "a.csv"), ("meta", "a.meta.csv")):
        rows = list(book[sheet].iter_rows(values_only=True))
        own = list(csv.reader(io.StringIO(files[name].decode())))
        assert [str(c) for c in rows[0]] == own[0]
        for cells, texts in zip(rows[1:], own[1:], strict=True):
            # a row ends with its last cell that is not empty
            for cell, text in zip_longest(cells, texts):
                assert (not text if cell is None else
                        float(text) == cell if isinstance(cell, (int, float)) else
                        text == cell), (sheet, texts)  # fmt: skip
    assert all(isinstance(c, int) for c in next(book["data"].iter_rows(values_only=True))[5:])


# --- Parquet and netCDF -----------------------------------------------------------------------


def test_parquet_comes_back_exactly(parcel):
    parquet = pytest.importorskip("pyarrow.parquet")
    data = parquet_bytes(parcel)
    assert parquet_bytes(parcel) == data
    found = parquet.read_table(io.BytesIO(data))
    frame = found.to_pandas()
    own = frame[frame.draw.isna()].drop(columns="draw").reset_index(drop=True)
    stated = parcel.projections[own.columns].reset_index(drop=True)
    assert (own.value.to_numpy() == stated.value.to_numpy()).all()
    keys = [c for c in own.columns if c != "value"]
    assert (own[keys].astype(str).to_numpy() == stated[keys].astype(str).to_numpy()).all()
    draws = frame[frame.draw.notna()]
    assert set(draws.statistic) == {"draw"}
    count = sum(
        part.size for s in parcel.samples for part in (s.annual, s.quarterly) if part is not None
    )
    assert len(draws) == count
    key = ["scenario", *VARIABLE, "period", "statistic", "draw"]
    assert not frame.duplicated(key).any()
    for sampled in parcel.samples[:4]:
        rows = draws[draws.scenario == sampled.scenario]
        for name in VARIABLE:
            rows = rows[rows[name] == getattr(sampled.variable, name)]
        cube = rows[rows.period.str.len() == 4].pivot(
            index="draw", columns="period", values="value"
        )
        assert (cube.to_numpy() == sampled.annual).all()
    said = json.loads(found.schema.metadata[b"kichban"])
    assert said["seed"] == 1
    assert said["variables"][0]["label_vi"]
    assert str(found.schema.field("draw").type) == "int32"


def read(data, name):
    with netcdf_file(io.BytesIO(data), "r", mmap=False) as file:
        variable = file.variables[name]
        return variable.dimensions, np.array(variable[:]), dict(variable._attributes)


def test_netcdf_comes_back_exactly(parcel):
    data = netcdf_bytes(parcel)
    assert netcdf_bytes(parcel) == data
    assert data[:4] == b"CDF\x02"
    dims, values, about = read(data, "industrial_output__level__current")
    assert dims == ("scenario", "statistic", "year")
    frame = parcel.projections
    frame = frame[(frame.indicator == "industrial_output") & (frame.breakdown == "")
                  & (frame.measure == "level") & (frame.price_basis == "current")
                  & (frame.period.str.len() == 4)]  # fmt: skip
    stated = frame.set_index(["scenario", "statistic", "period"]).value
    for i, scenario in enumerate(parcel.scenarios):
        for j, statistic in enumerate(STATISTICS):
            assert values[i, j].tolist() == [stated[scenario, statistic, y] for y in parcel.years]
    assert about["long_name_vi"].decode("utf-8") == "Giá trị sản xuất công nghiệp, giá hiện hành"
    assert about["units"] == b"billion VND"
    assert np.isnan(about["_FillValue"])
    for sampled in parcel.samples:
        base = plain_name(sampled.variable)
        at = list(parcel.scenarios).index(sampled.scenario)
        for name, axis, part in (
            (f"{base}__draws", "year", sampled.annual),
            (f"{base}__quarterly__draws", "quarter", sampled.quarterly),
        ):
            if part is not None:
                dims, cube, _ = read(data, name)
                assert dims == ("scenario", "draw", axis)
                assert np.array_equal(cube[at][:, -part.shape[1] :], part, equal_nan=True)


def test_netcdf_axes_are_words_numbers_and_days(parcel):
    data = netcdf_bytes(parcel)
    _, letters, about = read(data, "scenario_label_vi")
    assert about["_Encoding"] == b"utf-8"
    words = [b"".join(row).rstrip(b"\0").decode("utf-8") for row in letters]
    assert words == ["Cơ sở", "Thấp"]
    assert read(data, "year")[1].tolist() == list(range(2024, 2031))
    _, days, about = read(data, "quarter_end")
    assert about["units"] == b"days since 2000-01-01"
    last = np.datetime64("2000-01-01") + int(days[-1])
    assert str(last) == "2030-12-31"
    assert read(data, "draw")[1].tolist() == list(range(128))


def test_a_file_without_draws_has_no_axis_of_draws(shipped_run):
    with netcdf_file(io.BytesIO(netcdf_bytes(shipped_run.parcel())), "r", mmap=False) as file:
        assert "draw" not in file.dimensions
        # a table that begins a year later is empty before
        table = file.variables["output_per_ha__level__current"][:]
        assert np.isnan(table[:, :, 0]).all()
        assert np.isfinite(table[:, :, 1:]).all()


@pytest.mark.parametrize(
    ("package", "write"),
    [
        ("pyarrow", lambda p: parquet_bytes(p)),
        ("openpyxl", lambda p: iamc_files(p, "a.xlsx")),
    ],
)
def test_a_missing_package_is_said_in_one_sentence(parcel, monkeypatch, package, write):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError) as caught:
        write(parcel)
    assert fault_line(caught.value.fault, "en") == (
        f"E-EXP-905: {package} — this format needs a package that is not installed — "
        'install it (extra "exchange" of kichban) into the running environment'
    )


def test_a_missing_package_is_said_before_the_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    done = CliRunner().invoke(app, ["export", "--iamc", "--out", "a.xlsx", "--study", "nowhere"])
    assert isinstance(done.exception, UsageError)
    assert done.exception.fault.code == "E-EXP-905"


# --- writing ----------------------------------------------------------------------------------


def test_api_writes_whole_files_and_names_them(shipped_run, tmp_path):
    written = shipped_run.to_iamc(tmp_path / "new" / "a.csv")
    assert [p.name for p in written] == ["a.csv", "a.meta.csv", "a.provenance.json"]
    assert all(p.is_file() for p in written)
    (written,) = shipped_run.to_netcdf(str(tmp_path / "a.nc"), samples=["exports"])
    assert written.read_bytes()[:3] == b"CDF"
    with pytest.raises(UsageError, match="E-VAR-901"):
        shipped_run.to_netcdf(tmp_path / "b.nc", samples=["exprots"])
    with pytest.raises(UsageError, match="E-EXP-902"):
        shipped_run.to_parquet(tmp_path / "b.csv")
    assert not list(tmp_path.glob("b.*"))


def test_endings():
    assert check_ending("netcdf", "x/y.nc") == "y.nc"
    with pytest.raises(UsageError) as caught:
        check_ending("iamc", "levels.nc")
    assert fault_line(caught.value.fault, "en") == (
        "E-EXP-902: levels.nc — the name of the file does not fit the format iamc — "
        "let it end with: .csv, .xlsx"
    )
    with pytest.raises(UsageError):
        check_ending("iamc", ".csv")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--out", "a.csv"), "E-EXP-901: exactly one format has to be named"),
        (("--iamc", "--netcdf", "--out", "a.nc"), "E-EXP-901: --iamc --netcdf — exactly one"),
        (("--iamc",), "E-EXP-903: the file to write is not named — for example --out levels.xlsx"),
        (("--netcdf", "--out", "a.csv"), "let it end with: .nc"),
        (
            ("--netcdf", "--targets", "--long", "--out", "a.nc"),
            "E-EXP-904: --targets --long — this flag has no meaning for the format netcdf — "
            "leave it out; with netcdf there are: --samples",
        ),
        (("--iamc", "--samples", "exports", "--out", "a.csv"), "E-EXP-904: --samples"),
    ],
)
def test_the_verb_refuses(arguments, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["export", *arguments])
    assert isinstance(done.exception, UsageError)
    assert line in fault_line(done.exception.fault, "en")
    assert not list(tmp_path.iterdir())


def test_the_verb_writes(small_study, monkeypatch):
    monkeypatch.chdir(small_study.root)
    common = ["--draws", "64", "--json"]
    done = CliRunner().invoke(
        app, ["export", "baseline", "--iamc", "--out", "out/a.csv", *common], catch_exceptions=False
    )
    said = json.loads(done.stdout)
    assert said == {
        "format": "iamc", "out": "out", "files": ["a.csv", "a.meta.csv", "a.provenance.json"],
    }  # fmt: skip
    assert {p.name for p in small_study.path("out").iterdir()} == set(said["files"])
    done = CliRunner().invoke(
        app,
        ["--messages", "en", "export", "baseline", "--netcdf", "--samples", "industrial_output",
         "--out", "out/a.nc", "--draws", "64"],
        catch_exceptions=False,
    )  # fmt: skip
    assert "with 64 draws of" in done.stdout
    done = CliRunner().invoke(
        app, ["export", "baseline", "--netcdf", "--samples", "exprots", "--out", "out/b.nc"]
    )
    assert isinstance(done.exception, UsageError)
    assert done.exception.fault.code == "E-VAR-901"
    assert not small_study.path("out/b.nc").exists()
