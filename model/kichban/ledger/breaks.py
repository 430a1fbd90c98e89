"""``[[break]]`` of ``readings.toml``: outliers and breaks that the analyst has judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast, get_args

from kichban.catalogue import Catalogue
from kichban.errors import Fault
from kichban.ledger.regions import READINGS
from kichban.ledger.statements import PART, PRICE_BASES
from kichban.ledger.tables import has_form, nearest, read_entries
from kichban.ledger.values import BreakKind, JudgedBreak
from kichban.periods import parse_date, parse_period

KEYS = (
    "id", "indicator", "breakdown", "price_basis", "kind", "period", "accepted", "reason", "date",
)  # fmt: skip


def read_breaks(
    text: str | None, catalogue: Catalogue, faults: list[Fault]
) -> tuple[JudgedBreak, ...]:
    """Read what the analyst decided about outliers and breaks; all faults of an entry at once."""
    if text is None:
        return ()
    # Faults of the file as a whole are those of its readings.
    own: list[Fault] = []
    entries = read_entries(READINGS, text, "break", own)
    faults.extend(f for f in own if f.column == "break")
    found = []
    seen: dict[str, int | None] = {}
    for line, table in entries:
        before = len(faults)
        key = str(table.get("id", ""))
        if key in seen:
            faults.append(
                Fault("E-ID-001", READINGS, line, "id", key, {"first": str(seen[key] or "–")})
            )
        seen.setdefault(key, line)
        faults.extend(_faults(table, catalogue, line))
        faults.extend(_of_breakdown(str(table.get("breakdown", "")), catalogue, line))
        if len(faults) == before:
            found.append(_break(table))
    return tuple(found)


def _faults(table: Mapping[str, Any], catalogue: Catalogue, line: int | None) -> list[Fault]:
    found = []

    def fault(code: str, column: str, **detail: str) -> None:
        value = table.get(column, "")
        found.append(Fault(code, READINGS, line, column, str(value), detail))

    for name in table:
        if name not in KEYS:
            found.append(Fault("E-KEY-001", READINGS, line, name, name, nearest(name, KEYS)))
    words: tuple[tuple[str, Collection[str]], ...] = (
        ("indicator", catalogue.indicators), ("kind", get_args(BreakKind)),
        ("price_basis", ("", *PRICE_BASES)),
    )  # fmt: skip
    for column, allowed in words:
        if str(table.get(column, "")) not in allowed:
            fault("E-WORD-001", column, **nearest(str(table.get(column, "")), allowed))
    forms: tuple[tuple[str, bool, str, dict[str, str]], ...] = (
        ("id", bool(table.get("id")), "E-CELL-001", {}),
        ("accepted", isinstance(table.get("accepted"), bool), "E-WORD-001",
         nearest("", ("true", "false"))),
        ("reason", has_form(table.get("reason"), "label"), "E-LABEL-001", {}),
    )  # fmt: skip
    for column, right, code, detail in forms:
        if not right:
            fault(code, column, **detail)
    for column, parse, code in (
        ("period", parse_period, "E-PER-001"), ("date", parse_date, "E-DATE-001"),
    ):  # fmt: skip
        try:
            parse(str(table.get(column, "")))
        except ValueError:
            fault(code, column)
    return found


def _of_breakdown(breakdown: str, catalogue: Catalogue, line: int | None) -> Iterator[Fault]:
    for part in filter(None, breakdown.split("+")):
        dimension, _, member = part.partition(":")
        members = catalogue.dimensions.get(dimension, {})
        if not PART.fullmatch(part):
            yield Fault("E-BRK-001", READINGS, line, "breakdown", breakdown, {"part": part})
        elif members and member not in members:
            yield Fault("E-WORD-001", READINGS, line, "breakdown", part, nearest(member, members))


def _break(table: Mapping[str, Any]) -> JudgedBreak:
    return JudgedBreak(
        str(table["id"]), str(table["indicator"]), str(table.get("breakdown", "")),
        str(table.get("price_basis", "")), cast("BreakKind", table["kind"]),
        parse_period(str(table["period"])), table["accepted"], table["reason"],
        parse_date(str(table["date"])),
    )  # fmt: skip


def break_table(found: JudgedBreak) -> dict[str, Any]:
    """Give a break as it stands in the file."""
    cells = {"breakdown": found.breakdown, "price_basis": found.price_basis}
    return {
        "id": found.id,
        "indicator": found.indicator,
        **{name: cell for name, cell in cells.items() if cell},
        "kind": found.kind,
        "period": found.period.text,
        "accepted": found.accepted,
        "reason": dict(found.reason),
        "date": found.date.isoformat(),
    }
