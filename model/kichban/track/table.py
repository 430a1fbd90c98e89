"""A back-test as a tidy table (``track.csv``)."""

from __future__ import annotations

import math

from kichban.numbers import canonical_number
from kichban.track.backtest import Backtest, Case
from kichban.track.rules import RULES

#: one row per as-of day. `readings` (then | today) is how prints were read; `months` of the year
#: were printed by then; p10, p50, p90 and crps in bn VND at current prices; errors in per cent of
#: the first print, positive = too high; `inside` 1 where the print lies in p10…p90;
#: `later_parameters` = defaults that rest on later publications; `remark` empty for a scored
#: case, else year_printed | no_first_print | short_history | no_forecast
COLUMNS = (
    "scenario", "readings", "as_of", "period", "months", "p10", "p50", "p90", "first_print",
    "statement", "published", "error_pct", "absolute_error_pct", "inside", "crps",
    *(column for rule in RULES for column in (rule, f"{rule}_error_pct")),
    "later_parameters", "remark",
)  # fmt: skip
DIGITS = 7


def track_rows(found: Backtest) -> list[tuple[str, ...]]:
    """Give the rows of ``track.csv``."""
    return [(found.scenario, found.readings, *_cells(case)) for case in found.cases]


def _cells(case: Case) -> tuple[str, ...]:
    if not case.scored:
        empty = [""] * (len(COLUMNS) - 5)
        return (case.as_of.isoformat(), str(case.year), *empty, case.remark)
    rules: list[str] = []
    for rule in RULES:
        value = case.rules.get(rule)
        rules += [_number(value), _number(rule_error(value, case.first_print))]
    return (
        case.as_of.isoformat(), str(case.year), str(case.months), _number(case.p10),
        _number(case.p50), _number(case.p90), canonical_number(case.first_print), case.statement,
        case.published.isoformat() if case.published else "", _number(case.error),
        _number(abs(case.error)), "1" if case.inside else "0", _number(case.crps), *rules,
        str(case.later_parameters), case.remark,
    )  # fmt: skip


def rule_error(value: float | None, actual: float) -> float | None:
    """Give a rule's error in per cent.

    >>> rule_error(90.0, 100.0), rule_error(None, 100.0)
    (-10.0, None)
    """
    return None if value is None else 100.0 * (value - actual) / abs(actual)


def _number(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else canonical_number(value, DIGITS)
