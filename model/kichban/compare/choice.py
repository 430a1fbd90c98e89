"""Find the figure that was asked for among those shared out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kichban.compare.attribution import Attributed
from kichban.compare.scenarios import HEADLINES
from kichban.errors import UsageError
from kichban.ledger import Ledger, Target
from kichban.scenario import nearest
from kichban.target import GapRow

#: what :func:`kichban.target.gap_to_target` remarks → why nothing can be shared out
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "no_projection": "E-ATTR-904",
        "identity_part": "E-ATTR-905",
        "not_comparable": "E-ATTR-906",
        "reached": "E-ATTR-907",
        "": "E-ATTR-907",
    }
)


def find_target(ledger: Ledger, wanted: str) -> Target:
    """Give a target by its id.

    Raises
    ------
    UsageError
        ``E-ATTR-903`` with the nearest id.
    """
    for target in ledger.targets:
        if target.id == wanted:
            return target
    raise UsageError("E-ATTR-903", wanted, **nearest(wanted, [t.id for t in ledger.targets]))


def refuse_target(target: Target, rows: Sequence[GapRow]) -> UsageError:
    """Say why a target cannot be shared out; `rows` are its gaps, none where its period is over."""
    remarks = [row.remark for row in rows] or ["reached"]
    worst = next((r for r in REASONS if r in remarks), "")
    return UsageError(REASONS[worst], target.id)


def choose(
    rows: Sequence[Attributed], wanted: str, ledger: Ledger, gaps: Sequence[GapRow]
) -> Attributed:
    """Give the row of a target id, or of a headline figure in the last year shown.

    Raises
    ------
    UsageError
        ``E-ATTR-903`` with the nearest name for what is neither, else the reason why the target
        was not shared out (``E-ATTR-904`` … ``E-ATTR-907``).
    """
    for row in rows:
        if row.item.target is not None and row.item.target.id == wanted:
            return row
    figures = [r for r in rows if r.item.target is None and r.item.variable.indicator == wanted]
    if figures:
        return figures[-1]
    for target in ledger.targets:
        if target.id == wanted:
            raise refuse_target(target, [g for g in gaps if g.target.id == wanted])
    names = [t.id for t in ledger.targets] + [v.indicator for v in HEADLINES]
    raise UsageError("E-ATTR-903", wanted, **nearest(wanted, names))
