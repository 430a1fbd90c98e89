"""Prints a report as PDF: the value becomes Typst calls, the look lies in ``appendix.typ``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import resources

from kichban.errors import MachineError
from kichban.report.document import (
    Block,
    Bullets,
    Cell,
    Figure,
    Figures,
    Heading,
    Paragraph,
    Report,
    Rich,
    Section,
    Table,
)
from kichban.report.printing import Printer

_ALIGN = {"left": "left", "right": "right", "centre": "center"}
#: An archive that a screen reader can read.
_STANDARDS = ["a-2a", "ua-1"]


def pdf_bytes(report: Report, day: dt.date) -> bytes:
    """Typeset a report; `day` is the only date the file knows.

    Raises
    ------
    MachineError
        ``E-REPORT-002`` when Typst refuses or warns of an unknown font.
    """
    import typst

    folder = resources.files("kichban.report")
    files = {
        "main.typ": typst_source(report, day).encode(),
        "appendix.typ": (folder / "appendix.typ").read_bytes(),
        **{f"figure-{i}.svg": f.svg.encode() for i, f in enumerate(figures(report), 1)},
    }
    moment = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    with resources.as_file(folder / "fonts") as fonts:
        try:
            # Files in memory are documented but missing from the package's stubs.
            data, warnings = typst.compile_with_warnings(  # type: ignore[call-overload]
                files,
                format="pdf",
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                pdf_standards=_STANDARDS,
                timestamp=int(moment.timestamp()),
            )
        except typst.TypstError as error:
            raise MachineError("E-REPORT-002", str(error)) from error
    unknown = [str(w.message) for w in warnings if "font" in str(w.message)]
    if unknown:
        raise MachineError("E-REPORT-002", "; ".join(unknown))
    return bytes(data)


def figures(report: Report) -> list[Figure]:
    """Give the figures in the order of print."""
    return [f for s in report.sections for b in s.blocks for f in _drawings(b)]


def _drawings(block: Block) -> tuple[Figure, ...]:
    if isinstance(block, Figures):
        return block.figures
    return (block,) if isinstance(block, Figure) else ()


def typst_source(report: Report, day: dt.date) -> str:
    """Write the whole report as Typst calls."""
    printer = Printer(report.lang)
    numbers = {id(f): i for i, f in enumerate(figures(report), 1)}
    lines = [
        '#import "appendix.typ": *',
        f"#show: appendix.with(lang: {quoted(report.lang)}, "
        f"title: {quoted(' '.join(report.title))}, "
        f"subject: {quoted(report.subject)}, foot: {quoted(report.foot)}, "
        f"date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))",
        f"#masthead({quoted(report.label)}, ({_list(report.title)}), {quoted(report.attached)})",
    ]
    counted = 0
    for section in report.sections:
        # Labels count on through the report; the empty note holds where this section's start.
        notes = {"": counted}
        body = "\n".join(_block(b, printer, numbers, notes) for b in section.blocks)
        counted += len(notes)
        lines.append(_section(section, body))
    if report.signatures:
        lines.append(f"#signatures({quoted(report.place_date)}, ({_list(report.signatures)}))")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    r"""Write a text as a Typst string.

    >>> print(quoted('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", " "), ("\r", " ")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _list(texts: Iterable[str]) -> str:
    return "".join(f"{quoted(t)}, " for t in texts)


def _section(section: Section, body: str) -> str:
    head = f"#section({quoted(section.title)})\n" if section.title else ""
    if section.landscape:
        return f"#across[\n{head}{body}\n]"
    return ("#fresh-page()\n" if section.new_page else "") + head + body


def _block(block: Block, printer: Printer, numbers: dict[int, int], notes: dict[str, int]) -> str:
    if isinstance(block, Paragraph):
        return f"#{block.kind}[{_rich(block.runs, notes)}]"
    if isinstance(block, Bullets):
        items = ", ".join(f"[{_rich(item, notes)}]" for item in block.items)
        return f"#items({'true' if block.numbered else 'false'}, ({items}, ))"
    if isinstance(block, Heading):
        return f"#subsection({quoted(block.text)})"
    if isinstance(block, Figure):
        name = f"figure-{numbers[id(block)]}.svg"
        return (
            f"#drawing({quoted(name)}, {block.width_mm:g}mm, {quoted(block.alt)}, "
            f"{quoted(block.caption)})"
        )
    if isinstance(block, Figures):
        drawn = ", ".join(
            f"({quoted(f'figure-{numbers[id(f)]}.svg')}, {f.width_mm:g}mm, {quoted(f.alt)})"
            for f in block.figures
        )
        return f"#panels(({drawn}, ), {quoted(block.caption)})"
    return _table(block, printer, notes)


def _rich(runs: Rich, notes: dict[str, int]) -> str:
    parts = []
    for run in runs:
        text = f"#{quoted(run.text)}"
        if run.bold:
            text = f"#strong({quoted(run.text)})"
        if run.italic:
            text = f"#emph[{text}]"
        parts.append(text + _note(run.note, notes))
    return "".join(parts)


def _note(note: str, notes: dict[str, int]) -> str:
    """Hang a footnote; one that this section has already is pointed to."""
    if not note:
        return ""
    if note in notes:
        return f"#footnote(<note-{notes[note]}>)"
    notes[note] = len(notes) + notes[""]
    return f"#[#footnote[#{quoted(note)}]<note-{notes[note]}>]"


def _table(table: Table, printer: Printer, notes: dict[str, int]) -> str:
    heads = ", ".join(f"[#{quoted(c.heading)}]" for c in table.columns)
    aligns = ", ".join(_ALIGN[c.align] for c in table.columns)
    widths = ", ".join(c.width for c in table.columns)
    rows = "\n".join("  " + _row(row, printer, notes) for row in table.rows)
    return (
        f"#tabular(number: {quoted(table.number)}, title: {quoted(table.title)}, "
        f"unit: {quoted(table.unit)}, size: {table.size:g}pt,\n  widths: ({widths}, ), "
        f"aligns: ({aligns}, ),\n  keep: {str(table.keep).lower()}, "
        f"heads: ({heads}, ), notes: ({_list(table.notes)}),\n"
        f"  cells: (\n{rows}\n  ))"
    )


def _row(row: tuple[Cell, ...], printer: Printer, notes: dict[str, int]) -> str:
    """Write a row; one that heads a group never stands alone at the foot of a page."""
    cells = "".join(_cell(c, printer, notes) + ", " for c in row)
    heads = all(c.bold for c in row if c.content) and any(c.span > 1 or not c.content for c in row)
    return f"table.header(level: 2, repeat: false, {cells}), " if heads else cells


def _cell(cell: Cell, printer: Printer, notes: dict[str, int]) -> str:
    text = cell.content if isinstance(cell.content, str) else printer.cell(cell.content)
    body = "#linebreak()".join(f"#{quoted(line)}" for line in text.split("\n"))
    if cell.bold:
        body = f"#strong[{body}]"
    if cell.italic:
        body = f"#emph[{body}]"
    body += _note(cell.note, notes)
    if cell.indent:
        body = f"#pad(left: {3 * cell.indent}mm)[{body}]"
    options = []
    if cell.span > 1:
        options.append(f"colspan: {cell.span}")
    if cell.rows > 1:
        options.append(f"rowspan: {cell.rows}")
    if cell.align:
        options.append(f"align: {_ALIGN[cell.align]} + horizon")
    return f"table.cell({', '.join(options)})[{body}]" if options else f"[{body}]"
