"""One print in words: how much it says, whose it is, of which part and period."""

from __future__ import annotations

from kichban.ledger.values import Statement
from kichban.report.context import Context
from kichban.report.printing import plain_decimals
from kichban.texts import lower_first


def figure(context: Context, statement: Statement) -> str:
    """Say a print: "hơn 67.130 tỷ đồng", "tăng 28%", "giảm 3,5%"; a rate is never bare."""
    measure = f"findings.measure.{statement.measure}"
    number = context.printer.number(abs(statement.value), plain_decimals(statement.value))
    if statement.unit.startswith("percent") and context.texts.has(measure):
        falls = measure.replace("growth", "fall")
        if statement.value < 0 and falls != measure and context.texts.has(falls):
            return context.texts(falls, value=_qualified(context, statement, number))
        number = context.printer.number(statement.value, plain_decimals(statement.value))
        return context.texts(measure, value=_qualified(context, statement, number))
    decimals = plain_decimals(statement.value)
    said = context.printer.amount(statement.value, statement.unit, decimals)
    return _qualified(context, statement, said)


def bare(context: Context, statement: Statement) -> str:
    """Say a print without unit or measure: the table it stands in names them."""
    number = context.printer.number(statement.value, plain_decimals(statement.value))
    return _qualified(context, statement, number)


def _qualified(context: Context, statement: Statement, said: str) -> str:
    key = f"report.qualifier.{statement.qualifier}"
    known = statement.qualifier and context.texts.has(key)
    return f"{context.texts(key)} {said}" if known else said


def part(context: Context, breakdown: str) -> str:
    """Name a part inside a sentence, shorter than its label where there is a short name."""
    if not breakdown:
        return ""
    key = f"report.part.{breakdown.replace(':', '.')}"
    return context.texts(key) if context.texts.has(key) else lower_first(
        context.labels.breakdown(breakdown)
    )  # fmt: skip


def period(context: Context, statement: Statement) -> str:
    """Name a period inside a sentence; a plan's says that it is one."""
    if statement.period is None:
        return ""
    said = lower_first(context.printer.period(statement.period.text))
    if not statement.is_plan:
        return said
    return f"{lower_first(context.labels.status(statement.status))} {said}"
