"""Tornado and Sobol' indices as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kichban.catalogue import Label, Parameters
from kichban.compare.naming import (
    OTHERS,
    TIE,
    outcome_figure,
    outcome_name,
    parameter_figure,
    parameter_name,
)
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity.sobol import Indices
from kichban.compare.sensitivity.tornado import Bar
from kichban.numbers import FloatArray
from kichban.texts import (
    Lang,
    aligned,
    format_chance,
    format_number,
    lower_first,
    texts_for,
)


def tornado_lines(
    bars: Sequence[Bar],
    chances: Sequence[Bar],
    parameters: Parameters,
    lang: Lang,
) -> Iterator[str]:
    """Give the tornado of one outcome.

    Parameters
    ----------
    bars, chances
        Of the median and, for a target, of the probability; empty for other outcomes.
    """
    words, outcome = texts_for(lang), bars[0].outcome
    unit_name = outcome_name(outcome, lang)
    yield ""
    yield unit_name + (f" · {outcome.target}" if outcome.target else "")
    base = words("sensitivity.tornado.base", value=outcome_figure(outcome, bars[0].base, lang))
    if chances:
        share = format_chance(chances[0].base, lang)
        base += words("sensitivity.tornado.base_probability", share=share)
    yield base
    met = {(b.parameter, b.kind): b for b in chances}
    for kind in ("uncertainty", "lever"):
        own = [b for b in bars if b.kind == kind]
        shown = [b for b in own if b.is_clear]
        if shown:
            rows = [_head(kind, lang, chances=bool(chances))]
            rows += [_row(b, met.get((b.parameter, b.kind)), parameters, lang) for b in shown]
            yield ""
            yield from aligned(rows)
        yield from _left_out(own, kind, lang)


def _head(kind: str, lang: Lang, *, chances: bool) -> list[str]:
    lever = kind == "lever"
    names = [
        "lever" if lever else "parameter", "bounds" if lever else "range",
        "at_lower" if lever else "at_low", "at_upper" if lever else "at_high", "swing",
        *(["probability"] if chances else []), "direction",
    ]  # fmt: skip
    return [texts_for(lang)(f"sensitivity.tornado.{name}") for name in names]


def _row(bar: Bar, chance: Bar | None, parameters: Parameters, lang: Lang) -> list[str]:
    parameter = parameters[bar.parameter]
    ends = (
        f"{parameter_figure(parameter, bar.low, lang, unit=False)} → "
        f"{parameter_figure(parameter, bar.high, lang)}"
    )

    def side(x: float) -> str:
        return outcome_figure(bar.outcome, x, lang, step=bar.swing / 10)

    chances = (
        [] if chance is None
        else [f"{format_chance(chance.at_low, lang)} → {format_chance(chance.at_high, lang)}"]
    )  # fmt: skip
    error = _same_digits(bar, lang)
    return [
        parameter_name(bar.parameter, lang, parameters), ends, side(bar.at_low),
        side(bar.at_high), f"{outcome_figure(bar.outcome, bar.swing, lang)} (±{error})", *chances,
        texts_for(lang)(f"sensitivity.tornado.{bar.direction}"),
    ]  # fmt: skip


def _same_digits(bar: Bar, lang: Lang) -> str:
    """Print an error with two significant digits of its own at most."""
    exponent = int(np.floor(np.log10(bar.error))) if bar.error > 0 else 0
    rounded = round(bar.error, 1 - exponent)
    return format_number(rounded, max(0, 1 - exponent) if bar.error > 0 else 0, lang)


def _left_out(bars: Sequence[Bar], kind: str, lang: Lang) -> Iterator[str]:
    words = texts_for(lang)
    unclear = [parameter_name(b.parameter, lang) for b in bars if b.direction == "unclear"]
    still = sum(b.direction == "none" for b in bars)
    if unclear:
        names = "; ".join(lower_first(n) for n in unclear)
        yield "  " + words("sensitivity.tornado.unclear", names=names)
    if still:
        key = "none_levers" if kind == "lever" else "none"
        yield "  " + words(f"sensitivity.tornado.{key}", count=str(still))


def sobol_lines(
    found: Indices,
    groups: Sequence[str],
    outcome: Outcome,
    column: int,
    spread: FloatArray,
    lang: Lang,
) -> Iterator[str]:
    """Give the indices of one outcome, the group that explains most first, luck and others last."""
    words = texts_for(lang)
    yield ""
    yield outcome_name(outcome, lang) + (f" · {outcome.target}" if outcome.target else "")
    value = outcome_figure(outcome, float(spread[column]), lang)
    yield words("sensitivity.sobol.spread", value=value)
    rows = [[words(f"sensitivity.sobol.{name}") for name in ("group", "first", "total")]]
    for g in by_total(found, groups, column):
        first = (found.first[g, column], *found.first_ends[:, g, column])
        total = (found.total[g, column], *found.total_ends[:, g, column])
        rows.append([parameter_name(groups[g], lang), _share(first, lang), _share(total, lang)])
    yield from aligned(rows)
    yield together_text(found, column, lang)


def by_total(found: Indices, groups: Sequence[str], column: int) -> list[int]:
    """Order groups by their total index; what has no name of its own stands last."""
    named = [g for g, key in enumerate(groups) if "." in key]
    rest = [g for g, key in enumerate(groups) if "." not in key]
    return sorted(named, key=lambda g: -found.total[g, column]) + rest


def together_text(found: Indices, column: int, lang: Lang) -> str:
    """Say what groups explain alone in sum, and what interactions add."""
    words = texts_for(lang)
    share, (low, high) = found.together[column], found.together_ends[:, column]
    said = words(
        "sensitivity.sobol.together", share=_percent(share, lang), low=_percent(low, lang),
        high=_percent(high, lang),
    )  # fmt: skip
    key = "interactions" if high < 1.0 else "no_interactions"
    ends = {"low": _percent(max(1 - high, 0.0), lang), "high": _percent(max(1 - low, 0.0), lang)}
    return f"{said} " + words(
        f"sensitivity.sobol.{key}", share=_percent(max(1 - share, 0.0), lang), **ends
    )


def sobol_notes(
    groups: Sequence[str], left_out: Sequence[str], constant: Sequence[str], draws: int, lang: Lang
) -> Iterator[str]:
    """Say what stands in the group of others, which are tied, which periods have no indices."""
    words = texts_for(lang)
    if OTHERS in groups:
        yield words("sensitivity.sobol.others", count=str(len(left_out)))
    for group in groups:
        if TIE in group:
            yield words("sensitivity.sobol.tied", names=parameter_name(group, lang))
    if constant:
        yield words("sensitivity.sobol.constant", periods=", ".join(constant))
    yield words("sensitivity.sobol.note", draws=format_number(draws, 0, lang))


def tornado_notes(draws: int, lang: Lang, *, tied: bool) -> Iterator[str]:
    """Say what the draws are, and how tied parameters are held."""
    words = texts_for(lang)
    yield words("sensitivity.tornado.note", draws=format_number(draws, 0, lang))
    if tied:
        yield words("sensitivity.tornado.tied")


def scenario_title(key: str, label: Label, lang: Lang) -> str:
    """Give the first line of a kind of answer."""
    return texts_for(lang)(f"sensitivity.{key}.title", scenario=label[lang])


def _share(values: Sequence[float | np.float64], lang: Lang) -> str:
    middle, low, high = (format_number(100 * float(v), 1, lang) for v in values)
    return f"{middle} ({low} … {high})"


def _percent(share: float | np.float64, lang: Lang) -> str:
    return format_number(100 * float(share), 0, lang)
