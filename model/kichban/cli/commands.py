"""The verbs. Heavy imports wait inside the commands that need them."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban import __version__
from kichban.cli.compare import compare
from kichban.cli.door import (
    fault_document,
    print_faults,
    print_json,
    print_written,
    records,
    session,
    start_log,
    words,
)
from kichban.cli.gap import gap
from kichban.cli.options import (
    AsOf,
    Batch,
    Confidential,
    Draws,
    GatesFrom,
    Horizon,
    Json,
    NoCache,
    Out,
    Scenarios,
    Seed,
    Sets,
    StudyFlag,
    apart_from_reports,
    day_of,
    file_out,
    languages_of,
    names_of,
    open_for,
    request_of,
)
from kichban.cli.seek import seek
from kichban.errors import UsageError
from kichban.texts import LANGUAGES

if TYPE_CHECKING:
    from kichban.reconcile import Series
    from kichban.study import Edition, Study

app = typer.Typer(
    name="kichban",
    help="Kịch bản và dự báo cho chỉ tiêu phát triển công nghiệp · "
    "Scenarios and forecasts for industrial growth targets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Phiên bản · version")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Chi tiết · details")] = False,
    log: Annotated[Path | None, typer.Option("--log", help="Nhật ký JSON · JSON lines")] = None,
    lang: Annotated[str, typer.Option("--messages", help="vi | en")] = "",
) -> None:
    if version:
        print(f"kichban {__version__}")
        raise typer.Exit
    session.verbose = verbose
    if lang:
        if lang not in LANGUAGES:
            raise UsageError("E-LANG-902", lang)
        session.lang, session.chosen = lang, True
    start_log(log, verbose)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Thư mục · folder")] = None,
    study: StudyFlag = Path(),
    json_out: Json = False,
) -> None:
    """Kiểm tra toàn bộ đầu vào · validate all inputs, every fault at once."""
    opened = open_for(folder or study, cached=False)
    faults = opened.check()
    errors = [f for f in faults if f.is_error]
    print_faults(faults)
    if json_out:
        print_json([fault_document(f) for f in faults])
    else:
        counts = {"errors": str(len(errors)), "warnings": str(len(faults) - len(errors))}
        if not errors:
            counts["statements"] = str(len(opened.book.statements))
            counts["targets"] = str(len(opened.book.targets))
            counts["sites"] = str(len(opened.book.sites))
        print(words()("cli.check.faulty" if errors else "cli.check.sound", **counts))
    if errors:
        raise typer.Exit(1)


@app.command()
def series(
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Chỉ tiêu · indicator")] = "",
    vintages: Annotated[
        bool, typer.Option("--vintages", help="Từng lần công bố · every print and revisions")
    ] = False,
    text: Annotated[
        bool, typer.Option("--text", help="Bảng chữ kèm hình nhỏ · a table with small plots")
    ] = False,
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Số in → chuỗi số liệu và các điểm vênh · statements to series and contradictions.

    Trên màn hình là bảng chữ, qua ống dẫn là CSV · text on a terminal, CSV in a pipe.
    """
    opened = open_for(study, cached=not no_cache)
    print_faults(opened.require_sound())
    day = day_of(as_of, opened)
    if indicator and indicator not in opened.catalogue.indicators:
        raise UsageError("E-IND-901", indicator)
    from kichban.study.break_faults import break_faults
    from kichban.study.make import series_files, vintage_files

    if vintages:
        kept = vintage_files(opened.ledger(day), indicator)
    else:
        found = opened.reconciled(day)
        if text or (out is None and not json_out and sys.stdout.isatty()):
            _show_series(opened, found, indicator)
            return
        files = series_files(found, opened.config.languages)
        print_faults(break_faults(files["breaks.csv"], opened.ledger(day)))
        kept = {k: _filter(v, indicator) for k, v in files.items() if not k.startswith("extra.")}
    if out is not None:
        opened.write(kept, out)
        print_written(out, kept)
    elif json_out:
        print_json({name: records(data) for name, data in kept.items()})
    else:
        for data in kept.values():
            sys.stdout.write(data.decode("utf-8"))


@app.command()
def run(
    scenarios: Scenarios = None,
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006 - typer copies it
    gates_from: GatesFrom = "",
    batch: Batch = "",
    confidential: Confidential = False,
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Chạy các kịch bản · run scenarios and write the tables of an edition."""
    opened = open_for(study, cached=not no_cache)
    if confidential:
        apart_from_reports(out, opened)
    if batch:
        scenarios = [*(scenarios or ()), *opened.batch(batch)]
    request = request_of(
        opened, scenarios, as_of, horizon, draws, seed, sets, gates_from, confidential=confidential
    )
    edition = opened.edition(request)
    _tell_breaks(edition)
    where = out or opened.default_out(request.as_of)
    opened.write(edition.written, where)
    if json_out:
        print_json({"out": str(where), "files": sorted(edition.written)})
    else:
        print_written(where, edition.written)


app.command()(gap)
app.command()(seek)
app.command()(compare)


@app.command()
def report(
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    lang: Annotated[str, typer.Option("--lang", help="vi,en")] = "",
    formats: Annotated[str, typer.Option("--formats", help="pdf")] = "pdf",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Phụ lục in song ngữ · the printed appendix, with the tables it is made from."""
    opened = open_for(study, cached=not no_cache)
    languages = languages_of(lang, opened)
    wanted = names_of(formats, "--formats")
    if unknown := [f for f in wanted if f != "pdf"]:
        raise UsageError("E-FMT-901", ",".join(unknown), allowed="pdf")
    request = request_of(opened, None, as_of, horizon, draws, seed, sets, "")
    edition = opened.edition(request)
    _tell_breaks(edition)
    from kichban.report import render_report
    from kichban.study.study import stage

    files = dict(edition.written)
    for one in languages:
        with stage(f"report.{one}"):
            files |= render_report(edition, one, wanted, opened.config.issuer)
    where = out or opened.default_out(request.as_of)
    opened.write(files, where)
    if json_out:
        print_json({"out": str(where), "files": sorted(files)})
    else:
        print_written(where, files)


@app.command()
def backtest(
    study: StudyFlag = Path(),
    scenario: Annotated[str, typer.Option("--scenario", help="Kịch bản · scenario")] = "",
    readings: Annotated[
        str, typer.Option("--readings", help="Cách đọc số in: then | today · how prints are read")
    ] = "then",
    draws: Annotated[int, typer.Option("--draws", min=64, help="Số lần mô phỏng · draws")] = 2048,
    seed: Seed = None,
    export: Annotated[
        bool, typer.Option("--export", help="Kèm forecasts.csv, outturns.csv theo quý (cần --out)")
    ] = False,
    scores: Annotated[
        bool,
        typer.Option(
            "--scores", help="Mọi chỉ tiêu, cả cắt theo kỳ; kèm PDF (cần --out) · all scores"
        ),
    ] = False,
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Dự báo tại các ngày đã qua so với số công bố sau đó · past editions against what came."""
    opened = open_for(study, cached=False)
    print_faults(opened.require_sound())
    if readings not in ("then", "today"):
        raise UsageError("E-TRACK-901", readings)
    if (export or scores) and out is None:
        raise UsageError("E-TRACK-902", "--export" if export else "--scores")
    request = opened.request([scenario or opened.config.headline], seed=seed)
    from kichban.files import csv_bytes
    from kichban.report.track_record import print_track
    from kichban.study.vintages import edition_function, track_scores
    from kichban.track import (
        COLUMNS,
        FORECAST_COLUMNS,
        OUTTURN_COLUMNS,
        SAID_COLUMNS,
        SCORE_COLUMNS,
        backtest,
        choose_days,
        exchange_rows,
        said_rows,
        score_rows,
        summarise,
        track_overview,
        track_rows,
    )

    name, newest = request.scenarios[0], opened.ledger()
    edition = edition_function(opened, name, draws, request.seed, readings=readings)  # type: ignore[arg-type]
    found = backtest(
        edition, newest, choose_days(newest), name, readings=readings, progress=opened.progress  # type: ignore[arg-type]
    )  # fmt: skip
    data = csv_bytes(COLUMNS, track_rows(found))
    files = {"track.csv": data}
    if export:
        said, came = exchange_rows(edition, choose_days(newest), name, opened.progress)
        files["forecasts.csv"] = csv_bytes(FORECAST_COLUMNS, said)
        files["outturns.csv"] = csv_bytes(OUTTURN_COLUMNS, came)
    if scores:
        said_then = track_scores(opened, name, draws, request.seed, edition, opened.progress)
        groups = summarise(said_then)
        files["track_cases.csv"] = csv_bytes(SAID_COLUMNS, said_rows(said_then))
        files["track_scores.csv"] = csv_bytes(SCORE_COLUMNS, score_rows(groups))
        for lang in opened.config.languages:
            pdf = print_track(groups, newest.as_of, lang)
            files[f"track.{lang}.pdf"] = pdf
    if out is not None:
        opened.write(files, out)
    if json_out:
        print_json(records(data))
        return
    print(track_overview(found, session.lang))
    if out is not None:
        print_written(out, files)


@app.command()
def forecast(
    file: Annotated[Path, typer.Argument(help="unique_id,ds,y (CSV)")],
    freq: Annotated[str, typer.Option("--freq", help="Y | Q | M")],
    horizon: Annotated[
        int | None, typer.Option("--horizon", min=1, max=120, help="Số kỳ · steps ahead")
    ] = None,
    year_total: Annotated[
        bool, typer.Option("--year-total", help="Cả năm nay · the current year's total")
    ] = False,
    known: Annotated[
        int | None, typer.Option("--known", min=0, help="Số kỳ đã biết · periods known of the year")
    ] = None,
    method: Annotated[str, typer.Option("--method", help="Phương pháp · method")] = "pool",
    adds_up: Annotated[
        Path | None,
        typer.Option("--adds-up", help="total,part[,split] (CSV): cộng khớp · forecasts add up"),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="Chuỗi giữ nguyên · series whose forecasts stand"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Tệp kết quả · result file", callback=file_out()),
    ] = None,
    json_out: Json = False,
) -> None:
    """Dự báo chuỗi bất kỳ · forecast any series, with intervals."""
    from kichban.files import write_whole
    from kichban.study.series_file import forecast_file

    with contextlib.suppress(OSError):  # of a name that cannot be: writing it says so
        if out is not None and out.is_dir():
            raise UsageError("E-FCT-907", str(out), example=str(out / "forecast.csv"))
        given = [path for path in (file, adds_up) if path is not None and path.exists()]
        if out is not None and out.exists() and any(out.samefile(path) for path in given):
            raise UsageError("E-FCT-908", str(out))
    data = forecast_file(
        file, freq, horizon, method=method, known=known if year_total else None,
        year_total=year_total, adds_up=adds_up, keep=keep or (),
    )  # fmt: skip
    if out is not None:
        write_whole(out.parent, {out.name: data})
        print_written(out.parent, [out.name])
    elif json_out:
        print_json(records(data))
    else:
        sys.stdout.write(data.decode("utf-8"))


@app.command()
def page(
    study: StudyFlag = Path(),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng · port")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Không mở trình duyệt")] = False,
) -> None:
    """Trang cho người lập kế hoạch · the planners' page, on this machine only."""
    opened = open_for(study, cached=True)
    print_faults(opened.require_sound())
    from kichban.page import serve

    def tell(address: str) -> None:
        print(words()("cli.page", address=address), flush=True)

    serve(opened, port, browser=not no_browser, told=tell)


def _tell_breaks(edition: Edition) -> None:
    """Warn of judged breaks that the series do not hold."""
    from kichban.study.break_faults import break_faults

    print_faults(break_faults(edition.files["breaks.csv"], edition.ledger))


def _show_series(opened: Study, found: Series, indicator: str) -> None:
    """Print series as text, and how many contradictions there are to settle."""
    from kichban.study.view import overview, table

    lang = session.lang
    region, catalogue = opened.config.region, opened.catalogue
    lines = (
        table(found, catalogue, region, indicator, lang)
        if indicator
        else overview(found, catalogue, region, lang)
    )
    for line in lines:
        print(line)
    about = [f for f in found.findings if indicator in ("", f.indicator)]
    print(words()("cli.series.contradictions", count=f"{len(about)}"))
    for finding in about if indicator else ():
        print(f"- {finding.explanation(lang)}")


def _filter(data: bytes, indicator: str) -> bytes:
    """Keep the rows of an indicator; all where none is named."""
    from kichban.files import csv_bytes, csv_rows

    columns, *rows = (cells for _, cells in csv_rows(data.decode("utf-8")))
    at = columns.index("indicator")
    return csv_bytes(columns, [cells for cells in rows if indicator in ("", cells[at])])
