"""Flags that several verbs share, and what they mean for a study."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import print_faults, session, show_progress
from kichban.errors import UsageError
from kichban.periods import parse_date
from kichban.texts import Lang

if TYPE_CHECKING:
    from kichban.study import Study
    from kichban.study.request import Request

StudyFlag = Annotated[Path, typer.Option("--study", help="Thư mục nghiên cứu · study folder")]
AsOf = Annotated[str, typer.Option("--as-of", help="Ngày số liệu · what was published by then")]


def _folder_out(out: Path | None) -> Path | None:
    """Refuse a file, and what a study is made of, as the folder of results."""
    if out is not None:
        from kichban.study.places import refuse_file, refuse_own

        refuse_own(out)
        refuse_file(out)
    return out


def file_out(example: str = "", allowed: str = "") -> Callable[[Path | None], Path | None]:
    """Give what refuses a folder, and what a study is made of, as the file of results.

    Without `example` a folder passes: the verb has words of its own for it.
    """

    def check(out: Path | None) -> Path | None:
        if out is not None:
            from kichban.study.places import refuse_folder, refuse_own

            refuse_own(out, allowed)
            if example:
                refuse_folder(out, example)
        return out

    return check


Out = Annotated[
    Path | None,
    typer.Option("--out", help="Thư mục kết quả · where results go", callback=_folder_out),
]
Json = Annotated[bool, typer.Option("--json", help="In JSON · print JSON")]
Sets = Annotated[list[str], typer.Option("--set", help="tham số=giá trị · key=value")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Tính lại · compute anew")]
GatesFrom = Annotated[
    str, typer.Option("--gates-from", help="Lấy ngày mở cổng từ kịch bản · gate dates of SCENARIO")
]
Confidential = Annotated[
    bool, typer.Option("--confidential", help="Tính cả dự án mật · count confidential projects")
]
Scenarios = Annotated[list[str] | None, typer.Argument(help="Kịch bản · scenarios (all official)")]
Batch = Annotated[
    str, typer.Option("--batch", help="Mọi kịch bản của scenarios/batches/TÊN.toml · a batch file")
]
Horizon = Annotated[
    int | None, typer.Option("--horizon", min=2000, max=2060, help="Năm cuối · last year")
]
Draws = Annotated[
    int | None, typer.Option("--draws", min=64, max=1_048_576, help="Số lần mô phỏng · draws")
]
Seed = Annotated[
    int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="Hạt giống ngẫu nhiên · seed")
]


def open_for(path: Path, *, cached: bool) -> Study:
    """Open a study and speak its first language unless another was asked for."""
    from kichban.study import Cache, open_study
    from kichban.study.cache import default_folder

    opened = open_study(path, Cache(default_folder() if cached else None))
    if not session.chosen and opened._config[0] is not None:
        session.lang = opened._config[0].languages[0]
    if sys.stderr.isatty():
        return opened.showing(show_progress)
    return opened


def request_of(
    opened: Study,
    scenarios: Sequence[str] | None,
    as_of: str,
    horizon: int | None,
    draws: int | None,
    seed: int | None,
    sets: Sequence[str],
    gates_from: str,
    *,
    confidential: bool = False,
) -> Request:
    """Resolve the flags of a run; warnings are shown, faults refuse."""
    overrides = pairs_of(sets)
    print_faults(opened.require_sound(overrides))
    return opened.request(
        scenarios or (), as_of=day_of(as_of, opened, confidential=confidential),
        horizon=horizon, draws=draws, seed=seed, overrides=overrides, gates_from=gates_from,
        confidential=confidential,
    )  # fmt: skip


def pairs_of(sets: Sequence[str]) -> list[tuple[str, str]]:
    """Split each ``--set key=value``."""
    pairs = []
    for text in sets:
        key, sign, value = text.partition("=")
        if not sign:
            raise UsageError("E-SET-901", text)
        pairs.append((key.strip(), value.strip()))
    return pairs


def names_of(text: str | None, flag: str) -> list[str]:
    """Read names apart by commas; ``None`` where the flag is not given is no name.

    Raises
    ------
    UsageError
        ``E-LIST-901`` where the flag is given and names nothing: that must not come to mean all.

    Examples
    --------
    >>> names_of("T011, T015,", "--joint"), names_of(None, "--joint")
    (['T011', 'T015'], [])
    """
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    if text is not None and not names:
        raise UsageError("E-LIST-901", text, flag=flag)
    return names


def apart_from_reports(out: Path | None, opened: Study) -> None:
    """Refuse to write what confidential figures went into where an edition lies."""
    reports = (opened.root / "reports").resolve()
    below = out is None or reports in (out.resolve(), *out.resolve().parents)
    if out is None or below or any(out.glob("appendix.*")) or _is_public(out / "manifest.json"):
        raise UsageError("E-CAP-901", str(out or "reports/"))


def _is_public(manifest: Path) -> bool:
    """Whether an edition lies there that counts no confidential project."""
    return manifest.is_file() and '"confidential"' not in manifest.read_text(encoding="utf-8")


def day_of(text: str, opened: Study, *, confidential: bool = False) -> dt.date:
    """Read ``--as-of``; empty means the newest publication."""
    try:
        day = opened.day(parse_date(text) if text else None, confidential=confidential)
    except ValueError:
        raise UsageError("E-DATE-901", text) from None
    print_faults(opened.warn_of_age(day))
    return day


def languages_of(text: str, opened: Study) -> tuple[Lang, ...]:
    """Read ``--lang``; empty means all of the study."""
    chosen = tuple(text.split(",")) if text else opened.config.languages
    for lang in chosen:
        if lang not in ("vi", "en"):
            raise UsageError("E-LANG-901", lang)
    return chosen  # type: ignore[return-value]
