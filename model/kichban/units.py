"""Base units of files and the larger ones of print."""

from __future__ import annotations

from types import MappingProxyType

#: unit of print → (base unit of files, factor)
PRINTED_UNITS = MappingProxyType(
    {
        "bn_vnd": ("bn_vnd", 1.0),
        "thousand_bn_vnd": ("bn_vnd", 1000.0),
        "mn_vnd": ("bn_vnd", 0.001),
        "mn_usd": ("mn_usd", 1.0),
        "bn_usd": ("mn_usd", 1000.0),
        "ha": ("ha", 1.0),
        "percent": ("percent", 1.0),
        "percentage_point": ("percentage_point", 1.0),
    }
)


def from_base(value: float, unit: str) -> float:
    """Bring a base value to a unit of print.

    >>> from_base(33000, "bn_usd")
    33.0
    """
    return value / PRINTED_UNITS[unit][1]
