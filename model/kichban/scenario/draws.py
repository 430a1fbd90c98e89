"""Draws of all parameters: scrambled Sobol blocks, the same for every scenario."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from kichban.catalogue import Parameters
from kichban.numbers import FloatArray
from kichban.scenario.priors import median, quantiles
from kichban.scenario.values import Correlation, Prior, Scenario

#: draws in a block: a power of two keeps the Sobol sequence balanced
BLOCK = 1024
_LOG2_BLOCK = 10
#: blocks from here on deal the other luck of a study of sensitivity; no run has so many
OTHER = 1 << 20
#: Sobol points come in steps of this size, so neither 0 nor 1 is ever passed on
_HALF_STEP = 2.0**-31


@dataclass(frozen=True, slots=True)
class Deal:
    """How the draws of a run depart from the usual ones.

    Parameters
    ----------
    fixed
        Parameters held at one value in every draw.
    swapped
        Parameters that take another, independent draw from their prior. Of parameters tied by a
        correlation all or none should be among them.
    other_luck
        Whether shocks and luck of sites are other, independent ones too.
    """

    fixed: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    swapped: frozenset[str] = frozenset()
    other_luck: bool = False

    def luck_of(self, block: int) -> int:
        """Block that deals the shocks and the luck of sites."""
        return block + OTHER if self.other_luck else block


USUAL = Deal()


def draw_parameters(
    scenario: Scenario,
    parameters: Parameters,
    seed: int,
    block: int,
    size: int = BLOCK,
    deal: Deal = USUAL,
) -> Mapping[str, FloatArray]:
    """Draw every parameter that is a number.

    The uniform behind a parameter depends on seed, block and its place in the catalogue only, so
    the same draw of two scenarios is the same luck. A shorter block is the start of the full one.

    Parameters
    ----------
    seed, block
        Which of the independently scrambled blocks.
    size
        How many draws, at most 1.024.
    deal
        How they depart from the usual ones; what it holds fixed is not fixed here, for a prior may
        still be moved by what was observed.

    Returns
    -------
    draws : mapping to (draw,) float64, read-only
        In the parameters' units. Certain ones are constant; those left to the data
        (``None``) are absent. For a parameter without a single value to which the scenario gives
        a prior it is the distance from the prior's median, to be added to its path.
    """
    if not 0 < size <= BLOCK:
        raise ValueError(f"a block has 1 to {BLOCK} draws, not {size}")
    uniforms = block_uniforms(parameters, scenario.priors, seed, block)
    if deal.swapped:
        uniforms |= _other_uniforms(parameters, scenario.priors, seed, block, deal.swapped)
    joint = correlate(uniforms, scenario.correlations)
    found: dict[str, FloatArray] = {}
    for key, parameter in parameters.items():
        prior, value = scenario.priors.get(key), scenario.values[key]
        if prior is not None:
            draws = quantiles(prior, joint[key][:size])
            found[key] = draws - median(prior) if parameter.kind == "path" else draws
        elif isinstance(value, float):
            found[key] = np.full(size, value)
    for draws in found.values():
        draws.flags.writeable = False
    return MappingProxyType(found)


def stated_centre(scenario: Scenario, parameters: Parameters, key: str) -> float:
    """Give what turns a draw of a parameter into the value a scenario states.

    Draws of a path are distances from the median of its prior; all others are values already.
    """
    prior = scenario.priors.get(key)
    return median(prior) if prior is not None and parameters[key].kind == "path" else 0.0


def block_uniforms(
    parameters: Parameters, priors: Mapping[str, Prior], seed: int, block: int
) -> dict[str, FloatArray]:
    """Give the (1024,) uniforms of every uncertain parameter, independent of each other.

    Parameters that only a scenario makes uncertain stand outside the Sobol sequence, whose
    dimensions are those of the catalogue: each has a stratified column of its own.
    """
    points = _sobol(len(parameters.sampled), seed, block)
    columns = dict(zip(parameters.sampled, points.T, strict=True))
    return {
        key: columns[key] if key in columns else _stratified(seed, block, key)
        for key in parameters
        if key in priors
    }


def _other_uniforms(
    parameters: Parameters,
    priors: Mapping[str, Prior],
    seed: int,
    block: int,
    keys: Collection[str],
) -> dict[str, FloatArray]:
    """Give other uniforms of some parameters, independent of a block's own.

    Draw j of two blocks is the same point of one sequence, scrambled twice: only in another order
    does it know nothing of the first.
    """
    other = block_uniforms(parameters, priors, seed, block + OTHER)
    order = np.random.default_rng(np.random.SeedSequence([seed, block, OTHER])).permutation(BLOCK)
    return {key: other[key][order] for key in keys if key in other}


@lru_cache(maxsize=16)
def _sobol(dimensions: int, seed: int, block: int) -> FloatArray:
    from scipy.stats import qmc  # half a second that only a run needs

    generator = np.random.default_rng(np.random.SeedSequence([seed, block]))
    sequence = qmc.Sobol(dimensions, scramble=True, rng=generator)
    points = np.clip(sequence.random_base2(_LOG2_BLOCK), _HALF_STEP, 1 - _HALF_STEP)
    points.flags.writeable = False
    return np.asarray(points)


def _stratified(seed: int, block: int, key: str) -> FloatArray:
    generator = np.random.default_rng(np.random.SeedSequence([seed, block, *key.encode()]))
    return (generator.permutation(BLOCK) + np.clip(generator.random(BLOCK), 1e-9, 1)) / (
        BLOCK + 1e-6
    )


def correlate(
    uniforms: Mapping[str, FloatArray], correlations: Sequence[Correlation]
) -> dict[str, FloatArray]:
    """Give uniforms the rank correlations of a Gaussian copula; others stay as they are."""
    from scipy.special import ndtr, ndtri

    joint = dict(uniforms)
    keys = tied_keys(correlations)
    if keys:
        keys = [key for key in uniforms if key in keys]
        factor = np.linalg.cholesky(correlation_matrix(keys, correlations))
        scores = factor @ ndtri(np.stack([uniforms[key] for key in keys]))
        tied = np.clip(ndtr(scores), _HALF_STEP, 1 - _HALF_STEP)
        joint |= dict(zip(keys, tied, strict=True))
    return joint


def tied_keys(correlations: Sequence[Correlation]) -> list[str]:
    """Give the keys named by any correlation, once each."""
    return list(dict.fromkeys(key for c in correlations for key in c.of))


def correlation_matrix(keys: Sequence[str], correlations: Sequence[Correlation]) -> FloatArray:
    """Give the (key, key) matrix of pairwise correlations.

    >>> correlation_matrix(["a", "b"], [Correlation(("a", "b"), 0.5)])
    array([[1. , 0.5], [0.5, 1. ]])
    """
    matrix = np.eye(len(keys))
    for c in correlations:
        i, j = keys.index(c.of[0]), keys.index(c.of[1])
        matrix[i, j] = matrix[j, i] = c.rho
    return matrix
