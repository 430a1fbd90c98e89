"""What is asked of one cell: its field, what stands there, and where faults go."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from kichban.form.grid import Cell
from kichban.form.shown import plain_number
from kichban.form.values import Field, Label
from kichban.texts import Lang


class Note(Protocol):
    """Take down a fault or warning about the cell at hand."""

    def __call__(self, code: str, value: str | Label | None = None, **detail: str | Label) -> None:
        """Take it down; without `value` what stands in the cell is shown.

        What reads otherwise in each language, such as a number, is a label.
        """


class Asked(NamedTuple):
    """A cell that is not empty, the field it is read by, and the language of the form.

    `known` gives the words of a choice in every way they may be written, in small letters.
    """

    field: Field
    cell: Cell
    lang: Lang
    note: Note
    known: Mapping[str, str]


def clean_text(value: str) -> str:
    r"""Compose letters and drop spaces around: what a cell's text means.

    >>> clean_text(" Quế Võ \r\n") == "Quế Võ"
    True
    """
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("_x000D_\n", "\n")
    return text.strip(" \t\n\u00a0\u202f\u200b\ufeff")


def text_of(cell: Cell) -> str:
    """Give a cell's value as text, on one line."""
    value = cell.value
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, float):
        return plain_number(value)
    return " ".join(str(value).split())


def shown_cell(cell: Cell) -> str:
    """Give a cell's value for a message, cut where it is long."""
    text = text_of(cell)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


#: characters of a value shown in a message
_SHOWN = 60
