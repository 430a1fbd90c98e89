"""A scenario as a form: every table of its file is one sheet, derived from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kichban.form import NO_LABEL, Field, Form, FormRow, Row, Sheet, Value
from kichban.scenario import Document
from kichban.scenario.values import EDGES, OPS, SHAPES, STATUSES
from kichban.study.forms.card import values_sheet
from kichban.study.forms.entries import read_share, read_site, share_sheet, site_sheet
from kichban.study.forms.part import (
    Around,
    Notes,
    Part,
    entry_field,
    parameter_words,
    said,
    word_group,
)
from kichban.study.forms.priors import (
    correlation_sheet,
    futures_sheet,
    join_futures,
    read_correlation,
    read_futures,
    read_uncertainty,
    uncertainty_sheet,
)
from kichban.texts import all_keys

NAME = "scenario"
#: entries of a path that hold for all its years
_STEP = ("op", "shape", "before", "after", "target")
_GUIDANCE = ("scenario", "empty", "per_cent", "words", "back")


def scenario_form(subject: str, document: Document, around: Around, digest: str = "") -> Form:
    """Give the form of a scenario: its own settings filled in, everything else empty."""
    sheets = tuple(part.sheet(document, around) for part in PARTS)
    guidance = tuple(all_keys()[f"form.guidance.{key}"] for key in _GUIDANCE)
    return Form(NAME, said("scenario.title"), sheets, subject, digest, guidance)


def document_of(sheets: Mapping[str, Sequence[FormRow]], around: Around, notes: Notes) -> Document:
    """Give what the rows of a scenario's form say, as the tables of its file."""
    found = {part.section: part.read(sheets[part.section], around, notes) for part in PARTS}
    join_futures(found["uncertainty"], found.pop("futures"), notes)
    return found


# --- about it ----------------------------------------------------------------------------


def _about(document: Document, around: Around) -> Sheet:
    labels = {"label.vi": 1, "label.en": 1, "story.vi": 6, "story.en": 6}
    wanted = not around.overlay
    texts = {
        name: entry_field(name, "text", width=62.0, required=wanted, lines=lines)
        for name, lines in labels.items()
    }
    stated = document["head"].get("extends", "")
    parents = {**dict.fromkeys([stated] if stated else [], NO_LABEL), **around.scenarios}
    fields: tuple[Field, ...] = (
        entry_field("name", "text", width=62.0, required=True),
        entry_field("extends", "choice", words=MappingProxyType(parents)),
        entry_field("include", "list"),
        texts["label.vi"],
        texts["label.en"],
        entry_field("status", "choice", words=word_group("status", STATUSES), required=True),
        texts["story.vi"],
        texts["story.en"],
        entry_field("sources", "list"),
    )
    if around.overlay:
        fields = (*texts.values(), fields[-1])
    head = document["head"]
    values = {f.name: _value(head.get(f.name)) for f in fields}
    return Sheet("head", said("part.head"), fields, (Row("", values),), layout="card",
                 help=said("part.head_help"))  # fmt: skip


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str):
        return value.strip() or None
    return value if isinstance(value, int | float) else None


def _read_about(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    row = rows[0]
    found: dict[str, Any] = {}
    for name, value in row.values.items():
        notes.places[name] = row.places[name]
        if name in ("include", "sources"):
            found[name] = list(value) if isinstance(value, tuple) else []
        else:
            found[name] = str(value) if value is not None else ""
    return found


# --- [set] -------------------------------------------------------------------------------


def _set(document: Document, around: Around) -> Sheet:
    return values_sheet(document["set"], around.parameters, around.inherited)


def _read_set(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    row = rows[0]
    found: dict[str, Any] = {}
    for key, value in row.values.items():
        notes.places[f"set.{key}"] = row.places[key]
        if isinstance(value, tuple):
            found[key] = list(value)
        elif isinstance(value, int | float):
            found[key] = float(value)
    return found


# --- [path] ------------------------------------------------------------------------------


def _path(document: Document, around: Around) -> Sheet:
    parameters = around.parameters
    fields = (
        entry_field("parameter", "choice", words=parameter_words(parameters, lambda p: p.path),
                    required=True, width=44.0),
        entry_field("op", "choice", words=word_group("op", OPS), width=14.0),
        entry_field("year", "integer", bounds=(2000.0, 2100.0), width=8.0),
        entry_field("anchor", "number", percent="cell"),
        entry_field("shape", "choice", words=word_group("shape", SHAPES), width=20.0),
        entry_field("before", "choice", words=word_group("edge", EDGES), width=18.0),
        entry_field("after", "choice", words=word_group("edge", EDGES), width=18.0),
        entry_field("target", "text", width=10.0),
    )  # fmt: skip
    rows = []
    for key, step in document["path"].items():
        shares = parameters[key].percent and step.get("op") != "scale"
        stated = {name: step.get(name) for name in _STEP}
        for year, value in (step.get("anchors") or {"": None}).items():
            number = {"year": int(year) if year else None, "anchor": value}
            percent = ("anchor",) if shares and value is not None else ()
            rows.append(Row("", {"parameter": key, **stated, **number}, percent))
            stated = {}
    return Sheet("path", said("part.path"), fields, tuple(rows), 20, help=said("part.path_help"))


def _read_path(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    firsts: dict[tuple[str, str], FormRow] = {}
    for row in rows:
        key = row.values.get("parameter")
        if not isinstance(key, str):
            continue
        notes.places.setdefault(f"path.{key}", row.places["parameter"])
        step = found.setdefault(key, {})
        for name in _STEP:
            _state(step, key, name, row, firsts, notes)
        year, value = row.values.get("year"), row.values.get("anchor")
        if year is None and value is None:
            continue
        anchors = step.setdefault("anchors", {})
        if year is None or value is None:
            missing = "year" if year is None else "anchor"
            notes.fault("E-FORM-020", row, missing, said(f"entry.{missing}.label")[notes.lang])
        elif str(year) in anchors:
            first = firsts[key, str(year)].places["year"]
            notes.fault("E-FORM-041", row, "year", said("entry.year.label")[notes.lang],
                        first=first)  # fmt: skip
        else:
            anchors[str(year)] = float(value) if isinstance(value, int | float) else value
            firsts[key, str(year)] = row
            notes.places[f"path.{key}.anchors.{year}"] = row.places["anchor"]
    return {key: _in_order(step) for key, step in found.items()}


def _state(
    step: dict[str, Any], key: str, name: str, row: FormRow,
    firsts: dict[tuple[str, str], FormRow], notes: Notes,
) -> None:  # fmt: skip
    """Take what a row says of the whole path; rows must not disagree."""
    value = row.values.get(name)
    if value is None:
        return
    if step.get(name, value) != value:
        first, stated = firsts[key, name].places[name], str(step[name])
        label = said(f"entry.{name}.label")[notes.lang]
        notes.fault("E-FORM-040", row, name, label, first=first, stated=stated)
        return
    step.setdefault(name, value)
    firsts.setdefault((key, name), row)
    notes.places.setdefault(f"path.{key}.{name}", row.places[name])


def _in_order(step: Mapping[str, Any]) -> dict[str, Any]:
    names = ("op", "shape", "anchors", "before", "after", "target")
    return {name: step[name] for name in names if name in step}


# --- [unset] -----------------------------------------------------------------------------


def _unset(document: Document, around: Around) -> Sheet:
    known = {**parameter_words(around.parameters, lambda _: True), **around.entries}
    stated = {key: NO_LABEL for key in document["unset"] if key not in known}
    words = MappingProxyType({**known, **stated})
    fields = (entry_field("unset", "choice", words=words, required=True, width=60.0),)
    rows = tuple(Row("", {"unset": key}) for key in document["unset"])
    title, help_ = said("part.unset"), said("part.unset_help")
    return Sheet("unset", title, fields, rows, 8, help=help_)


def _read_unset(rows: Sequence[FormRow], _: Around, notes: Notes) -> list[str]:
    found: list[str] = []
    for row in rows:
        key = row.values.get("unset")
        if isinstance(key, str):
            notes.places.setdefault("unset.keys", row.places["unset"])
            found.append(key)
    return found


#: the sheets of a scenario's form; a new table of the grammar is one more line here
PARTS: tuple[Part, ...] = (
    Part("head", _about, _read_about),
    Part("set", _set, _read_set),
    Part("path", _path, _read_path),
    Part("uncertainty", uncertainty_sheet, read_uncertainty),
    Part("futures", futures_sheet, read_futures),
    Part("correlation", correlation_sheet, read_correlation),
    Part("site", site_sheet, read_site),
    Part("share", share_sheet, read_share),
    Part("unset", _unset, _read_unset),
)
