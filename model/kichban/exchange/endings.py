"""What the files of each format are called."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from kichban.errors import UsageError
from kichban.exchange.needed import require

#: format → endings, the usual one first
ENDINGS = MappingProxyType(
    {"iamc": (".csv", ".xlsx"), "parquet": (".parquet",), "netcdf": (".nc",)}
)
#: ending → the package that writes it
PACKAGES = MappingProxyType({".xlsx": "openpyxl", ".parquet": "pyarrow"})


def check_ending(form: str, path: str | Path) -> str:
    """Give the name of a file if it ends as its format asks and can be written here.

    Raises
    ------
    UsageError
        ``E-EXP-902`` where it ends otherwise, ``E-EXP-905`` where a package is missing.

    Examples
    --------
    >>> check_ending("iamc", "out/levels.csv")
    'levels.csv'
    >>> check_ending("netcdf", "levels.csv")
    Traceback (most recent call last):
    kichban.errors.UsageError: E-EXP-902 levels.csv
    """
    path = Path(path)
    if path.suffix not in ENDINGS[form] or not path.stem:
        allowed = ", ".join(ENDINGS[form])
        raise UsageError("E-EXP-902", str(path), format=form, allowed=allowed)
    if path.suffix in PACKAGES:
        require(PACKAGES[path.suffix])
    return path.name
