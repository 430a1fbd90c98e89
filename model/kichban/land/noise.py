"""Random numbers of the land block, counter-based: each site and year has a stream of its own.

Adding a site, or a longer horizon, therefore never changes what another site or an earlier year
is dealt, and two scenarios run on the same luck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kichban.land.values import freeze_arrays
from kichban.numbers import FloatArray

#: rows of `LandNoise.uniform`; two more columns are dealt for the site effect
STAGES = ("entry", "approval", "handover", "clearing", "servicing", "operation")
_COLUMNS = 8
#: years of demand noise: more than any horizon, so that a horizon never shows
NOISE_YEARS = 72


@dataclass(frozen=True, slots=True)
class LandNoise:
    """One block of random numbers.

    Parameters
    ----------
    uniform : (stage, draw, site) float64 in [0, 1)
        For the durations, rows as in `STAGES`.
    effect : (draw, site) float64
        Standard normal, speed of a site.
    demand : (year, draw, kind) float64
        Standard normal innovations of annual demand, counted from the first year.
    weights : (draw, 3) float64
        Shares of trend, investment and growth in demand, Dirichlet, adding to 1.
    """

    uniform: FloatArray
    effect: FloatArray
    demand: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        freeze_arrays(self)

    def draws(self, part: slice) -> LandNoise:
        """Give the draws of `part`."""
        return LandNoise(
            self.uniform[:, part], self.effect[part], self.demand[:, part], self.weights[part]
        )


def stream(seed: int, block: int, name: str) -> np.random.Generator:
    """Give the stream of one name: a Philox generator whose key is the hash of all three.

    >>> float(stream(1, 0, "van_trung").random()) == float(stream(1, 0, "van_trung").random())
    True
    """
    digest = hashlib.sha256(f"{seed}/{block}/{name}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8")
    return np.random.Generator(np.random.Philox(key=key))


def land_noise(
    seed: int,
    block: int,
    draws: int,
    site_ids: Sequence[str],
    concentrations: tuple[float, float, float] = (4.0, 2.0, 2.0),
) -> LandNoise:
    """Deal the random numbers of a block.

    Parameters
    ----------
    seed, block, draws
        Seed of the run, number of the block, draws in it. Fewer draws are a prefix of more.
    site_ids
        Ids of the sites, in the order of the arrays.
    concentrations
        Of the Dirichlet shares of trend, investment and growth in demand.

    Examples
    --------
    >>> one, two = land_noise(1, 0, 4, ["a"]), land_noise(1, 0, 4, ["b", "a"])
    >>> bool((one.uniform[:, :, 0] == two.uniform[:, :, 1]).all())
    True
    """
    dealt = np.empty((_COLUMNS, draws, len(site_ids)))
    for column, site in enumerate(site_ids):
        # draws vary slowest, so that a smaller block is the beginning of a larger one
        dealt[:, :, column] = stream(seed, block, f"site:{site}").random((draws, _COLUMNS)).T
    radius = np.sqrt(-2.0 * np.log1p(-dealt[6]))
    effect = radius * np.cos(2.0 * np.pi * dealt[7])
    demand = np.stack(
        [
            stream(seed, block, f"demand:{year}").standard_normal((draws, 2))
            for year in range(NOISE_YEARS)
        ]
    )
    shares = stream(seed, block, "demand:weights").standard_gamma(concentrations, (draws, 3))
    weights = shares / shares.sum(axis=1, keepdims=True)
    return LandNoise(dealt[: len(STAGES)], effect, demand, weights)
