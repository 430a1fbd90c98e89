"""Balances of land that close in every draw and quarter, checked at run time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kichban.errors import MachineError
from kichban.land.values import PARK, LandPaths, LandSites

#: ha, relative to the largest site or total of the check
TOLERANCE = 1e-9


def keep_worst(worst: dict[str, float], found: Mapping[str, float], size: float) -> None:
    """Raise the entries of `worst` to those of `found` relative to `size` ha.

    >>> worst = {"a": 0.0}
    >>> keep_worst(worst, {"a": 2.0}, 4.0)
    >>> worst
    {'a': 0.5}
    """
    for name, value in found.items():
        worst[name] = max(worst.get(name, 0.0), value / max(size, 1.0))


def check_balances(paths: LandPaths, sites: LandSites) -> None:
    """Refuse paths whose balances do not close.

    The limits of single sites were followed by the kernel in every quarter; totals and the sums
    over sites at year ends are looked at here.

    Raises
    ------
    MachineError
        ``E-BAL-001`` with the balance that is broken most.
    """
    worst = dict(paths.violations)
    size = float(paths.gross.max(initial=1.0))
    ladders = (
        ("operating", "leased"), ("leased", "industrial"), ("industrial", "gross"),
        ("serviced", "cleared"), ("cleared", "industrial"),
    )  # fmt: skip
    for low, high in ladders:
        excess = (getattr(paths, low) - getattr(paths, high)).max(initial=0.0)
        keep_worst(worst, {f"{low} <= {high} (totals)": float(excess)}, size)
    for name in ("absorbed", "exits", "unmet", "idle"):
        keep_worst(worst, {f"0 <= {name}": -float(getattr(paths, name).min(initial=0.0))}, size)
    change = np.diff(paths.leased, axis=1)
    flows = (paths.absorbed - paths.exits + paths.transferred)[:, 1:]
    gap = float(np.abs(change - flows).max(initial=0.0))
    keep_worst(worst, {"Δleased = absorbed − exits": gap}, size)
    keep_worst(worst, {"Σ sites = totals": _site_gap(paths, sites)}, size)
    name, value = max(worst.items(), key=lambda item: item[1])
    if not value <= TOLERANCE:
        raise MachineError("E-BAL-001", name, worst=f"{value:.3g}", tolerance=f"{TOLERANCE:g}")


def _site_gap(paths: LandPaths, sites: LandSites) -> float:
    """Largest difference in ha between a total and its sites at year ends."""
    ends = paths.site_quarters - paths.first_quarter
    # land of merged clusters may have joined the parks without being a site of theirs
    merged = bool((paths.transferred[:, :, PARK] > 0.0).any())
    gap = 0.0
    for kind in (0, 1):
        if merged and kind == PARK:
            continue
        own = sites.kind == kind
        for total, part in (("leased", paths.site_leased), ("serviced", paths.site_serviced)):
            difference = getattr(paths, total)[:, ends, kind] - part[:, :, own].sum(axis=2)
            gap = max(gap, float(np.abs(difference).max(initial=0.0)))
    return gap
