"""``[[break]]`` of ``readings.toml``: outliers and breaks that the analyst has judged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, cast, get_args

from kichban.catalogue import Catalogue
from kichban.errors import Fault
from kichban.ledger.regions import READINGS
from kichban.ledger.statements import PART, PRICE_BASES
from kichban.ledger.tables import FORMS, has_form, nearest, read_entries
from kichban.ledger.values import BreakKind, JudgedBreak
from kichban.periods import parse_date, parse_period

KEYS = (
    "id", "indicator", "breakdown", "price_basis", "kind", "period", "accepted", "reason", "date",
)  # fmt: skip


MAY_LACK = ("breakdown", "price_basis")
TEXTS = ("id", "indicator", "breakdown", "price_basis", "kind")
#: key → what reads it, and the fault where that fails
PARSED: dict[str, tuple[Callable[[str], object], str]] = {
    "period": (parse_period, "E-PER-001"), "date": (parse_date, "E-DATE-001"),
}  # fmt: skip


def read_breaks(
    text: str | None, catalogue: Catalogue, faults: list[Fault]
) -> tuple[JudgedBreak, ...]:
    """Read what the analyst decided about outliers and breaks; all faults of an entry at once.

    No two entries may speak of the same break.
    """
    if text is None:
        return ()
    # Faults of the file as a whole are those of its readings.
    own: list[Fault] = []
    entries = read_entries(READINGS, text, "break", own)
    faults.extend(f for f in own if f.column == "break")
    found: list[JudgedBreak] = []
    seen: dict[str, int | None] = {}
    for line, table in entries:
        before = len(faults)
        key = str(table.get("id", ""))
        if key and key in seen:
            faults.append(
                Fault("E-ID-001", READINGS, line, "id", key, {"first": str(seen[key] or "–")})
            )
        seen.setdefault(key, line)
        faults.extend(_faults(table, catalogue, line))
        faults.extend(_of_breakdown(table.get("breakdown", ""), catalogue, line))
        if len(faults) == before:
            one = _break(table)
            twin = next((b for b in found if _does_the_same(one, b)), None)
            if twin is not None:
                detail = {"first": twin.id, "line": str(seen[twin.id] or "–")}
                faults.append(Fault("E-BRK-004", READINGS, line, "period", key, detail))
            found.append(one)
    return tuple(found)


def _does_the_same(one: JudgedBreak, other: JudgedBreak) -> bool:
    """Whether two entries speak of one break: their sizes could not be told apart."""
    return _effect(one) == _effect(other)


def _effect(b: JudgedBreak) -> tuple[object, ...]:
    whole = b.period if b.kind == "outlier" else b.period.start
    return b.indicator, b.breakdown, b.price_basis, b.kind, whole


def _faults(table: Mapping[str, Any], catalogue: Catalogue, line: int | None) -> Iterator[Fault]:
    """Find every fault of an entry: at most one of a key."""
    for name in table:
        if name not in KEYS:
            yield Fault("E-KEY-001", READINGS, line, name, name, nearest(name, KEYS))
    words: dict[str, Collection[str]] = {
        "indicator": catalogue.indicators, "kind": get_args(BreakKind),
        "price_basis": ("", *PRICE_BASES),
    }  # fmt: skip
    for column in KEYS:
        value = table.get(column)
        if value is None or value == "":
            found = "" if column in MAY_LACK else "E-CELL-001", dict[str, str]()
        else:
            found = _wrong(column, value, words.get(column))
        code, detail = found
        if code:
            yield Fault(code, READINGS, line, column, str(table.get(column, "")), detail)


def _wrong(
    column: str, value: object, allowed: Collection[str] | None
) -> tuple[str, dict[str, str]]:
    """Give what is wrong with a value, if anything, and the words for it."""
    if column in TEXTS and not isinstance(value, str):
        return "E-KEY-002", {"expected": FORMS["text"][0]}
    if allowed is not None and value not in allowed:
        return "E-WORD-001", nearest(str(value), allowed)
    if column in PARSED and not _parses(column, value):
        return PARSED[column][1], {}
    if column == "accepted" and not isinstance(value, bool):
        return "E-WORD-001", nearest("", ("true", "false"))
    if column == "reason" and not _says_why(value):
        return "E-LABEL-001", {}
    return "", {}


def _parses(column: str, value: object) -> bool:
    try:
        PARSED[column][0](str(value))
    except ValueError:
        return False
    return True


def _says_why(reason: object) -> bool:
    return (
        has_form(reason, "label")
        and isinstance(reason, dict)
        and all(words.strip() for words in reason.values())
    )


def _of_breakdown(breakdown: Any, catalogue: Catalogue, line: int | None) -> Iterator[Fault]:
    if not isinstance(breakdown, str) or not breakdown:
        return
    parts = breakdown.split("+")
    if parts != sorted(parts):
        expected = {"expected": "+".join(sorted(parts))}
        yield Fault("E-BRK-003", READINGS, line, "breakdown", breakdown, expected)
    for part in parts:
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
