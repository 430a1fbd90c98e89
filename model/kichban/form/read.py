"""A workbook read against a form: rows with their places, and every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from kichban.errors import Fault
from kichban.form.asked import Asked, shown_cell
from kichban.form.cells import known_words, read_cell
from kichban.form.grid import Cell, Grid, open_grids
from kichban.form.identity import IDENTITY, Identity, identity_of, nearest
from kichban.form.lists import WORDS
from kichban.form.shown import number_label
from kichban.form.values import MARK, VALUE, Field, Form, Label, Sheet, Value, column_letters
from kichban.texts import Lang


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row as read: its key, values by field (``None`` where empty) and places (``Sheet!C7``).

    A card gives one row, each value with a place of its own.
    """

    key: str
    number: int
    values: Mapping[str, Value]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says; with errors among `faults` it is not to be used."""

    identity: Identity | None
    sheets: Mapping[str, tuple[FormRow, ...]]
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether there are only warnings."""
        return not any(f.is_error for f in self.faults)


@dataclass(slots=True)
class _Page:
    """One sheet being read: where faults go, and how places are called."""

    file: str
    sheet: Sheet
    grid: Grid
    lang: Lang
    faults: list[Fault] = field(default_factory=list)
    words: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def known(self, one: Field) -> Mapping[str, str]:
        if one.name not in self.words:
            self.words[one.name] = known_words(one.words, self.lang)
        return self.words[one.name]

    def place(self, row: int, column: int) -> str:
        return f"{self.grid.title}!{column_letters(column)}{row}"

    def note(
        self, code: str, row: int, column: int, value: str | Label, head: str, **detail: str | Label
    ) -> None:
        place = f"{self.place(row, column)} ({head})" if head else self.place(row, column)
        said = {"header": head, **_by_language(detail, self.lang)}
        if not isinstance(value, str):
            said |= {f"value@{lang}": text for lang, text in value.items()}
            value = value[self.lang]
        self.faults.append(Fault(code, self.file, None, place, value, said))


def _by_language(detail: Mapping[str, str | Label], lang: Lang) -> dict[str, str]:
    """Spread labels into one entry a language, beside that of the form."""
    said: dict[str, str] = {}
    for name, text in detail.items():
        if isinstance(text, str):
            said[name] = text
        else:
            said[name] = text[lang]
            said |= {f"{name}@{one}": words for one, words in text.items()}
    return said


def read_form(name: str, data: bytes, form: Form) -> Reading:
    """Read a workbook as `form`; the rows of a sheet stand in the order of the workbook.

    Parameters
    ----------
    name
        File name, for the places of faults.
    form
        The schema: sheets with fields; their rows do not matter.
    """
    grids, faults = open_grids(name, data)
    if faults:
        return Reading(None, MappingProxyType({}), faults)
    identity, faults = identity_of(name, grids)
    if identity is None:
        return Reading(None, MappingProxyType({}), faults)
    if identity.form != form.name:
        fault = Fault("E-FORM-009", name, value=identity.form, detail={"expected": form.name})
        return Reading(identity, MappingProxyType({}), (fault,))
    found: list[Fault] = []
    sheets: dict[str, tuple[FormRow, ...]] = {}
    paired = _pair(name, form, grids, identity.lang, found)
    for sheet in form.sheets:
        if sheet.name in paired:
            page = _Page(name, sheet, paired[sheet.name], identity.lang)
            sheets[sheet.name] = tuple((_card if sheet.layout == "card" else _table)(page))
            found.extend(page.faults)
    return Reading(identity, MappingProxyType(sheets), tuple(found))


def _pair(
    file: str, form: Form, grids: Sequence[Grid], lang: Lang, faults: list[Fault]
) -> dict[str, Grid]:
    """Find the sheets of a form by their marks, whatever they are called now."""
    names = {f"{MARK}{sheet.name}": sheet for sheet in form.sheets}
    found: dict[str, Grid] = {}
    for grid in grids:
        sheet = names.get(grid.mark)
        if sheet is None:
            if grid.mark not in (IDENTITY, WORDS) and grid.rows:
                faults.append(Fault("W-FORM-012", file, None, grid.title))
        elif sheet.name in found:
            detail = {"first": found[sheet.name].title}
            faults.append(Fault("E-FORM-007", file, None, grid.title, "", detail))
        else:
            found[sheet.name] = grid
    for sheet in form.sheets:
        if sheet.name not in found:
            faults.append(Fault("E-FORM-006", file, None, sheet.title[lang]))
    return found


def _columns(page: _Page, wanted: Sequence[str], headings: Mapping[str, str]) -> dict[str, int]:
    """Give the column of each technical name; missing, double and unknown ones are faults."""
    grid, head = page.grid, page.grid.head
    found: dict[str, int] = {}
    named = {c: str(cell.value).strip() for c, cell in grid.rows[head].items() if c > 1}
    for column, name in named.items():
        label = _heading(page, column) or name
        if name.startswith("_"):
            continue
        if name not in wanted:
            close = nearest(name, [*wanted, *headings.values()])
            page.note("E-FORM-012", head, column, name, label, nearest=close)
        elif name in found:
            first = page.place(head, found[name])
            page.note("E-FORM-013", head, column, name, label, first=first)
        else:
            found[name] = column
    for name in wanted:
        if name not in found:
            detail = {"header": headings[name], "name": name}
            place = f"{page.grid.title}"
            page.faults.append(Fault("E-FORM-011", page.file, None, place, headings[name], detail))
    _strangers(page, named, headings)
    return found


def _heading(page: _Page, column: int) -> str:
    """Give what stands above the technical name of a column."""
    above = [r for r in page.grid.rows if r < page.grid.head and column in page.grid.rows[r]]
    return " ".join(str(page.grid.rows[max(above)][column].value).split()) if above else ""


def _strangers(page: _Page, named: Mapping[int, str], headings: Mapping[str, str]) -> None:
    """Note columns that somebody added: they have values, but no technical name."""
    first: dict[int, tuple[int, Cell]] = {}
    for row, cells in page.grid.rows.items():
        if row > page.grid.head:
            for column, cell in cells.items():
                if column > 1 and column not in named:
                    first.setdefault(column, (row, cell))
    for column, (row, cell) in sorted(first.items()):
        label = _heading(page, column)
        close = nearest(label or shown_cell(cell), list(headings.values()))
        page.note("E-FORM-012", row, column, label or shown_cell(cell), label, nearest=close)


def _merged(page: _Page, columns: Mapping[str, int], headings: Mapping[str, str]) -> None:
    used = {column: name for name, column in columns.items()}
    for top, left, bottom, right in page.grid.merged:
        inside = [c for c in range(left, right + 1) if c in used]
        if bottom > page.grid.head and inside:
            area = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            page.note("E-FORM-014", top, left, area, headings[used[inside[0]]])


def _table(page: _Page) -> list[FormRow]:
    headings = {f.name: f.label[page.lang] for f in page.sheet.fields}
    columns = _columns(page, [f.name for f in page.sheet.fields], headings)
    _merged(page, columns, headings)
    found = []
    for number, cells in page.grid.rows.items():
        if number <= page.grid.head:
            continue
        key = str(cells[1].value).strip() if 1 in cells else ""
        if not any(column in cells for column in columns.values()):
            if key:
                page.note("W-FORM-007", number, min(columns.values(), default=1), key, "")
            continue
        if number in page.grid.hidden:
            page.note("W-FORM-005", number, min(columns.values()), "", "")
        values = {
            f.name: _value(page, f, cells.get(columns[f.name]), number, columns[f.name])
            for f in page.sheet.fields
            if f.name in columns
        }
        places = {name: page.place(number, column) for name, column in columns.items()}
        found.append(FormRow(key, number, MappingProxyType(values), MappingProxyType(places)))
    return found


def _card(page: _Page) -> list[FormRow]:
    label = _heading(page, _value_column(page)) or VALUE
    columns = _columns(page, [VALUE], {VALUE: label})
    if VALUE not in columns:
        return []
    column = columns[VALUE]
    _merged(page, columns, {VALUE: label})
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    for number, cells in page.grid.rows.items():
        if number <= page.grid.head or (1 not in cells and column not in cells):
            continue
        name = str(cells[1].value).strip() if 1 in cells else ""
        wanted = page.sheet.field(name)
        if wanted is None:
            close = nearest(name, [f.name for f in page.sheet.fields]) if name else "–"
            shown = name or shown_cell(cells[column])
            page.note("E-FORM-015", number, column, shown, name or label, nearest=close)
        elif name in places:
            first, shown = places[name], wanted.label[page.lang]
            page.note("E-FORM-017", number, column, name, shown, first=first)
        else:
            if number in page.grid.hidden and column in cells:
                page.note("W-FORM-005", number, column, "", wanted.label[page.lang])
            places[name] = page.place(number, column)
            values[name] = _value(page, wanted, cells.get(column), number, column)
    for one in page.sheet.fields:
        if one.name not in places:
            detail = {"header": one.label[page.lang], "name": one.name}
            place, shown = page.grid.title, one.label[page.lang]
            page.faults.append(Fault("E-FORM-016", page.file, None, place, shown, detail))
    return [FormRow("", 0, MappingProxyType(values), MappingProxyType(places))]


def _value_column(page: _Page) -> int:
    names = page.grid.rows[page.grid.head]
    return next((c for c, cell in names.items() if str(cell.value).strip() == VALUE), 0)


def _seen(cell: Cell) -> str | Label:
    """Give a cell's value for a message: a number with the decimal mark of its language."""
    return number_label(cell.value) if isinstance(cell.value, float) else shown_cell(cell)


def _value(page: _Page, one: Field, cell: Cell | None, row: int, column: int) -> Value:
    head = one.label[page.lang]

    def note(code: str, value: str | Label | None = None, **detail: str | Label) -> None:
        shown = value if value is not None or cell is None else _seen(cell)
        page.note(code, row, column, shown or "", head, **detail)

    before = len(page.faults)
    found = None if cell is None else read_cell(Asked(one, cell, page.lang, note, page.known(one)))
    told = any(f.is_error for f in page.faults[before:])
    if found is None and one.required and not told:
        note("E-FORM-020", "")
    return found
