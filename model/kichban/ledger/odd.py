"""Odd prints: figures that can hardly be meant as they stand.

They are warnings, not faults: the print is kept, the figure stays out of every estimate until
``readings.toml`` says how it is read.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from kichban.catalogue import Catalogue
from kichban.errors import Fault
from kichban.ledger.statements import STATEMENTS
from kichban.ledger.values import LEVELS, Statement
from kichban.periods import Period

YEARS = (1990, 2100)
#: A level this many times its neighbours, after growth of 60 % a year, is a slip of the unit.
SLIP_FACTOR = 30.0
GROWTH_ALLOWED = 1.6
NEIGHBOURS = 3


def find_odd(
    statements: Sequence[Statement], accepted: Collection[str], catalogue: Catalogue
) -> tuple[frozenset[str], tuple[Fault, ...]]:
    """Find impossible years, slips of the unit, and totals below one of their parts."""
    used = [s for s in statements if s.use == "yes" and s.id not in accepted]
    faults = [*_years(used), *_slips(used, catalogue), *_parts(used, catalogue)]
    return frozenset(f.value for f in faults), tuple(faults)


def _fault(code: str, statement: Statement, **detail: str) -> Fault:
    column = "period" if code == "W-ODD-001" else "value"
    shown = {"print": f"{statement.value:g}", **detail}
    return Fault(code, STATEMENTS, statement.row, column, statement.id, shown)


def _years(statements: Sequence[Statement]) -> list[Fault]:
    return [
        _fault("W-ODD-001", s, period=s.period.text)
        for s in statements
        if s.period is not None and not YEARS[0] <= s.period.year <= YEARS[1]
    ]


def _slips(statements: Sequence[Statement], catalogue: Catalogue) -> list[Fault]:
    """Compare each level, per month for flows, with its nearest three neighbours in time."""
    groups: Mapping[tuple[str, ...], list[Statement]] = defaultdict(list)
    for s in statements:
        if s.measure in LEVELS and s.value >= 0 and s.period is not None and not s.is_plan:
            groups[s.region, s.indicator, s.breakdown, s.measure].append(s)
    faults: list[Fault] = []
    for (_, code, _, _), rows in groups.items():
        flow = catalogue.indicators[code].kind == "flow"
        positive = [s for s in rows if s.value > 0]
        if positive and catalogue.indicators[code].price_bases:
            # Output is never nought: a zero among levels is a cell that was left empty.
            near = positive[-1]
            detail = {"other": near.id, "other_print": f"{near.value:g}"}
            faults.extend(_fault("W-ODD-002", s, **detail) for s in rows if s.value == 0)
        pace = {
            s.id: math.log(s.value / (s.period.months if flow and s.period else 1))
            for s in positive
        }
        neighbours = _neighbours(positive)
        for s in positive:
            others = neighbours[s.period]
            gaps = sorted(max(0.0, abs(pace[s.id] - pace[o.id]) - _growth(s, o)) for o in others)
            if len(gaps) > 1 and gaps[len(gaps) // 2 - (len(gaps) % 2 == 0)] > math.log(
                SLIP_FACTOR
            ):
                near = others[0]
                faults.append(_fault("W-ODD-002", s, other=near.id, other_print=f"{near.value:g}"))
    return faults


def _neighbours(rows: Sequence[Statement]) -> Mapping[Period | None, Sequence[Statement]]:
    """Give the three prints of other periods nearest in time, by period."""
    by_period: dict[Period | None, list[Statement]] = defaultdict(list)
    for s in sorted(rows, key=lambda s: s.id):
        if len(by_period[s.period]) < NEIGHBOURS:
            by_period[s.period].append(s)
    return {
        period: sorted(
            (o for other, near in by_period.items() if other != period for o in near),
            key=lambda o, own=own[0]: (abs(_year(o) - _year(own)), o.id),  # type: ignore[misc]
        )[:NEIGHBOURS]
        for period, own in by_period.items()
    }


def _year(statement: Statement) -> int:
    return statement.period.year if statement.period else 0


def _growth(a: Statement, b: Statement) -> float:
    return math.log(GROWTH_ALLOWED) * max(1, abs(_year(a) - _year(b)))


def _parts(statements: Sequence[Statement], catalogue: Catalogue) -> list[Fault]:
    """Find totals that lie below one of their printed parts of the same release."""
    totals: dict[tuple[object, ...], Statement] = {}
    for s in statements:
        if s.measure in LEVELS and not s.breakdown:
            totals[s.region, s.indicator, s.period, s.price_basis, s.source] = s
    faults = []
    for s in statements:
        total = totals.get((s.region, s.indicator, s.period, s.price_basis, s.source))
        if total is None or s.measure != total.measure or not _adds_up(s, catalogue):
            continue
        if s.interval[0] > total.interval[1]:
            faults.append(_fault("W-ODD-003", total, part=s.id, part_print=f"{s.value:g}"))
            faults.append(_fault("W-ODD-004", s, total=total.id, total_print=f"{total.value:g}"))
    return [f for f, g in pairwise([*faults, None]) if f is not None and f != g]


def _adds_up(statement: Statement, catalogue: Catalogue) -> bool:
    dimension = statement.breakdown.split(":", 1)[0]
    return "+" not in statement.breakdown and any(
        identity.indicator == statement.indicator and identity.dimension == dimension
        for identity in catalogue.identities.values()
        if identity.kind == "partition"
    )
