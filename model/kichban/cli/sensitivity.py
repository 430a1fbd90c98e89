"""The verb `sensitivity`: what moves a scenario's outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kichban.cli.door import print_json, print_written, records, session
from kichban.cli.options import (
    AsOf,
    Horizon,
    Json,
    Out,
    Seed,
    Sets,
    StudyFlag,
    names_of,
    open_for,
    request_of,
)
from kichban.errors import UsageError
from kichban.texts import Lang

if TYPE_CHECKING:
    from kichban.compare.outcomes import Outcome
    from kichban.report.figures.style import Sheet
    from kichban.study.sensitivity import Asked
    from kichban.study.workbench import Workbench

#: draws of each question where nobody says
DRAWS = {"tornado": 1024, "sobol": 1024, "discover": 10_240}


class _Question(NamedTuple):
    """What of the flags an answer depends on; `pictures` are wanted with ``--out``."""

    parameters: Sequence[str]
    year: int | None
    met: bool
    pictures: bool


#: CSV files, lines of text, pictures
Answer = tuple[Mapping[str, bytes], Iterator[str], Mapping[str, bytes]]


def sensitivity(
    scenario: Annotated[str, typer.Argument(help="Kịch bản · scenario (headline)")] = "",
    study: StudyFlag = Path(),
    target: Annotated[
        list[str] | None, typer.Option("--target", help="Mã chỉ tiêu · target id")
    ] = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", help="Chỉ tiêu thống kê, có thể @giá · indicator[@basis]"),
    ] = None,
    tornado: Annotated[
        bool, typer.Option("--tornado", help="Từng tham số ở P10, P90 · one at a time (default)")
    ] = False,
    sobol: Annotated[
        bool, typer.Option("--sobol", help="Phần phương sai · shares of variance")
    ] = False,
    discover: Annotated[
        bool, typer.Option("--discover", help="Khi nào không đạt · what missing has in common")
    ] = False,
    met: Annotated[
        bool, typer.Option("--met", help="Với --discover: khi nào đạt · what meeting it has")
    ] = False,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameters", help="Tham số, cách nhau dấu phẩy · which ones, by commas"),
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Năm in ra · year shown")] = None,
    as_of: AsOf = "",
    horizon: Horizon = None,
    draws: Annotated[
        int | None, typer.Option("--draws", min=64, max=1_048_576, help="Số lần mô phỏng · draws")
    ] = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006 - typer copies it
    out: Out = None,
    json_out: Json = False,
) -> None:
    """Tham số nào quyết định kết quả · what moves an outcome, and when a target is missed."""
    kind = _kind(tornado=tornado, sobol=sobol, discover=discover)
    if target and indicator:
        raise UsageError("E-SENS-913", "--target, --indicator")
    if met and kind != "discover":
        raise UsageError("E-SENS-913", f"--met, --{kind}")
    opened = open_for(study, cached=True)
    named = [name for text in parameters or () for name in names_of(text, "--parameters")]
    chosen = [scenario or opened.config.headline]
    if kind == "sobol" and draws is not None:
        from kichban.study.sensitivity.sobol import check_draws

        check_draws(draws)
    request = request_of(
        opened, chosen, as_of, horizon, draws or DRAWS[kind], seed, sets, gates_from=""
    )
    from kichban.study.sensitivity import ask

    bench = opened.workbench(request)
    asked = ask(bench, bench.scenarios[chosen[0]], target or (), indicator or (), year)
    answer = {"tornado": _tornado, "sobol": _sobol, "discover": _discover}[kind]
    question = _Question(named, year, met, out is not None)
    tables, lines, figures = answer(bench, asked, question)
    if out is not None:
        opened.write({**tables, **figures}, out)
    if json_out:
        print_json({name.removesuffix(".csv"): records(data) for name, data in tables.items()})
        return
    for line in lines:
        print(line)
    if out is not None:
        print_written(out, {**tables, **figures})


def _kind(**asked: bool) -> str:
    """Give the one question that is asked, the tornado where none is."""
    named = [name for name, wanted in asked.items() if wanted]
    if len(named) > 1:
        raise UsageError("E-SENS-913", ", ".join(f"--{name}" for name in named))
    return named[0] if named else "tornado"


def _tornado(bench: Workbench, asked: Asked, question: _Question) -> Answer:
    from kichban.report.figures.tornado import Tornado, draw_tornado
    from kichban.study.sensitivity import tornado_of
    from kichban.study.sensitivity.answer import shown_outcomes, tornado_answer, tornado_tables

    found = tornado_of(bench, asked, question.parameters)
    shown, known = shown_outcomes(asked, question.year), bench.given.parameters
    label = asked.scenario.label

    def draw(outcome: Outcome, lang: Lang) -> Sheet:
        chances = found.of(outcome, "probability")
        return draw_tornado(Tornado(found.of(outcome), chances, label, found.draws, lang))

    return (
        tornado_tables(found, bench.given.config.region, known),
        tornado_answer(found, shown, known, session.lang),
        _pictures("tornado", shown, draw, bench) if question.pictures else {},
    )


def _sobol(bench: Workbench, asked: Asked, question: _Question) -> Answer:
    from kichban.report.figures.sobol import Shares, draw_sobol
    from kichban.study.sensitivity import sobol_of
    from kichban.study.sensitivity.answer import shown_outcomes, sobol_answer, sobol_tables

    found = sobol_of(bench, asked, question.parameters)
    shown = [o for o in shown_outcomes(asked, question.year) if o in found.outcomes]

    def draw(outcome: Outcome, lang: Lang) -> Sheet:
        column = found.outcomes.index(outcome)
        return draw_sobol(
            Shares(found.found, found.groups, outcome, column, asked.scenario.label,
                   found.draws, lang)
        )  # fmt: skip

    return (
        sobol_tables(found, bench.given.config.region),
        sobol_answer(found, tuple(shown), session.lang),
        _pictures("sobol", shown, draw, bench) if question.pictures else {},
    )


def _discover(bench: Workbench, asked: Asked, question: _Question) -> Answer:
    from kichban.study.sensitivity import discover_of
    from kichban.study.sensitivity.answer import discovery_answer, discovery_tables

    found = discover_of(bench, asked, met=question.met)
    known = bench.given.parameters
    tables = discovery_tables(found, bench.given.config.region, known)
    return tables, discovery_answer(found, known, session.lang), {}


def _pictures(
    name: str, shown: Sequence[Outcome], draw: Callable[[Outcome, Lang], Sheet], bench: Workbench
) -> dict[str, bytes]:
    """Draw the first outcome as NAME.LANG, any other one as NAME.INDICATOR.PERIOD.LANG."""
    from kichban.report.figures.picture import picture_files

    found: dict[str, bytes] = {}
    for i, outcome in enumerate(shown):
        own = f".{outcome.variable.indicator}.{outcome.period.replace('/', '-')}" if i else ""
        for lang in bench.given.config.languages:
            found |= picture_files(draw(outcome, lang), f"{name}{own}.{lang}")
    return found
