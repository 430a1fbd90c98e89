"""Which targets stand on the first page and which in the list behind it."""

from __future__ import annotations

from dataclasses import dataclass

from kichban.report.lookup import Row, Tables, end_year, number, text

#: More rows than this do not fit on the first page beside the sentences.
FIRST_PAGE = 11


@dataclass(frozen=True, slots=True)
class TargetRows:
    """Rows of the gap table by the place where they are printed."""

    first: tuple[Row, ...]
    other: tuple[Row, ...]
    replaced: tuple[Row, ...]
    past: int


def sort_targets(tables: Tables) -> TargetRows:
    """Divide the targets: comparable ones first, the nearest year before the later.

    A rate printed beside the amount of the same plan says the same thing twice: it goes to the
    list behind, as do targets without a likelihood. Targets due before the as-of year are counted.
    """
    current = [r for r in tables.gaps if end_year(r) >= tables.edition.as_of.year]
    in_force = [r for r in current if text(r, "target_status") != "superseded"]
    amounts = {
        (text(r, "indicator"), text(r, "period")) for r in in_force if text(r, "measure") == "level"
    }

    def leads(row: Row) -> bool:
        # A quarter's target belongs to a month's report; here years and plan periods are judged.
        if "-" in text(row, "period"):
            return False
        if number(row, "probability") is None and text(row, "remark") not in (
            "by_construction",
            "reached",
        ):
            return False
        twin = (text(row, "indicator"), text(row, "period"))
        return text(row, "measure") == "level" or twin not in amounts

    # Stable by year: output comes first, then the edition's own order, which is the official one.
    leading = sorted(
        (r for r in in_force if leads(r)),
        key=lambda r: (end_year(r), text(r, "indicator") != "industrial_output"),
    )
    first = leading[:FIRST_PAGE]
    kept = {id(r) for r in first}
    other = sorted((r for r in in_force if id(r) not in kept), key=end_year)
    return TargetRows(
        first=tuple(first),
        other=tuple(other),
        replaced=tuple(
            r
            for r in current
            if text(r, "target_status") == "superseded" and text(r, "remark") != "identity_part"
        ),
        past=len(tables.gaps) - len(current),
    )
