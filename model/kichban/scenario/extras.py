"""What a scenario says beside its parameters: of single sites and of the parts of output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from kichban.catalogue import Entry, Parameters

#: by year, the share of every part, in the order of the catalogue
Shares = tuple[tuple[int, tuple[tuple[str, float], ...]], ...]
#: a number, a quarter such as ``2026-Q3``, a switch, or shares
ExtraValue = float | str | bool | Shares
SITE, SHARE = "site", "share"


class SiteSettings(NamedTuple):
    """What a scenario says of one site.

    `slip` takes the place of the slip of its kind, `opens` is the quarter in which it is
    established, `withdrawn` sites never come.
    """

    slip: float | None = None
    opens: str = ""
    withdrawn: bool = False


def site_settings(extras: Mapping[str, ExtraValue]) -> Mapping[str, SiteSettings]:
    """Give the settings by site.

    >>> site_settings({"site.yen_lu.slip": 2.5, "site.yen_lu.opens": "2026-Q3"})["yen_lu"]
    SiteSettings(slip=2.5, opens='2026-Q3', withdrawn=False)
    """
    found: dict[str, SiteSettings] = {}
    for key, value in extras.items():
        section, _, rest = key.partition(".")
        if section == SITE:
            site, _, name = rest.rpartition(".")
            found[site] = found.get(site, SiteSettings())._replace(
                **cast(dict[str, Any], {name: value})
            )
    return found


def site_of(key: str) -> str:
    """Give the site an entry is about, ``""`` for shares.

    >>> site_of("site.yen_lu.slip"), site_of("share.ownership")
    ('yen_lu', '')
    """
    section, _, rest = key.partition(".")
    return rest.rpartition(".")[0] if section == SITE else ""


def superseded_entry(key: str, value: ExtraValue) -> str:
    """Give the inherited entry that cannot stand beside a later one, ``""`` where all can.

    A site that opens is not withdrawn, and one that is withdrawn opens in no quarter.

    >>> superseded_entry("site.yen_lu.opens", "2026-Q3")
    'site.yen_lu.withdrawn'
    """
    place, _, name = key.rpartition(".")
    if key.startswith(f"{SITE}.") and name == "opens":
        return f"{place}.withdrawn"
    return f"{place}.opens" if name == "withdrawn" and value is True else ""


def share_anchors(extras: Mapping[str, ExtraValue]) -> Mapping[str, Shares]:
    """Give the anchors of shares by dimension.

    >>> share_anchors({"share.ownership": ((2030, (("ownership:fdi", 0.9),)),)})["ownership"][0][0]
    2030
    """
    return {
        key.partition(".")[2]: value
        for key, value in extras.items()
        if key.startswith(f"{SHARE}.") and isinstance(value, tuple)
    }


def entry_of(key: str, parameters: Parameters) -> Entry | None:
    """Give the entry that an extra key sets, ``None`` where there is none.

    >>> from kichban.catalogue import load_parameters
    >>> entry_of("site.yen_lu.slip", load_parameters()).unit
    'ratio'
    """
    section, _, rest = key.partition(".")
    if section == SITE:
        return parameters.site_entries.get(rest.rpartition(".")[2])
    return parameters.share_entries.get(rest) if section == SHARE else None
