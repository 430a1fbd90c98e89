"""What the report asks of an edition: its tables, ledger and scenarios, by shape alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from kichban.ledger.values import Ledger


class ScenarioLike(Protocol):
    """What is printed of a scenario."""

    @property
    def name(self) -> str:
        """Name of its file."""

    @property
    def label(self) -> Mapping[str, str]:
        """What planners call it, ``{vi, en}``."""

    @property
    def story(self) -> Mapping[str, str]:
        """What it assumes and what it leaves out, ``{vi, en}``."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Every parameter as resolved; rates are fractions."""

    @property
    def paths(self) -> Mapping[str, Any]:
        """Steps by parameter, each with `op` and `anchors`."""


class NamesLike(Protocol):
    """One name in both languages."""

    @property
    def vi(self) -> str:
        """Vietnamese, the language of record."""

    @property
    def en(self) -> str:
        """English."""


class IssuerLike(Protocol):
    """Who signs: as the study's configuration names it."""

    @property
    def name(self) -> NamesLike:
        """The department."""

    @property
    def province(self) -> NamesLike:
        """The province as said in a title."""

    @property
    def code(self) -> str:
        """Short name in the number of a letter, ``SCT``."""


class EditionLike(Protocol):
    """One edition: what was known on a day and what follows from it.

    Frames have the columns of ``run --out``; a frame may be empty, even of columns.
    """

    @property
    def as_of(self) -> dt.date:
        """Day of knowledge."""

    @property
    def region(self) -> str:
        """Code of the province."""

    @property
    def headline(self) -> str:
        """Name of the scenario the text follows."""

    @property
    def series(self) -> pd.DataFrame:
        """What was, with origin and statements."""

    @property
    def contradictions(self) -> pd.DataFrame:
        """Prints that cannot all be true."""

    @property
    def breaks(self) -> pd.DataFrame:
        """Outliers and breaks of the series."""

    @property
    def projections(self) -> pd.DataFrame:
        """What may come, by scenario and statistic."""

    @property
    def gap(self) -> pd.DataFrame:
        """Targets against projections."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the edition was computed from."""

    @property
    def ledger(self) -> Ledger:
        """Statements, sources, targets and sites visible on the day."""

    @property
    def scenarios(self) -> Mapping[str, Any]:
        """Scenarios by name, each a :class:`ScenarioLike`."""

    @property
    def extras(self) -> Mapping[str, pd.DataFrame]:
        """Further tables: ``land_sites``, ``identities``."""
