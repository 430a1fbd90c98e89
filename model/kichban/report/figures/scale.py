"""Round axis limits and ticks, chosen without asking the drawing library."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 4.0, 5.0, 10.0, 20.0)


def nice_ticks(top: float, most: int = 6, low: float = 0.0) -> list[float]:
    """Give ticks through 0 that hold `low` and `top`, at most `most` of them, a round step apart.

    >>> nice_ticks(1433.0)
    [0.0, 400.0, 800.0, 1200.0, 1600.0]
    >>> nice_ticks(18.0, low=-3.5)
    [-5.0, 0.0, 5.0, 10.0, 15.0, 20.0]
    >>> nice_ticks(0.0)
    [0.0, 1.0]
    """
    top, low = max(top, 0.0), min(low, 0.0)
    if top == low or not math.isfinite(top - low):
        return [0.0, 1.0]
    magnitude = 10.0 ** math.floor(math.log10((top - low) / (most - 1)))
    for step in _STEPS:
        above = math.ceil(top / (step * magnitude) - 1e-9)
        below = math.ceil(-low / (step * magnitude) - 1e-9)
        if above + below <= most - 1:
            return [round(i * step * magnitude, 10) for i in range(-below, above + 1)]
    raise AssertionError("twenty magnitudes always hold the span")  # pragma: no cover
