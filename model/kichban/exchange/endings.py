"""What the files of each format are called."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from kichban.errors import UsageError

#: format → endings, the usual one first
ENDINGS = MappingProxyType(
    {"iamc": (".csv", ".xlsx"), "parquet": (".parquet",), "netcdf": (".nc",)}
)


def check_ending(form: str, path: str | Path) -> str:
    """Give the name of a file if it ends as its format asks.

    Raises
    ------
    UsageError
        ``E-EXP-902`` where it ends otherwise.

    Examples
    --------
    >>> check_ending("iamc", "out/levels.xlsx")
    'levels.xlsx'
    >>> check_ending("netcdf", "levels.csv")
    Traceback (most recent call last):
    kichban.errors.UsageError: E-EXP-902 levels.csv
    """
    path = Path(path)
    if path.suffix not in ENDINGS[form] or not path.stem:
        allowed = ", ".join(ENDINGS[form])
        raise UsageError("E-EXP-902", str(path), format=form, allowed=allowed)
    return path.name
