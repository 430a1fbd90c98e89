r"""What parks and clusters did, held against the land equations: priors weighed, cases left out.

Draws from the priors are run from days on which the stocks were printed to days on which they were
printed again. Each draw θ is weighed by how likely its leased land makes the later prints,

.. math:: w(\theta) \propto \Bigl(\frac1R \sum_r
    \prod_i t_\nu\bigl((x_i - \hat x_i(\theta, r)) / s_i\bigr)\Bigr)^{\tau},
    \quad \tau \le 1 \text{ the largest with } 1 / \sum w^2 \ge 0.1\,n

all in shares of industrial land, :math:`r` being luck: speed of sites, durations, good and bad
years. A case is foretold by the draws weighed by all other cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from kichban.calibration.weights import (
    FREEDOM,
    log_t,
    weigh,
    weighted_crps,
    weighted_quantiles,
)
from kichban.catalogue import Parameters
from kichban.land import (
    GateRules,
    Horizon,
    LandDrivers,
    LandSites,
    StageDurations,
    land_noise,
    simulate_land,
)
from kichban.numbers import FloatArray, IntArray
from kichban.scenario import Prior
from kichban.scenario.priors import catalogue_prior, quantiles

#: what the cases may narrow; the last one is the pace of parks before the newest start, as a
#: multiple of the pace since
FREE = (
    "land.absorption_p", "land.absorption_q", "land.site_effect_sd", "land.leasing_park",
    "land.leasing_cluster", "land.ha_per_mn_usd", "land.exit_rate", "land.slip_park",
    "land.slip_cluster", "early_pace",
)  # fmt: skip
#: drawn along, or where nothing is printed of them; the cases are not asked about them
ALONG = (
    "investment.registered_fdi_park", "growth.volume_long_run", "land.prelease",
    "land.size_elasticity",
)  # fmt: skip
EARLY_PACE = Prior("pert", 0.5, 1.0, 4.0, (0.0, 10.0))
#: what certain parameters of the catalogue may be, where it gives no range [J]
RANGES: Mapping[str, tuple[float, float]] = {"land.site_effect_sd": (0.1, 0.8)}
BLOCK, BLOCKS = 1024, 8
#: times that each draw tries its luck
LUCKS = 4
#: blocks of luck apart from those of the projection
FIRST_BLOCK = 1_000_000
#: a parameter that is narrowed less, and moved by less (in sd of its prior), keeps its prior
NARROWED, MOVED = 0.1, 0.25
#: probabilities at which prior and posterior are tabulated
GRID = np.linspace(0.005, 0.995, 100)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A print to be met: leased land of some sites at the end of a quarter.

    `case` names what is left out together; `places` (site,) are its sites; `before` and `value`
    are shares of `land` (ha) at the start and at the end of `quarter` (quarter index), `error` the
    standard error of their difference, a share too. `total` says whether it is all of a kind.
    """

    case: str
    kind: int
    places: IntArray
    quarter: int
    before: float
    value: float
    land: float
    error: float
    total: bool


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """A start on printed stocks, what drove demand since, and what was printed later.

    `registered_fdi` mn USD and `output_growth` (fraction/year) are (quarter,) float64, NaN where
    nothing is printed.
    """

    sites: LandSites
    first_quarter: int
    registered_fdi: FloatArray
    output_growth: FloatArray
    districts: int
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """A parameter before and after: quantiles on `GRID`.

    `contraction` is 1 − posterior/prior variance, `shift` by how many standard deviations of the
    prior the mean moved.
    """

    key: str
    prior: FloatArray
    posterior: FloatArray
    contraction: float
    shift: float

    @property
    def is_prior_only(self) -> bool:
        """Whether the cases say nothing about it."""
        return self.contraction < NARROWED and abs(self.shift) < MOVED

    def moved(self, draws: FloatArray) -> FloatArray:
        """Move draws of the prior to the posterior, keeping their ranks."""
        inside = np.interp(draws, self.prior, self.posterior)
        # beyond the table a draw keeps its distance from its end
        below, above = draws < self.prior[0], draws > self.prior[-1]
        inside += np.where(below, draws - self.prior[0], 0.0)
        return inside + np.where(above, draws - self.prior[-1], 0.0)

    def at(self, probability: float) -> tuple[float, float]:
        """Give a quantile of prior and posterior."""
        return (
            float(np.interp(probability, GRID, self.prior)),
            float(np.interp(probability, GRID, self.posterior)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """A print, and what the model would have said without its case.

    Shares of `land`; `median`, `low`, `high` are the 50, 5 and 95 per cent points with the error of
    a print; `crps` of that, and `crps_trend` of the pooled trend of the other cases, of its kind
    where there are any.
    """

    seen: Seen
    first_quarter: int
    low: float
    median: float
    high: float
    crps: float
    crps_trend: float

    @property
    def is_inside(self) -> bool:
        """Whether the print lies within the 90 % interval."""
        return self.low <= self.seen.value <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class LandCalibration:
    """What the published cases say: parameters narrowed, and each case foretold by the others.

    `power` is the exponent τ of the likelihood, `effective` the share of draws that count.
    """

    parameters: tuple[Narrowed, ...]
    foretold: tuple[Foretold, ...]
    power: float
    effective: float

    @property
    def contraction(self) -> dict[str, float]:
        """By parameter, 1 − posterior/prior variance."""
        return {p.key: p.contraction for p in self.parameters}

    @property
    def cases(self) -> tuple[Foretold, ...]:
        """The last print of every case."""
        last = {f.seen.case: f for f in sorted(self.foretold, key=lambda f: f.seen.quarter)}
        return tuple(last.values())

    def applied(
        self, draws: Mapping[str, FloatArray], unchanged: Callable[[str], bool]
    ) -> dict[str, FloatArray]:
        """Move the draws of what the cases speak of, where they are still those of the prior."""
        return dict(draws) | {
            p.key: p.moved(draws[p.key])
            for p in self.parameters
            if not p.is_prior_only and p.key in draws and unchanged(p.key)
        }


def calibrate_land(
    episodes: Sequence[Episode], parameters: Parameters, seed: int, pool: Executor
) -> LandCalibration | None:
    """Weigh the priors against the episodes; ``None`` where nothing was printed twice.

    Parameters
    ----------
    episodes
        In any order; the newest start divides the early pace from today's.
    parameters
        Catalogue: priors of what is free, defaults of the rest.
    pool
        Runs blocks of draws side by side; the result does not depend on it.
    """
    seen = [(e, s) for e in episodes for s in e.seen]
    if not seen:
        return None
    newest = max(e.first_quarter for e in episodes)
    blocks = [_draw(parameters, seed, number) for number in range(BLOCKS)]
    tries = [(block, luck) for luck in range(LUCKS) for block in blocks]

    def run(one: tuple[_Draws, int]) -> FloatArray:
        return np.hstack([_run(e, parameters, *one, newest) for e in episodes])

    found = pool.map(run, tries)
    said = np.concatenate(list(found)).reshape(LUCKS, BLOCKS * BLOCK, len(seen))
    free = {key: np.concatenate([b.values[key] for b in blocks]) for key in FREE}
    errors = np.array([s.error for _, s in seen])
    loglik = log_t((said - np.array([s.value for _, s in seen])) / errors)
    weights, power = weigh(loglik.sum(axis=2))
    by_draw = weights.sum(axis=0)
    narrowed = tuple(_narrowed(key, free[key], by_draw) for key in FREE)
    misprint = np.random.Generator(np.random.Philox(seed)).standard_t(FREEDOM, said.shape)
    prints = np.clip(said + misprint * errors / np.sqrt(2.0), 0.0, 1.0)
    foretold = _foretold(seen, prints, loglik)
    return LandCalibration(
        narrowed, foretold, power, float(1.0 / (by_draw**2).sum() / by_draw.size)
    )


@dataclass(frozen=True, slots=True)
class _Draws:
    seed: int
    number: int
    values: Mapping[str, FloatArray]


def free_prior(parameters: Parameters, key: str) -> Prior:
    """Give what a free parameter may be: its prior, else its warning bounds around the default."""
    if key == "early_pace":
        return EARLY_PACE
    parameter = parameters[key]
    own = catalogue_prior(parameter)
    if own is not None:
        return own
    low, high = RANGES.get(key) or parameter.warning_bounds or parameter.error_bounds
    return Prior("pert", low, float(str(parameter.default)), high, parameter.error_bounds)


def _draw(parameters: Parameters, seed: int, number: int) -> _Draws:
    from scipy.stats import qmc  # half a second that only a run needs

    keys = (*FREE, *ALONG)
    generator = np.random.default_rng(np.random.SeedSequence([seed, FIRST_BLOCK + number]))
    points = qmc.Sobol(len(keys), scramble=True, rng=generator).random(BLOCK)
    points = np.clip(points, 2.0**-31, 1.0 - 2.0**-31)
    values = {
        key: quantiles(free_prior(parameters, key), points[:, i]) for i, key in enumerate(keys)
    }
    return _Draws(seed, number, values)


def _run(
    episode: Episode, parameters: Parameters, draws: _Draws, luck: int, newest: int
) -> FloatArray:
    """Give the (draw, print) shares of land that are leased by then."""
    own, quarters = draws.values, len(episode.registered_fdi)
    given = {
        key: own.get(key, np.full(BLOCK, p.default))
        for key, p in parameters.items()
        if isinstance(p.default, float)
    }
    early = episode.first_quarter + np.arange(quarters) < newest
    pace_park = own["land.leasing_park"][:, None] * np.where(early, own["early_pace"][:, None], 1.0)
    pace = np.stack([pace_park, np.repeat(own["land.leasing_cluster"][:, None], quarters, 1)], 2)
    fdi, growth = (
        np.where(np.isnan(path), usual[:, None], path)
        for path, usual in (
            (episode.registered_fdi, own["investment.registered_fdi_park"] / 4.0),
            (episode.output_growth, own["growth.volume_long_run"]),
        )
    )
    # the pace of its time is what was seen: no scenario adds to it
    drivers = LandDrivers(pace, pace[:, 0], fdi, growth)
    weights = tuple(float(given[f"land.weight_{k}"][0]) for k in ("trend", "investment", "growth"))
    noise = land_noise(
        draws.seed, FIRST_BLOCK + LUCKS * draws.number + luck, BLOCK, episode.sites.ids,
        (weights[0], weights[1], weights[2]),
    )  # fmt: skip
    ends = np.unique([s.quarter for s in episode.seen])
    paths = simulate_land(
        episode.sites, GateRules(districts=episode.districts),
        StageDurations.from_values({k: p.default for k, p in parameters.items()}),
        given, drivers, noise, Horizon(episode.first_quarter, quarters, tuple(ends.tolist())),
    )  # fmt: skip
    rows = np.searchsorted(ends, [s.quarter for s in episode.seen])
    leased = [
        paths.site_leased[:, row, s.places].sum(axis=1) / s.land
        for row, s in zip(rows, episode.seen, strict=True)
    ]
    return np.stack(leased, axis=1)


def _narrowed(key: str, draws: FloatArray, weights: FloatArray) -> Narrowed:
    even = np.full(len(draws), 1.0 / len(draws))
    mean = float((weights * draws).sum())
    variance = float((weights * (draws - mean) ** 2).sum())
    return Narrowed(
        key, weighted_quantiles(draws, even, GRID), weighted_quantiles(draws, weights, GRID),
        1.0 - variance / float(draws.var()), (mean - float(draws.mean())) / float(draws.std()),
    )  # fmt: skip


def _foretold(
    seen: Sequence[tuple[Episode, Seen]], said: FloatArray, loglik: FloatArray
) -> tuple[Foretold, ...]:
    """Foretell every print from the draws weighed by the other cases.

    Parameters
    ----------
    said : (luck, draw, print) float64
        What would have been printed, its error included.
    loglik : (luck, draw, print) float64
    """
    found = []
    rates = np.array(
        [(s.value - s.before) / ((s.quarter + 1 - e.first_quarter) / 4.0) for e, s in seen]
    )
    for i, (episode, one) in enumerate(seen):
        others = np.array([s.case != one.case for _, s in seen])
        weights = weigh(loglik[:, :, others].sum(axis=2))[0].ravel()
        own = said[:, :, i].ravel()
        low, median, high = weighted_quantiles(own, weights, np.array([0.05, 0.5, 0.95]))
        alike = others & np.array([s.kind == one.kind for _, s in seen])
        pooled = rates[alike if alike.any() else others]
        years = (one.quarter + 1 - episode.first_quarter) / 4.0
        found.append(
            Foretold(
                one, episode.first_quarter, float(low), float(median), float(high),
                weighted_crps(own, weights, one.value),
                _trend_crps(one, pooled, years),
            )
        )  # fmt: skip
    return tuple(found)


def _trend_crps(one: Seen, pooled: FloatArray, years: float) -> float:
    """Score the trend of the other cases of a kind, their spread its error; NaN without any."""
    if not pooled.size:
        return float("nan")
    ends = np.clip(one.before + pooled * years, 0.0, 1.0)
    return weighted_crps(ends, np.full(ends.size, 1.0 / ends.size), one.value)
