"""Words of choices on a sheet that nobody sees: Excel's own lists end at 255 characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kichban.form.values import MARK, Field, word_labels
from kichban.texts import Lang

if TYPE_CHECKING:
    from openpyxl import Workbook

SHEET = "kichban_words"
WORDS = f"{MARK}words"


class WordLists:
    """The lists of one workbook, each once."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], int] = {}
        self._labels: dict[int, dict[str, str]] = {}

    def labels(self, one: Field, lang: Lang) -> dict[str, str]:
        """Give the labels of a field's words, made once for all its cells."""
        if id(one.words) not in self._labels:
            self._labels[id(one.words)] = word_labels(one.words, lang)
        return self._labels[id(one.words)]

    def shown(self, one: Field, value: str, lang: Lang) -> str:
        """Give what a cell shows for a word; one that is not in the list stands as it is."""
        return self.labels(one, lang).get(value, value)

    def formula(self, one: Field, lang: Lang) -> str:
        """Give the range where the words of a field stand."""
        from openpyxl.utils import get_column_letter

        words = tuple(self.labels(one, lang).values())
        column = get_column_letter(self._columns.setdefault(words, len(self._columns) + 2))
        return f"{SHEET}!${column}$1:${column}${len(words)}"

    def write(self, book: Workbook) -> None:
        """Write the lists."""
        if not self._columns:
            return
        page = book.create_sheet(SHEET)
        page.sheet_state = "veryHidden"
        # Not every program keeps a sheet this hidden: reading must know it again.
        page["A1"].value = WORDS
        for words, column in self._columns.items():
            for row, word in enumerate(words, start=1):
                cell = page.cell(row, column, word)
                cell.data_type = "s"
