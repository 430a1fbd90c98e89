"""Which series belong together: those that share an equation or must add up.

A family is solved by itself. Series that add up over months form a tree: a part is its parent's
level times a share. Series at points in time stand side by side, tied by the identities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import Literal

from kichban.catalogue import Catalogue, Identity
from kichban.reconcile.evidence.equations import Equation, Node, Side, axis_of

#: the rest of a total whose parts are not all printed
REST = "(rest)"


@dataclass(frozen=True, slots=True)
class Split:
    """A total and its parts; `rest` is a part nobody printed, where the parts are not complete.

    `apart` says that the parts are series of their own (exports and imports), each with its trend
    and season: the total is nothing but their sum. Otherwise a part is a share of the total.
    """

    total: Node
    parts: tuple[Node, ...]
    rest: Node | None
    apart: bool = False

    @property
    def all_parts(self) -> tuple[Node, ...]:
        """Parts with the rest: what adds up to the total."""
        return self.parts if self.rest is None else (*self.parts, self.rest)


@dataclass(frozen=True, slots=True)
class Family:
    """Series that are estimated together.

    Attributes
    ----------
    nodes
        Series with their parents before them; plans and rests included.
    equations
        Indices of the equations that speak of them.
    splits
        Totals that are the sum of parts.
    orders
        (smaller, larger): pairs in which the first is never above the second.
    axis, step, first, last
        Months in steps of 1, 3, 6 or 12, ``[first, last)``; for points the days are in `days`.
    """

    nodes: tuple[Node, ...]
    equations: tuple[int, ...]
    splits: tuple[Split, ...]
    orders: tuple[tuple[Node, Node], ...]
    axis: Literal["months", "days"]
    step: int
    first: int
    last: int
    days: Mapping[Node, tuple[int, ...]]

    @property
    def cells(self) -> int:
        """How many steps of time a flow has."""
        return (self.last - self.first) // self.step


def history_node(region: str) -> Node:
    """Give the series a projection starts from: it is kept by months."""
    return Node(region, "industrial_output", "", "current")


def find_families(equations: Sequence[Equation], catalogue: Catalogue) -> tuple[Family, ...]:
    """Group the series of `equations`, in a fixed order."""
    nodes = sorted({n for e in equations for n in e.nodes if not n.plan})
    splits = list(_splits(nodes, catalogue))
    orders = list(_orders(nodes, catalogue))
    groups = _Groups()
    for e in equations:
        groups.join([_series(n) for n in e.nodes])
    for split in splits:
        groups.join([split.total, *split.parts])
    for pair in orders:
        groups.join(pair)
    members: dict[Node, list[Node]] = defaultdict(list)
    for node in nodes:
        members[groups.head(node)].append(node)
    rows: dict[Node, list[int]] = defaultdict(list)
    for i, e in enumerate(equations):
        rows[groups.head(_series(e.nodes[0]))].append(i)
    return tuple(
        _family(own, _near([(i, equations[i]) for i in rows[head]]), splits, orders, catalogue)
        for head, own in sorted(members.items(), key=lambda item: item[1][0])
    )


def _near(rows: Sequence[tuple[int, Equation]]) -> list[tuple[int, Equation]]:
    """Leave out averages over years that reach back before all other figures: they tie nothing."""
    others = [
        s.start for _, e in rows if e.statement.measure != "growth_avg"
        for s in (*e.top, *e.bottom) if not s.node.plan
    ]  # fmt: skip
    first = min(others, default=0) - 12
    kept = [
        r for r in rows
        if r[1].statement.measure != "growth_avg" or r[1].bottom[0].start >= first
    ]  # fmt: skip
    return kept or list(rows)


def _series(node: Node) -> Node:
    return node._replace(plan="")


class _Groups:
    """Union–find over nodes."""

    def __init__(self) -> None:
        self._above: dict[Node, Node] = {}

    def head(self, node: Node) -> Node:
        while (above := self._above.get(node, node)) != node:
            node = above
        return node

    def join(self, nodes: Sequence[Node]) -> None:
        for other in nodes[1:]:
            a, b = sorted((self.head(nodes[0]), self.head(other)))
            self._above[b] = a


def _splits(nodes: Sequence[Node], catalogue: Catalogue) -> Iterator[Split]:
    """Give every total that has at least one of its parts among the nodes."""
    known = set(nodes)
    taken: set[Node] = set()
    for node in nodes:
        for identity in catalogue.identities.values():
            wanted = _parts(node, identity)
            parts = tuple(p for p in wanted if p in known and p not in taken and p != node)
            if not parts:
                continue
            taken.update(parts)
            complete = identity.kind != "part" and len(parts) == len(wanted)
            rest = None
            if not complete:
                tag = f"{REST}{identity.dimension or identity.name}"
                rest = node._replace(breakdown="+".join(filter(None, (node.breakdown, tag))))
            yield Split(node, parts, rest, complete and identity.apart)


def _parts(node: Node, identity: Identity) -> list[Node]:
    """Give the parts `node` has by an identity; none if it is not its total."""
    if identity.kind == "partition" and identity.total_value is None:
        if (node.indicator, node.breakdown) != (identity.indicator, identity.within):
            return []
        return [
            node._replace(breakdown="+".join(sorted(filter(None, (identity.within,
                                                    f"{identity.dimension}:{m}")))))
            for m in identity.members
        ]  # fmt: skip
    sums = identity.kind == "part" or (identity.kind == "sum" and not identity.total_measure)
    if sums and node.indicator == identity.total and not node.breakdown:
        return [node._replace(indicator=t) for t in identity.terms]
    return []


def _orders(nodes: Sequence[Node], catalogue: Catalogue) -> Iterator[tuple[Node, Node]]:
    known = set(nodes)
    for identity in catalogue.identities.values():
        if identity.kind != "order":
            continue
        for region in sorted({n.region for n in nodes}):
            chain = [
                n for t in identity.chain
                if (n := Node(region, t.indicator, t.breakdown, "")) in known
            ]  # fmt: skip
            yield from pairwise(chain)


def _family(
    nodes: Sequence[Node],
    rows: Sequence[tuple[int, Equation]],
    splits: Sequence[Split],
    orders: Sequence[tuple[Node, Node]],
    catalogue: Catalogue,
) -> Family:
    own = set(nodes)
    mine = tuple(s for s in splits if s.total in own)
    axis = axis_of(catalogue, nodes[0])
    sides = [s for _, e in rows for s in (*e.top, *e.bottom)]
    plans = sorted({s.node for s in sides if s.node.plan})
    rests = [s.rest for s in mine if s.rest is not None and axis == "months"]
    step, first, last, days = 1, 0, 0, {}
    monthly = any(n == history_node(n.region) for n in nodes)
    if axis == "months":
        edges = {edge for s in sides if not s.node.plan for edge in (s.start, s.stop)}
        step = 1 if monthly else _step(edges)
        first, last = min(edges) // 12 * 12, max(edges)
    else:
        days = _days(nodes, sides)
    return Family(
        (*_parents_first(nodes, mine), *rests, *plans), tuple(i for i, _ in rows), mine,
        tuple(p for p in orders if p[0] in own), axis, step, first, last, days,
    )  # fmt: skip


def _step(edges: set[int]) -> int:
    common = 12
    for edge in edges:
        common = gcd(common, edge)
    return common if common in (3, 6, 12) else 1


def _days(nodes: Sequence[Node], sides: Sequence[Side]) -> dict[Node, tuple[int, ...]]:
    found: dict[Node, set[int]] = {n: set() for n in nodes}
    for s in sides:
        found[s.node].add(s.start)
    return {n: tuple(sorted(days)) for n, days in found.items()}


def _parents_first(nodes: Sequence[Node], splits: Sequence[Split]) -> list[Node]:
    above = {p: s.total for s in splits for p in s.parts}

    def depth(node: Node) -> int:
        return 0 if node not in above else 1 + depth(above[node])

    return sorted(nodes, key=lambda n: (depth(n), n))
