"""All there is to say of single targets, as lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from kichban.ledger.values import Target
from kichban.periods import parse_period
from kichban.report.context import Context
from kichban.report.edition import EditionLike
from kichban.report.lookup import Row, Tables, number, records, text
from kichban.report.tables_targets import forecast, rounded
from kichban.report.wording import chance
from kichban.texts import Lang, aligned, lower_first

INDENT = "  "


def target_sheets(edition: EditionLike, targets: Sequence[str], lang: Lang) -> str:
    """Print the sheet of each target: document, outlook in every scenario, what it takes, when.

    Parameters
    ----------
    targets
        Ids, every one of them in ``gap.csv``.
    """
    context = Context(Tables(edition), lang)
    return _clean("\n\n".join("\n".join(_sheet(context, target)) for target in targets))


def _clean(lines: str) -> str:
    return lines.replace("\u00a0", " ").replace("\u2212", "-")


def _sheet(context: Context, target: str) -> Iterator[str]:
    words = context.texts
    rows = [r for r in context.tables.all_gaps if text(r, "target") == target]
    first = rows[0]
    yield words(
        "targets.sheet.head", id=target, name=context.wording.name(first),
        period=text(first, "period").replace("/", "-"), value=context.wording.value(first),
    )  # fmt: skip
    known = context.tables.target(first)
    if known is not None:
        yield from (INDENT + line for line in _versions(context, known))
    names = dict.fromkeys([context.tables.edition.headline, *(text(r, "scenario") for r in rows)])
    for row in (r for name in names for r in rows if text(r, "scenario") == name):
        yield INDENT + _outlook(context, row, text(row, "scenario"))
        yield from (2 * INDENT + line for line in _dates(context, row))
    yield from (INDENT + line for line in _required(context, first))
    if number(first, "probability") is not None:
        yield INDENT + _information(context, target)


def _versions(context: Context, target: Target) -> Iterator[str]:
    words = context.texts
    yield words(
        "targets.sheet.document", document=target.document[context.lang],
        plan=words(f"targets.plan.{target.plan_type}"), date=context.printer.date(target.published),
    )  # fmt: skip
    every = context.tables.edition.ledger.targets
    by = [t for t in every if target.id in t.supersedes]
    if by:
        yield words("targets.sheet.superseded", by=", ".join(_version(context, t) for t in by))
    old = [t for t in every if t.id in target.supersedes]
    if old:
        yield words(
            "targets.sheet.supersedes", targets=", ".join(_version(context, t) for t in old)
        )


def _version(context: Context, target: Target) -> str:
    value = context.printer.amount(target.value, target.unit)
    return f"{target.id} ({value}, {context.printer.date(target.published)})"


def _outlook(context: Context, row: Row, name: str) -> str:
    words, unit = context.texts, text(row, "unit")
    scenario = context.scenario_full(name)
    outlook = lower_first(context.wording.outlook(row))
    low, high = number(row, "p10"), number(row, "p90")
    if low is None or high is None:
        return words("targets.sheet.unprojected", scenario=scenario, outlook=outlook)
    probability = number(row, "probability")
    if probability is not None and text(row, "remark") not in ("by_construction", "reached"):
        outlook = f"{chance(probability, context.printer)} {outlook}"
    value = _figure(context, row, number(row, "p50"))
    if low == high or text(row, "remark") == "by_construction":
        return words(
            "targets.sheet.certain", scenario=scenario, forecast=_with_unit(context, value, unit),
            outlook=outlook,
        )  # fmt: skip
    said = words(
        "targets.sheet.forecast", scenario=scenario, forecast=value, outlook=outlook,
        low=_figure(context, row, low),
        high=_with_unit(context, _figure(context, row, high), unit),
    )  # fmt: skip
    shortfall = number(row, "shortfall")
    if shortfall is not None and probability is not None and 0.01 <= probability <= 0.99:
        amount = f"{context.printer.cell(rounded(row, shortfall))} {_points(context, unit)}".strip()
        said += words("targets.sheet.short", amount=amount)
    return said


def _dates(context: Context, row: Row) -> Iterator[str]:
    """Say when a scenario meets the target for the first time, if some draws do."""
    target, scenario = text(row, "target"), text(row, "scenario")
    shares = {
        text(r, "period"): number(r, "probability") or 0.0
        for r in _extra(context, "reached")
        if (text(r, "target"), text(r, "scenario")) == (target, scenario)
    }
    late = sum(share for period, share in shares.items() if period.startswith("after_"))
    if not shares or late > 0.99 or text(row, "remark") == "by_construction":
        return
    year = max(int(period.removeprefix("after_")[:4]) for period in shares)
    ends = [_first_by(shares, level) for level in (0.1, 0.5, 0.9)]
    early, middle, last = (
        context.texts("targets.sheet.later", year=f"{year}")
        if period is None
        else lower_first(_period(context, period))
        for period in ends
    )
    if early == last:
        return
    yield context.texts("targets.sheet.dates", early=early, middle=middle, last=last)


def _first_by(shares: Mapping[str, float], level: float) -> str | None:
    """Give the first period by which so large a share has met the target, if any."""
    reached = 0.0
    for period, share in shares.items():
        reached += share
        if reached >= level - 1e-12 and not period.startswith("after_"):
            return period
    return None


def _figure(context: Context, row: Row, value: float | None) -> str:
    """Print a forecast of a target like its middle one: what lies beside it can be told apart."""
    return context.printer.cell(forecast(context, {**row, "p50": value}))


def _with_unit(context: Context, figure: str, unit: str) -> str:
    known = context.printer.unit(unit)
    return f"{figure}{known}" if known.startswith("%") else f"{figure} {known}"


def _points(context: Context, unit: str) -> str:
    """Name the unit of a difference: rates differ by points."""
    known = "percentage_point" if unit.startswith("percent") else unit
    return context.labels.unit(known)


def _required(context: Context, row: Row) -> Iterator[str]:
    words = context.texts
    sentence = context.wording.required(row)
    if sentence:
        yield sentence
    windows, reached = number(row, "past_windows"), number(row, "past_reached")
    if windows and reached is not None:
        yield words("targets.sheet.rank", reached=f"{reached:.0f}", windows=f"{windows:.0f}")
    steps = [r for r in _extra(context, "required") if text(r, "target") == text(row, "target")]
    if steps and number(steps[0], "amount") is None:
        growth = context.wording.change(number(steps[0], "growth") or 0.0)
        yield words("targets.sheet.every_period", growth=growth)
    elif steps:
        years = all(text(step, "period").isdigit() for step in steps)
        yield words("targets.sheet.by_year" if years else "targets.sheet.steps")
        yield from (INDENT + _step(context, step) for step in steps)


def _extra(context: Context, name: str) -> list[Row]:
    return list(records(context.tables.edition.extras.get(name)))


def _step(context: Context, step: Row) -> str:
    return context.texts(
        "targets.sheet.step",
        period=_period(context, text(step, "period")),
        growth=context.wording.change(number(step, "growth") or 0.0),
        amount=context.printer.amount(number(step, "amount"), text(step, "unit")),
    )


def _period(context: Context, period: str) -> str:
    return context.printer.period(parse_period(period).text)


def _information(context: Context, target: str) -> str:
    found = [
        context.texts(
            "targets.sheet.figure",
            name=lower_first(context.labels.short(text(r, "indicator"))),
            period=lower_first(_period(context, text(r, "period"))),
            share=context.printer.percent(100 * (number(r, "narrowing") or 0.0), 0),
        )
        for r in _extra(context, "information")
        if text(r, "target") == target
    ]
    if not found:
        return context.texts("targets.sheet.no_information")
    return context.texts("targets.sheet.information", figures="; ".join(found))


def check_lines(edition: EditionLike, lang: Lang) -> str:
    """Print what targets say of each other, contradictions first."""
    context = Context(Tables(edition), lang)
    rows = _extra(context, "target_checks")
    order = ("contradicts", "strained", "holds")
    title = context.texts("targets.checks.title")
    if not rows:
        return f"{title}\n{INDENT}{context.texts('targets.checks.none')}"
    rows.sort(key=lambda r: order.index(text(r, "status")))
    return _clean("\n".join([title, *(INDENT + check_sentence(context, r) for r in rows)]))


def check_sentence(context: Context, row: Row) -> str:
    """Say one check in words, with its verdict and the ids of its targets."""
    return context.texts(
        "targets.checks.line",
        status=context.texts(f"targets.checks.status.{text(row, 'status')}"),
        sentence=said_by_check(context, row), targets=text(row, "targets").replace(" ", ", "),
    )  # fmt: skip


def said_by_check(context: Context, row: Row) -> str:
    """Say what a check found, beginning with what it is about."""
    words, unit = context.texts, text(row, "unit")
    kind = text(row, "check")
    high = number(row, "stated_high")
    if kind.startswith("milestones") and (number(row, "implied_low") or 0.0) < 0.0:
        kind = "milestones_down"
    sentence = words(
        f"targets.checks.kind.{kind}", year=text(row, "period"),
        implied=_range(context, number(row, "implied_low"), number(row, "implied_high"), unit),
        stated=_range(context, number(row, "stated_low"), high, unit),
        high="" if high is None else context.printer.percent(high),
    )  # fmt: skip
    known = {text(r, "target"): r for r in context.tables.all_gaps}
    about = [known[target] for target in text(row, "targets").split()]
    values = "; ".join(
        f"{context.wording.value(r)} ({text(r, 'period').replace('/', '–')})" for r in about
    )
    return f"{context.labels.short(text(about[0], 'indicator'))}, {values}: {sentence}"


def _range(context: Context, low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None:
        return "…"
    percent = unit == "percent"
    digits = 2 if percent else 1 if unit == "ha" else 0
    if percent:
        ends = [context.printer.number(low, digits), context.printer.percent(high, digits)]
    else:
        ends = [context.printer.number(low, digits), context.printer.amount(high, unit, digits)]
    same = context.printer.number(low, digits) == context.printer.number(high, digits)
    return ends[1] if same else f"{ends[0]}–{ends[1]}"


def quarter_table(edition: EditionLike, lang: Lang, rows: Sequence[Row], wanted: float) -> str:
    """Print the quarters of a growth scenario: planned, printed, forecast, needed.

    Parameters
    ----------
    rows
        As in the table ``quarters``, per cent.
    wanted
        Growth of the year that is asked for, per cent; NaN where none is.
    """
    context = Context(Tables(edition), lang)
    words, printer = context.texts, context.printer
    columns = ("period", "planned", "first", "newest", "expected", "required")
    head = [words(f"targets.quarters.{c}") for c in columns]

    def cells(row: Row) -> list[str]:
        low, middle, high = (number(row, q) for q in ("p10", "p50", "p90"))
        expected = "–"
        if low is not None and middle is not None and high is not None:
            ends = f"{printer.number(low, 1)} – {printer.number(high, 1)}"
            expected = f"{printer.number(middle, 1)} ({ends})"
        figures = (number(row, c) for c in ("planned", "first_print", "newest_print"))
        printed = ["–" if v is None else printer.number(v, 2) for v in figures]
        needed = number(row, "required")
        return [
            printer.period(text(row, "period")), *printed, expected,
            "–" if needed is None else printer.number(needed, 1),
        ]  # fmt: skip

    name = context.labels.indicator(text(rows[0], "indicator")) if rows else ""
    year = text(rows[0], "period")[:4] if rows else ""
    note = "nothing_wanted" if math.isnan(wanted) else "wanted"
    rate = "" if math.isnan(wanted) else printer.percent(wanted)
    lines = [
        words("targets.quarters.title", name=name, year=year) + " (%)",
        *aligned([head, *(cells(r) for r in rows)]),
        INDENT + words(f"targets.quarters.{note}", **({} if not rate else {"rate": rate})),
    ]
    return _clean("\n".join(lines))
