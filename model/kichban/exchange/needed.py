"""Packages that only an exchange format needs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kichban.errors import UsageError


def require(package: str) -> Any:
    """Import a package of the extra ``exchange``.

    Raises
    ------
    UsageError
        ``E-EXP-905`` where it is not installed.

    Examples
    --------
    >>> require("a_package_that_nobody_has")
    Traceback (most recent call last):
    kichban.errors.UsageError: E-EXP-905 a_package_that_nobody_has
    """
    try:
        return import_module(package)
    except ImportError:
        raise UsageError("E-EXP-905", package.split(".")[0]) from None
