"""Charts on a reader's own axes: what ``run.plot`` draws, for notebooks and papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kichban.errors import UsageError
from kichban.projection import Variable, choose_variable
from kichban.report.context import Context
from kichban.report.edition import EditionLike
from kichban.report.figures.land import land_panel
from kichban.report.figures.on_axes import (
    draw_fan,
    draw_land,
    draw_lines,
    fan_on_axes,
    new_axes,
)
from kichban.report.lookup import Tables
from kichban.texts import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Plots:
    """Charts of one run in one language; each takes matplotlib axes, or makes them, and gives them.

    Every number drawn is a cell of the run's tables, in the unit of the tables.
    """

    edition: EditionLike
    lang: Lang = "vi"

    def fan(
        self,
        indicator: str = "industrial_output",
        ax: Axes | None = None,
        *,
        scenario: str | None = None,
        breakdown: str | None = None,
        measure: str | None = None,
        price_basis: str | None = None,
    ) -> Axes:
        """Draw what was, the median and the 5-in-10 and 8-in-10 ranges by year, and targets.

        What is not named is chosen as by ``run.samples``.

        Raises
        ------
        UsageError
            ``E-VAR-901`` … ``E-VAR-904``, ``E-VAR-907``: what was asked for is not there.

        Examples
        --------
        >>> axes = run.plot_in("en").fan("exports")
        >>> axes.get_title(loc="left"), axes.get_ylabel()
        ('Exports', 'mn USD')
        """
        context = Context(Tables(self.edition), self.lang)
        name = self._scenario(context, scenario)
        there = [Variable(*row) for row in _keys(self.edition, name)]
        variable = choose_variable(there, indicator, breakdown, measure, price_basis)
        return draw_fan(context, fan_on_axes(context, variable, name), ax or new_axes())

    def scenarios(
        self,
        indicator: str = "industrial_output",
        ax: Axes | None = None,
        *,
        breakdown: str | None = None,
        measure: str | None = None,
        price_basis: str | None = None,
    ) -> Axes:
        """Draw the median of every scenario by year, with its 8-in-10 range in the last one.

        Examples
        --------
        >>> axes = run.plot_in("en").scenarios("kcn_leased")
        >>> [text.get_text() for text in axes.get_legend().get_texts()]
        ['Published', 'Baseline', 'Low']
        """
        context = Context(Tables(self.edition), self.lang)
        names = context.tables.scenario_names
        there = [Variable(*row) for row in _keys(self.edition, names[0])]
        variable = choose_variable(there, indicator, breakdown, measure, price_basis)
        fans = {name: fan_on_axes(context, variable, name) for name in names}
        return draw_lines(context, fans, ax or new_axes())

    def land(self, kind: Literal["kcn", "ccn"] = "kcn", ax: Axes | None = None) -> Axes:
        """Draw planned, industrial, serviced and leased land of parks (kcn) or clusters (ccn).

        Examples
        --------
        >>> run.plot.land("ccn").get_title(loc="left")
        'Cụm công nghiệp'
        """
        context = Context(Tables(self.edition), self.lang)
        panel = land_panel(context, kind)
        if panel is None:
            raise UsageError("E-VAR-902", kind, allowed="kcn, ccn")
        return draw_land(context, panel, ax or new_axes())

    def _scenario(self, context: Context, name: str | None) -> str:
        known = context.tables.scenario_names
        if name is not None and name not in known:
            raise UsageError("E-VAR-907", name, allowed=", ".join(known))
        return name or known[0]


def _keys(edition: EditionLike, scenario: str) -> list[tuple[str, str, str, str, str]]:
    frame = edition.projections
    key = ["indicator", "breakdown", "measure", "unit", "price_basis"]
    rows = frame.loc[frame["scenario"] == scenario, key].drop_duplicates()
    return list(rows.itertuples(index=False, name=None))
