"""What is said of one contradiction: its prints, the reading used and why, what may mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kichban.ledger.values import Statement
from kichban.reconcile.findings.wording import show
from kichban.report import quoting
from kichban.report.context import Context
from kichban.report.lookup import Observed, Row, end_year, number, text
from kichban.texts import Lang

#: Prints shown for one contradiction; the others are counted.
_PRINTS = 6
#: Between two suggestions: what follows starts a sentence, an id does not.
_BETWEEN = re.compile(r"; (?=\w[^\W\dA-Z])")
_ID = re.compile(r"\b[A-Z]+\d+\b")
_VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def about(context: Context, row: Row) -> Statement | None:
    """Give the figure that a contradiction is about, the first it names."""
    return next(context.tables.statements(text(row, "statements").split()[:1]), None)


def prints(context: Context, row: Row) -> str:
    """Give a line a print: what it says, and its row id."""
    subject = about(context, row)
    found = list(context.tables.statements(text(row, "statements").split()))
    account = text(row, "kind") == "identity"
    lines = [f"– {_print(context, s, subject, account=account)}" for s in found[:_PRINTS]]
    if len(found) > _PRINTS:
        lines.append(context.texts("report.series.more", count=f"{len(found) - _PRINTS}"))
    return "\n".join(lines)


def _print(
    context: Context, statement: Statement, subject: Statement | None, *, account: bool
) -> str:
    """Say one print; part and period stand there only where they are not the subject's.

    The terms of an account are told apart by their parts alone.
    """
    part, when = quoting.part(context, statement.breakdown), quoting.period(context, statement)
    if (
        subject is not None
        and subject is not statement
        and subject.breakdown == statement.breakdown
    ):
        part = ""
    if account or (subject is not None and subject.period == statement.period):
        when = ""
    head = ", ".join(h for h in (part, when) if h)
    said = f"{quoting.figure(context, statement)} ({statement.id})"
    return f"{head}: {said}" if head else said


def reading(context: Context, row: Row) -> str:
    """Say which reading the estimate uses, and why."""
    dropped = _dropped(context, row)
    lines = (_used(context, row, dropped), _why(context, row, dropped))
    return "\n".join(line for line in lines if line)


def _used(context: Context, row: Row, dropped: tuple[str, ...]) -> str:
    """Say the value of the series that the contradiction is about, with its range."""
    first = about(context, row)
    seen = _seen(context, first) if first else None
    if first is None or seen is None or text(row, "kind") == "identity":
        return ""
    low, high = seen.lower, seen.upper
    printed_low, printed_high = first.interval
    words = context.texts
    if low is not None and high is not None and (low < printed_low or high > printed_high):
        span = _range(context, low, high, first)
        if seen.origin == "observed":
            return words("report.contradictions.range", range=span)
        value = value_of(context, round(seen.value, 1), first)
        return words("report.contradictions.estimate", value=value, range=span)
    if first.id in dropped:
        return ""
    return words("report.contradictions.kept", value=value_of(context, seen.value, first))


def _seen(context: Context, statement: Statement) -> Observed | None:
    if statement.period is None:
        return None
    key = (statement.indicator, statement.period.text, statement.breakdown, statement.measure)
    rows = (context.tables.observed_at(*key, basis) for basis in (statement.price_basis, None))
    return next((o for o in rows if o is not None), None)


def value_of(context: Context, value: float | None, statement: Statement | None) -> str:
    """Print a value of a statement's kind: as many decimals as it needs, two at most."""
    if value is None:
        return "-"
    unit = statement.unit if statement else ""
    count = statement is not None and statement.measure == "count"
    whole = abs(value) >= (10 if count else 1000)
    small = 2 if abs(value - round(value, 1)) > 1e-9 else 1
    decimals = 0 if whole or float(value).is_integer() else small
    printed = context.printer.number(value, decimals)
    return f"{printed}%" if unit.startswith("percent") else printed


def _range(context: Context, low: float, high: float, statement: Statement) -> str:
    """Print a range: one decimal says enough, of large figures none."""
    decimals = 0 if abs(high) >= 1000 or statement.measure == "count" else 1
    sign = "%" if statement.unit.startswith("percent") else ""
    number = context.printer.number
    return f"{number(low, decimals)}–{number(high, decimals)}{sign}"


def _why(context: Context, row: Row, dropped: tuple[str, ...]) -> str:
    """Say in a line why the estimate reads the figures so; unknown reasons are quoted."""
    words = context.texts
    said, kind = _own(context, row, "explanation"), text(row, "kind")
    if dropped:
        return words("report.contradictions.not_followed", ids=", ".join(dropped))
    for name in ("blended", "unused"):
        if words(f"findings.reading_{name}") in said:
            return words(f"report.contradictions.{name}")
    for name in ("two_modes", "reading_multiple", "reading_increase"):
        found = _from(context, said, name)
        if found:
            return _shortened(context, row, found)
    if kind == "identity":
        plan = end_year(row) > context.year
        return words(f"report.contradictions.{'plan' if plan else 'kept_apart'}")
    return words("report.contradictions.newest") if kind in ("reprint", "revision") else said


def _from(context: Context, said: str, name: str) -> str:
    """Give an explanation from where a known sentence begins, empty where it does not."""
    names = dict.fromkeys(("used", "other", "times", "more", "dropped"), "\x00")
    before = context.texts(f"findings.{name}", **names).split("\0")[0]
    return said[said.index(before) :] if before in said else ""


def _dropped(context: Context, row: Row) -> tuple[str, ...]:
    """Give the statements that the explanation says the estimate doesn't follow."""
    found = _from(context, _own(context, row, "explanation"), "reading_overruled")
    named = set(_ID.findall(found))
    return tuple(i for i in text(row, "statements").split() if i in named)


def repairs(context: Context, row: Row) -> str:
    """Give the suggestions a line each, the plausible one first, checks of prints together."""
    said = _own(context, row, "repairs")
    if not said:
        return context.texts(f"report.contradictions.why.{kind_of(context, row)}")
    check = context.texts("findings.check", statement="")
    lines: list[str] = []
    checked: list[str] = []
    # Names of parts hold semicolons: the prints are shortened before the list is divided.
    for item in _BETWEEN.split(_shortened(context, row, said)):
        if item.startswith(check):
            checked += _ID.findall(item)[-1:]
        else:
            lines.append(item)
    if checked:
        named = _sourced(context, tuple(dict.fromkeys(checked)))
        lines.append(context.texts("report.contradictions.check", prints=named))
    return "\n".join(f"– {line}" if len(lines) > 1 else line for line in lines)


def _shortened(context: Context, row: Row, said: str) -> str:
    """Name the prints of a suggestion shortly: their own words stand beside it."""
    subject = about(context, row)
    for statement in context.tables.statements(_ID.findall(said)):
        quote, value = show(statement, context.lang), quoting.figure(context, statement)
        same = subject is not None and statement.period == subject.period
        named = [statement.id] if same else [quoting.period(context, statement), statement.id]
        if statement is subject:
            said = said.replace(f": {quote}", "")
        # Inside brackets a comma divides, outside a pair of them does.
        for before in ("(", ": "):
            said = said.replace(f"{before}{quote})", f"{before}{', '.join([value, *named])})")
        said = said.replace(quote, f"{value} ({'; '.join(named)})")
    return said


def _sourced(context: Context, ids: Sequence[str]) -> str:
    """Name prints by id, those of one source together."""
    found: dict[str, list[str]] = {}
    for statement in context.tables.statements(ids):
        found.setdefault(context.citations.print_of(statement), []).append(statement.id)
    return "; ".join(f"{', '.join(names)} ({source})" for source, names in found.items())


def kind_of(context: Context, row: Row) -> str:
    """Give the kind of a contradiction, ``other`` where it is none of the known."""
    kind = text(row, "kind")
    return kind if context.texts.has(f"report.contradictions.kind.{kind}") else "other"


def apart(context: Context, row: Row) -> str:
    """Say how far the figures are apart: in points, in per cent, or how many times."""
    stated, implied, first = number(row, "stated"), number(row, "implied"), about(context, row)
    if stated is None or implied is None:
        return "-"
    digits = context.printer.number
    if first is not None and first.unit.startswith("percent"):
        points = digits(abs(implied - stated), 1 if abs(implied - stated) >= 0.1 else 2)
        return context.texts("report.contradictions.points", points=points)
    if min(stated, implied) > 0 and not 1 / 3 < implied / stated < 3:
        times = max(implied / stated, stated / implied)
        return context.texts("report.contradictions.times", times=digits(times, 0))
    share = 100 * abs(implied - stated) / max(abs(stated), 1e-9)
    return context.printer.percent(share, 1 if share >= 0.1 else 2)


def _own(context: Context, row: Row, column: str) -> str:
    """Give the table's own sentence where it has one in this language.

    The edition may carry both languages (``explanation_vi``, ``explanation_en``) or one.
    """
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
