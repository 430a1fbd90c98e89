"""Sheets of what a scenario leaves open: ranges, discrete futures, correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kichban.catalogue import Parameter
from kichban.form import FormRow, Row, Sheet, Value
from kichban.scenario import Document
from kichban.study.forms.part import (
    Around,
    Notes,
    cells_of,
    entry_field,
    parameter_words,
    said,
    word_group,
)
from kichban.texts import LANGUAGES

_DISCRETE = "discrete"
_DISTS = ("pert", "triangular", "uniform", "normal", "lognormal", _DISCRETE, "none")
_ENDS = ("low", "mode", "high", "p10", "p90")


def _may(p: Parameter) -> bool:
    """Whether a parameter may be uncertain."""
    return p.kind in ("number", "path") and not p.reach_only


def uncertainty_sheet(document: Document, around: Around) -> Sheet:
    """Give the sheet of what is sampled: a row a parameter."""
    fields = (
        entry_field("parameter", "choice", words=parameter_words(around.parameters, _may),
                    required=True, width=44.0),
        entry_field("dist", "choice", words=word_group("dist", _DISTS), required=True, width=22.0),
        *(entry_field(name, "number", percent="cell") for name in _ENDS),
    )  # fmt: skip
    rows = tuple(
        Row("", {"parameter": key, **{n: v for n, v in prior.items() if n != "futures"}},
            tuple(n for n in _ENDS if n in prior) if around.parameters[key].percent else ())
        for key, prior in document["uncertainty"].items()
    )  # fmt: skip
    title, help_ = said("part.uncertainty"), said("part.uncertainty_help")
    return Sheet("uncertainty", title, fields, rows, 12, help=help_)


def read_uncertainty(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Any]:
    """Give the priors that the rows state, futures aside."""
    found: dict[str, Any] = {}
    for row in rows:
        key = row.values.get("parameter")
        if not isinstance(key, str):
            continue
        if key in found:
            label = said("entry.parameter.label")[notes.lang]
            first = notes.places[f"uncertainty.{key}"]
            notes.fault("E-FORM-042", row, "parameter", label, first=first)
            continue
        notes.places[f"uncertainty.{key}"] = row.places["parameter"]
        for name in ("dist", *_ENDS):
            notes.places[f"uncertainty.{key}.{name}"] = row.places[name]
        ends = {n: row.values[n] for n in _ENDS if isinstance(row.values.get(n), int | float)}
        numbers = {name: float(value) for name, value in ends.items()}  # type: ignore[arg-type]
        found[key] = {"dist": row.values.get("dist"), **numbers}
    return found


def futures_sheet(document: Document, around: Around) -> Sheet:
    """Give the sheet of discrete futures: a row each."""
    fields = (
        entry_field("parameter", "choice", words=parameter_words(around.parameters, _may),
                    required=True, width=44.0),
        entry_field("future", "number", percent="cell", required=True),
        entry_field("probability", "number", percent=True, bounds=(0.0, 1.0), required=True),
        entry_field("label_vi", "text", width=30.0),
        entry_field("label_en", "text", width=30.0),
    )  # fmt: skip
    rows = tuple(
        _future_row(key, future, percent=around.parameters[key].percent)
        for key, prior in document["uncertainty"].items()
        for future in prior.get("futures", ())
    )
    return Sheet("futures", said("part.futures"), fields, rows, 8, help=said("part.futures_help"))


def _future_row(key: str, future: Mapping[str, Any], *, percent: bool) -> Row:
    label = future.get("label", {})
    values: dict[str, Value] = {
        "parameter": key, "future": future["value"], "probability": future["probability"],
        "label_vi": label.get("vi"), "label_en": label.get("en"),
    }  # fmt: skip
    return Row("", values, ("future",) if percent else ())


class Stated(NamedTuple):
    """The futures of a parameter as rows state them, and the first of these rows."""

    first: FormRow
    futures: list[dict[str, Any]]


def read_futures(rows: Sequence[FormRow], _: Around, notes: Notes) -> dict[str, Stated]:
    """Give the futures that the rows state, by parameter."""
    found: dict[str, Stated] = {}
    cells: dict[str, list[str]] = {}
    for row in rows:
        key, value = row.values.get("parameter"), row.values.get("future")
        chance = row.values.get("probability")
        if not (isinstance(key, str) and isinstance(value, int | float)):
            continue
        if not isinstance(chance, int | float):
            continue
        place = f"uncertainty.{key}.futures"
        futures = found.setdefault(key, Stated(row, [])).futures
        at = f"{place}.{len(futures)}"
        label = _label(row, notes)
        future = {"value": float(value), "probability": float(chance)}
        futures.append({**future, **({"label": label} if label else {})})
        cells.setdefault(key, []).append(row.places["probability"])
        notes.places |= {
            place: cells_of(cells[key]),
            at: row.places["future"],
            f"{at}.probability": row.places["probability"],
        }
        notes.places.setdefault(f"uncertainty.{key}", row.places["parameter"])
    return found


def _label(row: FormRow, notes: Notes) -> dict[str, str]:
    """Give a future's name in both languages; one alone is a fault, at the empty cell."""
    stated = {lang: row.values.get(f"label_{lang}") for lang in LANGUAGES}
    empty = [lang for lang, text in stated.items() if text is None]
    if len(empty) == 1:
        name = f"label_{empty[0]}"
        notes.fault("E-FORM-020", row, name, said(f"entry.{name}.label")[notes.lang])
    return {} if empty else {lang: str(text) for lang, text in stated.items()}


def join_futures(priors: dict[str, Any], futures: Mapping[str, Stated], notes: Notes) -> None:
    """Put futures into the priors they belong to; the sheet of futures alone says enough."""
    for key, stated in futures.items():
        prior = priors.setdefault(key, {"dist": _DISCRETE})
        if prior["dist"] not in (_DISCRETE, None):
            word = said(f"word.dist.{prior['dist']}")[notes.lang]
            label = said("entry.parameter.label")[notes.lang]
            detail = {"stated": word, "first": notes.places[f"uncertainty.{key}.dist"]}
            notes.fault("E-FORM-045", stated.first, "parameter", label, **detail)
        else:
            prior["futures"] = stated.futures


def correlation_sheet(document: Document, around: Around) -> Sheet:
    """Give the sheet of correlations: a row a pair."""
    words = parameter_words(around.parameters, _may)
    fields = (
        entry_field("first", "choice", words=words, required=True, width=44.0),
        entry_field("second", "choice", words=words, required=True, width=44.0),
        entry_field("rho", "number", bounds=(-1.0, 1.0), required=True),
    )
    rows = tuple(
        Row("", {"first": pair["of"][0], "second": pair["of"][1], "rho": pair["rho"]})
        for pair in document["correlation"]
    )
    title, help_ = said("part.correlation"), said("part.correlation_help")
    return Sheet("correlation", title, fields, rows, 8, help=help_)


def read_correlation(rows: Sequence[FormRow], _: Around, notes: Notes) -> list[Any]:
    """Give the correlations that the rows state."""
    found: list[Any] = []
    for row in rows:
        first, second, rho = (row.values.get(n) for n in ("first", "second", "rho"))
        notes.places[f"uncertainty.correlation.{len(found)}"] = row.places["first"]
        if isinstance(rho, int | float):
            found.append({"of": [first, second], "rho": float(rho)})
    return found
