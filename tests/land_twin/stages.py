"""L1: how much land is cleared and serviced by a date."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kichban.land.values import CLEARING, HANDOVER, SERVICING
from kichban.numbers import FloatArray

#: clearing takes at least a quarter from first handover to the end
SHORTEST_RAMP = 0.25


def slipped_date(document: FloatArray, official: FloatArray, slip: FloatArray) -> FloatArray:
    """Completion when an official date slips: document + (official − document) × slip.

    An official date without the day of its document counts from the start of the run (time 0).

    >>> slipped_date(np.array([2024.0]), np.array([2026.0]), np.array([1.5])).tolist()
    [2027.0]
    """
    start = np.where(np.isnan(document), 0.0, document)
    return start + (official - start) * slip


class ClearingWindow(NamedTuple):
    """When land becomes cleared and serviced; all (draw, site), years from the start.

    Both are linear ramps: `begin`, `length` of clearing, `ready`, `ready_length` of servicing.
    """

    begin: FloatArray
    length: FloatArray
    ready: FloatArray
    ready_length: FloatArray


def clearing_window(
    approved: FloatArray,
    durations: tuple[FloatArray, FloatArray, FloatArray],
    slip: FloatArray,
    cleared_share: FloatArray,
    official: FloatArray,
    document: FloatArray,
) -> ClearingWindow:
    """Lay out first handover, end of clearing and servicing.

    A longer slip never makes any of the two ramps earlier at any date.

    Parameters
    ----------
    approved : (draw, site) or (site,) float64, years from the start
        Date of approval.
    durations : three (draw, site) float64, years
        Handover, clearing (both from approval) and servicing, slip applied.
    slip : (draw, 1) float64
        Factor on official dates.
    cleared_share : (site,) float64
        Share cleared at the start; those sites are past handover and need the rest of the ramp.
    official, document : (site, 4) float64, years from the start
        Official completion dates and the days of their documents, NaN = none.
    """
    handover, clearing, servicing = durations
    begin = np.maximum(approved + handover, 0.0)
    begin = _official(begin, HANDOVER, official, document, slip)
    # nothing is handed over before approval, whatever a document says
    begin = np.maximum(np.maximum(begin, approved), 0.0)
    begin = np.where(cleared_share > 0.0, 0.0, begin)
    ramp = np.maximum(clearing - handover, SHORTEST_RAMP) * (1.0 - cleared_share)
    end = _official(begin + ramp, CLEARING, official, document, slip)
    length = np.maximum(end - begin, SHORTEST_RAMP * (1.0 - cleared_share) + 1e-9)
    ready, ready_length = begin + servicing, length
    dated = ~np.isnan(official[:, SERVICING])
    if dated.any():
        finish = np.maximum(
            _official(ready + length, SERVICING, official, document, slip), begin + length
        )
        ready = np.where(dated, begin, ready)
        ready_length = np.where(dated, finish - begin, length)
    return ClearingWindow(begin, length, ready, ready_length)


def _official(
    sampled: FloatArray, stage: int, official: FloatArray, document: FloatArray, slip: FloatArray
) -> FloatArray:
    dates = official[:, stage]
    if np.isnan(dates).all():
        return sampled
    return np.where(np.isnan(dates), sampled, slipped_date(document[:, stage], dates, slip))


def ramp_share(
    time: float, slope: FloatArray, offset: FloatArray, out: FloatArray | None = None
) -> FloatArray:
    r"""Share of a linear ramp passed at `time`: :math:`\min(1, \max(0, t \cdot s - o))`.

    `slope` = 1/length, `offset` = begin/length; an offset of +inf has not begun.

    >>> ramp_share(1.5, np.array([0.5, 0.5]), np.array([0.5, np.inf])).tolist()
    [0.25, 0.0]
    """
    share = np.multiply(slope, time, out=out)
    np.subtract(share, offset, out=share)
    np.maximum(share, 0.0, out=share)
    return np.minimum(share, 1.0, out=share)
