"""An edition: the files of one run, and the same as tables."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kichban.ledger import Ledger
from kichban.scenario import Scenario

#: files of ``run --out``; the rest of an edition's files serve the report
WRITTEN = (
    "series.csv", "contradictions.csv", "breaks.csv", "projections.csv", "gap.csv",
    "manifest.json", "inputs.zip",
)  # fmt: skip
#: columns that are text even where all cells look like numbers
TEXT = (
    "period", "statements", "required_base", "breakdown", "price_basis", "remark", "reached_in",
    "document", "target", "required_rate_kind", "target_status", "explanation", "repairs",
    "first", "last", "judged",
)  # fmt: skip


@dataclass(frozen=True)
class Edition:
    """``f(snapshot of inputs, as_of, settings)``: bytes, and the tables read from them.

    Text, tables and figures of a report are made from these tables, so that a number is the
    same in every place.
    """

    as_of: dt.date
    region: str
    headline: str
    files: Mapping[str, bytes]
    ledger: Ledger
    scenarios: Mapping[str, Scenario]

    @property
    def written(self) -> dict[str, bytes]:
        """The files that ``run`` writes."""
        return {name: self.files[name] for name in WRITTEN}

    @cached_property
    def series(self) -> pd.DataFrame:
        """Table of ``series.csv``."""
        return self._table("series.csv")

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        """Table of ``contradictions.csv``."""
        return self._table("contradictions.csv")

    @cached_property
    def breaks(self) -> pd.DataFrame:
        """Table of ``breaks.csv``."""
        return self._table("breaks.csv")

    @cached_property
    def projections(self) -> pd.DataFrame:
        """Table of ``projections.csv``."""
        return self._table("projections.csv")

    @cached_property
    def gap(self) -> pd.DataFrame:
        """Table of ``gap.csv``."""
        return self._table("gap.csv")

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the edition was computed from."""
        found = json.loads(self.files["manifest.json"])
        assert isinstance(found, dict)
        return found

    @cached_property
    def extras(self) -> Mapping[str, pd.DataFrame]:
        """Further tables for the report: ``land_sites``, ``identities``."""
        return {
            name.removeprefix("extra.").removesuffix(".csv"): self._table(name)
            for name in self.files
            if name.startswith("extra.")
        }

    def _table(self, name: str) -> pd.DataFrame:
        return read_table(self.files[name])


def read_table(data: bytes) -> pd.DataFrame:
    """Read a result file: codes and periods as text, numbers as numbers, empty as missing."""
    kinds = dict.fromkeys(TEXT, str)
    frame = pd.read_csv(io.BytesIO(data), dtype=kinds, keep_default_na=False)  # type: ignore[arg-type]
    for column in frame.columns.difference(list(TEXT)):
        if frame[column].dtype == object:
            converted = pd.to_numeric(frame[column].replace("", None), errors="coerce")
            if converted.notna().sum() == (frame[column] != "").sum():
                frame[column] = converted
    return frame
