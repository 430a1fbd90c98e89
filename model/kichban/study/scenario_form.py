"""A scenario as a form: every table of its file is one sheet, derived from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from kichban.catalogue import Parameter, Parameters
from kichban.errors import Fault
from kichban.form import NO_LABEL, Field, Form, FormRow, Row, Sheet, Value
from kichban.form.values import Label
from kichban.scenario import Document, Scenario
from kichban.scenario.values import EDGES, OPS, SHAPES, STATUSES
from kichban.study.scenario_card import values_sheet
from kichban.texts import Lang, all_keys

NAME = "scenario"
#: entries of a path that hold for all its years
_STEP = ("op", "shape", "before", "after", "target")
_DISTS = ("pert", "triangular", "uniform", "normal", "lognormal", "none")
_ENDS = ("low", "mode", "high", "p10", "p90")
_GUIDANCE = ("scenario", "empty", "per_cent", "words", "back")


@dataclass(frozen=True, slots=True)
class Around:
    """What a scenario's form shows besides the file itself.

    `inherited` is the scenario without its own tables, `scenarios` and `targets` are those that
    may be named.
    """

    parameters: Parameters
    inherited: Scenario | None
    scenarios: Mapping[str, Label]
    targets: tuple[str, ...]
    overlay: bool = False


@dataclass(slots=True)
class Notes:
    """What goes wrong in joining rows to tables, and where each entry stands in the workbook."""

    file: str
    lang: Lang
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def fault(self, code: str, row: FormRow, name: str, label: str, **detail: str) -> None:
        """Note a fault of a row."""
        value = row.values.get(name)
        shown = "" if value is None else str(value)
        place = f"{row.places.get(name, '')} ({label})"
        self.faults.append(Fault(code, self.file, None, place, shown, detail))


class Part(NamedTuple):
    """One sheet: how it is made from a document, and how its rows become a table again."""

    section: str
    sheet: Callable[[Document, Around], Sheet]
    read: Callable[[Sequence[FormRow], Around, Notes], Any]


def scenario_form(subject: str, document: Document, around: Around, digest: str = "") -> Form:
    """Give the form of a scenario: its own settings filled in, everything else empty."""
    sheets = tuple(part.sheet(document, around) for part in PARTS)
    guidance = tuple(all_keys()[f"form.guidance.{key}"] for key in _GUIDANCE)
    return Form(NAME, _said("scenario.title"), sheets, subject, digest, guidance)


def document_of(sheets: Mapping[str, Sequence[FormRow]], around: Around, notes: Notes) -> Document:
    """Give what the rows of a scenario's form say, as the tables of its file."""
    return {part.section: part.read(sheets[part.section], around, notes) for part in PARTS}


def _said(key: str) -> Label:
    return all_keys()[f"form.{key}"]


def _field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, _said(f"entry.{name}.label"), help=_said(f"entry.{name}.help"), **more)


def _words(group: str, words: Iterable[str]) -> Mapping[str, Label]:
    return MappingProxyType({w: _said(f"word.{group}.{w}") for w in words})


def _keys(parameters: Parameters, keep: Callable[[Parameter], bool]) -> Mapping[str, Label]:
    return MappingProxyType({key: p.label for key, p in parameters.items() if keep(p)})


# --- about it ----------------------------------------------------------------------------


def _about(document: Document, around: Around) -> Sheet:
    labels = {"label.vi": 1, "label.en": 1, "story.vi": 6, "story.en": 6}
    wanted = not around.overlay
    texts = {
        name: _field(name, "text", width=62.0, required=wanted, lines=lines)
        for name, lines in labels.items()
    }
    stated = document["head"].get("extends", "")
    parents = {**dict.fromkeys([stated] if stated else [], NO_LABEL), **around.scenarios}
    fields: tuple[Field, ...] = (
        _field("name", "text", width=62.0, required=True),
        _field("extends", "choice", words=MappingProxyType(parents)),
        _field("include", "list"),
        texts["label.vi"],
        texts["label.en"],
        _field("status", "choice", words=_words("status", STATUSES), required=True),
        texts["story.vi"],
        texts["story.en"],
        _field("sources", "list"),
    )
    if around.overlay:
        fields = (*texts.values(), fields[-1])
    head = document["head"]
    values = {f.name: _value(head.get(f.name)) for f in fields}
    return Sheet("head", _said("part.head"), fields, (Row("", values),), layout="card",
                 help=_said("part.head_help"))  # fmt: skip


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
        _field("parameter", "choice", words=_keys(parameters, lambda p: p.path), required=True,
               width=44.0),
        _field("op", "choice", words=_words("op", OPS), width=14.0),
        _field("year", "integer", bounds=(2000.0, 2100.0), width=8.0),
        _field("anchor", "number", percent="cell"),
        _field("shape", "choice", words=_words("shape", SHAPES), width=20.0),
        _field("before", "choice", words=_words("edge", EDGES), width=18.0),
        _field("after", "choice", words=_words("edge", EDGES), width=18.0),
        _field("target", "text", width=10.0),
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
    return Sheet("path", _said("part.path"), fields, tuple(rows), 20, help=_said("part.path_help"))


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
            notes.fault("E-FORM-020", row, missing, _said(f"entry.{missing}.label")[notes.lang])
        elif str(year) in anchors:
            first = firsts[key, str(year)].places["year"]
            notes.fault("E-FORM-041", row, "year", _said("entry.year.label")[notes.lang],
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
        label = _said(f"entry.{name}.label")[notes.lang]
        notes.fault("E-FORM-040", row, name, label, first=first, stated=stated)
        return
    step.setdefault(name, value)
    firsts.setdefault((key, name), row)
    notes.places.setdefault(f"path.{key}.{name}", row.places[name])


def _in_order(step: Mapping[str, Any]) -> dict[str, Any]:
    names = ("op", "shape", "anchors", "before", "after", "target")
    return {name: step[name] for name in names if name in step}


# --- [uncertainty] and its correlations ----------------------------------------------------


def _uncertainty(document: Document, around: Around) -> Sheet:
    def may(p: Parameter) -> bool:
        return p.kind in ("number", "path") and not p.reach_only

    fields = (
        _field("parameter", "choice", words=_keys(around.parameters, may), required=True,
               width=44.0),
        _field("dist", "choice", words=_words("dist", _DISTS), required=True, width=22.0),
        *(_field(name, "number", percent="cell") for name in _ENDS),
    )  # fmt: skip
    rows = tuple(
        Row("", {"parameter": key, **prior},
            tuple(n for n in _ENDS if n in prior) if around.parameters[key].percent else ())
        for key, prior in document["uncertainty"].items()
    )  # fmt: skip
    title, help_ = _said("part.uncertainty"), _said("part.uncertainty_help")
    return Sheet("uncertainty", title, fields, rows, 12, help=help_)


def _read_uncertainty(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        key = row.values.get("parameter")
        if not isinstance(key, str):
            continue
        if key in found:
            label = _said("entry.parameter.label")[notes.lang]
            first = notes.places[f"uncertainty.{key}"]
            notes.fault("E-FORM-042", row, "parameter", label, first=first)
            continue
        notes.places[f"uncertainty.{key}"] = row.places["parameter"]
        for name in ("dist", *_ENDS):
            notes.places[f"uncertainty.{key}.{name}"] = row.places[name]
        ends = {n: row.values[n] for n in _ENDS if isinstance(row.values.get(n), int | float)}
        found[key] = {**{n: float(v) for n, v in ends.items()}, "dist": row.values.get("dist")}  # type: ignore[arg-type]
    return found


def _correlation(document: Document, around: Around) -> Sheet:
    words = _keys(around.parameters, lambda p: p.kind in ("number", "path") and not p.reach_only)
    fields = (
        _field("first", "choice", words=words, required=True, width=44.0),
        _field("second", "choice", words=words, required=True, width=44.0),
        _field("rho", "number", bounds=(-1.0, 1.0), required=True),
    )
    rows = tuple(
        Row("", {"first": pair["of"][0], "second": pair["of"][1], "rho": pair["rho"]})
        for pair in document["correlation"]
    )
    title, help_ = _said("part.correlation"), _said("part.correlation_help")
    return Sheet("correlation", title, fields, rows, 8, help=help_)


def _read_correlation(rows: Sequence[FormRow], _: Around, notes: Notes) -> list[Any]:
    found: list[Any] = []
    for row in rows:
        first, second, rho = (row.values.get(n) for n in ("first", "second", "rho"))
        notes.places[f"uncertainty.correlation.{len(found)}"] = row.places["first"]
        if isinstance(rho, int | float):
            found.append({"of": [first, second], "rho": float(rho)})
    return found


# --- [unset] -----------------------------------------------------------------------------


def _unset(document: Document, around: Around) -> Sheet:
    words = _keys(around.parameters, lambda _: True)
    fields = (_field("parameter", "choice", words=words, required=True, width=60.0),)
    rows = tuple(Row("", {"parameter": key}) for key in document["unset"])
    title, help_ = _said("part.unset"), _said("part.unset_help")
    return Sheet("unset", title, fields, rows, 8, help=help_)


def _read_unset(rows: Sequence[FormRow], _: Around, notes: Notes) -> list[str]:
    found: list[str] = []
    for row in rows:
        key = row.values.get("parameter")
        if isinstance(key, str):
            notes.places.setdefault("unset.keys", row.places["parameter"])
            found.append(key)
    return found


#: the sheets of a scenario's form; a new table of the grammar is one more line here
PARTS: tuple[Part, ...] = (
    Part("head", _about, _read_about),
    Part("set", _set, _read_set),
    Part("path", _path, _read_path),
    Part("uncertainty", _uncertainty, _read_uncertainty),
    Part("correlation", _correlation, _read_correlation),
    Part("unset", _unset, _read_unset),
)
