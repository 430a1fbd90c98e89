"""What the three questions share: which parameters are drawn, and which are tied to each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kichban.errors import UsageError
from kichban.numbers import FloatArray
from kichban.projection import Projector, Run
from kichban.scenario import USUAL, Deal, Scenario, nearest
from kichban.scenario.values import Correlation
from kichban.study.sensitivity.asked import Asked

#: parameters that are tried together for whether they move anything
CHUNK = 4
#: differences below this share are the last bits of the arithmetic
SLACK = 1e-9


def drawn_parameters(projector: Projector, scenario: Scenario) -> Mapping[str, FloatArray]:
    """Give the (draw,) values of every parameter that differs between draws.

    Raises
    ------
    UsageError
        ``E-SENS-908`` where a scenario draws none.
    """
    draws = projector.draws(scenario)
    found = {key: values for key, values in draws.items() if np.ptp(values) > 0}
    if not found:
        raise UsageError("E-SENS-908", scenario.name)
    return found


def chosen_parameters(
    names: Sequence[str], drawn: Collection[str], known: Collection[str], scenario: str
) -> tuple[str, ...]:
    """Check the parameters that a user names.

    Parameters
    ----------
    known
        All there are: a mistyped name is meant for one of them, drawn or not.

    Raises
    ------
    UsageError
        ``E-SENS-905`` for one that does not exist, ``E-SENS-914`` for one that is not drawn.

    Examples
    --------
    >>> chosen_parameters(["a,b", "a"], ["a", "b", "c"], ["a", "b", "c", "d"], "baseline")
    ('a', 'b')
    """
    wanted = tuple(dict.fromkeys(n.strip() for name in names for n in name.split(",") if n.strip()))
    for name in wanted:
        allowed = nearest(name, drawn)["allowed"]
        if name not in drawn and name in known:
            raise UsageError("E-SENS-914", name, scenario=scenario, allowed=allowed)
        if name not in drawn:
            near = nearest(name, {*known, *drawn})["nearest"]
            raise UsageError("E-SENS-905", name, nearest=near, allowed=allowed)
    return wanted


def tied_groups(
    keys: Sequence[str], correlations: Sequence[Correlation]
) -> tuple[tuple[str, ...], ...]:
    """Gather parameters into groups: those that correlations tie, directly or by others, are one.

    >>> ties = [Correlation(("a", "c"), 0.5), Correlation(("c", "d"), 0.2)]
    >>> tied_groups(["a", "b", "c", "d"], ties)
    (('a', 'c', 'd'), ('b',))
    """
    group = {key: {key} for key in keys}
    for tie in correlations:
        one, other = (group.get(key) for key in tie.of)
        if one is None or other is None or one is other or not tie.rho:
            continue
        one |= other
        for key in other:
            group[key] = one
    found = dict.fromkeys(tuple(k for k in keys if k in group[key]) for key in keys)
    return tuple(found)


def with_draws(projector: Projector, draws: int) -> Projector:
    """Give a projector that runs fewer draws: the first ones.

    Its paths are joined on these draws too, as those of every deal are: else the usual run would
    differ from a deal that changes nothing.
    """
    few = replace(projector, settings=replace(projector.settings, draws=draws))
    return few.joined(USUAL)


def moving_parameters(
    projector: Projector, asked: Asked, drawn: Collection[str], *, chunk: int = CHUNK
) -> tuple[str, ...]:
    """Give the parameters that may move an outcome: the others need no run of their own.

    Neighbours of the catalogue, `chunk` at a time, take other, independent draws; where no draw of
    any outcome moves, none of them has a say.
    """
    groups = tied_groups(tuple(drawn), asked.scenario.correlations)
    chunks = {
        str(i): tuple(k for group in groups[i : i + chunk] for k in group)
        for i in range(0, len(groups), chunk)
    }
    swaps = {i: Run(asked.scenario, Deal(swapped=frozenset(c))) for i, c in chunks.items()}
    projection = projector.run({"": Run(asked.scenario), **swaps})
    base = asked.values(projection, "")
    slack = SLACK * np.abs(base).max(axis=0)
    found = {
        key
        for i, keys in chunks.items()
        if (np.abs(asked.values(projection, i) - base) > slack).any()
        for key in keys
    }
    return tuple(key for key in drawn if key in found)
