"""Run every combination of what two scenarios differ in, on common draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kichban.compare import (
    HEADLINES,
    Attribution,
    Coalition,
    Item,
    attribute,
    chosen_years,
    item_statistics,
    items_of,
    mixtures,
    players,
)
from kichban.numbers import FloatArray
from kichban.projection import Projection, Projector, Run, Variable
from kichban.scenario import BLOCK, Scenario
from kichban.study.workbench import Workbench
from kichban.target import GapRow, gap_to_target, target_variables

#: runs of one block whose paths are kept at a time: some 120 MB
AT_A_TIME = 16


def figures(bench: Workbench) -> frozenset[Variable]:
    """Name the headline figures and what targets are about."""
    return target_variables(bench.ledger) | frozenset(HEADLINES)


def run_figures(bench: Workbench) -> Projection:
    """Run the scenarios of the request for the headline figures and the targets."""
    return bench.projection(figures(bench))


def gaps_of(bench: Workbench, scenario: str) -> tuple[GapRow, ...]:
    """Give the gaps of one scenario to every target."""
    projection = bench.asking(figures(bench)).run({scenario: Run(bench.scenarios[scenario])})
    return gap_to_target(bench.ledger, projection)


def attribute_scenarios(
    bench: Workbench, base: str, scenario: str, years: Sequence[int] = ()
) -> Attribution:
    """Share the difference of two scenarios out among the groups in which they differ.

    Of n groups all 2^n combinations are run, `base` with the settings of each from `scenario`:
    every headline figure of `years` and every target that is projected comes from the same runs.

    Raises
    ------
    UsageError
        ``E-ATTR-902`` where the two do not differ, ``E-ATTR-901`` for more than eight groups.
    """
    a, b = bench.scenarios[base], bench.scenarios[scenario]
    who = players(a, b, bench.given.parameters)
    mixed = mixtures(a, b, who)
    names = [player.name for player in who]
    projector = bench.asking(figures(bench))
    years = chosen_years(projector.inputs.axis, years)
    ends = {frozenset[str](): base, frozenset(names): scenario}
    first = projector.run({name: Run(mixed[s]) for s, name in ends.items()})
    items = items_of(bench.ledger, first, (base, scenario), years)
    found = {s: item_statistics(bench.ledger, first, n, items) for s, n in ends.items()}
    between = {s: m for s, m in mixed.items() if s not in ends}
    found |= _measured(bench, projector, between, items)
    return Attribution(base, scenario, who, attribute(found, items, names))


def _measured(
    bench: Workbench,
    projector: Projector,
    mixed: Mapping[Coalition, Scenario],
    items: Sequence[Item],
) -> dict[Coalition, FloatArray]:
    """Run combinations, a handful side by side, and keep nothing but their statistics."""
    found = {}
    step = max(2, AT_A_TIME * BLOCK // max(projector.settings.draws, BLOCK))
    pending = list(mixed.items())
    for at in range(0, len(pending), step):
        runs = {"+".join(sorted(s)): Run(m) for s, m in pending[at : at + step]}
        projection = projector.run(runs)
        for (s, _), name in zip(pending[at : at + step], runs, strict=True):
            found[s] = item_statistics(bench.ledger, projection, name, items)
    return found
