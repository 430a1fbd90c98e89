"""``seek.csv``: what would close a gap, one row for each thing said."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kichban.catalogue import Parameters, load_parameters
from kichban.files import csv_bytes
from kichban.numbers import canonical_number
from kichban.study.goals.levers import Lever
from kichban.study.goals.seek import SeekResult, Together
from kichban.target import LeverSearch, Reading

#: part: now | alone | mix | ends (all levers at their better ends) | far (up to what is never
#: crossed) | limit | date. item: a parameter or a period; number counts the values of one lever;
#: now … error are in `unit`, per cent as printed; reach = what is reached with the probability
#: wanted, in the target's unit (of a limit: what a tenth more adds); side: the target is met at
#: needed and "above" or "below" it; remark of part alone: needed | room | beyond_warning | at_bound
#: | no_effect | impossible, of part limit: lever | rule | uncertainty, of a lever in ends and mix:
#: at_bound or empty, of part date: p10 | p50 | p90 for the three quantiles
COLUMNS = (
    "scenario", "target", "wanted_probability", "part", "item", "number", "unit", "now", "needed",
    "change", "low", "high", "side", "error", "reach", "probability", "probability_error", "remark",
)  # fmt: skip
DIGITS = 7
Cells = dict[str, str]


def seek_csv(result: SeekResult) -> bytes:
    """Give the bytes of ``seek.csv``."""
    head = {
        "scenario": result.scenario.name,
        "target": result.target.id,
        "wanted_probability": canonical_number(result.probability),
    }
    rows = [head | cells for cells in _rows(result)]
    return csv_bytes(COLUMNS, [[cells.get(c, "") for c in COLUMNS] for cells in rows])


def _rows(result: SeekResult) -> Iterator[Cells]:
    yield {"part": "now", **_reading(result, result.now)}
    for lever, search in zip(result.levers, result.searches, strict=True):
        yield from _alone(result, lever, search)
    for part, together in (("mix", result.mix), ("ends", result.ends), ("far", result.far)):
        if together is not None:
            yield from _together(result, part, together)
    for limit in result.limits:
        yield {
            "part": "limit", "item": limit.key, "reach": _number(limit.gain),
            "remark": limit.kind, **_scaled(load_parameters(), limit.key, limit.now, limit.moved),
        }  # fmt: skip
    yield from _dates(result)


def _alone(result: SeekResult, lever: Lever, search: LeverSearch) -> Iterator[Cells]:
    found = [f for f in result.found if f.lever == lever]
    for number, one in enumerate(found, 1):
        span = lever.span
        remark = "room" if result.met else "needed"
        if one.beyond:
            remark = "beyond_warning"
        elif not result.met and one.value in (span.low, span.high):
            remark = "at_bound"
        yield {
            "part": "alone", **_lever(lever, one.value), "number": f"{number}",
            "side": "above" if one.above else "below", "error": _number(one.error * lever.scale),
            **_reading(result, one.reading), "remark": remark,
        }  # fmt: skip
    if not found:
        flat = search.shape == "flat"
        remark = "no_effect" if flat else "room" if result.met else "impossible"
        cells = _lever(lever, lever.span.now if flat else search.best_at)
        reach = {"reach": _number(result.plain(search.best))}
        yield {"part": "alone", **cells, **reach, "remark": remark}


def _together(result: SeekResult, part: str, together: Together) -> Iterator[Cells]:
    yield {"part": part, **_reading(result, together.reading)}
    ends = zip(result.levers, together.values.tolist(), together.at_bound, strict=True)
    for lever, value, at_bound in ends:
        remark = "at_bound" if at_bound else ""
        yield {"part": part, **_lever(lever, value), "remark": remark}


def _dates(result: SeekResult) -> Iterator[Cells]:
    dates = result.dates
    if dates is None:
        return
    shares = np.append(dates.shares, dates.after)
    for period, share in zip((*dates.periods, dates.beyond), shares, strict=True):
        yield {"part": "date", "item": period, "probability": _number(float(share))}
    for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        yield {"part": "date", "item": dates.quantile(share), "remark": name}


def _lever(lever: Lever, value: float) -> Cells:
    span, scale = lever.span, lever.scale
    return {
        "item": lever.key, "unit": unit_of(lever), "now": _number(span.now * scale),
        "needed": _number(value * scale), "change": _number((value - span.now) * scale),
        "low": _number(span.low * scale), "high": _number(span.high * scale),
    }  # fmt: skip


def unit_of(lever: Lever) -> str:
    """Give the code of a lever's unit as printed."""
    if lever.added and lever.parameter.percent:
        return "percentage_point"
    return "percent" if lever.parameter.percent else lever.parameter.unit


def _scaled(parameters: Parameters, key: str, now: float, moved: float) -> Cells:
    parameter = parameters[key]
    scale = 100.0 if parameter.percent else 1.0
    return {
        "unit": "percent" if parameter.percent else parameter.unit, "now": _number(now * scale),
        "needed": _number(moved * scale), "change": _number((moved - now) * scale),
    }  # fmt: skip


def _reading(result: SeekResult, reading: Reading) -> Cells:
    return {
        "reach": _number(result.plain(reading.quantile)),
        "probability": _number(reading.probability),
        "probability_error": _number(reading.error),
    }


def _number(value: float) -> str:
    return canonical_number(value, DIGITS) if math.isfinite(value) else ""
