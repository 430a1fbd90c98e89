"""JSON Schema of scenario files, from the catalogue: editors complete keys and mark mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kichban.catalogue import Entry, Parameter, Parameters
from kichban.catalogue.labels import Label
from kichban.scenario.checks.steps import change_bounds
from kichban.scenario.values import EDGES, OPS, SHAPES, STATUSES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: where editors look for it: beside the scenarios
SCHEMA_FILE = "scenario.schema.json"
NAME = "^[a-z][a-z0-9_]*$"
YEAR = "^(20\\d\\d|2100)$"
Schema = dict[str, Any]


def json_schema(parameters: Parameters) -> Schema:
    """Give one schema for scenarios, overlays and batches, told apart by what they say.

    A batch has ``base``, a scenario ``name`` or ``extends``; everything else is an overlay. What
    lies between several keys or files (sums, order, parents, sites) is for ``kichban check``.
    """
    settings = {
        "set": _dotted(parameters, _value, lambda p: not p.reach_only),
        "path": _dotted(parameters, _step, lambda p: p.path),
        "uncertainty": _uncertainty(parameters),
        "unset": _object({"keys": {"type": "array", "items": _unset(parameters)}}),
        "site": {"type": "object", "additionalProperties": _entries(parameters.site_entries)},
        "share": _entries(parameters.share_entries),
    }
    head = {"format": {"const": 1}, "label": _label(), "story": _label(), "sources": _texts()}
    scenario = _object(
        head
        | {
            "name": {"type": "string", "pattern": NAME},
            "extends": {"type": "string"},
            "include": _texts(),
            "status": {"enum": list(STATUSES)},
        }
        | settings,
        ("format", "name", "extends", "label", "status", "story"),
    )
    return {
        "$schema": DIALECT,
        "title": "kichban",
        "if": {"required": ["base"]},
        "then": {"$ref": "#/$defs/batch"},
        "else": {
            "if": {"anyOf": [{"required": ["name"]}, {"required": ["extends"]}]},
            "then": {"$ref": "#/$defs/scenario"},
            "else": {"$ref": "#/$defs/overlay"},
        },
        "$defs": {
            "scenario": scenario,
            "overlay": _object(head | settings, ("format",)),
            "batch": _batch(parameters),
        },
    }


def _object(properties: Mapping[str, Any], required: Iterable[str] = ()) -> Schema:
    """Give an object that refuses every other key."""
    found: Schema = {
        "type": "object", "properties": dict(properties), "additionalProperties": False,
    }  # fmt: skip
    return found | ({"required": list(required)} if required else {})


def _label() -> Schema:
    text = {"type": "string", "pattern": "\\S"}
    return _object({"vi": text, "en": text}, ("vi", "en"))


def _texts() -> Schema:
    return {"type": "array", "items": {"type": "string"}}


def _said(label: Label, unit: Label, assumption: Label) -> str:
    return f"{label['vi']} ({unit['vi']}) · {label['en']} ({unit['en']}). {assumption['vi']}"


def _dotted(parameters: Parameters, make: Any, chosen: Any) -> Schema:
    """Give a table whose keys may be written with quotes or as nested tables."""
    flat = {key: make(p) for key, p in parameters.items() if chosen(p)}
    sections: dict[str, dict[str, Any]] = {}
    for key, schema in flat.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, {})[name] = schema
    return _object(flat | {name: _object(keys) for name, keys in sections.items()})


def _number(parameter: Parameter) -> Schema:
    low, high = parameter.error_bounds
    return {"type": "number", "minimum": low, "maximum": high}


def _value(parameter: Parameter) -> Schema:
    said = _said(parameter.label, parameter.unit_label, parameter.assumption)
    found: Schema = {"description": said}
    if isinstance(parameter.default, tuple):
        size = len(parameter.default)
        found |= {
            "type": "array", "items": _number(parameter), "minItems": size, "maxItems": size,
        }  # fmt: skip
    elif parameter.unit == "switch":
        found |= {"enum": [0, 1]}
    else:
        found |= _number(parameter)
    if parameter.default is not None:
        default = parameter.default
        found["default"] = list(default) if isinstance(default, tuple) else default
    return found


def _step(parameter: Parameter) -> Schema:
    """Give a step: what replaces lies within the bounds; what is added or scales does not.

    Where the catalogue tells no base to add to or scale, that has bounds of its own.
    """
    anchors = {
        "type": "object",
        "patternProperties": {YEAR: {"type": "number"}},
        "additionalProperties": False,
        "minProperties": 1,
    }
    replaced = {"additionalProperties": _number(parameter)}
    added, scaled = ({"additionalProperties": _change(parameter, op)} for op in ("add", "scale"))
    found = _object(
        {
            "op": {"enum": ["reach"] if parameter.reach_only else list(OPS)},
            "shape": {"enum": list(SHAPES)},
            "anchors": anchors,
            "before": {"enum": list(EDGES)},
            "after": {"enum": list(EDGES)},
            "target": {"type": "string", "minLength": 1},
        },
        ("op",),
    )
    found["description"] = _said(parameter.label, parameter.unit_label, parameter.assumption)
    free = ("shape", "anchors", "before", "after")
    found["if"] = {"properties": {"op": {"const": "reach"}}}
    found["then"] = {"required": ["target"], "properties": dict.fromkeys(free, False)}
    found["else"] = {"required": ["anchors"], "properties": {"target": False}}
    found["allOf"] = [
        _when("op", "replace", {"properties": {"anchors": replaced}}),
        _when("op", "add", {"properties": {"anchors": added}}),
        _when("op", "scale", {"properties": {"anchors": scaled}}),
        _when(
            "shape", "geometric",
            {"properties": {"anchors": {"additionalProperties": {"exclusiveMinimum": 0}}}},
        ),
    ]  # fmt: skip
    return found


def _change(parameter: Parameter, op: str) -> Schema:
    """Give the bounds of what is added or scales, nothing where it has none."""
    bounds = change_bounds(parameter, op)
    if bounds is not None:
        return {"minimum": bounds[0], "maximum": bounds[1]}
    return {"minimum": 0} if op == "scale" else {}


def _when(field: str, word: str, then: Schema) -> Schema:
    return {"if": {"properties": {field: {"const": word}}, "required": [field]}, "then": then}


def _uncertainty(parameters: Parameters) -> Schema:
    table = _dotted(parameters, _prior, lambda p: p.kind in ("number", "path") and not p.reach_only)
    pair = _object(
        {
            "of": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2,
                   "uniqueItems": True},
            "rho": {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1},
        },
        ("of", "rho"),
    )  # fmt: skip
    table["properties"]["correlation"] = {"type": "array", "items": pair}
    return table


def _prior(parameter: Parameter) -> Schema:
    number = _number(parameter)

    def ends(dist: str, *needed: str, mode: bool = False) -> Schema:
        fields = dict.fromkeys((*needed, *(("mode",) if mode else ())), number)
        return _object({"dist": {"const": dist}, **fields}, ("dist", *needed))

    share = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    future = _object(
        {"value": number, "probability": share, "label": _label()}, ("value", "probability")
    )
    futures = {"type": "array", "items": future, "minItems": 2}
    return {
        "description": _said(parameter.label, parameter.unit_label, parameter.assumption),
        "oneOf": [
            *(ends(dist, "low", "high", mode=True) for dist in ("pert", "triangular")),
            *(ends(dist, "p10", "p90", mode=True) for dist in ("pert", "triangular")),
            ends("uniform", "low", "high"),
            *(ends(dist, "p10", "p90") for dist in ("normal", "lognormal")),
            _object({"dist": {"const": "discrete"}, "futures": futures}, ("dist", "futures")),
            ends("none"),
        ],
    }


def _unset(parameters: Parameters) -> Schema:
    return {"anyOf": [{"enum": list(parameters)}, {"pattern": "^(site|share)\\."}]}


def _entries(entries: Mapping[str, Entry]) -> Schema:
    return _object({name: _entry(entry) for name, entry in entries.items()})


def _entry(entry: Entry) -> Schema:
    found: Schema = {"description": _said(entry.label, entry.unit_label, entry.assumption)}
    if entry.kind == "switch":
        return found | {"type": "boolean"}
    if entry.kind == "quarter":
        return found | {"type": "string", "pattern": "^20\\d\\d-Q[1-4]$"}
    if entry.kind == "number":
        low, high = entry.error_bounds or (None, None)
        return found | {"type": "number", "minimum": low, "maximum": high}
    share = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    parts = _object(dict.fromkeys(entry.members, share), entry.members)
    return found | {
        "type": "object", "patternProperties": {YEAR: parts}, "additionalProperties": False,
        "minProperties": 1,
    }  # fmt: skip


def _batch(parameters: Parameters) -> Schema:
    settable = {key: _value(p) for key, p in parameters.items() if not p.reach_only}
    yearly = {
        f"^{key.replace('.', chr(92) + '.')}@(20\\d\\d|2100)$": _number(p)
        for key, p in parameters.items()
        if p.path and not p.reach_only
    }

    def table(wrap: Any) -> Schema:
        found = _object({key: wrap(schema) for key, schema in settable.items()})
        found["patternProperties"] = {k: wrap(s) for k, s in yearly.items()} | {
            "^site\\.": wrap({})
        }
        return found

    def several(schema: Schema) -> Schema:
        return {"type": "array", "items": schema, "minItems": 1, "uniqueItems": True}

    case = _object(
        {"name": {"type": "string", "pattern": NAME}, "label": _label(), "set": table(dict)},
        ("name", "set"),
    )
    return _object(
        {
            "format": {"const": 1},
            "base": {"type": "string"},
            "label": _label(),
            "story": _label(),
            "grid": table(several),
            "case": {"type": "array", "items": case},
        },
        ("format", "base", "label"),
    ) | {"anyOf": [{"required": ["grid"]}, {"required": ["case"]}]}
