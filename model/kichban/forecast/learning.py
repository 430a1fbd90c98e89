"""Learning from many series: rolling origins, cut histories, errors out of fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from kichban.forecast.errors import learn_clue, learn_spread
from kichban.forecast.gate import TRAITS, Gate, blend, evidence, name_matrix, traits, weigh
from kichban.forecast.history import LEAST, LONGEST, SEASON, Frequency, line_up
from kichban.forecast.learned import Learned, Lesson
from kichban.forecast.methods import METHODS, Method, points_of
from kichban.forecast.momentum import learn_momentum
from kichban.forecast.pool import PoolRun, bounded, run_pool
from kichban.forecast.seasons import classical_factors
from kichban.forecast.spread import clues, relative_errors
from kichban.numbers import FloatArray, IntArray

#: steps that are learned, as in the M competitions
HORIZON = {"Y": 6, "Q": 8, "M": 18}
#: a window has at least so many points before its origin, a cut one at most so many
SHORTEST = {"Y": 8, "Q": 12, "M": 26}
CUT = {"Y": (LEAST, 16), "Q": (LEAST, 40), "M": (13, 60)}
#: pull of θ towards nought
RIDGE = 1e-3
#: errors below this share of an ordinary one count by their square: the loss has no kink
KINK = 0.03
#: an error this many times the season's own steps counts no more
WORST = 20.0
#: steps smaller than this share of the level are none
STILL = 1e-3
ROUNDS = 300
#: blocks of neighbouring series: neighbours come from one source and know each other's future
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Windows:
    """Histories that end at an origin, and what came after.

    `owner` (window,) is the index of the series, `after` (window, step) what came.
    """

    histories: tuple[FloatArray, ...]
    after: FloatArray
    owner: IntArray


def cut_windows(series: Sequence[FloatArray], frequency: Frequency, seed: int = 1) -> Windows:
    """Cut several origins out of every series, and of each window a shorter one by chance."""
    horizon = HORIZON[frequency]
    luck = np.random.default_rng(seed)
    histories, after, owner = [], [], []
    for number, y in enumerate(series):
        for back in (0, horizon // 2, horizon, 2 * horizon):
            end = y.size - horizon - back
            lengths = [end] if end >= SHORTEST[frequency] or (back == 0 and end >= LEAST) else []
            short = int(luck.integers(*CUT[frequency], endpoint=True))
            lengths += [short] if short < end else []
            for length in lengths:
                histories.append(y[max(0, end - length) : end][-LONGEST[frequency] :])
                after.append(y[end : end + horizon])
                owner.append(number)
    return Windows(tuple(histories), np.array(after), np.array(owner, dtype=np.int64))


def loss_weights(windows: Windows, frequency: Frequency) -> FloatArray:
    """Give (window, step) weights: half MASE, half sMAPE, each against that of Naive2 (OWA)."""
    m = SEASON[frequency]
    naive, scale = [], []
    for y in windows.histories:
        naive.append(naive2(y, m, windows.after.shape[1]))
        lag = m if y.size > m else 1
        scale.append(np.abs(y[lag:] - y[:-lag]).mean())
    base, size = np.array(naive), np.abs(windows.after) + np.abs(np.array(naive)) + 1e-12
    error = np.abs(windows.after - base)
    floor = error.mean(axis=1) / WORST
    # A series that hardly moved says nothing of what a step is worth.
    least = STILL * np.array([np.abs(y).mean() for y in windows.histories])
    unit = np.maximum(np.maximum(np.array(scale), floor), np.maximum(least, 1e-12))[:, None]
    return np.asarray(0.5 / unit / (error / unit).mean() + 0.5 / size / (error / size).mean())


def naive2(y: FloatArray, season: int, horizon: int) -> FloatArray:
    """Carry the last point forward, seasonally adjusted: the M competitions' benchmark.

    >>> naive2(np.tile([80.0, 100.0, 120.0, 100.0], 5), 4, 4).round()
    array([ 80., 100., 120., 100.])
    """
    factors = classical_factors(y, season)
    last = y[-1] / factors[(y.size - 1) % season]
    return np.asarray(last * factors[(y.size + np.arange(horizon)) % season])


@dataclass(frozen=True, slots=True)
class Seen:
    """Windows as the gate sees them: the pool's run, traits, what came, and the loss's weights."""

    run: PoolRun
    x: FloatArray
    after: FloatArray
    weight: FloatArray

    def part(self, rows: IntArray) -> Seen:
        """Give some of the windows."""
        run = self.run
        return Seen(
            PoolRun(run.points[rows], run.fit[rows], run.reach[rows], run.possible[rows]),
            self.x[rows], self.after[rows], self.weight[rows],
        )  # fmt: skip


def prepare(windows: Windows, frequency: Frequency) -> Seen:
    """Run the pool over all windows."""
    histories = line_up(windows.histories, frequency)
    run = run_pool(histories, windows.after.shape[1])
    return Seen(run, traits(histories), windows.after, loss_weights(windows, frequency))


def learn_gate(lesson: Seen, season: int) -> Gate:
    """Find θ, λ, μ with the least loss of the weighted mean (L-BFGS)."""
    names = name_matrix(season)
    low, high = lesson.x.min(axis=0), lesson.x.max(axis=0)
    fit, reach = evidence(lesson.run)
    root = np.exp(0.5 * lesson.x[:, 1:2])
    shape, size = (len(TRAITS), names.shape[1]), len(TRAITS) * names.shape[1]
    points = np.where(lesson.run.possible[:, :, None], lesson.run.points, 0.0)
    columns = points.transpose(0, 2, 1).astype(np.float32)

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        gate = Gate(p[:size].reshape(shape), np.exp(p[-2]), np.exp(p[-1]), low, high)
        weights = weigh(gate, names, lesson.x, lesson.run)
        mean = (columns @ weights[:, :, None].astype(np.float32))[:, :, 0]
        missed = (mean - lesson.after) * lesson.weight
        smooth = np.sqrt(missed**2 + KINK**2)
        down = missed / smooth * lesson.weight / missed.size
        pull = (down[:, None, :].astype(np.float32) @ columns)[:, 0, :] - (mean * down).sum(1)[
            :, None
        ]
        score = weights * pull
        theta = lesson.x.T @ score @ names
        slope = np.concatenate(
            [
                theta.ravel(),
                [-(score * root * fit).sum() * gate.fit, -(score * reach).sum() * gate.reach],
            ]
        )
        slope[:size] += 2.0 * RIDGE * p[:size]
        return float(smooth.mean() + RIDGE * (p[:size] ** 2).sum()), slope

    start = np.concatenate([np.zeros(size), np.log([2.0, 2.0])])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return Gate(
        found[:size].reshape(shape), float(np.exp(found[-2])), float(np.exp(found[-1])), low, high
    )


@dataclass(frozen=True, slots=True)
class Errors:
    """Relative errors (window, step) of every method out of fold, and their clues."""

    by_method: Mapping[Method, FloatArray]
    clue: FloatArray


def learn(
    series: Mapping[Frequency, Sequence[FloatArray]], told: Callable[[str], None] = lambda _: None
) -> Learned:
    """Learn gates and spreads of all frequencies.

    A gate that forecasts has seen all series; the errors behind the spreads are those of gates
    that had not seen the series they forecast, nor its neighbours.
    """
    gates, errors = {}, {}
    for frequency, own in series.items():
        windows = cut_windows(own, frequency)
        seen = prepare(windows, frequency)
        told(f"{frequency}: {len(own)} series, {len(windows.histories)} windows")
        errors[frequency] = _errors_out_of_fold(windows, seen, frequency, len(own), told)
        gates[frequency] = learn_gate(seen, SEASON[frequency])
    slopes = {
        method: learn_clue([(e.by_method[method], e.clue) for e in errors.values()])
        for method in METHODS
    }
    return {
        frequency: Lesson(
            gates[frequency],
            {m: learn_spread(e, found.clue, slopes[m]) for m, e in found.by_method.items()},
            learn_momentum(series[frequency], SEASON[frequency]),
        )
        for frequency, found in errors.items()
    }


def _errors_out_of_fold(
    windows: Windows, seen: Seen, frequency: Frequency, count: int, told: Callable[[str], None]
) -> Errors:
    season, names = SEASON[frequency], name_matrix(SEASON[frequency])
    fold = windows.owner * FOLDS // count
    weights = np.empty(seen.run.fit.shape)
    for number in range(FOLDS):
        gate = learn_gate(seen.part(np.flatnonzero(fold != number)), season)
        rows = np.flatnonzero(fold == number)
        held = seen.part(rows)
        weights[rows] = weigh(gate, names, held.x, held.run)
        told(f"{frequency}: fold {number + 1} of {FOLDS}")
    histories = line_up(windows.histories, frequency)
    experts = bounded(histories, blend(weights, seen.run))
    clue = clues(histories, seen.x, weights, seen.run, experts)
    usable = histories.positive & (windows.after > 0).all(axis=1)
    steps = windows.after.shape[1]
    found: dict[Method, FloatArray] = {}
    for method in METHODS:
        points = points_of(method, histories, seen.run, steps, experts)
        found[method] = relative_errors(windows.after[usable], points[usable])
        told(f"{frequency}: {method}")
    return Errors(found, clue[usable])
