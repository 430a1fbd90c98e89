"""Series as text for a terminal: a table with a small plot for each row, or a line a series."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from kichban.catalogue import Catalogue
from kichban.reconcile import Series, SeriesRow
from kichban.texts import Lang, format_number, format_period, texts_for

#: characters of a row's plot
WIDTH = 32
BARS = "▁▂▃▄▅▆▇█"
ORIGINS = {"observed": "●", "derived": "◆", "estimated": "○"}


def overview(series: Series, catalogue: Catalogue, region: str, lang: Lang) -> Iterator[str]:
    """Give a line a series: its whole years as bars, and its newest value with its interval."""
    words = texts_for(lang)
    for _, group in groupby(_of_region(series, region), key=_series):
        rows = sorted(group, key=lambda r: (r.period.stop, r.period.months, r.period.day))
        years = [r.value for r in rows if r.period.kind == "year"]
        newest = rows[-1]
        interval = f"{_number(newest.lower, newest, lang)}–{_number(newest.upper, newest, lang)}"
        yield (
            f"{_label(newest, catalogue, lang)[:58]:58} {_bars(years):>12} "
            f"{format_period(newest.period, lang)}: {_number(newest.value, newest, lang)} "
            f"({interval})"
        )
    yield from _score(series, lang)
    yield words("cli.series.hint")


def table(
    series: Series, catalogue: Catalogue, region: str, indicator: str, lang: Lang
) -> Iterator[str]:
    """Give every value of an indicator: interval, what the prints allow, origin, prints, plot."""
    words = texts_for(lang)
    own = [r for r in _of_region(series, region) if r.indicator == indicator]
    for _, group in groupby(own, key=_series):
        rows = sorted(group, key=lambda r: (r.period.months, r.period.stop, r.period.day))
        yield ""
        yield _label(rows[0], catalogue, lang)
        yield words("cli.series.columns")
        scale = _scale(rows)
        for row in rows:
            yield _line(row, scale, lang)
    yield ""
    yield words("cli.series.legend")
    yield from _score(series, lang)


def _of_region(series: Series, region: str) -> list[SeriesRow]:
    return sorted((r for r in series.rows if r.region == region), key=_series)


def _series(row: SeriesRow) -> tuple[str, str, str, str]:
    return row.indicator, row.breakdown, row.measure, row.price_basis


def _label(row: SeriesRow, catalogue: Catalogue, lang: Lang) -> str:
    parts = [catalogue.indicators[row.indicator].label[lang]]
    for part in filter(None, row.breakdown.split("+")):
        dimension, code = part.split(":", 1)
        member = catalogue.dimensions.get(dimension, {}).get(code)
        parts.append(member.label[lang] if member else part)
    if row.measure not in ("level", "count", "area_ha"):
        parts.append(catalogue.measures[row.measure][lang])
    if row.price_basis:
        parts.append(texts_for(lang)(f"cli.series.basis.{row.price_basis}"))
    return ", ".join(parts)


def _number(value: float, row: SeriesRow, lang: Lang) -> str:
    if not math.isfinite(value):
        return "…"
    rate = row.unit.startswith("percent")
    return format_number(value, 2 if rate or abs(value) < 100 else 0, lang)


def _scale(rows: Sequence[SeriesRow]) -> tuple[float, float]:
    """Give the ends of the plot: all values and intervals, the widest of the bounds left out."""
    ends = [v for r in rows for v in (r.value, r.lower, r.upper) if math.isfinite(v)]
    low, high = min(ends), max(ends)
    return low, high if high > low else low + 1.0


def _line(row: SeriesRow, scale: tuple[float, float], lang: Lang) -> str:
    interval = f"{_number(row.lower, row, lang)}–{_number(row.upper, row, lang)}"
    bounds = f"[{_number(row.minimum, row, lang)}; {_number(row.maximum, row, lang)}]"
    prints = " ".join(row.statements[:4]) + (" …" if len(row.statements) > 4 else "")
    return (
        f"{row.period.text:16} {ORIGINS[row.origin]} {_number(row.value, row, lang):>12} "
        f"{interval:>25} {bounds:>27} {100 * row.prior_share:3.0f}% |{_plot(row, scale)}| {prints}"
    )


def _plot(row: SeriesRow, scale: tuple[float, float]) -> str:
    """Draw a row: what the prints allow as dots, the interval as a line, the value as a mark."""
    low, high = scale

    def place(value: float) -> int:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(share * (WIDTH - 1))

    cells = [" "] * WIDTH
    cells[place(row.minimum) : place(row.maximum) + 1] = "·" * (
        place(row.maximum) - place(row.minimum) + 1
    )
    cells[place(row.lower) : place(row.upper) + 1] = "─" * (place(row.upper) - place(row.lower) + 1)
    cells[place(row.value)] = ORIGINS[row.origin]
    return "".join(cells)


def _bars(values: Sequence[float]) -> str:
    known = [v for v in values[-12:] if math.isfinite(v)]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = high - low or 1.0
    return "".join(BARS[min(7, int(8 * (v - low) / span))] for v in known)


def _score(series: Series, lang: Lang) -> Iterator[str]:
    found = series.quality
    if found is not None and found.documents:
        yield texts_for(lang)(
            "cli.series.quality",
            held=f"{found.held}",
            documents=f"{found.documents}",
            low=format_number(100 * found.low, 0, lang),
            high=format_number(100 * found.high, 0, lang),
        )
