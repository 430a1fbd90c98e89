"""Words of the waterfall of a difference."""

from __future__ import annotations

from collections.abc import Mapping

from kichban.catalogue import load_catalogue
from kichban.compare import Attributed, Attribution, PrintedParts, printed_row
from kichban.periods import parse_period
from kichban.projection import Variable
from kichban.report.figures.waterfall import Bar, Waterfall
from kichban.report.printing import Printer
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
