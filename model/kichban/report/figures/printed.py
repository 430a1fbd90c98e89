"""A series with every figure printed of it, whatever the vintage: what a chart of prints shows."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kichban.catalogue import load_catalogue
from kichban.ledger.values import Statement
from kichban.periods import Period
from kichban.report.context import Context
from kichban.report.lookup import Key, Observed, records, text
from kichban.units import from_base

#: From this share of assumptions on, a value that nobody printed is drawn as an assumption ...
_ASSUMED = 0.5
#: ... and one that starts the series says nothing at all.
_EMPTY = 0.9


@dataclass(frozen=True, slots=True)
class Printed:
    """A series of years or days in its base unit, the prints of its periods, oldest first.

    `unit` is the one it is drawn in; `questioned` are the prints that a contradiction is about.
    """

    key: Key
    price_basis: str
    unit: str
    series: tuple[Observed, ...]
    prints: tuple[Statement, ...]
    questioned: frozenset[str]

    @property
    def last(self) -> Observed:
        """The newest value."""
        return self.series[-1]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return self.series[0].period.year, self.last.period.year

    def drawn(self, value: float) -> float:
        """Bring a value to the unit it is drawn in."""
        known = self.unit in ("thousand_bn_vnd", "bn_usd")
        return from_base(value, self.unit) if known else value

    def is_assumed(self, observed: Observed) -> bool:
        """Whether a value rests on assumptions more than on prints."""
        return observed.origin == "estimated" and observed.prior_share > _ASSUMED

    def runs(self) -> list[tuple[Observed, ...]]:
        """Give the stretches without a missing year; days stand alone and miss none."""
        found: list[list[Observed]] = [[]]
        for observed in self.series:
            before = found[-1][-1:]
            yearly = observed.period.kind == "year"
            if yearly and before and before[0].period.year + 1 < observed.period.year:
                found.append([])
            found[-1].append(observed)
        return [tuple(run) for run in found]


def place(period: Period) -> float:
    """Give where a period stands on an axis of years, each mark the middle of its year.

    >>> from kichban.periods import parse_period
    >>> place(parse_period("2023")), round(place(parse_period("2023-12-31")), 2)
    (2023.0, 2023.5)
    """
    if period.kind != "day":
        return float(period.year)
    days = 366 if calendar.isleap(period.year) else 365
    return period.year - 0.5 + period.last_day.timetuple().tm_yday / days


def printed(context: Context, key: Key) -> Printed | None:
    """Give a series of whole years, or of days where there are more; ``None`` without two."""
    tables = context.tables
    seen = [o for o in tables.observed(*key) if tables.has_ended(o)]
    kinds = [[o for o in seen if o.period.kind == kind] for kind in ("year", "day")]
    rows = max(kinds, key=len)
    basis = _basis(key, {o.price_basis for o in rows})
    prints = tuple(_prints(context, key, basis))
    series = _begun(_one_a_period(rows, basis), {s.id for s in prints})
    if len(series) < 2:
        return None
    periods = {o.period.text for o in series}
    kept = tuple(s for s in prints if s.period is not None and s.period.text in periods)
    largest = max(abs(o.value) for o in series)
    unit = series[-1].unit or _unit(key[0])
    return Printed(
        key,
        basis,
        context.printer.scaled(largest, unit)[1],
        series,
        kept,
        frozenset(_questioned(context) & {s.id for s in kept}),
    )


def _basis(key: Key, found: set[str]) -> str:
    """Choose one price basis: the one named first in the catalogue that the series has."""
    known = load_catalogue().indicators.get(key[0])
    names = known.price_bases if known else ()
    return next((n for n in names if n in found), "")


def _one_a_period(rows: Sequence[Observed], basis: str) -> tuple[Observed, ...]:
    """Keep one value a period: the basis that is asked for comes before an unprinted one."""
    found: dict[str, Observed] = {}
    for observed in rows:
        if observed.price_basis == basis:
            found[observed.period.text] = observed
        elif not observed.price_basis:
            found.setdefault(observed.period.text, observed)
    return tuple(sorted(found.values(), key=lambda o: o.period.last_day))


def _begun(series: tuple[Observed, ...], prints: set[str]) -> tuple[Observed, ...]:
    """Leave out the years before the first one that prints say something of."""
    for index, observed in enumerate(series):
        if observed.prior_share < _EMPTY or prints & set(observed.statements):
            return series[index:]
    return ()


def _prints(context: Context, key: Key, basis: str) -> Iterator[Statement]:
    """Give every print of a key: odd ones too, for what is odd must be seen."""
    ledger = context.tables.edition.ledger
    bases = {"", basis, growth_basis(key)}
    for s in ledger.statements:
        if (
            (s.indicator, s.breakdown, s.measure) == key
            and s.region == ledger.region
            and s.use == "yes"
            and not s.is_plan
            and s.price_basis in bases
        ):
            yield s


def growth_basis(key: Key) -> str:
    """Give the price basis that growth of an indicator is always compiled on, empty for levels."""
    known = load_catalogue().indicators.get(key[0])
    return known.growth_basis if known and key[2].startswith("growth") else ""


def _unit(indicator: str) -> str:
    known = load_catalogue().indicators.get(indicator)
    return known.unit if known else ""


def _questioned(context: Context) -> set[str]:
    """Name the statements that contradictions are about: the first of each, of its own period.

    A balance of the plan is about the plan, not about the figure it starts from.
    """
    by_id = context.tables.edition.ledger.by_id
    found = set()
    for row in records(context.tables.edition.contradictions):
        first = by_id.get(next(iter(text(row, "statements").split()), ""))
        if first is not None and first.period and first.period.text == text(row, "period"):
            found.add(first.id)
    return found
