"""Round axis limits and ticks, chosen without asking the drawing library."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 4.0, 5.0, 10.0)


def nice_ticks(top: float, most: int = 6) -> list[float]:
    """Give ticks from 0 to at least `top`, at most `most` of them, a round step apart.

    >>> nice_ticks(1433.0)
    [0.0, 400.0, 800.0, 1200.0, 1600.0]
    >>> nice_ticks(0.0)
    [0.0, 1.0]
    """
    if top <= 0 or not math.isfinite(top):
        return [0.0, 1.0]
    magnitude = 10.0 ** math.floor(math.log10(top / (most - 1)))
    for step in _STEPS:
        count = math.ceil(top / (step * magnitude) - 1e-9)
        if count <= most - 1:
            return [round(i * step * magnitude, 10) for i in range(count + 1)]
    raise AssertionError("ten magnitudes always hold the top")  # pragma: no cover
