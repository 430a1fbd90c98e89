"""Which land an occupancy is measured on, where the print does not say.

A bare "40,6 %" may be leased land over established, operating, cleared or serviced land. The
candidate whose own printed areas give the printed figure is taken; the reading is shown, never
silent. A print that no candidate gives stays a figure of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kichban.reconcile.evidence.equations import Equation, Node

#: prints of the two areas may lie this many days from the date of the share
NEAR = 200
Levels = Mapping[Node, Sequence[tuple[int, float, float]]]


def choose_denominators(equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """Keep one candidate of each printed share of stocks, or none where none is borne out."""
    levels = _levels(equations)
    groups: dict[str, list[Equation]] = defaultdict(list)
    for e in equations:
        if e.kind == "ratio":
            groups[e.statement.id].append(e)
    dropped: set[int] = set()
    for candidates in groups.values():
        if len(candidates) == 1 and candidates[0].top[0].stop - candidates[0].top[0].start > 1:
            continue  # shares of flows: the ratio is what defines them
        fits = [e for e in candidates if _fits(e, levels)]
        dropped.update(id(e) for e in candidates if not fits or e is not fits[0])
    return tuple(e for e in equations if id(e) not in dropped)


def _levels(equations: Sequence[Equation]) -> Levels:
    found: dict[Node, list[tuple[int, float, float]]] = defaultdict(list)
    for e in equations:
        if e.kind == "level" and len(e.top) == 1:
            found[e.top[0].node].append((e.top[0].start, e.low, e.high))
    return found


def _fits(e: Equation, levels: Levels) -> bool:
    top, bottom = e.top[0], e.bottom[0]
    part, whole = (_nearest(levels.get(s.node, ()), s.start) for s in (top, bottom))
    if part is None or whole is None or whole[0] <= 0:
        return False
    return part[0] / whole[1] <= e.high and e.low <= part[1] / whole[0]


def _nearest(rows: Sequence[tuple[int, float, float]], day: int) -> tuple[float, float] | None:
    near = [r for r in rows if abs(r[0] - day) <= NEAR]
    if not near:
        return None
    _, low, high = min(near, key=lambda r: (abs(r[0] - day), r))
    return low, high
