"""Section I: where each target stands, on one page."""

from __future__ import annotations

from collections import Counter

from kichban.report.context import Context
from kichban.report.document import Block, Bullets, Paragraph, Rich, Run, Section, plain
from kichban.report.lookup import Row, number, records, text
from kichban.report.tables_targets import other_table, replaced_table, summary_table
from kichban.report.target_sheet import said_by_check
from kichban.report.wording import likelihood

_SENTENCES = 3
_REMARKS = ("reached", "by_construction")
_ORDER = (*_REMARKS, "likely", "possible", "hard", "unlikely")


def summary_section(context: Context) -> Section:
    """Give the first page: how many targets are met, each of them, and what must be done."""
    words = context.texts
    blocks: list[Block] = [Paragraph(plain(_lead(context)))]
    if context.targets.first:
        blocks.append(summary_table(context))
        blocks.append(Paragraph(plain(words("report.targets.note")), "note"))
    else:
        day = context.printer.date(context.tables.edition.as_of)
        count = context.printer.number(len(context.tables.edition.ledger.statements))
        blocks.append(Paragraph(plain(words("report.missing.known", date=day, count=count))))
    required, base = _required(context)
    if required:
        title = Run(words("report.required.title"), bold=True, note=base)
        blocks.append(Paragraph((title,), "lead"))
        blocks.append(Bullets(required))
    return Section(words("report.section.summary"), tuple(blocks))


def unknown_flows(context: Context) -> tuple[Paragraph, ...]:
    """Say plainly which of the main flows cannot be told on this day."""
    tables = context.tables
    day = context.printer.date(tables.edition.as_of)
    found = []
    if not tables.projected_years("industrial_output", price_basis="current"):
        found.append(context.texts("report.missing.output", date=day))
    flows = (("exports", ""), ("imports", ""), ("retail_sales", "current"))
    if not any(tables.projected_years(code, price_basis=basis) for code, basis in flows):
        found.append(context.texts("report.missing.trade"))
    return tuple(Paragraph(plain(said)) for said in found)


def other_targets_blocks(context: Context) -> tuple[Block, ...]:
    """Give the targets that are not judged on the first page, and those replaced."""
    blocks: list[Block] = []
    if context.targets.other:
        blocks.append(other_table(context))
    if context.targets.replaced:
        blocks.append(replaced_table(context))
    if context.targets.past:
        note = context.texts("report.targets.past", count=f"{context.targets.past}")
        blocks.append(Paragraph(plain(note), "note"))
    return tuple(blocks)


def clashing_targets(context: Context) -> tuple[Block, ...]:
    """Say which targets do not hold together, and how many do."""
    rows = records(context.tables.edition.extras.get("target_checks"))
    apart = [r for r in rows if text(r, "status") != "holds"]
    if not apart:
        return ()
    order = ("contradicts", "strained")
    apart.sort(key=lambda r: order.index(text(r, "status")))
    counts = {"count": f"{len(apart)}", "total": f"{len(rows)}"}
    known = {t.id: t.statement for t in context.tables.edition.ledger.targets}

    def item(number: int, row: Row) -> Run:
        note = context.citations.of([known[t] for t in text(row, "targets").split()])
        end = "." if number == len(apart) else ";"
        said = f" ({number}) {said_by_check(context, row)}{end}"
        return Run(said, note=f"{note}." if note else "")

    title = Run(context.texts("targets.checks.lead", **counts) + ":", bold=True)
    items = (item(number, row) for number, row in enumerate(apart, start=1))
    return (Paragraph((title, *items), "note"),)


def _lead(context: Context) -> str:
    """Count the targets by word; say so where there is nothing to count."""
    words = context.texts
    if not context.tables.gaps:
        return words("report.targets.none")
    if not context.targets.first:
        return words("report.targets.none_comparable")
    counts = Counter(_word(row) for row in context.targets.first)
    parts = [
        words(f"report.count.{key}", count=f"{counts[key]}") for key in _ORDER if counts.get(key)
    ]
    return words(
        "report.targets.lead",
        date=context.printer.date(context.tables.edition.as_of),
        scenario=context.headline,
        total=f"{len(context.targets.first)}",
        counts="; ".join(parts) or words("report.count.none"),
    )


def _word(row: Row) -> str:
    """Give the word a target of the first page is counted under."""
    remark, probability = text(row, "remark"), number(row, "probability")
    if remark in _REMARKS or probability is None:
        return remark
    return likelihood(probability)


def _required(context: Context) -> tuple[tuple[Rich, ...], str]:
    """Give the sentences on what this year's targets and output's last one need, and their bases.

    More than three of this year would not fit on the page.
    """
    this_year = [r for r in context.targets.first if _kind(r) == "rest_of_year_yoy"]
    later = [
        r
        for r in context.targets.first
        if _kind(r) == "per_year" and text(r, "indicator") == "industrial_output"
    ]
    said = [(row, context.wording.required(row)) for row in (*this_year, *later[-1:])]
    kept = [(row, sentence) for row, sentence in said if sentence]
    near = [pair for pair in kept if _kind(pair[0]) == "rest_of_year_yoy"][:_SENTENCES]
    far = [pair for pair in kept if _kind(pair[0]) == "per_year"]
    bases = [base for row, _ in (*near, *far) for base in text(row, "required_base").split()]
    sources = context.citations.of(bases)
    note = context.texts("report.required.base", sources=sources) if sources else ""
    return tuple(plain(sentence) for _, sentence in (*near, *far)), note


def _kind(row: Row) -> str:
    return text(row, "required_rate_kind")
