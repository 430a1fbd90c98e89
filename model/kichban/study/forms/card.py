"""The sheet of a scenario's values: every parameter, what it is now, and a cell for another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Parameter, Parameters
from kichban.form import Field, Reference, Row, Sheet, Value
from kichban.form.shown import local_number, shifted
from kichban.form.validation import bounds_text
from kichban.form.values import Label, both
from kichban.scenario import PathStep, Scenario
from kichban.texts import LANGUAGES, Lang, all_keys


def values_sheet(
    values: Mapping[str, Any], parameters: Parameters, inherited: Scenario | None
) -> Sheet:
    """Give the card of all parameters that a scenario may set.

    Parameters
    ----------
    values
        What the scenario itself sets.
    inherited
        The scenario without its own settings.
    """
    texts = all_keys()
    settable = {key: p for key, p in parameters.items() if not p.reach_only}
    fields = tuple(_field(key, p) for key, p in settable.items())
    references = (
        Reference(texts["form.part.role"], {k: _role(p) for k, p in settable.items()}, 9.0),
        Reference(texts["form.part.default"], {k: p.default for k, p in settable.items()}, 10.0),
        Reference(
            texts["form.part.bounds"],
            {f.name: _bounds(f, p) for f, p in zip(fields, settable.values(), strict=True)}, 12.0,
        ),
        Reference(
            texts["form.part.inherited"],
            {k: _inherited(p, inherited) for k, p in settable.items()}, 14.0,
        ),
    )  # fmt: skip
    row = Row("", {key: _value(values.get(key)) for key in settable})
    return Sheet("set", texts["form.part.set"], fields, (row,), layout="card",
                 references=references, help=texts["form.part.set_help"])  # fmt: skip


def _field(key: str, p: Parameter) -> Field:
    low, high = p.error_bounds
    more: dict[str, Any] = {"label": p.label, "unit": p.unit_label, "help": p.assumption}
    if p.kind in ("triangle", "weights"):
        return Field(key, "list", items="number", **more)
    if p.unit == "switch":
        return Field(key, "integer", bounds=(0.0, 1.0), **more)
    return Field(key, "number", percent=p.percent, bounds=(low, high), decimals=p.decimals, **more)


def _role(p: Parameter) -> Label:
    return all_keys()[f"form.role.{p.role}"]


def _bounds(one: Field, p: Parameter) -> Label:
    ranged = one if one.kind != "list" else Field("", "number", p.label, bounds=p.error_bounds)
    return both(*(bounds_text(ranged, lang) for lang in LANGUAGES))


def _inherited(p: Parameter, scenario: Scenario | None) -> Value | Label:
    """Give what the parameter is without the scenario's own settings: a value, or its path."""
    if scenario is None:
        return p.default
    steps = scenario.paths.get(p.key, ())
    if steps:
        return both(*("; ".join(_step(p, s, lang) for s in steps) for lang in LANGUAGES))
    return scenario.values[p.key]


def _step(p: Parameter, step: PathStep, lang: Lang) -> str:
    word = all_keys()[f"form.word.op.{step.op}"][lang]
    if step.op == "reach":
        return f"{word} {step.target}"
    percent = p.percent and step.op != "scale"
    shown = (
        f"{year}: {local_number(shifted(v, 2) if percent else v, lang)}{' %' if percent else ''}"
        for year, v in step.anchors
    )
    return f"{word} {', '.join(shown)}"


def _value(value: Any) -> Value:
    return tuple(float(v) for v in value) if isinstance(value, list) else value
