"""Sobol' indices of a scenario: its parameters, what else is drawn, and luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kichban.compare.naming import LUCK, OTHERS, TIE
from kichban.compare.outcomes import Outcome
from kichban.compare.sensitivity import Indices, indices, is_constant
from kichban.errors import UsageError
from kichban.numbers import FloatArray
from kichban.projection import Projector, Run
from kichban.scenario import Deal
from kichban.study.sensitivity.asked import Asked
from kichban.study.sensitivity.runs import (
    chosen_parameters,
    drawn_parameters,
    moving_parameters,
    tied_groups,
    with_draws,
)
from kichban.study.sensitivity.tornado import BASE, ENDS, ends_of, run_held
from kichban.study.workbench import Workbench

#: parameters that stand alone where nobody names them
MOST = 12
#: draws of the tornado that chooses them: it has to rank, not to measure
SCREENING = 256
A, B = "A", "B"


@dataclass(frozen=True, slots=True)
class Sobol:
    """Indices by group and outcome; `spread` is the standard deviation of each outcome.

    Groups are keys of parameters (tied ones joined by ``+``), then ``others`` and ``luck``;
    `left_out` are the keys in ``others``.
    """

    asked: Asked
    draws: int
    groups: tuple[str, ...]
    left_out: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    found: Indices
    spread: FloatArray

    @property
    def tied(self) -> tuple[str, ...]:
        """Groups of parameters that the scenario ties to each other."""
        return tuple(g for g in self.groups if TIE in g)


def sobol_of(bench: Workbench, asked: Asked, names: Sequence[str] = (), most: int = MOST) -> Sobol:
    """Swap one group after the other for independent draws, all runs side by side.

    Raises
    ------
    UsageError
        ``E-SENS-910`` for a number of draws that is no power of two, ``E-SENS-907`` where only
        some of tied parameters are named, ``E-SENS-911`` for an outcome that is constant.
    """
    projector = bench.asking(asked.variables)
    draws = projector.settings.draws
    check_draws(draws)
    drawn = drawn_parameters(projector, asked.scenario)
    known = bench.given.parameters
    every = tied_groups(tuple(drawn), asked.scenario.correlations)
    chosen = (
        named_groups(chosen_parameters(names, drawn, known, asked.scenario.name), every)
        if names else foremost(bench, projector, asked, drawn, every, most)
    )  # fmt: skip
    left_out = tuple(k for group in every if group not in chosen for k in group)
    swaps = {TIE.join(group): Deal(swapped=frozenset(group)) for group in chosen}
    if left_out:
        swaps[OTHERS] = Deal(swapped=frozenset(left_out))
    swaps[LUCK] = Deal(other_luck=True)
    deals = {A: Deal(), B: Deal(swapped=frozenset(drawn), other_luck=True), **swaps}
    runs = {name: Run(asked.scenario, deal) for name, deal in deals.items()}
    projection = projector.run(runs, bench.given.progress)
    f = {name: asked.values(projection, name) for name in runs}
    both = np.concatenate([f[A], f[B]])
    moving = ~is_constant(both)
    outcomes = asked.outcomes
    if (asked.targets and not moving.all()) or not moving.any():
        still = outcomes[int(np.flatnonzero(~moving)[0])]
        raise UsageError("E-SENS-911", still.target or still.variable.indicator,
                         period=still.period)  # fmt: skip
    found = indices(
        f[A][:, moving], f[B][:, moving], np.stack([f[name][:, moving] for name in swaps]),
        bench.given.request.seed,
    )  # fmt: skip
    kept = tuple(o for o, m in zip(outcomes, moving, strict=True) if m)
    return Sobol(
        asked, draws, tuple(swaps), left_out, kept, found, both[:, moving].std(axis=0, ddof=1)
    )


def check_draws(draws: int) -> None:
    """Refuse a number of draws that is no power of two, for which Sobol' sequences are made.

    >>> check_draws(1024)
    """
    if draws & (draws - 1):
        below = 1 << (draws.bit_length() - 1)
        raise UsageError("E-SENS-910", str(draws), below=str(below), above=str(2 * below))


def named_groups(
    names: Sequence[str], every: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    """Give the groups that hold the named parameters, which must be named whole."""
    found = []
    for group in every:
        missing = [k for k in group if k not in names]
        if len(missing) == len(group):
            continue
        if missing:
            named = next(k for k in group if k in names)
            raise UsageError("E-SENS-907", named, missing=", ".join(missing))
        found.append(group)
    return tuple(found)


def foremost(
    bench: Workbench,
    projector: Projector,
    asked: Asked,
    drawn: Mapping[str, FloatArray],
    every: Sequence[tuple[str, ...]],
    most: int,
) -> tuple[tuple[str, ...], ...]:
    """Give the groups whose tornado bars are widest, against the spread of each outcome."""
    few = with_draws(projector, min(SCREENING, projector.settings.draws))
    moving = moving_parameters(few, asked, drawn)
    ends = {key: ends_of(drawn[key]) for key in moving}
    held = run_held(bench, few, asked, ends, {})
    base = held.pop(BASE).at_low
    low, high = np.quantile(base, ENDS, axis=0)
    width = np.where(high > low, high - low, np.inf)

    def reach(key: str) -> float:
        if key not in held:
            return 0.0
        sides = [np.median(v, axis=0) for v in (base, held[key].at_low, held[key].at_high)]
        return float((np.ptp(np.stack(sides), axis=0) / width).max())

    reaches = {group: max(reach(key) for key in group) for group in every}
    ranked = sorted((g for g in every if reaches[g] > 0), key=lambda group: -reaches[group])
    return tuple(ranked[:most])
