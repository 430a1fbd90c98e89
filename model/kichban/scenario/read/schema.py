"""One scenario file read strictly: every unknown key, wrong type or missing word is a fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from kichban.catalogue import Label, Parameters
from kichban.catalogue.parameters import Value
from kichban.errors import Fault
from kichban.files import load_toml, toml_line
from kichban.scenario.checks.extras import check_shares, check_sites
from kichban.scenario.checks.horizon import check_anchor_years
from kichban.scenario.checks.known import NOTHING_KNOWN, Known
from kichban.scenario.checks.priors import check_prior
from kichban.scenario.checks.steps import check_step
from kichban.scenario.checks.values import check_value, is_number, known_key
from kichban.scenario.extras import entry_of, site_of
from kichban.scenario.read.layers import Layer, Notes, flatten_once, nearest
from kichban.scenario.read.lines import key_lines
from kichban.scenario.values import STATUSES, Correlation, PathStep, Prior

FORMAT = 1
OVERLAYS = "scenarios/overlays/"
_SETTINGS = ("set", "path", "unset", "uncertainty", "site", "share")
_REQUIRED = ("name", "extends", "label", "status", "story")
_SCENARIO_KEYS = ("format", *_REQUIRED, "include", "sources", *_SETTINGS)
_OVERLAY_KEYS = ("format", "label", "story", "sources", *_SETTINGS)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EMPTY: Label = MappingProxyType({})


def is_name(text: str) -> bool:
    """Whether a text can name a scenario.

    >>> is_name("high_fdi"), is_name("High FDI")
    (True, False)
    """
    return _NAME.fullmatch(text) is not None


def is_overlay(file: str) -> bool:
    """Whether a file is an overlay rather than a scenario.

    >>> is_overlay("scenarios/overlays/weak_demand.toml"), is_overlay("scenarios/low.toml")
    (True, False)
    """
    return file.startswith(OVERLAYS)


def overlay_name(file: str) -> str:
    """Give the name under which an overlay is included.

    >>> overlay_name("scenarios/overlays/weak_demand.toml")
    'overlays/weak_demand'
    """
    return file.removeprefix("scenarios/").removesuffix(".toml")


def read_layer(
    file: str, text: str, parameters: Parameters, known: Known = NOTHING_KNOWN
) -> tuple[Layer | None, tuple[Fault, ...]]:
    """Read one file; ``None`` where it is no TOML or of a newer format."""
    notes = Notes(file, key_lines(text))
    try:
        document = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        return None, (toml_fault(file, text, error),)
    if not check_format(document, notes):
        return None, tuple(notes.faults)
    overlay = is_overlay(file)
    allowed = _OVERLAY_KEYS if overlay else _SCENARIO_KEYS
    for name in document:
        if name not in allowed:
            notes.fault("E-SCN-004", (name,), name, **nearest(name, allowed))
    if not overlay:
        for name in _REQUIRED:
            if name not in document:
                code = "E-SCN-072" if name == "extends" else "E-SCN-006"
                notes.fault(code, (), "", field=name)
    layer = _layer(document, notes, parameters, known)
    return layer, tuple(notes.faults)


def toml_fault(file: str, text: str, error: tomllib.TOMLDecodeError) -> Fault:
    """Give the fault of a text that is no TOML, at its line."""
    return Fault("E-SCN-001", file, toml_line(text, error), detail={"reason": str(error)})


def check_format(document: Mapping[str, Any], notes: Notes) -> bool:
    """Whether a file has a format that this program knows."""
    version = document.get("format")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        notes.fault("E-SCN-002", ("format",), "" if version is None else version)
        return False
    if version > FORMAT:
        notes.fault("E-SCN-003", ("format",), version, newest=str(FORMAT))
        return False
    return True


def _layer(
    document: Mapping[str, Any], notes: Notes, parameters: Parameters, known: Known
) -> Layer:
    name, stem = read_text(document, "name", notes), PurePosixPath(notes.file).stem
    if not is_name(name or stem) or document.get("name") == "":
        notes.fault("E-SCN-008", ("name",), name or document.get("name", stem))
    name = name or stem
    status = read_text(document, "status", notes)
    if status and status not in STATUSES:
        notes.fault("E-SCN-024", ("status",), status, **nearest(status, STATUSES))
    values = _values(document, notes, parameters)
    unset = _unset(document, notes, parameters, known)
    for key in unset:
        if key in values:
            notes.fault("E-SCN-041", ("set", key), key)
    extras = check_sites(read_table(document, "site", notes), notes, parameters, known)
    extras |= check_shares(read_table(document, "share", notes), notes, parameters, known)
    priors, correlations = _uncertainty(document, notes, parameters)
    return Layer(
        file=notes.file,
        name=overlay_name(notes.file) if is_overlay(notes.file) else name,
        label=read_label(document, "label", notes),
        story=read_label(document, "story", notes),
        status=status,
        extends=read_text(document, "extends", notes),
        include=_texts(document, "include", notes),
        sources=_sources(document, notes, known),
        values=MappingProxyType(values),
        paths=MappingProxyType(_paths(document, notes, parameters, known)),
        priors=MappingProxyType(priors),
        unset=tuple(key for key in unset if key not in values),
        correlations=correlations,
        lines=notes.lines,
        extras=MappingProxyType(extras),
    )


def read_text(document: Mapping[str, Any], name: str, notes: Notes) -> str:
    """Give an entry that is a text."""
    value = document.get(name, "")
    if not isinstance(value, str):
        expected = " | ".join(f'"{s}"' for s in STATUSES) if name == "status" else '"baseline"'
        notes.fault("E-SCN-005", (name,), value, expected=expected)
        return ""
    return value


def _texts(document: Mapping[str, Any], name: str, notes: Notes, *around: str) -> tuple[str, ...]:
    value = document.get(name, [])
    if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        notes.fault("E-SCN-005", (*around, name), value, expected='["…", "…"]')
        return ()
    return tuple(value)


def read_label(document: Mapping[str, Any], name: str, notes: Notes, *around: str) -> Label:
    """Give an entry in both languages, spaces tidied."""
    if name not in document:
        return _EMPTY
    value = document[name]
    if not isinstance(value, dict):
        notes.fault("E-SCN-005", (*around, name), value, expected='{ vi = "…", en = "…" }')
        return _EMPTY
    for language in ("vi", "en"):
        if not (isinstance(value.get(language), str) and value[language].strip()):
            notes.fault("E-SCN-007", (*around, name), "", field=name, language=language)
    for language in value:
        if language not in ("vi", "en"):
            detail = nearest(language, ("vi", "en"))
            notes.fault("E-SCN-004", (*around, name, language), language, **detail)
    return MappingProxyType({k: " ".join(str(v).split()) for k, v in value.items()})


def read_table(document: Mapping[str, Any], name: str, notes: Notes) -> Mapping[str, Any]:
    """Give an entry that is a table."""
    value = document.get(name, {})
    if not isinstance(value, dict):
        notes.fault("E-SCN-005", (name,), value, expected=f"[{name}]")
        return {}
    return value


def _flat(
    document: Mapping[str, Any], name: str, notes: Notes, parameters: Parameters
) -> dict[str, Any]:
    return flatten_once(read_table(document, name, notes), parameters, (name,), notes)


def _values(document: Mapping[str, Any], notes: Notes, parameters: Parameters) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in _flat(document, "set", notes, parameters).items():
        place = ("set", key)
        if known_key(key, place, notes, parameters):
            checked = check_value(parameters[key], value, place, notes)
            if checked is not None:
                found[key] = checked
    return found


def _paths(
    document: Mapping[str, Any], notes: Notes, parameters: Parameters, known: Known
) -> dict[str, PathStep]:
    found: dict[str, PathStep] = {}
    for key, table in _flat(document, "path", notes, parameters).items():
        place = ("path", key)
        if known_key(key, place, notes, parameters):
            step = check_step(parameters[key], table, place, notes)
            if step is not None:
                found[key] = step
                check_anchor_years(step, place, notes, known, end_said="after" in table)
    return found


def _sources(document: Mapping[str, Any], notes: Notes, known: Known) -> tuple[str, ...]:
    """Give the sources a file names; one that the study has not is told."""
    found = _texts(document, "sources", notes)
    for source in found:
        if known.sources is not None and source not in known.sources:
            notes.fault("W-SCN-070", ("sources",), source, **nearest(source, known.sources))
    return found


def _unset(
    document: Mapping[str, Any], notes: Notes, parameters: Parameters, known: Known
) -> tuple[str, ...]:
    table = read_table(document, "unset", notes)
    for name in table:
        if name != "keys":
            notes.fault("E-SCN-004", ("unset", name), name, **nearest(name, ("keys",)))
    keys = _texts(table, "keys", notes, "unset")
    place = ("unset", "keys")
    return tuple(key for key in keys if _can_unset(key, place, notes, parameters, known))


def _can_unset(
    key: str, place: tuple[str, ...], notes: Notes, parameters: Parameters, known: Known
) -> bool:
    """Whether there is such a parameter or entry, set before or not."""
    if entry_of(key, parameters) is None:
        return known_key(key, place, notes, parameters)
    site = site_of(key)
    if not site or known.sites is None or site in known.sites:
        return True
    notes.fault("E-SCN-050", place, site, **nearest(site, known.sites))
    return False


def _uncertainty(
    document: Mapping[str, Any], notes: Notes, parameters: Parameters
) -> tuple[dict[str, Prior | None], tuple[Correlation, ...]]:
    table = dict(read_table(document, "uncertainty", notes))
    pairs = table.pop("correlation", [])
    found: dict[str, Prior | None] = {}
    for key, entry in flatten_once(table, parameters, ("uncertainty",), notes).items():
        place = ("uncertainty", key)
        if known_key(key, place, notes, parameters):
            usable, prior = check_prior(parameters[key], entry, place, notes)
            if usable:
                found[key] = prior
    if not isinstance(pairs, list):
        notes.fault("E-SCN-005", ("uncertainty", "correlation"), pairs, expected="[[…]]")
        pairs = []
    read: dict[frozenset[str], Correlation] = {}
    for index, entry in enumerate(pairs):
        pair = _correlation(entry, index, notes, parameters)
        if pair is not None and frozenset(pair.of) in read:
            where = ("uncertainty", "correlation", f"{index}")
            notes.fault("E-SCN-069", where, " × ".join(pair.of))
        elif pair is not None:
            read[frozenset(pair.of)] = pair
    return found, tuple(read.values())


def _correlation(pair: Any, index: int, notes: Notes, parameters: Parameters) -> Correlation | None:
    place = ("uncertainty", "correlation", str(index))
    fields = pair if isinstance(pair, dict) else {}
    of, rho = fields.get("of"), fields.get("rho")
    right = set(fields) == {"of", "rho"} and is_number(rho) and -1 < rho < 1
    if not right or not isinstance(of, list) or len(of) != 2 or of[0] == of[1]:
        notes.fault("E-SCN-033", place, pair)
        return None
    first, second = str(of[0]), str(of[1])
    known = [known_key(key, (*place, "of"), notes, parameters) for key in (first, second)]
    return Correlation((first, second), float(fields["rho"]), index) if all(known) else None
