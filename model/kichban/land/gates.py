"""L2: rules that a planned park or cluster must meet on the day it is to be approved.

Occupancy in a gate is leased land over the industrial land of the established sites *of the same
kind that are in operation*: sites still being cleared have nothing to let and do not count. The
decrees say so for parks; for clusters the same reading is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kichban.land.values import NEVER


@dataclass(frozen=True, slots=True)
class Rule:
    """Validity of one rule: quarters [valid_from, valid_to), the area it looks at, its source."""

    valid_from: int
    valid_to: int = NEVER
    scope: Literal["province", "district"] = "province"
    source: str = ""

    def applies(self, quarter: int) -> bool:
        """Whether the rule is in force in quarter index `quarter`.

        >>> Rule(valid_from=8090).applies(8089)
        False
        """
        return self.valid_from <= quarter < self.valid_to


_DECREE_35 = Rule(2022 * 4 + 2, source="Nghị định 35/2022/NĐ-CP")
_DECREE_32 = Rule(2024 * 4 + 1, source="Nghị định 32/2024/NĐ-CP")


@dataclass(frozen=True, slots=True)
class GateRules:
    """Which rules are in force when; their thresholds are parameters (``land.gate_*``).

    Sizes of new clusters are part of the rule, in ha; `merged_land_to_parks` says whether the
    land of a cluster merged into a park joins the totals of parks. The rule of clusters is by
    district: where a site's district is not known, the average of `districts` stands in.
    """

    park_occupancy: Rule = _DECREE_35
    park_phase: Rule = _DECREE_35
    cluster_occupancy: Rule = _DECREE_32
    cluster_size: Rule = _DECREE_32
    expansion: Rule = _DECREE_35
    cluster_smallest: float = 10.0
    cluster_smallest_mountain: float = 5.0
    cluster_largest: float = 75.0
    districts: int = 1
    merged_land_to_parks: bool = False
