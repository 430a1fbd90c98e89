"""What was learned of forecasting, as it lies in ``learned.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kichban.files import json_bytes
from kichban.forecast.gate import Gate
from kichban.forecast.history import Frequency
from kichban.forecast.spread import Spread
from kichban.numbers import FloatArray

FILE = "learned.json"
#: digits that are kept: further ones move no forecast by a thousandth
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of one frequency: the gate, the errors of every method, momentum.

    `momentum` (season − 1, 3) is the share of a year's growth so far that carries on in its rest,
    how far the rest returns to its usual season, and the sd (log) by which last year's season
    differed from the usual one, by periods known; empty where a year is one.
    """

    gate: Gate
    spreads: Mapping[str, Spread]
    momentum: FloatArray


Learned = Mapping[Frequency, Lesson]


@cache
def load_learned() -> Learned:
    """Read the shipped lessons."""
    text = (files("kichban.forecast") / FILE).read_text(encoding="utf-8")
    return from_document(json.loads(text))


def from_document(document: Mapping[str, Any]) -> Learned:
    """Turn the document into lessons."""
    return {
        frequency: Lesson(
            _gate(found["gate"]),
            {m: _spread(s) for m, s in found["spreads"].items()},
            np.array(found["momentum"], dtype=np.float64).reshape(-1, 3),
        )
        for frequency, found in document["frequencies"].items()
    }


def to_document(learned: Learned, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Write lessons as a document; `provenance` says from what and how they were learned."""
    return {
        "format": 1,
        "provenance": dict(provenance),
        "frequencies": {
            frequency: {
                "gate": {k: _plain(getattr(lesson.gate, k)) for k in Gate.__slots__},
                "spreads": {
                    method: {k: _plain(getattr(spread, k)) for k in Spread.__slots__}
                    for method, spread in lesson.spreads.items()
                },
                "momentum": _plain(lesson.momentum),
            }
            for frequency, lesson in learned.items()
        },
    }


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Write the document as canonical JSON, a row of numbers a line."""
    text = json_bytes(document).decode("utf-8")
    flat = re.sub(r"\[\s+([^\[\]]+?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    return flat.encode("utf-8")


def _plain(value: Any) -> Any:
    return np.round(np.asarray(value), DIGITS).tolist()


def _gate(found: Mapping[str, Any]) -> Gate:
    return Gate(
        np.array(found["theta"]), found["fit"], found["reach"],
        np.array(found["low"]), np.array(found["high"]),
    )  # fmt: skip


def _spread(found: Mapping[str, Any]) -> Spread:
    return Spread(
        np.array(found["constant"]), np.array(found["clue"]), np.array(found["quantiles"]),
        found["power"], found["nugget"], found["growth"], np.array(found["total"]),
    )  # fmt: skip
