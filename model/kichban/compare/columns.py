"""Lines of text aligned for a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Align cells: the first column to the left, the others to the right.

    >>> aligned([["a", "10"], ["long", "5"]])
    ['  a     10', '  long   5']
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        (indent + row[0].ljust(widths[0])
         + "".join("  " + c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))).rstrip()
        for row in rows
    ]  # fmt: skip
