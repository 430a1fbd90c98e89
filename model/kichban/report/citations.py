"""Footnotes that name publisher and day, and the list of all sources the report rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from kichban.ledger.values import Source, Statement
from kichban.report.lookup import Tables
from kichban.report.printing import Printer


@dataclass(frozen=True)
class Citations:
    """Collects what is cited while the report is built; the list comes last."""

    tables: Tables
    printer: Printer
    _cited: dict[str, tuple[Source, str]] = field(default_factory=dict)

    def of(self, ids: Iterable[str]) -> str:
        """Give one line for statements: each publisher with its day, newest last, no name twice.

        Empty where none of the statements is known.
        """
        found: dict[tuple[str, str], None] = {}
        statements = sorted(
            self.tables.statements(tuple(ids)), key=lambda s: (str(s.published or ""), s.id)
        )
        for statement in statements:
            found.setdefault((self._publisher(statement), self._day(statement)))
        return "; ".join(f"{publisher}, {day}" if day else publisher for publisher, day in found)

    def footnote(self, ids: Iterable[str]) -> str:
        """Give the footnote of a figure, empty where nothing is known of it."""
        line = self.of(ids)
        return self.printer.texts("report.note.source", sources=line) if line else ""

    def of_source(self, key: str, published: dt.date) -> str:
        """Give the footnote of what a source said on a day, empty where it is not known."""
        source = self.tables.edition.ledger.sources.get(key)
        if source is None:
            return ""
        day = self.printer.date(published)
        self._cited.setdefault(source.id, (source, day))
        line = f"{publisher_of(source, self.printer)}, {day}"
        return self.printer.texts("report.note.source", sources=line)

    def print_of(self, statement: Statement) -> str:
        """Say who printed a statement and when."""
        day = self._day(statement)
        publisher = self._publisher(statement)
        return f"{publisher}, {day}" if day else publisher

    def cited(self) -> tuple[tuple[Source, str], ...]:
        """Every source cited so far, by id, with its day as exactly as it is known."""
        return tuple(self._cited[key] for key in sorted(self._cited))

    def _publisher(self, statement: Statement) -> str:
        source = self.tables.source(statement)
        if source is None:
            return statement.source
        self._cited.setdefault(source.id, (source, self._day(statement)))
        return publisher_of(source, self.printer)

    def _day(self, statement: Statement) -> str:
        """Print the day of publication as exactly as it is known."""
        if statement.published is None:
            return ""
        day = self.printer.date(statement.published)
        if statement.published_precision == "month":
            return day[3:]
        if statement.published_precision == "year":
            return self.printer.texts("report.note.estimated_date", year=day[6:])
        return day


def publisher_of(source: Source, printer: Printer) -> str:
    """Name a publisher; one that is not printed is named by the source's title."""
    if source.publisher and not source.publisher.startswith("("):
        return source.publisher
    return f"“{source.title}”" if source.title else printer.texts("report.note.unnamed_source")
