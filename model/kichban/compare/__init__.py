"""Scenarios beside each other, paired by draw, and what makes their difference."""

from kichban.compare.attribution import (
    STATISTICS,
    Attributed,
    Attribution,
    Item,
    attribute,
    item_draws,
    item_statistics,
    items_of,
    monte_carlo_error,
    statistics_of,
)
from kichban.compare.attribution_overview import (
    attribution_detail,
    attribution_overview,
    printed_row,
    signed,
)
from kichban.compare.attribution_table import (
    ATTRIBUTION_COLUMNS,
    attribution_rows,
    item_cells,
)
from kichban.compare.choice import choose, find_target, refuse_target
from kichban.compare.difference import Spread, paired_difference, spread
from kichban.compare.gap_attribution import (
    GAP_COLUMNS,
    PARTS,
    REFERENCE_COLUMNS,
    GapAttribution,
    Move,
    gap_attribution_rows,
    on_land,
    reference_rows,
    share_gap,
)
from kichban.compare.gap_overview import gap_attribution_overview, printed_gap
from kichban.compare.overview import comparison_overview, figure_name
from kichban.compare.players import Player, differing_keys, mixtures, players
from kichban.compare.printed import PrintedParts, finest_decimals, printed_parts
from kichban.compare.references import (
    along,
    implied_growth,
    pace_factor,
    planned_leased_land,
)
from kichban.compare.scenarios import (
    HEADLINES,
    Compared,
    Comparison,
    chosen_years,
    compare_scenarios,
    scenario_draws,
)
from kichban.compare.shapley import Coalition, coalitions, not_additive, shapley, worths
from kichban.compare.table import COLUMNS, comparison_rows
from kichban.compare.targets import (
    TARGET_COLUMNS,
    TargetCompared,
    compare_targets,
    paired_share,
    target_rows,
)
from kichban.compare.targets_overview import targets_overview

__all__ = [
    "ATTRIBUTION_COLUMNS",
    "COLUMNS",
    "GAP_COLUMNS",
    "HEADLINES",
    "PARTS",
    "REFERENCE_COLUMNS",
    "STATISTICS",
    "TARGET_COLUMNS",
    "Attributed",
    "Attribution",
    "Coalition",
    "Compared",
    "Comparison",
    "GapAttribution",
    "Item",
    "Move",
    "Player",
    "PrintedParts",
    "Spread",
    "TargetCompared",
    "along",
    "attribute",
    "attribution_detail",
    "attribution_overview",
    "attribution_rows",
    "choose",
    "chosen_years",
    "coalitions",
    "compare_scenarios",
    "compare_targets",
    "comparison_overview",
    "comparison_rows",
    "differing_keys",
    "figure_name",
    "find_target",
    "finest_decimals",
    "gap_attribution_overview",
    "gap_attribution_rows",
    "implied_growth",
    "item_cells",
    "item_draws",
    "item_statistics",
    "items_of",
    "mixtures",
    "monte_carlo_error",
    "not_additive",
    "on_land",
    "pace_factor",
    "paired_difference",
    "paired_share",
    "planned_leased_land",
    "players",
    "printed_gap",
    "printed_parts",
    "printed_row",
    "reference_rows",
    "refuse_target",
    "scenario_draws",
    "shapley",
    "share_gap",
    "signed",
    "spread",
    "statistics_of",
    "target_rows",
    "targets_overview",
    "worths",
]
