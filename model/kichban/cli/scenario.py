"""``kichban scenario …``: what scenarios there are, what they say, and a new one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kichban.cli.door import FLAGS, print_faults, print_json, print_written, session, words
from kichban.cli.options import Json, Sets, StudyFlag, file_out, open_for, pairs_of
from kichban.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kichban.scenario import Scenario
    from kichban.study import Study

scenario_app = typer.Typer(
    name="scenario",
    help="Các kịch bản: liệt kê, xem, giải thích, so sánh, tạo mới · the catalogue of scenarios.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(help="Kịch bản · scenario")]


@scenario_app.command("list")
def list_scenarios(study: StudyFlag = Path(), json_out: Json = False) -> None:
    """Các kịch bản và những gì chúng thay đổi · the scenarios and what they change."""
    opened = open_for(study, cached=False)
    scenarios = _sound(opened)
    from kichban.study.scenarios.documents import list_document
    from kichban.study.scenarios.view import scenario_list

    if json_out:
        print_json([list_document(s, opened.parameters) for s in scenarios.values()])
    else:
        _print(scenario_list(scenarios, opened.parameters, session.lang))


@scenario_app.command()
def show(
    name: Name,
    study: StudyFlag = Path(),
    sets: Sets = [],  # noqa: B006 - typer copies it
    every: Annotated[bool, typer.Option("--all", help="Mọi tham số · every parameter")] = False,
    json_out: Json = False,
) -> None:
    """Một kịch bản đã hợp nhất, từng giá trị kèm nơi đặt · one scenario with origins."""
    opened = open_for(study, cached=False)
    chosen = _named(_sound(opened, pairs_of(sets)), name)
    from kichban.study.scenarios.documents import scenario_document
    from kichban.study.scenarios.view import scenario_lines

    given = (chosen, opened.parameters, opened.years)
    if json_out:
        print_json(scenario_document(*given, every=every))
    else:
        _print(scenario_lines(*given, session.lang, every=every))


@scenario_app.command()
def explain(
    key: Annotated[str, typer.Argument(help="Tham số · parameter")],
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Kịch bản · scenarios (all official)")
    ] = None,
    study: StudyFlag = Path(),
    sets: Sets = [],  # noqa: B006
    json_out: Json = False,
) -> None:
    """Mỗi lớp nói gì về một tham số, lớp nào quyết định · every layer of one parameter."""
    opened = open_for(study, cached=False)
    known = _sound(opened, pairs_of(sets))
    names = scenarios or [n for n, s in known.items() if s.status == "official"]
    chosen = [_named(known, name) for name in names]
    from kichban.scenario import nearest
    from kichban.study.scenarios import documents, view

    entry, parameter = opened.entry(key), opened.parameters.get(key)
    if entry is not None:
        document = documents.explain_entry_document(key, entry, chosen)
        lines = view.explain_entry_lines(key, entry, chosen, session.lang)
    elif parameter is not None:
        document = documents.explain_document(parameter, chosen)
        lines = view.explain_lines(parameter, chosen, session.lang)
    else:
        raise UsageError("E-SCN-020", key, **nearest(key, opened.parameters))
    if json_out:
        print_json(document)
    else:
        _print(lines)


@scenario_app.command()
def diff(
    first: Name,
    second: Name,
    study: StudyFlag = Path(),
    sets: Sets = [],  # noqa: B006
    json_out: Json = False,
) -> None:
    """Hai kịch bản khác nhau ở đâu, theo từng năm · where two differ, year by year."""
    opened = open_for(study, cached=False)
    known = _sound(opened, pairs_of(sets))
    a, b = _named(known, first), _named(known, second)
    from kichban.study.scenarios.documents import diff_document
    from kichban.study.scenarios.view import diff_lines

    if json_out:
        print_json(diff_document(a, b, opened.years))
    else:
        _print(diff_lines(a, b, opened.parameters, opened.years, session.lang))


@scenario_app.command()
def new(
    name: Annotated[str, typer.Argument(help="Tên, ví dụ high_fdi · its name")],
    extends: Annotated[
        str, typer.Option("--extends", help="Kịch bản cha · its parent")
    ] = "baseline",
    study: StudyFlag = Path(),
    sets: Sets = [],  # noqa: B006
    json_out: Json = False,
) -> None:
    """Tạo scenarios/TÊN.toml từ tệp mẫu có chú thích · write a commented scenario file."""
    opened = open_for(study, cached=False)
    from kichban.study.scenarios.new import write_new

    file = write_new(opened, name, extends, pairs_of(sets), session.lang)
    if json_out:
        print_json({"file": file})
    else:
        print(words()("scenario.new.written", file=file))


@scenario_app.command()
def schema(
    study: StudyFlag = Path(),
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Tệp · file (scenarios/scenario.schema.json: new uses it)",
            callback=file_out("scenario.schema.json", allowed=".json"),
        ),
    ] = None,
    json_out: Json = False,
) -> None:
    """JSON Schema để trình soạn thảo gợi ý và báo lỗi · for editors, from the catalogue."""
    del study  # every verb takes it; the schema is the same for all
    from kichban.catalogue import load_parameters
    from kichban.files import json_bytes, write_whole
    from kichban.scenario import json_schema

    data = json_bytes(json_schema(load_parameters()))
    if out is None:
        sys.stdout.write(data.decode("utf-8"))
        return
    write_whole(out.parent, {out.name: data})
    if json_out:
        print_json({"out": str(out)})
    else:
        print_written(out.parent, [out.name])


def _sound(opened: Study, sets: Sequence[tuple[str, str]] = ()) -> Mapping[str, Scenario]:
    """Give the scenarios; warnings about their files are shown, any fault refuses."""
    faults = opened.check(sets)
    if any(f.is_error for f in faults):
        raise InputError(faults)
    print_faults([f for f in faults if f.file.startswith("scenarios/") or f.file in FLAGS])
    return opened.scenarios(sets)[0]


def _named(known: Mapping[str, Scenario], name: str) -> Scenario:
    if name not in known:
        from kichban.scenario import nearest

        raise UsageError("E-SCN-904", name, **nearest(name, known))
    return known[name]


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
