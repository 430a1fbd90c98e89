"""Targets of several scenarios as lines of text, aligned for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kichban.compare.overview import figure_name
from kichban.compare.targets import TargetCompared
from kichban.target import variable_of
from kichban.texts import (
    Lang,
    format_chance,
    format_number,
    format_significant,
    table_line,
    texts_for,
)


def targets_overview(
    found: Sequence[TargetCompared], labels: Mapping[str, Mapping[str, str]], lang: Lang
) -> str:
    """Give one small table a target in force: the middle and the probability in each scenario."""
    words = texts_for(lang)
    header = (
        "",
        "P50",
        *(words(f"attribution.compared.{c}") for c in ("probability", "difference")),
    )
    blocks: list[tuple[str, list[tuple[str, ...]]]] = []
    for one in found:
        target = one.row.target
        if not target.in_force:
            continue
        value = format_number(target.value, 1 if target.value % 1 else 0, lang)
        name = figure_name(variable_of(target), lang)
        title = f"{target.id} · {name} · {target.period.text}: {target.resolved_sense} {value}"
        if not blocks or blocks[-1][0] != title:
            blocks.append((title, []))
        blocks[-1][1].append(_cells(one, labels, lang))
    every = [header, *(cells for _, block in blocks for cells in block)]
    widths = [max(len(cells[i]) for cells in every) for i in range(len(header))]
    lines = [words("attribution.compared.title"), "", table_line(header, widths)]
    for title, block in blocks:
        lines += ["", title, *(table_line(cells, widths) for cells in block)]
    return "\n".join(lines)


def _cells(
    one: TargetCompared, labels: Mapping[str, Mapping[str, str]], lang: Lang
) -> tuple[str, ...]:
    words, row = texts_for(lang), one.row
    name = labels[row.scenario][lang] if row.scenario in labels else row.scenario
    rate = variable_of(row.target).unit.startswith("percent")
    middle = format_number(row.p50, 1, lang) if rate else format_significant(row.p50, 3, lang)
    chance = format_chance(row.probability, lang)
    if row.remark == "by_construction":
        chance = words("attribution.compared.certain")
    if math.isnan(one.difference):
        return name, middle, chance, "–"
    change = format_number(100 * one.difference, 1, lang)
    sign = "+" if one.difference > 0 else ""
    error = format_number(100 * one.error, 1, lang)
    points = words("attribution.compared.points")
    return name, middle, chance, f"{sign}{change} {points} (± {error})"
