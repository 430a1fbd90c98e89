"""Tornado and Sobol' indices as tidy tables (``tornado.csv``, ``sobol.csv``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kichban.catalogue import Parameter, Parameters
from kichban.compare.naming import LUCK, OTHERS, TIE
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity.sobol import Indices
from kichban.compare.sensitivity.tornado import Bar
from kichban.numbers import FloatArray, canonical_number

DIGITS = 7
_WHAT = ("scenario", "region", "indicator", "breakdown", "measure", "period", "target")
#: `statistic` median (in `unit`) or probability (0…1, `target` rows only); `kind` uncertainty (held
#: at P10 and P90) or lever (set to its warning bounds); `rank` within outcome, statistic and kind;
#: `parameter_low`, `parameter_high` per cent for rates; `swing_error` Monte-Carlo standard error;
#: `direction` up, down, both_up, both_down, unclear (within two errors), none (no draw moves)
TORNADO_COLUMNS = (
    *_WHAT, "statistic", "kind", "rank", "parameter", "parameter_low", "parameter_high",
    "parameter_unit", "base", "at_low", "at_high", "swing", "swing_error", "direction", "unit",
    "price_basis",
)  # fmt: skip
#: indices are per cent of the variance, `…_low` and `…_high` ends of 95 % intervals; `group` is a
#: parameter, tied ones joined by +, others, luck, or one of the sums first_order_sum and
#: interactions; `standard_deviation` of the outcome in `unit`
SOBOL_COLUMNS = (
    *_WHAT, "group", "parameters", "first", "first_low", "first_high", "total", "total_low",
    "total_high", "standard_deviation", "unit", "price_basis",
)  # fmt: skip


def tornado_rows(
    bars: Sequence[Bar], scenario: str, region: str, parameters: Parameters
) -> list[tuple[str, ...]]:
    """Give the rows of ``tornado.csv``; bars are in order already."""
    rows, ranks = [], dict[tuple[Outcome, str, str], int]()
    for bar in bars:
        place = (bar.outcome, bar.statistic, bar.kind)
        ranks[place] = ranks.get(place, 0) + 1
        parameter = parameters[bar.parameter]
        scale = 100.0 if parameter.percent else 1.0
        probability = bar.statistic == "probability"
        rows.append((
            *_what(bar.outcome, scenario, region), bar.statistic, bar.kind, str(ranks[place]),
            bar.parameter, _number(scale * bar.low), _number(scale * bar.high),
            file_unit(parameter),
            *(_number(v) for v in (bar.base, bar.at_low, bar.at_high, bar.swing, bar.error)),
            bar.direction, "probability" if probability else bar.outcome.variable.unit,
            "" if probability else bar.outcome.variable.price_basis,
        ))  # fmt: skip
    return rows


def file_unit(parameter: Parameter) -> str:
    """Give the unit of a parameter in files, where rates are per cent.

    >>> from kichban.catalogue import load_parameters
    >>> file_unit(load_parameters()["growth.wedge"])
    'percent_per_year'
    """
    return parameter.unit.replace("fraction", "percent") if parameter.percent else parameter.unit


def sobol_rows(
    found: Indices,
    groups: Sequence[str],
    outcomes: Sequence[Outcome],
    spread: FloatArray,
    left_out: Sequence[str],
    where: tuple[str, str],
) -> Iterator[tuple[str, ...]]:
    """Give the rows of ``sobol.csv``, by outcome and group.

    Parameters
    ----------
    spread : (outcome,) float64
        Standard deviations.
    left_out
        Parameters in the group of others.
    where
        Scenario and region.
    """
    members: Mapping[str, str] = {OTHERS: " ".join(left_out), LUCK: ""}
    for o, outcome in enumerate(outcomes):
        about = _what(outcome, *where)
        v = outcome.variable
        tail = (_number(spread[o]), v.unit, v.price_basis)
        for g, group in enumerate(groups):
            first = (found.first[g, o], *found.first_ends[:, g, o])
            total = (found.total[g, o], *found.total_ends[:, g, o])
            parts = members.get(group, group.replace(TIE, " "))
            yield (*about, group, parts, *(_number(100 * x) for x in (*first, *total)), *tail)
        low, high = found.together_ends[:, o]
        sums = {
            "first_order_sum": (found.together[o], low, high),
            "interactions": (1 - found.together[o], 1 - high, 1 - low),
        }
        for name, values in sums.items():
            yield (*about, name, "", *(_number(100 * x) for x in values), "", "", "", *tail)


def _what(outcome: Outcome, scenario: str, region: str) -> tuple[str, ...]:
    v = outcome.variable
    return scenario, region, v.indicator, v.breakdown, v.measure, outcome.period, outcome.target


def _number(value: float | np.float64) -> str:
    return canonical_number(float(value), DIGITS)
