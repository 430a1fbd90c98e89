"""Do targets agree with each other? What one implies, held against what another one states.

Every check compares two ranges: what is `stated` and what is `implied`. They overlap, and the
targets hold together; or they do not, and together they ask for something nobody wrote down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray
from kichban.projection import Projection, Variable
from kichban.reconcile import Series
from kichban.target.outcome import variable_of
from kichban.target.windows import NEVER, growth_of_spans, rank

Range = tuple[float, float]
Status = Literal["holds", "strained", "contradicts"]
#: size a site may have, ha: clusters 10–75, a phase of a park up to 500 (Decrees 35/2022, 32/2024)
SITE_HECTARES: Mapping[str, Range] = {"kcn": (0.0, 500.0), "ccn": (10.0, 75.0)}
#: parts of GRDP: indicator of the growth target → sector of the printed structure
SECTORS = {
    "industry_construction_va": "sector:industry_construction",
    "services_va": "sector:services",
    "agriculture_va": "sector:agriculture",
}


class Check(NamedTuple):
    """One comparison between targets of `year`.

    `stated` and `implied` share `unit`; per cent for rates.
    """

    kind: str
    targets: tuple[str, ...]
    year: int
    unit: str
    price_basis: str
    stated: Range
    implied: Range
    status: Status


def check_targets(
    ledger: Ledger, series: Series, projection: Projection, scenario: str
) -> tuple[Check, ...]:
    """Hold all targets in force that are not over yet against each other.

    Parameters
    ----------
    scenario
        Whose land and output per hectare stand for what can be expected.
    """
    first = projection.axis.first_year
    targets = [t for t in ledger.targets if t.in_force and t.period.year >= first]
    found = [
        *_growth_of_level(ledger, series, targets),
        *_base_of_average(ledger, targets),
        *_milestones(series, projection, scenario, targets),
        *_mean_size(targets),
        *_shares(targets),
        *_parts_of_grdp(ledger, targets),
        *_output_per_hectare(projection, scenario, targets),
    ]
    return tuple(found)


def overlap(stated: Range, implied: Range, slack: float = 1e-9) -> bool:
    """Whether two ranges have a point in common.

    >>> overlap((1.0, 2.0), (2.0, 3.0)), overlap((1.0, 2.0), (2.1, 3.0))
    (True, False)
    """
    room = slack * max(abs(v) for v in (*stated, *implied))
    return stated[0] <= implied[1] + room and implied[0] <= stated[1] + room


def _status(stated: Range, implied: Range) -> Status:
    return "holds" if overlap(stated, implied) else "contradicts"


def _stated(target: Target) -> Range:
    """Give the range a target stands for: from its lower to its upper end, or its rounding."""
    half = target.resolution / 2.0
    if target.upper is not None:
        return target.value - half, target.upper + half
    return target.value - half, target.value + half


def _pairs(targets: Sequence[Target], one: str, other: str) -> Iterator[tuple[Target, Target]]:
    """Give targets of two measures about one thing at one time."""
    for a in targets:
        for b in targets:
            same = (a.indicator, a.breakdown, a.period.year) == (
                b.indicator, b.breakdown, b.period.year,
            )  # fmt: skip
            if same and (a.measure, b.measure) == (one, other):
                yield a, b


def _growth_of_level(ledger: Ledger, series: Series, targets: Sequence[Target]) -> Iterator[Check]:
    """Growth that a level implies on last year as printed, against the growth that is asked."""
    for level, growth in _pairs(targets, "level", "growth_yoy"):
        if level.price_basis != growth.price_basis or level.period.kind != "year":
            continue
        bases = _levels(ledger, series, level, level.period.year - 1)
        if bases:
            low, high = _stated(level)
            implied = (100 * (low / max(bases) - 1), 100 * (high / min(bases) - 1))
            stated = _stated(growth)
            yield Check(
                "growth_of_level", (level.id, growth.id), level.period.year, "percent",
                level.price_basis, stated, implied, _status(stated, implied),
            )  # fmt: skip


def _levels(ledger: Ledger, series: Series, target: Target, year: int) -> list[float]:
    """Give last year's level: every print of it, and what all figures together say."""
    basis = variable_of(target).price_basis
    printed = [
        s.value
        for s in ledger.select(target.indicator, target.breakdown, "level", price_basis=basis)
        if not s.is_plan and s.period is not None
        and s.period.kind == "year" and s.period.year == year
    ]  # fmt: skip
    estimated = [
        r.value
        for r in series.own_rows
        if (r.indicator, r.breakdown, r.measure, r.price_basis)
        == (target.indicator, target.breakdown, "level", basis)
        and r.period.kind == "year" and r.period.year == year
    ]  # fmt: skip
    return printed + estimated


def _base_of_average(ledger: Ledger, targets: Sequence[Target]) -> Iterator[Check]:
    """Level that an average growth must have started from, against the level that was printed."""
    for level, growth in _pairs(targets, "level", "growth_avg"):
        years = growth.period.year - growth.period.first_year + 1
        printed = [
            s.value
            for s in ledger.select(level.indicator, level.breakdown, "level")
            if not s.is_plan and s.period is not None and s.period.kind == "year"
            and s.period.year == growth.period.first_year - 1
            and s.price_basis == variable_of(level).price_basis
        ]  # fmt: skip
        if printed:
            low, high = (1.0 + g / 100.0 for g in _stated(growth))
            implied = (level.value / high**years, level.value / low**years)
            stated = (min(printed), max(printed))
            yield Check(
                "base_of_average", (level.id, growth.id), growth.period.first_year - 1,
                level.unit, variable_of(level).price_basis, stated, implied,
                _status(stated, implied),
            )  # fmt: skip


def _milestones(
    series: Series, projection: Projection, scenario: str, targets: Sequence[Target]
) -> Iterator[Check]:
    """Growth a year from one level to the next, against what the series ever reached so long.

    On a price basis without past levels, against what is projected between the two years.
    """
    levels = [t for t in targets if t.measure == "level" and t.period.kind == "year"]
    keys = dict.fromkeys((t.indicator, t.breakdown, t.price_basis, t.unit) for t in levels)
    for indicator, breakdown, basis, unit in keys:
        own = sorted(
            (
                t
                for t in levels
                if (t.indicator, t.breakdown, t.price_basis, t.unit)
                == (indicator, breakdown, basis, unit)
            ),
            key=lambda t: (t.period.year, t.published),
        )
        past = {
            r.period.year: r.value
            for r in series.own_rows
            if (r.indicator, r.breakdown, r.measure) == (indicator, breakdown, "level")
            and r.price_basis == (basis or ("current" if unit == "bn_vnd" else ""))
            and r.period.kind == "year"
        }  # fmt: skip
        for a, b in pairwise(own):
            years = b.period.year - a.period.year
            if years < 1 or a.value <= 0:
                continue
            rate = (b.value / a.value) ** (1.0 / years) - 1.0
            reached = rank(rate, growth_of_spans(past, years)) if past else NEVER
            kind, stated = "milestones", (math.nan, 100.0 * reached.best)
            if not reached.windows:
                kind, stated = "milestones_projected", _projected(projection, scenario, a, b)
            high = stated[1]
            status: Status = "strained" if 100.0 * rate > high + 1e-9 else "holds"
            if rate < 0.0 and b.resolved_sense == ">=":
                status = "contradicts"  # at least so much, and later at least less
            elif math.isnan(high):
                continue  # nothing to hold it against
            yield Check(
                kind, (a.id, b.id), b.period.year, "percent", basis, stated,
                (100 * rate, 100 * rate), status,
            )  # fmt: skip


def _projected(projection: Projection, scenario: str, a: Target, b: Target) -> Range:
    """Give P10 and P90 of the projected growth a year between the years of two targets."""
    paths = projection.scenarios[scenario].variables.get(variable_of(b))
    columns = [t.period.year - projection.axis.last_year - 1 for t in (a, b)]
    if paths is None or paths.annual is None or not -paths.annual.shape[1] <= columns[0]:
        return math.nan, math.nan
    first, last = (paths.annual[:, c] for c in columns)
    years = b.period.year - a.period.year
    low, high = np.quantile(100.0 * ((last / first) ** (1.0 / years) - 1.0), (0.1, 0.9))
    return float(low), float(high)


def _mean_size(targets: Sequence[Target]) -> Iterator[Check]:
    """Mean size of the sites that an area and a count imply, against what the law allows."""
    for area in targets:
        for count in targets:
            kind = area.indicator.partition("_")[0]
            same = (area.breakdown, area.period, area.document) == (
                count.breakdown, count.period, count.document,
            )  # fmt: skip
            if (
                kind in SITE_HECTARES and same and "planned" in area.breakdown
                and (area.indicator, count.indicator) == (f"{kind}_area", f"{kind}_count")
            ):  # fmt: skip
                mean = area.value / count.value
                stated = SITE_HECTARES[kind]
                yield Check(
                    "mean_size", (area.id, count.id), area.period.year, "ha", "", stated,
                    (mean, mean), _status(stated, (mean, mean)),
                )  # fmt: skip


def _shares(targets: Sequence[Target]) -> Iterator[Check]:
    """Shares of the sectors in one document add up to at most the whole, and to most of it."""
    shares = [t for t in targets if t.indicator == "grdp_share" and t.period.kind == "year"]
    for document, year in dict.fromkeys((t.document["vi"], t.period.year) for t in shares):
        own = {
            t.breakdown: t for t in shares
            if (t.document["vi"], t.period.year) == (document, year) and t.breakdown in
            SECTORS.values()
        }  # fmt: skip
        if len(own) == len(SECTORS):
            ends = [_stated(t) for t in own.values()]
            implied = (sum(e[0] for e in ends), sum(e[1] for e in ends))
            stated = (90.0, 100.0)  # the rest is product tax less subsidies
            ids = tuple(t.id for t in own.values())
            status = _status(stated, implied)
            yield Check("shares", ids, year, "percent", "", stated, implied, status)


def _parts_of_grdp(ledger: Ledger, targets: Sequence[Target]) -> Iterator[Check]:
    """Growth of GRDP that growth of its sectors implies, against the growth that is asked."""
    averages = [t for t in targets if t.measure == "growth_avg" and not t.breakdown]
    for whole in averages:
        if whole.indicator != "grdp":
            continue
        parts = {
            t.indicator: t
            for t in averages
            if t.indicator in SECTORS and (t.document, t.period) == (whole.document, whole.period)
        }
        weights = {
            code: _structure(ledger, sector, whole.period.first_year - 1)
            for code, sector in SECTORS.items()
        }
        if len(parts) < len(SECTORS) or not all(weights.values()):
            continue
        years = whole.period.year - whole.period.first_year + 1
        shares = np.array([weights[code] for code in SECTORS], dtype=np.float64) / 100.0
        implied = tuple(
            100.0 * _average(shares, np.array([_stated(parts[c])[end] for c in SECTORS]), years)
            for end in (0, 1)
        )
        stated = _stated(whole)
        ids = (whole.id, *(parts[c].id for c in SECTORS))
        yield Check(
            "parts_of_grdp", ids, whole.period.year, "percent", "", stated,
            (implied[0], implied[1]), _status(stated, (implied[0], implied[1])),
        )  # fmt: skip


def _average(shares: FloatArray, rates: FloatArray, years: int) -> float:
    """Give the yearly growth of a sum whose parts grow at their own rates, per cent in.

    What no share tells of (product tax) grows like the rest together.

    >>> round(_average(np.array([0.5, 0.5]), np.array([10.0, 10.0]), 10), 6)
    0.1
    """
    grown = float((shares * (1.0 + rates / 100.0) ** years).sum() / shares.sum())
    return float(grown ** (1.0 / years) - 1.0)


def _structure(ledger: Ledger, sector: str, year: int) -> float | None:
    """Give the printed share of a sector in a year, or in the nearest one."""
    prints = [
        s
        for s in ledger.select("grdp_share", sector)
        if not s.is_plan and s.period is not None and s.period.kind == "year"
    ]
    if not prints:
        return None
    nearest = min(prints, key=lambda s: (abs(s.period.year - year), -s.row) if s.period else (0, 0))
    return nearest.value


def _output_per_hectare(
    projection: Projection, scenario: str, targets: Sequence[Target]
) -> Iterator[Check]:
    """Output a hectare that targets of output and land imply, against what is projected.

    Implied from all land of the planned sites let, which asks least of a hectare, to the land that
    is projected to be let.
    """
    variables = projection.scenarios[scenario].variables
    for target in targets:
        at_least = target.measure == "level" and target.resolved_sense != "<="
        if target.indicator != "industrial_output" or not at_least:
            continue
        basis = target.price_basis
        column = target.period.year - projection.axis.last_year - 1
        key = Variable("output_per_ha", "", "level", "bn_vnd_per_ha", basis)
        output = Variable("industrial_output", "", "level", "bn_vnd", basis)
        planned = _planned_land(targets, target.period.year)
        if key not in variables or output not in variables or column >= 0 or not planned:
            continue
        per_ha, level = variables[key].annual, variables[output].annual
        if per_ha is None or level is None or not np.isfinite(per_ha[:, column]).all():
            continue
        share = _industrial_share(projection, scenario, column)
        let = float(np.median(level[:, column] / per_ha[:, column]))
        stated = tuple(float(q) for q in np.quantile(per_ha[:, column], (0.1, 0.9)))
        full = sum(t.value * share[t.indicator.partition("_")[0]] for t in planned)
        implied = tuple(sorted((target.value / full, target.value / let)))
        status: Status = "holds"
        if implied[1] > stated[1]:
            status = "contradicts" if implied[0] > stated[1] else "strained"
        yield Check(
            "output_per_hectare", (target.id, *(t.id for t in planned)), target.period.year,
            "bn_vnd_per_ha", basis, (stated[0], stated[1]), (implied[0], implied[1]), status,
        )  # fmt: skip


def _planned_land(targets: Sequence[Target], year: int) -> list[Target]:
    """Give the areas planned for parks and clusters in a year; both or none."""
    found = [
        t
        for kind in ("kcn", "ccn")
        for t in targets
        if t.indicator == f"{kind}_area" and t.breakdown == "stage:planned"
        and t.period.year == year
    ]  # fmt: skip
    return found if len({t.indicator for t in found}) == 2 else []


def _industrial_share(projection: Projection, scenario: str, column: int) -> dict[str, float]:
    """Give industrial land in all land by kind, as projected."""
    variables = projection.scenarios[scenario].variables
    found = {}
    for kind in ("kcn", "ccn"):
        area, land = (
            variables[Variable(f"{kind}_{name}", "", "area_ha", "ha")].annual
            for name in ("area", "industrial_land")
        )
        assert area is not None and land is not None  # noqa: PT018
        found[kind] = float(np.median(land[:, column] / area[:, column]))
    return found
