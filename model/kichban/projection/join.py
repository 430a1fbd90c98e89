r"""Joining the statistical path with the driver-based one (MODEL.md §3).

For two years the quarterly growth of the trend is conditioned on what short series say,

.. math:: z' = z + K\,(\hat y + e - H z), \qquad
          K = \Sigma H^\top (H \Sigma H^\top + R)^{-1}

with z the increments of a draw, Hz its yearly growth, ŷ + e a sample path of the statistical
forecast and R the covariance of its errors, which were measured on other series. Σ is that of the
draws themselves, so parameters count as much as shocks. Afterwards growth is that of the drivers.
The correction is worked out on one scenario and handed to all: their differences survive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kichban.forecast import LEAST, forecast, own_factor
from kichban.nowcast import lift
from kichban.numbers import FloatArray, IntArray
from kichban.projection.output import CURRENT, OUTPUT, TOTAL, OutputBlock, OutputInputs
from kichban.projection.values import Axis, Block, Paths, Variable
from kichban.scenario import Scenario

#: years that are conditioned
YEARS = 2
#: further apart than so many standard deviations the two say different things
APART = 2.0


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining gives.

    Attributes
    ----------
    correction : (draw, quarter) float64
        Log increments to add; nought outside the conditioned years, and everywhere where the two
        paths are too far apart to be combined.
    distance : (year,) float64
        By how many standard deviations the two differ in each conditioned year.
    """

    correction: FloatArray
    distance: FloatArray

    @property
    def combined(self) -> bool:
        """Whether the two are near enough to be combined."""
        return bool((np.abs(self.distance) <= APART).all())


def statistical_levels(
    levels: FloatArray, base: FloatArray, normal: FloatArray
) -> FloatArray | None:
    """Give sample paths of yearly levels that start from the draws of the last known year.

    Parameters
    ----------
    levels : (year,) float64
        Yearly levels before the base.
    base : (draw,) float64
        Draws of the base: the current year as nowcast, or the last full one.
    normal : (draw, year) float64

    Returns
    -------
    paths : (draw, year) float64 or None
        ``None`` with fewer than five years.
    """
    middle = float(np.median(base))
    if levels.size + 1 < LEAST or not np.isfinite(base).all():
        return None
    history = np.append(levels, middle)
    said = forecast([history], "Y", normal.shape[1])
    said = said.widened(np.array([own_factor(history, "Y", YEARS)]))
    return np.asarray(said.paths(normal)[0] * (base / middle)[:, None])


def join(
    increments: FloatArray,
    levels: FloatArray,
    base: FloatArray,
    said: FloatArray,
    year_of: IntArray,
) -> Joined:
    """Condition the increments of the first years on the statistical path.

    Parameters
    ----------
    increments : (draw, quarter) float64
        Log increments of the trend by the drivers.
    levels, said : (draw, year) float64
        Yearly levels after the base, by the drivers and by the statistical path.
    base : (draw,) float64
        Level of the year before them.
    year_of : (quarter,) int64
        Year of each quarter, 0 being the first after the base; negative before.

    Examples
    --------
    A driver path that wanders by 0,1 meets a statistical one that errs by as much: half way.

    >>> luck = np.random.default_rng(1)
    >>> z = 0.1 * luck.standard_normal((20_000, 1))
    >>> heard = np.exp(0.2 + 0.1 * luck.standard_normal((20_000, 1)))
    >>> found = join(z, np.exp(z), np.ones(20_000), heard, np.array([0]))
    >>> moved = z + found.correction
    >>> bool(abs(moved.mean() - 0.1) < 0.005), bool(abs(moved.std() - 0.1 / 2**0.5) < 0.005)
    (True, True)
    """
    years = min(YEARS, levels.shape[1], said.shape[1])
    inside = (year_of >= 0) & (year_of < years)
    path = _growth(base, levels[:, :years])
    heard = _growth(base, said[:, :years])
    distance = (heard.mean(axis=0) - path.mean(axis=0)) / np.sqrt(
        path.var(axis=0) + heard.var(axis=0)
    )
    correction = np.zeros_like(increments)
    z = increments[:, inside] - increments[:, inside].mean(axis=0)
    centred = path - path.mean(axis=0)
    errors = heard - heard.mean(axis=0)
    spread = centred.T @ centred + errors.T @ errors
    gain = np.linalg.solve(spread, centred.T @ z)
    joined = Joined(correction, distance)
    if joined.combined:
        correction[:, inside] = (heard - path) @ gain
    return joined


#: the two paths beside the combined one, shown for the reference scenario
STATISTICAL, DRIVER = (
    Variable(OUTPUT, f"method:{method}", "level", "bn_vnd", CURRENT)
    for method in ("statistical", "driver")
)


@dataclass(frozen=True, slots=True)
class TwoPaths:
    """Both paths of the reference scenario, all draws, and what joins them.

    `lift` (draw,) is what the current year so far adds to where its rest starts; `joined` is
    ``None`` where there are too few years for a statistical path, and `variables`, the first prints
    of either path by year, are empty then.
    """

    reference: Scenario
    lift: FloatArray
    joined: Joined | None
    variables: Mapping[Variable, Paths]

    def applied(self, block: Block) -> Block:
        """Give a block that starts where the current year says, and is joined."""
        own = slice(block.first, block.first + block.luck.size)
        joined = self.joined.correction[own] if self.joined is not None else None
        return replace(block, correction=joined, lift=self.lift[own])

    @property
    def notes(self) -> dict[str, float]:
        """Facts about the joining, for the manifest."""
        if self.joined is None:
            return {}
        apart = {f"apart_{i + 1}": float(d) for i, d in enumerate(self.joined.distance)}
        return {"joined": float(self.joined.combined), **apart}


def two_paths(
    inputs: OutputInputs,
    axis: Axis,
    reference: Scenario,
    blocks: Sequence[Block],
    outputs: Sequence[OutputBlock],
) -> TwoPaths:
    """Set the statistical path beside that of the drivers, and join them.

    The current year is the base as soon as a month of it is known, else the last full one.
    """
    lifted = _lift(outputs)
    levels = np.concatenate([o.levels for o in outputs])
    nowcast = _lifted(levels, np.concatenate([o.known.so_far for o in outputs]), lifted)
    driver = np.concatenate([_first_prints(o) for o in outputs]) * (nowcast / levels)
    running = axis.first_month % 12 > 0
    # The paths carry on today's course: so they start from it.
    course = np.concatenate([o.course for o in outputs])
    so_far = np.concatenate([o.known.on_course.so_far for o in outputs])
    course[:, 1:] = _lifted(course[:, 1:], so_far, lifted)
    base, after = course[:, int(running)], course[:, int(running) + 1 :]
    known = inputs.levels if running else inputs.levels[:-1]
    said = None
    if after.shape[1]:
        normal = np.vstack([block.normal("statistical", after.shape[1]) for block in blocks])
        said = statistical_levels(known, base, normal)
    if said is None:
        return TwoPaths(reference, lifted, None, {})
    quarters = axis.output_quarter_years
    year_of = quarters - quarters[0] - int(running)
    increments = np.concatenate([o.increments for o in outputs])
    joined = join(increments, after, base, said, year_of)
    # The first print of the base carries over: both paths are printed with the same error.
    left = nowcast[:, int(running) :] / after
    printed = said * left * (driver[:, :1] / nowcast[:, :1])
    if running:
        printed = np.hstack([driver[:, :1], printed])
    variables = {STATISTICAL: Paths(printed), DRIVER: Paths(driver)}
    return TwoPaths(reference, lifted, joined, variables)


def _lift(outputs: Sequence[OutputBlock]) -> FloatArray:
    """Give what the current year so far adds to where its rest starts, against the mean draw.

    The spread of the draws stands for what is to come and is kept whole.
    """
    known = [o.known.on_course for o in outputs]
    if not known[0].before.shape[1] or known[0].now.shape[1] in (0, 12):
        return np.concatenate([np.zeros(len(k.now)) for k in known])
    rest = np.concatenate([o.course[:, 1] - k.so_far for o, k in zip(outputs, known, strict=True)])
    before = np.concatenate([k.rest_before.sum(axis=1) for k in known])
    model = float(np.log(rest / before).mean())
    return np.concatenate([lift(k, model) for k in known])


def _lifted(levels: FloatArray, so_far: FloatArray, lifted: FloatArray) -> FloatArray:
    """Lift (draw, year) levels but for what is known of the first year."""
    found = levels * np.exp(lifted)[:, None]
    found[:, 0] = so_far + (levels[:, 0] - so_far) * np.exp(lifted)
    return found


def _first_prints(output: OutputBlock) -> FloatArray:
    annual = output.variables[TOTAL].annual
    assert annual is not None
    return annual


def _growth(base: FloatArray, levels: FloatArray) -> FloatArray:
    return np.diff(np.log(np.hstack([base[:, None], levels])), axis=1)
