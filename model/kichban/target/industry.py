r"""The reverse question: what growth of GRDP asks of industry.

GRDP grows by the contributions of its parts (G4). Where it is to grow by x and the other parts as
projected, industry, of weight w, has to make up the difference in every draw,

.. math:: y = g_v + \frac{x - g}{w}, \qquad q = g_q + \frac{y - g_v}{\beta}, \qquad
          z = Z\,\frac{1 + q}{1 + g_q},

with :math:`g_v` growth of value added, :math:`g_q` that of volume, :math:`\beta` what value added
grows of volume, and Z output at current prices.
"""

from __future__ import annotations

from dataclasses import dataclass

from kichban.numbers import FloatArray
from kichban.projection import Variable

GRDP = Variable("grdp", "", "growth_yoy", "percent")
VALUE_ADDED = Variable("industrial_va", "", "growth_yoy", "percent")
POINTS = Variable("industrial_va", "", "contribution_pp", "percentage_point")
VOLUME = Variable("iip", "", "growth_yoy", "percent")
OUTPUT = Variable("industrial_output", "", "level", "bn_vnd", "current")
OUTPUT_GROWTH = Variable("industrial_output", "", "growth_yoy", "percent", "current")
#: what has to be projected for the question
NEEDED = (GRDP, VALUE_ADDED, POINTS, VOLUME, OUTPUT, OUTPUT_GROWTH)


@dataclass(frozen=True, slots=True)
class Industry:
    """(draw,) of one year: growth as fractions, output in bn VND at current prices."""

    value_added: FloatArray
    volume: FloatArray
    output_growth: FloatArray
    output: FloatArray


def industry_needed(
    growth: float, grdp: FloatArray, points: FloatArray, elasticity: FloatArray, now: Industry
) -> Industry:
    """Give what industry needs for GRDP to grow by `growth`, draw by draw.

    Parameters
    ----------
    growth
        Wanted growth of GRDP, a fraction.
    grdp, points : (draw,) float64
        Projected growth of GRDP, and what industry contributes to it; fractions.
    elasticity : (draw,) float64
        Growth of value added for one of volume.
    now
        Industry as projected.

    Examples
    --------
    Industry is half of GRDP, which falls a point short; volume has to grow two points faster:

    >>> import numpy as np
    >>> one = np.ones(1)
    >>> now = Industry(0.10 * one, 0.10 * one, 0.12 * one, 112.0 * one)
    >>> needed = industry_needed(0.08, 0.07 * one, 0.05 * one, one, now)
    >>> needed.value_added.round(4), needed.volume.round(4), needed.output.round(2)
    (array([0.12]), array([0.12]), array([114.04]))
    """
    weight = points / now.value_added
    value_added = now.value_added + (growth - grdp) / weight
    volume = now.volume + (value_added - now.value_added) / elasticity
    scale = (1.0 + volume) / (1.0 + now.volume)
    return Industry(
        value_added, volume, (1.0 + now.output_growth) * scale - 1.0, now.output * scale
    )
