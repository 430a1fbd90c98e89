"""The sites of one kind at the start: durations drawn, ramps laid out, stocks as observed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kichban.land.noise import STAGES, LandNoise
from kichban.land.stages import StageDurations
from kichban.land.stages import triangular_quantiles as triangular_quantile
from kichban.land.values import APPROVAL, ESTABLISHED, NEVER, LandSites
from kichban.numbers import FloatArray, IntArray
from tests.land_twin.absorption import absorption_speed
from tests.land_twin.occupancy import operation_lag_quarters
from tests.land_twin.stages import clearing_window
from tests.land_twin.state import KindState

KIND_NAMES = ("park", "cluster")


def start_kind(
    kind: int,
    every: LandSites,
    durations: StageDurations,
    parameters: Mapping[str, FloatArray],
    noise: LandNoise,
    first_quarter: int,
    quarters: int,
) -> KindState:
    """Lay out the sites of one kind for a chunk of draws; `noise` and `parameters` are its own."""
    columns = np.flatnonzero(every.kind == kind)
    # a planned site's industrial land may be NaN: it is not finished
    finished = (every.serviced >= every.industrial) & (every.stage >= ESTABLISHED)
    columns = columns[np.lexsort((every.stage[columns] < ESTABLISHED, ~finished[columns]))]
    sites = every.take(columns)
    name, now = KIND_NAMES[kind], first_quarter / 4.0
    # picking columns leaves them column by column in memory; the loop runs along sites
    uniform = dict(zip(STAGES, np.take(noise.uniform, columns, axis=2), strict=True))
    luck = np.take(noise.effect, columns, axis=1)
    slip = parameters[f"land.slip_{name}"][:, np.newaxis] * sites.slip
    factor = slip / durations.default_slip[kind]
    relative = np.maximum(sites.gross, 1.0) / durations.typical[kind]
    size = relative ** parameters["land.size_elasticity"][:, np.newaxis]
    shape = uniform["entry"].shape

    handover, clearing, servicing = (
        triangular_quantile(uniform[stage], getattr(durations, stage)[kind]) * factor * size
        for stage in ("handover", "clearing", "servicing")
    )
    share = parameters[f"land.industrial_share_{name}"][:, np.newaxis]
    industrial = np.where(np.isnan(sites.industrial), sites.gross * share, sites.industrial)
    industrial = _spread(industrial, shape)
    is_planned = sites.stage < ESTABLISHED
    window = clearing_window(
        np.where(np.isnan(sites.established), 0.0, sites.established - now),
        (handover, clearing, servicing),
        slip,
        sites.cleared / np.where(np.isnan(sites.industrial), 1.0, sites.industrial),
        sites.official - now,
        sites.official_document - now,
    )
    ready_at = ready_time(kind, sites, durations, uniform, parameters, now)
    established = _spread(~is_planned, shape)
    lag = operation_lag_quarters(
        triangular_quantile(uniform["operation"], durations.operation[kind]), factor
    )
    leave = parameters["land.exit_rate"][:, np.newaxis] / 4.0
    history = np.empty((quarters + 2, *shape))
    history[0] = 0.0
    history[1] = sites.leased - sites.operating
    size = int(np.prod(shape))
    effect = np.exp(parameters["land.site_effect_sd"][:, np.newaxis] * luck)
    laid = (window.begin / window.length, window.ready / window.ready_length)
    state = KindState(
        kind=kind,
        sites=sites,
        columns=columns,
        planned=np.flatnonzero(is_planned),
        moving=int(finished[columns].sum()),
        gated=True,
        durations=(handover, clearing, servicing),
        slip=slip,
        industrial=industrial,
        rest=industrial - sites.cleared,
        backlog_slope=1.0 / np.maximum(servicing, 1e-9),
        slopes=(1.0 / window.length, 1.0 / window.ready_length),
        offsets=(np.where(is_planned, np.inf, laid[0]), np.where(is_planned, np.inf, laid[1])),
        laid=laid,
        ready_at=ready_at,
        ready=np.where(is_planned, _quarter(ready_at), NEVER),
        approved=np.where(established, -1, NEVER).astype(np.int64),
        established=established,
        base=np.maximum(industrial, 1e-9),
        speed=absorption_speed(
            parameters["land.absorption_p"][:, np.newaxis],
            parameters["land.absorption_q"][:, np.newaxis],
            parameters["land.absorption_ceiling"][:, np.newaxis],
            effect,
        ),
        prelease=parameters["land.prelease"],
        keep=1.0 - leave,
        survival=np.exp(lag * np.log1p(-leave)),
        due_index=np.arange(size).reshape(shape) + (2 - lag.astype(np.int64)) * size,
        due=np.zeros(shape),
        history=history,
        cleared=_spread(sites.cleared, shape),
        serviced=_spread(sites.serviced, shape),
        leased=_spread(sites.leased, shape),
        matured=_spread(sites.operating, shape),
        operating=_spread(sites.operating, shape),
        buffers=(np.empty(shape), np.empty(shape), np.empty(shape)),
        areas={name: np.zeros(shape[0]) for name in ("count", "gross", "industrial")},
    )
    draw, site = np.nonzero(established)
    state.add_areas(draw, site, 1.0)
    return state


def ready_time(
    kind: int,
    sites: LandSites,
    durations: StageDurations,
    uniform: Mapping[str, FloatArray],
    parameters: Mapping[str, FloatArray],
    now: float,
) -> FloatArray:
    """Years from the start until a planned site is ready to be approved, (draw, site).

    Slip does not act here: an official date of approval is taken as printed.
    """
    spread = parameters[f"land.pipeline_spread_{KIND_NAMES[kind]}"][:, np.newaxis]
    until = np.where(np.isnan(sites.entry_to), spread, sites.entry_to)
    entry = sites.entry_from + uniform["entry"] * (until - sites.entry_from)
    ready = entry + triangular_quantile(uniform["approval"], durations.approval[kind])
    official = sites.official[:, APPROVAL] - now
    return np.where(np.isnan(official), ready, official)


def _spread(row: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Repeat a row for every draw, in memory of its own that runs along the sites."""
    return np.array(np.broadcast_to(row, shape), order="C")


def _quarter(time: FloatArray) -> IntArray:
    return np.maximum(np.floor(4.0 * time), 0.0).astype(np.int64)
