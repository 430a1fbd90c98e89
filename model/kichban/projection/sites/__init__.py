"""Parks and clusters at the start, brought to printed totals, and those that are planned."""

from kichban.projection.sites.facts import PLANS, Kind
from kichban.projection.sites.registry import CODES, SiteRegistry, build_sites, newest_stock
from kichban.projection.sites.settings import quarter_index, with_settings
from kichban.projection.sites.totals import leased_totals

__all__ = [
    "CODES",
    "PLANS",
    "Kind",
    "SiteRegistry",
    "build_sites",
    "leased_totals",
    "newest_stock",
    "quarter_index",
    "with_settings",
]
