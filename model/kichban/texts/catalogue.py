"""The catalogue of texts: one TOML file per subject, each entry a pair ``{vi, en}``."""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from kichban.errors import Fault

Lang = Literal["vi", "en"]
LANGUAGES: tuple[Lang, Lang] = ("vi", "en")
SUBJECTS = (
    "cli", "faults", "findings", "report", "figures", "sites", "compare", "attribution", "targets",
    "seek", "scenario", "form", "export", "track", "page", "sensitivity",
)  # fmt: skip


@cache
def all_keys() -> Mapping[str, Mapping[str, str]]:
    """Every text by dotted key ``subject.key…`` → ``{vi, en}``.

    >>> sorted(all_keys()["faults.E-LOCK-001.cause"])
    ['en', 'vi']
    """
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("kichban.texts")
    for subject in SUBJECTS:
        path = folder / f"{subject}.toml"
        if path.is_file():
            _collect(subject, tomllib.loads(path.read_text(encoding="utf-8")), found)
    return MappingProxyType(found)


def _collect(prefix: str, table: Mapping[str, Any], found: dict[str, Mapping[str, str]]) -> None:
    if set(table) == set(LANGUAGES) and all(isinstance(v, str) for v in table.values()):
        found[prefix] = MappingProxyType(dict(table))
        return
    for key, value in table.items():
        if not isinstance(value, dict):
            raise ValueError(f"text {prefix}.{key} must be a table {{vi, en}}")
        _collect(f"{prefix}.{key}", value, found)


def placeholders(text: str) -> frozenset[str]:
    """Names of the ``{placeholders}`` of a text.

    >>> sorted(placeholders("{a} of {b}"))
    ['a', 'b']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


class _Counted(string.Formatter):
    """Choose between the words for one and for more by a placeholder's value."""

    def format_field(self, value: Any, spec: str) -> str:
        """Give the word after ``:`` that fits the number.

        >>> _Counted().format("{n} {n:fault|faults}", n="1")
        '1 fault'
        """
        one, bar, more = spec.partition("|")
        return (one if str(value) == "1" else more) if bar else format(value, spec)


_COUNTED = _Counted()


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; call it with a key and the values of its placeholders."""

    lang: Lang

    def __call__(self, key: str, **values: str) -> str:
        """Give the text of `key`.

        ``{count:fault|faults}`` in a text is the first word where `count` is one, else the second.

        Raises
        ------
        KeyError
            When the key or a placeholder's value is missing: a fault of the program.
        """
        text = all_keys()[key][self.lang]
        # the plain way is the quicker one, and a report asks for thousands of texts
        return _COUNTED.vformat(text, (), values) if "|" in text else text.format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in all_keys()


def texts_for(lang: Lang) -> Texts:
    """Give the texts of a language."""
    return Texts(lang)


def fault_line(fault: Fault, lang: Lang) -> str:
    """Write a fault as one line: ``file:row:column: code: value — cause — next step``.

    Of a detail that reads otherwise in each language (``low@vi``, ``low@en``; a number with its
    decimal mark) the one of `lang` is taken; ``value@vi`` stands for the value likewise.

    >>> fault_line(Fault("E-LOCK-001", value="study"), "en").split(":")[0]
    'E-LOCK-001'
    """
    text = texts_for(lang)
    mine = f"@{lang}"
    own = {k.removesuffix(mine): v for k, v in fault.detail.items() if k.endswith(mine)}
    detail = {"value": fault.value, **fault.detail, **own}
    place = ":".join(p for p in (fault.file, str(fault.row or ""), fault.column) if p)
    cause = text(f"faults.{fault.code}.cause", **detail)
    step = text(f"faults.{fault.code}.step", **detail)
    head = f"{place}: {fault.code}: " if place else f"{fault.code}: "
    body = " — ".join(p for p in (detail["value"], cause, step) if p)
    return _escaped(" ".join((head + body).split("\n")))


def _escaped(line: str) -> str:
    r"""Write control characters so that they cannot act on a terminal.

    >>> _escaped("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    hidden = (unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in line)
    return "".join(repr(c)[1:-1] if h else c for c, h in zip(line, hidden, strict=True))
