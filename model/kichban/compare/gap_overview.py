"""What makes a gap as lines of text, with the reference of every part in words."""

from __future__ import annotations

from collections.abc import Mapping

from kichban.compare.attribution_overview import plain, signed
from kichban.compare.gap_attribution import PARTS, GapAttribution
from kichban.compare.overview import figure_name
from kichban.compare.printed import PrintedParts, finest_decimals, printed_parts
from kichban.target import variable_of
from kichban.texts import Lang, format_number, format_percent, format_period, table_line, texts_for


def gap_attribution_overview(found: GapAttribution, label: Mapping[str, str], lang: Lang) -> str:
    """Give the median, the parts, the remainder and the target, then the references.

    Parameters
    ----------
    label
        The scenario's name in both languages.
    """
    words = texts_for(lang)
    target = found.target
    columns = [words(f"attribution.column.{c}") for c in ("value", "error", "alone", "last")]
    printed = printed_gap(found)
    d = printed.decimals
    lines = [
        ("", *columns),
        (words("attribution.gap.median"), plain(printed.start, d, lang), "", "", ""),
    ]
    for name, part in zip(PARTS, printed.parts, strict=False):
        beside = (signed(v[name], d, lang) for v in (found.alone, found.last))
        error = f"± {plain(found.error[name], d + 1, lang)}"
        lines.append((words(f"attribution.gap.{name}"), signed(part, d, lang), error, *beside))
    error = f"± {plain(found.remainder_error, d + 1, lang)}"
    rest = signed(printed.parts[-1], d, lang)
    lines.append((words("attribution.gap.remainder"), rest, error, "", ""))
    lines.append((words("attribution.gap.target"), plain(printed.end, d, lang), "", "", ""))
    widths = [max(len(cells[i]) for cells in lines) for i in range(5)]
    title = words(
        "attribution.gap.title", name=figure_name(variable_of(target), lang),
        period=format_period(target.period, lang).lower(), target=target.id, scenario=label[lang],
    )  # fmt: skip
    share = format_percent(100 * found.not_additive, 0, lang)
    said = [f"  {words(f'attribution.gap.{n}')}: {reference(found, n, lang)}"
            for n in (*PARTS, "remainder")]  # fmt: skip
    notes = [words("attribution.gap.note")]
    if target.indicator == "industrial_output":
        notes.append(words("attribution.gap.output"))
    return "\n".join([
        title, "", *(table_line(cells, widths) for cells in lines),
        f"  {words('attribution.interaction')}: {share}", "",
        words("attribution.gap.reference") + ":", *said, "", *notes,
    ])  # fmt: skip


def printed_gap(found: GapAttribution) -> PrintedParts:
    """Round median, parts, remainder and target so that they add up."""
    values = [*(found.part[name] for name in PARTS), found.remainder]
    finest = finest_decimals(variable_of(found.target))
    return printed_parts(found.median, values, found.target.value, finest)


def reference(found: GapAttribution, part: str, lang: Lang) -> str:
    """Say in words what a part was moved to, or what the remainder holds."""
    words, said = texts_for(lang), found.said

    def number(key: str, decimals: int = 1) -> str:
        return format_number(said[key], decimals, lang)

    def percent(key: str, decimals: int = 1) -> str:
        return format_percent(100 * said[key], decimals, lang)

    land = found.target.indicator != "industrial_output"
    key = part
    if part == "remainder":
        key = "remainder_land" if land else "remainder_output"
    elif part == "prices":
        constant = found.target.price_basis == "constant_2010"
        key = "prices_land" if land else "prices_constant" if constant else "prices_current"
    elif part == "productivity" and not found.output:
        key = "productivity_none"
    elif part == "productivity" and said["implied"] <= said["assumed"]:
        key = "productivity_enough"
    values = {
        "slip_park": number("slip_park"), "slip_cluster": number("slip_cluster"),
        "plan": ", ".join(found.plans) or "–", "gate_park": percent("gate_park", 0),
        "gate_cluster": percent("gate_cluster", 0), "factor_park": number("factor_park"),
        "factor_cluster": number("factor_cluster"), "from": f"{said['from']:.0f}",
        "target": found.output, "implied": percent("implied"),
        "assumed": percent("wedge" if part == "prices" else "assumed"),
    }  # fmt: skip
    return words(f"attribution.reference.{key}", **values)
