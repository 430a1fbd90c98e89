"""kichban (kịch bản = scenario): scenarios and forecasts for industrial growth targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kichban.study import Study

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | Path = ".") -> Study:  # noqa: A001 - reads as kichban.open(".")
    """Open the study in `path` or the nearest folder above it; results are cached.

    Raises
    ------
    kichban.errors.UsageError
        When there is no ``study.toml`` there or above.
    """
    from kichban.study import Cache, open_study
    from kichban.study.cache import default_folder

    return open_study(path, Cache(default_folder()))
