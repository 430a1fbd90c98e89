"""What a scenario says of single sites, put on the sites of the land block."""

from __future__ import annotations

from dataclasses import replace

from kichban.land import NEVER, LandSites
from kichban.periods import parse_period
from kichban.scenario import Scenario, site_settings

#: parameter of each kind's slip, in the order of ``land.KINDS``
SLIPS = ("land.slip_park", "land.slip_cluster")


def with_settings(sites: LandSites, scenario: Scenario) -> LandSites:
    """Give the sites with their own slip and quarter of establishment.

    A site's slip is the drawn slip of its kind times the ratio of the two as set, so that a range
    of the kind's slip holds for the site too. Quarters are for planned sites: what is established
    stays so. Sites that are not in the model are passed over.
    """
    settings = site_settings(scenario.extras)
    if not settings:
        return sites
    slip, opening = sites.slip.copy(), sites.opening.copy()
    for i, site in enumerate(sites.ids):
        own = settings.get(site)
        if own is None:
            continue
        usual = scenario.values[SLIPS[int(sites.kind[i])]]
        if own.slip is not None and isinstance(usual, float):
            slip[i] = own.slip / usual
        if own.withdrawn:
            opening[i] = NEVER
        elif own.opens:
            opening[i] = quarter_index(own.opens)
    return replace(sites, slip=slip, opening=opening)


def quarter_index(text: str) -> int:
    """Give the quarter index of ``2026-Q3``.

    >>> quarter_index("2026-Q3") - 2026 * 4
    2
    """
    return parse_period(text).start // 3
