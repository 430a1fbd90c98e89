"""What every part of the report is built with: tables, words, names, footnotes of one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kichban.report.citations import Citations
from kichban.report.labels import Labels
from kichban.report.lookup import Tables
from kichban.report.outlook import TargetRows, sort_targets
from kichban.report.printing import Printer
from kichban.report.wording import Wording
from kichban.texts import Lang, Texts, lower_first


@dataclass(frozen=True)
class Context:
    """One language's view of one edition."""

    tables: Tables
    lang: Lang

    @cached_property
    def printer(self) -> Printer:
        """Figures and dates."""
        return Printer(self.lang)

    @property
    def texts(self) -> Texts:
        """Words."""
        return self.printer.texts

    @cached_property
    def labels(self) -> Labels:
        """Names."""
        return Labels(self.lang)

    @cached_property
    def wording(self) -> Wording:
        """Sentences."""
        return Wording(self.tables, self.printer, self.labels)

    @cached_property
    def citations(self) -> Citations:
        """Footnotes."""
        return Citations(self.tables, self.printer)

    @cached_property
    def targets(self) -> TargetRows:
        """Targets by the place where they are printed."""
        return sort_targets(self.tables)

    @property
    def year(self) -> int:
        """Year of the as-of date: the year that is planned for and under way."""
        return self.tables.edition.as_of.year

    @cached_property
    def region_name(self) -> str:
        """Name of the province alone."""
        region = self.tables.edition.ledger.regions.get(self.tables.edition.region)
        return region.name[self.lang] if region else self.tables.edition.region

    @cached_property
    def place(self) -> str:
        """Name of the province as said in a sentence."""
        region = self.tables.edition.ledger.regions.get(self.tables.edition.region)
        if region is None:
            return self.tables.edition.region
        key = f"report.place.{region.kind}"
        name = region.name[self.lang]
        return self.texts(key, name=name) if self.texts.has(key) else name

    def scenario(self, name: str) -> str:
        """Name a scenario as planners call it."""
        found = self.tables.edition.scenarios.get(name)
        return str(found.label[self.lang]) if found else name

    def scenario_full(self, name: str) -> str:
        """Name a scenario so that it can stand alone: "Kịch bản cao" where its label is "Cao"."""
        label = self.scenario(name)
        if self.texts("report.scenario.word") in label.lower():
            return label
        inner = lower_first(label) if self.lang == "vi" else label
        return self.texts("report.scenario.full", name=inner)

    @property
    def headline(self) -> str:
        """Name of the headline scenario inside a sentence."""
        return lower_first(self.scenario_full(self.tables.edition.headline))
