"""Forms in Excel: out to be filled in, and in again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kichban.cli.door import fault_document, print_faults, print_json, print_written, words
from kichban.cli.options import Json, StudyFlag, file_out, languages_of, open_for
from kichban.errors import UsageError

if TYPE_CHECKING:
    from kichban.study.forms.take import Taken
    from kichban.study.forms.taken import Change

#: what a workbook's name ends with
ENDING = ".xlsx"
app = typer.Typer(
    help="Biểu mẫu Excel: lập ra, nhập vào · forms in Excel, out and in.", no_args_is_help=True
)


@app.command("out")
def out_(
    form: Annotated[
        str,
        typer.Argument(
            help="scenario | statements | sources | sites | site_observations | site_groups | "
            "capacity"
        ),
    ],
    name: Annotated[str, typer.Argument(help="Tên kịch bản · name of the scenario")] = "",
    study: StudyFlag = Path(),
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Tệp .xlsx · the file", callback=file_out("form.xlsx")),
    ] = None,
    blank: Annotated[
        int, typer.Option("--blank", min=0, max=100_000, help="Số dòng trống · empty rows")
    ] = 50,
    empty: Annotated[
        bool, typer.Option("--empty", help="Không kèm số liệu hiện có · without present rows")
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help="vi | en")] = "",
    json_out: Json = False,
) -> None:
    """Lập biểu mẫu để điền · make a form to be filled in."""
    if out is not None and out.suffix.lower() != ENDING:
        raise UsageError("E-FORM-906", str(out), example=str(out.with_suffix(ENDING)))
    opened = open_for(study, cached=False)
    language = languages_of(lang, opened)[0]
    from kichban.files import write_whole
    from kichban.form import write_form
    from kichban.study.forms.take import form_warnings, make_form

    made = make_form(opened, form, name, blank=blank, filled=not empty)
    warnings = form_warnings(opened, made)
    stem = "-".join(part.replace("/", "-") for part in (form, name) if part)
    path = out or Path(f"{stem}{ENDING}")
    if path.exists():
        raise UsageError("E-FORM-902", str(path))
    data = write_form(made, language)
    print_faults(warnings)
    write_whole(path.parent, {path.name: data})
    if json_out:
        print_json({"out": str(path), "form": form, "name": name, "lang": language})
    else:
        print_written(path.parent, [path.name])


@app.command("in")
def in_(
    file: Annotated[Path, typer.Argument(help="Biểu mẫu đã điền (.xlsx) · the filled form")],
    study: StudyFlag = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem thay đổi · show the changes only")
    ] = False,
    json_out: Json = False,
) -> None:
    """Nhập biểu mẫu đã điền · take a filled form in, whole or not at all."""
    opened = open_for(study, cached=False)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError("E-FORM-901", str(file), reason=error.strerror or "") from None
    from kichban.files import study_lock
    from kichban.study.forms.take import take_form, write_taken

    # Nobody else writes between the comparison and the writing.
    with study_lock(opened.root):
        taken = take_form(opened, file.name, data)
        if json_out:
            print_json(_document(taken, dry_run=dry_run))
        else:
            print_faults(taken.faults)
            _show(taken.file, taken.changes)
        if taken.changes and not dry_run:
            write_taken(opened, taken)
    if not json_out:
        said = "none" if not taken.changes else "dry" if dry_run else "written"
        print(words()(f"cli.form.{said}", file=taken.file))


def _show(file: str, changes: Sequence[Change]) -> None:
    """Print what changes, value by value, under the row or table it belongs to."""
    text = words()
    if changes:
        print(text("cli.form.changes", file=file, count=str(len(changes))))
    for change in changes:
        what = " · ".join(part for part in (change.subject, change.field) if part)
        old, new = (value or text("cli.form.empty") for value in (change.old, change.new))
        print(f"  {what}: {_cut(old)} → {_cut(new)}  [{change.place}]")


def _cut(value: str) -> str:
    return value if len(value) <= 80 else value[:79] + "…"


def _document(taken: Taken, *, dry_run: bool) -> dict[str, Any]:
    return {
        "form": taken.form,
        "file": taken.file,
        "written": bool(taken.changes) and not dry_run,
        "changes": [change._asdict() for change in taken.changes],
        "faults": [fault_document(fault) for fault in taken.faults],
    }
