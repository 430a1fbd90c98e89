"""The gap table as plain text for a terminal: one block a scenario, the headline first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kichban.report.context import Context
from kichban.report.edition import EditionLike
from kichban.report.lookup import Row, Tables, number, text
from kichban.report.tables_targets import document_name, forecast, rounded
from kichban.report.wording import chance
from kichban.texts import Lang, aligned, lower_first

_COLUMNS = ("name", "period", "document", "value", "forecast", "gap", "outlook", "required")
_LEFT = [i for i, column in enumerate(_COLUMNS) if column not in ("value", "forecast", "gap")]
#: Letters of a document's name that tell it from the others.
_DOCUMENT = 28


def gap_overview(edition: EditionLike, lang: Lang) -> str:
    """Print targets against projections, scenario by scenario, aligned by spaces.

    Targets that nothing is projected for are counted below each block with the reason.
    """
    context = Context(Tables(edition), lang)
    words = context.texts
    head = words(
        "report.overview.head",
        place=context.place,
        date=context.printer.date(edition.as_of),
    )
    rows = [r for r in context.tables.all_gaps if text(r, "region") in (edition.region, "")]
    names = list(dict.fromkeys([edition.headline, *(text(r, "scenario") for r in rows)]))
    blocks = [
        _block(context, name, [r for r in rows if text(r, "scenario") in (name, "")])
        for name in names
    ]
    if not rows:
        blocks = [words("report.missing.targets")]
    return "\n\n".join([head, *blocks]).replace("\u00a0", " ").replace("\u2212", "-")


def _block(context: Context, scenario: str, rows: Sequence[Row]) -> str:
    in_force = [r for r in rows if text(r, "target_status") != "superseded"]
    judged = [r for r in in_force if number(r, "p50") is not None]
    left = Counter(context.wording.outlook(r) for r in in_force if number(r, "p50") is None)
    lines = [context.scenario_full(scenario)]
    if judged:
        head = [context.texts(f"report.overview.{c}") for c in _COLUMNS]
        table = [head, *(_cells(context, r) for r in judged)]
        lines += aligned(table, left=_LEFT)
    lines += [
        "  " + context.texts("report.overview.left", count=f"{count}", reason=lower_first(reason))
        for reason, count in left.items()
    ]
    return "\n".join(lines)


def _cells(context: Context, row: Row) -> list[str]:
    probability = number(row, "probability")
    outlook = context.wording.outlook(row)
    if probability is not None and text(row, "remark") not in ("by_construction", "reached"):
        outlook = f"{chance(probability, context.printer)} {lower_first(outlook)}"
    gap = number(row, "gap")
    return [
        context.wording.named(row),
        text(row, "period").replace("/", "-"),
        short_document(document_name(context, row).replace(f" {context.place}", "")),
        context.wording.figure(row),
        context.printer.cell(forecast(context, row)),
        context.printer.cell(rounded(row, None if gap is None else -gap, signed=True)),
        outlook,
        _required(context, row),
    ]


def _required(context: Context, row: Row) -> str:
    """Give what is left to do as amount and rate, empty where it is done or unknown."""
    amount, rate = number(row, "required_amount"), number(row, "required_rate")
    if amount is None or amount <= 0:
        return ""
    printed = context.printer.amount(amount, text(row, "unit"))
    if rate is None:
        return printed
    if text(row, "required_rate_kind") == "rest_of_year_yoy":
        return f"{printed}; {context.wording.change(rate)}"
    percent = context.printer.percent(rate)
    return f"{printed}; {context.texts('report.overview.per_year', rate=percent)}"


def short_document(name: str) -> str:
    """Cut a document's name to what tells it from others.

    >>> short_document("Quyết định 219/QĐ-TTg ngày 17/02/2022 (Quy hoạch tỉnh 2021-2030)")
    'Quyết định 219/QĐ-TTg'
    >>> short_document("Decision 219/QD-TTg of 17 February 2022")
    'Decision 219/QD-TTg'
    """
    short = re.split(r" ngày \d| của | of | \(|, ", name, maxsplit=1)[0]
    return short if len(short) <= _DOCUMENT else short[: _DOCUMENT - 1].rstrip() + "…"
