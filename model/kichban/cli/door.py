"""What every command shares at the door: language, printing, the log, exit codes."""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from kichban import __version__
from kichban.errors import Fault, InputError, KichbanError, MachineError, UsageError
from kichban.texts import Lang, Texts, fault_line, texts_for

#: what the faults of flags name as their file
FLAGS = frozenset({"--set", "--levers"})
INTERRUPTED = 130


@dataclass
class Session:
    """What the flags before the verb say; the one thing here that changes."""

    lang: Lang = "vi"
    chosen: bool = False
    log: Path | None = None
    verbose: bool = False
    interrupted: bool = False


session = Session()


def words() -> Texts:
    """Give the texts of the session's language."""
    return texts_for(session.lang)


def print_written(where: Path, files: Iterable[str]) -> None:
    """Say what was left where."""
    print(words()("cli.done", folder=str(where)))
    for name in sorted(files):
        print(f"  {name}")


def print_json(value: Any) -> None:
    """Print a value for other programs; JSON has no word for a number that is none but null."""
    print(json.dumps(_finite(value), ensure_ascii=False, indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    """Put ``None`` for every number that is not finite.

    >>> _finite({"a": [1.5, float("nan")], "b": (float("inf"), "nan")})
    {'a': [1.5, None], 'b': [None, 'nan']}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def records(data: bytes) -> list[dict[str, str]]:
    """Give the rows of a result file as plain records."""
    from kichban.files import csv_rows

    lines = [cells for _, cells in csv_rows(data.decode("utf-8"))]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def print_faults(faults: Sequence[Fault]) -> None:
    """Write faults to stderr, one line each, never wrapped."""
    for fault in faults:
        sys.stderr.write(fault_line(fault, session.lang) + "\n")


def fault_document(fault: Fault) -> dict[str, Any]:
    """Give a fault for ``--json``."""
    return {
        "code": fault.code,
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "message": fault_line(fault, session.lang),
    }


def show_progress(scenario: str, done: int, blocks: int) -> None:
    """Write progress over itself on a terminal."""
    end = "\n" if done == blocks else ""
    sys.stderr.write(f"\r{scenario}: {done}/{blocks}{end}")
    sys.stderr.flush()


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


def start_log(path: Path | None, verbose: bool) -> None:
    """Write stages as JSON lines to `path`, and to stderr where wanted.

    Raises
    ------
    UsageError
        ``E-LOG-901`` when the file cannot be written.
    """
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
        session.log = path
    if verbose:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(logging.Formatter("%(stage)s: %(seconds)s s"))
        shown.addFilter(lambda record: hasattr(record, "stage"))
        logger.addHandler(shown)


def listen_for_interrupts() -> None:
    """Remember Ctrl-C beside raising it.

    A compiled module that meets it while being imported turns it into an error of its own, which
    would pass for a failure of the program.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        session.interrupted = True
        signal.default_int_handler(number, frame)

    # A job in the background is born deaf to Ctrl-C and stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn every way to fail into its exit code; a user's mistake never shows a traceback."""
    try:
        yield
    except InputError as error:
        print_faults(error.faults)
        errors = [f for f in error.faults if f.is_error]
        sys.stderr.write(words()("cli.nothing_written", errors=str(len(errors))) + "\n")
        # Where only a flag is at fault the inputs are sound and the call is wrong.
        called_wrongly = all(f.file in FLAGS for f in errors)
        sys.exit(UsageError.exit_code if called_wrongly else error.exit_code)
    except (UsageError, MachineError) as error:
        print_faults([error.fault])
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
        if session.interrupted:
            _interrupted()
        sys.stderr.write(words()("cli.failed", path=str(_write_trace(error))) + "\n")
        if session.verbose:
            traceback.print_exc()
        sys.exit(3)


def _interrupted() -> NoReturn:
    sys.stderr.write("\n" + words()("cli.interrupted") + "\n")
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
    if session.log is not None:
        logging.getLogger("kichban").error(text)
        return session.log
    name = time.strftime("kichban-%Y%m%d-%H%M%S.log")
    path = Path(tempfile.gettempdir()) / name
    path.write_text(f"kichban {__version__}\n{text}", encoding="utf-8")
    return path
