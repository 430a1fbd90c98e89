"""The report as a value: sections of paragraphs, tables with typed cells, figures, footnotes.

Nothing here knows a language's number format or a page: a writer decides that last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in a cell, printed by the writer in the report's language.

    `digits` prints that many significant digits (a forecast) in place of `decimals`; ``None`` as
    value prints as not available; `signed` keeps a plus.
    """

    value: float | None
    decimals: int = 0
    digits: int | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look; `note` hangs a footnote on its end."""

    text: str
    bold: bool = False
    italic: bool = False
    note: str = ""


Rich = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, `span` columns wide and `rows` high; a line break in a text is one in print."""

    content: str | Number
    bold: bool = False
    italic: bool = False
    indent: int = 0
    note: str = ""
    span: int = 1
    rows: int = 1
    align: Align | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width (``fr``) or width in mm, its alignment."""

    heading: str
    width: str = "1fr"
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose heading is repeated on every page.

    `number` ("Biểu số 01") stands at the top right, `title` centred under it, `unit` in italics at
    the right; `notes` stand below. `size` is in points; `keep` holds a short table on one page.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    number: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    size: float = 10.5
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with real text, its words for those who cannot see it, and its caption."""

    svg: str
    alt: str
    caption: str
    width_mm: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Small drawings of one size, two beside each other, under one caption."""

    figures: tuple[Figure, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text.

    A `note` is small, a `lead` stands without indent, a `last` keeps the signatures company.
    """

    runs: Rich
    kind: Literal["body", "lead", "note", "last"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Short items in order, numbered when `numbered`."""

    items: tuple[Rich, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


Block = Paragraph | Bullets | Table | Figure | Figures | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; it may start a page and may lie across it."""

    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False
    landscape: bool = False
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """The whole appendix."""

    lang: Literal["vi", "en"]
    label: str
    title: tuple[str, ...]
    attached: str
    sections: tuple[Section, ...]
    place_date: str
    signatures: tuple[str, ...]
    foot: str
    subject: str


def plain(*texts: str) -> Rich:
    """Give texts as runs without a look.

    >>> plain("a")
    (Run(text='a', bold=False, italic=False, note=''),)
    """
    return tuple(Run(text) for text in texts)
