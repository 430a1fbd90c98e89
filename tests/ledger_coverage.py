"""Whether 80 % intervals hold: made ledgers of known truth, each document left out in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from synthetic_ledger import SyntheticLedger
from threadpoolctl import threadpool_limits

from kichban.catalogue import load_catalogue
from kichban.numbers import Z80
from kichban.reconcile.estimate.mode import find_mode
from kichban.reconcile.estimate.quality import foretell
from kichban.reconcile.evidence.denominators import choose_denominators
from kichban.reconcile.evidence.families import find_families
from kichban.reconcile.evidence.statements import write_equations


@dataclass(frozen=True, slots=True)
class Miss:
    """How far the figure foretold without its document lies from the truth, in sd."""

    indicator: str
    error: float
    sd: float

    @property
    def held(self) -> bool:
        """Whether the truth lies in the 80 % interval."""
        return abs(self.error) <= Z80 * self.sd


def misses(made: SyntheticLedger) -> list[Miss]:
    """Estimate once and compare every left-out document's first level with the truth."""
    catalogue = load_catalogue()
    statements = sorted(made.statements, key=lambda s: s.id)
    equations = choose_denominators(write_equations(statements, catalogue))
    families = [f for f in find_families(equations, catalogue) if len(f.equations) >= 4]
    with threadpool_limits(1):
        found = find_mode(families, equations)
        return [_miss(made, found.equations[f.equation], f.level, f.level_sd)
                for f in foretell(found)]  # fmt: skip


def _miss(made, equation, level, sd) -> Miss:  # type: ignore[no-untyped-def]
    side = equation.top[0]
    node = side.node
    truth = made.standing(node.region, (node.indicator, node.breakdown), side.start, side.stop)
    return Miss(node.indicator, level - math.log(truth), sd)
