"""Cells of text in columns, for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

#: between two columns
GAP = "  "


def aligned(
    rows: Sequence[Sequence[str]], *, indent: str = GAP, left: Collection[int] = (0,)
) -> list[str]:
    """Give a line a row; columns of figures stand to the right.

    Parameters
    ----------
    left
        Columns of words, which stand to the left.

    Examples
    --------
    >>> aligned([["a", "10"], ["long", "5"]])
    ['  a     10', '  long   5']
    """
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [table_line(row, widths, indent=indent, left=left) for row in rows]


def table_line(
    row: Sequence[str],
    widths: Sequence[int],
    *,
    indent: str = GAP,
    left: Collection[int] = (0,),
) -> str:
    """Give one line of a table whose widths are known."""
    cells = (
        cell.ljust(width) if i in left else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return (indent + GAP.join(cells)).rstrip()
