"""Run scenarios over blocks of draws on common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from kichban.calibration import Calibrated, calibrate_shock_sd
from kichban.catalogue import Parameters
from kichban.ledger import Ledger, Target, newest_print
from kichban.nowcast import year_to_date
from kichban.numbers import FloatArray
from kichban.projection.accounts import AccountInputs, account_inputs, project_accounts
from kichban.projection.bridge import build_bridge
from kichban.projection.ground import Present, project_ground
from kichban.projection.output import OutputBlock, OutputInputs, project_output
from kichban.projection.sites import SiteRegistry, build_sites
from kichban.projection.trade import FlowInputs, flow_inputs, project_flow
from kichban.projection.values import (
    Axis,
    IntArray,
    Paths,
    Projection,
    ScenarioPaths,
    Variable,
    make_axis,
)
from kichban.reconcile import Series
from kichban.scenario import (
    BLOCK,
    PathStep,
    Scenario,
    draw_parameters,
    reach_target,
)

#: a kind of capital or workers whose newest print starts its stock
PRESENT = (
    "kcn_fdi_registered_usd", "kcn_fdi_realised_usd", "kcn_ddi_registered_vnd",
    "kcn_ddi_realised_vnd", "ccn_registered_vnd", "ccn_realised_vnd", "kcn_workers",
    "ccn_workers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told: draws, seed, last year, and workers (which change no result)."""

    draws: int = 10_240
    seed: int = 1
    last_year: int = 2030
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that does not depend on scenario or draw."""

    axis: Axis
    output: OutputInputs | None
    accounts: AccountInputs | None
    flows: tuple[FlowInputs, ...]
    registry: SiteRegistry
    present: Present
    targets: Mapping[str, Target]


def project(
    ledger: Ledger,
    series: Series,
    scenarios: Sequence[Scenario],
    parameters: Parameters,
    settings: Settings,
    *,
    fixed_approval: IntArray | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Projection:
    """Project every scenario to `settings.last_year`.

    Parameters
    ----------
    scenarios
        Resolved scenarios; the draws of all are the same luck.
    fixed_approval : (draw, site) int64, optional
        Gate dates taken from another run, ``ScenarioPaths.approved_quarter``.
    progress
        Called with (scenario, blocks done, blocks).

    Raises
    ------
    MachineError
        ``E-BAL-001`` when a balance breaks: a fault of the program.
    """
    with threadpool_limits(1):
        inputs = collect_inputs(ledger, series, parameters, settings)
        blocks = _blocks(settings.draws)
        found = {}
        with ThreadPoolExecutor(settings.workers) as pool:
            for scenario in scenarios:
                found[scenario.name] = _run_scenario(
                    inputs, scenario, parameters, settings, blocks, pool, fixed_approval, progress
                )
    return Projection(
        inputs.axis, settings.draws, settings.seed, BLOCK, found, inputs.registry.sites.ids,
        _last_levels(inputs, series, parameters),
        {"growth.shock_sd": inputs.output.shocks.contraction} if inputs.output else {},
    )  # fmt: skip


def collect_inputs(
    ledger: Ledger, series: Series, parameters: Parameters, settings: Settings
) -> Inputs:
    """Gather what the ledger and the series say at the start of the projection."""
    history = series.history
    axis = make_axis(ledger.as_of, history.last_month if history else None, settings.last_year)
    year = axis.first_month // 12
    output = None
    if history is not None:
        annual = _annual_levels(series)
        growth = np.diff(np.log([annual[y] for y in sorted(annual)]))
        output = OutputInputs(
            history,
            _calibrate(growth, parameters),
            build_bridge(ledger, annual, year - 1),
            _so_far(ledger, "iip", year),
            _so_far(ledger, "industrial_va", year),
            _dimensions(history.parts),
        )
    present = {}
    for indicator in PRESENT:
        rows = [s for s in ledger.select(indicator, "") if not s.is_plan]
        if rows:
            last = [s for s in rows if s.period == rows[-1].period]
            present[indicator] = newest_print(last).value
    return Inputs(
        axis, output, account_inputs(ledger, year), flow_inputs(ledger, year),
        build_sites(ledger, parameters, settings.seed), Present(present),
        {t.id: t for t in ledger.targets},
    )  # fmt: skip


def _last_levels(
    inputs: Inputs, series: Series, parameters: Parameters
) -> dict[Variable, tuple[int, float, tuple[str, ...]]]:
    """Give the levels of the last full year that required rates start from."""
    found: dict[Variable, tuple[int, float, tuple[str, ...]]] = {}
    last = inputs.axis.first_month // 12 - 1
    for row in series.rows:
        if row.indicator == "industrial_output" and row.measure == "level":
            if row.period.kind == "year" and row.period.year == last:
                key = Variable(row.indicator, row.breakdown, "level", row.unit, row.price_basis)
                found[key] = (last, row.value, row.statements)
    for flow in inputs.flows:
        basis = "current" if flow.unit == "bn_vnd" else ""
        key = Variable(flow.indicator, "", "level", flow.unit, basis)
        found[key] = (flow.base.year, flow.base.level, flow.base.statements)
    if inputs.accounts is not None and inputs.accounts.base is not None:
        base = inputs.accounts.base
        key = Variable("grdp", "", "level", "bn_vnd", "current")
        found[key] = (base.year, base.level, base.statements)
    bridge = inputs.output.bridge if inputs.output is not None else None
    wedge = parameters["growth.wedge"].default
    if bridge is not None and isinstance(wedge, float):
        key = Variable("industrial_output", "", "level", "bn_vnd", "constant_2010")
        level = float(bridge.level(np.array([wedge]))[0])
        found[key] = (bridge.year, level, bridge.statements)
    return found


def _annual_levels(series: Series) -> dict[int, float]:
    return {
        r.period.year: r.value
        for r in series.rows
        if r.indicator == "industrial_output"
        and not r.breakdown
        and r.measure == "level"
        and r.price_basis == "current"
        and r.period.kind == "year"
    }


def _calibrate(growth: FloatArray, parameters: Parameters) -> Calibrated:
    prior = parameters["growth.shock_sd"]
    low, high = float(prior.low or 0.02), float(prior.high or 0.06)
    default = prior.default if isinstance(prior.default, float) else 0.035
    # A quadrature of the prior is enough: only mean and spread of its log are used.
    draws = np.concatenate([np.linspace(low, default, 50), np.linspace(default, high, 50)])
    persistence = parameters["growth.persistence"].default
    return calibrate_shock_sd(growth, draws, persistence if isinstance(persistence, float) else 0.3)


def _so_far(ledger: Ledger, indicator: str, year: int) -> tuple[int, float] | None:
    found = year_to_date(ledger, indicator, year)
    return None if found is None or found.growth is None else (found.months, found.growth)


def _dimensions(parts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        dimension = part.split(":", 1)[0]
        found[dimension] = (*found.get(dimension, ()), part)
    return {d: members for d, members in found.items() if len(members) > 1}


def _blocks(draws: int) -> list[tuple[int, int]]:
    """(block, size): full blocks and what remains."""
    return [(b, min(BLOCK, draws - b * BLOCK)) for b in range(-(-draws // BLOCK))]


def _run_scenario(
    inputs: Inputs,
    scenario: Scenario,
    parameters: Parameters,
    settings: Settings,
    blocks: Sequence[tuple[int, int]],
    pool: ThreadPoolExecutor,
    fixed_approval: IntArray | None,
    progress: Callable[[str, int, int], None],
) -> ScenarioPaths:
    targets = {
        key: inputs.targets[target]
        for key, steps in scenario.paths.items()
        if (target := reach_target(steps)) in inputs.targets
    }
    steps = {key: tuple(s for s in own if s.op != "reach") for key, own in scenario.paths.items()}
    shift = 0.0
    if "growth.volume" in targets and inputs.output is not None:
        shift = _solve_shift(
            inputs, scenario, parameters, settings, blocks, pool, targets["growth.volume"], steps
        )
    schedule = _schedule(inputs, targets)

    def one(at: tuple[int, int]) -> tuple[dict[Variable, Paths], IntArray, FloatArray, FloatArray]:
        block, size = at
        luck = (settings.seed, block, size)
        draws = draw_parameters(scenario, parameters, settings.seed, block, size)
        output = None
        variables: dict[Variable, Paths] = {}
        if inputs.output is not None:
            output = project_output(inputs.output, inputs.axis, draws, steps, luck, shift)
            variables |= output.variables
            if inputs.accounts is not None and np.isfinite(output.va_growth).all():
                variables |= project_accounts(
                    inputs.accounts, inputs.axis, draws, output.va_growth,
                    output.va_growth_quarterly, luck,
                )  # fmt: skip
        for flow in inputs.flows:
            tied = (
                (output.output_growth, output.rest_growth, output.quarter_share)
                if output is not None
                else None
            )
            variables |= project_flow(flow, inputs.axis, draws, tied, luck)
        first = block * BLOCK
        fixed = None if fixed_approval is None else fixed_approval[first : first + size]
        ground = project_ground(
            inputs.registry, inputs.present, inputs.axis, scenario, draws,
            _land_growth(inputs.axis, output, draws), schedule, fixed, luck,
        )  # fmt: skip
        variables |= ground.variables
        return variables, ground.approved_quarter, ground.site_leased, ground.site_serviced

    results = []
    for done, result in enumerate(pool.map(one, blocks), start=1):
        results.append(result)
        progress(scenario.name, done, len(blocks))
    variables = _join([r[0] for r in results])
    for name, column in (("leased", 2), ("serviced", 3)):
        variables |= _site_variables(inputs.registry, name, [r[column] for r in results])
    return ScenarioPaths(
        variables,
        tuple(sorted(t.id for t in targets.values())),
        np.concatenate([r[1] for r in results]),
        {"growth_shift": shift},
    )


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


def _join(parts: Sequence[Mapping[Variable, Paths]]) -> dict[Variable, Paths]:
    joined = {}
    for variable in parts[0]:
        annual = [p[variable].annual for p in parts]
        quarterly = [p[variable].quarterly for p in parts]
        joined[variable] = Paths(_stack(annual), _stack(quarterly))
    return joined


def _stack(parts: Sequence[FloatArray | None]) -> FloatArray | None:
    kept = [p for p in parts if p is not None]
    return np.concatenate(kept) if kept else None


def _site_variables(
    registry: SiteRegistry, name: str, parts: Sequence[FloatArray]
) -> dict[Variable, Paths]:
    values = np.concatenate(parts)
    found = {}
    for i, site in enumerate(registry.sites.ids):
        kind = "kcn" if registry.sites.kind[i] == 0 else "ccn"
        key = Variable(f"{kind}_{name}", f"site:{site}", "area_ha", "ha")
        found[key] = Paths(annual=values[:, :, i])
    return found


def _schedule(inputs: Inputs, targets: Mapping[str, Target]) -> FloatArray | None:
    """Give the established land a plan asks for: even steps from today to the target's day."""
    axis, sites = inputs.axis, inputs.registry.sites
    keys = ("land.established_park", "land.established_cluster")
    if not any(k in targets for k in keys):
        return None
    count = 4 * (axis.last_year + 1) - axis.land_quarter
    schedule = np.full((count, 2), np.nan)
    for kind, key in enumerate(keys):
        target = targets.get(key)
        if target is None:
            continue
        now = float(sites.gross[(sites.kind == kind) & (sites.stage == 1)].sum())
        last = target.period.stop // 3 - axis.land_quarter
        steps = np.arange(1, count + 1) / max(last, 1)
        schedule[:, kind] = now + (target.value - now) * np.minimum(steps, 1.0)
    return schedule


def _solve_shift(
    inputs: Inputs,
    scenario: Scenario,
    parameters: Parameters,
    settings: Settings,
    blocks: Sequence[tuple[int, int]],
    pool: ThreadPoolExecutor,
    target: Target,
    steps: Mapping[str, Sequence[PathStep]],
) -> float:
    """Find the growth to add from next year on so that the median meets the target.

    The log of the median is nearly linear in the shift: a few secant steps give six digits.
    """
    if inputs.output is None or not (
        inputs.axis.first_year < target.period.year <= inputs.axis.last_year
    ):
        return 0.0
    key = Variable(target.indicator, target.breakdown, "level", target.unit, target.price_basis)

    def gap(shift: float) -> float:
        def one(at: tuple[int, int]) -> FloatArray:
            assert inputs.output is not None
            block, size = at
            draws = draw_parameters(scenario, parameters, settings.seed, block, size)
            luck = (settings.seed, block, size)
            paths = project_output(inputs.output, inputs.axis, draws, steps, luck, shift)
            found = paths.variables.get(key)
            if found is None or found.annual is None:
                return np.full(size, np.nan)
            return found.annual[:, target.period.year - inputs.axis.first_year]

        level = float(np.median(np.concatenate(list(pool.map(one, blocks)))))
        return float(np.log(level / target.value))

    before, now = 0.0, 0.05
    gap_before, gap_now = gap(before), gap(now)
    if not np.isfinite(gap_before):
        return 0.0
    for _ in range(8):
        if abs(gap_now) < 1e-6 or gap_now == gap_before:
            break
        before, now = now, now - gap_now * (now - before) / (gap_now - gap_before)
        gap_before, gap_now = gap_now, gap(now)
    return now
