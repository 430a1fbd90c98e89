"""What must be settled before signing: one row for each set of prints that cannot all be true."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kichban.ledger.values import Statement
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Table
from kichban.report.lookup import Row, end_year, number, records, text
from kichban.report.printing import lower_first
from kichban.report.tables_series import plain_decimals
from kichban.texts import Lang

#: Gravest first; what the table calls otherwise follows in its own order.
_SEVERITY = ("error", "high", "severe", "warning", "medium", "moderate", "low", "minor", "info")
#: Severities that are listed without their explanation.
_SMALL = ("medium", "moderate", "low", "minor", "info")
#: Rows explained in full; two pages laid across hold them.
_EXPLAINED = 12
#: Prints shown for one contradiction; the others are counted.
_PRINTS = 7
#: Between two suggestions: what follows starts a sentence, an id does not.
_BETWEEN = re.compile(r"; (?=\w[^\W\dA-Z])")
_VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def contradictions(context: Context) -> list[Row]:
    """Give the contradictions, gravest first."""
    edition = context.tables.edition
    # The same findings with words in both languages, where the edition has them.
    worded = edition.extras.get("contradictions")
    rows: list[Row] = list(records(edition.contradictions if worded is None else worded))

    def rank(row: Row) -> int:
        severity = text(row, "severity")
        return _SEVERITY.index(severity) if severity in _SEVERITY else len(_SEVERITY)

    return sorted(rows, key=rank)


def contradictions_table(context: Context) -> Table | None:
    """Give one row with its explanation for each of the gravest that touch last year or later."""
    leading, _ = _divided(context)
    rows = tuple(
        (*_first_cells(context, row, index), *_said(context, row))
        for index, row in enumerate(leading, 1)
    )
    if not rows:
        return None
    words = context.texts
    columns = (
        *_first_columns(context, "46mm"),
        Column(words("report.contradictions.explanation"), "1.5fr", "left"),
        Column(words("report.contradictions.suggested"), "1fr", "left"),
    )
    return Table(words("report.contradictions.title"), columns, rows, size=8.5)


def other_table(context: Context) -> Table | None:
    """List the others, a line each, in two halves beside each other."""
    leading, rest = _divided(context)
    rows = [
        (*_first_cells(context, row, index), Cell(_kind_name(context, row)))
        for index, row in enumerate(rest, len(leading) + 1)
    ]
    if not rows:
        return None
    words = context.texts
    columns = 2 * (
        *_first_columns(context, "1fr", "15mm"),
        Column(words("report.contradictions.kind_name"), "17mm", "left"),
    )
    half = (len(rows) + 1) // 2
    empty = tuple(Cell("") for _ in range(len(columns) // 2))
    cells = tuple(
        (*rows[i], *(rows[i + half] if i + half < len(rows) else empty)) for i in range(half)
    )
    note = (words("report.contradictions.other_note"),)
    return Table(words("report.contradictions.other_title"), columns, cells, notes=note, size=8)


def _divided(context: Context) -> tuple[list[Row], list[Row]]:
    """Divide the rows: the gravest not of years long signed, newest first, and the rest."""
    since = context.year - 1
    rows = contradictions(context)
    grave = [r for r in rows if end_year(r) >= since and text(r, "severity") not in _SMALL]
    # A balance of the plan concerns every year to come; then the newest year.
    grave.sort(key=lambda r: -end_year(r))
    leading = grave[:_EXPLAINED]
    kept = {id(r) for r in leading}
    return leading, [r for r in rows if id(r) not in kept]


def _first_columns(context: Context, subject: str, figure: str = "19mm") -> tuple[Column, ...]:
    words = context.texts
    return (
        Column(words("report.form.no"), "8mm", "centre"),
        Column(words("report.contradictions.subject"), subject, "left"),
        Column(words("report.contradictions.stated"), figure),
        Column(words("report.contradictions.implied"), figure),
    )


def _first_cells(context: Context, row: Row, index: int) -> tuple[Cell, ...]:
    parts = [context.labels.short(text(row, "indicator"))]
    first = _about(context, row)
    if first is not None and _part(context, row):
        key = f"report.part.{first.breakdown.replace(':', '.')}"
        known = context.texts.has(key)
        parts.append(context.texts(key) if known else lower_first(_part(context, row)))
    if text(row, "period"):
        parts.append(lower_first(context.printer.period(text(row, "period"))))
    unit = first.unit if first else ""
    return (
        Cell(f"{index}"),
        Cell(", ".join(parts)),
        Cell(_value(context, number(row, "stated"), unit)),
        Cell(_value(context, number(row, "implied"), unit)),
    )


def _about(context: Context, row: Row) -> Statement | None:
    """Give the figure that a contradiction is about, the first it names."""
    return next(context.tables.statements(text(row, "statements").split()[:1]), None)


def _part(context: Context, row: Row) -> str:
    """Name the part of the indicator; a balance is about the whole."""
    first = _about(context, row)
    if first is None or not first.breakdown or text(row, "kind") == "identity":
        return ""
    return context.labels.breakdown(first.breakdown)


def _kind(context: Context, row: Row) -> str:
    kind = text(row, "kind")
    return kind if context.texts.has(f"report.contradictions.kind.{kind}") else "other"


def _kind_name(context: Context, row: Row) -> str:
    return context.texts(f"report.contradictions.kind.{_kind(context, row)}")


def _value(context: Context, value: float | None, unit: str = "") -> str:
    if value is None:
        return "-"
    decimals = 0 if abs(value) >= 1000 or float(value).is_integer() else 2
    printed = context.printer.number(value, decimals)
    return f"{printed}%" if unit.startswith("percent") else printed


def _prints(context: Context, statements: Sequence[Statement]) -> str:
    """Give a line a print; what a list cannot show is counted."""
    lines = [f"– {_print(context, s)}" for s in statements[:_PRINTS]]
    if len(statements) > _PRINTS:
        lines.append(context.texts("report.series.more", count=f"{len(statements) - _PRINTS}"))
    return "\n".join(lines)


def _print(context: Context, statement: Statement) -> str:
    """Say one print: what, how much, who, when."""
    value = context.printer.amount(statement.value, statement.unit, plain_decimals(statement.value))
    measure = f"report.measure.{statement.measure}"
    what = context.texts(measure) + " " if context.texts.has(measure) else ""
    where = context.printer.period(statement.period.text) if statement.period else ""
    part = context.labels.breakdown(statement.breakdown)
    head = f"{part}, {lower_first(where)}" if part and where else part or where
    return context.texts(
        "report.contradictions.print",
        head=head,
        value=f"{what}{value}",
        source=context.citations.print_of(statement),
    )


def _said(context: Context, row: Row) -> tuple[Cell, Cell]:
    """Explain in the report's language, and say what is suggested.

    The edition may carry both languages (``explanation_vi``, ``explanation_en``) or one; without
    either its kind is explained.
    """
    said = _own(context, row, "explanation")
    if not said:
        prints = _prints(context, tuple(context.tables.statements(text(row, "statements").split())))
        why = context.texts(f"report.contradictions.why.{_kind(context, row)}")
        said = f"{prints}\n{why}" if prints else why
        z = number(row, "z")
        if z is not None:
            apart = context.printer.number(abs(z), 1)
            said = f"{said} {context.texts('report.contradictions.apart', z=apart)}"
    repairs = _own(context, row, "repairs")
    # The part stands in the second column: once is enough.
    repeated = f", {_part(context, row)};" if _part(context, row) else ";"
    shown = (t.replace(repeated, ";") for t in (said, repairs or "-"))
    explanation, suggested = (t[:1].upper() + t[1:] for t in shown)
    return Cell(explanation), Cell(_BETWEEN.sub(";\n", suggested))


def _own(context: Context, row: Row, column: str) -> str:
    """Give the table's own sentence where it has one in this language."""
    said = text(row, f"{column}_{context.lang}")
    if said:
        return said
    said = text(row, column)
    return said if " " in said and language_of(said) == context.lang else ""


def language_of(sentence: str) -> Lang:
    """Tell Vietnamese from English by its letters.

    >>> language_of("số in"), language_of("the print")
    ('vi', 'en')
    """
    return "vi" if _VIETNAMESE & set(sentence.lower()) else "en"
