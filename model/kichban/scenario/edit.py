"""A scenario file brought to say something else, changed only where it says otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from kichban.catalogue import Parameters
from kichban.scenario.document import (
    HEAD,
    SECTIONS,
    Document,
    Section,
    read_document,
    unchanged,
    value_at,
)
from kichban.scenario.read.lines import key_lines
from kichban.scenario.toml_text import (
    Path,
    UneditableError,
    add_block,
    add_key,
    copied,
    dotted,
    long_text,
    remove_key,
    remove_table,
    replace_value,
    toml_key,
    toml_value,
)


def edit_document(text: str, wanted: Document, parameters: Parameters) -> str:
    """Change a scenario's text so that it says `wanted`; sections not named there stay.

    Comments, order, blank lines and everything that is not changed survive byte for byte.

    Raises
    ------
    UneditableError
        With the name of the section that is laid out too unusually to be changed in place.
    """
    if "\r\n" in text:
        return edit_document(text.replace("\r\n", "\n"), wanted, parameters).replace("\n", "\r\n")
    name = "head"
    try:
        for key, value in wanted.get("head", {}).items():
            text = _edit_head(text, key, value)
        for section in SECTIONS:
            name = section.name
            if name in wanted:
                text = _EDITORS[section.layout](text, section, wanted[name], parameters)
    except (UneditableError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise UneditableError(name) from error
    found = read_document(text, parameters)
    wrong = [n for n, value in wanted.items() if n != "head" and not unchanged(found[n], value)]
    if wrong:
        raise UneditableError(wrong[0])
    return text


def _edit_head(text: str, key: str, value: Any) -> str:
    path = HEAD[key]
    old = value_at(tomllib.loads(text), path)
    if value is None or (old is None and not value) or unchanged(old, value):
        return text
    several = path[0] == "story" or (isinstance(value, str) and "\n" in value)
    written = long_text(value) if several else toml_value(value)
    if old is not None:
        return replace_value(text, path, written)
    if len(path) > 1 and value_at(tomllib.loads(text), path[:-1]) is not None:
        return replace_value(text, path, written)
    return add_key(text, path[:1], written if len(path) == 1 else f"{{ {path[1]} = {written} }}")


def _edit_keyed(
    text: str, section: Section, wanted: Mapping[str, Any], parameters: Parameters
) -> str:
    old = read_document(text, parameters)[section.name]
    for key in old:
        if key not in wanted:
            text = _remove(text, _raw(text, section.path, key))
    for key, value in wanted.items():
        if key not in old:
            text = _add(text, section, key, value)
        elif not unchanged(old[key], value):
            text = _change(text, _raw(text, section.path, key), old[key], value)
    return text


def _edit_tables(
    text: str, section: Section, wanted: Mapping[str, Any], parameters: Parameters
) -> str:
    """Edit tables by name: each new one is a block of its own at the end."""
    old = read_document(text, parameters)[section.name]
    for name in old:
        if name not in wanted:
            text = _remove(text, (*section.path, name))
    for name, value in wanted.items():
        path = (*section.path, name)
        if name not in old:
            found = copied(tomllib.loads(text))
            found.setdefault(section.path[0], {})[name] = value
            text = add_block(text, table_block(path, value), found)
        elif not unchanged(old[name], value):
            text = _change(text, path, old[name], value)
    return text


def _raw(text: str, path: Path, key: str) -> Path:
    """Give the path under which a parameter really stands: with quotes or as nested tables."""
    table = value_at(tomllib.loads(text), path)
    found, rest = list(path), key
    while rest not in table:
        name = next(n for n in table if rest.startswith(f"{n}."))
        found.append(name)
        table, rest = table[name], rest.removeprefix(f"{name}.")
    return (*found, rest)


def _remove(text: str, path: Path) -> str:
    table = value_at(tomllib.loads(text), path)
    if isinstance(table, dict):
        try:
            return remove_table(text, path)
        except UneditableError:
            return remove_key(text, path)
    return remove_key(text, path)


def _add(text: str, section: Section, key: str, value: Any) -> str:
    if section.name != "path":
        return add_key(text, (*section.path, key), setting_text(value))
    wanted = copied(tomllib.loads(text))
    wanted.setdefault(section.path[0], {})[key] = value
    return add_block(text, table_block((*section.path, key), value), wanted)


def table_block(path: Path, value: Mapping[str, Any]) -> str:
    """Write a table with its head.

    >>> print(table_block(("path", "growth.volume"), {"op": "add"}))
    [path."growth.volume"]
    op = "add"
    """
    title = ".".join(toml_key(str(name)) for name in path)
    return "\n".join(
        [f"[{title}]", *(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items())]
    )


def setting_text(value: Any) -> str:
    """Write a setting; futures stand below one another.

    >>> print(setting_text({"dist": "discrete", "futures": [{"value": 1.3}]}))
    { dist = "discrete", futures = [
      { value = 1.3 },
    ] }
    """
    if isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        return "[\n" + "".join(f"  {toml_value(part)},\n" for part in value) + "]"
    if isinstance(value, Mapping) and "futures" in value:
        said = (f"{toml_key(k)} = {setting_text(v)}" for k, v in value.items())
        return "{ " + ", ".join(said) + " }"
    return toml_value(value)


def _change(text: str, path: Path, old: Any, new: Any) -> str:
    """Change as little as can be: of tables, and lists as long as before, what differs."""
    try:
        if isinstance(old, dict) and isinstance(new, dict):
            return _change_table(text, path, old, new)
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            return _change_list(text, path, old, new)
    except UneditableError:  # an inline table: written anew as a whole
        pass
    return replace_value(text, path, setting_text(new))


def _change_table(text: str, path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    for name in [n for n in old if n not in new]:
        text = remove_key(text, (*path, name))
    for name, value in new.items():
        if name not in old:
            text = add_key(text, (*path, name), toml_value(value))
        elif not unchanged(old[name], value):
            text = _change(text, (*path, name), old[name], value)
    return text


def _change_list(text: str, path: Path, old: Sequence[Any], new: Sequence[Any]) -> str:
    if not any(isinstance(value, dict) for value in old):
        raise UneditableError
    for at, (before, after) in enumerate(zip(old, new, strict=True)):
        if not unchanged(before, after):
            text = _change(text, (*path, at), before, after)
    return text


def _edit_pairs(
    text: str, section: Section, wanted: Sequence[Mapping[str, Any]], parameters: Parameters
) -> str:
    old = read_document(text, parameters)[section.name]
    if unchanged(old, wanted):
        return text
    if old and len(old) <= len(wanted) and _same_pairs(old, wanted):
        for at, (before, after) in enumerate(zip(old, wanted, strict=False)):
            if not unchanged(before, after):
                text = _replace_pair(text, section.path, at, after)
        more = wanted[len(old) :]
    elif old:
        return replace_all(text, section.path, wanted)
    else:
        more = wanted
    for pair in more:
        found = copied(tomllib.loads(text))
        table = found
        for name in section.path[:-1]:
            table = table.setdefault(name, {})
        table.setdefault(section.path[-1], []).append(dict(pair))
        block = table_block(section.path, pair)
        text = add_block(text, f"[{block.replace(']', ']]', 1)}", found)
    return text


def _same_pairs(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> bool:
    return all(a.get("of") == b.get("of") for a, b in zip(old, new, strict=False))


def _replace_pair(text: str, path: Path, at: int, value: Mapping[str, Any]) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for name in path:
        table = table[name]
    for name, part in value.items():
        if not unchanged(table[at].get(name), part):
            table[at][name] = tomlkit.parse(f"x = {toml_value(part)}")["x"]
    return tomlkit.dumps(document)


def replace_all(text: str, path: Path, wanted: Sequence[Mapping[str, Any]]) -> str:
    """Write an array of tables anew: its members changed too much to tell which is which."""
    for at in reversed(range(len(value_at(tomllib.loads(text), path)))):
        text = _remove_pair(text, path, at)
    for pair in wanted:
        block = table_block(path, pair)
        text = text.rstrip("\n") + f"\n\n[{block.replace(']', ']]', 1)}\n"
    return text


def _remove_pair(text: str, path: Path, at: int) -> str:
    """Take out the lines of one table of an array, with the blank line before it."""
    known, name = key_lines(text), dotted((*path, at))
    head = known.get(name)
    if head is None:
        raise UneditableError
    found = copied(tomllib.loads(text))
    pairs = value_at(found, path)
    gone = {head, *(line for key, line in known.items() if key.startswith(f"{name}."))}
    lines = text.split("\n")
    if head > 1 and not lines[head - 2].strip():
        gone.add(head - 1)
    text = "\n".join(line for n, line in enumerate(lines, start=1) if n not in gone)
    left = value_at(tomllib.loads(text), path) or []
    if left != [pair for n, pair in enumerate(pairs) if n != at]:
        raise UneditableError
    return text


def _edit_keys(text: str, section: Section, wanted: Sequence[str], parameters: Parameters) -> str:
    old = read_document(text, parameters)[section.name]
    if unchanged(old, wanted):
        return text
    stands = value_at(tomllib.loads(text), section.path) is not None
    if not wanted:
        return remove_key(text, section.path)
    write = replace_value if stands else add_key
    return write(text, section.path, toml_value(list(wanted)))


_EDITORS: Mapping[str, Any] = {
    "keyed": _edit_keyed,
    "tables": _edit_tables,
    "pairs": _edit_pairs,
    "keys": _edit_keys,
}
