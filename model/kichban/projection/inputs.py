"""What a projection starts from: everything that depends on neither scenario nor draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from kichban.calibration import Calibrated, calibrate_shock_sd
from kichban.catalogue import Parameters
from kichban.errors import UsageError
from kichban.ledger import BreakKind, Ledger, Target, newest_print
from kichban.nowcast import OLDEST, USUAL_YEARS, known_of, season_known
from kichban.numbers import FloatArray
from kichban.projection.accounts import AccountInputs, account_inputs
from kichban.projection.bridge import build_bridge
from kichban.projection.intensity import LandBase, land_base
from kichban.projection.output import OutputInputs
from kichban.projection.sites import SiteRegistry, build_sites, newest_stock
from kichban.projection.trade import FlowInputs, flow_inputs
from kichban.projection.values import Axis, Settings, Variable, make_axis
from kichban.reconcile import History, Series, departure
from kichban.scenario import Prior
from kichban.scenario.priors import quantiles

#: a kind of capital or workers whose newest print starts its stock
PRESENT = (
    "kcn_fdi_registered_usd", "kcn_fdi_realised_usd", "kcn_ddi_registered_vnd",
    "kcn_ddi_realised_vnd", "ccn_registered_vnd", "ccn_realised_vnd", "kcn_workers",
    "ccn_workers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that does not depend on scenario or draw."""

    axis: Axis
    output: OutputInputs | None
    accounts: AccountInputs | None
    flows: tuple[FlowInputs, ...]
    registry: SiteRegistry
    base: LandBase | None
    present: Mapping[str, float]
    targets: Mapping[str, Target]


def collect_inputs(
    ledger: Ledger, series: Series, parameters: Parameters, settings: Settings
) -> Inputs:
    """Gather what the ledger and the series say at the start of the projection."""
    history = series.history
    covered = history.last_month if history else None
    axis = make_axis(newest_stock(ledger) or ledger.as_of, covered, settings.last_year)
    year = axis.first_month // 12
    if settings.last_year < max(year, axis.land_quarter // 4):
        first = max(year, axis.land_quarter // 4)
        raise UsageError("E-HOR-001", str(settings.last_year), year=str(first))
    output = None
    if history is not None:
        annual = _annual_levels(series)
        on_course = _restated(annual, history, get_args(BreakKind))
        # What passed was a shock and may come again; a shift is another way of counting.
        counted = _restated(annual, history, ("shift",))
        growth = np.diff(np.log(_unbroken(counted, max(counted, default=year))))
        output = OutputInputs(
            history,
            _calibrate(growth, parameters),
            # Printed IIP fell and rose with output: only counting is made alike in the chain.
            build_bridge(ledger, counted, year - 1),
            on_course[year - 1] / counted[year - 1] if year - 1 in annual else 1.0,
            known_of(series, "iip", "", year),
            known_of(series, "industrial_va", "constant_2010", year),
            _unbroken(on_course, year - 1),
            _expected_loss(parameters, 4 * (settings.last_year + 1) - axis.first_month // 3),
            series.scales["estimate"],
            series.scales["noise1"],
            _season_known(history),
            _dimensions(history.parts),
            ledger.capacity,
        )
    present = {}
    for indicator in PRESENT:
        rows = [s for s in ledger.select(indicator, "") if not s.is_plan]
        if rows:
            last = [s for s in rows if s.period == rows[-1].period]
            present[indicator] = newest_print(last).value
    return Inputs(
        axis, output, account_inputs(ledger, series, year),
        flow_inputs(series, year, series.scales["estimate"]),
        build_sites(ledger, parameters, settings.seed),
        land_base(ledger, _annual_levels(series), year - 1), present,
        {t.id: t for t in ledger.targets},
    )  # fmt: skip


def last_levels(
    inputs: Inputs, series: Series, parameters: Parameters
) -> dict[Variable, tuple[int, float, tuple[str, ...]]]:
    """Give the levels of the last full year that required rates start from."""
    found: dict[Variable, tuple[int, float, tuple[str, ...]]] = {}
    current = inputs.axis.first_month // 12
    for row in series.own_rows:
        is_flow = (row.indicator, row.price_basis) in series.flows
        full = row.period.kind == "year" and current - OLDEST <= row.period.year < current
        if is_flow and full and row.measure == "level":
            key = Variable(row.indicator, row.breakdown, "level", row.unit, row.price_basis)
            if key not in found or found[key][0] < row.period.year:
                found[key] = (row.period.year, row.value, row.statements)
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
        for r in series.own_rows
        if (r.indicator, r.breakdown, r.measure, r.price_basis)
        == ("industrial_output", "", "level", "current")
        and r.period.kind == "year"
    }


def _restated(
    annual: Mapping[int, float], history: History, kinds: Sequence[BreakKind]
) -> dict[int, float]:
    """Give yearly levels on today's course: without what breaks of these kinds did to them."""
    sizes = history.mean[history.shares_so_far.stop :]
    chosen = [(b, s) for b, s in zip(history.breaks, sizes, strict=True) if b.kind in kinds]
    breaks, size = [b for b, _ in chosen], np.array([s for _, s in chosen])
    found = {}
    for year, level in annual.items():
        off = size @ departure(breaks, 12 * year, 12, 1)
        at = np.clip(12 * year - history.first_month + np.arange(12), 0, history.months - 1)
        months = np.exp(history.mean[at])
        found[year] = level * float((months * np.exp(-off)).sum() / months.sum())
    return found


def _unbroken(annual: Mapping[int, float], last_year: int) -> FloatArray:
    """Give the levels of the unbroken run of years that ends with the last full one."""
    years: list[int] = []
    while last_year - len(years) in annual:
        years.insert(0, last_year - len(years))
    return np.array([annual[y] for y in years], dtype=np.float64)


def _calibrate(growth: FloatArray, parameters: Parameters) -> Calibrated:
    key = parameters["growth.shock_sd"]
    assert isinstance(key.default, float)
    assert key.low is not None
    assert key.high is not None
    prior = Prior("pert", key.low, key.default, key.high, key.error_bounds)
    # Evenly spaced quantiles are enough: only mean and spread of the log are used.
    draws = quantiles(prior, (np.arange(500) + 0.5) / 500)
    persistence, rate, wedge, fade = (
        float(str(parameters[f"growth.{name}"].default))
        for name in ("persistence", "volume_long_run", "wedge", "fade_years")
    )
    return calibrate_shock_sd(
        growth, draws, persistence, float(np.log1p(rate)) + wedge, 2.0 ** (-1.0 / fade)
    )


def _expected_loss(parameters: Parameters, quarters: int) -> FloatArray:
    """Give the mean log loss by shocks to employers, quarter by quarter, at the defaults."""
    rate, depth, length, recovery = (
        float(str(parameters[f"growth.employer_shock_{name}"].default))
        for name in ("rate", "depth", "quarters", "recovery")
    )
    age = np.arange(quarters)
    one = np.where(age < length, np.log1p(-depth), np.log1p(-depth * (1.0 - recovery)))
    return np.asarray(rate / 4.0 * np.cumsum(one))


def _season_known(history: History) -> float:
    """Give how well the season of last year is known from the usual one."""
    known = (history.last_month + 1) % 12
    years = min(USUAL_YEARS, (history.months - known) // 12)
    return season_known(*history.course(history.months - known - 12 * years), known, 1)


def _dimensions(parts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        dimension = part.split(":", 1)[0]
        found[dimension] = (*found.get(dimension, ()), part)
    return {d: members for d, members in found.items() if len(members) > 1}
