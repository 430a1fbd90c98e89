"""Investment and labour on industrial land: registered and realised capital, jobs."""

from kichban.investment.jobs import (
    cap_by_supply,
    jobs_of_land,
    jobs_per_hectare,
    labour_supply,
    marginal_jobs_per_hectare,
)
from kichban.investment.stocks import (
    capital_per_hectare,
    quarterly_weights,
    realised_stock,
    registered_stock,
)

__all__ = [
    "cap_by_supply",
    "capital_per_hectare",
    "jobs_of_land",
    "jobs_per_hectare",
    "labour_supply",
    "marginal_jobs_per_hectare",
    "quarterly_weights",
    "realised_stock",
    "registered_stock",
]
