"""Line numbers of the keys of a TOML text, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType

#: dotted key, quotes left out, to its line
Lines = Mapping[str, int]

#: after a key, for the line where it stands a second time in another way of writing
AGAIN = " (again)"

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
#: strings and comments as wholes, so that quotes inside them open nothing
_STRINGS = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""|'{3}.*?'{3}|("""|'{3})|"(?:[^"\\]|\\.)*"|'[^']*'|#.*'''
)


def key_lines(text: str) -> Lines:
    r"""Map every dotted key to its line, the first line being 1.

    Quotes do not count: ``"land.slip_park"`` and ``land.slip_park`` are one key. Tables of an
    array carry their number; keys inside an inline table are not listed.

    >>> text = '[set]\n"land.slip_park" = 1.3\n[[uncertainty.correlation]]\nrho = 0.5\n'
    >>> key_lines(text)["set.land.slip_park"], key_lines(text)["uncertainty.correlation.0.rho"]
    (2, 4)
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = closing = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if closing:
            end = re.search(rf"(?<!\\){closing}", line)
            closing = _opened(line[end.end() :]) if end else closing
        elif match := _TABLE.match(line):
            table = _joined(match[2])
            _note(found, table, number, again=match[1] == "[")
            if match[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}.{counts[table]}"
                found[table] = number
        elif match := _KEY.match(line):
            key = _joined(match[1])
            _note(found, f"{table}.{key}" if table else key, number, again=True)
            closing = _opened(match[2])
        else:
            closing = _opened(line)
    return MappingProxyType(found)


def line_of(lines: Lines, *path: str) -> int | None:
    """Give the line of a key, or of the nearest thing around it, else within it.

    >>> line_of({"label": 5}, "label", "vi"), line_of({}, "label"), line_of({"a.b": 2}, "a")
    (5, None, 2)
    """
    whole = ".".join(path)
    # written only by dotted keys: the first line that begins with it
    inside = [line for key, line in lines.items() if key.startswith(f"{whole}.")]
    if whole not in lines and inside:
        return min(inside)
    parts = whole.split(".")
    for length in range(len(parts), 0, -1):
        place = ".".join(parts[:length])
        if place in lines:
            return lines[place]
    return None


def _opened(text: str) -> str:
    """Give the quotes of a string that goes on in the next line, nothing where none does."""
    return next((match[1] for match in _STRINGS.finditer(text) if match[1]), "")


def _note(found: dict[str, int], key: str, number: int, *, again: bool) -> None:
    if key not in found:
        found[key] = number
    elif again:
        found.setdefault(f"{key}{AGAIN}", number)


def _joined(dotted: str) -> str:
    return ".".join(map(_bare, re.findall(_PART, dotted)))


def _bare(part: str) -> str:
    """Take the quotes off a key, and read what is escaped between them."""
    if part[0] not in "\"'":
        return part
    if part[0] == "'" or "\\" not in part:
        return part[1:-1]
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except tomllib.TOMLDecodeError:
        return part[1:-1]
