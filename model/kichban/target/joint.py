"""How likely targets are met together, and how far one falls short where it is missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kichban.ledger import Target
from kichban.numbers import FloatArray
from kichban.target.outcome import meets


class Joint(NamedTuple):
    """Probabilities of a set of targets in one scenario.

    `each` of them by itself, `every` one together and at least one (`some`); `apart` is what the
    product of the single ones would say: where it differs, targets hang together. `error` is the
    Monte-Carlo error of `every`.
    """

    targets: tuple[str, ...]
    each: tuple[float, ...]
    every: float
    some: float
    apart: float
    error: float


def joint_probability(
    targets: Sequence[Target], values: Mapping[str, FloatArray], block: int
) -> Joint:
    """Count the draws in which all targets are met.

    Parameters
    ----------
    values : mapping by target id to (draw,) float64
        The same draws for all.
    block
        Draws dealt at a time.

    Raises
    ------
    ValueError
        Without any target.
    """
    if not targets:
        raise ValueError("no target")
    met = np.stack([meets(values[t.id], t) for t in targets])
    every = np.asarray(met.all(axis=0))
    each = met.mean(axis=1)
    return Joint(
        tuple(t.id for t in targets), tuple(float(p) for p in each), float(every.mean()),
        float(met.any(axis=0).mean()), float(np.prod(each)), block_error(every, block),
    )  # fmt: skip


def expected_shortfall(values: FloatArray, target: Target) -> float:
    r"""Give the mean shortfall of the draws that miss: :math:`E[T - X \mid X < T]`.

    Positive, in the target's unit (per cent points of rates); NaN where none misses.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> plan = SimpleNamespace(value=10.0, upper=None, resolved_sense=">=")
    >>> expected_shortfall(np.array([8.0, 6.0, 12.0]), plan)
    3.0
    """
    missed = values[~meets(values, target)]
    if not missed.size:
        return math.nan
    upper = target.value if target.upper is None else target.upper
    bound = upper if target.resolved_sense == "<=" else target.value
    # of what is to be kept exactly either side is a miss
    nearest = np.clip(missed, target.value, upper) if target.resolved_sense == "=" else bound
    return float(np.abs(missed - nearest).mean())


def block_error(met: NDArray[np.bool_], block: int) -> float:
    """Give the Monte-Carlo error of a share: spread between the independent blocks."""
    full = met.size // block
    if full < 2:
        share = float(met.mean())
        return math.sqrt(share * (1 - share) / met.size)
    shares = met[: full * block].reshape(full, block).mean(axis=1)
    return float(shares.std(ddof=1) / math.sqrt(full))
