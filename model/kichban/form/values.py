"""The nouns of forms, frozen: a form of sheets, a sheet of fields and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

Kind = Literal["text", "number", "integer", "date", "period", "choice", "flag", "list"]
#: a day, month, year or period is its text (``2024-06-11``); a list is a tuple; ``None`` is empty
Value = str | int | float | bool | tuple[str, ...] | tuple[float, ...] | None
#: ``{"vi": …, "en": …}``
Label = Mapping[str, str]
NO_LABEL: Label = MappingProxyType({"vi": "", "en": ""})
#: what the first, hidden column of every sheet of a form starts with
MARK = "kichban:"
#: format of the workbooks written
FORMAT = 1
#: the technical name of a card's column of values
VALUE = "value"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in.

    Parameters
    ----------
    name
        Technical name: reading goes by it, never by the label or the order of columns.
    percent
        The value is a fraction and the cell shows it in per cent: 0.278 is seen as 27,8 %. With
        ``"cell"`` each cell decides by its own number format.
    bounds
        Least and largest number, ``None`` where there is none.
    words
        Allowed words of a choice with what they are called; the cell shows the label.
    items
        What a list consists of.
    partial
        A date may also be a month or a year.
    decimals
        Places shown of an empty cell's number to come; ``None`` leaves that to the program.
    lines
        Lines of text the cell should have room for.
    """

    name: str
    kind: Kind
    label: Label
    unit: Label = field(default_factory=lambda: NO_LABEL)
    percent: bool | Literal["cell"] = False
    bounds: tuple[float | None, float | None] = (None, None)
    words: Mapping[str, Label] = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False
    help: Label = field(default_factory=lambda: NO_LABEL)
    width: float = 12.0
    items: Literal["text", "number"] = "text"
    partial: bool = False
    decimals: int | None = None
    lines: int = 1


class Row(NamedTuple):
    """Values by field name, and the key by which the row is known again (hidden).

    Cells of the fields in `percent` show their number in per cent.
    """

    key: str
    values: Mapping[str, Value]
    percent: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A column of a card that is there to be read: the values by field name, and its heading."""

    label: Label
    values: Mapping[str, Value | Label]
    width: float = 12.0
    #: numbers are shown as the field's own
    shared_format: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with fields in columns, or a card with fields below one another and one row."""

    name: str
    title: Label
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    blank: int = 0
    layout: Literal["table", "card"] = "table"
    references: tuple[Reference, ...] = ()
    help: Label = field(default_factory=lambda: NO_LABEL)

    def field(self, name: str) -> Field | None:
        """Give the field of a name."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Form:
    """A workbook: what it is about, how it is filled in, and its sheets.

    `subject` says which of its kind it is (a scenario's name), `digest` what it was made from.
    """

    name: str
    title: Label
    sheets: tuple[Sheet, ...]
    subject: str = ""
    digest: str = ""
    help: tuple[Label, ...] = ()


def both(vi: str, en: str) -> Label:
    """Make a label.

    >>> both("năm", "year")["vi"]
    'năm'
    """
    return MappingProxyType({"vi": vi, "en": en})


def word_labels(words: Mapping[str, Label], lang: str) -> dict[str, str]:
    """Give what a choice shows for each word; a label that two words share carries its code.

    >>> word_labels({"a": both("cụm", "cluster"), "b": both("cụm", "park"), "c": NO_LABEL}, "vi")
    {'a': 'cụm (a)', 'b': 'cụm (b)', 'c': 'c'}
    """
    plain = {code: " ".join(label[lang].split()) or code for code, label in words.items()}
    counts: dict[str, int] = {}
    for text in plain.values():
        counts[text.casefold()] = counts.get(text.casefold(), 0) + 1
    return {
        code: text if counts[text.casefold()] == 1 else f"{text} ({code})"
        for code, text in plain.items()
    }


def column_letters(column: int) -> str:
    """Name a column as Excel does.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
