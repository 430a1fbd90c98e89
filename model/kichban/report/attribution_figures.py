"""Words of the waterfalls: of a difference of two scenarios, and of a gap to a target."""

from __future__ import annotations

from collections.abc import Mapping

from kichban.catalogue import load_catalogue
from kichban.compare import (
    PARTS,
    Attributed,
    Attribution,
    GapAttribution,
    PrintedParts,
    printed_gap,
    printed_row,
)
from kichban.periods import parse_period
from kichban.projection import Variable
from kichban.report.figures.waterfall import Bar, Waterfall
from kichban.report.printing import Printer
from kichban.target import variable_of
from kichban.texts import Lang, format_period

Labels = Mapping[str, Mapping[str, str]]


def difference_waterfall(
    found: Attribution, row: Attributed, labels: Labels, draws: int, lang: Lang
) -> Waterfall:
    """Say and lay out what makes the difference of two scenarios in one figure.

    Parameters
    ----------
    labels
        Scenario name → label in both languages.
    draws
        Simulations of each combination.
    """
    printer = Printer(lang)
    words = printer.texts
    parts = printed_row(row)
    base, other = (labels[n][lang] for n in (found.base, found.scenario))
    bars = (
        Bar(words("attribution.figure.start", name=base), parts.start, "level"),
        *(Bar(p.label[lang], v) for p, v in zip(found.players, parts.parts, strict=True)),
        Bar(words("attribution.figure.start", name=other), parts.end, "level"),
    )
    change = parts.end - parts.start
    most = max(bars[1:-1], key=lambda bar: bar.value * (1 if change >= 0 else -1))
    key = "same" if change == 0 else "up" if change > 0 else "down"
    variable = row.item.variable
    return Waterfall(
        title=words(
            f"attribution.figure.title_{key}", name=bare_name(variable, lang),
            when=when(row.item.period, lang), scenario=other, base=base,
            amount=amount(abs(change), parts, variable, printer), most=most.name.lower(),
        ),
        subtitle=words("attribution.figure.subtitle", unit=unit_words(variable, lang)),
        source=words(
            "attribution.figure.source", draws=printer.number(draws),
            runs=printer.number(2 ** len(found.players)), note="",
        ).strip(),
        caption=words("attribution.figure.caption"),
        bars=bars,
        decimals=parts.decimals,
        no_part=words("attribution.figure.none"),
        cut=words("attribution.figure.cut"),
    )  # fmt: skip


def gap_waterfall(
    found: GapAttribution, label: Mapping[str, str], draws: int, lang: Lang
) -> Waterfall:
    """Say and lay out what makes the gap of a scenario to a target.

    Parameters
    ----------
    label
        The scenario's name in both languages.
    """
    printer = Printer(lang)
    words = printer.texts
    printed = printed_gap(found)
    variable = variable_of(found.target)
    named = [words(f"attribution.gap.{name}") for name in (*PARTS, "remainder")]
    most = max(zip(printed.parts[: len(PARTS)], named, strict=False))[1]
    parts = zip(named[:-1], printed.parts, strict=False)
    bars = (
        Bar(words("attribution.gap.median"), printed.start, "level"),
        *(Bar(name, value) for name, value in parts),
        Bar(named[-1], printed.parts[-1], "remainder"),
        Bar(f"{words('attribution.gap.target')} ({found.target.id})", printed.end, "target"),
    )
    return Waterfall(
        title=words(
            "attribution.gap.title_figure", name=bare_name(variable, lang),
            when=when(found.target.period.text, lang), most=most.lower(),
            amount=amount(printed.end - printed.start, printed, variable, printer),
        ),
        subtitle=words(
            "attribution.gap.subtitle_figure", unit=unit_words(variable, lang),
            scenario=label[lang],
        ),
        source=words(
            "attribution.figure.source", draws=printer.number(draws),
            runs=printer.number(2 ** len(PARTS)), note=words("attribution.gap.dotted"),
        ).strip(),
        caption=words("attribution.gap.caption"),
        bars=bars,
        decimals=printed.decimals,
        no_part=words("attribution.figure.none"),
        cut=words("attribution.figure.cut"),
    )  # fmt: skip


def bare_name(variable: Variable, lang: Lang) -> str:
    """Name a figure without its unit."""
    known = load_catalogue().indicators[variable.indicator]
    words = Printer(lang).texts
    key = f"compare.measure.{variable.measure}"
    parts = [known.label[lang], words(key) if words.has(key) else ""]
    return ", ".join(p for p in parts if p)


def unit_words(variable: Variable, lang: Lang) -> str:
    """Name the unit and the price basis of a figure."""
    words = Printer(lang).texts
    parts = [load_catalogue().units[variable.unit][lang]]
    if variable.price_basis:
        parts.append(words(f"compare.basis.{variable.price_basis}"))
    return ", ".join(parts)


def when(period: str, lang: Lang) -> str:
    """Print a period inside a sentence."""
    said = format_period(parse_period(period), lang)
    return said[:1].lower() + said[1:] if lang == "vi" else f"in {said}"


def amount(value: float, parts: PrintedParts, variable: Variable, printer: Printer) -> str:
    """Print an amount with its unit, to the digits of the bars."""
    unit = load_catalogue().units[variable.unit][printer.lang]
    number = printer.number(value, max(parts.decimals, 0))
    if variable.unit.startswith("percent"):
        points = printer.texts("attribution.compared.points")
        return f"{number} {points}"
    return f"{number} {unit}"
