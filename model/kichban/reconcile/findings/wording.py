"""Findings in words: quoted figures, distances and labels in either language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch

from kichban.catalogue import load_catalogue
from kichban.ledger import Statement
from kichban.texts import Lang, format_number, format_period, texts_for


class Sigmas(float):
    """A distance in standard deviations: shown with one decimal."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Statements shown as the terms of one account."""

    statements: tuple[Statement, ...]


def say(key: str, values: Mapping[str, object], lang: Lang) -> str:
    """Give the text ``findings.key`` with its values shown in the language."""
    shown = {name: show(value, lang) for name, value in values.items()}
    return texts_for(lang)(f"findings.{key}", **shown)


@singledispatch
def show(value: object, lang: Lang) -> str:
    """Show a value of a text; statements are quoted, numbers printed."""
    del lang
    return str(value)


@show.register
def _(value: Statement, lang: Lang) -> str:
    """Quote a statement: its figure, period and id."""
    period = format_period(value.period, lang) if value.period else "…"
    node = "".join(f", {label[lang]}" for label in _members(value.breakdown))
    return f"{_figure(value, lang)} ({period[:1].lower() + period[1:]}{node}; {value.id})"


@show.register
def _(value: Terms, lang: Lang) -> str:
    """Name the terms of an account: figure, part and id; the period is that of the account."""
    return "; ".join(
        f"{_figure(s, lang)} ({''.join(f'{m[lang]}, ' for m in _members(s.breakdown))}{s.id})"
        for s in value.statements
    )


@show.register
def _(value: tuple, lang: Lang) -> str:  # type: ignore[type-arg]
    return "; ".join(show(v, lang) for v in value)


@show.register
def _(value: Mapping, lang: Lang) -> str:  # type: ignore[type-arg]
    return str(value[lang])


@show.register
def _(value: float, lang: Lang) -> str:
    whole = abs(value) >= 1000 or abs(value - round(value)) < 1e-6
    return format_number(value, 0 if whole else 2, lang)


@show.register
def _(value: Sigmas, lang: Lang) -> str:
    return format_number(value, 1, lang)


def _figure(s: Statement, lang: Lang) -> str:
    digits = max(0, -math.floor(math.log10(s.resolution) + 1e-9)) if s.resolution < 1 else 0
    fall = s.measure in ("growth_yoy", "growth_mom") and s.value < 0
    measure = s.measure.replace("growth", "fall") if fall else s.measure
    figure = format_number(abs(s.value) if fall else s.value, digits, lang)
    return texts_for(lang)(f"findings.measure.{measure}", value=figure)


def _members(breakdown: str) -> list[Mapping[str, str]]:
    """Give the labels of a breakdown's parts; a part the catalogue lacks stands for itself."""
    dimensions = load_catalogue().dimensions
    found = []
    for part in filter(None, breakdown.split("+")):
        dimension, code = part.split(":", 1)
        member = dimensions.get(dimension, {}).get(code)
        found.append(member.label if member else {"vi": part, "en": part})
    return found
