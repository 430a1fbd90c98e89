r"""The smoothers of the pool: one recursion, three families, fixed constants.

Every smoother has a level, a second state and a season (innovations form),

.. math::

   e_t = y_t - \ell_{t-1} - w b_{t-1} - s_{t-m}, \quad
   \begin{pmatrix} \ell_t \\ b_t \end{pmatrix} =
   \begin{pmatrix} 1 & f_{12} \\ f_{21} & f_{22} \end{pmatrix}
   \begin{pmatrix} \ell_{t-1} \\ b_{t-1} \end{pmatrix} +
   \begin{pmatrix} g_1 \\ g_2 \end{pmatrix} e_t, \quad
   s_t = s_{t-m} + \gamma e_t

with fixed constants. Three families have this form: Holt and Winters with a damped trend
(:math:`w = f_{12} = f_{22} = \phi, f_{21} = 0, g = (\alpha, \beta)`; Hyndman et al. 2008); the same
with a fixed drift, a share of the slope of a line through the history, which at one half is the
Theta method (Hyndman & Billah 2003, doi:10.1016/S0169-2070(01)00143-1); and complex smoothing
(:math:`w = 0, f_{12} = \alpha_1 - 1, f_{21} = 1, f_{22} = 1 - \alpha_0,
g = (\alpha_0 - \alpha_1, \alpha_0 + \alpha_1)`; Svetunkov et al. 2022, doi:10.1002/nav.22074).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from kichban.numbers import BoolArray, FloatArray, StringArray

ALPHAS = (0.1, 0.3, 0.5, 0.75, 1.0)
#: (φ, β as a share of α): no trend, damped ones, a lasting one
TRENDS = ((0.0, 0.0), *product((0.85, 0.95, 1.0), (0.0, 0.15, 0.4)))
#: (share of the slope, only of the recent years)
DRIFTS = ((0.5, False), (1.0, False), (0.5, True), (1.0, True))
#: γ as a share of 1 − α
GAMMAS = (0.0, 0.1, 0.3)
#: (α₀, α₁) of complex smoothing, which needs levels: it tells a level from a change of it
COMPLEX = tuple(product((1.0, 1.3, 1.6, 1.8, 2.0), (0.94, 0.97, 1.0, 1.015, 1.03, 1.06, 1.1)))


@dataclass(frozen=True, slots=True)
class Smoothers:
    """Constants of all smoothers, (smoother,) each, and their names axis by axis.

    `drift` is the share of the slope a smoother keeps, `recent` whether of the recent years only;
    `kind` is trend, drift or complex.
    """

    weight: FloatArray
    f12: FloatArray
    f21: FloatArray
    f22: FloatArray
    g1: FloatArray
    g2: FloatArray
    gamma: FloatArray
    drift: FloatArray
    recent: BoolArray
    names: tuple[tuple[str, str, str], ...]

    @property
    def kind(self) -> StringArray:
        """(smoother,) trend, drift or complex."""
        return np.array([name[1].split(" ", 1)[0] for name in self.names])


def smoothers(season: int, *, log: bool) -> Smoothers:
    """Give the smoothers of a frequency: every α with every trend or drift and every γ.

    >>> smoothers(1, log=True).g1.size, smoothers(12, log=False).g1.size
    (70, 205)
    """
    gammas = GAMMAS if season > 1 else (0.0,)
    rows: list[tuple[float, ...]] = []
    names: list[tuple[str, str, str]] = []
    for a, (phi, share), gamma in product(ALPHAS, TRENDS, gammas):
        rows.append((phi, phi, 0.0, phi, a, a * share, gamma * (1.0 - a), 0.0, 0.0))
        names.append((f"{a}", f"trend {phi} {share}", f"{gamma}"))
    for a, (drift, recent) in product(ALPHAS, DRIFTS):
        rows.append((1.0, 1.0, 0.0, 1.0, a, 0.0, 0.0, drift, float(recent)))
        names.append((f"{a}", f"drift {drift} {'recent' if recent else 'all'}", "0.0"))
    for a0, a1 in () if log else COMPLEX:
        rows.append((0.0, a1 - 1.0, 1.0, 1.0 - a0, a0 - a1, a0 + a1, 0.0, 0.0, 0.0))
        names.append((f"complex {a0}", f"complex {a1}", "0.0"))
    *columns, recents = np.array(rows).T
    weight, f12, f21, f22, g1, g2, gamma_, drift_ = columns
    return Smoothers(weight, f12, f21, f22, g1, g2, gamma_, drift_, recents > 0, tuple(names))


def views(season: int) -> tuple[tuple[bool, bool], ...]:
    """Give (in logs, shrunk seasonal factors) of each view; without a season there are two."""
    factors = (False, True) if season > 1 else (False,)
    return tuple((log, shrunk) for shrunk in factors for log in (False, True))


def expert_names(season: int) -> tuple[tuple[str, str, str, str, str], ...]:
    """Give (view in logs, season factors, α, trend, γ) of every expert, in order."""
    return tuple(
        ("log" if log else "level", "shrunk" if shrunk else "classical", *name)
        for log, shrunk in views(season)
        for name in smoothers(season, log=log).names
    )
