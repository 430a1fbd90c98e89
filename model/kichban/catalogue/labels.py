"""What the catalogue files share: their reading and the bilingual label."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

#: ``{"vi": …, "en": …}``
Label = Mapping[str, str]


def label(table: Mapping[str, str]) -> Label:
    """Freeze a label, which must speak both languages and nothing else.

    >>> dict(label({"vi": "ha", "en": "ha"}))
    {'vi': 'ha', 'en': 'ha'}
    >>> label({"vi": "ha"})
    Traceback (most recent call last):
    ValueError: a label needs vi and en: {'vi': 'ha'}
    """
    if set(table) != {"vi", "en"} or not all(table.values()):
        raise ValueError(f"a label needs vi and en: {dict(table)}")
    return MappingProxyType(dict(table))


def read_catalogue_file(name: str) -> Mapping[str, Any]:
    """Read one of the catalogue's own TOML files."""
    text = (resources.files("kichban.catalogue") / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
