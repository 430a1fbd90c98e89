"""Run scenarios over blocks of draws on common random numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

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
    LastLevel,
    Luck,
    Paths,
    Projection,
    ScenarioPaths,
    Settings,
    Variable,
)
from kichban.reconcile import Series
from kichban.scenario import BLOCK, USUAL, Deal, Scenario, draw_parameters, reach_target
from kichban.scenario.priors import catalogue_prior

NOTHING = Handed()
#: blocks that may wait to be taken: more would fill the memory
AHEAD = 2
Progress = Callable[[str, int, int], None]


#: what one block gives
Made = tuple[dict[Variable, Paths], GroundBlock | None]


class Run(NamedTuple):
    """A scenario, and how its draws are dealt."""

    scenario: Scenario
    deal: Deal = USUAL


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
    """Project every scenario to `settings.last_year`: :class:`Projector` for a single run."""
    projector = Projector.of(ledger, series, parameters, settings, reference, handed)
    return projector.run({s.name: Run(s) for s in scenarios}, progress)


@dataclass(frozen=True, slots=True)
class Projector:
    """All that a projection needs besides scenarios: prepared once, run as often as one asks.

    `reference` is the scenario, without overrides, on which the driver-based path is joined with
    the statistical one; every scenario gets the same correction. `levels` are the last full years.
    """

    inputs: Inputs
    parameters: Parameters
    settings: Settings
    handed: Handed
    reference: Scenario
    levels: Mapping[Variable, LastLevel]
    paths: TwoPaths | None = None

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        series: Series,
        parameters: Parameters,
        settings: Settings,
        reference: Scenario,
        handed: Handed = NOTHING,
    ) -> Projector:
        """Prepare; `handed` is what other computations found."""
        with threadpool_limits(1):
            inputs = collect_inputs(ledger, series, parameters, settings)
            levels = last_levels(inputs, series, parameters)
            first = cls(inputs, parameters, settings, handed, reference, levels)
            return first.joined(USUAL)

    @property
    def contraction(self) -> dict[str, float]:
        """By how much data narrowed the priors that were calibrated."""
        land = self.handed.land
        found = dict(land.contraction) if land is not None else {}
        if self.inputs.output is not None:
            found["growth.shock_sd"] = self.inputs.output.shocks.contraction
        return found

    def asking(self, variables: Iterable[Variable]) -> Projector:
        """Give the same projector for nothing but the paths of some variables: much faster."""
        settings = replace(self.settings, asked=frozenset(variables), tables=False)
        return replace(self, settings=settings)

    def draws(self, scenario: Scenario, deal: Deal = USUAL) -> dict[str, FloatArray]:
        """Give the (draw,) parameters that a scenario is run on."""
        blocks = self._blocks(Run(scenario, deal))
        return {key: np.concatenate([b.draws[key] for b in blocks]) for key in blocks[0].draws}

    def joined(self, deal: Deal) -> Projector:
        """Work out what joins the two paths of output under a deal."""
        inputs = self.inputs.output
        if inputs is None:
            return self
        blocks = replace(self, paths=None)._blocks(Run(self.reference, deal))
        # named projects come on top of what the two paths agree on
        inputs = replace(inputs, capacity=())

        def one(block: Block) -> OutputBlock:
            output = project_output(inputs, block)
            return replace(output, variables={TOTAL: output.variables[TOTAL]})

        with ThreadPoolExecutor(self.settings.workers) as pool:
            outputs = list(pool.map(one, blocks))
        return replace(
            self, paths=two_paths(inputs, self.inputs.axis, self.reference, blocks, outputs)
        )

    def run(self, runs: Mapping[str, Run], progress: Progress = lambda *_: None) -> Projection:
        """Give the paths of runs by name; draw i of all is the same luck but for their deals.

        Parameters
        ----------
        progress
            Called with (name, blocks done, blocks).

        Raises
        ------
        MachineError
            ``E-BAL-001`` when a balance breaks: a fault of the program.
        """
        with threadpool_limits(1), ThreadPoolExecutor(self.settings.workers) as pool:
            found = dict(self._all(runs, pool, progress))
        return Projection(
            self.inputs.axis, self.settings.draws, self.settings.seed, BLOCK, found,
            self.inputs.registry.sites.ids, self.levels, self.contraction, self.handed.land,
        )  # fmt: skip

    def _all(
        self, runs: Mapping[str, Run], pool: ThreadPoolExecutor, progress: Progress
    ) -> Iterator[tuple[str, ScenarioPaths]]:
        """Run side by side, block by block, and give the runs in their order."""
        collector = Collector(self.settings, self.inputs.registry)
        done = 0
        workers = self.settings.workers
        for name, task, block, made in _ahead(self._tasks(runs, pool), pool, workers):
            collector.add(*made, block.luck.size)
            done += 1
            progress(name, done, task.blocks)
            if done == task.blocks:
                yield name, self._gathered(task, collector, pool)
                collector, done = Collector(self.settings, self.inputs.registry), 0

    def _tasks(
        self, runs: Mapping[str, Run], pool: ThreadPoolExecutor
    ) -> Iterator[tuple[str, _Task, Block]]:
        for name, run in runs.items():
            projector = self.joined(run.deal) if _moves_output(run.deal) else self
            targets = {
                key: self.inputs.targets[target]
                for key, steps in run.scenario.paths.items()
                if (target := reach_target(steps)) in self.inputs.targets
            }
            blocks = projector._blocks(run)
            shift = 0.0
            if GROWTH in targets:
                levels = projector._levels(blocks, pool)
                shift = growth_shift(self.inputs, targets[GROWTH], levels)
                blocks = [replace(block, shift=shift) for block in blocks]
            schedule = land_schedule(self.inputs, targets)
            task = _Task(projector, run, len(blocks), targets, shift, schedule)
            for block in blocks:
                yield name, task, block

    def _gathered(self, task: _Task, found: Collector, pool: ThreadPoolExecutor) -> ScenarioPaths:
        notes = {"growth_shift": task.shift}
        paths = task.projector.paths
        if paths is not None:
            notes |= paths.notes
            if task.run.scenario == self.reference:
                found.variables |= paths.variables
        return ScenarioPaths(
            found.variables,
            found.tables(pool.map),
            _by_construction(task.targets, self.inputs.targets),
            found.approvals,
            notes,
        )

    def _blocks(self, run: Run) -> list[Block]:
        """Deal the draws: full blocks and what remains."""
        scenario, deal = run
        steps = {
            key: tuple(s for s in own if s.op != "reach") for key, own in scenario.paths.items()
        }
        seed, count = self.settings.seed, self.settings.draws
        found = []
        for number in range(-(-count // BLOCK)):
            size = min(BLOCK, count - number * BLOCK)
            draws = draw_parameters(scenario, self.parameters, seed, number, size, deal)
            if self.handed.land is not None:
                draws = self.handed.land.applied(draws, lambda key: self._left_to(scenario, key))
            draws = {**draws, **{k: np.full(size, v) for k, v in deal.fixed.items()}}
            luck = Luck(seed, deal.luck_of(number), size)
            block = Block(self.inputs.axis, scenario, draws, steps, luck, number * BLOCK)
            found.append(block if self.paths is None else self.paths.applied(block))
        return found

    def _left_to(self, scenario: Scenario, key: str) -> bool:
        """Whether a scenario leaves a parameter the prior that the cases were weighed against."""
        # what is set is meant as set, also where it is the catalogue's value
        untouched = len(scenario.origins[key]) == 1
        return untouched and catalogue_prior(self.parameters[key]) is not None

    def _levels(
        self, blocks: Sequence[Block], pool: ThreadPoolExecutor
    ) -> Callable[[float, Variable, int], FloatArray]:
        """Give a function from a shift of growth to the levels of a variable in one year."""

        def levels(shift: float, key: Variable, column: int) -> FloatArray:
            def one(block: Block) -> FloatArray:
                assert self.inputs.output is not None
                output = project_output(self.inputs.output, replace(block, shift=shift))
                paths = output.variables.get(key)
                if paths is None or paths.annual is None:
                    return np.full(block.luck.size, np.nan)
                return paths.annual[:, column]

            return np.concatenate(list(pool.map(one, blocks)))

        return levels

    def project_block(self, block: Block, schedule: FloatArray | None) -> Made:
        """Project one block: output, accounts, trade, land; of these what was asked for."""
        inputs, asked = self.inputs, self.settings.parts
        variables: dict[Variable, Paths] = {}
        output = project_output(inputs.output, block) if inputs.output is not None else None
        if output is not None:
            variables |= output.variables
            known = inputs.accounts is not None and np.isfinite(output.va_growth).all()
            if "accounts" in asked and inputs.accounts is not None and known:
                variables |= project_accounts(
                    inputs.accounts, block, output.va_growth, output.va_growth_quarterly
                )
        if "trade" in asked:
            for flow in inputs.flows:
                variables |= project_flow(flow, block, output)
            variables |= trade_total(variables)
        if "land" not in asked:
            return variables, None
        fixed = self.handed.approvals
        if fixed is not None:
            fixed = fixed[block.first : block.first + block.luck.size]
        growth = _land_growth(inputs.axis, output, block.draws)
        orders = Orders(schedule, fixed)
        ground = project_ground(inputs.registry, inputs.present, block, growth, orders)
        variables |= dict(ground.variables)
        return variables | project_intensity(inputs.base, block, variables), ground


@dataclass(frozen=True, slots=True)
class _Task:
    """One run and what all of its blocks share."""

    projector: Projector
    run: Run
    blocks: int
    targets: Mapping[str, Target]
    shift: float
    schedule: FloatArray | None


def _moves_output(deal: Deal) -> bool:
    """Whether a deal touches anything that output is made of."""
    return deal.other_luck or any(key.startswith("growth.") for key in (*deal.fixed, *deal.swapped))


def _ahead(
    tasks: Iterator[tuple[str, _Task, Block]], pool: ThreadPoolExecutor, workers: int
) -> Iterator[tuple[str, _Task, Block, Made]]:
    """Project blocks side by side, in order, a few ahead of who takes them."""

    def begin(name: str, task: _Task, block: Block) -> tuple[str, _Task, Block, Future[Made]]:
        work = task.projector.project_block
        return name, task, block, pool.submit(work, block, task.schedule)

    running = deque(begin(*task) for task in islice(tasks, workers + AHEAD))
    while running:
        name, task, block, future = running.popleft()
        yield name, task, block, future.result()
        running.extend(begin(*task) for task in islice(tasks, 1))


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
