"""What the analyst said of breaks and the figures do not bear out."""

from __future__ import annotations

from collections.abc import Iterator

from kichban.errors import Fault
from kichban.files import csv_rows
from kichban.ledger import Ledger
from kichban.ledger.regions import READINGS


def break_faults(table: bytes, ledger: Ledger) -> tuple[Fault, ...]:
    """Give a warning for each accepted break of ``breaks.csv`` that is not held, or not told.

    Price bases in which the indicator is printed are named: one left out is a likely cause.
    """
    return tuple(_faults(table.decode("utf-8"), ledger))


def _faults(text: str, ledger: Ledger) -> Iterator[Fault]:
    rows = [cells for _, cells in csv_rows(text)]
    for cells in rows[1:]:
        row = dict(zip(rows[0], cells, strict=True))
        name = " ".join(filter(None, (row["indicator"], row["breakdown"], row["price_basis"])))
        place = (READINGS, None, "break", row["judged"])
        if row["status"] == "not_told":
            detail = {"series": name, "lower": row["lower"], "upper": row["upper"]}
            yield Fault("W-BRK-002", *place, detail)
        elif row["status"] == "not_applied":
            prints = ledger.select(row["indicator"], row["breakdown"])
            others = sorted({s.price_basis for s in prints} - {row["price_basis"], ""})
            detail = {"series": name, "period": row["period"], "others": ", ".join(others) or "–"}
            yield Fault("W-BRK-001", *place, detail)
