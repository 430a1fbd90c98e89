"""Ledgers of made provinces whose truth is known; nothing here knows how the estimate works."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np

from kichban.catalogue import load_catalogue
from kichban.catalogue.tet import holiday_shares
from kichban.files import csv_bytes
from kichban.ledger import Ledger, Region, Source, Statement
from kichban.ledger.odd import find_odd
from kichban.ledger.statements import COLUMNS, MEASURE_UNITS
from kichban.numbers import FloatArray, canonical_number
from kichban.periods import Period, from_months, month_index, parse_period

Rng = np.random.Generator
Habits = Mapping[str, float]
What = tuple[str, str]  # indicator, breakdown
Key = tuple[str, str, str, str]  # region, indicator, breakdown, price basis
Plan = tuple[str, str, int]  # region, indicator, year
Series = Mapping[What, FloatArray]
LAST_YEAR = 2024
GRID = 2.0**16  # levels are multiples of 1/GRID, so that sums are exact in floating point
BASES = {"industrial_output": "current", "retail_sales": "current"}
#: habit of a province → range it is drawn from; revision is per square root of a month
HABITS = {
    "growth": (0.05, 0.3), "growth_sd": (0.03, 0.1), "season_sd": (0.04, 0.15),
    "noise_sd": (0.01, 0.06), "persistence": (0.1, 0.8), "tet": (-0.3, -0.05),
    "revision_sd": (0.002, 0.012), "own_sd": (0.001, 0.008), "releases": (0.5, 0.7)}  # fmt: skip
#: indicator → range of the first month's level, base units
SIZES = {"industrial_output": (1500, 40000), "exports": (40, 1500), "imports": (40, 1500),
         "retail_sales": (500, 6000)}  # fmt: skip
#: indicator → dimension → member → range of its weight
PARTS = {
    "industrial_output": {
        "ownership": {"state": (0.02, 0.2), "non_state": (0.1, 0.5), "fdi": (0.3, 0.9)},
        "sector": {"mining": (0.005, 0.1), "manufacturing": (0.8, 0.95),
                   "electricity_gas": (0.02, 0.1), "water_waste": (0.003, 0.01)}},
    "retail_sales": {"part": {"goods": (0.6, 0.8), "services": (0.2, 0.4)}}}  # fmt: skip
#: indicator → chance that a release speaks of it; none is silent
SPOKEN = {"industrial_output": 1.0, "iip": 0.6, "exports": 0.35, "imports": 0.2,
          "trade_total": 0.15, "retail_sales": 0.25}  # fmt: skip
OWN = {"estimate": 1.0, "preliminary": 0.5, "actual": 0.02}  # own error by status, relative
PERIOD_KINDS = {"year": "annual", "month": "month", "span": "ytd", "years": "multiyear"}
PART_REVISION = 0.3  # sd of a part's own revision, as a multiple of the total's
QUALIFIERS = {"": 0.88, "more_than": 0.94, "about": 0.98, "less_than": 1.0}  # chances, cumulated


@dataclass(frozen=True, slots=True)
class SyntheticLedger:
    """Statements of made provinces, the final monthly levels they speak of, the ids of slips."""

    statements: tuple[Statement, ...]
    truth: Mapping[Key, FloatArray]
    first_month: int
    plans: Mapping[Plan, float]
    slips: frozenset[str]
    offices: Mapping[str, _Office]

    def standing(self, region: str, what: What, start: int, stop: int) -> float:
        """Give a figure as it stood when its year was last spoken of, without own error.

        What the office found out later and never printed nobody can know.
        """
        return self.offices[region].standing(what, start, stop)

    def ledger(self, region: str, as_of: dt.date | None = None) -> Ledger:
        """What was visible of one province on a day, odd prints set aside as the program does."""
        rows, limit = (s for s in self.statements if s.region == region), as_of or dt.date.max
        seen = tuple(s for s in rows if s.published and s.published <= limit)
        day = as_of or max(s.published for s in seen if s.published)
        sources = {s.source: Source(s.source, s.source, "", str(s.published), "") for s in seen}
        here = Region(region, {"vi": region, "en": region}, "province", "", None, None)
        odd, _ = find_odd(seen, (), load_catalogue())
        return Ledger(region, day, seen, sources, (), (), (), (), {region: here}, (), odd)

    def csv(self) -> str:
        """Write ``statements.csv``."""

        def cell(v: Any) -> str:
            return canonical_number(v, 15) if isinstance(v, float) else getattr(v, "text", str(v))

        rows = [[cell(getattr(s, c)) for c in COLUMNS] for s in self.statements]
        return csv_bytes(COLUMNS, rows).decode()


def releases(ledger: SyntheticLedger | Ledger) -> Mapping[str, tuple[str, ...]]:
    """Group the ids of statements by the document that printed them."""
    documents = groupby(ledger.statements, key=lambda s: s.source)
    return {source: tuple(s.id for s in rows) for source, rows in documents}


def make_ledger(
    seed: int, *, provinces: int = 1, years: int = 8, base_region: str = "prov",
    revision_scale: float = 1, slips: float = 0.01, levels: Mapping[str, FloatArray] | None = None,
) -> SyntheticLedger:  # fmt: skip
    """Make provinces ``prov_01``, … over `years` up to December of `LAST_YEAR`.

    `revision_scale` multiplies revisions and own errors; 0 prints the rounded truth. `slips` is
    the share of figures with a nought too many or two digits transposed. `levels` (region → at
    least 12·years positive months, December last) stands in for the total of industrial output.
    """
    months = range(month_index(LAST_YEAR - years + 1, 1), month_index(LAST_YEAR + 1, 1))
    truth, plans = dict[Key, FloatArray](), dict[Plan, float]()
    statements, wrong, offices = list[Statement](), set[str](), dict[str, _Office]()
    for number, stream in enumerate(np.random.SeedSequence(seed).spawn(provinces), start=1):
        rng, region = np.random.default_rng(stream), f"{base_region}_{number:02d}"
        habits = {name: rng.uniform(*span) for name, span in HABITS.items()}
        series = _series(rng, habits, months, (levels or {}).get(region))
        habits |= {name: revision_scale * habits[name] for name in ("revision_sd", "own_sd")}
        office = _Office(rng, region, habits, series, months.start, _schedule(rng, habits, years))
        office.write()
        meant = [replace(s, row=n) for n, s in enumerate(office.statements, len(statements) + 2)]
        printed = [_with_slip(rng, s, slips) for s in meant]
        wrong |= {s.id for s, t in zip(meant, printed, strict=True) if s != t}
        statements += printed
        truth |= {(region, i, b, BASES.get(i, "")): x for (i, b), x in series.items()}
        plans |= office.plans
        offices[region] = office
    return SyntheticLedger(tuple(statements), truth, months.start, plans, frozenset(wrong), offices)


def _series(rng: Rng, habits: Habits, months: range, given: FloatArray | None) -> Series:
    """Make the final monthly levels by (indicator, breakdown)."""
    n, shock = len(months), int(rng.integers(8, 44)) * int(rng.random() < 0.1)
    found = {(i, ""): _flow(rng, habits, months, np.log(x), shock) for i, x in SIZES.items()}
    if given is not None:
        if given.size < n or not (given > 0).all():
            raise ValueError(f"levels must be at least {n} positive months")
        found["industrial_output", ""] = np.round(given[-n:] * GRID) / GRID
    for indicator, dimensions in PARTS.items():
        for dimension, spans in dimensions.items():
            parts = _split(rng, found[indicator, ""], list(spans.values()))
            found |= {(indicator, f"{dimension}:{m}"): x for m, x in zip(spans, parts, strict=True)}
    found["trade_total", ""] = found["exports", ""] + found["imports", ""]
    prices = rng.uniform(0.0, 0.05) / 12 * np.arange(n)
    volume = found["industrial_output", ""] * np.exp(_noise(rng, 0.5, 0.01, n) - prices)
    found["iip", ""] = 100 * volume / volume[:12].mean()
    for levels in found.values():
        levels.setflags(write=False)
    return found


def _flow(rng: Rng, habits: Habits, months: range, size: FloatArray, shock: int) -> FloatArray:
    """Monthly levels: exp(trend + season + Tết + noise), `shock` months before the end a fall."""
    n, years = len(months), np.arange(len(months) // 12)
    drift = _noise(rng, 0.7, 1.3 * habits["growth_sd"], years.size)  # changes by growth_sd a year
    growth = habits["growth"] + rng.normal(0, 0.03) + drift
    rates = np.log1p(np.clip(growth, -0.15, 0.6)) / 12
    logs = rng.uniform(*size) + np.cumsum(np.interp(np.arange(n), 12 * years + 5.5, rates))
    season = rng.normal(0, habits["season_sd"], 12)
    logs += np.resize(season - season.mean(), n)
    logs += habits["tet"] * np.array([holiday_shares(m)[1] for m in months])
    logs += _noise(rng, habits["persistence"], habits["noise_sd"], n)
    if 0 < shock <= n:
        logs[-shock] += math.log(0.7)
    return np.asarray(np.round(np.exp(logs) * GRID) / GRID)


def _noise(rng: Rng, persistence: float, sd: float, n: int) -> FloatArray:
    """First-order autoregression with stationary standard deviation `sd`."""
    noise = rng.normal(0, sd, n)
    for t in range(1, n):
        noise[t] = persistence * noise[t - 1] + math.sqrt(1 - persistence**2) * noise[t]
    return noise


def _split(rng: Rng, total: FloatArray, spans: Sequence[tuple[float, float]]) -> FloatArray:
    """Split a total by slowly drifting shares; the largest part takes the rest, exactly."""
    walks = np.cumsum(rng.normal(0, rng.uniform(0.002, 0.01), (len(spans), total.size)), axis=1)
    walks += [_noise(rng, 0.3, 0.01, total.size) for _ in spans]
    weights = np.array([[rng.uniform(*span)] for span in spans]) * np.exp(walks)
    parts = np.round(total * weights / weights.sum(axis=0) * GRID) / GRID
    parts[parts.sum(axis=1).argmax()] += total - parts.sum(axis=0)
    return np.asarray(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Document:
    """One release about a period; kind: plan, year, release, average."""

    kind: str
    period: Period
    day: dt.date
    status: str


def _schedule(rng: Rng, habits: Habits, years: int) -> list[_Document]:
    """Annual figures only at first, then 6, 9 and 12 months for two years, then most months."""

    def add(kind: str, text: str, since: dt.date, days: int, status: str) -> None:
        day = since + dt.timedelta(days=int(rng.integers(days)))
        found.append(_Document(kind, parse_period(text), day, status))

    found: list[_Document] = []
    for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1):
        age = LAST_YEAR - year
        for month in range(1, 13) if age < 3 else (6, 9, 12) if age < 5 else ():
            if rng.random() < (habits["releases"] if age < 3 else 0.9):
                text = {1: f"{year}-01", 12: f"{year}"}.get(month, f"{year}-01/{year}-{month:02d}")
                status = "estimate" if rng.random() < 0.8 else "preliminary"
                add("release", text, dt.date(year, month, 24), 18, status)
        if age < min(5, years - 1):
            add("plan", f"{year}", dt.date(year - 1, 12, 5), 24, "plan")
        if age > 0:
            add("year", f"{year}", dt.date(year + 1, 3, 15), 36, "actual")
    span, end = min(5, years - 5), LAST_YEAR - 4  # the five-year plan, as far as its base is known
    if span > 1:
        add("average", f"{end - span + 1}/{end}", dt.date(end + 1, 5, 1), 28, "actual")
    return sorted(found, key=lambda d: d.day)


@dataclass
class _Office:
    """Knows at each document the final value × exp(revision + own error), and prints that."""

    rng: Rng
    region: str
    habits: Habits
    series: Series
    first: int
    documents: Sequence[_Document]
    walks: dict[tuple[str, str, int], Mapping[_Document, float]] = field(default_factory=dict)
    lucks: dict[tuple[_Document, str, int, int], float] = field(default_factory=dict)
    plans: dict[Plan, float] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    spoken: dict[tuple[str, int], _Document] = field(default_factory=dict)

    def standing(self, what: What, start: int, stop: int) -> float:
        """Give a figure as revised by the last document that speaks of its year."""
        last = self.spoken.get((what[0], start // 12))
        if last is None:
            return float(self.series[what][start - self.first : stop - self.first].sum())
        return self._figure(last, what, start, stop)

    def write(self) -> None:
        """Print every document in turn."""
        for at in self.documents:
            if at.kind == "plan":
                self._plan(at)
            for indicator in (i for i, chance in SPOKEN.items() if self.rng.random() < chance):
                if at.kind == "average":
                    self._say(at, (indicator, ""), "growth_avg")
                elif at.kind != "plan":
                    self._sentence(at, indicator)

    def _plan(self, at: _Document) -> None:
        """Set round plans on last year's figure as known by then; four in five are printed."""
        for indicator in ("industrial_output", "exports", "retail_sales"):
            known = self._figure(at, (indicator, ""), at.period.start - 12, at.period.start)
            growth = self.habits["growth"] + self.rng.normal(0, 0.03)
            plan = float(f"{known * (1 + growth):.4g}")
            self.plans[self.region, indicator, at.period.year] = plan
            if self.rng.random() < 0.8:
                self._print(at, (indicator, ""), at.period, "level", plan)

    def _sentence(self, at: _Document, indicator: str) -> None:
        """One witness: level, growth and share of plan come from the same figure."""
        first = "growth_yoy" if indicator == "iip" else "level"
        share = ("share_of_plan",) if self.rng.random() < 0.65 else ()
        self._say(at, (indicator, ""), *dict.fromkeys((first, "growth_yoy", *share)))
        if at.kind == "release" and at.period.kind != "month" and self.rng.random() < 0.2:
            month = from_months(at.period.stop - 1, at.period.stop)
            self._say(at, (indicator, ""), first, "growth_mom", period=month)
        if indicator in PARTS and self.rng.random() < 1 / 3:
            dimension = str(self.rng.choice(list(PARTS[indicator])))
            shares = ("share_pct",) if self.rng.random() < 0.3 and dimension != "part" else ()
            for member in PARTS[indicator][dimension]:
                self._say(at, (indicator, f"{dimension}:{member}"), "level", "growth_yoy", *shares)

    def _say(self, at: _Document, what: What, *measures: str, period: Period | None = None) -> None:
        """Print what can be computed from what is known on the day."""
        period = period or at.period
        for measure in measures:
            value = self._value(at, what, measure, period)
            if math.isfinite(value):
                self._print(at, what, period, measure, value)
                years = {period.year, period.year - (measure == "growth_yoy")}
                self.spoken.update(dict.fromkeys(((what[0], year) for year in years), at))

    def _value(self, at: _Document, what: What, measure: str, period: Period) -> float:
        """Compute a measure from figures of the day; earlier ones come without own error."""
        (a, b), known = (period.start, period.stop), self._figure
        if measure == "growth_avg":
            ratio = known(at, what, b - 12, b) / known(at, what, a - 12, a)
            return 100 * (math.pow(ratio, 12 / (b - a)) - 1)
        value = self._figure(at, what, a, b, own=True)
        if measure in ("growth_yoy", "growth_mom"):
            lag = 12 if measure == "growth_yoy" else 1
            return 100 * (value / known(at, what, a - lag, b - lag) - 1)
        if measure == "share_pct":
            return 100 * value / self._figure(at, (what[0], ""), a, b, own=True)
        plan = self.plans.get((self.region, what[0], period.year), math.nan)
        return 100 * value / plan if measure == "share_of_plan" else value

    def _print(self, at: _Document, what: What, period: Period, measure: str, exact: float) -> None:
        """Round as the writer likes: up, down, or to the nearest last digit."""
        digit, luck = _last_digit(measure, exact, self.rng.random()), self.rng.random()
        qualifier = next(q for q, p in QUALIFIERS.items() if luck < p) if measure == "level" else ""
        cut = {"more_than": math.floor, "less_than": math.ceil}.get(qualifier, round)
        value = float(f"{cut(exact / digit) * digit:.12g}")
        unit = MEASURE_UNITS.get(measure, load_catalogue().indicators[what[0]].unit)
        kind = "target" if at.kind == "plan" else PERIOD_KINDS[period.kind]
        source = f"{self.region}-{at.kind}-{at.period.text.replace('/', '-')}"
        self.statements.append(Statement(
            f"{self.region}-{len(self.statements) + 1:04d}", self.region, *what, period, kind,
            measure, value, unit, "", digit, qualifier, BASES.get(what[0], ""), at.status, at.day,
            "day", source, "", "yes", "", 0))  # fmt: skip

    def _figure(self, at: _Document, what: What, start: int, stop: int, own: bool = False) -> float:
        """Give a figure as revised by the day, with its own error or without; parts add up."""
        indicator, part = what
        if start < self.first:
            return math.nan
        if indicator == "trade_total":
            return sum(self._figure(at, (i, ""), start, stop, own) for i in ("exports", "imports"))
        total = self._revised(at, (indicator, ""), start, stop)
        if own:
            luck = self.lucks.setdefault((at, indicator, start, stop), self.rng.normal())
            total *= math.exp(self.habits["own_sd"] * OWN[at.status] * luck)
        if not part:
            return total
        dimension = part.split(":")[0]
        peers = [f"{dimension}:{member}" for member in PARTS[indicator][dimension]]
        weights = {peer: self._revised(at, (indicator, peer), start, stop) for peer in peers}
        return total * weights[part] / sum(weights.values())

    def _revised(self, at: _Document, what: What, start: int, stop: int) -> float:
        key = (*what, start // 12)
        if key not in self.walks:
            self.walks[key] = self._walk(start // 12, PART_REVISION if what[1] else 1.0)
        final = self.series[what][start - self.first : stop - self.first].sum()
        return float(final * math.exp(self.walks[key].get(at, 0.0)))

    def _walk(self, year: int, share: float) -> Mapping[_Document, float]:
        """Random walk over the days of documents, nought at the last one about that year."""
        about = [d for d in self.documents if d.period.year in (year, year + 1)]
        last = max(d.day for d in about if d.kind in ("release", "year"))
        kept = [d for d in self.documents if d.day <= last]
        gaps = np.diff([d.day.toordinal() for d in kept], append=last.toordinal()) / 30.44
        steps = share * self.habits["revision_sd"] * np.sqrt(gaps) * self.rng.normal(size=gaps.size)
        return dict(zip(kept, np.cumsum(steps[::-1])[::-1], strict=True))


def _last_digit(measure: str, value: float, luck: float) -> float:
    """Of a level 1 to 1000 but at most half a per cent of it; of a rate most often 0.1."""
    if measure == "level":
        fitting = [d for d in (1.0, 10.0, 100.0, 1000.0) if 200 * d <= value]
        return (fitting or [10.0 ** math.floor(math.log10(value / 200))])[int(luck * len(fitting))]
    return 0.1 if luck < 0.65 or "growth" not in measure else 0.01 if luck < 0.85 else 1.0


def _with_slip(rng: Rng, s: Statement, chance: float) -> Statement:
    """Now and then a nought too many, or two neighbouring digits transposed."""
    slip, which = rng.random() < chance, rng.random()
    text = str(abs(round(s.value / s.resolution)))
    swaps = [text[:k] + text[k + 1] + text[k] + text[k + 2 :] for k in range(len(text) - 1)]
    digits = (int(t) * s.resolution for t in (text + "0", *swaps))
    values = (math.copysign(float(f"{d:.12g}"), s.value) for d in digits)
    most = 100 if s.measure == "share_pct" else math.inf
    possible = [v for v in values if -100 < v <= most and v != s.value]
    return replace(s, value=possible[int(which * len(possible))]) if slip and possible else s
