"""Labels at line ends moved apart just as far as they must."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def spread_labels(
    wanted: Sequence[float], gaps: float | Sequence[float], low: float, high: float
) -> list[float]:
    """Move labels so that no two overlap, each as near as it can be to where it belongs.

    The sum of squared moves is least (pools of neighbours share their mean), labels keep their
    order, and all stay within ``[low, high]`` as long as they fit there at all.

    Parameters
    ----------
    wanted
        Where each label belongs, in any order.
    gaps
        Height of a label, one for all or one each; two neighbours keep half of both apart.
    low, high
        Limits for the middle of a label.

    Returns
    -------
    list of float
        Places in the order of `wanted`.

    Examples
    --------
    >>> spread_labels([10.0, 10.5, 30.0], 4.0, 0.0, 100.0)
    [8.25, 12.25, 30.0]
    >>> spread_labels([1.0, 1.0], 4.0, 0.0, 100.0)
    [0.0, 4.0]
    """
    count = len(wanted)
    heights = [gaps] * count if isinstance(gaps, (int, float)) else list(gaps)
    order = sorted(range(count), key=lambda i: (wanted[i], i))
    offsets = [0.0]
    for before, after in pairwise(order):
        offsets.append(offsets[-1] + (heights[before] + heights[after]) / 2)
    # With the needed distances taken out, "apart" becomes "not decreasing": an isotonic fit.
    pools: list[tuple[float, int]] = []
    for index, offset in zip(order, offsets, strict=False):
        mean, size = wanted[index] - offset, 1
        while pools and pools[-1][0] > mean:
            other, other_size = pools.pop()
            mean = (mean * size + other * other_size) / (size + other_size)
            size += other_size
        pools.append((mean, size))
    ceiling = max(low, high - (offsets[-1] if count else 0.0))
    level = [min(max(mean, low), ceiling) for mean, size in pools for _ in range(size)]
    places = [0.0] * count
    for index, offset, base in zip(order, offsets, level, strict=False):
        places[index] = base + offset
    return places
