"""Who is a witness of what: plans told apart, one sentence and its copies counted once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kichban.reconcile.evidence.equations import Equation, Node, Release, Side

#: two prints of a plan this close are one plan, rounded
SAME_PLAN = 0.004


def plans_apart(equations: Sequence[Equation]) -> list[Equation]:
    """Tell the plans of one year apart: a council's, a department's, a revised one.

    Figures that can be one plan are one: those printed, and those that a level and its share of
    the plan in one sentence imply. A share without a level speaks of the newest plan by then, the
    growth of a plan of the level in its own sentence; without one it says nothing of any year.
    """
    planned = {e.release for e in equations if e.kind == "plan"}
    equations = [e for e in equations if e.kind != "base" or e.release in planned]
    levels = {e.release: e for e in equations if e.kind == "level"}
    groups: dict[tuple[Node, int], list[tuple[float, float, Equation]]] = {}
    for e in equations:
        side = _plan_side(e)
        if side is None or e.kind == "base":
            continue
        interval = (e.low, e.high) if e.kind == "plan" else _implied_plan(e, levels)
        if interval is not None:
            groups.setdefault((side.node, side.start), []).append((*interval, e))
    names = {key: _clusters(rows) for key, rows in groups.items()}
    return [_with_plan(e, names) for e in equations]


def _plan_side(e: Equation) -> Side | None:
    return next((s for s in (*e.top, *e.bottom) if s.node.plan), None)


def _implied_plan(e: Equation, levels: Mapping[Release, Equation]) -> tuple[float, float] | None:
    level = levels.get(e.release)
    if level is None or e.low <= 0 or level.low <= 0:
        return None
    return level.low / e.high, level.high / e.low


def _clusters(rows: Sequence[tuple[float, float, Equation]]) -> list[tuple[str, list[Equation]]]:
    """Group overlapping intervals; groups are numbered by the day of their first print."""
    groups: list[tuple[float, float, list[Equation]]] = []
    for low, high, e in sorted(rows, key=lambda r: (r[0] + r[1], r[2].statement.id)):
        if groups and low <= groups[-1][1] * (1 + SAME_PLAN):
            first, top, members = groups[-1]
            groups[-1] = (first, max(top, high), [*members, e])
        else:
            groups.append((low, high, [e]))
    groups.sort(key=lambda g: min((str(e.statement.published), e.statement.id) for e in g[2]))
    return [(str(n), members) for n, (_, _, members) in enumerate(groups, start=1)]


def _with_plan(
    e: Equation, names: Mapping[tuple[Node, int], list[tuple[str, list[Equation]]]]
) -> Equation:
    side = _plan_side(e)
    if side is None:
        return e
    clusters = names.get((side.node, side.start), [])
    said = [x for _, members in clusters for x in members if x.kind == "plan"]
    like = next((x for x in said if e.kind == "base" and x.release == e.release), e)
    name = next((n for n, members in clusters if like in members), "")
    if not name:
        day = str(e.statement.published)
        known = [n for n, m in clusters if min(str(x.statement.published) for x in m) <= day]
        name = known[-1] if known else clusters[0][0] if clusters else "1"

    def named(sides: tuple[Side, ...]) -> tuple[Side, ...]:
        return tuple(
            replace(s, node=s.node._replace(plan=name)) if s.node.plan else s for s in sides
        )

    return replace(e, top=named(e.top), bottom=named(e.bottom))


def one_witness(equations: Sequence[Equation]) -> list[Equation]:
    """Let a share of the plan speak of the plan only where its sentence prints the level too."""
    levels = {e.release: e for e in equations if e.kind == "level"}
    found = []
    for e in equations:
        plan = _plan_side(e)
        implied = _implied_plan(e, levels) if e.kind == "share" else None
        if plan is not None and implied is not None and math.isfinite(implied[0]):
            low, high = implied
            found.append(replace(e, kind="plan", top=(plan,), bottom=(), low=low, high=high))
        else:
            found.append(e)
    return found


def reprints_joined(equations: Sequence[Equation]) -> list[Equation]:
    """Let a figure that other sources repeat be one witness: whoever copies knows no more.

    Sentences about the same months are joined if their levels agree in their digits, or, where
    one has no level, their growth.
    """
    first: dict[tuple[object, ...], list[tuple[float, float, Release]]] = {}
    joined: dict[Release, Release] = {}
    for kind in ("level", "growth"):
        for e in equations:
            if e.kind != kind or e.release in joined:
                continue
            near = first.setdefault((kind, e.statement.measure, *e.release[1:]), [])
            same = next((r for a, b, r in near if a <= e.high and e.low <= b), None)
            joined[e.release] = same or e.release
            if same is None:
                near.append((e.low, e.high, e.release))
    return [replace(e, release=joined.get(e.release, e.release)) for e in equations]
