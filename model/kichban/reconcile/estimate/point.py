"""The system at a state: what prints and prior ask for there, with slips weighed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from kichban.numbers import FloatArray
from kichban.reconcile.estimate.likelihood import Pull, kept, pull, weigh
from kichban.reconcile.estimate.prior import Prior
from kichban.reconcile.estimate.system import System


@dataclass(frozen=True, slots=True)
class Wider:
    """How much wider than they are scales are taken on the way to the mode.

    `rows` is a factor or one per row; `releases` a factor or one per row of the prior.
    """

    rows: FloatArray | float
    releases: FloatArray | float


AS_THEY_ARE = Wider(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Prints and prior weighed at a fit: pull, precisions, and the log posterior by family."""

    pull: Pull
    precision: FloatArray
    prior_precision: FloatArray
    right: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class Point:
    """The system at a state: fit, derivatives, and what prints and prior ask for there."""

    state: FloatArray
    fitted: FloatArray
    jacobian: csr_array
    weighed: Weighed


def weigh_at(
    system: System, prior: Prior, state: FloatArray, fitted: FloatArray, scales: FloatArray,
    wider: Wider,
) -> Weighed:  # fmt: skip
    """Weigh prints and prior at a fit."""
    sd = system.sd(scales) * np.where(system.scale < 0, 1.0, wider.rows)
    low, high = system.reading(fitted)
    found = pull(fitted, low, high, sd, system.slips)
    prior_sd = prior.sd(scales)
    prior_sd = np.where(prior.releases, prior_sd * wider.releases, prior_sd)
    error = prior.right - prior.matrix @ state
    density = -np.log(prior_sd) - 0.5 * (error / prior_sd) ** 2
    right = np.ones(len(prior_sd))
    own = prior.releases
    right[own], density[own] = weigh(error[own], prior_sd[own], prior.slip[own])
    blocks, inside = len(system.layout.blocks), system.block >= 0
    value = np.bincount(prior.block, density, blocks).astype(float)
    value += np.bincount(system.block[inside], found.value[inside], blocks)
    return Weighed(
        found, found.precision * kept(found.right, sd), kept(right, prior_sd) / prior_sd**2,
        right, value,
    )  # fmt: skip


def look(
    system: System, prior: Prior, state: FloatArray, scales: FloatArray, wider: Wider = AS_THEY_ARE
) -> Point:
    """Linearise the system at a state and weigh what it finds."""
    fitted, jacobian = system.linearise(state)
    return Point(state, fitted, jacobian, weigh_at(system, prior, state, fitted, scales, wider))
