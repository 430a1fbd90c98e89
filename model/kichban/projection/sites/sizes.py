"""Sizes of sites known only by their total: seeded, within bounds, adding up exactly."""

from __future__ import annotations

import hashlib

import numpy as np

from kichban.numbers import FloatArray, round_to_total

#: smallest and largest gross area in ha of sites that are assumed, by kind
MOST = 5000
SIZES = {"kcn": (50.0, 500.0), "ccn": (10.0, 75.0)}


def sizes_adding_up(
    total: float, number: int, bounds: tuple[float, float], seed: int, name: str
) -> FloatArray:
    """Draw `number` sizes in ha within `bounds` that add up to `total`.

    Where no sizes within the bounds can do so, all are equal. The draws depend on seed and name
    only.

    Examples
    --------
    >>> sizes = sizes_adding_up(585.46, 8, (10.0, 75.0), 1, "ccn")
    >>> round(float(sizes.sum()), 9), bool(sizes.max() <= 75.0)
    (585.46, True)
    """
    if number == 0:
        return np.empty(0)
    if number > MOST:
        raise ValueError(f"{number} sites are more than a province can have")
    low, high = bounds
    if not low * number < total < high * number:
        return np.full(number, total / number)
    key = np.frombuffer(hashlib.sha256(f"{seed}/sizes/{name}".encode()).digest()[:16], dtype="<u8")
    drawn = low + (high - low) * np.random.Generator(np.random.Philox(key=key)).random(number)
    below, above = low - high, high - low
    for _ in range(200):
        shift = 0.5 * (below + above)
        if np.clip(drawn + shift, low, high).sum() < total:
            below = shift
        else:
            above = shift
    sizes = round_to_total(np.clip(drawn + 0.5 * (below + above), low, high), 2)
    # rounding leaves less than a hundredth of a hectare, which the middle size takes
    middle = int(np.argsort(sizes)[number // 2])
    sizes[middle] += total - sizes.sum()
    return sizes
