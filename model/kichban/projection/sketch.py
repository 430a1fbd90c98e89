"""Quantiles of what streams by: exact while it fits, within a known error after, in fixed room.

Buffers of equal size, each with a weight (Manku, Rajagopalan & Lindsay 1998): two that are full
and of one weight are sorted together, and every second value of theirs stays with twice the
weight. With k values in a buffer and n in all, the rank of a quantile is off by at most
log2(n/k)/(2k) of n.
"""

from __future__ import annotations

import numpy as np

from kichban.numbers import FloatArray

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


def quantiles(values: FloatArray) -> FloatArray:
    """Give (statistic, period) of (draw, period): linear quantiles and the mean.

    Columns without a number in every draw come back as NaN.
    """
    ordered = np.sort(values.T, axis=1)  # NaN sort to the end
    count = ordered.shape[1]
    position = np.array(LEVELS) * (count - 1)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    weight = position - below
    found = ordered[:, below] * (1 - weight) + ordered[:, above] * weight
    mean = ordered.mean(axis=1, keepdims=True)
    table = np.hstack([found, mean])
    table[np.isnan(ordered[:, -1])] = np.nan
    return np.asarray(table.T)


class QuantileSketch:
    """Takes blocks of draws and gives :func:`quantiles` of all of them.

    Parameters
    ----------
    columns
        Numbers that each draw brings.
    room
        Draws that fit into one buffer; as long as all fit the quantiles are exact.
    """

    def __init__(self, columns: int, room: int) -> None:
        self.room = room + room % 2
        self.columns = columns
        self._filling: list[FloatArray] = []
        self._full: dict[int, FloatArray] = {}
        self._total = np.zeros(columns)
        self._count = 0
        self._odd = 0

    def add(self, values: FloatArray) -> None:
        """Take (draw, column) values."""
        self._total += values.sum(axis=0)  # a NaN stays one
        self._count += len(values)
        self._filling.append(values)
        if sum(map(len, self._filling)) > self.room:
            waiting = np.concatenate(self._filling)
            while len(waiting) > self.room:
                whole, waiting = np.split(waiting, [self.room])
                self._keep(whole, 1)
            self._filling = [waiting]

    def _keep(self, buffer: FloatArray, weight: int) -> None:
        while (other := self._full.pop(weight, None)) is not None:
            both = np.sort(np.concatenate([other, buffer]), axis=0)
            # the first and the second of each pair in turn, or all would drift to one side
            buffer, weight, self._odd = both[self._odd :: 2], 2 * weight, 1 - self._odd
        self._full[weight] = buffer

    def split(self, size: int = 32) -> list[QuantileSketch]:
        """Give the same sketch by groups of columns, to be worked on side by side."""
        found = []
        for first in range(0, self.columns, size):
            own = slice(first, first + size)
            part = QuantileSketch(len(self._total[own]), self.room)
            part._filling = [values[:, own] for values in self._filling]
            part._full = {weight: buffer[:, own] for weight, buffer in self._full.items()}
            part._total, part._count = self._total[own], self._count
            found.append(part)
        return found

    def table(self) -> FloatArray:
        """Give (statistic, column), NaN where a draw brought none."""
        last = np.concatenate([np.empty((0, self.columns)), *self._filling])
        if not self._full:
            return quantiles(last)
        parts = [*self._full.items(), (1, last)]
        values = np.concatenate([buffer for _, buffer in parts])
        weights = np.concatenate([np.full(len(buffer), float(w)) for w, buffer in parts])
        order = np.argsort(values, axis=0)
        ordered = np.take_along_axis(values, order, axis=0)
        reached = np.cumsum(weights[order], axis=0) - 0.5 * weights[order]
        reached /= weights.sum()
        columns = [np.interp(LEVELS, reached[:, c], ordered[:, c]) for c in range(values.shape[1])]
        table = np.vstack([np.array(columns).reshape(-1, len(LEVELS)).T, self._total / self._count])
        table[:, np.isnan(self._total)] = np.nan
        return table
