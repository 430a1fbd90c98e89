"""Answers as files and as lines: what `kichban sensitivity` writes and prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kichban.catalogue import Parameters
from kichban.compare.discovery import (
    BOX_COLUMNS,
    TRAJECTORY_COLUMNS,
    box_rows,
    discovery_lines,
    trajectory_rows,
)
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity import (
    SOBOL_COLUMNS,
    TORNADO_COLUMNS,
    scenario_title,
    sobol_lines,
    sobol_notes,
    sobol_rows,
    tornado_lines,
    tornado_notes,
    tornado_rows,
)
from kichban.files import csv_bytes
from kichban.study.sensitivity.asked import Asked
from kichban.study.sensitivity.discover import Discovered
from kichban.study.sensitivity.sobol import Sobol
from kichban.study.sensitivity.tornado import Tornado
from kichban.texts import Lang

Tables = Mapping[str, bytes]


def shown_outcomes(asked: Asked, year: int | None = None) -> tuple[Outcome, ...]:
    """Give the outcomes that are printed and drawn: targets, or one year and the total."""
    found = []
    for outcome in asked.outcomes:
        years = asked.years.get(outcome.variable, ())
        chosen = str(year or (years[-1] if years else ""))
        if outcome.target or outcome.is_total or outcome.period == chosen:
            found.append(outcome)
    return tuple(found)


def tornado_tables(found: Tornado, region: str, parameters: Parameters) -> Tables:
    """Give ``tornado.csv``: every outcome, not only those printed."""
    rows = tornado_rows(found.bars, found.scenario.name, region, parameters)
    return {"tornado.csv": csv_bytes(TORNADO_COLUMNS, rows)}


def tornado_answer(
    found: Tornado, shown: tuple[Outcome, ...], parameters: Parameters, lang: Lang
) -> Iterator[str]:
    """Give the tornado in lines."""
    yield scenario_title("tornado", found.scenario.label, lang)
    for outcome in shown:
        chances = found.of(outcome, "probability")
        yield from tornado_lines(found.of(outcome), chances, parameters, lang)
    yield ""
    yield from tornado_notes(found.draws, lang, tied=found.tied)


def sobol_tables(found: Sobol, region: str) -> Tables:
    """Give ``sobol.csv``."""
    where = (found.asked.scenario.name, region)
    rows = sobol_rows(
        found.found, found.groups, found.outcomes, found.spread, found.left_out, where
    )
    return {"sobol.csv": csv_bytes(SOBOL_COLUMNS, rows)}


def sobol_answer(found: Sobol, shown: tuple[Outcome, ...], lang: Lang) -> Iterator[str]:
    """Give the indices in lines."""
    yield scenario_title("sobol", found.asked.scenario.label, lang)
    for column, outcome in enumerate(found.outcomes):
        if outcome in shown:
            yield from sobol_lines(found.found, found.groups, outcome, column, found.spread, lang)
    constant = [o.period for o in found.asked.outcomes if o not in found.outcomes]
    yield ""
    yield from sobol_notes(found.groups, found.left_out, constant, found.draws, lang)


def discovery_tables(found: Discovered, region: str, parameters: Parameters) -> Tables:
    """Give ``boxes.csv`` and ``boxes_trajectory.csv``."""
    where = (found.scenario.name, region, found.target.id, "met" if found.met else "missed")
    return {
        "boxes.csv": csv_bytes(BOX_COLUMNS, box_rows(found.found, found.keys, where, parameters)),
        "boxes_trajectory.csv": csv_bytes(
            TRAJECTORY_COLUMNS, trajectory_rows(found.found, found.keys, where)
        ),
    }


def discovery_answer(found: Discovered, parameters: Parameters, lang: Lang) -> Iterator[str]:
    """Give the regions in sentences."""
    label = found.scenario.label
    yield from discovery_lines(
        found.found, found.keys, found.target.id, label, parameters, lang, met=found.met
    )
