"""Editions as of past days: what a back-test loops over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Literal

from kichban.ledger import Book, Statement, ledger_at
from kichban.projection import Projection, Settings, project
from kichban.reconcile import Series, reconcile
from kichban.study.study import Study
from kichban.track import Said, choose_days, choose_origins, record
from kichban.track.backtest import Edition

Progress = Callable[[str, int, int], None]


def book_by_period(book: Book) -> Book:
    """Give the book as if every figure had come out on the last day of its period.

    Plans had come out on the first day of their year.
    """

    def early(s: Statement) -> Statement:
        if s.published is None or s.period is None:
            return s
        known = dt.date(s.period.first_year, 1, 1) if s.is_plan else s.period.last_day
        return replace(s, published=min(s.published, known))

    return replace(book, statements=tuple(early(s) for s in book.statements))


def edition_function(
    study: Study,
    scenario: str,
    draws: int,
    seed: int,
    *,
    readings: Literal["then", "today"] = "then",
    cut: Literal["published", "period"] = "published",
) -> Callable[[dt.date], tuple[Series, Projection | None]]:
    """Give the function from a day to series and projection of one scenario as of that day.

    Parameters
    ----------
    readings
        ``today`` reads the prints of that day as they are read today: readings rest on later
        figures, but the office knew in which prices it counted. Breaks are not: that a fall was
        to pass is hindsight.
    cut
        ``period`` sees what is known today of the time up to a day, whenever it was published:
        rolling origins over the latest figures.
    """
    book = study.book if cut == "published" else book_by_period(study.book)
    if readings == "today":
        early = tuple(replace(r, date=dt.date.min) for r in book.readings)
        book = replace(book, readings=early)
    scenarios, _ = study.scenarios()

    def edition(as_of: dt.date) -> tuple[Series, Projection | None]:
        ledger, _ = ledger_at(book, study.config.region, as_of)
        series = reconcile(ledger, study.catalogue)
        if series.history is None:
            return series, None
        # One year more than asked for: with the whole year covered, results start after it.
        settings = Settings(draws, seed, as_of.year + 1, study.workers)
        found = project(
            ledger, series, [scenarios[scenario]], study.parameters, settings,
            reference=scenarios[study.config.headline],
        )  # fmt: skip
        return series, found

    return cache(edition)


def track_scores(
    study: Study, scenario: str, draws: int, seed: int, edition: Edition, progress: Progress
) -> list[Said]:
    """Hold editions of past days, and of rolling origins, against what came.

    Parameters
    ----------
    edition
        The editions by day of publication.
    """
    newest = study.ledger()
    today = reconcile(newest, study.catalogue)
    days = choose_days(newest)
    found = record(edition, newest, today, days, scenario, "vintages", progress)
    by_period, _ = ledger_at(book_by_period(study.book), study.config.region, newest.as_of)
    origins = choose_origins(today, newest.as_of)
    cut = edition_function(study, scenario, draws, seed, readings="today", cut="period")
    return found + record(cut, by_period, today, origins, scenario, "origins", progress)
