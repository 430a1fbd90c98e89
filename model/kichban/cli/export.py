"""``kichban export``: results for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import print_json, print_written, words
from kichban.cli.options import (
    AsOf,
    Draws,
    Horizon,
    Json,
    NoCache,
    Scenarios,
    Seed,
    Sets,
    StudyFlag,
    file_out,
    open_for,
    request_of,
)
from kichban.errors import UsageError

if TYPE_CHECKING:
    from kichban.study.run import ScenarioRun

#: format → flags that say more of it
MORE = {
    "iamc": ("--quarterly", "--sites", "--targets", "--long"),
    "parquet": ("--samples",),
    "netcdf": ("--samples",),
}
EXAMPLES = {"iamc": "levels.xlsx", "parquet": "draws.parquet", "netcdf": "draws.nc"}


def export(
    scenarios: Scenarios = None,
    study: StudyFlag = Path(),
    iamc: Annotated[
        bool, typer.Option("--iamc", help="Bảng IAMC cho pyam (.csv, .xlsx) · table for pyam")
    ] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet (.parquet)")] = False,
    netcdf: Annotated[bool, typer.Option("--netcdf", help="netCDF (.nc)")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Tệp kết quả · result file", callback=file_out(EXAMPLES["iamc"])
        ),
    ] = None,
    quarterly: Annotated[
        bool, typer.Option("--quarterly", help="Cả số quý (--iamc) · quarters too")
    ] = False,
    sites: Annotated[
        bool, typer.Option("--sites", help="Cả từng khu, cụm (--iamc) · single sites too")
    ] = False,
    targets: Annotated[
        bool, typer.Option("--targets", help="Cả chỉ tiêu (--iamc) · targets as scenarios")
    ] = False,
    long: Annotated[
        bool, typer.Option("--long", help="Mỗi giá trị một dòng (--iamc) · a row a value")
    ] = False,
    samples: Annotated[
        list[str],
        typer.Option("--samples", help="Chỉ tiêu lấy từng lần mô phỏng · draws of INDICATOR"),
    ] = [],  # noqa: B006 - typer copies it
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Xuất kết quả cho chương trình khác · results for pyam, data frames, arrays."""
    form = _format({"iamc": iamc, "parquet": parquet, "netcdf": netcdf})
    _refuse_strange(
        form,
        {
            "--quarterly": quarterly, "--sites": sites, "--targets": targets, "--long": long,
            "--samples": bool(samples),
        },
    )  # fmt: skip
    if out is None:
        raise UsageError("E-EXP-903", example=EXAMPLES[form])
    from kichban.exchange.endings import check_ending

    check_ending(form, out)  # before the work, not after
    opened = open_for(study, cached=not no_cache)
    request = request_of(opened, scenarios, as_of, horizon, draws, seed, sets, "")
    found = opened.outcome(request)
    if form == "iamc":
        written = found.to_iamc(out, quarterly=quarterly, sites=sites, targets=targets, long=long)
    else:
        write = found.to_parquet if form == "parquet" else found.to_netcdf
        written = write(out, samples)
    if json_out:
        print_json({"format": form, "out": str(out.parent), "files": [p.name for p in written]})
    else:
        print_written(out.parent, [p.name for p in written])
        _say(found, samples, sites=sites or form != "iamc")


def _format(flags: dict[str, bool]) -> str:
    """Give the one format that was asked for."""
    asked = [name for name, given in flags.items() if given]
    if len(asked) != 1:
        raise UsageError("E-EXP-901", " ".join(f"--{name}" for name in asked))
    return asked[0]


def _refuse_strange(form: str, given: dict[str, bool]) -> None:
    """Refuse flags that say more of another format."""
    strange = [flag for flag, there in given.items() if there and flag not in MORE[form]]
    if strange:
        raise UsageError("E-EXP-904", " ".join(strange), format=form, allowed=", ".join(MORE[form]))


def _say(found: ScenarioRun, samples: list[str], *, sites: bool) -> None:
    """Say what the file holds."""
    there = found.variables
    written = there if sites else there[there["draws"]]
    parcel = found.parcel()
    counts = {
        "model": parcel.model,
        "scenarios": str(len(found.scenarios)),
        "variables": str(len(written)),
        "years": f"{parcel.years[0]}–{parcel.years[-1]}" if parcel.years else "–",
    }
    print(words()("export.done", **counts))
    if samples:
        own = there[there["indicator"].isin(samples) & there["draws"]]
        said = {"draws": str(found.request.draws), "count": str(len(own))}
        print(words()("export.draws", **said))
