"""Which series of a file add up to which: ``total,part``, and ``split`` for a second division."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kichban.errors import Fault, InputError
from kichban.ledger.tables import Row, read_table
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
    last: Sequence[int | None],
) -> FloatArray:
    """Read which series are parts of which.

    Parameters
    ----------
    ids, values, last : (series,)
        Name, history and last period of each series.

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
    header = {name.strip() for name in text.split("\n", 1)[0].split(",")}
    columns = [*COLUMNS, SPLIT] if SPLIT in header else list(COLUMNS)
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
        _check_alike(file, ids, values, last, {r.cells[c] for r in rows for c in COLUMNS}, faults)
    if faults:
        raise InputError(faults)
    sums = np.array([_row(total, own, ids) for (total, _), own in splits.items()])
    _check_sums(sums, list(splits.values()), values)
    if faults:
        raise InputError(sorted(faults, key=lambda f: (f.row or 0, f.code)))
    return sums


def _row(total: str, own: Sequence[Row], ids: Sequence[str]) -> FloatArray:
    parts = {r.cells["part"] for r in own}
    return np.array([-1.0 if name == total else float(name in parts) for name in ids])


def _check_alike(
    file: str,
    ids: Sequence[str],
    values: Sequence[FloatArray],
    last: Sequence[int | None],
    named: set[str],
    faults: list[Fault],
) -> None:
    """Note series that are not above nought, or do not cover the same periods as the first."""
    used = [i for i, name in enumerate(ids) if name in named]
    first = used[0]
    for i in used:
        if (values[i] <= 0).any():
            faults.append(Fault("E-SER-010", file, None, "part", ids[i]))
        if (values[i].size, last[i]) != (values[first].size, last[first]):
            detail = {"count": str(values[i].size), "other": ids[first],
                      "other_count": str(values[first].size)}  # fmt: skip
            faults.append(Fault("E-SER-011", file, None, "part", ids[i], detail))


def _check_sums(
    sums: FloatArray, splits: Sequence[Sequence[Row]], values: Sequence[FloatArray]
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
                "E-SER-013", "total", period=str(at + 1), parts=canonical_number(parts[at], 6),
                total=canonical_number(total[at], 6), count=str(int((miss > FARTHEST).sum())),
            )  # fmt: skip
