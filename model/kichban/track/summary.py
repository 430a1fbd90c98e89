"""Scores of a record: by indicator, by quarters ahead, and by months known of the year."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.numbers import FloatArray, canonical_number
from kichban.track.record import MODEL, Said
from kichban.track.scores import coverage, interval_score, symmetric_error_pct

#: months known of a current year, as they are put together
MONTHS_KNOWN = ((0, 0), (1, 3), (4, 6), (7, 9), (10, 11))
#: quarters ahead, as they are put together
QUARTERS_AHEAD = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 8))
ALL = "all"
#: in the order of the tables
KINDS = ("year", "next_year", "quarter")
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Group:
    """What is scored together.

    `kind` is ``year`` (the current one, by months known), ``next_year`` or ``quarter`` (by quarters
    ahead); `first` to `last` are the months or quarters.
    """

    view: str
    indicator: str
    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of one source over the cases of a group.

    Attributes
    ----------
    cases, years
        Number of cases, and of years they lie in: cases of a year are not independent.
    mase, crps
        Mean absolute error and mean CRPS over the mean step from year to year.
    smape, bias
        Per cent of the level; of growth NaN and points. A bias above nought is too high.
    coverage80, coverage95
        Shares held by the intervals, per cent; NaN of rules, which have none.
    msis80, msis95
        Interval scores over the same step.
    ratio
        Mean absolute error of the model over that of this source on the cases both have.
    """

    source: str
    cases: int
    years: int
    mase: float
    smape: float
    bias: float
    crps: float
    coverage80: float
    coverage95: float
    msis80: float
    msis95: float
    ratio: float


def summarise(said: Sequence[Said]) -> dict[Group, list[Score]]:
    """Score every group, the model first; groups of all indicators count each the same."""
    groups: dict[Group, list[Said]] = defaultdict(list)
    for one in said:
        for indicator in (one.indicator, ALL):
            if (group := _group(one, indicator)) is not None and math.isfinite(one.step):
                groups[group].append(one)
    order = sorted(groups, key=lambda g: (g.view, g.indicator != ALL, g.indicator,
                                          KINDS.index(g.kind), g.first))  # fmt: skip
    return {group: list(_scores(groups[group])) for group in order}


def _group(one: Said, indicator: str) -> Group | None:
    spans, value, kind = QUARTERS_AHEAD, one.ahead, "quarter"
    if one.kind == "year":
        if one.ahead != 0:
            next_year = Group(one.view, indicator, "next_year", 0, 11)
            return next_year if one.ahead == 1 else None
        spans, value, kind = MONTHS_KNOWN, one.months, "year"
    found = next(((a, b) for a, b in spans if a <= value <= b), None)
    return None if found is None else Group(one.view, indicator, kind, *found)


def _scores(cases: Sequence[Said]) -> Iterator[Score]:
    by_source: dict[str, dict[tuple[object, ...], Said]] = defaultdict(dict)
    for one in cases:
        by_source[one.source][one.as_of, one.indicator, one.period] = one
    model = by_source.get(MODEL, {})
    for source in sorted(by_source, key=lambda name: (name != MODEL, name)):
        yield _score(source, by_source[source], model)


def _score(
    source: str, own: Mapping[tuple[object, ...], Said], model: Mapping[tuple[object, ...], Said]
) -> Score:
    rows = list(own.values())
    value, came, step = (np.array([getattr(r, n) for r in rows]) for n in ("value", "came", "step"))
    level = np.array([r.measure == "level" for r in rows])
    error = value - came
    relative = 100.0 * error[level] / np.abs(came[level])
    both = [key for key in own if key in model]
    mine = float(np.mean([abs(model[k].value - model[k].came) / model[k].step for k in both]))
    theirs = float(np.mean([abs(own[k].value - own[k].came) / own[k].step for k in both]))
    smape = symmetric_error_pct(value[level, None], came[level, None])
    (held80, wide80), (held95, wide95) = (
        _interval(rows, came, step, percent) for percent in (80, 95)
    )
    return Score(
        source, len(rows), len({r.period[:4] for r in rows}),
        float(np.mean(np.abs(error) / step)),
        float(smape.mean()) if level.any() else math.nan,
        float(relative.mean()) if level.any() else float(error.mean()),
        float(np.mean([r.crps for r in rows] / step)),
        held80, held95, wide80, wide95, mine / theirs if theirs > 0 else math.nan,
    )  # fmt: skip


def _interval(
    rows: Sequence[Said], came: FloatArray, step: FloatArray, level: int
) -> tuple[float, float]:
    """Give coverage, per cent, and MSIS of the 80 % or the 95 % interval."""
    low, high = (np.array([getattr(r, f"{end}{level}") for r in rows]) for end in ("low", "high"))
    if not np.isfinite(low).all():
        return math.nan, math.nan
    found = interval_score(low, high, came, level / 100.0) / step
    return 100.0 * coverage(low, high, came), float(found.mean())


SCORE_COLUMNS = (
    "view", "indicator", "kind", "first", "last", "source", "cases", "years", "mase", "smape",
    "bias", "crps", "coverage80", "coverage95", "msis80", "msis95", "model_ratio",
)  # fmt: skip
SAID_COLUMNS = (
    "view", "as_of", "indicator", "measure", "kind", "period", "ahead", "months", "source", "value",
    "p025", "p10", "p90", "p975", "crps", "came", "step",
)  # fmt: skip


def score_rows(found: Mapping[Group, Sequence[Score]]) -> list[tuple[str, ...]]:
    """Give the rows of ``track_scores.csv``."""
    return [
        (
            group.view, group.indicator, group.kind, f"{group.first}", f"{group.last}",
            score.source, f"{score.cases}", f"{score.years}",
            *(_number(getattr(score, name)) for name in (*SCORE_COLUMNS[8:-1], "ratio")),
        )
        for group, scores in found.items()
        for score in scores
    ]  # fmt: skip


def said_rows(said: Sequence[Said]) -> list[tuple[str, ...]]:
    """Give the rows of ``track_cases.csv``."""
    return [
        (
            one.view, one.as_of.isoformat(), one.indicator, one.measure, one.kind, one.period,
            f"{one.ahead}", f"{one.months}", one.source,
            *(_number(v, 7) for v in (one.value, one.low95, one.low80, one.high80, one.high95,
                                      one.crps, one.came, one.step)),
        )
        for one in said
    ]  # fmt: skip


def _number(value: float, digits: int = DIGITS) -> str:
    return canonical_number(value, digits) if math.isfinite(value) else ""
