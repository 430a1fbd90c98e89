"""What makes a difference as lines of text, aligned for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kichban.catalogue import load_parameters
from kichban.compare.attribution import PROBABILITY, STATISTICS, Attributed, Attribution
from kichban.compare.overview import figure_name
from kichban.compare.printed import PrintedParts, finest_decimals, printed_parts
from kichban.scenario import Scenario, entry_of, reach_target
from kichban.texts import (
    ELLIPSIS,
    Lang,
    format_number,
    format_percent,
    lower_first,
    table_line,
    texts_for,
)


def attribution_overview(found: Attribution, scenarios: Mapping[str, Scenario], lang: Lang) -> str:
    """Give one line a figure: the base, the part of every group, the scenario.

    Figures that do not differ are named below; of targets those in force stand here.

    Parameters
    ----------
    scenarios
        Both, by name: their labels, and what they are set to reach.
    """
    words = texts_for(lang)
    base, other = (scenarios[n].label[lang] for n in (found.base, found.scenario))
    header = ("", base, *(p.label[lang] for p in found.players), other,
              words("attribution.interaction"))  # fmt: skip
    lines: list[tuple[str, ...]] = []
    same: list[str] = []
    told = False
    for row in found.rows:
        if row.item.target is not None:
            if not row.item.target.in_force:
                continue
            if not told:
                lines.append((words("attribution.targets"),))
                told = True
        if _is_same(row):
            same.append(row_name(row, lang))
            continue
        lines.append((row_name(row, lang), *_cells(row, 0, lang)))
        if any(abs(float(p[PROBABILITY])) > 0 for p in row.part.values()):
            name = "    " + words("attribution.probability")
            lines.append((name, *_cells(row, PROBABILITY, lang)))
    widths = [max(len(c[i]) for c in (header, *lines) if len(c) > i and len(c) > 1)
              for i in range(len(header))]  # fmt: skip
    printed = [words("attribution.title", base=base, scenario=other), ""]
    printed += [table_line(header, widths)]
    printed += [table_line(c, widths) if len(c) > 1 else "\n" + c[0] for c in lines]
    if same:
        printed += ["", words("attribution.unchanged", names="; ".join(same))]
    return "\n".join([*printed, "", *notes(found, scenarios, lang)])


def attribution_detail(
    found: Attribution, row: Attributed, scenarios: Mapping[str, Scenario], lang: Lang
) -> str:
    """Give one figure group by group: part, its error, and the part as the first and as the last.

    The median, then the probability of a target; other statistics stand in the table of rows.
    """
    words = texts_for(lang)
    base, other = (scenarios[n].label[lang] for n in (found.base, found.scenario))
    columns = [words(f"attribution.column.{c}") for c in ("value", "error", "alone", "last")]
    printed = [words("attribution.title", base=base, scenario=other)]
    for index, statistic in enumerate(STATISTICS):
        if statistic not in ("median", "probability") or math.isnan(row.start[index]):
            continue
        parts = printed_row(row, index)
        lines = [
            (words("attribution.column.part"), *columns),
            (base, plain(parts.start, parts.decimals, lang), "", "", ""),
        ]
        for player, part in zip(found.players, parts.parts, strict=True):
            beside = (row.alone[player.name][index], row.last[player.name][index])
            error = _scaled(row.error[player.name][index], index)
            lines.append((
                player.label[lang], signed(part, parts.decimals, lang),
                f"± {plain(error, parts.decimals + 1, lang)}",
                *(signed(_scaled(v, index), parts.decimals, lang) for v in beside),
            ))  # fmt: skip
        lines.append((other, plain(parts.end, parts.decimals, lang), "", "", ""))
        widths = [max(len(cells[i]) for cells in lines) for i in range(5)]
        title = f"{row_name(row, lang)}, {words(f'attribution.statistic.{statistic}')}"
        share = format_percent(100 * float(row.not_additive[index]), 1, lang)
        printed += ["", title, *(table_line(cells, widths) for cells in lines)]
        printed.append(f"  {words('attribution.interaction')}: {share}")
    if row.item.certain:
        printed += ["", words("attribution.by_construction")]
    return "\n".join([*printed, "", *notes(found, scenarios, lang)])


def _setting_name(key: str, lang: Lang) -> str:
    """Name a parameter, or an entry of a site with the site's id."""
    known = load_parameters()
    if key in known:
        return lower_first(known[key].label[lang])
    entry = entry_of(key, known)
    name = lower_first(entry.label[lang]) if entry is not None else key
    return f"{name} ({key.split('.')[1]})" if key.startswith("site.") else name


def notes(found: Attribution, scenarios: Mapping[str, Scenario], lang: Lang) -> list[str]:
    """Say in what the two differ, how the parts came about, and what adapts itself."""
    words = texts_for(lang)
    differ = [
        f"  {p.label[lang]}: {'; '.join(_setting_name(key, lang) for key in p.differ)}"
        for p in found.players
    ]
    count = len(found.players)
    lines = [f"{words('attribution.differs')}:", *differ]
    lines.append(
        words("attribution.note_one" if count == 1 else "attribution.note", count=f"{count}")
    )
    ends = (scenarios[found.base], scenarios[found.scenario])
    reached = {reach_target(steps) for s in ends for steps in s.paths.values()} - {""}
    if reached:
        lines.append(words("attribution.reach", targets=", ".join(sorted(reached))))
    return lines


def row_name(row: Attributed, lang: Lang) -> str:
    """Name a figure with its period, a target with its id too."""
    name = figure_name(row.item.variable, lang)
    target = row.item.target
    return f"{name} · {row.item.period}" + (f" ({target.id})" if target is not None else "")


def printed_row(row: Attributed, index: int = 0) -> PrintedParts:
    """Round one statistic of a row so that it adds up; probabilities become per cent."""
    finest = 1 if index == PROBABILITY else finest_decimals(row.item.variable)
    values = [_scaled(p[index], index) for p in row.part.values()]
    start, end = (_scaled(v[index], index) for v in (row.start, row.end))
    return printed_parts(start, values, end, finest)


def _scaled(value: float, index: int) -> float:
    return float(value) * (100.0 if index == PROBABILITY else 1.0)


def _is_same(row: Attributed) -> bool:
    return all(
        abs(float(p[i])) <= 1e-9 * max(abs(float(row.start[i])), 1e-9) or math.isnan(float(p[i]))
        for p in row.part.values()
        for i in range(len(STATISTICS))
    )


def _cells(row: Attributed, index: int, lang: Lang) -> tuple[str, ...]:
    parts = printed_row(row, index)
    d = parts.decimals
    end = "%" if index == PROBABILITY else ""
    share = format_percent(100 * float(row.not_additive[index]), 0, lang)
    return (
        plain(parts.start, d, lang) + end, *(signed(p, d, lang) for p in parts.parts),
        plain(parts.end, d, lang) + end, share,
    )  # fmt: skip


def plain(value: float, decimals: int, lang: Lang) -> str:
    """Print a figure to its decimals, below zero to tens and hundreds.

    >>> plain(1234.5, -2, "en")
    '1,200'
    """
    return format_number(round(value, decimals), max(0, decimals), lang)


def signed(value: float, decimals: int, lang: Lang) -> str:
    """Print a part with its sign; nought has none.

    >>> signed(3.26, 1, "vi"), signed(-0.0, 0, "en"), signed(float("nan"), 0, "en")
    ('+3,3', '0', '…')
    """
    if not math.isfinite(value):
        return ELLIPSIS
    if round(value, decimals) == 0:
        return "0"
    return ("+" if value > 0 else "") + plain(value, decimals, lang)
