"""G0: output at 2010 prices, a series of its own, tied to current prices only by the bridge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kichban.ledger import Ledger, newest_print
from kichban.numbers import FloatArray


@dataclass(frozen=True, slots=True)
class Bridge:
    """The level at 2010 prices in the last full year.

    `known` is the log level from the anchor by printed IIP; for the `missing` years growth at
    current prices less the wedge stands in. `statements` carry the anchor and the links.
    """

    year: int
    known: float
    missing: int
    statements: tuple[str, ...]

    def level(self, wedge: FloatArray) -> FloatArray:
        """Give the (draw,) level for drawn wedges, bn VND at 2010 prices."""
        return np.asarray(np.exp(self.known - self.missing * wedge))


def build_bridge(ledger: Ledger, annual: Mapping[int, float], last_year: int) -> Bridge | None:
    """Anchor output at 2010 prices in its targets and chain it with IIP.

    A document that names a level at 2010 prices and the average growth that leads to it names
    its base: 2.200.000 in 2030 at 26 % a year is 218.200 in 2020.

    Parameters
    ----------
    annual
        Levels at current prices by year, for years whose IIP was never printed.
    last_year
        The last full year.
    """
    anchor = _anchor(ledger)
    if anchor is None:
        return None
    year, log, statements = anchor
    missing = 0
    for link in range(year + 1, last_year + 1):
        prints = [
            s
            for s in ledger.select("iip", "", "growth_yoy")
            if s.period is not None and s.period.kind == "year" and s.period.year == link
        ]
        if prints:
            best = newest_print(prints)
            log += float(np.log1p(best.value / 100))
            statements = (*statements, best.id)
        elif link in annual and link - 1 in annual:
            log += float(np.log(annual[link] / annual[link - 1]))
            missing += 1
        else:
            return None
    return Bridge(last_year, log, missing, statements)


def _anchor(ledger: Ledger) -> tuple[int, float, tuple[str, ...]] | None:
    levels = [
        t
        for t in ledger.targets
        if t.indicator == "industrial_output"
        and t.price_basis == "constant_2010"
        and t.kind == "level"
        and t.period.kind == "year"
    ]
    for level in sorted(levels, key=lambda t: -t.period.year):
        for rate in ledger.targets:
            same = rate.indicator == level.indicator and rate.document == level.document
            if same and rate.kind == "growth_avg" and rate.period.year == level.period.year:
                first = rate.period.first_year - 1
                years = level.period.year - first
                log = float(np.log(level.value) - years * np.log1p(rate.value / 100))
                return first, log, (level.statement, rate.statement)
    return None
