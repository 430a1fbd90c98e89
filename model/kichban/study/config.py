"""``study.toml``: the only configuration besides flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kichban.errors import Fault
from kichban.ledger import read_toml
from kichban.texts import Lang

FILE = "study.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Strict):
    """A text in both languages."""

    vi: str
    en: str


class Issuer(_Strict):
    """Who signs the report; `code` stands in its number (…/BC-SCT)."""

    name: Names
    province: Names
    code: str = "SCT"


class Config(_Strict):
    """What a study says of itself."""

    format: int = 1
    region: str
    headline: str = "baseline"
    languages: tuple[Lang, ...] = ("vi", "en")
    draws: int = Field(default=10_240, ge=64, le=1_048_576)
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    horizon: int = Field(default=2030, ge=2000, le=2060)
    issuer: Issuer


def read_config(text: str | None, faults: list[Fault]) -> Config | None:
    """Read the configuration; every fault names its key and what was expected."""
    document = read_toml(FILE, text, faults)
    if not document:
        return None
    try:
        return Config.model_validate(document)
    except ValidationError as error:
        for entry in error.errors():
            faults.append(_fault(entry, text or ""))
        return None


def _fault(entry: Mapping[str, Any], text: str) -> Fault:
    path: Sequence[Any] = entry["loc"]
    key = ".".join(str(p) for p in path)
    line = next(
        (n for n, row in enumerate(text.split("\n"), 1) if row.strip().startswith(str(path[-1]))),
        None,
    )
    value = "" if isinstance(entry["input"], dict) else str(entry["input"])
    return Fault("E-CONF-001", FILE, line, key, value, {"expected": str(entry["msg"])})
