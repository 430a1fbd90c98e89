"""TOML texts changed in single places: every other byte stays, or the change is refused."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kichban.scenario.document import value_at
from kichban.scenario.read.lines import key_lines

#: keys, and places in lists
Path = tuple[str | int, ...]
#: lines one value may take
_LONGEST = 60


class UneditableError(ValueError):
    """The text is laid out in a way that cannot be changed in place."""


def toml_value(value: Any) -> str:
    """Write a value on one line; numbers to their last bit.

    >>> toml_value({"2024": 0.1, "op": "add"}), toml_value((0.5, 1.0))
    ('{ "2024" = 0.1, op = "add" }', '[0.5, 1.0]')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return repr(value)


def toml_key(key: str) -> str:
    """Write a key, in quotes where it is not a plain word.

    >>> toml_key("op"), toml_key("growth.volume"), toml_key("2024")
    ('op', '"growth.volume"', '"2024"')
    """
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain and not key[0].isdigit() else json.dumps(key, ensure_ascii=False)


def dotted(path: Path) -> str:
    """Join a path as lines are known by.

    >>> dotted(("uncertainty", "correlation", 0))
    'uncertainty.correlation.0'
    """
    return ".".join(map(str, path))


def long_text(text: str) -> str:
    '''Write a text of several lines.

    >>> print(long_text("a" + chr(10) + "b"))
    """
    a
    b
    """
    '''
    inner = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip("\n")
    return f'"""\n{inner}\n"""'


def replace_value(text: str, path: Path, written: str) -> str:
    """Put another value in place of one; a comment behind it stays."""
    import tomlkit

    wanted = tomllib.loads(text)
    new = tomllib.loads(f"x = {written}")["x"]
    _at(wanted, path[:-1])[path[-1]] = new
    document = tomlkit.parse(text)
    table: Any = document
    for name in path[:-1]:
        table = table[name]
    table[path[-1]] = tomlkit.parse(f"x = {written}")["x"]
    return _only([tomlkit.dumps(document)], wanted)


def remove_key(text: str, path: Path) -> str:
    """Take the lines of a key out; comments around it stay."""
    wanted = tomllib.loads(text)
    del _at(wanted, path[:-1])[path[-1]]
    line = key_lines(text).get(dotted(path))
    if line is None:
        return _removed_inside(text, path, wanted)
    lines = text.split("\n")
    tries = (
        "\n".join(lines[: line - 1] + lines[end:])
        for end in range(line, min(line + 60, len(lines)))
    )
    return _only(tries, wanted)


def _removed_inside(text: str, path: Path, wanted: Any) -> str:
    """Take a key out of an inline table."""
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for name in path[:-1]:
        table = table[name]
    del table[path[-1]]
    return _only([tomlkit.dumps(document)], wanted)


def remove_table(text: str, path: Path) -> str:
    """Take out a table: its keys, then its head, and one of two blank lines left."""
    for name in list(_at(tomllib.loads(text), path)):
        text = remove_key(text, (*path, name))
    wanted = tomllib.loads(text)
    del _at(wanted, path[:-1])[path[-1]]
    line = key_lines(text).get(dotted(path), 0)
    lines = text.split("\n")
    blank = 1 < line < len(lines) and not lines[line].strip() and not lines[line - 2].strip()
    after = line + 1 if blank or (line == len(lines) - 1 and not lines[line - 2].strip()) else line
    shorter = "\n".join(lines[: line - 1] + lines[after:])
    plain = "\n".join(lines[: line - 1] + lines[line:])
    if path[0] in wanted and not wanted[path[0]]:
        del wanted[path[0]]  # its only table gone, nothing defines the outer one
    return _only([shorter.rstrip("\n") + "\n", plain], wanted)


def add_key(text: str, path: Path, written: str) -> str:
    """Write a new key behind the last one of its table; of a table that is not there, at the end.

    Comments behind the last key belong to what follows and stay there.
    """
    *around, name = path
    wanted = tomllib.loads(text)
    _make(wanted, tuple(around))[name] = tomllib.loads(f"x = {written}")["x"]
    entry = f"{toml_key(str(name))} = {written}"
    lines, known = text.split("\n"), key_lines(text)
    table = dotted(tuple(around))
    return _only(_insertions(lines, known, table, tuple(around), entry), wanted)


def _insertions(
    lines: Sequence[str], known: Mapping[str, int], table: str, around: Path, entry: str
) -> Iterator[str]:
    """Give the places where a key may go, the best first."""
    head = known.get(table, 0) if table else 0
    heads = [n for n, line in enumerate(lines, start=1) if line.lstrip().startswith("[")]
    stop = next((n for n in heads if n > head), len(lines) + 1)
    inside = [n for n in known.values() if head < n < stop] if head or not table else []
    if head or not table:
        for after in range(max([head, *inside]), stop):
            yield "\n".join([*lines[:after], entry, *lines[after:]])
    if table:
        title = "[" + ".".join(toml_key(str(name)) for name in around) + "]"
        yield "\n".join(lines).rstrip("\n") + f"\n\n{title}\n{entry}\n"


def add_block(text: str, block: str, wanted: Any) -> str:
    """Write a block of lines at the end; it must give just what is `wanted`."""
    return _only([text.rstrip("\n") + f"\n\n{block.rstrip()}\n"], wanted)


def _only(tries: Iterator[str] | Sequence[str], wanted: Any) -> str:
    """Give the first text that says what is wanted, and nothing else."""
    for text in tries:
        try:
            if tomllib.loads(text) == wanted:
                return text
        except tomllib.TOMLDecodeError:
            continue
    raise UneditableError


def _at(table: Any, path: Path) -> Any:
    found = value_at(table, path)
    if found is None:
        raise UneditableError
    return found


def _make(table: Any, path: Path) -> Any:
    for name in path:
        table = table.setdefault(name, {})
    return table


def copied(table: Any) -> Any:
    """Copy parsed TOML, to be changed into what is wanted."""
    return copy.deepcopy(table)
