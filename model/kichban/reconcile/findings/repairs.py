"""The smallest single repairs of a figure that others contradict, the plausible one first.

A figure is mistyped, copied from the wrong line, or right on another basis than the one assumed.
Each repair is a suggestion with the print that makes it plausible; none is ever applied.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from types import MappingProxyType
from typing import Literal

from kichban.ledger import LEVELS, Statement
from kichban.periods import parse_period
from kichban.reconcile.findings.digits import (
    printed_digits,
    swapped,
    with_one_changed,
    with_one_less,
    with_one_more,
)

RepairKind = Literal[
    "reused_figure", "wrong_year", "unit_slip", "transposed_digits", "dropped_digit",
    "extra_digit", "wrong_digit", "other_basis", "other_denominator", "revised_base", "set_to",
]  # fmt: skip

MOST_REPAIRS = 4
#: how plausible a kind is where it fits in one way only; lower is more plausible [J]
COST: Mapping[RepairKind, float] = MappingProxyType(
    {
        "wrong_year": 1.2, "reused_figure": 1.3, "transposed_digits": 1.5, "other_basis": 1.6,
        "other_denominator": 1.6, "revised_base": 1.8, "dropped_digit": 2.2, "extra_digit": 2.2,
        "wrong_digit": 2.5, "set_to": 9.0,
    }
)  # fmt: skip
#: cost by power of ten: nghìn/triệu/tỷ, two of them, a misplaced decimal point, anything [J]
SLIP_COST: Mapping[int, float] = MappingProxyType({3: 1.0, 6: 1.4, 1: 2.0, 2: 2.0, 4: 3.0, 5: 3.0})
#: a percentage has no nghìn or triệu, only a misplaced decimal point or a ratio read as per cent
PERCENT_SLIPS = (-1, 1, 2)
#: a slip that fits in many ways fits by chance
COST_PER_WAY, MOST_COST_OF_WAYS = 0.2, 1.6
#: fewer digits than the first recur by chance and are no copy; from the second on they hardly do
LEAST_DIGITS, SURE_DIGITS, COST_PER_DIGIT = 3, 6, 0.2
#: a base print that moved, but not as this figure needs; one base print, of which nothing is known
REVISED_ELSEWHERE_COST, UNSEEN_REVISION_COST = 3.0, 4.0


@dataclass(frozen=True, slots=True)
class Repair:
    """One way in which a statement would no longer contradict the others.

    Attributes
    ----------
    kind
        What may have happened.
    statement
        The figure in question.
    value
        What would stand in its place, in its own unit; NaN where the others say nothing of it.
    other
        The print that makes a copy, another basis or a revised base plausible.
    detail
        Factor of a unit slip, the year of a wrong year, the key of another denominator.
    cost
        Sort key, lower is more plausible.
    """

    kind: RepairKind
    statement: Statement
    value: float
    other: Statement | None
    detail: str
    cost: float


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What the other statements allow; infinite at an open end."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether the others say anything."""
        return math.isfinite(self.low) or math.isfinite(self.high)

    @property
    def middle(self) -> float:
        """Centre, or the one end that is known."""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return self.low / 2 + self.high / 2
        return self.low if math.isfinite(self.low) else self.high

    def nearest(self, value: float) -> float:
        """Give the allowed value nearest to `value`, NaN if nothing is known."""
        return min(max(value, self.low), self.high) if self.known else math.nan

    def overlaps(self, interval: tuple[float, float]) -> bool:
        """Whether some value of `interval` is allowed."""
        return self.low <= interval[1] and interval[0] <= self.high


def propose(
    statement: Statement,
    low: float,
    high: float,
    prints: Sequence[Statement],
    alternatives: Sequence[tuple[str, float, float]] = (),
) -> tuple[Repair, ...]:
    """Propose single repairs of a statement, the plausible one first, at most four.

    Parameters
    ----------
    statement
        One statement of a contradictory set.
    low, high
        What the other statements of the set allow, in the unit of `statement`; NaN or infinite at
        an open end.
    prints
        Usable statements of the region; `statement` may be among them.
    alternatives
        (denominator, low, high) of the same share under other denominators.

    Returns
    -------
    repairs
        By cost, at most one of a kind; a plain ``set_to`` is last wherever an end is known. Empty
        if the statement holds already.

    Examples
    --------
    Exports of 2,5 "triệu" USD where the others say 2.400 to 2.600:

    >>> from kichban.periods import parse_period
    >>> exports = Statement(
    ...     "X1", "bac_giang", "exports", "", parse_period("2024-01"), "month", "level", 2.5,
    ...     "mn_usd", "2,5 triệu USD", 0.1, "", "", "estimate", None, "", "S1", "", "yes", "", 2)
    >>> [(r.kind, r.value, r.detail) for r in propose(exports, 2400, 2600, [])]
    [('unit_slip', 2500.0, '1000'), ('set_to', 2400.0, '')]
    """
    allowed = _interval(low, high)
    value = statement.value
    if not math.isfinite(value) or (allowed.known and allowed.low <= value <= allowed.high):
        return ()
    found = [
        *_slips(statement, allowed),
        *_copies(statement, allowed.nearest(value), prints),
        *_other_basis(statement, allowed.nearest(value), prints),
        *_other_denominator(statement, allowed.nearest(value), alternatives),
        *_revised_base(statement, allowed, prints),
    ]
    last = [_repair("set_to", statement, allowed.nearest(value))] if allowed.known else []
    found.sort(key=lambda r: (r.cost, r.kind))
    return (*found[: MOST_REPAIRS - len(last)], *last)


def _repair(
    kind: RepairKind,
    statement: Statement,
    value: float,
    other: Statement | None = None,
    *,
    detail: str = "",
    cost: float | None = None,
) -> Repair:
    return Repair(kind, statement, value, other, detail, COST[kind] if cost is None else cost)


def _interval(low: float, high: float) -> _Allowed:
    low = float(low) if math.isfinite(low) else -math.inf
    high = float(high) if math.isfinite(high) else math.inf
    # Ends that a solver leaves crossed by its last bits are the same end.
    return _Allowed(min(low, high), max(low, high))


def _months(s: Statement) -> tuple[int, int] | None:
    """Give the months spoken of: a quarter and its three months are one period."""
    return (s.period.start, s.period.stop) if s.period is not None else None


# --- slips of the pen ---------------------------------------------------------------------------


def _slips(s: Statement, allowed: _Allowed) -> list[Repair]:
    """Find wrong units and digits; of those that give one value only the most plausible."""
    if not allowed.known:
        return []
    reach = _within_reach(allowed, s.value)
    found = [*_unit_slip(s, reach, allowed.middle), *_digit_slips(s, reach, allowed.middle)]
    by_value: dict[float, Repair] = {}
    for repair in sorted(found, key=lambda r: (r.cost, r.kind)):
        by_value.setdefault(repair.value, repair)
    return list(by_value.values())


def _within_reach(allowed: _Allowed, value: float) -> _Allowed:
    """Close an open end where a slip would overshoot further than the figure fell short.

    Without it every factor of a million would mend a figure that is 1 % too low.
    """
    low, high = allowed.low, allowed.high
    if math.isfinite(low) and math.isfinite(high):
        return allowed
    end = allowed.middle
    same_sign = value * end > 0
    far = end * (end / value) if same_sign else end + (end - value)
    return _Allowed(min(end, far), max(end, far))


def _unit_slip(s: Statement, reach: _Allowed, middle: float) -> Iterator[Repair]:
    powers = [k for k in range(-6, 7) if k] if s.measure in LEVELS else PERCENT_SLIPS
    fits: list[tuple[float, float, int, float]] = []
    # A digit larger than the figure would carry it anywhere.
    half = min(_half_digit(s), abs(s.value) / 2)
    for k in powers:
        value = _times_ten(s.value, k)
        whole = s.measure != "count" or value.is_integer()
        # The rounding slips with the figure: 2,5 read as 2.500 stands for 2.450 to 2.550.
        stands_for = _times_ten(s.value - half, k), _times_ten(s.value + half, k)
        if math.isfinite(value) and whole and value != s.value and reach.overlaps(stands_for):
            fits.append((SLIP_COST[abs(k)], abs(value - middle), k, value))
    if fits:
        cost, _, k, value = min(fits)
        yield _repair("unit_slip", s, value, detail=_factor(k), cost=cost)


def _times_ten(value: float, power: int) -> float:
    return float(Decimal(repr(float(value))).scaleb(power))


def _factor(power: int) -> str:
    """Write a power of ten in full.

    >>> _factor(3), _factor(-3)
    ('1000', '0.001')
    """
    return "1" + "0" * power if power > 0 else "0." + "0" * (-power - 1) + "1"


def _half_digit(s: Statement) -> float:
    return s.resolution / 2 if math.isfinite(s.resolution) and s.resolution > 0 else 0.0


def _digit_slips(s: Statement, reach: _Allowed, middle: float) -> Iterator[Repair]:
    digits = printed_digits(s.value, s.resolution)
    half = _half_digit(s)
    ways: tuple[tuple[RepairKind, Iterator[str]], ...] = (
        ("transposed_digits", swapped(digits.text)),
        ("dropped_digit", with_one_more(digits.text)),
        ("extra_digit", with_one_less(digits.text)),
        ("wrong_digit", with_one_changed(digits.text)),
    )
    for kind, texts in ways:
        values = {digits.value_of(t) for t in texts if t != digits.text and digits.is_print(t)}
        fits = [v for v in values - {s.value} if reach.low - half <= v <= reach.high + half]
        if fits:
            chance = min(COST_PER_WAY * (len(fits) - 1), MOST_COST_OF_WAYS)
            value = min(fits, key=lambda v: (abs(v - middle), v))
            yield _repair(kind, s, value, cost=COST[kind] + chance)


def _copies(s: Statement, value: float, prints: Sequence[Statement]) -> Iterator[Repair]:
    """Find the same digits in another line: that of another year, or any other."""
    significant = len(printed_digits(s.value, s.resolution).text.strip("0"))
    if significant < LEAST_DIGITS:
        return
    chance = COST_PER_DIGIT * max(0, SURE_DIGITS - significant)
    same = sorted(
        (o for o in prints if _same_figure(s, o)), key=lambda o: (_months_apart(s, o), o.id)
    )
    of_year = next((o for o in same if _is_other_year(s, o)), None)
    of_line = next((o for o in same if not _is_other_year(s, o)), None)
    if of_year is not None and of_year.period is not None:
        year, cost = str(of_year.period.year), COST["wrong_year"] + chance
        yield _repair("wrong_year", s, value, of_year, detail=year, cost=cost)
    if of_line is not None:
        yield _repair("reused_figure", s, value, of_line, cost=COST["reused_figure"] + chance)


def _same_figure(s: Statement, other: Statement) -> bool:
    if s.period is None or other.period is None:
        return False
    elsewhere = _months(s) != _months(other) or s.breakdown != other.breakdown
    alike = (s.indicator, s.measure, s.unit) == (other.indicator, other.measure, other.unit)
    apart = abs(s.value - other.value)
    return elsewhere and alike and (apart == 0 or apart < min(s.resolution, other.resolution) / 2)


def _months_apart(s: Statement, other: Statement) -> int:
    assert s.period is not None and other.period is not None  # noqa: PT018
    return abs(s.period.start - other.period.start) + abs(s.period.stop - other.period.stop)


def _is_other_year(s: Statement, other: Statement) -> bool:
    assert s.period is not None and other.period is not None  # noqa: PT018
    shift = other.period.start - s.period.start
    whole_years = shift != 0 and shift % 12 == 0 and other.period.months == s.period.months
    return whole_years and s.breakdown == other.breakdown


# --- figures that are right on another basis ----------------------------------------------------


def _other_basis(s: Statement, value: float, prints: Sequence[Statement]) -> Iterator[Repair]:
    """Find a print that agrees at other prices; a plan is no witness of a fact."""
    key = (s.indicator, s.breakdown, _months(s), s.measure, s.unit, s.is_plan)
    fits = [
        o for o in prints
        if o.price_basis and o.price_basis != s.price_basis and _overlap(s, o)
        and key == (o.indicator, o.breakdown, _months(o), o.measure, o.unit, o.is_plan)
    ]  # fmt: skip
    if fits:
        yield _repair("other_basis", s, value, min(fits, key=lambda o: (_newest_first(o), o.id)))


def _other_denominator(
    s: Statement, value: float, alternatives: Sequence[tuple[str, float, float]]
) -> Iterator[Repair]:
    """Find the denominator under which the printed share holds."""
    intervals = [(key, _interval(low, high)) for key, low, high in alternatives]
    fits = [
        (abs(i.middle - s.value), k) for k, i in intervals if i.known and i.overlaps(s.interval)
    ]
    if fits:
        yield _repair("other_denominator", s, value, detail=min(fits)[1])


def _revised_base(s: Statement, allowed: _Allowed, prints: Sequence[Statement]) -> Iterator[Repair]:
    """Find a print of the base that moved: the growth may refer to the other one.

    Best a pair of base prints whose ratio carries what the others allow onto this figure.
    """
    bases = _base_prints(s, prints)
    if not bases:
        return
    nearest = allowed.nearest(s.value)
    moved = [(a, b) for a, b in permutations(bases, 2) if a.unit == b.unit and not _overlap(a, b)]
    if not moved:
        yield _repair("revised_base", s, nearest, cost=UNSEEN_REVISION_COST)
        return

    def distance(pair: tuple[Statement, Statement]) -> float:
        low, high = (_on_base(s, v, *pair) for v in (allowed.low, allowed.high))
        gap = max(low - s.interval[1], s.interval[0] - high, 0.0)
        return gap if allowed.known and math.isfinite(gap) else math.inf

    best = min(moved, key=lambda p: (distance(p), _newest_first(p[1]), p[1].id, p[0].id))
    cost = COST["revised_base"] if distance(best) == 0 else REVISED_ELSEWHERE_COST
    yield _repair("revised_base", s, nearest, best[1], cost=cost)


def _base_prints(s: Statement, prints: Sequence[Statement]) -> list[Statement]:
    """Give the prints of the level that this growth divides by."""
    months = _base_months(s)
    node = "" if s.breakdown.startswith("base:") else s.breakdown
    return [
        o for o in prints
        if o.measure in LEVELS and not o.is_plan and months is not None and _months(o) == months
        and (o.indicator, o.breakdown, o.price_basis) == (s.indicator, node, s.price_basis)
    ]  # fmt: skip


def _base_months(s: Statement) -> tuple[int, int] | None:
    """Give the months a growth divides by; an average over years divides by the year before."""
    if s.period is None or s.measure not in ("growth_yoy", "growth_avg", "growth_ratio"):
        return None
    if s.breakdown.startswith("base:"):
        try:
            base = parse_period(s.breakdown.removeprefix("base:"))
        except ValueError:
            return None  # a base that is no period has no prints
        return base.start, base.stop
    if s.period.kind == "years":
        return s.period.start - 12, s.period.start
    return s.period.start - 12, s.period.stop - 12


def _on_base(s: Statement, growth: float, base: Statement, other: Statement) -> float:
    r"""Turn growth over `base` into growth over `other`; n years of an average, else one.

    .. math:: 1 + g' = (1 + g)\,(B / B')^{1/n}
    """
    if base.value <= 0 or other.value <= 0:
        return math.nan
    years = s.period.months // 12 if s.period is not None and s.period.kind == "years" else 1
    ratio = float((base.value / other.value) ** (1 / years))
    if s.unit == "ratio":
        return growth * ratio
    return 100 * ((1 + growth / 100) * ratio - 1)


def _newest_first(s: Statement) -> int:
    return -(s.published or dt.date.min).toordinal()


def _overlap(a: Statement, b: Statement) -> bool:
    (low, high), (other_low, other_high) = a.interval, b.interval
    return low <= other_high and other_low <= high
