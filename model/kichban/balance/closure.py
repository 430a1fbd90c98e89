"""Whether an identity closes on printed figures, and which single change would close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One printed figure with its sign in the identity and its rounding half-width."""

    name: str
    sign: int
    value: float
    half_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Repair:
    """The value one term would need for the identity to close, all others kept.

    `printed_elsewhere` says that this very value was printed for the term at another time:
    the plausible repair.
    """

    name: str
    value: float
    printed_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """An identity held against its prints."""

    computed: float
    stated: float
    tolerance: float
    repairs: tuple[Repair, ...]

    @property
    def gap(self) -> float:
        """Stated minus computed."""
        return self.stated - self.computed

    @property
    def closes(self) -> bool:
        """Whether the gap is within the rounding of all figures."""
        return abs(self.gap) <= self.tolerance + 1e-9


def close_identity(
    terms: Sequence[Term], result: Term, elsewhere: Sequence[tuple[str, float]] = ()
) -> Closure:
    """Hold Σ sign·value against the printed result.

    Parameters
    ----------
    terms
        The signed terms.
    result
        What they should give.
    elsewhere
        (term name, value): figures printed for a term at other times; a repair that comes
        within 1 % of one is the plausible one and stands first.

    Examples
    --------
    The plan of industrial clusters to 2030, with today's 55 as base:

    >>> plan = close_identity(
    ...     [Term("base", 1, 55), Term("new", 1, 24), Term("removed", -1, 3),
    ...      Term("merged", -1, 3)], Term("planned", 1, 63), [("base", 45.0)])
    >>> plan.computed, plan.closes, plan.repairs[0]
    (73.0, False, Repair(name='base', value=45.0, printed_elsewhere=True))
    """
    computed = float(sum(t.sign * t.value for t in terms))
    tolerance = sum(t.half_width for t in (*terms, result))
    gap = result.value - computed
    repairs = []
    if abs(gap) > tolerance + 1e-9:
        candidates = [(t.name, t.value + t.sign * gap) for t in terms]
        candidates.append((result.name, computed))
        for name, value in candidates:
            known = any(n == name and abs(v - value) <= 0.01 * abs(value) for n, v in elsewhere)
            if value >= 0:
                repairs.append(Repair(name, value, known))
    repairs.sort(key=lambda r: not r.printed_elsewhere)
    return Closure(computed, result.value, tolerance, tuple(repairs))
