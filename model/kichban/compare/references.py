r"""What a plan rests on, in numbers: leased land, pace, and output per hectare (L9).

A plan of land names gross hectares of established sites. The law lets new ones be established only
where those there are filled to some share, so the plan asks for

.. math:: L^* = A \cdot \iota \cdot \theta

with A its gross area, :math:`\iota` the industrial share of gross land and :math:`\theta` the
occupancy that the rules on establishing ask for. A target of output T asks of a hectare of that
land, at the date t years after the base of output per hectare,

.. math:: m = \frac{(T / Y) \, G - R}{\sum_k G_k L^*_k / L_k}, \qquad
          1 + \rho^* = (1 + \rho) \, m^{1/t}

with Y the projected output, G its twin from below, made of :math:`G_k` on the leased land
:math:`L_k` of parks and clusters and R outside them.
"""

from __future__ import annotations

from collections.abc import Sequence


def planned_leased_land(area: float, industrial_share: float, occupancy: float) -> float:
    """Give the leased land that a plan of gross area asks for, ha.

    >>> round(planned_leased_land(7000.0, 0.69, 0.6))
    2898
    """
    return area * industrial_share * occupancy


def along(start: float, end: float, share: float) -> float:
    """Give the even path from `start` to `end` after a share of the time.

    >>> along(1000.0, 2900.0, 0.5)
    1950.0
    """
    return start + (end - start) * share


def pace_factor(planned: float, start: float, then: float) -> float:
    """Give how many times faster land must be leased than it is; 1 where it is fast enough.

    Parameters
    ----------
    planned, start, then
        Leased land of the plan, of the scenario today, and of the scenario on the plan's date, ha.

    Examples
    --------
    >>> pace_factor(2900.0, 1000.0, 1950.0), pace_factor(1200.0, 1000.0, 1950.0)
    (2.0, 1.0)
    """
    if then <= start:
        return 1.0
    return max(1.0, (planned - start) / (then - start))


def implied_growth(
    wanted: float,
    made: Sequence[float],
    outside: float,
    land: Sequence[float],
    growth: float,
    years: float,
) -> float:
    """Give the real growth of output per hectare that a target implies on planned land.

    Parameters
    ----------
    wanted
        Output over what is projected, T/Y.
    made
        Output from below on leased land, by kind, any unit.
    outside
        Output from below outside of parks and clusters, the same unit.
    land
        Planned leased land over projected, by kind.
    growth
        Real growth of output per hectare as projected, fraction a year.
    years
        Since the base year of output per hectare.

    Examples
    --------
    Twice the output on half as much land again needs a third more of a hectare:

    >>> round(implied_growth(2.0, [100.0, 0.0], 0.0, [1.5, 1.0], 0.0, 1.0), 4)
    0.3333
    >>> implied_growth(1.0, [90.0, 10.0], 5.0, [1.0, 1.0], 0.06, 7.0)
    0.06
    """
    from_land = sum(g * share for g, share in zip(made, land, strict=True))
    more = (wanted * (sum(made) + outside) - outside) / from_land
    if more <= 0.0:
        return -1.0
    return float((1.0 + growth) * more ** (1.0 / years)) - 1.0 if more != 1.0 else growth
