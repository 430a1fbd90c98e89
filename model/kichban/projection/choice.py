"""Which projected variable is meant by an indicator and, maybe, more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kichban.catalogue import load_catalogue
from kichban.errors import UsageError
from kichban.projection.values import Variable
from kichban.scenario.read.layers import nearest

#: measures that are meant unless another is named
LEVELS = ("level", "count", "area_ha")
#: price basis that is meant unless another is named
CURRENT = "current"


def choose_variable(
    variables: Iterable[Variable],
    indicator: str,
    breakdown: str | None = None,
    measure: str | None = None,
    price_basis: str | None = None,
) -> Variable:
    """Find the variable meant: of those not named the total, the level, current prices.

    Parameters
    ----------
    variables
        Those there are.

    Raises
    ------
    UsageError
        ``E-VAR-901`` for a code that the catalogue has not, with the nearest it has, ``E-VAR-902``
        for one without projection, ``E-VAR-903`` where a part of the key names nothing,
        ``E-VAR-904`` where one has to be named; both list what there is.

    Examples
    --------
    >>> there = [Variable("exports", "", "level", "mn_usd"),
    ...          Variable("exports", "", "growth_yoy", "percent")]
    >>> choose_variable(there, "exports").measure
    'level'
    >>> choose_variable(there, "exprots")
    Traceback (most recent call last):
    kichban.errors.UsageError: E-VAR-901 exprots
    """
    left = [v for v in variables if v.indicator == indicator]
    if not left:
        _refuse(indicator, variables)
    left = _narrow(left, "breakdown", breakdown, ("",))
    left = _narrow(left, "measure", measure, LEVELS)
    (found,) = _narrow(left, "price_basis", price_basis, (CURRENT, ""))
    return found


def _refuse(indicator: str, variables: Iterable[Variable]) -> None:
    known = load_catalogue().indicators
    if indicator not in known:
        raise UsageError("E-VAR-901", indicator, **nearest(indicator, known))
    projected = sorted({v.indicator for v in variables})
    raise UsageError("E-VAR-902", indicator, allowed=", ".join(projected) or "–")


def _narrow(
    left: Sequence[Variable], name: str, asked: str | None, usual: Sequence[str]
) -> list[Variable]:
    """Keep the variables with a part of the key that was asked for, or else with the usual one."""
    there = list(dict.fromkeys(getattr(v, name) for v in left))
    wanted = asked
    if wanted is None:
        likely = [u for u in usual if u in there] or (there if len(there) == 1 else [])
        wanted = likely[0] if likely else None
    found = [v for v in left if getattr(v, name) == wanted]
    if not found:
        # single sites are many, and nobody means them by chance
        shown = [repr(t) for t in there if not t.startswith("site:")] or ["–"]
        detail = {"name": name, "indicator": left[0].indicator, "allowed": ", ".join(shown)}
        raise UsageError("E-VAR-904" if asked is None else "E-VAR-903", asked or "", **detail)
    return found
