"""From conflicts of digits and from the estimate to findings that say what to check."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kichban.ledger import Ledger, Statement
from kichban.reconcile.bounds.conflicts import Conflict
from kichban.reconcile.estimate.leverage import equations_left_out, foretold, most_telling
from kichban.reconcile.estimate.mode import Estimate
from kichban.reconcile.estimate.point import Point
from kichban.reconcile.evidence.equations import Equation
from kichban.reconcile.findings.finding import Finding, Said, severity
from kichban.reconcile.findings.repairs import propose
from kichban.reconcile.findings.wording import Sigmas

#: a set that names more statements than a person can check is no finding
MOST_STATEMENTS = 6
Z_LIMIT = 3.0
#: a sentence with an error below this many sd agrees with the others
SMALL = 0.5
#: a statement whose error lies farther out than this many sd is overruled
OVERRULED = 2.0
#: a second reading is told where it is at most this much less likely (log: one to twenty)
NEARLY, MOST_NAMED = 3.0, 3
#: nobody is told of more than this (log)
FARTHEST = 30.0
#: a slip of one digit is proposed where the others leave no more than this (relative) open
NARROW = 0.005


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the estimate made of the statements: those it overrules."""

    overruled: frozenset[str]


def judge(estimate: Estimate | None) -> Judgement:
    """Name the statements that the estimate does not follow."""
    if estimate is None:
        return Judgement(frozenset())
    blocks = range(len(estimate.layout.blocks))
    return Judgement(frozenset(s.id for b in blocks for s in _overruled(estimate, b, estimate.at)))


def _overruled(estimate: Estimate, b: int, at: Point) -> list[Statement]:
    """Give the statements of a family that a mode does not follow."""
    block, found = estimate.layout.blocks[b], []
    for i in block.family.equations:
        e = estimate.equations[i]
        place = block.releases.get(e.release)
        error = abs(at.state[place]) if place is not None else 0.0
        far = place is not None and error > OVERRULED * estimate.release_sd[place]
        if far or at.weighed.pull.right[i] < 0.5:
            found.append(e.statement)
    return found


def two_modes(estimate: Estimate) -> list[Finding]:
    """Tell where another reading of the prints is nearly as likely as the one used."""
    found = []
    for b, (gap, there) in sorted(estimate.rivals.items()):
        used, other = (_overruled(estimate, b, at) for at in (estimate.at, there))
        here = tuple(s for s in used if s not in other)[:MOST_NAMED]
        away = tuple(s for s in other if s not in used)[:MOST_NAMED]
        if gap > NEARLY or not (here and away):
            continue
        s = here[0]
        found.append(
            Finding(
                "statistical", "medium", s.indicator, s.period.text if s.period else "",
                tuple(x.id for x in (*here, *away)), s.value, math.nan, math.nan,
                (("two_modes", {"used": here, "other": away}),),
                tuple(("check", {"statement": x}) for x in (here[0], away[0])),
            )
        )  # fmt: skip
    return found


def arithmetic(
    conflicts: Sequence[Conflict], equations: Sequence[Equation], ledger: Ledger,
    judgement: Judgement,
) -> list[Finding]:  # fmt: skip
    """Put the conflicts of the printed digits into words."""
    prints = _prints(ledger)
    return [
        _from_conflict(conflict, equations, prints, judgement)
        for conflict in conflicts
        if 0 < len(conflict.others) <= MOST_STATEMENTS and not _reprint(conflict, equations)
    ]


def _reprint(conflict: Conflict, equations: Sequence[Equation]) -> bool:
    """Whether it is one figure printed twice: told as a reprint or a revision."""
    keys = {
        (s.indicator, s.breakdown, s.period, s.measure)
        for s in (equations[i].statement for i in (conflict.culprit, *conflict.others))
    }
    return len(keys) == 1


def _prints(ledger: Ledger) -> Mapping[str, Sequence[Statement]]:
    found: dict[str, list[Statement]] = {}
    for s in ledger.statements:
        if s.use == "yes" and s.id not in ledger.odd and s.period is not None:
            found.setdefault(s.region, []).append(s)
    return found


def _from_conflict(
    conflict: Conflict, equations: Sequence[Equation],
    prints: Mapping[str, Sequence[Statement]], judgement: Judgement,
) -> Finding:  # fmt: skip
    culprit = equations[conflict.culprit]
    s = culprit.statement
    others = tuple(equations[i].statement for i in conflict.others)
    low, high = (_as_printed(culprit, v) for v in _ends(conflict.implied))
    nearest = _nearest(s.value, low, high)
    texts: list[Said] = [("arithmetic", {"statement": s, "others": others})]
    if math.isfinite(low) and math.isfinite(high):
        texts.append(("implied_range", {"low": low, "high": high}))
    texts.append(_reading((s, *others), judgement))
    return Finding(
        "arithmetic", severity(conflict.distance), s.indicator, s.period.text if s.period else "",
        (s.id, *(o.id for o in others)), s.value, nearest, math.nan, tuple(texts),
        (*repairs_of(s, low, high, prints.get(s.region, ())), *_checks(others)),
    )  # fmt: skip


def second_readings(equations: Sequence[Equation], estimate: Estimate | None) -> list[Finding]:
    """Name the multiples whose words allow two readings, and the one that is used.

    Where both figures are printed they settle it; where neither is nothing rests on it.
    """
    printed = {e.top[0] for e in equations if e.kind == "level"}
    found = []
    for i, e in enumerate(equations):
        if e.other is None or (e.top[0] in printed) == (e.bottom[0] in printed):
            continue
        s, used = e.statement, "reading_multiple"
        if estimate is not None and estimate.system.block[i] >= 0:
            low, _ = estimate.system.reading(estimate.at.fitted)
            used = "reading_increase" if low[i] > math.log(e.high) else used
        found.append(
            Finding(
                "statistical", "low", s.indicator, s.period.text if s.period else "", (s.id,),
                s.value, 1 + s.value, math.nan,
                (("two_readings", {"statement": s, "times": s.value, "more": 1 + s.value}),
                 (used, {"times": s.value, "more": 1 + s.value})),
                (("check", {"statement": s}),),
            )
        )  # fmt: skip
    return found


def _ends(implied: tuple[float, float]) -> tuple[float, float]:
    """Give the ends that say something: no figure is below nought anyway."""
    low, high = implied
    return (math.nan if low <= 0 else low), high


def _reading(statements: Sequence[Statement], judgement: Judgement) -> Said:
    """Say how the estimate weighed the statements of a set."""
    dropped = tuple(s for s in statements if s.id in judgement.overruled)
    if not dropped:
        return ("reading_blended", {})
    return ("reading_overruled", {"dropped": dropped})


def _checks(others: Sequence[Statement]) -> tuple[Said, ...]:
    """Which of them is wrong the digits cannot say: the nearest other is to be checked too."""
    return tuple(("check", {"statement": o}) for o in others[:1])


def repairs_of(
    s: Statement, low: float, high: float, prints: Sequence[Statement]
) -> tuple[Said, ...]:
    """Give the smallest single repairs in words, the plausible one first."""
    found: list[Said] = []
    narrow = high - low <= NARROW * abs(s.value)
    for repair in propose(s, low, high, prints):
        slip = repair.kind.endswith(("_digit", "_digits")) or (
            repair.kind == "unit_slip" and s.unit.startswith("percent")
        )
        if slip and not narrow:
            continue  # some digit always fits a wide interval
        values: dict[str, object] = {"statement": s, "value": repair.value}
        if repair.other is not None:
            values["other"] = repair.other
        if repair.detail:
            values["detail"] = repair.detail
        key = "check" if repair.kind == "set_to" else f"repair.{repair.kind}"
        if repair.kind == "revised_base" and repair.other is None:
            key = "repair.revised_base_unseen"
        if not math.isfinite(repair.value) and repair.kind not in ("reused_figure", "wrong_year"):
            continue
        found.append((key, values))
    return tuple(found) or (("check", {"statement": s}),)


def _as_printed(e: Equation, value: float) -> float:
    """Bring a level or ratio to the form of the statement: per cent, growth, or the level."""
    s = e.statement
    if e.kind == "plan" and s.measure == "share_of_plan":
        return math.nan  # a share that speaks of its plan only
    if s.measure == "growth_avg" and value > 0:
        years = (e.top[0].start - e.bottom[0].start) / 12
        return 100 * (float(value ** (1 / years)) - 1)
    if not s.unit.startswith("percent") or not e.bottom:
        return value
    return 100 * value - (100 if s.measure.startswith("growth") else 0)


def _nearest(value: float, low: float, high: float) -> float:
    """Give the nearest value that is allowed; with one end known that end, if it is broken."""
    if math.isfinite(low) and value < low:
        return low
    if math.isfinite(high) and value > high:
        return high
    both = math.isfinite(low) and math.isfinite(high)
    return value if both else math.nan


def statistical(estimate: Estimate, ledger: Ledger, judgement: Judgement) -> list[Finding]:
    """Find sentences and rates that the rest of the evidence makes all but impossible."""
    prints = _prints(ledger)
    rough = equations_left_out(estimate).z
    found = []
    for b, block in enumerate(estimate.layout.blocks):
        members: dict[object, list[int]] = {}
        for i in block.family.equations:
            members.setdefault(estimate.equations[i].release, []).append(i)
        doubtful = [(i, [i]) for i in block.family.equations if _is_rate(estimate, i)
                    and abs(rough[i]) > Z_LIMIT]  # fmt: skip
        for release, place in block.releases.items():
            levels = [i for i in members[release] if estimate.equations[i].kind == "level"]
            # A sentence whose error is small agrees with the others: no need to leave it out.
            if levels and abs(estimate.state[place]) > SMALL * estimate.release_sd[place]:
                doubtful.append((levels[0], members[release]))
        for index, rows in doubtful:
            error, sd, *_ = foretold(estimate, b, rows, index)
            if abs(error) > Z_LIMIT * sd:
                found.append(_from_z(estimate, index, rows, error / sd, -error, prints, judgement))
    return found


def _is_rate(estimate: Estimate, i: int) -> bool:
    return estimate.equations[i].kind not in ("level", "plan")


def _from_z(
    estimate: Estimate, index: int, rows: Sequence[int], z: float, shift: float,
    prints: Mapping[str, Sequence[Statement]], judgement: Judgement,
) -> Finding:  # fmt: skip
    e = estimate.equations[index]
    s = e.statement
    others = tuple(
        estimate.equations[i].statement for i in most_telling(estimate, index) if i not in rows
    )
    shift = min(max(shift, -FARTHEST), FARTHEST)
    if e.signed:
        implied = s.value + 100 * shift
    elif s.measure in ("growth_yoy", "growth_mom"):
        implied = 100 * ((1 + s.value / 100) * math.exp(shift) - 1)
    else:
        implied = s.value * math.exp(shift)
    own = tuple(estimate.equations[i].statement.id for i in rows)
    wide = abs(shift / z)  # one sd of the error, about what the others leave open
    low, high = sorted((implied - abs(s.value) * wide, implied + abs(s.value) * wide))
    return Finding(
        "statistical", "high" if abs(z) > 2 * Z_LIMIT else "medium", s.indicator,
        s.period.text if s.period else "",
        tuple(dict.fromkeys((s.id, *own, *(t.id for t in others)))), s.value, implied, z,
        (("statistical", {"statement": s, "implied": implied, "z": Sigmas(abs(z)),
                          "others": others}),
         _reading((s, *others), judgement)),
        repairs_of(s, low, high, prints.get(s.region, ())),
    )  # fmt: skip
