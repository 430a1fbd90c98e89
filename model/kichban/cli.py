"""The command line: parse, call, print. Heavy imports wait inside the commands that need them."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from kichban import __version__
from kichban.errors import Fault, InputError, KichbanError, MachineError, UsageError
from kichban.periods import parse_date
from kichban.texts import Lang, Texts, fault_line, texts_for

if TYPE_CHECKING:
    from kichban.study import Study
    from kichban.study.request import Request

app = typer.Typer(
    name="kichban",
    help="Kịch bản và dự báo cho chỉ tiêu phát triển công nghiệp · "
    "Scenarios and forecasts for industrial growth targets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
#: what the faults of --set name as their file
OVERRIDE = "--set"
INTERRUPTED = 130
#: languages of messages; the study's first language once a study is open
_state: dict[str, Any] = {"lang": "vi", "log": None, "verbose": False}

StudyFlag = Annotated[Path, typer.Option("--study", help="Thư mục nghiên cứu · study folder")]
AsOf = Annotated[str, typer.Option("--as-of", help="Ngày số liệu · what was published by then")]
Out = Annotated[Path | None, typer.Option("--out", help="Thư mục kết quả · where results go")]
Json = Annotated[bool, typer.Option("--json", help="In JSON · print JSON")]
Sets = Annotated[list[str], typer.Option("--set", help="tham số=giá trị · key=value")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Tính lại · compute anew")]
GatesFrom = Annotated[
    str, typer.Option("--gates-from", help="Lấy ngày mở cổng từ kịch bản · gate dates of SCENARIO")
]
Scenarios = Annotated[list[str] | None, typer.Argument(help="Kịch bản · scenarios (all official)")]
Horizon = Annotated[
    int | None, typer.Option("--horizon", min=2000, max=2060, help="Năm cuối · last year")
]
Draws = Annotated[
    int | None, typer.Option("--draws", min=64, max=1_048_576, help="Số lần mô phỏng · draws")
]
Seed = Annotated[
    int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="Mầm ngẫu nhiên · seed")
]


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
    _state["verbose"] = verbose
    if lang:
        _state["lang"] = "en" if lang == "en" else "vi"
        _state["chosen"] = True
    _start_log(log, verbose)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Thư mục · folder")] = None,
    study: StudyFlag = Path(),
    json_out: Json = False,
) -> None:
    """Kiểm tra toàn bộ đầu vào · validate all inputs, every fault at once."""
    opened = _open(folder or study, cached=False)
    faults = opened.check()
    errors = [f for f in faults if f.is_error]
    _print_faults(faults)
    if json_out:
        _print_json([_fault_document(f) for f in faults])
    else:
        counts = {"errors": str(len(errors)), "warnings": str(len(faults) - len(errors))}
        if not errors:
            counts["statements"] = str(len(opened.book.statements))
            counts["targets"] = str(len(opened.book.targets))
            counts["sites"] = str(len(opened.book.sites))
        print(_texts()("cli.check.faulty" if errors else "cli.check.sound", **counts))
    if errors:
        raise typer.Exit(1)


@app.command()
def series(
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Chỉ tiêu · indicator")] = "",
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Số in → chuỗi số liệu và các điểm vênh · statements to series and contradictions."""
    opened = _open(study, cached=not no_cache)
    _print_faults(opened.require_sound())
    day = _day(as_of, opened)
    if indicator and indicator not in opened.catalogue.indicators:
        raise UsageError("E-IND-901", indicator)
    from kichban.study.make import FINDING_COLUMNS, SERIES_COLUMNS, series_files

    files = series_files(opened.reconciled(day), opened.config.languages)
    kept = {k: v for k, v in files.items() if not k.startswith("extra.")}
    if indicator:
        kept = {
            "series.csv": _filter(kept["series.csv"], SERIES_COLUMNS, indicator),
            "contradictions.csv": _filter(kept["contradictions.csv"], FINDING_COLUMNS, indicator),
        }
    if out is not None:
        opened.write(kept, out)
        _done(out, kept)
    elif json_out:
        _print_json({name: _records(data) for name, data in kept.items()})
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
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Chạy các kịch bản · run scenarios and write the tables of an edition."""
    opened = _open(study, cached=not no_cache)
    request = _request(opened, scenarios, as_of, horizon, draws, seed, sets, gates_from)
    edition = opened.edition(request)
    where = out or opened.default_out(request.as_of)
    opened.write(edition.written, where)
    if json_out:
        _print_json({"out": str(where), "files": sorted(edition.written)})
    else:
        _done(where, edition.written)


@app.command()
def gap(
    scenarios: Scenarios = None,
    study: StudyFlag = Path(),
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    out: Out = None,
    json_out: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Khoảng cách tới từng chỉ tiêu · the gap to every target, with what it would take."""
    opened = _open(study, cached=not no_cache)
    request = _request(opened, scenarios, as_of, horizon, draws, seed, sets, "")
    edition = opened.edition(request)
    if out is not None:
        opened.write({"gap.csv": edition.files["gap.csv"]}, out)
        _done(out, {"gap.csv": b""})
    elif json_out:
        _print_json(_records(edition.files["gap.csv"]))
    else:
        from kichban.report import gap_overview

        print(gap_overview(edition, _state["lang"]))


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
    opened = _open(study, cached=not no_cache)
    languages = _languages(lang, opened)
    wanted = [f for f in formats.split(",") if f]
    if unknown := [f for f in wanted if f != "pdf"]:
        raise UsageError("E-FMT-901", ",".join(unknown), allowed="pdf")
    request = _request(opened, None, as_of, horizon, draws, seed, sets, "")
    edition = opened.edition(request)
    from kichban.report import render_report
    from kichban.study.study import stage

    files = dict(edition.written)
    for one in languages:
        with stage(f"report.{one}"):
            files |= render_report(edition, one, wanted, opened.config.issuer)
    where = out or opened.default_out(request.as_of)
    opened.write(files, where)
    if json_out:
        _print_json({"out": str(where), "files": sorted(files)})
    else:
        _done(where, files)


@app.command()
def compare(
    scenarios: Scenarios = None,
    study: StudyFlag = Path(),
    base: Annotated[str, typer.Option("--base", help="Kịch bản gốc · base")] = "",
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Đặt các kịch bản cạnh nhau · scenarios side by side, with paired differences."""
    opened = _open(study, cached=False)
    against = base or (scenarios[0] if scenarios else opened.config.headline)
    chosen = list(dict.fromkeys([against, *scenarios])) if scenarios else None
    request = _request(opened, chosen, as_of, horizon, draws, seed, sets, "")
    from kichban.compare import COLUMNS, compare_scenarios, comparison_overview, comparison_rows
    from kichban.files import csv_bytes

    found = compare_scenarios(opened.projection(request), against)
    data = csv_bytes(COLUMNS, comparison_rows(found, opened.config.region))
    if out is not None:
        opened.write({"compare.csv": data}, out)
        _done(out, {"compare.csv": data})
    elif json_out:
        _print_json(_records(data))
    else:
        labels = {name: s.label for name, s in opened.scenarios(request.overrides)[0].items()}
        print(comparison_overview(found, labels, _state["lang"]))


@app.command()
def backtest(
    study: StudyFlag = Path(),
    scenario: Annotated[str, typer.Option("--scenario", help="Kịch bản · scenario")] = "",
    readings: Annotated[
        str, typer.Option("--readings", help="Cách đọc số in: then | today · how prints are read")
    ] = "then",
    draws: Annotated[int, typer.Option("--draws", min=64, help="Số lần mô phỏng · draws")] = 2048,
    seed: Seed = None,
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Dự báo tại các ngày đã qua so với số công bố sau đó · past editions against what came."""
    opened = _open(study, cached=False)
    _print_faults(opened.require_sound())
    if readings not in ("then", "today"):
        raise UsageError("E-TRACK-901", readings)
    request = opened.request([scenario or opened.config.headline], seed=seed)
    from kichban.files import csv_bytes
    from kichban.study.vintages import edition_function
    from kichban.track import COLUMNS, backtest, choose_days, track_overview, track_rows

    name, newest = request.scenarios[0], opened.ledger()
    edition = edition_function(opened, name, draws, request.seed, readings=readings)  # type: ignore[arg-type]
    found = backtest(
        edition, newest, choose_days(newest), name, readings=readings, progress=opened.progress  # type: ignore[arg-type]
    )  # fmt: skip
    data = csv_bytes(COLUMNS, track_rows(found))
    if out is not None:
        opened.write({"track.csv": data}, out)
    if json_out:
        _print_json(_records(data))
        return
    print(track_overview(found, _state["lang"]))
    if out is not None:
        _done(out, {"track.csv": data})


@app.command()
def page(
    study: StudyFlag = Path(),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng · port")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Không mở trình duyệt")] = False,
) -> None:
    """Trang cho người lập kế hoạch · the planners' page, on this machine only."""
    opened = _open(study, cached=True)
    _print_faults(opened.require_sound())
    from kichban.page import serve

    def tell(address: str) -> None:
        print(_texts()("cli.page", address=address), flush=True)

    serve(opened, port, browser=not no_browser, told=tell)


# --- shared by the commands ---------------------------------------------------------------


def _open(path: Path, *, cached: bool) -> Study:
    from kichban.study import Cache, open_study
    from kichban.study.cache import default_folder

    opened = open_study(path, Cache(default_folder() if cached else None))
    if "chosen" not in _state and opened._config[0] is not None:
        _state["lang"] = opened._config[0].languages[0]
    if sys.stderr.isatty():
        return opened.showing(_show_progress)
    return opened


def _request(
    opened: Study,
    scenarios: Sequence[str] | None,
    as_of: str,
    horizon: int | None,
    draws: int | None,
    seed: int | None,
    sets: Sequence[str],
    gates_from: str,
) -> Request:
    overrides = []
    for text in sets:
        key, sign, value = text.partition("=")
        if not sign:
            raise UsageError("E-SET-901", text)
        overrides.append((key.strip(), value.strip()))
    _print_faults(opened.require_sound(overrides))
    return opened.request(
        scenarios or (), as_of=_day(as_of, opened), horizon=horizon, draws=draws, seed=seed,
        overrides=overrides, gates_from=gates_from,
    )  # fmt: skip


def _day(text: str, opened: Study) -> dt.date:
    if not text:
        return opened.book.newest
    try:
        return parse_date(text)
    except ValueError:
        raise UsageError("E-DATE-901", text) from None


def _languages(text: str, opened: Study) -> tuple[Lang, ...]:
    chosen = tuple(text.split(",")) if text else opened.config.languages
    for lang in chosen:
        if lang not in ("vi", "en"):
            raise UsageError("E-LANG-901", lang)
    return chosen  # type: ignore[return-value]


def _filter(data: bytes, columns: Sequence[str], indicator: str) -> bytes:
    from kichban.files import csv_bytes, csv_rows

    at = columns.index("indicator")
    rows = [cells for _, cells in csv_rows(data.decode("utf-8"))][1:]
    return csv_bytes(columns, [cells for cells in rows if cells[at] == indicator])


def _records(data: bytes) -> list[dict[str, str]]:
    from kichban.files import csv_rows

    lines = [cells for _, cells in csv_rows(data.decode("utf-8"))]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def _texts() -> Texts:
    return texts_for(_state["lang"])


def _done(where: Path, files: Any) -> None:
    print(_texts()("cli.done", folder=str(where)))
    for name in sorted(files):
        print(f"  {name}")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_faults(faults: Sequence[Fault]) -> None:
    for fault in faults:
        sys.stderr.write(fault_line(fault, _state["lang"]) + "\n")


def _fault_document(fault: Fault) -> dict[str, Any]:
    return {
        "code": fault.code,
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "message": fault_line(fault, _state["lang"]),
    }


def _show_progress(scenario: str, done: int, blocks: int) -> None:
    end = "\n" if done == blocks else ""
    sys.stderr.write(f"\r{scenario}: {done}/{blocks}{end}")
    sys.stderr.flush()


# --- log, errors, exit codes ----------------------------------------------------------------


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {"time": round(record.created, 3), "message": record.getMessage()}
        for name in ("stage", "seconds", "rows"):
            if hasattr(record, name):
                entry[name] = getattr(record, name)
        entry["peak_memory_mb"] = _peak_memory()
        return json.dumps(entry, ensure_ascii=False)


def _peak_memory() -> float | None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform.startswith("linux") else 1024**2), 1)


def _start_log(path: Path | None, verbose: bool) -> None:
    logger = logging.getLogger("kichban")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    if path is not None:
        try:
            handler = logging.FileHandler(path, encoding="utf-8")
        except OSError as error:
            raise UsageError("E-LOG-901", str(path), reason=error.strerror or "") from None
        handler.setFormatter(_JsonLines())
        logger.addHandler(handler)
        _state["log"] = path
    if verbose:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(logging.Formatter("%(stage)s: %(seconds)s s"))
        shown.addFilter(lambda record: hasattr(record, "stage"))
        logger.addHandler(shown)


@contextmanager
def _exit_codes() -> Iterator[None]:
    """Turn every way to fail into its exit code; a user's mistake never shows a traceback."""
    try:
        yield
    except InputError as error:
        _print_faults(error.faults)
        errors = [f for f in error.faults if f.is_error]
        sys.stderr.write(_texts()("cli.nothing_written", errors=str(len(errors))) + "\n")
        # Where only --set is at fault the inputs are sound and the call is wrong.
        called_wrongly = all(f.file == OVERRIDE for f in errors)
        sys.exit(UsageError.exit_code if called_wrongly else error.exit_code)
    except (UsageError, MachineError) as error:
        _print_faults([error.fault])
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as leaving:
        # Typer turns Ctrl-C into this code and says nothing.
        if leaving.code == INTERRUPTED:
            _interrupted()
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except (KichbanError, Exception) as error:
        sys.stderr.write(_texts()("cli.failed", path=str(_write_trace(error))) + "\n")
        if _state["verbose"]:
            traceback.print_exc()
        sys.exit(3)


def _interrupted() -> NoReturn:
    sys.stderr.write("\n" + _texts()("cli.interrupted") + "\n")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    logging.shutdown()
    # Everything is put back by now. Not sys.exit: it waits for the workers, and an interpreter
    # that met Ctrl-C while a module was being imported ends by the signal instead of the code.
    os._exit(INTERRUPTED)


def _write_trace(error: BaseException) -> Path:
    """Keep the traceback where it can be sent along with a question."""
    import tempfile

    text = "".join(traceback.format_exception(error))
    if _state["log"] is not None:
        logging.getLogger("kichban").error(text)
        return Path(_state["log"])
    name = time.strftime("kichban-%Y%m%d-%H%M%S.log")
    path = Path(tempfile.gettempdir()) / name
    path.write_text(f"kichban {__version__}\n{text}", encoding="utf-8")
    return path


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever the locale of the terminal is.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with _exit_codes():
        app(standalone_mode=True)
