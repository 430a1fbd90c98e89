"""Which series of a file add up to which: ``total,part``, and ``split`` for a second division."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from kichban.errors import Fault, InputError
from kichban.ledger.tables import Row, header_of, read_table
from kichban.numbers import FloatArray, canonical_number

COLUMNS = ("total", "part")
SPLIT = "split"
#: parts that miss their total by more than this share of it do not add up
FARTHEST = 0.01


def read_sums(
    file: str,
    text: str,
    ids: Sequence[str],
    values: Sequence[FloatArray],
    periods: Sequence[Sequence[str]],
    places: Sequence[tuple[int, int]],
) -> FloatArray:
    """Read which series are parts of which.

    Parameters
    ----------
    ids, values, periods, places : (series,)
        Name, history, names of the periods, and first and last place in time of each series.

    Returns
    -------
    sums : (sum, series) float64
        1 at the parts and −1 at the total of each division.

    Raises
    ------
    InputError
        With every fault: a name that is no series, a pair that comes twice, a series that ends
        elsewhere or is not above nought, a division that says no more than others do, parts that
        miss their total in the past.
    """
    faults: list[Fault] = []
    wanted = SPLIT in {name.casefold() for name in header_of(text)}
    columns = [*COLUMNS, SPLIT] if wanted else list(COLUMNS)
    rows = read_table(file, text, columns, faults)
    splits: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        names = [row.choice(column, ids, "E-SER-008") for column in COLUMNS]
        split = (names[0], row.cells.get(SPLIT, ""))
        if names[1] in {r.cells["part"] for r in splits[split]} or names[0] == names[1]:
            row.fault("E-SER-009", "part")
        splits[split].append(row)
    if not rows and not faults:
        faults.append(Fault("E-SER-007", file, 1))
    if not faults:
        named = {r.cells[c]: (r, c) for r in reversed(rows) for c in COLUMNS}
        _check_alike(ids, values, periods, places, named)
    if faults:
        raise InputError(faults)
    sums = np.array([_row(total, own, ids) for (total, _), own in splits.items()])
    _check_sums(sums, list(splits.values()), values, periods)
    if faults:
        raise InputError(sorted(faults, key=lambda f: (f.row or 0, f.code)))
    return sums


def _row(total: str, own: Sequence[Row], ids: Sequence[str]) -> FloatArray:
    parts = {r.cells["part"] for r in own}
    return np.array([-1.0 if name == total else float(name in parts) for name in ids])


def _check_alike(
    ids: Sequence[str],
    values: Sequence[FloatArray],
    periods: Sequence[Sequence[str]],
    places: Sequence[tuple[int, int]],
    named: Mapping[str, tuple[Row, str]],
) -> None:
    """Note series that are not above nought, or do not cover the same periods as the first.

    `named` gives the cell in which each was named first.
    """
    used = [i for i, name in enumerate(ids) if name in named]
    first = used[0]
    for i in used:
        row, column = named[ids[i]]
        if (values[i] <= 0).any():
            at = int((values[i] <= 0).argmax())
            value = canonical_number(values[i][at], 6)
            row.fault("E-SER-010", column, ids[i], period=periods[i][at], figure=value)
        if places[i] != places[first]:
            row.fault(
                "E-SER-011", column, ids[i], count=str(len(periods[i])), last=periods[i][-1],
                other=ids[first], other_count=str(len(periods[first])),
                other_last=periods[first][-1],
            )  # fmt: skip


def _check_sums(
    sums: FloatArray,
    splits: Sequence[Sequence[Row]],
    values: Sequence[FloatArray],
    periods: Sequence[Sequence[str]],
) -> None:
    """Note divisions that say nothing new, and parts that missed their total in the past."""
    for k, own in enumerate(splits):
        if np.linalg.matrix_rank(sums[: k + 1]) <= k:
            own[0].fault("E-SER-012", "total")
        used = np.flatnonzero(sums[k])
        levels = np.array([values[int(i)] for i in used])
        total = levels[sums[k, used] < 0][0]
        parts = levels[sums[k, used] > 0].sum(axis=0)
        miss = np.abs(parts / total - 1.0)
        if miss.max() > FARTHEST:
            at = int(miss.argmax())
            own[0].fault(
                "E-SER-013", "total", period=periods[int(used[0])][at],
                parts=canonical_number(parts[at], 6), total=canonical_number(total[at], 6),
                count=str(int((miss > FARTHEST).sum())),
            )  # fmt: skip
