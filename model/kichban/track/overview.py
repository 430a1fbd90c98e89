"""The track record as lines of text: cases, errors by rule, and how little they prove."""

from __future__ import annotations

import numpy as np

from kichban.texts import ELLIPSIS, Lang, aligned, format_date, format_number, texts_for
from kichban.track.backtest import Backtest, Case
from kichban.track.rules import RULES
from kichban.track.scores import mean_absolute_error_pct
from kichban.track.table import rule_error

#: fewer years than this cannot tell a good forecaster from a lucky one
ENOUGH_YEARS = 8


def track_overview(found: Backtest, lang: Lang) -> str:
    """Give the table of cases, the mean absolute errors, coverage, and the caveat."""
    words = texts_for(lang)
    scored = found.scored
    if not scored:
        return words("track.none", days=str(len(found.cases)))
    head = tuple(words(f"track.column.{c}") for c in ("as_of", "months", "model", "came", "inside"))
    rows = [(*head, *(words(f"track.rule.{r}") for r in RULES))]
    rows += [_case(case, lang) for case in scored]
    lines = [words("track.title"), words(f"track.readings.{found.readings}"), ""]
    lines += [*aligned(rows, indent=""), "", words("track.errors"), ""]
    lines += [f"  {line}" for line in _errors(scored, lang)]
    years = sorted({case.year for case in scored})
    hit = sum(case.inside for case in scored)
    lines += ["", words("track.coverage", hit=str(hit), cases=str(len(scored)))]
    beaten = [r for r in RULES if _loses(scored, r)]
    if beaten:
        names = ", ".join(words(f"track.rule.{r}") for r in beaten)
        lines.append(words("track.loses", rules=names))
    skipped = len(found.cases) - len(scored)
    if skipped:
        lines.append(words("track.skipped", count=str(skipped)))
    if len(years) < ENOUGH_YEARS:
        listed = ", ".join(map(str, years))
        lines.append(
            words("track.few", cases=str(len(scored)), count=str(len(years)), years=listed)
        )
    if any(case.later_parameters for case in scored):
        most = max(case.later_parameters for case in scored)
        lines.append(words("track.hindsight", count=str(most)))
    return "\n".join(lines)


def _case(case: Case, lang: Lang) -> tuple[str, ...]:
    words = texts_for(lang)
    model = f"{_amount(case.p50, lang)} ({_amount(case.p10, lang)}–{_amount(case.p90, lang)})"
    rules = (_signed(rule_error(case.rules.get(rule), case.first_print), lang) for rule in RULES)
    return (
        format_date(case.as_of), f"{case.months}", f"{model} {_signed(case.error, lang)}",
        _amount(case.first_print, lang),
        words("track.yes" if case.inside else "track.no"), *rules,
    )  # fmt: skip


def _errors(scored: tuple[Case, ...], lang: Lang) -> list[str]:
    words = texts_for(lang)
    rows = [
        (words("track.method"), words("track.cases"), words("track.mae"), words("track.model_mae")),
        (words("track.rule.model"), f"{len(scored)}", _percent(_model_error(scored), lang), ""),
    ]
    for rule in RULES:
        own = _with(scored, rule)
        rows.append(
            (
                words(f"track.rule.{rule}"), f"{len(own)}", _percent(_rule_error(own, rule), lang),
                _percent(_model_error(own), lang),
            )
        )  # fmt: skip
    return aligned(rows, indent="")


def _with(scored: tuple[Case, ...], rule: str) -> tuple[Case, ...]:
    return tuple(c for c in scored if c.rules.get(rule) is not None)


def _model_error(cases: tuple[Case, ...]) -> float:
    return mean_absolute_error_pct(
        np.array([c.p50 for c in cases]), np.array([c.first_print for c in cases])
    )


def _rule_error(cases: tuple[Case, ...], rule: str) -> float:
    said = [c.rules.get(rule) for c in cases]
    return mean_absolute_error_pct(
        np.array(said, dtype=np.float64), np.array([c.first_print for c in cases])
    )


def _loses(scored: tuple[Case, ...], rule: str) -> bool:
    """Whether the model has the larger error on the cases that the rule could say something on."""
    own = _with(scored, rule)
    return bool(own) and _model_error(own) > _rule_error(own, rule)


def _amount(value: float, lang: Lang) -> str:
    return format_number(value, 0, lang)


def _percent(value: float, lang: Lang) -> str:
    text = format_number(value, 1, lang)
    return text if text == ELLIPSIS else text + "%"


def _signed(value: float | None, lang: Lang) -> str:
    if value is None:
        return ELLIPSIS
    return ("+" if value > 0 else "") + _percent(value, lang)
