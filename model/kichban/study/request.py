"""What a run is asked for, and what it is computed with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kichban.catalogue import Catalogue, Parameters
from kichban.ledger import Ledger
from kichban.scenario import Scenario
from kichban.study.config import Config

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """Flags resolved against the study; equal requests on equal inputs give equal bytes.

    `confidential` counts confidential projects, which no report may do.
    """

    as_of: dt.date
    scenarios: tuple[str, ...]
    horizon: int
    draws: int
    seed: int
    overrides: tuple[tuple[str, str], ...]
    gates_from: str
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Ingredients:
    """Everything an edition is made of.

    `scenarios` are resolved with the overrides, `reference` is the headline scenario without them
    (the paths are joined on it), `gates` is the scenario (without them) whose gate
    dates are taken over; `workers` and `progress` change no result.
    """

    request: Request
    config: Config
    catalogue: Catalogue
    parameters: Parameters
    ledger: Ledger
    inputs: Mapping[str, bytes]
    scenarios: Mapping[str, Scenario]
    reference: Scenario
    gates: Scenario | None
    workers: int
    progress: Progress
