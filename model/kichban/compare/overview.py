"""A comparison as lines of text, aligned for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kichban.catalogue import load_catalogue
from kichban.compare.scenarios import Compared, Comparison
from kichban.projection import RATES, Variable
from kichban.texts import (
    Lang,
    format_chance,
    format_number,
    format_significant,
    table_line,
    texts_for,
)


def comparison_overview(
    comparison: Comparison, labels: Mapping[str, Mapping[str, str]], lang: Lang
) -> str:
    """Give one small table per variable and year.

    Parameters
    ----------
    labels
        Scenario name → label in both languages.
    """
    words = texts_for(lang)
    names = {name: labels[name][lang] if name in labels else name for name in comparison.scenarios}
    header = (
        "",
        "P50",
        words("compare.range"),
        words("compare.difference"),
        words("compare.better"),
    )
    blocks: list[tuple[str, list[tuple[str, ...]]]] = []
    for row in comparison.rows:
        title = f"{figure_name(row.variable, lang)} · {row.year}"
        if not blocks or blocks[-1][0] != title:
            blocks.append((title, []))
        blocks[-1][1].append(_cells(row, names[row.scenario], lang))
    every = [header, *(cells for _, block in blocks for cells in block)]
    widths = [max(len(cells[i]) for cells in every) for i in range(len(header))]
    lines = [words("compare.title", base=names[comparison.base]), ""]
    lines.append(table_line(header, widths))
    for title, block in blocks:
        lines += ["", title, *(table_line(cells, widths) for cells in block)]
    return "\n".join([*lines, "", words("compare.note")])


def figure_name(variable: Variable, lang: Lang) -> str:
    """Name a variable with measure, unit and price basis."""
    catalogue = load_catalogue()
    known = catalogue.indicators[variable.indicator]
    unit = catalogue.units[variable.unit][lang]
    key = f"compare.measure.{variable.measure}"
    words = texts_for(lang)
    parts = [known.label[lang], words(key) if words.has(key) else "", unit]
    if variable.price_basis:
        parts.append(words(f"compare.basis.{variable.price_basis}"))
    return ", ".join(p for p in parts if p)


def _cells(row: Compared, name: str, lang: Lang) -> tuple[str, ...]:
    rate = row.variable.measure in RATES

    def value(x: float) -> str:
        return format_number(100 * x, 1, lang) if rate else format_significant(x, 3, lang)

    level = (value(row.level.p50), f"{value(row.level.p10)} – {value(row.level.p90)}")
    if math.isnan(row.better):
        return (name, *level, "–", "–")
    middle = row.difference.p50
    sign = "+" if middle > 0 else ""
    if row.same == 1.0:
        return (name, *level, "0", texts_for(lang)("compare.same"))
    ends = f"{value(row.difference.p10)} … {value(row.difference.p90)}"
    better = format_chance(row.better, lang)
    if row.same > 0.05:
        equal = format_chance(row.same, lang)
        better = f"{better} ({equal} {texts_for(lang)('compare.same')})"
    return (name, *level, f"{sign}{value(middle)} ({ends})", better)
