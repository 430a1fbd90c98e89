"""Any series as a table of three columns, and its forecast as a table of four."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeGuard

import numpy as np
from threadpoolctl import threadpool_limits

from kichban.errors import Fault, InputError, UsageError
from kichban.files import csv_bytes, read_text
from kichban.forecast import (
    DRAWS,
    LEAST,
    METHODS,
    SEASON,
    Frequency,
    Method,
    NoRoomError,
    coherent_total,
    forecast,
    forecast_coherently,
    forecast_total,
)
from kichban.ledger.tables import Row, header_of, read_table
from kichban.numbers import FloatArray, canonical_number
from kichban.periods import parse_period
from kichban.study.sums_file import read_sums

COLUMNS = ("unique_id", "ds", "y")
OUT_COLUMNS = ("unique_id", "step", "statistic", "value")
#: statistic → probability; the mean is the combined forecast, which is the median too
STATISTICS = (
    ("p025", 0.025), ("p05", 0.05), ("p10", 0.1), ("p25", 0.25), ("p50", 0.5),
    ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p975", 0.975),
)  # fmt: skip
DIGITS = 9
#: figures of other sizes leave what the pool computes with
SMALLEST, LARGEST = 1e-30, 1e30
KIND = {"Y": "year", "Q": "quarter", "M": "month"}
_POWER = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+", re.ASCII)


def forecast_file(
    path: Path,
    frequency: str,
    horizon: int | None,
    *,
    method: str = "pool",
    year_total: bool = False,
    known: int | None = None,
    adds_up: Path | None = None,
    keep: Sequence[str] = (),
) -> bytes:
    """Forecast the series of a file: `horizon` steps, or the total of the year that runs.

    Parameters
    ----------
    adds_up
        Table of totals and parts: their forecasts add up then, in every draw.
    keep
        Series whose own forecasts stand while the others move.

    Raises
    ------
    InputError
        With every fault of a file.
    UsageError
        For an unknown frequency, method or series to keep, a missing horizon, or more periods
        known than a year has.
    """
    if not _is_frequency(frequency):
        raise UsageError("E-FCT-901", frequency, allowed=", ".join(SEASON))
    if not _is_method(method):
        raise UsageError("E-FCT-902", method, allowed=", ".join(METHODS))
    if year_total and (known is None or known > SEASON[frequency]):
        raise UsageError(
            "E-FCT-903", "" if known is None else str(known), season=str(SEASON[frequency])
        )
    if not year_total and horizon is None:
        raise UsageError("E-FCT-904")
    found = read_series(str(path), _text(path), frequency)
    if year_total:
        assert known is not None
        require_year_so_far(str(path), found, known, frequency)
    sums = None
    if adds_up is not None:
        sums = read_sums(
            str(adds_up), _text(adds_up), found.ids, found.values, found.periods, found.places
        )
    unknown = [name for name in keep if name not in found.ids]
    if unknown or (keep and sums is None):
        raise UsageError("E-FCT-905", ", ".join(unknown or keep), allowed=", ".join(found.ids))
    kept = tuple(found.ids.index(name) for name in keep)
    so_far = known if year_total else None
    try:
        with threadpool_limits(1):  # the same bytes on any number of cores
            points, quantiles = _said(
                found.values, frequency, horizon or 0, method, so_far, sums, kept
            )
    except NoRoomError as error:
        assert sums is not None
        total = found.ids[int(sums[error.total].argmin())]
        detail = {"draws": str(error.draws), "all": str(DRAWS), "step": str(error.step)}
        raise UsageError("E-FCT-906", ", ".join(keep), total=total, **detail) from None
    return forecast_table(found.ids, points, quantiles)


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except UnicodeDecodeError as error:
        raise InputError(
            [Fault("E-FILE-003", str(path), detail={"byte": str(error.start)})]
        ) from None
    except OSError as error:
        reason = error.strerror or ""
        raise InputError([Fault("E-FILE-004", str(path), detail={"reason": reason})]) from None


def _said(
    values: Sequence[FloatArray],
    frequency: Frequency,
    horizon: int,
    method: Method,
    known: int | None,
    sums: FloatArray | None,
    kept: Sequence[int],
) -> tuple[FloatArray, FloatArray]:
    """Give (series, step) points and (series, step, statistic) quantiles.

    The year's total of which `known` periods are known is one step.
    """
    probabilities = [p for _, p in STATISTICS]
    if sums is None and known is None:
        said = forecast(values, frequency, horizon, method)
        return said.points, said.quantiles(probabilities)
    if sums is None:
        assert known is not None
        total = forecast_total(values, known, frequency, method)
        return total.point[:, None], total.quantiles(probabilities)[:, None, :]
    inside = np.flatnonzero(np.abs(sums).sum(axis=0))
    outside = np.setdiff1d(np.arange(len(values)), inside)
    fixed = tuple(int(k) for k in np.flatnonzero(np.isin(inside, kept)))
    own, sums = [values[int(i)] for i in inside], sums[:, inside]
    if known is None:
        both = forecast_coherently(own, sums, frequency, horizon, method, fixed=fixed)
        points = both.points
        quantiles = np.quantile(both.draws, probabilities, axis=1).transpose(1, 2, 0)
    else:
        total = coherent_total(own, sums, known, frequency, method, fixed=fixed)
        points = total.point[:, None]
        quantiles = total.quantiles(probabilities)[:, None, :]
    if fixed:
        stand = _said([own[k] for k in fixed], frequency, horizon, method, known, None, ())
        points[list(fixed)], quantiles[list(fixed)] = stand
    if not outside.size:
        return points[np.argsort(inside)], quantiles[np.argsort(inside)]
    alone = [values[int(i)] for i in outside]
    others = _said(alone, frequency, horizon, method, known, None, ())
    order = np.argsort(np.concatenate([inside, outside]))
    return np.concatenate([points, others[0]])[order], np.concatenate([quantiles, others[1]])[order]


def _is_frequency(text: str) -> TypeGuard[Frequency]:
    return text in SEASON


def _is_method(text: str) -> TypeGuard[Method]:
    return text in METHODS


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """Series in order of their first row.

    Attributes
    ----------
    ids : (series,) names
    values : (series,) of (n,) float64
    periods : (series,) of (n,) names of the periods as in the file
    places : (series,) of the first and last period as month indices or counts
    last : (series,) the last period as month index, or ``None`` where periods are counted 1…n.
    """

    ids: tuple[str, ...]
    values: tuple[FloatArray, ...]
    periods: tuple[tuple[str, ...], ...]
    places: tuple[tuple[int, int], ...]
    last: tuple[int | None, ...]


def read_series(file: str, text: str, frequency: Frequency) -> SeriesFile:
    """Read ``unique_id,ds,y``; further columns are let be.

    Raises
    ------
    InputError
        With every fault: a cell that is no number or of no usable size, a period that is none of
        `frequency`, one that is missing or comes twice, a series with fewer than five points.
    """
    faults: list[Fault] = []
    others = [name for name in header_of(text) if name]
    rows = read_table(file, text, list(dict.fromkeys([*COLUMNS, *others])), faults)
    points, counted = _points(rows, frequency)
    known = {row.cells["unique_id"]: row for row in reversed(rows)}
    step = 12 // SEASON[frequency]
    for name, own in points.items():
        own.sort(key=lambda p: p[0])
        _check(own, 1 if counted[name] else step)
    bad = {f.row for f in faults}
    for name, row in known.items():
        if len(points[name]) < LEAST and row.line not in bad:
            row.fault(
                "E-SER-003", "unique_id", name, count=str(len(points[name])), least=str(LEAST)
            )
    if not rows and not faults:
        faults.append(Fault("E-SER-007", file, 1))
    if faults:
        raise InputError(sorted(faults, key=lambda f: (f.row or 0, f.code)))
    return SeriesFile(
        tuple(points),
        tuple(np.array([value for _, value, _ in own]) for own in points.values()),
        tuple(tuple(row.cells["ds"] for _, _, row in own) for own in points.values()),
        tuple((own[0][0], own[-1][0]) for own in points.values()),
        tuple(None if counted[name] else own[-1][0] for name, own in points.items()),
    )


def _points(
    rows: Sequence[Row], frequency: Frequency
) -> tuple[dict[str, list[tuple[int, float, Row]]], dict[str, bool]]:
    """Give (place, value, row) of each series, and whether its periods are counted."""
    years = _in_years(rows)
    told: set[str] = set()
    points: dict[str, list[tuple[int, float, Row]]] = defaultdict(list)
    counted: dict[str, bool] = {}
    for row in rows:
        name = row.text("unique_id", required=True)
        if name in years and frequency != "Y":
            if name not in told:
                row.fault("E-SER-015", "ds", frequency=frequency, example=EXAMPLE[frequency])
            told.add(name)
            continue
        is_count = _is_count(row.cells["ds"]) and name not in years
        place, value = _place(row, frequency, is_count=is_count), _value(row)
        if place is None:
            continue
        if counted.setdefault(name, is_count) != is_count:
            row.fault("E-SER-004", "ds")
        else:
            points[name].append((place, value, row))
    return points, counted


def _in_years(rows: Sequence[Row]) -> set[str]:
    """Name the series whose periods look like years throughout: they are no counts."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        places[row.cells["unique_id"]].append(row.cells["ds"])
    return {name for name, own in places.items() if all(_is_year(text) for text in own)}


def _is_year(text: str) -> bool:
    return _is_count(text) and len(text) == 4 and "1800" <= text <= "2200"


def _place(row: Row, frequency: Frequency, *, is_count: bool) -> int | None:
    """Give a count, or the month index of a period's last month."""
    text = row.text("ds", required=True)
    if is_count:
        return int(text)
    if not text:
        return None
    try:
        period = parse_period(text)
    except ValueError:
        row.fault("E-SER-005", "ds", frequency=frequency, example=EXAMPLE[frequency])
        return None
    if period.kind != KIND[frequency]:
        row.fault("E-SER-005", "ds", frequency=frequency, example=EXAMPLE[frequency])
        return None
    return period.stop - 1


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


EXAMPLE = {"Y": "2023", "Q": "2024-Q1", "M": "2024-06"}


def _value(row: Row) -> float:
    """Give the figure; NaN with a fault noted."""
    text = row.cells["y"]
    value = float(text) if _POWER.fullmatch(text) else row.number("y", required=True)
    if value is not None and value != 0 and not SMALLEST <= abs(value) <= LARGEST:
        row.fault("E-SER-014", "y")
    return math.nan if value is None else value


def _check(own: Sequence[tuple[int, float, Row]], step: int) -> None:
    for (before, _, _), (place, _, row) in pairwise(own):
        if place == before:
            row.fault("E-SER-002", "ds")
        elif place != before + step:
            row.fault("E-SER-001", "ds", missing=str((place - before) // step - 1))


def require_year_so_far(file: str, series: SeriesFile, known: int, frequency: Frequency) -> None:
    """Refuse series whose last period is not the `known`-th of its year.

    Raises
    ------
    InputError
        ``E-SER-006`` for each such series.
    """
    step = 12 // SEASON[frequency]
    faults = []
    for name, last in zip(series.ids, series.last, strict=True):
        if last is None:
            continue
        place = last % 12 // step + 1
        if place != (known or SEASON[frequency]):
            detail = {"known": str(known), "found": str(place)}
            faults.append(Fault("E-SER-006", file, None, "ds", name, detail))
    if faults:
        raise InputError(faults)


def forecast_table(ids: Sequence[str], points: FloatArray, quantiles: FloatArray) -> bytes:
    """Give the table of a forecast.

    Parameters
    ----------
    points : (series, step) float64
    quantiles : (series, step, statistic) float64
        At the probabilities of :data:`STATISTICS`.
    """
    return csv_bytes(OUT_COLUMNS, list(_cells(ids, points, quantiles)))


def _cells(
    ids: Sequence[str], points: FloatArray, quantiles: FloatArray
) -> Iterator[tuple[str, ...]]:
    for i, name in enumerate(ids):
        for step in range(points.shape[1]):
            yield name, f"{step + 1}", "mean", canonical_number(points[i, step], DIGITS)
            for k, (statistic, _) in enumerate(STATISTICS):
                value = canonical_number(quantiles[i, step, k], DIGITS)
                yield name, f"{step + 1}", statistic, value
