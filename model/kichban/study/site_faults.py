"""Entries of single sites in scenarios that act on nothing as of a day: warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kichban.catalogue import Parameters
from kichban.errors import Fault
from kichban.ledger import Ledger
from kichban.projection import build_sites
from kichban.projection.sites import quarter_index
from kichban.scenario import Scenario
from kichban.study.config import Config


def site_faults(
    scenarios: Sequence[Scenario], ledger: Ledger, parameters: Parameters, config: Config
) -> Iterator[Fault]:
    """Hold the entries against the sites as the ledger knows them."""
    registry = build_sites(ledger, parameters, config.seed)
    stages = dict(zip(registry.ids, registry.sites.stage.tolist(), strict=True))
    first = 4 * ledger.as_of.year + (ledger.as_of.month - 1) // 3
    last = 4 * config.horizon + 3
    for scenario in scenarios:
        for key, value in scenario.extras.items():
            section, _, rest = key.partition(".")
            if section != "site":
                continue
            site, _, name = rest.rpartition(".")
            origin = scenario.origins[key][-1]
            place = (origin.file, origin.line, key)
            if site not in stages:
                yield Fault("W-SCN-055", *place, site)
            elif stages[site] and name != "slip":
                yield Fault("W-SCN-056", *place, site, {"day": ledger.as_of.isoformat()})
            elif isinstance(value, str) and not first <= quarter_index(value) <= last:
                ends = {"first": _quarter(first), "last": _quarter(last)}
                yield Fault("W-SCN-057", *place, value, ends)


def _quarter(index: int) -> str:
    return f"{index // 4}-Q{index % 4 + 1}"
