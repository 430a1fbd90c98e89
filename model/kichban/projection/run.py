"""Run scenarios over blocks of draws on common random numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from threadpoolctl import threadpool_limits

from kichban.catalogue import Parameters
from kichban.ledger import Ledger, Target
from kichban.numbers import FloatArray
from kichban.projection.accounts import project_accounts
from kichban.projection.collect import Collector
from kichban.projection.ground import GroundBlock, Orders, project_ground
from kichban.projection.inputs import Inputs, collect_inputs, last_levels
from kichban.projection.intensity import project_intensity
from kichban.projection.join import TwoPaths, two_paths
from kichban.projection.output import TOTAL, OutputBlock, project_output
from kichban.projection.reach import GROWTH, growth_shift, land_schedule
from kichban.projection.trade import project_flow, trade_total
from kichban.projection.values import (
    Axis,
    Block,
    Handed,
    Luck,
    Paths,
    Projection,
    ScenarioPaths,
    Settings,
    Variable,
)
from kichban.reconcile import Series
from kichban.scenario import BLOCK, Scenario, draw_parameters, reach_target
from kichban.scenario.priors import catalogue_prior

NOTHING = Handed()
#: blocks that may wait to be taken: more would fill the memory
AHEAD = 2
Progress = Callable[[str, int, int], None]


def project(
    ledger: Ledger,
    series: Series,
    scenarios: Sequence[Scenario],
    parameters: Parameters,
    settings: Settings,
    *,
    reference: Scenario,
    handed: Handed = NOTHING,
    progress: Progress = lambda *_: None,
) -> Projection:
    """Project every scenario to `settings.last_year`.

    Parameters
    ----------
    scenarios
        Resolved scenarios; the draws of all are the same luck.
    reference
        The scenario, without overrides, on which the driver-based path is joined with the
        statistical one; every scenario gets the same correction.
    handed
        What other computations found.
    progress
        Called with (scenario, blocks done, blocks).

    Raises
    ------
    MachineError
        ``E-BAL-001`` when a balance breaks: a fault of the program.
    """
    with threadpool_limits(1):
        inputs = collect_inputs(ledger, series, parameters, settings)
        found = {}
        with ThreadPoolExecutor(settings.workers) as pool:
            runner = _Runner(inputs, parameters, settings, pool, handed, progress)
            runner = replace(runner, paths=runner.join(reference))
            for scenario in scenarios:
                found[scenario.name] = runner.run(scenario)
    land = handed.land
    contraction = dict(land.contraction) if land is not None else {}
    if inputs.output is not None:
        contraction["growth.shock_sd"] = inputs.output.shocks.contraction
    return Projection(
        inputs.axis, settings.draws, settings.seed, BLOCK, found, inputs.registry.sites.ids,
        last_levels(inputs, series, parameters),
        contraction, land,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Runner:
    """Runs one scenario after the other on the same blocks."""

    inputs: Inputs
    parameters: Parameters
    settings: Settings
    pool: ThreadPoolExecutor
    handed: Handed
    progress: Progress
    paths: TwoPaths | None = None

    def join(self, reference: Scenario) -> TwoPaths | None:
        """Work out where output starts and what joins its two paths; ``None`` without output."""
        inputs = self.inputs.output
        if inputs is None:
            return None
        blocks = self._blocks(reference)
        # named projects come on top of what the two paths agree on
        inputs = replace(inputs, capacity=())

        def one(block: Block) -> OutputBlock:
            output = project_output(inputs, block)
            return replace(output, variables={TOTAL: output.variables[TOTAL]})

        outputs = list(self.pool.map(one, blocks))
        return two_paths(inputs, self.inputs.axis, reference, blocks, outputs)

    def run(self, scenario: Scenario) -> ScenarioPaths:
        """Give all paths of a scenario."""
        targets = {
            key: self.inputs.targets[target]
            for key, steps in scenario.paths.items()
            if (target := reach_target(steps)) in self.inputs.targets
        }
        blocks = self._blocks(scenario)
        shift = 0.0
        if GROWTH in targets:
            shift = growth_shift(self.inputs, targets[GROWTH], self._levels(blocks))
            blocks = [replace(block, shift=shift) for block in blocks]
        schedule = land_schedule(self.inputs, targets)
        found = Collector(self.settings, self.inputs.registry)
        for done, (variables, ground) in enumerate(self._ahead(blocks, schedule), 1):
            found.add(variables, ground)
            self.progress(scenario.name, done, len(blocks))
        notes = {"growth_shift": shift}
        if self.paths is not None:
            notes |= self.paths.notes
            if scenario == self.paths.reference:
                found.variables |= self.paths.variables
        return ScenarioPaths(
            found.variables,
            found.tables(self.pool.map),
            _by_construction(targets, self.inputs.targets),
            found.approvals,
            notes,
        )

    def _ahead(
        self, blocks: Sequence[Block], schedule: FloatArray | None
    ) -> Iterator[tuple[dict[Variable, Paths], GroundBlock]]:
        """Project the blocks side by side, in order, a few ahead of who takes them."""
        waiting = iter(blocks)
        running = deque(
            self.pool.submit(self._one, block, schedule)
            for block in islice(waiting, self.settings.workers + AHEAD)
        )
        while running:
            yield running.popleft().result()
            for block in islice(waiting, 1):
                running.append(self.pool.submit(self._one, block, schedule))

    def _blocks(self, scenario: Scenario) -> list[Block]:
        """Deal the draws: full blocks and what remains."""
        steps = {
            key: tuple(s for s in own if s.op != "reach") for key, own in scenario.paths.items()
        }
        seed, count = self.settings.seed, self.settings.draws
        found = []
        for number in range(-(-count // BLOCK)):
            size = min(BLOCK, count - number * BLOCK)
            draws = draw_parameters(scenario, self.parameters, seed, number, size)
            if self.handed.land is not None:
                draws = self.handed.land.applied(draws, lambda key: self._left_to(scenario, key))
            luck = Luck(seed, number, size)
            block = Block(self.inputs.axis, scenario, draws, steps, luck)
            found.append(block if self.paths is None else self.paths.applied(block))
        return found

    def _left_to(self, scenario: Scenario, key: str) -> bool:
        """Whether a scenario leaves a parameter the prior that the cases were weighed against."""
        # what is set is meant as set, also where it is the catalogue's value
        untouched = len(scenario.origins[key]) == 1
        return untouched and catalogue_prior(self.parameters[key]) is not None

    def _levels(self, blocks: Sequence[Block]) -> Callable[[float, Variable, int], FloatArray]:
        """Give a function from a shift of growth to the levels of a variable in one year."""

        def levels(shift: float, key: Variable, column: int) -> FloatArray:
            def one(block: Block) -> FloatArray:
                assert self.inputs.output is not None
                output = project_output(self.inputs.output, replace(block, shift=shift))
                paths = output.variables.get(key)
                if paths is None or paths.annual is None:
                    return np.full(block.luck.size, np.nan)
                return paths.annual[:, column]

            return np.concatenate(list(self.pool.map(one, blocks)))

        return levels

    def _one(
        self, block: Block, schedule: FloatArray | None
    ) -> tuple[dict[Variable, Paths], GroundBlock]:
        """Project one block: output, accounts, trade, land."""
        inputs = self.inputs
        variables: dict[Variable, Paths] = {}
        output = project_output(inputs.output, block) if inputs.output is not None else None
        if output is not None:
            variables |= output.variables
            if inputs.accounts is not None and np.isfinite(output.va_growth).all():
                variables |= project_accounts(
                    inputs.accounts, block, output.va_growth, output.va_growth_quarterly
                )
        for flow in inputs.flows:
            variables |= project_flow(flow, block, output)
        variables |= trade_total(variables)
        first = block.luck.block * BLOCK
        fixed = self.handed.approvals
        if fixed is not None:
            fixed = fixed[first : first + block.luck.size]
        growth = _land_growth(inputs.axis, output, block.draws)
        orders = Orders(schedule, fixed)
        ground = project_ground(inputs.registry, inputs.present, block, growth, orders)
        variables |= dict(ground.variables)
        return variables | project_intensity(inputs.base, block, variables), ground


def _land_growth(
    axis: Axis, output: OutputBlock | None, draws: Mapping[str, FloatArray]
) -> FloatArray:
    """Give real growth over the quarters of the land block."""
    count = 4 * (axis.last_year + 1) - axis.land_quarter
    if output is None:
        return np.repeat(draws["growth.volume_long_run"][:, None], count, axis=1)
    offset = axis.land_quarter - axis.first_month // 3
    growth = output.real_growth
    if offset < 0:
        growth = np.hstack([np.repeat(growth[:, :1], -offset, axis=1), growth])
        offset = 0
    return growth[:, offset : offset + count]


def _by_construction(reached: Mapping[str, Target], known: Mapping[str, Target]) -> tuple[str, ...]:
    """Name the targets a scenario meets by construction: with an area the number of its sites."""
    found = {t.id for t in reached.values()}
    for target in reached.values():
        for other in known.values():
            same = (other.document, other.period, other.breakdown) == (
                target.document, target.period, target.breakdown,
            )  # fmt: skip
            if same and other.indicator == target.indicator.replace("_area", "_count"):
                found.add(other.id)
    return tuple(sorted(found))
