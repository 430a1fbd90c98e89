"""Cells of the edition's tables by their key: the report asks, it never computes them anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pandas as pd

from kichban.ledger.values import Source, Statement, Target
from kichban.periods import Period, parse_period
from kichban.report.edition import EditionLike

Row = Mapping[str, Any]
Quantiles = Mapping[str, float]
EMPTY: Quantiles = MappingProxyType({})
#: How indicators of parks and of clusters begin.
_KINDS = ("kcn_", "ccn_")


def records(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Give the rows of a table; a missing one has none. What is not available is ``None``.

    >>> records(pd.DataFrame({"a": [1.0, math.nan]}))
    [{'a': 1.0}, {'a': None}]
    """
    if frame is None or frame.empty:
        return []
    columns = [[_plain(v) for v in frame[name].tolist()] for name in frame.columns]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def text(row: Row, column: str) -> str:
    """Give a cell as text, empty where there is none."""
    value = row.get(column)
    return "" if value is None else str(value)


def number(row: Row, column: str) -> float | None:
    """Give a cell as a number, ``None`` where there is none."""
    value = row.get(column)
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def end_year(row: Row) -> int:
    """Year in which a target is due, 0 where its period cannot be read."""
    try:
        return parse_period(text(row, "period")).year
    except ValueError:
        return 0


@dataclass(frozen=True, slots=True)
class Observed:
    """One value of the series.

    `lower` to `upper` is its 80 % interval, `minimum` to `maximum` what the other prints alone
    allow (``None`` where nothing bounds it), `prior_share` what it owes to assumptions.
    """

    period: Period
    value: float
    lower: float | None
    upper: float | None
    origin: str
    statements: tuple[str, ...]
    price_basis: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None
    prior_share: float = 0.0


#: Indicator, breakdown and measure of a series.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Tables:
    """An edition's tables behind keys."""

    edition: EditionLike

    @cached_property
    def _series(self) -> Mapping[Key, tuple[Observed, ...]]:
        found: dict[Key, list[Observed]] = {}
        for row in records(self.edition.series):
            if text(row, "region") != self.edition.region:
                continue
            value = number(row, "value")
            period = _period(text(row, "period"))
            if value is None or period is None:
                continue
            key = (text(row, "indicator"), text(row, "breakdown"), text(row, "measure"))
            found.setdefault(key, []).append(
                Observed(
                    period=period,
                    value=value,
                    lower=number(row, "lower"),
                    upper=number(row, "upper"),
                    origin=text(row, "origin"),
                    statements=tuple(text(row, "statements").split()),
                    price_basis=text(row, "price_basis"),
                    unit=text(row, "unit"),
                    minimum=number(row, "minimum"),
                    maximum=number(row, "maximum"),
                    prior_share=number(row, "prior_share") or 0.0,
                )
            )
        return {
            k: tuple(sorted(v, key=lambda o: (o.period.stop, o.period.last_day, o.period.months)))
            for k, v in found.items()
        }

    @property
    def series_keys(self) -> tuple[Key, ...]:
        """What there is a series of."""
        return tuple(self._series)

    def has_ended(self, observed: Observed) -> bool:
        """Whether a period is over on the as-of day: what is not is a forecast."""
        return observed.period.last_day <= self.edition.as_of

    def observed(
        self,
        indicator: str,
        breakdown: str = "",
        measure: str = "level",
        price_basis: str | None = None,
    ) -> tuple[Observed, ...]:
        """Give the series, oldest first; an unprinted price basis is not asked for by ``None``."""
        rows = self._series.get((indicator, breakdown, measure), ())
        return tuple(o for o in rows if price_basis is None or o.price_basis in (price_basis, ""))

    def observed_at(
        self,
        indicator: str,
        period: str,
        breakdown: str = "",
        measure: str = "level",
        price_basis: str | None = None,
    ) -> Observed | None:
        """Give the value of one period; the price basis asked for comes before an unprinted one."""
        rows = [
            o
            for o in self.observed(indicator, breakdown, measure, price_basis)
            if o.period.text == period
        ]
        rows.sort(key=lambda o: o.price_basis != (price_basis or ""))
        return rows[0] if rows else None

    @cached_property
    def _projections(self) -> Mapping[tuple[str, str, str, str, str, str], dict[str, float]]:
        frame = self.edition.projections
        found: dict[tuple[str, str, str, str, str, str], dict[str, float]] = {}
        if frame is None or frame.empty:
            return found
        names = ("scenario", "indicator", "breakdown", "measure", "price_basis", "period")
        keys = [frame[name].fillna("").astype(str).tolist() for name in names]
        region = frame["region"].astype(str).tolist()
        statistic = frame["statistic"].astype(str).tolist()
        values = frame["value"].astype(float).tolist()
        for place, code, value, *key in zip(region, statistic, values, *keys, strict=True):
            if place == self.edition.region and math.isfinite(value):
                found.setdefault(tuple(key), {})[code] = value
        # A kind of site that a province has none of is not a forecast of nothing.
        held = {k[1][:4] for k, q in found.items() if any(q.values())}
        return {k: q for k, q in found.items() if k[1][:4] in held or k[1][:4] not in _KINDS}

    def projected(
        self,
        indicator: str,
        period: str,
        breakdown: str = "",
        measure: str = "level",
        price_basis: str = "",
        scenario: str = "",
    ) -> Quantiles:
        """Give the statistics of one projected value, empty where there is none."""
        name = scenario or self.edition.headline
        return self._projections.get(
            (name, indicator, breakdown, measure, price_basis, period), EMPTY
        )

    @cached_property
    def weighed(self) -> Mapping[str, Row]:
        """Prior and posterior of the parameters that published cases were held against, by key."""
        rows = records(self.edition.extras.get("land_weighed"))
        return {text(r, "parameter"): r for r in rows}

    def projected_years(
        self,
        indicator: str,
        breakdown: str = "",
        measure: str = "level",
        price_basis: str = "",
        scenario: str = "",
    ) -> Mapping[int, Quantiles]:
        """Give the statistics of every projected year, oldest first."""
        name = scenario or self.edition.headline
        wanted = (name, indicator, breakdown, measure, price_basis)
        rows = self._by_line.get(wanted, {})
        return {year: rows[year] for year in sorted(rows)}

    @cached_property
    def _by_line(self) -> Mapping[tuple[str, str, str, str, str], dict[int, Quantiles]]:
        found: dict[tuple[str, str, str, str, str], dict[int, Quantiles]] = {}
        for key, statistics in self._projections.items():
            if len(key[5]) == 4 and key[5].isdigit():
                found.setdefault(key[:5], {})[int(key[5])] = statistics
        return found

    @cached_property
    def scenario_names(self) -> tuple[str, ...]:
        """Scenarios that were projected: the headline first, the others in the edition's order."""
        projected = dict.fromkeys(key[0] for key in self._projections)
        order = [self.edition.headline, *self.edition.scenarios, *projected]
        return tuple(n for n in dict.fromkeys(order) if n in projected)

    @cached_property
    def last_year(self) -> int:
        """Last projected year of the headline scenario, 0 where nothing is projected."""
        years = [
            int(k[5]) for k in self._projections if k[5].isdigit() and k[0] == self.edition.headline
        ]
        return max(years, default=0)

    @cached_property
    def gaps(self) -> tuple[Row, ...]:
        """Rows of the gap table of the headline scenario and the edition's region."""
        return tuple(
            row
            for row in records(self.edition.gap)
            if text(row, "scenario") in (self.edition.headline, "")
            and text(row, "region") in (self.edition.region, "")
        )

    @cached_property
    def all_gaps(self) -> tuple[Row, ...]:
        """Rows of the gap table of every scenario."""
        return tuple(records(self.edition.gap))

    @cached_property
    def _targets(self) -> Mapping[str, Target]:
        return {t.id: t for t in self.edition.ledger.targets}

    def target(self, row: Row) -> Target | None:
        """Give the target a row of the gap table is about."""
        return self._targets.get(text(row, "target"))

    def statements(self, ids: Sequence[str]) -> Iterator[Statement]:
        """Give the visible ones of the statements named."""
        by_id = self.edition.ledger.by_id
        return (by_id[i] for i in ids if i in by_id)

    def source(self, statement: Statement) -> Source | None:
        """Give where a statement was printed."""
        return self.edition.ledger.sources.get(statement.source)


def _period(text_: str) -> Period | None:
    try:
        return parse_period(text_)
    except ValueError:
        return None
